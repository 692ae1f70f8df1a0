#include "tests/sample_profiles.h"

#include <algorithm>
#include <iterator>
#include <string>

namespace dossier::samples {
namespace {

constexpr char kArticle[] = "5d7c1f0a9be34826";
constexpr char kPage[] = "77aa02c41d9e0b53";

Evidence passage(const std::string& source, std::uint64_t begin, const std::string& quote, const std::string& rule) {
  Evidence evidence;
  evidence.source = source;
  evidence.uri = source == kArticle ? "https://news.example/harbor/interview?id=7" : "pages/ada-lovell.md";
  evidence.begin = begin;
  evidence.end = begin + quote.size();
  evidence.quote = quote;
  evidence.rule = rule;
  evidence.confidence = 0.9;
  evidence.document_date = source == kArticle ? "2026-02-03" : "2025-11";
  evidence.fact = rule + ":" + std::to_string(begin);
  return evidence;
}

Cited cited(const std::string& key, std::vector<Evidence> evidence) {
  Cited cited;
  cited.key = key;
  cited.rule = evidence.empty() ? "" : evidence.front().rule;
  cited.confidence = 0.912345678;
  cited.evidence = std::move(evidence);
  return cited;
}

Cited of_page(const std::string& key, std::uint64_t begin, const std::string& quote) {
  return cited(key, {passage(kPage, begin, quote, "profile_page")});
}

ProfilePeriod period(const std::string& from, const std::string& to, Status status = Status::kUnknown) {
  ProfilePeriod period;
  period.from = from;
  period.to = to;
  period.status = status;
  if (status == Status::kCurrent) {
    period.end_reason = EndReason::kAssertedCurrent;
    period.asserted_at = "2026-02-03";
  } else if (!to.empty()) {
    period.end_reason = EndReason::kStated;
  } else if (status == Status::kPast) {
    period.end_reason = EndReason::kEnded;
  }
  return period;
}

Value value(const Cited& cited, const std::string& text) {
  Value value;
  value.cited = cited;
  value.value = text;
  return value;
}

std::vector<SourceRef> sources() {
  return {
      {kArticle, "https://news.example/harbor/interview?id=7", "Harbors for everyone", "2026-02-03", "interview", 4},
      {kPage, "pages/ada-lovell.md", "", "2025-11", "profile", 11}};
}

const EntityRef kHarbor = {"Open Harbor Foundation", "open-harbor-foundation"};
const EntityRef kAda = {"Ada Lovell", "ada-lovell"};

Profile ada() {
  Profile ada;
  ada.id = "ada-lovell";
  ada.type = "person";
  ada.name = "Ada Lovell";
  ada.tagline = value(of_page("tagline:1", 16, "Engineer of open harbors"), "Engineer of open harbors");
  ada.aliases = {{of_page("alias:1", 30, "adal"), "adal", "alias", {}}};
  ada.identifiers = {{of_page("identifier:1", 40, "https://ada.example/"), "url", "ada.example"}};
  ada.nationality = {value(of_page("nationality:1", 60, "NOR"), "NOR")};
  ada.born = LifeEvent{of_page("born:1", 70, "12 mar 1970, Bergen"), "1970-03-12", "Bergen"};
  ada.education = {{of_page("education:1", 200, "1989-94"),
                    {"Quillfeather Academy", ""},
                    "Naval engineering",
                    period("1989", "1994", Status::kPast)}};
  ada.career = {
      {of_page("affiliation:1", 300, "Crane operator"),
       "Crane operator",
       "employee",
       "",
       {"several ports", ""},
       period("", "", Status::kPast)},
      {of_page("affiliation:2", 320, "VP of Engineering / Release Manager"),
       "VP of Engineering",
       "executive",
       "",
       {"Tidewater Labs", ""},
       period("2010", "2023", Status::kPast)},
      {of_page("affiliation:3", 320, "VP of Engineering / Release Manager"),
       "Release Manager",
       "manager",
       "",
       {"Tidewater Labs", ""},
       period("2010", "2023", Status::kPast)},
      {cited("affiliation:4", {passage(kArticle, 812, "Ada Lovell, General Manager at the Open Harbor Foundation",
                                       "affiliation.appositive"),
                               passage(kPage, 400, "General Manager", "profile_page"),
                               passage(kArticle, 2210, "as General Manager I", "affiliation.first_person"),
                               passage(kArticle, 4021, "our General Manager", "affiliation.title")}),
       "General Manager", "executive", "", kHarbor, period("2023", "", Status::kCurrent)},
      {of_page("affiliation:5", 440, "Vice Chair"),
       "Vice Chair",
       "board",
       "honorary",
       {"Lighthouse Council", ""},
       period("", "")}};
  ada.connections = {{of_page("spouse:1", 90, "Thorvald Quillfeather"),
                      "spouse",
                      {"Thorvald Quillfeather", ""},
                      "person",
                      "",
                      period("1999", "")},
                     {of_page("connection:1", 500, "Board colleagues"),
                      "connection",
                      {"Mirela Dragomir", ""},
                      "person",
                      "Board colleagues",
                      {}},
                     {cited("interviewer:1", {passage(kArticle, 12, "Jun Abe", "interview.host")}),
                      "interviewer",
                      {"Jun Abe", ""},
                      "person",
                      "",
                      {}},
                     {of_page("connection:2", 540, "Related ecosystem"),
                      "connection",
                      {"Harbor Users Group", ""},
                      "organization",
                      "Related ecosystem",
                      {}}};
  StatisticSeries cranes{"cranes under open control", "count", "crane", "cranes", {}};
  StatisticPoint point;
  point.cited = cited("statistic:1", {passage(kArticle, 3000, "over 4,200 cranes", "statistic.count")});
  point.value.kind = StatisticKind::kCount;
  point.value.comparator = Comparator::kGreater;
  point.value.number = {42, 2, false};
  point.value.unit = "crane";
  point.value.noun = "cranes";
  point.as_of = "2026-02";
  cranes.points = {point};
  StatisticSeries market{"port automation market", "money", "USD", "", {}};
  point.cited = cited("statistic:2", {passage(kArticle, 3100, "$7.7 billion", "statistic.money")});
  point.value = {};
  point.value.kind = StatisticKind::kMoney;
  point.value.number = {77, 8, false};
  point.value.unit = "USD";
  point.as_of = "2027";
  market.points = {point};
  ada.statistics = {cranes, market};
  ada.quotes = {{cited("quote:1", {passage(kArticle, 5000, "A harbor is a promise.", "quote.turn")}),
                 "A harbor is a promise.", "2026-02-03"}};
  ada.events = {{cited("participation:1", {passage(kArticle, 5200, "keynote at HarborConf", "participation.verb")}),
                 "HarborConf", "keynote speaker", "2022-10-17/2022-10-21"}};
  Attribute profession;
  profession.predicate = "profession";
  profession.value = value(of_page("profession:1", 65, "Systems engineer"), "Systems engineer");
  Attribute power;
  power.predicate = "power";
  power.value = value(of_page("power:1", 600, "Port standards"), "Port standards");
  power.text = "Decides what the harbor protocol may change";
  ada.attributes = {profession, power};
  TimelineEntry degree{of_page("education:1", 200, "1989-94"), "1994", "education", "Naval engineering",
                       {"Quillfeather Academy", ""},           ""};
  TimelineEntry text{of_page("timeline:1", 700, "First open crane"), "200X~", "text", "", {}, "First open crane"};
  TimelineEntry manager{ada.career[3].cited, "2023", "career", "General Manager", kHarbor, ""};
  ada.timeline = {degree, text, manager};
  OpenQuestion conflict;
  conflict.key = "born:ada-lovell";
  conflict.kind = "conflict";
  conflict.predicate = "born";
  conflict.chosen = "1970-03-12";
  conflict.claims = {{of_page("born:1", 70, "12 mar 1970, Bergen"), "1970-03-12", {}},
                     {cited("born:2", {passage(kArticle, 900, "born in 1971", "born.verb")}), "1971", {}}};
  OpenQuestion end;
  end.key = "end:affiliation:5";
  end.kind = "missing_end";
  end.predicate = "affiliation";
  end.title = "Vice Chair";
  end.entity = {"Lighthouse Council", ""};
  OpenQuestion start = conflict;
  start.key = "start:affiliation:4";
  start.kind = "near_conflict";
  start.predicate = "affiliation.from";
  start.title = "General Manager";
  start.entity = kHarbor;
  start.chosen.clear();
  ada.questions = {conflict, end, start};
  ada.references = {{of_page("reference:1", 800, "Personal site"), "Personal site", "https://ada.example/about_(me)"}};
  ada.sources = sources();
  ada.redirects = {"a-lovell"};
  return ada;
}

Profile harbor() {
  Profile harbor;
  harbor.id = "open-harbor-foundation";
  harbor.type = "organization";
  harbor.name = "Open Harbor Foundation";
  harbor.aliases = {{of_page("alias:2", 20, "OHF"), "OHF", "acronym", {}},
                    {of_page("alias:3", 30, "formerly Tidewater Foundation"), "Tidewater Foundation", "former",
                     period("2012", "2019", Status::kPast)}};
  harbor.inception = value(of_page("inception:1", 40, "2012"), "2012");
  harbor.headquarters = value(of_page("headquarters:1", 50, "Bergen"), "Bergen");
  Value parent = value(of_page("parent:1", 60, "Maritime Commons"), "Maritime Commons");
  parent.entity = {"Maritime Commons", ""};
  harbor.parent = parent;
  harbor.leadership = {
      {cited("affiliation:4", {passage(kArticle, 812, "Ada Lovell, General Manager", "affiliation.appositive")}), kAda,
       "General Manager", "executive", "", period("2023", "", Status::kCurrent)}};
  harbor.members = {
      {of_page("membership:1", 70, "Gold: Tidewater Labs"), {"Tidewater Labs", ""}, "gold", period("2020", "")},
      {of_page("membership:2", 90, "Crane & Co."), {"Crane & Co.", ""}, "", {}}};
  StatisticSeries members{"members", "percentage", "%", "", {}};
  for (const auto& [date, number] : {std::pair<const char*, int>{"2021", 21}, {"2022", 33}}) {
    StatisticPoint point;
    point.cited =
        cited(std::string("statistic:") + date, {passage(kArticle, 3300, "33% growth", "statistic.percentage")});
    point.value.kind = StatisticKind::kPercentage;
    point.value.number = Decimal::of(number);
    point.value.unit = "%";
    point.value.change = ChangeDirection::kUp;
    point.as_of = date;
    members.points.push_back(point);
  }
  harbor.statistics = {members};
  harbor.connections = {{of_page("connection:3", 110, "Sister foundation"),
                         "connection",
                         {"Lighthouse Council", ""},
                         "organization",
                         "Sister foundation",
                         {}}};
  harbor.timeline = {{of_page("inception:1", 40, "2012"), "2012", "inception", "", {}, ""},
                     {of_page("alias:3", 30, "formerly"), "2019", "former_name", "Tidewater Foundation", {}, ""}};
  harbor.sources = sources();
  return harbor;
}

class Generator {
 public:
  explicit Generator(std::mt19937& random) : random_(random) {}

