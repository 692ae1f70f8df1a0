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
#include "pipeline/ingest.h"
#include "pipeline/page_markup.h"
#include "pipeline/page_words.h"
#include "pipeline/render.h"
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

Document page_of(const std::string& text, DocumentKind kind = DocumentKind::kProfile) {
  static const IngestData tables = IngestData::load({kRoot / "grammars"});
  Source source;
  source.bytes = text;
  source.kind = kind;
  return ingest(source, tables);
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
    else if (predicate == "alias") {
      const bool is_own = argument(fact, "entity") == &reading.mentions[reading.subject];
      add({is_own ? "alias" : "alias of " + words("entity"), words("alias"), when(fact.period)});
    } else if (predicate == "identifier")
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
      const Lines written = statements_of(profile);
      Lines read = statements_of(page, reading);
      // Acronyms of schools, which come from the schools' own profiles.
      std::erase_if(read, [](const std::string& line) { return line.starts_with("alias of "); });
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

// A page as people write them: other spellings of heads and rows, columns in another order, notes behind names.
TEST(ProfilePage, ReadsPagesWrittenByHand) {
  const Document page = page_of(
      "# Livia Corsaro (1961-)\n\n> Ingegnera navale\n\n"
      "## DATI ESSENZIALI\n\n| Voce | Dettagli |\n|---|---|\n"
      "| Nascita | ~1961, Genova |\n| **Cittadinanza** | ITA-FRA |\n| Figli | due |\n| Moglie | [Ada "
      "Lovell](ada-lovell.md) |\n"
      "| Patrimonio | 3 barche |\n| Sito | [corsaro.example](https://corsaro.example/) |\n\n"
      "## Formazione\n\n| Istituzione | Periodo |\n|:--|--:|\n| Politecnico del Mare (PDM) | 1979-84 |\n\n"
      "## Carriera\n\n| Organizzazione | Ruolo | Anni |\n|---|---|---|\n"
      "| varie aziende | Progettista | precedente |\n"
      "| Cantieri Riuniti (poi Officine Corsaro) | Direttrice / Fondatrice | 1990–oggi |\n"
      "| - | Consulente (ad interim) | - |\n\n"
      "## Controversie\n\n| Tema | Periodo | Dettaglio |\n|---|---|---|\n| Appalto del molo | 2001 | Assolta |\n\n"
      "## Rete\n\n| Persona | Relazione |\n|---|---|\n| Jun Abe | Socio (1999-2003) |\n\n"
      "| Evento | Ruolo |\n|---|---|\n| Fiera del Porto | relatrice |\n\n"
      "## Cronologia\n\n| Anno | Evento |\n|---|---|\n| ~1990 | Vara la prima nave |\n| 1984 | Politecnico del Mare "
      "|\n\n"
      "## Citazioni\n\n> «Il mare non aspetta.»\n> — Livia Corsaro, 2010\n\n"
      "## Domande Aperte\n\n| Anno | Evento |\n|---|---|\n| 2000 | Chi lo sa? |\n\n"
      "## Fonti\n\n### Ufficiali\n\n- [Officine](https://officine.example/chi) e [altro](altro.md)\n\n"
      "*Ultimo aggiornamento: Marzo 2024*\n");
  const PageReading reading = reader().read(page);
  const Lines expected = {
      "affiliation | Livia Corsaro | Consulente | acting |  | ..",
      "affiliation | Livia Corsaro | Direttrice |  | Cantieri Riuniti | 1990.. current",
      "affiliation | Livia Corsaro | Fondatrice |  | Cantieri Riuniti | 1990.. current",
      "affiliation | Livia Corsaro | Progettista |  | varie aziende | ..",
      "alias of Officine Corsaro | Cantieri Riuniti | ..",
      "alias of Politecnico del Mare | PDM | ..",
      "attribute | Figli | due",
      "attribute | Patrimonio | 3 barche",
      "born | 1961~ | Genova",
      "connection | person | Jun Abe | Socio | 1999..2003",
      "controversy | Appalto del molo | Assolta",
      "education | Politecnico del Mare |  | 1979..1984",
      "identifier | https://corsaro.example/",
      "nationality | FRA | ..",
      "nationality | ITA | ..",
      "participation | Fiera del Porto | relatrice | ..",
      "quote | Il mare non aspetta. | 2010..2010",
      "reference | Officine | https://officine.example/chi",
      "spouse | Ada Lovell | ..",
      "tagline | Ingegnera navale",
      "timeline | Vara la prima nave | 1990~..1990~",
  };
  EXPECT_EQ(statements_of(page, reading), expected);
  EXPECT_EQ(page.slice(reading.mentions[reading.subject].span), "Livia Corsaro");
  for (const PageFact& fact : reading.facts) {
    if (fact.text == "varie aziende") {
      EXPECT_EQ(fact.period.status, Status::kPast);
    }
    if (fact.predicate == "affiliation" && fact.period.status == Status::kCurrent) {
      EXPECT_EQ(fact.period.asserted_at, "2024-03");
    }
  }
}

TEST(ProfilePage, YearsInTheTitleAreAFactOnlyWithoutRows) {
  const Document with = page_of(
      "# Livia Corsaro (1930-2004)\n\n## Dati Essenziali\n\n| Aspetto | Dettaglio |\n|---|---|\n| Nascita | 3 mag 1930 "
      "|\n");
  EXPECT_EQ(statements_of(with, reader().read(with)), (Lines{"born | 1930-05-03 | ", "died | 2004 | "}));
}

TEST(ProfilePage, PagesOfRenderAreRecognizedAndDated) {
  const std::vector<Profile> profiles = samples::complete_profiles();
  const ProfileIndex index(profiles);
  for (const Profile& profile : profiles) {
    for (const char* language : {"it", "en"}) {
      const Document page = page_of(renderer().page(profile, language, index), DocumentKind::kAuto);
      EXPECT_EQ(page.kind, DocumentKind::kProfile) << profile.id << " " << language;
      EXPECT_EQ(page.date, "2026-02") << profile.id << " " << language;
      // Footnotes quote other documents: rules must not take them for statements of this page.
      const PageReading reading = reader().read(page);
      std::size_t notes = 0;
      for (std::uint32_t b = 0; b < page.blocks.size(); ++b) {
        if (page.slice(page.blocks[b].span).find("«") == std::string_view::npos) continue;
        ++notes;
        EXPECT_TRUE(std::binary_search(reading.blocks.begin(), reading.blocks.end(), b));
      }
      EXPECT_GT(notes, 0u);
    }
  }
}

// No row of the corpus' pages is passed over, and everything read has its place in the page.
TEST(ProfilePage, LosesNoRowOfTheCorpus) {
  std::size_t pages = 0;
  for (const auto& entry : std::filesystem::directory_iterator(kRoot / "corpus/profiles")) {
    if (entry.path().extension() != ".md") continue;
    std::vector<Problem> problems;
    const Document page = page_of(read_text_file(entry.path(), problems), DocumentKind::kAuto);
    EXPECT_EQ(page.kind, DocumentKind::kProfile) << entry.path();
    const PageReading reading = reader().read(page);
    ++pages;
    for (const Table& table : page.tables) {
      for (std::uint32_t row = 1; row < table.rows; ++row) {
        const std::uint32_t cell = table.cell(row, 0);
        if (cell == kNone) continue;
        EXPECT_TRUE(std::binary_search(reading.blocks.begin(), reading.blocks.end(), cell))
            << entry.path() << ": " << page.slice(page.blocks[cell].span);
      }
    }
    for (const PageMention& mention : reading.mentions) {
      EXPECT_LT(mention.span.begin, mention.span.end);
      EXPECT_LE(mention.span.end, page.text.size());
    }
  }
  EXPECT_GE(pages, 3u);
}

TEST(ProfilePage, TakesAnyPage) {
  static const char* const kPieces[] = {"# A",
                                        "\n",
                                        "\n\n",
                                        "## Carriera\n",
                                        "| ",
                                        " | ",
                                        "|---|---|---|\n",
                                        "Periodo",
                                        "Ruolo",
                                        "Organizzazione",
                                        "2010-2023",
                                        "[x](y.md)",
                                        "(",
                                        ")",
                                        "(poi B)",
                                        "> \"q\"\n",
                                        "> — A, 2010",
                                        "## Fonti\n",
                                        "- [l](https://x)\n",
                                        "\\",
                                        "Aspetto",
                                        "Dettaglio",
                                        "Nascita",
                                        ", ",
                                        "; ",
                                        " / ",
                                        "\xFF",
                                        "[^1]",
                                        "é",
                                        "### Persone\n",
                                        "Nome",
                                        "Connessione"};
  std::mt19937 random(11);
  for (int round = 0; round < 2000; ++round) {
    std::string text;
    for (int size = static_cast<int>(random() % 60); size > 0; --size) text += kPieces[random() % std::size(kPieces)];
    const Document page = page_of(text);
    const PageReading reading = reader().read(page);
    for (const PageFact& fact : reading.facts) {
      EXPECT_LE(fact.span.end, page.text.size());
      for (const auto& [name, mention] : fact.arguments) EXPECT_LT(mention, reading.mentions.size());
    }
  }
  EXPECT_EQ(reader().read(page_of("")).subject, kNone);
}

}  // namespace
}  // namespace dossier
