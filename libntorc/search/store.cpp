#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <mutex>
#include <nlohmann/json.hpp>
#include <ntorc/error.hpp>
#include <ntorc/search/store.hpp>
#include <random>
#include <set>
#include <type_traits>
#include <utility>

#include "search/database.hpp"
#include "support/json_reader.hpp"

namespace ntorc::search {
namespace {

constexpr std::int64_t kStoreVersion = 1;
constexpr std::size_t kRowsAtOnce = 500;  // far from the 32766 parameters of a statement

constexpr std::array<std::pair<Status, std::string_view>, 5> kStatusWords{{{Status::Waiting, "waiting"},
                                                                           {Status::Running, "running"},
                                                                           {Status::Done, "done"},
                                                                           {Status::Failed, "failed"},
                                                                           {Status::Pruned, "pruned"}}};

// A training belongs to the claim with this token while it runs. %SERIAL% and %BLOB% are the dialect's.
constexpr std::array<std::string_view, 6> kTables{
    "CREATE TABLE ntorc_store (version BIGINT NOT NULL)",
    "CREATE TABLE ntorc_studies (id %SERIAL%, name TEXT NOT NULL UNIQUE, configuration TEXT NOT NULL, "
    "trials BIGINT NOT NULL)",
    "CREATE TABLE ntorc_trials (study BIGINT NOT NULL REFERENCES ntorc_studies, number BIGINT NOT NULL, "
    "round BIGINT NOT NULL, point TEXT NOT NULL, status TEXT NOT NULL, result TEXT, PRIMARY KEY (study, number))",
    "CREATE TABLE ntorc_trainings (sequence %SERIAL%, study BIGINT NOT NULL, trial BIGINT NOT NULL, "
    "rung BIGINT NOT NULL, repeat BIGINT NOT NULL, status TEXT NOT NULL, attempts BIGINT NOT NULL, worker TEXT, "
    "token BIGINT, lease_ends_ms BIGINT, result TEXT, message TEXT, UNIQUE (study, trial, rung, repeat), "
    "FOREIGN KEY (study, trial) REFERENCES ntorc_trials)",
    "CREATE INDEX ntorc_open_trainings ON ntorc_trainings (study, sequence) WHERE status IN ('waiting', 'running')",
    "CREATE TABLE ntorc_states (study BIGINT NOT NULL, trial BIGINT NOT NULL, rung BIGINT NOT NULL, "
    "repeat BIGINT NOT NULL, state %BLOB% NOT NULL, PRIMARY KEY (study, trial, rung, repeat))",
};

constexpr std::string_view kOfTraining = "study = $1 AND trial = $2 AND rung = $3 AND repeat = $4";

std::string replaced(std::string_view text, std::string_view what, std::string_view with) {
  std::string result(text);
  for (auto at = result.find(what); at != std::string::npos; at = result.find(what, at + with.size())) {
    result.replace(at, what.size(), with);
  }
  return result;
}

bool is_utf8(const std::string& text) {
  try {
    (void)nlohmann::json(text).dump();
    return true;
  } catch (const nlohmann::json::type_error&) {
    return false;
  }
}

const std::string& checked_text(const std::string& text, std::string_view what) {
  if (const auto nul = text.find('\0'); nul != std::string::npos) {
    throw InvalidArgument(fmt::format("{}: expected text, got a NUL as byte {}", what, nul));
  }
  if (!is_utf8(text)) throw InvalidArgument(fmt::format("{}: expected UTF-8, got other bytes", what));
  return text;
}

std::string made_text(std::string bytes) {
  std::replace(bytes.begin(), bytes.end(), '\0', ' ');
  if (is_utf8(bytes)) return bytes;
  std::replace_if(
      bytes.begin(), bytes.end(), [](char c) { return static_cast<unsigned char>(c) >= 0x80; }, '?');
  return bytes;
}

std::int64_t checked_lease(std::chrono::milliseconds lease) {
  if (lease.count() <= 0) throw InvalidArgument(fmt::format("lease: expected more than 0 ms, got {}", lease.count()));
  return lease.count();
}

/// "($1, $2), ($3, $4)".
std::string placeholders(std::size_t rows, std::size_t columns) {
  std::string text;
  for (std::size_t i = 0; i < rows * columns; ++i) {
    text += fmt::format("{}${}{}",
                        i % columns != 0 ? ", "
                        : i == 0         ? "("
                                         : ", (",
                        i + 1, (i + 1) % columns == 0 ? ")" : "");
  }
  return text;
}

/// The first place where `asked` is another value than `stored`.
std::string first_difference(const nlohmann::json& stored, const nlohmann::json& asked) {
  const nlohmann::json difference = nlohmann::json::diff(stored, asked).at(0);
  const auto path = difference.at("path").get<std::string>();
  const std::string place = path.empty() ? "/" : path;
  const nlohmann::json::json_pointer pointer(path);
  const std::string op = difference.at("op");
  if (op == "add") return fmt::format("{}: it has none, got {}", place, support::brief(difference.at("value")));
  const std::string has = support::brief(stored.at(pointer));
  if (op == "remove") return fmt::format("{}: it has {}, got none", place, has);
  return fmt::format("{}: it has {}, got {}", place, has, support::brief(difference.at("value")));
}

struct TrialRow {
  std::int64_t number = 0, round = 0;
  std::string_view point;
};

class SqlStore final : public Store {
 public:
  SqlStore(std::unique_ptr<Database> database, const StoreOptions& options)
      : database_(std::move(database)), options_(options) {
    if (!read([&] { return check_version(); })) make_tables();
  }

