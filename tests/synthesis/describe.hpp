// tests/synthesis/describe.hpp - everything that a reader found, as text: two results are equal when their texts are.
#pragma once

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <vector>

#include "fixtures.hpp"
#include "ntorc/synthesis/report.hpp"

namespace ntorc::synthesis {

inline std::string describe(const std::optional<double>& figure) { return figure ? fmt::format("{}", *figure) : "."; }

inline std::string describe(const Range& range) {
  return fmt::format("{}..{}", describe(range.min), describe(range.max));
}

/// BRAM_18K, DSP, FF, LUT, URAM.
inline std::string describe(const Resources& resources) {
  return fmt::format("{} {} {} {} {}", describe(resources.bram_18k), describe(resources.dsp), describe(resources.ff),
                     describe(resources.lut), describe(resources.uram));
}

inline std::string describe(const Instance& instance) {
  return fmt::format("{} {} [{}] [{}] {{{}}} {}\n", instance.name, instance.module, describe(instance.latency_cycles),
                     describe(instance.interval_cycles), instance.pipeline,
                     instance.resources ? describe(*instance.resources) : "none");
}

inline std::string describe(const CsynthReport& report) {
  std::string text =
      fmt::format("{} {} {} {} clock {} {} {} [{}] [{}] {{{}}}\ntotal {}\navailable {}\nglue {}\nfifo {}\n",
                  report.module, to_string(report.tool), report.version, report.part, describe(report.clock_ns),
                  describe(report.estimated_clock_ns), describe(report.uncertainty_ns), describe(report.latency_cycles),
                  describe(report.interval_cycles), report.pipeline, describe(report.total), describe(report.available),
                  describe(report.glue), describe(report.fifo));
  for (const Instance& instance : report.instances) text += "instance " + describe(instance);
  for (const Instance& part : report.parts) text += "part " + describe(part);
  for (const Fifo& fifo : report.fifos) {
    text += fmt::format("fifo {} {} x {}: {}\n", fifo.name, describe(fifo.depth), describe(fifo.bits),
                        describe(fifo.resources));
  }
  return text;
}

inline std::string describe(const std::vector<CsynthReport>& reports) {
  std::string text;
  for (const CsynthReport& report : reports) text += describe(report);
  return text;
}

inline std::string describe(const CosimReport& report) {
  return fmt::format("{} {} {} [{}] {} [{}]\n", report.top, report.rtl, report.status, describe(report.latency_cycles),
                     describe(report.latency_average_cycles), describe(report.interval_cycles));
}

inline std::string describe(const UtilizationReport& report) {
  return fmt::format("{} {} {} {}\nused {}\navailable {}\n", report.version, report.design, report.part, report.state,
                     describe(report.used), describe(report.available));
}

/// A file of tests/data/synthesis.
inline std::string text_of(const std::string& fixture) {
  return test::read_all(test::data_dir() / "synthesis" / fixture);
}

/// `text` with the first `from` replaced by `to`.
inline std::string replaced(std::string text, const std::string& from, const std::string& to) {
  const auto at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return at == std::string::npos ? text : text.replace(at, from.size(), to);
}

}  // namespace ntorc::synthesis
