// offset_map.cpp - OffsetMap of document.h: pieces in text order, searched by bisection. Source positions of the pieces
// never run backwards, so both directions bisect the same vector.
#include <algorithm>

#include "pipeline/document.h"

namespace dossier {
namespace {

using Piece = OffsetMap::Piece;
using Pieces = std::vector<Piece>;

std::uint32_t text_end(const Piece& piece) {
  return piece.text_begin + piece.text_size;
}
std::uint32_t source_end(const Piece& piece) {
  return piece.source_begin + piece.source_size;
}

// First piece that ends after `position` of the text; end() past the last one.
Pieces::const_iterator piece_at_text(const Pieces& pieces, std::uint32_t position) {
  return std::partition_point(pieces.begin(), pieces.end(),
                              [position](const Piece& piece) { return text_end(piece) <= position; });
}

}  // namespace

void OffsetMap::append(Piece piece) {
  if (piece.text_size == 0) return;
  if (!pieces_.empty() && piece.verbatim) {
    Piece& last = pieces_.back();
    if (last.verbatim && text_end(last) == piece.text_begin && source_end(last) == piece.source_begin) {
      last.text_size += piece.text_size;
      last.source_size += piece.source_size;
      return;
    }
  }
  pieces_.push_back(piece);
}

void OffsetMap::truncate(std::uint32_t text_size) {
  while (!pieces_.empty() && pieces_.back().text_begin >= text_size) pieces_.pop_back();
  if (pieces_.empty() || text_end(pieces_.back()) <= text_size) return;
  Piece& last = pieces_.back();
  last.text_size = text_size - last.text_begin;
  if (last.verbatim) last.source_size = last.text_size;
}

Span OffsetMap::to_source(Span text) const {
  if (is_identity()) return text;
  const auto first = piece_at_text(pieces_, text.begin);
  if (first == pieces_.end()) return {source_end(pieces_.back()), source_end(pieces_.back())};
  const auto into = [](const Piece& piece, std::uint32_t position) {
    return piece.source_begin + (position > piece.text_begin ? position - piece.text_begin : 0);
  };
  const std::uint32_t begin = first->verbatim ? into(*first, text.begin) : first->source_begin;
  if (text.is_empty()) return {begin, begin};
  auto last = piece_at_text(pieces_, text.end - 1);
  if (last == pieces_.end()) return {begin, source_end(pieces_.back())};
  const std::uint32_t end = last->verbatim ? std::min(into(*last, text.end), source_end(*last)) : source_end(*last);
  return {begin, std::max(begin, end)};
}

Span OffsetMap::to_text(Span source) const {
  if (is_identity()) return source;
  const auto first = std::partition_point(pieces_.begin(), pieces_.end(),
                                          [source](const Piece& piece) { return source_end(piece) <= source.begin; });
  if (first == pieces_.end()) return {text_end(pieces_.back()), text_end(pieces_.back())};
  std::uint32_t begin = first->text_begin;
  if (first->verbatim && source.begin > first->source_begin) begin += source.begin - first->source_begin;
  const auto after = std::partition_point(first, pieces_.end(),
                                          [source](const Piece& piece) { return piece.source_begin < source.end; });
  if (after == first || source.is_empty()) return {begin, begin};
  const Piece& last = *(after - 1);
  std::uint32_t end = text_end(last);
  if (last.verbatim && source.end < source_end(last)) end = last.text_begin + (source.end - last.source_begin);
  return {begin, std::max(begin, end)};
}

OffsetMap OffsetMap::then(const OffsetMap& later) const {
  if (is_identity()) return later;
  if (later.is_identity()) return *this;
  OffsetMap result;
  auto here = pieces_.begin();  // later's pieces run forward through this map: one walk over both
  for (const Piece& piece : later.pieces_) {
    if (!piece.verbatim) {
      const Span source = to_source({piece.source_begin, piece.source_begin + piece.source_size});
      result.append({piece.text_begin, source.begin, piece.text_size, source.size(), false});
      continue;
    }
    while (here != pieces_.end() && text_end(*here) <= piece.source_begin) ++here;
    for (auto part = here; part != pieces_.end() && part->text_begin < source_end(piece); ++part) {
      const std::uint32_t begin = std::max(part->text_begin, piece.source_begin);
      const std::uint32_t end = std::min(text_end(*part), source_end(piece));
      const std::uint32_t text_begin = piece.text_begin + (begin - piece.source_begin);
      if (part->verbatim) {
        result.append({text_begin, part->source_begin + (begin - part->text_begin), end - begin, end - begin, true});
      } else {
        result.append({text_begin, part->source_begin, end - begin, part->source_size, false});
      }
    }
  }
  return result;
}

}  // namespace dossier
