// ntorc/emit/plan_json.hpp - a plan as a file. docs/formats/plan.md
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "ntorc/deploy/plan.hpp"

namespace ntorc::emit {

/// The plan in full: `parse_plan` of it gives an equal one, but for its proof. An array, if there are others.
std::string to_json(const deploy::Plan& plan);

/// @param name  what the text came from, for messages.
/// @throws ParseError  naming file and place: not JSON, another format or version, a key that is missing or unknown, a
/// value out of
///                     its range, an answer without layers or layers without an answer.
deploy::Plan parse_plan(std::string_view text, std::string_view name);

/// "-" reads standard input. @throws FileError, ParseError
deploy::Plan read_plan(const std::filesystem::path& file);

}  // namespace ntorc::emit
