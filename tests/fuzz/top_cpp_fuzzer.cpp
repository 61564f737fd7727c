#include "fuzz/firmware.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  return ntorc::fuzz::run(data, size, [](std::string_view text) {
    constexpr std::string_view kStructs =
        "struct config2 : nnet::dense_config {\n static const unsigned n_in = 16;\n static const unsigned n_out = 8;\n"
        " static const unsigned reuse_factor = 4;\n};\nstruct relu_config3 : nnet::activ_config {\n};\n";
    ntorc::fuzz::expect_sound(
        ntorc::synthesis::parse_firmware({kStructs, "parameters.h"}, {}, {text, "myproject.cpp"}, "myproject"));
  });
}
