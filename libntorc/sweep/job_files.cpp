#include "sweep/job_files.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "ntorc/emit/hls4ml_project.hpp"
#include "ntorc/model/write_keras.hpp"
#include "ntorc/train/initial_weights.hpp"
#include "sweep/network.hpp"

namespace ntorc::sweep {
namespace {

constexpr const char* kProject = "myproject";  ///< hls4ml's own default; a long name would be cut in those of modules
constexpr const char* kOutput = "project";

emit::Hls4mlSettings settings_of(const Target& target, const PlannedJob& job) {
  emit::Hls4mlSettings settings;
  settings.network = job.job.summary;
  settings.target = {target.part, target.clock_mhz, target.backend, target.io_type, {}, job.precision};
  const bool all_latency =
      std::ranges::all_of(job.layers, [](const LayerBuild& layer) { return layer.strategy == Strategy::Latency; });
  const Strategy common = all_latency ? Strategy::Latency : Strategy::Resource;
  settings.target.strategy = to_string(common);
  for (const LayerBuild& layer : job.layers) {
    settings.layers.push_back({layer.name, layer.reuse, layer.effective,
                               layer.strategy == common ? "" : std::string(to_string(layer.strategy))});
  }
  return settings;
}

emit::Hls4mlProject project_of(const Target& target) {
  emit::Hls4mlProject project;
  project.dialect = target.dialect;
  project.backend = target.backend;
  project.project = kProject;
  project.output_dir = kOutput;
  const bool is_json = target.dialect == emit::Hls4mlDialect::KerasJson;
  project.keras_model = is_json ? "model.json" : "model.h5";
  if (is_json) project.weights = "model.h5";
  return project;
}

}  // namespace

std::string job_yaml(const Target& target, const PlannedJob& job) {
  return fmt::format("# Job {} of a sweep: {}.\n", job.job.id, job.job.summary) +
         emit::hls4ml_yaml(settings_of(target, job), project_of(target));
}

std::string job_driver(const Target& target, const PlannedJob& job) {
  const emit::PythonPaths paths{"HERE / \"model.h5\"", "str(OUTPUT)"};
  return fmt::format(
      R"py(#!/usr/bin/env python3
# Job {id} of a sweep by ntorc: {summary}.
# Converts model.h5 with hls4ml, checks the reuse factors, and runs the HLS tool, all below this file's folder.
import argparse
import os
import shutil
from pathlib import Path

HERE = Path(__file__).resolve().parent
OUTPUT = HERE / "{output}"

parser = argparse.ArgumentParser(description="Builds one job of a sweep.")
parser.add_argument("--cosim", action="store_true", help="also co-simulate")
parser.add_argument("--vsynth", action="store_true", help="also run logic synthesis")
parser.add_argument("--convert-only", action="store_true", help="write the project, and do not run the HLS tool")
options = parser.parse_args()

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
import hls4ml
import keras

{conversion}shutil.rmtree(OUTPUT, ignore_errors=True)  # reports of an earlier run are not those of this one
project.write()
(OUTPUT / "hls4ml_version.txt").write_text(hls4ml.__version__ + "\n")  # hls4ml itself leaves no word of it
if options.convert_only:
    raise SystemExit(0)
project.build(csim=False, synth=True, cosim=options.cosim, vsynth=options.vsynth)
solution = OUTPUT / "{project}_prj" / "solution1"
reports = [solution / "syn" / "report" / "{project}_csynth.rpt"]
if options.cosim:
    reports.append(solution / "sim" / "report" / "{project}_cosim.rpt")
if options.vsynth:
    reports.append(OUTPUT / "vivado_synth.rpt")
for report in reports:
    if not report.is_file():
        raise SystemExit(f"{{report}}: expected a report, the HLS tool wrote none")
)py",
      fmt::arg("id", job.job.id), fmt::arg("summary", job.job.summary), fmt::arg("output", kOutput),
      fmt::arg("project", kProject),
      fmt::arg("conversion", emit::hls4ml_conversion(settings_of(target, job), project_of(target), paths)));
}

std::string job_h5(const PlannedJob& job) {
  std::uint64_t seed = 0;
  std::from_chars(job.job.id.data(), job.job.id.data() + job.job.id.size(), seed, 16);
  return model::keras_h5(job.network->graph, train::initial_weights(job.network->graph, seed));
}

}  // namespace ntorc::sweep