  StudyId open_study(const std::string& name, const std::string& configuration) override {
    checked_text(name, "name of a study");
    const nlohmann::json asked = support::parse_json(checked_text(configuration, "configuration"), "configuration");
    const Row row = write([&] {
      execute(
          "INSERT INTO ntorc_studies (name, configuration, trials) VALUES ($1, $2, 0) ON CONFLICT (name) DO NOTHING",
          {name, configuration});
      return execute("SELECT id, configuration FROM ntorc_studies WHERE name = $1", {name}).at(0);
    });
    if (row[1] != configuration) {
      const nlohmann::json stored = support::parse_json(row[1].value(), database_->name());
      if (stored != asked) {
        throw StoreError(fmt::format("{}: study \"{}\" was made with another configuration: {}", database_->name(),
                                     name, first_difference(stored, asked)));
      }
    }
    return StudyId{number(row[0])};
  }

  std::vector<Study> studies() override {
    return read([&] {
      std::vector<Study> studies;
      for (Row& row : execute("SELECT id, name, configuration, trials FROM ntorc_studies")) {
        studies.push_back(
            {StudyId{number(row[0])}, std::move(row[1].value()), std::move(row[2].value()), number(row[3])});
      }
      // Here, as databases order texts by the language they were made for.
      std::sort(studies.begin(), studies.end(), [](const Study& a, const Study& b) { return a.name < b.name; });
      return studies;
    });
  }

  bool add_trials(StudyId study, std::int64_t expected, std::span<const NewTrial> trials) override {
    std::vector<TrialRow> rows;
    std::vector<TrainingKey> keys;
    for (const NewTrial& trial : trials) {
      if (trial.repeats < 0) {
        throw InvalidArgument(fmt::format("repeats: expected 0 or more, got {}", trial.repeats));
      }
      rows.push_back({expected + std::ssize(rows), trial.round, checked_text(trial.point, "point")});
      for (std::int64_t k = 0; k < trial.repeats; ++k) keys.push_back({rows.back().number, 0, k});
    }
    return write([&] {
      // The others who add to this study wait here until we are done, and then see our number.
      if (execute("UPDATE ntorc_studies SET trials = trials + $2 WHERE id = $1 AND trials = $3 RETURNING id",
                  {id(study), std::ssize(rows), expected})
              .empty()) {
        return false;
      }
      insert(rows, "ntorc_trials (study, number, round, point, status)", "", [&](const TrialRow& row) {
        return std::array<SqlValue, 5>{id(study), row.number, row.round, row.point, to_string(Status::Waiting)};
      });
      insert_trainings(study, keys);
      return true;
    });
  }

