// quantity_units.cpp - currencies, units, rates and ages beside a number.
//
//   "$5.2m", "15 dollars 50"     ->  USD 5.2 million, USD 15.50
//   "50 meters per millisecond"  ->  50, one unit; "5 ft 2 in": two of them, one value
//   "a 52-year-old sailor"       ->  52 years; "five pounds of flour": no money
#include "extractors/quantity_reader.h"
#include "grammars/ascii.h"
#include "grammars/lexicon_image.h"

namespace dossier {

// A currency that ends before units[end]: its first unit; kNone if there is none.
QuantityMatch QuantityReader::money_before(std::uint32_t end) const {
  if (end == 0 || (units_[end].is_after_blank)) return {};
  QuantityMatch money = match_before(end, kinds({Q::kMoney}));
  if (!money || units_[end].is_after_newline) return {};
  // "5 dollars 20 people": a name with its own number before it does not reach forward.
  if (!money.word->is_symbol && !money.word->is_short && money.first > 0 && is_number(money.first - 1)) return {};
  if (money.first > 0 && is_number(money.first - 1) && is_glued(money.first)) return {};
  if (!money.word->is_symbol && money.word->form == "noun") return {};
  // "cad$ 15": a code before the sign says which dollar.
  if (money.word->is_symbol && money.first > 0 && is_word(money.first - 1) && is_glued(money.first) &&
      surface(money.first - 1).size() == 3) {
    std::string upper(surface(money.first - 1));
    for (char& c : upper) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c;
    if (const QuantityWord* named = words_.currency(upper)) return {named, money.first - 1, money.end};
  }
  return money;
}

// "MUSD", "kEUR": a scale letter and a code in one word.
bool QuantityReader::scaled_code(std::uint32_t i, std::string& code, std::int32_t& power) const {
  if (!is_word(i)) return false;
  const std::string_view s = surface(i);
  if (s.size() != 4 || !is_upper(s.substr(1))) return false;
  power = words_.code_scale(s[0]);
  if (power == 0) return false;
  NumberUnit tail = units_[i];
  ++tail.begin;
  tail.key = word_key(s.substr(1));
  const QuantityMatch money = words_.at(text_, Units(&tail, 1), 0, language_, kinds({Q::kMoney}));
  if (!money) return false;
  code = money.word->value;
  return true;
}

void QuantityReader::set_money(Quantity& q, const QuantityMatch& money) const {
  q.kind = StatisticKind::kMoney;
  q.has_unit = true;
  q.rule = kMoneyRule;
  q.unit = money.word->value.empty() ? singular_of(money) : money.word->value;
  q.unit_at = Span{units_[money.first].begin, units_[money.end - 1].end};
}

std::string QuantityReader::singular_of(const QuantityMatch& money) const {
  const std::string name(surface(money.first, money.end));
  std::string single = words_.singular(name, language_);
  if (!single.empty()) return single;
  std::string folded;
  fold_case(name, folded);
  return folded;
}

// By a decimal: "0.1" for each per mille.
void QuantityReader::scale(Quantity& q, std::string_view factor) {
  if (factor.empty() || factor == "1") return;
  const std::size_t point = std::min(factor.find('.'), factor.size());
  const Decimal by = decimal_of(factor.substr(0, point), factor.substr(std::min(point + 1, factor.size())));
  q.value = multiply(q.value, by);
  if (q.value_max) q.value_max = multiply(*q.value_max, by);
}

// Percent signs, currencies, units, multiples behind the number.
void QuantityReader::find_unit(Quantity& q, std::uint32_t after, bool has_money) {
  std::uint32_t j = after;
  if (j >= units_.size() || !is_near(j)) return;
  bool hyphen = false;
  if (is_mark(j, '-') && is_word(j + 1) && is_near(j + 1)) {
    if (is_glued(j) != is_glued(j + 1)) return;
    hyphen = true;
    ++j;
  } else if (q.number.is_letter && is_mark(j, '.') && is_glued(j) && is_same_line(j + 1)) {
    ++j;
    if (const QuantityMatch of = match(j, kinds({Q::kUnitOf})); of && match(of.end, kinds({Q::kMoney}))) j = of.end;
  } else if ((is_mark(j, '(') || is_mark(j, '[')) && !is_glued(j)) {
    const QuantityMatch inner = match(j + 1, kinds({Q::kUnit}));
    if (inner && (is_mark(inner.end, ')') || is_mark(inner.end, ']'))) {
      set_unit(q, inner);
      q.end = inner.end + 1;
    }
    return;
  } else if (q.number.is_fraction && NumberReader::is_article(units_[j]) && is_near(j + 1)) {  // "half a watt"
    const QuantityMatch whole = match(j + 1, kinds({Q::kUnit}));
    if (!whole || whole.word->is_short) return;
    ++j;
  } else if (!has_money) {
    const QuantityMatch of = match(j, kinds({Q::kUnitOf}));
    if (of && (q.number.scale_power >= 5 || q.number.is_fraction) && is_near(of.end)) j = of.end;
  }
  std::string code;
  std::int32_t power = 0;
  if (!has_money && scaled_code(j, code, power) && q.number.scale_power == 0) {
    q.kind = StatisticKind::kMoney;
    q.unit = code;
    q.has_unit = true;
    q.rule = kMoneyRule;
    q.unit_at = Span{units_[j].begin, units_[j].end};
    q.value = shift(q.value, power);
    if (q.value_max) q.value_max = shift(*q.value_max, power);
    q.end = j + 1;
    return;
  }
  if (has_money) {
    const QuantityMatch again = match(j, kinds({Q::kMoney}));
    if (again && is_same_line(j) && again.word->form != "noun" &&
        (again.word->is_short || again.word->value == q.unit || again.word->is_symbol) && !is_number(again.end)) {
      if (again.word->value != q.unit && again.word->is_short) q.unit = again.word->value;
      q.end = again.end;
    }
    return;
  }
  const QuantityMatch m =
      match(j, kinds({Q::kPercent, Q::kPoints, Q::kMultiple, Q::kTimes, Q::kMoney, Q::kMinor, Q::kUnit}));
  if (!m || !is_near(j) || m.end < after) return;
  if (units_[j].is_after_newline && m.word->is_short) return;
  const bool glued = is_glued(j);
  switch (m.word->kind) {
    case Q::kPercent:
      q.kind = StatisticKind::kPercentage;
      q.unit = "%";
      q.rule = kPercentageRule;
      scale(q, m.word->value);  // "5 ‰"
      break;
    case Q::kPoints: {
      q.kind = StatisticKind::kPercentagePoints;
      q.unit = "%";
      q.rule = kPercentageRule;
      scale(q, m.word->value);
      break;
    }
    case Q::kMultiple:
      if (m.word->form == "hyphen" ? !hyphen && !glued : !glued || hyphen) return;
      if (is_number(m.end) || (is_glued(m.end) && is_word(m.end))) return;
      q.kind = StatisticKind::kMultiple;
      q.unit = "x";
      q.rule = kMultipleRule;
      break;
    case Q::kTimes: {
      const QuantityMatch next = match(m.end, kinds({Q::kMultipleNext}));
      if (!next || !is_near(m.end)) return;
      q.kind = StatisticKind::kMultiple;
      q.unit = "x";
      q.rule = kMultipleRule;
      break;
    }
    case Q::kMoney: {
      if (m.word->is_symbol && is_number(m.end) && (is_glued(m.end) || q.number.is_article))
        return;  // "one €500 cheque"
      if (m.word->form == "ambiguous") {
        const QuantityMatch unit = match(j, kinds({Q::kUnit}));
        if (unit && unit.end == m.end && is_weighed(q, m.end)) {
          set_unit(q, unit);
          q.end = unit.end;
          return;
        }
      }
      set_money(q, m);
      q.end = m.end;
      // "75 USD million"
      const std::int32_t scale =
          m.end < units_.size() && is_same_line(m.end) ? NumberReader::scale_power(units_[m.end]) : 0;
      if (scale > 0 && q.number.scale_power == 0 && m.end == m.first + 1 && is_upper(surface(m.first))) {
        q.value = shift(q.value, scale);
        q.scale_at = Span{units_[m.end].begin, units_[m.end].end};
        q.end = m.end + 1;
      }
      const QuantityMatch again = match(q.end, kinds({Q::kMoney}));
      if (again && is_same_line(q.end) && again.word->value == q.unit && !is_number(again.end)) q.end = again.end;
      return;
    }
    case Q::kMinor:
      q.kind = StatisticKind::kMoney;
      q.unit = m.word->form;
      q.rule = kMoneyRule;
      break;
    case Q::kUnit:
      if (!is_unit_allowed(q, m, hyphen, glued) || words_.is_counted(units_[m.first], language_)) return;
      set_unit(q, m);
      q.end = m.end;
      extend_unit(q, m);
      return;
    default:
      return;
  }
  q.has_unit = true;
  q.unit_at = Span{units_[m.first].begin, units_[m.end - 1].end};
  q.end = m.end;
  if (q.kind == StatisticKind::kPercentage || q.kind == StatisticKind::kPercentagePoints) {
    const QuantityMatch change = match(q.end, kinds({Q::kChange}));
    if (change && change.word->form == "noun" && is_near(q.end)) {
      q.noun_at = Span{units_[change.first].begin, units_[change.end - 1].end};
      q.end = change.end;
      q.is_change_noun = true;
    }
  }
}

// "five pounds of flour", "it weighs five pounds": no money.
bool QuantityReader::is_weighed(const Quantity& q, std::uint32_t end) const {
  if (is_near(end) && match(end, kinds({Q::kUnitOf})) && is_word(end + 1)) return true;
  for (std::uint32_t i = end; i < end + 2 && is_word(i) && is_near(i); ++i) {
    if (match(i, kinds({Q::kWeight}))) return true;
  }
  for (std::uint32_t i = q.first; i-- > 0 && q.first - i <= 8 && !ends_sentence(i);) {
    if (is_word(i) && match(i, kinds({Q::kWeight}))) return true;
  }
  return false;
}

bool QuantityReader::is_unit_allowed(const Quantity& q, const QuantityMatch& m, bool hyphen, bool glued) const {
  const std::string_view written = surface(m.first, m.end);
  if (m.word->form == "glued") {
    if (q.number.is_spelled || (written == "\"" && closes_quote(m.first))) return false;
    return glued || (written == "\"" && q.number.is_plain && !is_glued(m.end));
  }
  if (!m.word->is_short) return true;
  if (units_[m.first].is_after_newline) return false;
  if (!glued && written.size() > 1 && words_.is_stop(units_[m.first], language_)) return false;
  if (written.size() == 1) return glued ? !words_.is_never_unit(written) : !hyphen && words_.is_unit_apart(written);
  return true;
}

// A quotation mark that one before it on the line has opened is no inch.
bool QuantityReader::closes_quote(std::uint32_t i) const {
  bool is_open = false;
  for (std::uint32_t k = i; k-- > 0 && i - k <= kLookAround && !units_[k + 1].is_after_newline;) {
    if (is_mark(k, '"')) is_open = !is_open;
  }
  return is_open;
}

void QuantityReader::set_unit(Quantity& q, const QuantityMatch& m) const {
  q.kind = m.word->is_time ? StatisticKind::kDuration : StatisticKind::kMeasure;
  q.rule = m.word->is_time ? kDurationRule : kMeasureRule;
  q.unit = m.word->value;
  q.has_unit = true;
  q.unit_at = Span{units_[m.first].begin, units_[m.end - 1].end};
  unit_word_ = m.word;
}

// "50 meters per millisecond", "10 km/s": length over time is one unit.
void QuantityReader::extend_unit(Quantity& q, const QuantityMatch& m) const {
  if (m.word->is_time) return;
  const QuantityMatch rate = match(m.end, kinds({Q::kRate}));
  if (!rate || !is_near(m.end)) return;
  const bool slash = is_mark(rate.first, '/');
  if (!slash && rate.end - rate.first != 1) return;
  const QuantityMatch time = match(rate.end, kinds({Q::kUnit}));
  if (!time || !time.word->is_time || (slash && !is_glued(rate.end))) return;
  if (!slash && !is_speed(m)) return;
  q.unit = m.word->value + "/" + time.word->value;
  if (slash || rate.word->form == "per") {
    q.end = time.end;
    q.unit_at.end = units_[time.end - 1].end;
  }
}

bool QuantityReader::is_speed(const QuantityMatch& m) const {
  return m.word->id.ends_with("meter") || m.word->id == "mile";
}

// "5 ft 2 in", "2 hours and 30 minutes", "15 dollars and 20 cents", "15 dollars 50".
void QuantityReader::find_smaller_unit(Quantity& q) {
  if (q.value_max || q.is_change_noun || add_half(q)) return;
  const bool money = q.kind == StatisticKind::kMoney && q.unit_at.begin > q.digits_at.begin;
  if (!money && (unit_word_ == nullptr || unit_word_->sub.empty())) return;
  std::uint32_t j = q.end;
  if (!is_same_line(j)) return;
  const QuantityMatch joint = match(j, kinds({Q::kMoneyAnd}));
  if (joint) j = joint.end;
  if (is_mark(j, ',') && is_glued(j)) return;
  if (j >= units_.size() || !is_same_line(j) || !is_start(j)) return;
  const std::optional<NumberReading> rest = reader_.read(text_, units_, j, false);
  if (!rest || rest->is_ordinal || rest->is_article || rest->is_signed || rest->is_ratio ||
      rest->value.coefficient <= 0)
    return;
  if (!stands_free(j, rest->end, false)) return;
  if (money) {
    const QuantityMatch minor = match(rest->end, kinds({Q::kMinor}));
    const bool small = is_less(rest->value, Decimal::of(100)) && rest->value.exponent >= 0;
    if (minor && small && is_same_line(rest->end)) {
      q.value = add(q.value, shift(rest->value, -2));
      q.end = minor.end;
    } else if (small && is_cents(q, *rest, static_cast<bool>(joint)) && q.number.scale_power == 0 &&
               !match(rest->end, kinds({Q::kPercent, Q::kMoney, Q::kUnit}))) {
      q.value = add(q.value, shift(rest->value, -2));
      q.end = rest->end;
    }
    return;
  }
  const QuantityMatch sub = match(rest->end, kinds({Q::kUnit}));
  if (!sub && unit_word_->is_short && unit_word_->is_time && units_[j].digits == 2 && rest->is_plain &&
      unit_word_->ratio == 60 && is_less(rest->value, Decimal::of(60))) {  // "2 h 30"
    q.value = add(q.value, divide(rest->value, Decimal::of(60)));
    q.end = rest->end;
    return;
  }
  if (!sub || !is_same_line(rest->end) || sub.word->id != unit_word_->sub) return;
  if (joint && !sub) return;
  const Decimal ratio = Decimal::of(static_cast<std::int64_t>(unit_word_->ratio));
  if (!is_less(rest->value, ratio)) return;
  q.value = add(q.value, divide(rest->value, ratio));
  q.end = sub.end;
}

// "two hours and a half", "due anni e mezzo", not "two hours and half the night", "tre giorni e mezza giornata"
bool QuantityReader::add_half(Quantity& q) const {
  const QuantityMatch joint = is_same_line(q.end) ? match(q.end, kinds({Q::kMoneyAnd})) : QuantityMatch();
  if (!joint || !is_word(joint.end) || !is_same_line(joint.end)) return false;
  const std::optional<NumberReading> half = reader_.read(text_, units_, joint.end, false);
  const bool is_half = half && half->is_fraction && half->is_spelled && half->value == Decimal{5, -1, false};
  if (!is_half || (half->end == joint.end + 1 && !NumberReader::is_half_after_and(units_[joint.end]))) return false;
  if (is_word_next(half->end) && !words_.is_stop(units_[half->end], language_) &&
      !match(half->end, kinds({Q::kAgo, Q::kUnitOf}))) {
    return false;
  }
  q.value = add(q.value, half->value);
  q.end = half->end;
  return true;
}

// "15 dollars 50", "twenty dollars and fifty", "fünf Euro fünfzig", "15 USD 50 a head"
bool QuantityReader::is_cents(const Quantity& q, const NumberReading& rest, bool is_joined) const {
  const std::string_view unit = text_.substr(q.unit_at.begin, q.unit_at.end - q.unit_at.begin);
  const bool is_code = unit.size() == 3 && is_upper(unit);
  if (rest.is_plain) return units_[rest.first].digits == 2 && (is_code || !is_word_next(rest.end));
  return (is_joined || q.number.is_spelled) && rest.is_spelled && !is_less(rest.value, Decimal::of(10)) &&
         !is_word_next(rest.end);
}

// "a 52-year-old sailor"
void QuantityReader::find_age_behind(Quantity& q) const {
  if (!(q.number.is_plain || q.number.is_spelled) || q.number.scale_power > 0 || q.value_max) return;
  const std::uint32_t j = is_mark(q.end, '-') && is_glued(q.end) ? q.end + 1 : q.end;
  const QuantityMatch age = match(j, kinds({Q::kAge}));
  if (!age || !is_near(j) || !is_less(q.value, Decimal::of(130))) return;
  q.kind = StatisticKind::kDuration;
  q.rule = kDurationRule;
  q.unit = "year";
  q.has_unit = true;
  q.unit_at = Span{units_[age.first].begin, units_[age.end - 1].end};
  q.end = age.end;
}

bool QuantityReader::find_age(Quantity& q) {
  if (!(q.number.is_plain || q.number.is_spelled) || q.number.scale_power > 0) return false;
  const QuantityMatch before = match_before(q.first, kinds({Q::kAgeBefore}));
  if (!before) return false;
  if (!is_less(q.value, Decimal::of(130))) return false;
  if (units_[q.first].is_after_newline) return false;
  q.kind = StatisticKind::kDuration;
  q.rule = kDurationRule;
  q.unit = "year";
  q.has_unit = true;
  q.first = before.first;
  return true;
}

void QuantityReader::find_rate(Quantity& q) {
  if (q.end >= units_.size() || !is_near(q.end)) return;
  if (const QuantityMatch word = match(q.end, kinds({Q::kRateWord})); word) {
    q.per = word.word->value;
    return;
  }
  const QuantityMatch rate = match(q.end, kinds({Q::kRate}));
  if (!rate || !is_near(rate.end)) return;
  const QuantityMatch unit = match(rate.end, kinds({Q::kUnit, Q::kRateNoun, Q::kRateAbbreviation}));
  if (!unit) return;
  if (unit.word->kind == Q::kUnit && !unit.word->is_time) return;
  q.per = unit.word->value.empty() ? lower(surface(unit.first, unit.end)) : unit.word->value;
}

}  // namespace dossier
