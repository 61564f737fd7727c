// ntorc-check - checks that a certificate written by ntorc-opt proves what it claims, without any of ntorc's code.
#include <CLI/CLI.hpp>
#include <cstdio>
#include <exception>
#include <fstream>
#include <iostream>
#include <iterator>
#include <sstream>
#include <stdexcept>
#include <string>
#include <utility>

#include "checker.hpp"

namespace {

constexpr int kProven = 0;
constexpr int kFailed = 1;
constexpr int kUsage = 2;

int fail(int code, const std::string& what) {
  std::cerr << "ntorc-check: " << what << '\n';
  return code;
}

/// @throws std::runtime_error  if it cannot be read.
std::string read(const std::string& file) {
  if (file == "-") return {std::istreambuf_iterator<char>(std::cin), {}};
  std::ifstream in(file, std::ios::binary);
  std::ostringstream bytes;
  bytes << in.rdbuf();
  if (!in.is_open() || bytes.view().empty()) throw std::runtime_error(file + ": cannot read, or empty");
  return std::move(bytes).str();
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App cli(
      "Checks a certificate (docs/formats/certificate.md): that the selection keeps the limits and costs what is "
      "claimed,\n"
      "and that nothing cheaper does, by integer arithmetic over the figures in the file.\n\n"
      "  ntorc-opt network.json --latency 200us --certificate proof.json > plan.json\n"
      "  ntorc-check proof.json",
      "ntorc-check");
  cli.set_version_flag("--version", "ntorc-check " NTORC_VERSION);
  cli.footer("Exit codes: 0 proven, 1 not proven or not readable, 2 usage.");
  std::string file;
  cli.add_option("FILE", file, "Certificate; - is standard input")->required();
  try {
    cli.parse(argc, argv);
  } catch (const CLI::Success& request) {
    return cli.exit(request);
  } catch (const CLI::ParseError& error) {
    return fail(kUsage, std::string(error.what()) + "; see --help");
  }
  try {
    const ntorc_check::Verdict verdict = ntorc_check::check(read(file));
    std::cout << verdict.line << std::endl;
    if (!std::cout) return fail(kFailed, "standard output: cannot write");
    return verdict.proven ? kProven : kFailed;
  } catch (const std::bad_alloc&) {
    return fail(kFailed, "out of memory");
  } catch (const std::exception& error) {
    return fail(kFailed, error.what());
  }
}
