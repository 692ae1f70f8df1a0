// extract_fuzz.cpp - any bytes, read as any kind, go through all of extraction, and every place and index in what comes
// out is one of the document. The first byte chooses the kind. A folder of documents to begin with helps:
// corpus/interviews, say.
#include <cstdint>
#include <cstdlib>

#include "pipeline/extract.h"
#include "pipeline/ingest.h"
#include "pipeline/knowledge.h"
#include "pipeline/results.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  using namespace dossier;
  static const Knowledge knowledge = [] {
    Knowledge::Options options;
    options.folders = {DOSSIER_SOURCE_DIR "/grammars"};
    options.cache = Knowledge::default_cache();
    return Knowledge::load(options);
  }();
  static Extractor extractor(knowledge);
  if (size == 0) return 0;
  Source source;
  source.kind = static_cast<DocumentKind>(bytes[0] % 7);
  source.bytes.assign(reinterpret_cast<const char*>(bytes) + 1, size - 1);
  const Document document = ingest(source, knowledge);
  const Extraction extraction = extractor.extract(document);
  for (const Mention& mention : extraction.mentions) {
    if (mention.span.is_empty() || mention.span.end > document.text.size()) std::abort();
    if (mention.entity != kNone && mention.entity >= extraction.entities.size()) std::abort();
  }
  for (const LocalEntity& entity : extraction.entities) {
    for (const std::uint32_t mention : entity.mentions) {
      if (mention >= extraction.mentions.size()) std::abort();
    }
  }
  for (const Fact& fact : extraction.facts) {
    if (fact.span.end > document.text.size()) std::abort();
    for (const Argument& argument : fact.arguments) {
      if (argument.mention >= extraction.mentions.size()) std::abort();
    }
  }
  if (protocol_line(summarize(source, document, extraction, knowledge), "x").empty()) std::abort();
  return 0;
}
