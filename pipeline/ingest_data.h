// ingest_data.h - the tables of IngestData, as the parts of ingest read them. Keys are folded: lower case, one space
// between words (fold_phrase).
#pragma once

#include <array>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "pipeline/ingest.h"
#include "pipeline/language.h"

namespace re2 {
class RE2;
}

namespace dossier {

struct ViewHash {
  using is_transparent = void;
  std::size_t operator()(std::string_view view) const { return std::hash<std::string_view>{}(view); }
};
template <typename Value>
using PhraseMap = std::unordered_map<std::string, Value, ViewHash, std::equal_to<>>;
using PhraseSet = std::unordered_set<std::string, ViewHash, std::equal_to<>>;

// "  Ospite\u00A0d'Onore " -> "ospite d'onore"
std::string fold_phrase(std::string_view text);

enum class Boilerplate : std::uint8_t {
  kNavigation,  // a line that points to other pages; the line before it is their headline
  kShare,       // share bars, counters, sign-up lines
  kCookie,
  kDescription,  // begins a machine's description of a picture
  kBreak,        // a speaker label that stands for an advert or a jingle
  kAdvert,       // a phrase that paragraphs of advertising contain
};

// What a dot after a short form says about the sentence (abbreviations.tsv).
enum class ShortForm : std::uint8_t { kNever, kMaybe, kUnlessNumber };

struct IngestData::Tables {
  Tables();
  ~Tables();
  PhraseMap<std::string> entities;  // "eacute" -> "é"; not folded: case matters
  PhraseMap<std::string> labels;    // "ospite" -> "guest"; "-": neither metadata nor a speaker; "--": never a speaker
  PhraseMap<Boilerplate> lines;     // whole lines
  std::vector<std::pair<std::string, Boilerplate>> starts;  // beginnings of paragraphs
  PhraseMap<Boilerplate> speakers;                          // labels of turns
  std::unique_ptr<re2::RE2> advert_phrases;                 // any of them, in any case
  PhraseSet stage_directions;                               // "laughter"
  PhraseMap<std::string> fillers;                           // "hm" -> "en,de": the languages it is one of
  static constexpr std::size_t kMaxFiller = 8;
  // By bytes and the low bits of the first one: most words are not.
  std::array<std::array<bool, 32>, kMaxFiller> may_be_filler{};
  PhraseMap<ShortForm> abbreviations;  // "dr"
  PhraseSet sentence_starters;         // "the"
  PhraseSet profile_headings;          // headings and column names of profile pages
  LanguageWords language_words;
  PhraseMap<int> months;  // "febbraio" -> 2, in all languages of ICU's lists below
};

}  // namespace dossier
