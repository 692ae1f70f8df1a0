// The reading of a profile page in terms of the document: tokens, types, predicates, categories of roles.
#include <algorithm>
#include <map>

#include "extractors/profile_page.h"

namespace dossier {
namespace {

// Category of a title by its head noun: in English and German the last head before a preposition ("Release Manager",
// "Director of Ports"), in Romance languages the first ("Direttore Generale").
std::string category_of(const Document& document, const Lexicons& lexicons, const LexiconPass& pass,
                        const Mention& role) {
  const LexiconId heads = lexicons.find("role_head"), function_words = lexicons.find("function_word");
  const AttributeId category = lexicons.find_attribute("category"), language = lexicons.find_attribute("lang");
  if (heads == kNoLexicon || category == kNoAttribute) return {};
  std::string found;
  for (std::uint32_t t = role.first_token; t < role.end_token;) {
    const LexiconHit hit = longest_hit(lexicons, document, pass, heads, t);
    if (hit.end_token > t && hit.end_token <= role.end_token) {
      found = lexicons.attribute(hit.entry, category);
      const std::string_view of = language == kNoAttribute ? "" : lexicons.attribute(hit.entry, language);
      if (of != "en" && of != "de") return found;
      t = hit.end_token;
      continue;
    }
    const bool is_function_word =
        function_words != kNoLexicon && longest_hit(lexicons, document, pass, function_words, t).end_token > t;
    if (is_function_word && !found.empty()) return found;
    ++t;
  }
  return found;
}

}  // namespace

void add_page_reading(const Document& document, const Knowledge& knowledge, const PageReading& reading,
                      Extraction& extraction) {
  if (reading.subject == kNone) return;
  LexiconPass pass;
  run_lexicon_pass(knowledge.lexicons(), document, pass);

  const auto date_base = static_cast<std::uint32_t>(extraction.dates.size());
  const auto statistic_base = static_cast<std::uint32_t>(extraction.statistics.size());
  extraction.dates.insert(extraction.dates.end(), reading.dates.begin(), reading.dates.end());
  extraction.statistics.insert(extraction.statistics.end(), reading.statistics.begin(), reading.statistics.end());

  std::vector<Mention> added;
  for (const PageMention& page : reading.mentions) {
    Mention mention;
    mention.type = page.type;
    mention.span = page.span;
    const auto first = std::partition_point(document.tokens.begin(), document.tokens.end(),
                                            [&](const Token& token) { return token.end <= page.span.begin; });
    const auto end = std::partition_point(first, document.tokens.end(),
                                          [&](const Token& token) { return token.begin < page.span.end; });
    mention.first_token = static_cast<std::uint32_t>(first - document.tokens.begin());
    mention.end_token = static_cast<std::uint32_t>(end - document.tokens.begin());
    mention.rule = knowledge.rule(page.rule);
    if (mention.rule != kNone) mention.confidence = static_cast<float>(knowledge.rules()[mention.rule].confidence);
    if (page.date != kNone) mention.date = date_base + page.date;
    if (page.statistic != kNone) mention.statistic = statistic_base + page.statistic;
    if (page.type == type::kRole) {
      mention.role = static_cast<std::uint32_t>(extraction.roles.size());
      extraction.roles.push_back({category_of(document, knowledge.lexicons(), pass, mention), page.qualifier});
    }
    added.push_back(mention);
  }

  // Where the page and the rules saw different things in one place, the table knows better. Mentions of a page do not
  // overlap inside a layer, so that their ends are in order too.
  std::map<std::string_view, std::vector<Span>> taken;  // by layer
  for (const Mention& mention : added) taken[knowledge.types()[mention.type].layer].push_back(mention.span);
  for (auto& [layer, spans] : taken) std::sort(spans.begin(), spans.end());
  const auto is_displaced = [&](const Mention& mention) {
    const auto spans = taken.find(knowledge.types()[mention.type].layer);
    if (spans == taken.end()) return false;
    const auto next = std::partition_point(spans->second.begin(), spans->second.end(),
                                           [&](Span span) { return span.end <= mention.span.begin; });
    return next != spans->second.end() && next->overlaps(mention.span);
  };
  struct Placed {
    Mention mention;
    std::uint32_t old_index;  // in the extraction; kNone for one of the page
    std::uint32_t new_index;  // in the page
  };
  std::vector<Placed> all;
  for (std::uint32_t m = 0; m < extraction.mentions.size(); ++m) {
    if (!is_displaced(extraction.mentions[m])) all.push_back({extraction.mentions[m], m, kNone});
  }
  for (std::uint32_t m = 0; m < added.size(); ++m) all.push_back({added[m], kNone, m});
  std::stable_sort(all.begin(), all.end(), [](const Placed& a, const Placed& b) {
    return a.mention.span != b.mention.span ? a.mention.span < b.mention.span : a.mention.type < b.mention.type;
  });
  std::vector<std::uint32_t> old_place(extraction.mentions.size(), kNone), new_place(added.size(), kNone);
  extraction.mentions.clear();
  for (const Placed& placed : all) {
    const auto at = static_cast<std::uint32_t>(extraction.mentions.size());
    (placed.old_index != kNone ? old_place[placed.old_index] : new_place[placed.new_index]) = at;
    extraction.mentions.push_back(placed.mention);
  }
  std::erase_if(extraction.facts, [&](Fact& fact) {
    for (Argument& argument : fact.arguments) {
      argument.mention = old_place[argument.mention];
      if (argument.mention == kNone) return true;
    }
    return false;
  });
  for (LocalEntity& entity : extraction.entities) {
    for (std::uint32_t& mention : entity.mentions) mention = old_place[mention];
    std::erase(entity.mentions, kNone);
  }

  for (const PageFact& page : reading.facts) {
    const std::optional<PredicateId> predicate = knowledge.predicate(page.predicate);
    if (!predicate) continue;
    Fact fact;
    fact.predicate = *predicate;
    for (const auto& [name, mention] : page.arguments) {
      const std::optional<std::uint16_t> argument = knowledge.argument(*predicate, name);
      if (argument) fact.arguments.push_back({*argument, new_place[mention]});
    }
    std::sort(fact.arguments.begin(), fact.arguments.end(),
              [](const Argument& a, const Argument& b) { return a.name < b.name; });
    fact.period = page.period;
    fact.text = page.text;
    fact.span = page.span;
    fact.rule = knowledge.rule(page.rule);
    if (fact.rule != kNone) fact.confidence = static_cast<float>(knowledge.rules()[fact.rule].confidence);
    extraction.facts.push_back(std::move(fact));
  }
}

}  // namespace dossier
