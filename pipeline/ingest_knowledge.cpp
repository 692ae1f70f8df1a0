// ingest_knowledge.cpp - ingest with the tables that Knowledge holds; apart, so that ingest alone does not link the
// rules.
#include "pipeline/ingest.h"
#include "pipeline/knowledge.h"

namespace dossier {

Document ingest(const Source& source, const Knowledge& knowledge, const IngestLimits& limits) {
  return ingest(source, knowledge.ingest_data(), limits);
}

}  // namespace dossier
