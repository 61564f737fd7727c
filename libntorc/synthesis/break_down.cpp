#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <limits>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "ntorc/error.hpp"
#include "ntorc/synthesis/project.hpp"
#include "support/file.hpp"
#include "synthesis/owner.hpp"
#include "synthesis/parameters.hpp"
#include "synthesis/report_text.hpp"

namespace ntorc::synthesis {
namespace {

namespace fs = std::filesystem;
using perf::Record;
using perf::Role;
using perf::Target;

constexpr int kDeepestWrapper = 8;
constexpr std::size_t kMostModules = 1 << 16;  // with rows; a file may claim to call itself many times
constexpr std::size_t kMostNamed = 4;          // modules in a warning

using Figures = std::array<std::pair<Target, std::optional<double> Resources::*>, 4>;
constexpr Figures kFigures{{{Target::Lut, &Resources::lut},
                            {Target::Ff, &Resources::ff},
                            {Target::Dsp, &Resources::dsp},
                            {Target::Bram18k, &Resources::bram_18k}}};

void add_to(std::optional<double>& sum, const std::optional<double>& term) {
  if (term) sum = sum.value_or(0) + *term;
}

void add_resources(Record& record, const Resources& resources) {
  for (const auto& [target, member] : kFigures) add_to(record[target], resources.*member);
  add_to(record.uram, resources.uram);
}

bool is_nothing(const Record& record) {
  return std::ranges::all_of(kFigures, [&](const auto& figure) { return record[figure.first].value_or(0) == 0; }) &&
         record.uram.value_or(0) == 0;
}

std::string joined(const std::vector<std::string>& words) {
  std::string text;
  for (std::size_t i = 0; i < std::min(words.size(), kMostNamed); ++i) {
    text += (i == 0 ? "" : ", ") + words[i];
  }
  return words.size() > kMostNamed ? fmt::format("{} and {} more", text, words.size() - kMostNamed) : text;
}

/// What the driver of a sweep's job wrote beside the project; nothing if it is no release.
std::optional<std::string> noted_release(const fs::path& project) {
  constexpr std::string_view kOfRelease = "0123456789abcdefghijklmnopqrstuvwxyz.+";
  constexpr std::size_t kLongest = 40;
  const fs::path file = project / "hls4ml_version.txt";
  std::error_code unknown;
  if (!fs::is_regular_file(file, unknown)) return std::nullopt;
  std::string release;
  try {
    release = support::read_file(file);
  } catch (const Error&) {
    return std::nullopt;
  }
  while (release.ends_with('\n') || release.ends_with('\r')) release.pop_back();
  const bool is_release =
      !release.empty() && release.size() <= kLongest && release.find_first_not_of(kOfRelease) == std::string::npos;
  return is_release ? std::optional(release) : std::nullopt;
}

/// hls4ml leaves no word of its release in a project; its headers tell which one wrote them, by what came with it.
/// [releases 0.5.0, 0.6.0, 0.7.1, 0.8.1, 1.0.0, 1.1.0, 1.2.0, 1.3.0]
std::string release_of(const fs::path& firmware) {
  const auto has = [&](const char* file) {
    std::error_code unknown;
    return fs::exists(firmware / file, unknown);
  };
  if (has("nnet_utils/nnet_einsum_dense.h")) {
    try {
      const std::string merge = support::read_file(firmware / "nnet_utils" / "nnet_merge.h");
      return merge.find("n_elem1 =") != std::string::npos ? "1.3" : "1.2";
    } catch (const Error&) {
      return {};
    }
  }
  if (has("nnet_utils/nnet_transpose.h")) return "1.1";
  if (has("nnet_utils/nnet_sepconv1d.h")) return "1.0";
  if (has("nnet_utils/nnet_math.h")) return "0.8";
  if (has("nnet_utils/nnet_recurrent.h")) return "0.7";
  if (has("ap_types/ap_shift_reg.h") && has("nnet_utils/nnet_garnet.h")) return "0.6";
  if (has("nnet_utils/nnet_garnet.h") && has("nnet_utils/nnet_sepconv2d_stream.h")) return "0.5";
  return {};
}

/// A row under way.
struct Row {
  Record record;
  std::size_t place = std::numeric_limits<std::size_t>::max();  // in the top function
  std::size_t instances = 0;
};

class Breaker {
 public:
  explicit Breaker(Breakdown& breakdown) : out_(breakdown) {}

