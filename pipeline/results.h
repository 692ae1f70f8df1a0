// results.h - what is kept of one document once it is extracted: the Extraction in terms of source bytes and plain
// words, without the Document. This is what the machine protocol prints, the workspace stores, and merge reads.
//
//   DocumentResult result = summarize(source, document, extraction, knowledge);
//   to_json(result)  ->  {"id": …, "mentions": […], "facts": […], "entities": […]}      (DESIGN: machine protocol)
//
// Units: begin/end count bytes of Source::bytes, end exclusive; quote == bytes[begin, end), or the normalized words
// there if the source is not UTF-8 (`encoding`), as its bytes could not be shown.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "pipeline/document.h"
#include "pipeline/knowledge.h"

namespace dossier {

struct ResultMention {
  std::string type;
  std::uint64_t begin = 0;
  std::uint64_t end = 0;
  std::string quote;
  std::string text;              // normalized words, one space between them: names are compared by this
  std::uint32_t entity = kNone;  // index into DocumentResult::entities
  std::uint32_t date = kNone;
  std::uint32_t statistic = kNone;
  std::uint32_t role = kNone;
  std::uint32_t within =
      kNone;  // of a place: the mention right behind it that names where it lies ("Lisbon, Portugal")
  std::string rule;
  double confidence = 0;
};

struct ResultFact {
  std::string predicate;
  std::string key;  // content-derived: predicate, normalized arguments, period, value; the same in any run
  std::vector<std::pair<std::string, std::uint32_t>> arguments;  // name -> mention, in the order of the predicate table
  Period period;
  std::string text;
  std::uint64_t begin = 0;
  std::uint64_t end = 0;
  std::string quote;
  std::string rule;
  double confidence = 0;
  bool is_repeat = false;  // Fact::is_repeat; not stored, as only Extractor::Options::has_repeats leaves some
};

struct ResultEntity {
  std::string type;
  std::string name;
  std::vector<std::string> aliases;
  std::vector<std::uint32_t> mentions;
  std::vector<std::string> evidence;
  bool speaks = false;  // a person whose name stands as the label of a turn
};

struct DocumentResult {
  std::string source_id;
  std::string uri;
  std::string kind;
  double kind_confidence = 0;
  std::string encoding = "UTF-8";
  std::string language;
  std::string date;
  std::string date_origin;
  std::string title;
  std::vector<std::pair<std::string, std::string>> metadata;  // canonical name, value
  std::size_t bytes = 0;
  std::size_t blocks = 0;
  std::size_t tokens = 0;
  std::vector<ResultMention> mentions;
  std::vector<ResultFact> facts;
  std::vector<ResultEntity> entities;
  std::vector<Date> dates;
  std::vector<Statistic> statistics;
  std::vector<RoleValue> roles;
  std::vector<Diagnostic> diagnostics;
  std::vector<std::uint64_t> name_words;  // hashes of its words that names can be made of, sorted (known_names.h)
  std::vector<KnownName> known;           // the names of other documents that it was extracted with, sorted
};

DocumentResult summarize(const Source& source, const Document& document, Extraction extraction,
                         const Knowledge& knowledge);

// The protocol object (without "id", which the caller knows), and the whole result for storage and back.
nlohmann::ordered_json protocol_json(const DocumentResult& result);
std::string protocol_line(const DocumentResult& result, std::string_view id);  // the same as one line, written fast
std::string serialize(const DocumentResult& result);
DocumentResult deserialize(std::string_view stored);  // throws std::runtime_error on anything serialize did not write

}  // namespace dossier
