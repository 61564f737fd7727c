#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include "ntorc/error.hpp"
#include "ntorc/synthesis/project.hpp"
#include "support/file.hpp"
#include "synthesis/module_name.hpp"

namespace ntorc::synthesis {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kRpt = "_csynth.rpt";
constexpr std::string_view kXml = "_csynth.xml";
constexpr std::string_view kCosim = "_cosim.rpt";
constexpr int kDeepest = 64;  // folders within folders

bool is_utilization(std::string_view name) {
  return name.ends_with("vivado_synth.rpt") || name == "util.rpt" ||
         (name.find("utilization") != std::string_view::npos &&
          name.find("clock_utilization") == std::string_view::npos && name.ends_with(".rpt"));
}

/// One folder: files and folders by name, links left out.
struct Listing {
  std::vector<std::string> files;
  std::vector<std::string> folders;

  bool has(std::string_view file) const { return std::ranges::binary_search(files, file); }
};

/// Nothing, and why, if the folder cannot be read.
std::optional<Listing> list(const fs::path& folder, std::string& why) {
  std::error_code failure;
  fs::directory_iterator entries(folder, failure);
  Listing listing;
  for (; !failure && entries != fs::directory_iterator{}; entries.increment(failure)) {
    std::error_code unknown;
    const fs::file_status status = entries->symlink_status(unknown);
    if (fs::is_regular_file(status)) listing.files.push_back(entries->path().filename().string());
    if (fs::is_directory(status)) listing.folders.push_back(entries->path().filename().string());
  }
  if (failure) {
    why = failure.message();
    return std::nullopt;
  }
  std::ranges::sort(listing.files);
  std::ranges::sort(listing.folders);
  return listing;
}

/// The word behind `key="` in a description of the HLS project.
std::string attribute(std::string_view text, std::string_view key) {
  const std::size_t at = text.find(key);
  if (at == std::string_view::npos) return {};
  const std::size_t begin = at + key.size();
  const std::size_t end = text.find('"', begin);
  return end == std::string_view::npos ? std::string() : std::string(text.substr(begin, end - begin));
}

std::string read_or_nothing(const fs::path& file) {
  try {
    return support::read_file(file);
  } catch (const Error&) {
    return {};
  }
}

class Walk {
 public:
  enum class Asked { ForAFolder, ForTheFile };

  explicit Walk(FoundProjects& found) : found_(found) {}

  void visit(const fs::path& folder, int depth) {
    std::string why;
    const auto listing = list(folder, why);
    if (!listing) {
      found_.warnings.push_back(fmt::format("{}: cannot read the folder: {}", folder.string(), why));
      return;
    }
    if (depth > kDeepest) {
      found_.warnings.push_back(fmt::format("{}: more than {} folders deep: left out", folder.string(), kDeepest));
      return;
    }
    const std::vector<std::string> inside = take_project(folder, *listing);
    if (inside.empty()) take_alone(folder, *listing, Asked::ForAFolder);
    for (const std::string& name : listing->folders) {
      if (is_of_no_interest(folder, name, *listing) || std::ranges::binary_search(inside, name)) continue;
      visit(folder / name, depth + 1);
    }
  }

