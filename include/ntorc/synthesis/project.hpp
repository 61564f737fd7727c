// ntorc/synthesis/project.hpp - what a finished project of hls4ml says of each of its layers. docs/formats/reports.md
#pragma once

#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "ntorc/perf/record.hpp"
#include "ntorc/synthesis/report.hpp"

namespace ntorc::synthesis {

/// The files of one project; empty where there is none.
struct ProjectFiles {
  std::filesystem::path root;  ///< hls4ml's OutputDir; the solution, if there are several; or the folder of a report
  std::string name;            ///< of the top function; of a report that stands alone its file's, without its ending
  std::filesystem::path csynth_rpt;
  std::filesystem::path csynth_xml;     ///< of the top
  std::filesystem::path hierarchy_xml;  ///< csynth.xml of Vitis HLS
  std::filesystem::path cosim_rpt;
  std::vector<std::filesystem::path> utilization_rpts;  ///< of Vivado: vivado_synth.rpt, util.rpt, ...
  std::filesystem::path parameters_h;
  std::filesystem::path defines_h;
  std::filesystem::path top_cpp;
  std::filesystem::path project_tcl;
};

struct FoundProjects {
  std::vector<ProjectFiles> projects{};  ///< a folder's own before those below it, these by name
  std::vector<std::string> warnings{};   ///< folders that could not be read, one line each
};

/// The projects under a folder, or the one that it is, or a report by itself. A folder is a project if it has solutions
/// with reports of C synthesis, or hls4ml's firmware of which there are none yet; elsewhere each report is one, unless
/// another in the same folder calls its module. Links are not followed.
/// @throws FileError  if there is no such folder, or it cannot be read.
FoundProjects find_projects(const std::filesystem::path& folder);

/// A project, row by row.
struct Breakdown {
  ProjectFiles files;
  perf::Context context;
  std::optional<CsynthReport> csynth;  ///< of the top
  std::vector<perf::Record> records;   ///< those of C synthesis, the design's own last; then the design in other stages
  std::vector<std::string> warnings;   ///< one line each, with the path of the file
};

/// Reads a project and gives each instance to its layer, by the number of its config struct and parameters.h. What is
/// broken, cut or foreign is a warning and leaves no row that looks whole.
/// Never throws for what is in the files.
Breakdown break_down(const ProjectFiles& files);

/// The breakdown as a table for people: each layer with its cost and share.
std::string breakdown_table(const Breakdown& breakdown);

}  // namespace ntorc::synthesis
