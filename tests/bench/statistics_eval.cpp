// statistics_eval.cpp - reads documents as JSON lines, prints the statistics of each in the machine protocol: for
// scoring statistics alone, without the rest of extraction.
//
//   statistics_eval [--numbers | --bare] < documents.jsonl > statistics.jsonl
//
// --numbers: every number that the number grammar reads, whether it counts anything or not.
// --bare: mentions without comparator and counted noun, for gold that marks quantities so.
#include <algorithm>
#include <iostream>
#include <nlohmann/json.hpp>
#include <string>

#include "extractors/dates.h"
#include "extractors/statistics.h"
#include "grammars/lexicon.h"
#include "grammars/numbers.h"
#include "pipeline/ingest.h"

namespace {

using namespace dossier;

Document read_document(const nlohmann::json& input, const IngestData& data) {
  Source source;
  source.bytes = input.at("text").get<std::string>();
  source.language = input.value("lang", "");
  source.date = input.value("date", "");
  source.media_type = input.value("media_type", "");
  return ingest(source, data);
}

nlohmann::ordered_json number_json(const Decimal& number) {
  return nlohmann::ordered_json::parse(number.to_string(), nullptr, false);
}

nlohmann::ordered_json numbers_of(const NumberReader& reader, const Document& document) {
  nlohmann::ordered_json mentions = nlohmann::ordered_json::array();
  std::vector<NumberUnit> units;
  reader.cut(document, 0, static_cast<std::uint32_t>(document.tokens.size()),
             reader.language(document.languages.empty() ? std::string() : document.languages[0]), units);
  for (std::uint32_t i = 0; i < units.size();) {
    const std::optional<NumberReading> reading = reader.read(document.text, units, i, false);
    if (!reading) {
      ++i;
      continue;
    }
    if (!reading->is_ordinal) {
      const Span span{units[reading->first].begin, units[reading->end - 1].end};
      const Span source = document.map.to_source(span);
      mentions.push_back({{"type", "statistic"},
                          {"start", source.begin},
                          {"end", source.end},
                          {"text", std::string(document.slice(span))},
                          {"value", {{"kind", "number"}, {"number", number_json(reading->value)}}}});
    }
    i = reading->end;
  }
  return mentions;
}

}  // namespace

int main(int count, char** arguments) {
  const std::string mode = count > 1 ? arguments[1] : "";
  const Lexicons lexicons = Lexicons::load({.folders = {DOSSIER_SOURCE_DIR "/grammars/lexicons"}});
  const NumberReader reader(lexicons);
  const std::span<const RuleInfo> rules = statistic_rules();
  const StatisticExtractor extractor(lexicons, [&](std::string_view id) {
    return static_cast<RuleId>(std::find_if(rules.begin(), rules.end(), [&](const RuleInfo& r) { return r.id == id; }) -
                               rules.begin());
  });
  const DateExtractor date_extractor(lexicons, [](std::string_view) { return RuleId{0}; });
  const IngestData data = IngestData::load({DOSSIER_SOURCE_DIR "/grammars"});
  std::string line;
  while (std::getline(std::cin, line)) {
    if (line.empty()) continue;
    const nlohmann::json input = nlohmann::json::parse(line);
    const Document document = read_document(input, data);
    nlohmann::ordered_json output;
    output["id"] = input.at("id");
    if (mode == "--numbers") {
      output["mentions"] = numbers_of(reader, document);
      std::cout << output.dump() << "\n";
      continue;
    }
    LexiconPass pass;
    run_lexicon_pass(lexicons, document, pass);
    std::vector<Mention> mentions;
    std::vector<Statistic> statistics;
    std::vector<Mention> date_mentions;
    std::vector<Date> dates;
    date_extractor.extract(document, pass, date_mentions, dates);
    extractor.extract(document, pass, date_mentions, mentions, statistics, dates);
    output["mentions"] = nlohmann::ordered_json::array();
    for (const Mention& mention : mentions) {
      const Statistic& s = statistics[mention.statistic];
      Span span = mention.span;
      if (mode == "--bare") {
        if (s.comparator_at.end > s.comparator_at.begin && s.comparator_at.begin == span.begin) {
          span.begin = s.comparator_at.end;
          while (span.begin < span.end && document.text[span.begin] == ' ') ++span.begin;
        }
        if (!s.noun.empty()) span.end = std::max(s.number_at.end, s.scale_at.end);
      }
      nlohmann::ordered_json value = {
          {"kind", name_of(s.kind)}, {"comparator", name_of(s.comparator)}, {"number", number_json(s.number)}};
      if (s.number_max) value["number_max"] = number_json(*s.number_max);
      if (!s.unit.empty()) value["unit"] = s.unit;
      if (!s.per.empty()) value["per"] = s.per;
      if (!s.subject.empty()) value["subject"] = s.subject;
      const Span source = document.map.to_source(span);
      output["mentions"].push_back({{"type", "statistic"},
                                    {"start", source.begin},
                                    {"end", source.end},
                                    {"text", std::string(document.slice(span))},
                                    {"value", value},
                                    {"rule", rules[mention.rule].id},
                                    {"confidence", mention.confidence}});
    }
    std::cout << output.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) << "\n";
  }
}
