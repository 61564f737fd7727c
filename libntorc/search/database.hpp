// search/database.hpp - the little that a store asks of a database, and how the two that there are differ.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <initializer_list>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace ntorc::search {

struct Bytes {
  std::string_view bytes;
};
using SqlValue = std::variant<std::int64_t, std::string_view, Bytes>;
using Row = std::vector<std::optional<std::string>>;  ///< numbers as decimal text; absent for NULL

/// Where the SQL of the two parts.
struct Dialect {
  std::string_view now;            ///< milliseconds since 1970, the same throughout a statement
  std::string_view serial_key;     ///< type of a key that counts itself
  std::string_view blob;           ///< type of bytes
  std::string_view skip_locked;    ///< behind a SELECT: locks its rows, and passes over those that others have locked
  std::string_view has_store;      ///< a row if the tables are there
  std::string_view foreign_table;  ///< a row with the name of a table that has no business beside ours; or no statement
  std::string_view lock_for_tables;  ///< before tables are made, to the end of the transaction; or no statement
};

enum class Access { Read, Write };

/// One connection, for one thread at a time.
class Database {
 public:
  virtual ~Database() = default;
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;

  virtual const std::string& name() const = 0;  ///< for messages; without user and password
  virtual const Dialect& dialect() const = 0;
  /// Runs `body` in a transaction, from the beginning again if the connection broke or others were in the way:
  /// also where it was committed and the answer was lost. @throws StoreError, and what `body` throws
  virtual void transact(Access access, const std::function<void()>& body) = 0;
  /// One statement with parameters $1, $2, ... @throws StoreError
  virtual std::vector<Row> execute(const std::string& sql, std::span<const SqlValue> parameters) = 0;

  std::vector<Row> execute(const std::string& sql, std::initializer_list<SqlValue> parameters = {}) {
    return execute(sql, std::span(parameters.begin(), parameters.size()));
  }

 protected:
  Database() = default;
};

std::unique_ptr<Database> open_sqlite(const std::filesystem::path& file, std::chrono::milliseconds patience);
std::unique_ptr<Database> open_postgresql(const std::string& url, std::chrono::milliseconds patience);

}  // namespace ntorc::search
