#include "extractors/period_cells.h"

#include <unicode/dtfmtsym.h>
#include <unicode/normalizer2.h>
#include <unicode/uchar.h>
#include <unicode/unistr.h>

#include <boost/fusion/include/at_c.hpp>
#include <boost/fusion/include/std_pair.hpp>
#include <boost/spirit/home/x3.hpp>
#include <map>
#include <optional>
#include <set>

#include "grammars/tsv.h"

namespace dossier {
namespace {

namespace x3 = boost::spirit::x3;

// ---------------------------------------------------------------------------------------------------------------------
// The cell as the grammar sees it: lower case, no accents, every dash "-", every apostrophe "'", single spaces, no
// marks of emphasis. Words of the data file are folded the same way.

char32_t plain_mark(char32_t c) {
  switch (c) {
    case 0x2010:
    case 0x2011:
    case 0x2012:
    case 0x2013:
    case 0x2014:
    case 0x2015:
    case 0x2212:
    case 0x2192:
      return U'-';
    case 0x2018:
    case 0x2019:
    case 0x02BC:
    case 0x0060:
    case 0x00B4:
      return U'\'';
    default:
      return c;
  }
}

std::string fold_cell(std::string_view cell) {
  UErrorCode status = U_ZERO_ERROR;
  const icu::Normalizer2* decompose = icu::Normalizer2::getNFDInstance(status);
  icu::UnicodeString text =
      icu::UnicodeString::fromUTF8(icu::StringPiece(cell.data(), static_cast<int32_t>(cell.size())));
  text.toLower(icu::Locale::getRoot());
  if (U_SUCCESS(status)) text = decompose->normalize(text, status);
  icu::UnicodeString folded;
  for (int32_t i = 0; i < text.length(); i = text.moveIndex32(i, 1)) {
    const UChar32 c = static_cast<UChar32>(plain_mark(static_cast<char32_t>(text.char32At(i))));
    if (u_charType(c) == U_NON_SPACING_MARK || u_charType(c) == U_FORMAT_CHAR || c == '*' || c == '_') continue;
    if (u_isUWhiteSpace(c)) {
      if (!folded.isEmpty() && folded.charAt(folded.length() - 1) != ' ') folded.append(UChar32{' '});
    } else {
      folded.append(c);
    }
  }
  folded.trim();
  std::string bytes;
  folded.toUTF8String(bytes);
  return bytes;
}

// ---------------------------------------------------------------------------------------------------------------------
// One end of a period.

// EDTF's codes above the twelve months: 21-24 seasons, 33-36 quarters, 40-41 halves.
constexpr int kSpring = 21, kQuarterBase = 32, kHalfBase = 39;

struct Bound {
  enum class Unit { kYear, kMonth, kDay, kDecade } unit = Unit::kYear;  // kMonth: also EDTF's codes above 12
  int year = 0;
  int month = 0;
  int day = 0;
  bool about = false;
  bool uncertain = false;
  bool is_part = false;  // "early", "mid", "late": said in the cell, not in the date

  static Bound of_year(int year) { return {.year = year}; }
  static Bound of_month(int year, int month) { return {.unit = Unit::kMonth, .year = year, .month = month}; }
  static Bound of_day(int year, int month, int day) {
    return {.unit = Unit::kDay, .year = year, .month = month, .day = day};
  }
  static Bound of_decade(int year) { return {.unit = Unit::kDecade, .year = year}; }

