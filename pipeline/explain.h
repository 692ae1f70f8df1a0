// explain.h - why is this in the result, and why is that not?
//
//   explain(source, knowledge, {.offset = 120, .fact = "affiliation"})
//
//   affiliation  person Maria Lindgren, organization Trevik Ltd   affiliation.joined  rules/facts.en.rules:163
//   ├─ match "Maria Lindgren joined Trevik Ltd"
//   │  ├─ person "Maria Lindgren"
//   │  │  └─ mention person  person.given_surname  rules/names.rules:12 …
//
// What is there is told as a derivation: fact, match and captures, mentions, the votes for and against each, down to
// the words. What is not there is told by the rules that could have made it: how far each came and the test that
// failed, or what stands in its place. For that the document is extracted once with a trace, and the slow matcher
// (grammars/rule_reference.h) is asked about single rules in the same situation.
// Units: offsets count bytes of Source::bytes.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "pipeline/document.h"
#include "pipeline/knowledge.h"

namespace dossier {

// A name that other documents have established, and which ones: "talks/a.md (page)".
struct KnownFrom {
  KnownName name;
  std::vector<std::string> from;
};

struct ExplainRequest {
  std::optional<std::uint64_t> offset;  // none: the whole document
  std::string fact;                     // only facts of this type; also those that are not there
  std::string mention;                  // only mentions of this type; also those that are not there
  std::vector<KnownFrom> known;         // what the document is extracted with, sorted by name
  std::size_t max_candidates = 8;       // rules told about for what is not there
};

enum class Tone : std::uint8_t { kPlain, kThere, kAgainst, kMissing };

struct Explanation {
  std::string kind;   // "fact", "mention", "match", "capture", "vote", "entity", "value", "source", "rule", "test",
                      // "note"
  std::string label;  // `affiliation`, `person "Maria Lindgren"`
  std::string rule;   // id; empty: none
  std::string place;  // where the rule or test stands: "rules/names.rules:12"
  std::uint64_t begin = 0, end = 0;  // source bytes it is about; equal: none
  std::optional<double> confidence;
  Tone tone = Tone::kPlain;
  std::vector<Explanation> children;
};

// Throws std::invalid_argument with a message for the user if the request names an unknown type or offset.
std::vector<Explanation> explain(const Source& source, const Knowledge& knowledge, const ExplainRequest& request);

// A tree of lines no wider than `width` characters (as far as words allow), with or without colours.
std::string render_text(const std::vector<Explanation>& explanations, std::size_t width, bool with_colours);
std::string render_json(const std::vector<Explanation>& explanations);

}  // namespace dossier
