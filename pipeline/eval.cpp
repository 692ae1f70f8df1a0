#include "pipeline/eval.h"

#include <re2/re2.h>
#include <unicode/normalizer2.h>
#include <unicode/uchar.h>
#include <unicode/unistr.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <tuple>

#include "pipeline/json_text.h"

namespace dossier {
namespace {

using nlohmann::json;

// --- reading ---------------------------------------------------------------------------------------------------------

struct Line {
  std::string id;
  json object;
};

// Objects in the order in which their ids first appear; a repeated id replaces what stood there.
std::vector<Line> parse_lines(std::string_view lines, std::string_view what) {
  std::vector<Line> out;
  std::map<std::string, std::size_t> places;
  std::size_t number = 0;
  while (!lines.empty()) {
    const std::size_t end = std::min(lines.find('\n'), lines.size());
    const std::string_view line = lines.substr(0, end);
    lines.remove_prefix(std::min(end + 1, lines.size()));
    ++number;
    if (line.find_first_not_of(" \t\r") == std::string_view::npos) continue;
    json object = json::parse(line, nullptr, /*allow_exceptions=*/false);
    if (!object.is_object() || !object.contains("id") || !object["id"].is_string()) {
      throw EvalError(std::string(what) + " line " + std::to_string(number) +
                      ": not a JSON object with a string \"id\" - give one object a line");
    }
    std::string id = object["id"];
    const auto [place, is_new] = places.emplace(id, out.size());
    if (is_new) {
      out.push_back({std::move(id), std::move(object)});
    } else {
      out[place->second].object = std::move(object);
    }
  }
  return out;
}

const json& member(const json& object, const char* name) {
  static const json kNothing;
  const auto found = object.find(name);
  return found == object.end() ? kNothing : *found;
}

std::string text_of(const json& object, const char* name) {
  const json& value = member(object, name);
  return value.is_string() ? value.get<std::string>() : std::string();
}

const json& list_of(const json& object, const char* name) {
  static const json kEmpty = json::array();
  const json& value = member(object, name);
  return value.is_array() ? value : kEmpty;
}

bool is_true(const json& value) {  // as a script would see it: empty strings, lists and null are not
  return !(value.is_null() || (value.is_string() && value.get_ref<const std::string&>().empty()) ||
           ((value.is_array() || value.is_object()) && value.empty()));
}

struct Extent {
  std::int64_t begin = 0;
  std::int64_t end = 0;
  friend auto operator<=>(const Extent&, const Extent&) = default;
};

Extent extent_of(const json& object) {
  const json& begin = member(object, "start");
  const json& end = member(object, "end");
  if (!begin.is_number_integer() || !end.is_number_integer()) {
    throw EvalError("a mention without whole numbers \"start\" and \"end\": " + object.dump());
  }
  return {begin.get<std::int64_t>(), end.get<std::int64_t>()};
}

std::int64_t overlap(Extent a, Extent b) {
  return std::min(a.end, b.end) - std::max(a.begin, b.begin);
}

// --- comparing words -------------------------------------------------------------------------------------------------

// Compatibility-decomposed, case-folded, without accents; whatever is neither letter, digit nor underscore is one
// space.
std::string compared(std::string_view text) {
  UErrorCode status = U_ZERO_ERROR;
  const icu::Normalizer2* decompose = icu::Normalizer2::getNFKDInstance(status);
  icu::UnicodeString folded = decompose->normalize(
      icu::UnicodeString::fromUTF8(icu::StringPiece(text.data(), static_cast<std::int32_t>(text.size()))), status);
  folded.foldCase(U_FOLD_CASE_DEFAULT);
  icu::UnicodeString out;
  for (std::int32_t i = 0; i < folded.length(); i = folded.moveIndex32(i, 1)) {
    const UChar32 c = folded.char32At(i);
    if (u_getCombiningClass(c) != 0) continue;
    if (u_isalpha(c) || c == '_' || u_getNumericValue(c) != U_NO_NUMERIC_VALUE) {
      out.append(c);
    } else if (!out.isEmpty() && out[out.length() - 1] != ' ') {
      out.append(u' ');
    }
  }
  out.trim();
  std::string utf8;
  return out.toUTF8String(utf8);
}

std::string last_word(const std::string& words) {
  const std::size_t space = words.rfind(' ');
  return space == std::string::npos ? words : words.substr(space + 1);
}

bool contains_words(const std::string& words, const std::string& part) {
  return (" " + words + " ").find(" " + part + " ") != std::string::npos;
}

bool roles_match(std::string_view a, std::string_view b) {
  const std::string x = compared(a);
  const std::string y = compared(b);
  return x == y || (!x.empty() && !y.empty() && (contains_words(x, y) || contains_words(y, x)));
}

// --- comparing dates -------------------------------------------------------------------------------------------------

// First or last day of a simple EDTF date as (year, month, day); nothing where it is open or not one of the usual
// forms. Deliberately plainer than grammars/edtf.h: a scorer must not share the mistakes of what it scores.
using Day = std::array<int, 3>;
std::optional<Day> day_of(std::string_view date, bool last) {
  while (!date.empty() && std::string_view("~?%").find(date.front()) != std::string_view::npos) date.remove_prefix(1);
  while (!date.empty() && std::string_view("~?%").find(date.back()) != std::string_view::npos) date.remove_suffix(1);
  static const RE2 kForm(R"((-?\d{4}|\d{3}X|\d{2}XX)(?:-(\d\d)(?:-(\d\d))?)?)");
  std::string year_text, month_text, day_text;
  if (!RE2::FullMatch(date, kForm, &year_text, &month_text, &day_text)) return std::nullopt;
  std::replace(year_text.begin(), year_text.end(), 'X', last ? '9' : '0');
  const int year = std::stoi(year_text);
  const int month = month_text.empty() ? 0 : std::stoi(month_text);
  if (month > 12) {  // seasons and quarters
    static const std::map<int, int> kFirstMonths = {{21, 3}, {22, 6}, {23, 9}, {24, 12},
                                                    {33, 1}, {34, 4}, {35, 7}, {36, 10}};
    const auto first = kFirstMonths.find(month);
    if (first == kFirstMonths.end()) return std::nullopt;
    return Day{year, first->second + (last ? 2 : 0), last ? 31 : 1};
  }
  static constexpr std::array<int, 12> kDays = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  if (month == 0 && !month_text.empty()) return std::nullopt;
  const int shown_month = !month_text.empty() ? month : last ? 12 : 1;
  const int shown_day = !day_text.empty() ? std::stoi(day_text)
                        : last            ? kDays[static_cast<std::size_t>(month_text.empty() ? 11 : month - 1)]
                                          : 1;
  return Day{year, shown_month, shown_day};
}

using Bounds = std::pair<std::optional<Day>, std::optional<Day>>;
Bounds bounds_of(std::string_view edtf) {
  const std::size_t slash = edtf.find('/');
  const std::string_view first = edtf.substr(0, slash);
  const std::string_view second = slash == std::string_view::npos ? std::string_view() : edtf.substr(slash + 1);
  return {day_of(first, false), day_of(second.empty() ? first : second, true)};
}

// --- values ----------------------------------------------------------------------------------------------------------

std::optional<bool> date_is_right(const json& gold, const json& value) {
  const json& wanted = list_of(gold, "values");
  if (wanted.empty()) return std::nullopt;
  const std::string have = value.is_object() ? text_of(value, "edtf") : std::string();
  if (have.empty()) return false;
  const Bounds bounds = bounds_of(have);
  const bool is_bounded = bounds.first && bounds.second;
  for (const json& want : wanted) {
    const std::string text = want.is_string() ? want.get<std::string>() : std::string();
    if (text == have || (is_bounded && bounds_of(text) == bounds)) return true;
  }
  return false;
}

bool is_close(double a, double b) {
  return std::abs(a - b) <= 1e-6 * std::max({1.0, std::abs(a), std::abs(b)});
}

std::optional<bool> statistic_is_right(const json& gold, const json& value) {
  if (!gold.contains("value")) return std::nullopt;
  if (!value.is_object() || !member(value, "number").is_number()) return false;
  bool right = is_close(value["number"].get<double>(), gold["value"].get<double>());
  if (gold.contains("value_max")) {
    right = right && member(value, "number_max").is_number() &&
            is_close(value["number_max"].get<double>(), gold["value_max"].get<double>());
  }
  const std::string kind = text_of(gold, "kind");
  const std::string found_kind = text_of(value, "kind");
  if (!kind.empty() && !found_kind.empty() && kind != "number") right = right && kind == found_kind;
  const std::string comparator = text_of(gold, "comparator");
  if (!comparator.empty() && comparator != "=") {
    right = right && (value.contains("comparator") ? text_of(value, "comparator") : "=") == comparator;
  }
  if (is_true(member(gold, "iso"))) right = right && text_of(value, "unit") == text_of(gold, "iso");
  if (is_true(member(gold, "noun"))) {
    const std::string unit = compared(text_of(value, "unit"));
    const std::string noun = compared(text_of(gold, "noun"));
    right = right && (unit == noun || last_word(unit) == last_word(noun));
  }
  return right;
}

std::optional<bool> value_is_right(const json& gold, const json& found, const std::string& found_name) {
  const std::string type = text_of(gold, "type");
  if (type == "date") return date_is_right(gold, member(found, "value"));
  if (type == "statistic") return statistic_is_right(gold, member(found, "value"));
  if (!is_true(member(gold, "canonical"))) return std::nullopt;
  return !found_name.empty() && compared(found_name) == compared(text_of(gold, "canonical"));
}

// --- mentions --------------------------------------------------------------------------------------------------------

struct Pair {
  std::size_t gold;
  std::size_t system;
};

std::vector<Pair> paired(const std::vector<const json*>& gold, const std::vector<const json*>& system) {
  struct Candidate {
    bool is_equal;
    std::int64_t overlap;
    Pair pair;
  };
  std::vector<Candidate> candidates;
  for (std::size_t i = 0; i < gold.size(); ++i) {
    const Extent wanted = extent_of(*gold[i]);
    for (std::size_t j = 0; j < system.size(); ++j) {
      const Extent found = extent_of(*system[j]);
      const std::int64_t shared = overlap(wanted, found);
      if (shared > 0) candidates.push_back({wanted == found, shared, {i, j}});
    }
  }
  std::stable_sort(candidates.begin(), candidates.end(), [](const Candidate& a, const Candidate& b) {
    return std::tie(b.is_equal, b.overlap, a.pair.gold, a.pair.system) <
           std::tie(a.is_equal, a.overlap, b.pair.gold, b.pair.system);
  });
  std::vector<bool> gold_taken(gold.size());
  std::vector<bool> system_taken(system.size());
  std::vector<Pair> pairs;
  for (const Candidate& candidate : candidates) {
    const auto [i, j] = candidate.pair;
    if (gold_taken[i] || system_taken[j]) continue;
    gold_taken[i] = system_taken[j] = true;
    pairs.push_back(candidate.pair);
  }
  return pairs;
}

// The words around an extent on one line.
std::string context_of(const std::string& text, Extent at) {
  constexpr std::int64_t kAround = 40;
  const auto is_inside = [&](std::int64_t i) {
    return (static_cast<unsigned char>(text[static_cast<std::size_t>(i)]) & 0xC0) == 0x80;
  };
  const auto size = static_cast<std::int64_t>(text.size());
  std::int64_t begin = std::clamp<std::int64_t>(at.begin - kAround, 0, size);
  std::int64_t end = std::clamp<std::int64_t>(at.end + kAround, begin, size);
  while (begin < end && is_inside(begin)) ++begin;
  while (end < size && is_inside(end)) ++end;
  std::string out;
  for (const char c : text.substr(static_cast<std::size_t>(begin), static_cast<std::size_t>(end - begin))) {
    if (c == '\n') {
      out += "⏎";
    } else {
      out += c;
    }
  }
  return out;
}

std::string in_quotes(std::string_view text) {
  std::string out;
  append_json_string(out, text);
  return out;
}

class Scorer {
 public:
  Scorer(const std::vector<Line>& gold, const std::vector<Line>& system, std::string_view errors_of, Evaluation& out)
      : gold_(gold), errors_of_(errors_of), out_(out) {
    for (const Line& line : system) answers_.emplace(line.id, &line.object);
    out_.documents = gold.size();
    for (const Line& line : gold) {
      const auto answer = answers_.find(line.id);
      if (answer == answers_.end() || answer->second->contains("error")) ++out_.unanswered;
    }
  }

