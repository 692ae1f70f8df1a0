// extract.cpp - the order of extraction, written out: literals, names, roles, evidence, arbitration, facts, resolution.
#include "pipeline/extract.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <numeric>
#include <optional>
#include <set>
#include <tuple>
#include <unordered_map>
#include <utility>

#include "extractors/dates.h"
#include "extractors/facts.h"
#include "extractors/known_names.h"
#include "extractors/names.h"
#include "extractors/profile_page.h"
#include "extractors/rolls.h"
#include "extractors/statistic_subjects.h"
#include "extractors/statistics.h"
#include "grammars/rules.h"
#include "pipeline/bodies.h"
#include "pipeline/built_in_rules.h"
#include "pipeline/extract_trace.h"
#include "pipeline/resolve.h"

namespace dossier {

namespace {

constexpr std::uint32_t kFieldName = 6;  // tokens of a field that is a name
constexpr std::size_t kPassage = 6;      // blocks of a text that may be a passage of another
constexpr double kAccepted = 0.1;        // score of a role that stays although no fact uses it
constexpr double kDenied = -1.5;         // score of a role below which no fact may use it, either
constexpr double kProof = 0.8;           // least score of a candidate that rules see as proven

const std::vector<RuleInfo>& identifier_rules() {
  static const std::vector<RuleInfo> kRules = {{"identifier.url", "pipeline/tokenize.cpp", 0, 0.95},
                                               {"identifier.handle", "pipeline/tokenize.cpp", 0, 0.9},
                                               {"organization.member_list", "pipeline/extract.cpp", 0, 0.97},
                                               {"organization.field", "pipeline/extract.cpp", 0, 0.9}};
  return kRules;
}

constexpr std::size_t kLong = 1 << 17;    // tokens; what a longer document took is not kept for the next one
constexpr std::uint32_t kMaxRounds = 5;   // of rules that read what their own phase adds
constexpr std::size_t kMaxLanguages = 8;  // of documents read side by side: what is known of each takes megabytes
// Kept from document to document: values of lexicons and rules, of which there are few.
constexpr std::size_t kMaxAttributes = 4096;

double log_odds(double confidence) {
  return std::log(confidence / (1 - confidence));
}

}  // namespace

std::vector<std::span<const RuleInfo>> built_in_rules() {
  return {date_rules(),       statistic_rules(), statistic_subject_rules(), name_rules(),
          known_name_rules(), roll_rules(),      identifier_rules(),        profile_page_rules()};
}

struct Extractor::State {
  using Attributes = std::vector<std::pair<std::string, std::string>>;

  // A role as proposed; kept if its votes are for it or a fact uses it.
  struct RoleCandidate {
    TokenRange tokens;
    RuleId rule = 0;
    double score = 0;
    double confidence = 0;
    std::int32_t priority = 0;
    std::uint32_t specificity = 0;
    RoleValue value;
    std::vector<RuleId> voters;
  };

  const Knowledge& knowledge;
  Options options;
  const RuleSet& rules;
  RuleMatcher matcher;
  const DateExtractor& dates;
  const StatisticExtractor& statistics;
  NameArbiter no_names;  // as each document begins with them
  FactBuilder no_facts;
  StatisticSubjects subjects;
  ProfilePageReader pages;
  std::uint32_t names_phase, roles_phase, roles_again, evidence_phase, facts_phase, facts_again;
  RuleId url_rule, handle_rule, member_rule, field_rule, known_person_rule, known_organization_rule, roll_person_rule,
      roll_organization_rule;
  LexiconId pronoun_lexicon, organization_lexicon, org_head, role_head, function_words;
  Bodies bodies;
  AttributeId lang, kind, category, person;

  // A document on its way through the stages.
  struct Reading {
    Reading(const NameArbiter& no_names, const FactBuilder& no_facts) : names(no_names), facts(no_facts) {}
    const Document* document = nullptr;
    ExtractionTrace* trace = nullptr;
    std::span<const KnownName> known;
    LexiconPass pass;
    RuleMatcher::Reading tokens;
    NameArbiter names;
    FactBuilder facts;
    std::vector<RoleCandidate> roles;
    std::vector<Mention> pronouns;
    std::set<std::pair<std::uint32_t, std::uint32_t>> shown_roles;  // tokens of roles that rules have seen
    std::size_t shown_extras = 0;
    bool is_cut_short = false;    // repeated rules found something new in every round
    std::vector<Mention> extras;  // made by fact rules for their own arguments ("Portuguese" as a nationality)
    std::vector<Mention> found;   // names, as decided
    std::vector<double> role_scores;
    PageReading page;
    std::vector<std::uint32_t> chains;
    Extraction out;
  };
  std::vector<std::unique_ptr<Reading>> readings;  // used again and again
  Reading* now = nullptr;
  RecentWords words;

  std::unordered_map<std::string, Attributes> known_attributes;
  std::string known_key;
  bool is_timed = false;
  std::vector<std::pair<std::string_view, double>> seconds;  // by stage
  std::chrono::steady_clock::time_point stage_begin;

