#include "fuzz/fuzzer.hpp"
#include "ntorc/model/read_keras.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  return ntorc::fuzz::run(data, size, [](std::string_view text) { ntorc::model::read_keras_json(text, "fuzz"); });
}
