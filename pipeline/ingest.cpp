// ingest.cpp - the order of the first stage: decode, split into lines, detect the kind, outline, and then block by
// block: normalize, tokenize, split into sentences. Each step is one file.
#include "pipeline/ingest.h"

#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <map>

#include "grammars/edtf.h"
#include "pipeline/decode.h"
#include "pipeline/document_date.h"
#include "pipeline/language.h"
#include "pipeline/normalize.h"
#include "pipeline/sentences.h"
#include "pipeline/structure.h"
#include "pipeline/tokenize.h"

namespace dossier {
namespace {

constexpr std::uint32_t kMinBlockForLanguage = 120;  // bytes; shorter ones say too little about their language
constexpr std::size_t kBlockSample = 400;            // bytes of such a block that are looked at
constexpr std::size_t kLanguageSample = 8192;        // bytes that tell the language of a document without long blocks

// Turns an outline into the blocks of the document.
class Assembler {
 public:
  Assembler(std::string_view raw, const Outline& outline, const IngestData::Tables& tables, Document& document)
      : raw_(raw),
        outline_(outline),
        document_(document),
        normalizer_(raw, tables, outline.references, document, annotations_) {}

  void run() {
    document_.text.reserve(raw_.size());
    document_.blocks.reserve(outline_.drafts.size());
    block_of_.assign(outline_.drafts.size() + 1, kNone);
    for (std::size_t i = 0; i < outline_.drafts.size(); ++i) append(i);
    block_of_.back() = static_cast<std::uint32_t>(document_.blocks.size());
    // A draft without text has no block; a range that begins with it begins with the next one.
    for (std::size_t i = outline_.drafts.size(); i-- > 0;) {
      next_block_of(i);
    }
    copy_structure();
  }

  const Annotations& annotations() const { return annotations_; }

 private:
  void append(std::size_t index) {
    const Draft& draft = outline_.drafts[index];
    const bool is_dialogue = draft.turn != kNone || !outline_.turns.empty();
    if (!document_.blocks.empty()) separate(draft);
    const Span span = normalizer_.append(
        draft.begin, draft.end,
        {.has_marks = draft.has_marks,
         .is_quoted = draft.is_quoted,
         .is_dialogue = is_dialogue,
         .holes = std::span<const Span>(outline_.holes).subspan(draft.first_hole, draft.end_hole - draft.first_hole)});
    last_end_ = draft.end;
    if (span.is_empty()) return;
    Block block;
    block.span = span;
    block.kind = draft.kind;
    block.level = draft.level;
    block.turn = draft.turn;
    block.slide = draft.slide;
    block.table = draft.table;
    block.row = draft.row;
    block.column = draft.column;
    block.section = section_;
    block_of_[index] = static_cast<std::uint32_t>(document_.blocks.size());
    if (draft.kind == BlockKind::kHeading) {
      // The nearest heading above that this one does not stand below.
      while (block.section != kNone && document_.blocks[block.section].level >= block.level) {
        block.section = document_.blocks[block.section].section;
      }
      section_ = block_of_[index];
    }
    document_.blocks.push_back(block);
  }

  // One character or two for what stands between two blocks: a space or tab on one line, one or two line breaks.
  void separate(const Draft& draft) {
    std::uint32_t breaks = 0;
    for (std::uint32_t p = last_end_; p < draft.begin && breaks < 2; ++p) {
      if (raw_[p] == '\n' || raw_[p] == '\f' || (raw_[p] == '\r' && p + 1 < draft.begin && raw_[p + 1] != '\n'))
        ++breaks;
    }
    const std::string_view same_line = draft.kind == BlockKind::kTableCell ? "\t" : " ";
    normalizer_.separate(breaks == 0   ? same_line
                         : breaks == 1 ? "\n"
                                       : "\n\n",
                         last_end_, std::max(last_end_, draft.begin));
  }

  void next_block_of(std::size_t draft) {
    if (block_of_[draft] == kNone) {
      vanished_.resize(block_of_.size(), false);
      vanished_[draft] = true;
      block_of_[draft] = block_of_[draft + 1];
    }
  }

  std::uint32_t block_at(std::uint32_t draft) const {
    if (draft == kNone || (!vanished_.empty() && vanished_[draft])) return kNone;
    return block_of_[draft];
  }
  std::uint32_t first_block(std::uint32_t draft) const { return block_of_[draft]; }

