#include "pipeline/sayings.h"

#include <algorithm>
#include <optional>
#include <string_view>

namespace dossier {

namespace {

constexpr std::uint32_t kFewestWords = 4;   // tokens of a quotation that somebody says
constexpr std::uint32_t kMarkReach = 3;     // tokens from its closing mark to the dash, or to the name without one
constexpr std::uint32_t kLeadReach = 8;     // tokens from the name to the colon in front of it
constexpr std::uint32_t kNameReach = 6;     // tokens of punctuation from the dash to the name
constexpr std::uint32_t kBylineReach = 12;  // tokens from the begin of a block to the name of who wrote the text
constexpr std::uint32_t kFirmReach = 7;     // tokens of a firm in brackets behind the name of who speaks
constexpr std::uint32_t kTopBlocks = 8;     // of a text, its metadata apart: where its title and author stand

class SayingFinder {
 public:
  SayingFinder(const Document& document, const std::vector<Mention>& mentions)
      : document_(document), mentions_(mentions) {}

  std::vector<Saying> run() {
    for (std::size_t b = 0; b < document_.blocks.size(); ++b) {
      const Block& block = document_.blocks[b];
      if (block.kind == BlockKind::kQuotation) {
        if (b == 0 || document_.blocks[b - 1].kind != BlockKind::kQuotation) begin_ = block.first_token;
        find_last_lines(block);
      } else {
        find_marked(block);
      }
    }
    return std::move(sayings_);
  }

 private:
  bool is_quoted(std::uint32_t token) const { return (document_.tokens[token].flags & token_flag::kQuoted) != 0; }
  bool is_punctuation(std::uint32_t token) const { return (document_.tokens[token].shape & shape::kPunctuation) != 0; }
  bool is_dash(std::uint32_t token) const {
    const std::string_view word = document_.word(token);
    return word == "–" || word == "—" || word == "-" || word == "--" || word == "―";
  }

  // The person whose name begins at the token.
  std::uint32_t person_at(std::uint32_t token) const {
    auto it = std::partition_point(mentions_.begin(), mentions_.end(),
                                   [token](const Mention& mention) { return mention.first_token < token; });
    for (; it != mentions_.end() && it->first_token == token; ++it) {
      if (it->type == type::kPerson) return static_cast<std::uint32_t>(it - mentions_.begin());
    }
    return kNone;
  }

  // Behind a dash nothing but marks may stand before the name.
  std::uint32_t person_behind(std::uint32_t dash) const {
    const auto last = std::min<std::size_t>(document_.tokens.size(), dash + 1 + kNameReach);
    for (std::uint32_t t = dash + 1; t < last; ++t) {
      if (!is_punctuation(t)) return person_at(t);
    }
    return kNone;
  }

  // A line that begins with a dash and a name ends what is said.
  void find_last_lines(const Block& block) {
    for (std::uint32_t t = block.first_token; t < block.end_token; ++t) {
      const bool begins_line = t == block.first_token || (document_.tokens[t].flags & token_flag::kNewlineBefore) != 0;
      if (!begins_line || !is_dash(t)) continue;
      const std::uint32_t person = person_behind(t);
      if (person == kNone) continue;
      if (t >= begin_ + kFewestWords) sayings_.push_back({begin_, t, person});
      begin_ = block.end_token;
    }
  }

  void find_marked(const Block& block) {
    for (std::uint32_t t = block.first_token; t < block.end_token; ++t) {
      if (!is_quoted(t)) continue;
      const std::uint32_t first = t;
      while (t < block.end_token && is_quoted(t)) ++t;
      if (t >= block.end_token || t < first + kFewestWords) continue;
      std::uint32_t person = attributed_behind(t, block);
      if (person == kNone) person = attributed_in_front(first, block);
      if (person != kNone) sayings_.push_back({first, t, person});
    }
  }

  // “…” – Ada Lovell    “…,” said Ada Lovell    “…,” Lovell said
  std::uint32_t attributed_behind(std::uint32_t closing, const Block& block) const {
    const auto last = std::min<std::size_t>(document_.tokens.size(), closing + 1 + kMarkReach);
    bool is_open = true;  // nothing but words in small letters so far
    for (std::uint32_t t = closing + 1; t < last; ++t) {
      if (is_dash(t)) return person_behind(t);
      const bool is_ended = t >= block.end_token || (document_.tokens[t].flags & token_flag::kSentenceFirst) != 0;
      if (is_ended || is_punctuation(t)) {
        is_open = false;
        continue;
      }
      if (!is_open) return kNone;
      const std::uint32_t person = person_at(t);
      if (person != kNone) return person;
      if ((document_.tokens[t].shape & shape::kLower) == 0) return kNone;
    }
    return kNone;
  }

  // Ada Lovell writes: “…”    What Lovell has to say: “…”
  std::uint32_t attributed_in_front(std::uint32_t first, const Block& block) const {
    std::uint32_t colon = first;
    while (colon > block.first_token && colon + kMarkReach > first && document_.word(colon) != ":") --colon;
    if (document_.word(colon) != ":") return kNone;
    for (std::uint32_t t = colon; t > block.first_token && t + kLeadReach > colon; --t) {
      const std::uint32_t person = person_before(t);
      if (person != kNone) return is_subject(mentions_[person], block) ? person : kNone;
      if ((document_.tokens[t - 1].shape & shape::kLower) == 0 || is_quoted(t - 1)) return kNone;
    }
    return kNone;
  }

