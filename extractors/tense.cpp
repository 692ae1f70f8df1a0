#include "extractors/tense.h"

#include <algorithm>
#include <optional>
#include <string_view>

namespace dossier {

namespace {

constexpr std::uint32_t kMostWords = 24;    // between the arguments of a fact
constexpr std::uint32_t kPerfectReach = 3;  // tokens from a participle back to its auxiliary: "has until recently been"
constexpr std::uint32_t kPassiveReach = 2;  // "is now led by"

// What a word is as a verb, by increasing weight for a word that is several.
enum class Tense { kNone, kPlain, kPresent, kPast, kBeen, kPerfect, kEvent, kOver };

class TenseReader {
 public:
  explicit TenseReader(const MarkedText& text)
      : text_(text),
        verbs_(text.lexicons.find("tense_word")),
        begins_(text.lexicons.find("start_word")),
        ends_(text.lexicons.find("end_word")),
        spells_(text.lexicons.find("time_noun")),
        lang_(text.lexicons.find_attribute("lang")),
        tense_(text.lexicons.find_attribute("tense")) {
    if (!text.document.languages.empty()) language_ = text.document.languages[0];
  }

  Status read(TokenRange words, bool follows_subject) const {
    const std::uint32_t first = std::max(words.first, words.end - std::min(words.end, kMostWords));
    for (std::uint32_t t = words.end; t-- > first;) {
      if (is_alone(t)) continue;
      switch (tense_of(t)) {
        case Tense::kNone:
          break;
        case Tense::kPlain:
          if (follows_subject && t == words.first) return Status::kCurrent;  // "I lead", "she's"
          break;
        case Tense::kPresent:
          return Status::kCurrent;
        case Tense::kPast:
        case Tense::kBeen:
          return past_or_participle(first, t);
        case Tense::kPerfect:
          return Status::kUnknown;
        case Tense::kEvent:
          return tells_duration({t, words.end}) ? Status::kPast : Status::kUnknown;
        case Tense::kOver:
          return Status::kPast;
      }
    }
    return Status::kUnknown;
  }

  // Whether a participle stands among these words: "ich bin zu Harborworks | gekommen". Then the status it gives.
  std::optional<Status> read_last(TokenRange words) const {
    for (std::uint32_t t = words.first; t < words.end; ++t) {
      const Tense tense = tense_of(t);
      if (tense == Tense::kPast || tense == Tense::kBeen || tense == Tense::kOver) return Status::kPast;
      if (tense == Tense::kEvent) return Status::kUnknown;
    }
    return std::nullopt;
  }

 private:
  // "Pasó tres años en Harborworks", not "pasó a Harborworks".
  bool tells_duration(TokenRange words) const {
    for (std::uint32_t t = words.first; t < words.end; ++t) {
      for (const EntryId entry : text_.lexicons.entries_of(text_.pass.words[t])) {
        const bool is_spell = text_.lexicons.lexicon_of(entry) == spells_;
        if (is_spell && text_.lexicons.attribute(entry, lang_) == language_) return true;
      }
    }
    return false;
  }

  // "Ada Lovell (left), chair of Harborworks": where she stands in a picture.
  bool is_alone(std::uint32_t token) const {
    if (token == 0 || token + 1 >= text_.tokens.size()) return false;
    const std::string_view before = text_.word(token - 1), after = text_.word(token + 1);
    return (before == "(" && after == ")") || (before == "," && after == ",");
  }

  // "Led", "has led", "is led by"; "è stata", "è stata guidata da".
  Status past_or_participle(std::uint32_t first, std::uint32_t verb) const {
    bool has_been = tense_of(verb) == Tense::kBeen;
    for (std::uint32_t back = 1; back <= kPerfectReach && verb >= first + back; ++back) {
      const Tense tense = tense_of(verb - back);
      if (tense == Tense::kOver) return Status::kPast;  // "has previously led"
      if (tense == Tense::kPerfect) return Status::kUnknown;
      if (tense == Tense::kPresent && back <= kPassiveReach && !has_been) return Status::kCurrent;
      has_been = has_been || tense == Tense::kBeen;
    }
    return Status::kPast;
  }

  Tense tense_of(std::uint32_t token) const {
    Tense found = Tense::kNone;
    for (const EntryId entry : text_.lexicons.entries_of(text_.pass.words[token])) {
      const LexiconId lexicon = text_.lexicons.lexicon_of(entry);
      if (lexicon != verbs_ && lexicon != begins_ && lexicon != ends_) continue;
      if (text_.lexicons.attribute(entry, lang_) != language_) continue;
      found = std::max(found, lexicon != verbs_ ? Tense::kEvent : named(text_.lexicons.attribute(entry, tense_)));
    }
    return found;
  }

  static Tense named(std::string_view tense) {
    if (tense == "present") return Tense::kPresent;
    if (tense == "past") return Tense::kPast;
    if (tense == "perfect") return Tense::kPerfect;
    if (tense == "been") return Tense::kBeen;
    if (tense == "over") return Tense::kOver;
    return tense == "plain" ? Tense::kPlain : Tense::kNone;
  }

  const MarkedText& text_;
  LexiconId verbs_, begins_, ends_, spells_;
  AttributeId lang_, tense_;
  std::string_view language_;
};

// Where the last argument of a fact ends.
std::uint32_t end_of_arguments(const MarkedText& text, const Fact& fact) {
  std::uint32_t end = 0;
  for (const Argument& argument : fact.arguments) end = std::max(end, text.mentions[argument.mention].end_token);
  return end;
}

// The argument that the verb leads to: the next one behind the subject, or the last in front of it ("whose dean was
// Ada"); one that the rule only points back to ("Ne è presidente": of the firm before), if there is no other.
const Mention& led_to(const MarkedText& text, const Fact& fact, TokenRange range) {
  const std::uint32_t subject = text.mentions[fact.arguments.front().mention].first_token;
  const Mention* found = nullptr;
  for (std::size_t k = 1; k < fact.arguments.size(); ++k) {
    const Mention& mention = text.mentions[fact.arguments[k].mention];
    const auto is_better = [&] {
      const bool is_told = mention.first_token >= range.first;
      if (is_told != (found->first_token >= range.first)) return is_told;
      const bool is_behind = mention.first_token > subject;
      if (is_behind != (found->first_token > subject)) return is_behind;
      return is_behind == (mention.first_token < found->first_token);
    };
    if (found == nullptr || is_better()) found = &mention;
  }
  return *found;
}

}  // namespace

void settle_by_tense(const MarkedText& text, const Knowledge& knowledge, StatedFacts& stated) {
  const std::optional<PredicateId> affiliation = knowledge.predicate("affiliation");
  const TenseReader reader(text);
  for (std::size_t i = 0; i < stated.facts.size(); ++i) {
    Fact& fact = stated.facts[i];
    if (fact.predicate != affiliation || fact.period.status != Status::kUnknown || fact.arguments.size() < 2) continue;
    const Mention& subject = text.mentions[fact.arguments.front().mention];
    const TokenRange range = stated.ranges[i];
    const Mention& object = led_to(text, fact, range);
    const bool is_within = subject.first_token >= range.first && subject.end_token <= range.end;
    const bool is_first = is_within && subject.first_token < object.first_token;
    TokenRange words{is_within ? subject.end_token : range.first, object.first_token};
    if (is_within && !is_first) words = {object.end_token, subject.first_token};
    if (words.first >= words.end) continue;
    const std::optional<Status> last = reader.read_last({end_of_arguments(text, fact), range.end});
    fact.period.status = last ? *last : reader.read(words, is_first);
  }
}

}  // namespace dossier