  void copy_structure() {
    for (const Turn& turn : outline_.turns) {
      document_.turns.push_back(
          {block_at(turn.speaker_block), first_block(turn.first_block), first_block(turn.end_block)});
    }
    for (const Slide& slide : outline_.slides) {
      document_.slides.push_back(
          {first_block(slide.first_block), first_block(slide.end_block), block_at(slide.title_block)});
    }
    for (const Table& table : outline_.tables) {
      Table copy = table;
      for (std::uint32_t& cell : copy.cells) cell = block_at(cell);
      for (CellJoin& join : copy.joins) join = {block_at(join.first), block_at(join.rest)};
      std::erase_if(copy.joins, [](const CellJoin& join) { return join.first == kNone || join.rest == kNone; });
      document_.tables.push_back(std::move(copy));
    }
    for (const MetadataDraft& field : outline_.metadata) {
      const std::uint32_t block = block_at(field.draft);
      if (block == kNone) continue;
      document_.metadata.push_back(
          {field.name, field.label, block, std::string(document_.slice(document_.blocks[block].span))});
    }
  }

  std::string_view raw_;
  const Outline& outline_;
  Document& document_;
  Annotations annotations_;
  Normalizer normalizer_;
  std::vector<std::uint32_t> block_of_;  // block of each draft, or the next block after it
  std::vector<bool> vanished_;           // drafts without a block; empty if all have one
  std::uint32_t section_ = kNone;
  std::uint32_t last_end_ = 0;
};

// ---------------------------------------------------------------------------------------------------------------------

std::uint16_t language_index(Document& document, const std::string& language) {
  const auto found = std::find(document.languages.begin(), document.languages.end(), language);
  if (found != document.languages.end()) return static_cast<std::uint16_t>(found - document.languages.begin());
  if (document.languages.size() >= 64) return 0;
  document.languages.push_back(language);
  return static_cast<std::uint16_t>(document.languages.size() - 1);
}

// The language of the document: what most of its long blocks are written in, else what its beginning looks like. Blocks
// that are long enough to tell for certain have their own. Metadata speaks only where there is nothing else: a
// speaker's description in front matter.
void find_languages(const IngestData::Tables& tables, Document& document) {
  if (document.languages.front() != "und") return;  // given
  std::string sample;
  std::vector<std::uint32_t> candidates;
  const auto collect = [&](bool of_metadata) {
    for (std::uint32_t i = 0; i < document.blocks.size(); ++i) {
      const Block& block = document.blocks[i];
      if (!block.is_extracted() || block.kind == BlockKind::kSpeaker) continue;
      if ((block.kind == BlockKind::kMetadata) != of_metadata) continue;
      if (block.span.size() >= kMinBlockForLanguage) candidates.push_back(i);
      if (sample.size() < kLanguageSample) {
        sample += document.slice(block.span);
        sample += '\n';
      }
    }
  };
  collect(false);
  if (sample.empty()) collect(true);
  // All long blocks of a short document; of a long one a sample, and all only if the sample has two languages.
  const std::size_t step = std::max<std::size_t>(1, candidates.size() / 32);
  std::vector<std::pair<std::uint32_t, std::string>> guesses;
  std::map<std::string, std::size_t> votes;
  const auto guess_every = [&](std::size_t stride) {
    guesses.clear();
    votes.clear();
    for (std::size_t i = 0; i < candidates.size(); i += stride) {
      const Span span = document.blocks[candidates[i]].span;
      const std::string_view text = document.slice(span).substr(0, kBlockSample);
      LanguageGuess guess{std::string(tables.language_words.of(text)), true};
      if (guess.language.empty()) guess = detect_language(text);
      if (!guess.is_reliable) continue;
      votes[guess.language] += span.size();
      guesses.emplace_back(candidates[i], std::move(guess.language));
    }
  };
  guess_every(step);
  if (step > 1 && votes.size() > 1) guess_every(1);
  const auto most =
      std::max_element(votes.begin(), votes.end(), [](const auto& a, const auto& b) { return a.second < b.second; });
  document.languages = {most != votes.end() ? most->first : detect_language(sample).language};
  for (const auto& [block, language] : guesses) {
    document.blocks[block].language = language_index(document, language);
  }
}

// ---------------------------------------------------------------------------------------------------------------------

// Sets `flag` on the tokens from `first` on that lie in the spans from `next` on; moves `next` past the spans that end
// before `end` of the text.
void set_flag(Document& document, const std::vector<Span>& spans, std::uint16_t flag, std::size_t& next,
              std::uint32_t first, std::uint32_t end) {
  for (; next < spans.size() && spans[next].begin < end; ++next) {
    const Span span = spans[next];
    const auto from = std::partition_point(document.tokens.begin() + first, document.tokens.end(),
                                           [span](const Token& token) { return token.end <= span.begin; });
    for (auto token = from; token != document.tokens.end() && token->begin < span.end; ++token) token->flags |= flag;
    if (span.end > end) break;
  }
}

// Tokens between quotation marks of one block.
void flag_quoted(Document& document, const Block& block) {
  std::uint32_t open = kNone;
  std::string_view closing;
  for (std::uint32_t i = block.first_token; i < block.end_token; ++i) {
    if ((document.tokens[i].shape & shape::kPunctuation) == 0) continue;
    const std::string_view sign = document.word(i);
    if (open == kNone) {
      if (sign == "\"" || sign == "“" || sign == "„" || sign == "«") {
        open = i;
        closing = sign == "\"" ? "\"" : sign == "“" ? "”" : sign == "„" ? "“" : "»";
      }
    } else if (sign == closing || (closing == "“" && sign == "”")) {
      for (std::uint32_t k = open + 1; k < i; ++k) document.tokens[k].flags |= token_flag::kQuoted;
      open = kNone;
    }
  }
}

// "um", and the comma behind it; in speech only, and only where it is no word of the language: German has "um" and
// "er".
void flag_fillers(Document& document, const Block& block, const IngestData::Tables& tables) {
  const std::string_view language = document.language_of(block);
  for (std::uint32_t i = block.first_token; i < block.end_token; ++i) {
    Token& token = document.tokens[i];
    const std::uint32_t size = token.end - token.begin;
    if ((token.shape & shape::kAlpha) == 0 || size >= IngestData::Tables::kMaxFiller) continue;
    const std::string_view word = document.word(i);
    if (!tables.may_be_filler[size][static_cast<unsigned char>(word[0]) & 0x1F]) continue;
    const auto found = tables.fillers.find(fold_phrase(word));
    if (found == tables.fillers.end() || found->second.find(language) == std::string::npos) continue;
    token.flags |= token_flag::kSkipped;
    if (i + 1 < block.end_token && document.word(i + 1) == ",") document.tokens[i + 1].flags |= token_flag::kSkipped;
  }
}

void tokenize_blocks(Document& document, const Annotations& annotations, const IngestData::Tables& tables,
                     const IngestLimits& limits) {
  const bool is_speech = !document.turns.empty();
  document.tokens.reserve(std::min<std::size_t>(document.text.size() / 5 + 16, limits.max_tokens));
  std::vector<Span> links;
  links.reserve(document.links.size());
  for (const Link& link : document.links) links.push_back(link.text);
  std::size_t next_emphasis = 0;
  std::size_t next_skipped = 0;
  std::size_t next_link = 0;
  std::size_t cut = 0;
  std::uint32_t text_end = 0;
  for (std::uint32_t index = 0; index < document.blocks.size(); ++index) {
    Block& block = document.blocks[index];
    block.first_token = static_cast<std::uint32_t>(document.tokens.size());
    block.end_token = block.first_token;
    const std::string_view gap = std::string_view(document.text).substr(text_end, block.span.begin - text_end);
    text_end = block.span.end;
    if (!block.is_extracted()) continue;
    // A block that cannot stay below the limit is not even cut into tokens: no text has words that long on average.
    constexpr std::size_t kLongestMean = 12;
    const bool is_hopeless = document.tokens.size() + block.span.size() / kLongestMean > limits.max_tokens;
    if (!is_hopeless) tokenize(document.slice(block.span), block.span.begin, document.tokens);
    if (is_hopeless || document.tokens.size() > limits.max_tokens) {
      document.tokens.resize(block.first_token);
      block.kind = BlockKind::kBoilerplate;
      ++cut;
      continue;
    }
    block.end_token = static_cast<std::uint32_t>(document.tokens.size());
    if (block.first_token == block.end_token) continue;
    Token& first = document.tokens[block.first_token];
    first.flags |= token_flag::kBlockFirst;
    const auto breaks = std::count(gap.begin(), gap.end(), '\n');
    if (!gap.empty()) first.flags |= token_flag::kSpaceBefore;
    if (breaks == 1) first.flags |= token_flag::kNewlineBefore;
    if (breaks >= 2) first.flags |= token_flag::kBlankLineBefore;
    document.tokens.back().flags |= token_flag::kBlockLast;
    set_flag(document, annotations.emphasis, token_flag::kEmphasis, next_emphasis, block.first_token, block.span.end);
    set_flag(document, annotations.skipped, token_flag::kSkipped, next_skipped, block.first_token, block.span.end);
    set_flag(document, links, token_flag::kLinked, next_link, block.first_token, block.span.end);
    if (is_speech && block.kind == BlockKind::kParagraph) flag_fillers(document, block, tables);
    flag_quoted(document, block);
    split_sentences(document, index, tables);
  }
  if (cut > 0) {
    document.diagnostics.push_back({Severity::kError, "limit.tokens",
                                    std::to_string(cut) + " blocks were not extracted: the document has more than " +
                                        std::to_string(limits.max_tokens) + " tokens"});
  }
}

// ---------------------------------------------------------------------------------------------------------------------

std::string trimmed_date(std::string_view text, const IngestData::Tables& tables) {
  while (!text.empty() && (text.front() == '*' || text.front() == ' ')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == '*' || text.back() == ' ' || text.back() == '.')) text.remove_suffix(1);
  return read_document_date(text, tables);
}

// Title: the field, else the first heading of the highest level before the text begins.
void find_title(Document& document) {
  for (const MetadataField& field : document.metadata) {
    if (field.name == "title") return;
  }
  std::uint32_t best = kNone;
  const std::size_t reach = std::min<std::size_t>(document.blocks.size(), 40);
  if (document.kind == DocumentKind::kSlides) {
    if (!document.slides.empty()) best = document.slides.front().title_block;
  } else {
    for (std::uint32_t i = 0; i < reach; ++i) {
      const Block& block = document.blocks[i];
      if (block.kind == BlockKind::kParagraph || block.kind == BlockKind::kSpeaker) break;
      if (block.kind != BlockKind::kHeading) continue;
      // Of headlines of one level the longest: a rubric stands above it ("Interviews", then the headline).
      const bool is_better = best == kNone || block.level < document.blocks[best].level ||
                             (block.level == document.blocks[best].level && document.blocks[best].span.size() < 24 &&
                              block.span.size() > document.blocks[best].span.size());
      if (is_better) best = i;
    }
  }
  if (best == kNone) return;
  document.metadata.insert(document.metadata.begin(),
                           {"title", "", best, std::string(document.slice(document.blocks[best].span))});
  std::stable_sort(document.metadata.begin(), document.metadata.end(),
                   [](const MetadataField& a, const MetadataField& b) { return a.block < b.block; });
}

void find_date(const Source& source, const IngestData::Tables& tables, Document& document) {
  if (!source.date.empty()) {
    if (edtf::parse(source.date)) {
      document.date = source.date;
      document.date_origin = "given";
      return;
    }
    document.diagnostics.push_back({Severity::kWarning, "metadata.date", "the given date is not EDTF: " + source.date});
  }
  for (const std::string_view name : {"date", "updated"}) {
    for (const MetadataField& field : document.metadata) {
      if (field.name != name) continue;
      std::string date = trimmed_date(field.value, tables);
      if (date.empty()) continue;
      document.date = std::move(date);
      document.date_origin = "metadata";
      return;
    }
  }
  // A line of its own before the text begins: under the headline, on the first slide.
  const std::size_t reach = std::min<std::size_t>(document.blocks.size(), 12);
  for (std::size_t i = 0; i < reach; ++i) {
    const Block& block = document.blocks[i];
    if (block.kind == BlockKind::kSpeaker || block.slide > 0 || (block.slide == kNone && block.span.size() > 200)) {
      if (block.slide == kNone || block.slide > 0) break;
    }
    std::string_view text = document.slice(block.span);
    while (!text.empty()) {
      const std::size_t newline = text.find('\n');
      std::string date = trimmed_date(text.substr(0, newline), tables);
      if (date.size() >= 7) {  // a month at least: a year alone may be anything
        document.date = std::move(date);
        document.date_origin = "heading";
        return;
      }
      text = newline == std::string_view::npos ? std::string_view() : text.substr(newline + 1);
    }
  }
}

}  // namespace

