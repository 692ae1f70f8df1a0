// Any bytes: the reader of numbers and quantities returns, and its spans lie in the text, in order and disjoint.
#include <cstdint>
#include <cstdlib>

#include "extractors/statistics.h"
#include "pipeline/tokenize.h"

using namespace dossier;

namespace {

struct Loaded {
  Lexicons lexicons = Lexicons::load({.folders = {DOSSIER_SOURCE_DIR "/grammars/lexicons"}});
  StatisticExtractor extractor{lexicons, [](std::string_view) { return RuleId{0}; }};
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const Loaded& loaded = *new Loaded();
  static constexpr const char* kLanguages[] = {"en", "it", "fr", "es", "de", "", "pt"};
  if (size < 2) return 0;
  Document document;
  document.languages = {kLanguages[data[0] % 7]};
  document.kind = (data[1] & 1) != 0 ? DocumentKind::kSlides : DocumentKind::kPlain;
  document.text.assign(reinterpret_cast<const char*>(data + 2), size - 2);
  tokenize(document.text, 0, document.tokens);
  Block block;
  block.span = {0, static_cast<std::uint32_t>(document.text.size())};
  block.end_token = static_cast<std::uint32_t>(document.tokens.size());
  document.blocks.push_back(block);
  LexiconPass pass;
  run_lexicon_pass(loaded.lexicons, document, pass);
  std::vector<Mention> mentions;
  std::vector<Statistic> statistics;
  loaded.extractor.extract(document, pass, {}, mentions, statistics);
  std::uint32_t end = 0;
  for (const Mention& mention : mentions) {
    if (mention.span.begin < end || mention.span.end <= mention.span.begin || mention.span.end > document.text.size())
      std::abort();
    if (mention.statistic >= statistics.size() || mention.end_token > document.tokens.size()) std::abort();
    end = mention.span.end;
  }
  return 0;
}
