#include "ntorc/model/read_keras.hpp"

#include <fmt/format.h>

#include <array>
#include <fstream>
#include <string>

#include "model/keras_container.hpp"
#include "model/keras_document.hpp"
#include "ntorc/error.hpp"
#include "support/file.hpp"

namespace ntorc::model {
namespace {

/// What the first bytes say; whatever is neither archive nor HDF5 is taken for JSON.
FileFormat sniff(std::string_view head) {
  constexpr std::string_view kHdf5 = "\x89HDF\r\n\x1a\n";
  if (head.starts_with(kHdf5)) return FileFormat::KerasHdf5;
  if (head.starts_with("PK\x03\x04") || head.starts_with("PK\x05\x06")) return FileFormat::KerasZip;
  return FileFormat::KerasJson;
}

/// Archives and HDF5 files hold weights too, and may be far larger than what is read of them.
FileFormat sniff_file(const std::filesystem::path& file) {
  std::array<char, 8> head{};
  std::ifstream in(file, std::ios::binary);
  in.read(head.data(), head.size());
  return sniff({head.data(), static_cast<std::size_t>(in.gcount())});
}

Network read_container(const std::filesystem::path& file, KerasDescription (*open)(const std::filesystem::path&)) {
  const KerasDescription description = open(file);
  if (description.json.size() > support::kMaxTextBytes) {
    throw ParseError(fmt::format("{}: expected a description of at most {} bytes, found more", file.string(),
                                 support::kMaxTextBytes));
  }
  Network network = read_keras_document(description.json, file.string());
  if (!description.keras_version.empty()) network.keras_version = description.keras_version;
  return network;
}

/// Standard input or a pipe, whose bytes come once.
Network read_stream(const std::filesystem::path& file) {
  const std::string name = file == "-" ? "standard input" : file.string();
  const std::string bytes = support::read_file(file);
  if (sniff(bytes) != FileFormat::KerasJson) {
    throw ParseError(fmt::format("{}: expected JSON, found a .keras or .h5 file: give its path", name));
  }
  return read_keras_document(bytes, name);
}

Network read_regular(const std::filesystem::path& file, FileFormat format) {
  switch (format) {
    case FileFormat::KerasZip:
      return read_container(file, read_keras_archive);
    case FileFormat::KerasHdf5:
      return read_container(file, read_keras_hdf5);
    case FileFormat::KerasJson:
      return read_keras_document(support::read_file(file), file.string());
  }
  throw InvalidArgument("expected a file format");
}

}  // namespace

Network read_keras(const std::filesystem::path& file) {
  std::error_code ignored;
  const bool regular = file != "-" && std::filesystem::is_regular_file(file, ignored);
  const FileFormat format = regular ? sniff_file(file) : FileFormat::KerasJson;
  Network network = regular ? read_regular(file, format) : read_stream(file);
  network.source = file;
  network.format = format;
  return network;
}

Network read_keras_json(std::string_view json, std::string_view name) {
  Network network = read_keras_document(json, name);
  network.source = name;
  return network;
}

}  // namespace ntorc::model
