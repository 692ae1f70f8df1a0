// Any bytes as a rule file: problems or rules, never a crash; each problem names the file and says what is wrong. What
// compiles prints as a pattern that is read as the same one.
#include <cstdint>
#include <cstdlib>
#include <string>

#include "grammars/rules.h"

namespace {

using namespace dossier;

const Lexicons& lexicons() {
  static const Lexicons kLexicons = Lexicons::load({.folders = {}, .extra_words = {"a", "b"}, .languages = {"en"}});
  return kLexicons;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const std::vector<TypeInfo> kTypes = {{"person", "entity"}, {"role", "role"}, {"name", "candidate"}};
  static const std::vector<PredicateInfo> kPredicates = {
      {"affiliation", {{"person", {0}, true}, {"role", {1}, false}}, Cardinality::kSet}};
  std::vector<Problem> problems;
  const ParsedRules parsed =
      parse_rules({{"f.rules", std::string(reinterpret_cast<const char*>(data), size)}}, problems);
  const RuleSet set = compile_rules(parsed, {lexicons(), kTypes, kPredicates}, problems);
  for (const Problem& problem : problems) {
    if (problem.what.empty() || problem.file.empty()) std::abort();
  }
  for (const rules::Rule& rule : parsed.rules) {
    const std::string printed = rules::print(rule.pattern);
    if (printed.size() > 20000) continue;
    std::vector<Problem> ignored;
    const ParsedRules again = parse_rules({{"g.rules", "phase p\nrule a\n  " + printed + "\n  => person\n"}}, ignored);
    if (again.rules.empty()) continue;  // macros may nest deeper than a rule may be written
    if (rules::print(again.rules.front().pattern) != printed) std::abort();
  }
  return 0;
}
