#include "pipeline/results.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "grammars/ascii.h"
#include "pipeline/known_names.h"
#include "pipeline/names.h"

namespace dossier {
namespace {

constexpr std::string_view kUtf8 = "UTF-8";

// Four decimals are all that a confidence means; the binary tail of a float is noise in every output.
double rounded(float confidence) {
  return std::round(static_cast<double>(confidence) * 1e4) / 1e4;
}

// The words of a mention with one space where the text has any; tokens that rules do not see are left out.
std::string words_between(const Document& document, Span span, std::uint32_t first_token, std::uint32_t end_token) {
  const bool on_tokens = first_token < end_token && end_token <= document.tokens.size() &&
                         document.tokens[first_token].begin == span.begin &&
                         document.tokens[end_token - 1].end == span.end;
  if (!on_tokens) return on_one_line(document.slice(span));
  std::string out;
  for (std::uint32_t i = first_token; i < end_token; ++i) {
    const Token& token = document.tokens[i];
    if ((token.flags & token_flag::kSkipped) != 0) continue;
    constexpr std::uint16_t kApart =
        token_flag::kSpaceBefore | token_flag::kNewlineBefore | token_flag::kBlankLineBefore;
    if (!out.empty() && (token.flags & kApart) != 0) out += ' ';
    out += document.slice(token.span());
  }
  return out;
}

std::string_view quote(const Source& source, const Document& document, Span in_source, Span in_text) {
  if (document.encoding != kUtf8) return document.slice(in_text);
  const std::size_t begin = std::min<std::size_t>(in_source.begin, source.bytes.size());
  return std::string_view(source.bytes).substr(begin, in_source.size());
}

std::string rule_name(const Knowledge& knowledge, RuleId rule) {
  return rule < knowledge.rules().size() ? knowledge.rules()[rule].id : std::string();
}

// Names and mentions as keys write them, folded as they are needed.
struct FoldedNames {
  std::vector<std::string> of_entities, of_mentions;
};

const std::string& folded(std::vector<std::string>& known, std::size_t size, std::uint32_t index,
                          const std::string& text) {
  known.resize(size);
  if (known[index].empty()) known[index] = fold(text);
  return known[index];
}

// What an argument says, apart from the words chosen to say it.
void append_normalized(std::string& out, const DocumentResult& result, std::uint32_t argument, FoldedNames& names) {
  const ResultMention& mention = result.mentions[argument];
  if (mention.date != kNone && !result.dates[mention.date].edtf.empty()) {
    out.append(result.dates[mention.date].edtf);
  } else if (mention.statistic != kNone) {
    const Statistic& statistic = result.statistics[mention.statistic];
    out.append(name_of(statistic.kind)).append("|").append(name_of(statistic.comparator)).append("|");
    out.append(statistic.number.to_string());
    if (statistic.number_max) out.append("..").append(statistic.number_max->to_string());
    out.append("|").append(statistic.unit).append("|").append(fold(statistic.noun)).append("|").append(statistic.per);
  } else if (mention.entity != kNone) {
    out.append(folded(names.of_entities, result.entities.size(), mention.entity, result.entities[mention.entity].name));
  } else {
    out.append(folded(names.of_mentions, result.mentions.size(), argument, mention.text));
  }
}

std::string key_of(const DocumentResult& result, const ResultFact& fact, FoldedNames& names) {
  constexpr char kEnd = '\x1f';
  thread_local std::string content;  // what a key stands for; its memory is kept
  content = fact.predicate;
  for (const auto& [name, mention] : fact.arguments) {
    content += kEnd;
    content.append(name).append("=");
    append_normalized(content, result, mention, names);
  }
  for (const std::string_view part : {std::string_view(fact.period.from), std::string_view(fact.period.to),
                                      name_of(fact.period.status), std::string_view(fact.text)}) {
    content += kEnd;
    content += part;
  }
  return fact.predicate + ":" + short_hash(content);
}

// How large a thing the lexicons know under a name. What they do not know may be anything.
struct PlaceSize {
  int least = 0, most = 0;                  // 0: a city or less, 1: a region, 2: a country
  std::vector<std::string_view> countries;  // ISO 3166 codes of what bears the name
};

PlaceSize size_of_place(const Lexicons& lexicons, std::string_view name) {
  PlaceSize size{.least = 2};
  for (const EntryId entry : entries_of_phrase(lexicons, name)) {
    const LexiconId lexicon = lexicons.lexicon_of(entry);
    if (lexicon != lexicons.find("place") && lexicon != lexicons.find("place_abbreviation")) continue;
    const std::string_view kind = lexicons.attribute(entry, lexicons.find_attribute("kind"));
    const int rank = kind == "country" ? 2 : kind == "region" ? 1 : 0;
    size.least = std::min(size.least, rank);
    size.most = std::max(size.most, rank);
    size.countries.push_back(lexicons.attribute(entry, lexicons.find_attribute("country")));
  }
  if (size.countries.empty()) size.least = 0;
  return size;
}

// "Springfield, Illinois", "Lisbon (Portugal)": yes; "Lisbon, Porto", "Texas, Utah", "London, Germany": no.
bool lies_in(const PlaceSize& inner, const PlaceSize& outer) {
  if (inner.least >= outer.most) return false;
  if (outer.most < 2 || inner.countries.empty()) return true;
  return std::any_of(inner.countries.begin(), inner.countries.end(), [&](std::string_view country) {
    return std::find(outer.countries.begin(), outer.countries.end(), country) != outer.countries.end();
  });
}

// Places that are followed by the place they lie in, parted by a comma or a bracket alone.
void find_larger_places(const Document& document, const std::vector<Mention>& mentions, const Lexicons& lexicons,
                        std::vector<ResultMention>& results) {
  std::size_t last = mentions.size();  // the place before
  int least = 0;                       // its size, if another lies in it
  for (std::size_t i = 0; i < mentions.size(); ++i) {
    if (mentions[i].type != type::kPlace) continue;
    const std::size_t before = std::exchange(last, i);
    const int least_before = std::exchange(least, 0);
    if (before == mentions.size() || mentions[i].span.begin < mentions[before].span.end) continue;
    const std::string_view between = document.slice({mentions[before].span.end, mentions[i].span.begin});
    if (between != ", " && between != " (" && between != ",\n") continue;
    const PlaceSize outer = size_of_place(lexicons, results[i].text);
    if (outer.most == 0) continue;
    PlaceSize inner = size_of_place(lexicons, results[before].text);
    inner.least = std::max(inner.least, least_before);
    if (!lies_in(inner, outer)) continue;
    results[before].within = static_cast<std::uint32_t>(i);
    least = std::max(outer.least, inner.least + 1);  // "DC, DC, DC": no more than a city in a region in a country
  }
}

}  // namespace

// Does it stand in the label of a turn?
bool is_label(const Document& document, Span at) {
  const auto block = std::partition_point(document.blocks.begin(), document.blocks.end(),
                                          [&](const Block& each) { return each.span.end <= at.begin; });
  return block != document.blocks.end() && block->kind == BlockKind::kSpeaker && block->span.begin <= at.begin;
}

DocumentResult summarize(const Source& source, const Document& document, Extraction extraction,
                         const Knowledge& knowledge) {
  DocumentResult result;
  result.source_id = source.id;
  result.uri = source.uri;
  result.kind = name_of(document.kind);
  result.kind_confidence = document.kind_confidence;
  result.encoding = document.encoding;
  if (!document.languages.empty()) result.language = document.languages.front();
  result.date = document.date;
  result.date_origin = document.date_origin;
  for (const MetadataField& field : document.metadata) {
    if (field.name == "title" && result.title.empty()) result.title = on_one_line(field.value);
    result.metadata.emplace_back(field.name, field.value);
  }
  result.bytes = source.bytes.size();
  result.blocks = document.blocks.size();
  result.tokens = document.tokens.size();
  result.dates = std::move(extraction.dates);
  result.statistics = std::move(extraction.statistics);
  result.roles = std::move(extraction.roles);
  result.diagnostics = document.diagnostics;
  result.diagnostics.insert(result.diagnostics.end(), extraction.diagnostics.begin(), extraction.diagnostics.end());

  result.name_words = name_words_of(document);

  result.mentions.reserve(extraction.mentions.size());
  for (const Mention& mention : extraction.mentions) {
    const Span at = document.map.to_source(mention.span);
    result.mentions.push_back({.type = knowledge.types()[mention.type].name,
                               .begin = at.begin,
                               .end = at.end,
                               .quote = std::string(quote(source, document, at, mention.span)),
                               .text = words_between(document, mention.span, mention.first_token, mention.end_token),
                               .entity = mention.entity,
                               .date = mention.date,
                               .statistic = mention.statistic,
                               .role = mention.role,
                               .rule = rule_name(knowledge, mention.rule),
                               .confidence = rounded(mention.confidence)});
  }
  find_larger_places(document, extraction.mentions, knowledge.lexicons(), result.mentions);
  result.entities.reserve(extraction.entities.size());
  for (LocalEntity& entity : extraction.entities) {
    const bool speaks = std::any_of(entity.mentions.begin(), entity.mentions.end(), [&](std::uint32_t mention) {
      return is_label(document, extraction.mentions[mention].span);
    });
    result.entities.push_back({.type = knowledge.types()[entity.type].name,
                               .name = on_one_line(entity.name),
                               .aliases = std::move(entity.aliases),
                               .mentions = std::move(entity.mentions),
                               .evidence = std::move(entity.evidence),
                               .speaks = speaks});
  }
  FoldedNames names;
  result.facts.reserve(extraction.facts.size());
  for (Fact& fact : extraction.facts) {
    const PredicateInfo& predicate = knowledge.predicates()[fact.predicate];
    const Span at = document.map.to_source(fact.span);
    ResultFact& out = result.facts.emplace_back();
    out.predicate = predicate.name;
    out.arguments.reserve(fact.arguments.size());
    for (const Argument& argument : fact.arguments) {
      out.arguments.emplace_back(predicate.arguments[argument.name].name, argument.mention);
    }
    out.period = std::move(fact.period);
    out.text = std::move(fact.text);
    out.begin = at.begin;
    out.end = at.end;
    out.quote = quote(source, document, at, fact.span);
    out.rule = rule_name(knowledge, fact.rule);
    out.confidence = rounded(fact.confidence);
    out.is_repeat = fact.is_repeat;
    out.key = key_of(result, out, names);
  }
  return result;
}

}  // namespace dossier