  void run() {
    read_firmware();
    read_context_of_project();
    const bool read = read_csynth();
    if (out_.csynth) take_design(*out_.csynth);
    read_cosim();
    read_utilization();
    if (!read && out_.records.empty() && out_.warnings.empty()) {
      warn(out_.files.root, "no report of C synthesis: nothing was synthesised yet, or it failed");
    }
  }

 private:
  void warn(const fs::path& file, std::string_view what) {
    out_.warnings.push_back(fmt::format("{}: {}", file.string(), what));
  }

  /// The bytes of a file; nothing, and a warning, if it cannot be read.
  std::optional<std::string> bytes_of(const fs::path& file) {
    if (file.empty()) return std::nullopt;
    try {
      return support::read_file(file);
    } catch (const Error& error) {
      out_.warnings.emplace_back(error.what());
      return std::nullopt;
    }
  }

  /// What `parse` makes of a file; nothing, and a warning, if it cannot be read or is broken.
  template <typename Parse>
  auto parsed(const fs::path& file, Parse parse)
      -> std::optional<decltype(parse(std::string_view(), std::string_view()))> {
    const auto bytes = bytes_of(file);
    if (!bytes) return std::nullopt;
    try {
      return parse(*bytes, file.string());
    } catch (const Error& error) {
      out_.warnings.emplace_back(error.what());
      return std::nullopt;
    }
  }

  void read_firmware() {
    const ProjectFiles& files = out_.files;
    const std::string parameters = bytes_of(files.parameters_h).value_or("");
    const std::string defines = bytes_of(files.defines_h).value_or("");
    const std::string cpp = bytes_of(files.top_cpp).value_or("");
    const std::string parameters_name = files.parameters_h.string();
    const std::string defines_name = files.defines_h.string();
    const std::string cpp_name = files.top_cpp.string();
    firmware_ = parse_firmware({parameters, parameters_name}, {defines, defines_name}, {cpp, cpp_name},
                               files.top_cpp.stem().string());
    out_.warnings.insert(out_.warnings.end(), firmware_.complaints.begin(), firmware_.complaints.end());
    if (!parameters.empty() && firmware_.configs.empty()) {
      warn(files.parameters_h, "expected struct configN of hls4ml's layers, found none");
    }
    std::set<std::string_view> told;
    for (const LayerCall& call : firmware_.calls) {
      const std::string_view known = known_beginning(call.function);
      if (known.empty() || known.size() == call.function.size() || !told.insert(call.function).second) continue;
      warn(files.top_cpp, fmt::format("{} is no function of hls4ml: taken for {}", shown(call.function), known));
    }
    owners_ = std::make_unique<Owners>(firmware_);
  }

  /// What holds for the project as a whole; the reports say the rest.
  void read_context_of_project() {
    perf::Context& context = out_.context;
    context.io_type = owners_->io_type();
    context.strategy = owners_->strategy();
    context.precision = owners_->precision();
    if (const auto noted = noted_release(out_.files.root)) {
      context.hls4ml = *noted;
    } else if (!out_.files.parameters_h.empty()) {
      context.hls4ml = release_of(out_.files.parameters_h.parent_path());
    }
    const auto tcl = parse_project_tcl(bytes_of(out_.files.project_tcl).value_or(""));
    if (const auto part = tcl.find("part"); part != tcl.end()) context.part = part->second;
    if (const auto period = tcl.find("clock_period"); period != tcl.end()) {
      const Figure figure = read_figure(period->second);
      if (figure.kind == Figure::Kind::Number && figure.value > 0) context.clock_mhz = 1000 / figure.value;
    }
  }

  /// The top's report, from the file that says most. False if there is no file.
  bool read_csynth() {
    const ProjectFiles& files = out_.files;
    out_.csynth = parsed(files.csynth_rpt, parse_csynth_rpt);
    if (!out_.csynth && !files.hierarchy_xml.empty()) {
      const auto bytes = bytes_of(files.hierarchy_xml);
      if (bytes && bytes->find("<RTLDesignHierarchy") != std::string::npos) {
        read_hierarchy(*bytes);
      } else if (bytes && files.csynth_xml.empty()) {  // Vivado HLS copies the top's there
        out_.csynth = parsed(files.hierarchy_xml, parse_csynth_xml);
      }
    }
    if (!out_.csynth) out_.csynth = parsed(files.csynth_xml, parse_csynth_xml);
    if (!out_.csynth) return !files.csynth_rpt.empty() || !files.csynth_xml.empty() || !files.hierarchy_xml.empty();

    perf::Context& context = out_.context;
    const CsynthReport& report = *out_.csynth;
    context.tool = fmt::format("{} {}", to_string(report.tool), report.version);
    if (!report.part.empty()) context.part = report.part;
    if (report.clock_ns && *report.clock_ns > 0) context.clock_mhz = 1000 / *report.clock_ns;
    return true;
  }

