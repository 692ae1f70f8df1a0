#include "extractors/quantity_reader.h"

#include <algorithm>
#include <stdexcept>

#include "grammars/ascii.h"
#include "grammars/lexicon_image.h"
#include "grammars/number_word.h"

namespace dossier {
namespace {

using Units = std::span<const NumberUnit>;
using UnitKind = NumberUnit::Kind;
using Q = QuantityKind;

constexpr std::uint32_t kMaxNounWords = 6;
constexpr std::uint32_t kLookAround = 24;  // units searched for modality, change, subject

constexpr QuantityWords::Kinds kinds(std::initializer_list<Q> list) {
  QuantityWords::Kinds all = 0;
  for (const Q kind : list) all |= QuantityWords::of(kind);
  return all;
}

bool is_upper(std::string_view word) {
  bool any = false;
  for (const char c : word) {
    if (c >= 'a' && c <= 'z') return false;
    any |= c >= 'A' && c <= 'Z';
  }
  return any;
}

// Does the word begin with a letter that has a smaller form?
bool is_capitalized(std::string_view word) {
  const std::size_t size = (word.front() & 0x80) == 0 ? 1 : 2;  // capitals with a mark are two bytes
  const std::string_view first = word.substr(0, std::min(size, word.size()));
  std::string folded;
  fold_case(first, folded);
  return folded != first;
}

Comparator comparator_of(std::string_view value) {
  if (value == ">") return Comparator::kGreater;
  if (value == ">=") return Comparator::kGreaterEqual;
  if (value == "<") return Comparator::kLess;
  if (value == "<=") return Comparator::kLessEqual;
  if (value == "~") return Comparator::kAbout;
  return Comparator::kEqual;
}

std::optional<double> parse_number(std::string_view text) {
  try {
    return text.empty() ? std::nullopt : std::optional<double>(std::stod(std::string(text)));
  } catch (const std::exception&) {
    return std::nullopt;
  }
}

// Reads the quantities of one stretch of units: a block, or the blocks of a slide.
class QuantityReader {
 public:
  explicit QuantityReader(const QuantityContext& context)
      : reader_(context.reader),
        words_(context.words),
        text_(context.text),
        units_(context.units),
        language_(context.language),
        is_slide_(context.is_slide),
        is_cell_(context.is_cell) {}

