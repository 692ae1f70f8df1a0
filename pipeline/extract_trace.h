// extract_trace.h - what happened while a document was extracted: what each phase of rules saw, and every match.
// Written only on request (rules test, rules profile, explain); extraction itself does not depend on it.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "grammars/rules.h"
#include "pipeline/document.h"

namespace dossier {

struct ExtractionTrace {
  // A mention as rules saw it (SeenMention that owns its attributes).
  struct Seen {
    TokenRange tokens;
    TypeId type = 0;
    EntryId entry = kNone;
    std::vector<std::pair<std::string, std::string>> attributes;
  };
  struct Match {
    RuleId rule = 0;
    TokenRange tokens;
    std::vector<TokenRange> captures;  // by index into CompiledRule::captures
  };
  struct Phase {
    std::uint32_t phase = 0;               // of the RuleSet
    std::vector<std::vector<Seen>> added;  // became visible before it, in the order in which they were added
    std::vector<Match> matches;
  };
  std::vector<Phase> phases;  // in the order in which they ran

  // Used while it is written.
  std::vector<std::vector<Seen>> pending;
};

}  // namespace dossier
