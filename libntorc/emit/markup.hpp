// emit/markup.hpp - any text as the formats take it.
#pragma once

#include <string>

namespace ntorc::emit {

/// As HTML and XML take it, between tags and in a quoted attribute: valid UTF-8, no control characters, no markup.
std::string escaped(const std::string& text);

/// A cell of a Markdown table: in one line, nothing in it is markup.
std::string markdown(const std::string& text);

}  // namespace ntorc::emit
