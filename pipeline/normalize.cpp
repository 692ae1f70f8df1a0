// normalize.cpp - one scan over the block collects edits (delete or replace a stretch) and notes (where emphasis, links
// and skipped stretches begin and end); one pass applies them. Emphasis is paired as in Markdown, with one liberty that
// text from OCR needs: a double mark without a partner is removed too.
#include "pipeline/normalize.h"

#include <unicode/bytestream.h>
#include <unicode/edits.h>
#include <unicode/normalizer2.h>
#include <unicode/uchar.h>
#include <unicode/utf8.h>

#include <algorithm>
#include <array>
#include <charconv>

#include "grammars/ascii.h"

namespace dossier {

namespace {

enum Note : std::uint8_t { kEdit, kEmphasisOn, kEmphasisOff, kLinkOn, kLinkOff, kSkipOn, kSkipOff };

constexpr std::uint32_t kMaxTag = 2048;        // bytes of an HTML tag
constexpr std::uint32_t kMaxCodeSpan = 2048;   // bytes of `code`
constexpr std::uint32_t kMaxStage = 60;        // bytes of a stage direction
constexpr std::uint32_t kMaxAttributes = 256;  // bytes of the attributes behind a link

// What the scan must stop at: marks, controls, and the lead bytes of characters that may be replaced or composed.
struct Specials {
  std::array<bool, 256> of{};
};
constexpr Specials make_specials(bool with_marks, bool with_lines, bool with_parentheses) {
  Specials specials;
  std::array<bool, 256>& special = specials.of;
  for (std::size_t c = 0; c < 0x20; ++c) special[c] = c != '\n' && c != '\t';
  special[0x7F] = true;
  special[0xC2] = special[0xE1] = special[0xE2] = special[0xE3] = special[0xEF] = true;
  for (std::size_t c = 0xCC; c < 0xE1; ++c) special[c] = true;
  for (std::size_t c = 0xE4; c < 0xF5; ++c) special[c] = true;
  if (with_marks) {
    for (const char c : {'\\', '&', '<', '[', ']', '*', '_', '~', '`'}) special[static_cast<unsigned char>(c)] = true;
  }
  special['\n'] = with_lines;
  special['('] = with_parentheses;
  return specials;
}
constexpr std::array<Specials, 8> kSpecials = {make_specials(false, false, false), make_specials(true, false, false),
                                               make_specials(false, true, false),  make_specials(true, true, false),
                                               make_specials(false, false, true),  make_specials(true, false, true),
                                               make_specials(false, true, true),   make_specials(true, true, true)};

bool is_blank(char c) {
  return static_cast<unsigned char>(c) <= ' ';
}
bool is_word(char c) {
  return is_ascii_letter(c) || is_digit(c) || static_cast<unsigned char>(c) >= 0x80;
}
bool is_punctuation(char c) {
  const auto u = static_cast<unsigned char>(c);
  return u > ' ' && u < 0x7F && !is_ascii_letter(c) && !is_digit(c);
}
char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
}

// Elements whose tags are marks of a text; "<String>" is none. Those that end a line of text stand in kLineTags.
constexpr std::array<std::string_view, 57> kTags = {
    "a",      "abbr",  "article", "aside",  "b",       "blockquote", "body", "br",     "caption", "center",
    "cite",   "code",  "dd",      "del",    "details", "div",        "dl",   "dt",     "em",      "figcaption",
    "figure", "font",  "footer",  "h1",     "h2",      "h3",         "h4",   "h5",     "h6",      "header",
    "hr",     "html",  "i",       "iframe", "img",     "ins",        "li",   "main",   "mark",    "nav",
    "ol",     "p",     "q",       "s",      "section", "small",      "span", "strong", "sub",     "summary",
    "sup",    "table", "td",      "th",     "tr",      "u",          "ul"};
constexpr std::array<std::string_view, 25> kLineTags = {
    "article", "aside", "blockquote", "br", "dd", "div", "dt", "figcaption", "figure", "footer", "h1", "h2", "h3",
    "h4",      "h5",    "h6",         "hr", "li", "ol",  "p",  "section",    "table",  "td",     "tr", "ul"};
// Speaker and style tags of subtitles.
constexpr std::array<std::string_view, 4> kCueTags = {"c", "lang", "ruby", "v"};

template <std::size_t size>
bool contains(const std::array<std::string_view, size>& sorted, std::string_view name) {
  return std::binary_search(sorted.begin(), sorted.end(), name);
}

const icu::Normalizer2& nfc() {
  static const icu::Normalizer2* instance = [] {
    UErrorCode status = U_ZERO_ERROR;
    return icu::Normalizer2::getNFCInstance(status);
  }();
  return *instance;
}

UChar32 decode_at(std::string_view raw, std::uint32_t position, std::uint32_t end, std::uint32_t& size) {
  std::int32_t read = 0;
  UChar32 c = 0;
  U8_NEXT(reinterpret_cast<const std::uint8_t*>(raw.data()) + position, read,
          static_cast<std::int32_t>(std::min<std::uint32_t>(end - position, 4)), c);
  size = static_cast<std::uint32_t>(read);
  return c;
}

constexpr std::array<std::string_view, 7> kLigatures = {"ff", "fi", "fl", "ffi", "ffl", "st", "st"};  // U+FB00..FB06

}  // namespace

