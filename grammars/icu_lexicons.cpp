// icu_lexicons.cpp - lexicons made from ICU's locale data, so that nothing ICU has is typed in by hand.
//
//   icu_month(value 1..12), icu_weekday(value 1..7, 1 = Monday), icu_currency(code, form, ambiguous),
//   icu_currency_code(code), icu_unit(unit, kind, form), icu_country(code, kind), icu_language(code),
//   icu_date_order (entry: the numeric pattern, "d.M.y"), icu_number(value, form cardinal | ordinal | year): 1..99 and
//   the years 1800..2099 spelled out. All but the codes carry `lang`.
#include <unicode/curramt.h>
#include <unicode/dtfmtsym.h>
#include <unicode/dtptngen.h>
#include <unicode/locdspnm.h>
#include <unicode/measunit.h>
#include <unicode/numberformatter.h>
#include <unicode/rbnf.h>
#include <unicode/ucurr.h>
#include <unicode/uenum.h>

#include <algorithm>
#include <map>
#include <set>

#include "grammars/lexicon_image.h"

namespace dossier {

namespace {

std::string utf8(const icu::UnicodeString& text) {
  std::string out;
  text.toUTF8String(out);
  return out;
}

// Display forms carry marks that prose does not: trailing dots of abbreviations, directional marks, no-break spaces.
std::string plain_form(const icu::UnicodeString& text) {
  icu::UnicodeString out;
  for (std::int32_t i = 0; i < text.length(); ++i) {
    const char16_t c = text[i];
    if (c == 0x200E || c == 0x200F || c == 0x061C || c == 0x00AD) continue;
    out.append(c == 0x00A0 || c == 0x202F || c == 0x2009 ? u' ' : c);
  }
  out.trim();
  while (!out.isEmpty() && out[out.length() - 1] == u'.') out.truncate(out.length() - 1);
  return utf8(out);
}

LexiconSource lexicon(std::string name, std::vector<std::string> columns) {
  LexiconSource source;
  source.name = std::move(name);
  source.file = "ICU";
  source.diacritics = true;
  source.columns = std::move(columns);
  return source;
}

class Rows {
 public:
  explicit Rows(LexiconSource& source) : source_(source) {}
  void add(const std::string& entry, std::vector<std::string> values) {
    if (entry.empty() || !seen_.insert({entry, values}).second) return;
    source_.rows.push_back({entry, std::move(values), 0});
  }

