#include "pipeline/store.h"

#include <sqlite3.h>

#include <array>

namespace dossier {
namespace {

// Step i brings a database of version i to version i + 1. A step never changes once it has been released.
constexpr std::array<const char*, Store::kSchemaVersion> kMigrations = {
    R"sql(
      CREATE TABLE source (id TEXT PRIMARY KEY, bytes BLOB NOT NULL) WITHOUT ROWID;
      CREATE TABLE place (
        uri TEXT PRIMARY KEY,
        source TEXT NOT NULL REFERENCES source (id),
        media_type TEXT NOT NULL,
        language TEXT NOT NULL,
        date TEXT NOT NULL,
        kind TEXT NOT NULL
      ) WITHOUT ROWID;
      CREATE INDEX place_by_source ON place (source, uri);
      CREATE TABLE result (
        source TEXT NOT NULL REFERENCES source (id),
        key TEXT NOT NULL,
        bytes BLOB NOT NULL,
        PRIMARY KEY (source, key)
      );
      CREATE TABLE decision (number INTEGER PRIMARY KEY AUTOINCREMENT, line TEXT NOT NULL);
      CREATE TABLE entity_id (anchor TEXT PRIMARY KEY, id TEXT NOT NULL) WITHOUT ROWID;
      CREATE TABLE redirect (former TEXT PRIMARY KEY, id TEXT NOT NULL) WITHOUT ROWID;
      CREATE TABLE run (
        number INTEGER PRIMARY KEY AUTOINCREMENT,
        at TEXT NOT NULL,
        knowledge TEXT NOT NULL,
        report TEXT NOT NULL
      );
      CREATE TABLE run_document (
        run INTEGER NOT NULL REFERENCES run (number),
        source TEXT NOT NULL,
        uri TEXT NOT NULL,
        result_key TEXT NOT NULL,
        PRIMARY KEY (run, source)
      ) WITHOUT ROWID;
    )sql",
    R"sql(
      CREATE TABLE knowledge (hash TEXT PRIMARY KEY, parts TEXT NOT NULL) WITHOUT ROWID;
    )sql",
};

constexpr int kApplicationId = 0x64737372;  // "dssr": what `file` and we know the database by
constexpr int kBusyMilliseconds = 30000;

std::string advice_for(int code) {
  switch (code & 0xFF) {
    case SQLITE_FULL:
      return " - the disk is full; nothing that was committed is lost: make room and run again";
    case SQLITE_IOERR:
      return " - the disk did not do its work; nothing that was committed is lost: check it and run again";
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return " - another process is writing to the workspace; wait for it and run again";
    case SQLITE_READONLY:
    case SQLITE_CANTOPEN:
    case SQLITE_PERM:
      return " - check that the folder exists and that you may write to it";
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      return " - the file is not a workspace database or is damaged; restore it from a copy";
    case SQLITE_TOOBIG:
      return " - the source is larger than a workspace can hold (1 GB)";
    default:
      return "";
  }
}

// One prepared statement: bind in order, step, read columns.
class Statement {
 public:
  Statement(sqlite3* database, const std::string& path, const char* sql) : database_(database), path_(path) {
    check(sqlite3_prepare_v2(database, sql, -1, &statement_, nullptr));
  }
  Statement(const Statement&) = delete;
  Statement& operator=(const Statement&) = delete;
  ~Statement() { sqlite3_finalize(statement_); }

  // What is bound must live until the next reset().
  Statement& text(std::string_view value) {
    const char* const bytes = value.data() == nullptr ? "" : value.data();
    check(sqlite3_bind_text64(statement_, ++bound_, bytes, value.size(), SQLITE_STATIC, SQLITE_UTF8));
    return *this;
  }
  Statement& blob(std::string_view value) {
    const char* const bytes = value.data() == nullptr ? "" : value.data();
    check(sqlite3_bind_blob64(statement_, ++bound_, bytes, value.size(), SQLITE_STATIC));
    return *this;
  }
  Statement& number(std::int64_t value) {
    check(sqlite3_bind_int64(statement_, ++bound_, value));
    return *this;
  }

