#include "pipeline/sentences.h"

#include <algorithm>

namespace dossier {
namespace {

class Splitter {
 public:
  Splitter(Document& document, std::uint32_t block, const IngestData::Tables& tables)
      : document_(document), block_(document.blocks[block]), index_(block), tables_(tables) {}

  void run() {
    std::uint32_t first = block_.first_token;
    const std::uint32_t width = line_width();
    for (std::uint32_t i = block_.first_token; i < block_.end_token; ++i) {
      if (i + 1 < block_.end_token) {
        const Token& token = document_.tokens[i];
        if (width > 0 && ends_line_early(i, width)) {
          close(first, i + 1);
          first = i + 1;
          continue;
        }
        if ((token.flags & token_flag::kSkipped) != 0) continue;
        const bool is_sign = (token.shape & shape::kPunctuation) != 0;
        const bool is_dotted = (token.shape & shape::kDotted) != 0 && document_.text[token.end - 1] == '.';
        if (!is_sign && !is_dotted) continue;
        const std::uint32_t last = is_sign ? closed_sentence(i) : closed_by_short_form(i);
        if (last == kNone) continue;
        i = last;
        if (i + 1 < block_.end_token) {
          close(first, i + 1);
          first = i + 1;
        }
      }
    }
    if (first < block_.end_token) close(first, block_.end_token);
  }

 private:
  bool begins_line(std::uint32_t token) const {
    return (document_.tokens[token].flags & token_flag::kNewlineBefore) != 0;
  }

  // Bytes of the longest line of a fragment; 0: it has one line, or is no fragment. Where all lines begin like titles,
  // not in capitals, each is one: no line is full.
  std::uint32_t line_width() const {
    const bool is_fragment =
        block_.kind == BlockKind::kFragment || (block_.kind == BlockKind::kListItem && block_.slide != kNone);
    if (!is_fragment) return 0;
    constexpr std::uint32_t kFewestTitles = 3;
    constexpr std::uint32_t kNoLineIsFull = 100000;
    std::uint32_t width = 0;
    std::uint32_t lines = 0;
    std::uint32_t titles = 0;
    bool has_small = false;
    std::uint32_t begin = 0;
    for (std::uint32_t i = block_.first_token; i < block_.end_token; ++i) {
      const Token& token = document_.tokens[i];
      if (i == block_.first_token || begins_line(i)) {
        begin = token.begin;
        ++lines;
        if (!is_lower(i)) ++titles;
      }
      has_small = has_small || is_lower(i) || (token.shape & shape::kCapitalized) != 0;
      width = std::max(width, token.end - begin);
    }
    if (lines < 2) return 0;
    return lines >= kFewestTitles && titles == lines && has_small ? kNoLineIsFull : width;
  }

  // Is `token` the last of a line that its author ended: the next word would have had its place there, and nothing says
  // that the line goes on ("Head of", "Boats &", "…, ", a small letter below)?
  bool ends_line_early(std::uint32_t token, std::uint32_t width) const {
    constexpr std::uint32_t kMargin = 6;
    constexpr std::uint32_t kLongestLink = 3;  // bytes of "of", "and"
    const std::uint32_t next = token + 1;
    if (!begins_line(next) || is_lower(next)) return false;
    const Token& last = document_.tokens[token];
    if (is_lower(token) && last.end - last.begin <= kLongestLink) return false;
    const std::string_view sign = word(token);
    if (sign == "," || sign == "&" || sign == "-" || sign == "–" || sign == "—" || sign == "/" || sign == "+" ||
        sign == "%")
      return false;
    std::uint32_t first = token;
    while (first > block_.first_token && !begins_line(first)) --first;
    if (token - first <= 1 && (last.shape & shape::kHasDigit) != 0) return false;  // "40" over "MILLION"
    const Token& below = document_.tokens[next];
    return last.end - document_.tokens[first].begin + 1 + (below.end - below.begin) + kMargin <= width;
  }

  void close(std::uint32_t first, std::uint32_t end) {
    document_.tokens[first].flags |= token_flag::kSentenceFirst;
    document_.tokens[end - 1].flags |= token_flag::kSentenceLast;
    document_.sentences.push_back({first, end, index_});
  }

  std::string_view word(std::uint32_t token) const { return document_.word(token); }
  bool is_spaced(std::uint32_t token) const {
    return (document_.tokens[token].flags &
            (token_flag::kSpaceBefore | token_flag::kNewlineBefore | token_flag::kBlankLineBefore)) != 0;
  }

