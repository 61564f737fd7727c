#include "support/file.hpp"

#include <gmock/gmock.h>

#include "fixtures.hpp"
#include "ntorc/error.hpp"

namespace ntorc::support {
namespace {

using testing::HasSubstr;

TEST(ReadFile, GivesBackWhatWriteFileWrote) {
  const test::TemporaryDir dir;
  const auto file = dir.path() / "a.bin";
  const std::string bytes("a\0b\n", 4);
  write_file(file, bytes);
  EXPECT_EQ(read_file(file), bytes);
}

TEST(ReadFile, NamesAMissingFileAndADirectory) {
  const test::TemporaryDir dir;
  EXPECT_THAT(test::message_of<FileError>([&] { read_file(dir.path() / "none"); }),
              HasSubstr("none: cannot open: No such file or directory"));
  EXPECT_THAT(test::message_of<FileError>([&] { read_file(dir.path()); }),
              HasSubstr("expected a file, found a directory"));
}

TEST(ReadFile, RefusesMoreThanTheLimit) {
  const test::TemporaryDir dir;
  const auto file = dir.file("big", std::string(100, 'x'));
  EXPECT_EQ(read_file(file, 100).size(), 100U);
  EXPECT_THAT(test::message_of<ParseError>([&] { read_file(file, 99); }), HasSubstr("expected at most 99 bytes"));
}

TEST(WriteFile, LeavesNothingBehindWhenItFails) {
  const test::TemporaryDir dir;
  EXPECT_THAT(test::message_of<FileError>([&] { write_file(dir.path() / "no" / "such", "x"); }),
              HasSubstr("such: cannot write: No such file or directory"));
  std::filesystem::create_directory(dir.path() / "folder");
  EXPECT_THROW(write_file(dir.path() / "folder", "x"), FileError);
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(dir.path()), {}), 1);
}

TEST(WriteFile, FollowsALinkAndKeepsADevice) {
  const test::TemporaryDir dir;
  const auto file = dir.file("target", "old");
  std::filesystem::create_symlink(file, dir.path() / "link");
  write_file(dir.path() / "link", "new");
  EXPECT_TRUE(std::filesystem::is_symlink(dir.path() / "link"));
  EXPECT_EQ(test::read_all(file), "new");
  write_file("/dev/null", "gone");
  EXPECT_TRUE(std::filesystem::is_character_file("/dev/null"));
}

}  // namespace
}  // namespace ntorc::support