  Profile person() {
    Profile made;
    made.id = "random-person";
    made.type = "person";
    common(made);
    repeat(2, [&] { made.nationality.push_back(value(cite(), pick({"ITA", "NOR", "FRA", "JPN"}))); });
    if (coin()) made.born = LifeEvent{cite(), coin() ? date(1950) : "", coin() ? row_words(1, 2) : ""};
    if (coin()) made.died = LifeEvent{cite(), date(2010), coin() ? row_words(1, 2) : ""};
    repeat(3, [&] { made.education.push_back({cite(), entity(), coin() ? words(1, 4) : "", any_period()}); });
    repeat(6, [&] {
      Career career{cite(), words(1, 4), "", coin() ? "" : pick({"acting", "honorary"}), entity(), any_period()};
      if (below(6) == 0) career.title.clear(), career.qualifier.clear();
      if (below(6) == 0 && !career.title.empty()) career.organization = {coin() ? "various companies" : "", ""};
      made.career.push_back(std::move(career));
    });
    repeat(2, [&] {
      made.connections.push_back({cite(),
                                  pick({"spouse", "mother", "child"}),
                                  {row_words(2, 3), ""},
                                  "person",
                                  "",
                                  coin() ? any_period() : ProfilePeriod{}});
    });
    repeat(2, [&] {
      Attribute power;
      power.predicate = coin() ? "power" : "controversy";
      power.value = value(cite(), words(1, 3));
      power.text = words(2, 8);
      made.attributes.push_back(std::move(power));
    });
    return made;
  }

