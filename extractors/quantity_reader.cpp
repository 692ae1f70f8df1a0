// quantity_reader.cpp - where a quantity begins and ends, and of which kind it is.
//
//   "about 40 new boats a year"   ->  a count: 40, about, of boats, per year
//   "nine out of ten sailors"     ->  a percentage: 90, of sailors
#include "extractors/quantity_reader.h"

#include <stdexcept>

namespace dossier {
namespace {

std::optional<double> parse_number(std::string_view text) {
  try {
    return text.empty() ? std::nullopt : std::optional<double>(std::stod(std::string(text)));
  } catch (const std::exception&) {
    return std::nullopt;
  }
}

}  // namespace

// All quantities, in text order.
std::vector<Quantity> QuantityReader::run() {
  const std::uint32_t size = static_cast<std::uint32_t>(units_.size());
  std::uint32_t i = 0;
  std::uint32_t free = 0;  // units before it belong to quantities already found
  while (i < size) {
    if (!is_start(i)) {
      const QuantityMatch twice = is_word(i) ? match(i, kinds({Q::kMultipleWord})) : QuantityMatch();
      if (twice && is_multiple(twice)) {
        Quantity q = multiple_word(twice);
        find_comparator_before(q, free);
        free = i = q.end;
        found_.push_back(std::move(q));
      } else {
        ++i;
      }
      continue;
    }
    std::uint32_t skip = i + 1;
    std::optional<Quantity> q = quantity(i, free, skip);
    if (q) {
      free = i = std::max(q->end, i + 1);
      found_.push_back(std::move(*q));
    } else {
      i = std::max(skip, i + 1);
    }
  }
  if (is_slide_) read_layout();
  // The label of a table's cell stands in another block: the caller decides about its number.
  if (!is_cell_) std::erase_if(found_, [](const Quantity& q) { return q.is_pending; });
  for (std::size_t k = 0; k < found_.size(); ++k) {
    inherit_unit(k);
    find_context(found_[k]);
  }
  return std::move(found_);
}

// For the units of a label: the noun in the plural that it counts ("number of sites" -> "site"); empty: none.
std::string QuantityReader::counted_noun() const {
  std::uint32_t head = kNone;
  std::uint32_t end = kNone;
  for (std::uint32_t i = 0; i < units_.size() && head == kNone; ++i) noun_at(i, false, head, end);
  return head == kNone ? std::string() : words_.singular(surface(head), language_);
}

bool QuantityReader::is_start(std::uint32_t i) const {
  const NumberUnit& unit = units_[i];
  if (unit.is_part) return false;
  if (unit.kind == UnitKind::kNumber) return true;
  if (unit.kind == UnitKind::kMark)
    return (text_[unit.begin] == '-' || unit.end - unit.begin == 3) && is_number(i + 1) && is_glued(i + 1);
  return unit.kind == UnitKind::kWord && unit.word != nullptr;
}

std::optional<Quantity> QuantityReader::quantity(std::uint32_t i, std::uint32_t free, std::uint32_t& skip) {
  QuantityMatch before = i > free ? money_before(i) : QuantityMatch();
  if (before && before.first < free) before = {};
  std::string code;
  std::int32_t code_power = 0;
  bool code_before = false;
  if (!before && i > free && is_same_line(i) && scaled_code(i - 1, code, code_power)) code_before = true;
  std::optional<NumberReading> number = reader_.read(text_, units_, i, static_cast<bool>(before));
  if (number && before && is_rather_word(before, number->end)) {
    before = {};
    number = reader_.read(text_, units_, i, false);
  }
  if (!number) return {};
  if (is_slide_ && is_in_row_of_numbers(i)) {
    // The last of a row of numbers does not go on in the row of labels below it.
    for (std::uint32_t k = i + 1; k < number->end; ++k) {
      if (!units_[k].is_after_blank) continue;
      number = reader_.read(text_, units_.first(k), i, static_cast<bool>(before));
      break;
    }
    if (!number) return {};
  }
  if (!before) {
    // "5m €": the letter is a scale because money follows.
    const std::optional<NumberReading> longer = reader_.read(text_, units_, i, true);
    const auto is_counted = [&] {  // "5m users"
      return is_glued(number->end) && match(number->end + 1, kinds({Q::kMillionNoun}));
    };
    if (longer && longer->end > number->end && (match(longer->end, kinds({Q::kMoney})) || is_counted()))
      number = longer;
  }
  skip = number->end;
  if (number->is_ordinal) return {};
  if (number->is_signed && is_word(i) && match_before(i + 1, kinds({Q::kComparatorBefore}))) {
    skip = i + 1;  // "au moins 12", "al menos 12"
    return {};
  }
  if (number->is_fraction && number->is_spelled && is_mark(number->end, '-') && is_glued(number->end) &&
      is_glued(number->end + 1)) {
    skip = glued_end(number->end);  // "a third-party tool"
    return {};
  }
  if (is_technology(*number)) {
    skip = glued_end(number->end);
    return {};
  }
  if (std::optional<Quantity> ratio = ratio_of(*number)) return ratio;
  unit_word_ = nullptr;
  Quantity q;
  q.number = *number;
  q.value = number->value;
  q.digits_at = number->digits;
  q.scale_at = number->scale;
  q.first = i;
  q.end = number->end;
  if (!stands_free(i, number->end, static_cast<bool>(before) || code_before)) {
    skip = glued_end(number->end);
    return {};
  }
  if (before) {
    q.first = before.first;
    set_money(q, before);
  } else if (code_before) {
    q.first = i - 1;
    q.kind = StatisticKind::kMoney;
    q.unit = code;
    q.has_unit = true;
    q.unit_at = Span{units_[i - 1].begin, units_[i - 1].end};
    q.value = shift(q.value, code_power);
  }
  const QuantityMatch label = before ? QuantityMatch() : match_before(q.first, kinds({Q::kLabel}));
  // A title above its figures is no label of theirs: "BY THE NUMBERS", and "240+ contributors" in the next line.
  const bool is_in_line = is_same_line(q.first) || (!is_slide_ && !is_cell_);
  const bool is_label = label && is_near(q.first) && (label.end == q.first) && is_in_line;
  if (is_list_marker(q)) return {};
  if (i > free && is_mark(i - 1, '+') && is_glued(i) &&
      (i == 1 || !units_[i - 1].is_glued || units_[i - 2].kind == UnitKind::kMark)) {
    q.first = i - 1;  // "+17%"
    q.is_up = true;
  }
  if (number->is_signed) q.is_down = true;
  if (number->is_about) q.comparator = Comparator::kAbout;
  if (number->has_plus) q.comparator = Comparator::kGreaterEqual;
  std::uint32_t after = q.end;
  if (is_mark(after, '+') && (is_glued(after) || !is_number(after + 1))) {
    if (is_same_line(after)) {
      q.comparator = Comparator::kGreaterEqual;
      q.comparator_at = Span{units_[after].begin, units_[after].end};
      ++after;
      q.end = after;
    }
  }
  if (const QuantityMatch tail = match(after, kinds({Q::kComparatorAfter})); tail && is_glued(after)) {  // "40-ish"
    if (q.comparator == Comparator::kEqual) q.comparator = comparator_of(tail.word->value);
    q.comparator_at = Span{units_[tail.first].begin, units_[tail.end - 1].end};
    q.end = after = tail.end;
  }
  is_from_to_ = i == from_to_second_;
  read_range(q, after, before);
  q.is_from_to = is_from_to_;
  after = q.end;
  if (!before && !code_before) find_age_behind(q);
  if (!q.has_unit || before || code_before) find_unit(q, after, static_cast<bool>(before));
  if (q.has_unit) find_smaller_unit(q);
  if (!q.has_unit && !is_label) find_share(q);
  if (!q.has_unit && !q.has_noun && !find_age(q)) find_noun(q, is_label);
  find_comparator_after(q);
  find_comparator_before(q, free);
  find_rate(q);
  if (!is_wanted(q, is_label)) {
    const bool is_amount = number->is_plain || number->is_letter || number->scale_power > 0;
    if ((is_slide_ || is_cell_) && !is_label && !q.has_unit && !q.has_noun && is_amount && !number->is_article &&
        is_lone(q)) {
      q.is_pending = true;  // a label beside it may tell what it counts
      return q;
    }
    skip = std::max(skip, q.has_unit || q.has_noun ? q.number.end : skip);
    return {};
  }
  return q;
}

// "a ratio of 3:1"; without such words 3:1 is a score or a time.
std::optional<Quantity> QuantityReader::ratio_of(const NumberReading& number) const {
  const std::uint32_t colon = number.end;
  if (!number.is_plain || !is_mark(colon, ':') || !is_glued(colon) || !is_number(colon + 1) || !is_glued(colon + 1) ||
      !units_[colon + 1].is_plain || units_[colon + 1].number.coefficient == 0 ||
      !match_before(number.first, kinds({Q::kRatioBefore})))
    return {};
  Quantity q;
  q.number = number;
  q.number.is_ratio = true;
  q.number.end = colon + 2;
  q.first = number.first;
  q.end = colon + 2;
  q.value = divide(number.value, units_[colon + 1].number);
  q.digits_at = Span{units_[q.first].begin, units_[colon + 1].end};
  q.kind = StatisticKind::kRatio;
  q.rule = kRatioRule;
  return q;
}

std::uint32_t QuantityReader::glued_end(std::uint32_t end) const {
  std::uint32_t steps = 0;
  while (end < units_.size() && units_[end].is_glued && steps < 12) {
    if (units_[end].kind == UnitKind::kMark && (end + 1 >= units_.size() || !units_[end + 1].is_glued)) break;
    ++end;
    ++steps;
  }
  return end;
}

// "nove pescatori su dieci", "un membre sur cinq": the counted noun stands between the two.
bool QuantityReader::find_share(Quantity& q) const {
  if (words_.is_adjective_first(language_) || words_.has_capital_nouns(language_)) return false;
  const NumberReading& n = q.number;
  const std::uint32_t noun = q.end;
  if (!(n.is_plain || n.is_spelled) || n.scale_power > 0 || n.is_fraction || n.is_ratio || q.value_max) return false;
  if (!is_word_next(noun) || words_.is_stop(units_[noun], language_) || !is_word_next(noun + 1)) return false;
  const QuantityMatch of = match(noun + 1, kinds({Q::kShare}));
  if (!of || !is_near(of.end) || of.end >= units_.size()) return false;
  const std::optional<NumberReading> all = reader_.read(text_, units_, of.end, false);
  if (!all || !(all->is_plain || all->is_spelled) || all->is_ordinal || all->is_article || all->is_ratio ||
      all->is_fraction || all->value.exponent < 0 || !is_less(q.value, all->value) ||
      !is_less(all->value, Decimal::of(1001))) {
    return false;
  }
  if (!stands_free(of.end, all->end, false)) return false;
  // Where a noun may follow ("12 barche su 30 boe"), only round wholes count.
  const bool is_round =
      !is_less(Decimal::of(10), all->value) || all->value == Decimal::of(100) || all->value == Decimal::of(1000);
  if (!is_round && is_word_next(all->end) && !words_.is_stop(units_[all->end], language_)) return false;
  if (match(all->end, kinds({Q::kPercent, Q::kUnit, Q::kMoney}))) return false;
  q.value = divide(q.value, all->value);
  q.unit = words_.singular(surface(noun), language_);
  if (q.unit.empty()) q.unit = lower(surface(noun));
  q.noun_at = q.unit_at = Span{units_[noun].begin, units_[noun].end};
  q.has_noun = true;
  q.rule = kRatioRule;
  q.kind = StatisticKind::kRatio;
  q.number.is_ratio = true;
  q.number.is_article = q.number.is_plain = false;
  q.number.end = q.end = all->end;
  return true;
}

Quantity QuantityReader::multiple_word(const QuantityMatch& m) const {
  Quantity q;
  q.first = m.first;
  q.end = m.end;
  q.kind = StatisticKind::kMultiple;
  q.rule = kMultipleRule;
  q.unit = std::string("x");  // GCC 12 warns of the plain assignment here
  q.has_unit = true;
  q.value = Decimal::of(static_cast<std::int64_t>(parse_number(m.word->value).value_or(2)));
  q.digits_at = Span{units_[m.first].begin, units_[m.end - 1].end};
  q.number.first = m.first;
  q.number.end = m.end;
  return q;
}
std::vector<Quantity> read_quantities(const QuantityContext& context) {
  return QuantityReader(context).run();
}

std::string counted_noun(const QuantityContext& context) {
  return QuantityReader(context).counted_noun();
}

}  // namespace dossier