  /// A folder with reports that no project is around. Each top is a project.
  void take_alone(const fs::path& folder, const Listing& listing, Asked asked) {
    std::map<std::string, ProjectFiles, std::less<>> by_stem;
    const auto project = [&](std::string_view file, std::string_view ending) -> ProjectFiles& {
      ProjectFiles& files = by_stem[std::string(file.substr(0, file.size() - ending.size()))];
      files.root = folder;
      return files;
    };
    for (const std::string& file : listing.files) {
      if (file.ends_with(kRpt)) {
        project(file, kRpt).csynth_rpt = folder / file;
      } else if (file.ends_with(kXml)) {
        project(file, kXml).csynth_xml = folder / file;
      } else if (file.ends_with(kCosim)) {
        project(file, kCosim).cosim_rpt = folder / file;
      } else if (file == "csynth.xml" || is_utilization(file)) {
        rest_.push_back(file);
      }
    }
    // Modules that another report calls are no designs of their own.
    if (by_stem.size() > 1) {
      for (const std::string& called : called_modules(by_stem)) by_stem.erase(called);
    }
    if (by_stem.size() == 1) {
      ProjectFiles& files = by_stem.begin()->second;
      for (const std::string& file : rest_) place(files, folder / file);
      find_firmware(files, listing);
    } else {
      // A project of Vivado has a report of utilization for each of its IP cores; none of them is a network's.
      std::erase_if(rest_, [&](const std::string& file) {
        return asked == Asked::ForAFolder && is_utilization(file) && !file.ends_with("vivado_synth.rpt");
      });
      for (const std::string& file : rest_) place(project(file, file.substr(file.rfind('.'))), folder / file);
    }
    rest_.clear();
    for (auto& [stem, files] : by_stem) {
      files.name = stem;
      found_.projects.push_back(std::move(files));
    }
  }

 private:
  /// A folder that hls4ml wrote: has solutions, or firmware of which nothing was synthesised yet. Returns the folders
  /// that belong to it, sorted.
  std::vector<std::string> take_project(const fs::path& folder, const Listing& listing) {
    std::vector<std::string> inside;
    const bool has_firmware =
        std::ranges::binary_search(listing.folders, "firmware") && fs::exists(folder / "firmware" / "parameters.h");
    const std::size_t first = found_.projects.size();
    for (const fs::path& hls : hls_folders(folder, listing, has_firmware)) {
      if (take_hls(folder, hls, listing)) inside.push_back(hls.begin()->string());
    }
    const std::size_t solutions = found_.projects.size() - first;
    if (solutions > 1) {  // each is a project of its own
      for (std::size_t i = first; i < found_.projects.size(); ++i) {
        ProjectFiles& files = found_.projects[i];
        const fs::path& any = !files.csynth_rpt.empty()   ? files.csynth_rpt
                              : !files.csynth_xml.empty() ? files.csynth_xml
                                                          : files.hierarchy_xml;
        files.root = any.parent_path().parent_path().parent_path();
      }
    }
    if (solutions == 0 && has_firmware) {
      ProjectFiles files;
      files.root = folder;
      for (const std::string& file : listing.files) {
        if (is_utilization(file)) files.utilization_rpts.push_back(folder / file);
        if (file.ends_with(kRpt)) return inside;  // a report was copied beside the firmware
        if (file.ends_with(kXml) || file.ends_with(kCosim)) return inside;
      }
      find_firmware(files, listing);
      found_.projects.push_back(std::move(files));
      inside.emplace_back("firmware");
    }
    if (has_firmware && !inside.empty()) inside.emplace_back("firmware");
    std::ranges::sort(inside);
    inside.erase(std::unique(inside.begin(), inside.end()), inside.end());
    return inside;
  }

  /// Where an HLS project may lie, from `folder` on. The backend VitisUnified has it in
  /// vitis_workspace/<name>/vitis_unified_project, with the reports in hls/syn/report there.
  static std::vector<fs::path> hls_folders(const fs::path& folder, const Listing& listing, bool has_firmware) {
    constexpr const char* kWorkspace = "vitis_workspace";
    std::vector<fs::path> folders(listing.folders.begin(), listing.folders.end());
    if (!has_firmware) return folders;
    for (const std::string& name : folders_of(folder / kWorkspace)) {
      for (const std::string& unified : folders_of(folder / kWorkspace / name)) {
        folders.push_back(fs::path(kWorkspace) / name / unified);
      }
    }
    return folders;
  }

  static std::vector<std::string> folders_of(const fs::path& folder) {
    std::string why;
    const auto listing = list(folder, why);
    return listing ? listing->folders : std::vector<std::string>();
  }

