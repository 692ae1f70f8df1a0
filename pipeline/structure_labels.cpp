// structure_labels.cpp - lines, and the speaker labels that they open with. What a label looks like is decided line by
// line; which of them are speakers is decided for the document as a whole: names that come back are, a single "Note:"
// is not.
#include <unicode/uchar.h>
#include <unicode/utf8.h>

#include <algorithm>
#include <unordered_set>

#include "grammars/ascii.h"
#include "pipeline/normalize.h"
#include "pipeline/structure.h"

namespace dossier {
namespace {

constexpr std::uint32_t kMaxLabel = 60;  // bytes of a name
constexpr std::size_t kMaxWords = 6;
constexpr std::uint32_t kMaxStamp = 32;  // bytes of "00:00:01.200 --> 00:00:05.440", and more

bool is_blank(char c) {
  return c == ' ' || c == '\t' || c == '\r' || c == '\v' || c == '\0';
}

// Is the first character of `word` one that names begin with?
bool opens_name(std::string_view word) {
  const char c = word.front();
  if (static_cast<unsigned char>(c) < 0x80) return is_upper(c) || is_digit(c);
  std::int32_t read = 0;
  UChar32 code = 0;
  U8_NEXT(reinterpret_cast<const std::uint8_t*>(word.data()), read, static_cast<std::int32_t>(word.size()), code);
  return code > 0 && u_isalpha(code) != 0 && u_islower(code) == 0;
}

// "Ada Lovell", "Dr. Ada M. Lovell-Hart", "Jan van der Berg", "AL", "Speaker 2", "SPEAKER_02", "Q", "Ada (Acme)"; not
// "Here is why".
bool is_name_like(std::string_view text) {
  if (text.empty() || text.size() > kMaxLabel || is_digit(text.front()) || !opens_name(text)) return false;
  std::size_t words = 0;
  std::size_t small_words = 0;
  while (!text.empty()) {
    const std::size_t space = text.find(' ');
    std::string_view word = text.substr(0, space);
    text = space == std::string_view::npos ? std::string_view() : text.substr(space + 1);
    if (word.empty()) continue;
    if (++words > kMaxWords) return false;
    if (word.front() == '(' || word.front() == '&') word.remove_prefix(1);
    while (!word.empty() && (word.back() == ')' || word.back() == ',')) word.remove_suffix(1);
    if (word.empty()) continue;
    for (const char c : word) {
      const auto u = static_cast<unsigned char>(c);
      if (u < 0x80 && !is_upper(c) && !is_lower(c) && !is_digit(c) &&
          std::string_view(".'-&_").find(c) == std::string_view::npos) {
        return false;
      }
    }
    if (word.size() > 1 && word.back() == '.' && word.size() > 6) return false;  // "sentence."
    if (opens_name(word)) continue;
    // Particles: "van", "de", "of", "and"; a longer small word is none, but for hyphens: "Sir Mix-a-Lot".
    if (!is_lower(word.front()) || word.size() > 3 || ++small_words > 2) return false;
  }
  return true;
}

// "00:02:33 Yeah.": what stands behind a stamp and ends like a sentence is no name, "Ada Lovell Jr." is one.
bool is_said(std::string_view text) {
  constexpr std::size_t kLongestTitle = 4;  // "Esq."
  const std::size_t space = text.rfind(' ');
  const std::string_view last = space == std::string_view::npos ? text : text.substr(space + 1);
  const bool is_abbreviation =
      last.find('.') + 1 < last.size() || (space != std::string_view::npos && last.size() <= kLongestTitle);
  return last.ends_with(',') || (last.ends_with('.') && !is_abbreviation);
}

// "Ada Lovell  0:02", in a line of its own: does the name end at `p`, and is the rest of the line its stamp?
bool ends_in_stamp(std::string_view raw, std::uint32_t begin, std::uint32_t p, std::uint32_t end) {
  return p > begin && is_digit(raw[p]) && is_blank(raw[p - 1]) && skip_stamp(raw, p, end) == end;
}

// Does the line end in a stamp that stands alone?
bool is_stamped_line(const Lines& lines, std::size_t i) {
  const std::string_view line = lines.text(i);
  const std::size_t space = line.find_last_of(" \t");
  return is_time_stamp(space == std::string_view::npos ? line : line.substr(space + 1));
}

}  // namespace

std::uint32_t skip_stamp(std::string_view raw, std::uint32_t position, std::uint32_t end) {
  std::uint32_t p = position;
  if (p < end && raw[p] == '\\') ++p;
  const char open = p < end ? raw[p] : ' ';
  const bool bracketed = open == '[' || open == '(';
  if (bracketed) ++p;
  const std::uint32_t from = p;
  const std::string_view marks = bracketed ? "0123456789:.,s ->→–" : "0123456789:.,";
  while (p < end && p < from + kMaxStamp && marks.find(raw[p]) != std::string_view::npos) ++p;
  const std::string_view stamp = raw.substr(from, p - from);
  if (!is_time_stamp(stamp) && !(bracketed && is_stamp_range(stamp))) return position;
  if (bracketed) {
    if (p < end && raw[p] == '\\') ++p;
    if (p >= end || raw[p] != (open == '[' ? ']' : ')')) return position;
    ++p;
  }
  while (p < end && (is_blank(raw[p]) || raw[p] == '-' || raw[p] == '|')) ++p;
  return p;
}

Lines split_lines(std::string_view raw, std::uint32_t max_lines) {
  Lines result;
  result.raw = raw;
  const auto size = static_cast<std::uint32_t>(raw.size());
  std::uint16_t blanks = 0;
  bool form_feed = false;
  // A line ends at \n, \r\n, a lone \r or a form feed; most documents have but the first.
  const bool has_only_newlines = raw.find('\r') == std::string_view::npos && raw.find('\f') == std::string_view::npos;
  std::uint32_t newline = 0;  // the first \n not before `position`, and so on
  std::uint32_t carriage_return = 0;
  std::uint32_t form_feed_place = 0;
  std::uint32_t position = 0;
  while (position < size) {
    const auto seek = [&](std::uint32_t& place, char c) {
      if (place < position || position == 0)
        place = static_cast<std::uint32_t>(std::min<std::size_t>(raw.find(c, position), size));
    };
    seek(newline, '\n');
    std::uint32_t end = newline;
    if (!has_only_newlines) {
      seek(carriage_return, '\r');
      seek(form_feed_place, '\f');
      end = std::min({newline, carriage_return, form_feed_place});
    }
    const bool ends_in_feed = end < size && raw[end] == '\f';
    const bool is_pair = end + 1 < size && raw[end] == '\r' && raw[end + 1] == '\n';
    const std::uint32_t next = end + (is_pair ? 2 : 1);
    std::uint32_t begin = position;
    std::uint32_t indent = 0;
    while (begin < end) {
      if (is_blank(raw[begin])) {
        indent += raw[begin] == '\t' ? 4 : 1;
        ++begin;
      } else if (raw.compare(begin, 2, "\u00A0") == 0) {
        ++indent;
        begin += 2;
      } else {
        break;
      }
    }
    while (end > begin) {
      if (is_blank(raw[end - 1])) {
        --end;
      } else if (end >= begin + 2 && raw.compare(end - 2, 2, "\u00A0") == 0) {
        end -= 2;
      } else {
        break;
      }
    }
    if (begin == end) {
      if (blanks < 0xFFFF) ++blanks;
    } else {
      if (result.lines.size() == max_lines) {
        result.rest = begin;
        return result;
      }
      result.lines.push_back({begin, end, indent, blanks, form_feed});
      blanks = 0;
      form_feed = false;
    }
    if (ends_in_feed) {
      form_feed = true;
      ++result.form_feeds;
    }
    position = next;
  }
  return result;
}

bool parse_label(const Lines& lines, std::size_t i, Label& label) {
  const std::string_view raw = lines.raw;
  const std::uint32_t line_end = lines[i].end;
  std::uint32_t p = skip_stamp(raw, lines[i].begin, line_end);
  const bool leading_stamp = p != lines[i].begin;
  if (raw.substr(p, 2) == ">>") {  // captions: ">> ADA LOVELL: text"
    while (p < line_end && (raw[p] == '>' || is_blank(raw[p]))) ++p;
  }
  std::uint32_t marks = 0;
  while (p < line_end && marks < 3 && (raw[p] == '*' || raw[p] == '_')) ++p, ++marks;
  if (p >= line_end) return false;
  label.begin = p;
  const std::uint32_t reach = std::min(line_end, p + kMaxLabel + 24);
  std::uint32_t colon = kNone;
  while (p < reach) {
    const char c = raw[p];
    if (c == ':') {
      colon = p;
      break;
    }
    const bool is_in_word = c == '_' && p > label.begin && p + 1 < reach && is_digit(raw[p + 1]);  // "SPEAKER_02"
    if (c == '*' || (c == '_' && !is_in_word) || c == '[' || c == '(' || c == '\\') break;
    if (marks == 0 && !leading_stamp && ends_in_stamp(raw, label.begin, p, line_end)) {
      // Of a list of chapters each line is so: what is said stands below.
      if (i + 1 >= lines.size() || is_stamped_line(lines, i + 1)) return false;
      label.text = line_end;
      label.style = LabelStyle::kInline;
      label.end = p;
      while (label.end > label.begin && is_blank(raw[label.end - 1])) --label.end;
      return is_name_like(raw.substr(label.begin, label.end - label.begin));
    }
    if (c == '?' || c == '!' || c == ';' || c == '"' || c == '<' || c == '=' || c == '/' || c == '|') return false;
    ++p;
  }
  if (colon == kNone && p < reach && raw[p] == '(') {  // "Ada Lovell (Acme): text" or a stamp
    const std::uint32_t after = skip_stamp(raw, p, line_end);
    if (after == p) {
      while (p < reach && raw[p] != ')' && raw[p] != '\n') ++p;
      if (p >= reach || raw[p] != ')') return false;
      ++p;
      if (p < line_end && raw[p] == ':') colon = p;
    }
  }
  label.end = p;
  while (label.end > label.begin && is_blank(raw[label.end - 1])) --label.end;
  if (!is_name_like(raw.substr(label.begin, label.end - label.begin))) return false;
  // What follows the name: closing marks, a stamp, a colon, in any order that is written.
  bool has_colon = false;
  bool has_stamp = leading_stamp;
  std::uint32_t closing = 0;
  while (p < line_end) {
    const char c = raw[p];
    if (c == ':' && !has_colon) {
      has_colon = true;
      ++p;
    } else if ((c == '*' || c == '_') && closing < marks) {
      ++closing;
      ++p;
    } else if (is_blank(c) && !has_colon) {
      ++p;
    } else if (const std::uint32_t after = skip_stamp(raw, p, line_end); after != p && !has_stamp) {
      has_stamp = true;
      p = after;
    } else if (is_blank(c) && !has_stamp) {  // "Ada Lovell: 00:04:10", nothing else in the line
      while (p < line_end && is_blank(raw[p])) ++p;
      has_stamp = p < line_end && raw[p] >= '0' && raw[p] <= '9' && skip_stamp(raw, p, line_end) == line_end;
      if (has_stamp) p = line_end;
      break;
    } else {
      break;
    }
  }
  if (!has_colon && !(has_stamp && (p >= line_end || leading_stamp) && p >= line_end)) return false;
  if (!has_colon && leading_stamp) {
    // Where each line has a stamp, what stands behind it is said; so is what ends like a sentence.
    const bool is_line_of_many = i + 1 < lines.size() && lines[i + 1].blanks == 0 &&
                                 skip_stamp(raw, lines[i + 1].begin, lines[i + 1].end) > lines[i + 1].begin;
    if (is_line_of_many || is_said(raw.substr(label.begin, label.end - label.begin))) return false;
  }
  // A colon must be followed by white space or the end: "Note:this" and "http://" are no labels.
  if (has_colon && p < line_end && !is_blank(raw[p]) && !is_blank(raw[p - 1]) && closing == 0) return false;
  while (p < line_end && is_blank(raw[p])) ++p;
  label.text = p;
  if (!has_colon) {
    label.style = LabelStyle::kStamped;
  } else if (marks >= 1) {
    label.style = LabelStyle::kBold;
  } else {
    label.style = has_stamp ? LabelStyle::kStamped : p >= line_end ? LabelStyle::kOwnLine : LabelStyle::kInline;
  }
  return true;
}

namespace {

// Does a line look like a title rather than like the words of a speaker: it stops without an end of a sentence where
// the paragraph ends, or metadata follows at once?
bool is_title_line(const Lines& lines, std::size_t i, const IngestData::Tables& tables) {
  const bool ends_block = i + 1 >= lines.size() || lines[i + 1].blanks > 0;
  const std::string_view text = lines.text(i);
  const bool ends_sentence = std::string_view(".?!:;\")*_]").find(text.back()) != std::string_view::npos ||
                             text.ends_with("…") || text.ends_with("”") || text.ends_with("’") || text.ends_with("»");
  if (ends_block && !ends_sentence) return true;
  Label next;
  for (std::size_t k = i + 1; k < std::min(lines.size(), i + 3); ++k) {
    if (!parse_label(lines, k, next)) continue;
    return tables.labels.find(fold_phrase(lines.raw.substr(next.begin, next.end - next.begin))) != tables.labels.end();
  }
  return false;
}

// "**Researchers:**" over a list, "Old Board Members Who Were Present:": what stands so but once is no name.
bool is_caption(const Lines& lines, std::size_t i, const Label& label, const IngestData::Tables& tables) {
  constexpr std::ptrdiff_t kMostBlanks = 4;  // of a name
  const std::string_view name = lines.raw.substr(label.begin, label.end - label.begin);
  if (std::count(name.begin(), name.end(), ' ') > kMostBlanks) return true;
  bool is_ordered = false;
  return label.text >= lines[i].end && i + 1 < lines.size() && list_marker(lines.text(i + 1), is_ordered, tables) > 0;
}

// "OCCELLI", "DE MARIA": written in capitals from end to end.
bool is_capital_label(std::string_view name) {
  return name.size() >= 3 && std::none_of(name.begin(), name.end(), is_lower) &&
         std::count_if(name.begin(), name.end(), is_upper) >= 3;
}

// Words that stand in what is said with a capital, within a sentence: "and then Ada left". Found in one pass, and only
// if somebody asks.
class SpokenNames {
 public:
  explicit SpokenNames(std::string_view raw) : raw_(raw) {}

