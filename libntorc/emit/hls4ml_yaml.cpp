#include <fmt/format.h>
#include <yaml-cpp/yaml.h>

#include "ntorc/deploy/latency.hpp"
#include "ntorc/emit/hls4ml_project.hpp"
#include "ntorc/error.hpp"
#include "ntorc/version.hpp"

namespace ntorc::emit {
namespace {

/// Text is always quoted: a layer may be called "1", "yes" or "null".
void entry(YAML::Emitter& yaml, const char* key, const std::string& text) {
  yaml << YAML::Key << key << YAML::Value << YAML::DoubleQuoted << text;
}

/// For a comment: some of what is not ASCII ends a line in YAML.
std::string plain(std::string text) {
  for (char& c : text) {
    if (c < ' ' || c > '~') c = '?';
  }
  return text;
}

std::string heading(const deploy::Plan& plan) {
  return fmt::format("# hls4ml configuration made by ntorc {} for {}.\n", kVersion,
                     plain(plan.network.empty() ? "a plan" : plan.network)) +
         fmt::format("# Asked for: {}.\n", plain(describe(plan.question, plan.target.clock_mhz))) +
         fmt::format("# Predicted ({}): {:.0f} cycles ({:.1f} us) {},\n", plain(plan.cost_source),
                     plan.total.latency_max_cycles,
                     deploy::latency_us(plan.total.latency_max_cycles, plan.target.clock_mhz),
                     plan.design ? fmt::format("by {}", to_string(plan.design->composition)) : "summed over layers") +
         fmt::format("# {:.0f} LUT, {:.0f} FF, {:.0f} DSP, {:.0f} BRAM_18K; {}.\n", plan.total.lut, plan.total.ff,
                     plan.total.dsp, plan.total.bram_18k, to_string(plan.status));
}

void write_network(YAML::Emitter& yaml, const Hls4mlProject& project) {
  if (project.dialect == Hls4mlDialect::KerasModel) {
    yaml << YAML::Key << "KerasModel" << YAML::Value << YAML::LocalTag("keras_model") << YAML::DoubleQuoted
         << project.keras_model.string();
  } else if (project.weights.empty()) {
    entry(yaml, "KerasH5", project.keras_model.string());
  } else {
    entry(yaml, "KerasJson", project.keras_model.string());
    entry(yaml, "KerasH5", project.weights.string());
  }
}

}  // namespace

std::string hls4ml_yaml(const Hls4mlSettings& settings, const Hls4mlProject& project) {
  const deploy::BuildTarget& target = settings.target;
  YAML::Emitter yaml;
  yaml.SetOutputCharset(YAML::EscapeNonAscii);
  yaml << YAML::BeginMap;
  write_network(yaml, project);
  entry(yaml, "OutputDir", project.output_dir.string());
  entry(yaml, "ProjectName", project.project);
  entry(yaml, "Backend", std::string(to_string(project.backend)));
  entry(yaml, "Part", target.part);
  yaml << YAML::Key << "ClockPeriod" << YAML::Value << fmt::format("{}", 1000 / target.clock_mhz);
  entry(yaml, "IOType", std::string(to_string(target.io_type)));
  yaml << YAML::Key << "HLSConfig" << YAML::Value << YAML::BeginMap;
  yaml << YAML::Key << "Model" << YAML::Value << YAML::BeginMap;
  entry(yaml, "Precision", target.precision);
  yaml << YAML::Key << "ReuseFactor" << YAML::Value << 1;
  entry(yaml, "Strategy", target.strategy);
  yaml << YAML::EndMap;
  yaml << YAML::Key << "LayerName" << YAML::Value << YAML::BeginMap;
  for (const Hls4mlSettings::Layer& layer : settings.layers) {
    yaml << YAML::Key << YAML::DoubleQuoted << layer.name << YAML::Value << YAML::BeginMap;
    yaml << YAML::Key << "ReuseFactor" << YAML::Value << layer.reuse;
    if (!layer.strategy.empty()) entry(yaml, "Strategy", layer.strategy);
    yaml << YAML::EndMap;
  }
  yaml << YAML::EndMap << YAML::EndMap << YAML::EndMap;
  return std::string(yaml.c_str()) + "\n";
}

std::string hls4ml_yaml(const deploy::Plan& plan, const Hls4mlProject& project) {
  if (project.fifo_depths == FifoDepths::Least) {
    throw InvalidArgument("FIFO depths: hls4ml's YAML has no key for them; the driver sets them");
  }
  return heading(plan) + hls4ml_yaml(hls4ml_settings(plan), project);
}

}  // namespace ntorc::emit
