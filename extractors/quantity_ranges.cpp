// quantity_ranges.cpp - the second value of a quantity, and what it is compared with.
//
//   "between 10 and 20", "$5 to $10"   ->  10 to 20, 5 to 10
//   "at least 7", "7 or more"          ->  >= 7
#include "extractors/quantity_reader.h"

namespace dossier {

// "10-20", "between 10 and 20", "from 5 to 10 million", "$5 to $10".
void QuantityReader::read_range(Quantity& q, std::uint32_t after, const QuantityMatch& money) {
  if (q.number.is_ratio || q.number.is_fraction) return;
  // Between the two a unit may stand: "5 km to 10 km".
  QuantityMatch connector;
  if (is_mark(after, '-') && is_glued(after) && !is_glued(after + 1) && is_word(after + 1)) {  // "a 10- to 20-minute"
    connector = match(after + 1, kinds({Q::kRange}));
  }
  if (!connector) connector = match(after, kinds({Q::kRange}));
  if (!connector || !is_near(after)) return;
  std::uint32_t second = connector.end;
  if (second >= units_.size() || !is_near(second)) return;
  const bool is_dash = units_[connector.first].kind == UnitKind::kMark;
  QuantityMatch open = match_before(q.first, kinds({Q::kRangeOpen}));
  bool is_open = open && is_near(q.first);
  if (!open) {  // "tra i 20 e i 30"
    const QuantityMatch article = match_before(q.first, kinds({Q::kArticle}));
    if (article && is_same_line(q.first)) open = match_before(article.first, kinds({Q::kRangeOpen}));
    is_open = open && open.word->value == "between" && is_near(article.first);
    const QuantityMatch again = is_open ? match(second, kinds({Q::kArticle})) : QuantityMatch();
    if (again && is_number(again.end)) second = again.end;
  }
  if (is_open && open.word->value == "from" && match_before(open.first, kinds({Q::kChange}))) {
    is_from_to_ = true;  // "rose from 702 to 735": two values, no range
    from_to_second_ = second;
    return;
  }
  QuantityMatch again;
  if (money || !is_number(second)) {
    again = match(second, kinds({Q::kMoney}));
    if (again && again.word->is_symbol) {
      second = again.end;
    } else if (again) {
      again = {};
    }
  }
  std::optional<NumberReading> high =
      reader_.read(text_, units_, second, static_cast<bool>(money) || static_cast<bool>(again));
  if (!high || high->is_ordinal || high->is_article || high->is_ratio || high->is_signed) return;
  if (is_dash) {
    // A dash alone also makes scores, dates and part numbers: both sides must look like amounts.
    const bool tight = is_glued(connector.first) == is_glued(second);
    if (!tight || (is_mark(high->end, '-') && is_glued(high->end) && is_number(high->end + 1))) return;
    if (surface(q.first).size() > 1 && text_[units_[q.number.first].begin] == '0') return;
  }
  if (connector.word->form == "and" && !(is_open && open.word->value == "between")) return;
  if (connector.word->form == "or" && (money || !is_less(high->value, multiply(Decimal{15, -1, false}, q.value)))) {
    if (high->scale_power == 0 || money) return;
    if (!is_less(shift(high->value, -high->scale_power), multiply(Decimal{15, -1, false}, q.value))) return;
  }
  Decimal low = q.value;
  if (high->scale_power > 0 && q.number.scale_power == 0 && is_less(low, shift(high->value, -high->scale_power))) {
    low = shift(low, high->scale_power);
  }
  if (!is_less(low, high->value)) return;
  q.value = low;
  q.value_max = high->value;
  q.end = high->end;
  q.number.end = high->end;
  if (is_open && open.word->value == "between") q.first = open.first;
  q.number.is_plain = false;
  q.number.is_grouped |= high->is_grouped;
  q.number.scale_power = std::max(q.number.scale_power, high->scale_power);
  q.number.is_spelled = q.number.is_spelled && high->is_spelled;
  q.number.is_letter |= high->is_letter;
  if (high->scale.size() > 0) q.scale_at = high->scale;
  q.digits_at.end = high->digits.end;
  if (is_mark(q.end, '+') && is_glued(q.end)) ++q.end;
}

void QuantityReader::find_comparator_after(Quantity& q) {
  if (q.comparator != Comparator::kEqual || q.end >= units_.size() || !is_near(q.end)) return;
  std::uint32_t j = q.end;
  if (is_mark(j, ',')) return;
  const QuantityMatch m = match(j, kinds({Q::kComparatorAfter}));
  if (!m || units_[j].is_after_newline) return;
  if (is_number(m.end) || (!m.word->is_symbol && match(m.end, kinds({Q::kUnitOf})))) return;  // "et plus d'un million"
  q.comparator = comparator_of(m.word->value);
  q.comparator_at = Span{units_[m.first].begin, units_[m.end - 1].end};
  q.end = m.end;
  if (!q.has_unit && !q.has_noun) {
    find_unit(q, q.end, false);
    if (!q.has_unit) find_noun(q, false);
  }
}

void QuantityReader::find_comparator_before(Quantity& q, std::uint32_t free) {
  if (q.first == 0 || q.first <= free || !is_near(q.first)) return;
  std::uint32_t end = q.first;
  QuantityMatch m = match_before(end, kinds({Q::kComparatorBefore}));
  if (!m && end > 1 && match_before(end, kinds({Q::kArticle}))) {  // "exceeds a $4 billion", "casi un 15 %"
    m = match_before(end - 1, kinds({Q::kComparatorBefore}));
  }
  if (!m || m.first < free) return;
  // On slides a heading may end with such a word ("ABOUT"); in lower case it is the line going on.
  if (units_[q.first].is_after_newline && is_slide_ && is_upper(surface(m.end - 1))) return;
  if (q.comparator == Comparator::kEqual) q.comparator = comparator_of(m.word->value);
  q.comparator_at = Span{units_[m.first].begin, units_[m.end - 1].end};
  if (m.word->form == "verb") return;  // "exceeded $4 billion": the verb of the sentence stays outside
  q.first = m.first;
  // "up to about": the outer one holds, both belong to the span.
  const QuantityMatch outer = match_before(q.first, kinds({Q::kComparatorBefore}));
  if (outer && outer.first >= free && is_same_line(q.first) && outer.word->value != "=") {
    q.comparator = comparator_of(outer.word->value);
    q.first = outer.first;
    q.comparator_at.begin = units_[outer.first].begin;
  }
}

Comparator QuantityReader::comparator_of(std::string_view value) {
  if (value == ">") return Comparator::kGreater;
  if (value == ">=") return Comparator::kGreaterEqual;
  if (value == "<") return Comparator::kLess;
  if (value == "<=") return Comparator::kLessEqual;
  if (value == "~") return Comparator::kAbout;
  return Comparator::kEqual;
}

}  // namespace dossier