bool is_time_stamp(std::string_view text) {
  std::size_t i = 0;
  std::size_t groups = 0;
  const auto digits = [&] {
    const std::size_t from = i;
    while (i < text.size() && is_digit(text[i])) ++i;
    return i - from;
  };
  for (;;) {
    const std::size_t count = digits();
    if (count == 0 || count > 3 || (groups > 0 && count != 2)) return false;
    ++groups;
    if (i == text.size() || text[i] != ':') break;
    ++i;
  }
  if (groups < 2 || groups > 3) return false;
  if (i < text.size() && (text[i] == '.' || text[i] == ',')) {
    ++i;
    const std::size_t fraction = digits();
    if (fraction == 0 || fraction > 3) return false;
  }
  return i == text.size();
}

bool is_stamp_range(std::string_view text) {
  const std::size_t space = text.find(' ');
  const std::size_t last = text.rfind(' ');
  if (space == std::string_view::npos || space == last) return false;
  const std::string_view between = text.substr(space + 1, last - space - 1);
  if (between != "-->" && between != "->" && between != "→" && between != "-" && between != "–") return false;
  const auto is_moment = [](std::string_view moment) {
    if (moment.ends_with('s')) moment.remove_suffix(1);
    const std::size_t point = moment.find('.');
    const bool is_seconds = point != std::string_view::npos && point > 0 && point + 1 < moment.size() &&
                            moment.rfind('.') == point &&
                            moment.find_first_not_of("0123456789.") == std::string_view::npos;
    return is_seconds || is_time_stamp(moment);
  };
  return is_moment(text.substr(0, space)) && is_moment(text.substr(last + 1));
}

Normalizer::Normalizer(std::string_view raw, const IngestData::Tables& tables, const PhraseMap<std::string>& references,
                       Document& document, Annotations& annotations)
    : raw_(raw), tables_(tables), references_(references), document_(document), annotations_(annotations) {}

void Normalizer::separate(std::string_view separator, std::uint32_t raw_begin, std::uint32_t raw_end) {
  const auto size = static_cast<std::uint32_t>(separator.size());
  const bool same = raw_.substr(raw_begin, raw_end - raw_begin) == separator;
  document_.map.append({static_cast<std::uint32_t>(document_.text.size()), raw_begin, size, raw_end - raw_begin, same});
  document_.text += separator;
}

Span Normalizer::append(std::uint32_t begin, std::uint32_t end, const NormalizeOptions& options) {
  begin_ = begin;
  end_ = end;
  needs_composition_check_ = false;
  edits_.clear();
  delimiters_.clear();
  brackets_.clear();
  pending_links_.clear();
  open_anchors_ = 0;
  no_backticks_until_ = 0;
  no_comment_ends_until_ = 0;

  std::uint32_t position = begin;
  for (const Span& hole : options.holes) {
    end_ = hole.begin;
    scan(position, options);
    edit(hole.begin, hole.end, "\n");
    position = hole.end;
  }
  end_ = end;
  scan(position, options);
  match_delimiters();
  const auto text_begin = static_cast<std::uint32_t>(document_.text.size());
  const std::size_t first_piece = document_.map.pieces().size();
  const std::size_t first_emphasis = annotations_.emphasis.size();
  const std::size_t first_skipped = annotations_.skipped.size();
  const std::size_t first_link = document_.links.size();
  apply();
  if (needs_composition_check_) compose(first_piece, text_begin, first_emphasis, first_skipped, first_link);

  Span span{text_begin, static_cast<std::uint32_t>(document_.text.size())};
  while (span.begin < span.end && is_blank(document_.text[span.begin])) ++span.begin;
  while (span.end > span.begin && is_blank(document_.text[span.end - 1])) --span.end;
  return span;
}

