#include "extractors/statistic_cells.h"

#include <array>
#include <utility>

namespace dossier {
namespace {

constexpr std::array<std::pair<Comparator, std::string_view>, 5> kSigns = {{{Comparator::kGreaterEqual, "≥"},
                                                                            {Comparator::kLessEqual, "≤"},
                                                                            {Comparator::kGreater, ">"},
                                                                            {Comparator::kLess, "<"},
                                                                            {Comparator::kAbout, "~"}}};
constexpr std::array<std::pair<ChangeDirection, std::string_view>, 2> kArrows = {
    {{ChangeDirection::kUp, "↑"}, {ChangeDirection::kDown, "↓"}}};
constexpr std::string_view kRangeDash = "–";

std::string print_number(const Decimal& number, const PageLabels& labels, std::string_view language) {
  std::string digits = number.to_string();
  std::string sign;
  if (digits.starts_with('-')) {
    sign = "-";
    digits.erase(0, 1);
  }
  const std::size_t point = std::min(digits.find('.'), digits.size());
  std::string printed;
  const std::string group = labels.text("number.group", language);
  for (std::size_t i = 0; i < point; ++i) {
    // Four digits stand alone: a year-like "1,500" and "1500" are both common, the plain one cannot be misread.
    if (i > 0 && point > 4 && (point - i) % 3 == 0) printed += group;
    printed += digits[i];
  }
  if (point < digits.size()) printed += labels.text("number.decimal", language) + digits.substr(point + 1);
  return sign + printed;
}

void skip_blanks(std::string_view& text) {
  while (text.starts_with(' ')) text.remove_prefix(1);
}

bool take(std::string_view& text, std::string_view prefix) {
  if (prefix.empty() || !text.starts_with(prefix)) return false;
  text.remove_prefix(prefix.size());
  return true;
}

// Digits in groups as print_number writes them, or without groups. At most 18 digits: more are not exact.
std::optional<Decimal> take_number(std::string_view& text, const std::string& group, const std::string& point) {
  std::string_view rest = text;
  const bool is_negative = take(rest, "-");
  std::string digits;
  std::int32_t exponent = 0;
  bool in_fraction = false;
  const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  while (!rest.empty()) {
    if (is_digit(rest.front())) {
      digits += rest.front();
      if (in_fraction) --exponent;
      rest.remove_prefix(1);
    } else if (!digits.empty() && !in_fraction && rest.starts_with(group) && rest.size() > group.size() + 2 &&
               is_digit(rest[group.size()]) && is_digit(rest[group.size() + 1]) && is_digit(rest[group.size() + 2])) {
      rest.remove_prefix(group.size());
    } else if (!digits.empty() && !in_fraction && rest.starts_with(point) && rest.size() > point.size() &&
               is_digit(rest[point.size()])) {
      in_fraction = true;
      rest.remove_prefix(point.size());
    } else {
      break;
    }
  }
  const std::size_t leading = std::min(digits.find_first_not_of('0'), digits.size());
  digits.erase(0, leading);
  while (digits.size() > 1 && digits.back() == '0') {
    digits.pop_back();
    ++exponent;
  }
  if (digits.size() > 18 || rest.size() == text.size()) return std::nullopt;
  if (digits.empty() && leading == 0) return std::nullopt;
  Decimal number;
  for (const char c : digits) number.coefficient = number.coefficient * 10 + (c - '0');
  if (number.coefficient != 0) number.exponent = exponent;
  if (is_negative) number.coefficient = -number.coefficient;
  text = rest;
  return number;
}

bool is_currency_code(std::string_view unit) {
  return unit.size() == 3 && unit.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ") == std::string_view::npos;
}

StatisticKind kind_of(std::string_view unit) {
  if (unit == "%") return StatisticKind::kPercentage;
  if (unit == "pp") return StatisticKind::kPercentagePoints;
  if (unit == "x") return StatisticKind::kMultiple;
  if (is_currency_code(unit)) return StatisticKind::kMoney;
  for (const std::string_view duration : {"year", "month", "week", "day", "hour", "minute", "second"}) {
    if (unit == duration) return StatisticKind::kDuration;
  }
  return StatisticKind::kCount;
}

}  // namespace

std::string print_statistic(const Statistic& statistic, const PageLabels& labels, std::string_view language) {
  std::string printed;
  for (const auto& [change, arrow] : kArrows) {
    if (statistic.change == change) printed.append(arrow).append(" ");
  }
  for (const auto& [comparator, sign] : kSigns) {
    if (statistic.comparator == comparator) printed.append(sign).append(" ");
  }
  printed += print_number(statistic.number, labels, language);
  if (statistic.number_max) printed.append(kRangeDash).append(print_number(*statistic.number_max, labels, language));
  if (statistic.unit == "%" || statistic.unit == "x") {
    printed += statistic.unit;
    if (!statistic.noun.empty()) printed += " " + statistic.noun;
  } else if (is_currency_code(statistic.unit) || statistic.noun.empty()) {
    if (!statistic.unit.empty()) printed += " " + statistic.unit;
  } else {
    printed += " " + statistic.noun;
  }
  if (!statistic.per.empty()) printed += " / " + statistic.per;
  if (statistic.modality == Modality::kPlanned) printed += " (" + labels.text("word.planned", language) + ")";
  return printed;
}

std::optional<Statistic> read_statistic(std::string_view cell, const PageLabels& labels, std::string_view language) {
  Statistic statistic;
  const std::string group = labels.text("number.group", language), point = labels.text("number.decimal", language);
  skip_blanks(cell);
  for (const auto& [change, arrow] : kArrows) {
    if (take(cell, arrow)) statistic.change = change;
  }
  skip_blanks(cell);
  for (const auto& [comparator, sign] : kSigns) {
    if (take(cell, sign)) {
      statistic.comparator = comparator;
      break;
    }
  }
  skip_blanks(cell);
  const std::optional<Decimal> number = take_number(cell, group, point);
  if (!number) return std::nullopt;
  statistic.number = *number;
  if (std::string_view rest = cell; take(rest, kRangeDash)) {
    statistic.number_max = take_number(rest, group, point);
    if (!statistic.number_max) return std::nullopt;
    cell = rest;
  }
  while (cell.ends_with(' ')) cell.remove_suffix(1);
  const std::string planned = "(" + labels.text("word.planned", language) + ")";
  if (cell.ends_with(planned)) {
    statistic.modality = Modality::kPlanned;
    cell.remove_suffix(planned.size());
    while (cell.ends_with(' ')) cell.remove_suffix(1);
  }
  if (const std::size_t slash = cell.rfind(" / "); slash != std::string_view::npos) {
    statistic.per = std::string(cell.substr(slash + 3));
    cell = cell.substr(0, slash);
  }
  if (take(cell, "%")) {
    statistic.unit = "%";
  } else if (cell == "x" || cell.starts_with("x ")) {
    statistic.unit = "x";
    cell.remove_prefix(1);
  } else if (!cell.empty() && cell.front() != ' ') {
    return std::nullopt;  // "3rd", "5G": not a number with a unit
  }
  skip_blanks(cell);
  const bool has_sign_unit = !statistic.unit.empty();
  if (!has_sign_unit && (is_currency_code(cell) || kind_of(cell) != StatisticKind::kCount)) {
    statistic.unit = std::string(cell);
  } else if (!cell.empty()) {
    statistic.noun = std::string(cell);
    if (!has_sign_unit) {
      const std::size_t blank = cell.rfind(' ');
      statistic.unit = std::string(blank == std::string_view::npos ? cell : cell.substr(blank + 1));
      for (char& c : statistic.unit) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
    }
  }
  statistic.kind = kind_of(statistic.unit);
  return statistic;
}

}  // namespace dossier
