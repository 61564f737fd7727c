// emit/text_table.hpp - rows of cells in columns as wide as they need.
#pragma once

#include <string>
#include <vector>

namespace ntorc::emit {

using TextRows = std::vector<std::vector<std::string>>;

/// The text with "?" for control characters, which a name may hold and a terminal obeys.
std::string printable(std::string text);

/// Aligns the cells, made printable: the first `left` columns to the left, the others to the right, two blanks between.
/// All rows are of one length.
std::string text_table(const TextRows& rows, std::size_t left);

}  // namespace ntorc::emit