void Normalizer::edit(std::uint32_t begin, std::uint32_t end, std::string_view replacement) {
  Edit edit{begin, end, 0, kEdit, static_cast<std::uint8_t>(replacement.size()), {}};
  std::copy(replacement.begin(), replacement.end(), edit.replacement.begin());
  edits_.push_back(edit);
}

void Normalizer::note(std::uint32_t position, std::uint8_t what, std::uint32_t value) {
  edits_.push_back({position, position, value, what, 0, {}});
}

void Normalizer::scan(std::uint32_t position, const NormalizeOptions& options) {
  const std::array<bool, 256>& special =
      kSpecials[(options.has_marks ? 1u : 0u) + (options.is_quoted ? 2u : 0u) + (options.is_dialogue ? 4u : 0u)].of;
  while (position < end_) {
    position = special[static_cast<unsigned char>(raw_[position])] ? scan_special(position, options) : position + 1;
  }
}

std::uint32_t Normalizer::scan_special(std::uint32_t position, const NormalizeOptions& options) {
  const char c = raw_[position];
  const auto u = static_cast<unsigned char>(c);
  if (u >= 0x80) return scan_wide(position);
  if (c == '\n') {  // in a quotation: the mark that the next line begins with
    std::uint32_t p = position + 1;
    while (p < end_ && (raw_[p] == ' ' || raw_[p] == '\t' || raw_[p] == '>')) ++p;
    if (p > position + 1) edit(position + 1, p);
    return p;
  }
  if (u < 0x20 || u == 0x7F) {
    if (c == '\f' || c == '\v' || (c == '\r' && at(position + 1) != '\n')) {
      edit(position, position + 1, "\n");
    } else {
      edit(position, position + 1);
    }
    return position + 1;
  }
  switch (c) {
    case '(':
      return scan_stage(position);
    case '\\':
      if (at(position + 1) == '[' && options.is_dialogue) {
        if (const std::uint32_t end = scan_stage(position); end > position + 1) return end;
      }
      if (is_punctuation(at(position + 1))) {  // the mark belongs to its character: "\\$5" is quoted whole
        edit(position, position + 2, raw_.substr(position + 1, 1));
        return position + 2;
      }
      return position + 1;
    case '&':
      return scan_entity(position);
    case '<':
      return scan_tag(position);
    case '`':
      return scan_code(position);
    case '[':
      if (options.is_dialogue) {
        if (const std::uint32_t end = scan_stage(position); end > position + 1) return end;
      }
      brackets_.push_back(position);
      return position + 1;
    case ']':
      return scan_close_bracket(position);
    default:
      return scan_delimiter(position);
  }
}

std::uint32_t Normalizer::scan_wide(std::uint32_t position) {
  std::uint32_t size = 1;
  const UChar32 c = decode_at(raw_, position, end_, size);
  const std::uint32_t end = position + size;
  if (c == 0x2019) {
    // The apostrophe of a word; a closing quotation mark stays.
    if (is_word(before(position)) && (is_ascii_letter(at(end)) || static_cast<unsigned char>(at(end)) >= 0xC3)) {
      std::uint32_t next = 1;
      if (is_ascii_letter(at(end)) || u_isalpha(decode_at(raw_, end, end_, next)) != 0) edit(position, end, "'");
    }
  } else if (c == 0xA0) {
    if (!is_digit(before(position)) || !is_digit(at(end))) edit(position, end, " ");
  } else if (c == 0x2011 || c == 0x2010) {
    edit(position, end, "-");
  } else if (c == 0x3000) {
    edit(position, end, " ");
  } else if (c >= 0xFF01 && c <= 0xFF5E) {
    const char folded = static_cast<char>(c - 0xFF01 + 0x21);
    edit(position, end, std::string_view(&folded, 1));
  } else if (c >= 0xFB00 && c <= 0xFB06) {
    edit(position, end, kLigatures[static_cast<std::size_t>(c - 0xFB00)]);
  } else if (c == 0xAD || c == 0x200B || c == 0x2060 || c == 0xFEFF || c == 0x200E || c == 0x200F || c == 0x061C ||
             (c >= 0x202A && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069) || (c >= 0x80 && c < 0xA0 && c != 0x85)) {
    edit(position, end);
  } else if (c == 0x200C || c == 0x200D) {
    // Joiners mean something in Indic and Arabic scripts and between pictograms, nothing after other letters.
    if (static_cast<unsigned char>(before(position)) < 0x80 || c == 0x200C) {
      if (static_cast<unsigned char>(before(position)) < 0x80) edit(position, end);
    }
  } else if (c == 0x85 || c == 0x2028 || c == 0x2029) {
    edit(position, end, "\n");
  } else if (c >= 0x300) {
    const bool is_inert = (c >= 0x2010 && c <= 0x2125) || (c >= 0x2190 && c <= 0x2ADB) ||
                          (c >= 0x3001 && c <= 0x3029) || (c >= 0x4E00 && c <= 0x9FFF) || (c >= 0x410 && c <= 0x44F) ||
                          (c >= 0x1F300 && c <= 0x1FAFF);
    if (!is_inert) needs_composition_check_ = true;
  }
  return end;
}