  void add_trainings(StudyId study, std::span<const TrainingKey> keys) override {
    std::set<std::int64_t> trials;
    for (const TrainingKey& key : keys) {
      if (key.rung < 0 || key.repeat < 0) {
        throw InvalidArgument(fmt::format("training of trial {}: expected rung and repeat of 0 or more, got {} and {}",
                                          key.trial, key.rung, key.repeat));
      }
      trials.insert(key.trial);
    }
    write([&] {
      for (const std::int64_t trial : trials) must_exist(study, trial);
      for (const std::int64_t trial : insert_trainings(study, keys)) {
        execute(
            "UPDATE ntorc_trials SET status = $3, result = NULL WHERE study = $1 AND number = $2 "
            "AND status NOT IN ('waiting', 'running')",
            {id(study), trial, to_string(Status::Running)});
      }
    });
  }

  void conclude(StudyId study, std::int64_t trial, Status status, const std::string& result) override {
    if (status == Status::Waiting || status == Status::Running) {
      throw InvalidArgument(fmt::format("status: expected done, failed or pruned, got {}", to_string(status)));
    }
    checked_text(result, "result");
    write([&] {
      must_exist(study, trial);
      // Trainings before their trial, as claim() has it: no two wait for each other.
      execute(
          "UPDATE ntorc_trainings SET status = $3, lease_ends_ms = NULL WHERE study = $1 AND trial = $2 "
          "AND status IN ('waiting', 'running')",
          {id(study), trial, to_string(Status::Pruned)});
      execute("UPDATE ntorc_trials SET status = $3, result = $4 WHERE study = $1 AND number = $2",
              {id(study), trial, to_string(status), result});
      if (status != Status::Done) {
        execute("DELETE FROM ntorc_states WHERE study = $1 AND trial = $2", {id(study), trial});
      }
    });
  }

  std::optional<Claim> claim(StudyId study, const std::string& worker, std::chrono::milliseconds lease) override {
    checked_text(worker, "worker");
    const std::int64_t lease_ms = checked_lease(lease);
    const std::int64_t token = draw_token();
    bool before = false;
    return write([&]() -> std::optional<Claim> {
      if (std::exchange(before, true)) {
        // The answer to the first time may have been lost, not the claim.
        const auto mine = execute(
            "SELECT trial, rung, repeat, attempts FROM ntorc_trainings "
            "WHERE study = $1 AND token = $2 AND status = 'running'",
            {id(study), token});
        if (!mine.empty()) return made_claim(study, key_of(mine[0], 0), number(mine[0][3]), token);
      }
      while (true) {
        const auto next = execute(
            fmt::format(
                "SELECT trial, rung, repeat, attempts, status, worker FROM ntorc_trainings WHERE study = $1 AND "
                "status IN ('waiting', 'running') AND (status = 'waiting' OR lease_ends_ms <= {}) "
                "ORDER BY sequence LIMIT 1{}",
                database_->dialect().now, database_->dialect().skip_locked),
            {id(study)});
        if (next.empty()) return std::nullopt;
        const TrainingKey key = key_of(next[0], 0);
        const std::int64_t attempts = number(next[0][3]);
        if (status_of(next[0][4]) == Status::Running && attempts >= options_.max_attempts) {
          set_failed(study, key,
                     fmt::format("given up after {} attempts whose workers fell silent, the last of them {}", attempts,
                                 next[0][5].value_or("")));
          continue;
        }
        execute(fmt::format("UPDATE ntorc_trainings SET status = 'running', attempts = attempts + 1, worker = $5, "
                            "token = $6, lease_ends_ms = {} + $7 WHERE {}",
                            database_->dialect().now, kOfTraining),
                {id(study), key.trial, key.rung, key.repeat, worker, token, lease_ms});
        execute("UPDATE ntorc_trials SET status = 'running' WHERE study = $1 AND number = $2 AND status = 'waiting'",
                {id(study), key.trial});
        return made_claim(study, key, attempts + 1, token);
      }
    });
  }

  bool beat(const Claim& claim, std::chrono::milliseconds lease) override {
    const std::int64_t lease_ms = checked_lease(lease);
    return write([&] {
      return set_of_claim(claim, fmt::format("lease_ends_ms = {} + $6", database_->dialect().now), lease_ms);
    });
  }

  bool save_state(const Claim& claim, std::string_view bytes) override {
    return write([&] {
      // Sets nothing, but nobody else gets the training before this is done.
      if (!set_of_claim(claim, "attempts = attempts")) return false;
      put_state(claim, bytes);
      return true;
    });
  }

