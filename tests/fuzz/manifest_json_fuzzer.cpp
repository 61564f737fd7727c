#include "fuzz/fuzzer.hpp"
#include "ntorc/sweep/job.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  return ntorc::fuzz::run(data, size, [](std::string_view text) {
    const auto manifest = ntorc::sweep::parse_manifest(text, "fuzz");
    if (manifest.command.empty()) std::abort();
    // A job's folder lies in that of the sweep, whatever the file says.
    for (const auto& job : manifest.jobs) {
      if (ntorc::sweep::job_folder("sweep", job).parent_path() != "sweep/jobs") std::abort();
    }
  });
}
