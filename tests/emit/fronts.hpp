// tests/emit/fronts.hpp - fronts made by hand.
#pragma once

#include "ntorc/deploy/front.hpp"

namespace ntorc::test {

/// Three of the four pairs of docs/formats/cost-table.md, the last of them not proven.
inline deploy::Front small_front() {
  deploy::Front front;
  front.network = "small net";
  front.cost_source = "costs.csv";
  front.layers = {"a", "b"};
  front.points = {{20, 65, 65, true, {20, 20, 60.5, 4, 0, 0.5}, {1, 1}},
                  {50, 35, 35, true, {50, 50, 35, 0, 0, 0}, {4, 1}},
                  {70, 20, 19.5, false, {70, 70, 20, 0, 0, 0}, {4, 4}}};
  return front;
}

inline deploy::Front whole_front() {
  deploy::Front front = small_front();
  front.points.back().bound = 20;
  front.points.back().proven = true;
  front.complete = true;
  return front;
}

}  // namespace ntorc::test
