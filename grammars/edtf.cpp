#include "grammars/edtf.h"

#include <algorithm>
#include <array>
#include <boost/fusion/include/adapt_struct.hpp>
#include <boost/spirit/home/x3.hpp>
#include <charconv>

namespace dossier::edtf {

// ---------------------------------------------------------------------------------------------------------------------
// Grammar: text -> raw strings. Every piece is a string, empty where it is absent; read() below gives them meaning.

namespace raw {

struct Part {
  std::string before, digits, after;
};
struct Date {
  std::string before, prefix, sign, digits, exponent, significant, after;
  std::vector<Part> parts;
  std::string time;
};
struct Endpoint {
  std::string open;         // ".."
  std::vector<Date> dates;  // none or one
};
struct Member {
  std::string lead;  // ".." of "..1984"
  Date date;
  std::string dots;        // ".." of "1984.." and "1984..1986"
  std::vector<Date> last;  // none or one
};
struct Interval {
  Endpoint begin, end;
};

}  // namespace raw
}  // namespace dossier::edtf

BOOST_FUSION_ADAPT_STRUCT(dossier::edtf::raw::Part, before, digits, after)
BOOST_FUSION_ADAPT_STRUCT(dossier::edtf::raw::Date, before, prefix, sign, digits, exponent, significant, after, parts,
                          time)
BOOST_FUSION_ADAPT_STRUCT(dossier::edtf::raw::Endpoint, open, dates)
BOOST_FUSION_ADAPT_STRUCT(dossier::edtf::raw::Member, lead, date, dots, last)
BOOST_FUSION_ADAPT_STRUCT(dossier::edtf::raw::Interval, begin, end)

