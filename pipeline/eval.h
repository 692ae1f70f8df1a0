// eval.h - how well extraction does on gold data: precision, recall and F1 by type of mention and by kind of fact.
//
//   gold    {"id": "a1", "text": "…", "mentions": [{"type": "person", "start": 0, "end": 10, "text": "Ada Lovell"}]}
//   system  {"id": "a1", "mentions": [{"type": "person", "start": 0, "end": 6, …}], …}     (the machine protocol)
//   score   person: gold 1, system 1, strict 0, overlap 1
//
// Gold lines are of three kinds, told by their fields and the same in a whole file:
//   "mentions"   strict counts equal spans; overlap pairs spans one to one, equal ones first, then by size of the
//   overlap;
//                value is the share of the pairs whose value is right: EDTF of dates; number, kind and unit of
//                statistics as far as gold states them; the canonical name of people and organizations
//   "facts"      affiliation, education and founded by canonical names; a role is right if one title contains the other
//   "passages"   relations by property (EvalProperty): subject and object overlap; a passage judges only the properties
//                that it names
// A type that a gold file does not annotate is not scored there.
#pragma once

#include <cstdint>
#include <filesystem>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace dossier {

// A relation by the name that gold data gives it. Rows of grammars/eval_properties.tsv.
struct EvalProperty {
  std::string property;  // "CEO"
  std::string fact;      // predicate that states it
  std::string subject;   // argument names of that predicate
  std::string object;
  std::string role;  // pattern that the role must contain; empty: any
  bool symmetric = false;
};
std::vector<EvalProperty> load_eval_properties(const std::filesystem::path& table);

struct Score {
  std::string name;  // "person", "affiliation", "CEO", "ALL"
  std::uint64_t gold = 0;
  std::uint64_t system = 0;
  std::uint64_t strict = 0;
  std::uint64_t overlap = 0;
  std::uint64_t valued = 0;  // pairs whose gold states a value
  std::uint64_t value_right = 0;

  double precision(std::uint64_t right) const;  // 0 where there is nothing to divide by
  double recall(std::uint64_t right) const;
  double f1(std::uint64_t right) const;
};

struct Evaluation {
  std::uint64_t documents = 0;
  std::uint64_t unanswered = 0;  // gold lines without an answer, or with an "error"
  std::vector<Score> scores;
  std::vector<std::string> errors;  // of the type asked for: id, MISSED | SPURIOUS | VALUE, words, context; by tabs
};

struct EvalError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

// Both texts hold one JSON object a line, joined by "id". `errors_of` names the type whose mistakes are to be listed.
// Throws EvalError, which names the line, if one of them is not JSON or lacks what it needs.
Evaluation evaluate(std::string_view gold_lines, std::string_view system_lines,
                    const std::vector<EvalProperty>& properties, std::string_view errors_of = {});

std::string to_table(const Evaluation& evaluation);  // for a terminal
std::string to_json(const Evaluation& evaluation);  // {"documents": …, "unanswered": …, "figures": {"person": {…}}}

}  // namespace dossier
