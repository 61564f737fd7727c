// ntorc/emit/front.hpp - a front for people, spreadsheets, programs and the eye. docs/formats/front.md
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "ntorc/deploy/front.hpp"

namespace ntorc::emit {

/// A row for each point: latency, objective, the proof, resources and reuse factors.
std::string front_table(const deploy::Front& front);

/// A row for each point, a column for each figure, and one for each layer with its reuse factor.
std::string front_csv(const deploy::Front& front);

/// The front in full.
std::string front_json(const deploy::Front& front);

/// @param name  what the text came from, for messages.
/// @throws ParseError  naming file and place: not JSON, another format or version, a key that is missing or unknown, a
/// value out of its range, points that are no front.
deploy::Front parse_front(std::string_view text, std::string_view name);

/// @throws FileError, ParseError
deploy::Front read_front(const std::filesystem::path& file);

/// Latency in us against the objective, 800 by 500 pixels, with all it needs inside. An axis is logarithmic where its
/// points span more than a decade. Proven points are filled, others hollow with a line down to their bound; the mouse
/// over a point tells its figures. Light or dark as the reader's screen prefers.
std::string front_svg(const deploy::Front& front);

}  // namespace ntorc::emit