  void read_hierarchy(const std::string& bytes) {
    try {
      hierarchy_ = parse_vitis_hierarchy(bytes, out_.files.hierarchy_xml.string());
    } catch (const Error& error) {
      out_.warnings.emplace_back(error.what());
      return;
    }
    if (!hierarchy_.empty()) out_.csynth = hierarchy_.front();
  }

  Record record_of(Role role, std::string name, std::string module) const {
    Record record;
    record.role = role;
    record.name = std::move(name);
    record.module = std::move(module);
    record.context = out_.context;
    record.context.strategy.clear();
    record.context.precision.clear();
    record.project = (stands_alone() ? out_.files.root / out_.files.name : out_.files.root).string();
    return record;
  }

  /// Whether it is a report in a folder that others may share.
  bool stands_alone() const {
    const ProjectFiles& files = out_.files;
    if (!files.parameters_h.empty()) return false;
    for (const fs::path* const file : {&files.csynth_rpt, &files.csynth_xml, &files.hierarchy_xml, &files.cosim_rpt}) {
      if (!file->empty()) return file->parent_path() == files.root;
    }
    return !files.utilization_rpts.empty();
  }

  void take_design(const CsynthReport& report) {
    if (!report.instances.empty() || !report.fifos.empty() || !report.parts.empty()) {
      take_module(report, 0);
      finish_rows();
    }
    Record design = record_of(Role::Design, report.module, report.module);
    design.context = out_.context;
    add_resources(design, report.total);
    set_latency(design, report.latency_cycles, report.interval_cycles);
    if (!report.instances.empty()) check_sum(design);
    out_.records.push_back(std::move(design));
  }

  static void set_latency(Record& record, const Range& latency, const Range& interval) {
    record[Target::LatencyMin] = latency.min;
    record[Target::LatencyMax] = latency.max;
    record.interval_cycles = interval.max ? interval.max : interval.min;
  }

  /// Gives the instances of a module, its FIFOs and what is left of it to their owners.
  void take_module(const CsynthReport& report, int depth) {
    std::vector<Owner> owners = owners_->owners(report.instances);
    std::vector<std::optional<CsynthReport>> wrapped(report.instances.size());
    for (std::size_t i = 0; i < report.instances.size(); ++i) {
      if (owners[i].role != Role::Unmapped || owners[i].place || depth >= kDeepestWrapper) continue;
      wrapped[i] = report_of(report.instances[i]);
      if (std::set<std::string> seen; wrapped[i] && !holds_layers(*wrapped[i], depth, seen)) wrapped[i].reset();
    }
    const bool is_wrapper = std::ranges::any_of(wrapped, [](const auto& inner) { return inner.has_value(); });
    for (std::size_t i = 0; i < report.instances.size(); ++i) {
      const Instance& instance = report.instances[i];
      if (wrapped[i] && modules_ < kMostModules) {
        take_module(*wrapped[i], depth + 1);
        continue;
      }
      // What stands beside the network in its wrapper moves data to and from it.
      if (is_wrapper && parse_module_name(instance.module) == ModuleName{}) owners[i].role = Role::Glue;
      take_instance(owners[i], instance);
    }
    Row glue{.record = record_of(Role::Glue, report.module, report.module)};
    add_resources(glue.record, report.glue);
    for (const Instance& part : report.parts) {
      const Owner owner = owners_->owner(part.module);
      const bool is_layer = owner.place.has_value() || (owner.role == Role::Node && !firmware_.calls.empty());
      if (is_layer) {
        take_instance(owner, part);
      } else if (part.resources) {
        add_resources(glue.record, *part.resources);
      }
    }
    if (!is_nothing(glue.record)) rows_.push_back(std::move(glue));
    take_fifos(report);
  }

  /// The report of a module that is called: its own file beside the top's, or the hierarchy's.
  std::optional<CsynthReport> report_of(const Instance& instance) {
    for (const CsynthReport& report : hierarchy_) {
      if (report.module == instance.module) return report;
    }
    const fs::path& top = out_.files.csynth_rpt;
    if (top.empty()) return std::nullopt;
    const fs::path file = top.parent_path() / (instance.module + "_csynth.rpt");
    std::error_code unknown;
    if (instance.module.find('/') != std::string::npos || file == top || !fs::is_regular_file(file, unknown)) {
      return std::nullopt;
    }
    auto report = parsed(file, parse_csynth_rpt);
    if (report && report->module != instance.module) {
      warn(file, fmt::format("expected the report of {}, found that of {}", instance.module, shown(report->module)));
      return std::nullopt;
    }
    return report;
  }

