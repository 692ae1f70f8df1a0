#include "grammars/number_parser.h"

#include <string>

#include "grammars/decimal.h"
#include "grammars/number_word.h"

namespace dossier {
namespace {

using Cardinal = NumberWord::Cardinal;
using Kind = NumberUnit::Kind;

// Each function returns the value and the unit behind it.
struct Part {
  Decimal value;
  std::uint32_t end = 0;
  bool is_literal = false;  // one literal
};

class Parser {
 public:
  Parser(std::string_view text, std::span<const NumberUnit> units, bool is_money)
      : text_(text), units_(units), is_money_(is_money) {}

  std::optional<NumberReading> parse(std::uint32_t first) {
    NumberReading r;
    r.first = first;
    std::uint32_t i = first;
    bool negative = false;
    if (const NumberWord* w = word(i); w != nullptr && w->is_minus) {
      negative = true;
      i = next(i + 1);
      if (word(i) == nullptr && !is_number(i)) return {};
    } else if (is_minus_mark(i)) {
      const bool after_number = i > 0 && is_number(i - 1) && !units_[i].is_after_newline;
      const bool stands_apart = !after_number && (!units_[i].is_glued || i == 0 ||
                                                  (units_[i - 1].kind == Kind::kMark && !is_mark(i - 1, '-')));
      if (!stands_apart || !is_number(i + 1) || !units_[i + 1].is_glued) return {};
      negative = true;
      ++i;
    }
    if (!magnitude(i, r)) return {};
    r.digits.begin = units_[first].begin;
    if (negative) {
      r.value.coefficient = -r.value.coefficient;
      r.is_signed = true;
    }
    if (r.digits.end == 0) r.digits.end = units_[r.end - 1].end;
    return r;
  }

 private:
  const NumberWord* word(std::uint32_t i) const {
    return i < units_.size() && units_[i].kind == Kind::kWord ? units_[i].word : nullptr;
  }
  bool is_number(std::uint32_t i) const { return i < units_.size() && units_[i].kind == Kind::kNumber; }
  bool is_mark(std::uint32_t i, char mark) const {
    return i < units_.size() && units_[i].kind == Kind::kMark && text_[units_[i].begin] == mark;
  }
  bool is_minus_mark(std::uint32_t i) const {
    return is_mark(i, '-') || (i < units_.size() && units_[i].kind == Kind::kMark &&
                               text_.substr(units_[i].begin, units_[i].end - units_[i].begin) == "\u2212");
  }
  std::string_view surface(std::uint32_t i) const {
    return text_.substr(units_[i].begin, units_[i].end - units_[i].begin);
  }

  // Where the same number goes on: over a space, a line break or a hyphen, not over an empty line.
  std::uint32_t next(std::uint32_t i) const {
    if (i >= units_.size() || units_[i].is_after_blank) return kNone;
    if (is_mark(i, '-') && units_[i].is_glued && i + 1 < units_.size() && units_[i + 1].is_glued &&
        units_[i + 1].kind == Kind::kWord) {
      return i + 1;
    }
    return i;
  }
  bool has_part_after(std::uint32_t i) const { return i + 1 < units_.size() && units_[i + 1].is_part; }
  // "vent" counts in "ventuno", "settant" in "settant'anni", neither alone.
  bool is_usable(std::uint32_t i) const {
    return !units_[i].word->is_cardinal_bound || units_[i].is_part || has_part_after(i) || is_elided(i);
  }
  bool is_elided(std::uint32_t i) const {
    const std::string_view s = surface(i);
    return s.ends_with('\'') || s.ends_with("\u2019");
  }

