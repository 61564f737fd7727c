// ntorc/emit/plan_json.hpp - a plan as a file. docs/formats/plan.md
#pragma once

#include <filesystem>
#include <string>

#include "ntorc/deploy/plan.hpp"

namespace ntorc::emit {

/// JSON text, two spaces of indent, a newline at the end. Same plan, same bytes.
std::string to_json(const deploy::Plan& plan);

/// "-" reads standard input.
/// @throws FileError, ParseError  naming the place: not JSON, another version, an unknown key, a value out of range.
deploy::Plan read_plan(const std::filesystem::path& file);

}  // namespace ntorc::emit
