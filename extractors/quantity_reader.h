// quantity_reader.h - reads the quantities of one stretch of units, one file for each question. For quantity_*.cpp
// only; others ask quantities.h.
//
//   quantity_reader.cpp    "about 40 new boats a year"        where a quantity begins and ends, and of which kind it is
//   quantity_checks.cpp    "PostgreSQL 9.2", "1. First"       no quantities
//   quantity_units.cpp     "5 ft 2 in", "$5m", "a 9-year-old" its unit, currency or age; what it is divided by
//   quantity_ranges.cpp    "from 5 to 10 million", "up to 7"  its second value and what it is compared with
//   quantity_nouns.cpp     "40 new fishing boats"             what it counts: boats
//   quantity_layout.cpp    "40" over "BOATS" on a slide       what it counts if that stands on another line
//   quantity_context.cpp   "the mill will employ 40 people"   what it is about: the mill; that it is planned
//
// Positions are indices of units (NumberUnit), ranges half-open; a reader is used once, and what its context refers to
// must outlive it.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "extractors/quantities.h"

namespace dossier {

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

  // All quantities, in text order, none overlapping another.
  std::vector<Quantity> run();
  // The singular of the first noun in the plural ("number of sites" -> "site"); empty: none.
  std::string counted_noun() const;

 private:
  using Units = std::span<const NumberUnit>;
  using UnitKind = NumberUnit::Kind;
  using Q = QuantityKind;

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

  static constexpr std::uint32_t kMaxNounWords = 6;
  static constexpr std::uint32_t kLookAround = 24;  // units searched for modality, change, subject

  static constexpr QuantityWords::Kinds kinds(std::initializer_list<Q> list) {
    QuantityWords::Kinds all = 0;
    for (const Q kind : list) all |= QuantityWords::of(kind);
    return all;
  }

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
  bool is_word_next(std::uint32_t i) const { return is_word(i) && is_near(i); }
  // Does a line of text or, in slides, a column begin here?
  bool starts_line(std::uint32_t i) const {
    if (i == 0 || i >= units_.size() || units_[i].is_after_newline) return true;
    if (!is_slide_ || units_[i].begin <= units_[i - 1].end) return false;
    const std::string_view gap = text_.substr(units_[i - 1].end, units_[i].begin - units_[i - 1].end);
    return gap.size() >= 3 || gap.find('\t') != std::string_view::npos;
  }
  // Nothing is known yet about what it counts.
  static bool is_open(const Quantity& q) {
    return q.kind == StatisticKind::kCount && !q.has_unit && !q.has_noun && q.unit.empty();
  }
  bool ends_sentence(std::uint32_t i) const {
    return is_mark(i, '.') || is_mark(i, '!') || is_mark(i, '?') || is_mark(i, ':');
  }

  // quantity_reader.cpp: what a number and the words around it measure.
  bool is_start(std::uint32_t i) const;
  std::optional<Quantity> quantity(std::uint32_t i, std::uint32_t free, std::uint32_t& skip);
  std::optional<Quantity> ratio_of(const NumberReading& number) const;
  std::uint32_t glued_end(std::uint32_t end) const;
  bool find_share(Quantity& q) const;
  Quantity multiple_word(const QuantityMatch& m) const;

  // quantity_checks.cpp: what is no quantity: part of a name, a version, a date, a list's number.
  bool is_rather_word(const QuantityMatch& money, std::uint32_t number_end) const;
  bool stands_free(std::uint32_t first, std::uint32_t end, bool has_money) const;
  bool is_technology(const NumberReading& n) const;
  bool is_list_marker(const Quantity& q) const;
  bool is_multiple(const QuantityMatch& m) const;
  bool is_wanted(Quantity& q, bool is_label);
  bool is_whole_sentence(const Quantity& q) const;
  bool is_led_by_article(const Quantity& q) const;
  bool is_decade(const Quantity& q) const;
  bool is_version(const Quantity& q) const;

  // quantity_units.cpp: currencies, units, rates and ages beside a number.
  QuantityMatch money_before(std::uint32_t end) const;
  bool scaled_code(std::uint32_t i, std::string& code, std::int32_t& power) const;
  void set_money(Quantity& q, const QuantityMatch& money) const;
  std::string singular_of(const QuantityMatch& money) const;
  static void scale(Quantity& q, std::string_view factor);
  void find_unit(Quantity& q, std::uint32_t after, bool has_money);
  bool is_weighed(const Quantity& q, std::uint32_t end) const;
  bool is_unit_allowed(const Quantity& q, const QuantityMatch& m, bool hyphen, bool glued) const;
  bool closes_quote(std::uint32_t i) const;
  void set_unit(Quantity& q, const QuantityMatch& m) const;
  void extend_unit(Quantity& q, const QuantityMatch& m) const;
  bool is_speed(const QuantityMatch& m) const;
  void find_smaller_unit(Quantity& q);
  bool add_half(Quantity& q) const;
  bool is_cents(const Quantity& q, const NumberReading& rest, bool is_joined) const;
  void find_age_behind(Quantity& q) const;
  bool find_age(Quantity& q);
  void find_rate(Quantity& q);

  // quantity_ranges.cpp: "10-20", "at least 5": two values, and what is compared.
  void read_range(Quantity& q, std::uint32_t after, const QuantityMatch& money);
  void find_comparator_after(Quantity& q);
  void find_comparator_before(Quantity& q, std::uint32_t free);

  // quantity_nouns.cpp: what a number counts: "40 new fishing boats".
  void find_noun(Quantity& q, bool is_label);
  std::string lower(std::string_view word) const;
  bool is_noun_word(std::uint32_t i, bool over_line, std::uint32_t start) const;
  void noun_behind_adjectives(const Quantity& q, std::uint32_t start, bool over_line, std::uint32_t& head,
                              std::uint32_t& end) const;
  void capital_noun(std::uint32_t start, bool over_line, std::uint32_t& head, std::uint32_t& end) const;
  void noun_in_front(const Quantity& q, std::uint32_t start, std::uint32_t& head, std::uint32_t& end) const;
  void noun_at(std::uint32_t start, bool over_line, std::uint32_t& head, std::uint32_t& end) const;
  void inherit_unit(std::size_t k);

  // quantity_layout.cpp: numbers and labels on lines of their own.
  std::string phrase(std::uint32_t first, std::uint32_t end) const;
  bool is_in_row_of_numbers(std::uint32_t i) const;
  bool is_lone(const Quantity& q) const;
  bool is_alone_on_row(const Quantity& q) const;
  std::vector<Line> lines() const;
  void set_label(Quantity& q, const Line& label) const;
  void read_layout();
  void find_label(Quantity& q) const;
  bool is_label_unit(std::uint32_t i) const;

  // quantity_context.cpp: what a quantity is about, how it changed, whether it is planned.
  void find_context(Quantity& q) const;
  bool ends_in_verb(std::uint32_t end) const;
  void set_subject(Quantity& q, std::uint32_t first, std::uint32_t end, SubjectOrigin origin) const;
  void find_subject(Quantity& q) const;
  void find_clause_subject(Quantity& q) const;
  void set_clause_subject(Quantity& q, std::uint32_t first, std::uint32_t end) const;
  bool is_noun_phrase(std::uint32_t first) const;
  void find_base(Quantity& q) const;

  static bool is_upper(std::string_view word);              // no small letter, and a capital
  static Comparator comparator_of(std::string_view value);  // of the column value of a word: ">="

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

}  // namespace dossier
