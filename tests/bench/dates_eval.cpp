// dates_eval.cpp - reads documents as JSON lines, prints the dates of each in the machine protocol: for scoring dates
// alone, without the rest of extraction.
//
//   dates_eval < documents.jsonl > dates.jsonl
#include <iostream>
#include <nlohmann/json.hpp>
#include <string>

#include "extractors/dates.h"
#include "grammars/lexicon.h"
#include "pipeline/tokenize.h"

int main() {
  const dossier::Lexicons lexicons =
      dossier::Lexicons::load({.folders = {DOSSIER_SOURCE_DIR "/grammars/lexicons"}, .cache = "/tmp/dates_eval_cache"});
  std::vector<std::string> ids;
  for (const dossier::RuleInfo& rule : dossier::date_rules()) ids.push_back(rule.id);
  const dossier::DateExtractor extractor(lexicons, [&](std::string_view id) {
    return static_cast<dossier::RuleId>(std::find(ids.begin(), ids.end(), id) - ids.begin());
  });
  std::string line;
  while (std::getline(std::cin, line)) {
    if (line.empty()) continue;
    const auto input = nlohmann::json::parse(line);
    dossier::Document document;
    document.text = input.at("text").get<std::string>();
    document.languages = {input.value("lang", "en")};
    document.date = input.value("date", "");
    document.date_origin = document.date.empty() ? "" : "given";
    dossier::tokenize(document.text, 0, document.tokens);
    dossier::LexiconPass pass;
    run_lexicon_pass(lexicons, document, pass);
    std::vector<dossier::Mention> mentions;
    std::vector<dossier::Date> dates;
    extractor.extract(document, pass, mentions, dates);
    nlohmann::ordered_json output;
    output["id"] = input.at("id");
    output["mentions"] = nlohmann::ordered_json::array();
    for (const dossier::Mention& mention : mentions) {
      const dossier::Date& date = dates[mention.date];
      nlohmann::ordered_json value;
      if (!date.edtf.empty()) value["edtf"] = date.edtf;
      if (!date.offset.empty()) value["offset"] = date.offset;
      if (date.part != dossier::DatePart::kWhole) value["part"] = name_of(date.part);
      if (date.bound != dossier::DateBound::kNone) value["bound"] = name_of(date.bound);
      output["mentions"].push_back({{"type", "date"},
                                    {"start", mention.span.begin},
                                    {"end", mention.span.end},
                                    {"text", std::string(document.slice(mention.span))},
                                    {"value", value},
                                    {"rule", ids[mention.rule]}});
    }
    std::cout << output.dump() << "\n";
  }
}