  void mentions() {
    std::set<std::string> types;
    bool all_have_kind = true;
    std::set<std::string> kinds;
    for (const Line& line : gold_) {
      for (const json& mention : list_of(line.object, "mentions")) {
        types.insert(text_of(mention, "type"));
        if (mention.contains("kind")) {
          kinds.insert(text_of(mention, "kind"));
        } else {
          all_have_kind = false;
        }
      }
      for (const json& type : list_of(line.object, "types")) types.insert(type.get<std::string>());
    }
    // Gold that annotates only money in one case and only durations in another is silent about the other kinds.
    const bool is_by_kind = all_have_kind && kinds != std::set<std::string>{"number"};
    for (const std::string& type : types) {
      Score& score = out_.scores.emplace_back();
      score.name = type;
      for (const Line& line : gold_) mentions_of(line, type, is_by_kind && type == "statistic", score);
    }
  }

  void facts() {
    for (const std::string_view type : {"affiliation", "education", "founded"}) {
      Score& score = out_.scores.emplace_back();
      score.name = type;
      for (const Line& line : gold_) facts_of(line, score);
    }
  }

  void properties(const std::vector<EvalProperty>& table) {
    Score total;
    total.name = "ALL";
    for (const EvalProperty& property : table) {
      Score score;
      score.name = property.property;
      const RE2 role("(?i)" + property.role);
      for (const Line& line : gold_) property_of(line, property, role, score);
      total.gold += score.gold;
      total.system += score.system;
      total.strict += score.strict;
      total.overlap += score.overlap;
      out_.scores.push_back(std::move(score));
    }
    out_.scores.push_back(std::move(total));
  }

