// Profile pages as sources: what the pages that `render` writes give back, and pages written by hand.
#include "extractors/profile_page.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <iterator>
#include <random>

#include "extractors/period_cells.h"
#include "extractors/statistic_cells.h"
#include "grammars/tsv.h"
#include "pipeline/page_markup.h"
#include "pipeline/page_words.h"
#include "pipeline/render.h"
#include "tests/mini_ingest.h"
#include "tests/sample_profiles.h"

namespace dossier {
namespace {

const std::filesystem::path kRoot = DOSSIER_SOURCE_DIR;

const ProfilePageReader& reader() {
  static const ProfilePageReader loaded = ProfilePageReader::load(files_below(kRoot / "grammars"));
  return loaded;
}

const Renderer& renderer() {
  static const Renderer loaded = Renderer::load(files_below(kRoot / "grammars"));
  return loaded;
}

Document page_of(const std::string& text) {
  return mini_ingest(text);
}

// ---------------------------------------------------------------------------------------------------------------------
// Statements as lines that can be compared: those of a profile that its page holds, and those read from a page.

using Lines = std::vector<std::string>;

std::string line_of(std::initializer_list<std::string> parts) {
  std::string line;
  for (const std::string& part : parts) line += (line.empty() ? "" : " | ") + part;
  return line;
}

std::string when(const std::string& from, const std::string& to) {
  return from + ".." + to;
}
std::string when(const ProfilePeriod& period) {
  return when(period.from, period.to) + (period.status == Status::kCurrent ? " current" : "");
}
std::string when(const Period& period) {
  return when(period.from, period.to) + (period.status == Status::kCurrent ? " current" : "");
}
std::string on(const std::string& date) {
  return when(date, date);
}

std::string shown(const Statistic& value) {
  return std::string(name_of(value.comparator)) + value.number.to_string() + " " + value.unit + " " + value.noun + " " +
         std::string(name_of(value.change));
}

Lines statements_of(const Profile& profile) {
  Lines lines;
  const auto text = [](const std::string& words) { return one_line(words); };
  const std::string self = text(profile.name);
  const auto add = [&](std::initializer_list<std::string> parts) { lines.push_back(line_of(parts)); };
  if (profile.tagline) add({"tagline", text(profile.tagline->value)});
  for (const Value& nationality : profile.nationality) add({"nationality", nationality.value, ".."});
  for (const auto& [name, event] : {std::pair("born", &profile.born), std::pair("died", &profile.died)}) {
    if (*event && !((*event)->date.empty() && (*event)->place.empty())) {
      add({name, (*event)->date, text((*event)->place)});
    }
  }
  if (profile.inception) add({"inception", profile.inception->value});
  if (profile.headquarters) add({"headquarters", text(profile.headquarters->value), ".."});
  for (const Alias& alias : profile.aliases) add({"alias", text(alias.name), when(alias.period)});
  for (const Identifier& identifier : profile.identifiers) add({"identifier", identifier.value});
  for (const Education& education : profile.education) {
    add({"education", text(education.institution.name), text(education.degree), when(education.period)});
  }
  for (const Career& career : profile.career) {
    add({"affiliation", self, text(career.title), career.qualifier, text(career.organization.name),
         when(career.period)});
  }
  for (const LeadershipEntry& entry : profile.leadership) {
    add({"affiliation", text(entry.person.name), text(entry.title), "", self, when(entry.period)});
  }
  for (const Member& member : profile.members) {
    add({"membership", text(member.organization.name), text(member.level), when(member.period)});
  }
  for (const Connection& connection : profile.connections) {
    if (connection.relation == "connection") {
      add({"connection", connection.entity_type, text(connection.entity.name), text(connection.text),
           when(connection.period)});
    } else {
      add({connection.relation == "spouse"  ? "spouse"
           : connection.relation == "child" ? "parent of"
                                            : "child of",
           text(connection.entity.name), when(connection.period)});
    }
  }
  for (const Attribute& attribute : profile.attributes) {
    add({attribute.predicate, text(attribute.value.value), text(attribute.text)});
  }
  for (const StatisticSeries& series : profile.statistics) {
    for (const StatisticPoint& point : series.points) {
      Statistic value = point.value;
      value.unit = series.unit;
      value.noun = series.noun;
      add({"statistic", text(series.subject), shown(value), point.as_of});
    }
  }
  for (const Quote& quote : profile.quotes) add({"quote", text(quote.text), on(quote.date)});
  for (const Participation& event : profile.events) {
    add({"participation", text(event.event), text(event.role), on(event.date)});
  }
  for (const TimelineEntry& entry : profile.timeline) {
    if (entry.kind == "text") add({"timeline", text(entry.text), on(entry.date)});
  }
  for (const Reference& reference : profile.references) add({"reference", text(reference.title), reference.url});
  std::sort(lines.begin(), lines.end());
  return lines;
}

Lines statements_of(const Document& page, const PageReading& reading) {
  Lines lines;
  const auto argument = [&](const PageFact& fact, std::string_view name) -> const PageMention* {
    for (const auto& [known, mention] : fact.arguments) {
      if (known == name) return &reading.mentions[mention];
    }
    return nullptr;
  };
  for (const PageFact& fact : reading.facts) {
    const auto words = [&](std::string_view name) {
      const PageMention* mention = argument(fact, name);
      return mention == nullptr ? std::string() : one_line(page.slice(mention->span));
    };
    const auto date = [&] {
      const PageMention* mention = argument(fact, "date");
      return mention == nullptr ? std::string() : reading.dates[mention->date].edtf;
    };
    const auto add = [&](std::initializer_list<std::string> parts) { lines.push_back(line_of(parts)); };
    const std::string& predicate = fact.predicate;
    if (predicate == "tagline" || predicate == "profession")
      add({predicate, fact.text});
    else if (predicate == "nationality")
      add({predicate, words("place"), when(fact.period)});
    else if (predicate == "headquarters")
      add({predicate, words("place"), when(fact.period)});
    else if (predicate == "born" || predicate == "died")
      add({predicate, date(), words("place")});
    else if (predicate == "inception")
      add({predicate, date()});
    else if (predicate == "alias")
      add({predicate, words("alias"), when(fact.period)});
    else if (predicate == "identifier")
      add({predicate, fact.text.empty() ? words("identifier") : fact.text});
    else if (predicate == "education")
      add({predicate, words("institution"), fact.text, when(fact.period)});
    else if (predicate == "affiliation") {
      const PageMention* role = argument(fact, "role");
      const std::string organization = words("organization");
      add({predicate, words("person"), words("role"), role == nullptr ? "" : role->qualifier,
           organization.empty() ? fact.text : organization, when(fact.period)});
    } else if (predicate == "membership")
      add({predicate, words("member"), fact.text, when(fact.period)});
    else if (predicate == "connection") {
      const bool is_person = argument(fact, "entity")->type == type::kPerson;
      add({predicate, is_person ? "person" : "organization", words("entity"), fact.text, when(fact.period)});
    } else if (predicate == "spouse")
      add({predicate, words("spouse"), when(fact.period)});
    else if (predicate == "parent") {
      const bool is_child = argument(fact, "parent") == &reading.mentions[reading.subject];
      add({is_child ? "parent of" : "child of", words(is_child ? "person" : "parent"), when(fact.period)});
    } else if (predicate == "power" || predicate == "controversy" || predicate == "attribute") {
      const std::size_t tab = fact.text.find('\t');
      add({predicate, fact.text.substr(0, tab), fact.text.substr(tab + 1)});
    } else if (predicate == "statistic") {
      const Statistic& value = reading.statistics[argument(fact, "statistic")->statistic];
      add({predicate, value.subject, shown(value), value.as_of});
    } else if (predicate == "quote" || predicate == "timeline")
      add({predicate, fact.text, when(fact.period.from, fact.period.to)});
    else if (predicate == "participation") {
      add({predicate, words("event"), words("role"), when(fact.period.from, fact.period.to)});
    } else if (predicate == "reference")
      add({predicate, words("identifier"), fact.text});
    else
      add({predicate});
  }
  std::sort(lines.begin(), lines.end());
  return lines;
}

TEST(ProfilePage, GivesBackWhatRenderWrote) {
  const std::vector<Profile> known = samples::complete_profiles();
  const ProfileIndex index(known);
  std::mt19937 random(20260214);
  for (int round = 0; round < 600; ++round) {
    const Profile profile = samples::random_profile(random);
    for (const char* language : {"it", "en"}) {
      const std::string text = renderer().page(profile, language, index);
      const Document page = page_of(text);
      const PageReading reading = reader().read(page);
      const Lines written = statements_of(profile), read = statements_of(page, reading);
      Lines lost, made;
      std::set_difference(written.begin(), written.end(), read.begin(), read.end(), std::back_inserter(lost));
      std::set_difference(read.begin(), read.end(), written.begin(), written.end(), std::back_inserter(made));
      ASSERT_TRUE(lost.empty() && made.empty()) << "round " << round << "\nlost: " << testing::PrintToString(lost)
                                                << "\nmade: " << testing::PrintToString(made) << "\n"
                                                << text;
      EXPECT_EQ(reading.subject_type, profile.type == "person" ? type::kPerson : type::kOrganization);
    }
  }
}

}  // namespace
}  // namespace dossier
