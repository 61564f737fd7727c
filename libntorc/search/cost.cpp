#include "ntorc/search/cost.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include "ntorc/error.hpp"

namespace ntorc::search {
namespace {

using model::Layer;
using model::LayerKind;

constexpr std::array kCostKinds{CostKind::Multiplies, CostKind::NtorcPaper, CostKind::NtorcCode,
                                CostKind::Lut,        CostKind::Ff,         CostKind::Dsp,
                                CostKind::Bram18k,    CostKind::Resources,  CostKind::Share};

double extent(std::int64_t value) { return static_cast<double>(value); }

[[noreturn]] void refuse_layer(const Layer& layer) {
  throw InvalidArgument(
      fmt::format("{}: N-TORC's workload is of conv1d, lstm, dense, pooling and flatten alone, found {}", layer.name,
                  to_string(layer.kind)));
}

bool is_pooling(LayerKind kind) { return kind == LayerKind::MaxPooling1D || kind == LayerKind::AveragePooling1D; }
bool weighs_nothing(LayerKind kind) {
  return kind == LayerKind::Input || kind == LayerKind::Flatten || kind == LayerKind::Activation;
}

}  // namespace

std::string_view to_string(CostKind kind) {
  switch (kind) {
    case CostKind::Multiplies:
      return "multiplies";
    case CostKind::NtorcPaper:
      return "ntorc-paper";
    case CostKind::NtorcCode:
      return "ntorc-code";
    case CostKind::Lut:
      return "lut";
    case CostKind::Ff:
      return "ff";
    case CostKind::Dsp:
      return "dsp";
    case CostKind::Bram18k:
      return "bram_18k";
    case CostKind::Resources:
      return "resources";
    case CostKind::Share:
      break;
  }
  return "share";
}

CostKind cost_kind(std::string_view name) {
  std::string known;
  for (const CostKind kind : kCostKinds) {
    if (name == to_string(kind)) return kind;
    known += (known.empty() ? "" : ", ") + std::string(to_string(kind));
  }
  throw InvalidArgument(fmt::format("cost: expected one of {}, found {}", known, name));
}

bool is_deployed(CostKind kind) {
  return kind != CostKind::Multiplies && kind != CostKind::NtorcPaper && kind != CostKind::NtorcCode;
}

std::int64_t multiplies(const model::Network& network) {
  std::int64_t sum = 0;
  for (const Layer& layer : network.layers) {
    if (__builtin_add_overflow(sum, model::multiplications(layer), &sum)) {
      throw InvalidArgument("multiplies: expected less than 2^63");
    }
  }
  return sum;
}

double ntorc_paper_multiplies(const model::Network& network) {
  double sum = 0;
  for (const Layer& layer : network.layers) {
    const LayerKind kind = layer.kind;
    if (kind == LayerKind::Conv1D || kind == LayerKind::Dense) {
      sum += extent(model::multiplications(layer));
    } else if (kind == LayerKind::Lstm) {
      const double steps = extent(layer.input_shape.front());
      sum += (steps * extent(layer.input_shape.back()) + extent(layer.size)) * 4 * extent(layer.size);
    } else if (!is_pooling(kind) && !weighs_nothing(kind)) {
      refuse_layer(layer);
    }
  }
  return sum;
}

double ntorc_code_multiplies(const model::Network& network) {
  double sum = 0;
  double steps = 0;     // of the sequence, not rounded
  double channels = 0;  // of a step
  double features = 0;  // of the dense layer before; 0 before the first one
  bool is_first_lstm = true;
  for (std::size_t i = 0; i < network.layers.size(); ++i) {
    const Layer& layer = network.layers[i];
    const double size = extent(layer.size);
    const bool is_last = i + 1 == network.layers.size();
    if (layer.kind == LayerKind::Input) {
      steps = extent(layer.output_shape.front());
      channels = extent(layer.output_shape.back());
    } else if (layer.kind == LayerKind::Conv1D) {
      sum += steps * extent(layer.kernel.front()) * size;
      steps /= extent(layer.strides.front());
      channels = size;
    } else if (is_pooling(layer.kind)) {
      steps /= extent(layer.strides.front());
    } else if (layer.kind == LayerKind::Lstm) {
      sum += is_first_lstm ? 4 * (steps * size + size * size) + 3 * size : 4 * (2 * size * size) + 3 * size;
      is_first_lstm = false;
      channels = size;
    } else if (layer.kind == LayerKind::Dense) {
      if (is_last) {
        sum += features > 0 ? features : steps;
      } else {
        sum += (features > 0 ? features : steps * channels) * size;
      }
      features = size;
    } else if (!weighs_nothing(layer.kind)) {
      refuse_layer(layer);
    }
  }
  return sum;
}

deploy::Question question_of(CostKind kind, deploy::Question question) {
  question.objective = kind == CostKind::Share ? deploy::Objective::Share : deploy::Objective::Cost;
  question.weights = {};
  const auto only = [&](CostKind wanted) { return kind == wanted ? 1.0 : 0.0; };
  if (kind != CostKind::Resources && kind != CostKind::Share) {
    question.weights.lut = only(CostKind::Lut);
    question.weights.ff = only(CostKind::Ff);
    question.weights.dsp = only(CostKind::Dsp);
    question.weights.bram_18k = only(CostKind::Bram18k);
  }
  return question;
}

std::optional<double> cost_of(const model::Network& network, CostKind kind, const perf::PerformanceModel& model,
                              const deploy::PlanOptions& plan) {
  switch (kind) {
    case CostKind::Multiplies:
      return static_cast<double>(multiplies(network));
    case CostKind::NtorcPaper:
      return ntorc_paper_multiplies(network);
    case CostKind::NtorcCode:
      return ntorc_code_multiplies(network);
    default:
      break;
  }
  deploy::PlanOptions options = plan;
  options.question = question_of(kind, plan.question);
  try {
    const deploy::Plan answer = deploy::plan_network(network, model, options);
    if (answer.layers.empty()) return std::nullopt;
    return answer.objective;
  } catch (const InvalidArgument&) {
    return std::nullopt;  // a layer has no choice within the limits of the tool
  }
}

}  // namespace ntorc::search
