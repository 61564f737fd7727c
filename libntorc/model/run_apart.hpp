// model/run_apart.hpp - work on bytes that may crash whoever reads them.
#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>

namespace ntorc::model {

/// What `work` returns, run in a child process with at most `cpu_limit` of processor time; nothing if the child
/// crashed, was stopped at the limit or threw. The child shares no state with this process: what `work` changes is
/// lost.
/// @throws FileError  if no child can be started.
std::optional<std::string> run_apart(const std::function<std::string()>& work, std::chrono::seconds cpu_limit);

}  // namespace ntorc::model
