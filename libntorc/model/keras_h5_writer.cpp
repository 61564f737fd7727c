#include <fmt/format.h>
#include <hdf5.h>

#include <mutex>
#include <string_view>
#include <utility>
#include <vector>

#include "ntorc/error.hpp"
#include "ntorc/model/write_keras.hpp"

namespace ntorc::model {
namespace {

/// An HDF5 identifier, closed with the object. @throws FileError  if it is none.
class WrittenHandle {
 public:
  WrittenHandle(hid_t id, herr_t (*close)(hid_t)) : id_(id), close_(close) {
    if (id_ < 0) throw FileError("model.h5: HDF5 could not make it");
  }
  ~WrittenHandle() { close_(id_); }
  WrittenHandle(const WrittenHandle&) = delete;
  WrittenHandle& operator=(const WrittenHandle&) = delete;

  hid_t id() const { return id_; }

 private:
  hid_t id_;
  herr_t (*close_)(hid_t);
};

void check(herr_t status) {
  if (status < 0) throw FileError("model.h5: HDF5 could not make it");
}

/// What every file and object of this file is made with.
class Types {
 public:
  /// @param increment  bytes by which the file in memory grows.
  explicit Types(std::size_t increment)
      : file_(H5Pcreate(H5P_FILE_ACCESS), H5Pclose),
        creation_(H5Pcreate(H5P_FILE_CREATE), H5Pclose),
        group_(H5Pcreate(H5P_GROUP_CREATE), H5Pclose),
        dataset_(H5Pcreate(H5P_DATASET_CREATE), H5Pclose),
        text_(H5Tcopy(H5T_C_S1), H5Tclose),
        scalar_(H5Screate(H5S_SCALAR), H5Sclose) {
    check(H5Pset_fapl_core(file_.id(), increment, 0));
    for (const WrittenHandle* const object : {&creation_, &group_, &dataset_})
      check(H5Pset_obj_track_times(object->id(), false));
    check(H5Tset_size(text_.id(), H5T_VARIABLE));
    check(H5Tset_cset(text_.id(), H5T_CSET_UTF8));
  }

  hid_t file() const { return file_.id(); }
  hid_t creation() const { return creation_.id(); }
  hid_t group() const { return group_.id(); }
  hid_t dataset() const { return dataset_.id(); }
  hid_t text() const { return text_.id(); }
  hid_t scalar() const { return scalar_.id(); }

