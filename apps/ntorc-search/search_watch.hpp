// apps/ntorc-search/search_watch.hpp - tells how a search gets on: a bar on a terminal, a line for each training
// elsewhere.
#pragma once

#include <stop_token>
#include <string>

#include "ntorc/search/run.hpp"
#include "status_line.hpp"
#include "stop_signals.hpp"

namespace ntorc::app {

/// "trial 12: rmse 0.0821 after 45 epochs, 168282 multiplies, 41.2 s: window 215, conv1d.repeat 5, ..."
std::string training_line(const search::TrainingEnd& end, search::CostKind cost);

/// On stderr. While it lives, the first SIGINT or SIGTERM asks the search to stop, a second one ends the process. The
/// bar goes with the object. One at a time.
class SearchWatch {
 public:
  explicit SearchWatch(search::CostKind cost);

  std::stop_token stop() const { return stop_.get_token(); }
  void on_progress(const search::SearchProgress& progress);
  void on_end(const search::TrainingEnd& end);

 private:
  search::CostKind cost_;
  StopSignals signals_;
  std::stop_source stop_;
  StatusLine status_;
};

}  // namespace ntorc::app
