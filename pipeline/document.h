// document.h - the vocabulary of the project: what the stages hand to each other.
//
//   Source --ingest--> Document --extract--> Mention, Fact --resolve--> LocalEntity
//
// Units: every Span counts bytes of Document::text (UTF-8, NFC) unless its name says `source`; spans are half-open
// [begin, end). Token, block, sentence and mention references are indexes into the vectors of the same Document or
// Extraction, never pointers, so a whole result can be moved and copied freely.
// Promise: Document::map leads every text span back to the source bytes that state it; `source.bytes.substr(...)` of
// the mapped span is the quote of a citation. Not here: how any of it is found. Values of dates and statistics:
// values.h.
#pragma once

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "pipeline/values.h"

namespace dossier {

struct Span {
  std::uint32_t begin = 0;
  std::uint32_t end = 0;

  std::uint32_t size() const { return end - begin; }
  bool is_empty() const { return begin == end; }
  bool contains(Span other) const { return begin <= other.begin && other.end <= end; }
  bool overlaps(Span other) const { return begin < other.end && other.begin < end; }
  friend bool operator==(Span, Span) = default;
  friend auto operator<=>(Span, Span) = default;
};

inline constexpr std::uint32_t kNone = 0xFFFFFFFFu;  // "no such index" for every index in this file

// ---------------------------------------------------------------------------------------------------------------------
// Source: bytes and what is known about them from outside.

enum class DocumentKind : std::uint8_t { kAuto, kInterview, kPodcast, kSlides, kMarkdown, kProfile, kPlain };
std::string_view name_of(DocumentKind kind);                          // "interview", "podcast", "slides", …
bool parse_document_kind(std::string_view name, DocumentKind& kind);  // false: no such kind

struct Source {
  std::string id;          // hex SHA-256 of bytes: the same bytes are the same source wherever they lie
  std::string uri;         // path or URI given by the user; may be empty
  std::string media_type;  // "text/markdown" …; empty: decide by content
  std::string bytes;
  std::string language;                     // given from outside ("en"), empty: detect
  std::string date;                         // given from outside, EDTF, empty: look for it in the document
  DocumentKind kind = DocumentKind::kAuto;  // forced kind; kAuto: detect
};

// ---------------------------------------------------------------------------------------------------------------------
// The way back from text to source.

class OffsetMap {
 public:
  // A piece of text that came from a piece of source. Verbatim pieces have the same bytes on both sides and map byte by
  // byte; others ("&amp;" -> "&", a decomposed letter -> its composed form) map only as a whole. Source between two
  // pieces was deleted (marks, soft hyphens, a BOM).
  struct Piece {
    std::uint32_t text_begin;
    std::uint32_t source_begin;
    std::uint32_t text_size;
    std::uint32_t source_size;  // == text_size for verbatim pieces, which is why `verbatim` is stored
    bool verbatim;
  };

  // Pieces arrive in text order; adjacent verbatim pieces are joined. A map without pieces is the identity.
  void append(Piece piece);
  void clear() { pieces_.clear(); }
  void truncate(std::uint32_t text_size);  // forgets the text from there on
  bool is_identity() const { return pieces_.empty(); }

  // The smallest source range that produced all of `text`; deleted source at its edges stays outside.
  Span to_source(Span text) const;
  // The smallest text range that came from `source`; empty at the nearest place if that source was deleted whole.
  Span to_text(Span source) const;

  // The map of `later` applied after this one: later maps C->B, this one B->A, the result C->A.
  OffsetMap then(const OffsetMap& later) const;

  const std::vector<Piece>& pieces() const { return pieces_; }

