#include "pipeline/statements.h"

#include <algorithm>
#include <cmath>
#include <set>

namespace dossier::merging {
namespace {

constexpr std::size_t kCopiedWords = 8;  // sentences this long do not agree by chance

// Hash of a quote if it is long enough to be recognized as a copy, else 0.
std::string copied_sentence(const std::string& quote) {
  std::string folded = fold(quote);
  const auto words = static_cast<std::size_t>(std::count(folded.begin(), folded.end(), ' ')) + 1;
  return words >= kCopiedWords ? folded : std::string();
}

// Spelling quality: plain before SHOUTED, with accents before without, then the text itself.
std::tuple<bool, std::ptrdiff_t, std::string_view> spelling_rank(const std::string& text) {
  const auto accents =
      std::count_if(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) >= 0x80; });
  return {is_shouted(text), -accents, text};
}

}  // namespace

bool is_shouted(std::string_view text) {
  std::size_t letters = 0;
  for (const char c : text) {
    if (c >= 'a' && c <= 'z') return false;
    if (static_cast<unsigned char>(c) >= 0x80) return false;
    if (c >= 'A' && c <= 'Z') ++letters;
  }
  return letters > 5;
}

double Context::confidence_of(const ResultFact& fact) const {
  const auto found = rules.find(fact.rule);
  if (found == rules.end()) return fact.confidence;
  // Mean of a Beta posterior whose prior is the confidence that the rule claims for itself.
  const double strength = tables.weight("confidence.prior");
  const auto right = static_cast<double>(found->second.right), wrong = static_cast<double>(found->second.wrong);
  return (fact.confidence * strength + right) / (strength + right + wrong);
}

std::string Context::text_of(const Claim& claim, std::string_view name) const {
  const ResultMention* mention = argument(document_of(claim), records.fact_of(claim), name);
  return mention == nullptr ? std::string() : mention->text;
}

std::string Context::place_of(const Claim& claim) const {
  const DocumentResult& document = document_of(claim);
  const ResultMention* mention = argument(document, records.fact_of(claim), "place");
  std::string place;
  while (mention != nullptr) {
    if (!place.empty()) place += ", ";
    place += mention->text;
    const ResultMention* larger =
        mention->within < document.mentions.size() ? &document.mentions[mention->within] : nullptr;
    mention = larger > mention ? larger : nullptr;  // it stands behind: stored results are no reason to go round
  }
  return place;
}

std::string Context::date_of(const Claim& claim, std::string_view name) const {
  const DocumentResult& document = document_of(claim);
  const ResultMention* mention = argument(document, records.fact_of(claim), name);
  return mention == nullptr || mention->date == kNone ? std::string() : document.dates[mention->date].edtf;
}

EntityRef Context::ref(std::uint32_t entity) const {
  return {entities[entity].name, entities[entity].id};
}

EntityRef Context::ref(const Claim& claim, std::string_view argument_name) const {
  const DocumentResult& document = document_of(claim);
  for (const auto& [name, mention] : records.fact_of(claim).arguments) {
    if (name != argument_name || mention >= document.mentions.size()) continue;
    const std::uint32_t node = records.node_of(claim.document, mention);
    return node == kNone ? EntityRef{document.mentions[mention].text, ""} : ref(entity_of(node));
  }
  // "various companies": words in the place of an organization.
  const ResultFact& fact = records.fact_of(claim);
  const bool has_words = claim.predicate == Predicate::kAffiliation && argument_name == "organization";
  return has_words ? EntityRef{fact.text, ""} : EntityRef{};
}

std::string Context::ref_key(const Claim& claim, std::string_view argument_name) const {
  const EntityRef other = ref(claim, argument_name);
  if (!other.id.empty()) return other.id;
  return other.name.empty() ? std::string() : "~" + fold(other.name);
}

Evidence Context::evidence_of(const Claim& claim) const {
  const DocumentResult& document = document_of(claim);
  const ResultFact& fact = records.fact_of(claim);
  return {document.kind == kReviewKind ? std::string(kReviewKind) : document.source_id,
          document.uri,
          fact.begin,
          fact.end,
          fact.quote,
          fact.rule,
          fact.confidence,
          document.date,
          fact.key};
}

Cited Context::cite(const ClaimList& claims, std::string key) const {
  Cited cited;
  cited.key = std::move(key);
  std::map<std::uint32_t, double> by_origin;
  std::map<std::string, std::uint32_t> sentences;
  double strongest = -1;
  std::string_view decision;
  for (const Claim* claim : claims) {
    const ResultFact& fact = records.fact_of(*claim);
    double confidence = confidence_of(fact);
    if (const Mark* mark = records.mark_of(*claim)) {
      // Whoever corrected or chose a fact has also accepted it.
      const auto weight = [](std::string_view word) {
        return word == "accepted" ? 1 : word == "added" ? 2 : word == "edited" ? 3 : word == "pinned" ? 4 : 0;
      };
      if (weight(mark->decision) > weight(decision)) decision = mark->decision;
      if (!mark->key.empty()) cited.key = mark->key;
      if (!mark->decision.empty()) confidence = std::max(confidence, tables.weight("confidence.accepted"));
    }
    cited.evidence.push_back(evidence_of(*claim));
    if (confidence > strongest) {
      strongest = confidence;
      cited.rule = fact.rule;
    }
    std::uint32_t origin = records.origins[claim->document];
    if (std::string sentence = copied_sentence(fact.quote); !sentence.empty()) {
      origin = sentences.try_emplace(std::move(sentence), origin).first->second;
    }
    double& most = by_origin[origin];
    most = std::max(most, confidence);
  }
  double doubt = 1;
  for (const auto& [origin, confidence] : by_origin) doubt *= 1 - confidence;
  cited.confidence = std::round(std::min(tables.weight("confidence.cap"), 1 - doubt) * 1e4) / 1e4;
  cited.decision = decision;
  std::sort(cited.evidence.begin(), cited.evidence.end(), [](const Evidence& a, const Evidence& b) {
    return std::tie(a.source, a.begin, a.end, a.rule, a.fact) < std::tie(b.source, b.begin, b.end, b.rule, b.fact);
  });
  cited.evidence.erase(std::unique(cited.evidence.begin(), cited.evidence.end()), cited.evidence.end());
  return cited;
}

