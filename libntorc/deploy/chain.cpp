#include "ntorc/deploy/chain.hpp"

#include <algorithm>
#include <limits>
#include <set>
#include <utility>

namespace ntorc::deploy {

namespace {

/// Streams of at most so many elements are looked at whole.
constexpr std::int64_t kShortStream = 64;

constexpr std::size_t kNone = std::numeric_limits<std::size_t>::max();

/// iterations * latency / of: the whole part, and what is left over.
struct Share {
  std::int64_t whole = 0;
  std::int64_t rest = 0;
};

/// How the time of a process grows with its iterations.
class Clock {
 public:
  Clock(const Process& process, std::int64_t latency) : latency_(latency), iterations_(process.iterations()) {
    if (process.pace == Process::Pace::AtEnd && latency_ / iterations_ >= kUnitsPerCycle) {
      behind_ = latency_ - iterations_ * kUnitsPerCycle;
      latency_ = iterations_ * kUnitsPerCycle;
    }
    small_ = latency_ <= std::numeric_limits<std::int64_t>::max() / iterations_;
  }

  /// Of so many iterations, 0 too.
  Share share(std::int64_t iterations) const {
    if (small_) {
      const std::int64_t product = iterations * latency_;
      const std::int64_t whole = product / iterations_;
      return {whole, product - whole * iterations_};
    }
    __extension__ using Wide = __int128;
    const Wide product = static_cast<Wide>(iterations) * latency_;
    return {static_cast<std::int64_t>(product / iterations_), static_cast<std::int64_t>(product % iterations_)};
  }

  std::int64_t behind() const { return behind_; }  ///< what lies behind the last iteration
  std::int64_t iterations() const { return iterations_; }

 private:
  std::int64_t latency_;
  std::int64_t iterations_;
  std::int64_t behind_ = 0;
  bool small_ = true;  ///< products fit 63 bits
};

std::int64_t iteration_of(const Lattice& lattice, std::int64_t columns, std::int64_t element) {
  const std::int64_t row = lattice.first_row + element / lattice.columns * lattice.row_step;
  return row * columns + lattice.first_column + element % lattice.columns * lattice.column_step;
}

/// How many elements of the lattice lie before an iteration.
std::int64_t elements_before(const Lattice& lattice, std::int64_t columns, std::int64_t iteration) {
  const auto before = [](std::int64_t first, std::int64_t step, std::int64_t count, std::int64_t place) {
    return place <= first ? 0 : std::min(count, (place - first - 1) / step + 1);
  };
  const std::int64_t row = iteration / columns;
  const std::int64_t rows = before(lattice.first_row, lattice.row_step, lattice.rows, row);
  const bool within = rows < lattice.rows && lattice.first_row + rows * lattice.row_step == row;
  const std::int64_t rest =
      within ? before(lattice.first_column, lattice.column_step, lattice.columns, iteration % columns) : 0;
  return rows * lattice.columns + rest;
}

/// Elements of a stream, ascending, each once.
class Marks {
 public:
  explicit Marks(const Lattice& lattice) : lattice_(&lattice) {}

  /// The first two and the last two elements of the first two and the last two rows.
  void corners(const Lattice& lattice) {
    const auto ends = [](std::int64_t n) {
      return std::set<std::int64_t>{0, std::min<std::int64_t>(1, n - 1), std::max<std::int64_t>(0, n - 2), n - 1};
    };
    for (const std::int64_t row : ends(lattice.rows)) {
      for (const std::int64_t column : ends(lattice.columns)) elements_.push_back(row * lattice.columns + column);
    }
  }
  void all() {
    for (std::int64_t element = 0; element < lattice_->size(); ++element) elements_.push_back(element);
  }
  /// The element, the last of its row and the first of the next.
  void from(std::int64_t element) {
    if (element >= lattice_->size()) return;
    const std::int64_t next_row = (element / lattice_->columns + 1) * lattice_->columns;
    elements_.insert(elements_.end(), {element, next_row - 1});
    if (next_row < lattice_->size()) elements_.push_back(next_row);
  }
  /// The element, the first of its row and the last of the one before.
  void until(std::int64_t element) {
    if (element < 0) return;
    const std::int64_t row = element / lattice_->columns * lattice_->columns;
    elements_.insert(elements_.end(), {element, row});
    if (row > 0) elements_.push_back(row - 1);
  }
  void add(const Marks& other) { elements_.insert(elements_.end(), other.elements_.begin(), other.elements_.end()); }
  void settle() {
    std::sort(elements_.begin(), elements_.end());
    elements_.erase(std::unique(elements_.begin(), elements_.end()), elements_.end());
  }