  explicit State(const Knowledge& all)
      : knowledge(all),
        rules(all.rule_set()),
        matcher(all.rule_set(), all.lexicons()),
        dates(all.dates()),
        statistics(all.statistics()),
        no_names(all),
        no_facts(all),
        subjects(all),
        pages(load_profile_page_reader(all)),
        names_phase(rules.phase("names")),
        roles_phase(rules.phase("roles")),
        roles_again(rules.phase("roles again")),
        evidence_phase(rules.phase("evidence")),
        facts_phase(rules.phase("facts")),
        facts_again(rules.phase("facts again")),
        url_rule(all.rule("identifier.url")),
        handle_rule(all.rule("identifier.handle")),
        member_rule(all.rule("organization.member_list")),
        field_rule(all.rule("organization.field")),
        known_person_rule(all.rule("name.known_person")),
        known_organization_rule(all.rule("name.known_organization")),
        roll_person_rule(all.rule("person.of_roll")),
        roll_organization_rule(all.rule("organization.of_roll")),
        pronoun_lexicon(all.lexicons().find("pronoun")),
        organization_lexicon(all.lexicons().find("organization")),
        org_head(all.lexicons().find("org_head")),
        role_head(all.lexicons().find("role_head")),
        function_words(all.lexicons().find("function_word")),
        bodies(all),
        lang(all.lexicons().find_attribute("lang")),
        kind(all.lexicons().find_attribute("kind")),
        category(all.lexicons().find_attribute("category")),
        person(all.lexicons().find_attribute("person")) {}

  // --- stages -------------------------------------------------------------------------------------------------------

  struct Stage {
    std::string_view name;
    void (State::*run)();
  };

  // Each stage over all documents before the next: what it needs, code and tables, is more than fits beside what the
  // others need into the caches of a processor, and is fetched once for all of them.
  std::vector<Extraction> extract(std::span<const Job> jobs) {
    // Rules and words are those of a language.
    std::vector<std::uint32_t> order(jobs.size());
    std::iota(order.begin(), order.end(), 0u);
    std::stable_sort(order.begin(), order.end(), [&](std::uint32_t a, std::uint32_t b) {
      return jobs[a].document->languages < jobs[b].document->languages;
    });
    std::vector<Extraction> extractions(jobs.size());
    for (std::size_t first = 0; first < order.size();) {
      std::size_t end = first + 1;
      for (std::size_t languages = 1; end < order.size(); ++end) {
        if (jobs[order[end]].document->languages != jobs[order[end - 1]].document->languages) ++languages;
        if (languages > kMaxLanguages) break;
      }
      extract(jobs, {order.data() + first, end - first}, extractions);
      first = end;
    }
    return extractions;
  }

  void extract(std::span<const Job> jobs, std::span<const std::uint32_t> order, std::vector<Extraction>& extractions) {
    static constexpr Stage kStages[] = {{"lexicon pass", &State::look_up_words},
                                        {"tokens for rules", &State::begin_tokens},
                                        {"dates", &State::find_dates},
                                        {"statistics", &State::find_statistics},
                                        {"literals for rules", &State::see_literals},
                                        {"rules of names", &State::propose_names},
                                        {"name candidates", &State::choose_candidates},
                                        {"rules of roles", &State::find_roles},
                                        {"rules of evidence", &State::find_evidence},
                                        {"name decisions", &State::decide_names},
                                        {"rules of facts", &State::find_facts},
                                        {"entities", &State::join_mentions},
                                        {"facts", &State::build_facts}};
    if (known_attributes.size() > kMaxAttributes) known_attributes.clear();
    matcher.make_room();
    while (readings.size() < order.size()) readings.push_back(std::make_unique<Reading>(no_names, no_facts));
    for (std::size_t i = 0; i < order.size(); ++i) {
      const Job& job = jobs[order[i]];
      readings[i]->document = job.document;
      readings[i]->trace = job.trace;
      readings[i]->known = job.known;
    }
    stage_ends("");
    for (const Stage& stage : kStages) {
      for (std::size_t i = 0; i < order.size(); ++i) {
        now = readings[i].get();
        (this->*stage.run)();
      }
      stage_ends(stage.name);
    }
    for (std::size_t i = 0; i < order.size(); ++i) {
      extractions[order[i]] = std::exchange(readings[i]->out, {});
      if (jobs[order[i]].document->tokens.size() > kLong) readings[i] = std::make_unique<Reading>(no_names, no_facts);
    }
  }

  // The time since the last stage ended belongs to this one; "": to none.
  void stage_ends(std::string_view stage) {
    if (!is_timed) return;
    const auto time = std::chrono::steady_clock::now();
    const double passed = std::chrono::duration<double>(time - std::exchange(stage_begin, time)).count();
    if (stage.empty()) return;
    const auto known = std::find_if(seconds.begin(), seconds.end(), [&](const auto& s) { return s.first == stage; });
    if (known == seconds.end()) {
      seconds.emplace_back(stage, passed);
    } else {
      known->second += passed;
    }
  }

  void look_up_words() { run_lexicon_pass(knowledge.lexicons(), *now->document, now->pass, words); }

  void begin_tokens() {
    now->out = {};
    now->roles.clear();
    now->pronouns.clear();
    now->extras.clear();
    now->found.clear();
    now->shown_roles.clear();
    now->shown_extras = 0;
    now->is_cut_short = false;
    matcher.begin(now->tokens, *now->document, now->pass);
    now->names.begin(*now->document);
    now->facts.begin(*now->document, now->pass);
  }

  void find_dates() { dates.extract(*now->document, now->pass, now->out.mentions, now->out.dates); }