std::uint32_t Normalizer::scan_entity(std::uint32_t position) {
  const std::uint32_t limit = std::min(end_, position + 12);
  std::uint32_t end = position + 1;
  while (end < limit &&
         (is_ascii_letter(raw_[end]) || is_digit(raw_[end]) || (raw_[end] == '#' && end == position + 1)))
    ++end;
  if (end >= limit || raw_[end] != ';') return position + 1;
  const std::string_view name = raw_.substr(position + 1, end - position - 1);
  UChar32 code = -1;
  if (name.size() > 1 && name[0] == '#') {
    const bool is_hex = name[1] == 'x' || name[1] == 'X';
    const char* from = name.data() + (is_hex ? 2 : 1);
    std::int32_t value = 0;
    const auto [stop, error] = std::from_chars(from, name.data() + name.size(), value, is_hex ? 16 : 10);
    if (error != std::errc() || stop != name.data() + name.size()) return position + 1;
    code = value;
  } else if (const auto found = tables_.entities.find(name); found != tables_.entities.end()) {
    std::uint32_t size = 0;
    code = decode_at(found->second, 0, static_cast<std::uint32_t>(found->second.size()), size);
  } else {
    return position + 1;
  }
  if (code == 0xAD || code == 0x200B || code == 0xFEFF || code == 0x200C || code == 0x200D || code == 0x200E ||
      code == 0x200F) {
    edit(position, end + 1);
    return end + 1;
  }
  if (code == 0xA0) code = ' ';
  if (code == 0x2019 && is_word(before(position)) && is_word(at(end + 1))) code = '\'';
  if (code < ' ' && code != '\n' && code != '\t') code = 0xFFFD;
  if (code > 0x10FFFF || (code >= 0xD800 && code <= 0xDFFF) || (code >= 0x7F && code < 0xA0)) code = 0xFFFD;
  std::array<char, 4> bytes{};
  std::int32_t size = 0;
  U8_APPEND_UNSAFE(bytes.data(), size, code);
  edit(position, end + 1, std::string_view(bytes.data(), static_cast<std::size_t>(size)));
  if (code >= 0x300) needs_composition_check_ = true;
  return end + 1;
}