 private:
  const json& answer(const Line& line) const {
    static const json kNoAnswer = json::object();
    const auto found = answers_.find(line.id);
    return found == answers_.end() ? kNoAnswer : *found->second;
  }

  // Canonical name of what a mention of the system refers to; the mention's words if it has no entity.
  static std::map<std::string, std::string> entity_names(const json& answer) {
    std::map<std::string, std::string> names;
    for (const json& entity : list_of(answer, "entities")) names[text_of(entity, "id")] = text_of(entity, "name");
    return names;
  }
  static std::string name_of_mention(const std::map<std::string, std::string>& names, const json& mention) {
    const auto found = names.find(text_of(mention, "entity"));
    return found != names.end() && !found->second.empty() ? found->second : text_of(mention, "text");
  }

  void report(const Score& score, const Line& line, std::string_view what, const std::string& rest) {
    if (score.name == errors_of_) out_.errors.push_back(line.id + "\t" + std::string(what) + "\t" + rest);
  }

  void mentions_of(const Line& line, const std::string& type, bool is_by_kind, Score& score) {
    const json& found = answer(line);
    std::vector<const json*> gold;
    std::vector<const json*> system;
    std::set<std::string> kinds;
    for (const json& mention : list_of(line.object, "mentions")) {
      if (text_of(mention, "type") != type) continue;
      gold.push_back(&mention);
      kinds.insert(text_of(mention, "kind"));
    }
    for (const json& mention : list_of(found, "mentions")) {
      if (text_of(mention, "type") != type) continue;
      if (is_by_kind && !kinds.contains(text_of(member(mention, "value"), "kind"))) continue;
      system.push_back(&mention);
    }
    const std::map<std::string, std::string> names = entity_names(found);
    score.gold += gold.size();
    score.system += system.size();
    std::vector<bool> gold_hit(gold.size());
    std::vector<bool> system_hit(system.size());
    for (const auto& [i, j] : paired(gold, system)) {
      gold_hit[i] = system_hit[j] = true;
      ++score.overlap;
      if (extent_of(*gold[i]) == extent_of(*system[j])) ++score.strict;
      const std::string name = name_of_mention(names, *system[j]);
      const std::optional<bool> right = value_is_right(*gold[i], *system[j], name);
      if (!right) continue;
      ++score.valued;
      if (*right) {
        ++score.value_right;
      } else {
        const char* const wanted = type == "date" ? "values" : type == "statistic" ? "value" : "canonical";
        const json& value = member(*system[j], "value");
        report(score, line, "VALUE",
               in_quotes(text_of(*gold[i], "text")) + "\tgold " + member(*gold[i], wanted).dump() + "\tsystem " +
                   (value.is_null() ? in_quotes(name) : value.dump()));
      }
    }
    const std::string text = text_of(line.object, "text");
    for (std::size_t i = 0; i < gold.size(); ++i) {
      if (!gold_hit[i])
        report(score, line, "MISSED",
               in_quotes(text_of(*gold[i], "text")) + "\t" + context_of(text, extent_of(*gold[i])));
    }
    for (std::size_t j = 0; j < system.size(); ++j) {
      if (!system_hit[j])
        report(score, line, "SPURIOUS",
               in_quotes(text_of(*system[j], "text")) + "\t" + text_of(*system[j], "rule") + "\t" +
                   context_of(text, extent_of(*system[j])));
    }
  }

