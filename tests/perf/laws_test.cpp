#include "perf/laws.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "fixtures.hpp"
#include "ntorc/error.hpp"
#include "ntorc/perf/dataset.hpp"

namespace ntorc::perf {
namespace {

using model::LayerKind;

double law_of(const hls4ml::LayerShape& shape, std::int64_t reuse, Target target) {
  return law(structure_of(shape, reuse), target);
}

constexpr hls4ml::LayerShape kDense{LayerKind::Dense, 64, 64, 1, 1};
constexpr hls4ml::LayerShape kConvolution{LayerKind::Conv1D, 16, 16, 3, 64};
constexpr hls4ml::LayerShape kLstm{LayerKind::Lstm, 16, 8, 1, 32};

TEST(Structure, SnapsTheReuseFactorOntoEachMatrix) {
  const Structure structure = structure_of({LayerKind::Lstm, 16, 15, 1, 1}, 53);  // 16 x 60 and 15 x 60
  ASSERT_TRUE(structure.recurrent());
  EXPECT_EQ(structure.matrices[0].reuse, 48);
  EXPECT_EQ(structure.matrices[0].block_factor, 20);
  EXPECT_EQ(structure.matrices[0].turns(), 3);
  EXPECT_EQ(structure.matrices[1].reuse, 60);
  EXPECT_EQ(structure.reuse(), 60);
  EXPECT_EQ(structure_of(kDense, 32).matrices[0].turns(), 1);
  EXPECT_THROW(structure_of(kDense, 0), InvalidArgument);
}

TEST(Law, CountsMultipliers) {
  EXPECT_EQ(law_of(kDense, 64, Target::Dsp), 64);
  EXPECT_EQ(law_of(kConvolution, 96, Target::Dsp), 8);
  EXPECT_EQ(law_of(kLstm, 16, Target::Dsp), 32 + 16 + 3 * 8);  // 16 x 32 and 8 x 32
}

TEST(Law, CountsConstantsThatNeedAMultiplier) {
  // Glorot's limit of 16 x 16 is sqrt(6 / 32) = 0.433, 110 units of 2^-8. Of the weights -110..110 those with three or
  // more signed digits need a multiplier.
  int needing = 0;
  for (int n = 1; n <= 110; ++n) {
    int digits = 0;
    for (int rest = n; rest != 0; rest /= 2) {
      if (rest % 2 == 0) continue;
      ++digits;
      rest -= rest % 4 == 1 ? 1 : -1;
    }
    needing += digits >= 3 ? 2 : 0;
  }
  EXPECT_DOUBLE_EQ(law_of({LayerKind::Dense, 16, 16, 1, 1}, 1, Target::Dsp), 256.0 * needing / 221);
  EXPECT_NEAR(law_of({LayerKind::Dense, 16, 16, 1, 1}, 1, Target::Dsp), 159, 8);   // as N-TORC's tables have it
  EXPECT_NEAR(law_of({LayerKind::Dense, 64, 16, 1, 1}, 1, Target::Dsp), 500, 15);  // the same
  EXPECT_NEAR(law_of({LayerKind::Conv1D, 16, 16, 3, 16}, 1, Target::Dsp), 353.5, 30);
  EXPECT_NEAR(law_of({LayerKind::Lstm, 16, 8, 1, 8}, 1, Target::Dsp), 399,
              65);  // one row, and its recurrent weights are not uniform
}

TEST(Law, CountsMemories) {
  EXPECT_EQ(law_of(kDense, 64, Target::Bram18k), 29);                            // 1,024 bits are 28 * 36 and 16
  EXPECT_EQ(law_of(kDense, 512, Target::Bram18k), 4 + 1);                        // 3 * 36 and 20; 512 times 3 bits
  EXPECT_EQ(law_of({LayerKind::Dense, 64, 1, 1, 1}, 4, Target::Bram18k), 0);     // 1,024 bits of weights
  EXPECT_EQ(law_of({LayerKind::Dense, 16, 16, 1, 1}, 128, Target::Bram18k), 1);  // 128 times 3 bits: no memory
  EXPECT_EQ(law_of(kDense, 1, Target::Bram18k), 0);                              // constants
  EXPECT_EQ(law_of(kLstm, 16, Target::Bram18k), 14 + 7 + 2 * 8 + 1);
  EXPECT_EQ(law_of(kLstm, 1, Target::Bram18k), 16);
  EXPECT_EQ(law_of({LayerKind::Gru, 16, 8, 1, 32}, 16, Target::Bram18k), 11 + 6 + 12);  // 384 and 192 bits
}

TEST(Law, CountsCycles) {
  EXPECT_EQ(law_of(kConvolution, 48, Target::LatencyMax), 66 * 58);
  EXPECT_EQ(law_of(kConvolution, 48, Target::LatencyMin), 66 * 6);
  EXPECT_EQ(law_of({LayerKind::Conv1D, 1, 16, 3, 128}, 1, Target::LatencyMax), 128 + 7);  // a pixel in each cycle
  EXPECT_EQ(law_of({LayerKind::Dense, 16, 16, 1, 1}, 1, Target::LatencyMax), 1 + 10);
  EXPECT_EQ(law_of(kDense, 64, Target::LatencyMax), 64 + 5);  // a whole output in turn
  EXPECT_EQ(law_of(kDense, 64, Target::LatencyMin), 64 + 4);
  EXPECT_EQ(law_of(kDense, 32, Target::LatencyMax), 32 + 6);    // half an output: one stage more
  EXPECT_EQ(law_of(kDense, 256, Target::LatencyMax), 256 + 7);  // four outputs: two
  EXPECT_EQ(law_of({LayerKind::Dense, 64, 64, 1, 1, 8}, 64, Target::LatencyMax), 64 + 5 + 8 + 2);
  EXPECT_EQ(law_of({LayerKind::Conv2D, 3, 8, 9, 64}, 9, Target::LatencyMax), 10 * 10 * (9 + 9 + 2));  // a third
  EXPECT_EQ(law_of({LayerKind::Gru, 16, 8, 1, 32}, 32, Target::LatencyMax), 32 * (32 + 20) + 1);
  EXPECT_EQ(law_of(kLstm, 32, Target::LatencyMax), 32 * (32 + 21 + 8) + 1);
  EXPECT_EQ(law_of(kLstm, 32, Target::LatencyMin), 32 * (32 + 21 + 8) + 1 - 32);
}

TEST(Inherited, HandsTheTermsOfAMatrixToEveryMatrix) {
  const std::vector<double> dense{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17};
  ASSERT_EQ(terms(structure_of(kDense, 1)).size(), dense.size());
  std::vector<double> convolution = dense;
  convolution.push_back(0.5);
  EXPECT_EQ(inherited(dense, structure_of(kConvolution, 1), 0.5), convolution);
  std::vector<double> lstm = dense;
  lstm.insert(lstm.end(), dense.begin() + 2, dense.end());
  lstm.push_back(0.5);
  EXPECT_EQ(inherited(dense, structure_of(kLstm, 1), 0.5), lstm);
  for (const auto& shape : {kDense, kConvolution, kLstm})
    EXPECT_EQ(inherited(dense, structure_of(shape, 1), 0).size(), terms(structure_of(shape, 1)).size());
}

TEST(Terms, AreAsManyForAKindAndNeverNegative) {
  for (const auto& shape : {kDense, kConvolution, kLstm, hls4ml::LayerShape{LayerKind::Dense, 512, 3, 1, 1}}) {
    const std::size_t count = terms(structure_of(shape, 1)).size();
    for (const std::int64_t reuse : {1, 2, 8, 16, 48, 64, 512, 1'000'000}) {
      const auto values = terms(structure_of(shape, reuse));
      EXPECT_EQ(values.size(), count);
      for (const double value : values) EXPECT_GE(value, 0);
    }
  }
}

TEST(Law, HoldsOnTheRowsOfNTorcsTables) {
  NTORC_SKIP_WITHOUT_SHARED("data/ntorc-synthesis");
  int counted = 0;
  int other_memories = 0;
  int latencies = 0;
  int other_latencies = 0;
  for (const Observation& row : read_dataset(test::shared_dir() / "data/ntorc-synthesis")) {
    if (row.reuse == 1) {  // constants: another regime
      if (row.shape.kind == LayerKind::Conv1D && row[Target::LatencyMax]) {
        const Structure constants = structure_of(row.shape, 1);
        EXPECT_NEAR(law(constants, Target::LatencyMax), *row[Target::LatencyMax], 1);
        EXPECT_EQ(law(constants, Target::LatencyMin), law(constants, Target::LatencyMax));
      }
      continue;
    }
    const Structure structure = structure_of(row.shape, row.reuse);
    if (const auto blocks = row[Target::Bram18k]) {
      other_memories += law(structure, Target::Bram18k) == *blocks ? 0 : 1;
      EXPECT_NEAR(law(structure, Target::Dsp), *row[Target::Dsp], 0.003 * *row[Target::Dsp]);
      ++counted;
    } else if (row.shape.kind == LayerKind::Conv1D) {
      const auto length = static_cast<double>(row.shape.sequence + 2);
      EXPECT_EQ(law(structure, Target::LatencyMin), *row[Target::LatencyMin]);
      EXPECT_EQ(law(structure, Target::LatencyMax), *row[Target::LatencyMax]) << length;
    } else if (row.shape.kind == LayerKind::Dense && row.reuse < 512) {  // there 1,024 inputs and more are slower
      latencies += 1;
      other_latencies += std::abs(law(structure, Target::LatencyMax) - *row[Target::LatencyMax]) > 1 ? 1 : 0;
    }
  }
  EXPECT_EQ(counted, 7020);
  EXPECT_GT(latencies, 3000);
  EXPECT_EQ(other_latencies, 9);  // means over several networks that are whole by chance
  EXPECT_EQ(other_memories, 6);   // 96 weights of one multiplier, 1,536 bits, that made no block
}

}  // namespace
}  // namespace ntorc::perf
