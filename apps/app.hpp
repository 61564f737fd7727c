// apps/app.hpp - what every command line of ntorc does alike: exit codes, one line for an error, --version, logging.
#pragma once

#include <CLI/CLI.hpp>
#include <algorithm>
#include <functional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

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

/// Lets `option` take one of the names, shown in --help in this order, and nothing else.
template <typename Enum>
CLI::Option* one_of(CLI::Option* option, const std::vector<std::pair<std::string, Enum>>& choices) {
  std::string names;
  for (const auto& [name, value] : choices) names += (names.empty() ? "" : "|") + name;
  CLI::Validator to_number;
  to_number.operation([choices, names](std::string& text) -> std::string {
    const auto found = std::ranges::find(choices, text, &std::pair<std::string, Enum>::first);
    if (found == choices.end()) return "expected " + names + ", got " + text;
    text = std::to_string(static_cast<int>(found->second));
    return {};
  });
  return option->transform(to_number)->type_name(names);
}

/// Refuses a text with a sign: CLI11 takes -1 for the largest number.
CLI::Option* without_sign(CLI::Option* option);

/// Parses the arguments and runs `body`. Returns the exit code, after "<program>: <what>" on stderr if something went
/// wrong.
int run(CLI::App& cli, int argc, char** argv, const std::function<int()>& body);

/// Writes a result that `produce` hands over in pieces: to stdout for "-", else to the file, whole or, if something is
/// thrown or `produce` returns false, not at all. Returns what `produce` does. @throws FileError
bool write_pieces(const std::string& out,
                  const std::function<bool(const std::function<void(std::string_view)>&)>& produce);

/// Writes a result: to stdout for "-", else to the file, whole or not at all. @throws FileError
void write_result(const std::string& out, std::string_view bytes);

}  // namespace ntorc::app
