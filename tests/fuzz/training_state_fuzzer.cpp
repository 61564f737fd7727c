#include "fuzz/fuzzer.hpp"
#include "ntorc/model/chain_builder.hpp"
#include "ntorc/search/evaluate.hpp"

namespace {

/// A dense layer of one input and one output: two weights.
ntorc::model::Network smallest() {
  ntorc::model::ChainBuilder chain("net", {1});
  ntorc::model::Layer dense;
  dense.kind = ntorc::model::LayerKind::Dense;
  dense.size = 1;
  dense.use_bias = true;
  chain.add(dense);
  return chain.network();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  return ntorc::fuzz::run(data, size,
                          [](std::string_view bytes) { ntorc::search::parse_progress(bytes, smallest(), "fuzz"); });
}
