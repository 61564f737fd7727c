// apps/app.hpp - what every command line of ntorc does alike: exit codes, one line for an error, --version, logging.
#pragma once

#include <CLI/CLI.hpp>
#include <functional>
#include <stdexcept>
#include <string>
#include <string_view>

namespace ntorc::app {

inline constexpr int kAnswered = 0;
inline constexpr int kFailed = 1;
inline constexpr int kUsage = 2;
inline constexpr int kNoSolution = 3;

/// The command line asks for something that makes no sense.
class UsageError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// --version, --quiet and --verbose, a footer with the exit codes; results go to stdout, the log to stderr.
void prepare(CLI::App& cli);

/// Parses the arguments and runs `body`. Returns the exit code, after "<program>: <what>" on stderr if something went
/// wrong.
int run(CLI::App& cli, int argc, char** argv, const std::function<int()>& body);

/// Writes a result: to stdout for "-", else to the file, whole or not at all. @throws FileError
void write_result(const std::string& out, std::string_view bytes);

}  // namespace ntorc::app
