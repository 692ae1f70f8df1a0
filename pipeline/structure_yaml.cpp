// structure_yaml.cpp - front matter. yaml-cpp reads it; each scalar becomes a metadata block where it stands in the
// source, so that a name in it can be cited. Only fields of the first two levels are looked at: deeper ones hold
// layout, not facts.
#include <yaml-cpp/yaml.h>

#include <algorithm>

#include "pipeline/structure.h"

namespace dossier {
namespace {

constexpr std::size_t kMaxFields = 10000;
constexpr std::uint32_t kMaxFrontMatter = std::uint32_t{1} << 16;

class YamlFields {
 public:
  YamlFields(const OutlineContext& context, std::uint32_t begin, std::uint32_t end, Outline& outline)
      : context_(context), raw_(context.lines.raw), begin_(begin), end_(end), outline_(outline) {}

  void read(const YAML::Node& root) {
    if (!root.IsMap()) return;
    for (const auto& field : root) {
      if (!field.first.IsScalar()) continue;
      const std::string label = field.first.Scalar();
      visit(field.second, label, 0);
    }
    write();
  }

  // "speakers: ['Ada, 'Paul']", which is no YAML: the rest of the line is what it says.
  void read_line() {
    const std::uint32_t line_end = std::min(end_, static_cast<std::uint32_t>(raw_.find('\n', begin_)));
    const auto colon = static_cast<std::uint32_t>(raw_.find(':', begin_));
    constexpr std::string_view kMarks = " \t\r[]{}\"'";
    const std::size_t first = raw_.find_first_not_of(kMarks, std::size_t{colon} + 1);
    if (colon >= line_end || first >= line_end) return;
    const std::size_t last = raw_.find_last_not_of(kMarks, line_end - 1);
    found_.push_back({static_cast<std::uint32_t>(first), static_cast<std::uint32_t>(last) + 1,
                      std::string(raw_.substr(begin_, colon - begin_))});
    write();
  }

 private:
  struct Found {
    std::uint32_t begin;
    std::uint32_t end;
    std::string label;
  };

  void write() {
    // Document order is not field order where a value is an alias.
    std::sort(found_.begin(), found_.end(), [](const Found& a, const Found& b) { return a.begin < b.begin; });
    std::uint32_t last = begin_;
    for (const Found& found : found_) {
      if (found.begin < last) continue;
      last = found.end;
      Draft draft;
      draft.begin = found.begin;
      draft.end = found.end;
      draft.kind = BlockKind::kMetadata;
      outline_.metadata.push_back(
          {name_of(found.label), found.label, static_cast<std::uint32_t>(outline_.drafts.size())});
      outline_.drafts.push_back(draft);
    }
  }

  std::string name_of(const std::string& label) const {
    std::string spaced = fold_phrase(label);
    std::replace(spaced.begin(), spaced.end(), '_', ' ');
    std::replace(spaced.begin(), spaced.end(), '-', ' ');
    const auto known = context_.tables.labels.find(spaced);
    return known != context_.tables.labels.end() && !known->second.starts_with('-') ? known->second : spaced;
  }

  void visit(const YAML::Node& node, const std::string& label, int depth) {
    if (node.IsScalar()) return scalar(node, label);
    if (depth >= 2 || found_.size() == kMaxFields) return;
    if (node.IsSequence()) {
      for (const YAML::Node& item : node) visit(item, label, depth + 1);
    } else if (node.IsMap()) {
      for (const auto& field : node) {
        if (field.first.IsScalar()) visit(field.second, label, depth + 1);
      }
    }
  }