  bool finish(const Claim& claim, const std::string& result, std::optional<std::string_view> state) override {
    checked_text(result, "result");
    return write([&] {
      if (!set_of_claim(claim, "status = 'done', lease_ends_ms = NULL, message = NULL, result = $6", result)) {
        return was_left(claim, Status::Done);
      }
      execute(fmt::format("DELETE FROM ntorc_states WHERE study = $1 AND trial = $2 AND repeat = $4 AND rung {} $3",
                          state ? "<=" : "="),
              of(claim));
      if (state) put_state(claim, *state);
      return true;
    });
  }

  bool fail(const Claim& claim, const std::string& message) override {
    const std::string text = made_text(message);
    return write([&] {
      if (!set_of_claim(claim, "status = 'failed', lease_ends_ms = NULL, message = $6", text)) {
        return was_left(claim, Status::Failed);
      }
      execute(fmt::format("DELETE FROM ntorc_states WHERE {}", kOfTraining), of(claim));
      return true;
    });
  }

  bool release(const Claim& claim) override {
    return write([&] {
      return set_of_claim(claim, "status = 'waiting', lease_ends_ms = NULL, attempts = attempts - 1") ||
             was_left(claim, Status::Waiting);
    });
  }

  std::vector<Trial> trials(StudyId study) override {
    return read([&] {
      std::vector<Trial> trials;
      for (Row& row : execute("SELECT number, round, point, status, result FROM ntorc_trials WHERE study = $1 "
                              "ORDER BY number",
                              {id(study)})) {
        trials.push_back(
            {number(row[0]), number(row[1]), std::move(row[2].value()), status_of(row[3]), std::move(row[4])});
      }
      return trials;
    });
  }

  std::vector<Training> trainings(StudyId study) override {
    return read([&] {
      std::vector<Training> trainings;
      for (Row& row :
           execute(fmt::format("SELECT trial, rung, repeat, status, attempts, worker, lease_ends_ms - {}, result, "
                               "message FROM ntorc_trainings WHERE study = $1 ORDER BY sequence",
                               database_->dialect().now),
                   {id(study)})) {
        Training training;
        training.key = key_of(row, 0);
        training.status = status_of(row[3]);
        training.attempts = number(row[4]);
        training.worker = std::move(row[5]).value_or("");
        if (row[6]) training.lease_left = std::chrono::milliseconds(number(row[6]));
        training.result = std::move(row[7]);
        training.message = std::move(row[8]).value_or("");
        trainings.push_back(std::move(training));
      }
      return trainings;
    });
  }

  std::optional<std::string> read_state(StudyId study, const TrainingKey& key) override {
    return read([&]() -> std::optional<std::string> {
      auto rows = execute(fmt::format("SELECT state FROM ntorc_states WHERE {}", kOfTraining),
                          {id(study), key.trial, key.rung, key.repeat});
      if (rows.empty()) return std::nullopt;
      return std::move(rows[0][0]);
    });
  }

 private:
  static std::int64_t id(StudyId study) { return static_cast<std::int64_t>(study); }
  static std::array<SqlValue, 4> of(const Claim& claim) {
    return {id(claim.study), claim.key.trial, claim.key.rung, claim.key.repeat};
  }
  static std::int64_t draw_token() {
    std::random_device device;  // not the search's seed: workers with one seed are to differ
    return static_cast<std::int64_t>((static_cast<std::uint64_t>(device()) << 32) | device());
  }

  template <typename Body>
  std::invoke_result_t<Body> read(Body body) {
    return transact(Access::Read, std::move(body));
  }
  template <typename Body>
  std::invoke_result_t<Body> write(Body body) {
    return transact(Access::Write, std::move(body));
  }
  template <typename Body>
  std::invoke_result_t<Body> transact(Access access, Body body) {
    const std::lock_guard lock(mutex_);
    if constexpr (std::is_void_v<std::invoke_result_t<Body>>) {
      database_->transact(access, body);
    } else {
      std::optional<std::invoke_result_t<Body>> answer;
      database_->transact(access, [&] { answer.emplace(body()); });
      return *std::move(answer);
    }
  }
  std::vector<Row> execute(const std::string& sql, std::span<const SqlValue> parameters) {
    return database_->execute(sql, parameters);
  }
  std::vector<Row> execute(const std::string& sql, std::initializer_list<SqlValue> parameters = {}) {
    return database_->execute(sql, parameters);
  }