  /// The solutions of an HLS project. False if there are none.
  bool take_hls(const fs::path& folder, const fs::path& hls_folder, const Listing& listing) {
    std::string why;
    const auto hls = list(folder / hls_folder, why);
    if (!hls) return false;
    const std::size_t before = found_.projects.size();
    for (const std::string& solution : hls->folders) {
      const fs::path at = folder / hls_folder / solution;
      const auto reports = list(at / "syn" / "report", why);
      if (!reports) continue;
      const std::string top = top_of(folder / hls_folder, *hls, at, *reports);
      if (!top.empty()) found_.projects.push_back(of_solution(folder, at, *reports, top, listing));
    }
    return found_.projects.size() > before;
  }

  ProjectFiles of_solution(const fs::path& folder, const fs::path& solution, const Listing& reports,
                           const std::string& top, const Listing& listing) const {
    ProjectFiles files;
    files.root = folder;
    files.name = top;
    const fs::path at = solution / "syn" / "report";
    if (reports.has(top + std::string(kRpt))) files.csynth_rpt = at / (top + std::string(kRpt));
    if (reports.has(top + std::string(kXml))) files.csynth_xml = at / (top + std::string(kXml));
    if (reports.has("csynth.xml")) files.hierarchy_xml = at / "csynth.xml";
    std::string why;
    if (const auto simulated = list(solution / "sim" / "report", why)) {
      for (const std::string& file : simulated->files) {
        if (file == top + std::string(kCosim)) files.cosim_rpt = solution / "sim" / "report" / file;
      }
    }
    for (const std::string& file : listing.files) {
      if (is_utilization(file)) files.utilization_rpts.push_back(folder / file);
    }
    for (const char* const language : {"verilog", "vhdl"}) {
      const fs::path implemented = solution / "impl" / "report" / language;
      const auto written = list(implemented, why);
      if (!written) continue;
      for (const std::string& file : written->files) {
        if (is_utilization(file)) files.utilization_rpts.push_back(implemented / file);
      }
    }
    find_firmware(files, listing);
    return files;
  }

  static void find_firmware(ProjectFiles& files, const Listing& listing) {
    if (listing.has("project.tcl")) files.project_tcl = files.root / "project.tcl";
    fs::path folder = files.root / "firmware";
    std::error_code unknown;
    if (!fs::exists(folder / "parameters.h", unknown)) folder = files.root;
    if (!fs::exists(folder / "parameters.h", unknown)) return;
    files.parameters_h = folder / "parameters.h";
    if (fs::exists(folder / "defines.h", unknown)) files.defines_h = folder / "defines.h";
    // A wrapper for a bus calls the network, whose source has the layers.
    for (const std::string& name : {std::string(network_of(files.name)), files.name}) {
      const fs::path cpp = folder / (name + ".cpp");
      if (name.empty() || !fs::exists(cpp, unknown)) continue;
      files.top_cpp = cpp;
      return;
    }
    // The only source that is not a wrapper.
    std::string why;
    const auto firmware = list(folder, why);
    if (!firmware) return;
    std::vector<std::string> sources;
    for (const std::string& file : firmware->files) {
      if (!file.ends_with(".cpp") || file.ends_with("_test.cpp") || file.ends_with("_bridge.cpp")) continue;
      const std::string name = file.substr(0, file.size() - 4);
      if (network_of(name) == name) sources.push_back(file);
    }
    if (sources.size() == 1) files.top_cpp = folder / sources.front();
  }

