#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <pugixml.hpp>
#include <string>
#include <unordered_map>
#include <utility>

#include "ntorc/error.hpp"
#include "ntorc/synthesis/report.hpp"
#include "synthesis/report_text.hpp"

namespace ntorc::synthesis {
namespace {

/// A parsed file that knows the lines of its elements. No call below goes into elements by recursion: a file may nest
/// as deep as it likes.
class Xml {
 public:
  Xml(std::string_view text, std::string_view name) : text_(text), name_(name) {
    // The parser takes a zero byte for the end.
    if (const auto zero = text.find('\0'); zero != std::string_view::npos) {
      fail(static_cast<std::ptrdiff_t>(zero), "an XML file", "a zero byte");
    }
    // As UTF-8 whatever the bytes: what is read of it is ASCII.
    const pugi::xml_parse_result result =
        document_.load_buffer(text.data(), text.size(),
                              pugi::parse_escapes | pugi::parse_trim_pcdata | pugi::parse_cdata, pugi::encoding_utf8);
    if (!result) fail(result.offset, "an XML file", result.description());
    profile_ = document_.document_element();
    if (std::string_view(profile_.name()) != "profile") {
      fail(profile_, "<profile>, a report of C synthesis", fmt::format("<{}>", profile_.name()));
    }
  }

  const pugi::xml_node& profile() const { return profile_; }

  [[noreturn]] void fail(const pugi::xml_node& node, std::string_view expected, std::string_view found) const {
    fail(node.offset_debug(), expected, found);
  }

  /// The element must be there. @throws ParseError
  pugi::xml_node needed(const pugi::xml_node& parent, const char* element) const {
    const pugi::xml_node node = parent.child(element);
    if (!node) fail(parent, fmt::format("<{}> in <{}>", element, parent.name()), "none");
    return node;
  }

  /// The element must be there and hold text. @throws ParseError
  std::string text(const pugi::xml_node& parent, const char* element) const {
    const pugi::xml_node node = needed(parent, element);
    std::string value = node.child_value();
    if (value.empty()) fail(node, fmt::format("text in <{}>", element), "none");
    return value;
  }

  /// Nothing for an element that is not there or says that it knows nothing. @throws ParseError
  std::optional<double> figure(const pugi::xml_node& parent, const char* element) const {
    const pugi::xml_node node = parent.child(element);
    if (!node) return std::nullopt;
    const Figure figure = read_figure(node.child_value());
    if (figure.kind == Figure::Kind::Wrong) {
      fail(node, fmt::format("a figure in <{}>", element), shown(node.child_value()));
    }
    return figure.kind == Figure::Kind::Number ? std::optional(figure.value) : std::nullopt;
  }

 private:
  [[noreturn]] void fail(std::ptrdiff_t offset, std::string_view expected, std::string_view found) const {
    const auto end = text_.begin() + std::clamp<std::ptrdiff_t>(offset, 0, std::ssize(text_));
    throw ParseError(fmt::format("{}: line {}: expected {}, got {}", name_, 1 + std::count(text_.begin(), end, '\n'),
                                 expected, found));
  }