  bool check_version() {
    const Dialect& dialect = database_->dialect();
    if (execute(std::string(dialect.has_store)).empty()) {
      if (dialect.foreign_table.empty()) return false;
      const auto foreign = execute(std::string(dialect.foreign_table));
      if (foreign.empty()) return false;
      throw StoreError(fmt::format("{}: expected a store of trials, found another database, with a table \"{}\"",
                                   database_->name(), foreign[0][0].value_or("")));
    }
    const auto version = execute("SELECT version FROM ntorc_store");
    if (version.size() != 1 || number(version[0][0]) != kStoreVersion) {
      throw StoreError(fmt::format("{}: expected a store of version {}, got {}", database_->name(), kStoreVersion,
                                   version.empty() ? "none" : version[0][0].value_or("none")));
    }
    return true;
  }

  void make_tables() {
    write([&] {
      const Dialect& dialect = database_->dialect();
      if (!dialect.lock_for_tables.empty()) execute(std::string(dialect.lock_for_tables));
      if (check_version()) return;  // another was first
      for (const std::string_view table : kTables) {
        execute(replaced(replaced(table, "%SERIAL%", dialect.serial_key), "%BLOB%", dialect.blob));
      }
      execute("INSERT INTO ntorc_store (version) VALUES ($1)", {kStoreVersion});
    });
  }

  std::int64_t number(const std::optional<std::string>& cell) const {
    std::int64_t value = 0;
    if (!cell || std::from_chars(cell->data(), cell->data() + cell->size(), value).ptr != cell->data() + cell->size()) {
      throw StoreError(fmt::format("{}: expected an integer, got {}", database_->name(), cell.value_or("none")));
    }
    return value;
  }
  TrainingKey key_of(const Row& row, std::size_t first) const {
    return {number(row[first]), number(row[first + 1]), number(row[first + 2])};
  }
  Status status_of(const std::optional<std::string>& cell) const {
    for (const auto& [status, word] : kStatusWords) {
      if (cell == word) return status;
    }
    throw StoreError(fmt::format("{}: expected a status, got {}", database_->name(), cell.value_or("none")));
  }

  void must_exist(StudyId study, std::int64_t trial) {
    if (execute("SELECT 1 FROM ntorc_trials WHERE study = $1 AND number = $2", {id(study), trial}).empty()) {
      throw InvalidArgument(fmt::format("{}: expected a trial of the study, got trial {}", database_->name(), trial));
    }
  }

  /// Inserts `items` in parts. @param end  behind VALUES; what it returns comes back.
  template <typename Items, typename Cells>
  std::vector<Row> insert(const Items& items, std::string_view into, std::string_view end, Cells cells) {
    std::vector<Row> returned;
    for (std::size_t begin = 0; begin < items.size(); begin += kRowsAtOnce) {
      const std::size_t count = std::min(kRowsAtOnce, items.size() - begin);
      std::vector<SqlValue> parameters;
      for (std::size_t i = begin; i < begin + count; ++i) {
        const auto row = cells(items[i]);
        parameters.insert(parameters.end(), row.begin(), row.end());
      }
      auto rows =
          execute(fmt::format("INSERT INTO {} VALUES {} {}", into, placeholders(count, parameters.size() / count), end),
                  parameters);
      std::move(rows.begin(), rows.end(), std::back_inserter(returned));
    }
    return returned;
  }

  /// @return  the trials that have gained one.
  std::set<std::int64_t> insert_trainings(StudyId study, std::span<const TrainingKey> keys) {
    std::vector<TrainingKey> unique;  // no statement may meet a row twice
    std::set<TrainingKey> seen;
    std::copy_if(keys.begin(), keys.end(), std::back_inserter(unique),
                 [&](const TrainingKey& key) { return seen.insert(key).second; });
    const auto rows =
        insert(unique, "ntorc_trainings (study, trial, rung, repeat, status, attempts)",
               "ON CONFLICT (study, trial, rung, repeat) DO UPDATE SET status = 'waiting', attempts = 0 "
               "WHERE ntorc_trainings.status = 'pruned' RETURNING trial",
               [&](const TrainingKey& key) {
                 return std::array<SqlValue, 6>{
                     id(study), key.trial, key.rung, key.repeat, to_string(Status::Waiting), std::int64_t{0}};
               });
    std::set<std::int64_t> trials;
    for (const Row& row : rows) trials.insert(number(row[0]));
    return trials;
  }