  void find_statistics() {
    Extraction& out = now->out;
    std::vector<Mention> mentions;
    statistics.extract(*now->document, now->pass, out.mentions, mentions, out.statistics, out.dates);
    out.mentions.insert(out.mentions.end(), mentions.begin(), mentions.end());
  }

  void see_literals() {
    Extraction& out = now->out;
    for (std::uint32_t t = 0; t < now->document->tokens.size(); ++t) {
      const std::uint16_t shape = now->document->tokens[t].shape;
      if ((shape & shape::kUrl) != 0) out.mentions.push_back(mention_of({t, t + 1}, type::kIdentifier, url_rule, 0.95));
      if ((shape & shape::kHandle) != 0)
        out.mentions.push_back(mention_of({t, t + 1}, type::kIdentifier, handle_rule, 0.9));
    }
    see(out.mentions);
  }

  void propose_names() { run(names_phase); }

  void choose_candidates() {
    propose_members();
    propose_known();
    propose_rolls();
    now->names.propose_defined();
    now->names.segment();
    see_candidates();
  }

  void find_roles() {
    run(roles_phase);
    repeat(roles_again, [this] { return see_roles(); });
  }

  void find_evidence() { run(evidence_phase); }

  void decide_names() {
    now->names.decide(now->found);
    if (now->document->kind == DocumentKind::kProfile) drop_headings(now->found);
    see(now->found);
    see(now->pronouns);
    drop_overlapping_roles(now->found);
  }

  void find_facts() {
    run(facts_phase);
    repeat(facts_again, [this] { return see_extras(); });
  }

  // --- mentions and what rules see of them --------------------------------------------------------------------------

  Mention mention_of(TokenRange tokens, TypeId type, RuleId rule, double confidence) const {
    Mention mention;
    mention.type = type;
    mention.first_token = tokens.first;
    mention.end_token = tokens.end;
    mention.span = {now->document->tokens[tokens.first].begin, now->document->tokens[tokens.end - 1].end};
    mention.rule = rule;
    mention.confidence = static_cast<float>(confidence);
    return mention;
  }

  // Makes mentions visible to the phases that follow. Organizations show what kind they are ("party", "university").
  void see(const std::vector<Mention>& mentions) {
    std::vector<SeenMention> seen;
    seen.reserve(mentions.size());
    for (const Mention& mention : mentions) {
      std::span<const Attributes::value_type> attributes;
      if (mention.type == type::kOrganization) attributes = attributes_of("kind", kind_of(mention), "", "");
      const EntryId entry = mention.type == type::kPronoun ? pronoun_entry(mention.first_token) : kNone;
      // "The company" is an organization to rules.
      const bool is_noun = mention.type == type::kPronoun && entry == kNone;
      const TypeId seen_as = is_noun ? type::kOrganization : mention.type;
      seen.push_back({{mention.first_token, mention.end_token}, seen_as, entry, attributes});
    }
    show(seen);
  }

  void show(const std::vector<SeenMention>& seen) {
    if (seen.empty()) return;
    matcher.add(now->tokens, seen);
    if (now->trace == nullptr) return;
    now->trace->pending.emplace_back();
    for (const SeenMention& mention : seen) {
      now->trace->pending.back().push_back(
          {mention.tokens, mention.type, mention.entry, {mention.attributes.begin(), mention.attributes.end()}});
    }
  }

  // One attribute, or two if the second has a name. Made once for all mentions that have the same.
  std::span<const Attributes::value_type> attributes_of(std::string_view name, std::string_view value,
                                                        std::string_view other_name, std::string_view other_value) {
    known_key.assign(name).append(1, '\n').append(value).append(1, '\n').append(other_value);
    const auto found = known_attributes.find(known_key);
    if (found != known_attributes.end()) return found->second;
    Attributes& attributes = known_attributes[known_key];
    attributes.emplace_back(name, value);
    if (!other_name.empty()) attributes.emplace_back(other_name, other_value);
    return attributes;
  }

  // Of the longest lexicon hit in the name, a head noun at its end before others.
  std::string_view kind_of(const Mention& mention) const {
    const Lexicons& lexicons = knowledge.lexicons();
    for (const LexiconId lexicon : {organization_lexicon, org_head}) {
      if (lexicon == kNoLexicon) continue;
      std::string_view found;
      const std::uint32_t end = lexicon == organization_lexicon ? mention.first_token + 1 : mention.end_token;
      for (std::uint32_t t = mention.first_token; t < end; ++t) {
        const LexiconHit hit = longest_hit(lexicons, *now->document, now->pass, lexicon, t);
        if (hit.end_token == t || hit.end_token > mention.end_token) continue;
        if (lexicon == organization_lexicon &&
            (hit.first_token != mention.first_token || hit.end_token != mention.end_token))
          continue;
        found = lexicons.attribute(hit.entry, kind);
        t = hit.end_token - 1;  // not the "Group" of a "Working Group"
      }
      if (!found.empty()) return found;
    }
    if (mention.end_token == mention.first_token + 1) {  // "TSC"
      const EntryId letters =
          bodies.letters_at(now->pass.words[mention.first_token], now->document->word(mention.first_token));
      if (letters != kNone) return lexicons.attribute(letters, kind);
    }
    return {};
  }