  std::string_view text_;
  std::string_view name_;
  pugi::xml_document document_;
  pugi::xml_node profile_;
};

/// The file names a version and no tool: Vitis HLS begins with 2020.2.
HlsTool tool_of(const Xml& xml, const pugi::xml_node& version) {
  const std::string_view text = version.child_value();
  const char* const end = text.data() + text.size();
  int year = 0;
  int number = 0;
  const auto [point, year_failure] = std::from_chars(text.data(), end, year);
  if (year_failure != std::errc{} || point == end || *point != '.' ||
      std::from_chars(point + 1, end, number).ec != std::errc{}) {
    xml.fail(version, "a version such as 2020.2", shown(text));
  }
  return std::pair(year, number) < std::pair(2020, 2) ? HlsTool::VivadoHls : HlsTool::VitisHls;
}

Range xml_latency(const Xml& xml, const pugi::xml_node& summary) {
  return {.min = xml.figure(summary, "Best-caseLatency"), .max = xml.figure(summary, "Worst-caseLatency")};
}

Resources xml_resources(const Xml& xml, const pugi::xml_node& parent) {
  return {.bram_18k = xml.figure(parent, "BRAM_18K"),
          .dsp = xml.figure(parent, parent.child("DSP48E") ? "DSP48E" : "DSP"),
          .ff = xml.figure(parent, "FF"),
          .lut = xml.figure(parent, "LUT"),
          .uram = xml.figure(parent, "URAM")};
}

Resources xml_available(const Xml& xml, const pugi::xml_node& parent) {
  return {.bram_18k = xml.figure(parent, "AVAIL_BRAM"),
          .dsp = xml.figure(parent, "AVAIL_DSP"),
          .ff = xml.figure(parent, "AVAIL_FF"),
          .lut = xml.figure(parent, "AVAIL_LUT"),
          .uram = xml.figure(parent, "AVAIL_URAM")};
}

/// What the profile says of the module that it is about.
CsynthReport xml_profile(const Xml& xml) {
  const pugi::xml_node profile = xml.profile();
  const pugi::xml_node version = xml.needed(xml.needed(profile, "ReportVersion"), "Version");
  const pugi::xml_node assignments = xml.needed(profile, "UserAssignments");
  const pugi::xml_node performance = xml.needed(profile, "PerformanceEstimates");
  const pugi::xml_node summary = xml.needed(performance, "SummaryOfOverallLatency");
  const pugi::xml_node area = xml.needed(profile, "AreaEstimates");

  CsynthReport report;
  report.tool = tool_of(xml, version);
  report.version = version.child_value();
  report.module = xml.text(assignments, "TopModelName");
  report.part = xml.text(assignments, "Part");
  report.clock_ns = xml.figure(assignments, "TargetClockPeriod");
  report.uncertainty_ns = xml.figure(assignments, "ClockUncertainty");
  report.estimated_clock_ns = xml.figure(performance.child("SummaryOfTimingAnalysis"), "EstimatedClockPeriod");
  report.latency_cycles = xml_latency(xml, summary);
  report.interval_cycles = {.min = xml.figure(summary, "Interval-min"), .max = xml.figure(summary, "Interval-max")};
  report.pipeline = performance.child_value("PipelineType");
  report.total = xml_resources(xml, xml.needed(area, "Resources"));
  report.available = xml_resources(xml, area.child("AvailableResources"));
  return report;
}

/// One <Module> of the hierarchy, with the rest from the profile.
CsynthReport xml_module(const Xml& xml, const pugi::xml_node& node, const CsynthReport& profile) {
  // A module that the tool did not make itself has no estimates.
  const pugi::xml_node performance = node.child("PerformanceEstimates");
  const pugi::xml_node timing = performance.child("SummaryOfTimingAnalysis");
  const pugi::xml_node summary = performance.child("SummaryOfOverallLatency");
  const pugi::xml_node area = node.child("AreaEstimates").child("Resources");

  CsynthReport report;
  report.tool = profile.tool;
  report.version = profile.version;
  report.part = profile.part;
  report.module = xml.text(node, "Name");
  report.clock_ns = xml.figure(timing, "TargetClockPeriod");
  report.uncertainty_ns = xml.figure(timing, "ClockUncertainty");
  report.estimated_clock_ns = xml.figure(timing, "EstimatedClockPeriod");
  report.latency_cycles = xml_latency(xml, summary);
  report.pipeline = summary.child_value("PipelineType");
  // Of a module that is not pipelined as a whole, <PipelineInitiationInterval> is something else: a range that begins
  // below the interval that the module's own report has, or the interval of a loop within.
  if (report.pipeline == "yes" || report.pipeline == "function" || report.pipeline == "dataflow") {
    const auto interval = read_figure(summary.child_value("PipelineInitiationInterval"));
    if (interval.kind == Figure::Kind::Number) report.interval_cycles = {.min = interval.value, .max = interval.value};
  }
  report.total = xml_resources(xml, area);
  report.available = xml_available(xml, area);
  return report;
}

/// The element behind `node` in the order of the file, within `root`; first into `node` itself.
pugi::xml_node following(pugi::xml_node node, const pugi::xml_node& root) {
  if (const pugi::xml_node child = node.first_child()) return child;
  while (node != root) {
    if (const pugi::xml_node sibling = node.next_sibling()) return sibling;
    node = node.parent();
  }
  return {};
}

/// Reads one csynth.xml.
class HierarchyReader {
 public:
  HierarchyReader(std::string_view text, std::string_view name) : xml_(text, name) {}

  std::vector<CsynthReport> read() {
    const pugi::xml_node profile = xml_.profile();
    const pugi::xml_node information = profile.child("ModuleInformation");
    const pugi::xml_node hierarchy = profile.child("RTLDesignHierarchy");
    if (!information || !hierarchy) {
      xml_.fail(profile, "csynth.xml of Vitis HLS, with <RTLDesignHierarchy> and <ModuleInformation>", "none of these");
    }
    const pugi::xml_node top = xml_.needed(hierarchy, "TopModule");
    reports_.push_back(xml_profile(xml_));
    index_.emplace(reports_.front().module, 0);
    index_.emplace(xml_.text(top, "ModuleName"), 0);
    for (const pugi::xml_node& node : information.children("Module")) {
      CsynthReport report = xml_module(xml_, node, reports_.front());
      const auto [place, is_new] = index_.emplace(report.module, reports_.size());
      if (is_new) {
        reports_.push_back(std::move(report));
      } else if (place->second != 0) {  // the top's own figures stand in the profile
        xml_.fail(node, "each module once", fmt::format("{} again", shown(report.module)));
      }
    }
    read_instances(top);
    return std::move(reports_);
  }

 private:
  /// Every caller is there as often as it is called; its first place counts.
  void read_instances(const pugi::xml_node& top) {
    for (pugi::xml_node node = top; node; node = following(node, top)) {
      if (std::string_view(node.name()) != "InstancesList") continue;
      const auto caller = index_.find(node.parent().child_value("ModuleName"));
      if (caller == index_.end()) continue;
      std::vector<Instance>& instances = reports_[caller->second].instances;
      if (!instances.empty()) continue;
      for (const pugi::xml_node& child : node.children("Instance")) instances.push_back(instance(child));
    }
  }

  Instance instance(const pugi::xml_node& node) const {
    Instance instance;
    instance.name = xml_.text(node, "InstName");
    instance.module = xml_.text(node, "ModuleName");
    const auto called = index_.find(instance.module);
    if (called == index_.end()) return instance;
    const CsynthReport& report = reports_[called->second];
    instance.latency_cycles = report.latency_cycles;
    instance.interval_cycles = report.interval_cycles;
    instance.pipeline = report.pipeline;
    instance.resources = report.total;
    return instance;
  }

  Xml xml_;
  std::vector<CsynthReport> reports_;
  std::unordered_map<std::string, std::size_t> index_;  // of reports_, by module
};

}  // namespace

CsynthReport parse_csynth_xml(std::string_view text, std::string_view name) { return xml_profile(Xml(text, name)); }

std::vector<CsynthReport> parse_vitis_hierarchy(std::string_view text, std::string_view name) {
  return HierarchyReader(text, name).read();
}

}  // namespace ntorc::synthesis
