// tests/apps/command.hpp - runs a command line as a user would.
#pragma once

#include <sys/wait.h>

#include <cstdlib>
#include <string>
#include <string_view>

#include "fixtures.hpp"

namespace ntorc::test {

inline const std::string kExample = (examples_dir() / "dropbear_like.json").string();

/// A cost table of two layers.
inline constexpr std::string_view kCosts =
    "layer,reuse,latency_min_cycles,latency_max_cycles,lut,ff,dsp,bram_18k\n"
    "a,1,10,10,40,0,0,0\na,4,40,40,10,0,0,0\n"
    "b,1,10,10,25,0,0,0\nb,4,30,30,10,0,0,0\n";

struct Outcome {
  int exit_code = -1;  ///< 128 + signal if a signal ended it
  std::string out;
  std::string err;
};

/// Runs `line` with sh, ntorc's programs first on the PATH, in `dir`.
inline Outcome run(const TemporaryDir& dir, const std::string& line) {
  const auto out = dir.path() / "stdout";
  const auto err = dir.path() / "stderr";
  const std::string command = "cd '" + dir.path().string() + "' && PATH='" NTORC_APPS_DIR "':\"$PATH\" && { " + line +
                              "\n} >'" + out.string() + "' 2>'" + err.string() + "' </dev/null";
  const int status = std::system(command.c_str());
  const int code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  return {code, read_all(out), read_all(err)};
}

/// A run that failed as it should: nothing on stdout, one line on stderr.
inline void expect_refusal(const Outcome& outcome, int exit_code, const std::string& message) {
  EXPECT_EQ(outcome.exit_code, exit_code) << outcome.err;
  EXPECT_EQ(outcome.err, message + "\n");
  EXPECT_EQ(outcome.out, "");
}

}  // namespace ntorc::test
