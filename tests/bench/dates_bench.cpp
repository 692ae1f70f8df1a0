// dates_bench.cpp - how fast dates are found, tokens and lexicon pass not counted.
//
//   dates_bench FILE…       each line a JSON object with "text"; prints MB/s with the text as it is, and with every
//                           digit replaced by a letter
#include <algorithm>
#include <chrono>
#include <fstream>
#include <iostream>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "extractors/dates.h"
#include "grammars/lexicon.h"
#include "pipeline/tokenize.h"

namespace {

using dossier::Document;
using dossier::LexiconPass;

struct Prepared {
  Document document;
  LexiconPass pass;
};

void measure(const char* label, const dossier::DateExtractor& extractor, const std::vector<Prepared>& all) {
  std::size_t bytes = 0;
  std::size_t found = 0;
  for (const Prepared& one : all) bytes += one.document.text.size();
  double best = 1e9;
  const auto start = std::chrono::steady_clock::now();
  const auto is_over = [&] { return std::chrono::steady_clock::now() - start > std::chrono::seconds(1); };
  for (int round = 0; round < 9 || !is_over(); ++round) {  // the best: what other programs take is no cost of ours
    found = 0;
    const auto begin = std::chrono::steady_clock::now();
    for (const Prepared& one : all) {
      std::vector<dossier::Mention> mentions;
      std::vector<dossier::Date> dates;
      extractor.extract(one.document, one.pass, mentions, dates);
      found += dates.size();
    }
    best = std::min(best, std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count());
  }
  std::cout << label << ": " << static_cast<double>(bytes) / 1e6 / best << " MB/s, " << found << " dates in " << bytes
            << " bytes\n";
}

}  // namespace

int main(int argc, char** argv) {
  const dossier::Lexicons lexicons = dossier::Lexicons::load({.folders = {DOSSIER_SOURCE_DIR "/grammars/lexicons"}});
  const auto start = std::chrono::steady_clock::now();
  const dossier::DateExtractor extractor(lexicons, [](std::string_view) { return dossier::RuleId{0}; });
  std::cout << "construction: "
            << std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start).count() << " ms\n";
  std::vector<Prepared> plain;
  std::vector<Prepared> without_digits;
  for (int i = 1; i < argc; ++i) {
    std::ifstream file(argv[i]);
    std::string line;
    while (std::getline(file, line)) {
      if (line.empty()) continue;
      const auto input = nlohmann::json::parse(line);
      for (std::vector<Prepared>* set : {&plain, &without_digits}) {
        Prepared one;
        one.document.text = input.at("text").get<std::string>();
        one.document.languages = {input.value("lang", "en")};
        one.document.date = input.value("date", "");
        if (set == &without_digits) {
          for (char& c : one.document.text) {
            if (c >= '0' && c <= '9') c = 'x';
          }
        }
        dossier::tokenize(one.document.text, 0, one.document.tokens);
        run_lexicon_pass(lexicons, one.document, one.pass);
        set->push_back(std::move(one));
      }
    }
  }
  measure("as it is", extractor, plain);
  measure("without digits", extractor, without_digits);
}
