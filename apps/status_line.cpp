#include "status_line.hpp"

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <iostream>

namespace ntorc::app {
namespace {

/// Of stderr; a longer line could not be erased.
std::size_t columns() {
  struct winsize size {};
  const bool known = ::ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 1;
  return known ? size.ws_col - 1U : 79U;
}

}  // namespace

std::string clock_of(std::chrono::duration<double> time) {
  const auto seconds = static_cast<long long>(time.count());
  return fmt::format("{}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60);
}

std::string bar_of(std::int64_t done, std::int64_t failed, std::int64_t total) {
  constexpr std::int64_t kWidth = 24;
  const auto part = [&](std::int64_t count) {
    return static_cast<std::size_t>(
        std::clamp<std::int64_t>(kWidth * count / std::max<std::int64_t>(total, 1), 0, kWidth));
  };
  const std::size_t ended = part(done + failed);
  const std::size_t well = part(done);
  return fmt::format("[{}{}{}]", std::string(well, '#'), std::string(ended - well, 'x'),
                     std::string(static_cast<std::size_t>(kWidth) - ended, '.'));
}

StatusLine::StatusLine() : terminal_(::isatty(STDERR_FILENO) == 1) {}

StatusLine::~StatusLine() { show(""); }

void StatusLine::show(const std::string& line) {
  if (!terminal_ || line == shown_) return;
  std::cerr << "\r\x1B[K" << line.substr(0, columns()) << std::flush;
  shown_ = line;
}

}  // namespace ntorc::app