  const std::vector<std::int64_t>& elements() const { return elements_; }

 private:
  const Lattice* lattice_;
  std::vector<std::int64_t> elements_;
};

/// The elements of each process's stream that ways are let go over with.
std::vector<Marks> marks_of(const std::vector<Process>& processes) {
  std::vector<Marks> seeds;
  for (const Process& process : processes) {
    Marks& marks = seeds.emplace_back(process.writes);
    marks.corners(process.writes);
    for (std::size_t i = 0; i < process.inputs.size(); ++i) seeds[process.inputs[i]].corners(process.reads[i]);
  }
  for (Marks& marks : seeds) marks.settle();

  // Ways that went over at a corner and go over to the next process as soon as they can.
  std::vector<Marks> forward = seeds;
  for (std::size_t p = 0; p < processes.size(); ++p) {
    const Process& process = processes[p];
    for (std::size_t i = 0; i < process.inputs.size(); ++i) {
      for (const std::int64_t element : forward[process.inputs[i]].elements()) {
        const std::int64_t iteration = iteration_of(process.reads[i], process.columns, element);
        forward[p].from(elements_before(process.writes, process.columns, iteration));
      }
    }
    forward[p].settle();
  }
  // Ways that will go over at a corner and come in as late as they can.
  std::vector<Marks> backward = seeds;
  for (std::size_t p = processes.size(); p-- > 0;) {
    const Process& process = processes[p];
    backward[p].settle();
    for (std::size_t i = 0; i < process.inputs.size(); ++i) {
      for (const std::int64_t element : backward[p].elements()) {
        const std::int64_t iteration = iteration_of(process.writes, process.columns, element);
        backward[process.inputs[i]].until(elements_before(process.reads[i], process.columns, iteration + 1) - 1);
      }
    }
  }
  for (std::size_t p = 0; p < processes.size(); ++p) {
    if (processes[p].writes.size() <= kShortStream) {
      forward[p].all();
    } else {
      forward[p].add(backward[p]);
    }
    forward[p].settle();
  }
  return forward;
}

}  // namespace

std::int64_t duration(const Process& process, const Leg& leg, std::int64_t latency) {
  const Clock clock(process, latency);
  return clock.share(leg.iterations).whole + (leg.to_end ? clock.behind() : 0);
}

/// Times of exits, and what led there.
struct Chain::Walk {
  std::vector<std::int64_t> times;
  std::vector<std::size_t> origins;  ///< entries, or none where the process began by itself
};

Chain::Chain(std::vector<Process> processes) : processes_(std::move(processes)) {
  validate(processes_);
  const std::vector<Marks> marks = marks_of(processes_);
  std::vector<std::size_t> first_exits;
  for (std::size_t p = 0; p < processes_.size(); ++p) {
    const Process& process = processes_[p];
    const auto first_entry = static_cast<std::ptrdiff_t>(entries_.size());
    for (std::size_t i = 0; i < process.inputs.size(); ++i) {
      std::size_t exit = first_exits[process.inputs[i]];
      for (const std::int64_t element : marks[process.inputs[i]].elements()) {
        entries_.push_back({iteration_of(process.reads[i], process.columns, element), exit++});
      }
    }
    std::stable_sort(entries_.begin() + first_entry, entries_.end(),
                     [](const Entry& a, const Entry& b) { return a.before < b.before; });
    first_exits.push_back(exits_.size());
    for (const std::int64_t element : marks[p].elements()) {
      exits_.push_back(iteration_of(process.writes, process.columns, element) + 1);
    }
    if (exits_.back() < process.iterations()) exits_.push_back(process.iterations());
    parts_.push_back({entries_.size(), exits_.size()});
  }
}

/// A leg from iteration b to iteration u takes floor((u - b) L / T), which is the whole part of u L / T less that of
/// b L / T, less one if that has the larger rest. So of several entries the best is the one that is latest by whole
/// parts, and of such the one with the smallest rest, whatever the exit.
Chain::Walk Chain::walk(const std::vector<std::int64_t>& latencies) const {
  validate_latencies(processes_, latencies);
  Walk walk;
  walk.times.resize(exits_.size());
  walk.origins.resize(exits_.size());
  std::size_t entry = 0;
  std::size_t exit = 0;
  for (std::size_t p = 0; p < processes_.size(); ++p) {
    const Clock clock(processes_[p], latencies[p]);
    std::int64_t best = 0;
    std::int64_t rest = 0;
    std::size_t origin = kNone;
    for (; exit < parts_[p].exits_end; ++exit) {
      for (; entry < parts_[p].entries_end && entries_[entry].before < exits_[exit]; ++entry) {
        const Share before = clock.share(entries_[entry].before);
        const std::int64_t lead = walk.times[entries_[entry].exit] - before.whole;
        if (lead > best || (lead == best && before.rest < rest)) {
          best = lead;
          rest = before.rest;
          origin = entry;
        }
      }
      const Share until = clock.share(exits_[exit]);
      walk.times[exit] =
          best + until.whole - (until.rest < rest ? 1 : 0) + (exits_[exit] == clock.iterations() ? clock.behind() : 0);
      walk.origins[exit] = origin;
    }
  }
  return walk;
}

std::int64_t Chain::latency(const std::vector<std::int64_t>& latencies) const {
  const Walk way = walk(latencies);
  std::int64_t latest = 0;
  for (const Part& part : parts_) latest = std::max(latest, way.times[part.exits_end - 1]);
  return latest;
}

std::vector<Leg> Chain::longest(const std::vector<std::int64_t>& latencies) const {
  if (processes_.empty()) return {};
  const Walk way = walk(latencies);
  std::size_t exit = parts_.front().exits_end - 1;
  for (const Part& part : parts_) {
    if (way.times[part.exits_end - 1] > way.times[exit]) exit = part.exits_end - 1;
  }
  std::vector<Leg> legs;
  while (exit != kNone) {
    const auto p = static_cast<std::size_t>(
        std::upper_bound(parts_.begin(), parts_.end(), exit,
                         [](std::size_t value, const Part& part) { return value < part.exits_end; }) -
        parts_.begin());
    const std::size_t origin = way.origins[exit];
    const std::int64_t until = exits_[exit];
    legs.push_back({p, until - (origin == kNone ? 0 : entries_[origin].before), until == processes_[p].iterations()});
    exit = origin == kNone ? kNone : entries_[origin].exit;
  }
  std::reverse(legs.begin(), legs.end());
  return legs;
}

std::vector<Span> Chain::spans(const std::vector<std::int64_t>& latencies) const {
  const Walk way = walk(latencies);
  std::vector<Span> spans;
  std::size_t entry = 0;
  for (const Part& part : parts_) {
    Span span{0, way.times[part.exits_end - 1]};
    for (; entry < part.entries_end; ++entry) {
      if (entries_[entry].before == 0) span.begin = std::max(span.begin, way.times[entries_[entry].exit]);
    }
    spans.push_back(span);
  }
  return spans;
}

}  // namespace ntorc::deploy
