// profile_page.h - reads a finished profile page (a Document of kind kProfile) as a curated source: its tables are
// facts.
//
//   # Ada Lovell                                      subject: person "Ada Lovell"
//   | Periodo | Ruolo | Organizzazione |
//   | **2010-2023** | Release Manager / CTO | ... |   two affiliations, from 2010 to 2023, past
//
// Tables are known by their column heads, rows of key facts by their names, headings by their words, in every language
// of grammars/labels/; periods by period_cells. Columns may stand in any order. What each kind of table gives:
//
//   period, role, organization          affiliation(person = subject, role, organization); text: an organization that
//   is
//                                       no name ("various companies")
//   role, name | person (organizations) affiliation(person, role, organization = subject)
//   period, institution, detail         education(person, institution); text: degree or field
//   name, connection - person, relation - entity, connection
//                                       connection(subject, entity); text: the relation in the words of the page
//   event | forum, role, date           participation(participant, event, role), period: the date
//   year, event                         timeline(subject), period: the date, text: the words; lines that only repeat a
//                                       statement of another table are left out
//   measure, value, date                statistic(subject, statistic); the measure is Statistic::subject
//   member, level                       membership(member, organization = subject); text: the level
//   aspect, detail                      by the name of the row: born, died, nationality, residence, spouse, parent,
//   party,
//                                       inception, headquarters, subsidiary, alias, identifier, profession(subject)
//                                       ...; power(subject) in the section on power and attribute(subject) else, with
//                                       text "name of the row<TAB>words"
//   topic, period, detail               controversy(subject), text "topic<TAB>words"
//   quotation below the title, quotations in their section, links of the sources
//                                       tagline(subject), quote(speaker), reference(subject, identifier), text: the URL
//
// Promise: total; every mention and fact has its span in the page; the map, open questions, footnotes and the list of
// documents of a page that `render` wrote are not read: they repeat or they ask. Not here: prose of the page (rules).
#pragma once

#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "grammars/page_labels.h"
#include "pipeline/document.h"
#include "pipeline/knowledge.h"

namespace dossier {

std::span<const RuleInfo> profile_page_rules();  // built-in rules "profile_page.career" …

// What a page states, by names of predicates and arguments.
struct PageFact {
  std::string predicate;
  std::vector<std::pair<std::string, std::uint32_t>> arguments;  // name -> index into PageReading::mentions
  Period period;
  std::string text;
  Span span;
  std::string rule;
};

struct PageMention {
  TypeId type = type::kName;
  Span span;
  std::uint32_t date = kNone;  // indexes into PageReading
  std::uint32_t statistic = kNone;
  std::string rule;
  std::string qualifier;  // of a role: "acting", …
};

struct PageReading {
  TypeId subject_type = type::kPerson;
  std::uint32_t subject = kNone;  // mention of the title; kNone: no title, nothing read
  std::vector<PageMention> mentions;
  std::vector<PageFact> facts;
  std::vector<Date> dates;
  std::vector<Statistic> statistics;
  std::vector<std::uint32_t> blocks;  // ascending: read here, or not to be read at all; rules need not look at them
};

class ProfilePageReader {
 public:
  static ProfilePageReader load(const FileFinder& file);  // throws KnowledgeError
  ProfilePageReader(ProfilePageReader&&) noexcept;
  ProfilePageReader& operator=(ProfilePageReader&&) noexcept;
  ~ProfilePageReader();

  PageReading read(const Document& document) const;

 private:
  struct State;
  explicit ProfilePageReader(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

// The reader with the tables of `knowledge`; throws KnowledgeError.
inline ProfilePageReader load_profile_page_reader(const Knowledge& knowledge) {
  return ProfilePageReader::load([&](std::string_view relative) { return knowledge.files(relative); });
}

// Adds a reading to what was extracted from the same document: mentions of the page take the place of others that
// overlap them in the same layer, facts that used those go. Mentions stay sorted. Call it before resolution.
void add_page_reading(const Document& document, const Knowledge& knowledge, const PageReading& reading,
                      Extraction& extraction);

}  // namespace dossier
