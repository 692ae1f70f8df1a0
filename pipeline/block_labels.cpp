#include "pipeline/block_labels.h"

#include <algorithm>

#include "grammars/lexicon_image.h"
#include "pipeline/tokenize.h"

namespace dossier {

namespace {

bool is_heading_part(const Lexicons& lexicons, std::string_view word, std::string_view part) {
  const LexiconId lexicon = lexicons.find("heading_part");
  const AttributeId attribute = lexicons.find_attribute("part");
  const std::vector<EntryId> entries = entries_of_phrase(lexicons, word);
  return std::any_of(entries.begin(), entries.end(), [&](EntryId entry) {
    return lexicons.lexicon_of(entry) == lexicon && lexicons.attribute(entry, attribute) == part;
  });
}

// What a heading of a column says, without whose it is: "TSC Member" -> "Member"; "Member's Title and Company" ->
// "Title", "Company".
std::array<std::string_view, 2> parts_of_heading(std::string_view heading, const Lexicons& lexicons) {
  const auto is_upper = [](char c) { return c >= 'A' && c <= 'Z'; };
  const std::size_t space = heading.find(' ');
  if (space == std::string_view::npos && heading.find('/') == std::string_view::npos) return {heading, {}};
  if (space != std::string_view::npos && space >= 2 && space <= 6 && space + 1 < heading.size() &&
      std::all_of(heading.begin(), heading.begin() + static_cast<std::ptrdiff_t>(space), is_upper) &&
      !std::all_of(heading.begin() + static_cast<std::ptrdiff_t>(space) + 1, heading.end(), is_upper))
    heading.remove_prefix(space + 1);
  std::size_t begin = 0;  // of a word
  for (std::size_t end = heading.find(' '); end != std::string_view::npos; end = heading.find(' ', begin)) {
    const std::string_view word = heading.substr(begin, end - begin);
    if (begin > 0 && is_heading_part(lexicons, word, "link"))
      return {heading.substr(0, begin - 1), heading.substr(end + 1)};
    const std::size_t ending = std::min(word.find('\''), word.find("’"));
    begin = end + 1;
    if (ending == std::string_view::npos || !is_heading_part(lexicons, word.substr(ending), "owner")) continue;
    heading.remove_prefix(begin);
    begin = 0;
  }
  for (const std::string_view link : {" & ", " / ", "/", ", "}) {
    const std::size_t place = heading.find(link);
    if (place != std::string_view::npos && place > 0)
      return {heading.substr(0, place), heading.substr(place + link.size())};
  }
  return {heading, {}};
}

}  // namespace

BlockLabels::BlockLabels(const Document& document, const Lexicons& lexicons)
    : document_(document), lexicons_(lexicons) {
  if (document.metadata.empty()) return;
  fields_.assign(document.blocks.size(), kNone);
  for (std::uint32_t i = 0; i < document.metadata.size(); ++i) {
    const std::uint32_t block = document.metadata[i].block;
    if (block < fields_.size()) fields_[block] = i;
  }
}

std::array<std::string_view, 2> BlockLabels::of(std::uint32_t index, LabelPart part) const {
  const Block& block = document_.blocks[index];
  const auto text_of = [&](std::uint32_t other) {
    if (other >= document_.blocks.size()) return std::string_view();
    const std::string_view text = document_.slice(document_.blocks[other].span);
    return text.size() <= kLongestLabel ? text : std::string_view();
  };
  if (part == LabelPart::kSection) {
    return {
        block.section == kNone && block.slide < document_.slides.size() ? slide_section(index) : text_of(block.section),
        {}};
  }
  if (part == LabelPart::kKey) {
    if (fields_.empty() || fields_[index] == kNone) return {};
    const MetadataField& field = document_.metadata[fields_[index]];
    return {field.name, field.label};
  }
  if (block.table >= document_.tables.size()) return {};
  const Table& table = document_.tables[block.table];
  if (part == LabelPart::kColumn)
    return block.row == 0 ? std::array<std::string_view, 2>()
                          : parts_of_heading(text_of(table.cell(0, block.column)), lexicons_);
  return {block.column == 0 ? "" : text_of(table.cell(block.row, 0)), {}};
}

// The line that leads in the list that the block is part of, or else the first line of its slide.
std::string_view BlockLabels::slide_section(std::uint32_t index) const {
  constexpr std::uint32_t kReach = 12;      // blocks
  constexpr std::size_t kLongestLead = 40;  // bytes
  const auto lines_of = [&](std::uint32_t block) { return document_.slice(document_.blocks[block].span); };
  const std::uint32_t slide = document_.blocks[index].slide;
  if (document_.blocks[index].kind == BlockKind::kListItem) {
    for (std::uint32_t step = 0; step < kReach && index-- > 0 && document_.blocks[index].slide == slide; ++step) {
      if (document_.blocks[index].kind != BlockKind::kFragment) continue;
      const std::string_view text = lines_of(index);
      const std::string_view last = text.substr(text.rfind('\n') + 1);  // all of it if it has one line
      if (last.size() <= kLongestLead && !last.starts_with('(')) return last;
    }
  }
  // A slide whose lines all stand in one block has none that is its title.
  const Slide& whole = document_.slides[slide];
  const bool is_one_block = whole.first_block + 1 == whole.end_block;
  const std::uint32_t title = whole.title_block == kNone && is_one_block ? whole.first_block : whole.title_block;
  if (title >= document_.blocks.size()) return {};
  const std::string_view text = lines_of(title);
  return text.substr(0, text.find('\n'));
}

std::string_view without_edge_marks(std::string_view label) {
  std::vector<Token> tokens;
  tokenize_phrase(label, tokens);
  const auto is_mark = [](const Token& token) { return (token.shape & shape::kPunctuation) != 0; };
  while (!tokens.empty() && is_mark(tokens.back())) tokens.pop_back();
  const auto first = std::find_if_not(tokens.begin(), tokens.end(), is_mark);
  return first == tokens.end() ? std::string_view() : label.substr(first->begin, tokens.back().end - first->begin);
}

std::vector<std::string> label_words(std::string_view label) {
  const std::string_view bare = without_edge_marks(label);
  std::vector<Token> tokens;
  tokenize_phrase(bare, tokens);
  std::vector<std::string> words(tokens.size());
  for (std::size_t i = 0; i < tokens.size(); ++i)
    fold_case(bare.substr(tokens[i].begin, tokens[i].end - tokens[i].begin), words[i]);
  return words;
}

bool share_record(const Block& a, const Block& b) {
  if (a.kind == BlockKind::kMetadata) return b.kind == BlockKind::kMetadata;
  return a.table != kNone && a.table == b.table && a.row == b.row;
}

}  // namespace dossier