  bool step() {  // false: no further row
    const int code = sqlite3_step(statement_);
    if (code != SQLITE_ROW && code != SQLITE_DONE) check(code);
    return code == SQLITE_ROW;
  }
  void run() {
    step();
    reset();
  }
  void reset() {
    sqlite3_reset(statement_);
    bound_ = 0;
  }
  std::string column(int index) const {
    const void* const bytes = sqlite3_column_blob(statement_, index);
    const auto size = static_cast<std::size_t>(sqlite3_column_bytes(statement_, index));
    return bytes == nullptr ? std::string() : std::string(static_cast<const char*>(bytes), size);
  }
  std::int64_t number_column(int index) const { return sqlite3_column_int64(statement_, index); }

 private:
  void check(int code) const {
    if (code != SQLITE_OK) throw StoreError(path_ + ": " + sqlite3_errmsg(database_) + advice_for(code));
  }

  sqlite3* database_;
  const std::string& path_;
  sqlite3_stmt* statement_ = nullptr;
  int bound_ = 0;
};

}  // namespace

struct Store::State {
  sqlite3* database = nullptr;
  std::string path;

  ~State() { sqlite3_close(database); }

  Statement prepare(const char* sql) const { return Statement(database, path, sql); }
  void execute(const char* sql) const {
    const int code = sqlite3_exec(database, sql, nullptr, nullptr, nullptr);
    if (code != SQLITE_OK) throw StoreError(path + ": " + sqlite3_errmsg(database) + advice_for(code));
  }
  std::int64_t number(const char* sql) const {
    Statement statement = prepare(sql);
    return statement.step() ? statement.number_column(0) : 0;
  }

  // Everything between construction and commit() happens, or nothing does.
  class Transaction {
   public:
    explicit Transaction(const State& state) : state_(state) { state_.execute("BEGIN IMMEDIATE"); }
    Transaction(const Transaction&) = delete;
    Transaction& operator=(const Transaction&) = delete;
    ~Transaction() {
      if (!is_committed_) sqlite3_exec(state_.database, "ROLLBACK", nullptr, nullptr, nullptr);
    }
    void commit() {
      state_.execute("COMMIT");
      is_committed_ = true;
    }

   private:
    const State& state_;
    bool is_committed_ = false;
  };
};

Store::Store(std::unique_ptr<State> state) : state_(std::move(state)) {}
Store::Store(Store&&) noexcept = default;
Store& Store::operator=(Store&&) noexcept = default;
Store::~Store() = default;

Store Store::open(const std::filesystem::path& database, bool create) {
  auto state = std::make_unique<State>();
  state->path = database.string();
  if (create) {
    std::error_code error;
    std::filesystem::create_directories(database.parent_path(), error);
    if (error) throw StoreError(database.parent_path().string() + ": cannot be made (" + error.message() + ")");
  }
  const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | (create ? SQLITE_OPEN_CREATE : 0);
  const int code = sqlite3_open_v2(state->path.c_str(), &state->database, flags, nullptr);
  if (code != SQLITE_OK) {
    throw StoreError(state->path + ": " + sqlite3_errstr(code) + advice_for(code));
  }
  sqlite3_extended_result_codes(state->database, 1);
  sqlite3_busy_timeout(state->database, kBusyMilliseconds);
  // Full synchronization: what a call returned from survives a power cut, too. Builds write in batches, so it is cheap.
  state->execute("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON");

  State::Transaction transaction(*state);
  const auto version = static_cast<int>(state->number("PRAGMA user_version"));
  const std::int64_t application = state->number("PRAGMA application_id");
  const bool is_empty = state->number("SELECT count(*) FROM sqlite_schema") == 0;
  if (!is_empty && application != kApplicationId) {
    throw StoreError(state->path + ": is a database of another program - choose another folder");
  }
  if (version > kSchemaVersion) {
    throw StoreError(state->path + ": was written by a newer dossier (form " + std::to_string(version) +
                     ", this program knows " + std::to_string(kSchemaVersion) + ") - use that version");
  }
  if (version < kSchemaVersion) {
    for (int step = version; step < kSchemaVersion; ++step) {
      state->execute(kMigrations[static_cast<std::size_t>(step)]);
    }
    state->execute(("PRAGMA user_version = " + std::to_string(kSchemaVersion)).c_str());
    state->execute(("PRAGMA application_id = " + std::to_string(kApplicationId)).c_str());
  }
  transaction.commit();
  return Store(std::move(state));
}