  void facts_of(const Line& line, Score& score) {
    const json& found = answer(line);
    const std::map<std::string, std::string> names = entity_names(found);
    const json& mentions = list_of(found, "mentions");
    const auto argument = [&](const json& fact, const char* name) -> std::string {
      const json& index = member(member(fact, "args"), name);
      if (!index.is_number_integer() || index.get<std::size_t>() >= mentions.size()) return {};
      const json& mention = mentions[index.get<std::size_t>()];
      return std::string_view(name) == "role" ? text_of(mention, "text") : name_of_mention(names, mention);
    };
    struct Row {
      std::string person, role, organization;
      bool is_used = false;
    };
    std::vector<Row> rows;
    std::set<std::array<std::string, 3>> seen;
    for (const json& fact : list_of(found, "facts")) {
      if (text_of(fact, "type") != score.name) continue;
      Row row{argument(fact, "person"), argument(fact, "role"), argument(fact, "organization")};
      if (row.organization.empty()) row.organization = argument(fact, "institution");
      if (seen.insert({compared(row.person), compared(row.role), compared(row.organization)}).second)
        rows.push_back(row);
    }
    score.system += rows.size();
    for (const json& fact : list_of(line.object, "facts")) {
      if (text_of(fact, "type") != score.name) continue;
      ++score.gold;
      const std::string person = text_of(fact, "person");
      const std::string role = text_of(fact, "role");
      const std::string organization = text_of(fact, "organization");
      const auto hit = std::find_if(rows.begin(), rows.end(), [&](const Row& row) {
        if (row.is_used || compared(row.person) != compared(person) ||
            compared(row.organization) != compared(organization))
          return false;
        return score.name != "affiliation" || (role.empty() && row.role.empty()) || roles_match(row.role, role);
      });
      if (hit != rows.end()) {
        hit->is_used = true;
        ++score.strict;
        ++score.overlap;
      } else {
        report(score, line, "MISSED", person + " | " + role + " | " + organization);
      }
    }
    for (const Row& row : rows) {
      if (!row.is_used) report(score, line, "SPURIOUS", row.person + " | " + row.role + " | " + row.organization);
    }
  }