  void set_failed(StudyId study, const TrainingKey& key, const std::string& message) {
    execute(fmt::format("UPDATE ntorc_trainings SET status = 'failed', lease_ends_ms = NULL, message = $5 WHERE {}",
                        kOfTraining),
            {id(study), key.trial, key.rung, key.repeat, message});
    execute(fmt::format("DELETE FROM ntorc_states WHERE {}", kOfTraining),
            {id(study), key.trial, key.rung, key.repeat});
  }

  std::optional<Claim> made_claim(StudyId study, const TrainingKey& key, std::int64_t attempt, std::int64_t token) {
    auto row =
        execute("SELECT round, point FROM ntorc_trials WHERE study = $1 AND number = $2", {id(study), key.trial}).at(0);
    return Claim{.study = study,
                 .key = key,
                 .point = std::move(row[1].value()),
                 .round = number(row[0]),
                 .attempt = attempt,
                 .token = token};
  }

  /// @param sets  what to set of the training, with $6 for `value`. @return  false if it is not the claim's any longer.
  bool set_of_claim(const Claim& claim, std::string_view sets, std::optional<SqlValue> value = std::nullopt) {
    const auto key = of(claim);
    std::vector<SqlValue> parameters(key.begin(), key.end());
    parameters.emplace_back(claim.token);
    if (value) parameters.push_back(*value);
    return !execute(fmt::format("UPDATE ntorc_trainings SET {} WHERE {} AND token = $5 AND status = 'running' "
                                "RETURNING sequence",
                                sets, kOfTraining),
                    parameters)
                .empty();
  }

  /// Whether this claim, and none after it, has left the training in `status`: then it was said before.
  bool was_left(const Claim& claim, Status status) {
    const auto rows = execute(fmt::format("SELECT status FROM ntorc_trainings WHERE {} AND token = $5", kOfTraining),
                              {id(claim.study), claim.key.trial, claim.key.rung, claim.key.repeat, claim.token});
    return !rows.empty() && status_of(rows[0][0]) == status;
  }

  void put_state(const Claim& claim, std::string_view bytes) {
    execute(
        "INSERT INTO ntorc_states (study, trial, rung, repeat, state) VALUES ($1, $2, $3, $4, $5) "
        "ON CONFLICT (study, trial, rung, repeat) DO UPDATE SET state = excluded.state",
        {id(claim.study), claim.key.trial, claim.key.rung, claim.key.repeat, Bytes{bytes}});
  }

  std::mutex mutex_;
  std::unique_ptr<Database> database_;
  StoreOptions options_;
};

}  // namespace

std::string_view to_string(Status status) {
  for (const auto& [each, word] : kStatusWords) {
    if (each == status) return word;
  }
  return "?";
}

void StoreOptions::validate() const {
  if (max_attempts < 1) throw InvalidArgument(fmt::format("max_attempts: expected 1 or more, got {}", max_attempts));
  if (patience.count() < 0) {
    throw InvalidArgument(fmt::format("patience: expected 0 ms or more, got {}", patience.count()));
  }
}

std::unique_ptr<Store> open_store(const std::string& url, const StoreOptions& options) {
  options.validate();
  const auto end = url.find("://");
  const std::string scheme = end == std::string::npos ? "" : url.substr(0, end);
  if (scheme == "postgresql" || scheme == "postgres") {
    return std::make_unique<SqlStore>(open_postgresql(url, options.patience), options);
  }
  if (!scheme.empty() && scheme.find('/') == std::string::npos) {  // no more of it: there may be a password
    throw InvalidArgument(fmt::format("store: expected the path of a file or postgresql://..., got {}://...", scheme));
  }
  if (url.empty() || url.find('\0') != std::string::npos) {
    throw InvalidArgument("store: expected the path of a file or postgresql://..., got nothing");
  }
  return std::make_unique<SqlStore>(open_sqlite(url, options.patience), options);
}

}  // namespace ntorc::search