std::uint32_t Normalizer::scan_tag(std::uint32_t position) {
  const std::uint32_t limit = std::min(end_, position + kMaxTag);
  if (raw_.substr(position, 4) == "<!--") {
    if (position < no_comment_ends_until_) return position + 4;
    const std::size_t close = raw_.substr(0, limit).find("-->", position + 4);
    if (close == std::string_view::npos) {
      no_comment_ends_until_ = limit;
      return position + 4;
    }
    edit(position, static_cast<std::uint32_t>(close) + 3);
    return static_cast<std::uint32_t>(close) + 3;
  }
  std::uint32_t p = position + 1;
  const bool closing = at(p) == '/';
  if (closing) ++p;
  if (!is_ascii_letter(at(p))) return position + 1;
  std::array<char, 12> name{};
  std::size_t size = 0;
  while (p < limit && (is_ascii_letter(raw_[p]) || is_digit(raw_[p]))) {
    if (size == name.size()) return position + 1;
    name[size++] = lower(raw_[p++]);
  }
  const std::string_view tag(name.data(), size);
  if (at(p) == ':' && !closing) {  // <https://a.org>, <mailto:…>
    std::uint32_t end = p;
    while (end < limit && !is_blank(raw_[end]) && raw_[end] != '<' && raw_[end] != '>') ++end;
    if (at(end) != '>' || end == p + 1) return position + 1;
    const auto link = static_cast<std::uint32_t>(pending_links_.size());
    pending_links_.push_back({std::string(raw_.substr(position + 1, end - position - 1)), position + 1, end});
    edit(position, position + 1);
    note(position + 1, kLinkOn, link);
    note(end, kLinkOff, link);
    edit(end, end + 1);
    return end + 1;
  }
  if (!contains(kTags, tag) && !contains(kCueTags, tag)) return position + 1;
  if (at(p) != '>' && at(p) != '/' && at(p) != '.' && !is_blank(at(p))) return position + 1;
  std::uint32_t end = p;
  char quote = 0;
  for (; end < limit; ++end) {
    const char c = raw_[end];
    if (quote != 0) {
      if (c == quote) quote = 0;
    } else if (c == '"' || c == '\'') {
      quote = c;
    } else if (c == '>') {
      break;
    } else if (c == '<') {
      return position + 1;
    }
  }
  if (end >= limit) return position + 1;
  const std::uint32_t after = end + 1;
  if (tag == "a") {
    if (closing) {
      if (open_anchors_ > 0) {
        --open_anchors_;
        note(position, kLinkOff, 0);
      }
    } else if (const std::size_t href = raw_.substr(0, end).find("href=", p); href != std::string_view::npos) {
      auto from = static_cast<std::uint32_t>(href) + 5;
      std::uint32_t to = from;
      if (at(from) == '"' || at(from) == '\'') {
        ++from;
        to = from;
        while (to < end && raw_[to] != raw_[from - 1]) ++to;
      } else {
        while (to < end && !is_blank(raw_[to])) ++to;
      }
      note(position, kLinkOn, static_cast<std::uint32_t>(pending_links_.size()));
      pending_links_.push_back({std::string(raw_.substr(from, to - from)), from, to});
      ++open_anchors_;
    }
  }
  edit(position, after, contains(kLineTags, tag) ? "\n" : "");
  return after;
}

std::uint32_t Normalizer::scan_code(std::uint32_t position) {
  std::uint32_t size = 0;
  while (at(position + size) == '`') ++size;
  const std::uint32_t from = position + size;
  if (from <= no_backticks_until_) return from;
  const std::uint32_t limit = std::min(end_, from + kMaxCodeSpan);
  for (std::uint32_t p = from; p < limit;) {
    if (raw_[p] != '`') {
      ++p;
      continue;
    }
    std::uint32_t run = 0;
    while (at(p + run) == '`') ++run;
    if (run == size) {
      if (size == 1 && at(p + 1) == '_') {
        if (const std::uint32_t after = rst_link(position, p); after > 0) return after;
      }
      edit(position, from);
      for (std::uint32_t q = from; q < p;) {  // what stands between is literal, but for odd characters
        q = kSpecials[0].of[static_cast<unsigned char>(raw_[q])] ? scan_special(q, {}) : q + 1;
      }
      edit(p, p + run);
      return p + run;
    }
    p += run;
  }
  no_backticks_until_ = limit;
  return from;
}

// "`Ada Lovell <https://lovell.example>`_", a link of reStructuredText from one backtick to the other: the place behind
// it; 0: none.
std::uint32_t Normalizer::rst_link(std::uint32_t open, std::uint32_t close) {
  if (raw_[close - 1] != '>') return 0;
  const std::size_t inside = raw_.substr(open, close - open).rfind('<');
  if (inside == std::string_view::npos || inside <= 1 || !is_blank(raw_[open + inside - 1])) return 0;
  const std::size_t pointed = open + inside;
  auto words = static_cast<std::uint32_t>(pointed);
  while (words > open + 1 && is_blank(raw_[words - 1])) --words;
  std::uint32_t after = close + 1;
  while (at(after) == '_') ++after;
  const auto link = static_cast<std::uint32_t>(pending_links_.size());
  const auto target = static_cast<std::uint32_t>(pointed) + 1;
  edit(open, open + 1);
  note(open + 1, kLinkOn, link);
  note(words, kLinkOff, link);
  edit(words, after);
  pending_links_.push_back({std::string(raw_.substr(target, close - 1 - target)), target, close - 1});
  return after;
}

std::uint32_t Normalizer::scan_delimiter(std::uint32_t position) {
  const char mark = raw_[position];
  std::uint32_t size = 0;
  while (at(position + size) == mark) ++size;
  const std::uint32_t after = position + size;
  const char left = before(position);
  const char right = at(after);
  const bool space_left = is_blank(left);
  const bool space_right = is_blank(right);
  if (size > 3 || (space_left && space_right) || (mark == '~' && size != 2)) return after;
  bool opens = !space_right;
  bool closes = !space_left;
  if (mark == '_' || size == 1) {  // not inside a word: snake_case, 5*3
    opens = opens && !is_word(left);
    closes = closes && !is_word(right);
  }
  if (opens || closes) delimiters_.push_back({position, size, mark, opens, closes});
  return after;
}

