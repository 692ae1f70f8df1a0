// ingest_dump.h - a Document as text that a person can check: what the golden tests of ingest compare.
//
//   [3] paragraph turn=1 | Yes. ‖ We do. ~[laughs]~
//
// "‖" parts sentences, "~" encloses what rules do not see.
#pragma once

#include <sstream>
#include <string>

#include "pipeline/document.h"

namespace dossier {

inline std::string one_line(std::string_view text) {
  std::string line;
  for (const char c : text) {
    if (c == '\n') {
      line += "⏎";
    } else {
      line += c;
    }
  }
  return line;
}

inline std::string dump(const Document& document) {
  std::ostringstream out;
  out << "kind " << name_of(document.kind) << "\n";
  for (std::size_t i = 0; i < document.languages.size(); ++i)
    out << (i == 0 ? "language " : " ") << document.languages[i];
  out << "\n";
  if (!document.date.empty()) out << "date " << document.date << " (" << document.date_origin << ")\n";
  for (const MetadataField& field : document.metadata) {
    out << "field " << field.name << (field.label.empty() ? "" : " \"" + field.label + "\"") << " = "
        << one_line(field.value) << "\n";
  }
  for (const Link& link : document.links)
    out << "link " << one_line(document.slice(link.text)) << " -> " << link.target << "\n";
  for (const Diagnostic& diagnostic : document.diagnostics) out << "diagnostic " << diagnostic.code << "\n";
  for (const Table& table : document.tables) {
    out << "table " << table.rows << "x" << table.columns << (table.has_header ? " header" : "")
        << (table.is_member_list ? " member_list" : "") << "\n";
    for (const CellJoin& join : table.joins) {
      out << "  join " << document.slice(document.blocks[join.first].span) << " + "
          << document.slice(document.blocks[join.rest].span) << "\n";
    }
  }
  std::size_t sentence = 0;
  for (std::size_t i = 0; i < document.blocks.size(); ++i) {
    const Block& block = document.blocks[i];
    out << "[" << i << "] " << name_of(block.kind);
    if (block.level > 0) out << " level=" << block.level;
    if (block.turn != kNone) out << " turn=" << block.turn;
    if (block.slide != kNone) {
      out << " slide=" << block.slide;
      if (document.slides[block.slide].title_block == i) out << " title";
    }
    if (block.table != kNone) out << " cell=" << block.table << ":" << block.row << "," << block.column;
    if (block.section != kNone) out << " section=" << block.section;
    if (block.language != 0) out << " language=" << document.language_of(block);
    out << " | ";
    if (!block.is_extracted()) {
      out << one_line(document.slice(block.span)) << "\n";
      continue;
    }
    std::string text;
    std::uint32_t position = block.span.begin;
    bool skipped = false;
    for (std::uint32_t t = block.first_token; t < block.end_token; ++t) {
      const Token& token = document.tokens[t];
      const bool skip = (token.flags & token_flag::kSkipped) != 0;
      if (skipped && !skip) text += "~";
      text += document.slice({position, token.begin});
      if ((token.flags & token_flag::kSentenceFirst) != 0 && t != block.first_token) text += "‖ ";
      if (!skipped && skip) text += "~";
      skipped = skip;
      text += document.word(t);
      position = token.end;
    }
    if (skipped) text += "~";
    out << one_line(text) << "\n";
    while (sentence < document.sentences.size() && document.sentences[sentence].block <= i) ++sentence;
  }
  return out.str();
}

}  // namespace dossier