  std::optional<Part> tens(std::int64_t base, bool takes_teens, std::uint32_t end) const {
    Part part{Decimal::of(base), end, false};
    std::uint32_t j = next(end);
    const NumberWord* w = word(j);
    bool joined = false;
    if (w != nullptr && w->is_and && w->joins_ten) {
      const std::uint32_t k = next(j + 1);
      const NumberWord* u = word(k);
      if (u == nullptr || (w->joins_one_only && u->value != 1 && u->value != 11)) return part;
      j = k;
      w = u;
      joined = true;
    }
    if (w == nullptr || !is_usable(j)) return part;
    if (w->cardinal == Cardinal::kTeen && takes_teens && w->value < 20) {
      const Part rest = teen(*w, j);
      part.value = add(part.value, rest.value);
      part.end = rest.end;
      return part;
    }
    if (w->cardinal != Cardinal::kUnit || (w->is_article && !joined && j == end && !units_[j].is_part)) return part;
    part.value = Decimal::of(base + w->value);
    part.end = j + 1;
    return part;
  }

  Part teen(const NumberWord& w, std::uint32_t i) const {
    Part part{Decimal::of(w.value), i + 1, false};
    const std::uint32_t j = next(i + 1);
    const NumberWord* u = w.takes_units ? word(j) : nullptr;
    if (u == nullptr || u->cardinal != Cardinal::kUnit || u->value < 7) return part;
    part.value = Decimal::of(w.value + u->value);
    part.end = j + 1;
    return part;
  }

  std::optional<Part> below_hundred(std::uint32_t i) const {
    const NumberWord* w = word(i);
    if (w == nullptr || !is_usable(i)) return {};
    switch (w->cardinal) {
      case Cardinal::kUnit: {
        const std::uint32_t j = next(i + 1);
        if (const NumberWord* four = word(j); four != nullptr && four->takes_four && w->value == 4) {
          return tens(80, true, j + 1);
        }
        const NumberWord* a = word(i + 1);
        const NumberWord* t = word(i + 2);
        if (a != nullptr && t != nullptr && a->joins_reverse && units_[i + 1].is_part &&
            t->cardinal == Cardinal::kTen) {
          return Part{Decimal::of(t->value + w->value), i + 3, false};
        }
        return Part{Decimal::of(w->value), i + 1, false};
      }
      case Cardinal::kTeen:
        return teen(*w, i);
      case Cardinal::kTen:
        return tens(w->value, w->takes_teens, i + 1);
      default:
        return {};
    }
  }

  Part hundred_tail(std::int64_t base, std::uint32_t end) const {
    Part part{Decimal::of(base), end, false};
    std::uint32_t j = next(end);
    bool joined = false;
    if (const NumberWord* a = word(j); a != nullptr && a->is_and && a->joins_hundred) {
      j = next(j + 1);
      joined = true;
    }
    std::optional<Part> rest = below_hundred(j);
    if (!rest && joined && is_number(j) && units_[j].is_plain && units_[j].digits <= 2) {
      rest = Part{units_[j].number, j + 1, true};
    }
    if (!rest || rest->value.coefficient == 0) return part;
    const std::uint32_t k = next(rest->end);
    const NumberWord* after = word(k);
    if (after != nullptr && (after->cardinal == Cardinal::kHundred ||
                             (joined && (after->denominator > 0 || after->denominator_power > 0)))) {
      return part;  // "two hundred and six tenths"
    }
    // "one hundred thirty-fifths": the hyphen makes the denominator.
    if (after != nullptr && k != rest->end && after->denominator > 0 && after->is_denominator_plural &&
        !units_[k].is_part)
      return part;
    if (after != nullptr && joined && after->dozen > 0) {  // "three hundred and two dozen"
      rest->value = multiply(rest->value, Decimal::of(after->dozen));
      rest->end = k + 1;
    }
    part.value = add(part.value, rest->value);
    part.end = rest->end;
    return part;
  }

