// knowledge_parts.h - what knowledge consists of, piece by piece, so that two runs can be compared: each rule as it
// works, each lexicon and table by its hash, the program.
//
//   KnowledgeParts parts = knowledge_parts(knowledge);
//   parts.at({"rule", "affiliation.joined"})      ->  "facts sentence  person: <person> "joined" … => affiliation …"
//   parts.at({"file", "lexicons/role_head.tsv"})  ->  "5c0d…"
//
// A rule's text has its macros expanded and is free of comments, examples and layout: it changes whenever, and only
// when, what the rule says changes.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <utility>

#include "grammars/rules.h"
#include "pipeline/knowledge.h"

namespace dossier {

// (kind, name) -> text or hash; kinds: "rule", "file" (path in the knowledge folder), "program".
using KnowledgeParts = std::map<std::pair<std::string, std::string>, std::string>;

KnowledgeParts knowledge_parts(const Knowledge& knowledge);

// One line a part, and back; lines that are not of that form are left out.
std::string serialize(const KnowledgeParts& parts);
KnowledgeParts parse_knowledge_parts(std::string_view text);

// The rule files of the knowledge, read once more: rules as they are written.
ParsedRules rules_as_written(const Knowledge& knowledge);

}  // namespace dossier