  bool has(std::string_view word) {
    if (!is_read_) read();
    return words_.find(word) != words_.end();
  }

 private:
  static bool is_in_word(char c) { return is_lower(c) || is_upper(c) || static_cast<unsigned char>(c) >= 0x80; }

  void read() {
    is_read_ = true;
    for (std::size_t at = raw_.find(' ', 1); at != std::string_view::npos; at = raw_.find(' ', at + 1)) {
      const char before = raw_[at - 1];
      if (!is_in_word(before) || is_upper(before)) continue;
      const std::size_t begin = at + 1;
      if (begin >= raw_.size() || !is_in_word(raw_[begin]) || is_lower(raw_[begin])) continue;
      // "Jean" and "Jean-Luc" of "and then Jean-Luc's brother left".
      for (std::size_t end = begin + 1; end < raw_.size(); ++end) {
        if (is_in_word(raw_[end])) continue;
        if (raw_[end] != ':') words_.insert(raw_.substr(begin, end - begin));
        if (raw_[end] != '-' && raw_[end] != '\'') break;
      }
    }
  }

  std::string_view raw_;
  std::unordered_set<std::string_view> words_;
  bool is_read_ = false;
};

}  // namespace

Dialogue find_dialogue(const Lines& lines, const IngestData::Tables& tables) {
  struct Count {
    std::uint32_t labels = 0;
    bool is_known_label = false;
    bool is_no_name = false;  // "Tel:", however often it comes back
  };
  PhraseMap<Count> counts;
  std::vector<std::pair<std::uint32_t, Label>> candidates;
  std::vector<Count*> of_candidate;
  Label label;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    if (!parse_label(lines, i, label)) continue;
    const std::string_view name = lines.raw.substr(label.begin, label.end - label.begin);
    auto found = counts.find(name);
    if (found == counts.end()) {
      found = counts.emplace(std::string(name), Count{}).first;
      const auto known = tables.labels.find(fold_phrase(name));
      found->second.is_known_label = known != tables.labels.end();
      found->second.is_no_name = found->second.is_known_label && known->second == "--";
    }
    ++found->second.labels;
    candidates.emplace_back(static_cast<std::uint32_t>(i), label);
    of_candidate.push_back(&found->second);
  }
  // In captions the name in front of the first words of a cue is marked enough: "00:04.1 --> 00:05.0", "Ada Lovell:
  // No".
  const bool are_cues = is_web_vtt(lines) || is_sub_rip(lines);
  const auto begins_cue = [&](const std::pair<std::uint32_t, Label>& candidate) {
    return are_cues && candidate.first > 0 && lines.text(candidate.first - 1).find("-->") != std::string_view::npos;
  };
  const auto opens_cue = [&](const std::pair<std::uint32_t, Label>& candidate) {
    const std::string_view name =
        lines.raw.substr(candidate.second.begin, candidate.second.end - candidate.second.begin);
    return begins_cue(candidate) && name.find(' ') != std::string_view::npos;
  };
  // A dialogue has names that come back, or several labels in a style that nothing else is written in.
  std::size_t repeated = 0;
  std::size_t marked = 0;
  std::size_t repeated_capitals = 0;
  for (std::size_t i = 0; i < candidates.size(); ++i) {
    if (of_candidate[i]->is_known_label) continue;
    if (of_candidate[i]->labels >= 2) {
      ++repeated;
      const Label& candidate = candidates[i].second;
      if (is_capital_label(lines.raw.substr(candidate.begin, candidate.end - candidate.begin))) ++repeated_capitals;
    }
    const auto& [line, found] = candidates[i];
    const bool is_single_caption = of_candidate[i]->labels < 2 && is_caption(lines, line, found, tables);
    if ((found.style != LabelStyle::kInline || opens_cue(candidates[i])) && !is_single_caption) ++marked;
  }
  const bool is_dialogue = repeated >= 3 || marked >= 2 || (repeated >= 2 && candidates.size() <= 8);
  Dialogue dialogue;
  if (!is_dialogue) return dialogue;
  PhraseMap<bool> speakers;
  PhraseMap<bool> given_names;  // "Ada:", behind "Ada Lovell:"
  SpokenNames spoken(lines.raw);
  for (std::size_t i = 0; i < candidates.size(); ++i) {
    const auto& [line, found] = candidates[i];
    const Count& count = *of_candidate[i];
    const std::string_view name = lines.raw.substr(found.begin, found.end - found.begin);
    const bool is_break = tables.speakers.find(fold_phrase(name)) != tables.speakers.end();
    // A known label ("Topic", "Host") is a speaker only if it comes back often ("Moderator:").
    if (count.is_no_name || (count.is_known_label && count.labels < 3 && !is_break)) continue;
    const bool is_full_name = name.find(' ') != std::string_view::npos;
    const bool is_marked = found.style != LabelStyle::kInline || opens_cue(candidates[i]);
    const bool is_short_form = given_names.find(name) != given_names.end() ||
                               (count.labels < 2 && begins_cue(candidates[i]) && spoken.has(name));
    // Who speaks but once: a surname in capitals, where those who come back are written so.
    const bool is_like_others = repeated_capitals == repeated && repeated > 0 && is_capital_label(name);
    if (count.labels < 2 && !is_marked && !is_full_name && !is_break && !is_like_others && !is_short_form) continue;
    if (count.labels < 2 && !is_break && is_caption(lines, line, found, tables)) continue;
    // "From Paper to Cloud: How Harbors Grow Up": a title with a colon, no one's only words.
    if (count.labels < 2 && !is_marked && !is_break && !is_short_form && is_title_line(lines, line, tables)) continue;
    if (count.labels < 2 && found.style == LabelStyle::kOwnLine && !is_full_name && !is_break) continue;
    dialogue.labels.push_back(candidates[i]);
    if (!is_break) speakers.emplace(std::string(name), true);
    if (is_full_name) given_names.emplace(std::string(name.substr(0, name.find(' '))), true);
    switch (found.style) {
      case LabelStyle::kBold:
        ++dialogue.bold;
        break;
      case LabelStyle::kOwnLine:
        ++dialogue.own_line;
        break;
      case LabelStyle::kInline:
        ++dialogue.inline_;
        break;
      case LabelStyle::kStamped:
        ++dialogue.stamped;
        break;
    }
  }
  dialogue.speakers = speakers.size();
  return dialogue;
}

}  // namespace dossier
