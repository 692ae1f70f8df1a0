// quantity_context.cpp - what a quantity is about, how it changed, and whether it is said to be so.
//
//   "Lund said that the mill, built in 1904, will employ 40 people"   ->  about the mill; planned
//   "33% growth in members"                                           ->  about members; up
#include "extractors/quantity_reader.h"

namespace dossier {

// Sentence, subject, change and modality of a quantity.
void QuantityReader::find_context(Quantity& q) const {
  std::uint32_t first = q.first;
  const std::uint32_t floor = q.first > kLookAround ? q.first - kLookAround : 0;
  if (is_slide_ && first > floor && units_[first].is_after_blank && ends_in_verb(first)) --first;
  while (first > floor && !units_[first].is_after_blank && !(ends_sentence(first - 1) && !is_glued(first))) --first;
  std::uint32_t end = q.end;
  const std::uint32_t ceiling = static_cast<std::uint32_t>(std::min<std::size_t>(units_.size(), q.end + kLookAround));
  while (end < ceiling && !units_[end].is_after_blank && !(ends_sentence(end) && !is_glued(end + 1))) ++end;
  q.sentence_first = first;
  q.sentence_end = end;
  for (std::uint32_t i = first; i < q.first; ++i) {
    if (units_[i].kind != UnitKind::kWord) continue;
    if (q.modality != Modality::kHypothetical && match(i, kinds({Q::kHypothetical})))
      q.modality = Modality::kHypothetical;
    if (q.modality == Modality::kStated && match(i, kinds({Q::kPlanned}))) q.modality = Modality::kPlanned;
  }
  if (q.is_up) q.change = ChangeDirection::kUp;
  if (q.is_down) q.change = ChangeDirection::kDown;
  const auto is_relative = q.kind == StatisticKind::kPercentage || q.kind == StatisticKind::kPercentagePoints ||
                           q.kind == StatisticKind::kMultiple || q.is_from_to;
  const std::uint32_t near = q.first > first + 4 ? q.first - 4 : first;
  for (std::uint32_t i = near; i < std::min(end, q.end + 2) && is_relative && q.change == ChangeDirection::kNone; ++i) {
    if (i == q.first) i = q.is_change_noun ? q.end - 1 : q.end;
    if (i >= end && !q.is_change_noun) break;
    const QuantityMatch change = i < units_.size() ? match(i, kinds({Q::kChange})) : QuantityMatch();
    if (change) q.change = change.word->value == "up" ? ChangeDirection::kUp : ChangeDirection::kDown;
  }
  find_subject(q);
}

// "THE MARKET WILL REACH", and the number on a line of its own below.
bool QuantityReader::ends_in_verb(std::uint32_t end) const {
  for (std::uint32_t i = end; i-- > 0 && end - i <= 2 && is_word(i);) {
    if (match(i, kinds({Q::kSubjectVerb}))) return true;
    if (units_[i].is_after_blank) return false;
  }
  for (std::uint32_t i = end; i-- > 0 && end - i <= 6 && is_word(i);) {  // "WE HOPE TO FEED"
    if (match(i, kinds({Q::kPlanned}))) return true;
    if (units_[i].is_after_blank) return false;
  }
  return false;
}

void QuantityReader::set_subject(Quantity& q, std::uint32_t first, std::uint32_t end, SubjectOrigin origin) const {
  while (first < end && match(first, kinds({Q::kClause}))) ++first;  // "and the mill"
  while (first < end && units_[first].kind != UnitKind::kWord && units_[first].kind != UnitKind::kBarrier) ++first;
  while (end > first && units_[end - 1].kind == UnitKind::kMark) --end;
  if (first == end) return;
  q.subject_at = Span{units_[first].begin, units_[end - 1].end};
  q.subject_origin = origin;
}

void QuantityReader::find_subject(Quantity& q) const {
  find_clause_subject(q);
  if (q.subject_origin == SubjectOrigin::kNone) find_base(q);
  if (q.subject_origin == SubjectOrigin::kNone && is_slide_ && !q.has_noun) find_label(q);
}

// "Lund said that the mill, built in 1904, employs 40 people": the words before the verb of the last clause before
// the number, "the mill". A clause that begins with its verb continues the one before it.
void QuantityReader::find_clause_subject(Quantity& q) const {
  constexpr std::uint32_t kMaxSubject = 10;
  struct Clause {
    std::uint32_t first, end, verb;
  };
  std::vector<Clause> clauses = {{q.sentence_first, q.first, kNone}};
  const bool is_cut = q.first - q.sentence_first == kLookAround;  // the first clause may begin before it
  const auto begin_clause = [&](std::uint32_t end, std::uint32_t next) {
    clauses.back().end = end;
    clauses.push_back({next, q.first, kNone});
  };
  for (std::uint32_t i = q.sentence_first; i < q.first; ++i) {
    if (units_[i].kind == UnitKind::kMark) {
      const bool is_dash = surface(i) == "—" || surface(i) == "–" || (is_mark(i, '-') && !is_glued(i));
      const bool parts =
          is_dash || is_mark(i, ',') || is_mark(i, ';') || is_mark(i, ':') || is_mark(i, '(') || is_mark(i, ')');
      if (parts) begin_clause(i, i + 1);
      continue;
    }
    if (!is_word(i)) continue;
    if (const QuantityMatch joint = match(i, kinds({Q::kClause}))) {
      // "and" joins two clauses only behind a verb: "Lund and Berg have 40 boats".
      if (joint.word->value != "and" || clauses.back().verb != kNone) begin_clause(i, joint.end);
      i = joint.end - 1;
    } else if (match(i, kinds({Q::kSubjectVerb}))) {
      if (clauses.back().verb == kNone) clauses.back().verb = i;
    } else if (const QuantityMatch said = match(i, kinds({Q::kSpeech}))) {
      if (clauses.back().verb == kNone) clauses.back().verb = i;
      begin_clause(i, said.end);
      i = said.end - 1;
    }
  }
  bool is_continued = false;
  for (std::size_t c = clauses.size(); c-- > 0;) {
    const Clause& clause = clauses[c];
    if (clause.verb == kNone || clause.verb == clause.first) {
      is_continued |= clause.verb != kNone;
      continue;
    }
    if (clause.verb - clause.first <= kMaxSubject && is_noun_phrase(clause.first) && !(is_cut && c == 0))
      set_clause_subject(q, clause.first, clause.verb);
    return;
  }
  if (!is_continued || is_cut) return;
  for (const Clause& clause : clauses) {  // "The mill, built in 1904, employs"
    if (clause.verb != kNone) return;
    if (clause.end <= clause.first || clause.end - clause.first > kMaxSubject || !is_noun_phrase(clause.first))
      continue;
    set_clause_subject(q, clause.first, clause.end);
    return;
  }
}

// A pronoun is a subject of its own: "I think we" is about "we", "He always" about "He". One that is no subject
// begins a clause without any: "mi piace di più è". What joins is left to what follows: "Ada Lovell and".
void QuantityReader::set_clause_subject(Quantity& q, std::uint32_t first, std::uint32_t end) const {
  for (std::uint32_t i = end; i-- > first;) {
    if (!words_.is_subject_pronoun(units_[i], language_)) continue;
    set_subject(q, i, i + 1, SubjectOrigin::kClause);
    return;
  }
  if (words_.is_object_pronoun(units_[first], language_)) return;
  std::uint32_t last = end;
  while (last > first && words_.is_stop(units_[last - 1], language_)) --last;
  set_subject(q, first, last > first ? last : end, SubjectOrigin::kClause);
}

// Not "In 2010" or "After the war".
bool QuantityReader::is_noun_phrase(std::uint32_t first) const {
  return is_word(first) && !words_.is_preposition(units_[first], language_);
}

// "33% growth in members", "95% of the boats": what changes, what it is a share of.
void QuantityReader::find_base(Quantity& q) const {
  constexpr std::uint32_t kMaxBase = 8;
  const bool is_share = q.kind == StatisticKind::kPercentage || q.kind == StatisticKind::kPercentagePoints;
  if (!is_share || !is_near(q.end)) return;
  QuantityMatch of = match(q.end, kinds({Q::kChangeOf}));
  if (of && !q.is_change_noun && of.word->value != "share") of = {};
  if (!of) of = match(q.end, kinds({Q::kUnitOf}));
  if (!of) return;
  std::uint32_t end = of.end;
  const auto is_possessive = [&](std::uint32_t i) {
    return is_glued(i) && (surface(i).front() == '\'' || surface(i).starts_with("’"));
  };
  while (end < units_.size() && end - of.end < kMaxBase && is_near(end) &&
         (is_possessive(end) || (is_word(end) && !match(end, kinds({Q::kSubjectVerb, Q::kClause, Q::kPlanned})))))
    ++end;
  // Function words at its end belong to what follows: "30% of the boats in".
  while (end > of.end && words_.is_stop(units_[end - 1], language_)) --end;
  set_subject(q, of.end, end, SubjectOrigin::kBase);
}

}  // namespace dossier