std::string Context::key(std::string_view predicate, std::uint32_t subject, const std::vector<std::string>& parts,
                         const ClaimList& claims) const {
  constexpr char kEnd = '\x1f';
  std::string rest;
  for (const std::string& part : parts) rest.append(1, kEnd).append(part);
  const auto make = [&](std::string_view id) {
    return std::string(predicate) + ":" + short_hash(std::string(predicate) + kEnd + std::string(id) + rest);
  };
  const std::string id = subject == kNone ? std::string() : entities[subject].id;
  std::string own = make(id);
  if (wanted_keys != nullptr) {
    if (wanted_keys->contains(own)) on_wanted(own, claims);
    if (subject != kNone) {
      for (const std::string& former : entities[subject].former_ids) {
        if (const std::string old = make(former); wanted_keys->contains(old)) on_wanted(old, claims);
      }
    }
  }
  return own;
}

PeriodClaim Context::period_claim(const Claim& claim) const {
  const ResultFact& fact = records.fact_of(claim);
  const DocumentResult& document = document_of(claim);
  PeriodClaim out{fact.period, document.date, records.origins[claim.document], confidence_of(fact),
                  records.trust[claim.document]};
  // "Former CEO" says that it is over even where the rule did not.
  const ResultMention* role = argument(document, fact, "role");
  if (out.stated.status == Status::kUnknown && role != nullptr && role->role != kNone &&
      tables.word_list("past_qualifier").contains(document.roles[role->role].qualifier)) {
    out.stated.status = Status::kPast;
  }
  return out;
}

PeriodWeights Context::period_weights() const {
  return {static_cast<std::int32_t>(tables.weight("period.stint_gap_days")),
          static_cast<std::int32_t>(tables.weight("period.near_days"))};
}

TextChoice choose_text(const Context& context, const ClaimList& claims, const std::vector<std::string>& texts) {
  struct Value {
    std::set<std::string> words;
    std::map<std::string, double> spellings;
    std::map<std::uint32_t, double> trust;
    ClaimList claims;
    bool is_pinned = false;
    double support() const {
      double sum = 0;
      for (const auto& [origin, most] : trust) sum += most;
      return sum;
    }
  };
  std::vector<std::size_t> order(claims.size());
  for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
  std::vector<std::string> folded;
  for (const std::string& text : texts) folded.push_back(fold(text));
  // Longest first: the shorter ones find their home in them.
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    return std::tuple(folded[b].size(), folded[a]) < std::tuple(folded[a].size(), folded[b]);
  });
  std::vector<Value> values;
  for (const std::size_t i : order) {
    if (folded[i].empty()) continue;
    const std::vector<std::string> words = words_of(folded[i]);
    const std::set<std::string> own(words.begin(), words.end());
    auto home = std::find_if(values.begin(), values.end(), [&](const Value& value) {
      return std::includes(value.words.begin(), value.words.end(), own.begin(), own.end());
    });
    if (home == values.end()) {
      values.push_back({own, {}, {}, {}, false});
      home = values.end() - 1;
    }
    if (own.size() == home->words.size()) home->spellings[texts[i]] += context.records.trust[claims[i]->document];
    double& most = home->trust[context.records.origins[claims[i]->document]];
    most = std::max(most, context.records.trust[claims[i]->document]);
    const Mark* mark = context.records.mark_of(*claims[i]);
    home->is_pinned = home->is_pinned || (mark != nullptr && mark->decision == "pinned");
    home->claims.push_back(claims[i]);
  }
  TextChoice choice;
  std::vector<std::tuple<bool, double, std::string, std::size_t>> ranked;
  for (std::size_t v = 0; v < values.size(); ++v) {
    const auto best =
        std::min_element(values[v].spellings.begin(), values[v].spellings.end(), [](const auto& a, const auto& b) {
          return std::tuple(is_shouted(a.first), -a.second, spelling_rank(a.first)) <
                 std::tuple(is_shouted(b.first), -b.second, spelling_rank(b.first));
        });
    ranked.emplace_back(!values[v].is_pinned, -values[v].support(), best->first, v);
  }
  std::sort(ranked.begin(), ranked.end());
  for (auto& [unpinned, support, text, v] : ranked) choice.values.push_back({text, std::move(values[v].claims)});
  return choice;
}

std::string best_text(const Context& context, const ClaimList& claims, const std::vector<std::string>& texts) {
  std::map<std::string, double> support;
  for (std::size_t i = 0; i < claims.size(); ++i) {
    if (!texts[i].empty()) support[texts[i]] += context.records.trust[claims[i]->document];
  }
  if (support.empty()) return {};
  return std::min_element(support.begin(), support.end(),
                          [](const auto& a, const auto& b) {
                            return std::tuple(is_shouted(a.first), -a.second, spelling_rank(a.first)) <
                                   std::tuple(is_shouted(b.first), -b.second, spelling_rank(b.first));
                          })
      ->first;
}

}  // namespace dossier::merging
