#include <gtest/gtest.h>

#include "fixtures.hpp"
#include "ntorc/error.hpp"
#include "ntorc/sweep/job.hpp"

namespace ntorc::sweep {
namespace {

const Manifest kManifest{
    "0.1.0", {"python3", "build.py"}, {{"0123456789abcdef", "a \"dense\""}, {"00000000000000ff", ""}}, "1.3"};

TEST(Manifest, ReadsWhatWasWritten) {
  const test::TemporaryDir dir;
  write_manifest(dir.path(), kManifest);
  EXPECT_EQ(read_manifest(dir.path()), kManifest);
  EXPECT_EQ(job_folder(dir.path(), kManifest.jobs[0]), dir.path() / "jobs" / "0123456789abcdef");
}

TEST(Manifest, RefusesWhatIsNone) {
  const auto refusal = [](const std::string& text) {
    const test::TemporaryDir dir;
    dir.file("manifest.json", text);
    std::string message = test::message_of<ParseError>([&] { read_manifest(dir.path()); });
    EXPECT_EQ(message.rfind(dir.path().string() + "/manifest.json", 0), 0u) << message;
    return message.substr(message.find("manifest.json") + 13);
  };
  const std::string head = R"({"format": "ntorc sweep", "format_version": 1, "ntorc_version": "0", "command": ["x"], )";
  EXPECT_EQ(refusal(head + "\"jobs\": [{\"id\": \"../../etc/passwd\", \"summary\": \"\"}]}"),
            ": /jobs/0/id: expected 16 hexadecimal digits, got \"../../etc/passwd\"");
  EXPECT_NE(
      refusal(head +
              R"("jobs": [{"id": "00000000000000ff", "summary": ""}, {"id": "00000000000000ff", "summary": ""}]})")
          .find("/jobs/1/id: expected an id that stands here once"),
      std::string::npos);
  EXPECT_NE(refusal(R"({"format": "plan"})").find("/format: expected \"ntorc sweep\", got \"plan\""),
            std::string::npos);
  EXPECT_NE(refusal(R"({"format": "ntorc sweep", "format_version": 2})").find("/format_version"), std::string::npos);
  EXPECT_NE(refusal(head + "\"jobs\": [], \"more\": 1}").find("more"), std::string::npos);
  refusal("{\"format\": ");
  refusal("");
}

TEST(Manifest, SaysThatThereIsNone) {
  const test::TemporaryDir dir;
  EXPECT_NE(test::message_of<FileError>([&] { read_manifest(dir.path()); }).find("manifest.json: cannot open"),
            std::string::npos);
}

}  // namespace
}  // namespace ntorc::sweep
