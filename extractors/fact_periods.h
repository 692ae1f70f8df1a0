// fact_periods.h - when facts held, by the dates of their sentences that are no argument of any.
//
//   "She was dean until 2012"                     to 2012, past
//   "Lovell joined Harborworks in 2010"           from 2010
//   "Lovell joined in 2010 and left in 2016"      from 2010 to 2016, past
//   "She was dean in 2016"                        from and to 2016: some time then
//   "In 2019 Lovell succeeded Berg as chair"      Lovell from 2019, Berg to 2019
//   "dean of Larkmoor (since 2005)"               from 2005, current: also behind "was"
//   "We met the dean Ada Lovell in 2015"          nothing: the date is of what happened
//
// Not here: dates that a rule names itself (from=, to=, during=). Tested by tests/fact_periods_test.cpp with
// tests/cases/fact_periods.tsv.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "extractors/stated_facts.h"
#include "pipeline/marked_text.h"

namespace dossier {

class FactPeriods {
 public:
  // Both must outlive it.
  FactPeriods(const MarkedText& text, const Knowledge& knowledge);

  // Gives each date to the nearest fact of its sentence that has none, and to all facts of the same words.
  void attach(StatedFacts& stated) const;

 private:
  struct Dated {
    TokenRange tokens;
    Period period;
    bool is_point = false;  // "in 2010": neither end nor tense is said
  };
  std::vector<Dated> periods_of_dates(const std::vector<Fact>& facts) const;
  bool dates_page(const Mention& mention, const Date& date) const;
  std::uint32_t gap_between(TokenRange fact, TokenRange date) const;
  bool ends_begun(const RangeIndex& index, const Dated& dated, StatedFacts& stated) const;
  bool tells_end_of_it(TokenRange words) const;
  std::size_t nearest(const RangeIndex& index, const Dated& dated, const StatedFacts& stated) const;
  bool may_date(const Dated& dated, const Fact& fact, TokenRange range, std::uint32_t gap) const;
  bool is_duration(const Fact& fact) const;
  bool is_of_main_verb(const Dated& dated, const Fact& fact, TokenRange range, std::uint32_t gap) const;
  bool is_of_later_clause(TokenRange date, TokenRange range) const;
  bool is_parted(TokenRange range, TokenRange date) const;
  void give(const RangeIndex& index, const Dated& dated, std::size_t to, StatedFacts& stated) const;
  bool is_bracketed_behind(TokenRange fact, TokenRange date) const;
  bool tells_of(LexiconId ends_or_starts, TokenRange fact, TokenRange date) const;

  const MarkedText& text_;
  const Knowledge& knowledge_;
  PredicateId affiliation_, education_;
  LexiconId end_word_, start_word_, function_word_, pronoun_, definite_org_, earlier_word_;
  std::vector<bool> has_own_date_;  // by predicate: "born" is told with its date or without any
};

bool has_dates(const Period& period);

// A period of EDTF as a rule gives it; ".." is no date. "2010/.." used as a beginning is 2010.
void set_during(Period& period, const std::string& edtf);
std::string begin_of(const std::string& edtf);
std::string end_of(const std::string& edtf);

// What a stated end means for a period: "leaves in June" of a text of May holds in May, "is minister from 1989 to 1992"
// tells a past in the present tense. `today`: EDTF of the document's date, or empty.
void settle_end(std::string_view today, Period& period);

// "former" before the role says more than the rule. Mentions that are no roles say nothing.
void settle_by_role(const MarkedText& text, const Mention& role, Period& period);
// "A former Trevik Ltd engineer": the same where the organization stands between the word and the role.
void settle_by_word_in_front(const MarkedText& text, const Fact& fact, Period& period);

// "the former head of storage": does a role of the fact say that it is over?
bool has_former_role(const Extraction& extraction, const Knowledge& knowledge, const Fact& fact);

}  // namespace dossier
