#include "ntorc/train/options.hpp"

#include <fmt/format.h>

#include <cmath>
#include <string_view>

#include "ntorc/error.hpp"

namespace ntorc::train {
namespace {

void expect_count(std::string_view name, std::int64_t value) {
  if (value < 1) throw InvalidArgument(fmt::format("{}: expected at least 1, got {}", name, value));
}

void expect_positive(std::string_view name, double value) {
  if (!(value > 0) || !std::isfinite(value)) {
    throw InvalidArgument(fmt::format("{}: expected a number above 0, got {}", name, value));
  }
}

}  // namespace

void TrainOptions::validate() const {
  expect_count("epochs", epochs);
  expect_count("batch", batch);
  expect_positive("huber_delta", huber_delta);
  expect_positive("learning_rate", learning_rate);
  expect_count("step_epochs", step_epochs);
  if (!(step_factor > 0 && step_factor <= 1)) {
    throw InvalidArgument(fmt::format("step_factor: expected a number in (0, 1], got {}", step_factor));
  }
  if (clip_norm) expect_positive("clip_norm", *clip_norm);
  if (clip_value) expect_positive("clip_value", *clip_value);
  if (instructions && !has_instruction_set(*instructions)) {
    throw InvalidArgument(
        fmt::format("instructions: expected a set that this machine has, got {}", to_string(*instructions)));
  }
}

}  // namespace ntorc::train