  // All quantities, in text order.
  std::vector<Quantity> run() {
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
  std::string counted_noun() const {
    std::uint32_t head = kNone;
    std::uint32_t end = kNone;
    for (std::uint32_t i = 0; i < units_.size() && head == kNone; ++i) noun_at(i, false, head, end);
    return head == kNone ? std::string() : words_.singular(surface(head), language_);
  }

  // The units' text from `first` to `end`, as one line.
  std::string phrase(std::uint32_t first, std::uint32_t end) const {
    return first < end ? on_one_line(surface(first, end)) : std::string();
  }

 private:
  QuantityMatch match(std::uint32_t i, QuantityWords::Kinds kinds) const {
    return words_.at(text_, units_, i, language_, kinds);
  }
  QuantityMatch match_before(std::uint32_t end, QuantityWords::Kinds kinds) const {
    return words_.before(text_, units_, end, language_, kinds);
  }
  bool is_word(std::uint32_t i) const { return i < units_.size() && units_[i].kind == UnitKind::kWord; }
  bool is_number(std::uint32_t i) const { return i < units_.size() && units_[i].kind == UnitKind::kNumber; }
  bool is_mark(std::uint32_t i, char mark) const {
    return i < units_.size() && units_[i].kind == UnitKind::kMark && text_[units_[i].begin] == mark;
  }
  bool is_glued(std::uint32_t i) const { return i < units_.size() && units_[i].is_glued; }
  bool is_same_line(std::uint32_t i) const { return i < units_.size() && !units_[i].is_after_newline; }
  // On the same line, or behind a plain line break of running text.
  bool is_near(std::uint32_t i) const { return i < units_.size() && !units_[i].is_after_blank; }
  std::string_view surface(std::uint32_t i) const {
    return text_.substr(units_[i].begin, units_[i].end - units_[i].begin);
  }
  std::string_view surface(std::uint32_t first, std::uint32_t end) const {
    return text_.substr(units_[first].begin, units_[end - 1].end - units_[first].begin);
  }

  bool is_start(std::uint32_t i) const {
    const NumberUnit& unit = units_[i];
    if (unit.is_part) return false;
    if (unit.kind == UnitKind::kNumber) return true;
    if (unit.kind == UnitKind::kMark)
      return (text_[unit.begin] == '-' || unit.end - unit.begin == 3) && is_number(i + 1) && is_glued(i + 1);
    return unit.kind == UnitKind::kWord && unit.word != nullptr;
  }

  // A currency that ends before units[end]: its first unit; kNone if there is none.
  QuantityMatch money_before(std::uint32_t end) const {
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

  // "TOP 10 REASONS", "ALL 40 NODES": a code that is an everyday word, before a number that counts something.
  bool is_rather_word(const QuantityMatch& money, std::uint32_t number_end) const {
    if (!money.word->is_short || money.end != money.first + 1 || !words_.is_word_code(units_[money.first], language_))
      return false;
    return is_word(number_end) && is_near(number_end) && !words_.is_stop(units_[number_end], language_);
  }

  // "MUSD", "kEUR": a scale letter and a code in one word.
  bool scaled_code(std::uint32_t i, std::string& code, std::int32_t& power) const {
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

  std::optional<Quantity> quantity(std::uint32_t i, std::uint32_t free, std::uint32_t& skip) {
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
  std::optional<Quantity> ratio_of(const NumberReading& number) const {
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

  // Not part of a name, a version, a time or a code.
  bool stands_free(std::uint32_t first, std::uint32_t end, bool has_money) const {
    if (is_number(first) && surface(first).starts_with("00")) return false;            // a piece of "50 000" or a code
    if (first > 1 && surface(first - 1) == "×" && is_number(first - 2)) return false;  // "1.5 × 10^9"
    if (first > 0 && is_glued(first) && !has_money) {
      const NumberUnit& p = units_[first - 1];
      const char mark = text_[p.begin];
      if (p.kind == UnitKind::kWord || p.kind == UnitKind::kBarrier || p.kind == UnitKind::kNumber) return false;
      const bool tight = first > 1 && p.is_glued && units_[first - 2].kind != UnitKind::kMark;
      if (tight && (mark == '-' || mark == '.' || mark == ':' || mark == '_' || mark == '/' || mark == ','))
        return false;
      if (mark == '#' || mark == '@' || mark == '_' || mark == '\\' || mark == '=' || mark == '^' || mark == '\'')
        return false;
    }
    if (end < units_.size() && is_glued(end)) {
      const bool next_number = is_number(end + 1) && is_glued(end + 1);
      if ((is_mark(end, ':') || is_mark(end, '/') || is_mark(end, '.') || is_mark(end, ',')) && next_number)
        return false;
      if (is_mark(end, '.') && is_word(end + 1) && is_glued(end + 1)) return false;
      if (is_mark(end, '_') || is_mark(end, '=') || is_mark(end, '@')) return false;
      if (units_[end].kind == UnitKind::kBarrier) return false;
      if (is_mark(end, '-') && next_number && is_mark(end + 2, '-') && is_glued(end + 2)) return false;  // 555-01-99
      if (is_mark(end, '-') && is_word(end + 1) && is_glued(end + 1) && surface(end + 1).size() == 1) {
        return false;  // 17-B
      }
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
  bool is_technology(const NumberReading& n) const {
    if (n.is_letter && text_.substr(n.scale.begin, n.scale.size()) == "G") return true;
    const bool is_spaced = n.is_grouped && surface(n.end - 1).find(' ') != std::string_view::npos;
    return is_spaced && n.first > 0 && is_mark(n.first - 1, '+') && is_glued(n.first);
  }

  std::uint32_t glued_end(std::uint32_t end) const {
    std::uint32_t steps = 0;
    while (end < units_.size() && units_[end].is_glued && steps < 12) {
      if (units_[end].kind == UnitKind::kMark && (end + 1 >= units_.size() || !units_[end + 1].is_glued)) break;
      ++end;
      ++steps;
    }
    return end;
  }

  bool is_list_marker(const Quantity& q) const {
    if (!q.number.is_plain || q.first != q.number.first) return false;
    const NumberUnit& unit = units_[q.first];
    const bool begins = q.first == 0 || unit.is_after_newline ||
                        ((is_mark(q.first - 1, '(') || is_mark(q.first - 1, '[')) && is_glued(q.first) &&
                         (q.first == 1 || units_[q.first - 1].is_after_newline));
    if (!begins) return false;
    return (is_mark(q.end, '.') || is_mark(q.end, ')') || is_mark(q.end, ']')) && is_glued(q.end) &&
           !is_glued(q.end + 1);
  }

  void set_money(Quantity& q, const QuantityMatch& money) const {
    q.kind = StatisticKind::kMoney;
    q.has_unit = true;
    q.rule = kMoneyRule;
    q.unit = money.word->value.empty() ? singular_of(money) : money.word->value;
    q.unit_at = Span{units_[money.first].begin, units_[money.end - 1].end};
  }
  std::string singular_of(const QuantityMatch& money) const {
    const std::string name(surface(money.first, money.end));
    std::string single = words_.singular(name, language_);
    if (!single.empty()) return single;
    std::string folded;
    fold_case(name, folded);
    return folded;
  }

  // "10-20", "between 10 and 20", "from 5 to 10 million", "$5 to $10".
  void read_range(Quantity& q, std::uint32_t after, const QuantityMatch& money) {
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

  // By a decimal: "0.1" for each per mille.
  static void scale(Quantity& q, std::string_view factor) {
    if (factor.empty() || factor == "1") return;
    const std::size_t point = std::min(factor.find('.'), factor.size());
    const Decimal by = decimal_of(factor.substr(0, point), factor.substr(std::min(point + 1, factor.size())));
    q.value = multiply(q.value, by);
    if (q.value_max) q.value_max = multiply(*q.value_max, by);
  }

  // Percent signs, currencies, units, multiples behind the number.
  void find_unit(Quantity& q, std::uint32_t after, bool has_money) {
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
  bool is_weighed(const Quantity& q, std::uint32_t end) const {
    if (is_near(end) && match(end, kinds({Q::kUnitOf})) && is_word(end + 1)) return true;
    for (std::uint32_t i = end; i < end + 2 && is_word(i) && is_near(i); ++i) {
      if (match(i, kinds({Q::kWeight}))) return true;
    }
    for (std::uint32_t i = q.first; i-- > 0 && q.first - i <= 8 && !ends_sentence(i);) {
      if (is_word(i) && match(i, kinds({Q::kWeight}))) return true;
    }
    return false;
  }

  bool is_unit_allowed(const Quantity& q, const QuantityMatch& m, bool hyphen, bool glued) const {
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
  bool closes_quote(std::uint32_t i) const {
    bool is_open = false;
    for (std::uint32_t k = i; k-- > 0 && i - k <= kLookAround && !units_[k + 1].is_after_newline;) {
      if (is_mark(k, '"')) is_open = !is_open;
    }
    return is_open;
  }

  void set_unit(Quantity& q, const QuantityMatch& m) const {
    q.kind = m.word->is_time ? StatisticKind::kDuration : StatisticKind::kMeasure;
    q.rule = m.word->is_time ? kDurationRule : kMeasureRule;
    q.unit = m.word->value;
    q.has_unit = true;
    q.unit_at = Span{units_[m.first].begin, units_[m.end - 1].end};
    unit_word_ = m.word;
  }

  // "50 meters per millisecond", "10 km/s": length over time is one unit.
  void extend_unit(Quantity& q, const QuantityMatch& m) const {
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
  bool is_speed(const QuantityMatch& m) const { return m.word->id.ends_with("meter") || m.word->id == "mile"; }

  // "5 ft 2 in", "2 hours and 30 minutes", "15 dollars and 20 cents", "15 dollars 50".
  void find_smaller_unit(Quantity& q) {
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
  bool add_half(Quantity& q) const {
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

  // "nove pescatori su dieci", "un membre sur cinq": the counted noun stands between the two.
  bool find_share(Quantity& q) const {
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

  // "15 dollars 50", "twenty dollars and fifty", "fünf Euro fünfzig", "15 USD 50 a head"
  bool is_cents(const Quantity& q, const NumberReading& rest, bool is_joined) const {
    const std::string_view unit = text_.substr(q.unit_at.begin, q.unit_at.end - q.unit_at.begin);
    const bool is_code = unit.size() == 3 && is_upper(unit);
    if (rest.is_plain) return units_[rest.first].digits == 2 && (is_code || !is_word_next(rest.end));
    return (is_joined || q.number.is_spelled) && rest.is_spelled && !is_less(rest.value, Decimal::of(10)) &&
           !is_word_next(rest.end);
  }
  bool is_word_next(std::uint32_t i) const { return is_word(i) && is_near(i); }

  // "a 52-year-old sailor"
  void find_age_behind(Quantity& q) const {
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

  bool find_age(Quantity& q) {
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

  // The counted noun phrase behind the number.
  void find_noun(Quantity& q, bool is_label) {
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

  std::string lower(std::string_view word) const {
    std::string folded;
    fold_case(word, folded);
    return folded;
  }

  // Does a line of text or, in slides, a column begin here?
  bool starts_line(std::uint32_t i) const {
    if (i == 0 || i >= units_.size() || units_[i].is_after_newline) return true;
    if (!is_slide_ || units_[i].begin <= units_[i - 1].end) return false;
    const std::string_view gap = text_.substr(units_[i - 1].end, units_[i].begin - units_[i - 1].end);
    return gap.size() >= 3 || gap.find('\t') != std::string_view::npos;
  }

  // Does a number stand before it on its row?
  bool is_in_row_of_numbers(std::uint32_t i) const {
    constexpr std::uint32_t kFarthest = 12;
    for (std::uint32_t k = i; k > 0 && i - k < kFarthest && !units_[k].is_after_newline; --k) {
      if (is_number(k - 1)) return true;
    }
    return false;
  }

  // Only this number, its signs and its scale between two line breaks.
  bool is_lone(const Quantity& q) const {
    std::uint32_t first = q.first;
    while (first > 0 && !starts_line(first) && units_[first - 1].kind == UnitKind::kMark) --first;
    if (!starts_line(first)) {
      const QuantityMatch comparator = match_before(q.first, kinds({Q::kComparatorBefore}));
      if (!comparator || !starts_line(comparator.first)) return false;
    }
    return starts_line(q.end);
  }

  bool is_alone_on_row(const Quantity& q) const {
    if (!is_lone(q)) return false;
    std::uint32_t first = q.first;
    while (first > 0 && !units_[first].is_after_newline &&
           (units_[first - 1].kind == UnitKind::kMark || match_before(q.first, kinds({Q::kComparatorBefore})))) {
      --first;
    }
    return first == 0 || units_[first].is_after_newline;
  }

  bool is_noun_word(std::uint32_t i, bool over_line, std::uint32_t start) const {
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
  void noun_behind_adjectives(const Quantity& q, std::uint32_t start, bool over_line, std::uint32_t& head,
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
  void capital_noun(std::uint32_t start, bool over_line, std::uint32_t& head, std::uint32_t& end) const {
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
  void noun_in_front(const Quantity& q, std::uint32_t start, std::uint32_t& head, std::uint32_t& end) const {
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

  void find_comparator_after(Quantity& q) {
    if (q.comparator != Comparator::kEqual || q.end >= units_.size() || !is_near(q.end)) return;
    std::uint32_t j = q.end;
    if (is_mark(j, ',')) return;
    const QuantityMatch m = match(j, kinds({Q::kComparatorAfter}));
    if (!m || units_[j].is_after_newline) return;
    if (is_number(m.end) || (!m.word->is_symbol && match(m.end, kinds({Q::kUnitOf}))))
      return;  // "et plus d'un million"
    q.comparator = comparator_of(m.word->value);
    q.comparator_at = Span{units_[m.first].begin, units_[m.end - 1].end};
    q.end = m.end;
    if (!q.has_unit && !q.has_noun) {
      find_unit(q, q.end, false);
      if (!q.has_unit) find_noun(q, false);
    }
  }

  void find_comparator_before(Quantity& q, std::uint32_t free) {
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

  void find_rate(Quantity& q) {
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

  // "twice as many", "il doppio", not "it rang twice".
  bool is_multiple(const QuantityMatch& m) const {
    return m.word->form != "next" || (is_near(m.end) && match(m.end, kinds({Q::kMultipleNext})));
  }

  Quantity multiple_word(const QuantityMatch& m) const {
    Quantity q;
    q.first = m.first;
    q.end = m.end;
    q.kind = StatisticKind::kMultiple;
    q.rule = kMultipleRule;
    q.unit = "x";
    q.has_unit = true;
    q.value = Decimal::of(static_cast<std::int64_t>(parse_number(m.word->value).value_or(2)));
    q.digits_at = Span{units_[m.first].begin, units_[m.end - 1].end};
    q.number.first = m.first;
    q.number.end = m.end;
    return q;
  }

  bool is_wanted(Quantity& q, bool is_label) {
    const NumberReading& n = q.number;
    const bool small_words = n.is_spelled && n.scale_power == 0 && !is_less(Decimal::of(10), q.value) &&
                             !n.is_fraction && !n.is_ratio && !n.is_dozen;
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

  struct Line {
    std::uint32_t first = 0;  // units [first, end)
    std::uint32_t end = 0;
    std::size_t quantity = SIZE_MAX;  // the number alone on it
    std::uint32_t head = kNone;       // label: its head noun
    std::uint32_t head_end = kNone;
    std::int32_t scale = 0;  // "MILLION CORES"
    bool is_label = false;
    bool is_row_start = false;  // first column of its row of text
  };

  std::vector<Line> lines() const {
    std::vector<Line> lines;
    std::size_t next = 0;
    for (std::uint32_t i = 0; i < units_.size();) {
      Line line;
      line.first = i;
      line.is_row_start = i == 0 || units_[i].is_after_newline;
      do ++i;
      while (i < units_.size() && !starts_line(i));
      line.end = i;
      while (next < found_.size() && found_[next].end <= line.first) ++next;
      const bool has_quantity = next < found_.size() && found_[next].first < line.end;
      if (has_quantity && is_open(found_[next]) && found_[next].end <= line.end && is_lone(found_[next])) {
        line.quantity = next;
      } else if (!has_quantity && line.end - line.first <= 8) {
        line.is_label = true;
        std::uint32_t start = line.first;
        while (start < line.end && units_[start].kind == UnitKind::kMark) ++start;
        if (start < line.end) line.scale = NumberReader::scale_power(units_[start]);
        if (line.scale > 0) ++start;
        for (std::uint32_t k = start; k < line.end; ++k) {
          line.is_label &= units_[k].kind == UnitKind::kWord || units_[k].kind == UnitKind::kMark;
        }
        if (line.is_label && start < line.end) noun_at(start, true, line.head, line.head_end);
        if (line.head != kNone && line.head >= line.end) line.head = kNone;
      }
      lines.push_back(line);
    }
    return lines;
  }

  // Nothing is known yet about what it counts.
  static bool is_open(const Quantity& q) {
    return q.kind == StatisticKind::kCount && !q.has_unit && !q.has_noun && q.unit.empty();
  }

  void noun_at(std::uint32_t start, bool over_line, std::uint32_t& head, std::uint32_t& end) const {
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

  void set_label(Quantity& q, const Line& label) const {
    q.is_pending = false;
    q.has_noun = true;
    q.rule = kColumnRule;
    if (label.scale > 0) q.value = shift(q.value, label.scale);
    q.unit = words_.singular(surface(label.head), language_);
    if (q.unit.empty()) q.unit = lower(surface(label.head));
    q.unit_at = Span{units_[label.head].begin, units_[label.head].end};
    q.noun = phrase(label.first, label.head_end);
  }

  // Numbers and labels of slides that do not stand in reading order: columns side by side, a label above its number, a
  // row of numbers behind its label.
  void read_layout() {
    const std::vector<Line> all = lines();
    for (std::size_t i = 0; i < all.size();) {
      if (all[i].quantity == SIZE_MAX) {
        // "pools   2   3   5": the first column says what the row counts.
        if (all[i].is_label && all[i].head != kNone && all[i].is_row_start) {
          std::size_t k = i + 1;
          while (k < all.size() && all[k].quantity != SIZE_MAX && !all[k].is_row_start)
            set_label(found_[all[k++].quantity], all[i]);
        }
        ++i;
        continue;
      }
      std::size_t numbers = i;
      while (numbers < all.size() && all[numbers].quantity != SIZE_MAX) ++numbers;
      const std::size_t count = numbers - i;
      std::size_t labels = numbers;
      while (labels < all.size() && all[labels].is_label && all[labels].head != kNone) ++labels;
      {
        if (count >= 2 && labels - numbers == count) {
          for (std::size_t k = 0; k < count; ++k) set_label(found_[all[i + k].quantity], all[numbers + k]);
        } else if (labels > numbers) {
          Quantity& last = found_[all[numbers - 1].quantity];
          set_label(last, all[numbers]);
          last.end = all[numbers].head_end;
        } else if (count == 1 && labels == numbers && i > 0 && all[i - 1].is_label && all[i - 1].head != kNone &&
                   is_upper(surface(all[i - 1].head)) && (i < 2 || all[i - 2].quantity == SIZE_MAX)) {
          set_label(found_[all[i].quantity], all[i - 1]);
        }
      }
      i = numbers;
    }
  }

  // "52,000 of them", "rose from 702 to 735": the noun is that of the figure before.
  void inherit_unit(std::size_t k) {
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

  // Sentence, subject, change and modality of a quantity.
  void find_context(Quantity& q) const {
    std::uint32_t first = q.first;
    const std::uint32_t floor = q.first > kLookAround ? q.first - kLookAround : 0;
    if (is_slide_ && first > floor && units_[first].is_after_blank && ends_in_verb(first)) --first;
    while (first > floor && !units_[first].is_after_blank && !(ends_sentence(first - 1) && !is_glued(first))) --first;
    std::uint32_t end = q.end;
    const std::uint32_t ceiling = static_cast<std::uint32_t>(std::min<std::size_t>(units_.size(), q.end + kLookAround));
    while (end < ceiling && !units_[end].is_after_blank && !(ends_sentence(end) && !is_glued(end + 1))) ++end;
    q.sentence_first = first;
    q.sentence_end = end;
    for (std::uint32_t i = first; i < q.first; ++i) {
      if (units_[i].kind != UnitKind::kWord) continue;
      if (q.modality != Modality::kHypothetical && match(i, kinds({Q::kHypothetical})))
        q.modality = Modality::kHypothetical;
      if (q.modality == Modality::kStated && match(i, kinds({Q::kPlanned}))) q.modality = Modality::kPlanned;
    }
    if (q.is_up) q.change = ChangeDirection::kUp;
    if (q.is_down) q.change = ChangeDirection::kDown;
    const auto is_relative = q.kind == StatisticKind::kPercentage || q.kind == StatisticKind::kPercentagePoints ||
                             q.kind == StatisticKind::kMultiple || q.is_from_to;
    const std::uint32_t near = q.first > first + 4 ? q.first - 4 : first;
    for (std::uint32_t i = near; i < std::min(end, q.end + 2) && is_relative && q.change == ChangeDirection::kNone;
         ++i) {
      if (i == q.first) i = q.is_change_noun ? q.end - 1 : q.end;
      if (i >= end && !q.is_change_noun) break;
      const QuantityMatch change = i < units_.size() ? match(i, kinds({Q::kChange})) : QuantityMatch();
      if (change) q.change = change.word->value == "up" ? ChangeDirection::kUp : ChangeDirection::kDown;
    }
    find_subject(q);
  }

  // "THE MARKET WILL REACH", and the number on a line of its own below.
  bool ends_in_verb(std::uint32_t end) const {
    for (std::uint32_t i = end; i-- > 0 && end - i <= 2 && is_word(i);) {
      if (match(i, kinds({Q::kSubjectVerb}))) return true;
      if (units_[i].is_after_blank) return false;
    }
    for (std::uint32_t i = end; i-- > 0 && end - i <= 6 && is_word(i);) {  // "WE HOPE TO FEED"
      if (match(i, kinds({Q::kPlanned}))) return true;
      if (units_[i].is_after_blank) return false;
    }
    return false;
  }

  void set_subject(Quantity& q, std::uint32_t first, std::uint32_t end, SubjectOrigin origin) const {
    while (first < end && match(first, kinds({Q::kClause}))) ++first;  // "and the mill"
    while (first < end && units_[first].kind != UnitKind::kWord && units_[first].kind != UnitKind::kBarrier) ++first;
    while (end > first && units_[end - 1].kind == UnitKind::kMark) --end;
    if (first == end) return;
    q.subject_at = Span{units_[first].begin, units_[end - 1].end};
    q.subject_origin = origin;
  }

  void find_subject(Quantity& q) const {
    find_clause_subject(q);
    if (q.subject_origin == SubjectOrigin::kNone) find_base(q);
    if (q.subject_origin == SubjectOrigin::kNone && is_slide_ && !q.has_noun) find_label(q);
  }

  // "Lund said that the mill, built in 1904, employs 40 people": the words before the verb of the last clause before
  // the number, "the mill". A clause that begins with its verb continues the one before it.
  void find_clause_subject(Quantity& q) const {
    constexpr std::uint32_t kMaxSubject = 10;
    struct Clause {
      std::uint32_t first, end, verb;
    };
    std::vector<Clause> clauses = {{q.sentence_first, q.first, kNone}};
    const bool is_cut = q.first - q.sentence_first == kLookAround;  // the first clause may begin before it
    const auto begin_clause = [&](std::uint32_t end, std::uint32_t next) {
      clauses.back().end = end;
      clauses.push_back({next, q.first, kNone});
    };
    for (std::uint32_t i = q.sentence_first; i < q.first; ++i) {
      if (units_[i].kind == UnitKind::kMark) {
        const bool is_dash = surface(i) == "—" || surface(i) == "–" || (is_mark(i, '-') && !is_glued(i));
        const bool parts =
            is_dash || is_mark(i, ',') || is_mark(i, ';') || is_mark(i, ':') || is_mark(i, '(') || is_mark(i, ')');
        if (parts) begin_clause(i, i + 1);
        continue;
      }
      if (!is_word(i)) continue;
      if (const QuantityMatch joint = match(i, kinds({Q::kClause}))) {
        // "and" joins two clauses only behind a verb: "Lund and Berg have 40 boats".
        if (joint.word->value != "and" || clauses.back().verb != kNone) begin_clause(i, joint.end);
        i = joint.end - 1;
      } else if (match(i, kinds({Q::kSubjectVerb}))) {
        if (clauses.back().verb == kNone) clauses.back().verb = i;
      } else if (const QuantityMatch said = match(i, kinds({Q::kSpeech}))) {
        if (clauses.back().verb == kNone) clauses.back().verb = i;
        begin_clause(i, said.end);
        i = said.end - 1;
      }
    }
    bool is_continued = false;
    for (std::size_t c = clauses.size(); c-- > 0;) {
      const Clause& clause = clauses[c];
      if (clause.verb == kNone || clause.verb == clause.first) {
        is_continued |= clause.verb != kNone;
        continue;
      }
      if (clause.verb - clause.first <= kMaxSubject && is_noun_phrase(clause.first) && !(is_cut && c == 0))
        set_clause_subject(q, clause.first, clause.verb);
      return;
    }
    if (!is_continued || is_cut) return;
    for (const Clause& clause : clauses) {  // "The mill, built in 1904, employs"
      if (clause.verb != kNone) return;
      if (clause.end <= clause.first || clause.end - clause.first > kMaxSubject || !is_noun_phrase(clause.first))
        continue;
      set_clause_subject(q, clause.first, clause.end);
      return;
    }
  }

  // A pronoun is a subject of its own: "I think we" is about "we", "He always" about "He". One that is no subject
  // begins a clause without any: "mi piace di più è". What joins is left to what follows: "Ada Lovell and".
  void set_clause_subject(Quantity& q, std::uint32_t first, std::uint32_t end) const {
    for (std::uint32_t i = end; i-- > first;) {
      if (!words_.is_subject_pronoun(units_[i], language_)) continue;
      set_subject(q, i, i + 1, SubjectOrigin::kClause);
      return;
    }
    if (words_.is_object_pronoun(units_[first], language_)) return;
    std::uint32_t last = end;
    while (last > first && words_.is_stop(units_[last - 1], language_)) --last;
    set_subject(q, first, last > first ? last : end, SubjectOrigin::kClause);
  }

  // Not "In 2010" or "After the war".
  bool is_noun_phrase(std::uint32_t first) const {
    return is_word(first) && !words_.is_preposition(units_[first], language_);
  }

  // "33% growth in members", "95% of the boats": what changes, what it is a share of.
  void find_base(Quantity& q) const {
    constexpr std::uint32_t kMaxBase = 8;
    const bool is_share = q.kind == StatisticKind::kPercentage || q.kind == StatisticKind::kPercentagePoints;
    if (!is_share || !is_near(q.end)) return;
    QuantityMatch of = match(q.end, kinds({Q::kChangeOf}));
    if (of && !q.is_change_noun && of.word->value != "share") of = {};
    if (!of) of = match(q.end, kinds({Q::kUnitOf}));
    if (!of) return;
    std::uint32_t end = of.end;
    const auto is_possessive = [&](std::uint32_t i) {
      return is_glued(i) && (surface(i).front() == '\'' || surface(i).starts_with("’"));
    };
    while (end < units_.size() && end - of.end < kMaxBase && is_near(end) &&
           (is_possessive(end) || (is_word(end) && !match(end, kinds({Q::kSubjectVerb, Q::kClause, Q::kPlanned})))))
      ++end;
    // Function words at its end belong to what follows: "30% of the boats in".
    while (end > of.end && words_.is_stop(units_[end - 1], language_)) --end;
    set_subject(q, of.end, end, SubjectOrigin::kBase);
  }

  // Slides: the line or two above a number that stands alone, else the line below it.
  void find_label(Quantity& q) const {
    constexpr std::uint32_t kMaxLabel = 8;
    std::uint32_t first = q.first;
    while (first > 0 && q.first - first <= kMaxLabel && !units_[first].is_after_blank && is_label_unit(first - 1))
      --first;
    if (first < q.first && q.first - first <= kMaxLabel && (first == 0 || units_[first].is_after_blank)) {
      set_subject(q, first, q.first, SubjectOrigin::kLabel);
      return;
    }
    if (!starts_line(q.first) || !starts_line(q.end)) return;
    std::uint32_t end = q.end;
    while (end < units_.size() && end - q.end <= kMaxLabel && is_label_unit(end) &&
           (end == q.end || !units_[end].is_after_newline))
      ++end;
    if (end - q.end <= kMaxLabel && starts_line(end)) set_subject(q, q.end, end, SubjectOrigin::kLabel);
  }
  bool is_label_unit(std::uint32_t i) const {
    return is_word(i) || (units_[i].kind == UnitKind::kMark && !ends_sentence(i));
  }

  // "A hundred percent." says yes, not how much.
  bool is_whole_sentence(const Quantity& q) const {
    const bool begins = q.first == 0 || units_[q.first].is_after_blank || ends_sentence(q.first - 1);
    return begins && ends_sentence(q.end);
  }
  bool is_led_by_article(const Quantity& q) const {
    const std::optional<NumberReading> one =
        reader_.read(text_, units_.first(q.number.first + 1), q.number.first, false);
    return one && one->is_article;
  }
  bool ends_sentence(std::uint32_t i) const {
    return is_mark(i, '.') || is_mark(i, '!') || is_mark(i, '?') || is_mark(i, ':');
  }

  // "the 80s", "in her 40s": tens with a letter that elsewhere says seconds.
  bool is_decade(const Quantity& q) const {
    const bool is_tens = q.number.is_plain && units_[q.number.first].digits == 2 && is_glued(q.number.end) &&
                         text_[units_[q.number.first].end - 1] == '0';
    return is_tens && q.unit == "second" && match_before(q.first, kinds({Q::kDecadeBefore}));
  }

  // "PostgreSQL 9.2 days", "iOS 7 devices": a number behind a name written in mixed case or capitals.
  bool is_version(const Quantity& q) const {
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

  const NumberReader& reader_;
  const QuantityWords& words_;
  std::string_view text_;
  Units units_;
  std::uint32_t language_;
  bool is_slide_;
  bool is_cell_;
  mutable const QuantityWord* unit_word_ = nullptr;
  bool is_from_to_ = false;
  std::uint32_t from_to_second_ = kNone;
  std::vector<Quantity> found_;
};

}  // namespace

std::vector<Quantity> read_quantities(const QuantityContext& context) {
  return QuantityReader(context).run();
}

std::string counted_noun(const QuantityContext& context) {
  return QuantityReader(context).counted_noun();
}

}  // namespace dossier
