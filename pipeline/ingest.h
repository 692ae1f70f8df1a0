// ingest.h - first stage: bytes -> Document. Decodes, detects the kind and language, normalizes, finds the structure,
// the metadata, tokens and sentences.
//
//   "**Ada Lovell:** We have 40\\+ sites.\r\n" -> kind podcast, turn of speaker "Ada Lovell", text "We have 40+ sites."
//
// Promise: total. Any bytes give a Document; what was odd about them stands in Document::diagnostics; time is linear
// and memory bounded (Limits). Every token's span maps to the source bytes that state it.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "pipeline/document.h"

namespace dossier {

class Knowledge;

struct IngestLimits {
  std::size_t max_source_bytes = std::size_t{1} << 31;  // more is cut, with a diagnostic
  std::uint32_t max_nesting = 64;                       // deeper block quotes and lists are read as this deep
  std::uint32_t max_lines = std::uint32_t{1}
                            << 22;  // lines that are not blank; what follows is one block, not extracted
  std::uint32_t max_tokens = std::uint32_t{1} << 25;  // blocks after that many tokens are kept, not extracted
};

// The words and phrases that ingest looks for: grammars/{abbreviations,boilerplate,entities,fillers,metadata_labels,
// profile_headings,sentence_starters}.tsv and ICU's month names in the languages of languages.tsv. Immutable, shared by
// all threads.
class IngestData {
 public:
  // Later folders add to earlier ones. Throws KnowledgeError.
  static IngestData load(const std::vector<std::filesystem::path>& folders);

  IngestData(IngestData&&) noexcept;
  IngestData& operator=(IngestData&&) noexcept;
  ~IngestData();

  struct Tables;  // ingest_data.h
  const Tables& tables() const { return *tables_; }

 private:
  explicit IngestData(std::unique_ptr<Tables> tables);
  std::unique_ptr<Tables> tables_;
};

Document ingest(const Source& source, const Knowledge& knowledge, const IngestLimits& limits = {});
Document ingest(const Source& source, const IngestData& data, const IngestLimits& limits = {});

// Hex SHA-256 of the bytes: the id of a source.
std::string content_id(std::string_view bytes);

}  // namespace dossier
