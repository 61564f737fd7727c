// ntorc/emit/certificate_json.hpp - a proof as a file that checks by itself. docs/formats/certificate.md
#pragma once

#include <string>

#include "ntorc/mip/formulation.hpp"
#include "ntorc/mip/problem.hpp"
#include "ntorc/mip/solve.hpp"

namespace ntorc::emit {

/// The problem, the answer and its proof, all that ntorc-check needs.
/// @param names     as they are; one that is missing is numbered.
/// @param decimals  0..18; a figure of the problem counts 10^-decimals.
/// @throws InvalidArgument  if decimals is another number, or the solution has no certificate.
std::string certificate_json(const mip::Problem& problem, const mip::Names& names, int decimals,
                             const mip::Solution& solution);

}  // namespace ntorc::emit
