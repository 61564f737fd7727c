#include "app.hpp"

#include <fmt/format.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <cstdio>
#include <iostream>

#include "ntorc/error.hpp"
#include "ntorc/version.hpp"
#include "support/file.hpp"

namespace ntorc::app {
namespace {

int fail(const CLI::App& cli, int code, std::string_view what) {
  std::cerr << cli.get_name() << ": " << what << '\n';
  return code;
}

/// An unset variable of a shell leaves an empty text, which is never what was meant.
void refuse_empty_texts(const CLI::App& cli) {
  for (const CLI::Option* option : cli.get_options()) {
    for (const std::string& text : option->results()) {
      if (text.empty()) throw UsageError(fmt::format("{}: expected a value, got an empty text", option->get_name()));
    }
  }
  for (const CLI::App* command : cli.get_subcommands()) refuse_empty_texts(*command);
}

}  // namespace

void prepare(CLI::App& cli) {
  auto log = std::make_shared<spdlog::logger>(cli.get_name(), std::make_shared<spdlog::sinks::stderr_sink_st>());
  log->set_pattern("%n: %l: %v");
  spdlog::set_default_logger(std::move(log));
  cli.set_version_flag("--version", fmt::format("{} {}", cli.get_name(), kVersion));
  cli.add_flag_callback(
      "--quiet", [] { spdlog::set_level(spdlog::level::err); }, "No warnings on stderr");
  cli.add_flag_callback(
      "--verbose", [] { spdlog::set_level(spdlog::level::debug); }, "Say more on stderr");
  cli.footer("Exit codes: 0 answered, 1 failure, 2 usage, 3 the problem has no solution.");
}

CLI::Option* without_sign(CLI::Option* option) {
  CLI::Validator check;
  check.operation([](std::string& text) -> std::string {
    return text.starts_with('-') ? "expected a whole number >= 0, got " + text : std::string{};
  });
  return option->check(check);
}

int run(CLI::App& cli, int argc, char** argv, const std::function<int()>& body) try {
  cli.parse(argc, argv);
  refuse_empty_texts(cli);
  const int code = body();
  std::cout.flush();
  if (!std::cout) throw FileError("standard output: cannot write");
  return code;
} catch (const CLI::Success& request) {  // --help and --version
  return cli.exit(request);
} catch (const CLI::ParseError& error) {
  return fail(cli, kUsage, std::string(error.what()) + "; see --help");
} catch (const UsageError& error) {
  return fail(cli, kUsage, error.what());
} catch (const std::bad_alloc&) {
  return fail(cli, kFailed, "out of memory");
} catch (const std::exception& error) {
  return fail(cli, kFailed, error.what());
}

bool write_pieces(const std::string& out,
                  const std::function<bool(const std::function<void(std::string_view)>&)>& produce) {
  if (out == "-") {
    return produce([](std::string_view bytes) { std::cout << bytes; });
  }
  support::StagedFile file(out);
  const bool whole = produce([&](std::string_view bytes) { file.write(bytes); });
  if (whole) file.commit();
  return whole;
}

void write_result(const std::string& out, std::string_view bytes) {
  if (out == "-") {
    std::cout << bytes;
  } else {
    support::write_file(out, bytes);
  }
}

}  // namespace ntorc::app
