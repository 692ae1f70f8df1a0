#include "pipeline/ingest_data.h"

#include <re2/re2.h>
#include <unicode/bytestream.h>
#include <unicode/casemap.h>
#include <unicode/dtfmtsym.h>
#include <unicode/locid.h>
#include <unicode/utf8.h>

#include <algorithm>
#include <array>
#include <charconv>

#include "grammars/tsv.h"

namespace dossier {
namespace {

void load_months(const std::vector<std::string>& languages, PhraseMap<int>& months) {
  for (const std::string& language : languages) {
    UErrorCode status = U_ZERO_ERROR;
    const icu::DateFormatSymbols symbols(icu::Locale(language.c_str()), status);
    if (U_FAILURE(status) != 0) continue;
    for (const auto context : {icu::DateFormatSymbols::FORMAT, icu::DateFormatSymbols::STANDALONE}) {
      for (const auto width : {icu::DateFormatSymbols::WIDE, icu::DateFormatSymbols::ABBREVIATED}) {
        std::int32_t count = 0;
        const icu::UnicodeString* names = symbols.getMonths(count, context, width);
        for (std::int32_t i = 0; i < count; ++i) {
          std::string name;
          names[i].toUTF8String(name);
          name = fold_phrase(name);
          if (!name.empty() && name.back() == '.') name.pop_back();
          months.try_emplace(name, i + 1);
        }
      }
    }
  }
}

const PhraseMap<Boilerplate>& boilerplate_kinds() {
  static const PhraseMap<Boilerplate> kinds = {
      {"navigation", Boilerplate::kNavigation},   {"share", Boilerplate::kShare}, {"cookie", Boilerplate::kCookie},
      {"description", Boilerplate::kDescription}, {"break", Boilerplate::kBreak}, {"advert", Boilerplate::kAdvert}};
  return kinds;
}

class Loader {
 public:
  explicit Loader(std::vector<std::filesystem::path> folders) : folders_(std::move(folders)) {}

  // Calls use(cells in the order of `columns`, problem) for each row of the file in each folder; `problem` adds a
  // Problem about that row. The first folder must have the file.
  template <typename Use>
  void rows(const char* file, const std::vector<std::string>& columns, Use use) {
    for (std::size_t f = 0; f < folders_.size(); ++f) rows_of(f, file, columns, use);
  }

  template <typename Use>
  void rows_of(std::size_t folder, const char* file, const std::vector<std::string>& columns, Use use) {
    const std::filesystem::path path = folders_[folder] / file;
    std::error_code error;
    if (folder > 0 && !std::filesystem::exists(path, error)) return;
    const TsvTable table = read_tsv(path, columns, problems_);
    std::vector<std::size_t> index;
    for (const std::string& column : columns) {
      index.push_back(table.column(column));
      if (index.back() == std::string::npos) return;  // reported by read_tsv
    }
    for (const TsvRow& row : table.rows) {
      std::vector<std::string> cells;
      for (const std::size_t i : index) cells.push_back(row.cells[i]);
      use(cells, [&](std::string what, std::string piece, std::string advice) {
        problems_.push_back({table.file, row.line, 1, std::move(what), std::move(piece), std::move(advice)});
      });
    }
  }

  // An entry stands once in a file; that of a later folder may repeat it for another language.
  void set(const char* file, PhraseSet& phrases) {
    for (std::size_t f = 0; f < folders_.size(); ++f) {
      PhraseSet of_file;
      rows_of(f, file, {"entry"}, [&](const std::vector<std::string>& cells, auto problem) {
        if (!of_file.insert(fold_phrase(cells[0])).second) problem("entry stands twice", cells[0], "remove one");
      });
      phrases.merge(of_file);
    }
  }

  // Within a file a label has one name; a later folder has the last word.
  void labels(PhraseMap<std::string>& names) {
    for (std::size_t f = 0; f < folders_.size(); ++f) {
      PhraseMap<std::string> of_file;
      rows_of(f, "metadata_labels.tsv", {"label", "name"}, [&](const std::vector<std::string>& cells, auto problem) {
        const auto [place, is_new] = of_file.emplace(fold_phrase(cells[0]), cells[1]);
        if (!is_new && place->second != cells[1]) problem("label has two names", cells[0], "keep one of them");
      });
      for (auto& [label, name] : of_file) names.insert_or_assign(label, std::move(name));
    }
  }

  void boilerplate(IngestData::Tables& tables) {
    rows("boilerplate.tsv", {"kind", "match", "text"}, [&](const std::vector<std::string>& cells, auto problem) {
      const std::string& kind = cells[0];
      const std::string& match = cells[1];
      const std::string phrase = fold_phrase(cells[2]);
      if (phrase.empty()) return problem("empty text", kind, "write the words to look for");
      if (kind == "stage" && match == "word") {
        tables.stage_directions.insert(phrase);
        return;
      }
      const auto found = boilerplate_kinds().find(kind);
      if (found == boilerplate_kinds().end()) {
        return problem("unknown kind", kind, "use advert break cookie description navigation share stage");
      }
      if (match == "line") {
        tables.lines.emplace(phrase, found->second);
      } else if (match == "start") {
        tables.starts.emplace_back(phrase, found->second);
      } else if (match == "speaker") {
        tables.speakers.emplace(phrase, found->second);
      } else if (match == "contains" && found->second == Boilerplate::kAdvert) {
        advert_phrases_ += (advert_phrases_.empty() ? "" : "|") + RE2::QuoteMeta(phrase);
      } else {
        problem("unknown match", match, "use line start speaker, contains for adverts, word for stage directions");
      }
    });
    RE2::Options options;
    options.set_case_sensitive(false);
    options.set_log_errors(false);
    tables.advert_phrases =
        std::make_unique<RE2>(advert_phrases_.empty() ? "[^\\x00-\\x{10FFFF}]" : advert_phrases_, options);
  }