Put Store::put(const Source& source) {
  return put(std::vector<Source>{source}).front();
}

std::vector<Put> Store::put(const std::vector<Source>& sources) {
  State::Transaction transaction(*state_);
  Statement find = state_->prepare("SELECT source, media_type, language, date, kind FROM place WHERE uri = ?");
  Statement add_bytes = state_->prepare("INSERT INTO source (id, bytes) VALUES (?, ?) ON CONFLICT DO NOTHING");
  Statement add_place = state_->prepare(
      "INSERT INTO place (uri, source, media_type, language, date, kind) VALUES (?, ?, ?, ?, ?, ?) "
      "ON CONFLICT (uri) DO UPDATE SET source = excluded.source, media_type = excluded.media_type, "
      "language = excluded.language, date = excluded.date, kind = excluded.kind");
  std::vector<Put> out;
  for (const Source& source : sources) {
    const std::string kind(name_of(source.kind));
    const bool is_known = find.text(source.uri).step();
    const bool is_same = is_known && find.column(0) == source.id && find.column(1) == source.media_type &&
                         find.column(2) == source.language && find.column(3) == source.date && find.column(4) == kind;
    find.reset();
    out.push_back(is_same ? Put::kUnchanged : is_known ? Put::kReplaced : Put::kNew);
    if (is_same) continue;
    add_bytes.text(source.id).blob(source.bytes).run();
    add_place.text(source.uri)
        .text(source.id)
        .text(source.media_type)
        .text(source.language)
        .text(source.date)
        .text(kind)
        .run();
  }
  transaction.commit();
  return out;
}

bool Store::remove(std::string_view uri) {
  State::Transaction transaction(*state_);
  state_->prepare("DELETE FROM place WHERE uri = ?").text(uri).run();
  const bool is_removed = sqlite3_changes(state_->database) > 0;
  transaction.commit();
  return is_removed;
}

std::vector<StoredSource> Store::sources() const {
  Statement rows = state_->prepare(
      "SELECT source.id, place.uri, place.media_type, place.language, place.date, place.kind, length(source.bytes) "
      "FROM source JOIN place ON place.source = source.id ORDER BY source.id, place.uri");
  std::vector<StoredSource> out;
  while (rows.step()) {
    std::string id = rows.column(0);
    if (!out.empty() && out.back().id == id) continue;
    StoredSource& source = out.emplace_back();
    source.id = std::move(id);
    source.uri = rows.column(1);
    source.media_type = rows.column(2);
    source.language = rows.column(3);
    source.date = rows.column(4);
    parse_document_kind(rows.column(5), source.kind);
    source.bytes = static_cast<std::uint64_t>(rows.number_column(6));
  }
  return out;
}

std::vector<std::pair<std::string, std::string>> Store::places() const {
  Statement rows = state_->prepare("SELECT uri, source FROM place ORDER BY uri");
  std::vector<std::pair<std::string, std::string>> out;
  while (rows.step()) out.emplace_back(rows.column(0), rows.column(1));
  return out;
}

std::optional<Source> Store::load(std::string_view id) const {
  Statement row = state_->prepare(
      "SELECT source.bytes, place.uri, place.media_type, place.language, place.date, place.kind "
      "FROM source LEFT JOIN place ON place.source = source.id WHERE source.id = ? ORDER BY place.uri LIMIT 1");
  if (!row.text(id).step()) return std::nullopt;
  Source source;
  source.id = id;
  source.bytes = row.column(0);
  source.uri = row.column(1);
  source.media_type = row.column(2);
  source.language = row.column(3);
  source.date = row.column(4);
  parse_document_kind(row.column(5), source.kind);
  return source;
}

bool Store::has_result(std::string_view source, std::string_view key) const {
  return state_->prepare("SELECT 1 FROM result WHERE source = ? AND key = ?").text(source).text(key).step();
}

std::optional<std::string> Store::result(std::string_view source, std::string_view key) const {
  Statement row = state_->prepare("SELECT bytes FROM result WHERE source = ? AND key = ?");
  if (!row.text(source).text(key).step()) return std::nullopt;
  return row.column(0);
}

