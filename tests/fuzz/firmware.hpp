// tests/fuzz/firmware.hpp - what must hold of whatever was read of a project's firmware.
#pragma once

#include <cstdlib>
#include <string>

#include "fuzz/fuzzer.hpp"
#include "ntorc/hls4ml/layer_shape.hpp"
#include "synthesis/owner.hpp"

namespace ntorc::fuzz {

/// Asks for the owner of some modules. Ends the program unless a layer has a shape that fits and a reuse factor for
/// each matrix, and a complaint is one line.
inline void expect_sound(const synthesis::Firmware& firmware) {
  const synthesis::Owners owners(firmware);
  std::vector<synthesis::Instance> instances;
  for (const char* const module :
       {"conv_1d_cl_array_config2_s", "relu_array_relu_config3_s", "dense_array_config4_s", "lstm_stack_config5_s",
        "clone_stream_array_8u_128_s", "dense_latency_0_0_1", "relu"}) {
    synthesis::Instance instance;
    instance.name = std::string("grp_") + module + "_fu_9" + std::to_string(instances.size());
    instance.module = module;
    instances.push_back(instance);
  }
  for (const synthesis::Owner& owner : owners.owners(instances)) {
    if (owner.role != perf::Role::Layer) continue;
    const bool sound =
        owner.shape && hls4ml::fits(*owner.shape) && owner.reuse.size() == hls4ml::matrices(*owner.shape).size();
    if (!sound) std::abort();
  }
  owners.writer(owners.stream_of("layer2_out_V_data_0_V_U"));
  owners.io_type();
  owners.strategy();
  owners.precision();
  for (const std::string& complaint : firmware.complaints) {
    if (complaint.find('\n') != std::string::npos) std::abort();
  }
}

}  // namespace ntorc::fuzz
