#include "ntorc/search/evaluate.hpp"

#include <fmt/format.h>
#include <time.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>
#include <nlohmann/json.hpp>
#include <utility>

#include "ntorc/error.hpp"
#include "ntorc/signal/metrics.hpp"
#include "support/json_reader.hpp"

namespace ntorc::search {
namespace {

constexpr std::int64_t kEpochsBetweenErrors = 5;
constexpr std::string_view kProgressMagic = "NTRCPRG1";

/// Of the calling thread.
double thread_seconds() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

/// Values one behind the other.
class ByteWriter {
 public:
  template <typename Value>
  void put(Value value) {
    static_assert(std::endian::native == std::endian::little);
    bytes_.append(reinterpret_cast<const char*>(&value), sizeof(value));
  }
  template <typename Value>
  void put_all(const std::vector<Value>& values) {
    put(static_cast<std::uint64_t>(values.size()));
    bytes_.append(reinterpret_cast<const char*>(values.data()), values.size() * sizeof(Value));
  }
  std::string take() { return std::move(bytes_); }

 private:
  std::string bytes_;
};

class ByteReader {
 public:
  ByteReader(std::string_view bytes, std::string_view name) : rest_(bytes), name_(name) {}

  template <typename Value>
  Value get() {
    Value value{};
    std::memcpy(&value, take(sizeof(Value)).data(), sizeof(Value));
    return value;
  }
  template <typename Value>
  std::vector<Value> get_all() {
    const auto count = get<std::uint64_t>();
    if (count > rest_.size() / sizeof(Value)) fail();
    std::vector<Value> values(static_cast<std::size_t>(count));
    const std::string_view bytes = take(values.size() * sizeof(Value));
    if (!values.empty()) std::memcpy(values.data(), bytes.data(), bytes.size());
    return values;
  }
  bool at_end() const { return rest_.empty(); }
  [[noreturn]] void fail() const {
    throw ParseError(fmt::format("{}: expected the state of a training of this network, found other bytes", name_));
  }

 private:
  std::string_view take(std::size_t count) {
    if (count > rest_.size()) fail();
    const std::string_view taken = rest_.substr(0, count);
    rest_.remove_prefix(count);
    return taken;
  }

  std::string_view rest_;
  std::string_view name_;
};

}  // namespace

std::string to_json(const Evaluation& evaluation) {
  nlohmann::ordered_json curve = nlohmann::ordered_json::array();
  for (const CurvePoint& point : evaluation.curve) curve.push_back({point.epochs, point.loss, point.error});
  return nlohmann::ordered_json{
      {"error", evaluation.error ? nlohmann::ordered_json(*evaluation.error) : nlohmann::ordered_json(nullptr)},
      {"cpu_seconds", evaluation.cpu_seconds},
      {"curve", std::move(curve)}}
      .dump();
}

Evaluation parse_evaluation(std::string_view json, std::string_view name) {
  const nlohmann::json document = support::parse_json(json, name);
  const support::JsonReader reader(document, name);
  reader.only({"error", "cpu_seconds", "curve"});
  Evaluation evaluation;
  if (const auto error = reader.find("error")) evaluation.error = error->number();
  evaluation.cpu_seconds = reader.at("cpu_seconds").number();
  for (const support::JsonReader& item : reader.at("curve").items()) {
    const auto figures = item.items();
    if (figures.size() != 3) item.fail("[epochs, loss, error]");
    evaluation.curve.push_back({figures[0].integer(), figures[1].number(), figures[2].number()});
  }
  return evaluation;
}

std::string to_bytes(const Progress& progress) {
  ByteWriter writer;
  for (const char one : kProgressMagic) writer.put(one);
  writer.put(progress.state.epochs);
  writer.put(progress.state.steps);
  writer.put(static_cast<std::uint64_t>(progress.state.weights.size()));
  for (const model::LayerWeights& layer : progress.state.weights) {
    writer.put(static_cast<std::uint64_t>(layer.arrays.size()));
    for (const model::WeightArray& array : layer.arrays) writer.put_all(array.values);
  }
  writer.put_all(progress.state.first_moments);
  writer.put_all(progress.state.second_moments);
  writer.put_all(progress.state.losses);
  const std::string evaluation = to_json(progress.evaluation);
  writer.put_all(std::vector<char>(evaluation.begin(), evaluation.end()));
  return writer.take();
}

Progress parse_progress(std::string_view bytes, const model::Network& network, std::string_view name) {
  ByteReader reader(bytes, name);
  for (const char one : kProgressMagic) {
    if (reader.get<char>() != one) reader.fail();
  }
  Progress progress;
  progress.state = train::begin(network, 0);
  progress.state.epochs = reader.get<std::int64_t>();
  progress.state.steps = reader.get<std::int64_t>();
  if (progress.state.epochs < 0 || progress.state.steps < 0) reader.fail();
  if (reader.get<std::uint64_t>() != progress.state.weights.size()) reader.fail();
  for (model::LayerWeights& layer : progress.state.weights) {
    if (reader.get<std::uint64_t>() != layer.arrays.size()) reader.fail();
    for (model::WeightArray& array : layer.arrays) {
      std::vector<float> values = reader.get_all<float>();
      if (values.size() != array.values.size()) reader.fail();
      array.values = std::move(values);
    }
  }
  progress.state.first_moments = reader.get_all<float>();
  progress.state.second_moments = reader.get_all<float>();
  progress.state.losses = reader.get_all<double>();
  const std::vector<char> evaluation = reader.get_all<char>();
  if (!reader.at_end()) reader.fail();
  progress.evaluation = parse_evaluation({evaluation.data(), evaluation.size()}, name);
  return progress;
}

double validation_error(const model::Network& network, const model::Weights& weights, const Lesson& lesson,
                        Decoding decoding) {
  return signal::rmse(decoded(lesson, decoding, train::predict(network, weights, lesson.validation)), lesson.truth);
}

Progress evaluate(const model::Network& network, const Lesson& lesson, Decoding decoding,
                  const train::TrainOptions& options, std::optional<Progress> from, std::int64_t until_epoch,
                  const EvaluationWatch& watch) {
  Progress progress = from ? *std::move(from) : Progress{train::begin(network, options.seed), {}};
  const auto at_epoch = [&](const train::EpochReport&) {
    return watch.at_epoch ? watch.at_epoch() : train::Verdict::GoOn;
  };
  while (progress.state.epochs < until_epoch) {
    const double began = thread_seconds();
    const std::int64_t next =
        std::min(until_epoch, (progress.state.epochs / kEpochsBetweenErrors + 1) * kEpochsBetweenErrors);
    progress.state = train::train(network, lesson.training, options, std::move(progress.state), next, at_epoch);
    if (progress.state.epochs < next) {
      progress.evaluation.cpu_seconds += thread_seconds() - began;
      break;
    }
    const double loss = progress.state.losses.back();
    const double error =
        std::isfinite(loss) ? validation_error(network, progress.state.weights, lesson, decoding) : loss;
    progress.evaluation.cpu_seconds += thread_seconds() - began;
    progress.evaluation.error.reset();
    if (!std::isfinite(loss) || !std::isfinite(error)) break;
    progress.evaluation.error = error;
    progress.evaluation.curve.push_back({progress.state.epochs, loss, error});
    if (watch.at_measurement) watch.at_measurement(progress);
  }
  return progress;
}

}  // namespace ntorc::search