 private:
  WrittenHandle file_, creation_, group_, dataset_, text_, scalar_;
};

void write_text(const Types& types, hid_t object, const char* name, const std::string& text) {
  const WrittenHandle attribute(H5Acreate2(object, name, types.text(), types.scalar(), H5P_DEFAULT, H5P_DEFAULT),
                                H5Aclose);
  const char* const bytes = text.c_str();
  check(H5Awrite(attribute.id(), types.text(), static_cast<const void*>(&bytes)));
}

void write_texts(const Types& types, hid_t object, const char* name, const std::vector<std::string>& texts) {
  const hsize_t count = texts.size();
  const WrittenHandle space(H5Screate_simple(1, &count, nullptr), H5Sclose);
  const WrittenHandle attribute(H5Acreate2(object, name, types.text(), space.id(), H5P_DEFAULT, H5P_DEFAULT), H5Aclose);
  std::vector<const char*> pointers;
  for (const std::string& text : texts) pointers.push_back(text.c_str());
  if (count > 0) check(H5Awrite(attribute.id(), types.text(), static_cast<const void*>(pointers.data())));
}

WrittenHandle make_group(const Types& types, hid_t parent, const std::string& name) {
  return {H5Gcreate2(parent, name.c_str(), H5P_DEFAULT, types.group(), H5P_DEFAULT), H5Gclose};
}

void write_array(const Types& types, hid_t group, const std::string& name, const WeightArray& array) {
  const std::vector<hsize_t> extents(array.shape.begin(), array.shape.end());
  const WrittenHandle space(H5Screate_simple(static_cast<int>(extents.size()), extents.data(), nullptr), H5Sclose);
  const WrittenHandle dataset(
      H5Dcreate2(group, name.c_str(), H5T_IEEE_F32LE, space.id(), H5P_DEFAULT, types.dataset(), H5P_DEFAULT), H5Dclose);
  check(H5Dwrite(dataset.id(), H5T_NATIVE_FLOAT, H5S_ALL, H5S_ALL, H5P_DEFAULT, array.values.data()));
}

/// Arrays lie at LAYER/LAYER/NAME; a NAME with a cell lies in a group of it.
void write_layer(const Types& types, hid_t weights, const std::string& layer, const std::vector<WeightArray>& arrays) {
  const WrittenHandle outer = make_group(types, weights, layer);
  std::vector<std::string> names;
  for (const WeightArray& array : arrays) names.push_back(layer + "/" + array.name);
  write_texts(types, outer.id(), "weight_names", names);
  if (arrays.empty()) return;
  const WrittenHandle inner = make_group(types, outer.id(), layer);
  const std::size_t slash = arrays.front().name.find('/');
  if (slash == std::string::npos) {
    for (const WeightArray& array : arrays) write_array(types, inner.id(), array.name, array);
    return;
  }
  const WrittenHandle cell = make_group(types, inner.id(), arrays.front().name.substr(0, slash));
  for (const WeightArray& array : arrays) write_array(types, cell.id(), array.name.substr(slash + 1), array);
}

std::int64_t values(const Weights& weights) {
  std::int64_t count = 0;
  for (const LayerWeights& layer : weights) {
    for (const WeightArray& array : layer.arrays) count += static_cast<std::int64_t>(array.values.size());
  }
  return count;
}

std::string written(const Network& network, const std::string& json, const Weights& weights) {
  constexpr std::size_t kRoomForNames = std::size_t{1} << 16;
  const Types types(sizeof(float) * static_cast<std::size_t>(values(weights)) + kRoomForNames);
  const WrittenHandle file(H5Fcreate("model.h5", H5F_ACC_TRUNC, types.creation(), types.file()), H5Fclose);
  const WrittenHandle root(H5Gopen2(file.id(), "/", H5P_DEFAULT), H5Gclose);
  write_text(types, root.id(), "backend", "tensorflow");
  write_text(types, root.id(), "keras_version", network.keras_version);
  write_text(types, root.id(), "model_config", json);
  {
    const WrittenHandle group = make_group(types, root.id(), "model_weights");
    std::vector<std::string> names;
    for (const Layer& layer : network.layers) {
      if (layer.kind != LayerKind::Input) names.push_back(layer.name);
    }
    write_text(types, group.id(), "backend", "tensorflow");
    write_text(types, group.id(), "keras_version", network.keras_version);
    write_texts(types, group.id(), "layer_names", names);
    auto next = weights.begin();
    for (const std::string& name : names) {
      const bool has_weights = next != weights.end() && next->layer == name;
      write_layer(types, group.id(), name, has_weights ? next->arrays : std::vector<WeightArray>{});
      if (has_weights) ++next;
    }
  }
  check(H5Fflush(file.id(), H5F_SCOPE_GLOBAL));
  const ssize_t size = H5Fget_file_image(file.id(), nullptr, 0);
  if (size < 0) throw FileError("model.h5: HDF5 could not make it");
  std::string bytes(static_cast<std::size_t>(size), '\0');
  if (H5Fget_file_image(file.id(), bytes.data(), bytes.size()) != size) {
    throw FileError("model.h5: HDF5 could not make it");
  }
  return bytes;
}

/// The layers with weights are those of the network, and their arrays together as large as its parameters.
void validate(const Network& network, const Weights& weights) {
  auto next = weights.begin();
  for (const Layer& layer : network.layers) {
    const std::int64_t expected = parameters(layer);
    if (expected == 0) continue;
    if (next == weights.end() || next->layer != layer.name) {
      throw InvalidArgument(fmt::format("weights: expected those of {}, got {}", layer.name,
                                        next == weights.end() ? "none" : "those of " + next->layer));
    }
    const std::int64_t found = values({*next});
    if (found != expected) {
      throw InvalidArgument(fmt::format("weights: {}: expected {} values, got {}", layer.name, expected, found));
    }
    ++next;
  }
  if (next != weights.end()) throw InvalidArgument(fmt::format("weights: {}: no such layer has weights", next->layer));
}

}  // namespace

std::string keras_h5(const Network& network, const Weights& weights) {
  const std::string json = keras_json(network);
  validate(network, weights);
  static std::mutex one_at_a_time;  // Debian's HDF5 is not built for threads
  const std::lock_guard lock(one_at_a_time);
  return written(network, json, weights);
}

}  // namespace ntorc::model
