// ntorc/emit/report.hpp - a plan to be read, printed and passed on. docs/guides/report.md
#pragma once

#include <optional>
#include <string>

#include "ntorc/deploy/front.hpp"
#include "ntorc/deploy/plan.hpp"

namespace ntorc::emit {

/// One page of HTML that needs nothing from elsewhere: question and answer, resources against the part, when each node
/// works, every node and FIFO with its figures, and what all of it rests on. Light or dark as the reader's screen
/// prefers. Others of the plan are left out.
/// @param front  is drawn, if given
std::string report_html(const deploy::Plan& plan, const std::optional<deploy::Front>& front = std::nullopt);

/// The same in Markdown, without drawings.
std::string report_markdown(const deploy::Plan& plan);

/// A row for each node, FIFO and the glue; without a design one for each layer. RFC 4180.
std::string design_csv(const deploy::Plan& plan);

}  // namespace ntorc::emit
