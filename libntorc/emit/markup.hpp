// emit/markup.hpp - any text as the formats take it.
#pragma once

#include <string>
#include <string_view>

namespace ntorc::emit {

/// As HTML and XML take it, between tags and in a quoted attribute: valid UTF-8, no control characters, no markup.
std::string escaped(const std::string& text);

/// A cell of a Markdown table: in one line, nothing in it is markup.
std::string markdown(const std::string& text);

/// A cell as RFC 4180 has it.
std::string csv_cell(std::string_view text);

}  // namespace ntorc::emit
