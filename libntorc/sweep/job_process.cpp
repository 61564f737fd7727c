#include "sweep/job_process.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <nlohmann/json.hpp>
#include <utility>

#include "ntorc/error.hpp"
#include "support/json_reader.hpp"
#include "sweep/keeper.hpp"
#include "sweep/status.hpp"

namespace ntorc::sweep {
namespace {

constexpr std::array kKinds{std::pair{JobReport::Kind::Ran, "ran"}, std::pair{JobReport::Kind::Busy, "busy"},
                            std::pair{JobReport::Kind::Left, "left"}};

std::string text_of(const JobReport& report) {
  nlohmann::json json;
  for (const auto& [kind, word] : kKinds) {
    if (kind == report.kind) json["kind"] = word;
  }
  json["status"] = status_to_json(report.status);
  return json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

JobReport report_of(const std::string& text) {
  const std::string name = "the report of a keeper";
  const nlohmann::json json = support::parse_json(text, name);
  const support::JsonReader reader(json, name);
  if (const auto error = reader.find("error")) throw FileError(error->text());
  JobReport report;
  for (const auto& [kind, word] : kKinds) {
    if (reader.at("kind").text() == word) report.kind = kind;
  }
  report.status = status_from_json(reader.at("status").text(), name);
  return report;
}

/// A report fits into the pipe, so that this does not wait for a reader.
void write_report(int pipe, std::string_view text) {
  while (!text.empty()) {
    const ssize_t count = ::write(pipe, text.data(), text.size());
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return;
    text.remove_prefix(static_cast<std::size_t>(count));
  }
}

std::string read_report(int pipe) {
  std::string text;
  std::array<char, 1 << 12> block{};
  for (;;) {
    const ssize_t count = ::read(pipe, block.data(), block.size());
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return text;
    text.append(block.data(), static_cast<std::size_t>(count));
  }
}

/// Never returns, and leaves without exit handlers: they belong to the parent.
[[noreturn]] void be_the_keeper(const JobRequest& request, pid_t parent, int answer) {
  // Nothing of the parent stays open: neither pipes of its caller, who would wait for their end, nor other jobs' locks.
  answer = ::fcntl(answer, F_DUPFD_CLOEXEC, 4);  // it may have been a standard one, if the parent had none
  const int silence = ::open("/dev/null", O_RDWR | O_CLOEXEC);
  for (const int standard : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
    if (silence >= 0) ::dup2(silence, standard);
  }
  answer = ::dup2(answer, 3);
  ::close_range(4, ~0U, 0);
  ::fcntl(answer, F_SETFD, FD_CLOEXEC);
  ::setsid();  // out of reach of the terminal's Ctrl-C, which the parent has in hand
  ::prctl(PR_SET_PDEATHSIG, kParentGone);
  if (::getppid() != parent) ::_exit(1);
  std::string text;
  try {
    text = text_of(keep_job(request));
  } catch (const std::exception& error) {
    text = nlohmann::json{{"error", error.what()}}.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
  }
  write_report(answer, text);
  ::_exit(0);
}

}  // namespace

JobProcess::JobProcess(JobRequest request) : request_(std::move(request)) {
  const auto fail = [](const char* call) {
    throw FileError(fmt::format("cannot start a process: {}: {}", call, std::strerror(errno)));
  };
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) fail("pipe");
  const pid_t parent = ::getpid();
  keeper_ = ::fork();
  if (keeper_ == 0) be_the_keeper(request_, parent, ends[1]);
  const int why = errno;
  ::close(ends[1]);
  answer_ = ends[0];
  if (keeper_ < 0) {
    ::close(ends[0]);
    errno = why;
    fail("fork");
  }
}

JobProcess::JobProcess(JobProcess&& other) noexcept
    : request_(std::move(other.request_)),
      keeper_(std::exchange(other.keeper_, -1)),
      answer_(std::exchange(other.answer_, -1)) {}

JobProcess& JobProcess::operator=(JobProcess&& other) noexcept {
  std::swap(request_, other.request_);
  std::swap(keeper_, other.keeper_);
  std::swap(answer_, other.answer_);
  return *this;
}

JobProcess::~JobProcess() {
  if (keeper_ > 0) {
    ::kill(keeper_, SIGTERM);
    kill();
    while (::waitpid(keeper_, nullptr, 0) < 0 && errno == EINTR) continue;
  }
  if (answer_ >= 0) ::close(answer_);
}

void JobProcess::stop(int signal) const { ::kill(keeper_, signal); }

void JobProcess::kill() const { ::kill(keeper_, kKillNow); }

JobReport JobProcess::finish() {
  keeper_ = -1;
  const std::string text = read_report(answer_);
  if (!text.empty()) return report_of(text);
  kill_leftovers(request_.sweep, request_.job);
  return {JobReport::Kind::Lost, {.reason = "its keeper was killed"}};
}

}  // namespace ntorc::sweep
