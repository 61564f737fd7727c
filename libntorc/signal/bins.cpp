#include "ntorc/signal/bins.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "ntorc/error.hpp"

namespace ntorc::signal {
namespace {

constexpr std::int64_t kMostBins = 65536;

void expect_scores(std::span<const float> scores, std::int64_t classes) {
  if (static_cast<std::int64_t>(scores.size()) < classes)
    throw InvalidArgument(fmt::format("scores: expected {} at least, got {}", classes, scores.size()));
}

}  // namespace

std::string_view to_string(BinValue value) {
  switch (value) {
    case BinValue::UpperEdge:
      return "upper-edge";
    case BinValue::Centre:
      return "centre";
  }
  return {};
}

std::optional<BinValue> bin_value(std::string_view name) {
  for (const BinValue value : {BinValue::UpperEdge, BinValue::Centre}) {
    if (name == to_string(value)) return value;
  }
  return std::nullopt;
}

void BinOptions::validate() const {
  if (bins < 1 || bins > kMostBins)
    throw InvalidArgument(fmt::format("bins: expected an integer in 1..{}, got {}", kMostBins, bins));
}

Bins::Bins(const LabelRange& range, std::span<const float> training, const BinOptions& options)
    : low_(range.low), bins_(options.bins) {
  options.validate();
  if (!std::isfinite(range.low) || !std::isfinite(range.high) || !(range.low < range.high))
    throw InvalidArgument(fmt::format("range: expected low < high, got {} and {}", range.low, range.high));
  if (training.empty()) throw InvalidArgument("bins: expected labels of training, got none");
  width_ = (static_cast<double>(range.high) - low_) / static_cast<double>(bins_);
  std::vector<bool> occupied(static_cast<std::size_t>(bins_));
  for (const float label : training) occupied[static_cast<std::size_t>(bin(label))] = true;
  const double within = options.value == BinValue::Centre ? 0.5 : 1;
  for (std::int64_t k = 0; k < bins_; ++k) {
    if (!occupied[static_cast<std::size_t>(k)]) continue;
    occupied_.push_back(k);
    values_.push_back(static_cast<float>(low_ + (static_cast<double>(k) + within) * width_));
  }
}

std::int64_t Bins::bin(float label) const {
  const double place = (static_cast<double>(label) - low_) / width_;
  std::int64_t k = 0;
  if (place > 0) k = place < static_cast<double>(bins_ - 1) ? static_cast<std::int64_t>(place) : bins_ - 1;
  // The edges are low + k * width, to the last digit.
  if (k > 0 && label < low_ + static_cast<double>(k) * width_) --k;
  if (k + 1 < bins_ && label >= low_ + static_cast<double>(k + 1) * width_) ++k;
  return k;
}

std::int64_t Bins::class_of(float label) const {
  const std::int64_t k = bin(label);
  const auto above = std::ranges::lower_bound(occupied_, k);
  const std::int64_t cls = above - occupied_.begin();
  if (above == occupied_.end()) return cls - 1;
  if (*above == k || above == occupied_.begin()) return cls;
  return k - *(above - 1) <= *above - k ? cls - 1 : cls;
}

float Bins::value(std::int64_t cls) const {
  if (cls < 0 || cls >= classes())
    throw InvalidArgument(fmt::format("class: expected an integer in 0..{}, got {}", classes() - 1, cls));
  return values_[static_cast<std::size_t>(cls)];
}

float Bins::most_probable(std::span<const float> scores) const {
  expect_scores(scores, classes());
  const auto trained = scores.first(values_.size());
  return values_[static_cast<std::size_t>(std::ranges::max_element(trained) - trained.begin())];
}

float Bins::expectation(std::span<const float> probabilities) const {
  expect_scores(probabilities, classes());
  double weight = 0;
  double sum = 0;
  for (std::size_t c = 0; c < values_.size(); ++c) {
    const double probability = probabilities[c];
    if (!(probability >= 0)) throw InvalidArgument(fmt::format("probabilities: expected >= 0, got {}", probability));
    weight += probability;
    sum += probability * static_cast<double>(values_[c]);
  }
  if (!(weight > 0)) throw InvalidArgument("probabilities: expected one above 0, got none");
  return static_cast<float>(sum / weight);
}

}  // namespace ntorc::signal
