// ntorc-emit - a plan as the files that other tools build.
#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <filesystem>
#include <optional>
#include <string>
#include <utility>

#include "app.hpp"
#include "ntorc/emit/front.hpp"
#include "ntorc/emit/hls4ml_project.hpp"
#include "ntorc/emit/plan_json.hpp"
#include "ntorc/emit/report.hpp"
#include "ntorc/emit/tables.hpp"
#include "ntorc/error.hpp"

namespace {

using namespace ntorc;

enum class Form { Hls4ml, Driver, Table, Html, Markdown, Csv };

struct Args {
  std::filesystem::path plan;
  std::size_t rank = 1;
  Form form = Form::Hls4ml;
  emit::Hls4mlOptions hls4ml;
  std::optional<emit::Hls4mlDialect> dialect;
  std::optional<emit::FifoDepths> fifo_depths;
  std::optional<std::filesystem::path> front;
  std::string out = "-";
};

void add_options(CLI::App& cli, Args& args) {
  cli.add_option("PLAN", args.plan, "What ntorc-opt wrote; - reads standard input")->type_name("FILE")->required();
  app::without_sign(cli.add_option("--rank", args.rank, "Which of the plans of ntorc-opt --best: 1 is the best"))
      ->type_name("N")
      ->capture_default_str();
  auto* const form = cli.add_option(
      "--to", args.form,
      "hls4ml: the YAML for hls4ml convert -c; driver: a Python program that converts and checks, the\n"
      "route that hls4ml recommends; table: for people at a terminal; html: a report as one page, for a browser or to\n"
      "print; md: the same in Markdown; csv: a row for each node and FIFO");
  app::one_of<Form>(form, {{"hls4ml", Form::Hls4ml},
                           {"driver", Form::Driver},
                           {"table", Form::Table},
                           {"html", Form::Html},
                           {"md", Form::Markdown},
                           {"csv", Form::Csv}})
      ->required();
  cli.add_option("--front", args.front, "html: also draw this front, the JSON of ntorc-opt --pareto")
      ->type_name("FILE");
  cli.add_option("--out", args.out, "File to write, whole or not at all; - is standard output")
      ->type_name("FILE")
      ->capture_default_str();

  const std::string project = "The hls4ml project; paths are made absolute";
  auto* const release = cli.add_option("--hls4ml", args.dialect, "Release; 1.2 serves 0.8 to 1.2");
  app::one_of<emit::Hls4mlDialect>(release,
                                   {{"1.2", emit::Hls4mlDialect::KerasJson}, {"1.3", emit::Hls4mlDialect::KerasModel}})
      ->default_str("1.3")
      ->group(project);
  auto* const backend =
      cli.add_option("--backend", args.hls4ml.backend, "HLS tool; without it the one that was planned for");
  app::one_of<hls4ml::Backend>(backend, {{"Vivado", hls4ml::Backend::Vivado}, {"Vitis", hls4ml::Backend::Vitis}})
      ->group(project);
  auto* const depths = cli.add_option(
      "--fifo-depths", args.fifo_depths,
      "driver: as deep as hls4ml makes FIFOs, which is always enough, or the least that the plan's model\n"
      "of the design finds enough, to be confirmed by co-simulation");
  app::one_of<emit::FifoDepths>(depths, {{"hls4ml", emit::FifoDepths::Hls4ml}, {"least", emit::FifoDepths::Least}})
      ->default_str("hls4ml")
      ->group(project);
  cli.add_option("--project", args.hls4ml.project,
                 "Name of project and top function, a C identifier; else made of the network's")
      ->type_name("NAME")
      ->group(project);
  cli.add_option("--output-dir", args.hls4ml.output_dir,
                 "Folder of the project; else its name, in the working directory")
      ->type_name("DIR")
      ->group(project);
  cli.add_option("--keras-model", args.hls4ml.keras_model,
                 "1.3: file with network and weights; else the planned one, or .keras beside it if it is JSON.\n"
                 "1.2: JSON or .h5; else the planned one")
      ->type_name("FILE")
      ->group(project);
  cli.add_option("--weights", args.hls4ml.weights, "1.2 with JSON: .h5 with the weights; else .h5 beside it")
      ->type_name("FILE")
      ->group(project);
}

void warn_of_missing(const std::filesystem::path& file) {
  std::error_code ignored;
  if (!file.empty() && !std::filesystem::exists(file, ignored)) {
    spdlog::warn("{}: is not there; hls4ml will need it", file.string());
  }
}

std::string project_text(const Args& args, const deploy::Plan& plan) {
  emit::Hls4mlOptions options = args.hls4ml;
  options.dialect = args.dialect.value_or(options.dialect);
  options.fifo_depths = args.fifo_depths.value_or(options.fifo_depths);
  try {
    const emit::Hls4mlProject project = hls4ml_project(plan, options);
    std::string text = args.form == Form::Driver ? hls4ml_driver(plan, project) : hls4ml_yaml(plan, project);
    if (project.backend != plan.target.backend) {
      spdlog::warn("--backend {}: the plan is for {}, whose figures are others", to_string(project.backend),
                   to_string(plan.target.backend));
    }
    warn_of_missing(project.keras_model);
    warn_of_missing(project.weights);
    return text;
  } catch (const InvalidArgument& error) {
    throw app::UsageError(error.what());
  }
}

deploy::Plan chosen_plan(const Args& args) {
  deploy::Plan best = emit::read_plan(args.plan);
  if (args.rank == 0 || args.rank > best.others.size() + 1) {
    throw app::UsageError(fmt::format("--rank: expected a number in 1..{}, the plans there are, got {}",
                                      best.others.size() + 1, args.rank));
  }
  if (args.rank > 1) return std::move(best.others[args.rank - 2]);
  best.others.clear();
  return best;
}

/// What is worth reading without an answer too.
std::optional<std::string> words_of(const Args& args, const deploy::Plan& plan) {
  if (args.form == Form::Table) return emit::plan_table(plan);
  if (args.form == Form::Markdown) return emit::report_markdown(plan);
  if (args.form != Form::Html) return std::nullopt;
  std::optional<deploy::Front> front;
  if (args.front) front = emit::read_front(*args.front);
  if (front && front->network != plan.network) {
    throw app::UsageError(
        fmt::format("--front: expected one of network \"{}\", got \"{}\"", plan.network, front->network));
  }
  return emit::report_html(plan, front);
}

int answer(const Args& args) {
  if (args.front && args.form != Form::Html) throw app::UsageError("--front: is drawn by --to html alone");
  const deploy::Plan plan = chosen_plan(args);
  if (const auto text = words_of(args, plan)) {
    app::write_result(args.out, *text);
    return plan.layers.empty() ? app::kNoSolution : app::kAnswered;
  }
  if (plan.layers.empty()) {
    spdlog::error(plan.status == mip::SolveStatus::Infeasible ? plan.message : "no plan was found: " + plan.message);
    return app::kNoSolution;
  }
  app::write_result(args.out, args.form == Form::Csv ? emit::design_csv(plan) : project_text(args, plan));
  return app::kAnswered;
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App cli(
      "Writes a plan of ntorc-opt as a file that hls4ml builds, or as a table or report.\n\n"
      "  ntorc-opt network.json --latency 200us | ntorc-emit - --to hls4ml --out myproject.yaml\n"
      "  hls4ml convert -c myproject.yaml\n\n"
      "  ntorc-emit plan.json --to html --out report.html",
      "ntorc-emit");
  Args args;
  app::prepare(cli);
  add_options(cli, args);
  return app::run(cli, argc, argv, [&] { return answer(args); });
}