  Profile organization() {
    Profile made;
    made.id = "random-organization";
    made.type = "organization";
    common(made);
    if (coin()) made.inception = value(cite(), date(1990));
    if (coin()) made.headquarters = value(cite(), row_words(1, 2));
    repeat(3, [&] {
      made.leadership.push_back(
          {cite(), coin() ? kAda : EntityRef{words(2, 3), ""}, words(1, 3), "", "", any_period()});
    });
    repeat(8, [&] { made.members.push_back({cite(), entity(), coin() ? words(1, 1) : "", any_period()}); });
    return made;
  }

 private:
  int below(int n) { return static_cast<int>(random_() % static_cast<unsigned>(n)); }
  bool coin() { return below(2) == 0; }
  template <typename Make>
  void repeat(int most, Make make) {
    for (int count = below(most + 1); count > 0; --count) make();
  }
  std::string pick(std::initializer_list<const char*> words) {
    return *(words.begin() + below(static_cast<int>(words.size())));
  }

  // The first word makes it a name, a mark alone would be one that a page writes for "nothing".
  std::string words(int least, int most) {
    static const char* const kFirst[] = {"Ada",    "Łódź", "Ñandú", "東京",  "Γιώργος",
                                         "O'Neil", "AT&T", "X|Y",   "Rossi", "Éclair"};
    static const char* const kMore[] = {"Lovell",  "<b>bold</b>", "*star*",  "[link](x.md)", "`code`",
                                        "&amp;",   "S.p.A.",      "_under_", "snake_case",   "~~gone~~",
                                        "\\back",  "#1",          "|",       "van",          "\"quoted\"",
                                        "3.5%",    "<!--",        "-->",     "a/b",          "![i](u.png)",
                                        "]:",      "é",           "!",       "$5",           "**",
                                        "***x***", "(x",          "{{name}}"};
    std::string text = kFirst[below(std::size(kFirst))];
    for (int more = least - 1 + below(most - least + 1); more > 0; --more) {
      text += std::string(" ") + kMore[below(std::size(kMore))];
    }
    return text;
  }