  static bool is_closer(std::string_view sign) {
    return sign == "\"" || sign == "'" || sign == ")" || sign == "]" || sign == "”" || sign == "’" || sign == "»" ||
           sign == "“" || sign == "›";
  }

  // Past closing quotes and brackets that touch the token before.
  std::uint32_t with_closers(std::uint32_t i) const {
    while (i + 1 < block_.end_token && !is_spaced(i + 1) && is_closer(word(i + 1))) ++i;
    return i;
  }

  bool is_lower(std::uint32_t token) const { return (document_.tokens[token].shape & shape::kLower) != 0; }

  // The first word or number from `i` on, past opening quotes, brackets, dashes and what is skipped.
  std::uint32_t opening_word(std::uint32_t i) const {
    while (i + 1 < block_.end_token && (document_.tokens[i].flags & token_flag::kSkipped) != 0) ++i;
    const std::uint32_t reach = std::min(block_.end_token, i + 4);
    while (i + 1 < reach && (document_.tokens[i].shape & shape::kPunctuation) != 0) ++i;
    return i;
  }

  bool is_starter(std::uint32_t token) const {
    return (document_.tokens[token].shape & shape::kUpperFirst) != 0 &&
           tables_.sentence_starters.find(fold_phrase(word(token))) != tables_.sentence_starters.end();
  }

  // The last token of the sentence if the sign at `i` ends one, else kNone.
  std::uint32_t closed_sentence(std::uint32_t i) const {
    const std::string_view sign = word(i);
    if (sign == "。" || sign == "！" || sign == "？") return with_closers(i);
    const char c = sign[0];
    const bool is_ellipsis = sign == "…" || (c == '.' && sign.size() > 1);
    if (c != '.' && c != '!' && c != '?' && !is_ellipsis) return kNone;
    std::uint32_t last = i;
    while (last + 1 < block_.end_token && !is_spaced(last + 1) &&
           (word(last + 1)[0] == '!' || word(last + 1)[0] == '?' || word(last + 1)[0] == '.')) {
      ++last;
    }
    last = with_closers(last);
    if (last + 1 >= block_.end_token) return last;
    if (!is_spaced(last + 1)) return kNone;
    const std::uint32_t next = opening_word(last + 1);
    if (is_lower(next)) return kNone;
    if (c == '.' && !is_ellipsis && last == i && i > block_.first_token && !is_spaced(i) && is_short_form(i - 1, next))
      return kNone;
    return last;
  }

  // "U.S. The …": a short form that has its dot inside its token.
  std::uint32_t closed_by_short_form(std::uint32_t i) const {
    const std::uint32_t last = with_closers(i);
    if (last + 1 >= block_.end_token) return last;
    return is_spaced(last + 1) && is_starter(opening_word(last + 1)) ? last : kNone;
  }

  // Does the dot behind `token` belong to it, given the word that comes next?
  bool is_short_form(std::uint32_t token, std::uint32_t next) const {
    const Token& before = document_.tokens[token];
    const std::string_view text = word(token);
    // "18F. They …": no initial.
    if (token > block_.first_token && !is_spaced(token) && (document_.tokens[token - 1].shape & shape::kDigits) != 0)
      return false;
    if ((before.shape & shape::kInitial) != 0) return text != "I" || !is_starter(next);
    if ((before.shape & shape::kDigits) != 0) {
      // "1. First": a number that opens the block; "am 3. Oktober": an ordinal.
      if (token == block_.first_token) return true;
      return text.size() <= 2 && document_.language_of(block_) == "de" && !is_starter(next);
    }
    if (text.size() > 8) return false;
    const auto found = tables_.abbreviations.find(fold_phrase(text));
    if (found == tables_.abbreviations.end()) return false;
    switch (found->second) {
      case ShortForm::kNever:
        return true;
      case ShortForm::kMaybe:
        return !is_starter(next);
      case ShortForm::kUnlessNumber:
        return (document_.tokens[next].shape & shape::kHasDigit) != 0;
    }
    return false;
  }

  Document& document_;
  const Block block_;
  std::uint32_t index_;
  const IngestData::Tables& tables_;
};

}  // namespace

void split_sentences(Document& document, std::uint32_t block, const IngestData::Tables& tables) {
  Splitter(document, block, tables).run();
}

}  // namespace dossier