  void property_of(const Line& line, const EvalProperty& property, const RE2& role, Score& score) {
    std::vector<Extent> passages;
    for (const json& passage : list_of(line.object, "passages")) {
      const json& named = list_of(passage, "properties");
      if (std::find(named.begin(), named.end(), property.property) != named.end())
        passages.push_back(extent_of(passage));
    }
    if (passages.empty()) return;
    const auto is_judged = [&](Extent a, Extent b) {
      return std::any_of(passages.begin(), passages.end(), [&](Extent passage) {
        return passage.begin <= std::min(a.begin, b.begin) && std::max(a.end, b.end) <= passage.end;
      });
    };
    const json& found = answer(line);
    const json& mentions = list_of(found, "mentions");
    const auto mention = [&](const json& fact, const std::string& name) -> const json* {
      const json& index = member(member(fact, "args"), name.c_str());
      return index.is_number_integer() && index.get<std::size_t>() < mentions.size()
                 ? &mentions[index.get<std::size_t>()]
                 : nullptr;
    };
    std::set<std::pair<Extent, Extent>> system;
    for (const json& fact : list_of(found, "facts")) {
      if (text_of(fact, "type") != property.fact) continue;
      const json* const subject = mention(fact, property.subject);
      const json* const object = mention(fact, property.object);
      if (subject == nullptr || object == nullptr) continue;
      if (!property.role.empty()) {
        const json* const stated = mention(fact, "role");
        if (stated == nullptr || !RE2::PartialMatch(text_of(*stated, "text"), role)) continue;
      }
      const Extent a = extent_of(*subject);
      const Extent b = extent_of(*object);
      if (!is_judged(a, b)) continue;
      system.insert({a, b});
      if (property.symmetric) system.insert({b, a});
    }
    score.system += system.size();
    std::set<std::pair<Extent, Extent>> unused = system;
    for (const json& fact : list_of(line.object, "facts")) {
      if (text_of(fact, "property") != property.property) continue;
      ++score.gold;
      const Extent subject = extent_of(member(fact, "subject"));
      const Extent object = extent_of(member(fact, "object"));
      const auto hit = std::find_if(unused.begin(), unused.end(), [&](const std::pair<Extent, Extent>& pair) {
        return overlap(subject, pair.first) > 0 && overlap(object, pair.second) > 0;
      });
      if (hit != unused.end()) {
        ++score.overlap;
        if (*hit == std::pair(subject, object)) ++score.strict;
        unused.erase(hit);
      } else {
        report(score, line, "MISSED",
               text_of(member(fact, "subject"), "text") + " -> " + text_of(member(fact, "object"), "text"));
      }
    }
    const std::string text = text_of(line.object, "text");
    const auto words = [&](Extent at) {
      const auto begin =
          static_cast<std::size_t>(std::clamp<std::int64_t>(at.begin, 0, static_cast<std::int64_t>(text.size())));
      return text.substr(begin, static_cast<std::size_t>(std::max<std::int64_t>(at.end - at.begin, 0)));
    };
    for (const auto& [subject, object] : unused)
      report(score, line, "SPURIOUS", words(subject) + " -> " + words(object));
  }

