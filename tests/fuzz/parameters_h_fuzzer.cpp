#include "fuzz/firmware.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  return ntorc::fuzz::run(data, size, [](std::string_view text) {
    constexpr std::string_view kCalls =
        "void myproject(hls::stream<input_t> &x) {\n  nnet::conv_1d_cl<a, b, config2>(x, y, w2, b2); // conv\n"
        "  nnet::dense<b, c, config4>(y, z, w4, b4); // fc\n}\n";
    ntorc::fuzz::expect_sound(ntorc::synthesis::parse_firmware({text, "parameters.h"}, {text, "defines.h"},
                                                               {kCalls, "myproject.cpp"}, "myproject"));
  });
}
