#include <variant>

#include "fuzz/fuzzer.hpp"
#include "ntorc/perf/describe.hpp"

namespace {

using namespace ntorc::perf;

std::string table_of(const std::vector<Record>& records) {
  std::string table = records_header();
  for (const Record& record : records) table += to_csv(record);
  return table;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  return ntorc::fuzz::run(data, size, [](std::string_view text) {
    const auto read = parse_data(std::string(text), "fuzz");
    const auto* const records = std::get_if<std::vector<Record>>(&read);
    if (records == nullptr) return;
    const std::string table = table_of(*records);
    if (table_of(std::get<std::vector<Record>>(parse_data(table, "written"))) != table) std::abort();
    const DataDescription description = describe(*records);
    description_text(description);
    description_json(description);
  });
}
