#include "emit/markup.hpp"

#include <cctype>
#include <nlohmann/json.hpp>

#include "emit/text_table.hpp"

namespace ntorc::emit {
namespace {

/// With U+FFFD for what is no UTF-8.
std::string valid(const std::string& text) {
  return nlohmann::json::parse(nlohmann::json(text).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace))
      .get<std::string>();
}

}  // namespace

std::string escaped(const std::string& text) {
  std::string made;
  for (const char c : valid(printable(text))) {
    switch (c) {
      case '&':
        made += "&amp;";
        break;
      case '<':
        made += "&lt;";
        break;
      case '>':
        made += "&gt;";
        break;
      case '"':
        made += "&quot;";
        break;
      case '\'':
        made += "&#39;";
        break;
      default:
        made += c;
    }
  }
  return made;
}

std::string markdown(const std::string& text) {
  constexpr std::string_view kMarkup = "\\`*[]<>|~&";
  const std::string shown = valid(printable(text));
  const auto is_inner = [&](std::size_t at) {  // an underscore within a word means nothing, and names are full of them
    return at > 0 && at + 1 < shown.size() && std::isalnum(static_cast<unsigned char>(shown[at - 1])) != 0 &&
           std::isalnum(static_cast<unsigned char>(shown[at + 1])) != 0;
  };
  std::string made;
  for (std::size_t i = 0; i < shown.size(); ++i) {
    const char c = shown[i];
    if (kMarkup.find(c) != std::string_view::npos || (c == '_' && !is_inner(i))) made += '\\';
    made += c;
  }
  return made;
}

}  // namespace ntorc::emit