  // The lexicon row that says what a pronoun is, in the language of the document.
  EntryId pronoun_entry(std::uint32_t token) const {
    const Lexicons& lexicons = knowledge.lexicons();
    EntryId found = kNone;
    for (const EntryId entry : lexicons.entries_of(now->pass.words[token])) {
      if (lexicons.lexicon_of(entry) != pronoun_lexicon) continue;
      if (lexicons.attribute(entry, lang) == now->document->languages.front()) return entry;
      if (found == kNone) found = entry;
    }
    return found;
  }

  void see_candidates() {
    std::vector<SeenMention> seen;
    seen.reserve(now->names.candidates().size());
    for (const NameArbiter::Candidate& candidate : now->names.candidates()) {
      const TypeId proof = candidate.score >= kProof ? candidate.guess : type::kName;
      seen.push_back(
          {candidate.tokens, type::kName, kNone,
           attributes_of("guess", knowledge.types()[candidate.guess].name, "proof", knowledge.types()[proof].name)});
    }
    show(seen);
  }

  // Shows the roles that were not shown yet, and returns their places.
  std::vector<TokenRange> see_roles() {
    std::vector<SeenMention> seen;
    std::vector<TokenRange> places;
    for (const RoleCandidate& role : now->roles) {
      if (!now->shown_roles.insert({role.tokens.first, role.tokens.end}).second) continue;
      seen.push_back({role.tokens, type::kRole, kNone,
                      attributes_of("category", role.value.category, "qualifier", role.value.qualifier)});
      places.push_back(role.tokens);
    }
    show(seen);
    return places;
  }

  // The same for mentions that rules of facts made.
  std::vector<TokenRange> see_extras() {
    std::vector<SeenMention> seen;
    std::vector<TokenRange> places;
    if (facts_again == kNone) return places;
    for (; now->shown_extras < now->extras.size(); ++now->shown_extras) {
      const Mention& mention = now->extras[now->shown_extras];
      seen.push_back({{mention.first_token, mention.end_token}, mention.type, kNone, {}});
      places.push_back(seen.back().tokens);
    }
    show(seen);
    return places;
  }

  // Rules that read what their own phase adds: run where something new came, until nothing new comes.
  template <class See>
  void repeat(std::uint32_t phase, const See& see_new) {
    for (std::uint32_t round = 0;; ++round) {
      const std::vector<TokenRange> places = see_new();
      if (phase == kNone || places.empty()) return;
      if (round == kMaxRounds) {
        now->is_cut_short = true;
        return;
      }
      run(phase, places);
    }
  }

  // `places`: only the sentences (blocks …) of these; empty: all.
  void run(std::uint32_t phase, std::span<const TokenRange> places = {}) {
    if (phase == kNone) return;
    if (now->trace != nullptr) matcher.count_tries();
    if (now->trace != nullptr) now->trace->phases.push_back({phase, std::exchange(now->trace->pending, {}), {}});
    matcher.match(
        now->tokens, phase,
        [&](const RuleMatch& match) {
          if (now->trace != nullptr) {
            now->trace->phases.back().matches.push_back(
                {match.rule, match.tokens, {match.captures.begin(), match.captures.end()}});
          }
          apply(phase, match);
        },
        places);
    if (phase == roles_phase || phase == roles_again) choose_roles();
  }

  void apply(std::uint32_t phase, const RuleMatch& match) {
    const CompiledRule& rule = rules.rules()[match.rule];
    for (const CompiledAction& action : rule.actions) {
      if (action.is_fact) {
        now->facts.add(rule, match.rule, action, match);
        continue;
      }
      const TokenRange tokens = action.tokens_of(match);
      if (tokens.first == kNone || tokens.is_empty()) continue;
      if (action.type == type::kRole) {
        vote_role(phase, rule, match, action, tokens);
      } else if (action.type == type::kPronoun) {
        now->pronouns.push_back(mention_of(tokens, type::kPronoun, match.rule, rule.confidence));
      } else if (phase == names_phase) {
        now->names.propose(tokens, action.type, match.rule, rule.confidence, action.forbids);
      } else if (phase == evidence_phase || phase == roles_phase || phase == roles_again) {
        now->names.testify(tokens, action.type, match.rule, rule.confidence, action.forbids);
      } else if (phase == facts_phase || phase == facts_again) {
        now->extras.push_back(mention_of(tokens, action.type, match.rule, rule.confidence));
      }
    }
  }

  // --- roles
  // ----------------------------------------------------------------------------------------------------------

  void vote_role(std::uint32_t phase, const CompiledRule& rule, const RuleMatch& match, const CompiledAction& action,
                 TokenRange tokens) {
    const double weight = action.forbids ? -log_odds(rule.confidence) : log_odds(rule.confidence);
    if (phase != roles_phase && phase != roles_again) {
      // Chosen roles are sorted and do not overlap each other.
      auto it = std::upper_bound(now->roles.begin(), now->roles.end(), tokens.first,
                                 [](std::uint32_t first, const auto& role) { return first < role.tokens.end; });
      for (; it != now->roles.end() && it->tokens.first < tokens.end; ++it) {
        RoleCandidate& role = *it;
        if (std::find(role.voters.begin(), role.voters.end(), match.rule) != role.voters.end()) continue;
        role.voters.push_back(match.rule);
        role.score += weight;
      }
      return;
    }
    RoleCandidate role;
    role.tokens = tokens;
    role.rule = match.rule;
    role.score = weight;
    role.confidence = rule.confidence;
    role.priority = rule.priority;
    role.specificity = rule.specificity;
    for (const CompiledAssignment& assignment : action.attributes) {
      const std::string value = now->facts.value_of(assignment, match.captures);
      if (assignment.name == "category") role.value.category = value;
      if (assignment.name == "qualifier") role.value.qualifier = value;
    }
    const std::string_view of_head = category_of(tokens);
    if (!of_head.empty()) role.value.category = of_head;
    role.voters.push_back(match.rule);
    now->roles.push_back(std::move(role));
  }

