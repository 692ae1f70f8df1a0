// quantity_checks.cpp - numbers that are no quantities.
//
//   "5G", "PostgreSQL 9.2", "10:30", "1. First", "in her 40s", "A hundred percent."   ->  no
//   "TOP 10 REASONS"   ->  TOP is no currency there
#include "extractors/quantity_reader.h"

namespace dossier {

// "TOP 10 REASONS", "ALL 40 NODES": a code that is an everyday word, before a number that counts something.
bool QuantityReader::is_rather_word(const QuantityMatch& money, std::uint32_t number_end) const {
  if (!money.word->is_short || money.end != money.first + 1 || !words_.is_word_code(units_[money.first], language_))
    return false;
  return is_word(number_end) && is_near(number_end) && !words_.is_stop(units_[number_end], language_);
}

// Not part of a name, a version, a time or a code.
bool QuantityReader::stands_free(std::uint32_t first, std::uint32_t end, bool has_money) const {
  if (is_number(first) && surface(first).starts_with("00")) return false;            // a piece of "50 000" or a code
  if (first > 1 && surface(first - 1) == "×" && is_number(first - 2)) return false;  // "1.5 × 10^9"
  if (first > 0 && is_glued(first) && !has_money) {
    const NumberUnit& p = units_[first - 1];
    const char mark = text_[p.begin];
    if (p.kind == UnitKind::kWord || p.kind == UnitKind::kBarrier || p.kind == UnitKind::kNumber) return false;
    const bool tight = first > 1 && p.is_glued && units_[first - 2].kind != UnitKind::kMark;
    if (tight && (mark == '-' || mark == '.' || mark == ':' || mark == '_' || mark == '/' || mark == ',')) return false;
    if (mark == '#' || mark == '@' || mark == '_' || mark == '\\' || mark == '=' || mark == '^' || mark == '\'')
      return false;
  }
  if (end < units_.size() && is_glued(end)) {
    const bool next_number = is_number(end + 1) && is_glued(end + 1);
    if ((is_mark(end, ':') || is_mark(end, '/') || is_mark(end, '.') || is_mark(end, ',')) && next_number) return false;
    if (is_mark(end, '.') && is_word(end + 1) && is_glued(end + 1)) return false;
    if (is_mark(end, '_') || is_mark(end, '=') || is_mark(end, '@')) return false;
    if (units_[end].kind == UnitKind::kBarrier) return false;
    if (is_mark(end, '-') && next_number && is_mark(end + 2, '-') && is_glued(end + 2)) return false;  // 555-01-99
    if (is_mark(end, '-') && is_word(end + 1) && is_glued(end + 1) && surface(end + 1).size() == 1)
      return false;  // 17-B
    if (is_word(end)) {
      // A word glued to digits is a unit, a currency or a sign of a multiple, else the whole is a name ("11a").
      std::string code;
      std::int32_t power = 0;
      const QuantityMatch known = match(end, kinds({Q::kUnit, Q::kMoney, Q::kMinor, Q::kMultiple, Q::kPercent,
                                                    Q::kPoints, Q::kTimes, Q::kRateAbbreviation, Q::kAge}));
      if (!units_[end - 1].is_part && !known && !scaled_code(end, code, power) &&
          units_[end - 1].kind == UnitKind::kNumber)
        return false;
      if (known && known.end < units_.size() && is_number(known.end) && is_glued(known.end)) return false;
    }
    if (is_number(end)) return false;
  }
  return true;
}

// "5G" is a generation, "+44 20 7946" a phone number.
bool QuantityReader::is_technology(const NumberReading& n) const {
  if (n.is_letter && text_.substr(n.scale.begin, n.scale.size()) == "G") return true;
  const bool is_spaced = n.is_grouped && surface(n.end - 1).find(' ') != std::string_view::npos;
  return is_spaced && n.first > 0 && is_mark(n.first - 1, '+') && is_glued(n.first);
}

bool QuantityReader::is_list_marker(const Quantity& q) const {
  if (!q.number.is_plain || q.first != q.number.first) return false;
  const NumberUnit& unit = units_[q.first];
  const bool begins = q.first == 0 || unit.is_after_newline ||
                      ((is_mark(q.first - 1, '(') || is_mark(q.first - 1, '[')) && is_glued(q.first) &&
                       (q.first == 1 || units_[q.first - 1].is_after_newline));
  if (!begins) return false;
  return (is_mark(q.end, '.') || is_mark(q.end, ')') || is_mark(q.end, ']')) && is_glued(q.end) && !is_glued(q.end + 1);
}

// "twice as many", "il doppio", not "it rang twice".
bool QuantityReader::is_multiple(const QuantityMatch& m) const {
  return m.word->form != "next" || (is_near(m.end) && match(m.end, kinds({Q::kMultipleNext})));
}

bool QuantityReader::is_wanted(Quantity& q, bool is_label) {
  const NumberReading& n = q.number;
  const bool small_words = n.is_spelled && n.scale_power == 0 && !is_less(Decimal::of(10), q.value) && !n.is_fraction &&
                           !n.is_ratio && !n.is_dozen;
  const bool is_hour = q.kind == StatisticKind::kDuration && unit_word_ != nullptr && unit_word_->is_short;
  if (is_hour && match_before(q.first, kinds({Q::kClockBefore}))) return false;  // "à 10 h 30"
  if (match(q.number.end, kinds({Q::kClock})) && q.kind != StatisticKind::kMoney &&
      q.kind != StatisticKind::kPercentage) {
    return false;
  }
  if (n.is_article && q.comparator != Comparator::kEqual && q.has_unit && q.comparator_at.begin < q.digits_at.begin) {
    return true;  // "about a month", "over a century"
  }
  if (n.is_article) {  // "un euro", "einen Euro" count one; "a dollar" does not
    return q.has_unit && q.kind == StatisticKind::kMoney && words_.is_article_one(language_);
  }
  if (q.has_unit) {
    if (q.kind == StatisticKind::kDuration &&
        (match(q.end, kinds({Q::kAgo})) || match_before(q.first, kinds({Q::kAgoBefore})))) {
      return false;  // "three years ago" is a date
    }
    if (q.kind == StatisticKind::kPercentage && is_led_by_article(q) && is_whole_sentence(q)) return false;
    if ((q.kind == StatisticKind::kDuration || q.kind == StatisticKind::kMeasure) && is_version(q)) return false;
    if (q.kind == StatisticKind::kDuration && is_decade(q)) return false;
    if (is_label && q.kind != StatisticKind::kMoney && q.kind != StatisticKind::kPercentage) return false;
    if (q.kind == StatisticKind::kDuration && n.is_spelled && q.value == Decimal::of(1) && unit_word_ != nullptr &&
        unit_word_->is_moment) {
      return false;
    }
    return true;
  }
  if (is_label) return false;
  if (n.is_ratio) {
    q.kind = StatisticKind::kRatio;
    q.rule = kRatioRule;
    return true;
  }
  if (n.is_fraction) {
    if (!n.is_spelled) return false;
    q.kind = StatisticKind::kRatio;
    q.rule = kRatioRule;
    q.unit.clear();
    // "two thirds agreed"; "a third" and "half" also mean other things.
    const bool is_several = !is_led_by_article(q) && is_less(Decimal{5, -1, false}, q.value);
    if (is_several && is_less(q.value, Decimal::of(1))) return true;
    return static_cast<bool>(match(q.end, kinds({Q::kUnitOf}))) &&
           !(q.value == Decimal{5, -1, false} && q.comparator == Comparator::kEqual);
  }
  if (q.has_noun) {
    if (small_words || is_version(q)) return false;
    // "the 3 pillars": a name for known things, no count.
    if (n.is_plain && is_less(q.value, Decimal::of(13))) {
      if (match_before(q.first, kinds({Q::kOrdinalLead}))) return false;
      const bool is_heading = (q.first == 0 || units_[q.first].is_after_newline) && is_mark(q.end, ':');
      if (is_heading) return false;  // "5 REASONS: …"
      const std::string_view noun = text_.substr(q.unit_at.begin, q.unit_at.end - q.unit_at.begin);
      const bool is_name = noun.size() > 1 && noun[0] >= 'A' && noun[0] <= 'Z' && !is_upper(noun);
      const bool is_running_text = q.first > 0 && !units_[q.first].is_after_newline;
      if (is_name && is_running_text && !words_.has_capital_nouns(language_)) return false;
    }
    return true;
  }
  if (n.is_letter && match_before(q.first, kinds({Q::kArticle})) && is_word(q.end) && is_same_line(q.end))
    return false;  // "a 7B model"
  // Nothing counted: only a number that nobody writes for anything else.
  if (n.scale_power >= 6 || (n.scale_power >= 3 && n.is_letter && q.comparator != Comparator::kEqual)) return true;
  if (n.is_spelled && n.scale_power >= 3 && n.scale.size() > 0 && n.end > n.first + 1)
    return true;  // "mille grazie" counts nothing
  if (n.is_grouped) return true;
  if (n.is_letter && !q.per.empty()) return true;  // "1K a month"
  // "19 of them", "25 di cui": what is counted was said before.
  if (match(q.end, kinds({Q::kPartOf})) && is_near(q.end) && !small_words) return true;
  return is_from_to_;
}

// "A hundred percent." says yes, not how much.
bool QuantityReader::is_whole_sentence(const Quantity& q) const {
  const bool begins = q.first == 0 || units_[q.first].is_after_blank || ends_sentence(q.first - 1);
  return begins && ends_sentence(q.end);
}

bool QuantityReader::is_led_by_article(const Quantity& q) const {
  const std::optional<NumberReading> one = reader_.read(text_, units_.first(q.number.first + 1), q.number.first, false);
  return one && one->is_article;
}

// "the 80s", "in her 40s": tens with a letter that elsewhere says seconds.
bool QuantityReader::is_decade(const Quantity& q) const {
  const bool is_tens = q.number.is_plain && units_[q.number.first].digits == 2 && is_glued(q.number.end) &&
                       text_[units_[q.number.first].end - 1] == '0';
  return is_tens && q.unit == "second" && match_before(q.first, kinds({Q::kDecadeBefore}));
}

// "PostgreSQL 9.2 days", "iOS 7 devices": a number behind a name written in mixed case or capitals.
bool QuantityReader::is_version(const Quantity& q) const {
  if (q.first != q.number.first || q.first == 0 || !is_word(q.first - 1) || !is_same_line(q.first)) return false;
  if (q.number.is_spelled || q.number.is_grouped || q.number.scale_power > 0) return false;
  const std::string_view name = surface(q.first - 1);
  bool lower_seen = false;
  bool mixed = false;
  for (const char c : name) {
    if (c >= 'a' && c <= 'z') lower_seen = true;
    mixed |= lower_seen && c >= 'A' && c <= 'Z';
  }
  const bool decimal = q.value.exponent < 0;
  const bool capital = name.front() >= 'A' && name.front() <= 'Z' && q.first > 1 && !ends_sentence(q.first - 2) &&
                       !units_[q.first - 1].is_after_newline;
  return mixed || (decimal && capital && !words_.is_stop(units_[q.first - 1], language_));
}

}  // namespace dossier
