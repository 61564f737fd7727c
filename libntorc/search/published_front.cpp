#include <fmt/format.h>

#include <utility>

#include "ntorc/search/network_space.hpp"
#include "ntorc/search/report.hpp"

namespace ntorc::search {

const std::vector<PublishedNetwork>& published_front() {
  static const std::vector<PublishedNetwork> front{
      {128, 5, 16, 0, 0, 0.169, 11'908, 18'999, 10, 168.8},   {128, 5, 16, 4, 4, 0.1433, 12'212, 24'808, 17, 169.1},
      {128, 5, 16, 4, 5, 0.1339, 12'304, 24'807, 17, 169.1},  {128, 5, 16, 4, 8, 0.119, 12'616, 24'807, 17, 169.1},
      {128, 5, 16, 3, 18, 0.1161, 13'722, 26'375, 16, 171.8}, {147, 5, 16, 3, 18, 0.1134, 15'660, 26'375, 16, 171.8},
      {128, 5, 20, 3, 17, 0.1095, 16'835, 27'125, 14, 171.8}, {128, 5, 26, 3, 17, 0.1065, 21'707, 63'052, 40, 193.9},
      {128, 5, 30, 3, 17, 0.1029, 24'955, 63'052, 40, 193.9}, {215, 5, 16, 2, 38, 0.0982, 25'562, 30'836, 24, 170.6},
      {207, 5, 16, 5, 47, 0.0958, 32'998, 44'702, 30, 176.8}, {128, 5, 41, 3, 19, 0.0939, 34'361, 63'052, 40, 194.9},
      {246, 5, 16, 4, 50, 0.0851, 36'578, 80'227, 58, 174.9}, {247, 5, 16, 5, 54, 0.0828, 41'358, 91'708, 66, 177.0},
      {367, 5, 16, 5, 75, 0.0813, 70'468, 91'702, 66, 177.0}, {395, 5, 16, 5, 76, 0.0792, 74'925, 94'960, 78, 193.3},
  };
  return front;
}

std::string name_of(const PublishedNetwork& network) {
  return fmt::format("{}_{}_{}_{}_{}", network.window, network.convolutions, network.filters, network.dense_layers,
                     network.dense_size);
}

model::Network make_network(const PublishedNetwork& network, const Head& head) {
  LayerSpace convolutions;
  convolutions.kind = model::LayerKind::Conv1D;
  convolutions.repeat.values = {network.convolutions};
  convolutions.size.values = {network.filters};
  convolutions.kernel.values = {3};
  convolutions.pool.values = {2};
  LayerSpace dense;
  dense.repeat.values = {network.dense_layers};
  dense.size.values = {network.dense_size};
  NetworkSpace space;  // with nothing left to choose
  space.window.values = {network.window};
  space.stages = {{{std::move(convolutions)}}, {{std::move(dense)}}};
  return make_network(space, {}, 1, head);
}

}  // namespace ntorc::search