// Pairs marks of one kind and length; a lone double asterisk beside a word is deleted as well.
void Normalizer::match_delimiters() {
  if (!delimiters_.empty()) {
    std::array<std::vector<std::size_t>, 9> open;  // by mark and size
    std::vector<bool> used(delimiters_.size(), false);
    for (std::size_t i = 0; i < delimiters_.size(); ++i) {
      const Delimiter& d = delimiters_[i];
      const std::size_t kind = (d.mark == '*' ? 0u : d.mark == '_' ? 3u : 6u) + d.size - 1;
      if (d.closes && !open[kind].empty()) {
        const std::size_t opener = open[kind].back();
        open[kind].pop_back();
        used[i] = used[opener] = true;
        note(delimiters_[opener].begin, kEmphasisOn);
        note(d.begin, kEmphasisOff);
      } else if (d.opens) {
        open[kind].push_back(i);
      }
    }
    for (std::size_t i = 0; i < delimiters_.size(); ++i) {
      const Delimiter& d = delimiters_[i];
      const bool is_stray =
          d.mark == '*' && d.size >= 2 && !(is_digit(before(d.begin)) && is_digit(at(d.begin + d.size)));
      if (used[i] || is_stray) edit(d.begin, d.begin + d.size);
    }
  }
  // Edits at one place: notes first, so that a stretch begins before and ends before what is deleted.
  const auto earlier = [](const Edit& a, const Edit& b) {
    return a.begin != b.begin ? a.begin < b.begin : (a.note != kEdit && b.note == kEdit);
  };
  if (!std::is_sorted(edits_.begin(), edits_.end(), earlier)) std::stable_sort(edits_.begin(), edits_.end(), earlier);
}

// "[Harborworks][harborworks]" of a page whose end, where the target stood, was cut off; not "a[1][2]".
bool Normalizer::is_link_to_nowhere(std::uint32_t open, std::uint32_t close, std::uint32_t after) const {
  const auto is_letter = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || static_cast<unsigned char>(c) >= 0x80U;
  };
  if (after <= close + 3 || (open > begin_ && (is_letter(raw_[open - 1]) || is_digit(raw_[open - 1])))) return false;
  return is_letter(at(open + 1)) && is_letter(at(close + 2));
}

// Where the text goes on behind a link's attributes: "[text](target){:target=\"_blank\"}", "[text](target){.button}".
std::uint32_t Normalizer::behind_attributes(std::uint32_t position) const {
  if (at(position) != '{' || (at(position + 1) != ':' && at(position + 1) != '.' && at(position + 1) != '#')) {
    return position;
  }
  const std::uint32_t limit = std::min(end_, position + kMaxAttributes);
  std::uint32_t p = position + 1;
  while (p < limit && raw_[p] != '}' && raw_[p] != '{' && raw_[p] != '\n') ++p;
  return p < limit && raw_[p] == '}' ? p + 1 : position;
}

