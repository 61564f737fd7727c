#include "ntorc/hls4ml/reuse.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <set>

#include "fixtures.hpp"
#include "ntorc/error.hpp"

namespace ntorc::hls4ml {
namespace {

using model::LayerKind;
using Factors = std::vector<std::int64_t>;

/// The rule as hls4ml states it (FPGABackend.validate_reuse_factor), tried on every integer.
Factors enumerate_legal(std::int64_t n_in, std::int64_t n_out) {
  Factors legal;
  for (std::int64_t rf = 1; rf <= n_in * n_out; ++rf) {
    const std::int64_t multfactor = std::min(n_in, rf);
    const std::int64_t mult_limit = (n_in * n_out + multfactor - 1) / multfactor;
    const bool valid =
        (mult_limit % n_out == 0 || rf >= n_in) && (rf % n_in == 0 || rf < n_in) && (n_in * n_out) % rf == 0;
    if (valid) legal.push_back(rf);
  }
  return legal;
}

std::int64_t enumerate_nearest(const Factors& legal, std::int64_t asked) {
  std::int64_t best = legal.front();
  for (const std::int64_t rf : legal) {
    if (std::llabs(rf - asked) < std::llabs(best - asked)) best = rf;  // a tie keeps the smaller
  }
  return best;
}

TEST(LegalReuseFactors, EqualsTheRuleTriedOnEveryInteger) {
  for (std::int64_t n_in = 1; n_in <= 64; ++n_in) {
    for (std::int64_t n_out = 1; n_out <= 64; ++n_out) {
      ASSERT_EQ(legal_reuse_factors({n_in, n_out}), enumerate_legal(n_in, n_out)) << n_in << " x " << n_out;
    }
  }
}

TEST(LegalReuseFactors, ListsTheExamplesOfTheHls4mlSource) {
  EXPECT_EQ(legal_reuse_factors({48, 16}), (Factors{1, 2, 3, 4, 6, 8, 12, 16, 24, 48, 96, 192, 384, 768}));
  EXPECT_EQ(legal_reuse_factors({9, 8}), (Factors{1, 3, 9, 18, 36, 72}));
  EXPECT_EQ(legal_reuse_factors({1, 1}), (Factors{1}));
}

TEST(LegalReuseFactors, AnswersForAVeryWideLayer) {
  EXPECT_EQ(legal_reuse_factors({2147483647, 2}), (Factors{1, 2147483647, 4294967294}));  // 2^31 - 1 is prime
}

TEST(LegalReuseFactors, RefusesExtentsOutOfRange) {
  EXPECT_EQ(test::message_of<InvalidArgument>([] {
              legal_reuse_factors({0, 4});
            }),
            "matrix 0 x 4: expected extents in 1..2147483647");
  EXPECT_THROW(legal_reuse_factors({4, -1}), InvalidArgument);
  EXPECT_THROW(legal_reuse_factors({4, std::int64_t{1} << 31}), InvalidArgument);
}

TEST(SnappedReuseFactor, IsTheNearestAndOfTwoTheSmaller) {
  for (const Matrix matrix : {Matrix{48, 16}, Matrix{9, 8}, Matrix{7, 5}, Matrix{64, 4}, Matrix{1, 12}}) {
    const Factors legal = enumerate_legal(matrix.n_in, matrix.n_out);
    for (std::int64_t asked = 1; asked <= 2 * matrix.n_in * matrix.n_out; ++asked) {
      ASSERT_EQ(snapped_reuse_factor(matrix, asked), enumerate_nearest(legal, asked)) << asked;
    }
  }
  EXPECT_EQ(snapped_reuse_factor({16, 60}, 60), 64);  // as an LSTM of 15 units on 16 features was seen to do
  EXPECT_EQ(snapped_reuse_factor({15, 60}, 60), 60);
  EXPECT_THROW(snapped_reuse_factor({16, 60}, 0), InvalidArgument);
}

TEST(BlockFactor, RoundsUp) {
  EXPECT_EQ(block_factor({48, 16}, 24), 32);
  EXPECT_EQ(block_factor({3, 5}, 2), 8);
  EXPECT_EQ(block_factor({3, 5}, 100), 1);
  EXPECT_THROW(block_factor({3, 5}, 0), InvalidArgument);
}

TEST(ReuseChoices, OfDenseAreTheLegalFactorsWithinTheBlockFactorLimit) {
  const LayerShape shape{LayerKind::Dense, 192, 76, 1, 1};  // 14,592 weights
  const auto choices = reuse_choices(shape);
  ASSERT_FALSE(choices.empty());
  EXPECT_EQ(choices.front(), (ReuseChoice{4, {4}, {3648}}));  // 3 would need 4864 multipliers
  EXPECT_EQ(choices.back(), (ReuseChoice{14592, {14592}, {1}}));
  EXPECT_EQ(reuse_choices(shape, {.max_block_factor = 14592}).size(), legal_reuse_factors({192, 76}).size());
  EXPECT_EQ(reuse_choices(shape, {.max_block_factor = 2048}).front().reuse, 8);  // N-TORC's limit
}

TEST(ReuseChoices, OfAParallelConvolutionEndAtItsFanIn) {
  const LayerShape shape{LayerKind::Conv1D, 16, 16, 3, 64};
  EXPECT_EQ(reuse_choices(shape, {.io_type = IoType::Parallel}).back().reuse, 48);
  EXPECT_EQ(reuse_choices(shape, {.io_type = IoType::Stream}).back().reuse, 768);
  const LayerShape dense{LayerKind::Dense, 48, 16, 1, 1};
  EXPECT_EQ(reuse_choices(dense, {.io_type = IoType::Parallel}).back().reuse, 768);
}

TEST(ReuseChoices, OfARecurrentLayerAreAllPairsThatSomeIntegerReaches) {
  for (const LayerKind kind : {LayerKind::Lstm, LayerKind::Gru}) {
    for (const auto& [inputs, units] : {std::pair{16, 15}, {6, 5}, {1, 8}, {3, 20}, {12, 12}, {7, 31}}) {
      const LayerShape shape{kind, inputs, units, 1, 10};
      const auto layer_matrices = matrices(shape);
      const Factors input = enumerate_legal(layer_matrices[0].n_in, layer_matrices[0].n_out);
      const Factors recurrent = enumerate_legal(layer_matrices[1].n_in, layer_matrices[1].n_out);
      std::set<Factors> reachable;
      for (std::int64_t r = 1; r <= std::max(input.back(), recurrent.back()); ++r) {
        reachable.insert({enumerate_nearest(input, r), enumerate_nearest(recurrent, r)});
      }
      std::set<Factors> found;
      std::int64_t last = 0;
      for (const ReuseChoice& choice : reuse_choices(shape, {.max_block_factor = 1 << 20})) {
        EXPECT_EQ(choice.effective,
                  (Factors{enumerate_nearest(input, choice.reuse), enumerate_nearest(recurrent, choice.reuse)}));
        EXPECT_TRUE(found.insert(choice.effective).second);
        EXPECT_GT(choice.reuse, last);
        last = choice.reuse;
      }
      EXPECT_EQ(found, reachable) << inputs << " -> " << units;
    }
  }
}

TEST(ReuseChoices, OfARecurrentLayerAreNamedByALegalFactorWhereThereIsOne) {
  const auto choices = reuse_choices({LayerKind::Lstm, 16, 15, 1, 10});
  const auto at_60 = std::ranges::find(choices, Factors{64, 60}, &ReuseChoice::effective);
  ASSERT_NE(at_60, choices.end());
  EXPECT_EQ(at_60->reuse, 60);
  EXPECT_EQ(at_60->block_factors, (Factors{15, 15}));
}

TEST(ReuseChoices, AreNoneWhereNoFactorKeepsTheLimit) {
  EXPECT_TRUE(
      reuse_choices({LayerKind::Conv1D, 1024, 16384, 3, 8}, {.max_block_factor = 4096, .io_type = IoType::Parallel})
          .empty());
  EXPECT_THROW(reuse_choices({LayerKind::Dense, 4, 4, 1, 1}, {.max_block_factor = 0}), InvalidArgument);
}

TEST(IoType, IsNamedAsInHls4ml) {
  EXPECT_EQ(io_type("io_stream"), IoType::Stream);
  EXPECT_EQ(io_type(to_string(IoType::Parallel)), IoType::Parallel);
  EXPECT_EQ(test::message_of<InvalidArgument>([] { io_type("io_serial"); }),
            "io type: expected io_stream or io_parallel, got \"io_serial\"");
}

}  // namespace
}  // namespace ntorc::hls4ml