  std::optional<Part> below_thousand(std::uint32_t i, bool is_led) const {
    const NumberWord* w = word(i);
    if (w != nullptr && w->cardinal == Cardinal::kHundreds) return hundred_tail(w->value, i + 1);
    if (w != nullptr && w->cardinal == Cardinal::kHundred && (w->is_bare || is_led) && is_usable(i)) {
      return hundred_tail(100, i + 1);
    }
    std::optional<Part> c = below_hundred(i);
    if (!c && is_number(i)) c = Part{units_[i].number, i + 1, true};
    if (!c) return {};
    const std::uint32_t j = next(c->end);
    const NumberWord* h = word(j);
    if (h == nullptr || h->cardinal != Cardinal::kHundred || (c->is_literal && !h->takes_digits) || !is_usable(j))
      return c;
    Part tail = hundred_tail(0, j + 1);
    tail.value = add(multiply(c->value, Decimal::of(100)), tail.value);
    return tail;
  }

  // is_led: an article stands before it and counts as one.
  std::optional<Part> below_million(std::uint32_t i, bool is_led) const {
    const NumberWord* w = word(i);
    Decimal coefficient = Decimal::of(1);
    std::uint32_t j = i;
    std::optional<Part> c;
    if (w == nullptr || w->scale != 3 || !(w->is_bare || is_led)) {
      c = below_thousand(i, is_led);
      if (!c) return {};
      coefficient = c->value;
      j = next(c->end);
    }
    const NumberWord* t = word(j);
    if (t == nullptr || t->scale != 3 || !is_scale_allowed(*t)) return c;
    Part result{multiply(coefficient, Decimal::of(1000)), j + 1, false};
    std::uint32_t k = next(j + 1);
    bool joined = false;
    if (const NumberWord* a = word(k); a != nullptr && a->is_and && a->joins_hundred) {
      k = next(k + 1);
      joined = true;
    }
    if (const std::optional<Part> rest = below_thousand(k, false);
        rest && !rest->is_literal && rest->value.coefficient != 0 && is_less(rest->value, Decimal::of(1000))) {
      const NumberWord* after = word(next(rest->end));
      if (after == nullptr || (after->scale != 3 && (!joined || after->denominator == 0))) {
        result.value = add(result.value, rest->value);
        result.end = rest->end;
      }
    }
    return result;
  }

  bool is_scale_allowed(const NumberWord& w) const { return !w.is_money_only || is_money_; }

  // The power of ten that the unit multiplies by: a scale word, or a scale letter written so. `glued` asks for no
  // space.
  std::int32_t scale_at(std::uint32_t i, bool after_literal, bool& is_letter_scale) const {
    const NumberWord* w = word(i);
    is_letter_scale = false;
    if (w == nullptr) return 0;
    if (w->is_scale() && is_scale_allowed(*w)) return w->scale;
    if (!after_literal || (i + 1 < units_.size() && units_[i + 1].is_glued && units_[i + 1].kind == Kind::kNumber))
      return 0;
    const std::string_view as_written = surface(i);
    for (const NumberWord::Letter& letter : w->letters) {
      if (letter.text != as_written) continue;
      if (letter.is_money_only && !is_money_) continue;
      // One letter apart from its number is a unit or a name ("5 M") unless money says otherwise.
      if (as_written.size() == 1 && as_written != "k" && !units_[i].is_glued && !is_money_) continue;
      if (units_[i].is_after_newline || (i > 0 && is_mark(i - 1, '-'))) continue;
      is_letter_scale = true;
      return letter.power;
    }
    return 0;
  }

  // The unit where a scale word may follow `end`: also behind "+", and over an empty line after digits (slides).
  std::uint32_t scale_position(std::uint32_t end, bool after_literal, bool& plus) const {
    std::uint32_t j = end;
    plus = false;
    if (after_literal && is_mark(j, '+') && j + 1 < units_.size()) {
      bool letter = false;
      if (scale_at(j + 1, false, letter) > 0) {
        plus = true;
        ++j;
      }
    }
    if (j < units_.size() && units_[j].is_after_blank) {
      const char c = text_[units_[j].begin];
      return after_literal && c >= 'A' && c <= 'Z' ? j : kNone;
    }
    return plus ? j : next(j);
  }

