#include "ntorc/perf/describe.hpp"

#include <gmock/gmock.h>

#include <nlohmann/json.hpp>
#include <sstream>

#include "fixtures.hpp"

namespace ntorc::perf {
namespace {

using model::LayerKind;
using testing::Contains;
using testing::HasSubstr;

const Context kContext{"xcku115-flvb2104-2-i", 200, "Vivado HLS 2019.2", "0.8.1", "io_stream", "Resource",
                       "ap_fixed<16,6>"};

Record layer(const std::string& project, std::int64_t inputs, double lut) {
  Record record;
  record.name = "fc";
  record.shape = hls4ml::LayerShape{LayerKind::Dense, inputs, 8, 1, 1};
  record.reuse = {4};
  record[Target::Lut] = lut;
  record[Target::Dsp] = 32;
  record.context = kContext;
  record.project = project;
  record.module = "dense_config2_s";
  return record;
}

const KindDescription& only_kind(const DataDescription& data) { return data.contexts.front().kinds.front(); }

TEST(Describe, CountsRowsConfigurationsAndDuplicates) {
  std::vector<Record> records{layer("a", 16, 100), layer("a", 16, 100), layer("a", 32, 100)};
  records.push_back(layer("a", 16, 100));
  records.back().role = Role::Unmapped;
  records.back().shape.reset();
  const DataDescription data = describe(records);
  EXPECT_EQ(data.rows, 4);
  EXPECT_EQ(data.unmapped, 1);
  ASSERT_EQ(data.counts.size(), 2U);
  EXPECT_EQ(data.counts[0].kind, "dense");
  EXPECT_EQ(data.counts[0].rows, 3);
  EXPECT_EQ(only_kind(data).configurations, 2);
  EXPECT_EQ(only_kind(data).duplicates, 1);
  EXPECT_THAT(data.warnings, Contains("1 rows are of modules that belong to no layer that is known"));
}

TEST(Describe, TellsRangesEmptyCellsAndSizesOfWhichThereIsOne) {
  const DataDescription data = describe({layer("a", 16, 100), layer("a", 48, 700)});
  const auto& columns = only_kind(data).columns;
  EXPECT_EQ(columns.front().column, "inputs");
  EXPECT_EQ(columns.front().values, 2);
  EXPECT_EQ(columns.front().least, 16);
  EXPECT_EQ(columns.front().most, 48);
  EXPECT_THAT(data.warnings, Contains("dense: one value only, which tells nothing of another: size 8, packets 1, "
                                      "reuse 4"));
  EXPECT_THAT(data.warnings, Contains("dense: empty cells: latency_min_cycles 2, latency_max_cycles 2, ff 2, "
                                      "bram_18k 2"));
}

TEST(Describe, FindsFiguresThatContradictEachOther) {
  const DataDescription data = describe({layer("runs/a", 16, 100), layer("runs/b", 16, 150), layer("runs/c", 16, 120)});
  EXPECT_EQ(data.conflicting, 1);
  EXPECT_EQ(data.widely_conflicting, 1);
  ASSERT_EQ(data.conflicts.size(), 1U);
  EXPECT_EQ(data.conflicts[0].target, Target::Lut);
  EXPECT_EQ(data.conflicts[0].least, 100);
  EXPECT_EQ(data.conflicts[0].most, 150);
  EXPECT_EQ(data.conflicts[0].rows, 3);
  EXPECT_EQ(data.conflicts[0].least_project, "runs/a");
  EXPECT_EQ(data.conflicts[0].most_project, "runs/b");
  EXPECT_NEAR(data.conflicts[0].spread_percent(), 100.0 / 3, 1e-9);
}

TEST(Describe, FindsNoConflictBetweenContexts) {
  Record other = layer("runs/b", 16, 150);
  other.context.clock_mhz = 100;
  EXPECT_EQ(describe({layer("runs/a", 16, 100), other}).conflicting, 0);
}

TEST(Describe, MeasuresWhatASplitByRowsLeaks) {
  // Four rows of one configuration, one of another: of the five a fifth is tested on. A row of the four has a twin
  // among the rest unless all three are tested too: 1 - 0.2^3.
  std::vector<Record> records(4, layer("", 16, 100));
  records.push_back(layer("", 32, 100));
  const Leaks leaks = describe(records).leaks;
  EXPECT_NEAR(leaks.repeated_share, 0.8, 1e-12);
  EXPECT_NEAR(leaks.twin_share, 0.8 * (1 - 0.008), 1e-12);
  EXPECT_EQ(leaks.projects, 0);
}

TEST(Describe, FindsCopiedProjectsAndSharedModules) {
  const DataDescription data = describe({layer("x/net", 16, 100), layer("y/net", 16, 100), layer("z/more", 16, 100),
                                         layer("z/more", 32, 100), layer("z/else", 64, 100)});
  EXPECT_EQ(data.leaks.projects, 4);
  EXPECT_EQ(data.leaks.copied_projects, 2);
  EXPECT_EQ(data.leaks.renamed_projects, 2);
  EXPECT_NEAR(data.leaks.shared_module_share, 3.0 / 5, 1e-12);
  EXPECT_EQ(data.leaks.near_share, 0);  // equal figures are no near ones
  EXPECT_THAT(data.warnings,
              Contains("2 of 4 projects are copies: all of their layers and figures are those of another"));
}

TEST(Describe, FindsNearDuplicatesAsOfAnotherSeed) {
  const DataDescription data = describe({layer("s1", 16, 1000), layer("s2", 16, 1005), layer("s3", 16, 1200)});
  EXPECT_NEAR(data.leaks.near_share, 2.0 / 3, 1e-12);
}

TEST(DescriptionText, IsNoWiderThanAHundredColumns) {
  std::vector<Record> records{layer(std::string(150, 'p'), 16, 100), layer("runs/b", 16, 150)};
  Record other = layer("runs/b", 64, 1);
  other.context.clock_mhz = 1000 / 3.3;
  records.push_back(other);
  const std::string text = description_text(describe(records));
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) EXPECT_LE(line.size(), 100U) << line;
  EXPECT_THAT(text, HasSubstr("dense: 2 rows, 1 configurations, 0 duplicates"));
  EXPECT_THAT(text, HasSubstr("Warnings"));
}

TEST(DescriptionJson, HoldsWhatTheDocumentationSays) {
  const auto data = describe({layer("runs/a", 16, 100), layer("runs/b", 16, 150)});
  const auto document = nlohmann::json::parse(description_json(data));
  EXPECT_EQ(document["format"], "ntorc-description");
  EXPECT_EQ(document["version"], 1);
  EXPECT_EQ(document["contexts"][0]["context"]["part"], "xcku115-flvb2104-2-i");
  EXPECT_EQ(document["contexts"][0]["kinds"][0]["columns"][0]["column"], "inputs");
  EXPECT_EQ(document["conflicts"][0]["spread_percent"], 100.0 / 3);
  EXPECT_EQ(nlohmann::json::parse(description_json(data, 0))["conflicts"].size(), 0U);
  const std::string page = test::read_all(test::data_dir() / "../../docs/formats/description.md");
  for (const auto& [key, value] : document.items()) EXPECT_THAT(page, HasSubstr("`" + key));
  for (const auto& [key, value] : document["leaks"].items()) EXPECT_THAT(page, HasSubstr("`" + key + "`"));
}

TEST(Describe, CountsTheRowsOfNTorcsTables) {
  NTORC_SKIP_WITHOUT_SHARED("data/ntorc-synthesis");
  const Dataset tables = read_dataset(test::shared_dir() / "data" / "ntorc-synthesis");
  const DataDescription data = describe(records_of(tables, context_of(ntorc_provenance())));
  EXPECT_EQ(data.rows, std::ssize(tables));
  ASSERT_EQ(data.contexts.size(), 1U);
  EXPECT_EQ(data.contexts[0].kinds.size(), 3U);
  EXPECT_GT(data.leaks.twin_share, 0.9);  // facts/laws.md: nearly every row that is tested has a twin in training
}

}  // namespace
}  // namespace ntorc::perf