  // Whose name opens its sentence, or stands behind its first word: not "A letter to Lovell says:", "Lovell's boss:".
  bool is_subject(const Mention& name, const Block& block) const {
    if ((document_.tokens[name.end_token].shape & shape::kClitic) != 0) return false;
    const auto opens = [&](std::uint32_t t) {
      return t == block.first_token || (document_.tokens[t].flags & token_flag::kSentenceFirst) != 0;
    };
    return opens(name.first_token) || opens(name.first_token - 1);
  }

  // The person whose name ends in front of the token.
  std::uint32_t person_before(std::uint32_t token) const {
    auto it = std::partition_point(mentions_.begin(), mentions_.end(),
                                   [token](const Mention& mention) { return mention.first_token < token; });
    while (it != mentions_.begin() && std::prev(it)->end_token == token) {
      --it;
      if (it->type == type::kPerson) return static_cast<std::uint32_t>(it - mentions_.begin());
    }
    return kNone;
  }

  const Document& document_;
  const std::vector<Mention>& mentions_;
  std::vector<Saying> sayings_;
  std::uint32_t begin_ = 0;  // of what is said in a row of quotation blocks
};

// "By", "Written by", "Today's post is by": where the name behind it begins; the block's begin where nobody writes.
class Bylines {
 public:
  Bylines(const Document& document, const Lexicons& lexicons, const LexiconPass& pass)
      : document_(document),
        lexicons_(lexicons),
        pass_(pass),
        language_(document.languages.empty() ? std::string_view() : document.languages.front()),
        byline_(lexicons.find("byline")),
        lang_(lexicons.find_attribute("lang")),
        part_(lexicons.find_attribute("part")),
        second_(lexicons.find_attribute("second")) {}

  std::uint32_t name_in(const Block& block) const {
    bool is_written = false;
    const std::uint32_t last = std::min(block.end_token, block.first_token + kBylineReach);
    for (std::uint32_t t = block.first_token; t + 1 < last; ++t) {
      const std::optional<EntryId> entry = entry_of(t);
      if (!entry) continue;
      if (lexicons_.attribute(*entry, part_) == "work") {
        is_written = true;
        continue;
      }
      const bool is_capital = (document_.tokens[t].shape & shape::kUpperFirst) != 0;
      const bool is_second = t == block.first_token + 1 && lexicons_.attribute(*entry, second_) == "1";
      if (is_capital || is_written || is_second) return t + 1;
    }
    return block.first_token;
  }

 private:
  std::optional<EntryId> entry_of(std::uint32_t token) const {
    for (const EntryId entry : lexicons_.entries_of(pass_.words[token])) {
      if (lexicons_.lexicon_of(entry) == byline_ && lexicons_.attribute(entry, lang_) == language_) return entry;
    }
    return std::nullopt;
  }

  const Document& document_;
  const Lexicons& lexicons_;
  const LexiconPass& pass_;
  std::string_view language_;
  LexiconId byline_;
  AttributeId lang_, part_, second_;
};

}  // namespace

std::vector<Saying> find_sayings(const Document& document, const std::vector<Mention>& mentions) {
  return SayingFinder(document, mentions).run();
}

std::uint32_t first_label(const Document& document) {
  for (const Turn& turn : document.turns) {
    if (turn.speaker_block != kNone) return document.blocks[turn.speaker_block].first_token;
  }
  return kNone;
}

std::uint32_t named_alone(const Document& document, const Lexicons& lexicons, const LexiconPass& pass,
                          const std::vector<Mention>& mentions) {
  const Bylines bylines(document, lexicons, pass);
  std::uint32_t found = kNone;
  std::uint32_t seen = 0;
  const std::uint32_t label = first_label(document);
  for (const Block& block : document.blocks) {
    if (block.kind == BlockKind::kMetadata || block.first_token == block.end_token) continue;
    if (block.first_token >= label || ++seen > kTopBlocks) break;
    if (block.kind == BlockKind::kListItem || block.kind == BlockKind::kTableCell) continue;
    const std::uint32_t begin = bylines.name_in(block);
    auto it = std::partition_point(mentions.begin(), mentions.end(),
                                   [begin](const Mention& mention) { return mention.first_token < begin; });
    if (it == mentions.end() || it->type != type::kPerson || it->first_token != begin) continue;
    const std::uint32_t end = it->end_token;
    // "Ada Lovell (Harborworks)"; behind a byline, her post may follow.
    const bool is_told = end < block.end_token &&
                         (document.word(end) == "(" || (begin > block.first_token && document.word(end) == ","));
    const bool is_alone =
        end == block.end_token || (is_told && (begin > block.first_token || block.end_token <= end + kFirmReach));
    if ((!is_alone && begin == block.first_token) || end < it->first_token + 2) continue;
    if (found != kNone && mentions[found].entity != it->entity) return kNone;
    found = found == kNone ? static_cast<std::uint32_t>(it - mentions.begin()) : found;
    // "By Ada Lovell and Lio Marsh"
    const std::uint32_t entity = it->entity;
    for (++it; it != mentions.end() && it->first_token < end + kBylineReach && it->first_token < block.end_token;
         ++it) {
      if (it->type == type::kPerson && it->entity != entity &&
          (document.tokens[it->first_token].flags & token_flag::kSentenceFirst) == 0)
        return kNone;
    }
  }
  return found;
}

std::uint32_t who_says(const std::vector<Saying>& sayings, std::uint32_t token) {
  const auto it = std::partition_point(sayings.begin(), sayings.end(),
                                       [token](const Saying& saying) { return saying.end_token <= token; });
  return it == sayings.end() || it->first_token > token ? kNone : it->speaker;
}

}  // namespace dossier