  // Where the last head noun inside a range ends.
  std::optional<std::uint32_t> last_head_end(TokenRange tokens) const {
    std::optional<std::uint32_t> end;
    for (std::uint32_t t = tokens.first; t < tokens.end; ++t) {
      const LexiconHit hit = longest_hit(knowledge.lexicons(), *now->document, now->pass, role_head, t);
      if (hit.end_token > t && hit.end_token <= tokens.end) end = std::max(end.value_or(0), hit.end_token);
    }
    return end;
  }

  // Of the longest head that ends where the title ends: "chief executive officer" rather than "officer".
  std::string_view category_of(TokenRange tokens) const {
    const Lexicons& lexicons = knowledge.lexicons();
    for (std::uint32_t t = tokens.first; t + 1 < tokens.end; ++t) {
      const LexiconHit hit = longest_hit(lexicons, *now->document, now->pass, role_head, t);
      if (hit.end_token == tokens.end) return lexicons.attribute(hit.entry, category);
    }
    return {};
  }

  // The proven name that a range begins inside of and runs on from: "Boats tech lead" after "SIG"; null if none.
  const NameArbiter::Candidate* cut_name(TokenRange tokens) const {
    const auto candidates = now->names.candidates();
    const auto it =
        std::upper_bound(candidates.begin(), candidates.end(), tokens.first,
                         [](std::uint32_t first, const auto& candidate) { return first < candidate.tokens.end; });
    const bool is_cut = it != candidates.end() && it->tokens.first < tokens.first && it->tokens.end < tokens.end &&
                        it->score >= kProof && (it->guess == type::kOrganization || it->guess == type::kPerson);
    return is_cut ? &*it : nullptr;
  }

  // Longest, then of the highest priority, then surest, then most specific, then first; what overlaps a chosen one is
  // dropped, and what begins inside a person's name. Inside an organization's it begins behind that.
  void choose_roles() {
    std::erase_if(now->roles, [&](RoleCandidate& role) {
      const NameArbiter::Candidate* name = cut_name(role.tokens);
      if (name == nullptr) return false;
      role.tokens.first = behind_joint({name->tokens.end, role.tokens.end});
      return name->guess == type::kPerson;
    });
    std::sort(now->roles.begin(), now->roles.end(), [](const RoleCandidate& a, const RoleCandidate& b) {
      const std::uint32_t a_size = a.tokens.end - a.tokens.first;
      const std::uint32_t b_size = b.tokens.end - b.tokens.first;
      if (a_size != b_size) return a_size > b_size;
      if (a.priority != b.priority) return a.priority > b.priority;
      if (a.score != b.score) return a.score > b.score;
      if (a.specificity != b.specificity) return a.specificity > b.specificity;
      if (a.tokens.first != b.tokens.first) return a.tokens.first < b.tokens.first;
      return a.rule < b.rule;
    });
    std::vector<std::uint8_t> taken(now->document->tokens.size());
    std::vector<RoleCandidate> chosen;
    for (RoleCandidate& role : now->roles) {
      bool is_free = true;
      for (std::uint32_t t = role.tokens.first; t < role.tokens.end && is_free; ++t) is_free = taken[t] == 0;
      if (!is_free) continue;
      for (std::uint32_t t = role.tokens.first; t < role.tokens.end; ++t) taken[t] = 1;
      chosen.push_back(std::move(role));
    }
    std::sort(chosen.begin(), chosen.end(),
              [](const auto& a, const auto& b) { return a.tokens.first < b.tokens.first; });
    now->roles = std::move(chosen);
  }

  // Each cell of a member list is an organization, whatever its words look like, and so is what a field names as one.
  void propose_members() {
    for (const MetadataField& field : now->document->metadata) {
      if (field.block == kNone || (field.name != "organization" && field.name != "publisher")) continue;
      const Block& block = now->document->blocks[field.block];
      const bool is_name = block.is_extracted() && block.end_token > block.first_token &&
                           block.end_token - block.first_token <= kFieldName &&
                           (now->document->tokens[block.first_token].shape & shape::kUpperFirst) != 0;
      if (is_name)
        now->names.propose({block.first_token, block.end_token}, type::kOrganization, field_rule, 0.9, false);
    }
    for (const Table& table : now->document->tables) {
      if (!table.is_member_list) continue;
      for (const std::uint32_t cell : table.cells) {
        if (cell == kNone || !now->document->blocks[cell].is_extracted()) continue;
        const Block& block = now->document->blocks[cell];
        now->names.propose({block.first_token, block.end_token}, type::kOrganization, member_rule, 0.97, false);
      }
    }
  }

  void propose_known() {
    if (now->known.empty()) return;
    for (const KnownNameHit& hit : find_known_names(*now->document, now->known)) {
      const KnownName& name = now->known[hit.known];
      const RuleId rule = name.type == type::kPerson ? known_person_rule : known_organization_rule;
      now->names.propose(hit.tokens, name.type, rule, confidence_of(name, hit.tokens), false);
    }
  }

