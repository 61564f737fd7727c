// tests/emit/well_formed.hpp - whether a page is HTML that any parser reads alike.
#pragma once

#include <algorithm>
#include <array>
#include <cctype>
#include <string>
#include <string_view>
#include <vector>

namespace ntorc::test {

/// What is wrong with a page whose tags all must be closed, whose attributes all have quotes and whose text has no bare
/// markup; empty if nothing is. The content of <style> is passed over.
inline std::string html_fault(std::string_view page) {
  constexpr std::array<std::string_view, 5> kVoid{"meta", "br", "hr", "img", "link"};
  const auto near = [&](std::size_t at) { return std::string(page.substr(at, 60)); };
  std::vector<std::string> open;
  std::size_t at = 0;
  if (page.starts_with("<!DOCTYPE html>\n")) at = 16;
  while (at < page.size()) {
    if (page[at] == '&') {
      const std::size_t end = page.find(';', at);
      if (end == std::string_view::npos || end - at > 8) return "bare & at " + near(at);
    }
    if (page[at] == '>') return "bare > at " + near(at);
    if (page[at] != '<') {
      ++at;
      continue;
    }
    const bool closes = at + 1 < page.size() && page[at + 1] == '/';
    std::size_t end = at + (closes ? 2 : 1);
    const std::size_t name_at = end;
    while (end < page.size() && (std::isalnum(static_cast<unsigned char>(page[end])) != 0)) ++end;
    const std::string name(page.substr(name_at, end - name_at));
    if (name.empty()) return "bare < at " + near(at);
    while (end < page.size() && page[end] != '>' && page[end] != '/') {
      if (page[end] == ' ') {
        ++end;
        continue;
      }
      const std::size_t equals = page.find_first_of("=<>", end);
      if (equals == std::string_view::npos || page[equals] != '=' || page[equals + 1] != '"') {
        return "attribute without a value at " + near(end);
      }
      const std::size_t quote = page.find('"', equals + 2);
      if (quote == std::string_view::npos) return "open quote at " + near(end);
      if (page.substr(equals, quote - equals).find('<') != std::string_view::npos)
        return "tag in quotes at " + near(end);
      end = quote + 1;
    }
    const bool empty = end < page.size() && page[end] == '/';
    if (empty) ++end;
    if (end >= page.size() || page[end] != '>') return "open tag at " + near(at);
    if (closes) {
      if (open.empty() || open.back() != name) return "closes what is not open at " + near(at);
      open.pop_back();
    } else if (!empty && std::ranges::find(kVoid, name) == kVoid.end()) {
      open.push_back(name);
      if (name == "style") {
        end = page.find("</style>", end);
        if (end == std::string_view::npos) return "open style";
        at = end;
        continue;
      }
    }
    at = end + 1;
  }
  return open.empty() ? "" : "not closed: " + open.back();
}

}  // namespace ntorc::test