  std::vector<std::string> languages() { return read_languages(folders_, problems_); }
  std::vector<Problem> take_problems() { return std::move(problems_); }

 private:
  std::vector<std::filesystem::path> folders_;
  std::vector<Problem> problems_;
  std::string advert_phrases_;
};

}  // namespace

std::string fold_phrase(std::string_view text) {
  const auto is_ascii = [](char c) { return static_cast<unsigned char>(c) < 0x80; };
  std::string folded;
  if (std::all_of(text.begin(), text.end(), is_ascii)) {
    folded = text;
    for (char& c : folded) c = static_cast<char>(c >= 'A' && c <= 'Z' ? c + 32 : c);
  } else {
    UErrorCode status = U_ZERO_ERROR;
    icu::StringByteSink<std::string> sink(&folded);
    icu::CaseMap::utf8Fold(0, icu::StringPiece(text.data(), static_cast<std::int32_t>(text.size())), sink, nullptr,
                           status);
  }
  std::string result;
  result.reserve(folded.size());
  bool space = false;
  for (std::size_t i = 0; i < folded.size(); ++i) {
    const auto c = static_cast<unsigned char>(folded[i]);
    const bool no_break = c == 0xC2 && i + 1 < folded.size() && static_cast<unsigned char>(folded[i + 1]) == 0xA0;
    if (c <= ' ' || no_break) {
      space = !result.empty();
      if (no_break) ++i;
      continue;
    }
    if (space) result += ' ';
    space = false;
    // The curly apostrophe and the straight one are one letter here.
    if (c == 0xE2 && folded.compare(i, 3, "\u2019") == 0) {
      result += '\'';
      i += 2;
    } else {
      result += folded[i];
    }
  }
  return result;
}

IngestData IngestData::load(const std::vector<std::filesystem::path>& folders) {
  auto tables = std::make_unique<Tables>();
  Loader loader(folders);
  loader.rows("entities.tsv", {"name", "code"}, [&](const std::vector<std::string>& cells, auto problem) {
    std::uint32_t code = 0;
    const auto [end, error] = std::from_chars(cells[1].data(), cells[1].data() + cells[1].size(), code, 16);
    if (error != std::errc() || end != cells[1].data() + cells[1].size() || code == 0 || code > 0x10FFFF) {
      return problem("not a code point", cells[1], "write it in hexadecimal, as 00E9");
    }
    char bytes[4];
    std::int32_t size = 0;
    U8_APPEND_UNSAFE(bytes, size, static_cast<UChar32>(code));
    tables->entities.emplace(cells[0], std::string(bytes, static_cast<std::size_t>(size)));
  });
  loader.labels(tables->labels);
  loader.rows("abbreviations.tsv", {"entry", "ends_sentence"},
              [&](const std::vector<std::string>& cells, auto problem) {
                const auto form = cells[1] == "never"           ? ShortForm::kNever
                                  : cells[1] == "maybe"         ? ShortForm::kMaybe
                                  : cells[1] == "unless_number" ? ShortForm::kUnlessNumber
                                                                : ShortForm{0xFF};
                if (form == ShortForm{0xFF})
                  return problem("unknown value", cells[1], "use never, maybe or unless_number");
                ShortForm& stored = tables->abbreviations.try_emplace(fold_phrase(cells[0]), form).first->second;
                stored = std::max(stored, form);  // languages disagree: the more careful reading
              });
  loader.boilerplate(*tables);
  loader.rows("fillers.tsv", {"entry", "lang"}, [&](const std::vector<std::string>& cells, auto problem) {
    std::string& languages = tables->fillers[fold_phrase(cells[0])];
    if (("," + languages + ",").find("," + cells[1] + ",") != std::string::npos)
      return problem("entry stands twice", cells[0], "remove one");
    languages += (languages.empty() ? "" : ",") + cells[1];
  });
  for (const auto& [filler, languages] : tables->fillers) {
    if (filler.size() < Tables::kMaxFiller)
      tables->may_be_filler[filler.size()][static_cast<unsigned char>(filler[0]) & 0x1F] = true;
  }
  loader.set("sentence_starters.tsv", tables->sentence_starters);
  loader.set("profile_headings.tsv", tables->profile_headings);
  loader.rows("language_words.tsv", {"entry", "lang"}, [&](const std::vector<std::string>& cells, auto problem) {
    if (cells[0].empty() || cells[0].size() > LanguageWords::kLongest)
      return problem("not a word of 1 to 8 bytes", cells[0], "leave it out");
    tables->language_words.add(cells[0], cells[1]);
  });
  load_months(loader.languages(), tables->months);
  if (auto problems = loader.take_problems(); !problems.empty()) throw KnowledgeError(std::move(problems));
  return IngestData(std::move(tables));
}

IngestData::Tables::Tables() = default;
IngestData::Tables::~Tables() = default;

IngestData::IngestData(std::unique_ptr<Tables> tables) : tables_(std::move(tables)) {}
IngestData::IngestData(IngestData&&) noexcept = default;
IngestData& IngestData::operator=(IngestData&&) noexcept = default;
IngestData::~IngestData() = default;

}  // namespace dossier