  const std::vector<Line>& gold_;
  std::map<std::string, const json*> answers_;
  std::string errors_of_;
  Evaluation& out_;
};

double ratio(std::uint64_t part, std::uint64_t whole) {
  return whole == 0 ? 0 : static_cast<double>(part) / static_cast<double>(whole);
}

}  // namespace

double Score::precision(std::uint64_t right) const {
  return ratio(right, system);
}
double Score::recall(std::uint64_t right) const {
  return ratio(right, gold);
}
double Score::f1(std::uint64_t right) const {
  const double p = precision(right);
  const double r = recall(right);
  return p + r == 0 ? 0 : 2 * p * r / (p + r);
}

std::vector<EvalProperty> load_eval_properties(const std::filesystem::path& table) {
  std::ifstream file(table);
  if (!file) throw EvalError(table.string() + ": cannot be read - it is part of the knowledge files");
  std::vector<EvalProperty> rows;
  std::size_t number = 0;
  for (std::string line; std::getline(file, line);) {
    ++number;
    if (line.empty() || line[0] == '#' || line.starts_with("property\t")) continue;
    std::array<std::string, 6> fields;
    std::size_t field = 0;
    for (const char c : line) {
      if (c != '\t') {
        fields[field] += c;
      } else if (++field == fields.size()) {
        break;
      }
    }
    if (field != fields.size() - 1 || !RE2("(?i)" + fields[4], RE2::Quiet).ok()) {
      throw EvalError(table.string() + ":" + std::to_string(number) +
                      ": not a row of six columns with a valid pattern");
    }
    rows.push_back({fields[0], fields[1], fields[2], fields[3], fields[4], fields[5] == "yes"});
  }
  return rows;
}

Evaluation evaluate(std::string_view gold_lines, std::string_view system_lines,
                    const std::vector<EvalProperty>& properties, std::string_view errors_of) {
  const std::vector<Line> gold = parse_lines(gold_lines, "gold");
  const std::vector<Line> system = parse_lines(system_lines, "system");
  Evaluation out;
  Scorer scorer(gold, system, errors_of, out);
  if (gold.empty()) return out;
  if (gold.front().object.contains("passages")) {
    scorer.properties(properties);
    return out;
  }
  scorer.mentions();
  if (std::any_of(gold.begin(), gold.end(), [](const Line& line) { return line.object.contains("facts"); }))
    scorer.facts();
  return out;
}

std::string to_table(const Evaluation& evaluation) {
  std::string out = std::to_string(evaluation.documents) + " documents, " + std::to_string(evaluation.unanswered) +
                    " without an answer\n";
  char row[160];
  std::snprintf(row, sizeof row, "%-24s%6s%8s%10s%7s%7s%11s%7s%7s%8s\n", "", "gold", "system", "strict P", "R", "F1",
                "overlap P", "R", "F1", "value");
  out += row;
  for (const Score& score : evaluation.scores) {
    std::snprintf(row, sizeof row, "%-24s%6llu%8llu%10.3f%7.3f%7.3f%11.3f%7.3f%7.3f", score.name.c_str(),
                  static_cast<unsigned long long>(score.gold), static_cast<unsigned long long>(score.system),
                  score.precision(score.strict), score.recall(score.strict), score.f1(score.strict),
                  score.precision(score.overlap), score.recall(score.overlap), score.f1(score.overlap));
    out += row;
    if (score.valued == 0) {
      std::snprintf(row, sizeof row, "%8s\n", "-");
    } else {
      std::snprintf(row, sizeof row, "%8.3f\n", ratio(score.value_right, score.valued));
    }
    out += row;
  }
  return out;
}

std::string to_json(const Evaluation& evaluation) {
  nlohmann::ordered_json figures = nlohmann::ordered_json::object();
  for (const Score& score : evaluation.scores) {
    auto& row = figures[score.name];
    row["gold"] = score.gold;
    row["system"] = score.system;
    row["strict_p"] = score.precision(score.strict);
    row["strict_r"] = score.recall(score.strict);
    row["strict_f1"] = score.f1(score.strict);
    row["overlap_p"] = score.precision(score.overlap);
    row["overlap_r"] = score.recall(score.overlap);
    row["overlap_f1"] = score.f1(score.overlap);
    row["value"] =
        score.valued == 0 ? nlohmann::ordered_json() : nlohmann::ordered_json(ratio(score.value_right, score.valued));
  }
  nlohmann::ordered_json object = {
      {"documents", evaluation.documents}, {"unanswered", evaluation.unanswered}, {"figures", std::move(figures)}};
  return object.dump(1) + "\n";
}

}  // namespace dossier