Document ingest(const Source& source, const IngestData& data, const IngestLimits& limits) {
  const IngestData::Tables& tables = data.tables();
  Document document;
  document.languages = {source.language.empty() ? "und" : language_code(source.language)};
  if (document.languages.front().empty()) {
    document.languages.front() = "und";
    document.diagnostics.push_back({Severity::kWarning, "metadata.language",
                                    "there is no language \"" + source.language + "\": it is detected instead"});
  }
  std::string_view bytes = source.bytes;
  if (bytes.size() > limits.max_source_bytes) {
    bytes = bytes.substr(0, limits.max_source_bytes);
    document.diagnostics.push_back({Severity::kError, "limit.source",
                                    "the source has " + std::to_string(source.bytes.size()) +
                                        " bytes; only the first " + std::to_string(limits.max_source_bytes) +
                                        " were read"});
  }
  Decoded decoded;
  decode(bytes, decoded, document.diagnostics);
  document.encoding = decoded.encoding;

  const Lines lines = split_lines(decoded.text, limits.max_lines);
  if (lines.size() == 0) {
    if (!decoded.is_binary) document.diagnostics.push_back({Severity::kNote, "source.empty", "the source has no text"});
    find_date(source, tables, document);
    return document;
  }
  Dialogue dialogue = find_dialogue(lines, tables);
  const KindGuess guess = source.kind != DocumentKind::kAuto ? KindGuess{source.kind, 1.0}
                                                             : detect_kind(lines, dialogue, source.media_type, tables);
  document.kind = guess.kind;
  document.kind_confidence = guess.confidence;
  if (document.kind == DocumentKind::kProfile) dialogue = {};

  const OutlineContext context{lines, dialogue, tables, document.kind, limits.max_nesting};
  const bool is_bare_deck = document.kind == DocumentKind::kSlides && !is_marked_deck(lines, kFewestSlidesOfDeck);
  Outline outline = is_bare_deck                             ? outline_slides(context)
                    : is_web_vtt(lines) || is_sub_rip(lines) ? outline_cues(context)
                                                             : outline_text(context);
  if (lines.rest != kNone) {
    Draft rest;
    rest.begin = lines.rest;
    rest.end = static_cast<std::uint32_t>(decoded.text.size());
    rest.kind = BlockKind::kBoilerplate;
    rest.has_marks = false;
    outline.drafts.push_back(rest);
    outline.diagnostics.push_back({Severity::kError, "limit.lines",
                                   "the document has more than " + std::to_string(limits.max_lines) +
                                       " lines; what follows them was not extracted"});
  }

  Assembler assembler(decoded.text, outline, tables, document);
  assembler.run();
  std::move(outline.diagnostics.begin(), outline.diagnostics.end(), std::back_inserter(document.diagnostics));
  document.map = decoded.map.then(document.map);
  for (Link& link : document.links) link.source_target = decoded.map.to_source(link.source_target);
  const auto earlier = [](const Link& a, const Link& b) { return a.text < b.text; };
  if (!std::is_sorted(document.links.begin(), document.links.end(), earlier)) {
    std::stable_sort(document.links.begin(), document.links.end(), earlier);
  }

  find_languages(tables, document);
  tokenize_blocks(document, assembler.annotations(), tables, limits);
  find_title(document);
  find_date(source, tables, document);
  return document;
}

std::string content_id(std::string_view bytes) {
  std::array<unsigned char, 32> digest{};
  unsigned int size = 0;
  EVP_Digest(bytes.data(), bytes.size(), digest.data(), &size, EVP_sha256(), nullptr);
  static constexpr char kHex[] = "0123456789abcdef";
  std::string id;
  for (const unsigned char byte : digest) {
    id += kHex[byte >> 4];
    id += kHex[byte & 15];
  }
  return id;
}

}  // namespace dossier