namespace dossier::edtf {
namespace {

namespace x3 = boost::spirit::x3;

const auto qualifier = x3::repeat(0, 1)[x3::char_("?~%")];
const auto digit_or_x = x3::char_("0-9X");
const auto minus = x3::repeat(0, 1)[x3::char_('-')];
const auto two = x3::digit >> x3::digit;
const auto dots = x3::rule<struct DotsTag, std::string>{"dots"} = x3::string("..") | x3::attr(std::string());

const auto time_of_day = x3::rule<struct TimeTag, std::string>{"time"} =
    x3::raw['T' >> two >> ':' >> two >> ':' >> two >> -('Z' | (x3::char_("+-") >> two >> -(':' >> two)))] |
    x3::attr(std::string());

const auto part = x3::rule<struct PartTag, raw::Part>{"part"} = '-' >> qualifier >>
                                                                x3::repeat(2)[digit_or_x] >> qualifier;

const auto exponent = x3::rule<struct ExponentTag, std::string>{"exponent"} =
    ('E' >> x3::char_("1-9") >> x3::repeat(0, 1)[x3::digit]) | x3::attr(std::string());
const auto significant = x3::rule<struct SignificantTag, std::string>{"significant"} =
    ('S' >> x3::char_("1-9") >> x3::repeat(0, 1)[x3::digit]) | x3::attr(std::string());
const auto none = x3::attr(std::string());

const auto date = x3::rule<struct DateTag, raw::Date>{"date"} =
    (&(-x3::char_("?~%") >> 'Y') >> qualifier >> x3::string("Y") >> minus >> x3::repeat(1, 12)[x3::digit] >> exponent >>
     significant >> qualifier >> x3::repeat(0, 2)[part] >> none) |
    (qualifier >> none >> minus >> x3::repeat(4)[digit_or_x] >> none >> significant >> qualifier >>
     x3::repeat(0, 2)[part] >> time_of_day);

const auto endpoint = x3::rule<struct EndpointTag, raw::Endpoint>{"endpoint"} = dots >> x3::repeat(0, 1)[date];
const auto interval = x3::rule<struct IntervalTag, raw::Interval>{"interval"} = endpoint >> '/' >> endpoint;
const auto member = x3::rule<struct MemberTag, raw::Member>{"member"} = dots >> date >> dots >> x3::repeat(0, 1)[date];
const auto members = x3::rule<struct MembersTag, std::vector<raw::Member>>{"members"} = member % ',';

template <typename Rule, typename Attribute>
bool parse_all(std::string_view text, const Rule& rule, Attribute& attribute) {
  auto at = text.begin();
  return x3::parse(at, text.end(), rule, attribute) && at == text.end();
}

// ---------------------------------------------------------------------------------------------------------------------
// Meaning.

std::uint8_t qualifier_of(const std::string& mark) {
  if (mark.empty()) return 0;
  return mark == "?" ? kUncertain : mark == "~" ? kApproximate : kUncertain | kApproximate;
}

char mark_of(std::uint8_t qualifier) {
  return " ?~%"[qualifier & 3];
}

Component component_of(const std::string& before, const std::string& digits, const std::string& after) {
  Component component;
  for (const char digit : digits) {
    component.value = component.value * 10 + (digit == 'X' ? 0 : digit - '0');
    component.unspecified = static_cast<std::uint8_t>(component.unspecified << 1 | (digit == 'X'));
  }
  component.before = qualifier_of(before);
  component.after = qualifier_of(after);
  return component;
}

bool matches(const Component& component, int value) {
  for (int bit = 0, written = static_cast<int>(component.value); bit < 2; ++bit, value /= 10, written /= 10) {
    if (!(component.unspecified >> bit & 1) && value % 10 != written % 10) return false;
  }
  return value == 0;
}

constexpr std::int64_t kYearLimit = 5'000'000;

// Years that the year component allows, as a closed range; with unspecified digits not all of them match.
struct Years {
  std::int64_t first, last;
};

Years years_of(const Date& date) {
  std::int64_t low = date.year.value;
  for (int i = 0; i < date.exponent && low < kYearLimit; ++i) low *= 10;
  std::int64_t high = low;
  if (date.significant > 0) {
    int digits = 0;
    for (std::int64_t rest = low; rest > 0; rest /= 10) ++digits;
    if (date.form == YearForm::kFourDigits) digits = 4;
    std::int64_t unit = 1;
    for (int i = date.significant; i < digits; ++i) unit *= 10;
    low -= low % unit;
    high = low + unit - 1;
  }
  std::int64_t unit = 1;
  for (int bit = 0; bit < 4; ++bit, unit *= 10) {
    if (date.year.unspecified >> bit & 1) high += 9 * unit;
  }
  low = std::min(low, kYearLimit);
  high = std::min(high, kYearLimit);
  return date.negative ? Years{-high, -low} : Years{low, high};
}

bool year_matches(const Date& date, std::int64_t year) {
  std::int64_t value = year < 0 ? -year : year;
  std::int64_t written = date.year.value;
  if (date.year.unspecified == 0) return true;  // the range is exact
  for (int bit = 0; bit < 4; ++bit, value /= 10, written /= 10) {
    if (!(date.year.unspecified >> bit & 1) && value % 10 != written % 10) return false;
  }
  return true;
}

// Months of a part of the year: first month, count; month 13 is January of the next year.
struct Months {
  int first, count;
};

Months months_of_part(int code) {
  static constexpr std::array<Months, 21> kParts = {{{3, 3}, {6, 3},  {9, 3}, {12, 3},  // seasons, as in the north
                                                     {3, 3}, {6, 3},  {9, 3}, {12, 3},  // north
                                                     {9, 3}, {12, 3}, {3, 3}, {6, 3},   // south
                                                     {1, 3}, {4, 3},  {7, 3}, {10, 3},  // quarters
                                                     {1, 4}, {5, 4},  {9, 4},           // thirds
                                                     {1, 6}, {7, 6}}};                  // halves
  return kParts[static_cast<std::size_t>(code - 21)];
}

bool is_part_of_year(const Component& month) {
  return month.unspecified == 0 && month.value >= 21 && month.value <= 41;
}

std::int32_t first_of(std::int64_t year, int month) {
  return days_of(year + (month - 1) / 12, (month - 1) % 12 + 1, 1);
}
std::int32_t last_of(std::int64_t year, int month) {
  return first_of(year, month + 1) - 1;
}

std::optional<std::int32_t> earliest_in(const Date& date, std::int64_t year) {
  if (!date.month) return days_of(year, 1, 1);
  if (is_part_of_year(*date.month)) return first_of(year, months_of_part(static_cast<int>(date.month->value)).first);
  for (int month = 1; month <= 12; ++month) {
    if (!matches(*date.month, month)) continue;
    if (!date.day) return days_of(year, month, 1);
    for (int day = 1; day <= days_in_month(year, month); ++day) {
      if (matches(*date.day, day)) return days_of(year, month, day);
    }
  }
  return std::nullopt;
}

std::optional<std::int32_t> latest_in(const Date& date, std::int64_t year) {
  if (!date.month) return days_of(year, 12, 31);
  if (is_part_of_year(*date.month)) {
    const Months months = months_of_part(static_cast<int>(date.month->value));
    return last_of(year, months.first + months.count - 1);
  }
  for (int month = 12; month >= 1; --month) {
    if (!matches(*date.month, month)) continue;
    if (!date.day) return last_of(year, month);
    for (int day = days_in_month(year, month); day >= 1; --day) {
      if (matches(*date.day, day)) return days_of(year, month, day);
    }
  }
  return std::nullopt;
}

// The bounds, or nothing if no day of the calendar fits.
std::optional<Bounds> bounds_of(const Date& date) {
  const Years years = years_of(date);
  std::optional<std::int32_t> earliest, latest;
  for (std::int64_t year = years.first; year <= years.last && !earliest; ++year) {
    if (year_matches(date, year)) earliest = earliest_in(date, year);
    if (date.year.unspecified == 0 && !date.day) break;
  }
  for (std::int64_t year = years.last; year >= years.first && !latest; --year) {
    if (year_matches(date, year)) latest = latest_in(date, year);
    if (date.year.unspecified == 0 && !date.day) break;
  }
  if (!earliest || !latest) return std::nullopt;
  Bounds bounds{*earliest, *latest};
  if (years.first <= -kYearLimit) bounds.earliest = kDayOpenBegin;
  if (years.last >= kYearLimit) bounds.latest = kDayOpenEnd;
  return bounds;
}

bool is_time(const std::string& time) {
  if (time.empty()) return true;
  const auto number = [&](std::size_t at) { return (time[at] - '0') * 10 + (time[at + 1] - '0'); };
  if (number(1) > 24 || number(4) > 59 || number(7) > 60) return false;
  if (number(1) == 24 && (number(4) != 0 || number(7) != 0)) return false;
  if (time.size() > 10 && number(10) > 14) return false;
  return time.size() <= 13 || number(13) <= 59;
}

std::optional<Date> read(const raw::Date& text) {
  Date date;
  date.year = component_of(text.before, text.digits, text.after);
  date.negative = !text.sign.empty();
  if (date.negative && date.year.value == 0 && date.year.unspecified == 0) return std::nullopt;  // there is no -0000
  if (!text.exponent.empty()) date.exponent = static_cast<std::uint8_t>(std::stoi(text.exponent));
  if (!text.significant.empty()) {
    date.significant = static_cast<std::uint8_t>(std::stoi(text.significant));
    if (date.significant == 0 || date.year.unspecified != 0 || !text.parts.empty()) return std::nullopt;
  }
  if (!text.prefix.empty()) {
    date.form = text.exponent.empty() ? YearForm::kLong : YearForm::kExponent;
    if (text.digits[0] == '0' || (!text.parts.empty() && !text.exponent.empty())) return std::nullopt;
    if (date.form == YearForm::kLong && text.digits.size() < 5) return std::nullopt;  // four digits need no "Y"
    if (date.form == YearForm::kExponent && date.exponent == 0) return std::nullopt;
  }
  if (!text.parts.empty()) {
    const raw::Part& month = text.parts[0];
    date.month = component_of(month.before, month.digits, month.after);
    if (is_part_of_year(*date.month) && text.parts.size() > 1) return std::nullopt;
  }
  if (text.parts.size() > 1) {
    const raw::Part& day = text.parts[1];
    date.day = component_of(day.before, day.digits, day.after);
  }
  date.time = text.time;
  if (!date.time.empty()) {
    const bool plain = date.day && date.year.unspecified == 0 && date.month->unspecified == 0 &&
                       date.day->unspecified == 0 && !date.year.before && !date.year.after && !date.month->before &&
                       !date.month->after && !date.day->before && !date.day->after;
    if (!plain || !is_time(date.time)) return std::nullopt;
  }
  if (!bounds_of(date)) return std::nullopt;
  return date;
}

std::optional<Endpoint> read(const raw::Endpoint& text) {
  Endpoint endpoint;
  if (!text.open.empty()) {
    if (!text.dates.empty()) return std::nullopt;
    endpoint.kind = Endpoint::Kind::kOpen;
  } else if (text.dates.empty()) {
    endpoint.kind = Endpoint::Kind::kUnknown;
  } else {
    const std::optional<Date> date = read(text.dates[0]);
    if (!date || !date->time.empty()) return std::nullopt;
    endpoint.date = *date;
  }
  return endpoint;
}

Bounds bounds_of(const Endpoint& endpoint) {
  return endpoint.kind == Endpoint::Kind::kDate ? bounds_of(endpoint.date).value_or(Bounds{}) : Bounds{};
}

Bounds span_of(const Endpoint& from, const Endpoint& to) {
  return {bounds_of(from).earliest, bounds_of(to).latest};
}

std::optional<Member> read(const raw::Member& text) {
  Member member;
  const std::optional<Date> first = read(text.date);
  if (!first || !first->time.empty()) return std::nullopt;
  if (text.lead.empty() && text.dots.empty()) {
    if (!text.last.empty()) return std::nullopt;
    member.from.date = member.to.date = *first;
    return member;
  }
  member.is_run = true;
  if (!text.lead.empty()) {
    if (!text.dots.empty() || !text.last.empty()) return std::nullopt;
    member.from.kind = Endpoint::Kind::kOpen;
    member.to.date = *first;
    return member;
  }
  member.from.date = *first;
  if (text.last.empty()) {
    member.to.kind = Endpoint::Kind::kOpen;
    return member;
  }
  const std::optional<Date> last = read(text.last[0]);
  if (!last || !last->time.empty()) return std::nullopt;
  member.to.date = *last;
  if (bounds_of(member.from).earliest > bounds_of(member.to).latest) return std::nullopt;
  return member;
}

// ---------------------------------------------------------------------------------------------------------------------
// Printing.

void print_mark(std::string& out, std::uint8_t qualifier) {
  if (qualifier != 0) out += mark_of(qualifier);
}

void print_component(std::string& out, const Component& component, int width) {
  print_mark(out, component.before);
  std::string digits = std::to_string(component.value);
  if (digits.size() < static_cast<std::size_t>(width))
    digits.insert(0, static_cast<std::size_t>(width) - digits.size(), '0');
  for (std::size_t i = 0; i < digits.size() && i < 8; ++i) {
    if (component.unspecified >> i & 1) digits[digits.size() - 1 - i] = 'X';
  }
  out += digits;
}

void print_date(std::string& out, const Date& date) {
  print_mark(out, date.year.before);
  if (date.form != YearForm::kFourDigits) out += 'Y';
  if (date.negative) out += '-';
  Component year = date.year;
  year.before = 0;
  print_component(out, year, date.form == YearForm::kFourDigits ? 4 : 1);
  if (date.form == YearForm::kExponent) out += 'E' + std::to_string(date.exponent);
  if (date.significant > 0) out += 'S' + std::to_string(date.significant);
  print_mark(out, date.year.after);
  for (const std::optional<Component>* component : {&date.month, &date.day}) {
    if (!*component) continue;
    out += '-';
    print_component(out, **component, 2);
    print_mark(out, (*component)->after);
  }
  out += date.time;
}

void print_endpoint(std::string& out, const Endpoint& endpoint) {
  if (endpoint.kind == Endpoint::Kind::kOpen) out += "..";
  if (endpoint.kind == Endpoint::Kind::kDate) print_date(out, endpoint.date);
}

// ---------------------------------------------------------------------------------------------------------------------

template <typename Visit>
void for_each_date(const Value& value, Visit visit) {
  const auto endpoint = [&](const Endpoint& end) {
    if (end.kind == Endpoint::Kind::kDate) visit(end.date);
  };
  if (value.kind == Kind::kDate || value.kind == Kind::kInterval) endpoint(value.begin);
  if (value.kind == Kind::kInterval) endpoint(value.end);
  for (const Member& member : value.members) {
    endpoint(member.from);
    if (member.is_run) endpoint(member.to);
  }
}

int level_of(const Date& date) {
  if (date.form == YearForm::kExponent || date.significant > 0) return 2;
  const Component* parts[] = {&date.year, date.month ? &*date.month : nullptr, date.day ? &*date.day : nullptr};
  const Component* last = date.day ? parts[2] : date.month ? parts[1] : parts[0];
  int level = date.form == YearForm::kLong || date.negative ? 1 : 0;
  for (const Component* component : parts) {
    if (component == nullptr) continue;
    if (component->before != 0 || (component->after != 0 && component != last)) return 2;
    if (component->after != 0) level = 1;
  }
  if (date.month && is_part_of_year(*date.month)) {
    if (date.month->value > 24) return 2;
    level = 1;
  }
  // Level 1 leaves digits open from the right only: "201X", "20XX", "2004-XX", "1985-04-XX", "1985-XX-XX".
  if (date.year.unspecified != 0 && (date.month || (date.year.unspecified != 1 && date.year.unspecified != 3)))
    return 2;
  if (date.month && date.month->unspecified != 0 && date.month->unspecified != 3) return 2;
  if (date.day && date.day->unspecified != 0 && date.day->unspecified != 3) return 2;
  if (date.month && date.month->unspecified == 3 && date.day && date.day->unspecified != 3) return 2;
  for (const Component* component : parts) {
    if (component != nullptr && component->unspecified != 0) level = 1;
  }
  return level;
}

}  // namespace

std::optional<Value> parse(std::string_view text) {
  Value value;
  if (text.empty() || text.size() > 1024) return std::nullopt;
  if (text.front() == '[' || text.front() == '{') {
    const bool all = text.front() == '{';
    if (text.back() != (all ? '}' : ']') || text.size() < 3) return std::nullopt;
    std::vector<raw::Member> list;
    if (!parse_all(text.substr(1, text.size() - 2), members, list)) return std::nullopt;
    value.kind = all ? Kind::kAllOf : Kind::kOneOf;
    for (const raw::Member& item : list) {
      const std::optional<Member> member = read(item);
      if (!member) return std::nullopt;
      value.members.push_back(*member);
    }
    return value;
  }
  if (text.find('/') != std::string_view::npos) {
    raw::Interval ends;
    if (!parse_all(text, interval, ends)) return std::nullopt;
    const std::optional<Endpoint> begin = read(ends.begin);
    const std::optional<Endpoint> end = read(ends.end);
    if (!begin || !end) return std::nullopt;
    if (begin->kind == Endpoint::Kind::kUnknown && end->kind == Endpoint::Kind::kUnknown) return std::nullopt;
    value.kind = Kind::kInterval;
    value.begin = *begin;
    value.end = *end;
    if (bounds_of(*begin).earliest > bounds_of(*end).latest) return std::nullopt;
    return value;
  }
  raw::Date one;
  if (!parse_all(text, date, one)) return std::nullopt;
  const std::optional<Date> result = read(one);
  if (!result) return std::nullopt;
  value.begin.date = *result;
  return value;
}

std::string print(const Value& value) {
  std::string out;
  switch (value.kind) {
    case Kind::kDate:
      print_endpoint(out, value.begin);
      break;
    case Kind::kInterval:
      print_endpoint(out, value.begin);
      out += '/';
      print_endpoint(out, value.end);
      break;
    case Kind::kOneOf:
    case Kind::kAllOf:
      out += value.kind == Kind::kOneOf ? '[' : '{';
      for (const Member& member : value.members) {
        if (out.size() > 1) out += ',';
        print_endpoint(out, member.from);
        if (member.is_run) {
          if (member.from.kind == Endpoint::Kind::kDate) out += "..";
          if (member.to.kind == Endpoint::Kind::kDate) print_endpoint(out, member.to);
        }
      }
      out += value.kind == Kind::kOneOf ? ']' : '}';
      break;
  }
  return out;
}

Bounds bounds(const Value& value) {
  if (value.kind == Kind::kDate) return bounds_of(value.begin);
  if (value.kind == Kind::kInterval) return span_of(value.begin, value.end);
  Bounds all{kDayOpenEnd, kDayOpenBegin};
  for (const Member& member : value.members) {
    const Bounds one = span_of(member.from, member.to);
    all.earliest = std::min(all.earliest, one.earliest);
    all.latest = std::max(all.latest, one.latest);
  }
  return all;
}

int level(const Value& value) {
  if (value.kind == Kind::kOneOf || value.kind == Kind::kAllOf) return 2;
  int level = 0;
  if (value.kind == Kind::kInterval &&
      (value.begin.kind != Endpoint::Kind::kDate || value.end.kind != Endpoint::Kind::kDate)) {
    level = 1;
  }
  for_each_date(value, [&](const Date& date) {
    const bool open_digits = date.year.unspecified != 0 || (date.month && date.month->unspecified != 0) ||
                             (date.day && date.day->unspecified != 0);
    const bool raised = value.kind == Kind::kInterval && open_digits;  // "X" inside intervals came with level 2
    level = std::max(level, raised ? 2 : level_of(date));
  });
  return level;
}

bool is_portable(const Value& value) {
  if (value.kind == Kind::kAllOf) return false;
  bool portable = true;
  for_each_date(value, [&](const Date& date) {
    const bool part = date.month && is_part_of_year(*date.month);
    const bool quarter_or_half = part && date.month->value >= 33;
    if (date.form != YearForm::kFourDigits || date.significant > 0) portable = false;
    if (quarter_or_half && (value.kind != Kind::kDate || qualifiers(value) != 0)) portable = false;
    if (part && date.month->value > 24 && date.month->value < 33) portable = false;
    const bool yearless = date.year.unspecified == 15 && date.month && date.month->unspecified == 0 &&
                          (!date.day || date.day->unspecified == 0);
    if (level_of(date) == 2 && !quarter_or_half && !yearless) portable = false;
  });
  return portable;
}

std::uint8_t qualifiers(const Value& value) {
  std::uint8_t all = 0;
  for_each_date(value, [&](const Date& date) {
    all = static_cast<std::uint8_t>(all | date.year.before | date.year.after);
    for (const auto& component : {date.month, date.day}) {
      if (component) all = static_cast<std::uint8_t>(all | component->before | component->after);
    }
  });
  return all;
}

Relation compare(Bounds a, Bounds b) {
  if (a == b) return Relation::kEqual;
  if (a.latest < b.earliest) return Relation::kBefore;
  if (b.latest < a.earliest) return Relation::kAfter;
  if (a.earliest <= b.earliest && b.latest <= a.latest) return Relation::kContains;
  if (b.earliest <= a.earliest && a.latest <= b.latest) return Relation::kWithin;
  return Relation::kOverlaps;
}

std::optional<Bounds> intersect(Bounds a, Bounds b) {
  const Bounds both{std::max(a.earliest, b.earliest), std::min(a.latest, b.latest)};
  if (both.earliest > both.latest) return std::nullopt;
  return both;
}

std::optional<Value> intersect(const Value& a, const Value& b) {
  const std::optional<Bounds> both = intersect(bounds(a), bounds(b));
  if (!both) return std::nullopt;
  const bool is_a = *both == bounds(a);
  const bool is_b = *both == bounds(b);
  if (is_a && is_b) return print(a) < print(b) ? a : b;  // the order of the two must not matter
  if (is_a) return a;
  if (is_b) return b;
  return parse(of_bounds(*both));
}

std::string of_year(std::int64_t year) {
  char digits[20];
  const char* const end = std::to_chars(digits, digits + sizeof digits, year < 0 ? -year : year).ptr;
  const auto size = static_cast<std::size_t>(end - digits);
  std::string text;  // of ten letters with month and day: without an allocation
  if (size > 4) text += 'Y';
  if (year < 0) text += '-';
  if (size < 4) text.append(4 - size, '0');
  return text.append(digits, size);
}

namespace {

void append_two_digits(std::string& text, int number) {
  text += '-';
  text += static_cast<char>('0' + number / 10);
  text += static_cast<char>('0' + number % 10);
}

}  // namespace

std::string of_month(std::int64_t year, int month) {
  std::string text = of_year(year);
  append_two_digits(text, month);
  return text;
}

std::string of_day(std::int32_t days) {
  const Civil civil = civil_of(days);
  std::string text = of_month(civil.year, civil.month);
  append_two_digits(text, civil.day);
  return text;
}

std::string of_bounds(Bounds bounds) {
  const bool open_begin = bounds.earliest == kDayOpenBegin;
  const bool open_end = bounds.latest == kDayOpenEnd;
  if (open_begin && open_end) return "../..";
  const Civil first = civil_of(open_begin ? 0 : bounds.earliest);
  const Civil last = civil_of(open_end ? 0 : bounds.latest);
  const bool year_begin = !open_begin && first.month == 1 && first.day == 1;
  const bool year_end = !open_end && last.month == 12 && last.day == 31;
  const bool month_begin = !open_begin && first.day == 1;
  const bool month_end = !open_end && last.day == days_in_month(last.year, last.month);
  const bool plain = first.year > -9999 && last.year < 9999;
  if (plain && year_begin && year_end && first.year > 0) {
    if (first.year == last.year) return of_year(first.year);
    if (first.year % 100 == 0 && last.year == first.year + 99) return of_year(first.year).substr(0, 2) + "XX";
    if (first.year % 10 == 0 && last.year == first.year + 9) return of_year(first.year).substr(0, 3) + "X";
  }
  if (month_begin && month_end && first.year == last.year && first.month == last.month) {
    return of_month(first.year, first.month);
  }
  if (!open_begin && bounds.earliest == bounds.latest) return of_day(bounds.earliest);
  // Both ends in the coarsest unit that both allow, so that "2018-01-01/2018-03-31" becomes "2018-01/2018-03".
  const bool years = (open_begin || year_begin) && (open_end || year_end);
  const bool months = (open_begin || month_begin) && (open_end || month_end);
  const auto end = [&](bool open, const Civil& civil, std::int32_t days) {
    if (open) return std::string("..");
    if (years) return of_year(civil.year);
    return months ? of_month(civil.year, civil.month) : of_day(days);
  };
  return end(open_begin, first, bounds.earliest) + "/" + end(open_end, last, bounds.latest);
}

// ---------------------------------------------------------------------------------------------------------------------
// Calendar. The era arithmetic is the well-known one over 400-year cycles that begin on 1 March.

std::int32_t days_of(std::int64_t year, int month, int day) {
  year = std::clamp(year, -kYearLimit - 1, kYearLimit + 1);
  const std::int64_t shifted = year - (month <= 2 ? 1 : 0);
  const std::int64_t era = (shifted >= 0 ? shifted : shifted - 399) / 400;
  const std::int64_t year_of_era = shifted - era * 400;
  const std::int64_t day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
  const std::int64_t day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
  return static_cast<std::int32_t>(era * 146097 + day_of_era - 719468);
}

Civil civil_of(std::int32_t days) {
  const std::int64_t shifted = std::int64_t{days} + 719468;
  const std::int64_t era = (shifted >= 0 ? shifted : shifted - 146096) / 146097;
  const std::int64_t day_of_era = shifted - era * 146097;
  const std::int64_t year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
  const std::int64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  const std::int64_t month = (5 * day_of_year + 2) / 153;
  Civil civil;
  civil.day = static_cast<int>(day_of_year - (153 * month + 2) / 5 + 1);
  civil.month = static_cast<int>(month < 10 ? month + 3 : month - 9);
  civil.year = year_of_era + era * 400 + (civil.month <= 2 ? 1 : 0);
  return civil;
}

int days_in_month(std::int64_t year, int month) {
  static constexpr std::array<int, 12> kDays = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  const bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
  return month == 2 && leap ? 29 : kDays[static_cast<std::size_t>(month - 1)];
}

int weekday_of(std::int32_t days) {
  const int from_monday = static_cast<int>((std::int64_t{days} + 3) % 7);  // 1970-01-01 was a Thursday
  return (from_monday < 0 ? from_monday + 7 : from_monday) + 1;
}

}  // namespace dossier::edtf