  /// Whether the module calls layers, itself or through what it calls. @param seen  modules that were asked
  bool holds_layers(const CsynthReport& report, int depth, std::set<std::string>& seen) {
    const auto is_layer = [&](const Instance& instance) {
      return parse_module_name(instance.module) != ModuleName{} || instance.module == network_of(out_.csynth->module);
    };
    if (std::ranges::any_of(report.instances, is_layer)) return true;
    return std::ranges::any_of(report.instances, [&](const Instance& instance) {
      if (depth + 1 >= kDeepestWrapper || !seen.insert(instance.module).second) return false;
      const auto inner = report_of(instance);
      return inner && holds_layers(*inner, depth + 1, seen);
    });
  }

  /// What the tools make of the top function beside its calls.
  bool is_glue(std::string_view module) const {
    return module.starts_with("Block_") || module == "Block_proc" ||
           module.starts_with(fmt::format("{}_entry", network_of(out_.csynth->module))) ||
           module.starts_with("entry_proc");
  }

  void take_instance(const Owner& owner, const Instance& instance) {
    ++modules_;
    Row* row = nullptr;
    if (owner.role != Role::Unmapped && owner.place) {
      for (Row& other : rows_) {
        const bool same =
            other.place == *owner.place && other.record.role == owner.role && other.record.name == owner.name;
        if (same) row = &other;
      }
    }
    if (row == nullptr) {
      const bool glue = owner.role == Role::Glue || (owner.role == Role::Unmapped && is_glue(instance.module));
      rows_.push_back({.record = record_of(glue ? Role::Glue : owner.role, owner.name, instance.module)});
      row = &rows_.back();
      if (owner.place) row->place = *owner.place;
      row->record.node_kind = owner.node_kind;
      row->record.shape = owner.shape;
      row->record.reuse = owner.reuse;
      row->record.context.strategy = owner.strategy;
      row->record.context.precision = owner.precision;
      set_latency(row->record, instance.latency_cycles, instance.interval_cycles);
      if (owner.role == Role::Unmapped && !glue) {
        unmapped_.push_back(owner.reason.empty() || owner.name == instance.module
                                ? instance.module
                                : fmt::format("{} ({})", owner.name, owner.reason));
      }
    } else {  // how several units of one layer share its cycles is not said
      set_latency(row->record, {}, {});
    }
    ++row->instances;
    if (instance.resources) add_resources(row->record, *instance.resources);
  }

  void take_fifos(const CsynthReport& report) {
    std::map<std::string, Row, std::less<>> streams;
    Resources sum;
    for (const Fifo& fifo : report.fifos) {
      const std::string stream = owners_->stream_of(fifo.name);
      auto [at, is_new] = streams.try_emplace(stream);
      if (is_new) {
        const Owners::Writer writer = owners_->writer(stream);
        at->second.record = record_of(Role::Fifo, writer.name, stream);
        if (writer.place) at->second.place = *writer.place;
      }
      add_resources(at->second.record, fifo.resources);
      for (const auto& [target, member] : kFigures) add_to(sum.*member, fifo.resources.*member);
      add_to(sum.uram, fifo.resources.uram);
    }
    // The LUTs of a FIFO are 0 in its row; what all of them take stands in the summary alone.
    Row rest{.record = record_of(Role::Fifo, "all", report.module)};
    for (const auto& [target, member] : kFigures) {
      const auto& total = report.fifo.*member;
      const double named = (sum.*member).value_or(0);
      if (!total || *total <= named) continue;
      rest.record[target] = *total - named;
      if (named > 0) continue;
      for (auto& [stream, row] : streams) row.record[target].reset();
      if (streams.size() == 1) std::swap(streams.begin()->second.record[target], rest.record[target]);
    }
    for (auto& [stream, row] : streams) fifos_.push_back(std::move(row));
    if (!is_nothing(rest.record)) fifos_.push_back(std::move(rest));
  }

  /// Layers and nodes in the order of the top function, then what has no place there, FIFOs and glue.
  void finish_rows() {
    const auto rank = [](const Row& row) { return row.record.role == Role::Glue ? 1 : 0; };
    std::ranges::stable_sort(rows_, {}, [&](const Row& row) { return std::pair(rank(row), row.place); });
    std::ranges::stable_sort(fifos_, {}, &Row::place);
    const auto first_glue = std::ranges::find_if(rows_, [&](const Row& row) { return rank(row) == 1; });
    rows_.insert(first_glue, std::make_move_iterator(fifos_.begin()), std::make_move_iterator(fifos_.end()));
    if (!unmapped_.empty()) {
      warn(file_of_csynth(), fmt::format("{} of {} modules belong to no layer that is known: {}", unmapped_.size(),
                                         modules_, joined(unmapped_)));
    }
    for (Row& row : rows_) out_.records.push_back(std::move(row.record));
  }

