// ntorc-check/checker.hpp - checks a certificate of ntorc (docs/formats/certificate.md). Shares no code with libntorc:
// what finds an answer must not be what vouches for it.
#pragma once

#include <string>
#include <string_view>

namespace ntorc_check {

struct Verdict {
  bool proven = false;
  std::string line;  ///< what is proven, or the place where the proof fails, what was expected and what was found
};

/// Takes any bytes. Nothing is "proven" that does not follow from the figures in `text` by integer arithmetic: a
/// certificate with numbers whose sums might pass 128 bits is refused.
Verdict check(std::string_view text);

}  // namespace ntorc_check