// "[text](target)", "[text][name]", "[name]" of a known reference, "[^1]".
std::uint32_t Normalizer::scan_close_bracket(std::uint32_t position) {
  if (raw_[position] != ']' || brackets_.empty()) return position + 1;
  const std::uint32_t open = brackets_.back();
  brackets_.pop_back();
  const std::string_view text = raw_.substr(open + 1, position - open - 1);
  if (text.size() > 1 && text.size() < 40 && text[0] == '^' && text.find(' ') == std::string_view::npos) {
    edit(open, position + 1);  // a footnote mark
    return position + 1;
  }
  std::uint32_t target_begin = 0;
  std::uint32_t target_end = 0;
  std::uint32_t after = 0;
  std::string target;
  if (at(position + 1) == '(') {
    std::uint32_t p = position + 2;
    while (p < end_ && is_blank(raw_[p])) ++p;
    const bool pointed = at(p) == '<';
    if (pointed) ++p;
    target_begin = p;
    int depth = 0;
    for (; p < end_; ++p) {
      const char c = raw_[p];
      if (c == '\\' && is_punctuation(at(p + 1))) {
        ++p;
        continue;
      }
      if (is_blank(c) || (pointed && c == '>')) break;
      if (c == '(' && ++depth > 4) return position + 1;
      if (c == ')' && --depth < 0) break;
    }
    target_end = std::min(p, end_);
    if (pointed && at(p) == '>') ++p;
    while (p < end_ && is_blank(raw_[p])) ++p;
    if (at(p) == '"' || at(p) == '\'') {  // a title
      const char quote = raw_[p];
      const std::uint32_t limit = std::min(end_, p + 512);
      for (++p; p < limit && raw_[p] != quote; ++p) {
      }
      ++p;
      while (p < end_ && is_blank(raw_[p])) ++p;
    }
    if (at(p) != ')') return position + 1;
    after = behind_attributes(p + 1);
    target = std::string(raw_.substr(target_begin, target_end - target_begin));
    std::erase(target, '\\');
  } else {
    std::string_view name = text;
    after = position + 1;
    if (at(position + 1) == '[') {
      std::uint32_t p = position + 2;
      const std::uint32_t limit = std::min(end_, p + 200);
      while (p < limit && raw_[p] != ']' && raw_[p] != '[') ++p;
      if (at(p) == ']') {
        if (p > position + 2) name = raw_.substr(position + 2, p - position - 2);
        after = p + 1;
      }
    }
    if (name.size() > 200) return position + 1;
    const auto found = references_.empty() ? references_.end() : references_.find(fold_phrase(name));
    if (found == references_.end()) {
      if (!is_link_to_nowhere(open, position, after)) return position + 1;
      edit(open > begin_ && raw_[open - 1] == '!' ? open - 1 : open, open + 1);
      edit(position, after);
      return after;
    }
    target = found->second;
    target_begin = position + 1;
    target_end = after;
  }
  const auto link = static_cast<std::uint32_t>(pending_links_.size());
  edit(open > begin_ && raw_[open - 1] == '!' ? open - 1 : open, open + 1);  // the words for an image stay
  note(open + 1, kLinkOn, link);
  note(position, kLinkOff, link);
  edit(position, after);
  pending_links_.push_back({std::move(target), target_begin, target_end});
  return after;
}

// "[04:10]", "\[laughs\]", "(00:04:10)", "(laughter)", "[unintelligible 00:02:49]": skipped, with their brackets.
std::uint32_t Normalizer::scan_stage(std::uint32_t position) {
  std::uint32_t p = position;
  if (raw_[p] == '\\') ++p;
  const char close = raw_[p] == '(' ? ')' : ']';
  const std::uint32_t from = ++p;
  const std::uint32_t limit = std::min(end_, from + kMaxStage);
  while (p < limit && raw_[p] != close && raw_[p] != '[' && raw_[p] != '\n') ++p;
  if (at(p) != close || p >= limit) return position + 1;
  std::uint32_t to = p;
  if (to > from && raw_[to - 1] == '\\') --to;
  const std::uint32_t after = p + 1;
  if (at(after) == '(' || at(after) == '[') return position + 1;  // a link
  std::string_view words = raw_.substr(from, to - from);
  if (const std::size_t space = words.rfind(' ');
      space != std::string_view::npos && is_time_stamp(words.substr(space + 1))) {
    words = words.substr(0, space);
  }
  // "[0.00 --> 15.02]"; within a text "(0.85 – 1.10)" is what somebody measured.
  const std::string_view whole = raw_.substr(from, to - from);
  const bool has_arrow = whole.find("->") != std::string_view::npos || whole.find("→") != std::string_view::npos;
  const bool is_stamp = is_time_stamp(words) || (has_arrow && is_stamp_range(whole));
  if (!is_stamp && tables_.stage_directions.find(fold_phrase(words)) == tables_.stage_directions.end()) {
    return position + 1;
  }
  note(position, kSkipOn);
  if (raw_[position] == '\\') edit(position, position + 1);
  if (to < p) edit(to, p);
  note(after, kSkipOff);
  return after;
}