  // Lists and columns of people: those whom no rule knows.
  void propose_rolls() {
    constexpr double kSure = 0.8;     // confidence of what counts as known
    constexpr double kLikely = 0.55;  // the same, for organizations: "Apple" and letters in a list of firms
    const ProposedEnds proposed = {
        now->names.ends_of(type::kPerson, kSure), now->names.ends_of(type::kOrganization, kSure),
        now->names.ends_of(type::kOrganization, kLikely), now->names.ends_of(type::kPlace, kSure)};
    const std::vector<RollName> names = find_roll_names(*now->document, knowledge.lexicons(), now->pass, proposed);
    std::vector<std::uint32_t> lines;
    for (const RollName& name : names) {
      if (name.is_line) lines.push_back(name.tokens.first);
    }
    now->names.part_at(lines);
    for (const RollName& name : names) {
      const RuleInfo& rule = roll_rules()[name.type == type::kPerson ? 0 : 1];
      now->names.propose(name.tokens, name.type, name.type == type::kPerson ? roll_person_rule : roll_organization_rule,
                         rule.confidence, false);
    }
  }

  // Headings of a profile page are captions of its sections and tables; its title is read by the page reader.
  void drop_headings(std::vector<Mention>& found) const {
    std::size_t block = 0;
    std::erase_if(found, [&](const Mention& mention) {
      while (block < now->document->blocks.size() && now->document->blocks[block].end_token <= mention.first_token)
        ++block;
      return block < now->document->blocks.size() && now->document->blocks[block].kind == BlockKind::kHeading;
    });
  }

  // "Gorse Construction | and chief executive": where the title begins, without what joined it to the name.
  std::uint32_t behind_joint(TokenRange tokens) const {
    const Lexicons& lexicons = knowledge.lexicons();
    const auto is_joint = [&](std::uint32_t token) {
      if ((now->document->tokens[token].shape & shape::kAlpha) == 0) return true;
      const auto entries = lexicons.entries_of(now->pass.words[token]);
      return std::any_of(entries.begin(), entries.end(),
                         [&](EntryId entry) { return lexicons.lexicon_of(entry) == function_words; });
    };
    std::uint32_t first = tokens.first;
    while (first + 1 < tokens.end && is_joint(first)) ++first;
    return first;
  }

  // A role inside a name is part of the name ("Director Street"), a place or a product inside a role part of the role
  // ("Vice President for Italy", "Python developer"). Behind an organization the rest is the role ("Harbor Committee
  // chair").
  void drop_overlapping_roles(const std::vector<Mention>& found) {
    std::vector<std::uint32_t> taken(now->document->tokens.size(), kNone);
    for (std::uint32_t m = 0; m < found.size(); ++m) {
      for (std::uint32_t t = found[m].first_token; t < found[m].end_token; ++t) taken[t] = m;
    }
    bool is_shorter = false;
    for (RoleCandidate& role : now->roles) {
      const TokenRange tokens = role.tokens;
      if (const std::uint32_t m = taken[tokens.first];
          m != kNone && found[m].type == type::kOrganization && found[m].end_token < tokens.end)
        role.tokens.first = behind_joint({found[m].end_token, tokens.end});
      // "chair of the Harbor Safety Council": the head, without what leads to the name.
      if (const std::uint32_t m = taken[tokens.end - 1];
          m != kNone && found[m].type == type::kOrganization && found[m].first_token > tokens.first)
        role.tokens.end = last_head_end({tokens.first, found[m].first_token}).value_or(tokens.end);
      is_shorter = is_shorter || !(role.tokens == tokens);
    }
    if (is_shorter) see_roles();
    std::erase_if(now->roles, [&](const RoleCandidate& role) {
      for (std::uint32_t t = role.tokens.first; t < role.tokens.end; ++t) {
        if (taken[t] == kNone) continue;
        const Mention& mention = found[taken[t]];
        const bool is_inside = mention.first_token >= role.tokens.first && mention.end_token <= role.tokens.end &&
                               mention.end_token - mention.first_token < role.tokens.end - role.tokens.first;
        const bool is_part = mention.type == type::kPlace || mention.type == type::kProduct;
        if (!is_part || !is_inside) return true;
      }
      return false;
    });
  }

  // --- the result
  // -----------------------------------------------------------------------------------------------------

