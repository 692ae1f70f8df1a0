// structure_cues.cpp - outline of subtitles: WebVTT and SRT. Numbers, timings, settings and notes are marks; the words
// of consecutive cues of one speaker are one paragraph of one turn.
//
//   00:00:01.000 --> 00:00:04.000
//   <v Ada Lovell>We run forty        ->  turn of "Ada Lovell": "We run forty sites."
#include <algorithm>

#include "pipeline/normalize.h"
#include "pipeline/structure.h"

namespace dossier {
namespace {

bool is_timing(std::string_view line) {
  const std::size_t arrow = line.find("-->");
  if (arrow == std::string_view::npos || arrow > 16) return false;
  return is_time_stamp(line.substr(0, line.find(' ')));
}

class CueOutliner {
 public:
  explicit CueOutliner(const OutlineContext& context)
      : context_(context), lines_(context.lines), raw_(context.lines.raw) {}

  Outline run() {
    std::size_t i = 0;
    while (i < lines_.size()) {
      if (i > 0 || !is_web_vtt(lines_)) {
        if (is_timing(lines_.text(i))) {
          i = cue(i + 1);
          continue;
        }
        // An identifier or number before a timing; what else stands there is a note or style block.
        if (i + 1 < lines_.size() && lines_[i + 1].blanks == 0 && is_timing(lines_.text(i + 1))) {
          ++i;
          continue;
        }
      }
      i = skip_block(i);
    }
    close_turn();
    return std::move(outline_);
  }

 private:
  std::size_t skip_block(std::size_t i) {
    std::size_t next = i + 1;
    while (next < lines_.size() && lines_[next].blanks == 0 && !is_timing(lines_.text(next))) ++next;
    add(BlockKind::kBoilerplate, lines_[i].begin, lines_[next - 1].end);
    is_open_ = false;
    return next;
  }

  std::size_t cue(std::size_t i) {
    while (i < lines_.size() && lines_[i].blanks == 0 && !is_timing(lines_.text(i))) {
      const std::uint32_t end = lines_[i].end;
      std::uint32_t begin = lines_[i].begin;
      if (raw_[begin] == '-' && begin + 1 < end && raw_[begin + 1] == ' ') {  // "- ": a change of speaker
        begin += 2;
        is_open_ = false;
      }
      if (raw_.substr(begin, 3) == "<v " || raw_.substr(begin, 3) == "<v.") {
        const std::size_t close = raw_.substr(begin, end - begin).find('>');
        const std::size_t space = raw_.substr(begin, end - begin).find(' ');
        if (close != std::string_view::npos && space < close) {
          const auto name_end = begin + static_cast<std::uint32_t>(close);
          speaker(begin + static_cast<std::uint32_t>(space) + 1, name_end);
          begin = name_end + 1;
        }
      } else {
        const auto& labels = context_.dialogue.labels;
        while (next_label_ < labels.size() && labels[next_label_].first < i) ++next_label_;
        if (next_label_ < labels.size() && labels[next_label_].first == i) {
          const Label& label = labels[next_label_].second;
          speaker(label.begin, label.end);
          begin = label.text;
        }
      }
      while (begin < end && raw_[begin] == ' ') ++begin;
      if (begin < end) words(begin, end);
      ++i;
    }
    return i;
  }

  void speaker(std::uint32_t begin, std::uint32_t end) {
    const std::string_view name = raw_.substr(begin, end - begin);
    if (turn_ != kNone && name == speaker_) return;
    close_turn();
    speaker_ = name;
    turn_ = static_cast<std::uint32_t>(outline_.turns.size());
    const auto block = static_cast<std::uint32_t>(outline_.drafts.size());
    outline_.turns.push_back({block, block, block});
    add(BlockKind::kSpeaker, begin, end);
    is_open_ = false;
  }

  // The words of a cue go on with those before: one paragraph, until a turn or, after many words, a sentence ends.
  void words(std::uint32_t begin, std::uint32_t end) {
    if (is_open_) {
      Draft& draft = outline_.drafts.back();
      const bool is_full = draft.end - draft.begin > kParagraph &&
                           std::string_view(".!?").find(raw_[draft.end - 1]) != std::string_view::npos;
      if (!is_full) {
        outline_.holes.push_back({draft.end, begin});
        draft.end_hole = static_cast<std::uint32_t>(outline_.holes.size());
        draft.end = end;
        return;
      }
    }
    Draft& draft = add(BlockKind::kParagraph, begin, end);
    draft.first_hole = draft.end_hole = static_cast<std::uint32_t>(outline_.holes.size());
    is_open_ = true;
  }

  void close_turn() {
    if (turn_ != kNone) outline_.turns[turn_].end_block = static_cast<std::uint32_t>(outline_.drafts.size());
    turn_ = kNone;
  }

  Draft& add(BlockKind kind, std::uint32_t begin, std::uint32_t end) {
    Draft draft;
    draft.begin = begin;
    draft.end = end;
    draft.kind = kind;
    if (kind != BlockKind::kBoilerplate) draft.turn = turn_;
    outline_.drafts.push_back(draft);
    return outline_.drafts.back();
  }

  static constexpr std::uint32_t kParagraph = 1200;  // bytes, with the timings between

  const OutlineContext& context_;
  const Lines& lines_;
  std::string_view raw_;
  Outline outline_;
  std::string_view speaker_;
  std::size_t next_label_ = 0;
  std::uint32_t turn_ = kNone;
  bool is_open_ = false;
};

}  // namespace

Outline outline_cues(const OutlineContext& context) {
  return CueOutliner(context).run();
}

}  // namespace dossier