  /// The top function of a solution, empty if its folder has no report of C synthesis.
  static std::string top_of(const fs::path& hls_folder, const Listing& hls, const fs::path& solution,
                            const Listing& reports) {
    const auto has = [&](const std::string& name) {
      return reports.has(name + std::string(kRpt)) || reports.has(name + std::string(kXml));
    };
    std::string name = hls_folder.filename().string();
    if (name.ends_with("_prj")) name.resize(name.size() - 4);
    for (const std::string& asked : {name + "_axi", name}) {
      if (has(asked)) return asked;
    }
    for (const char* const app : {"hls.app", "vivado_hls.app"}) {
      if (!hls.has(app)) continue;
      std::string top = attribute(read_or_nothing(hls_folder / app), " top=\"");
      if (!top.empty() && has(top)) return top;
    }
    if (reports.has("csynth.xml")) {
      const std::string text = read_or_nothing(solution / "syn" / "report" / "csynth.xml");
      const std::size_t at = text.find("<TopModelName>");
      const std::size_t end = text.find("</TopModelName>");
      if (at != std::string::npos && end != std::string::npos && end > at + 14)
        return text.substr(at + 14, end - at - 14);
      return name;
    }
    std::map<std::string, ProjectFiles, std::less<>> by_stem;
    for (const std::string& file : reports.files) {
      if (file.ends_with(kRpt)) {
        by_stem[file.substr(0, file.size() - kRpt.size())].csynth_rpt = solution / "syn" / "report" / file;
      }
    }
    std::string any = by_stem.empty() ? std::string() : by_stem.begin()->first;
    for (const std::string& called : called_modules(by_stem)) by_stem.erase(called);
    return by_stem.empty() ? any : by_stem.begin()->first;
  }

  /// Stems of those whose module another of the reports calls.
  static std::vector<std::string> called_modules(const std::map<std::string, ProjectFiles, std::less<>>& by_stem) {
    std::map<std::string, std::vector<std::string>, std::less<>> stems;  // by module
    std::vector<std::pair<std::string, std::string>> calls;              // caller, called
    for (const auto& [stem, files] : by_stem) {
      if (files.csynth_rpt.empty()) {
        stems[stem].push_back(stem);
        continue;
      }
      try {
        const CsynthReport report =
            parse_csynth_rpt(support::read_file(files.csynth_rpt), files.csynth_rpt.filename().string());
        stems[report.module].push_back(stem);
        for (const Instance& instance : report.instances) calls.emplace_back(report.module, instance.module);
      } catch (const Error&) {  // break_down says what is wrong with it
        continue;
      }
    }
    std::vector<std::string> called;
    for (const auto& [caller, module] : calls) {
      const auto found = stems.find(module);
      if (found == stems.end() || module == caller) continue;
      called.insert(called.end(), found->second.begin(), found->second.end());
    }
    return called;
  }

  static void place(ProjectFiles& files, const fs::path& file) {
    if (file.filename() == "csynth.xml") {
      files.hierarchy_xml = file;
    } else {
      files.utilization_rpts.push_back(file);
    }
  }

  /// Where the tools keep thousands of files, none of which is read.
  static bool is_of_no_interest(const fs::path& folder, std::string_view name, const Listing& listing) {
    if (name == ".autopilot" || name == ".git" || name == "nnet_utils" || name == "ap_types") return true;
    if (name == "weights" && listing.has("parameters.h")) return true;
    const fs::path parent = folder.filename();
    return (parent == "syn" || parent == "sim") && name != "report";
  }

  FoundProjects& found_;
  std::vector<std::string> rest_;
};

}  // namespace

FoundProjects find_projects(const fs::path& folder) {
  FoundProjects found;
  std::error_code failure;
  const fs::file_status status = fs::status(folder, failure);
  if (!fs::exists(status)) throw FileError(fmt::format("{}: no such file or folder", folder.string()));
  Walk walk(found);
  if (!fs::is_directory(status)) {
    Listing one;
    one.files.push_back(folder.filename().string());
    walk.take_alone(folder.parent_path().empty() ? fs::path(".") : folder.parent_path(), one, Walk::Asked::ForTheFile);
    return found;
  }
  std::string why;
  if (!list(folder, why)) throw FileError(fmt::format("{}: cannot read the folder: {}", folder.string(), why));
  walk.visit(folder, 0);
  return found;
}

}  // namespace ntorc::synthesis
