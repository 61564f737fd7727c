#include "model/run_apart.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>

#include "ntorc/error.hpp"

namespace ntorc::model {
namespace {

[[noreturn]] void fail(const char* call) {
  throw FileError(fmt::format("cannot start a process: {}: {}", call, std::strerror(errno)));
}

bool write_all(int descriptor, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t count = ::write(descriptor, bytes.data(), bytes.size());
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(count));
  }
  return true;
}

std::string read_to_end(int descriptor) {
  std::string bytes;
  std::array<char, 1 << 14> block{};
  for (;;) {
    const ssize_t count = ::read(descriptor, block.data(), block.size());
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return bytes;
    bytes.append(block.data(), static_cast<std::size_t>(count));
  }
}

/// Never returns, and leaves without exit handlers: they belong to the parent.
[[noreturn]] void be_the_child(const std::function<std::string()>& work, std::chrono::seconds cpu_limit, int out) {
  for (const int crash : {SIGSEGV, SIGBUS, SIGABRT, SIGFPE, SIGILL, SIGXCPU}) std::signal(crash, SIG_DFL);
  const auto seconds = static_cast<rlim_t>(cpu_limit.count());
  const rlimit time{seconds, seconds + 1};
  const rlimit no_core{0, 0};
  ::setrlimit(RLIMIT_CPU, &time);
  ::setrlimit(RLIMIT_CORE, &no_core);
  const int silence = ::open("/dev/null", O_WRONLY | O_CLOEXEC);  // allocators and sanitizers report a crash to stderr
  if (silence >= 0) ::dup2(silence, STDERR_FILENO);
  try {
    ::_exit(write_all(out, work()) ? 0 : 1);
  } catch (...) {
    ::_exit(1);
  }
}

}  // namespace

std::optional<std::string> run_apart(const std::function<std::string()>& work, std::chrono::seconds cpu_limit) {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) fail("pipe");
  const pid_t child = ::fork();
  if (child < 0) {
    const int why = errno;
    ::close(ends[0]);
    ::close(ends[1]);
    errno = why;
    fail("fork");
  }
  if (child == 0) be_the_child(work, cpu_limit, ends[1]);
  ::close(ends[1]);
  std::string answer;
  try {
    answer = read_to_end(ends[0]);
  } catch (...) {
    ::close(ends[0]);
    ::waitpid(child, nullptr, 0);  // writing into a closed pipe ends the child
    throw;
  }
  ::close(ends[0]);
  int status = 0;
  while (::waitpid(child, &status, 0) < 0) {
    if (errno != EINTR) fail("waitpid");
  }
  if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) return std::nullopt;
  return answer;
}

}  // namespace ntorc::model
