// extract.h - second stage: Document -> Extraction (mentions, local entities, facts).
//
// One Extractor per thread: it owns the scratch memory and lazily built automata of the rule engine. The result depends
// only on the document and the knowledge, never on what the same Extractor did before.
#pragma once

#include <memory>

#include "pipeline/document.h"
#include "pipeline/knowledge.h"

namespace dossier {

class Extractor {
 public:
  explicit Extractor(const Knowledge& knowledge);
  ~Extractor();
  Extraction extract(const Document& document);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace dossier