  // Cardinal with its scales: total of descending groups.
  bool cardinal(std::uint32_t i, bool is_led, NumberReading& r, std::int32_t& last_scale) {
    Decimal total;
    std::int32_t previous = 1000;
    std::uint32_t end = kNone;
    last_scale = 0;
    std::uint32_t j = i;
    bool joined = false;
    for (std::size_t groups = 0; groups < 8; ++groups) {
      bool led = is_led && groups == 0;
      if (const NumberWord* a = word(j); groups > 0 && a != nullptr && a->is_article) {  // "two billion, one million"
        if (const NumberWord* s = word(next(j + 1)); s != nullptr && s->scale > 3) {
          led = true;
          j = next(j + 1);
        }
      }
      std::optional<Part> part;
      if (led && word(j) != nullptr && word(j)->scale > 3) {
        part = Part{Decimal::of(1), j, false};
      } else {
        part = below_million(j, led);
      }
      if (!part) break;
      bool plus = false;
      bool letter = false;
      std::uint32_t k = led && part->end == j ? j : scale_position(part->end, part->is_literal, plus);
      const std::int32_t scale = k == kNone ? 0 : scale_at(k, part->is_literal, letter);
      if (scale == 0 || scale >= previous) {
        if (groups > 0) {
          // After a scale word only words go on ("two million three hundred"), digits start another number.
          if (part->is_literal || !is_less(part->value, shift(Decimal::of(1), previous))) break;
          const NumberWord* after = word(next(part->end));
          if (after != nullptr && joined && (after->denominator > 0 || after->denominator_power > 0 || after->is_half))
            break;
        }
        total = add(total, part->value);
        end = part->end;
        if (groups == 0) {
          r.is_plain = part->is_literal && units_[j].is_plain;
          r.is_grouped = part->is_literal && units_[j].is_grouped;
          r.is_spelled = !part->is_literal && !is_number(j);
          r.is_fraction |= part->is_literal && units_[j].is_fraction;
          if (const NumberWord* w = word(part->end - 1);
              w != nullptr && w->scale == 3 && !units_[part->end - 1].is_part) {
            r.scale = Span{units_[part->end - 1].begin, units_[part->end - 1].end};
            r.scale_power = 3;
            r.digits.end = part->end >= 2 ? units_[part->end - 2].end : 0;
            last_scale = 3;
          }
        }
        break;
      }
      total = add(total, shift(part->value, scale));
      end = k + 1;
      if (groups == 0) {
        r.is_spelled = !part->is_literal;
        r.is_letter = letter;
        r.has_plus = plus;
        r.scale = Span{units_[k].begin, units_[k].end};
        r.scale_power = scale;
        r.digits.end = units_[part->end > i ? part->end - 1 : k].end;
      }
      previous = scale;
      last_scale = scale;
      if (letter) break;
      j = next(end);
      joined = false;
      if (const NumberWord* a = word(j); a != nullptr && a->is_and && a->joins_hundred) {
        j = next(j + 1);
        joined = true;
      }
      if (j == kNone) break;
    }
    if (end == kNone) return false;
    r.value = total;
    r.end = end;
    return true;
  }

  // A fraction of one word and its numerator at i: "a half", "two thirds", "three twenty-firsts", "1/4"; the value.
  std::optional<Part> fraction(std::uint32_t i) const {
    if (is_number(i)) {
      if (units_[i].is_fraction) return Part{units_[i].number, i + 1, true};
      if (units_[i].is_plain && is_mark(i + 1, '/') && units_[i + 1].is_glued && is_number(i + 2) &&
          units_[i + 2].is_glued && units_[i + 2].is_plain && is_less(units_[i].number, units_[i + 2].number) &&
          units_[i].number.coefficient > 0 && !is_mark(i + 3, '/')) {
        return Part{divide(units_[i].number, units_[i + 2].number), i + 3, true};
      }
      return {};
    }
    const NumberWord* w = word(i);
    if (w == nullptr) return {};
    if (w->is_half && !w->is_half_noun) return Part{divide(Decimal::of(1), Decimal::of(2)), i + 1, false};
    Decimal numerator = Decimal::of(1);
    std::uint32_t j = kNone;
    if (w->is_article) {
      j = next(i + 1);
      const NumberWord* h = word(j);
      if (h != nullptr && h->is_half && !units_[j].is_part)
        return Part{divide(Decimal::of(1), Decimal::of(2)), j + 1, false};
    } else if (const std::optional<Part> c = below_hundred(i)) {
      numerator = c->value;
      j = next(c->end);
    }
    if (j == kNone || (j < units_.size() && units_[j].is_part && word(j) != nullptr && word(j)->denominator_power > 0))
      return {};
    return over_denominator(numerator, j);
  }