void Normalizer::apply() {
  std::string& text = document_.text;
  OffsetMap& map = document_.map;
  std::uint32_t position = begin_;
  std::uint32_t emphasis_begin = kNone;
  std::uint32_t emphasis_depth = 0;
  std::uint32_t skip_begin = kNone;
  std::vector<std::pair<std::uint32_t, std::uint32_t>> links;  // open: index, where the text begins
  const auto here = [&] { return static_cast<std::uint32_t>(text.size()); };
  const auto copy = [&](std::uint32_t end) {
    if (end <= position) return;
    map.append({here(), position, end - position, end - position, true});
    text.append(raw_.substr(position, end - position));
    position = end;
  };
  for (const Edit& edit : edits_) {
    if (edit.begin < position && edit.note == kEdit) continue;  // inside something already deleted
    copy(edit.begin);
    switch (edit.note) {
      case kEdit:
        if (edit.size > 0) {
          map.append({here(), edit.begin, edit.size, edit.end - edit.begin, false});
          text.append(edit.replacement.data(), edit.size);
        }
        position = std::max(position, edit.end);
        break;
      case kEmphasisOn:
        if (emphasis_depth++ == 0) emphasis_begin = here();
        break;
      case kEmphasisOff:
        if (emphasis_depth > 0 && --emphasis_depth == 0 && here() > emphasis_begin) {
          annotations_.emphasis.push_back({emphasis_begin, here()});
        }
        break;
      case kLinkOn:
        links.emplace_back(edit.value, here());
        break;
      case kLinkOff:
        if (!links.empty()) {
          const auto [index, from] = links.back();
          links.pop_back();
          PendingLink& link = pending_links_[index];
          document_.links.push_back({{from, here()}, std::move(link.target), {link.target_begin, link.target_end}});
        }
        break;
      case kSkipOn:
        skip_begin = here();
        break;
      default:
        if (skip_begin != kNone && here() > skip_begin) annotations_.skipped.push_back({skip_begin, here()});
        skip_begin = kNone;
        break;
    }
  }
  copy(end_);
  // Links may nest (an image in a link); text order is by where they begin.
}

// Brings the block's text into NFC, and its pieces, links and annotations with it.
void Normalizer::compose(std::size_t first_piece, std::uint32_t text_begin, std::size_t first_emphasis,
                         std::size_t first_skipped, std::size_t first_link) {
  const std::string block = document_.text.substr(text_begin);
  UErrorCode status = U_ZERO_ERROR;
  if (nfc().isNormalizedUTF8(icu::StringPiece(block.data(), static_cast<std::int32_t>(block.size())), status) != 0)
    return;
  status = U_ZERO_ERROR;
  std::string composed;
  icu::StringByteSink<std::string> sink(&composed);
  icu::Edits edits;
  nfc().normalizeUTF8(0, icu::StringPiece(block.data(), static_cast<std::int32_t>(block.size())), sink, &edits, status);
  if (U_FAILURE(status) != 0) return;

  OffsetMap later;  // composed block -> block
  icu::Edits::Iterator change = edits.getFineIterator();
  while (change.next(status) != 0) {
    const auto to = static_cast<std::uint32_t>(change.destinationIndex());
    const auto from = static_cast<std::uint32_t>(change.sourceIndex());
    const auto to_size = static_cast<std::uint32_t>(change.newLength());
    const auto from_size = static_cast<std::uint32_t>(change.oldLength());
    later.append({to, from, to_size, from_size, change.hasChange() == 0});
  }
  // The block's own pieces, counted from its begin. The last piece before it may have been prolonged into it.
  OffsetMap own;
  const std::vector<OffsetMap::Piece>& pieces = document_.map.pieces();
  for (std::size_t i = first_piece > 0 ? first_piece - 1 : 0; i < pieces.size(); ++i) {
    OffsetMap::Piece piece = pieces[i];
    if (piece.text_begin + piece.text_size <= text_begin) continue;
    if (piece.text_begin < text_begin) {
      const std::uint32_t before = text_begin - piece.text_begin;
      piece = {text_begin, piece.source_begin + before, piece.text_size - before, piece.source_size - before, true};
    }
    piece.text_begin -= text_begin;
    own.append(piece);
  }
  document_.map.truncate(text_begin);
  const OffsetMap both = own.then(later);
  for (OffsetMap::Piece piece : both.pieces()) {
    piece.text_begin += text_begin;
    document_.map.append(piece);
  }
  document_.text.resize(text_begin);
  document_.text += composed;
  const auto move = [&](Span& span) {
    const Span moved = later.to_text({span.begin - text_begin, span.end - text_begin});
    span = {moved.begin + text_begin, moved.end + text_begin};
  };
  for (std::size_t i = first_emphasis; i < annotations_.emphasis.size(); ++i) move(annotations_.emphasis[i]);
  for (std::size_t i = first_skipped; i < annotations_.skipped.size(); ++i) move(annotations_.skipped[i]);
  for (std::size_t i = first_link; i < document_.links.size(); ++i) move(document_.links[i].text);
}

}  // namespace dossier
