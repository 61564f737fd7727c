#include <sstream>

#include "fuzz/fuzzer.hpp"
#include "ntorc/signal/recording.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using ntorc::signal::TableOptions;
  for (const TableOptions& options :
       {TableOptions{.inputs = {"acceleration"}, .label = "position", .time = "time", .sampling_hz = {}},
        TableOptions{.inputs = {"2", "1"}, .label = "3", .time = {}, .sampling_hz = 5000}}) {
    ntorc::fuzz::run(data, size, [&options](std::string_view text) {
      std::istringstream in{std::string(text)};
      const ntorc::signal::Recording recording = parse_table(in, "fuzz", options);
      try {
        recording.validate();  // what was read is what a Recording promises
      } catch (const ntorc::Error&) {
        std::abort();
      }
    });
  }
  return 0;
}
