// statistic_subjects.h - which entity of the document each statistic is about.
//
//   "Trevik, built in 1904, employs 300 people."          -> Trevik: the subject of the clause
//   "Ada leads 300 engineers at Trevik."                  -> what a rule of grammars/rules says
//   "Ada Lovell: We run 40 million cores."                -> the organization that she is said to be of
//   slide "450 ORGANIZATIONS" in a deck of Trevik's       -> Trevik: the organization of the deck
//
// Promise: one fact a statistic, with one subject or none. A rule that names the subject comes first, then the words
// that extractors/statistics.h found around the number, then, in prose, the name that opens the sentence. A figure of a
// slide about nobody belongs to the organization of the deck: the one of its footer or title slide, else the one
// clearly most mentioned; the argument is that mention and the entity's evidence says why. Never: a name that happens
// to be near. Tested by tests/statistic_subjects_test.cpp with tests/cases/statistic_subjects.tsv.
#pragma once

#include <map>
#include <memory>
#include <span>
#include <vector>

#include "grammars/lexicon.h"
#include "pipeline/document.h"
#include "pipeline/knowledge.h"
#include "pipeline/marked_text.h"

namespace dossier {

// "statistic.of_clause", "statistic.of_slide" …
std::span<const RuleInfo> statistic_subject_rules();

class StatisticSubjects {
 public:
  explicit StatisticSubjects(const Knowledge& knowledge);

  // `facts`: all that rules state; those of statistics are completed, and cut to one a statistic. The mentions are
  // sorted and their entities known.
  void assign(const Document& document, const LexiconPass& pass, Extraction& extraction,
              std::vector<Fact>& facts) const;

 private:
  struct Subject {
    std::uint32_t mention = kNone;
    std::size_t rule = 0;  // of statistic_subject_rules()
  };
  Subject subject_of(const Document& document, const LexiconPass& pass, const Extraction& extraction,
                     const Mention& mention) const;
  std::uint32_t named_in(const LexiconPass& pass, const Extraction& extraction, Span span, SubjectOrigin origin) const;
  std::uint32_t in_title(const Document& document, const Extraction& extraction, const Block& block) const;
  std::uint32_t opens_sentence(const Document& document, const LexiconPass& pass, const Extraction& extraction,
                               const Mention& mention) const;
  std::uint32_t deck_organization(const Document& document, Extraction& extraction) const;
  EntryId own_measure(const Document& document, const LexiconPass& pass, std::uint32_t token) const;
  bool counts_people(const LexiconPass& pass, const Mention& mention) const;
  bool is_said_of_us(const Document& document, const LexiconPass& pass, const Extraction& extraction,
                     const Mention& mention) const;
  bool is_named_in_front(const Document& document, const Extraction& extraction, std::uint32_t token) const;
  std::map<std::uint32_t, std::uint32_t> firms(const Extraction& extraction, const std::vector<Fact>& facts) const;
  std::uint32_t of_speaker(const MarkedText& text, const Mention& mention,
                           const std::map<std::uint32_t, std::uint32_t>& firms) const;
  // Is there a lexicon entry for the word that says so?
  bool has_value(const LexiconPass& pass, std::uint32_t token, AttributeId attribute, std::string_view value) const;
  bool is_subject(const LexiconPass& pass, const Mention& mention, const Extraction& extraction) const;

  const Knowledge& knowledge_;
  PredicateId predicate_;
  std::uint16_t subject_, statistic_;
  PredicateId affiliation_;
  LexiconId own_measure_, staff_noun_;
  AttributeId pos_, person_, case_, number_, lang_, of_, subject_of_verb_;
  std::vector<RuleId> rules_;
};

}  // namespace dossier