  bool is_valid() const {
    if (unit == Unit::kDecade) return year % 10 == 0;
    if (unit != Unit::kDay) return true;
    static constexpr int kDays[] = {31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    const bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    return month >= 1 && month <= 12 && day >= 1 && day <= kDays[month - 1] && (month != 2 || day < 29 || leap);
  }
  int first_year() const { return year; }
  int last_year() const { return unit == Unit::kDecade ? year + 9 : year; }
  std::string edtf() const;
};

std::string padded(int number, int width) {
  std::string digits = std::to_string(number);
  while (static_cast<int>(digits.size()) < width) digits.insert(digits.begin(), '0');
  return digits;
}

std::string Bound::edtf() const {
  std::string date = padded(year, 4);
  if (unit == Unit::kDecade) date.back() = 'X';
  if (unit == Unit::kMonth || unit == Unit::kDay) date += "-" + padded(month, 2);
  if (unit == Unit::kDay) date += "-" + padded(day, 2);
  if (about && uncertain) return date + "%";
  if (about) return date + "~";
  return uncertain ? date + "?" : date;
}

// What a cell says before anything is concluded from it.
struct Cell {
  enum class Shape { kNothing, kPoint, kRange, kFrom, kUntil, kBefore, kAfter } shape = Shape::kNothing;
  Bound from;
  Bound to;
  Status status = Status::kUnknown;
};

Cell cell_of(Cell::Shape shape, Bound from, Bound to = {}, Status status = Status::kUnknown) {
  return {shape, from, to, status};
}

// A plain EDTF date as Bound; nothing for forms that a table cell has no words for (intervals, centuries, sets).
std::optional<Bound> bound_of_edtf(std::string_view edtf) {
  Bound bound;
  if (edtf.ends_with('~')) bound.about = true;
  if (edtf.ends_with('?')) bound.uncertain = true;
  if (edtf.ends_with('%')) bound.about = bound.uncertain = true;
  if (bound.about || bound.uncertain) edtf.remove_suffix(1);
  const auto number = [&](std::size_t at, std::size_t size) {
    int value = 0;
    for (const char c : edtf.substr(at, size)) {
      if (c < '0' || c > '9') return -1;
      value = value * 10 + (c - '0');
    }
    return value;
  };
  if (edtf.size() == 4 && edtf[3] == 'X') {
    bound.unit = Bound::Unit::kDecade;
    bound.year = number(0, 3) * 10;
  } else if (edtf.size() == 4) {
    bound.year = number(0, 4);
  } else if (edtf.size() == 7 && edtf[4] == '-') {
    bound.unit = Bound::Unit::kMonth;
    bound.year = number(0, 4);
    bound.month = number(5, 2);
    const bool known = (bound.month >= 1 && bound.month <= 12) || (bound.month >= 21 && bound.month <= 24) ||
                       (bound.month >= 33 && bound.month <= 36) || bound.month == 40 || bound.month == 41;
    if (!known) return std::nullopt;
  } else if (edtf.size() == 10 && edtf[4] == '-' && edtf[7] == '-') {
    bound.unit = Bound::Unit::kDay;
    bound.year = number(0, 4);
    bound.month = number(5, 2);
    bound.day = number(8, 2);
  } else {
    return std::nullopt;
  }
  if (bound.year < 1000 || !bound.is_valid()) return std::nullopt;
  return bound;
}

// The last year an EDTF date may mean ("199X": 1999); 0: none.
int year_of(std::string_view edtf) {
  int year = 0, digits = 0;
  for (const char c : edtf) {
    if (digits == 4) break;
    if ((c >= '0' && c <= '9') || c == 'X') {
      year = year * 10 + (c == 'X' ? 9 : c - '0');
      ++digits;
    } else if (digits > 0) {
      break;
    }
  }
  return digits == 4 ? year : 0;
}

}  // namespace

// ---------------------------------------------------------------------------------------------------------------------
// The words, and the grammar over them.

struct PeriodCells::Words {
  using Set = x3::symbols<int>;
  std::map<std::string, Set, std::less<>> sets;                                     // by meaning; also "month"
  std::map<std::pair<std::string, std::string>, std::string, std::less<>> printed;  // (meaning, language)
  std::map<std::string, std::vector<std::string>, std::less<>> month_names;         // by language: 12 short names