  // All mentions, and which of them are one.
  void join_mentions() {
    Extraction& out = now->out;
    drop_covered(out.mentions, now->found);
    out.mentions.insert(out.mentions.end(), now->found.begin(), now->found.end());
    out.mentions.insert(out.mentions.end(), now->pronouns.begin(), now->pronouns.end());
    std::vector<std::uint8_t> taken(now->document->tokens.size());
    for (const Mention& mention : now->found) {
      for (std::uint32_t t = mention.first_token; t < mention.end_token; ++t) taken[t] = 1;
    }
    for (const Mention& mention : now->extras) {
      if (taken[mention.first_token] == 0 && taken[mention.end_token - 1] == 0) out.mentions.push_back(mention);
    }
    now->role_scores.clear();
    for (RoleCandidate& role : now->roles) {
      if (role.score < kDenied) continue;
      Mention mention =
          mention_of(role.tokens, type::kRole, role.rule, 1 / (1 + std::exp(-std::max(role.score, -2.0))));
      mention.role = static_cast<std::uint32_t>(out.roles.size());
      out.roles.push_back(role.value);
      now->role_scores.push_back(role.score);
      out.mentions.push_back(mention);
    }
    sort_mentions(out.mentions);
    out.mentions.erase(
        std::unique(out.mentions.begin(), out.mentions.end(),
                    [](const Mention& a, const Mention& b) { return a.span == b.span && a.type == b.type; }),
        out.mentions.end());
    std::vector<std::pair<std::uint32_t, std::uint32_t>> aliases = now->facts.aliases(out.mentions);
    now->page = {};
    if (now->document->kind == DocumentKind::kProfile) {
      now->page = pages.read(*now->document);
      add_page_reading(*now->document, knowledge, now->page, out);
      now->role_scores.resize(out.roles.size(), 5.0);
    }
    if (!now->page.blocks.empty()) aliases.clear();
    tell_cuts(out);
    now->chains = resolve(*now->document, knowledge, now->pass, aliases, out);
  }

  void build_facts() {
    Extraction& out = now->out;
    std::vector<Fact> stated;
    if (!now->facts.build(out, now->chains, options.has_repeats, stated)) {
      out.diagnostics.push_back({Severity::kWarning, "limit.facts",
                                 "too many facts: some that other words of their sentence repeat, or that a long list "
                                 "goes on with, are left out"});
    }
    drop_unnamed(out, stated, now->role_scores);
    // What the page reader has read as a table is not read again as prose.
    const std::vector<std::uint32_t>& read = now->page.blocks;  // sorted
    std::erase_if(stated, [&](const Fact& fact) {
      const auto block = std::partition_point(read.begin(), read.end(), [&](std::uint32_t b) {
        return now->document->blocks[b].span.end <= fact.span.begin;
      });
      return block != read.end() && now->document->blocks[*block].span.overlaps(fact.span);
    });
    subjects.assign(*now->document, now->pass, out, stated);
    out.facts.insert(out.facts.end(), stated.begin(), stated.end());
    keep_used(out, now->role_scores, now->extras);
    if (!options.has_repeats) std::erase_if(out.facts, [](const Fact& fact) { return fact.is_repeat; });
    if (options.has_numbers) add_numbers(out);
    sort_facts(out.facts);
  }

  // "I was a sailor" of nobody knows whom: in a text of several paragraphs, where others are named and quoted, it says
  // nothing about anybody; in a passage it is its author. The sailor stays a role.
  void drop_unnamed(const Extraction& out, std::vector<Fact>& stated, std::vector<double>& role_scores) const {
    if (now->document->blocks.size() <= kPassage) return;
    const auto is_unnamed = [&](const Argument& argument) {
      const Mention& mention = out.mentions[argument.mention];
      if (mention.type != type::kPronoun || mention.entity != kNone) return false;
      const EntryId entry = pronoun_entry(mention.first_token);
      const std::string_view which = entry == kNone ? "" : knowledge.lexicons().attribute(entry, person);
      return which == "1" || which == "2";
    };
    std::erase_if(stated, [&](const Fact& fact) {
      if (std::none_of(fact.arguments.begin(), fact.arguments.end(), is_unnamed)) return false;
      for (const Argument& argument : fact.arguments) {
        const std::uint32_t role = out.mentions[argument.mention].role;
        if (role != kNone) role_scores[role] = std::max(role_scores[role], kAccepted);
      }
      return true;
    });
  }

  // A fact is large: places are sorted, and each fact is moved once.
  static void sort_facts(std::vector<Fact>& facts) {
    std::vector<std::uint32_t> order(facts.size());
    std::iota(order.begin(), order.end(), 0u);
    std::stable_sort(order.begin(), order.end(), [&](std::uint32_t x, std::uint32_t y) {
      const Fact& a = facts[x];
      const Fact& b = facts[y];
      if (a.span != b.span) return a.span < b.span;
      if (a.predicate != b.predicate) return a.predicate < b.predicate;
      if (a.is_repeat != b.is_repeat) return b.is_repeat;
      return std::lexicographical_compare(a.arguments.begin(), a.arguments.end(), b.arguments.begin(),
                                          b.arguments.end(), [](const Argument& x, const Argument& y) {
                                            return std::pair(x.name, x.mention) < std::pair(y.name, y.mention);
                                          });
    });
    std::vector<Fact> sorted;
    sorted.reserve(facts.size());
    for (const std::uint32_t place : order) sorted.push_back(std::move(facts[place]));
    facts = std::move(sorted);
  }

  static bool stands_before(const Mention& a, const Mention& b) {
    if (a.span != b.span) return a.span < b.span;
    return a.type != b.type ? a.type < b.type : a.rule < b.rule;
  }

  // Rules that were stopped, so that a missing fact has its reason.
  void tell_cuts(Extraction& out) const {
    if (now->is_cut_short) {
      out.diagnostics.push_back({Severity::kWarning, "limit.rounds",
                                 "rules of a phase that run again found something new in each of " +
                                     std::to_string(kMaxRounds) + " rounds; the last was not followed"});
    }
    for (const RuleCut& cut : now->tokens.cuts()) {
      const RuleInfo& rule = knowledge.rules()[cut.rule];
      const bool by_matches = cut.why == RuleCut::Why::kMatches;
      out.diagnostics.push_back({Severity::kWarning, "limit.rule",
                                 "rule " + rule.id + " (" + rule.file + ":" + std::to_string(rule.line) +
                                     ") was stopped at word " + std::to_string(cut.token + 1) + ": it " +
                                     (by_matches ? "matched too often" : "took too many steps")});
    }
  }