 private:
  LexiconSource& source_;
  std::set<std::pair<std::string, std::vector<std::string>>> seen_;
};

LexiconSource months(const std::vector<std::string>& languages) {
  LexiconSource source = lexicon("icu_month", {"value", "lang", "form"});
  Rows rows(source);
  for (const std::string& language : languages) {
    UErrorCode status = U_ZERO_ERROR;
    const icu::DateFormatSymbols symbols(icu::Locale(language.c_str()), status);
    for (const auto context : {icu::DateFormatSymbols::FORMAT, icu::DateFormatSymbols::STANDALONE}) {
      for (const auto width : {icu::DateFormatSymbols::WIDE, icu::DateFormatSymbols::ABBREVIATED}) {
        std::int32_t count = 0;
        const icu::UnicodeString* names = symbols.getMonths(count, context, width);
        for (std::int32_t i = 0; i < std::min(count, 12); ++i) {
          rows.add(plain_form(names[i]),
                   {std::to_string(i + 1), language, width == icu::DateFormatSymbols::WIDE ? "wide" : "short"});
        }
      }
    }
  }
  return source;
}

LexiconSource weekdays(const std::vector<std::string>& languages) {
  LexiconSource source = lexicon("icu_weekday", {"value", "lang", "form"});
  Rows rows(source);
  for (const std::string& language : languages) {
    UErrorCode status = U_ZERO_ERROR;
    const icu::DateFormatSymbols symbols(icu::Locale(language.c_str()), status);
    for (const auto context : {icu::DateFormatSymbols::FORMAT, icu::DateFormatSymbols::STANDALONE}) {
      for (const auto width : {icu::DateFormatSymbols::WIDE, icu::DateFormatSymbols::ABBREVIATED}) {
        std::int32_t count = 0;
        const icu::UnicodeString* names = symbols.getWeekdays(count, context, width);
        for (std::int32_t i = 1; i < std::min(count, 8); ++i) {  // [0] is unused, [1] is Sunday
          rows.add(plain_form(names[i]), {std::to_string(i == 1 ? 7 : i - 1), language,
                                          width == icu::DateFormatSymbols::WIDE ? "wide" : "short"});
        }
      }
    }
  }
  return source;
}

std::vector<std::string> currency_codes() {
  std::vector<std::string> codes;
  UErrorCode status = U_ZERO_ERROR;
  UEnumeration* all = ucurr_openISOCurrencies(UCURR_COMMON, &status);
  while (const char* code = uenum_next(all, nullptr, &status)) {
    // X codes are metals, funds and test codes, but for the supranational currencies, which bear "CFA", "CFP" or "EC".
    static const std::set<std::string> kSupranational = {"XAF", "XOF", "XPF", "XCD"};
    if (code[0] != 'X' || kSupranational.contains(code)) codes.emplace_back(code);
  }
  uenum_close(all);
  std::sort(codes.begin(), codes.end());
  return codes;
}

std::vector<LexiconSource> currencies(const std::vector<std::string>& languages) {
  LexiconSource source = lexicon("icu_currency", {"code", "lang", "form", "ambiguous"});
  LexiconSource codes = lexicon("icu_currency_code", {"code"});
  codes.exact = true;
  codes.diacritics = false;
  Rows rows(source);
  Rows code_rows(codes);
  const std::vector<std::string> all = currency_codes();
  for (const std::string& code : all) code_rows.add(code, {code});
  for (const std::string& language : languages) {
    struct Form {
      std::string text, code, form;
    };
    std::vector<Form> forms;
    std::map<std::string, std::set<std::string>> codes_of;
    for (const std::string& code : all) {
      icu::UnicodeString wide = icu::UnicodeString::fromUTF8(code);
      const auto add = [&](const char16_t* name, std::int32_t length, const char* form) {
        if (name == nullptr || length <= 0) return;
        const std::string text = plain_form(icu::UnicodeString(name, length));
        if (text.empty() || text == code) return;
        forms.push_back({text, code, form});
        codes_of[text].insert(code);
      };
      for (const auto& [style, form] :
           {std::pair{UCURR_SYMBOL_NAME, "symbol"}, std::pair{UCURR_NARROW_SYMBOL_NAME, "symbol"},
            std::pair{UCURR_LONG_NAME, "name"}}) {
        UErrorCode status = U_ZERO_ERROR;
        UBool choice = false;
        std::int32_t length = 0;
        const char16_t* name =
            ucurr_getName(wide.getTerminatedBuffer(), language.c_str(), style, &choice, &length, &status);
        if (U_SUCCESS(status)) add(name, length, form);
      }
      for (const char* count : {"one", "other", "many"}) {
        UErrorCode status = U_ZERO_ERROR;
        UBool choice = false;
        std::int32_t length = 0;
        const char16_t* name =
            ucurr_getPluralName(wide.getTerminatedBuffer(), language.c_str(), &choice, count, &length, &status);
        if (U_SUCCESS(status)) add(name, length, "name");
      }
    }
    for (const Form& form : forms) {
      rows.add(form.text, {form.code, language, form.form, codes_of[form.text].size() > 1 ? "1" : ""});
    }
  }
  return {std::move(source), std::move(codes)};
}

LexiconSource units(const std::vector<std::string>& languages) {
  LexiconSource source = lexicon("icu_unit", {"unit", "kind", "lang", "form"});
  Rows rows(source);
  UErrorCode status = U_ZERO_ERROR;
  const std::int32_t count = icu::MeasureUnit::getAvailable(nullptr, 0, status);
  std::vector<icu::MeasureUnit> all(static_cast<std::size_t>(count));
  status = U_ZERO_ERROR;
  icu::MeasureUnit::getAvailable(all.data(), count, status);
  for (const std::string& language : languages) {
    const icu::Locale locale(language.c_str());
    for (const icu::MeasureUnit& unit : all) {
      const std::string kind = unit.getType();
      if (kind == "currency" || kind == "concentr" || kind == "none") continue;
      for (const auto& [width, form] :
           {std::pair{UNUM_UNIT_WIDTH_FULL_NAME, "wide"}, std::pair{UNUM_UNIT_WIDTH_SHORT, "short"}}) {
        for (const int number : {1, 2, 5}) {
          status = U_ZERO_ERROR;
          icu::UnicodeString text = icu::number::NumberFormatter::withLocale(locale)
                                        .unit(unit)
                                        .unitWidth(width)
                                        .formatInt(number, status)
                                        .toString(status);
          if (U_FAILURE(status)) continue;
          text.findAndReplace(icu::UnicodeString::fromUTF8(std::to_string(number)), icu::UnicodeString());
          rows.add(plain_form(text), {unit.getSubtype(), kind, language, form});
        }
      }
    }
  }
  return source;
}

LexiconSource countries(const std::vector<std::string>& languages) {
  LexiconSource source = lexicon("icu_country", {"code", "kind", "lang"});
  Rows rows(source);
  const char* const* regions = icu::Locale::getISOCountries();
  // UN M49 areas that people name: continents and their parts.
  static const char* const kAreas[] = {"002", "003", "005", "009", "011", "013", "014", "015", "017",
                                       "018", "019", "021", "029", "030", "034", "035", "039", "053",
                                       "142", "143", "145", "150", "151", "154", "155", "419"};
  for (const std::string& language : languages) {
    const icu::Locale locale(language.c_str());
    UDisplayContext contexts[] = {UDISPCTX_LENGTH_SHORT};
    const std::unique_ptr<icu::LocaleDisplayNames> full(icu::LocaleDisplayNames::createInstance(locale));
    const std::unique_ptr<icu::LocaleDisplayNames> brief(icu::LocaleDisplayNames::createInstance(locale, contexts, 1));
    const auto add = [&](const char* code, const char* kind) {
      for (const auto* names : {full.get(), brief.get()}) {
        icu::UnicodeString name;
        names->regionDisplayName(code, name);
        const std::string text = plain_form(name);
        if (text != code || std::string_view(code) == "US") rows.add(text, {code, kind, language});
        // "Hong Kong SAR China", "Türkiye": ICU adds a qualifier in parentheses or a political suffix to a few names.
        const std::size_t bracket = text.find(" (");
        if (bracket != std::string::npos) rows.add(text.substr(0, bracket), {code, kind, language});
      }
    };
    for (const char* const* region = regions; *region != nullptr; ++region) add(*region, "country");
    for (const char* area : kAreas) add(area, "region");
  }
  return source;
}

LexiconSource language_names(const std::vector<std::string>& languages) {
  LexiconSource source = lexicon("icu_language", {"code", "lang"});
  Rows rows(source);
  for (const std::string& language : languages) {
    const std::unique_ptr<icu::LocaleDisplayNames> names(
        icu::LocaleDisplayNames::createInstance(icu::Locale(language.c_str())));
    for (const char* const* code = icu::Locale::getISOLanguages(); *code != nullptr; ++code) {
      icu::UnicodeString name;
      names->languageDisplayName(*code, name);
      const std::string text = plain_form(name);
      if (text != *code) rows.add(text, {*code, language});
    }
  }
  return source;
}

LexiconSource date_orders(const std::vector<std::string>& languages) {
  LexiconSource source = lexicon("icu_date_order", {"lang"});
  Rows rows(source);
  for (const std::string& language : languages) {
    UErrorCode status = U_ZERO_ERROR;
    const std::unique_ptr<icu::DateTimePatternGenerator> patterns(
        icu::DateTimePatternGenerator::createInstance(icu::Locale(language.c_str()), status));
    if (U_SUCCESS(status)) rows.add(utf8(patterns->getBestPattern(u"yMd", status)), {language});
  }
  return source;
}

// Every gender and ending that ICU can spell; its soft hyphens are dropped.
LexiconSource spelled_numbers(const std::vector<std::string>& languages) {
  LexiconSource source = lexicon("icu_number", {"value", "lang", "form"});
  Rows rows(source);
  for (const std::string& language : languages) {
    UErrorCode status = U_ZERO_ERROR;
    const icu::RuleBasedNumberFormat format(icu::URBNF_SPELLOUT, icu::Locale(language.c_str()), status);
    if (U_FAILURE(status)) continue;
    for (std::int32_t i = 0; i < format.getNumberOfRuleSetNames(); ++i) {
      const icu::UnicodeString rule_set = format.getRuleSetName(i);
      const std::string name = utf8(rule_set);
      const bool is_ordinal = name.find("ordinal") != std::string::npos;
      const auto add = [&](std::int64_t number, const char* form) {
        icu::UnicodeString text;
        icu::FieldPosition position(icu::FieldPosition::DONT_CARE);
        UErrorCode error = U_ZERO_ERROR;
        format.format(number, rule_set, text, position, error);
        if (U_SUCCESS(error)) rows.add(plain_form(text), {std::to_string(number), language, form});
      };
      for (std::int64_t number = 1; number < 100; ++number) add(number, is_ordinal ? "ordinal" : "cardinal");
      if (is_ordinal) continue;
      for (std::int64_t year = 1800; year < 2100; ++year) add(year, "year");
    }
  }
  return source;
}

}  // namespace

std::vector<LexiconSource> make_icu_lexicons(const std::vector<std::string>& languages) {
  std::vector<LexiconSource> all;
  all.push_back(months(languages));
  all.push_back(weekdays(languages));
  for (LexiconSource& source : currencies(languages)) all.push_back(std::move(source));
  all.push_back(units(languages));
  all.push_back(countries(languages));
  all.push_back(language_names(languages));
  all.push_back(date_orders(languages));
  all.push_back(spelled_numbers(languages));
  return all;
}

}  // namespace dossier