void Store::put_results(const std::vector<NewResult>& results) {
  State::Transaction transaction(*state_);
  Statement add = state_->prepare("INSERT OR REPLACE INTO result (source, key, bytes) VALUES (?, ?, ?)");
  for (const NewResult& result : results) add.text(result.source).text(result.key).blob(result.bytes).run();
  transaction.commit();
}

void Store::append_decision(std::string_view line) {
  State::Transaction transaction(*state_);
  state_->prepare("INSERT INTO decision (line) VALUES (?)").text(line).run();
  transaction.commit();
}

std::vector<std::string> Store::decisions() const {
  Statement rows = state_->prepare("SELECT line FROM decision ORDER BY number");
  std::vector<std::string> out;
  while (rows.step()) out.push_back(rows.column(0));
  return out;
}

std::map<std::string, std::string> Store::ids() const {
  Statement rows = state_->prepare("SELECT anchor, id FROM entity_id");
  std::map<std::string, std::string> out;
  while (rows.step()) out.emplace(rows.column(0), rows.column(1));
  return out;
}

std::map<std::string, std::string> Store::redirects() const {
  Statement rows = state_->prepare("SELECT former, id FROM redirect");
  std::map<std::string, std::string> out;
  while (rows.step()) out.emplace(rows.column(0), rows.column(1));
  return out;
}

std::int64_t Store::finish_run(const RunOutcome& outcome) {
  State::Transaction transaction(*state_);
  const Run& now = outcome.run;
  std::int64_t number = state_->number("SELECT max(number) FROM run");
  const std::optional<Run> last = run(number);
  if (!last || last->knowledge != now.knowledge || last->report != now.report || last->documents != now.documents) {
    state_->prepare("INSERT INTO run (at, knowledge, report) VALUES (?, ?, ?)")
        .text(now.at)
        .text(now.knowledge)
        .text(now.report)
        .run();
    number = sqlite3_last_insert_rowid(state_->database);
    Statement document = state_->prepare("INSERT INTO run_document (run, source, uri, result_key) VALUES (?, ?, ?, ?)");
    for (const RunDocument& row : now.documents) {
      document.number(number).text(row.source).text(row.uri).text(row.result_key).run();
    }
  }
  if (!outcome.knowledge_parts.empty()) {
    state_->prepare("INSERT INTO knowledge (hash, parts) VALUES (?, ?) ON CONFLICT DO NOTHING")
        .text(now.knowledge)
        .text(outcome.knowledge_parts)
        .run();
  }
  Statement id = state_->prepare("INSERT OR REPLACE INTO entity_id (anchor, id) VALUES (?, ?)");
  for (const auto& [anchor, value] : outcome.ids) id.text(anchor).text(value).run();
  state_->execute("DELETE FROM redirect");
  Statement redirect = state_->prepare("INSERT INTO redirect (former, id) VALUES (?, ?)");
  for (const auto& [former, value] : outcome.redirects) redirect.text(former).text(value).run();
  transaction.commit();
  return number;
}

std::vector<Run> Store::runs() const {
  Statement rows = state_->prepare("SELECT number, at, knowledge, report FROM run ORDER BY number");
  std::vector<Run> out;
  while (rows.step()) out.push_back({rows.number_column(0), rows.column(1), rows.column(2), rows.column(3), {}});
  return out;
}

std::string Store::knowledge_parts(std::string_view knowledge) const {
  Statement row = state_->prepare("SELECT parts FROM knowledge WHERE hash = ?");
  return row.text(knowledge).step() ? row.column(0) : std::string();
}

std::optional<Run> Store::run(std::int64_t number) const {
  Statement row = state_->prepare("SELECT at, knowledge, report FROM run WHERE number = ?");
  if (!row.number(number).step()) return std::nullopt;
  Run run{number, row.column(0), row.column(1), row.column(2), {}};
  Statement rows = state_->prepare("SELECT source, uri, result_key FROM run_document WHERE run = ? ORDER BY source");
  rows.number(number);
  while (rows.step()) run.documents.push_back({rows.column(0), rows.column(1), rows.column(2)});
  return run;
}

}  // namespace dossier