 private:
  std::vector<Piece> pieces_;
};

// ---------------------------------------------------------------------------------------------------------------------
// Structure of a document.

enum class BlockKind : std::uint8_t {
  kParagraph,
  kHeading,
  kListItem,
  kTableCell,
  kMetadata,   // the value of a metadata line ("Guest: …") or front-matter field; the label is in Document::metadata
  kSpeaker,    // a speaker label ("Ada Lovell" of "**Ada Lovell:** …"), without marks and colon
  kQuotation,  // block quote
  kFragment,   // slide text between blank lines
  kCode,       // kept, not extracted
  kBoilerplate,  // kept, not extracted: adverts, share bars, cookie lines, page numbers
  kDescription,  // kept, not extracted: a machine's description of a picture
  kFooter,       // a line that comes back on many slides; extracted, but no part of the statements around it
};
std::string_view name_of(BlockKind kind);

// Blocks are the leaves: disjoint, in text order, covering all text that is not blank. What they belong to is told by
// their indexes into turns, slides, tables and by their section.
struct Block {
  Span span;
  std::uint32_t first_token = 0;  // tokens [first_token, end_token)
  std::uint32_t end_token = 0;
  std::uint32_t turn = kNone;   // index into Document::turns
  std::uint32_t slide = kNone;  // index into Document::slides
  std::uint32_t table = kNone;  // index into Document::tables, for kTableCell
  std::uint32_t row = 0;        // 0 is the header row if the table has one
  std::uint32_t column = 0;
  std::uint32_t section = kNone;  // block index of the nearest heading above
  std::uint16_t level = 0;        // heading level 1.., list depth 0..
  std::uint16_t language = 0;     // index into Document::languages; 0 is the language of the document
  BlockKind kind = BlockKind::kParagraph;

