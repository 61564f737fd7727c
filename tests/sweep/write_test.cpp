#include <gmock/gmock.h>
#include <hdf5.h>

#include <Eigen/Core>
#include <cmath>
#include <map>

#include "fixtures.hpp"
#include "ntorc/error.hpp"
#include "ntorc/hls4ml/layer_shape.hpp"
#include "ntorc/model/read_keras.hpp"
#include "ntorc/sweep/sweep.hpp"
#include "sweep/configs.hpp"
#include "sweep/network.hpp"

namespace ntorc::sweep {
namespace {

namespace fs = std::filesystem;
using test::planned;

/// Every file below `folder` with its bytes.
std::map<std::string, std::string> tree(const fs::path& folder) {
  std::map<std::string, std::string> files;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    if (entry.is_regular_file()) files[entry.path().lexically_relative(folder).string()] = test::read_all(entry.path());
  }
  return files;
}

TEST(WriteSweep, WritesFourFilesForEachJobAndAManifest) {
  const test::TemporaryDir dir;
  const Sweep sweep = planned(test::kMixed);
  const Written written = write_sweep(dir.path(), sweep);
  EXPECT_EQ(written.added, 3u);
  EXPECT_EQ(written.kept, 0u);
  EXPECT_EQ(tree(dir.path()).size(), 3u * 4 + 1);
  const Manifest manifest = read_manifest(dir.path());
  ASSERT_EQ(manifest.jobs.size(), 3u);
  EXPECT_EQ(manifest.jobs[2], sweep.jobs[2].job);
  EXPECT_EQ(manifest.command, (std::vector<std::string>{"python3", "build.py"}));
  EXPECT_EQ(manifest.hls4ml, "1.3");
  for (const Job& job : manifest.jobs) {
    for (const char* const name : {"model.json", "model.h5", "hls4ml.yml", "build.py"}) {
      EXPECT_TRUE(fs::is_regular_file(job_folder(dir.path(), job) / name)) << name;
    }
  }
}

TEST(WriteSweep, WritesTheSameBytesOnAnyNumberOfThreads) {
  const test::TemporaryDir one;
  const test::TemporaryDir four;
  write_sweep(one.path(), planned(test::kMixed), {1});
  write_sweep(four.path(), planned(test::kMixed), {4});
  EXPECT_TRUE(tree(one.path()) == tree(four.path()));
}

TEST(WriteSweep, KeepsWhatIsThereAndGrows) {
  const test::TemporaryDir dir;
  const std::string dense = test::dense_family("dense: {size: 4}");
  const Sweep small = planned("reuse: [1]\n" + dense);
  write_sweep(dir.path(), small);
  const fs::path first = job_folder(dir.path(), small.jobs[0].job);
  std::ofstream(first / "status.json") << "{}";
  std::ofstream(first / "build.py", std::ios::app) << "# changed by hand\n";
  const Written written = write_sweep(dir.path(), planned("reuse: [1, 2]\n" + dense));
  EXPECT_EQ(written.added, 1u);
  EXPECT_EQ(written.kept, 1u);
  EXPECT_EQ(test::read_all(first / "status.json"), "{}");
  EXPECT_THAT(test::read_all(first / "build.py"), testing::HasSubstr("# changed by hand"));
  EXPECT_EQ(read_manifest(dir.path()).jobs.size(), 2u);
}

TEST(WriteSweep, WritesAgainWhatIsMissing) {
  const test::TemporaryDir dir;
  const Sweep sweep = planned(test::kMixed);
  write_sweep(dir.path(), sweep);
  const auto before = tree(dir.path());
  fs::remove(job_folder(dir.path(), sweep.jobs[0].job) / "model.h5");
  fs::remove_all(job_folder(dir.path(), sweep.jobs[1].job));
  fs::remove(dir.path() / "manifest.json");
  EXPECT_EQ(write_sweep(dir.path(), sweep).added, 2u);
  EXPECT_TRUE(tree(dir.path()) == before);
}

TEST(WriteSweep, RefusesTheFolderOfAnotherSweep) {
  const test::TemporaryDir dir;
  const std::string dense = test::dense_family("dense: {size: 4}");
  write_sweep(dir.path(), planned("reuse: [1, 2, 3]\n" + dense));
  const auto before = tree(dir.path());
  const std::string file = (dir.path() / "manifest.json").string();
  EXPECT_EQ(
      test::message_of<InvalidArgument>([&] { write_sweep(dir.path(), planned("reuse: [1, 4]\n" + dense)); }),
      file + ": expected a sweep that this one contains, found 2 of 3 jobs that it does not have: take another folder");
  EXPECT_EQ(test::message_of<InvalidArgument>(
                [&] { write_sweep(dir.path(), planned("target: {hls4ml: \"1.2\"}\nreuse: [1, 2, 3]\n" + dense)); }),
            file + ": expected jobs for hls4ml 1.2, found those for 1.3: take another folder");
  EXPECT_TRUE(tree(dir.path()) == before);
}

TEST(WriteSweep, SaysThatAFolderCannotBeMade) {
  const test::TemporaryDir dir;
  const fs::path file = dir.file("taken", "");
  EXPECT_THAT(test::message_of<FileError>([&] { write_sweep(file, planned(test::kMixed), {1}); }),
              testing::HasSubstr("cannot be made"));
}

TEST(JobFiles, AreRelativeToTheirFolder) {
  const test::TemporaryDir dir;
  const Sweep sweep = planned("target: {hls4ml: \"1.2\"}\nstrategies: [auto]\n" +
                              test::dense_family("dense: {size: 4, reuse: 1}, dense: {size: 2, reuse: 2}"));
  write_sweep(dir.path(), sweep);
  const fs::path folder = job_folder(dir.path(), sweep.jobs[0].job);
  const std::string yaml = test::read_all(folder / "hls4ml.yml");
  EXPECT_THAT(yaml, testing::HasSubstr("KerasJson: \"model.json\"\nKerasH5: \"model.h5\"\nOutputDir: \"project\"\n"));
  EXPECT_THAT(yaml, testing::HasSubstr("    \"dense_1\":\n      ReuseFactor: 1\n      Strategy: \"Latency\"\n"));
  EXPECT_THAT(yaml, testing::HasSubstr("    \"dense_2\":\n      ReuseFactor: 2\n"));
  const std::string driver = test::read_all(folder / "build.py");
  EXPECT_THAT(driver, testing::HasSubstr("    \"dense_2\": (2, [2]),\n"));
  EXPECT_THAT(driver, testing::HasSubstr("config[\"LayerName\"][\"dense_1\"][\"Strategy\"] = \"Latency\"\n"));
  EXPECT_THAT(driver, testing::Not(testing::HasSubstr(dir.path().string())));
}

TEST(ModelH5, HoldsTheNetworkThatTheJsonHas) {
  const test::TemporaryDir dir;
  const Sweep sweep = planned(test::kMixed);
  write_sweep(dir.path(), sweep);
  for (const PlannedJob& job : sweep.jobs) {
    const fs::path folder = job_folder(dir.path(), job.job);
    const model::Network of_json = model::read_keras(folder / "model.json");
    const model::Network of_h5 = model::read_keras(folder / "model.h5");
    EXPECT_EQ(hls4ml::layer_shapes(of_json), hls4ml::layer_shapes(of_h5));
    EXPECT_EQ(of_h5.format, model::FileFormat::KerasHdf5);
    EXPECT_EQ(of_h5.layers.size(), job.network->graph.layers.size());
  }
}

/// A float array of a .h5 file with its extents.
std::pair<std::vector<hsize_t>, std::vector<float>> array_of(const fs::path& file, const std::string& name) {
  const hid_t opened = H5Fopen(file.c_str(), H5F_ACC_RDONLY, H5P_DEFAULT);
  const hid_t dataset = H5Dopen2(opened, name.c_str(), H5P_DEFAULT);
  const hid_t space = H5Dget_space(dataset);
  std::vector<hsize_t> extents(static_cast<std::size_t>(H5Sget_simple_extent_ndims(space)));
  H5Sget_simple_extent_dims(space, extents.data(), nullptr);
  std::vector<float> values(static_cast<std::size_t>(H5Sget_simple_extent_npoints(space)));
  H5Dread(dataset, H5T_NATIVE_FLOAT, H5S_ALL, H5S_ALL, H5P_DEFAULT, values.data());
  H5Sclose(space);
  H5Dclose(dataset);
  H5Fclose(opened);
  return {extents, values};
}

TEST(ModelH5, HasKeras2sLayout) {
  const test::TemporaryDir dir;
  const Sweep sweep = planned(test::kMixed);
  write_sweep(dir.path(), sweep);
  const fs::path file = job_folder(dir.path(), sweep.jobs[0].job) / "model.h5";
  const auto extents = [&](const std::string& name) { return array_of(file, "model_weights/" + name).first; };
  EXPECT_EQ(extents("conv1d_1/conv1d_1/kernel:0"), (std::vector<hsize_t>{3, 3, 4}));
  EXPECT_EQ(extents("conv1d_1/conv1d_1/bias:0"), (std::vector<hsize_t>{4}));
  EXPECT_EQ(extents("lstm_1/lstm_1/lstm_cell/recurrent_kernel:0"), (std::vector<hsize_t>{5, 20}));
  EXPECT_EQ(extents("gru_1/gru_1/gru_cell/bias:0"), (std::vector<hsize_t>{2, 12}));
  EXPECT_EQ(extents("dense_1/dense_1/kernel:0"), (std::vector<hsize_t>{4, 2}));
}

}  // namespace
}  // namespace ntorc::sweep
