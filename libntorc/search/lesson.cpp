#include "ntorc/search/lesson.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>
#include <string>
#include <utility>

#include "ntorc/error.hpp"
#include "ntorc/signal/dropbear.hpp"

namespace ntorc::search {
namespace {

bool holds(const std::vector<std::string>& names, const std::string& name) {
  return std::ranges::find(names, name) != names.end();
}

std::vector<std::string> held_out_of(const DataConfig& data) {
  if (data.dropbear.empty() || !data.held_out.empty()) return data.held_out;
  const auto published = signal::dropbear_held_out_runs();
  return {published.begin(), published.end()};
}

/// The files of the tables by the name of their run, in the order of the configuration; those of a folder by name.
std::vector<std::filesystem::path> table_files(const DataConfig& data) {
  std::vector<std::filesystem::path> files;
  for (const std::filesystem::path& place : data.tables) {
    if (!std::filesystem::is_directory(place)) {
      files.push_back(place);
      continue;
    }
    std::set<std::filesystem::path> found;
    std::error_code failure;
    for (const auto& entry : std::filesystem::directory_iterator(place, failure)) {
      const std::string extension = entry.path().extension().string();
      if (extension == ".csv" || extension == ".txt") found.insert(entry.path());
    }
    if (failure) throw FileError(fmt::format("{}: cannot be read: {}", place.string(), failure.message()));
    if (found.empty()) throw ParseError(fmt::format("{}: expected .csv or .txt files, found none", place.string()));
    files.insert(files.end(), found.begin(), found.end());
  }
  return files;
}

/// Reads the runs of that name from tables, in the order of `runs`.
std::vector<signal::Recording> read_tables(const DataConfig& data, const std::vector<std::string>& runs) {
  const std::vector<std::filesystem::path> files = table_files(data);
  std::vector<signal::Recording> recordings;
  for (const std::string& run : runs) {
    const auto file = std::ranges::find_if(files, [&](const auto& one) { return one.stem() == run; });
    if (file == files.end()) throw InvalidArgument(fmt::format("data: {}: there is no such recording", run));
    recordings.push_back(signal::read_table(*file, data.columns));
  }
  return recordings;
}

std::vector<std::string> all_runs(const DataConfig& data) {
  if (!data.dropbear.empty()) return signal::list_dropbear(data.dropbear).runs;
  std::vector<std::string> runs;
  for (const std::filesystem::path& file : table_files(data)) {
    if (holds(runs, file.stem().string())) {
      throw InvalidArgument(fmt::format("{}: a recording of that name stands before it", file.string()));
    }
    runs.push_back(file.stem().string());
  }
  return runs;
}

std::vector<signal::Recording> read_runs(const DataConfig& data, const std::vector<std::string>& runs) {
  if (data.dropbear.empty()) return read_tables(data, runs);
  return signal::read_dropbear(signal::list_dropbear(data.dropbear), runs);
}

std::span<const float> as_span(const std::shared_ptr<const std::vector<float>>& values) { return *values; }

train::Data data_of(const signal::Samples& samples, const std::vector<std::int64_t>& windows) {
  train::Data data;
  data.values = as_span(samples.values);
  data.targets.resize(static_cast<Eigen::Index>(windows.size()), 1);
  data.starts.reserve(windows.size());
  for (const std::int64_t window : windows) data.starts.push_back(samples.starts[static_cast<std::size_t>(window)]);
  return data;
}

void set_targets(train::Data& data, const std::vector<float>& labels, const Lesson& lesson) {
  for (std::size_t i = 0; i < labels.size(); ++i) {
    data.targets(static_cast<Eigen::Index>(i), 0) =
        lesson.bins ? static_cast<float>(lesson.bins->class_of(labels[i])) : lesson.label->scaled(labels[i]);
  }
}

}  // namespace

std::vector<signal::Recording> read_recordings(const DataConfig& data) {
  const std::vector<std::string> held_out = held_out_of(data);
  const std::vector<std::string> there = all_runs(data);
  const auto published = signal::dropbear_held_out_runs();
  for (const std::string& run : data.held_out) {
    const bool is_absent_dropbear = !data.dropbear.empty() && std::ranges::find(published, run) != published.end();
    if (!holds(there, run) && !is_absent_dropbear) {
      throw InvalidArgument(fmt::format("data: held_out: {}: there is no such recording", run));
    }
  }
  std::vector<std::string> runs = data.runs;
  if (runs.empty()) {
    runs = there;
    std::erase_if(runs, [&](const std::string& run) { return holds(held_out, run); });
  }
  for (const std::string& run : runs) {
    if (holds(held_out, run)) throw InvalidArgument(fmt::format("data: {}: is held out and is not to be read", run));
  }
  if (runs.empty()) throw InvalidArgument("data: expected a recording that is not held out, found none");
  return read_runs(data, runs);
}

std::vector<signal::Recording> read_held_out(const DataConfig& data) {
  std::vector<std::string> runs = held_out_of(data);
  const std::vector<std::string> there = all_runs(data);
  std::erase_if(runs, [&](const std::string& run) { return !holds(there, run); });
  if (runs.empty()) throw InvalidArgument("data: no recording that is held out is there");
  return read_runs(data, runs);
}

Teacher::Teacher(DataConfig data, std::vector<signal::Recording> recordings) : data_(std::move(data)) {
  signal::check_together(recordings);
  series_ = signal::join(std::move(recordings));
}

Head Teacher::head() const {
  if (data_.output == Output::Value) return {1, "linear"};
  return {data_.bins.bins, "softmax"};
}

Lesson Teacher::lesson(std::int64_t window) const {
  const auto apart = static_cast<std::int64_t>(std::llround(static_cast<double>(window) * (1 - data_.overlap)));
  const signal::WindowOptions options{
      .length = window, .stride = std::max<std::int64_t>(apart, 1), .label_offset = data_.label_offset};
  Lesson lesson;
  const signal::Samples raw = signal::make_windows(series_, options);
  lesson.split = signal::split(raw, data_.split);
  const std::vector<std::int32_t> learnt = signal::runs_of(raw, lesson.split.training);
  const signal::LabelRange range = data_.range ? *data_.range : signal::label_range(series_, learnt);
  if (!(range.low < range.high)) {
    throw InvalidArgument(
        fmt::format("data: expected labels that differ in the runs that are learnt from, found {} in all "
                    "of {}",
                    range.low, series_.runs[static_cast<std::size_t>(learnt.front())].name));
  }
  signal::Series series = signal::clip_labels(series_, range);
  lesson.input = signal::fit_input_scaling(data_.scaling, raw, lesson.split.training);
  if (data_.scaling != signal::ScalingKind::None) series = signal::scaled(series, lesson.input);
  lesson.samples = signal::make_windows(series, options);

  const std::vector<float> labels = signal::labels_of(lesson.samples, lesson.split.training);
  const std::vector<float> judged = signal::labels_of(lesson.samples, lesson.split.validation);
  if (data_.output == Output::Classes) {
    lesson.bins.emplace(range, labels, data_.bins);
  } else {
    lesson.label = signal::fit_label_scaling(lesson.samples, lesson.split.training);
  }
  lesson.training = data_of(lesson.samples, lesson.split.training);
  lesson.validation = data_of(lesson.samples, lesson.split.validation);
  set_targets(lesson.training, labels, lesson);
  set_targets(lesson.validation, judged, lesson);
  lesson.samples.labels = raw.labels;  // whatever was learnt, the truth stays as it was recorded
  lesson.truth = signal::labels_of(lesson.samples, lesson.split.validation);
  if (data_.truth == Truth::Quantised) {
    std::ranges::transform(lesson.truth, lesson.truth.begin(),
                           [&](float label) { return lesson.bins->quantised(label); });
  }
  return lesson;
}

std::vector<float> decoded(const Lesson& lesson, Decoding decoding, const train::Matrix& outputs) {
  std::vector<float> values(static_cast<std::size_t>(outputs.rows()));
  for (Eigen::Index i = 0; i < outputs.rows(); ++i) {
    const std::span<const float> row(outputs.row(i).data(), static_cast<std::size_t>(outputs.cols()));
    values[static_cast<std::size_t>(i)] = !lesson.bins                         ? lesson.label->restored(row.front())
                                          : decoding == Decoding::MostProbable ? lesson.bins->most_probable(row)
                                                                               : lesson.bins->expectation(row);
  }
  return values;
}

model::Weights deployable(const Lesson& lesson, model::Weights weights) {
  if (!lesson.label) return weights;
  std::vector<model::WeightArray>& head = weights.back().arrays;
  for (model::WeightArray& array : head) {
    for (float& value : array.values) value *= lesson.label->deviation;
  }
  for (float& bias : head.back().values) bias += lesson.label->mean;
  return weights;
}

}  // namespace ntorc::search