  bool is_extracted() const {
    return kind != BlockKind::kCode && kind != BlockKind::kBoilerplate && kind != BlockKind::kDescription;
  }
};

struct Turn {
  std::uint32_t speaker_block = kNone;  // kSpeaker block, kNone for text before the first label
  std::uint32_t first_block = 0;
  std::uint32_t end_block = 0;
};

struct Slide {
  std::uint32_t first_block = 0;
  std::uint32_t end_block = 0;
  std::uint32_t title_block = kNone;
};

// A name broken over two rows of a member list: the cell `first` holds its begin, the block `rest` (kBoilerplate, in no
// cell) its end. "Acme" + "Communications Ltd" -> "Acme Communications Ltd".
struct CellJoin {
  std::uint32_t first = kNone;
  std::uint32_t rest = kNone;
};

struct Table {
  std::uint32_t rows = 0;
  std::uint32_t columns = 0;
  bool has_header = false;
  bool is_member_list = false;  // a table of names without header (tab-separated slide text)
  std::vector<CellJoin> joins;
  std::vector<std::uint32_t> cells;  // row-major block indexes, kNone for an empty cell
  std::uint32_t cell(std::uint32_t row, std::uint32_t column) const {
    return row < rows && column < columns ? cells[row * columns + column] : kNone;
  }
};

struct Link {
  Span text;           // the words that carry the link
  std::string target;  // URL or relative path, unescaped
  Span source_target;  // where the target stands in Source::bytes
};

struct MetadataField {
  std::string
      name;  // canonical name: title date publisher author guest host organization show topic event participants …
  std::string label;            // as written ("Guest")
  std::uint32_t block = kNone;  // the kMetadata (or kHeading) block that holds the value
  std::string value;
};

enum class Severity : std::uint8_t { kNote, kWarning, kError };
constexpr std::string_view name_of(Severity severity) {
  return severity == Severity::kNote ? "note" : severity == Severity::kWarning ? "warning" : "error";
}
struct Diagnostic {
  Severity severity = Severity::kWarning;
  std::string code;     // stable, dotted: "encoding.replaced", "limit.tokens"
  std::string message;  // what happened and what was done about it
};

// Truths about one token that do not need any knowledge. `shape` of "OpenInfra": kAlpha|kUpperFirst|kMixed.
namespace shape {
inline constexpr std::uint16_t kAlpha = 1 << 0;        // letters only (with inner apostrophe)
inline constexpr std::uint16_t kUpperFirst = 1 << 1;   // first letter is upper or title case
inline constexpr std::uint16_t kCapitalized = 1 << 2;  // upper first, then at least one lower and no further upper
inline constexpr std::uint16_t kAllCaps = 1 << 3;      // two or more letters, all upper ("OSI", "AT&T", "U.S.")
inline constexpr std::uint16_t kLower = 1 << 4;        // letters, all lower
inline constexpr std::uint16_t kMixed = 1 << 5;        // an upper letter after a lower one ("iPhone", "McArthur")
inline constexpr std::uint16_t kInitial = 1 << 6;      // one upper letter
inline constexpr std::uint16_t kDigits = 1 << 7;       // digits with separators only ("2010", "40,000", "3.5")
inline constexpr std::uint16_t kHasDigit = 1 << 8;     // at least one digit
inline constexpr std::uint16_t kPunctuation = 1 << 9;  // one punctuation mark or symbol
inline constexpr std::uint16_t kUrl = 1 << 10;         // URL, e-mail address, path, file name
inline constexpr std::uint16_t kHandle = 1 << 11;      // "@tcarrez"
inline constexpr std::uint16_t kNonAscii = 1 << 12;
inline constexpr std::uint16_t kDotted = 1 << 13;  // inner dots: "U.S.", "Node.js", "Iron.io"
inline constexpr std::uint16_t kClitic = 1 << 14;  // "'s", "'re", "l'" split from its word
}  // namespace shape

namespace token_flag {
inline constexpr std::uint16_t kSpaceBefore = 1 << 0;
inline constexpr std::uint16_t kNewlineBefore = 1 << 1;    // one line break between this token and the one before
inline constexpr std::uint16_t kBlankLineBefore = 1 << 2;  // an empty line (or more) before it
inline constexpr std::uint16_t kSentenceFirst = 1 << 3;
inline constexpr std::uint16_t kSentenceLast = 1 << 4;
inline constexpr std::uint16_t kBlockFirst = 1 << 5;
inline constexpr std::uint16_t kBlockLast = 1 << 6;
inline constexpr std::uint16_t kSkipped = 1 << 7;   // filler, time stamp, stage direction: rules do not see it
inline constexpr std::uint16_t kEmphasis = 1 << 8;  // bold or italic in the source
inline constexpr std::uint16_t kLinked = 1 << 9;    // part of the text of a link
inline constexpr std::uint16_t kQuoted = 1 << 10;   // between quotation marks
}  // namespace token_flag

struct Token {
  std::uint32_t begin = 0;
  std::uint32_t end = 0;
  std::uint16_t shape = 0;
  std::uint16_t flags = 0;
  Span span() const { return {begin, end}; }
};

struct Sentence {
  std::uint32_t first_token = 0;
  std::uint32_t end_token = 0;
  std::uint32_t block = 0;
};

struct Document {
  std::string text;                // UTF-8, NFC; owner of all characters
  OffsetMap map;                   // text -> Source::bytes
  std::string encoding = "UTF-8";  // of Source::bytes: "UTF-16LE", "windows-1252", …
  DocumentKind kind = DocumentKind::kPlain;
  double kind_confidence = 1.0;
  std::vector<std::string> languages;  // [0] is the document's; blocks that differ point to the others
  std::string date;                    // EDTF; empty if the document states none and none was given
  std::string date_origin;             // "given", "metadata", "heading", "text"; empty with an empty date
  std::vector<Block> blocks;
  std::vector<Turn> turns;
  std::vector<Slide> slides;
  std::vector<Table> tables;
  std::vector<Link> links;              // in text order
  std::vector<MetadataField> metadata;  // in text order
  std::vector<Token> tokens;            // of extracted blocks only
  std::vector<Sentence> sentences;
  std::vector<Diagnostic> diagnostics;

