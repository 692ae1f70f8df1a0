// Where somebody works, whatever she and the firm are called: sentences of cases/sweep.tsv, each with many names. What
// is recognized by the luck of a word shows here; the rest of the tests have the same few names.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <map>

#include "pipeline/extract.h"
#include "pipeline/ingest.h"
#include "tests/case_table.h"

namespace dossier {
namespace {

struct Shape {
  const char* name;
  std::array<const char*, 2> firms;
  double floor;  // share of the sentences that must hold
};

// Floors are a little under what holds today; raise them when it is more.
constexpr std::array kShapes = {
    Shape{"known to a list", {"Google", "Trevik Ltd"}, 0.96},
    Shape{"a word nobody knows", {"Tailfin", "Fjordbank"}, 0.955},
    Shape{"an everyday word", {"Lattice", "Ripple"}, 0.915},
    Shape{"two everyday words", {"Quiet Signal", "Red Kettle"}, 0.865},
    Shape{"letters", {"KPX", "TRW"}, 0.95},
    Shape{"a capital inside", {"OpenTide", "DataLoom"}, 0.95},
    Shape{"what it deals in at its end", {"Orbit AI", "Strand Health"}, 0.885},
};
constexpr std::array kPeople = {"Hana Lund", "Ngozi Adeyemi", "Will Grace", "Ximena de la Torre", "Lars van der Berg"};

std::string filled(std::string text, std::string_view slot, std::string_view words) {
  for (std::size_t at = text.find(slot); at != std::string::npos; at = text.find(slot, at + words.size()))
    text.replace(at, slot.size(), words);
  return text;
}

std::string in_frame(const std::string& frame, const std::string& sentence, const std::string& person) {
  if (frame == "guest")
    return "**Gus Petty:** How did it all begin?\n\n**" + person + ":** " + sentence +
           " It was fun.\n\n**Gus Petty:** Very nice.";
  if (frame == "host")
    return "**Gus Petty:** " + sentence + "\n\n**" + person + ":** Yes, indeed.\n\n**Gus Petty:** Very nice.";
  return sentence;
}

TEST(Sweep, WhereSomebodyWorksIsFoundWhateverTheNames) {
  const Knowledge knowledge = Knowledge::load({.folders = {DOSSIER_SOURCE_DIR "/grammars"}});
  Extractor extractor(knowledge);
  const PredicateId affiliation = *knowledge.predicate("affiliation");
  const std::optional<std::uint16_t> organization = knowledge.argument(affiliation, "organization");
  const std::vector<CaseRow> rows = read_cases("sweep.tsv");
  EXPECT_GT(rows.size(), 100u);
  for (const Shape& shape : kShapes) {
    std::size_t held = 0, tried = 0;
    std::map<std::string, std::size_t> missed;  // by sentence
    for (std::size_t r = 0; r < rows.size(); ++r) {
      for (std::size_t f = 0; f < shape.firms.size(); ++f) {
        const std::string person = kPeople[(r + f) % kPeople.size()], firm = shape.firms[f];
        std::string sentence = filled(filled(rows[r][1], "{person}", person), "{firm}", firm);
        sentence = filled(sentence, "{given}", person.substr(0, person.find(' ')));
        const Document document = ingest(source_of(in_frame(rows[r][0], sentence, person), "en"), knowledge);
        const Extraction extraction = extractor.extract(document);
        const auto text_of = [&](std::uint32_t mention) { return document.slice(extraction.mentions[mention].span); };
        // "I", "she": of the person whose name another mention is.
        const auto is_person = [&](std::uint32_t mention) {
          const std::uint32_t entity = extraction.mentions[mention].entity;
          if (entity == kNone) return text_of(mention) == person;
          const std::vector<std::uint32_t>& all = extraction.entities[entity].mentions;
          return std::any_of(all.begin(), all.end(), [&](std::uint32_t m) { return text_of(m) == person; });
        };
        const bool is_found = std::any_of(extraction.facts.begin(), extraction.facts.end(), [&](const Fact& fact) {
          if (fact.predicate != affiliation) return false;
          bool has_person = false, has_firm = false;
          for (const Argument& argument : fact.arguments) {
            if (argument.name == organization) {
              has_firm = text_of(argument.mention).starts_with(firm);
            } else {
              has_person = has_person || is_person(argument.mention);
            }
          }
          return has_person && has_firm;
        });
        ++tried;
        held += is_found;
        if (!is_found) ++missed[rows[r][1]];
      }
    }
    const double share = static_cast<double>(held) / static_cast<double>(tried);
    std::printf("%-30s %4zu of %4zu  %.3f\n", shape.name, held, tried, share);
    std::string worst;
    for (const auto& [sentence, count] : missed) worst += "\n  " + sentence + "  " + std::to_string(count);
    EXPECT_GE(share, shape.floor) << "firms called by " << shape.name << " are missed in:" << worst;
  }
}

}  // namespace
}  // namespace dossier
