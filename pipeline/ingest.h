// ingest.h - first stage: bytes -> Document. Decodes, detects the kind and language, normalizes, finds the structure,
// the metadata, tokens and sentences.
//
//   "**Ada Lovell:** We have 40\\+ sites.\r\n" -> kind podcast, turn of speaker "Ada Lovell", text "We have 40+ sites."
//
// Promise: total. Any bytes give a Document; what was odd about them stands in Document::diagnostics; time is linear and
// memory bounded (Limits). Every token's span maps to the source bytes that state it.
#pragma once

#include "pipeline/document.h"

namespace dossier {

class Knowledge;

struct IngestLimits {
  std::size_t max_source_bytes = std::size_t{1} << 31;  // more is cut, with a diagnostic
  std::uint32_t max_nesting = 64;                       // deeper block quotes and lists are read as this deep
};

Document ingest(const Source& source, const Knowledge& knowledge, const IngestLimits& limits = {});

// Hex SHA-256 of the bytes: the id of a source.
std::string content_id(std::string_view bytes);

}  // namespace dossier
