#include "extractors/facts.h"

#include "extractors/dropped_facts.h"
#include "extractors/fact_periods.h"
#include "extractors/further_posts.h"
#include "extractors/list_members.h"
#include "extractors/seats.h"
#include "extractors/stated_facts.h"
#include "extractors/tense.h"
#include "extractors/unnamed_arguments.h"
#include "pipeline/marked_text.h"

namespace dossier {

namespace {

constexpr std::size_t kMostFacts = 100000;  // of one document, repetitions included
constexpr std::string_view kList = "list";  // names the argument that may be a list

bool accepts(const Types& types, TypeId type) {
  if (is_among(type, types)) return true;
  if (type != type::kPronoun) return false;
  // A pronoun stands for people and for things that act.
  return std::any_of(types.begin(), types.end(),
                     [](TypeId t) { return t == type::kPerson || t == type::kOrganization || t == type::kProduct; });
}

Status status_of(std::string_view name) {
  for (const Status status : {Status::kCurrent, Status::kPast, Status::kPlanned}) {
    if (name == name_of(status)) return status;
  }
  return Status::kUnknown;
}

}  // namespace

FactBuilder::FactBuilder(const Knowledge& knowledge)
    : knowledge_(knowledge),
      alias_(knowledge.predicate("alias").value_or(0xFFFF)),
      pronoun_(knowledge.lexicons().find("pronoun")) {}

void FactBuilder::begin(const Document& document, const LexiconPass& pass) {
  document_ = &document;
  pass_ = &pass;
  pending_.clear();
}

void FactBuilder::add(const CompiledRule& rule, RuleId id, const CompiledAction& action, const RuleMatch& match) {
  const TokenRange clause = action.tokens_of(match);
  pending_.push_back({&rule,
                      id,
                      &action,
                      match.tokens,
                      clause.first == kNone ? match.tokens : clause,
                      {match.captures.begin(), match.captures.end()}});
}

std::string_view FactBuilder::attribute_of(TokenRange tokens, AttributeId attribute) const {
  const Lexicons& lexicons = knowledge_.lexicons();
  if (tokens.first >= tokens.end || tokens.end > document_->tokens.size()) return {};
  for (std::uint32_t i = pass_->phrase_begin[tokens.first]; i < pass_->phrase_begin[tokens.first + 1]; ++i) {
    const LexiconHit& hit = pass_->phrases[i];
    if (hit.end_token > tokens.end) continue;
    const std::string_view value = lexicons.attribute(hit.entry, attribute);
    if (!value.empty()) return value;
  }
  for (const EntryId entry : lexicons.entries_of(pass_->words[tokens.first])) {
    if (!fits(lexicons, entry, document_->word(tokens.first))) continue;
    const std::string_view value = lexicons.attribute(entry, attribute);
    if (!value.empty()) return value;
  }
  return {};
}

std::string FactBuilder::value_of(const CompiledAssignment& assignment, std::span<const TokenRange> captures) const {
  std::string value = assignment.text;
  if (assignment.capture != kNoCapture) {
    const TokenRange tokens = captures[assignment.capture];
    if (tokens.first == kNone || tokens.is_empty() || tokens.end > document_->tokens.size()) {
      value.clear();
    } else if (assignment.attribute != kNoAttribute) {
      value = attribute_of(tokens, assignment.attribute);
    } else {
      value = document_->slice({document_->tokens[tokens.first].begin, document_->tokens[tokens.end - 1].end});
    }
  }
  for (const CompiledAssignment& part : assignment.more) value += value_of(part, captures);
  return value;
}

std::uint32_t FactBuilder::find_mention(const std::vector<Mention>& mentions, TokenRange tokens, const Types& types) {
  if (tokens.first == kNone || tokens.is_empty()) return kNone;
  auto it = std::partition_point(mentions.begin(), mentions.end(),
                                 [&](const Mention& mention) { return mention.first_token < tokens.first; });
  std::uint32_t inside = kNone;
  for (; it != mentions.end() && it->first_token < tokens.end; ++it) {
    if (it->end_token > tokens.end || !accepts(types, it->type)) continue;
    const auto index = static_cast<std::uint32_t>(it - mentions.begin());
    if (it->first_token == tokens.first && it->end_token == tokens.end) return index;
    if (inside == kNone) inside = index;
  }
  return inside;
}

std::vector<std::pair<std::uint32_t, std::uint32_t>> FactBuilder::aliases(const std::vector<Mention>& mentions) const {
  std::vector<std::pair<std::uint32_t, std::uint32_t>> pairs;
  for (const Pending& pending : pending_) {
    if (!pending.action->is_fact || pending.action->forbids || pending.action->predicate != alias_) continue;
    std::uint32_t sides[2] = {kNone, kNone};
    for (const CompiledAssignment& argument : pending.action->arguments) {
      if (argument.argument > 1 || argument.capture == kNoCapture) continue;
      sides[argument.argument] = find_mention(mentions, pending.captures[argument.capture],
                                              knowledge_.predicates()[alias_].arguments[argument.argument].types);
    }
    if (sides[0] != kNone && sides[1] != kNone && sides[0] != sides[1] &&
        mentions[sides[0]].type == mentions[sides[1]].type) {
      pairs.emplace_back(sides[0], sides[1]);
    }
  }
  return pairs;
}

bool FactBuilder::build(const Extraction& extraction, const std::vector<std::uint32_t>& chains, bool has_repeats,
                        std::vector<Fact>& facts) const {
  facts.clear();
  if (pending_.empty()) return true;
  const MarkedText text(*document_, knowledge_, *pass_, extraction);
  const auto standing = [&](RuleId rule) { return standing_of(rule); };
  StatedFacts stated;
  bool is_complete = state(text, stated);
  const Forbidden denied = forbidden();
  drop_forbidden(denied, chains, alias_, stated);
  settle_by_tense(text, knowledge_, stated);
  keep_whole(text, knowledge_, standing, stated);
  FactPeriods(text, knowledge_).attach(stated);
  facts = std::move(stated.facts);
  if (!add_further_posts(text, denied, facts)) is_complete = false;
  complete_seats(text, chains, facts);
  drop_loose(text, chains, facts);
  drop_vaguer(text, knowledge_, chains, facts);
  mark_repeats(*document_, extraction, chains, standing, facts);
  if (has_repeats && !add_repeats(*document_, extraction, chains, alias_, kMostFacts, facts)) is_complete = false;
  for (Fact& fact : facts) {
    settle_end(document_->date, fact.period);
    if (fact.period.status == Status::kCurrent) fact.period.asserted_at = document_->date;
  }
  return is_complete;
}

// One fact for each match of a rule and each member of its list.
bool FactBuilder::state(const MarkedText& text, StatedFacts& stated) const {
  const UnnamedArguments unnamed(text, knowledge_);
  const ListMembers lists(text);
  bool is_complete = true;
  std::vector<std::uint16_t> supposed;  // of each fact
  for (const Pending& pending : pending_) {
    if (!pending.action->is_fact || pending.action->forbids) continue;
    Fact fact;
    if (!satisfies_constraints(pending, text) || !make(pending, text, unnamed, fact)) continue;
    stated.add(fact, pending.clause);
    if (!add_list_members(pending, text, lists, fact, stated)) is_complete = false;
    supposed.resize(stated.facts.size(), supposed_argument(*pending.action));
  }
  drop_supposed(supposed, stated);
  return is_complete;
}

// The argument of an action that stands in no capture but is supposed ("subject"), or kNoArgument.
std::uint16_t FactBuilder::supposed_argument(const CompiledAction& action) {
  for (const CompiledAssignment& argument : action.arguments) {
    if (argument.capture == kNoCapture && UnnamedArguments::is_supposed(argument.text)) return argument.argument;
  }
  return kNoArgument;
}

Forbidden FactBuilder::forbidden() const {
  Forbidden forbidden;
  for (const Pending& pending : pending_) {
    if (!pending.action->is_fact || !pending.action->forbids) continue;
    forbidden.predicates.push_back(pending.action->predicate);
    forbidden.ranges.push_back(pending.tokens);
  }
  return forbidden;
}

Standing FactBuilder::standing_of(RuleId rule) const {
  const std::span<const CompiledRule> rules = knowledge_.rule_set().rules();
  if (rule >= rules.size()) return {0, knowledge_.rules()[rule].confidence, 0};
  return {rules[rule].priority, rules[rule].confidence, rules[rule].specificity};
}

bool FactBuilder::satisfies_constraints(const Pending& pending, const MarkedText& text) const {
  for (const rules::Constraint& constraint : pending.rule->constraints) {
    std::vector<std::uint32_t> entities;
    for (const std::string& name : constraint.captures) {
      const auto it = std::find(pending.rule->captures.begin(), pending.rule->captures.end(), name);
      const TokenRange tokens = pending.captures[static_cast<std::size_t>(it - pending.rule->captures.begin())];
      static const Types kAny = {type::kPerson, type::kOrganization, type::kPlace,
                                 type::kEvent,  type::kProduct,      type::kPronoun};
      const std::uint32_t mention = find_mention(text.mentions, tokens, kAny);
      entities.push_back(mention == kNone ? kNone : text.mentions[mention].entity);
    }
    const bool known = std::find(entities.begin(), entities.end(), kNone) == entities.end();
    const bool all_same =
        known && std::all_of(entities.begin(), entities.end(), [&](std::uint32_t e) { return e == entities.front(); });
    if (constraint.name == "same" ? !all_same : all_same) return false;
  }
  return true;
}

bool FactBuilder::make(const Pending& pending, const MarkedText& text, const UnnamedArguments& unnamed,
                       Fact& fact) const {
  fact.predicate = pending.action->predicate;
  fact.rule = pending.id;
  fact.confidence = static_cast<float>(pending.rule->confidence);
  if (!fill_arguments(pending, text, unnamed, fact)) return false;
  if (has_only_subject(*pending.action, fact) || names_one_twice(text, fact)) return false;
  set_qualifiers(pending, text, fact);
  for (const Argument& argument : fact.arguments) settle_by_role(text, text.mentions[argument.mention], fact.period);
  settle_by_word_in_front(text, fact, fact.period);
  const TokenRange tokens = pending.tokens;
  fact.span = {document_->tokens[tokens.first].begin, document_->tokens[tokens.end - 1].end};
  return true;
}

// "The company" of nobody knows which.
bool FactBuilder::is_unknown_noun(const MarkedText& text, std::uint32_t mention) const {
  const Mention& noun = text.mentions[mention];
  return noun.type == type::kPronoun && noun.entity == kNone && !text.is_in_lexicon(noun.first_token, pronoun_);
}

// False: one is missing that must be there.
bool FactBuilder::fill_arguments(const Pending& pending, const MarkedText& text, const UnnamedArguments& unnamed,
                                 Fact& fact) const {
  const PredicateInfo& predicate = knowledge_.predicates()[fact.predicate];
  for (const CompiledAssignment& argument : pending.action->arguments) {
    const Types& types = predicate.arguments[argument.argument].types;
    const bool is_captured = argument.capture != kNoCapture;
    std::uint32_t mention = is_captured ? find_mention(text.mentions, pending.captures[argument.capture], types)
                                        : unnamed.find(argument.text, pending.tokens.first, types);
    if (mention == kNone && !is_captured && UnnamedArguments::is_needed(argument.text)) return false;
    if (mention != kNone && is_unknown_noun(text, mention)) mention = kNone;
    if (mention != kNone) mention = unnamed.fitting(mention, types);
    if (mention != kNone) {
      fact.arguments.push_back({argument.argument, mention});
    } else if (predicate.arguments[argument.argument].required) {
      return false;
    }
  }
  std::sort(fact.arguments.begin(), fact.arguments.end(),
            [](const Argument& a, const Argument& b) { return a.name < b.name; });
  return true;
}

// "the sailor Maria Lindgren", where "sailor" is no role after all: a subject of which nothing is said.
bool FactBuilder::has_only_subject(const CompiledAction& action, const Fact& fact) const {
  const bool is_alone = fact.arguments.size() == 1 && fact.arguments.front().name == 0;
  return is_alone && knowledge_.predicates()[fact.predicate].arguments.size() > 1 &&
         std::all_of(action.attributes.begin(), action.attributes.end(),
                     [](const CompiledAssignment& a) { return a.name == kList || a.name == "status"; });
}

bool FactBuilder::names_one_twice(const MarkedText& text, const Fact& fact) const {
  for (std::size_t i = 0; i < fact.arguments.size(); ++i) {
    for (std::size_t k = i + 1; k < fact.arguments.size(); ++k) {
      if (fact.arguments[i].mention == fact.arguments[k].mention) return true;
      const std::uint32_t entity = text.mentions[fact.arguments[i].mention].entity;
      if (entity != kNone && entity == text.mentions[fact.arguments[k].mention].entity && fact.predicate != alias_)
        return true;
    }
  }
  return false;
}

// When it was, and what else the right side says.
void FactBuilder::set_qualifiers(const Pending& pending, const MarkedText& text, Fact& fact) const {
  bool runs_on = false;
  for (const CompiledAssignment& qualifier : pending.action->attributes) {
    const bool is_date = qualifier.name == "from" || qualifier.name == "to" || qualifier.name == "during";
    std::string value;
    if (is_date && qualifier.capture != kNoCapture) {
      const std::uint32_t mention = find_mention(text.mentions, pending.captures[qualifier.capture], {type::kDate});
      if (mention == kNone || text.mentions[mention].date == kNone) continue;
      const Date& date = text.extraction.dates[text.mentions[mention].date];
      value = date.edtf;
      runs_on = runs_on || (qualifier.name == "from" && date.bound == DateBound::kSince);
    } else {
      value = value_of(qualifier, pending.captures);
    }
    if (value.empty()) continue;
    if (qualifier.name == "from") {
      fact.period.from = begin_of(value);
    } else if (qualifier.name == "to") {
      fact.period.to = end_of(value);
    } else if (qualifier.name == "during") {
      set_during(fact.period, value);
      if (value.ends_with("/..") && fact.period.status == Status::kUnknown) fact.period.status = Status::kCurrent;
    } else if (qualifier.name == "status") {
      fact.period.status = status_of(value);
    } else if (qualifier.name == "text") {
      fact.text = value;
    }
  }
  // "Its chair since 2018".
  if (runs_on && fact.period.to.empty() && fact.period.status == Status::kUnknown)
    fact.period.status = Status::kCurrent;
}

// The same fact about the further members of the list that its argument begins. False: the list is too long for all.
bool FactBuilder::add_list_members(const Pending& pending, const MarkedText& text, const ListMembers& lists,
                                   const Fact& fact, StatedFacts& stated) const {
  const PredicateInfo& predicate = knowledge_.predicates()[fact.predicate];
  for (const CompiledAssignment& assignment : pending.action->attributes) {
    if (assignment.name != kList) continue;
    const auto argument = std::find_if(fact.arguments.begin(), fact.arguments.end(), [&](const Argument& a) {
      return predicate.arguments[a.name].name == assignment.text;
    });
    if (argument == fact.arguments.end()) continue;
    const ListMembers::Found members = lists.behind(argument->mention);
    for (const std::uint32_t m : members.mentions) {
      const Mention& mention = text.mentions[m];
      const bool is_doubled = std::any_of(fact.arguments.begin(), fact.arguments.end(), [&](const Argument& a) {
        const std::uint32_t entity = text.mentions[a.mention].entity;
        return a.mention == m || (entity != kNone && entity == mention.entity);
      });
      if (is_doubled) continue;
      Fact member = fact;
      for (Argument& a : member.arguments) {
        if (a.name == argument->name) a.mention = m;
      }
      member.span.end = std::max(member.span.end, mention.span.end);
      stated.add(std::move(member), {pending.clause.first, std::max(pending.clause.end, mention.end_token)});
    }
    if (!members.is_complete) return false;
  }
  return true;
}

}  // namespace dossier
