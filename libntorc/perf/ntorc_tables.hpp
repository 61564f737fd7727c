// perf/ntorc_tables.hpp - the six CSV tables that N-TORC published.
#pragma once

#include <filesystem>

#include "ntorc/perf/dataset.hpp"

namespace ntorc::perf {

/// Reads the tables in `folder`, all six. @throws FileError, ParseError
Dataset read_ntorc_tables(const std::filesystem::path& folder);

}  // namespace ntorc::perf
