// Records and pages: golden files of two complete profiles, the schema, hostile names, the map of affiliations.
// To write the golden files anew: DOSSIER_RENEW_GOLDEN=1 build/release/tests/render_test
#include "pipeline/render.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <random>
#include <valijson/adapters/nlohmann_json_adapter.hpp>
#include <valijson/schema.hpp>
#include <valijson/schema_parser.hpp>
#include <valijson/validator.hpp>

#include "extractors/statistic_cells.h"
#include "grammars/tsv.h"
#include "pipeline/affiliation_map.h"
#include "pipeline/page_markup.h"
#include "pipeline/page_words.h"
#include "tests/sample_profiles.h"

namespace dossier {
namespace {

const std::filesystem::path kRoot = DOSSIER_SOURCE_DIR;

const Renderer& renderer() {
  static const Renderer loaded = Renderer::load(files_below(kRoot / "grammars"));
  return loaded;
}

std::string file_text(const std::filesystem::path& path) {
  std::vector<Problem> problems;
  return read_text_file(path, problems);
}

std::map<std::string, std::string> rendered(std::span<const Profile> profiles) {
  std::map<std::string, std::string> files;
  renderer().render(profiles, {.languages = {"it", "en"}, .html = true},
                    [&](RenderedFile file) { EXPECT_TRUE(files.emplace(file.path, file.bytes).second) << file.path; });
  return files;
}

// Every problem that the schema finds in a record, one a line; empty: it is valid.
std::string schema_problems(const std::string& record) {
  static const valijson::Schema* const schema = [] {
    const nlohmann::json document = nlohmann::json::parse(file_text(kRoot / "docs/profile.schema.json"));
    auto* parsed = new valijson::Schema;
    valijson::SchemaParser().populateSchema(valijson::adapters::NlohmannJsonAdapter(document), *parsed);
    return parsed;
  }();
  const nlohmann::json document = nlohmann::json::parse(record);
  valijson::Validator validator;
  valijson::ValidationResults results;
  std::string problems;
  if (validator.validate(*schema, valijson::adapters::NlohmannJsonAdapter(document), &results)) return problems;
  for (valijson::ValidationResults::Error error; results.popError(error);) {
    for (const std::string& step : error.context) problems += step;
    problems += ": " + error.description + "\n";
  }
  return problems;
}

TEST(Render, GivesTheGoldenFiles) {
  const std::filesystem::path golden = kRoot / "tests/golden/render";
  const std::map<std::string, std::string> files = rendered(samples::complete_profiles());
  if (std::getenv("DOSSIER_RENEW_GOLDEN") != nullptr) {
    std::filesystem::remove_all(golden);
    for (const auto& [path, bytes] : files) {
      std::filesystem::create_directories((golden / path).parent_path());
      std::ofstream(golden / path, std::ios::binary) << bytes;
    }
  }
  std::size_t found = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(golden)) found += entry.is_regular_file();
  EXPECT_EQ(found, files.size());
  for (const auto& [path, bytes] : files) EXPECT_EQ(bytes, file_text(golden / path)) << path;
}

TEST(Render, TheOrderOfProfilesDoesNotMatter) {
  std::vector<Profile> profiles = samples::complete_profiles();
  const auto files = rendered(profiles);
  std::swap(profiles[0], profiles[1]);
  EXPECT_EQ(files, rendered(profiles));
}

TEST(Render, RecordsFollowTheSchema) {
  for (const Profile& profile : samples::complete_profiles()) EXPECT_EQ(schema_problems(render_record(profile)), "");
  Profile bare;
  bare.id = "nobody";
  bare.type = "person";
  EXPECT_EQ(schema_problems(render_record(bare)), "");
  EXPECT_NE(schema_problems("{\"id\": \"x\", \"type\": \"ship\", \"name\": \"X\", \"sources\": []}"), "");
  EXPECT_NE(schema_problems("{\"id\": \"x\", \"type\": \"person\", \"name\": \"X\", \"sources\": [], \"shoe\": 1}"),
            "");
}

TEST(Render, APageOfAnEmptyProfileHasNoEmptySections) {
  Profile bare;
  bare.id = "nobody";
  bare.type = "person";
  bare.name = "Nobody";
  EXPECT_EQ(renderer().page(bare, "en", {}), "# Nobody\n");
  bare.type = "organization";
  EXPECT_EQ(
      renderer().page(bare, "en", {}),
      "# Nobody\n\n## Key Facts\n\n| Aspect | Detail |\n|---------|-----------|\n| **Type** | organization |\n\n---\n");
}

// "Tape Library", named once: a record, but no page, and no link to one.
TEST(Render, WhatIsOnlyNamedHasARecordAndNoPage) {
  Cited cited;
  cited.key = "affiliation:1";
  cited.rule = "test";
  Profile person;
  person.id = "ada-lovell";
  person.type = "person";
  person.name = "Ada Lovell";
  person.career.push_back({cited, "", "founder", "", {"Harborworks", "harborworks"}, {}});
  person.career.push_back({cited, "sailor", "", "", {"Tape Library", "tape-library"}, {}});
  Profile organization;
  organization.id = "harborworks";
  organization.type = "organization";
  organization.name = "Harborworks";
  Statistic boats;
  boats.number = Decimal{40, 0};
  organization.statistics.push_back({"Die Harborworks", "count", "boat", "boats", {{cited, boats, ""}}});
  Profile named;
  named.id = "tape-library";
  named.type = "organization";
  named.name = "Tape Library";
  const std::map<std::string, std::string> files = rendered(std::vector<Profile>{person, organization, named});
  EXPECT_TRUE(files.contains("records/organizations/tape-library.json"));
  EXPECT_FALSE(files.contains("pages/en/organizations/tape-library.md"));
  EXPECT_EQ(files.at("pages/en/index.md").find("tape-library"), std::string::npos);
  const std::string& page = files.at("pages/en/persons/ada-lovell.md");
  EXPECT_NE(page.find("| sailor | Tape Library"), std::string::npos) << page;
  EXPECT_NE(page.find("| founder | [Harborworks](../organizations/harborworks.md)"), std::string::npos) << page;
  const std::string& measured = files.at("pages/en/organizations/harborworks.md");
  EXPECT_NE(measured.find("| - | 40 boats |"), std::string::npos) << measured;
}

TEST(Render, TheIndexNamesThePostThatIsHeld) {
  const auto post = [](std::string title, std::string from, std::int32_t start, Status status) {
    Career career;
    career.cited.key = "affiliation:" + title;
    career.title = std::move(title);
    career.organization = {"Harborworks", "harborworks"};
    career.period = {.from = std::move(from), .start_earliest = start, .status = status};
    return career;
  };
  Profile person;
  person.id = "ada-lovell";
  person.type = "person";
  person.name = "Ada Lovell";
  const auto summary = [&] {
    const std::string page = rendered(std::vector<Profile>{person}).at("pages/en/index.md");
    const std::size_t at = page.find(".md) | ");
    return page.substr(at + 7, page.find(" |", at + 7) - at - 7);
  };
  person.career = {post("engineer", "2010", 10, Status::kUnknown), post("dean", "2012", 12, Status::kPast)};
  EXPECT_EQ(summary(), "engineer, Harborworks");
  person.career.push_back(post("head of storage", "2014", 14, Status::kUnknown));
  EXPECT_EQ(summary(), "head of storage, Harborworks");
  person.career.push_back(post("chair", "", 0, Status::kCurrent));
  EXPECT_EQ(summary(), "chair, Harborworks");
  person.career.push_back(post("president", "2030", 30, Status::kPlanned));
  EXPECT_EQ(summary(), "chair, Harborworks");
  person.career = {post("dean", "2012", 12, Status::kPast)};
  EXPECT_EQ(summary(), "");
}

TEST(Render, EvidenceThatIsNotUtf8IsShownWithReplacements) {
  Profile profile;
  profile.id = "x";
  profile.type = "person";
  profile.name = "X";
  profile.tagline = Value{};
  profile.tagline->value = "caf\xE9 & co\x01\xE2\x80\xAE";
  profile.tagline->cited.key = "tagline:x";
  profile.tagline->cited.evidence = {{"s", "", 0, 4, "caf\xE9", "r", 1, "", ""}};
  EXPECT_EQ(schema_problems(render_record(profile)), "");
  EXPECT_NE(renderer().page(profile, "it", {}).find("> caf\uFFFD & co[^1]\n"), std::string::npos);
}

// A founder's post and the founding: two facts of one passage, which is cited once.
TEST(Render, APassageIsCitedOnce) {
  Profile profile;
  profile.id = "x";
  profile.type = "person";
  profile.name = "X";
  profile.tagline = Value{};
  profile.tagline->value = "founder";
  profile.tagline->cited.key = "tagline:x";
  profile.tagline->cited.evidence = {{"s", "", 0, 4, "Ada.", "r", 1, "", ""}, {"s", "", 0, 4, "Ada.", "q", 1, "", ""}};
  EXPECT_NE(renderer().page(profile, "it", {}).find("> founder[^1]\n"), std::string::npos);
}

bool has_unescaped(const std::string& line, std::string_view piece) {
  for (std::size_t at = line.find(piece); at != std::string::npos; at = line.find(piece, at + 1)) {
    if (at == 0 || line[at - 1] != '\\') return true;
  }
  return false;
}

// Names and quotes are data: nothing a source says may open a tag, a link, a cell, a heading or a block.
TEST(Render, HostileNamesStayText) {
  const std::string hostile =
      "A|B <script>alert(1)</script> [x](javascript:y) `c` **b** _e_ &amp; ![i](u)\n# h\n```\n</pre>";
  std::vector<Profile> profiles = samples::complete_profiles();
  Profile& ada = profiles[1];
  ada.name = hostile;
  ada.tagline->value = "# " + hostile;
  ada.career[3].organization.name = hostile;
  ada.career[3].title = hostile;
  ada.connections[1].text = hostile;
  ada.quotes[0].text = hostile;
  ada.timeline[1].text = hostile;
  ada.sources[0].title = hostile;
  ada.sources[0].uri = "javascript:alert(1)";
  ada.references[0].url = "JavaScript:alert(1)";
  ada.identifiers[0].value = "data:text/html,<b>";
  for (const auto& [path, bytes] : rendered(profiles)) {
    if (path.ends_with(".json")) {
      EXPECT_EQ(schema_problems(bytes), "");
    } else if (path.ends_with(".html")) {
      EXPECT_EQ(bytes.find("<script"), std::string::npos) << path;
      EXPECT_EQ(bytes.find("href=\"javascript"), std::string::npos) << path;
      EXPECT_EQ(bytes.find("href=\"JavaScript"), std::string::npos) << path;
      EXPECT_EQ(bytes.find("<img"), std::string::npos) << path;
    } else {
      std::istringstream lines(bytes);
      int fences = 0;
      std::size_t columns = 0;
      for (std::string line; std::getline(lines, line);) {
        fences += line.starts_with("```");
        EXPECT_FALSE(line.starts_with("# h")) << path;
        std::size_t bars = 0;
        for (std::size_t i = 0; i < line.size(); ++i) bars += line[i] == '|' && (i == 0 || line[i - 1] != '\\');
        if (fences == 1) continue;  // inside the map
        for (const char* piece : {"<script", "](javascript", "](JavaScript", "![", "</pre"}) {
          EXPECT_FALSE(has_unescaped(line, piece)) << line;
        }
        if (line.starts_with("|")) {
          if (columns != 0) {
            EXPECT_EQ(bars, columns) << line;
          }
          columns = bars;
        } else {
          columns = 0;
        }
      }
      EXPECT_EQ(fences % 2, 0) << path;
      EXPECT_LE(fences, 2) << path;
    }
  }
}

TEST(Render, PathsStayInTheirFolder) {
  EXPECT_EQ(profile_path("person", "ada-lovell"), "persons/ada-lovell");
  EXPECT_EQ(profile_path("organization", "../../etc/x"), "organizations/=2e.=2f..=2fetc=2fx");
  EXPECT_EQ(profile_path("person", ".."), "persons/=2e=2e");
}

TEST(PageMarkup, EscapesOnlyWhatIsMarkup) {
  const Markup markdown(PageFormat::kMarkdown), html(PageFormat::kHtml);
  EXPECT_EQ(markdown.text("O'Neil & Sons (US) ~2014 snake_case 2 - 3 #1"),
            "O'Neil & Sons (US) ~2014 snake_case 2 - 3 #1");
  EXPECT_EQ(markdown.text("_x_ ~~y~~ &lt; a|b"), "\\_x\\_ \\~\\~y\\~\\~ \\&lt; a\\|b");
  EXPECT_EQ(markdown.text_at_line_start("1. one"), "1\\. one");
  EXPECT_EQ(markdown.text_at_line_start("- one"), "\\- one");
  EXPECT_EQ(html.text("a<b>\"c\" & 'd'"), "a&lt;b&gt;&quot;c&quot; &amp; &#39;d&#39;");
  EXPECT_EQ(markdown.link("Ada (x)", "https://a.example/b_(c) d"), "[Ada (x)](https://a.example/b_%28c%29%20d)");
  EXPECT_EQ(markdown.link("Ada", "//evil.example"), "Ada");
  EXPECT_EQ(markdown.link("Ada", "ada.md"), "Ada");
  EXPECT_EQ(markdown.link("Ada", "file:///etc/passwd"), "Ada");
  EXPECT_EQ(html.page_link("A<", "x.html"), "<a href=\"x.html\">A&lt;</a>");
}

TEST(AffiliationMap, DrawsOneTwoAndManyColumns) {
  EXPECT_EQ(draw_affiliation_map("Ada", {}), "");
  EXPECT_EQ(draw_affiliation_map("Ada Lovell", {{"Harbor", "GM"}}),
            "    ADA LOVELL\n         |\n         v\n      Harbor\n       (GM)\n");
  EXPECT_EQ(draw_affiliation_map("Ada Lovell", {{"Open Harbor Foundation", "General Manager"}, {"Académie", ""}}),
            "             ADA LOVELL\n"
            "                  |\n"
            "         +--------+--------+\n"
            "         |                 |\n"
            "         v                 v\n"
            "    Open Harbor        Académie\n"
            "    Foundation\n"
            " (General Manager)\n");
  const std::string many = draw_affiliation_map("Ada", std::vector<MapNode>(9, {"Harbor", "x"}));
  EXPECT_EQ(std::count(many.begin(), many.end(), 'v'), 9);
}

TEST(PageLabels, EveryLanguageHasEveryLabelAndReadsWhatItWrites) {
  const PageLabels& labels = renderer().labels();
  EXPECT_EQ(labels.languages(), (std::vector<std::string>{"en", "it"}));
  for (const std::string& key : labels.keys()) {
    for (const std::string& language : labels.languages()) {
      const std::string group = key.substr(0, key.find('.')), name = key.substr(key.find('.') + 1);
      if (group != "column" && group != "row" && group != "section" && group != "subsection") continue;
      EXPECT_EQ(labels.find(group, labels.text(key, language)).name, name) << key << " " << language;
    }
  }
  EXPECT_EQ(labels.find("row", "NAZIONALITÀ").name, "nationality");
  EXPECT_EQ(labels.find("row", "Nazionalita'").language, "it");
  EXPECT_EQ(labels.find("row", "shoe size").name, "");
  EXPECT_EQ(labels.text("section.no_such_key", "it"), "no such key");
  EXPECT_EQ(labels.fill("timeline.founded", "en", {{"entity", "Open Harbor"}}), "Founding of Open Harbor");
}

TEST(PageWords, MonthAndYear) {
  EXPECT_EQ(month_and_year("2026-02-14", "it"), "Febbraio 2026");
  EXPECT_EQ(month_and_year("2026-02", "en"), "February 2026");
  EXPECT_EQ(month_and_year("2024/2026", "en"), "2026");
  EXPECT_EQ(month_and_year("199X", "en"), "");
}

TEST(StatisticCells, ReadsBackWhatItPrints) {
  const PageLabels& labels = renderer().labels();
  const auto printed = [&](const Statistic& statistic) { return print_statistic(statistic, labels, "it"); };
  Statistic cores;
  cores.comparator = Comparator::kGreaterEqual;
  cores.number = {4, 7, false};
  cores.noun = "CPU cores";
  cores.unit = "cores";
  EXPECT_EQ(printed(cores), "≥ 40.000.000 CPU cores");
  EXPECT_EQ(print_statistic(cores, labels, "en"), "≥ 40,000,000 CPU cores");
  std::mt19937 random(7);
  for (int round = 0; round < 3000; ++round) {
    const auto pick = [&](int n) { return static_cast<int>(random() % static_cast<unsigned>(n)); };
    const auto decimal = [&] {
      Decimal number = Decimal::of(pick(2) == 0 ? pick(100000) : pick(1000000000));
      if (number.coefficient != 0) number.exponent += pick(5) - 2;
      return number;
    };
    Statistic statistic;
    statistic.comparator = static_cast<Comparator>(pick(6));
    statistic.change = static_cast<ChangeDirection>(pick(3));
    statistic.modality = static_cast<Modality>(pick(2));
    statistic.number = decimal();
    if (pick(4) == 0) statistic.number_max = decimal();
    static const std::pair<const char*, const char*> kUnits[] = {
        {"%", ""}, {"x", ""}, {"USD", ""}, {"", ""}, {"year", ""}, {"cores", "CPU cores"}, {"%", "of revenue"}};
    const auto& [unit, noun] = kUnits[pick(7)];
    statistic.unit = unit;
    statistic.noun = noun;
    if (pick(5) == 0) statistic.per = "year";
    for (const char* language : {"it", "en"}) {
      const std::string cell = print_statistic(statistic, labels, language);
      const std::optional<Statistic> read = read_statistic(cell, labels, language);
      ASSERT_TRUE(read) << cell;
      EXPECT_EQ(print_statistic(*read, labels, language), cell);
      EXPECT_EQ(read->number, statistic.number) << cell;
      EXPECT_EQ(read->number_max, statistic.number_max) << cell;
      EXPECT_EQ(read->comparator, statistic.comparator) << cell;
      EXPECT_EQ(read->unit, statistic.unit) << cell;
      EXPECT_EQ(read->noun, statistic.noun) << cell;
    }
  }
  for (const char* text : {"", "about 5", "3rd", "1.2.3.4", "%", "≥", "5G", "12345678901234567890"}) {
    EXPECT_FALSE(read_statistic(text, labels, "it")) << text;
  }
}

}  // namespace
}  // namespace dossier