  // numerator / the denominator at j. A singular denominator goes with one only.
  std::optional<Part> over_denominator(Decimal numerator, std::uint32_t j) const {
    std::uint32_t k = j;
    Decimal denominator;
    bool plural = false;
    const NumberWord* w = word(k);
    if (w == nullptr) return {};
    if (w->is_half && !w->is_half_noun) {
      if (units_[k].is_part) return {};  // "zweieinhalb" adds
      return Part{divide(numerator, Decimal::of(2)), k + 1, false};
    }
    if (w->denominator > 0 || w->denominator_power > 0) {
      denominator = w->denominator > 0 ? Decimal::of(w->denominator) : shift(Decimal::of(1), w->denominator_power);
      plural = w->is_denominator_plural || w->is_denominator_only;
      ++k;
    } else if (const std::optional<Part> c = below_million(k, false); c && !c->is_literal) {
      // "twenty-fifth", "trentesimi", "veinticincoavos": a cardinal that ends as an ordinal.
      std::uint32_t m = next(c->end);
      const NumberWord* o = word(m);
      // "one one-hundred-and-fifth", "un vingt et unième"
      const bool is_joined = o != nullptr && o->is_and && numerator == Decimal::of(1);
      if (is_joined) o = word(m = next(m + 1));
      if (o == nullptr) return {};
      const bool is_power = o->denominator_power > 0 && units_[m].is_part;  // "dosmilésimos"
      if (!o->is_ordinal_suffix && !is_power && (o->denominator == 0 || o->denominator > 9)) return {};
      if (o->is_ordinal_suffix && !units_[m].is_part) return {};
      if (!o->is_ordinal_suffix && !is_power && !is_joined && !is_less(c->value, Decimal::of(100))) return {};
      denominator = is_power               ? shift(c->value, o->denominator_power)
                    : o->is_ordinal_suffix ? c->value
                                           : add(c->value, Decimal::of(o->denominator));
      plural = o->is_denominator_plural;
      k = m + 1;
    } else {
      return {};
    }
    if (k < units_.size() && units_[k].is_part) return {};
    const bool is_one = numerator == Decimal::of(1);
    if (!plural && !is_one) return {};
    if (denominator.coefficient == 0 || denominator == Decimal::of(1)) return {};
    return Part{divide(numerator, denominator), k, false};
  }

  // "a million", "of a million", "million" behind a fraction.
  std::uint32_t scale_after_fraction(std::uint32_t end, std::int32_t& power) const {
    std::uint32_t j = next(end);
    if (const NumberWord* w = word(j); w != nullptr && w->is_of) j = next(j + 1);
    if (const NumberWord* w = word(j); w != nullptr && w->is_article) j = next(j + 1);
    bool letter = false;
    power = j == kNone ? 0 : scale_at(j, false, letter);
    return power > 0 ? j : kNone;
  }

