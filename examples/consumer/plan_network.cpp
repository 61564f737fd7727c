// Plans a network from C++: plan_network NETWORK [LATENCY]
#include <exception>
#include <iostream>
#include <ntorc/deploy/latency.hpp>
#include <ntorc/deploy/plan.hpp>
#include <ntorc/model/read_keras.hpp>

int main(int argc, char** argv) try {
  if (argc < 2) {
    std::cerr << "usage: plan_network NETWORK [LATENCY]\n";
    return 2;
  }
  const auto& model = ntorc::perf::PerformanceModel::default_model();
  ntorc::deploy::PlanOptions options;
  options.target = ntorc::deploy::target_of(model.provenance());
  options.question.latency_limit_cycles =
      ntorc::deploy::latency_cycles(argc > 2 ? argv[2] : "200us", options.target.clock_mhz);

  const auto network = ntorc::model::read_keras(argv[1]);
  const auto plan = ntorc::deploy::plan_network(network, model, options);
  for (const auto& layer : plan.layers) {
    std::cout << layer.layer << ": reuse " << layer.chosen.choice.reuse << ", " << layer.chosen.cost.lut << " LUT\n";
  }
  std::cout << ntorc::mip::to_string(plan.status) << ": " << plan.total.latency_max_cycles << " cycles, "
            << plan.total.lut << " LUT\n";
  return plan.layers.empty() ? 3 : 0;
} catch (const std::exception& error) {
  std::cerr << "plan_network: " << error.what() << '\n';
  return 1;
}