  std::string word(const std::string& meaning, std::string_view language) const {
    for (const std::string& candidate : {std::string(language), std::string("*"), std::string("en")}) {
      const auto found = printed.find({meaning, candidate});
      if (found != printed.end()) return found->second;
    }
    return {};
  }
  void add_months(const std::string& language, bool to_printed);
  std::optional<Cell> parse(const std::string& folded) const;
};

namespace {

const std::vector<std::string>& meanings() {
  static const std::vector<std::string> all = {"none",       "now",    "current", "past",   "planned", "before",
                                               "after",      "since",  "until",   "to",     "about",   "decade",
                                               "decade_end", "early",  "mid",     "late",   "of",      "quarter",
                                               "half",       "spring", "summer",  "autumn", "winter",  "ordinal_end"};
  return all;
}

template <int Digits>
const auto fixed_number = x3::uint_parser<int, 10, Digits, Digits>{};

}  // namespace

void PeriodCells::Words::add_months(const std::string& language, bool to_printed) {
  UErrorCode status = U_ZERO_ERROR;
  const icu::DateFormatSymbols symbols(icu::Locale(language.c_str()), status);
  if (U_FAILURE(status)) return;
  for (const auto context : {icu::DateFormatSymbols::FORMAT, icu::DateFormatSymbols::STANDALONE}) {
    for (const auto width : {icu::DateFormatSymbols::WIDE, icu::DateFormatSymbols::ABBREVIATED}) {
      int32_t count = 0;
      const icu::UnicodeString* names = symbols.getMonths(count, context, width);
      for (int32_t month = 0; month < count && month < 12; ++month) {
        std::string name;
        names[month].toUTF8String(name);
        if (name.ends_with('.')) name.pop_back();
        sets["month"].add(fold_cell(name), month + 1);
        if (width == icu::DateFormatSymbols::ABBREVIATED && context == icu::DateFormatSymbols::FORMAT && to_printed) {
          month_names[language].push_back(name);
        }
      }
    }
  }
}

// The whole grammar of a cell. Order matters where one form is the beginning of another: a day before a month before a
// year, "1982-83" before the range "1982-". Every alternative must reach the end of the cell.
std::optional<Cell> PeriodCells::Words::parse(const std::string& folded) const {
  const auto set = [&](const char* meaning) -> const Set& { return sets.find(std::string_view(meaning))->second; };
  // Words end at a letter's end: "ab" is not the beginning of "about".
  const auto word = [&](const char* meaning) { return x3::lexeme[set(meaning) >> !x3::alpha]; };
  const auto give = [](auto make) { return [make](auto& ctx) { x3::_val(ctx) = make(x3::_attr(ctx)); }; };
  using boost::fusion::at_c;

  const auto year = x3::lexeme[fixed_number<4> >> !x3::digit];
  const auto two = x3::lexeme[fixed_number<2> >> !x3::digit];
  const auto day = x3::lexeme[x3::uint_parser<int, 10, 1, 2>{} >> !x3::digit];
  const auto month = x3::lexeme[set("month") >> -x3::omit[x3::char_('.')] >> !x3::alpha];
  const auto dash = x3::omit[x3::char_('-')];
  const auto of = -x3::omit[word("of")];
  const auto ordinal_end = -x3::omit[x3::lexeme[(set("ordinal_end") | ".") >> !x3::alpha]];

  // "anni '10" is of this century, "anni '60" of the last.
  const auto century_of_decade = [](int tens) { return (tens < 30 ? 2000 : 1900) + tens; };

  const auto plain_bound = x3::rule<struct PlainBoundTag, Bound>{"date"} =
      x3::lexeme[fixed_number<4> >> '-' >> fixed_number<2> >> '-' >> fixed_number<2> >> !x3::digit]
                [give([](const auto& a) { return Bound::of_day(at_c<0>(a), at_c<1>(a), at_c<2>(a)); })] |
      (day >> ordinal_end >> of >> month >> of >>
       year)[give([](const auto& a) { return Bound::of_day(at_c<2>(a), at_c<1>(a), at_c<0>(a)); })] |
      (month >> day >> ordinal_end >> -x3::omit[x3::char_(',')] >>
       year)[give([](const auto& a) { return Bound::of_day(at_c<2>(a), at_c<0>(a), at_c<1>(a)); })] |
      (month >> of >> year)[give([](const auto& a) { return Bound::of_month(at_c<1>(a), at_c<0>(a)); })] |
      (year >> month)[give([](const auto& a) { return Bound::of_month(at_c<0>(a), at_c<1>(a)); })] |
      (x3::lexeme[x3::omit[set("quarter")] >> -x3::lit(' ') >> x3::uint_parser<int, 10, 1, 1>{}] >> of >>
       year)[give([](const auto& a) { return Bound::of_month(at_c<1>(a), kQuarterBase + at_c<0>(a)); })] |
      (x3::lexeme[x3::omit[set("half")] >> -x3::lit(' ') >> x3::uint_parser<int, 10, 1, 1>{}] >> of >>
       year)[give([](const auto& a) { return Bound::of_month(at_c<1>(a), kHalfBase + at_c<0>(a)); })] |
      (x3::omit[word("spring")] >> of >> year)[give([](int y) { return Bound::of_month(y, kSpring); })] |
      (x3::omit[word("summer")] >> of >> year)[give([](int y) { return Bound::of_month(y, kSpring + 1); })] |
      (x3::omit[word("autumn")] >> of >> year)[give([](int y) { return Bound::of_month(y, kSpring + 2); })] |
      (x3::omit[word("winter")] >> of >> year)[give([](int y) { return Bound::of_month(y, kSpring + 3); })] |
      x3::lexeme[fixed_number<4> >> -x3::lit('\'') >> -x3::lit(' ') >> x3::omit[set("decade_end")] >> !x3::alnum]
                [give([](int y) { return Bound::of_decade(y); })] |
      (-x3::omit[word("decade")] >>
       x3::lexeme[-x3::lit('\'') >> fixed_number<2> >> -x3::lit('\'') >> x3::omit[set("decade_end")] >>
                  !x3::alnum])[give([=](int tens) { return Bound::of_decade(century_of_decade(tens)); })] |
      (x3::omit[word("decade")] >> year)[give([](int y) { return Bound::of_decade(y); })] |
      (x3::omit[word("decade")] >> x3::omit[-x3::char_('\'')] >>
       two)[give([=](int tens) { return Bound::of_decade(century_of_decade(tens)); })] |
      x3::lexeme['\'' >> fixed_number<2> >> !x3::digit]
                [give([=](int tens) { return Bound::of_decade(century_of_decade(tens)); })] |
      x3::lexeme[fixed_number<2> >> '/' >> fixed_number<4> >> !x3::digit]
                [give([](const auto& a) { return Bound::of_month(at_c<1>(a), at_c<0>(a)); })] |
      year[give([](int y) { return Bound::of_year(y); })];

  const auto part =
      x3::matches[x3::lexeme[(set("early") | set("mid") | set("late")) >> !x3::alpha] >> -x3::omit[x3::char_('-')]];
  // "mid-2010s" has its dash inside; "~" may stand before or after, "?" only after.
  const auto about_before = x3::lexeme[set("about")];
  const auto bound = x3::rule<struct BoundTag, Bound>{"bound"} =
      (x3::matches[about_before] >> part >> plain_bound >> x3::matches[about_before] >>
       x3::matches[x3::char_('?')])[give([](const auto& a) {
        Bound result = at_c<2>(a);
        result.about = at_c<0>(a) || at_c<3>(a);
        result.is_part = at_c<1>(a);
        result.uncertain = at_c<4>(a);
        return result;
      })];

  using Shape = Cell::Shape;
  const auto now = x3::omit[word("now") | word("current")];
  const auto unknown = x3::omit[x3::char_('?')];

  // "1982-83": a range if the second number is later than the first, else "2024-01": the month.
  const auto abbreviated = x3::rule<struct AbbreviatedTag, Cell>{"abbreviated range"} =
      (x3::matches[about_before] >> fixed_number<4> >> dash >> two)[([](auto& ctx) {
        const auto& a = x3::_attr(ctx);
        const int first = at_c<1>(a);
        const int tail = at_c<2>(a);
        Bound from = Bound::of_year(first);
        Bound to = Bound::of_year(first - first % 100 + tail);
        from.about = to.about = at_c<0>(a);
        if (tail > first % 100) {
          x3::_val(ctx) = cell_of(Shape::kRange, from, to);
        } else if (tail >= 1 && tail <= 12) {
          from = Bound::of_month(first, tail);
          from.about = at_c<0>(a);
          x3::_val(ctx) = cell_of(Shape::kPoint, from);
        } else {  // "1998-00"
          to.year += 100;
          x3::_val(ctx) = cell_of(Shape::kRange, from, to);
        }
      })];

  // Sharing of what stands once: "mar-giu 2018", "17-21 ott 2022", "28 set-2 ott 2022".
  const auto shared = x3::rule<struct SharedTag, Cell>{"range in one year"} =
      (month >> dash >> month >> of >> year)[give([](const auto& a) {
        return cell_of(Shape::kRange, Bound::of_month(at_c<2>(a), at_c<0>(a)), Bound::of_month(at_c<2>(a), at_c<1>(a)));
      })] |
      (day >> dash >> day >> of >> month >> of >> year)[give([](const auto& a) {
        return cell_of(Shape::kRange, Bound::of_day(at_c<3>(a), at_c<2>(a), at_c<0>(a)),
                       Bound::of_day(at_c<3>(a), at_c<2>(a), at_c<1>(a)));
      })] |
      (day >> month >> dash >> day >> month >> year)[give([](const auto& a) {
        return cell_of(Shape::kRange, Bound::of_day(at_c<4>(a), at_c<1>(a), at_c<0>(a)),
                       Bound::of_day(at_c<4>(a), at_c<3>(a), at_c<2>(a)));
      })] |
      (month >> dash >>
       year)[give([](const auto& a) { return cell_of(Shape::kPoint, Bound::of_month(at_c<1>(a), at_c<0>(a))); })];

  const auto glue = x3::omit[x3::char_('-') | word("to")];
  const auto base = x3::rule<struct BaseTag, Cell>{"period"} =
      (x3::lexeme[x3::omit[set("before")] >> -x3::lit(' ') >> -x3::lit('-')] >>
       bound)[give([](const Bound& b) { return cell_of(Shape::kBefore, {}, b); })] |
      (x3::lexeme[x3::omit[set("after")] >> -x3::lit(' ') >> -x3::lit('-')] >>
       bound)[give([](const Bound& b) { return cell_of(Shape::kAfter, b); })] |
      (-x3::omit[word("since")] >> bound >> glue >>
       now)[give([](const Bound& b) { return cell_of(Shape::kFrom, b, {}, Status::kCurrent); })] |
      (-x3::omit[word("since")] >> bound >> glue >>
       bound)[give([](const auto& a) { return cell_of(Shape::kRange, at_c<0>(a), at_c<1>(a)); })] |
      (bound >> dash >> unknown)[give([](const Bound& b) { return cell_of(Shape::kFrom, b); })] |
      (bound >> x3::omit[x3::char_('-') | '+'])[give([](const Bound& b) { return cell_of(Shape::kFrom, b); })] |
      (x3::omit[word("since")] >> bound)[give([](const Bound& b) { return cell_of(Shape::kFrom, b); })] |
      ((x3::omit[word("until")] | (x3::omit[x3::char_('?')] >> dash) | dash) >>
       bound)[give([](const Bound& b) { return cell_of(Shape::kUntil, {}, b); })] |
      (-dash >> now >> -dash)[give([](const auto&) { return cell_of(Shape::kNothing, {}, {}, Status::kCurrent); })] |
      x3::omit[word("past")][give([](const auto&) { return cell_of(Shape::kNothing, {}, {}, Status::kPast); })] |
      x3::omit[word("planned")][give([](const auto&) { return cell_of(Shape::kNothing, {}, {}, Status::kPlanned); })] |
      bound[give([](const Bound& b) { return cell_of(Shape::kPoint, b); })] |
      x3::omit[x3::lexeme[set("none")]][give([](const auto&) { return Cell{}; })];

  // "2018- (precedente)": a status that the dates alone do not tell.
  const auto status = x3::rule<struct StatusTag, Status>{"status"} =
      now[give([](const auto&) { return Status::kCurrent; })] |
      x3::omit[word("past")][give([](const auto&) { return Status::kPast; })] |
      x3::omit[word("planned")][give([](const auto&) { return Status::kPlanned; })];
  const auto with_status = [](auto& ctx) {
    Cell cell = at_c<0>(x3::_attr(ctx));
    if (const auto& told = at_c<1>(x3::_attr(ctx))) cell.status = *told;
    x3::_val(ctx) = cell;
  };
  const auto tail = -('(' >> status >> ')') >> x3::eoi;
  const auto whole = x3::rule<struct WholeTag, Cell>{"cell"} =
      (abbreviated >> tail)[with_status] | (shared >> tail)[with_status] | (base >> tail)[with_status];

  Cell cell;
  auto at = folded.begin();
  if (!x3::phrase_parse(at, folded.end(), whole, x3::char_(' '), cell) || at != folded.end()) return std::nullopt;
  return cell;
}

PeriodCells::PeriodCells(std::unique_ptr<Words> words) : words_(std::move(words)) {}
PeriodCells::PeriodCells(PeriodCells&&) noexcept = default;
PeriodCells& PeriodCells::operator=(PeriodCells&&) noexcept = default;
PeriodCells::~PeriodCells() = default;

PeriodCells PeriodCells::load(const std::vector<std::filesystem::path>& paths, std::vector<Problem>& problems) {
  auto words = std::make_unique<Words>();
  for (const std::string& meaning : meanings()) words->sets[meaning];
  words->sets["month"];
  std::set<std::string> languages;
  for (const std::filesystem::path& path : paths) {
    const TsvTable table = read_tsv(path, {"word", "lang", "meaning", "print"}, problems);
    if (table.column("print") == std::string::npos) continue;
    for (const TsvRow& row : table.rows) {
      const std::string& word = row.cells[table.column("word")];
      const std::string& language = row.cells[table.column("lang")];
      const std::string& meaning = row.cells[table.column("meaning")];
      const auto set = words->sets.find(meaning);
      if (set == words->sets.end() || meaning == "month") {
        const std::string near = did_you_mean(meaning, meanings());
        problems.push_back(
            {table.file, row.line, 1, "unknown meaning", meaning,
             near.empty() ? "the comment of the file lists the meanings" : "did you mean " + near + "?"});
        continue;
      }
      if (word.empty()) {
        problems.push_back({table.file, row.line, 1, "empty word", "", "remove the row"});
        continue;
      }
      set->second.add(fold_cell(word), 1);
      if (language != "*") languages.insert(language);
      if (row.cells[table.column("print")].empty()) continue;
      if (!words->printed.emplace(std::pair(meaning, language), word).second) {
        problems.push_back({table.file, row.line, 1, "two words to print for one meaning", word,
                            "keep `yes` in the column print for one of them"});
      }
    }
  }
  for (const std::string& language : languages) words->add_months(language, true);
  return PeriodCells(std::move(words));
}

PeriodCells::Reading PeriodCells::read(std::string_view cell, std::string_view as_of) const {
  Reading reading;
  const std::string folded = fold_cell(cell);
  const auto verbatim = [&] {
    std::string_view trimmed = cell;
    while (!trimmed.empty() && (trimmed.front() == ' ' || trimmed.front() == '*')) trimmed.remove_prefix(1);
    while (!trimmed.empty() && (trimmed.back() == ' ' || trimmed.back() == '*')) trimmed.remove_suffix(1);
    return std::string(trimmed);
  };
  if (folded.empty()) return reading;

  // An EDTF interval as it is: what print() gives for dates without words ("18XX/19XX").
  if (const std::size_t slash = folded.find('/'); slash != std::string::npos) {
    std::string upper = folded;
    for (char& c : upper) c = c == 'x' ? 'X' : c;
    const bool is_edtf = upper.find_first_not_of("0123456789X~?%-./") == std::string::npos &&
                         upper.find('/', slash + 1) == std::string::npos && (slash >= 4 || upper.starts_with("../"));
    if (is_edtf) {
      const std::string from = upper.substr(0, slash), to = upper.substr(slash + 1);
      if (from != "..") reading.period.from = from;
      if (to != "..") reading.period.to = to;
      if (year_of(to) != 0 && year_of(to) < year_of(as_of)) reading.period.status = Status::kPast;
      return reading;
    }
  }

  const std::optional<Cell> parsed = words_->parse(folded);
  const auto not_understood = [&] {
    reading.period = {};
    reading.understood = false;
    reading.text = verbatim();
    return reading;
  };
  if (!parsed || !parsed->from.is_valid() || !parsed->to.is_valid()) return not_understood();
  using Shape = Cell::Shape;
  Period& period = reading.period;
  const int now = year_of(as_of);
  period.status = parsed->status;
  switch (parsed->shape) {
    case Shape::kNothing:
      break;
    case Shape::kPoint:
      period.from = period.to = parsed->from.edtf();
      break;
    case Shape::kFrom:
      period.from = parsed->from.edtf();
      break;
    case Shape::kAfter:
      period.from = parsed->from.edtf() + "/..";
      break;
    case Shape::kBefore:
      period.to = "../" + parsed->to.edtf();
      break;
    case Shape::kUntil:
      period.to = parsed->to.edtf();
      break;
    case Shape::kRange:
      if (parsed->to.last_year() < parsed->from.first_year()) return not_understood();
      period.from = parsed->from.edtf();
      period.to = parsed->to.edtf();
      break;
  }
  const bool closed =
      parsed->shape == Shape::kRange || parsed->shape == Shape::kUntil || parsed->shape == Shape::kBefore;
  if (closed && period.status == Status::kUnknown) {
    // Without a date of the page a closed period is taken to be over; a term that runs on is not.
    if (now == 0 || parsed->to.last_year() < now) period.status = Status::kPast;
    if (now != 0 && parsed->to.first_year() > now && parsed->shape == Shape::kRange) {
      period.status = parsed->from.first_year() <= now ? Status::kCurrent : Status::kPlanned;
    }
  }
  if (period.status == Status::kCurrent) period.asserted_at = std::string(as_of);
  if (parsed->from.is_part || parsed->to.is_part) reading.text = verbatim();
  return reading;
}

std::string PeriodCells::print_date(std::string_view edtf, std::string_view language) const {
  const std::optional<Bound> bound = bound_of_edtf(edtf);
  if (!bound) return std::string(edtf);
  std::string text;
  const auto months = words_->month_names.find(language);
  const auto month_name = [&](int month) {
    const auto& names = months != words_->month_names.end() ? months->second : words_->month_names.begin()->second;
    return names[static_cast<std::size_t>(month - 1)];
  };
  const std::string year = padded(bound->year, 4);
  switch (bound->unit) {
    case Bound::Unit::kYear:
      text = year;
      break;
    case Bound::Unit::kDecade:
      text = year + words_->word("decade_end", language);
      break;
    case Bound::Unit::kDay:
      text = std::to_string(bound->day) + " " + month_name(bound->month) + " " + year;
      break;
    case Bound::Unit::kMonth:
      if (bound->month <= 12) {
        text = month_name(bound->month);
      } else if (bound->month <= kSpring + 3) {
        static constexpr const char* kSeasons[] = {"spring", "summer", "autumn", "winter"};
        text = words_->word(kSeasons[bound->month - kSpring], language);
      } else if (bound->month < kHalfBase + 1) {
        text = words_->word("quarter", language) + std::to_string(bound->month - kQuarterBase);
      } else {
        text = words_->word("half", language) + std::to_string(bound->month - kHalfBase);
      }
      text += " " + year;
      break;
  }
  if (bound->about) text.insert(0, words_->word("about", language));
  if (bound->uncertain) text += "?";
  return text;
}

std::string PeriodCells::print(const Period& period, std::string_view language, std::string_view as_of) const {
  std::string text;
  const bool opens_after = period.from.ends_with("/..");
  const bool ends_before = period.to.starts_with("../");
  const auto has_words = [](const std::string& edtf) { return edtf.empty() || bound_of_edtf(edtf).has_value(); };
  if (period.from.empty() && period.to.empty()) {
    switch (period.status) {
      case Status::kCurrent:
        return words_->word("current", language);
      case Status::kPast:
        return words_->word("past", language);
      case Status::kPlanned:
        return words_->word("planned", language);
      case Status::kUnknown:
        return words_->word("none", language);
    }
  } else if (opens_after && period.to.empty() && has_words(period.from.substr(0, period.from.size() - 3))) {
    text = words_->word("after", language) + "-" + print_date(period.from.substr(0, period.from.size() - 3), language);
  } else if (ends_before && period.from.empty() && has_words(period.to.substr(3))) {
    text = words_->word("before", language) + "-" + print_date(period.to.substr(3), language);
  } else if (!has_words(period.from) || !has_words(period.to)) {
    const auto part = [](const std::string& edtf, bool first) {
      const std::size_t slash = edtf.find('/');
      if (edtf.empty()) return std::string("..");
      if (slash == std::string::npos) return edtf;
      return first ? edtf.substr(0, slash) : edtf.substr(slash + 1);
    };
    text = part(period.from, true) + "/" + part(period.to, false);
  } else if (period.to.empty()) {
    text = print_date(period.from, language) + "-";
    if (period.status == Status::kCurrent) text += words_->word("now", language);
  } else if (period.from.empty()) {
    text = "-" + print_date(period.to, language);
  } else if (period.from == period.to) {
    text = print_date(period.from, language);
  } else {
    text = print_date(period.from, language) + "-" + print_date(period.to, language);
  }
  if (period.status == Status::kUnknown || read(text, as_of).period.status == period.status) return text;
  static constexpr const char* kStatusWords[] = {"", "current", "past", "planned"};
  return text + " (" + words_->word(kStatusWords[static_cast<int>(period.status)], language) + ")";
}

}  // namespace dossier
