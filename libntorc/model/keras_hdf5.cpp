#include <fmt/format.h>
#include <hdf5.h>

#include <algorithm>
#include <chrono>
#include <optional>
#include <utility>

#include "model/keras_container.hpp"
#include "model/run_apart.hpp"
#include "ntorc/error.hpp"
#include "support/file.hpp"

namespace ntorc::model {
namespace {

/// An HDF5 identifier, closed with the object.
class Handle {
 public:
  Handle(hid_t id, herr_t (*close)(hid_t)) : id_(id), close_(close) {}
  ~Handle() {
    if (id_ >= 0) close_(id_);
  }
  Handle(const Handle&) = delete;
  Handle& operator=(const Handle&) = delete;

  hid_t id() const { return id_; }
  bool valid() const { return id_ >= 0; }

 private:
  hid_t id_;
  herr_t (*close_)(hid_t);
};

/// HDF5 prints every failure to stderr unless told not to; this tells it, and puts back what was set.
class QuietErrors {
 public:
  QuietErrors() {
    H5Eget_auto2(H5E_DEFAULT, &function_, &data_);
    H5Eset_auto2(H5E_DEFAULT, nullptr, nullptr);
  }
  ~QuietErrors() { H5Eset_auto2(H5E_DEFAULT, function_, data_); }
  QuietErrors(const QuietErrors&) = delete;
  QuietErrors& operator=(const QuietErrors&) = delete;

 private:
  H5E_auto2_t function_ = nullptr;
  void* data_ = nullptr;
};

/// A root attribute that holds one string, of fixed or variable length; nothing if there is no attribute of that name.
std::optional<std::string> read_attribute(hid_t root, const std::string& file, const char* name) {
  const auto fail = [&](std::string_view found) -> std::optional<std::string> {
    throw ParseError(fmt::format("{}: attribute \"{}\": expected one string, found {}", file, name, found));
  };
  if (H5Aexists(root, name) <= 0) return std::nullopt;
  const Handle attribute(H5Aopen(root, name, H5P_DEFAULT), H5Aclose);
  if (!attribute.valid()) return fail("nothing that can be opened");
  const Handle type(H5Aget_type(attribute.id()), H5Tclose);
  const Handle space(H5Aget_space(attribute.id()), H5Sclose);
  if (!type.valid() || !space.valid()) return fail("a broken attribute");
  if (H5Tget_class(type.id()) != H5T_STRING) return fail("another type");
  if (H5Sget_simple_extent_npoints(space.id()) != 1) return fail("another number of them");

  if (H5Tis_variable_str(type.id()) > 0) {
    char* text = nullptr;
    if (H5Aread(attribute.id(), type.id(), static_cast<void*>(&text)) < 0) return fail("bytes that cannot be read");
    std::string copy = text == nullptr ? std::string{} : std::string(text);  // ends in NUL: HDF5 adds it
    H5free_memory(text);
    return copy;
  }
  const std::size_t size = H5Tget_size(type.id());
  if (size == 0 || size > support::kMaxTextBytes) return fail(fmt::format("one of {} bytes", size));
  std::string text(size, '\0');
  if (H5Aread(attribute.id(), type.id(), text.data()) < 0) return fail("bytes that cannot be read");
  return text.substr(0, text.find('\0'));  // NUL-padded or NUL-terminated
}

KerasDescription read_here(const std::string& file) {
  const QuietErrors quiet;
  const Handle opened(H5Fopen(file.c_str(), H5F_ACC_RDONLY, H5P_DEFAULT), H5Fclose);
  if (!opened.valid())
    throw ParseError(fmt::format("{}: expected an HDF5 file, found one that cannot be opened", file));
  const Handle root(H5Gopen2(opened.id(), "/", H5P_DEFAULT), H5Gclose);
  if (!root.valid()) throw ParseError(fmt::format("{}: expected an HDF5 file, found one without a root group", file));
  auto config = read_attribute(root.id(), file, "model_config");
  if (!config) {
    throw ParseError(fmt::format(
        "{}: expected an attribute \"model_config\", found none: a file of weights alone has no architecture", file));
  }
  return {std::move(*config), read_attribute(root.id(), file, "keras_version").value_or("")};
}

}  // namespace

// Departs: HDF5 1.10.8 crashes on, or never returns from, about one damaged file in fifty, and cannot be told not
// to. So it is asked in a child process, which answers "+version NUL json" or "-message".
KerasDescription read_keras_hdf5(const std::filesystem::path& path) {
  constexpr std::chrono::seconds kTimeLimit{2};  // an intact file takes milliseconds, whatever its size
  const std::string file = path.string();
  const auto answer = run_apart(
      [&]() -> std::string {
        try {
          const KerasDescription description = read_here(file);
          return "+" + description.keras_version + '\0' + description.json;
        } catch (const ParseError& error) {
          return std::string("-") + error.what();
        }
      },
      kTimeLimit);
  if (!answer || answer->empty()) {
    throw ParseError(fmt::format("{}: expected an HDF5 file, found one so damaged that it cannot be read", file));
  }
  if (answer->front() == '-') throw ParseError(answer->substr(1));
  const std::size_t end = answer->find('\0');
  if (end == std::string::npos)
    throw ParseError(fmt::format("{}: expected a version and a model, found neither", file));
  return {answer->substr(end + 1), answer->substr(1, end - 1)};
}

}  // namespace ntorc::model
