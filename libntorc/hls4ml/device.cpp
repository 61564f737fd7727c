#include "ntorc/hls4ml/device.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <numeric>

#include "ntorc/error.hpp"

namespace ntorc::hls4ml {
namespace {

constexpr std::size_t kMostNames = 3;

bool is_digit(unsigned char c) { return std::isdigit(c) != 0; }
bool is_letter(unsigned char c) { return std::isalpha(c) != 0; }

std::string lower(std::string_view text) {
  std::string result(text);
  std::ranges::transform(result, result.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return result;
}

/// What matters in the name of a board.
std::string key_of(std::string_view name) {
  std::string key = lower(name);
  std::erase_if(key, [](unsigned char c) { return c == '-' || c == '_' || std::isspace(c) != 0; });
  return key;
}

/// Whether `text` begins with a package, as in "clg400-1": two to four letters and two to four digits.
bool begins_with_package(std::string_view text) {
  const std::string_view word = text.substr(0, text.find('-'));
  const auto first_digit = std::ranges::find_if_not(word, is_letter);
  const auto letters = first_digit - word.begin();
  const auto digits = word.end() - first_digit;
  return letters >= 2 && letters <= 4 && digits >= 2 && digits <= 4 && std::all_of(first_digit, word.end(), is_digit);
}

/// @param part  in lower case
bool is_of_device(std::string_view part, std::string_view device) {
  if (!part.starts_with(device)) return false;
  std::string_view rest = part.substr(device.size());
  const auto continues = [&] { return rest.empty() || rest.starts_with('-') || begins_with_package(rest); };
  if (continues()) return true;
  // Variants that hold the same: for less power (xc7a35ti, xc7k70tl), and what the tools call xcvu9p_CIV.
  const bool low_power = device.starts_with("xc7") && (rest.starts_with('i') || rest.starts_with('l'));
  if (!low_power && !rest.starts_with("_civ")) return false;
  rest.remove_prefix(low_power ? 1 : std::string_view("_civ").size());
  return continues();
}

/// @param name  in lower case
bool looks_like_a_part(std::string_view name) {
  return name.size() > 2 && (name.starts_with("xc") || name.starts_with("xa") || name.starts_with("xq"));
}

/// What matters in a name that is compared with others: of a part no more than its device.
std::string core_of(std::string_view name) {
  const std::string text = lower(name);
  if (!looks_like_a_part(text)) return key_of(text);
  const std::string_view part = std::string_view(text).substr(0, text.find('-'));
  constexpr std::size_t kShortestDevice = 5;  // xcu50
  for (std::size_t start = kShortestDevice; start < part.size(); ++start) {
    if (begins_with_package(part.substr(start))) return std::string(part.substr(0, start));
  }
  return std::string(part);
}

/// The fewest letters to insert, leave out or change. [Levenshtein]
std::size_t edits(std::string_view from, std::string_view to) {
  std::vector<std::size_t> row(to.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 0; i < from.size(); ++i) {
    std::size_t diagonal = row[0]++;
    for (std::size_t k = 0; k < to.size(); ++k) {
      const std::size_t changed = diagonal + (from[i] == to[k] ? 0 : 1);
      diagonal = row[k + 1];
      row[k + 1] = std::min({changed, row[k] + 1, row[k + 1] + 1});
    }
  }
  return row.back();
}

}  // namespace

std::optional<Board> find_board(std::string_view name) {
  const std::string key = key_of(name);
  const auto found = std::ranges::find_if(boards(), [&](const Board& board) { return key_of(board.name) == key; });
  if (found == boards().end()) return std::nullopt;
  return *found;
}

std::optional<Device> find_device(std::string_view name) {
  const auto board = find_board(name);
  const std::string part = lower(board ? board->part : name);
  const auto found =
      std::ranges::find_if(devices(), [&](const Device& device) { return is_of_device(part, device.device); });
  if (found == devices().end()) return std::nullopt;
  return *found;
}

std::optional<DeviceResources> device_resources(std::string_view part) {
  const auto device = find_device(part);
  if (!device) return std::nullopt;
  return device->resources;
}

std::string part_name(std::string_view name) {
  if (const auto board = find_board(name)) return std::string(board->part);
  if (looks_like_a_part(lower(name))) return std::string(name);
  throw InvalidArgument(fmt::format("part: expected an FPGA part or a board, got {}{}", name, did_you_mean(name)));
}

std::vector<std::string_view> nearest_names(std::string_view name) {
  constexpr std::size_t kShortestPart = 3;  // two letters are in too many names
  const std::string core = core_of(name);
  std::size_t least = std::max<std::size_t>(1, core.size() / 3);
  std::vector<std::string_view> nearest;
  const auto consider = [&](std::string_view candidate) {
    const std::string key = key_of(candidate);
    const bool contained = core.size() >= kShortestPart && key.find(core) != std::string::npos;
    const std::size_t distance = contained ? 1 : edits(core, key);
    if (distance > least) return;
    if (distance < least) nearest.clear();
    least = distance;
    nearest.push_back(candidate);
  };
  for (const Device& device : devices()) consider(device.device);
  for (const Board& board : boards()) consider(board.name);
  std::ranges::sort(nearest);
  if (nearest.size() > kMostNames) nearest.resize(kMostNames);
  return nearest;
}

std::string did_you_mean(std::string_view name) {
  const std::vector<std::string_view> names = nearest_names(name);
  if (names.empty()) return {};
  std::string text = "; did you mean ";
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (i > 0) text += i + 1 == names.size() ? " or " : ", ";
    text += names[i];
  }
  return text + '?';
}

}  // namespace ntorc::hls4ml
