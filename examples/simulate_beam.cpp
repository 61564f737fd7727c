// Writes recordings like DROPBEAR's, of a simulated beam: simulate_beam OUT_DIR [--runs N] [--seconds S] [--seed N]
// [--layout csv|dropbear]. The same seed gives the same files.
#include <charconv>
#include <cstdint>
#include <cstdio>
#include <exception>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <stdexcept>
#include <string>
#include <string_view>

#include "beam.hpp"

namespace {

struct UsageError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

struct Args {
  std::filesystem::path out;
  std::int64_t runs = 8;
  double seconds = 10;
  std::uint64_t seed = 1;
  bool dropbear = false;
};

template <typename Number>
Number number(std::string_view flag, std::string_view text, Number low, Number high) {
  Number value{};
  const auto [rest, failure] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (failure != std::errc{} || rest != text.data() + text.size() || !(value >= low && value <= high))
    throw UsageError(std::string(flag) + ": expected a number in its range, got " + std::string(text));
  return value;
}

Args parse_args(int argc, char** argv) {
  Args args;
  for (int i = 1; i < argc; ++i) {
    const std::string_view flag = argv[i];
    if (!flag.starts_with("--")) {
      if (!args.out.empty()) throw UsageError("expected one folder, got " + std::string(flag) + " too");
      args.out = flag;
      continue;
    }
    if (i + 1 == argc) throw UsageError(std::string(flag) + ": expected a value");
    const std::string_view value = argv[++i];
    if (flag == "--runs") {
      args.runs = number<std::int64_t>(flag, value, 1, 1000);
    } else if (flag == "--seconds") {
      args.seconds = number<double>(flag, value, 0.1, 3600);
    } else if (flag == "--seed") {
      args.seed = number<std::uint64_t>(flag, value, 0, UINT64_MAX);
    } else if (flag == "--layout" && (value == "csv" || value == "dropbear")) {
      args.dropbear = value == "dropbear";
    } else {
      throw UsageError("unknown: " + std::string(flag) + " " + std::string(value));
    }
  }
  if (args.out.empty())
    throw UsageError("usage: simulate_beam OUT_DIR [--runs 8] [--seconds 10] [--seed 1] [--layout csv|dropbear]");
  return args;
}

std::string volts(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%.6g", value);
  return text;
}

void write(const std::filesystem::path& file, const std::string& text) {
  std::ofstream out(file, std::ios::binary);
  out.write(text.data(), static_cast<std::streamsize>(text.size()));
  out.close();
  if (!out) throw std::runtime_error(file.string() + ": cannot write");
}

/// <run>.csv with a header.
void write_csv(const Args& args, const std::string& name, const beam::Run& run) {
  std::string text = "time,acceleration,position\n";
  for (std::size_t i = 0; i < run.position_v.size(); ++i) {
    char time[32];
    std::snprintf(time, sizeof time, "%.4f", static_cast<double>(i) / beam::kSamplingHz);
    text += std::string(time) + ',' + volts(run.acceleration_v[i]) + ',' + volts(run.position_v[i]) + '\n';
  }
  write(args.out / (name + ".csv"), text);
}

std::string one_line(const std::vector<double>& values) {
  std::string text;
  for (const double value : values) text += (text.empty() ? "" : ", ") + volts(value);
  return text;
}

/// Two files of one line each, as N-TORC keeps DROPBEAR.
void write_dropbear(const Args& args, const std::string& name, const beam::Run& run) {
  std::filesystem::create_directories(args.out / "acceleration");
  std::filesystem::create_directories(args.out / "position");
  write(args.out / "acceleration" / (name + "_acc_new.txt"), one_line(run.acceleration_v));
  write(args.out / "position" / (name + "_pin_new.txt"), one_line(run.position_v));
}

}  // namespace

int main(int argc, char** argv) try {
  const Args args = parse_args(argc, argv);
  std::filesystem::create_directories(args.out);
  beam::Random seeds(args.seed);
  for (std::int64_t i = 0; i < args.runs; ++i) {
    const auto schedule = static_cast<beam::Schedule>(i % 3);
    const std::string name = std::string(beam::to_string(schedule)) + "_" + std::to_string(i);
    const auto seed = static_cast<std::uint64_t>(seeds.uniform(0, 0x1p53));
    const beam::Run run = beam::simulate(beam::Beam{}, schedule, args.seconds, seed);
    (args.dropbear ? write_dropbear : write_csv)(args, name, run);
  }
  return 0;
} catch (const UsageError& error) {
  std::cerr << "simulate_beam: " << error.what() << '\n';
  return 2;
} catch (const std::exception& error) {
  std::cerr << "simulate_beam: " << error.what() << '\n';
  return 1;
}
