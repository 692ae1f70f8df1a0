// quantity_nouns.cpp - what a number counts.
//
//   "40 new fishing boats", "40 neue Boote", "40 barche nuove"   ->  boats, Boote, barche: by where the language has
//                                                                    its adjectives and which words have capitals
//   "52,000 of them", "rose from 702 to 735"                     ->  what the figure before counts
#include "extractors/quantity_reader.h"
#include "grammars/ascii.h"
#include "grammars/lexicon_image.h"
#include "grammars/number_word.h"

namespace dossier {
namespace {

// Does the word begin with a letter that has a smaller form?
bool is_capitalized(std::string_view word) {
  const std::size_t size = (word.front() & 0x80) == 0 ? 1 : 2;  // capitals with a mark are two bytes
  const std::string_view first = word.substr(0, std::min(size, word.size()));
  std::string folded;
  fold_case(first, folded);
  return folded != first;
}

}  // namespace

// The counted noun phrase behind the number.
void QuantityReader::find_noun(Quantity& q, bool is_label) {
  std::uint32_t j = q.end;
  const NumberReading& n = q.number;
  if (j >= units_.size() || n.is_article || is_label) return;
  bool hyphen = false;
  bool over_line = false;
  if (units_[j].is_after_blank) {
    if (!is_alone_on_row(q) || !is_slide_) return;
    if (!found_.empty() && is_open(found_.back()) && found_.back().end == q.first) return;  // columns: read_layout()
    over_line = true;
  } else if (units_[j].is_after_newline) {
    if (is_slide_ && !is_alone_on_row(q)) return;
    over_line = is_slide_;
  } else if (is_mark(j, '-') && is_glued(j) && is_glued(j + 1) && is_word(j + 1)) {
    hyphen = true;
    ++j;
  }
  // "quaranta milioni di core", "millions of users": the noun stands behind "of".
  const bool scale_noun = n.scale_power >= 6;
  if (const QuantityMatch of = match(j, kinds({Q::kUnitOf})); of && is_near(of.end)) {
    if (n.is_ratio || n.is_fraction) return;
    if ((!scale_noun && !n.is_dozen) || words_.is_adjective_first(language_)) return;
    j = of.end;
  }
  if (n.is_letter && is_mark(j, '.') && is_glued(j)) ++j;
  // "15 K jobs": a letter apart is a scale before a noun.
  std::int32_t apart = 0;
  if (n.is_plain && is_word(j) && is_word(j + 1) && is_same_line(j + 1) && units_[j].word != nullptr) {
    for (const NumberWord::Letter& letter : units_[j].word->letters) {
      if (letter.text == surface(j) && !letter.is_money_only && letter.text.size() == 1) apart = letter.power;
    }
    if (apart > 0) ++j;
  }
  std::uint32_t head = kNone;
  std::uint32_t end = kNone;
  std::string unit;
  if (hyphen) {
    if (words_.is_stop(units_[j], language_)) return;
    head = j;
    end = j + 1;
    unit = lower(surface(j));
  } else if (words_.has_capital_nouns(language_)) {
    capital_noun(j, over_line, head, end);
  } else if (words_.is_adjective_first(language_)) {
    noun_behind_adjectives(q, j, over_line, head, end);
  } else {
    noun_in_front(q, j, head, end);
  }
  if (head == kNone) return;
  if (apart > 0) {
    q.value = shift(q.value, apart);
    if (q.value_max) q.value_max = shift(*q.value_max, apart);
    q.scale_at = Span{units_[j - 1].begin, units_[j - 1].end};
  }
  if (unit.empty()) {
    unit = words_.singular(surface(head), language_);
    if (unit.empty()) unit = lower(surface(head));
  }
  q.noun_at = Span{units_[j].begin, units_[end - 1].end};
  q.unit = unit;
  q.unit_at = Span{units_[head].begin, units_[head].end};
  q.has_noun = true;
  q.rule = n.is_ratio || n.is_fraction ? kRatioRule : kCountRule;
  q.end = end;
}

std::string QuantityReader::lower(std::string_view word) const {
  std::string folded;
  fold_case(word, folded);
  return folded;
}

bool QuantityReader::is_noun_word(std::uint32_t i, bool over_line, std::uint32_t start) const {
  if (!is_word(i) || units_[i].word != nullptr) {
    // Number words end a noun phrase, but those that are also something else ("point", "second").
    if (!is_word(i)) return false;
    if (units_[i].word != nullptr && NumberReader::scale_power(units_[i]) > 0) return false;
  }
  if (i > start && units_[i].is_after_blank) return false;
  if (i > start && units_[i].is_after_newline && over_line) return false;
  return i == start || !is_slide_ || units_[i].is_after_newline || !starts_line(i);  // the next column
}

// Where adjectives come first: the first plural. "40 new fishing boats"
void QuantityReader::noun_behind_adjectives(const Quantity& q, std::uint32_t start, bool over_line, std::uint32_t& head,
                                            std::uint32_t& end) const {
  std::uint32_t i = start;
  std::uint32_t words = 0;
  while (i < units_.size() && words < kMaxNounWords) {
    if (i > start && is_mark(i, '-') && is_glued(i) && is_glued(i + 1)) {
      ++i;
      continue;
    }
    if (i > start && (is_mark(i, '/') || is_mark(i, '&')) && is_word(i + 1)) {
      ++i;
      continue;
    }
    if (!is_noun_word(i, over_line, start)) break;
    const bool skips = static_cast<bool>(match(i, kinds({Q::kNounSkip})));
    if (!skips && words_.is_stop(units_[i], language_)) break;
    ++words;
    const std::string_view word = surface(i);
    if (q.value == Decimal::of(1) && !q.value_max) return;  // "1 odds"
    if (!skips && word.size() > 2 && !words_.singular(word, language_).empty()) {
      head = i;
      end = i + 1;
      // "sales people", "systems engineers": the last of adjacent plurals is the head.
      while (end < units_.size() && is_noun_word(end, over_line, start) && !words_.is_stop(units_[end], language_) &&
             surface(end).size() > 2 && !words_.singular(surface(end), language_).empty() &&
             !units_[end].is_after_newline) {
        head = end;
        ++end;
      }
      return;
    }
    ++i;
  }
  // "~ 1500 SRV RR": names in capitals that an approximate number counts.
  const bool is_marked =
      q.comparator != Comparator::kEqual || static_cast<bool>(match_before(q.first, kinds({Q::kComparatorBefore})));
  if (is_marked && is_word(start) && is_upper(surface(start)) && surface(start).size() >= 2 && !over_line) {
    std::uint32_t last = start;
    while (last + 1 < units_.size() && is_word(last + 1) && is_same_line(last + 1) && is_upper(surface(last + 1)) &&
           last - start < 3) {
      ++last;
    }
    head = last;
    end = last + 1;
  }
}

// Where nouns are capital: the first capital word, adjectives before it. "40 neue Boote"
void QuantityReader::capital_noun(std::uint32_t start, bool over_line, std::uint32_t& head, std::uint32_t& end) const {
  for (std::uint32_t i = start; i < units_.size() && i < start + 4; ++i) {
    if (!is_noun_word(i, over_line, start)) return;
    if (is_capitalized(surface(i))) {
      if (words_.is_stop(units_[i], language_)) return;
      head = i;
      end = i + 1;
      return;
    }
    if (words_.is_stop(units_[i], language_)) return;
    if (!words_.is_adjective(surface(i), language_) && !match(i, kinds({Q::kNounSkip}))) return;
  }
}

// Where adjectives follow: the word behind the number, if it can be a plural. "40 barche nuove"
void QuantityReader::noun_in_front(const Quantity& q, std::uint32_t start, std::uint32_t& head,
                                   std::uint32_t& end) const {
  std::uint32_t i = start;
  while (i < start + 3) {
    const QuantityMatch skips = match(i, kinds({Q::kNounSkip}));
    if (!skips || !is_near(i)) break;
    i = skips.end;
  }
  if (!is_noun_word(i, false, start) || words_.is_stop(units_[i], language_)) return;
  if (i > start && units_[i].is_after_newline && is_slide_) return;
  const std::string_view word = surface(i);
  if (word.size() < 3 || q.value == Decimal::of(1) || !words_.may_be_plural(word, language_)) return;
  head = i;
  end = i + 1;
}

void QuantityReader::noun_at(std::uint32_t start, bool over_line, std::uint32_t& head, std::uint32_t& end) const {
  Quantity none;
  none.first = start;
  none.value = Decimal::of(2);
  if (words_.has_capital_nouns(language_)) {
    capital_noun(start, over_line, head, end);
  } else if (words_.is_adjective_first(language_)) {
    noun_behind_adjectives(none, start, over_line, head, end);
  } else {
    noun_in_front(none, start, head, end);
  }
}

// "52,000 of them", "rose from 702 to 735": the noun is that of the figure before.
void QuantityReader::inherit_unit(std::size_t k) {
  Quantity& q = found_[k];
  if (q.has_unit || q.has_noun || !q.unit.empty() || q.kind != StatisticKind::kCount) return;
  if (q.is_from_to && k + 1 < found_.size() && found_[k + 1].is_from_to) {
    const Quantity& second = found_[k + 1];
    q.unit = second.unit;   // "from 2,000 to 5 errors"
    if (second.has_unit) {  // "from 10 to 20%"
      q.kind = second.kind;
      q.rule = second.rule;
      q.has_unit = true;
    }
    // "from 5 to 3 million dollars", but "from 800 to 1.2 million users"
    const std::int32_t scale = second.number.scale_power;
    constexpr std::int64_t kLikely = 20;
    if (scale > 0 && q.number.scale_power == 0 && q.number.is_plain &&
        is_less(q.value, multiply(Decimal::of(kLikely), shift(second.value, -scale)))) {
      q.value = shift(q.value, scale);
    }
    if (!q.unit.empty()) return;
  }
  if (k == 0) return;
  const Quantity& before = found_[k - 1];
  if (before.kind != StatisticKind::kCount || before.unit.empty() || q.first - before.end > 40) return;
  q.unit = before.unit;
}

bool QuantityReader::is_upper(std::string_view word) {
  bool any = false;
  for (const char c : word) {
    if (c >= 'a' && c <= 'z') return false;
    any |= c >= 'A' && c <= 'Z';
  }
  return any;
}

}  // namespace dossier
