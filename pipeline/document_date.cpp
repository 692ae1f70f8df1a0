#include "pipeline/document_date.h"

#include <array>
#include <charconv>
#include <optional>

#include "grammars/edtf.h"
#include "pipeline/tokenize.h"

namespace dossier {
namespace {

std::optional<int> number_of(std::string_view word) {
  int value = 0;
  const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), value);
  if (error != std::errc() || end == word.data()) return std::nullopt;
  // An ordinal ending may follow ("30th", "1er"); separators may not ("1,000").
  for (const char* p = end; p < word.data() + word.size(); ++p) {
    if (*p == ',' || *p == '.') return std::nullopt;
  }
  return value;
}

}  // namespace

std::string read_document_date(std::string_view text, const IngestData::Tables& tables) {
  if (text.size() > 60) return {};
  if (text.size() > 10 && text[10] == 'T' && edtf::parse(text.substr(0, 10))) return std::string(text.substr(0, 10));
  if (edtf::parse(text)) return std::string(text);
  if (text.size() > 10 && text[10] == ' ' && edtf::parse(text.substr(0, 10)) &&
      text.find(':') != std::string_view::npos) {
    return std::string(text.substr(0, 10));
  }

  std::vector<Token> tokens;
  tokenize(text, 0, tokens);
  if (tokens.size() > 8) return {};
  std::optional<int> day;
  std::optional<int> month;
  std::optional<int> year;
  bool is_short_year = false;
  std::vector<int> plain;  // 30.03.2016
  std::size_t words = 0;
  for (const Token& token : tokens) {
    const std::string_view word = text.substr(token.begin, token.end - token.begin);
    if ((token.shape & shape::kPunctuation) != 0) {
      if (word != "," && word != "." && word != "/" && word != "-") return {};
      continue;
    }
    if ((token.shape & shape::kHasDigit) != 0) {
      std::string_view rest = word;
      if (rest.find('.') != std::string_view::npos &&
          (token.shape & shape::kDigits) != 0) {  // "30.03.2016" is one token
        while (!rest.empty()) {
          const std::size_t dot = rest.find('.');
          const auto part = number_of(rest.substr(0, dot));
          if (!part) return {};
          plain.push_back(*part);
          rest = dot == std::string_view::npos ? std::string_view() : rest.substr(dot + 1);
        }
        continue;
      }
      const auto number = number_of(word);
      if (!number) return {};
      plain.push_back(*number);
      if (*number >= 1000 && *number <= 2999 && (!year || is_short_year)) {
        year = *number;  // "October 8-10, 2023": what looked like a short year was none
        is_short_year = false;
      } else if (*number >= 1 && *number <= 31 && !day) {
        day = *number;
      } else if (*number >= 0 && *number <= 99 && day && month && !year) {
        year = *number < 70 ? 2000 + *number : 1900 + *number;  // "November 4, 14"
        is_short_year = true;
      }
      continue;
    }
    if (const auto found = tables.months.find(fold_phrase(word)); found != tables.months.end() && !month) {
      month = found->second;
    } else if (++words > 2) {  // a weekday, "of", "de"
      return {};
    }
  }
  if (!month && plain.size() == 3 && words == 0) {
    // 30.03.2016 and 30/03/2016: day first, unless only month first is a date; 2016/03/30.
    if (plain[0] >= 1000) {
      year = plain[0];
      month = plain[1];
      day = plain[2];
    } else if (plain[2] >= 1000) {
      year = plain[2];
      const bool is_month_first = plain[1] > 12;
      // Both below 13: ambiguous between two conventions, unless dots are written.
      if (plain[0] <= 12 && plain[1] <= 12 && plain[0] != plain[1] && text.find('/') != std::string_view::npos)
        return std::to_string(*year);
      day = is_month_first ? plain[1] : plain[0];
      month = is_month_first ? plain[0] : plain[1];
    }
  }
  if (!year || (words > 0 && !month)) return {};
  const std::string written = edtf::of_year(*year);
  if (!month) return plain.size() == 1 ? written : std::string();
  if (*month < 1 || *month > 12) return {};
  if (!day) return edtf::of_month(*year, *month);
  if (*day > edtf::days_in_month(*year, *month)) return {};
  return edtf::of_day(edtf::days_of(*year, *month, *day));
}

}  // namespace dossier