  // Names in rows of several values: "; " would part them.
  std::string row_words(int least, int most) {
    std::string text = words(least, most);
    std::replace(text.begin(), text.end(), ';', ',');
    return text;
  }

  std::string date(int year) {
    std::string text = std::to_string(year + below(15));
    const auto two = [](int n) { return (n < 10 ? "0" : "") + std::to_string(n); };
    if (below(3) == 0) text += "-" + two(1 + below(12)) + (coin() ? "-" + two(1 + below(28)) : "");
    if (below(5) == 0) text += "~";
    return text;
  }

  ProfilePeriod any_period() {
    switch (below(6)) {
      case 0:
        return {};
      case 1:
        return period(date(1990), "");
      case 2:
        return period("", date(2010), Status::kPast);
      case 3:
        return period(date(1990), date(2010), Status::kPast);
      case 4:
        return period(date(2015), "", Status::kCurrent);
      default:
        return period("", "", Status::kPast);
    }
  }

  EntityRef entity() { return below(4) == 0 ? kHarbor : EntityRef{words(1, 4), ""}; }
  Cited cite() {
    ++key_;
    return of_page("key:" + std::to_string(key_), static_cast<std::uint64_t>(below(5000)), words(1, 3));
  }

  void common(Profile& made) {
    made.name = words(2, 3);
    made.sources = sources();
    if (coin()) made.tagline = value(cite(), words(2, 6));
    repeat(2, [&] {
      made.aliases.push_back({cite(), row_words(1, 2), "alias", coin() ? any_period() : ProfilePeriod{}});
    });
    repeat(2, [&] { made.identifiers.push_back({cite(), "url", "https://x.example/" + std::to_string(below(100))}); });
    repeat(3, [&] {
      made.connections.push_back(
          {cite(), "connection", entity(), "organization", words(1, 4), coin() ? any_period() : ProfilePeriod{}});
    });
    repeat(3, [&] {
      made.connections.push_back({cite(), "connection", {words(1, 3), ""}, "person", words(1, 4), {}});
    });
    repeat(3, [&] {
      StatisticSeries series{words(1, 3), "count", "", "", {}};
      repeat(3, [&] {
        StatisticPoint point;
        point.cited = cite();
        point.value.comparator = static_cast<Comparator>(below(6));
        point.value.number = Decimal::of(1 + below(1000000));
        point.value.change = static_cast<ChangeDirection>(below(3));
        point.as_of = coin() ? date(2010) : "";
        series.points.push_back(std::move(point));
      });
      series.unit = pick({"USD", "%", "x", "year", "cranes"});
      if (series.unit == "cranes") series.noun = "cranes";
      made.statistics.push_back(std::move(series));
    });
    repeat(2, [&] { made.quotes.push_back({cite(), words(2, 12), coin() ? date(2010) : ""}); });
    repeat(2, [&] {
      made.events.push_back({cite(), words(1, 3), coin() ? words(1, 2) : "", coin() ? date(2010) : ""});
    });
    repeat(3, [&] { made.timeline.push_back({cite(), date(1990), "text", "", {}, words(2, 7)}); });
    // What other tables state stands in the timeline once more.
    for (const Career& career : made.career)
      made.timeline.push_back({career.cited, date(1990), "career", career.title, career.organization, ""});
    repeat(2, [&] {
      made.references.push_back({cite(), words(1, 4), "https://r.example/a_(b)?c=" + std::to_string(below(100))});
    });
    if (coin()) made.questions.push_back({"q", "missing_end", "affiliation", words(1, 3), kHarbor, "", {}});
  }

  std::mt19937& random_;
  int key_ = 0;
};

}  // namespace

Profile random_profile(std::mt19937& random) {
  Generator generator(random);
  return random() % 3 == 0 ? generator.organization() : generator.person();
}

std::vector<Profile> complete_profiles() {
  return {harbor(), ada()};
}

}  // namespace dossier::samples
