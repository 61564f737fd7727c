// sweep/subprocess.hpp - another program, run to its end.
#pragma once

#include <string>
#include <vector>

namespace ntorc::sweep {

struct Finished {
  int exit_code = 0;  ///< 128 + signal, if one ended it
  std::string out;
  std::string err;
};

/// Runs a program, found on the PATH, with nothing on standard input. @throws FileError  if it cannot be started.
Finished run_program(const std::vector<std::string>& words);

}  // namespace ntorc::sweep