  const fs::path& file_of_csynth() const {
    if (!hierarchy_.empty()) return out_.files.hierarchy_xml;
    return out_.files.csynth_rpt.empty() ? out_.files.csynth_xml : out_.files.csynth_rpt;
  }

  /// The rows must be the whole. csynth.xml does not say what FIFOs and glue take: what is left is a row of its own.
  void check_sum(const Record& design) {
    Record rest = record_of(Role::Unmapped, "rest", design.module);
    std::vector<std::string> differences;
    for (const auto& [target, member] : kFigures) {
      double sum = 0;
      for (const Record& record : out_.records) sum += record[target].value_or(0);
      if (!design[target] || std::abs(*design[target] - sum) < 0.5) continue;
      rest[target] = *design[target] - sum;
      differences.push_back(fmt::format("{} {} of {}", to_string(target), sum, *design[target]));
    }
    if (differences.empty()) return;
    const bool only_more =
        std::ranges::all_of(kFigures, [&](const auto& figure) { return rest[figure.first].value_or(0) >= 0; });
    if (!hierarchy_.empty() && only_more) {
      out_.records.push_back(std::move(rest));
      return;
    }
    warn(file_of_csynth(), fmt::format("the rows do not add up to the design: {}", joined(differences)));
  }

  void read_cosim() {
    const auto report = parsed(out_.files.cosim_rpt, parse_cosim_rpt);
    if (!report) return;
    if (report->status != "Pass") {
      warn(out_.files.cosim_rpt, fmt::format("expected the status Pass, found {}: no row", shown(report->status)));
      return;
    }
    if (!report->latency_cycles.max && !report->latency_cycles.min && !report->interval_cycles.max) {
      warn(out_.files.cosim_rpt, "passed, and says no cycles: no row");
      return;
    }
    const std::string name = report->top.empty() ? out_.files.name : report->top;
    Record design = record_of(Role::Design, name, name);
    design.context = out_.context;
    design.stage = perf::Stage::Cosim;
    set_latency(design, report->latency_cycles, report->interval_cycles);
    out_.records.push_back(std::move(design));
  }

  void read_utilization() {
    std::set<perf::Stage> seen;
    for (const fs::path& file : out_.files.utilization_rpts) {
      const auto report = parsed(file, parse_utilization_rpt);
      if (!report) continue;
      const auto stage = stage_of(report->state);
      if (!stage) {
        warn(file, fmt::format("expected a design that is synthesised or routed, found the state {}: no row",
                               shown(report->state)));
        continue;
      }
      if (!seen.insert(*stage).second) {
        warn(file, fmt::format("a second report of stage {}: left out", to_string(*stage)));
        continue;
      }
      if (out_.csynth && report->design != out_.csynth->module) {
        warn(file, fmt::format("of the design {}, not of {}", shown(report->design), out_.csynth->module));
      }
      Record design = record_of(Role::Design, report->design, report->design);
      design.context = out_.context;
      design.context.tool = fmt::format("Vivado {}", report->version);
      if (design.context.part.empty()) design.context.part = report->part;
      design.stage = *stage;
      add_resources(design, report->used);
      out_.records.push_back(std::move(design));
    }
  }

  static std::optional<perf::Stage> stage_of(std::string_view state) {
    if (state.starts_with("Synthesized") || state.starts_with("Optimized")) return perf::Stage::Logic;
    if (state.find("Placed") != std::string_view::npos || state.find("Routed") != std::string_view::npos) {
      return perf::Stage::Routed;
    }
    return std::nullopt;
  }

  Breakdown& out_;
  Firmware firmware_;
  std::unique_ptr<Owners> owners_;
  std::vector<CsynthReport> hierarchy_;
  std::vector<Row> rows_;
  std::vector<Row> fifos_;
  std::vector<std::string> unmapped_;
  std::size_t modules_ = 0;  ///< called by what has rows
};

}  // namespace

Breakdown break_down(const ProjectFiles& files) {
  Breakdown breakdown;
  breakdown.files = files;
  Breaker(breakdown).run();
  return breakdown;
}

}  // namespace ntorc::synthesis
