#include "ntorc/search/results.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "ntorc/deploy/latency.hpp"
#include "ntorc/emit/hls4ml_project.hpp"
#include "ntorc/emit/plan_json.hpp"
#include "ntorc/error.hpp"
#include "ntorc/model/write_keras.hpp"
#include "ntorc/signal/metrics.hpp"
#include "ntorc/version.hpp"
#include "support/csv.hpp"
#include "support/file.hpp"

namespace ntorc::search {
namespace {

namespace fs = std::filesystem;
using OrderedJson = nlohmann::ordered_json;

constexpr std::size_t kTracedRuns = 3;

std::string folder_name(const TrialRecord& trial) { return fmt::format("networks/trial_{}", trial.number); }

/// Nothing without a deadline, and for a network with a layer that the performance model does not cover.
std::optional<deploy::Plan> plan_for(const model::Network& network, const Candidates& candidates) {
  if (!candidates.plan()) return std::nullopt;
  try {
    return deploy::plan_network(network, candidates.model(), *candidates.plan());
  } catch (const InvalidArgument&) {
    return std::nullopt;
  }
}

/// The training of median error, the lower of two.
std::int64_t median_repeat(const TrialRecord& trial, std::int64_t rung) {
  std::vector<std::pair<double, std::int64_t>> errors;
  for (const auto& [key, training] : trial.trainings) {
    if (key.rung == rung && training.evaluation && training.evaluation->error) {
      errors.emplace_back(*training.evaluation->error, key.repeat);
    }
  }
  std::ranges::sort(errors);
  return errors.at((errors.size() - 1) / 2).second;
}

/// What a network says of every window, in the label's unit. @param samples  scaled as the lesson's
std::vector<float> predicted_by(const FoundNetwork& found, const Lesson& lesson, Decoding decoding,
                                const signal::Samples& samples) {
  const train::Data data{*samples.values, samples.starts, {}};
  return decoded(lesson, decoding, train::predict(found.network, found.weights, data));
}

/// All windows of a run, in time, and what a network says of them.
struct RunPredictions {
  std::string run;
  bool was_learnt = false;
  std::vector<double> seconds;  ///< of the sample that the label is of
  std::vector<float> truth;
  std::vector<float> predicted;
};

std::vector<RunPredictions> predictions_of(const Config& config, const FoundNetwork& found, const Lesson& lesson,
                                           double sampling_hz) {
  const signal::Samples& samples = lesson.samples;
  const std::vector<float> predicted = predicted_by(found, lesson, config.data.decoding, samples);
  std::vector<bool> is_learnt(samples.starts.size(), false);
  for (const std::int64_t window : lesson.split.training) is_learnt[static_cast<std::size_t>(window)] = true;
  std::vector<RunPredictions> all;
  for (std::size_t i = 0; i < samples.starts.size(); ++i) {
    const signal::Series::Run& recorded = samples.runs[static_cast<std::size_t>(samples.run[i])];
    if (i == 0 || samples.run[i] != samples.run[i - 1]) all.push_back({recorded.name, false, {}, {}, {}});
    const std::int64_t sample = samples.starts[i] / samples.channels - recorded.first + samples.length;
    RunPredictions& run = all.back();
    run.seconds.push_back(static_cast<double>(sample + config.data.label_offset) / sampling_hz);
    run.truth.push_back(samples.labels[i]);
    run.predicted.push_back(predicted[i]);
    run.was_learnt = run.was_learnt || is_learnt[i];
  }
  return all;
}

std::string predictions_csv(const std::vector<RunPredictions>& runs) {
  std::string csv = "run,learnt,seconds,truth,predicted\n";
  for (const RunPredictions& run : runs) {
    for (std::size_t i = 0; i < run.seconds.size(); ++i) {
      csv += fmt::format("{},{},{},{},{}\n", support::csv_cell(run.run), run.was_learnt ? 1 : 0, run.seconds[i],
                         run.truth[i], run.predicted[i]);
    }
  }
  return csv;
}

/// Those that were not learnt from first.
std::vector<ReportTrace> traces_of(std::vector<RunPredictions> runs) {
  std::ranges::stable_sort(runs, {}, [](const RunPredictions& run) { return run.was_learnt; });
  std::vector<ReportTrace> traces;
  for (RunPredictions& run : runs) {
    if (traces.size() == kTracedRuns) break;
    traces.push_back({run.run, run.was_learnt, std::move(run.seconds), std::move(run.truth), std::move(run.predicted)});
  }
  return traces;
}

/// How a window is brought to what the network takes.
std::string scaling_json(const FoundNetwork& found, const Lesson& lesson, const Config& config) {
  OrderedJson json{{"window", lesson.samples.length},
                   {"channels", lesson.samples.channels},
                   {"input", {{"offset", lesson.input.offset}, {"factor", lesson.input.factor}}},
                   {"output", lesson.bins ? "classes" : "value"},
                   {"error", found.error}};
  if (lesson.bins) {
    OrderedJson values = OrderedJson::array();
    for (std::int64_t cls = 0; cls < lesson.bins->classes(); ++cls) values.push_back(lesson.bins->value(cls));
    json["classes"] = std::move(values);
    json["decoding"] = config.data.decoding == Decoding::MostProbable ? "most-probable" : "expectation";
  }
  return json.dump(2) + "\n";
}

void make_folder(const fs::path& folder) {
  std::error_code failure;
  fs::create_directories(folder, failure);
  if (failure) throw FileError(fmt::format("{}: cannot be made: {}", folder.string(), failure.message()));
}

/// hls4ml.yml and plan.json beside the model.
void write_plan(deploy::Plan plan, const TrialRecord& trial, const fs::path& folder) {
  const fs::path place = fs::absolute(folder);
  plan.keras_file = (place / "model.json").string();
  emit::Hls4mlOptions options;
  options.project = fmt::format("trial_{}", trial.number);
  options.output_dir = place / options.project;
  options.keras_model = place / "model.h5";
  support::write_file(folder / "plan.json", emit::to_json(plan) + "\n");
  support::write_file(folder / "hls4ml.yml", emit::hls4ml_yaml(plan, emit::hls4ml_project(plan, options)));
}

ReportNetwork report_network(const FoundNetwork& found, const TrialRecord& trial,
                             std::vector<RunPredictions> predictions) {
  ReportNetwork network;
  network.trial = trial.number;
  network.folder = folder_name(trial);
  network.own_error = found.error;
  network.traces = traces_of(std::move(predictions));
  if (found.plan) {
    const deploy::Plan& plan = *found.plan;
    network.lut = plan.total.lut;
    network.ff = plan.total.ff;
    network.dsp = plan.total.dsp;
    network.bram_18k = plan.total.bram_18k;
    network.latency_us = deploy::latency_us(plan.total.latency_max_cycles, plan.target.clock_mhz);
    network.extrapolated_layers = std::ranges::count_if(plan.layers, [](const deploy::LayerPlan& layer) {
      return layer.chosen.support == perf::Support::Extrapolated;
    });
  }
  return network;
}

ReportTrial report_trial(const Config& config, const Candidates& candidates, const TrialRecord& trial, bool on_front) {
  const std::int64_t rung = last_rung(config.search);
  ReportTrial row;
  row.number = trial.number;
  row.status = trial.status;
  row.network = describe(config.space, trial.point);
  row.cost = trial.cost;
  row.multiplies = multiplies(candidates.network(trial.point));
  row.error = trial.error(rung);
  row.deviation = trial.deviation(rung);
  row.trainings = std::ssize(trial.errors(rung));
  row.on_front = on_front;
  for (const auto& [key, training] : trial.trainings) {
    if (key.repeat == 0 && training.evaluation) row.curve = training.evaluation->curve;
  }
  return row;
}

/// N-TORC's networks with the head of this search.
std::vector<ReportPeer> published_peers(const Config& config, const Candidates& candidates, const Head& head) {
  std::vector<ReportPeer> peers;
  for (const PublishedNetwork& peer : published_front()) {
    const auto cost = cost_of(make_network(peer, head), config.cost.kind, candidates.model(),
                              candidates.plan().value_or(deploy::PlanOptions{}));
    if (cost) peers.push_back({name_of(peer), *cost, peer.rmse});
  }
  return peers;
}

std::string split_words(const Config& config) {
  const signal::SplitOptions& split = config.data.split;
  if (!split.validation_runs.empty()) return fmt::format("the runs {}", fmt::join(split.validation_runs, ", "));
  return fmt::format("{} % of the {}, split {}, seed {}", 100 * split.validation_share,
                     split.kind == signal::SplitKind::Runs ? "runs of each group" : "windows", to_string(split.kind),
                     split.seed);
}

/// What the numbers of the report rest on.
std::vector<std::pair<std::string, std::string>> provenance_of(const Config& config, const Teacher& teacher,
                                                               const std::vector<TrialRecord>& trials) {
  std::int64_t trainings = 0;
  for (const TrialRecord& trial : trials) {
    for (const auto& [key, training] : trial.trainings) {
      if (training.evaluation) ++trainings;
    }
  }
  std::vector<std::string> runs;
  for (const signal::Series::Run& run : teacher.series().runs) runs.push_back(run.name);
  const std::string recordings =
      fmt::format("{} recordings, {} samples at {} Hz: {}", runs.size(), teacher.series().labels->size(),
                  teacher.series().sampling_hz, fmt::join(runs, ", "));
  return {
      {"Data", recordings},
      {"Validation", split_words(config)},
      {"Error", fmt::format("root mean squared error of the validation windows against the label {}; mean over the "
                            "trainings of a network. A front is chosen by it, so the least of many is too low",
                            config.data.truth == Truth::Label ? "as recorded" : "of its bin")},
      {"Training", fmt::format("{} epochs, batch {}, Adam, learning rate {}", config.training.epochs,
                               config.training.batch, config.training.learning_rate)},
      {"Search",
       fmt::format("{}, seed {}, {} trials, {} trainings, {:.0f} s of one core", to_string(config.search.sampler),
                   config.search.seed, trials.size(), trainings, cpu_seconds(trials))},
      {"ntorc", std::string(kVersion)},
  };
}

}  // namespace

std::vector<FoundNetwork> found_networks(const Config& config, const Candidates& candidates, Store& store,
                                         StudyId study, const std::vector<TrialRecord>& trials) {
  const std::int64_t rung = last_rung(config.search);
  std::vector<FoundNetwork> all;
  for (const std::size_t place : front_of(config, trials)) {
    const TrialRecord& trial = trials[place];
    FoundNetwork found;
    found.trial = place;
    found.repeat = median_repeat(trial, rung);
    found.network = candidates.network(trial.point);
    const TrainingKey key{trial.number, rung, found.repeat};
    const std::string name = fmt::format("trial {}", trial.number);
    const std::optional<std::string> state = store.read_state(study, key);
    if (!state) throw StoreError(fmt::format("{}: expected the weights of its training, found none", name));
    const Progress progress = parse_progress(*state, found.network, name);
    found.weights = progress.state.weights;
    found.error = progress.evaluation.error.value();
    found.plan = plan_for(found.network, candidates);
    all.push_back(std::move(found));
  }
  return all;
}

std::vector<HeldOutError> measure_held_out(const Config& config, const Teacher& teacher,
                                           const std::vector<TrialRecord>& trials,
                                           const std::vector<FoundNetwork>& found, const signal::Series& recordings) {
  std::vector<HeldOutError> errors;
  for (const FoundNetwork& network : found) {
    const TrialRecord& trial = trials[network.trial];
    const Lesson lesson = teacher.lesson(window_of(config.space, trial.point));
    const signal::WindowOptions options{
        .length = lesson.samples.length, .stride = lesson.samples.length, .label_offset = config.data.label_offset};
    const signal::Series scaled =
        config.data.scaling == signal::ScalingKind::None ? recordings : signal::scaled(recordings, lesson.input);
    const signal::Samples samples = signal::make_windows(scaled, options);
    const std::vector<float> predicted = predicted_by(network, lesson, config.data.decoding, samples);
    const std::vector<signal::RunRmse> runs = signal::rmse_by_run(predicted, samples.labels, samples.run);
    for (const signal::RunRmse& run : runs) {
      errors.push_back({trial.number, samples.runs[static_cast<std::size_t>(run.run)].name, run.windows, run.rmse});
    }
    errors.push_back({trial.number, "", samples.count(), signal::mean_run_rmse(runs)});
  }
  return errors;
}

std::string held_out_csv(const std::vector<HeldOutError>& errors) {
  std::string csv = "trial,run,windows,rmse\n";
  for (const HeldOutError& error : errors) {
    csv += fmt::format("{},{},{},{}\n", error.trial, support::csv_cell(error.run), error.windows, error.error);
  }
  return csv;
}

std::string trials_json(const Config& config, const Candidates& candidates, const std::vector<TrialRecord>& trials) {
  const std::int64_t rung = last_rung(config.search);
  OrderedJson rows = OrderedJson::array();
  for (const TrialRecord& trial : trials) {
    const model::Network network = candidates.network(trial.point);
    OrderedJson trainings = OrderedJson::array();
    for (const auto& [key, training] : trial.trainings) {
      OrderedJson row{{"rung", key.rung}, {"repeat", key.repeat}, {"status", to_string(training.status)}};
      if (training.evaluation) row["evaluation"] = OrderedJson::parse(to_json(*training.evaluation));
      if (!training.message.empty()) row["message"] = training.message;
      trainings.push_back(std::move(row));
    }
    OrderedJson row{{"trial", trial.number},
                    {"round", trial.round},
                    {"status", to_string(trial.status)},
                    {"point", OrderedJson::parse(to_json(config.space, trial.point))},
                    {"multiplies", multiplies(network)},
                    {"cost", trial.cost}};
    if (const auto error = trial.error(rung)) row["error"] = *error;
    if (const auto deviation = trial.deviation(rung)) row["deviation"] = *deviation;
    row["trainings"] = std::move(trainings);
    rows.push_back(std::move(row));
  }
  OrderedJson front = OrderedJson::array();
  for (const std::size_t place : front_of(config, trials)) front.push_back(trials[place].number);
  return OrderedJson{{"format", "ntorc-search"},
                     {"version", 1},
                     {"name", config.name},
                     {"configuration", OrderedJson::parse(config.identity)},
                     {"cost", to_string(config.cost.kind)},
                     {"front", std::move(front)},
                     {"trials", std::move(rows)}}
             .dump(1) +
         "\n";
}

void write_results(const Config& config, const Candidates& candidates, const Teacher& teacher,
                   const std::vector<TrialRecord>& trials, const std::vector<FoundNetwork>& found,
                   const fs::path& folder) {
  make_folder(folder);
  SearchReport report;
  report.name = config.name;
  if (!config.data.dropbear.empty()) report.unit = std::string("V");
  report.cost = config.cost.kind;
  report.cpu_seconds = cpu_seconds(trials);
  report.provenance = provenance_of(config, teacher, trials);
  for (std::size_t i = 0; i < trials.size(); ++i) {
    const bool on_front = std::ranges::find(found, i, &FoundNetwork::trial) != found.end();
    report.trials.push_back(report_trial(config, candidates, trials[i], on_front));
  }
  if (!config.data.dropbear.empty()) {
    report.peers_title = "N-TORC, Table III: RMSE as published, cost by the same count";
    report.peers = published_peers(config, candidates, teacher.head());
  }
  for (const FoundNetwork& network : found) {
    const TrialRecord& trial = trials[network.trial];
    const Lesson lesson = teacher.lesson(window_of(config.space, trial.point));
    const fs::path own = folder / folder_name(trial);
    make_folder(own);
    support::write_file(own / "model.json", model::keras_json(network.network) + "\n");
    support::write_file(own / "model.h5", model::keras_h5(network.network, deployable(lesson, network.weights)));
    support::write_file(own / "scaling.json", scaling_json(network, lesson, config));
    std::vector<RunPredictions> predictions = predictions_of(config, network, lesson, teacher.series().sampling_hz);
    support::write_file(own / "predictions.csv", predictions_csv(predictions));
    if (network.plan && !network.plan->layers.empty()) write_plan(*network.plan, trial, own);
    report.networks.push_back(report_network(network, trial, std::move(predictions)));
  }
  support::write_file(folder / "trials.csv", trials_csv(report));
  support::write_file(folder / "trials.json", trials_json(config, candidates, trials));
  support::write_file(folder / "report.html", report_html(report));
}

}  // namespace ntorc::search
