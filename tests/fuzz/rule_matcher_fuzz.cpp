// A pattern and a text, parted by a zero byte: the automata, with and without memory, find what the slow matcher finds.
#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

#include "grammars/rule_reference.h"
#include "pipeline/tokenize.h"

namespace {

using namespace dossier;

constexpr std::size_t kMaxPattern = 200, kMaxText = 120;

std::string show(const std::vector<ReferenceMatch>& matches) {
  std::string out;
  for (const ReferenceMatch& match : matches) {
    out += std::to_string(match.tokens.first) + "-" + std::to_string(match.tokens.end);
    for (const auto& [name, range] : match.captures)
      out += " " + name + std::to_string(range.first) + "-" + std::to_string(range.end);
    out += "\n";
  }
  return out;
}

std::string run(const RuleSet& rules, const Lexicons& lexicons, const Document& document, const LexiconPass& pass,
                const RuleLimits& limits) {
  RuleMatcher matcher(rules, lexicons, limits);
  std::vector<ReferenceMatch> found;
  RuleMatcher::Reading reading;
  matcher.begin(reading, document, pass);
  matcher.match(reading, 0, [&](const RuleMatch& match) {
    ReferenceMatch out{"t", match.tokens, {}};
    for (std::size_t i = 0; i < match.captures.size(); ++i) {
      if (match.captures[i].first != kNone) out.captures[rules.rules()[0].captures[i]] = match.captures[i];
    }
    found.push_back(std::move(out));
  });
  std::stable_sort(found.begin(), found.end(),
                   [](const auto& a, const auto& b) { return a.tokens.first < b.tokens.first; });
  return show(found);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const std::vector<TypeInfo> kTypes = {{"person", "entity"}};
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  const std::size_t cut = std::min(input.find('\0'), input.size());
  if (cut > kMaxPattern || size - cut > kMaxText) return 0;
  // A large count only makes both slower.
  std::size_t digits = 0;
  for (std::size_t i = 0; i < cut; ++i) {
    digits = input[i] >= '0' && input[i] <= '9' ? digits + 1 : 0;
    if (digits > 1) return 0;
  }
  std::vector<Problem> problems;
  const ParsedRules parsed = parse_rules(
      {{"t.rules", "phase p\nrule t\n  " + std::string(input.substr(0, cut)) + "\n  => person\n"}}, problems);
  if (!problems.empty() || parsed.rules.size() != 1 || parsed.rules.front().id != "t") return 0;
  const Lexicons lexicons = Lexicons::load({.folders = {}, .extra_words = parsed.words, .languages = {}});
  const RuleSet rules = compile_rules(parsed, {lexicons, kTypes, {}}, problems);
  if (!problems.empty()) return 0;
  Document document;
  document.text = cut < size ? std::string(input.substr(cut + 1)) : std::string();
  tokenize(document.text, 0, document.tokens);
  const auto count = static_cast<std::uint32_t>(document.tokens.size());
  // A full stop ends a sentence, a dollar sign is skipped.
  std::uint32_t first = 0;
  for (std::uint32_t t = 0; t < count; ++t) {
    if (document.word(t) == "$") document.tokens[t].flags |= token_flag::kSkipped;
    if (document.word(t) != "." && t + 1 < count) continue;
    document.tokens[first].flags |= token_flag::kSentenceFirst;
    document.tokens[t].flags |= token_flag::kSentenceLast;
    document.sentences.push_back({first, t + 1, 0});
    first = t + 1;
  }
  Block block;
  block.end_token = count;
  document.blocks.push_back(block);
  LexiconPass pass;
  run_lexicon_pass(lexicons, document, pass);
  RuleReference reference(parsed, lexicons, kTypes);
  reference.begin(document, pass);
  const std::string expected = show(reference.match("p"));
  for (const std::size_t memory : {std::size_t{24} << 20, std::size_t{0}, std::size_t{1500}}) {
    const std::string got = run(rules, lexicons, document, pass, {.automaton_bytes = memory});
    if (got == expected) continue;
    std::fprintf(stderr, "memory %zu\nexpected\n%sgot\n%s", memory, expected.c_str(), got.c_str());
    std::abort();
  }
  return 0;
}