  void finish_fraction(const Part& part, NumberReading& r) const {
    r.value = part.value;
    r.end = part.end;
    r.is_fraction = true;
    std::int32_t power = 0;
    const std::uint32_t k = scale_after_fraction(part.end, power);
    if (k != kNone) {
      r.digits.end = units_[part.end - 1].end;
      r.value = shift(r.value, power);
      r.end = k + 1;
      r.scale = Span{units_[k].begin, units_[k].end};
      r.scale_power = power;
      r.is_fraction = false;
      r.is_spelled = true;
      return;
    }
    std::uint32_t dozen = next(part.end);
    if (const NumberWord* a = word(dozen); a != nullptr && a->is_article) dozen = next(dozen + 1);
    if (const NumberWord* d = word(dozen); d != nullptr && d->dozen > 0) {
      r.value = multiply(r.value, Decimal::of(d->dozen));
      r.is_dozen = true;
      r.end = dozen + 1;
      r.is_fraction = false;
      r.is_spelled = true;
    }
  }

  bool magnitude(std::uint32_t i, NumberReading& r) {
    if (i >= units_.size()) return false;
    const NumberWord* w = word(i);
    if (w == nullptr && !is_number(i)) return false;
    // "1/4", "½", "half a million", "a third", "quarter million"
    if (w != nullptr && w->is_half_noun) {
      r.value = divide(Decimal::of(1), Decimal::of(2));
      r.end = i + 1;
      r.is_fraction = true;
      r.is_spelled = true;
      return true;
    }
    if (w != nullptr && w->is_denominator_only && !w->is_denominator_plural && !w->is_article) {
      const Part part{divide(Decimal::of(1), Decimal::of(w->denominator)), i + 1, false};
      NumberReading trial = r;
      finish_fraction(part, trial);
      if (trial.scale_power > 0) {
        r = trial;
        return true;
      }
    }
    if (w != nullptr && w->mixed.coefficient != 0) {
      finish_fraction(Part{w->mixed, i + 1, false}, r);
      r.is_fraction = false;
      r.is_spelled = true;
      return true;
    }
    bool is_led = false;
    std::uint32_t start = i;
    if (w != nullptr && w->is_article) {
      const std::uint32_t j = next(i + 1);
      const NumberWord* after = word(j);
      is_led =
          after != nullptr && (after->is_scale() || after->cardinal == Cardinal::kHundred) && !after->is_plural_scale;
      if (is_led) start = j;
      if (after != nullptr && after->dozen > 0) {
        r.value = Decimal::of(after->dozen);
        r.end = j + 1;
        r.is_spelled = true;
        r.is_dozen = true;
        r.is_about = after->is_about;
        return true;
      }
    }
    if (!is_led) {
      if (const std::optional<Part> f = fraction(i)) {
        finish_fraction(*f, r);
        if (w != nullptr) r.is_spelled = true;
        return true;
      }
    }
    std::int32_t last_scale = 0;
    if (!cardinal(start, is_led, r, last_scale)) return other(i, r);
    tail(i, last_scale, r);
    return true;
  }

  // What is neither cardinal nor fraction: articles, zero, ordinals, scale words alone.
  bool other(std::uint32_t i, NumberReading& r) {
    const NumberWord* w = word(i);
    if (w == nullptr) return false;
    r.end = i + 1;
    r.is_spelled = true;
    if (w->cardinal == Cardinal::kZero) {
      r.value = Decimal();
      tail(i, 0, r);
      return true;
    }
    if (w->is_article) {
      r.value = Decimal::of(1);
      r.is_article = true;
      return true;
    }
    if ((w->denominator > 0 || w->denominator_power > 0) && !w->is_denominator_only) {
      r.value = w->denominator > 0 ? Decimal::of(w->denominator) : shift(Decimal::of(1), w->denominator_power);
      r.is_ordinal = true;
      return true;
    }
    return false;
  }

