#include "ntorc/hls4ml/device.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <random>
#include <set>

#include "fixtures.hpp"
#include "ntorc/error.hpp"

namespace ntorc::hls4ml {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

std::string device_of(std::string_view name) {
  const auto device = find_device(name);
  return device ? std::string(device->device) : "none";
}

/// {LUT, FF, DSP, BRAM 18K, URAM}
std::vector<std::int64_t> resources_of(std::string_view name) {
  const auto found = device_resources(name);
  if (!found) return {};
  return {found->lut, found->ff, found->dsp, found->bram_18k, found->uram};
}

TEST(Devices, AreSortedAndUnique) {
  EXPECT_GE(devices().size(), 100U);
  EXPECT_EQ(std::ranges::adjacent_find(devices(), std::ranges::greater_equal{}, &Device::device), devices().end());
  EXPECT_EQ(std::ranges::adjacent_find(boards(), std::ranges::greater_equal{}, &Board::name), boards().end());
}

TEST(Devices, HoldWhatTheirFamiliesCanHold) {
  const std::set<std::string_view> families{"Spartan-7",
                                            "Artix-7",
                                            "Kintex-7",
                                            "Virtex-7",
                                            "Zynq-7000",
                                            "Kintex UltraScale",
                                            "Virtex UltraScale",
                                            "Artix UltraScale+",
                                            "Kintex UltraScale+",
                                            "Zynq UltraScale+",
                                            "Kria",
                                            "Virtex UltraScale+",
                                            "Alveo",
                                            "Zynq UltraScale+ RFSoC"};
  std::set<std::string_view> seen;
  for (const auto& [device, family, source, holds] : devices()) {
    SCOPED_TRACE(device);
    seen.insert(family);
    EXPECT_TRUE(device.starts_with("xc"));
    EXPECT_TRUE(std::ranges::all_of(device, [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); }));
    EXPECT_EQ(device.starts_with("xc7"), family.ends_with("-7") || family == "Zynq-7000");
    EXPECT_TRUE(source.size() == 5 && source.starts_with("DS"));
    EXPECT_EQ(holds.ff, 2 * holds.lut);  // two flip-flops beside each LUT, from the 7 series on
    EXPECT_EQ(holds.bram_18k % 2, 0);    // halves of blocks of 36 Kb
    EXPECT_GE(holds.lut, 3'750);
    EXPECT_LE(holds.lut, 4'100'000);
    EXPECT_GE(holds.bram_18k, 10);
    EXPECT_LE(holds.bram_18k, 7'560);
    // Logic makes up the most of every part: a DSP has 60 LUT and more beside it, a block of RAM 60 and more.
    EXPECT_GE(holds.dsp, 10);
    EXPECT_GE(holds.lut, 60 * holds.dsp);
    EXPECT_GE(holds.lut, 60 * holds.bram_18k);
    EXPECT_GE(holds.uram, 0);
    const bool has_uram =
        family.ends_with('+') || family == "Zynq UltraScale+ RFSoC" || family == "Kria" || family == "Alveo";
    EXPECT_TRUE(has_uram || holds.uram == 0);
    EXPECT_FALSE(family == "Artix UltraScale+" && holds.uram > 0);
  }
  EXPECT_EQ(seen, families);
}

TEST(Devices, AreWhatSynthesisReportsSay) {
  // Their rows Available; docs/devices.md says whose.
  EXPECT_THAT(resources_of("xc7z007s-clg225-2"), ElementsAre(14'400, 28'800, 66, 100, 0));
  EXPECT_THAT(resources_of("xc7z020-clg400-1"), ElementsAre(53'200, 106'400, 220, 280, 0));
  EXPECT_THAT(resources_of("xczu7ev-ffvc1156-2-e"), ElementsAre(230'400, 460'800, 1'728, 624, 96));
  EXPECT_THAT(resources_of("xcvu9p-fsgd2104-2-i"), ElementsAre(1'182'240, 2'364'480, 6'840, 4'320, 960));
  EXPECT_THAT(resources_of("xcu50-fsvh2104-2L-e"), ElementsAre(871'680, 1'743'360, 5'952, 2'688, 640));
  EXPECT_THAT(resources_of("xcu250-figd2104-2L-e"), ElementsAre(1'728'000, 3'456'000, 12'288, 5'376, 1'280));
}

TEST(Devices, AreWhatRule4mlHasOfItsBoards) {
  EXPECT_THAT(resources_of("pynq-z2"), ElementsAre(53'200, 106'400, 220, 280, 0));
  EXPECT_THAT(resources_of("zcu102"), ElementsAre(274'080, 548'160, 2'520, 1'824, 0));
  EXPECT_THAT(resources_of("alveo-u200"), ElementsAre(1'182'240, 2'364'480, 6'840, 4'320, 960));
  EXPECT_THAT(resources_of("alveo-u250"), ElementsAre(1'728'000, 3'456'000, 12'288, 5'376, 1'280));
}

TEST(FindDevice, KnowsAPartHoweverItIsWritten) {
  for (const char* part :
       {"xczu7ev-ffvc1156-2-e", "xczu7ev", "XCZU7EV-FFVC1156-2-E", "xczu7evffvc1156-2-e", "zcu104"}) {
    EXPECT_EQ(device_of(part), "xczu7ev") << part;
  }
  EXPECT_EQ(device_of("xc7z007sclg225-1"), "xc7z007s");
  EXPECT_EQ(device_of("xc7z007s-clg225-1"), "xc7z007s");
  EXPECT_EQ(device_of("xc7z020clg400-1"), "xc7z020");
  EXPECT_EQ(device_of("xc7vx690tffg1761-2"), "xc7vx690t");
  EXPECT_EQ(device_of("xc7a35ticsg324-1L"), "xc7a35t");
  EXPECT_EQ(device_of("xc7k70tl"), "xc7k70t");
  EXPECT_EQ(device_of("xc7z010iclg225-1L"), "xc7z010");
  EXPECT_EQ(device_of("xcvu13p_CIV-figd2104-2-e"), "xcvu13p");
  EXPECT_EQ(device_of("xck26-sfvc784-2LV-c"), "xck26");
}

TEST(FindDevice, SaysNothingOfAnUnknownPart) {
  for (const char* part : {"", "xc", "xczu7", "xczu7evx", "xc7z020c", "xc7z020clg", "xc7z020clg400x", "xczu7evi",
                           "xcvu9p_", "zcu105", "xcu50lv-fsvh2104-2-e"}) {
    EXPECT_FALSE(device_resources(part)) << part;
  }
}

TEST(FindDevice, NeverTakesADeviceForAnother) {
  for (const Device& device : devices()) {
    const std::string name(device.device);
    for (const char* rest : {"", "-1", "-ffvc1156-2-e", "ffvc1156-2-e", "clg400-1"}) {
      EXPECT_EQ(device_of(name + rest), name) << rest;
    }
  }
}

TEST(FindBoard, MindsNeitherCaseNorSeparators) {
  for (const char* name : {"alveo-u250", "Alveo U250", "ALVEO_U250", "alveou250", " Alveo-U250 "}) {
    const auto board = find_board(name);
    ASSERT_TRUE(board) << name;
    EXPECT_EQ(board->part, "xcu250-figd2104-2L-e");
  }
  EXPECT_FALSE(find_board("u250"));
  EXPECT_FALSE(find_board(""));
  EXPECT_FALSE(find_board("xczu7ev"));
}

TEST(FindBoard, HasTheBoardsOfHls4mlAndNTorc) {
  EXPECT_EQ(part_name("pynq-z2"), "xc7z020clg400-1");
  EXPECT_EQ(part_name("zcu102"), "xczu9eg-ffvb1156-2-e");
  EXPECT_EQ(part_name("alveo-u50"), "xcu50-fsvh2104-2-e");
  EXPECT_EQ(part_name("alveo-u200"), "xcu200-fsgd2104-2-e");
  EXPECT_EQ(part_name("alveo-u250"), "xcu250-figd2104-2L-e");
  EXPECT_EQ(part_name("alveo-u280"), "xcu280-fsvh2892-2L-e");
  EXPECT_EQ(part_name("zcu104"), "xczu7ev-ffvc1156-2-e");
}

TEST(Boards, CarryPartsOfTheCatalogueAndAreFoundByTheirNames) {
  for (const Board& board : boards()) {
    EXPECT_TRUE(device_resources(board.part)) << board.name;
    EXPECT_NE(board.part, device_of(board.part)) << board.name << ": a whole part is wanted";
    const auto found = find_board(board.name);
    ASSERT_TRUE(found) << board.name;
    EXPECT_EQ(found->name, board.name) << "two boards of one name";
  }
}

TEST(PartName, KeepsAPartAsItStands) {
  for (const char* part : {"xczu7ev-ffvc1156-2-e", "XCZU7EV", "xc9", "xazu3eg-sfvc784-1-i", "xqku040-rfa1156-1M-m"}) {
    EXPECT_EQ(part_name(part), part);
  }
}

TEST(PartName, RefusesWhatIsNeitherAPartNorABoard) {
  const auto complaint = [](std::string_view name) {
    return test::message_of<InvalidArgument>([&] { part_name(name); });
  };
  const std::string expected = "part: expected an FPGA part or a board, got ";
  EXPECT_EQ(complaint("zcu10"), expected + "zcu10; did you mean zcu102, zcu104 or zcu106?");
  EXPECT_EQ(complaint("Alveo U251"), expected + "Alveo U251; did you mean alveo-u250?");
  EXPECT_EQ(complaint("foo"), expected + "foo");
  EXPECT_EQ(complaint("xc"), expected + "xc");
  EXPECT_EQ(complaint(""), expected);
}

TEST(NearestNames, AreTheFewThatCouldBeMeant) {
  EXPECT_THAT(nearest_names("xczu7e-ffvc1156-2-e"), ElementsAre("xczu7eg", "xczu7ev"));
  EXPECT_THAT(nearest_names("xc7z021clg400-1"), ElementsAre("xc7z020"));
  EXPECT_THAT(nearest_names("xcku116-flvb2104-2-i"), ElementsAre("xcku115", "xcku11p"));
  EXPECT_THAT(nearest_names("xc7vx690"), ElementsAre("xc7vx690t"));
  EXPECT_THAT(nearest_names("zu19eg"), ElementsAre("xczu19eg"));
  EXPECT_THAT(nearest_names("PYNQ Z3"), ElementsAre("pynq-z1", "pynq-z2"));
  EXPECT_THAT(nearest_names("u250"), ElementsAre("alveo-u250", "xcu250"));
  EXPECT_THAT(nearest_names("alveo"), ElementsAre("alveo-u200", "alveo-u250", "alveo-u280"));
  EXPECT_THAT(nearest_names("xc9"), IsEmpty());
  EXPECT_THAT(nearest_names("z7"), IsEmpty());
  EXPECT_THAT(nearest_names(""), IsEmpty());
}

TEST(NearestNames, HaveTheNamesThatOneLetterMakes) {
  std::mt19937 random(7);
  for (const Device& device : devices()) {
    std::string typed(device.device);
    const std::size_t place = 3 + random() % (typed.size() - 3);
    typed[place] = '?';
    // Names that have any letter there, or none.
    std::vector<std::string_view> expected;
    for (const Device& other : devices()) {
      std::string name(other.device);
      if (name.size() + 1 == typed.size()) name.insert(place, 1, '?');
      if (name.size() == typed.size()) name[place] = '?';
      if (name == typed) expected.push_back(other.device);
    }
    if (expected.size() > 3) expected.resize(3);
    EXPECT_EQ(nearest_names(typed), expected) << typed;
  }
}

TEST(DidYouMean, EndsAComplaint) {
  EXPECT_EQ(did_you_mean("zcu10"), "; did you mean zcu102, zcu104 or zcu106?");
  EXPECT_EQ(did_you_mean("pynq-z3"), "; did you mean pynq-z1 or pynq-z2?");
  EXPECT_EQ(did_you_mean("zu19eg"), "; did you mean xczu19eg?");
  EXPECT_EQ(did_you_mean("foo"), "");
}

}  // namespace
}  // namespace ntorc::hls4ml
