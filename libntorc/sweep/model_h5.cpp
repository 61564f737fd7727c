#include "sweep/model_h5.hpp"

#include <fmt/format.h>
#include <hdf5.h>

#include <mutex>
#include <string_view>
#include <utility>
#include <vector>

#include "ntorc/error.hpp"
#include "sweep/random.hpp"
#include "sweep/weights.hpp"

namespace ntorc::sweep {
namespace {

/// An HDF5 identifier, closed with the object. @throws FileError  if it is none.
class Handle {
 public:
  Handle(hid_t id, herr_t (*close)(hid_t)) : id_(id), close_(close) {
    if (id_ < 0) throw FileError("model.h5: HDF5 could not make it");
  }
  ~Handle() { close_(id_); }
  Handle(const Handle&) = delete;
  Handle& operator=(const Handle&) = delete;

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
    for (const Handle* const object : {&creation_, &group_, &dataset_})
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
  Handle file_, creation_, group_, dataset_, text_, scalar_;
};

void write_text(const Types& types, hid_t object, const char* name, const std::string& text) {
  const Handle attribute(H5Acreate2(object, name, types.text(), types.scalar(), H5P_DEFAULT, H5P_DEFAULT), H5Aclose);
  const char* const bytes = text.c_str();
  check(H5Awrite(attribute.id(), types.text(), static_cast<const void*>(&bytes)));
}

void write_texts(const Types& types, hid_t object, const char* name, const std::vector<std::string>& texts) {
  const hsize_t count = texts.size();
  const Handle space(H5Screate_simple(1, &count, nullptr), H5Sclose);
  const Handle attribute(H5Acreate2(object, name, types.text(), space.id(), H5P_DEFAULT, H5P_DEFAULT), H5Aclose);
  std::vector<const char*> pointers;
  for (const std::string& text : texts) pointers.push_back(text.c_str());
  if (count > 0) check(H5Awrite(attribute.id(), types.text(), static_cast<const void*>(pointers.data())));
}

Handle make_group(const Types& types, hid_t parent, const std::string& name) {
  return {H5Gcreate2(parent, name.c_str(), H5P_DEFAULT, types.group(), H5P_DEFAULT), H5Gclose};
}

void write_array(const Types& types, hid_t group, const std::string& name, const WeightArray& array) {
  const std::vector<hsize_t> extents(array.shape.begin(), array.shape.end());
  const Handle space(H5Screate_simple(static_cast<int>(extents.size()), extents.data(), nullptr), H5Sclose);
  const Handle dataset(
      H5Dcreate2(group, name.c_str(), H5T_IEEE_F32LE, space.id(), H5P_DEFAULT, types.dataset(), H5P_DEFAULT), H5Dclose);
  check(H5Dwrite(dataset.id(), H5T_NATIVE_FLOAT, H5S_ALL, H5S_ALL, H5P_DEFAULT, array.values.data()));
}

/// Arrays lie at LAYER/LAYER/NAME; a NAME with a cell lies in a group of it.
void write_layer(const Types& types, hid_t weights, const std::string& layer, const std::vector<WeightArray>& arrays) {
  const Handle outer = make_group(types, weights, layer);
  std::vector<std::string> names;
  for (const WeightArray& array : arrays) names.push_back(layer + "/" + array.name);
  write_texts(types, outer.id(), "weight_names", names);
  if (arrays.empty()) return;
  const Handle inner = make_group(types, outer.id(), layer);
  const std::size_t slash = arrays.front().name.find('/');
  if (slash == std::string::npos) {
    for (const WeightArray& array : arrays) write_array(types, inner.id(), array.name, array);
    return;
  }
  const Handle cell = make_group(types, inner.id(), arrays.front().name.substr(0, slash));
  for (const WeightArray& array : arrays) write_array(types, cell.id(), array.name.substr(slash + 1), array);
}

using NamedArrays = std::vector<std::pair<std::string, std::vector<WeightArray>>>;

std::string written(const Network& network, const NamedArrays& layers) {
  constexpr std::size_t kRoomForNames = std::size_t{1} << 16;
  const Types types(sizeof(float) * static_cast<std::size_t>(network.parameters) + kRoomForNames);
  const Handle file(H5Fcreate("model.h5", H5F_ACC_TRUNC, types.creation(), types.file()), H5Fclose);
  const Handle root(H5Gopen2(file.id(), "/", H5P_DEFAULT), H5Gclose);
  const std::string& version = network.graph.keras_version;
  write_text(types, root.id(), "backend", "tensorflow");
  write_text(types, root.id(), "keras_version", version);
  write_text(types, root.id(), "model_config", network.json);
  {
    const Handle weights = make_group(types, root.id(), "model_weights");
    std::vector<std::string> names;
    for (const auto& [name, arrays] : layers) names.push_back(name);
    write_text(types, weights.id(), "backend", "tensorflow");
    write_text(types, weights.id(), "keras_version", version);
    write_texts(types, weights.id(), "layer_names", names);
    for (const auto& [name, arrays] : layers) write_layer(types, weights.id(), name, arrays);
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

}  // namespace

std::string model_h5(const Network& network, std::uint64_t seed) {
  Random random(seed);
  NamedArrays layers;
  for (const model::Layer& layer : network.graph.layers) {
    if (layer.kind == model::LayerKind::Input) continue;
    layers.emplace_back(layer.name, initial_weights(layer, random));
  }
  static std::mutex one_at_a_time;  // Debian's HDF5 is not built for threads
  const std::lock_guard lock(one_at_a_time);
  return written(network, layers);
}

}  // namespace ntorc::sweep