  // From the first character of the scalar on: its end is found in the source, which holds it with its quotes and
  // breaks.
  void scalar(const YAML::Node& node, const std::string& label) {
    if (node.Mark().pos < 0 || node.Scalar().empty() || found_.size() == kMaxFields) return;
    std::uint32_t begin = begin_ + static_cast<std::uint32_t>(node.Mark().pos);
    if (begin >= end_) return;
    const char first = raw_[begin];
    std::uint32_t end = begin;
    if (first == '"' || first == '\'') {
      end = ++begin;
      while (end < end_ && raw_[end] != first) end += raw_[end] == '\\' && first == '"' ? 2 : 1;
    } else if (first == '|' || first == '>') {
      end = block_end(begin);
      while (begin < end && raw_[begin] != '\n') ++begin;
    } else {
      // A plain scalar: as long as the characters agree, white space counting as one.
      const std::string& value = node.Scalar();
      std::size_t k = 0;
      while (end < end_ && k < value.size()) {
        if (is_space(raw_[end]) && is_space(value[k])) {
          while (end < end_ && is_space(raw_[end])) ++end;
          while (k < value.size() && is_space(value[k])) ++k;
        } else if (raw_[end] == value[k]) {
          ++end;
          ++k;
        } else {
          break;
        }
      }
    }
    end = std::min(end, end_);
    if (begin < end) found_.push_back({begin, end, label});
  }

  static bool is_space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

  // The end of a literal or folded block: the first line that is not blank and not indented.
  std::uint32_t block_end(std::uint32_t position) const {
    std::uint32_t end = position;
    while (end < end_) {
      const auto newline = static_cast<std::uint32_t>(std::min<std::size_t>(raw_.find('\n', end), end_));
      if (newline + 1 >= end_) return newline;
      const char next = raw_[newline + 1];
      if (!is_space(next)) return newline;
      end = newline + 1;
    }
    return end;
  }

  const OutlineContext& context_;
  std::string_view raw_;
  std::uint32_t begin_;
  std::uint32_t end_;
  Outline& outline_;
  std::vector<Found> found_;
};

// Where one field is no YAML, the others may be: each for itself. False: none has a name.
bool read_fields_alone(const OutlineContext& context, std::size_t close, Outline& outline) {
  const Lines& lines = context.lines;
  const auto begins_field = [&](std::size_t line) {
    const std::string_view text = lines.text(line);
    constexpr std::string_view kNoName = "-#[]{}\"'";
    return lines[line].indent == 0 && !text.empty() && kNoName.find(text.front()) == std::string_view::npos &&
           text.find(':') != std::string_view::npos;
  };
  bool is_any = false;
  for (std::size_t line = 1; line < close; ++line) {
    if (!begins_field(line)) continue;
    std::size_t next = line + 1;
    while (next < close && !begins_field(next)) ++next;
    const std::uint32_t begin = lines[line].begin;
    const std::uint32_t end = lines[next].begin;
    YamlFields fields(context, begin, end, outline);
    try {
      fields.read(YAML::Load(std::string(lines.raw.substr(begin, end - begin))));
    } catch (const YAML::Exception&) {
      fields.read_line();
    }
    is_any = true;
  }
  return is_any;
}

}  // namespace

std::size_t outline_front_matter(const OutlineContext& context, Outline& outline) {
  const Lines& lines = context.lines;
  std::size_t close = 1;
  while (close < lines.size() &&
         (lines[close].indent > 0 || (lines.text(close) != "---" && lines.text(close) != "...")))
    ++close;
  const std::uint32_t begin = lines[0].end + 1;
  const std::uint32_t end = lines[close].begin;
  std::string problem;
  if (end - begin > kMaxFrontMatter) {
    problem = "longer than 64 KB";
  } else {
    try {
      const YAML::Node root = YAML::Load(std::string(lines.raw.substr(begin, end - begin)));
      YamlFields(context, begin, end, outline).read(root);
    } catch (const YAML::Exception& error) {
      problem = error.what();
    }
  }
  if (!problem.empty()) {
    const bool is_short = end - begin <= kMaxFrontMatter;
    const bool is_read = is_short && read_fields_alone(context, close, outline);
    const std::string what = is_read ? "front matter is read field by field: " : "front matter is not read: ";
    outline.diagnostics.push_back({Severity::kWarning, "metadata.yaml", what + problem});
    if (is_read) return close + 1;
    Draft draft;
    draft.begin = begin;
    draft.end = lines[close - 1].end;
    draft.kind = BlockKind::kCode;
    draft.has_marks = false;
    outline.drafts.push_back(draft);
  }
  return close + 1;
}

}  // namespace dossier
