// statistics_bench.cpp - bytes a second of the extractors of dates and statistics alone, on one core.
//
//   statistics_bench FILE...      each file is one document; prints MB/s for both, and for a text without digits
#include <ctime>
#include <fstream>
#include <iostream>
#include <iterator>
#include <optional>

#include "extractors/dates.h"
#include "extractors/statistics.h"
#include "pipeline/ingest.h"

namespace {

using namespace dossier;

struct Prepared {
  Document document;
  LexiconPass pass;
};

double seconds(const auto& work) {
  const std::clock_t start = std::clock();  // of this thread alone: other load does not count
  work();
  return static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC;
}

}  // namespace

int main(int count, char** arguments) {
  const Lexicons lexicons = Lexicons::load({.folders = {DOSSIER_SOURCE_DIR "/grammars/lexicons"}});
  const IngestData data = IngestData::load({DOSSIER_SOURCE_DIR "/grammars"});
  const auto rule = [](std::string_view) { return RuleId{0}; };
  const DateExtractor dates(lexicons, rule);
  std::optional<StatisticExtractor> made;
  std::cout << "start-up " << seconds([&] { made.emplace(lexicons, rule); }) * 1000 << " ms\n";
  const StatisticExtractor& statistics = *made;
  std::vector<Prepared> as_written;
  std::vector<Prepared> without_digits;
  std::size_t bytes = 0;
  for (int i = 1; i < count; ++i) {
    std::ifstream file(arguments[i], std::ios::binary);
    Source source;
    source.bytes.assign(std::istreambuf_iterator<char>(file), {});
    bytes += source.bytes.size();
    for (std::vector<Prepared>* set : {&as_written, &without_digits}) {
      if (set == &without_digits) std::erase_if(source.bytes, [](char c) { return c >= '0' && c <= '9'; });
      Prepared prepared;
      prepared.document = ingest(source, data);
      run_lexicon_pass(lexicons, prepared.document, prepared.pass);
      set->push_back(std::move(prepared));
    }
  }
  for (const auto* set : {&as_written, &without_digits}) {
    double date_time = 0;
    double statistic_time = 0;
    std::size_t found = 0;
    constexpr int kRounds = 20;
    for (int round = 0; round < kRounds; ++round) {
      for (const Prepared& p : *set) {
        std::vector<Mention> date_mentions;
        std::vector<Date> values;
        std::vector<Mention> mentions;
        std::vector<Statistic> results;
        date_time += seconds([&] { dates.extract(p.document, p.pass, date_mentions, values); });
        statistic_time +=
            seconds([&] { statistics.extract(p.document, p.pass, date_mentions, mentions, results, values); });
        found += mentions.size();
      }
    }
    const double megabytes = static_cast<double>(bytes) * kRounds / 1e6;
    std::cout << (set == &as_written ? "as written:      " : "without digits:  ") << "dates " << megabytes / date_time
              << " MB/s, statistics " << megabytes / statistic_time << " MB/s, both "
              << megabytes / (date_time + statistic_time) << " MB/s, " << found / kRounds << " statistics\n";
  }
}
