// tests/fuzz/report_figures.hpp - the figures of a report are in the range that its header promises.
#pragma once

#include "fuzz/fuzzer.hpp"
#include "ntorc/synthesis/report.hpp"

namespace ntorc::fuzz {

inline void expect_figures(const synthesis::Range& range) {
  expect_figure(range.min);
  expect_figure(range.max);
}

inline void expect_figures(const synthesis::Resources& resources) {
  for (const auto resource : {&synthesis::Resources::bram_18k, &synthesis::Resources::dsp, &synthesis::Resources::ff,
                              &synthesis::Resources::lut, &synthesis::Resources::uram}) {
    expect_figure(resources.*resource);
  }
}

inline void expect_figures(const synthesis::CsynthReport& report) {
  for (const auto& figure : {report.clock_ns, report.estimated_clock_ns, report.uncertainty_ns}) expect_figure(figure);
  for (const auto& range : {report.latency_cycles, report.interval_cycles}) expect_figures(range);
  for (const auto& resources : {report.total, report.available, report.glue, report.fifo}) expect_figures(resources);
  for (const auto* const list : {&report.instances, &report.parts}) {
    for (const synthesis::Instance& instance : *list) {
      expect_figures(instance.latency_cycles);
      expect_figures(instance.interval_cycles);
      if (instance.resources) expect_figures(*instance.resources);
    }
  }
  for (const synthesis::Fifo& fifo : report.fifos) {
    expect_figures(fifo.resources);
    expect_figure(fifo.depth);
    expect_figure(fifo.bits);
  }
}

}  // namespace ntorc::fuzz