  // What may follow a cardinal: decimals in words, fractions, "dozen", "out of ten", ordinal endings.
  void tail(std::uint32_t i, std::int32_t last_scale, NumberReading& r) {
    if (r.is_letter) return;
    std::uint32_t j = next(r.end);
    // Ordinals: "21st", "twenty-fifth", "centoventesimo".
    if (j != kNone && j == r.end && r.is_plain && j < units_.size() && units_[j].is_glued) {
      const NumberWord* mark = word(j);
      const bool sign = mark == nullptr && units_[j].kind == Kind::kMark;
      if (mark != nullptr && mark->is_ordinal_mark &&
          !(j + 1 < units_.size() && units_[j + 1].is_glued && units_[j + 1].kind == Kind::kWord)) {
        bool letter = false;
        if (scale_at(j, true, letter) == 0) {
          r.end = j + 1;
          r.is_ordinal = true;
          return;
        }
      }
      if (sign && (surface(j) == "\u00BA" || surface(j) == "\u00AA")) {
        r.end = j + 1;
        r.is_ordinal = true;
        return;
      }
    }
    const NumberWord* w = word(j);
    if (is_number(j) && r.is_plain && j == r.end) {  // "10 1/2", "2½"
      if (const std::optional<Part> f = fraction(j); f && is_less(f->value, Decimal::of(1))) {
        r.value = add(r.value, f->value);
        r.end = f->end;
        r.is_plain = false;
        return;
      }
    }
    if (w == nullptr) return;
    if (w->is_ordinal_suffix && units_[j].is_part) {
      r.end = j + 1;
      r.is_ordinal = true;
      return;
    }
    if (w->dozen > 0 && (r.is_plain || is_less(r.value, Decimal::of(100)) || r.is_spelled)) {
      r.value = multiply(r.value, Decimal::of(w->dozen));
      r.end = j + 1;
      r.is_dozen = true;
      r.is_about = w->is_about;
      return;
    }
    if (w->is_point && r.is_spelled && decimals(j, r)) return;
    // "one and a half", "3 milioni e mezzo", "five and three quarters", "einundhalb"
    if (w->is_and || (w->is_point && r.is_spelled) || (w->is_half && units_[j].is_part)) {
      std::uint32_t k = w->is_half ? j : next(j + 1);
      std::optional<Part> f = k == kNone ? std::nullopt : fraction(k);
      if (f && is_less(f->value, Decimal::of(1))) {
        const NumberWord* h = word(k);
        // "two and half the team" is no number, "two and a half" and "due e mezzo" are.
        const bool is_spoken_half = h == nullptr || !h->is_half || h->is_half_after_and || units_[k].is_part;
        bool own_letter = false;
        const std::uint32_t own = next(f->end);
        const std::int32_t own_scale = last_scale > 3 && own != kNone ? scale_at(own, false, own_letter) : 0;
        if (own_scale > 0 && own_scale < last_scale) {  // "two billion and one half million"
          r.value = add(r.value, shift(f->value, own_scale));
          r.end = own + 1;
          return;
        }
        if (is_spoken_half) {
          r.value =
              add(r.value, last_scale > 0 && r.scale_power == last_scale ? shift(f->value, last_scale) : f->value);
          r.end = f->end;
          r.is_plain = false;
          bool letter = false;
          const std::uint32_t s = next(r.end);
          const std::int32_t power = s == kNone ? 0 : scale_at(s, false, letter);
          if (power > 0 && last_scale == 0) {
            r.digits.end = units_[r.end - 1].end;
            r.value = shift(r.value, power);
            r.end = s + 1;
            r.scale = Span{units_[s].begin, units_[s].end};
            r.scale_power = power;
          }
          return;
        }
      }
    }
    if (!r.is_letter && (r.is_spelled || r.is_plain)) {
      if (const std::optional<Part> f = over_denominator(r.value, j); f && !r.is_plain) {
        r.value = f->value;
        r.end = f->end;
        r.is_fraction = true;
        return;
      }
    }
    if (r.is_spelled && w->denominator > 1 && !w->is_denominator_plural && r.end >= i + 3) {
      const NumberWord* one = word(r.end - 1);
      const NumberWord* joint = word(r.end - 2);
      if (one != nullptr && joint != nullptr && joint->is_and && joint->joins_one_only && one->value == 1) {
        r.value = add(add(r.value, Decimal::of(-1)), divide(Decimal::of(1), Decimal::of(w->denominator)));
        r.end = j + 1;
        r.is_fraction = true;
        return;
      }
    }
    if (r.is_spelled && w->denominator > 0 && !w->is_denominator_plural && !w->is_denominator_only) {
      r.value = add(r.value, Decimal::of(w->denominator));
      r.end = j + 1;
      r.is_ordinal = true;
      return;
    }
    if (w->is_ratio_of || w->is_ratio_over) ratio(i, j, r);
  }

