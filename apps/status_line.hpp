// apps/status_line.hpp - a line on the terminal that is written anew again and again.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

namespace ntorc::app {

std::string clock_of(std::chrono::duration<double> time);  ///< "1:02:03"

/// "[####xx......]": `done` and `failed` of `total`.
std::string bar_of(std::int64_t done, std::int64_t failed, std::int64_t total);

/// On stderr, if that is a terminal; it goes with the object.
class StatusLine {
 public:
  StatusLine();
  ~StatusLine();
  StatusLine(const StatusLine&) = delete;
  StatusLine& operator=(const StatusLine&) = delete;

  bool is_shown_at_all() const { return terminal_; }
  void show(const std::string& line);  ///< in place of the one before; empty clears it

 private:
  bool terminal_;
  std::string shown_;
};

}  // namespace ntorc::app
