#include "extractors/known_names.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <unordered_map>
#include <unordered_set>

#include "grammars/lexicon_image.h"
#include "pipeline/tokenize.h"

namespace dossier {

namespace {

constexpr double kPerson = 0.9;
constexpr double kOrganization = 0.88;
constexpr double kSingleWord = 0.8;

const std::array<RuleInfo, 2>& rule_table() {
  static const std::array<RuleInfo, 2> kRules = {{
      {"name.known_person", "extractors/known_names.cpp", 0, kPerson},
      {"name.known_organization", "extractors/known_names.cpp", 0, kOrganization},
  }};
  return kRules;
}

bool is_capitalized_word(const Token& token) {
  return (token.shape & (shape::kUpperFirst | shape::kMixed)) != 0 && (token.shape & shape::kPunctuation) == 0;
}

// Can the neighbour belong to the same name?
bool runs_on(const Document& document, std::uint32_t left, std::uint32_t right) {
  const Token& token = document.tokens[right];
  constexpr std::uint16_t kApart = token_flag::kBlockFirst | token_flag::kBlankLineBefore | token_flag::kSentenceFirst;
  if ((token.flags & kApart) != 0) return false;
  return is_capitalized_word(document.tokens[left]) && is_capitalized_word(token);
}

// "South Harbor" of "South Harbor Rovers" is another thing.
bool ends_there(const Document& document, TokenRange tokens) {
  return tokens.end == document.tokens.size() || !runs_on(document, tokens.end - 1, tokens.end);
}

// The first word of a sentence is capitalized whatever it is.
bool begins_there(const Document& document, TokenRange tokens) {
  return tokens.first == 0 || (document.tokens[tokens.first - 1].flags & token_flag::kSentenceFirst) != 0 ||
         !runs_on(document, tokens.first - 1, tokens.first);
}

std::unordered_set<std::string_view> words_in_lower_case(const Document& document) {
  std::unordered_set<std::string_view> words;
  for (const Token& token : document.tokens) {
    if ((token.shape & shape::kLower) != 0) words.insert(document.slice(token.span()));
  }
  return words;
}

}  // namespace

std::span<const RuleInfo> known_name_rules() {
  return rule_table();
}

double confidence_of(const KnownName& known, TokenRange tokens) {
  if (known.type == type::kPerson) return kPerson;
  return tokens.end - tokens.first == 1 ? kSingleWord : kOrganization;
}

bool is_name_word(const Token& token) {
  return (token.shape & (shape::kUpperFirst | shape::kMixed | shape::kAllCaps | shape::kInitial)) != 0;
}

std::vector<KnownNameHit> find_known_names(const Document& document, std::span<const KnownName> known) {
  struct Words {
    std::uint32_t known = 0;
    std::vector<std::string_view> words;
  };
  std::unordered_map<std::string_view, std::vector<Words>> by_first_word;
  std::vector<Token> tokens;
  const std::unordered_set<std::string_view> lower = words_in_lower_case(document);
  std::string folded;
  for (std::uint32_t k = 0; k < known.size(); ++k) {
    const std::string_view name = known[k].name;
    tokenize_phrase(name, tokens);
    if (tokens.empty()) continue;
    Words entry{k, {}};
    for (const Token& token : tokens) entry.words.push_back(name.substr(token.begin, token.end - token.begin));
    fold_case(entry.words.front(), folded);
    if (entry.words.size() == 1 && lower.contains(folded)) continue;
    by_first_word[entry.words.front()].push_back(std::move(entry));
  }
  std::vector<KnownNameHit> hits;
  if (by_first_word.empty()) return hits;
  for (std::uint32_t t = 0; t < document.tokens.size(); ++t) {
    const auto found = by_first_word.find(document.word(t));
    if (found == by_first_word.end()) continue;
    for (const Words& entry : found->second) {
      const auto size = static_cast<std::uint32_t>(entry.words.size());
      if (t + size > document.tokens.size()) continue;
      const bool is_person = known[entry.known].type == type::kPerson;
      bool is_here =
          (is_person || ends_there(document, {t, t + size})) && (size > 1 || begins_there(document, {t, t + 1}));
      for (std::uint32_t i = 1; i < size && is_here; ++i) {
        is_here =
            (document.tokens[t + i].flags & token_flag::kBlockFirst) == 0 && document.word(t + i) == entry.words[i];
      }
      if (is_here) hits.push_back({{t, t + size}, entry.known});
    }
  }
  return hits;
}

}  // namespace dossier
