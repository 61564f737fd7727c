// ntorc-train - makes performance models from synthesis runs and says how far to trust them.
#include <algorithm>
#include <vector>

#include "commands.hpp"

int main(int argc, char** argv) {
  using namespace ntorc;
  CLI::App cli(
      "Makes performance models (latency, LUT, FF, DSP and BRAM of a layer for a reuse factor) from synthesis runs, "
      "and\n"
      "says how far their predictions lie from results that they have not seen.\n\n"
      "  ntorc-train sweep CONFIG.yaml --out DIR\n"
      "  ntorc-train fit --data DIR --out my.perf\n"
      "  ntorc-train evaluate --data DIR --split configs",
      "ntorc-train");
  app::prepare(cli);
  cli.require_subcommand(1);
  cli.fallthrough();
  const std::vector<train::Command> commands{train::add_fit(cli), train::add_evaluate(cli), train::add_sweep(cli)};
  return app::run(cli, argc, argv, [&] {
    return std::ranges::find_if(commands, [](const train::Command& command) { return command.app->parsed(); })->run();
  });
}
