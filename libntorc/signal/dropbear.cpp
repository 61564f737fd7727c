#include "ntorc/signal/dropbear.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <iterator>
#include <set>

#include "ntorc/error.hpp"
#include "signal/pieces.hpp"

namespace ntorc::signal {
namespace {

constexpr std::string_view kSignalEnd = "_acc_new.txt";
constexpr std::string_view kLabelEnd = "_pin_new.txt";
constexpr std::size_t kMaxNumberBytes = 1024;

// The files of github.com/HeRCLab/N-TORC, "Neural Network Architecture Search/dataset" (of the 60steps runs it has the
// positions alone), without the nine of test_dataset_list.
constexpr std::array<std::string_view, 36> kTraining{"Random_Index_Set_Random_Dwell_set1_test8",
                                                     "Random_Index_Set_Random_Dwell_set2_test5",
                                                     "Random_Index_Set_Random_Dwell_set3_test0",
                                                     "Random_Index_Set_Random_Dwell_set3_test1",
                                                     "Random_Index_Set_Random_Dwell_set4_test7",
                                                     "Random_Index_Set_Random_Dwell_set4_test9",
                                                     "Random_Index_Set_Random_Dwell_set5_test2",
                                                     "Random_Index_Set_Random_Dwell_set6_test2",
                                                     "Random_Index_Set_Random_Dwell_set7_test2",
                                                     "Random_Index_Set_Random_Dwell_set7_test7",
                                                     "Random_Index_Set_Random_Dwell_set8_test7",
                                                     "Random_Index_Set_Random_Dwell_set9_test5",
                                                     "Slow_Postional_Displacement_10steps_test1",
                                                     "Slow_Postional_Displacement_10steps_test6",
                                                     "Slow_Postional_Displacement_10steps_test7",
                                                     "Slow_Postional_Displacement_10steps_test9",
                                                     "Slow_Postional_Displacement_30steps_test1",
                                                     "Slow_Postional_Displacement_30steps_test6",
                                                     "Slow_Postional_Displacement_30steps_test7",
                                                     "Slow_Postional_Displacement_60steps_test0",
                                                     "Slow_Postional_Displacement_60steps_test10",
                                                     "Slow_Postional_Displacement_60steps_test2",
                                                     "Slow_Postional_Displacement_60steps_test5",
                                                     "Slow_Postional_Displacement_60steps_test8",
                                                     "Standard_Index_Set_test0",
                                                     "Standard_Index_Set_test11",
                                                     "Standard_Index_Set_test12",
                                                     "Standard_Index_Set_test14",
                                                     "Standard_Index_Set_test17",
                                                     "Standard_Index_Set_test18",
                                                     "Standard_Index_Set_test19",
                                                     "Standard_Index_Set_test3",
                                                     "Standard_Index_Set_test4",
                                                     "Standard_Index_Set_test6",
                                                     "Standard_Index_Set_test7",
                                                     "Standard_Index_Set_test8"};

constexpr std::array<std::string_view, 9> kHeldOut{"Random_Index_Set_Random_Dwell_set9_test2",
                                                   "Random_Index_Set_Random_Dwell_set3_test6",
                                                   "Random_Index_Set_Random_Dwell_set5_test9",
                                                   "Slow_Postional_Displacement_10steps_test4",
                                                   "Slow_Postional_Displacement_60steps_test7",
                                                   "Slow_Postional_Displacement_30steps_test3",
                                                   "Standard_Index_Set_test5",
                                                   "Standard_Index_Set_test16",
                                                   "Standard_Index_Set_test10"};

/// Names in `folder` that end with `end`, without it, in order.
std::vector<std::string> runs_in(const std::filesystem::path& folder, std::string_view end) {
  std::error_code failure;
  std::vector<std::string> runs;
  for (std::filesystem::directory_iterator entry(folder, failure), last; !failure && entry != last;
       entry.increment(failure)) {
    const std::string file = entry->path().filename().string();
    if (file.size() > end.size() && file.ends_with(end)) runs.push_back(file.substr(0, file.size() - end.size()));
  }
  if (failure) throw FileError(fmt::format("{}: cannot read: {}", folder.string(), failure.message()));
  std::ranges::sort(runs);
  return runs;
}

bool has(std::span<const std::string> sorted, std::string_view run) { return std::ranges::binary_search(sorted, run); }

bool is_held_out(std::string_view run) { return std::ranges::find(kHeldOut, run) != kHeldOut.end(); }

std::vector<std::string> absent(std::span<const std::string_view> published, std::span<const std::string> present) {
  std::vector<std::string> names;
  for (const std::string_view run : published) {
    if (!has(present, run)) names.emplace_back(run);
  }
  std::ranges::sort(names);
  return names;
}

std::vector<float> read_numbers(const std::filesystem::path& file) {
  std::ifstream in = open_text(file);
  return parse_numbers(in, file.string());
}

std::filesystem::path file_of(const std::filesystem::path& folder, const std::string& run, std::string_view end) {
  return folder / (run + std::string(end));
}

void expect_readable(const DropbearFolder& folder, std::span<const std::string> runs) {
  if (runs.empty()) throw InvalidArgument("runs: expected one at least, got none");
  std::set<std::string_view> seen;
  for (const std::string& run : runs) {
    if (!seen.insert(run).second) throw InvalidArgument(fmt::format("run {}: expected once, got it twice", shown(run)));
    if (has(folder.runs, run)) continue;
    if (has(folder.signal_only, run)) {
      throw InvalidArgument(
          fmt::format("run {}: expected {}, found none", run, file_of(folder.labels, run, kLabelEnd).string()));
    }
    if (has(folder.label_only, run)) {
      throw InvalidArgument(
          fmt::format("run {}: expected {}, found none", run, file_of(folder.signals, run, kSignalEnd).string()));
    }
    throw InvalidArgument(fmt::format("run {}: expected a run of {}, found none of that name", shown(run),
                                      folder.signals.parent_path().string()));
  }
}

}  // namespace

std::span<const std::string_view> dropbear_training_runs() { return kTraining; }
std::span<const std::string_view> dropbear_held_out_runs() { return kHeldOut; }

std::string dropbear_group(std::string_view run) {
  if (run.starts_with("Random_")) return "Random";
  if (run.starts_with("Standard_")) return "Standard";
  for (const std::string_view steps : {"10steps", "30steps", "60steps"}) {
    if (run.starts_with(fmt::format("Slow_Postional_Displacement_{}_", steps))) return fmt::format("Slow {}", steps);
  }
  return std::string(run.substr(0, run.rfind('_')));
}

std::vector<std::string> DropbearFolder::absent_training() const { return absent(kTraining, runs); }
std::vector<std::string> DropbearFolder::absent_held_out() const { return absent(kHeldOut, runs); }

std::vector<std::string> DropbearFolder::training() const {
  std::vector<std::string> names;
  std::ranges::copy_if(runs, std::back_inserter(names), [](const std::string& run) { return !is_held_out(run); });
  return names;
}

std::vector<std::string> DropbearFolder::held_out() const {
  std::vector<std::string> names;
  std::ranges::copy_if(runs, std::back_inserter(names), is_held_out);
  return names;
}

DropbearFolder list_dropbear(const std::filesystem::path& folder) {
  DropbearFolder found;
  std::error_code ignored;
  constexpr std::array<std::array<std::string_view, 2>, 2> kLayouts{
      {{"acceleration_signal_data", "pin_location_data"}, {"acceleration", "position"}}};
  for (const auto& [signals, labels] : kLayouts) {
    if (!found.signals.empty()) break;
    if (std::filesystem::is_directory(folder / signals, ignored) &&
        std::filesystem::is_directory(folder / labels, ignored)) {
      found.signals = folder / signals;
      found.labels = folder / labels;
    }
  }
  if (found.signals.empty()) {
    throw ParseError(
        fmt::format("{}: expected acceleration/ and position/, or acceleration_signal_data/ and "
                    "pin_location_data/, found neither pair",
                    folder.string()));
  }
  const std::vector<std::string> signals = runs_in(found.signals, kSignalEnd);
  const std::vector<std::string> labels = runs_in(found.labels, kLabelEnd);
  std::ranges::set_intersection(signals, labels, std::back_inserter(found.runs));
  std::ranges::set_difference(signals, labels, std::back_inserter(found.signal_only));
  std::ranges::set_difference(labels, signals, std::back_inserter(found.label_only));
  if (found.runs.empty()) {
    throw ParseError(fmt::format("{}: expected a run with <run>{} and <run>{}, found {} and {} files without partner",
                                 folder.string(), kSignalEnd, kLabelEnd, signals.size(), labels.size()));
  }
  return found;
}

std::vector<Recording> read_dropbear(const DropbearFolder& folder, std::span<const std::string> runs) {
  expect_readable(folder, runs);
  std::vector<Recording> recordings;
  recordings.reserve(runs.size());
  for (const std::string& run : runs) {
    Recording& recording = recordings.emplace_back();
    recording.name = run;
    recording.group = dropbear_group(run);
    recording.sampling_hz = kDropbearHz;
    const std::filesystem::path signal = file_of(folder.signals, run, kSignalEnd);
    recording.signal = read_numbers(signal);
    recording.label = read_numbers(file_of(folder.labels, run, kLabelEnd));
    if (recording.signal.size() != recording.label.size()) {
      throw ParseError(fmt::format("{}: line 1: expected {} numbers as the positions of run {} are, got {}",
                                   signal.string(), recording.label.size(), run, recording.signal.size()));
    }
  }
  return recordings;
}

std::vector<float> parse_numbers(std::istream& in, const std::string& name) {
  Pieces pieces(in, name, ',', kMaxNumberBytes);
  std::vector<float> numbers;
  while (const auto piece = pieces.next()) {
    const std::string_view text = trimmed(*piece);
    const auto number = finite_float(text);
    if (!number && text.empty() && numbers.empty()) break;
    if (!number) {
      throw ParseError(fmt::format("{}: line 1, number {}: expected a finite number, got \"{}\"", name, pieces.count(),
                                   shown(text)));
    }
    numbers.push_back(*number);
  }
  if (numbers.empty()) throw ParseError(fmt::format("{}: line 1: expected numbers, got none", name));
  numbers.shrink_to_fit();
  return numbers;
}

}  // namespace ntorc::signal
