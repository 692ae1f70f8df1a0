#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <ctime>
#include <thread>

#include "grammars/edtf.h"
#include "pipeline/cli.h"
#include "pipeline/language.h"

namespace dossier::cli {

Knowledge load_knowledge(const Program& program, const std::vector<std::filesystem::path>& more) {
  Knowledge::Options options;
  options.folders.push_back(Knowledge::default_folder());
  options.folders.insert(options.folders.end(), program.knowledge_folders.begin(), program.knowledge_folders.end());
  options.folders.insert(options.folders.end(), more.begin(), more.end());
  options.cache = Knowledge::default_cache();
  return Knowledge::load(options);
}

void add_threads(CLI::App& command, unsigned& threads) {
  threads = std::max(1u, std::thread::hardware_concurrency());
  command.add_option("-j,--threads", threads, "how many documents are worked on at the same time")
      ->capture_default_str()
      ->check(CLI::Range(1u, 1024u));
}

void add_known_names(CLI::App& command, std::optional<bool>& known_names) {
  command.add_flag_function(
      "--known-names,!--no-known-names", [&known_names](std::int64_t count) { known_names = count > 0; },
      "names that some documents establish are known to the others, or each document is read for itself");
}

void add_given(CLI::App& command, InputOptions& given) {
  command
      .add_option_function<std::string>(
          "--lang",
          [&given](const std::string& language) {
            given.language = language_code(language);
            if (given.language.empty())
              throw CLI::ValidationError("--lang", "there is no language \"" + language + "\" - give a code, as in en");
          },
          "language of the documents, as in \"en\"; otherwise it is detected")
      ->type_name("CODE");
  command
      .add_option_function<std::string>(
          "--date",
          [&given](const std::string& date) {
            if (!edtf::parse(date)) {
              throw CLI::ValidationError("--date",
                                         date + " is no date of the form EDTF - as in 2022-06-07, 2022-06 or 2022");
            }
            given.date = date;
          },
          "date of the documents (EDTF), for \"last year\" and the like; otherwise looked for")
      ->type_name("DATE");
  command
      .add_option_function<std::string>(
          "--kind",
          [&given](const std::string& name) {
            if (!parse_document_kind(name, given.kind)) {
              throw CLI::ValidationError(
                  "--kind", name + " is none of auto, interview, podcast, slides, markdown, profile, plain");
            }
          },
          "kind of the documents: interview, podcast, slides, markdown, profile, plain; otherwise it is detected")
      ->type_name("KIND");
}

struct Progress::State {
  bool is_shown = false;
  std::chrono::steady_clock::time_point start = std::chrono::steady_clock::now();
  std::chrono::steady_clock::time_point last;
};

Progress::Progress(const Program& program) : state_(std::make_unique<State>()) {
  state_->is_shown = !program.is_quiet && isatty(STDERR_FILENO) == 1;
}

Progress::~Progress() {
  if (state_->is_shown) std::fputs("\r\x1b[K", stderr);
}

void Progress::show(std::size_t done, std::size_t total, std::uint64_t bytes) {
  const auto now = std::chrono::steady_clock::now();
  if (!state_->is_shown || now - state_->last < std::chrono::milliseconds(100)) return;
  state_->last = now;
  const double seconds = std::chrono::duration<double>(now - state_->start).count();
  const double megabytes = static_cast<double>(bytes) / 1e6;
  std::fprintf(stderr, "\r\x1b[K%zu of %zu documents, %.1f MB, %.1f MB/s", done, std::max(done, total), megabytes,
               seconds > 0 ? megabytes / seconds : 0);
  std::fflush(stderr);
}

namespace {

bool is_continuation(char c) {
  return (static_cast<unsigned char>(c) & 0xC0) == 0x80;
}

std::size_t character_count(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) { return !is_continuation(c); }));
}

}  // namespace

std::string table(const std::vector<std::vector<std::string>>& rows) {
  std::vector<std::size_t> widths;
  for (const auto& row : rows) {
    widths.resize(std::max(widths.size(), row.size()));
    for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], character_count(row[i]));
  }
  std::string out;
  for (const auto& row : rows) {
    for (std::size_t i = 0; i < row.size(); ++i) {
      out += row[i];
      if (i + 1 < row.size()) out.append(widths[i] - character_count(row[i]) + 2, ' ');
    }
    out += '\n';
  }
  return out;
}

std::string headed_table(const std::vector<std::vector<std::string>>& rows) {
  std::string out = table(rows);
  const std::size_t width = terminal_width();
  if (rows.size() < 2 || isatty(STDOUT_FILENO) == 0) return out;
  const std::vector<std::string>& header = rows.front();
  std::vector<std::size_t> widths(header.size());
  std::size_t total = 0;
  for (std::size_t i = 0; i < header.size(); ++i) {
    for (const auto& row : rows) widths[i] = std::max(widths[i], character_count(row[i]));
    total += widths[i] + (i > 0 ? 2 : 0);
  }
  if (total <= width) return out;
  out.clear();
  for (std::size_t r = 1; r < rows.size(); ++r) {
    out += rows[r][0] + "\n";
    std::string line;
    for (std::size_t i = 1; i < header.size(); ++i) {
      if (rows[r][i].empty()) continue;
      const std::string cell = header[i] + " " + rows[r][i];
      if (!line.empty() && character_count(line) + 2 + character_count(cell) > width) {
        out += line + "\n";
        line.clear();
      }
      line += "  " + cell;
    }
    if (!line.empty()) out += line + "\n";
  }
  return out;
}

std::size_t terminal_width() {
  winsize size{};
  if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) return size.ws_col;
  return 100;
}

std::string shortened(std::string_view text, std::size_t width) {
  std::string line;
  for (const char c : text) {
    const bool is_space = c == '\n' || c == '\r' || c == '\t' || c == ' ';
    if (!is_space) {
      line += c;
    } else if (!line.empty() && line.back() != ' ') {
      line += ' ';
    }
  }
  if (character_count(line) <= width) return line;
  std::size_t size = 0;
  std::size_t characters = 0;
  while (size < line.size() && (characters + 1 < width || is_continuation(line[size]))) {
    ++size;
    if (size == line.size() || !is_continuation(line[size])) ++characters;
  }
  return line.substr(0, size) + "…";
}

std::string now() {
  const std::time_t time = std::time(nullptr);
  std::tm parts{};
  gmtime_r(&time, &parts);
  char text[32];
  std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &parts);
  return text;
}

}  // namespace dossier::cli