  bool decimals(std::uint32_t j, NumberReading& r) {
    std::string digits;
    std::uint32_t k = next(j + 1);
    if (const std::optional<Part> f = k == kNone ? std::nullopt : fraction(k); f && is_less(f->value, Decimal::of(1)))
      return false;  // "diez con tres veinteavos"
    std::uint32_t end = kNone;
    while (k != kNone && digits.size() < 18) {
      const NumberWord* w = word(k);
      if (w == nullptr) break;
      if (w->cardinal == Cardinal::kZero || (w->cardinal == Cardinal::kUnit && !(w->is_article && digits.empty()))) {
        // A row of single digits ("zero seven five"), unless a longer number starts here ("two hundred").
        const std::optional<Part> longer = below_million(k, false);
        if (longer && longer->end > k + 1) {
          digits += longer->value.to_string();
          end = longer->end;
          break;
        }
        digits += w->cardinal == Cardinal::kZero ? "0" : std::to_string(w->value);
        end = k + 1;
        k = next(end);
        continue;
      }
      if (const std::optional<Part> rest = below_million(k, false); rest && !rest->is_literal) {
        digits += rest->value.to_string();
        end = rest->end;
      }
      break;
    }
    if (end == kNone) return false;
    // "siete con tres quintos" is a fraction, not a decimal.
    if (const NumberWord* after = word(next(end)); after != nullptr && (after->denominator > 0 || after->is_half))
      return false;
    r.value = add(r.value, decimal_of("0", digits));
    r.end = end;
    bool letter = false;
    const std::uint32_t s = next(end);
    const std::int32_t power = s == kNone ? 0 : scale_at(s, false, letter);
    if (power > 0) {
      r.digits.end = units_[end - 1].end;
      r.value = shift(r.value, power);
      r.end = s + 1;
      r.scale = Span{units_[s].begin, units_[s].end};
      r.scale_power = power;
    }
    return true;
  }

  void ratio(std::uint32_t i, std::uint32_t j, NumberReading& r) {
    const NumberWord* w = word(j);
    std::uint32_t k = j + 1;
    if (w->ratio_second != 0) {
      if (k >= units_.size() || units_[k].key != w->ratio_second) return;
      ++k;
    }
    if (k >= units_.size() || units_[k].is_after_newline) return;
    NumberReading other_side;
    std::int32_t last_scale = 0;
    if (word(k) == nullptr && !is_number(k)) return;
    if (!cardinal(k, false, other_side, last_scale)) return;
    const bool both_plain = (r.is_plain || r.is_spelled) && (other_side.is_plain || other_side.is_spelled);
    if (!both_plain || r.value.exponent < 0 || other_side.value.exponent < 0 || r.value.coefficient <= 0) return;
    if (!is_less(r.value, other_side.value)) return;
    if (w->is_ratio_over && !w->is_ratio_of && r.value != Decimal::of(1)) return;
    r.value = divide(r.value, other_side.value);
    r.end = other_side.end;
    r.is_ratio = true;
    r.is_plain = false;
    r.digits.end = units_[r.end - 1].end;
    r.digits.begin = units_[i].begin;
  }

  std::string_view text_;
  std::span<const NumberUnit> units_;
  bool is_money_;
};

}  // namespace

std::optional<NumberReading> parse_number(std::string_view text, std::span<const NumberUnit> units, std::uint32_t first,
                                          bool is_money) {
  return Parser(text, units, is_money).parse(first);
}

}  // namespace dossier
