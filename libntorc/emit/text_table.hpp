// emit/text_table.hpp - rows of cells in columns as wide as they need.
#pragma once

#include <string>
#include <vector>

namespace ntorc::emit {

using TextRows = std::vector<std::vector<std::string>>;

/// Aligns the cells: the first `left` columns to the left, the others to the right, two blanks between. All rows are of
/// one length.
std::string text_table(const TextRows& rows, std::size_t left);

}  // namespace ntorc::emit
