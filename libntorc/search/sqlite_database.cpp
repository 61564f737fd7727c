#include <fmt/format.h>
#include <sqlite3.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <memory>
#include <ntorc/error.hpp>
#include <system_error>
#include <thread>
#include <utility>

#include "search/database.hpp"

namespace ntorc::search {
namespace {

// julianday() is good to 0.05 ms. Other tables in the file: it is somebody else's.
constexpr Dialect kSqliteDialect{
    .now = "CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER)",
    .serial_key = "INTEGER PRIMARY KEY AUTOINCREMENT",
    .blob = "BLOB",
    .skip_locked = "",
    .has_store = "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'ntorc_store'",
    .foreign_table =
        "SELECT name FROM sqlite_master WHERE name NOT LIKE 'ntorc\\_%' ESCAPE '\\' "
        "AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY name LIMIT 1",
    .lock_for_tables = "",
};

struct CloseSqlite {
  void operator()(sqlite3* connection) const { sqlite3_close_v2(connection); }
};
struct FinalizeSqlite {
  void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
};

class SqliteDatabase final : public Database {
 public:
  SqliteDatabase(const std::filesystem::path& file, std::chrono::milliseconds patience)
      : name_(file.string()), patience_(patience) {
    // Absolute: SQLite has names of its own for what is no file, as ":memory:" or "file:...".
    sqlite3* connection = nullptr;
    const int code = sqlite3_open_v2(std::filesystem::absolute(file).c_str(), &connection,
                                     SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_FULLMUTEX, nullptr);
    connection_.reset(connection);
    if (code != SQLITE_OK) fail(code);
    sqlite3_busy_timeout(connection, static_cast<int>(std::min<std::int64_t>(patience.count(), 2'000'000'000)));
    // Of several that open a new file at once, SQLite tells some that it is locked without waiting.
    const auto end = std::chrono::steady_clock::now() + patience;
    while (true) {
      try {
        execute("PRAGMA journal_mode = WAL", {});
        break;
      } catch (const StoreError&) {
        if ((sqlite3_errcode(connection) & 0xff) != SQLITE_BUSY || std::chrono::steady_clock::now() > end) throw;
      }
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
    if (sqlite3_db_readonly(connection, "main") != 0) {
      throw StoreError(fmt::format("{}: expected a file that can be written", name_));
    }
    execute("PRAGMA synchronous = FULL", {});  // what is finished is on the disk, whatever happens to the power
    execute("PRAGMA foreign_keys = ON", {});
  }

  const std::string& name() const override { return name_; }
  const Dialect& dialect() const override { return kSqliteDialect; }

  void transact(Access access, const std::function<void()>& body) override {
    execute(access == Access::Write ? "BEGIN IMMEDIATE" : "BEGIN", {});
    try {
      body();
      execute("COMMIT", {});
    } catch (...) {
      if (sqlite3_get_autocommit(connection_.get()) == 0) {
        sqlite3_exec(connection_.get(), "ROLLBACK", nullptr, nullptr, nullptr);
      }
      throw;
    }
  }

  using Database::execute;
  std::vector<Row> execute(const std::string& sql, std::span<const SqlValue> parameters) override {
    sqlite3_stmt* prepared = nullptr;
    int code = sqlite3_prepare_v2(connection_.get(), sql.c_str(), -1, &prepared, nullptr);
    const std::unique_ptr<sqlite3_stmt, FinalizeSqlite> statement(prepared);
    if (code != SQLITE_OK) fail(code);
    for (std::size_t i = 0; i < parameters.size(); ++i) {
      const int index = sqlite3_bind_parameter_index(prepared, fmt::format("${}", i + 1).c_str());
      code = std::visit([&](const auto& value) { return bind(prepared, index, value); }, parameters[i]);
      if (code != SQLITE_OK) fail(code);
    }
    std::vector<Row> rows;
    while ((code = sqlite3_step(prepared)) == SQLITE_ROW) {
      Row& row = rows.emplace_back(static_cast<std::size_t>(sqlite3_column_count(prepared)));
      for (int column = 0; column < std::ssize(row); ++column) {
        if (sqlite3_column_type(prepared, column) == SQLITE_NULL) continue;
        const void* bytes = sqlite3_column_blob(prepared, column);  // numbers become text
        const auto size = static_cast<std::size_t>(sqlite3_column_bytes(prepared, column));
        row[static_cast<std::size_t>(column)] =
            size == 0 ? std::string() : std::string(static_cast<const char*>(bytes), size);
      }
    }
    if (code != SQLITE_DONE) fail(code);
    return rows;
  }

 private:
  // What is bound outlives the statement, so that SQLite keeps no copy. A null pointer would be NULL.
  static int bind(sqlite3_stmt* statement, int index, std::int64_t value) {
    return sqlite3_bind_int64(statement, index, value);
  }
  static int bind(sqlite3_stmt* statement, int index, std::string_view text) {
    const char* data = text.empty() ? "" : text.data();
    return sqlite3_bind_text64(statement, index, data, text.size(), SQLITE_STATIC, SQLITE_UTF8);
  }
  static int bind(sqlite3_stmt* statement, int index, Bytes value) {
    const char* data = value.bytes.empty() ? "" : value.bytes.data();
    return sqlite3_bind_blob64(statement, index, data, value.bytes.size(), SQLITE_STATIC);
  }

  [[noreturn]] void fail(int code) const {
    const std::string said = connection_ ? sqlite3_errmsg(connection_.get()) : sqlite3_errstr(code);
    int error = connection_ ? sqlite3_system_errno(connection_.get()) : 0;
    // SQLite then tries to read the file, and keeps the error of that.
    const auto folder = std::filesystem::absolute(name_).parent_path();
    if ((code & 0xff) == SQLITE_CANTOPEN && ::access(folder.c_str(), W_OK | X_OK) != 0) error = errno;
    switch (code & 0xff) {
      case SQLITE_NOTADB:
        throw StoreError(fmt::format("{}: expected an SQLite file, found something else", name_));
      case SQLITE_CORRUPT:
        throw StoreError(fmt::format("{}: the file is damaged: {}", name_, said));
      case SQLITE_BUSY:
        throw StoreError(fmt::format("{}: another process had it locked for {} s", name_,
                                     static_cast<double>(patience_.count()) / 1000));
      case SQLITE_CANTOPEN:
      case SQLITE_IOERR:
        throw StoreError(fmt::format("{}: {}{}{}", name_, said, error == 0 ? "" : ": ",
                                     error == 0 ? "" : std::generic_category().message(error)));
      default:
        throw StoreError(fmt::format("{}: {}", name_, said));
    }
  }

  std::string name_;
  std::chrono::milliseconds patience_;
  std::unique_ptr<sqlite3, CloseSqlite> connection_;
};

}  // namespace

std::unique_ptr<Database> open_sqlite(const std::filesystem::path& file, std::chrono::milliseconds patience) {
  return std::make_unique<SqliteDatabase>(file, patience);
}

}  // namespace ntorc::search
