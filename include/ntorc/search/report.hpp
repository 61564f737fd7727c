// ntorc/search/report.hpp - a search as a page to be read. docs/guides/search-report.md
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "ntorc/search/cost.hpp"
#include "ntorc/search/evaluate.hpp"
#include "ntorc/search/store.hpp"

namespace ntorc::search {

/// A network that N-TORC published [Singh et al., FCCM 2025, Table III]: the window, convolutions of one width with a
/// window of 3, ReLU and max pooling by 2, dense layers of one width.
struct PublishedNetwork {
  std::int64_t window = 0;
  std::int64_t convolutions = 0;
  std::int64_t filters = 0;
  std::int64_t dense_layers = 0;
  std::int64_t dense_size = 0;
  double rmse = 0;        ///< volts; the least of 360 trials, as a classifier of 256 bins
  double multiplies = 0;  ///< as published: NtorcCode
  double lut = 0;         ///< predicted by N-TORC's model, for 200 us at 250 MHz
  double dsp = 0;
  double latency_us = 0;
};

/// The 16 rows, in their order.
const std::vector<PublishedNetwork>& published_front();
std::string name_of(const PublishedNetwork& network);  ///< "128_5_16_4_8"
/// @param head  what it ends in
model::Network make_network(const PublishedNetwork& network, const Head& head);

/// One trial, for a drawing and a table.
struct ReportTrial {
  std::int64_t number = 0;
  Status status = Status::Done;
  std::string network{};  ///< the point, for people
  double cost = 0;        ///< of SearchReport::cost; NaN if there is none, as no plan keeps the limits
  std::int64_t multiplies = 0;
  std::optional<double> error{};      ///< mean RMSE of the full trainings, in SearchReport::unit
  std::optional<double> deviation{};  ///< of them, with two or more
  std::int64_t trainings = 0;         ///< full ones
  bool on_front = false;
  std::vector<CurvePoint> curve{};  ///< of the first training
};

/// Points to compare with, as those of a paper: of the same kind of cost; what their error is, the title of the peers
/// says.
struct ReportPeer {
  std::string name{};
  double cost = 0;
  double error = 0;
};

/// What a network says of a recording.
struct ReportTrace {
  std::string run{};
  bool was_learnt = false;  ///< windows of this run were learnt from
  std::vector<double> seconds{};
  std::vector<float> truth{};
  std::vector<float> predicted{};
};

/// A network of the front, with what is needed to build it.
struct ReportNetwork {
  std::int64_t trial = 0;
  std::string folder{};         ///< relative to the page
  double own_error = 0;         ///< of the weights that were written
  std::optional<double> lut{};  ///< of its plan, as the next ones; absent without a deadline or a plan
  std::optional<double> ff{};
  std::optional<double> dsp{};
  std::optional<double> bram_18k{};
  std::optional<double> latency_us{};
  std::int64_t extrapolated_layers = 0;  ///< whose price lies outside of what the model has learnt
  std::vector<ReportTrace> traces{};
};

struct SearchReport {
  std::string name{};
  std::string unit{};  ///< of the label; may be empty
  CostKind cost = CostKind::Multiplies;
  std::string peers_title{};  ///< "N-TORC, Table III"
  std::vector<ReportPeer> peers{};
  std::vector<ReportTrial> trials{};      ///< by number
  std::vector<ReportNetwork> networks{};  ///< the front, by ascending cost
  std::optional<double> cpu_seconds{};    ///< of all trainings together
  /// What the numbers rest on, a title and a text each, of several lines perhaps: data, split, training, sampler,
  /// seeds, versions, time.
  std::vector<std::pair<std::string, std::string>> provenance{};
  std::vector<std::string> warnings{};
};

/// One page of HTML that needs nothing from elsewhere: the front with all trials and peers, learning curves, what
/// networks said of recordings against the truth, tables, and what all of it rests on. Light or dark as the reader's
/// screen prefers; the mouse over a point tells its figures. Of `networks` it draws the traces of three at most, least
/// error, middle and cheapest, and four of each, runs that were not learnt from first; a trace of more samples than
/// pixels by the extremes of every few. Figures that are not finite are left out.
std::string report_html(const SearchReport& report);

/// A row for each trial: trial, status, network, cost, multiplies, error, deviation, trainings, on_front; epochs and
/// last_error of the first training so far. RFC 4180; cells are empty for what is not known.
std::string trials_csv(const SearchReport& report);

}  // namespace ntorc::search
