#include <fmt/format.h>
#include <zip.h>

#include <memory>
#include <optional>

#include "model/keras_container.hpp"
#include "ntorc/error.hpp"
#include "support/file.hpp"
#include "support/json_reader.hpp"

namespace ntorc::model {
namespace {

struct ZipCloser {
  void operator()(zip_t* archive) const { zip_discard(archive); }
  void operator()(zip_file_t* entry) const { zip_fclose(entry); }
};
using Archive = std::unique_ptr<zip_t, ZipCloser>;
using Entry = std::unique_ptr<zip_file_t, ZipCloser>;

Archive open_archive(const std::string& file) {
  int code = 0;
  Archive archive(zip_open(file.c_str(), ZIP_RDONLY, &code));
  if (archive) return archive;
  zip_error_t error;
  zip_error_init_with_code(&error, code);
  const std::string why = zip_error_strerror(&error);
  zip_error_fini(&error);
  throw ParseError(fmt::format("{}: expected a .keras archive, found a zip file that cannot be opened: {}", file, why));
}

/// The unpacked bytes of an entry, counted as they come: what the archive claims of their number is not trusted.
std::optional<std::string> read_entry(zip_t* archive, const std::string& file, const char* name) {
  if (zip_name_locate(archive, name, 0) < 0) return std::nullopt;
  const auto fail = [&](zip_error_t* error) {
    throw ParseError(fmt::format("{}: {}: cannot unpack: {}", file, name, zip_error_strerror(error)));
  };
  const Entry entry(zip_fopen(archive, name, 0));
  if (!entry) fail(zip_get_error(archive));
  std::string bytes;
  char block[1 << 16];
  for (;;) {
    const zip_int64_t count = zip_fread(entry.get(), block, sizeof block);
    if (count < 0) fail(zip_file_get_error(entry.get()));
    if (count == 0) return bytes;
    bytes.append(block, static_cast<std::size_t>(count));
    if (bytes.size() > support::kMaxTextBytes) {
      throw ParseError(
          fmt::format("{}: {}: expected at most {} bytes, found more", file, name, support::kMaxTextBytes));
    }
  }
}

}  // namespace

KerasDescription read_keras_archive(const std::filesystem::path& path) {
  const std::string file = path.string();
  const Archive archive = open_archive(file);
  KerasDescription description;
  auto config = read_entry(archive.get(), file, "config.json");
  if (!config) throw ParseError(fmt::format("{}: expected config.json in the archive, found none", file));
  description.json = std::move(*config);
  if (const auto metadata = read_entry(archive.get(), file, "metadata.json")) {
    const std::string place = file + ": metadata.json";
    const nlohmann::json parsed = support::parse_json(*metadata, place);
    if (const auto version = support::JsonReader(parsed, place).find("keras_version")) {
      description.keras_version = version->text();
    }
  }
  return description;
}

}  // namespace ntorc::model
