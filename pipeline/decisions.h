// decisions.h - what people said about facts and entities: an append-only log that outlives every rebuild.
//
//   {"at": "2026-03-01T10:00:00Z", "who": "ada", "verdict": "reject", "key": "affiliation:9f…", "reason": "misread"}
//   {"at": …, "who": "ada", "verdict": "different", "a": ["john-doe"], "b": ["john-doe-2"]}
//
// A fact is named by its key (of the merged statement or of the fact as extracted). An entity is named by anchors (see
// anchor_of in merge.h) or by the id of its profile. The last decision about the same thing counts; `undo` takes it
// back. Promise: parse(serialize(log)) == log; unreadable lines are reported with their number, never dropped in
// silence.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "pipeline/document.h"

namespace dossier {

enum class Verdict : std::uint8_t { kAccept, kReject, kEdit, kSame, kDifferent, kUnsure, kPin, kAdd, kUndo };
std::string_view name_of(Verdict verdict);  // "accept", "reject", …
bool parse_verdict(std::string_view name, Verdict& verdict);

struct Decision {
  std::string at;  // ISO 8601, given by the caller
  std::string who;
  Verdict verdict = Verdict::kAccept;
  std::string key;  // accept, reject, edit, pin: key of the fact. add: key of the new fact (may be empty)
  std::vector<std::string> a,
      b;               // same, different, unsure: anchors or profile ids of the two sides; add, pin: a = subject
  std::string reason;  // reject: "misread", "wrong_entity", "source_wrong", "out_of_scope"; else free words
  std::string source;  // accept, reject: only the evidence of this source; empty: all
  // edit: slot -> new value. pin: "name" -> display name. add: "predicate" and the fact's arguments by name, and
  // "from", "to", "status", "text" where they apply.
  std::vector<std::pair<std::string, std::string>> values;

  friend bool operator==(const Decision&, const Decision&) = default;
};

struct Decisions {
  std::vector<Decision> log;  // in the order in which they were made

  // The decisions that count: undone and superseded ones removed, order kept.
  std::vector<Decision> effective() const;
};

std::string serialize(const Decision& decision);  // one line of JSON without line break
std::string serialize(const Decisions& decisions);
Decisions parse_decisions(std::string_view json_lines, std::vector<Diagnostic>& diagnostics);

}  // namespace dossier