  static void sort_mentions(std::vector<Mention>& mentions) {
    std::sort(mentions.begin(), mentions.end(), stands_before);
  }

  // Last of all: what refers to mentions by their place follows them.
  void add_numbers(Extraction& out) const {
    const std::size_t others = out.mentions.size();
    statistics.extract_numbers(*now->document, out.mentions, out.statistics);
    std::vector<std::uint32_t> order(out.mentions.size());
    for (std::uint32_t m = 0; m < order.size(); ++m) order[m] = m;
    std::sort(order.begin(), order.end(), [&](std::uint32_t a, std::uint32_t b) {
      if (stands_before(out.mentions[a], out.mentions[b])) return true;
      return !stands_before(out.mentions[b], out.mentions[a]) && a < b;
    });
    std::vector<std::uint32_t> place(others);
    std::vector<Mention> sorted;
    sorted.reserve(order.size());
    for (const std::uint32_t m : order) {
      if (m < others) place[m] = static_cast<std::uint32_t>(sorted.size());
      sorted.push_back(out.mentions[m]);
    }
    out.mentions = std::move(sorted);
    for (Fact& fact : out.facts) {
      for (Argument& argument : fact.arguments) argument.mention = place[argument.mention];
    }
    for (LocalEntity& entity : out.entities) {
      for (std::uint32_t& mention : entity.mentions) mention = place[mention];
    }
  }

  // A number inside a name is part of the name only if the name is longer ("Studio 54"); a handle names its owner and
  // stays an identifier. A year in a name is a date ("Summit 2016"), a month in a person's is none ("Jan Lindgren").
  void drop_covered(std::vector<Mention>& literals, const std::vector<Mention>& found) const {
    enum : std::uint8_t { kFree, kTaken, kTakenByPerson };
    std::vector<std::uint8_t> taken(now->document->tokens.size());
    for (const Mention& mention : found) {
      for (std::uint32_t t = mention.first_token; t < mention.end_token; ++t)
        taken[t] = std::max<std::uint8_t>(taken[t], mention.type == type::kPerson ? kTakenByPerson : kTaken);
    }
    std::erase_if(literals, [&](const Mention& mention) {
      if (mention.type == type::kIdentifier) return false;
      const std::uint8_t least = mention.type == type::kDate ? kTakenByPerson : kTaken;
      for (std::uint32_t t = mention.first_token; t < mention.end_token; ++t) {
        if (taken[t] < least) return false;
      }
      return true;
    });
  }

  // Pronouns and extras stay where a fact uses them, roles where a fact uses them or their votes are for them.
  static void keep_used(Extraction& out, const std::vector<double>& role_scores, const std::vector<Mention>& extras) {
    std::set<std::tuple<Span, TypeId, RuleId>> extra;
    for (const Mention& mention : extras) extra.emplace(mention.span, mention.type, mention.rule);
    const auto is_extra = [&](const Mention& mention) {
      return extra.contains({mention.span, mention.type, mention.rule});
    };
    std::vector<std::uint8_t> used(out.mentions.size());
    for (const Fact& fact : out.facts) {
      for (const Argument& argument : fact.arguments) used[argument.mention] = 1;
    }
    std::vector<std::uint32_t> place(out.mentions.size(), kNone);
    std::vector<Mention> kept;
    for (std::uint32_t m = 0; m < out.mentions.size(); ++m) {
      const Mention& mention = out.mentions[m];
      const bool keep = mention.type == type::kPronoun ? used[m] != 0
                        : mention.type == type::kRole  ? used[m] != 0 || role_scores[mention.role] > 0
                                                       : used[m] != 0 || extras.empty() || !is_extra(mention);
      if (!keep) continue;
      place[m] = static_cast<std::uint32_t>(kept.size());
      kept.push_back(mention);
    }
    out.mentions = std::move(kept);
    for (Fact& fact : out.facts) {
      for (Argument& argument : fact.arguments) argument.mention = place[argument.mention];
    }
    for (LocalEntity& entity : out.entities) {
      std::erase_if(entity.mentions, [&](std::uint32_t m) { return place[m] == kNone; });
      for (std::uint32_t& m : entity.mentions) m = place[m];
    }
  }
};

Extractor::Extractor(const Knowledge& knowledge) : Extractor(knowledge, Options{}) {}
Extractor::Extractor(const Knowledge& knowledge, const Options& options) : state_(std::make_unique<State>(knowledge)) {
  state_->options = options;
}
Extractor::~Extractor() = default;

Extraction Extractor::extract(const Document& document, ExtractionTrace* trace, std::span<const KnownName> known) {
  const Job job{&document, known, trace};
  return std::move(state_->extract({&job, 1}).front());
}

std::vector<Extraction> Extractor::extract(std::span<const Job> jobs) {
  return state_->extract(jobs);
}

std::span<const RuleCounters> Extractor::rule_counters() const {
  return state_->matcher.counters();
}

void Extractor::time_stages() {
  state_->is_timed = true;
}

std::span<const std::pair<std::string_view, double>> Extractor::stage_seconds() const {
  return state_->seconds;
}

}  // namespace dossier
