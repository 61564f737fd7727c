// ntorc/signal/bins.hpp - labels as classes: equal bins of the label's range, as N-TORC trains its networks.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "ntorc/signal/scaling.hpp"

namespace ntorc::signal {

enum class BinValue {
  UpperEdge,  ///< N-TORC's: every prediction is half a bin too high in the mean
  Centre,
};
std::string_view to_string(BinValue value);  ///< "upper-edge", "centre"
std::optional<BinValue> bin_value(std::string_view name);

struct BinOptions {
  std::int64_t bins = 256;  ///< 1..65536
  BinValue value = BinValue::Centre;
  void validate() const;  ///< @throws InvalidArgument  naming the first bad field and its value
};

/// Bin k holds labels in [low + k * width, low + (k + 1) * width); the last one its upper edge too, and the labels
/// beyond an end belong to the bin at that end. A class is a bin with a label of training, counted from the lowest.
class Bins {
 public:
  /// @param range     that the bins share. N-TORC takes it over all samples of all runs, those held out too.
  /// @param training  labels whose bins become classes.
  /// @throws InvalidArgument  for options that do not validate, low >= high, no label.
  Bins(const LabelRange& range, std::span<const float> training, const BinOptions& options = {});

  double width() const { return width_; }
  std::int64_t classes() const { return static_cast<std::int64_t>(occupied_.size()); }
  std::int64_t bin(float label) const;
  /// The class of the label's bin; of a bin without one the nearest class, the lower of two.
  /// Departs: N-TORC drops labels that no training label equals.
  std::int64_t class_of(float label) const;
  float value(std::int64_t cls) const;  ///< @throws InvalidArgument  unless it is in 0..classes() - 1
  /// What N-TORC's RMSE compares with: value(class_of(label)).
  float quantised(float label) const { return values_[static_cast<std::size_t>(class_of(label))]; }

  /// Value of the most probable class, the lowest of equals.
  /// @param scores  (outputs), at least classes() of them, by rising probability; outputs beyond the classes are never
  ///                trained and not looked at. @throws InvalidArgument
  float most_probable(std::span<const float> scores) const;
  /// Mean of the values, weighted by probability.
  /// @param probabilities  (outputs), as above, >= 0; they need not sum to 1. @throws InvalidArgument
  float expectation(std::span<const float> probabilities) const;

 private:
  double low_ = 0;
  double width_ = 0;
  std::int64_t bins_ = 0;
  std::vector<std::int64_t> occupied_;  // bins, ascending
  std::vector<float> values_;           // of each class
};

}  // namespace ntorc::signal
