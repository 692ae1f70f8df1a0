// ingest_fuzz.cpp - any bytes, read as any kind, give a document whose blocks and tokens are in order and whose tokens
// lead back to the source. The first byte chooses the kind.
#include <cstdint>
#include <cstdlib>

#include "pipeline/ingest.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  static const dossier::IngestData data = dossier::IngestData::load({DOSSIER_SOURCE_DIR "/grammars"});
  if (size == 0) return 0;
  dossier::Source source;
  source.kind = static_cast<dossier::DocumentKind>(bytes[0] % 7);
  source.bytes.assign(reinterpret_cast<const char*>(bytes) + 1, size - 1);
  const dossier::Document document = dossier::ingest(source, data);
  std::uint32_t last = 0;
  for (const dossier::Block& block : document.blocks) {
    if (block.span.begin < last || block.span.is_empty() || block.span.end > document.text.size()) std::abort();
    last = block.span.end;
  }
  last = 0;
  for (const dossier::Token& token : document.tokens) {
    if (token.begin < last || token.end <= token.begin) std::abort();
    last = token.end;
    const dossier::Span span = document.map.to_source(token.span());
    if (span.is_empty() || span.end > source.bytes.size()) std::abort();
    if (!document.map.to_text(span).contains(token.span())) std::abort();
  }
  return 0;
}
