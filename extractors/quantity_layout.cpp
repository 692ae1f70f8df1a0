// quantity_layout.cpp - numbers and what they count on lines of their own: slides, rows of figures.
//
//   "40    120"          ->  40 boats, 120 people
//   "BOATS PEOPLE"
#include "extractors/quantity_reader.h"
#include "grammars/ascii.h"

namespace dossier {

// Does a number stand before it on its row?
bool QuantityReader::is_in_row_of_numbers(std::uint32_t i) const {
  constexpr std::uint32_t kFarthest = 12;
  for (std::uint32_t k = i; k > 0 && i - k < kFarthest && !units_[k].is_after_newline; --k) {
    if (is_number(k - 1)) return true;
  }
  return false;
}

// Only this number, its signs and its scale between two line breaks.
bool QuantityReader::is_lone(const Quantity& q) const {
  std::uint32_t first = q.first;
  while (first > 0 && !starts_line(first) && units_[first - 1].kind == UnitKind::kMark) --first;
  if (!starts_line(first)) {
    const QuantityMatch comparator = match_before(q.first, kinds({Q::kComparatorBefore}));
    if (!comparator || !starts_line(comparator.first)) return false;
  }
  return starts_line(q.end);
}

bool QuantityReader::is_alone_on_row(const Quantity& q) const {
  if (!is_lone(q)) return false;
  std::uint32_t first = q.first;
  while (first > 0 && !units_[first].is_after_newline &&
         (units_[first - 1].kind == UnitKind::kMark || match_before(q.first, kinds({Q::kComparatorBefore})))) {
    --first;
  }
  return first == 0 || units_[first].is_after_newline;
}

std::vector<QuantityReader::Line> QuantityReader::lines() const {
  std::vector<Line> lines;
  std::size_t next = 0;
  for (std::uint32_t i = 0; i < units_.size();) {
    Line line;
    line.first = i;
    line.is_row_start = i == 0 || units_[i].is_after_newline;
    do ++i;
    while (i < units_.size() && !starts_line(i));
    line.end = i;
    while (next < found_.size() && found_[next].end <= line.first) ++next;
    const bool has_quantity = next < found_.size() && found_[next].first < line.end;
    if (has_quantity && is_open(found_[next]) && found_[next].end <= line.end && is_lone(found_[next])) {
      line.quantity = next;
    } else if (!has_quantity && line.end - line.first <= 8) {
      line.is_label = true;
      std::uint32_t start = line.first;
      while (start < line.end && units_[start].kind == UnitKind::kMark) ++start;
      if (start < line.end) line.scale = NumberReader::scale_power(units_[start]);
      if (line.scale > 0) ++start;
      for (std::uint32_t k = start; k < line.end; ++k) {
        line.is_label &= units_[k].kind == UnitKind::kWord || units_[k].kind == UnitKind::kMark;
      }
      if (line.is_label && start < line.end) noun_at(start, true, line.head, line.head_end);
      if (line.head != kNone && line.head >= line.end) line.head = kNone;
    }
    lines.push_back(line);
  }
  return lines;
}

void QuantityReader::set_label(Quantity& q, const Line& label) const {
  q.is_pending = false;
  q.has_noun = true;
  q.rule = kColumnRule;
  if (label.scale > 0) q.value = shift(q.value, label.scale);
  q.unit = words_.singular(surface(label.head), language_);
  if (q.unit.empty()) q.unit = lower(surface(label.head));
  q.unit_at = Span{units_[label.head].begin, units_[label.head].end};
  q.noun = phrase(label.first, label.head_end);
}

// Numbers and labels of slides that do not stand in reading order: columns side by side, a label above its number, a
// row of numbers behind its label.
void QuantityReader::read_layout() {
  const std::vector<Line> all = lines();
  for (std::size_t i = 0; i < all.size();) {
    if (all[i].quantity == SIZE_MAX) {
      // "pools   2   3   5": the first column says what the row counts.
      if (all[i].is_label && all[i].head != kNone && all[i].is_row_start) {
        std::size_t k = i + 1;
        while (k < all.size() && all[k].quantity != SIZE_MAX && !all[k].is_row_start)
          set_label(found_[all[k++].quantity], all[i]);
      }
      ++i;
      continue;
    }
    std::size_t numbers = i;
    while (numbers < all.size() && all[numbers].quantity != SIZE_MAX) ++numbers;
    const std::size_t count = numbers - i;
    std::size_t labels = numbers;
    while (labels < all.size() && all[labels].is_label && all[labels].head != kNone) ++labels;
    {
      if (count >= 2 && labels - numbers == count) {
        for (std::size_t k = 0; k < count; ++k) set_label(found_[all[i + k].quantity], all[numbers + k]);
      } else if (labels > numbers) {
        Quantity& last = found_[all[numbers - 1].quantity];
        set_label(last, all[numbers]);
        last.end = all[numbers].head_end;
      } else if (count == 1 && labels == numbers && i > 0 && all[i - 1].is_label && all[i - 1].head != kNone &&
                 is_upper(surface(all[i - 1].head)) && (i < 2 || all[i - 2].quantity == SIZE_MAX)) {
        set_label(found_[all[i].quantity], all[i - 1]);
      }
    }
    i = numbers;
  }
}

// Slides: the line or two above a number that stands alone, else the line below it.
void QuantityReader::find_label(Quantity& q) const {
  constexpr std::uint32_t kMaxLabel = 8;
  std::uint32_t first = q.first;
  while (first > 0 && q.first - first <= kMaxLabel && !units_[first].is_after_blank && is_label_unit(first - 1))
    --first;
  if (first < q.first && q.first - first <= kMaxLabel && (first == 0 || units_[first].is_after_blank)) {
    set_subject(q, first, q.first, SubjectOrigin::kLabel);
    return;
  }
  if (!starts_line(q.first) || !starts_line(q.end)) return;
  std::uint32_t end = q.end;
  while (end < units_.size() && end - q.end <= kMaxLabel && is_label_unit(end) &&
         (end == q.end || !units_[end].is_after_newline))
    ++end;
  if (end - q.end <= kMaxLabel && starts_line(end)) set_subject(q, q.end, end, SubjectOrigin::kLabel);
}

bool QuantityReader::is_label_unit(std::uint32_t i) const {
  return is_word(i) || (units_[i].kind == UnitKind::kMark && !ends_sentence(i));
}

// The units' text from `first` to `end`, as one line.
std::string QuantityReader::phrase(std::uint32_t first, std::uint32_t end) const {
  return first < end ? on_one_line(surface(first, end)) : std::string();
}

}  // namespace dossier
