#include "signal/pieces.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cmath>
#include <cstring>
#include <limits>

#include "ntorc/error.hpp"

namespace ntorc::signal {

Pieces::Pieces(std::istream& in, const std::string& name, char delimiter, std::size_t max_bytes)
    : in_(in), name_(name), delimiter_(delimiter), max_bytes_(max_bytes), buffer_(std::size_t{1} << 16, '\0') {}

bool Pieces::read_more() {
  if (begin_ != 0) {
    std::memmove(buffer_.data(), buffer_.data() + begin_, end_ - begin_);
    end_ -= begin_;
    begin_ = 0;
  }
  if (end_ == buffer_.size()) buffer_.resize(2 * buffer_.size());
  errno = 0;
  in_.read(buffer_.data() + end_, static_cast<std::streamsize>(buffer_.size() - end_));
  const auto read = static_cast<std::size_t>(in_.gcount());
  if (in_.bad()) throw FileError(fmt::format("{}: cannot read: {}", name_, std::strerror(errno)));
  end_ += read;
  return read > 0;
}

std::optional<std::string_view> Pieces::next() {
  std::size_t looked = 0;
  while (true) {
    const char* const first = buffer_.data() + begin_;
    const void* const found = std::memchr(first + looked, delimiter_, end_ - begin_ - looked);
    looked = found == nullptr ? end_ - begin_ : static_cast<std::size_t>(static_cast<const char*>(found) - first);
    if (looked > max_bytes_) {
      throw ParseError(fmt::format("{}: expected at most {} bytes up to a {}, found more behind {} of them", name_,
                                   max_bytes_, delimiter_ == '\n' ? "line end" : "comma", count_));
    }
    if (found == nullptr && read_more()) continue;
    if (found == nullptr && looked == 0) return std::nullopt;
    const std::string_view piece(buffer_.data() + begin_, looked);
    begin_ += looked + (found == nullptr ? 0 : 1);
    ++count_;
    return piece;
  }
}

std::ifstream open_text(const std::filesystem::path& file) {
  std::error_code ignored;
  if (std::filesystem::is_directory(file, ignored)) {
    throw FileError(fmt::format("{}: expected a file, found a directory", file.string()));
  }
  errno = 0;
  std::ifstream in(file, std::ios::binary);
  if (!in) throw FileError(fmt::format("{}: cannot open: {}", file.string(), std::strerror(errno)));
  return in;
}

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view kBlanks = " \t\r\n";
  const std::size_t first = text.find_first_not_of(kBlanks);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kBlanks) - first + 1);
}

std::optional<double> finite_double(std::string_view text) {
  if (text.size() > 1 && text[0] == '+' && text[1] != '-') text.remove_prefix(1);
  double number = 0;
  const char* const end = text.data() + text.size();
  const auto [rest, failure] = std::from_chars(text.data(), end, number);
  if (failure != std::errc{} || rest != end || !std::isfinite(number)) return std::nullopt;
  return number;
}

std::optional<float> finite_float(std::string_view text) {
  const auto number = finite_double(text);
  if (!number || std::abs(*number) > std::numeric_limits<float>::max()) return std::nullopt;
  return static_cast<float>(*number);
}

std::string shown(std::string_view text) {
  std::string words(text.substr(0, 40));
  std::ranges::replace_if(
      words, [](unsigned char c) { return c < ' '; }, '?');
  return text.size() > 40 ? words + "..." : words;
}

}  // namespace ntorc::signal