  std::string_view slice(Span span) const { return std::string_view(text).substr(span.begin, span.size()); }
  std::string_view word(std::uint32_t token) const { return slice(tokens[token].span()); }
  std::string_view language_of(const Block& block) const { return languages[block.language]; }
};

// ---------------------------------------------------------------------------------------------------------------------
// What extraction finds.

using TypeId = std::uint16_t;       // index into the type table (grammars/types.tsv); the first ones are fixed here
using PredicateId = std::uint16_t;  // index into the predicate table (grammars/predicates.tsv)
using RuleId = std::uint32_t;       // index into Knowledge::rules(): id, file and line of the rule

namespace type {
inline constexpr TypeId kPerson = 0;
inline constexpr TypeId kOrganization = 1;
inline constexpr TypeId kRole = 2;
inline constexpr TypeId kDate = 3;
inline constexpr TypeId kStatistic = 4;
inline constexpr TypeId kPlace = 5;
inline constexpr TypeId kEvent = 6;
inline constexpr TypeId kProduct = 7;
inline constexpr TypeId kPronoun = 8;     // "she", "I", "which": an argument of facts that stands for an entity
inline constexpr TypeId kIdentifier = 9;  // URL, handle, e-mail address
inline constexpr TypeId kName = 10;       // candidate: a name whose type is not settled; never leaves extraction
}  // namespace type

struct Mention {
  TypeId type = type::kName;
  Span span;                      // in Document::text
  std::uint32_t first_token = 0;  // tokens [first_token, end_token)
  std::uint32_t end_token = 0;
  RuleId rule = 0;
  float confidence = 0;
  std::uint32_t entity = kNone;     // index into Extraction::entities
  std::uint32_t date = kNone;       // index into Extraction::dates, for type::kDate
  std::uint32_t statistic = kNone;  // index into Extraction::statistics, for type::kStatistic
  std::uint32_t role = kNone;       // index into Extraction::roles, for type::kRole
};

struct RoleValue {
  std::string category;   // "executive", "founder", … (DESIGN: values); empty if unknown
  std::string qualifier;  // "former", "acting", "honorary", …; empty if none
};

enum class Status : std::uint8_t { kUnknown, kCurrent, kPast, kPlanned };
std::string_view name_of(Status status);

// When a fact held. Both dates are EDTF, as stated; empty is unknown. "No end" never means "current": `status` says so.
struct Period {
  std::string from;
  std::string to;
  Status status = Status::kUnknown;
  std::string asserted_at;  // EDTF of the document date on which `status` rests, if any
};

struct Argument {
  std::uint16_t name = 0;  // index into the predicate's argument list
  std::uint32_t mention = kNone;
};

struct Fact {
  PredicateId predicate = 0;
  std::vector<Argument> arguments;  // in the order of the predicate table; a missing optional argument has no entry
  Period period;
  std::string text;  // for quote: the words; for education: degree or field, if not a mention
  Span span;         // evidence, in Document::text
  RuleId rule = 0;
  float confidence = 0;
  bool is_repeat = false;  // another fact of its sentence says the same (extractors/repeated_facts.h)
};

// One thing that mentions of this document refer to.
struct LocalEntity {
  TypeId type = type::kPerson;
  std::string name;                  // the fullest name the document gives
  std::vector<std::string> aliases;  // other names, as written, in order of first use
  std::vector<std::uint32_t> mentions;
  std::vector<std::string> evidence;  // why mentions were joined: "surname unique: Carrez", one line a decision
};

// A name that other documents have established (pipeline/known_names.h), given to the extraction of this one.
struct KnownName {
  TypeId type = type::kOrganization;  // or type::kPerson
  std::string name;                   // as written
  friend auto operator<=>(const KnownName&, const KnownName&) = default;
};

struct Extraction {
  std::vector<Mention> mentions;  // sorted by (span, type)
  std::vector<Fact> facts;
  std::vector<LocalEntity> entities;
  std::vector<Date> dates;
  std::vector<Statistic> statistics;
  std::vector<RoleValue> roles;
  std::vector<Diagnostic> diagnostics;  // of extraction; ingest's are in the Document
};

}  // namespace dossier
