#include "extractors/facts.h"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

#include "extractors/dates.h"
#include "extractors/seats.h"
#include "extractors/whole_facts.h"
#include "grammars/lexicon_image.h"

namespace dossier {

namespace {

constexpr std::size_t kMaxFacts = 100000;  // of one document, repetitions included
// In place of a capture: the subject of the sentence; the one that a verb without a subject is about, who may stand in
// a sentence before; who says "I".
constexpr std::string_view kSubject = "subject";
constexpr std::string_view kBefore = "before";  // what is named last before the match
constexpr std::string_view kOmitted = "omitted";
constexpr std::string_view kSpeaker = "speaker";
constexpr std::string_view kHeading = "heading";  // what the heading above names
constexpr std::string_view kBody = "body";        // the same, if it has members: a committee, a board
constexpr std::uint32_t kOmittedReach = 6;        // sentences back
constexpr std::uint32_t kLinesToName = 2;         // blocks back to a name that stands alone
constexpr std::uint32_t kLinesToOwnName = 6;      // lines back to a name in the same block
constexpr std::uint32_t kMostLineTokens = 14;     // of such a block and those below it
constexpr std::uint32_t kMostTitleTokens = 2;     // beside such a name: "Dr.", ", PhD"
constexpr std::uint32_t kClauseBeforeDate = 4;    // tokens behind a comma that may lead to a date: ", from 2010"
constexpr std::uint32_t kMostDeterminers = 2;     // between a preposition and a role
constexpr std::uint32_t kSentenceReach = 300;     // tokens back to the subject
constexpr std::string_view kList = "list";        // names the argument that may be a list
constexpr std::uint32_t kBesideGap = 1;           // tokens between a post and its date: "dean Ada Lovell (2015)"
constexpr std::uint32_t kListGap = 6;             // tokens between two members of a list
constexpr std::uint32_t kMostMembers = 64;  // of a list: the words of each fact reach from its begin to the member
constexpr std::uint32_t kMostBetween = 40;  // mentions between a match and what is named before it
constexpr std::uint16_t kNoArgument = 0xFFFF;
constexpr std::uint32_t kFormerReach = 2;  // the same for posts that are called former
constexpr std::uint32_t kPeriodReach = 8;  // tokens between a fact and a date expression that belongs to it

bool accepts(const std::vector<TypeId>& types, TypeId type) {
  if (std::find(types.begin(), types.end(), type) != types.end()) return true;
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

void set_during(Period& period, const std::string& edtf) {
  const std::size_t slash = edtf.find('/');
  if (slash == std::string::npos) {
    period.from = period.to = edtf;
    return;
  }
  const std::string from = edtf.substr(0, slash);
  const std::string to = edtf.substr(slash + 1);
  period.from = from == ".." ? "" : from;
  period.to = to == ".." ? "" : to;
}

// "2010/.." used as a beginning is 2010.
std::string begin_of(const std::string& edtf) {
  const std::string part = edtf.substr(0, edtf.find('/'));
  return part == ".." ? "" : part;
}
std::string end_of(const std::string& edtf) {
  const std::size_t slash = edtf.find('/');
  const std::string part = slash == std::string::npos ? edtf : edtf.substr(slash + 1);
  return part == ".." ? "" : part;
}

bool is_separator(std::string_view mark) {
  return mark == "," || mark == "&" || mark == "/" || mark == ";";
}

bool is_empty(const Period& period) {
  return period.from.empty() && period.to.empty();
}

// Drops the facts of which is_out(i) holds, with their ranges; each is asked about once, before it is moved.
template <class IsOut>
void drop_if(std::vector<Fact>& facts, std::vector<TokenRange>& ranges, const IsOut& is_out) {
  std::size_t kept = 0;
  for (std::size_t i = 0; i < facts.size(); ++i) {
    if (is_out(i)) continue;
    if (kept != i) {
      facts[kept] = std::move(facts[i]);
      ranges[kept] = ranges[i];
    }
    ++kept;
  }
  facts.resize(kept);
  ranges.resize(kept);
}

// Finds those of many token ranges that touch a place, in time that does not grow with their number.
class RangeIndex {
 public:
  explicit RangeIndex(const std::vector<TokenRange>& ranges) : ranges_(ranges) {
    for (std::size_t i = 0; i < ranges.size(); ++i) {
      if (ranges[i].is_empty()) continue;
      order_.push_back(i);
      longest_ = std::max(longest_, ranges[i].end - ranges[i].first);
    }
    std::stable_sort(order_.begin(), order_.end(),
                     [&](std::size_t a, std::size_t b) { return ranges[a].first < ranges[b].first; });
  }

  // Calls visit(i) for the ranges that overlap `tokens` or miss them by less than `reach`, until it says false.
  template <class Visit>
  void each_near(TokenRange tokens, std::uint32_t reach, const Visit& visit) const {
    const std::uint32_t low = tokens.first - std::min(tokens.first, longest_ + reach);
    auto at = std::partition_point(order_.begin(), order_.end(), [&](std::size_t i) { return ranges_[i].first < low; });
    for (; at != order_.end() && ranges_[*at].first < tokens.end + reach; ++at) {
      if (ranges_[*at].end + reach > tokens.first && !visit(*at)) return;
    }
  }

 private:
  const std::vector<TokenRange>& ranges_;
  std::vector<std::size_t> order_;  // by begin
  std::uint32_t longest_ = 0;
};

// "Lovell, who was chair until 2012, is dean": inside the words of one fact another one ends right before the date; the
// date is its.
std::size_t told_right_before(const RangeIndex& index, TokenRange date, std::size_t whole,
                              const std::vector<Fact>& facts, const std::vector<TokenRange>& ranges) {
  constexpr std::uint32_t kPreposition = 1;  // tokens: "until"
  std::size_t found = whole;
  if (ranges[whole].end <= date.first || date.end <= ranges[whole].first) return found;
  index.each_near(date, kPreposition + 1, [&](std::size_t i) {
    const bool is_inside = ranges[i].first >= ranges[whole].first && ranges[i].end <= date.first;
    if (is_inside && ranges[i].end + kPreposition >= date.first && facts[i].predicate == facts[whole].predicate &&
        is_empty(facts[i].period))
      found = i;
    return found == whole;
  });
  return found;
}

}  // namespace

FactBuilder::FactBuilder(const Knowledge& knowledge)
    : knowledge_(knowledge),
      body_words_(knowledge),
      alias_(knowledge.predicate("alias").value_or(0xFFFF)),
      pos_(knowledge.lexicons().find_attribute("pos")),
      case_(knowledge.lexicons().find_attribute("case")),
      number_(knowledge.lexicons().find_attribute("number")),
      relation_(knowledge.lexicons().find_attribute("relation")),
      kind_(knowledge.lexicons().find_attribute("kind")),
      named_(knowledge.lexicons().find_attribute("named")),
      names_(knowledge.lexicons().find_attribute("names")),
      end_word_(knowledge.lexicons().find("end_word")),
      start_word_(knowledge.lexicons().find("start_word")),
      demonym_(knowledge.lexicons().find("demonym")),
      honorific_(knowledge.lexicons().find("honorific")),
      org_head_(knowledge.lexicons().find("org_head")),
      org_noun_(knowledge.lexicons().find("org_noun")),
      role_head_(knowledge.lexicons().find("role_head")),
      table_label_(knowledge.lexicons().find("table_label")),
      role_qualifier_(knowledge.lexicons().find("role_qualifier")),
      education_(knowledge.predicate("education").value_or(0xFFFF)) {
  for (const PredicateInfo& predicate : knowledge.predicates()) {
    has_own_date_.push_back(std::any_of(predicate.arguments.begin(), predicate.arguments.end(),
                                        [](const auto& argument) { return argument.name == "date"; }));
  }
}

void FactBuilder::begin(const Document& document, const LexiconPass& pass) {
  document_ = &document;
  pass_ = &pass;
  pending_.clear();
  writer_.reset();
  sayings_.reset();
  bodies_.reset();
  has_members_.clear();
  title_person_.reset();
  heading_above_.assign(document.blocks.size(), kNone);
  std::vector<std::uint32_t> open;  // headings, each of a lower level than the one before
  for (std::uint32_t b = 0; b < document.blocks.size(); ++b) {
    if (document.blocks[b].kind != BlockKind::kHeading) continue;
    while (!open.empty() && document.blocks[open.back()].level >= document.blocks[b].level) open.pop_back();
    if (!open.empty()) heading_above_[b] = open.back();
    open.push_back(b);
  }
  find_list_leads();
}

void FactBuilder::add(const CompiledRule& rule, RuleId id, const CompiledAction& action, const RuleMatch& match) {
  pending_.push_back({&rule, id, &action, match.tokens, {match.captures.begin(), match.captures.end()}});
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

std::uint32_t FactBuilder::find_mention(const std::vector<Mention>& mentions, TokenRange tokens,
                                        const std::vector<TypeId>& types) const {
  if (tokens.first == kNone || tokens.is_empty()) return kNone;
  auto it = std::lower_bound(mentions.begin(), mentions.end(), document_->tokens[tokens.first].begin,
                             [](const Mention& mention, std::uint32_t begin) { return mention.span.begin < begin; });
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

bool FactBuilder::is_in_lexicon(std::uint32_t token, LexiconId lexicon) const {
  const auto entries = knowledge_.lexicons().entries_of(pass_->words[token]);
  return std::any_of(entries.begin(), entries.end(),
                     [&](EntryId entry) { return knowledge_.lexicons().lexicon_of(entry) == lexicon; });
}

bool FactBuilder::is_listed(std::uint32_t token, AttributeId attribute,
                            std::initializer_list<std::string_view> values) const {
  if (attribute == kNoAttribute) return false;
  const Lexicons& lexicons = knowledge_.lexicons();
  for (const EntryId entry : lexicons.entries_of(pass_->words[token])) {
    const std::string_view value = lexicons.attribute(entry, attribute);
    if (std::find(values.begin(), values.end(), value) != values.end()) return true;
  }
  return false;
}

// Of a sentence longer than kSentenceReach, which is no sentence, only the last tokens count: a list of a thousand
// clauses costs no more than a thousand sentences.
std::uint32_t FactBuilder::sentence_first(std::uint32_t token) const {
  const std::uint32_t least = token - std::min(token, kSentenceReach);
  while (token > least && (document_->tokens[token].flags & token_flag::kSentenceFirst) == 0) --token;
  return token;
}

bool FactBuilder::is_quoted(std::uint32_t token) const {
  return (document_->tokens[token].flags & token_flag::kQuoted) != 0;
}

std::uint32_t FactBuilder::subject_before(const Extraction& extraction, std::uint32_t token,
                                          const std::vector<TypeId>& types) const {
  const std::uint32_t first = sentence_first(token);
  const std::uint32_t described = described_by_apposition(extraction, first, token, types);
  return described != kNone ? described : subject_between(extraction, first, token, types, 0);
}

// "interviews Berg, a former Larkmoor engineer and [founder of Harborworks]": the name whose apposition goes on up to
// the token. Nothing but roles, names of organizations and what joins them may lie between.
std::uint32_t FactBuilder::described_by_apposition(const Extraction& extraction, std::uint32_t first,
                                                   std::uint32_t token, const std::vector<TypeId>& types) const {
  auto m = static_cast<std::uint32_t>(
      std::partition_point(extraction.mentions.begin(), extraction.mentions.end(),
                           [&](const Mention& mention) { return mention.end_token <= token; }) -
      extraction.mentions.begin());
  bool has_role = false;
  while (token > first && m > 0) {
    const Mention& before = extraction.mentions[m - 1];
    if (before.end_token == token) {
      if (std::find(types.begin(), types.end(), before.type) != types.end() && before.type == type::kPerson)
        return has_role && document_->word(token) == "," ? m - 1 : kNone;
      if (before.type != type::kRole && before.type != type::kOrganization) return kNone;
      has_role = has_role || before.type == type::kRole;
      token = before.first_token;
      --m;
    } else {
      --token;
      if (document_->word(token) != "," && !is_listed(token, pos_, {"article", "conjunction", "preposition"}) &&
          !is_in_lexicon(token, role_qualifier_))
        return kNone;
    }
  }
  return kNone;
}

// "After a year in Rome with Berg, Lovell left and lived in Lisbon": the first name that is neither owner nor object of
// a preposition. A subject pronoun after it says it better: "When Lovell met Berg, she left and …".
std::uint32_t FactBuilder::subject_between(const Extraction& extraction, std::uint32_t first, std::uint32_t token,
                                           const std::vector<TypeId>& types, std::uint32_t most_determiners) const {
  auto it = std::lower_bound(extraction.mentions.begin(), extraction.mentions.end(), document_->tokens[first].begin,
                             [](const Mention& mention, std::uint32_t begin) { return mention.span.begin < begin; });
  const auto is_of_type = [&](TypeId type) { return std::find(types.begin(), types.end(), type) != types.end(); };
  std::uint32_t name = kNone;
  std::uint32_t pronoun = kNone;
  for (; it != extraction.mentions.end() && it->end_token <= token; ++it) {
    const auto index = static_cast<std::uint32_t>(it - extraction.mentions.begin());
    // "I lost it," says Lovell, chair of Harborworks: who speaks in a quotation is not the subject outside of it.
    if (is_quoted(it->first_token) && token < document_->tokens.size() && !is_quoted(token)) continue;
    if (it->type == type::kPronoun) {
      const bool is_known = it->entity != kNone;
      if (is_known && !is_of_type(extraction.entities[it->entity].type)) continue;
      // "He was, I believe, a sailor and works there": what stands between is another sentence.
      const bool is_inserted = (pronoun != kNone || name != kNone) && it->end_token + 1 < token &&
                               document_->word(it->first_token - 1) == "," && document_->word(it->end_token + 1) == ",";
      if (is_inserted) continue;
      if (is_listed(it->first_token, case_, {"relative"})
              ? is_known
              : is_listed(it->first_token, case_, {"subject"}) &&
                    (is_known || is_listed(it->first_token, number_, {"s"}))) {
        pronoun = index;
      }
    } else if (is_of_type(it->type) && it->end_token == token && token < document_->tokens.size() &&
               (document_->tokens[token].shape & shape::kPunctuation) != 0) {
      return index;  // "… met Berg, chair of Harborworks": an apposition is about the name right before it
    } else if (is_of_type(it->type) && name == kNone) {
      const bool is_owner =
          it->end_token < document_->tokens.size() && (document_->tokens[it->end_token].shape & shape::kClitic) != 0;
      const bool is_object = has_preposition(extraction, index, first, most_determiners);
      if (!is_owner && !is_object) name = index;
    }
  }
  return pronoun != kNone ? pronoun : name;
}

// "With Berg": a preposition before the name. "With the architect Ada Berg", "to his former chancellor Berg": if asked
// for, also one before its roles and their determiners.
bool FactBuilder::has_preposition(const Extraction& extraction, std::uint32_t mention, std::uint32_t first,
                                  std::uint32_t most_determiners) const {
  std::uint32_t token = extraction.mentions[mention].first_token;
  for (std::uint32_t before = mention;
       most_determiners > 0 && before > 0 && extraction.mentions[before - 1].type == type::kRole &&
       extraction.mentions[before - 1].end_token == token;
       --before) {
    token = extraction.mentions[before - 1].first_token;
  }
  for (std::uint32_t step = 0; step <= most_determiners && token > first; ++step, --token) {
    if (is_listed(token - 1, pos_, {"preposition"})) return true;
    if (!is_listed(token - 1, pos_, {"article", "determiner"}) && !is_listed(token - 1, case_, {"possessive"}))
      return false;
  }
  return false;
}

std::uint32_t FactBuilder::only_mention_in(const Extraction& extraction, const Block& block,
                                           const std::vector<TypeId>& types) const {
  auto it = std::lower_bound(extraction.mentions.begin(), extraction.mentions.end(), block.span.begin,
                             [](const Mention& mention, std::uint32_t begin) { return mention.span.begin < begin; });
  std::uint32_t only = kNone;
  for (; it != extraction.mentions.end() && it->span.begin < block.span.end; ++it) {
    if (std::find(types.begin(), types.end(), it->type) == types.end()) continue;
    const bool is_other = only != kNone && (it->entity == kNone || it->entity != extraction.mentions[only].entity);
    if (is_other) return kNone;
    if (only == kNone) only = static_cast<std::uint32_t>(it - extraction.mentions.begin());
  }
  return only;
}

// "Harbor Foundation Steering Committee": the last that the block names.
std::uint32_t FactBuilder::last_mention_in(const Extraction& extraction, const Block& block,
                                           const std::vector<TypeId>& types) const {
  std::uint32_t last = kNone;
  auto it = std::partition_point(extraction.mentions.begin(), extraction.mentions.end(),
                                 [&](const Mention& mention) { return mention.span.begin < block.span.begin; });
  for (; it != extraction.mentions.end() && it->span.begin < block.span.end; ++it) {
    if (std::find(types.begin(), types.end(), it->type) != types.end())
      last = static_cast<std::uint32_t>(it - extraction.mentions.begin());
  }
  return last;
}

// "HARBOR STEERING COMMITTEE": what the first line of a slide ends in.
std::uint32_t FactBuilder::named_by_slide(const Extraction& extraction, const Block& block,
                                          const std::vector<TypeId>& types) const {
  if (block.slide >= document_->slides.size()) return kNone;
  const std::vector<Block>& blocks = document_->blocks;
  const std::vector<Token>& tokens = document_->tokens;
  const Slide& slide = document_->slides[block.slide];
  if (slide.first_block >= blocks.size()) return kNone;
  const Block* first = &blocks[slide.title_block < blocks.size() ? slide.title_block : slide.first_block];
  auto it = std::lower_bound(extraction.mentions.begin(), extraction.mentions.end(), first->span.begin,
                             [](const Mention& mention, std::uint32_t begin) { return mention.span.begin < begin; });
  std::uint32_t named = kNone;
  for (; it != extraction.mentions.end() && it->end_token <= first->end_token; ++it) {
    const bool is_next_line =
        it->first_token > first->first_token && (tokens[it->first_token].flags & token_flag::kNewlineBefore) != 0;
    if (is_next_line) break;
    if (std::find(types.begin(), types.end(), it->type) != types.end())
      named = static_cast<std::uint32_t>(it - extraction.mentions.begin());
  }
  return named;
}

// "Dr. Ada Lovell", alone in the block above: a heading without marks; one more short line may stand between.
std::uint32_t FactBuilder::name_line_above(const Extraction& extraction, std::uint32_t block,
                                           const std::vector<TypeId>& types) const {
  if (std::find(types.begin(), types.end(), type::kPerson) == types.end()) return kNone;
  const Block& own = document_->blocks[block];
  if (own.kind == BlockKind::kTableCell || own.kind == BlockKind::kMetadata) return kNone;
  static const std::vector<TypeId> kPeople = {type::kPerson};
  for (std::uint32_t step = 0; step < kLinesToName && block-- > 0; ++step) {
    const Block& above = document_->blocks[block];
    const bool is_line =
        above.kind == BlockKind::kParagraph || above.kind == BlockKind::kFragment || above.kind == BlockKind::kHeading;
    const std::uint32_t size = above.end_token - above.first_token;
    if (!is_line || size > kMostLineTokens || above.turn != own.turn || above.slide != own.slide) return kNone;
    // "## Treasurer" begins something else than what stands above it.
    if (own.kind == BlockKind::kHeading && above.kind != BlockKind::kHeading) return kNone;
    const std::uint32_t named = only_mention_in(extraction, above, kPeople);
    if (named == kNone) continue;
    const Mention& name = extraction.mentions[named];
    return name.end_token - name.first_token + kMostTitleTokens >= size && size > 1 ? named : kNone;
  }
  return kNone;
}

// "Ada Lovell (@lovell)\nSailor at Harborworks\nTrustee of Mole Ltd": the name that a line above, in the same block, is
// made of.
std::uint32_t FactBuilder::name_in_own_block(const Extraction& extraction, const Block& block,
                                             std::uint32_t token) const {
  if (block.kind != BlockKind::kFragment && block.kind != BlockKind::kListItem) return kNone;
  const auto begins_line = [&](std::uint32_t t) {
    return t == block.first_token || (document_->tokens[t].flags & token_flag::kNewlineBefore) != 0;
  };
  while (!begins_line(token)) --token;
  for (std::uint32_t step = 0; step < kLinesToOwnName && token > block.first_token; ++step) {
    const std::uint32_t end = token--;
    while (!begins_line(token)) --token;
    std::uint32_t named = kNone;
    std::uint32_t named_tokens = 0;
    auto it = std::partition_point(extraction.mentions.begin(), extraction.mentions.end(),
                                   [&](const Mention& mention) { return mention.first_token < token; });
    for (; it != extraction.mentions.end() && it->first_token < end; ++it) {
      if (it->type != type::kPerson) continue;
      if (named == kNone) named = static_cast<std::uint32_t>(it - extraction.mentions.begin());
      if (extraction.mentions[named].entity != it->entity) return kNone;
      named_tokens += it->end_token - it->first_token;
    }
    // A handle in brackets names the same person.
    if (named != kNone) return named_tokens + kMostTitleTokens + 1 >= end - token ? named : kNone;
  }
  return kNone;
}

bool FactBuilder::ends_in_colon(const Block& block) const {
  return block.first_token < block.end_token && document_->word(block.end_token - 1) == ":";
}

// Who stands in a list or table is what the text right in front of it says ("Many thanks to our chairs:", "TSC
// members"), or the item that ends in a colon and has them below it, further right ("* TSC:").
void FactBuilder::find_list_leads() {
  const std::vector<Block>& blocks = document_->blocks;
  list_lead_.assign(blocks.size(), kNone);
  for (std::uint32_t b = 1; b < blocks.size(); ++b) {
    const bool is_item = blocks[b].kind == BlockKind::kListItem;
    if (!is_item && blocks[b].kind != BlockKind::kTableCell) continue;
    const Block& above = blocks[b - 1];
    std::uint32_t lead = b - 1;
    if (above.kind == blocks[b].kind) {
      if (!is_item || above.level >= blocks[b].level || !ends_in_colon(above)) lead = list_lead_[b - 1];
      while (lead != kNone && blocks[lead].kind == BlockKind::kListItem && blocks[lead].level >= blocks[b].level)
        lead = list_lead_[lead];
    } else if (above.kind != BlockKind::kParagraph && above.kind != BlockKind::kFragment) {
      continue;
    }
    if (lead != kNone && blocks[lead].first_token < blocks[lead].end_token) list_lead_[b] = lead;
  }
}

// The first token of the last line of a block that has words, if the line has no more tokens than these and is no end
// of a sentence that began above: "… most of them guests of\nthe Harbor Committee."
std::uint32_t FactBuilder::last_line_of(const Block& block, std::uint32_t most) const {
  std::uint32_t line = block.end_token - 1;
  const bool ends_sentence = document_->word(line) == "." || document_->word(line) == ";";
  while (line > block.first_token && (document_->tokens[line].flags & token_flag::kNewlineBefore) == 0) {
    if (block.end_token - --line > most) return kNone;
  }
  return ends_sentence && line > block.first_token ? kNone : line;
}

// The title that what leads into a list ends in: "Many thanks to our chairs:", "TSC members".
std::uint32_t FactBuilder::title_at_end(const Extraction& extraction, const Block& lead) const {
  constexpr std::uint32_t kMostTitleLine = 5;  // tokens of a line without a colon
  if (ends_in_colon(lead)) {
    const std::uint32_t role = only_mention_in(extraction, lead, {type::kRole});
    return role != kNone && extraction.mentions[role].end_token + 1 == lead.end_token ? role : kNone;
  }
  const std::uint32_t line = last_line_of(lead, kMostTitleLine);
  if (line == kNone) return kNone;
  auto it = std::partition_point(extraction.mentions.begin(), extraction.mentions.end(),
                                 [&](const Mention& mention) { return mention.first_token < line; });
  for (; it != extraction.mentions.end() && it->first_token < lead.end_token; ++it) {
    if (it->type == type::kRole && it->end_token == lead.end_token)
      return static_cast<std::uint32_t>(it - extraction.mentions.begin());
  }
  return kNone;
}

// "## Former chairs": a title that a heading, or the text in front of a list, gives to what stands right below it.
std::uint32_t FactBuilder::title_above(const Extraction& extraction, std::uint32_t block) const {
  const std::vector<Block>& blocks = document_->blocks;
  if (const std::uint32_t lead = list_lead_[block]; lead != kNone) {
    const std::uint32_t title = title_at_end(extraction, blocks[lead]);
    // "Topics of this year:": the list is of these, whatever the heading says.
    const bool is_other = blocks[block].kind == BlockKind::kListItem && ends_in_colon(blocks[lead]);
    if (title != kNone || is_other) return title;
  }
  std::uint32_t section = blocks[block].section;
  if (section >= blocks.size()) return kNone;
  // "## Members" over "### Term ends in May 2019".
  if (heading_above_[section] < blocks.size() && only_mention_in(extraction, blocks[section], {type::kRole}) == kNone &&
      last_mention_in(extraction, blocks[section], {type::kDate}) != kNone)
    section = heading_above_[section];
  // "Speaker Bios" calls nobody a speaker.
  const std::uint32_t role = only_mention_in(extraction, blocks[section], {type::kRole});
  const auto ends_heading = [&](std::uint32_t end) {
    return end >= blocks[section].end_token || (document_->tokens[end].shape & shape::kPunctuation) != 0;
  };
  return role != kNone && ends_heading(extraction.mentions[role].end_token) ? role : kNone;
}

std::uint32_t FactBuilder::named_by_heading(const Extraction& extraction, std::uint32_t token,
                                            const std::vector<TypeId>& types) const {
  const std::vector<Block>& blocks = document_->blocks;
  const auto block = std::partition_point(blocks.begin(), blocks.end(),
                                          [&](const Block& b) { return b.span.end <= document_->tokens[token].begin; });
  if (block == blocks.end()) return kNone;
  const std::uint32_t on_slide = named_by_slide(extraction, *block, types);
  if (on_slide != kNone) return on_slide;
  if (types.size() == 1 && types.front() == type::kRole)
    return title_above(extraction, static_cast<std::uint32_t>(block - blocks.begin()));
  if (std::find(types.begin(), types.end(), type::kPerson) != types.end()) {
    const std::uint32_t here = name_in_own_block(extraction, *block, token);
    if (here != kNone) return here;
  }
  const std::uint32_t on_line = name_line_above(extraction, static_cast<std::uint32_t>(block - blocks.begin()), types);
  if (on_line != kNone) return on_line;
  for (std::uint32_t heading = block->section; heading < blocks.size(); heading = heading_above_[heading]) {
    const std::uint32_t mention = only_mention_in(extraction, blocks[heading], types);
    if (mention != kNone) return mention;
  }
  // The person in the title of a deck is its speaker, not whom a later slide quotes.
  constexpr std::ptrdiff_t kBlocksOfTitle = 2;
  const bool is_later_slide =
      block->slide < document_->slides.size() && (block->slide > 0 || block - blocks.begin() >= kBlocksOfTitle);
  if (is_later_slide && std::find(types.begin(), types.end(), type::kPerson) != types.end()) return kNone;
  for (const MetadataField& field : document_->metadata) {
    if (field.name == "title" && field.block < blocks.size())
      return only_mention_in(extraction, blocks[field.block], types);
  }
  return kNone;
}

// "Current members", not "Co-chairs": those have a post of their own, of what is not said.
bool FactBuilder::names_members(const Block& heading) const {
  const Lexicons& lexicons = knowledge_.lexicons();
  for (std::uint32_t t = heading.first_token; t < heading.end_token; ++t) {
    const auto entries = lexicons.entries_of(pass_->words[t]);
    if (std::any_of(entries.begin(), entries.end(), [&](EntryId entry) {
          return lexicons.lexicon_of(entry) == table_label_ && lexicons.attribute(entry, names_) != "handle";
        }))
      return true;
  }
  return false;
}

const MemberBodies& FactBuilder::bodies(const Extraction& extraction) const {
  if (bodies_) return *bodies_;
  bodies_.emplace();
  for (std::uint32_t m = 0; m < extraction.mentions.size(); ++m) {
    const Mention& mention = extraction.mentions[m];
    if (mention.type != type::kOrganization || !has_members(extraction, mention)) continue;
    // What stands in lists and tables may be where their people are from.
    const Block* block = block_of(mention.first_token);
    const bool stands_in_list = block->kind == BlockKind::kListItem || block->kind == BlockKind::kTableCell;
    if (bodies_->first == kNone && !stands_in_list) bodies_->first = m;
    if (bodies_->other == kNone && !stands_in_list && mention.entity != extraction.mentions[bodies_->first].entity)
      bodies_->other = m;
    if (mention.end_token == mention.first_token + 1)
      bodies_->by_word.try_emplace(document_->word(mention.first_token), m);
  }
  return *bodies_;
}

std::uint32_t FactBuilder::only_body_before(const Extraction& extraction, std::uint32_t token) const {
  const MemberBodies& known = bodies(extraction);
  const auto is_before = [&](std::uint32_t m) { return m != kNone && extraction.mentions[m].first_token < token; };
  return is_before(known.first) && !is_before(known.other) ? known.first : kNone;
}

// "SC members", "The members of the Harbor Committee are:", right in front of a list, a table or lines of names.
std::uint32_t FactBuilder::body_before(const Extraction& extraction, std::uint32_t block,
                                       const std::vector<TypeId>& types) const {
  constexpr std::uint32_t kMostLeadTokens = 10;  // of a line that leads in without a colon
  const std::vector<Block>& blocks = document_->blocks;
  std::uint32_t before = list_lead_[block];
  const bool is_text = blocks[block].kind == BlockKind::kParagraph || blocks[block].kind == BlockKind::kFragment;
  if (is_text && block > 0 && ends_in_colon(blocks[block - 1])) before = block - 1;
  if (before == kNone) return kNone;
  const Block& lead = blocks[before];
  const std::uint32_t first = ends_in_colon(lead) ? lead.first_token : last_line_of(lead, kMostLeadTokens);
  if (first == kNone) return kNone;
  const std::uint32_t named = last_mention_in(extraction, lead, types);
  if (named != kNone && has_members(extraction, extraction.mentions[named])) return named;
  // "SC members", where the text has said what "SC" is.
  for (std::uint32_t t = first; t < lead.end_token; ++t) {
    if ((document_->tokens[t].shape & shape::kAllCaps) == 0) continue;
    const auto body = bodies(extraction).by_word.find(document_->word(t));
    if (body != bodies(extraction).by_word.end() && extraction.mentions[body->second].first_token < t)
      return body->second;
  }
  return kNone;
}

// "CNCF Boats Working Group": of two organizations the one that has members.
std::uint32_t FactBuilder::only_body_in(const Extraction& extraction, const Block& block) const {
  std::uint32_t named = kNone;
  auto it = std::partition_point(extraction.mentions.begin(), extraction.mentions.end(),
                                 [&](const Mention& mention) { return mention.first_token < block.first_token; });
  for (; it != extraction.mentions.end() && it->first_token < block.end_token; ++it) {
    if (it->type != type::kOrganization || !has_members(extraction, *it)) continue;
    if (named != kNone && extraction.mentions[named].entity != it->entity) return kNone;
    named = static_cast<std::uint32_t>(it - extraction.mentions.begin());
  }
  return named;
}

// The committee that the slide or the nearest heading names, or one above "Members", "Former chairs".
std::uint32_t FactBuilder::body_above(const Extraction& extraction, std::uint32_t token,
                                      const std::vector<TypeId>& types) const {
  const Block* block = block_of(token);
  if (block == nullptr) return kNone;
  const std::vector<Block>& blocks = document_->blocks;
  std::uint32_t named = body_before(extraction, static_cast<std::uint32_t>(block - blocks.data()), types);
  if (named != kNone) return named;
  named = named_by_slide(extraction, *block, types);
  for (std::uint32_t heading = block->section; named == kNone && heading < blocks.size();
       heading = heading_above_[heading]) {
    named = only_mention_in(extraction, blocks[heading], types);
    if (named == kNone) named = only_body_in(extraction, blocks[heading]);
    if (named == kNone && !names_posts(blocks[heading])) break;
    // "Chair: Ada Lovell" right below the title.
    const bool follows_title = heading > 0 && blocks[heading - 1].kind == BlockKind::kHeading;
    if (named == kNone && heading_above_[heading] == kNone && follows_title)
      named = only_mention_in(extraction, blocks[heading - 1], types);
  }
  // "Current members": of the only committee that the text has named so far.
  const std::uint32_t section = block->section;
  if (named == kNone && section < blocks.size() && names_members(blocks[section]))
    named = only_body_before(extraction, token);
  if (named == kNone && block->section == kNone) {
    for (const MetadataField& field : document_->metadata) {
      if (field.name == "title" && field.block < blocks.size())
        named = last_mention_in(extraction, blocks[field.block], types);
    }
  }
  if (named == kNone || has_members(extraction, extraction.mentions[named])) return named;
  // "ZQC members" is a body whatever its letters stand for.
  const std::uint32_t behind = extraction.mentions[named].end_token;
  const Block* heading = block_of(extraction.mentions[named].first_token);
  const bool has_label = heading->kind == BlockKind::kHeading && behind < heading->end_token &&
                         is_in_lexicon(behind, table_label_) && names_members(*heading);
  return has_label ? named : kNone;
}

bool FactBuilder::names_posts(const Block& heading) const {
  const Lexicons& lexicons = knowledge_.lexicons();
  for (std::uint32_t t = heading.first_token; t < heading.end_token; ++t) {
    const auto entries = lexicons.entries_of(pass_->words[t]);
    if (std::any_of(entries.begin(), entries.end(), [&](EntryId entry) {
          return lexicons.lexicon_of(entry) == role_head_ || lexicons.lexicon_of(entry) == table_label_;
        }))
      return true;
  }
  return false;
}

// "Harbor Steering Committee", or the short form of one: "HSC".
bool FactBuilder::has_members(const Extraction& extraction, const Mention& organization) const {
  const Lexicons& lexicons = knowledge_.lexicons();
  const auto is_body = [&](const Mention& mention) {  // "SIG Boats", "Boat Committee"
    const std::uint32_t first = mention.first_token;
    if (body_words_.is_noun(pass_->words[first]) || body_words_.is_noun(pass_->words[mention.end_token - 1]))
      return true;
    const LexiconHit head = longest_hit(lexicons, *document_, *pass_, org_head_, first);  // "Junta Directiva"
    if (head.end_token > first && body_words_.is_kind(lexicons.attribute(head.entry, kind_))) return true;
    // "TSC", "TAG Boats".
    const EntryId letters = body_words_.letters_at(pass_->words[first], document_->word(first));
    return letters != kNone && (mention.end_token == first + 1 || !lexicons.attribute(letters, named_).empty());
  };
  if (organization.entity == kNone || is_body(organization)) return is_body(organization);
  has_members_.resize(extraction.entities.size());
  std::optional<bool>& known = has_members_[organization.entity];
  const std::vector<std::uint32_t>& mentions = extraction.entities[organization.entity].mentions;
  if (!known) {
    known = std::any_of(mentions.begin(), mentions.end(), [&](std::uint32_t m) {
      return extraction.mentions[m].type == type::kOrganization && is_body(extraction.mentions[m]);
    });
  }
  return *known;
}

// "Ada Lovell è nata a Lisbona. Nel 2011 entra in Harborworks": the subject of the nearest sentence that has one and
// that nobody else has spoken since.
std::uint32_t FactBuilder::omitted_subject(const Extraction& extraction, std::uint32_t token,
                                           const std::vector<TypeId>& types) const {
  const std::uint32_t first = sentence_first(token);
  const std::uint32_t here = subject_between(extraction, first, token, types, kMostDeterminers);
  if (here != kNone && !follows_verb(extraction, extraction.mentions[here], first)) return here;
  const std::vector<Sentence>& sentences = document_->sentences;
  auto sentence = std::partition_point(sentences.begin(), sentences.end(),
                                       [&](const Sentence& each) { return each.end_token <= token; });
  const Block* block = block_of(token);
  if (sentence == sentences.end() || block == nullptr) return kNone;
  // A paragraph that begins so is about the one whom its heading or the title names.
  if (sentence->first_token == block->first_token && block->kind == BlockKind::kParagraph && block->turn == kNone) {
    const std::uint32_t named = named_by_heading(extraction, token, types);
    if (named != kNone) return named;
  }
  for (std::uint32_t step = 0; step < kOmittedReach && sentence != sentences.begin(); ++step) {
    --sentence;
    const Block* other = block_of(sentence->first_token);
    if (other == nullptr || other->turn != block->turn || other->slide != block->slide) return kNone;
    if (other->kind == BlockKind::kSpeaker || other->kind == BlockKind::kMetadata) continue;
    const std::uint32_t end = std::min(sentence->end_token, sentence->first_token + kSentenceReach);
    const std::uint32_t found = subject_between(extraction, sentence->first_token, end, types, kMostDeterminers);
    if (found != kNone && !follows_verb(extraction, extraction.mentions[found], sentence->first_token)) return found;
  }
  return kNone;
}

Standing FactBuilder::standing_of(RuleId rule) const {
  const std::span<const CompiledRule> rules = knowledge_.rule_set().rules();
  if (rule >= rules.size()) return {0, knowledge_.rules()[rule].confidence, 0};
  return {rules[rule].priority, rules[rule].confidence, rules[rule].specificity};
}

// "Nel 2010 incontra Berg": a name right after a word in small letters that is no article, conjunction, adverb or role
// and that no article opens ("l'altro Berg").
bool FactBuilder::follows_verb(const Extraction& extraction, const Mention& mention, std::uint32_t first) const {
  if (mention.type == type::kPronoun || mention.first_token == first) return false;
  const std::uint32_t before = mention.first_token - 1;
  if ((document_->tokens[before].shape & shape::kLower) == 0) return false;
  if (is_listed(before, pos_, {"article", "conjunction", "adverb", "determiner"})) return false;
  if (before > first && is_listed(before - 1, pos_, {"article", "determiner"})) return false;
  const auto at = static_cast<std::size_t>(&mention - extraction.mentions.data());
  if (at == 0 || extraction.mentions[at - 1].end_token != mention.first_token) return true;
  const TypeId before_it = extraction.mentions[at - 1].type;  // "In luglio scorso Ada Lovell …"
  return before_it != type::kRole && before_it != type::kDate;
}

const Block* FactBuilder::block_of(std::uint32_t token) const {
  const auto it = std::partition_point(document_->blocks.begin(), document_->blocks.end(),
                                       [&](const Block& block) { return block.end_token <= token; });
  return it == document_->blocks.end() ? nullptr : &*it;
}

// The label of the turn; in a text without turns its only author, but in an interview the person whom its title names,
// and nobody in its questions (bold or italic). Who says "I" in a quotation is whoever it is attributed to.
std::uint32_t FactBuilder::speaker_of(const Extraction& extraction, std::uint32_t token) const {
  const Block* block = block_of(token);
  if (block == nullptr) return kNone;
  if (!sayings_) {
    sayings_ = find_sayings(*document_, extraction.mentions);
    first_label_ = first_label(*document_);
  }
  const std::uint32_t quoted = who_says(*sayings_, token);
  if (quoted != kNone || (document_->tokens[token].flags & token_flag::kQuoted) != 0) return quoted;
  static const std::vector<TypeId> kPeople = {type::kPerson};
  if (block->first_token >= first_label_) {
    if (block->turn == kNone || block->kind == BlockKind::kQuotation) return kNone;
    const std::uint32_t label = document_->turns[block->turn].speaker_block;
    return label == kNone ? kNone : only_mention_in(extraction, document_->blocks[label], kPeople);
  }
  if (document_->kind == DocumentKind::kInterview && (document_->tokens[token].flags & token_flag::kEmphasis) != 0)
    return kNone;
  if (!writer_) writer_ = writer_of(extraction);
  const bool is_line = block->kind == BlockKind::kListItem || block->kind == BlockKind::kFragment;
  if (*writer_ != kNone || !is_line) return *writer_;
  const std::uint32_t named = on_title_page(extraction);
  return named == kNone && block->slide < document_->slides.size()
             ? on_slides(extraction, block->slide, block->slide + 1)
             : named;
}

// The only person whom slides [first, end) name in full.
std::uint32_t FactBuilder::on_slides(const Extraction& extraction, std::uint32_t first, std::uint32_t end) const {
  std::uint32_t only = kNone;
  const std::uint32_t begin = document_->blocks[document_->slides[first].first_block].span.begin;
  auto it = std::partition_point(extraction.mentions.begin(), extraction.mentions.end(),
                                 [begin](const Mention& mention) { return mention.span.begin < begin; });
  for (auto m = static_cast<std::uint32_t>(it - extraction.mentions.begin()); m < extraction.mentions.size(); ++m) {
    const Mention& mention = extraction.mentions[m];
    if (mention.type != type::kPerson || mention.end_token < mention.first_token + 2) continue;
    const Block* block = block_of(mention.first_token);
    if (block == nullptr || block->slide < first || block->kind == BlockKind::kFooter) continue;
    if (block->slide >= end) break;
    if (only != kNone && mention.entity != extraction.mentions[only].entity) return kNone;
    if (only == kNone) only = m;
  }
  return only;
}

// Whose deck it is: the only person named in full before the second heading, or on the title slide.
std::uint32_t FactBuilder::on_title_page(const Extraction& extraction) const {
  if (title_person_) return *title_person_;
  title_person_ = kNone;
  std::uint32_t headings = 0;
  std::uint32_t end = 0;
  for (const Block& block : document_->blocks) {
    if (block.kind == BlockKind::kHeading && ++headings == 2) break;
    if (block.kind != BlockKind::kMetadata) end = block.end_token;
  }
  if (headings < 2) {
    if (!document_->slides.empty()) title_person_ = on_slides(extraction, 0, 1);
    return *title_person_;
  }
  for (std::uint32_t m = 0; m < extraction.mentions.size() && extraction.mentions[m].end_token <= end; ++m) {
    const Mention& mention = extraction.mentions[m];
    if (mention.type != type::kPerson || mention.end_token < mention.first_token + 2) continue;
    const bool is_other = *title_person_ != kNone && mention.entity != extraction.mentions[*title_person_].entity;
    if (is_other) {
      title_person_ = kNone;
      return kNone;
    }
    if (*title_person_ == kNone) title_person_ = m;
  }
  return *title_person_;
}

std::uint32_t FactBuilder::writer_of(const Extraction& extraction) const {
  static const std::vector<TypeId> kPeople = {type::kPerson};
  std::uint32_t author = kNone;
  for (const MetadataField& field : document_->metadata) {
    if (field.name == "author" && field.block != kNone)
      author = only_mention_in(extraction, document_->blocks[field.block], kPeople);
  }
  if (author == kNone) author = named_alone(*document_, knowledge_.lexicons(), *pass_, extraction.mentions);
  if (document_->kind != DocumentKind::kInterview) return author;
  for (const Block& title : document_->blocks) {
    if (title.kind != BlockKind::kMetadata && (title.kind != BlockKind::kHeading || title.level > 1)) continue;
    const std::uint32_t named = only_mention_in(extraction, title, kPeople);
    if (named == kNone) continue;
    if (author == kNone || extraction.mentions[named].entity != extraction.mentions[author].entity) return named;
  }
  return introduced(extraction, author);
}

// Whom the paragraphs before the first question of an interview speak of most, but for its author.
std::uint32_t FactBuilder::introduced(const Extraction& extraction, std::uint32_t author) const {
  std::map<std::uint32_t, std::pair<std::uint32_t, std::uint32_t>> uses;  // entity: how often, its first mention
  for (std::uint32_t m = 0; m < extraction.mentions.size(); ++m) {
    const Mention& mention = extraction.mentions[m];
    const Block* block = block_of(mention.first_token);
    if (block == nullptr || block->kind != BlockKind::kParagraph) continue;
    if ((document_->tokens[block->first_token].flags & token_flag::kEmphasis) != 0) break;
    if (mention.type != type::kPerson || mention.entity == kNone) continue;
    if (author != kNone && mention.entity == extraction.mentions[author].entity) continue;
    ++uses.try_emplace(mention.entity, 0U, m).first->second.first;
  }
  std::uint32_t found = kNone;
  std::uint32_t most = 0;
  for (const auto& [entity, use] : uses) {
    if (use.first == most) found = kNone;
    if (use.first > most) std::tie(most, found) = use;
  }
  return found;
}

// A word of what somebody is: of a role among the mentions [first, end), a nationality or a title.
bool FactBuilder::describes(const Extraction& extraction, std::uint32_t first, std::uint32_t end,
                            std::uint32_t token) const {
  for (std::uint32_t m = first; m < end; ++m) {
    const Mention& mention = extraction.mentions[m];
    if (mention.type == type::kRole && mention.first_token <= token && token < mention.end_token) return true;
  }
  const auto entries = knowledge_.lexicons().entries_of(pass_->words[token]);
  return std::any_of(entries.begin(), entries.end(), [&](EntryId entry) {
    const LexiconId lexicon = knowledge_.lexicons().lexicon_of(entry);
    return lexicon == demonym_ || lexicon == honorific_;
  });
}

// "Ada Lovell (Harborworks), Paul Berg (chair)": past brackets that say where she is from or what she does there.
std::uint32_t FactBuilder::behind_brackets(const Extraction& extraction, std::uint32_t mention) const {
  constexpr std::uint32_t kLongest = 12;
  const std::vector<Mention>& mentions = extraction.mentions;
  const std::uint32_t begin = mentions[mention].end_token;
  const auto size = static_cast<std::uint32_t>(document_->tokens.size());
  if (begin + 1 >= size || document_->word(begin) != "(") return begin;
  std::uint32_t end = begin + 1;
  while (end < size && end <= begin + kLongest && document_->word(end) != ")") ++end;
  if (end + 1 >= size || document_->word(end) != ")") return begin;
  bool is_told = false;
  for (std::uint32_t m = mention + 1; m < mentions.size() && mentions[m].first_token < end; ++m) {
    if (mentions[m].type == type::kPlace || mentions[m].type == type::kDate || mentions[m].type == type::kPerson)
      return begin;
    is_told = is_told || mentions[m].type == type::kOrganization || mentions[m].type == type::kRole;
  }
  return is_told ? end + 1 : begin;
}

bool FactBuilder::add_list_members(const Pending& pending, const Extraction& extraction, const Fact& fact,
                                   std::vector<Fact>& facts, std::vector<TokenRange>& ranges) const {
  const PredicateInfo& predicate = knowledge_.predicates()[fact.predicate];
  for (const CompiledAssignment& assignment : pending.action->attributes) {
    if (assignment.name != kList) continue;
    const auto argument = std::find_if(fact.arguments.begin(), fact.arguments.end(), [&](const Argument& a) {
      return predicate.arguments[a.name].name == assignment.text;
    });
    if (argument == fact.arguments.end()) continue;
    std::uint32_t last = argument->mention;
    std::uint32_t members = 1;
    const TypeId type = extraction.mentions[last].type;
    for (std::uint32_t m = last + 1; m < extraction.mentions.size(); ++m) {
      const Mention& next = extraction.mentions[m];
      const std::uint32_t gap_begin =
          type == type::kPerson ? behind_brackets(extraction, last) : extraction.mentions[last].end_token;
      if (next.first_token < gap_begin) continue;
      // "by the engineer Ada Lovell and the Swiss banker Paul Berg": what they are stands between.
      if (next.type == type::kRole && type == type::kPerson && next.first_token - gap_begin <= kListGap) continue;
      if (next.type != type || next.first_token == gap_begin || next.first_token - gap_begin > kListGap) break;
      // "a clerk at Harborworks, a Brightsail adviser": whose adviser somebody is, no further employer of the clerk.
      if (type == type::kOrganization && m + 1 < extraction.mentions.size() &&
          extraction.mentions[m + 1].type == type::kRole && extraction.mentions[m + 1].first_token == next.end_token)
        break;
      // "chair of Harborworks, a Brightsail company": whose the one before is.
      if (type == type::kOrganization && next.end_token < document_->tokens.size() &&
          is_listed(next.first_token - 1, pos_, {"article"}) && is_in_lexicon(next.end_token, org_noun_))
        break;
      bool is_link = (document_->tokens[gap_begin].shape & shape::kPunctuation) != 0
                         ? is_separator(document_->word(gap_begin))
                         : is_listed(gap_begin, pos_, {"conjunction"});
      bool is_described = false;  // "founder of Harborworks" after it is somebody's firm, no further member
      for (std::uint32_t t = gap_begin; t < next.first_token && is_link; ++t) {
        const Token& token = document_->tokens[t];
        const bool is_mark = (token.shape & shape::kPunctuation) != 0;
        const bool is_description = type == type::kPerson && describes(extraction, last + 1, m, t) &&
                                    !is_listed(t, relation_, {"sibling", "parent", "twin", "cousin"});
        if ((token.flags & token_flag::kSentenceFirst) != 0) is_link = false;
        if (is_described && is_listed(t, pos_, {"preposition"})) is_link = false;
        is_link =
            is_link &&
            (is_mark ? is_separator(document_->word(t))
                     : is_description || is_listed(t, pos_, {"conjunction", "article", "preposition", "adverb"}) ||
                           is_listed(t, case_, {"possessive"}) || is_listed(t, relation_, {"spouse", "child"}));
        is_described = is_described || is_description;
      }
      if (!is_link) break;
      if (++members > kMostMembers) return false;
      last = m;
      Fact member = fact;
      for (Argument& a : member.arguments) {
        if (a.name == argument->name) a.mention = m;
      }
      const bool is_doubled = std::any_of(fact.arguments.begin(), fact.arguments.end(), [&](const Argument& a) {
        const std::uint32_t entity = extraction.mentions[a.mention].entity;
        return a.mention == m || (entity != kNone && entity == next.entity);
      });
      if (is_doubled) continue;
      TokenRange tokens = pending.tokens;
      tokens.end = std::max(tokens.end, next.end_token);
      member.span.end = std::max(member.span.end, next.span.end);
      facts.push_back(std::move(member));
      ranges.push_back(tokens);
    }
  }
  return true;
}

bool FactBuilder::is_loose(const Extraction& extraction, const std::vector<std::uint32_t>& chains,
                           std::uint32_t mention) const {
  const Mention& pronoun = extraction.mentions[mention];
  if (pronoun.type != type::kPronoun || pronoun.entity != kNone) return false;
  const bool is_relative = is_listed(pronoun.first_token, case_, {"relative"});
  return is_relative ? chains[mention] == kNone : is_listed(pronoun.first_token, number_, {"s", "p"});
}

// "Lovell of Harborworks, who has …": what a pronoun stands for must be of a type that fits; if it does not, the
// nearest mention before it in the sentence that does is meant.
std::uint32_t FactBuilder::fitting(const Extraction& extraction, std::uint32_t mention,
                                   const std::vector<TypeId>& types) const {
  const auto fits = [&](TypeId type) { return std::find(types.begin(), types.end(), type) != types.end(); };
  const Mention& pronoun = extraction.mentions[mention];
  if (pronoun.type != type::kPronoun || pronoun.entity == kNone || fits(extraction.entities[pronoun.entity].type))
    return mention;
  std::uint32_t token = pronoun.first_token;
  while (mention > 0) {
    const Mention& before = extraction.mentions[--mention];
    if (before.first_token + kSentenceReach < pronoun.first_token) return kNone;
    for (; token > before.first_token; --token) {
      if ((document_->tokens[token].flags & token_flag::kSentenceFirst) != 0) return kNone;
    }
    if (fits(before.type)) return mention;
  }
  return kNone;
}

std::uint32_t FactBuilder::last_before(const Extraction& extraction, std::uint32_t token,
                                       const std::vector<TypeId>& types) const {
  const auto after = std::partition_point(extraction.mentions.begin(), extraction.mentions.end(),
                                          [&](const Mention& mention) { return mention.first_token < token; });
  const auto first = static_cast<std::uint32_t>(after - extraction.mentions.begin());
  const Block* block = block_of(token);
  const std::uint32_t block_first = block == nullptr ? 0 : block->first_token;
  // In a new paragraph "the company" is the one the text is about: the most often named of those before.
  std::uint32_t found = kNone;
  std::size_t most = 0;
  for (std::uint32_t m = first; m > first - std::min(first, kMostBetween); --m) {
    const Mention& mention = extraction.mentions[m - 1];
    if (std::find(types.begin(), types.end(), mention.type) == types.end()) continue;
    if (mention.first_token >= block_first) return m - 1;
    const std::size_t uses = mention.entity == kNone ? 1 : extraction.entities[mention.entity].mentions.size();
    if (uses > most) {
      most = uses;
      found = m - 1;
    }
  }
  return found;
}

bool FactBuilder::satisfies_constraints(const Pending& pending, const Extraction& extraction) const {
  for (const rules::Constraint& constraint : pending.rule->constraints) {
    std::vector<std::uint32_t> entities;
    for (const std::string& name : constraint.captures) {
      const auto it = std::find(pending.rule->captures.begin(), pending.rule->captures.end(), name);
      const TokenRange tokens = pending.captures[static_cast<std::size_t>(it - pending.rule->captures.begin())];
      static const std::vector<TypeId> kAny = {type::kPerson, type::kOrganization, type::kPlace,
                                               type::kEvent,  type::kProduct,      type::kPronoun};
      const std::uint32_t mention = find_mention(extraction.mentions, tokens, kAny);
      entities.push_back(mention == kNone ? kNone : extraction.mentions[mention].entity);
    }
    const bool known = std::find(entities.begin(), entities.end(), kNone) == entities.end();
    const bool all_same =
        known && std::all_of(entities.begin(), entities.end(), [&](std::uint32_t e) { return e == entities.front(); });
    if (constraint.name == "same" ? !all_same : all_same) return false;
  }
  return true;
}

bool FactBuilder::make(const Pending& pending, const Extraction& extraction, Fact& fact) const {
  fact.predicate = pending.action->predicate;
  fact.rule = pending.id;
  fact.confidence = static_cast<float>(pending.rule->confidence);
  if (!fill_arguments(pending, extraction, fact)) return false;
  if (has_only_subject(*pending.action, fact) || names_one_twice(extraction, fact)) return false;
  set_qualifiers(pending, extraction, fact);
  settle_by_roles(extraction, fact);
  const TokenRange tokens = pending.tokens;
  fact.span = {document_->tokens[tokens.first].begin, document_->tokens[tokens.end - 1].end};
  return true;
}

// False: one is missing that must be there.
bool FactBuilder::fill_arguments(const Pending& pending, const Extraction& extraction, Fact& fact) const {
  const PredicateInfo& predicate = knowledge_.predicates()[fact.predicate];
  for (const CompiledAssignment& argument : pending.action->arguments) {
    const std::vector<TypeId>& types = predicate.arguments[argument.argument].types;
    const bool is_captured = argument.capture != kNoCapture;
    std::uint32_t mention = is_captured ? find_mention(extraction.mentions, pending.captures[argument.capture], types)
                                        : look_up(argument.text, extraction, pending.tokens.first, types);
    if (mention == kNone && !is_captured && argument.text == kBody) return false;
    if (mention != kNone) mention = fitting(extraction, mention, types);
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

std::uint32_t FactBuilder::look_up(std::string_view where, const Extraction& extraction, std::uint32_t token,
                                   const std::vector<TypeId>& types) const {
  if (where == kHeading) return named_by_heading(extraction, token, types);
  if (where == kBody) return body_above(extraction, token, types);
  if (where == kOmitted) return omitted_subject(extraction, token, types);
  if (where == kSpeaker) return speaker_of(extraction, token);
  if (where == kBefore) return last_before(extraction, token, types);
  if (where == kSubject) return subject_before(extraction, token, types);
  return kNone;
}

// "the sailor Maria Lindgren", where "sailor" is no role after all: a subject of which nothing is said.
bool FactBuilder::has_only_subject(const CompiledAction& action, const Fact& fact) const {
  const bool is_alone = fact.arguments.size() == 1 && fact.arguments.front().name == 0;
  return is_alone && knowledge_.predicates()[fact.predicate].arguments.size() > 1 &&
         std::all_of(action.attributes.begin(), action.attributes.end(),
                     [](const CompiledAssignment& a) { return a.name == kList || a.name == "status"; });
}

bool FactBuilder::names_one_twice(const Extraction& extraction, const Fact& fact) const {
  for (std::size_t i = 0; i < fact.arguments.size(); ++i) {
    for (std::size_t k = i + 1; k < fact.arguments.size(); ++k) {
      if (fact.arguments[i].mention == fact.arguments[k].mention) return true;
      const std::uint32_t entity = extraction.mentions[fact.arguments[i].mention].entity;
      if (entity != kNone && entity == extraction.mentions[fact.arguments[k].mention].entity &&
          fact.predicate != alias_)
        return true;
    }
  }
  return false;
}

// When it was, and what else the right side says.
void FactBuilder::set_qualifiers(const Pending& pending, const Extraction& extraction, Fact& fact) const {
  for (const CompiledAssignment& qualifier : pending.action->attributes) {
    const bool is_date = qualifier.name == "from" || qualifier.name == "to" || qualifier.name == "during";
    std::string value;
    if (is_date && qualifier.capture != kNoCapture) {
      const std::uint32_t mention =
          find_mention(extraction.mentions, pending.captures[qualifier.capture], {type::kDate});
      if (mention == kNone || extraction.mentions[mention].date == kNone) continue;
      value = extraction.dates[extraction.mentions[mention].date].edtf;
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
}

// "former" before the role says more than the rule.
void FactBuilder::settle_by_roles(const Extraction& extraction, Fact& fact) const {
  const KindTraits& traits = knowledge_.kind_traits();
  for (const Argument& argument : fact.arguments) {
    const Mention& mention = extraction.mentions[argument.mention];
    if (mention.role == kNone) continue;
    const std::string& qualifier = extraction.roles[mention.role].qualifier;
    if (traits.has(qualifier, Trait::kOver)) fact.period.status = Status::kPast;
    if (traits.has(qualifier, Trait::kToCome)) fact.period.status = Status::kPlanned;
    if (traits.has(qualifier, Trait::kHeld) && fact.period.status == Status::kUnknown)
      fact.period.status = Status::kCurrent;
  }
}

// What a stated end means for a period: "leaves in June" of a text of May holds in May, "is minister from 1989 to 1992"
// tells a past in the present tense.
void FactBuilder::settle_end(std::string_view today, Period& period) {
  constexpr std::size_t kYear = 4;
  const std::string_view end = period.to;
  if (end.empty()) return;
  if (period.status == Status::kUnknown && period.from != period.to) period.status = Status::kPast;
  const auto is_year = [](std::string_view edtf) {
    return edtf.size() >= kYear && edtf.substr(0, kYear).find_first_not_of("0123456789") == std::string_view::npos;
  };
  if (!is_year(end)) return;
  if (!is_year(today)) {
    if (period.status == Status::kCurrent && is_year(period.from) && period.from != period.to)
      period.status = Status::kPast;
    return;
  }
  const std::size_t common = std::min(end.size(), today.size());
  const int order = end.substr(0, common).compare(today.substr(0, common));
  if (period.status == Status::kPast && order > 0) period.status = Status::kCurrent;
  if (period.status == Status::kCurrent && order < 0) period.status = Status::kPast;
}

bool FactBuilder::has_former_role(const Extraction& extraction, const Fact& fact) const {
  return std::any_of(fact.arguments.begin(), fact.arguments.end(), [&](const Argument& argument) {
    const Mention& mention = extraction.mentions[argument.mention];
    return mention.role != kNone &&
           knowledge_.kind_traits().has(extraction.roles[mention.role].qualifier, Trait::kOver);
  });
}

// "In 2015 Harborworks's dean, Ada Lovell, called me", "We met the dean Ada Lovell in 2015": the date is of what
// happened, not of the post that is told in passing.
bool FactBuilder::is_of_main_verb(const Extraction& extraction, const Fact& fact, TokenRange range, TokenRange date,
                                  std::uint32_t gap, bool is_point) const {
  std::uint32_t person = kNone;
  bool has_role = false;
  for (const Argument& argument : fact.arguments) {
    const TypeId type = extraction.mentions[argument.mention].type;
    has_role = has_role || type == type::kRole;
    if (type == type::kPerson) person = argument.mention;
  }
  if (person == kNone || !has_role) return false;
  const std::uint32_t end = extraction.mentions[person].end_token;
  if (end == range.end) return date.end <= range.first || (is_point && gap > kBesideGap);
  return date.end <= range.first && end < document_->tokens.size() &&
         (document_->tokens[end].shape & shape::kPunctuation) != 0;
}

void FactBuilder::attach_periods(const Extraction& extraction,
                                 const std::vector<std::pair<TokenRange, Period>>& periods, std::vector<Fact>& facts,
                                 const std::vector<TokenRange>& ranges) const {
  const RangeIndex index(ranges);
  for (const std::pair<TokenRange, Period>& dated : periods) {
    const TokenRange tokens = dated.first;
    const Period& period = dated.second;
    const bool is_point = period.to.empty() && period.status == Status::kUnknown;
    // The nearest fact of the same sentence; the one before it wins a tie.
    std::uint32_t best_gap = kPeriodReach + 1;
    std::size_t best = facts.size();
    index.each_near(tokens, kPeriodReach + 1, [&](std::size_t i) {
      if (!is_empty(facts[i].period) || has_own_date_[facts[i].predicate]) return true;
      std::uint32_t gap = 0;
      if (ranges[i].end <= tokens.first) gap = tokens.first - ranges[i].end;
      if (tokens.end <= ranges[i].first) gap = ranges[i].first - tokens.end + 1;
      if (gap > best_gap || (gap == best_gap && i >= best) || gap > kPeriodReach) return true;
      if (is_of_main_verb(extraction, facts[i], ranges[i], tokens, gap, is_point)) return true;
      // "Lovell, the former head of storage at Harborworks, joins us in March": when she was that is not said.
      if (gap > kFormerReach && is_point && facts[i].period.status == Status::kPast &&
          has_former_role(extraction, facts[i]))
        return true;
      const std::uint32_t low = std::min(ranges[i].first, tokens.first);
      const std::uint32_t high = std::max(ranges[i].end, tokens.end);
      bool crosses = false;
      for (std::uint32_t t = low + 1; t < high && !crosses; ++t)
        crosses = (document_->tokens[t].flags & token_flag::kSentenceFirst) != 0;
      // "Berg, founder of Harborworks, died in Rome in 2015": a clause of its own lies between.
      for (std::uint32_t t = ranges[i].end; t + kClauseBeforeDate < tokens.first && !crosses; ++t)
        crosses = document_->word(t) == ",";
      if (crosses) return true;
      best_gap = gap;
      best = i;
      return true;
    });
    if (best == facts.size()) continue;
    best = told_right_before(index, tokens, best, facts, ranges);
    // "founder and CEO since 2004": all facts of the same words share their time.
    const TokenRange range = ranges[best];
    const PredicateId predicate = facts[best].predicate;
    const bool ends = is_point && tells_of(end_word_, range, tokens);
    const bool starts = is_point && tells_of(start_word_, range, tokens);
    index.each_near(range, 0, [&](std::size_t i) {
      if (!(ranges[i] == range) || facts[i].predicate != predicate || !is_empty(facts[i].period)) return true;
      // "Berg, head of storage, will leave the company in June": said behind the fact.
      const bool parts = ends && tells_of(end_word_, {range.end, range.end}, tokens) && range.end <= tokens.first;
      const bool is_end = parts || (ends && (predicate == education_ || facts[i].period.status == Status::kPast));
      // "She was dean in 2016", not "became": some time then; when it began and ended is not said.
      const bool is_within = is_point && !starts && facts[i].period.status == Status::kPast;
      facts[i].period.from = is_end ? "" : period.from;
      facts[i].period.to = is_end || is_within ? period.from : period.to;
      if (facts[i].period.status == Status::kUnknown) facts[i].period.status = period.status;
      return true;
    });
  }
}

// "Graduated from Larkmoor in 2010", "left Harborworks in 2019": the date is the end of what the fact says; "became
// head in 2010": its begin.
bool FactBuilder::tells_of(LexiconId ends_or_starts, TokenRange fact, TokenRange date) const {
  if (ends_or_starts == kNoLexicon) return false;
  const Lexicons& lexicons = knowledge_.lexicons();
  for (std::uint32_t t = std::min(fact.first, date.first); t < std::max(fact.end, date.end); ++t) {
    const auto entries = lexicons.entries_of(pass_->words[t]);
    if (std::any_of(entries.begin(), entries.end(),
                    [&](EntryId entry) { return lexicons.lexicon_of(entry) == ends_or_starts; }))
      return true;
  }
  return false;
}

// "Ada Lovell\nCEO, Harborworks\nLisbon, May 31, 2019": a day on a line of its own tells of the page.
bool FactBuilder::dates_page(const Mention& mention, const Date& date) const {
  const Block* block = block_of(mention.first_token);
  if (block == nullptr || date.precision != DatePrecision::kDay) return false;
  if (block->kind != BlockKind::kFragment && block->kind != BlockKind::kHeading) return false;
  for (std::uint32_t t = mention.first_token; t > block->first_token; --t) {
    if ((document_->tokens[t].flags & token_flag::kNewlineBefore) != 0) return true;
    if (is_listed(t - 1, pos_, {"preposition"})) return false;
  }
  return false;
}

// "since 2010", "from 2010 to 2013", "in 2010": every date that is no argument of a fact says when something near it
// held.
std::vector<std::pair<TokenRange, Period>> FactBuilder::periods_of_dates(const Extraction& extraction,
                                                                         const std::vector<Fact>& facts) const {
  std::vector<std::uint8_t> is_argument(extraction.mentions.size());
  for (const Fact& fact : facts) {
    for (const Argument& argument : fact.arguments) is_argument[argument.mention] = 1;
  }
  std::vector<std::pair<TokenRange, Period>> periods;
  for (std::uint32_t m = 0; m < extraction.mentions.size(); ++m) {
    const Mention& mention = extraction.mentions[m];
    if (mention.type != type::kDate || mention.date == kNone || is_argument[m] != 0) continue;
    const Date& date = extraction.dates[mention.date];
    const std::string edtf = bounded_edtf(date);
    if (edtf.empty()) continue;
    // "More than a year ago I came to Harborworks": some day before, not the end of a time.
    if (edtf.starts_with("..") && !date.offset.empty()) continue;
    if (dates_page(mention, date)) continue;
    Period period;
    if (edtf.find('/') == std::string::npos) {
      period.from = edtf;
    } else {
      set_during(period, edtf);
      const bool open = edtf.ends_with("..");
      period.status = open ? Status::kCurrent : Status::kPast;
    }
    periods.emplace_back(TokenRange{mention.first_token, mention.end_token}, period);
  }
  return periods;
}

// "Maria Lindgren, Harborworks" in the title says less than "CEO of Harborworks" below it: of affiliations of one
// person with one organization, those without role give way to those with one and leave it their time.
void FactBuilder::drop_vaguer(const Extraction& extraction, const std::vector<std::uint32_t>& chains,
                              std::vector<Fact>& facts) const {
  const std::optional<PredicateId> affiliation = knowledge_.predicate("affiliation");
  if (!affiliation) return;
  const std::optional<std::uint16_t> role = knowledge_.argument(*affiliation, "role");
  const auto ends_of = [&](const Fact& fact) {
    std::vector<std::uint32_t> ends;
    for (const Argument& argument : fact.arguments) {
      if (role && argument.name == *role) continue;
      ends.push_back(argument.name);
      ends.push_back(chains[argument.mention]);
    }
    return ends;
  };
  const auto has_role = [&](const Fact& fact) {
    return std::any_of(fact.arguments.begin(), fact.arguments.end(),
                       [&](const Argument& a) { return role && a.name == *role; });
  };
  std::map<std::vector<std::uint32_t>, std::vector<std::size_t>> with_role;
  for (std::size_t i = 0; i < facts.size(); ++i) {
    if (facts[i].predicate == *affiliation && has_role(facts[i])) with_role[ends_of(facts[i])].push_back(i);
  }
  const auto contradict = [](Status a, Status b) {
    return (a == Status::kPast && b == Status::kCurrent) || (a == Status::kCurrent && b == Status::kPast);
  };
  std::vector<bool> dropped(facts.size());
  for (std::size_t i = 0; i < facts.size(); ++i) {
    if (facts[i].predicate != *affiliation || has_role(facts[i])) continue;
    const std::vector<std::uint32_t> ends = ends_of(facts[i]);
    const auto found = with_role.find(ends);
    if (found == with_role.end() || std::find(ends.begin(), ends.end(), kNone) != ends.end()) continue;
    if (!is_empty(facts[i].period)) {
      // "CTO of Harborworks … She joined Harborworks in 2019": the time goes to the only role.
      Fact& heir = facts[found->second.front()];
      if (found->second.size() > 1 || !is_empty(heir.period) || contradict(heir.period.status, facts[i].period.status))
        continue;
      heir.period.from = facts[i].period.from;
      heir.period.to = facts[i].period.to;
    }
    dropped[i] = true;
  }
  drop_without_seat(extraction, chains, facts, dropped);
  std::size_t next = 0;
  std::erase_if(facts, [&](const Fact&) { return dropped[next++]; });
}

// "CTO of Harborworks … My title is CTO": the second says less than the first.
void FactBuilder::drop_without_seat(const Extraction& extraction, const std::vector<std::uint32_t>& chains,
                                    const std::vector<Fact>& facts, std::vector<bool>& dropped) const {
  const PredicateId affiliation = *knowledge_.predicate("affiliation");
  const std::optional<std::uint16_t> role = knowledge_.argument(affiliation, "role");
  const std::optional<std::uint16_t> person = knowledge_.argument(affiliation, "person");
  if (!role || !person) return;
  // Who is called what, and whether that is over; nobody where an argument is missing or stands for nobody.
  const auto seat_of = [&](const Fact& fact) {
    std::tuple<std::uint32_t, std::string, bool> seat{kNone, std::string(), fact.period.status == Status::kPast};
    for (const Argument& argument : fact.arguments) {
      if (argument.name == *person) std::get<0>(seat) = chains[argument.mention];
      if (argument.name == *role)
        fold_case(document_->slice(extraction.mentions[argument.mention].span), std::get<1>(seat));
    }
    return seat;
  };
  std::set<std::tuple<std::uint32_t, std::string, bool>> seated;
  for (const Fact& fact : facts) {
    if (fact.predicate == affiliation && fact.arguments.size() == 3) seated.insert(seat_of(fact));
  }
  for (std::size_t i = 0; i < facts.size(); ++i) {
    if (facts[i].predicate != affiliation || facts[i].arguments.size() != 2 || !is_empty(facts[i].period)) continue;
    const auto seat = seat_of(facts[i]);
    if (std::get<0>(seat) != kNone && !std::get<1>(seat).empty() && seated.count(seat) > 0) dropped[i] = true;
  }
}

std::uint16_t FactBuilder::supposed_argument(const CompiledAction& action) {
  for (const CompiledAssignment& argument : action.arguments) {
    const bool is_supposed = argument.text == kSubject || argument.text == kOmitted || argument.text == kHeading;
    if (argument.capture == kNoCapture && is_supposed) return argument.argument;
  }
  return kNoArgument;
}

// "Lund spoke with Berg, head of Harborworks, and left": that Berg is its head is said, that Lund is only supposed. A
// fact whose subject was looked up gives way to one that names another for the same words.
void FactBuilder::drop_supposed(const std::vector<std::uint16_t>& supposed, std::vector<Fact>& facts,
                                std::vector<TokenRange>& ranges) {
  using Key = std::vector<std::uint32_t>;
  const auto key_without = [](const Fact& fact, std::uint16_t left_out) {
    Key key{fact.predicate, left_out};
    for (const Argument& a : fact.arguments) {
      if (a.name == left_out) continue;
      key.push_back(a.name);
      key.push_back(a.mention);
    }
    return key;
  };
  std::set<Key> named;
  std::set<std::pair<PredicateId, std::uint16_t>> of_interest;
  for (std::size_t i = 0; i < facts.size(); ++i) {
    if (supposed[i] != kNoArgument) of_interest.emplace(facts[i].predicate, supposed[i]);
  }
  for (std::size_t i = 0; i < facts.size(); ++i) {
    if (supposed[i] != kNoArgument) continue;
    for (const Argument& a : facts[i].arguments) {
      if (of_interest.contains({facts[i].predicate, a.name})) named.insert(key_without(facts[i], a.name));
    }
  }
  drop_if(facts, ranges, [&](std::size_t i) {
    return supposed[i] != kNoArgument && facts[i].arguments.size() > 1 &&
           named.contains(key_without(facts[i], supposed[i]));
  });
}

// One fact for each match of a rule and each member of its list.
bool FactBuilder::state(const Extraction& extraction, std::vector<Fact>& facts, std::vector<TokenRange>& ranges) const {
  bool is_complete = true;
  std::vector<std::uint16_t> supposed;  // of each fact: the argument that its rule does not name; kNoArgument
  for (const Pending& pending : pending_) {
    if (!pending.action->is_fact || pending.action->forbids) continue;
    Fact fact;
    if (!satisfies_constraints(pending, extraction) || !make(pending, extraction, fact)) continue;
    facts.push_back(fact);
    ranges.push_back(pending.tokens);
    if (!add_list_members(pending, extraction, fact, facts, ranges)) is_complete = false;
    supposed.resize(facts.size(), supposed_argument(*pending.action));
  }
  drop_supposed(supposed, facts, ranges);
  return is_complete;
}

void FactBuilder::drop_forbidden(const std::vector<std::uint32_t>& chains, std::vector<Fact>& facts,
                                 std::vector<TokenRange>& ranges) const {
  std::vector<PredicateId> predicates;
  std::vector<TokenRange> forbidden;  // parallel
  for (const Pending& pending : pending_) {
    if (!pending.action->is_fact || !pending.action->forbids) continue;
    predicates.push_back(pending.action->predicate);
    forbidden.push_back(pending.tokens);
  }
  const RangeIndex index(forbidden);
  const auto is_forbidden = [&](std::size_t i) {
    bool is_met = false;
    index.each_near(ranges[i], 0, [&](std::size_t f) {
      is_met = predicates[f] == facts[i].predicate;
      return !is_met;
    });
    return is_met;
  };
  // "He and his father": two pronouns of one chain are no two people.
  const auto is_about_itself = [&](const Fact& fact) {
    return fact.predicate != alias_ && fact.arguments.size() > 1 && chains[fact.arguments[0].mention] != kNone &&
           std::any_of(fact.arguments.begin() + 1, fact.arguments.end(), [&](const Argument& argument) {
             return chains[argument.mention] == chains[fact.arguments[0].mention];
           });
  };
  drop_if(facts, ranges,
          [&](std::size_t i) { return facts[i].arguments.empty() || is_about_itself(facts[i]) || is_forbidden(i); });
}

// One fact for equal arguments, and none whose arguments are part of another's. What the dropped one knew about time is
// kept where the other knows nothing.
void FactBuilder::keep_whole(const Extraction& extraction, std::vector<Fact>& facts,
                             std::vector<TokenRange>& ranges) const {
  struct Ranked {
    std::size_t arguments;
    Standing standing;
    RuleId rule;
    Span span;
    std::size_t fact;
  };
  std::vector<Ranked> order;
  order.reserve(facts.size());
  for (const Fact& fact : facts)
    order.push_back({fact.arguments.size(), standing_of(fact.rule), fact.rule, fact.span, order.size()});
  std::sort(order.begin(), order.end(), [](const Ranked& a, const Ranked& b) {
    if (a.arguments != b.arguments) return a.arguments > b.arguments;
    if (a.standing != b.standing) return a.standing > b.standing;
    return std::tie(a.rule, a.span, a.fact) < std::tie(b.rule, b.span, b.fact);
  });
  // "She was a sailor and chair of Harborworks": what is said of the same person in one sentence shares its tense.
  using Clause = std::tuple<PredicateId, std::uint32_t, std::uint32_t>;  // predicate, subject, sentence
  const auto clause_of = [&](const Fact& fact, TokenRange tokens) {
    const auto sentence = std::partition_point(document_->sentences.begin(), document_->sentences.end(),
                                               [&](const Sentence& each) { return each.end_token <= tokens.first; });
    return Clause{fact.predicate, fact.arguments.front().mention,
                  static_cast<std::uint32_t>(sentence - document_->sentences.begin())};
  };
  std::map<Clause, Status> tenses;  // of the facts that were dropped
  WholeFacts kept;
  for (const Ranked& ranked : order) {
    const std::size_t i = ranked.fact;
    const Period period = facts[i].period;
    const std::uint32_t whole = kept.whole_of(facts[i]);
    if (whole == kNone) {
      kept.add(std::move(facts[i]), ranges[i]);
      continue;
    }
    Period& known = kept.facts[whole].period;
    if (is_empty(known) && !is_empty(period)) {
      known.from = period.from;
      known.to = period.to;
    }
    if (known.status == Status::kUnknown) known.status = period.status;
    // "Lund, former head of Harborworks, leads Brightsail": the word tells of that post only.
    const bool is_tense = period.status == Status::kPast || period.status == Status::kCurrent;
    if (is_tense && !has_former_role(extraction, facts[i]))
      tenses.try_emplace(clause_of(facts[i], ranges[i]), period.status);
  }
  facts = std::move(kept.facts);
  ranges = std::move(kept.ranges);
  for (std::size_t k = 0; k < facts.size() && !tenses.empty(); ++k) {
    if (facts[k].period.status != Status::kUnknown) continue;
    const auto tense = tenses.find(clause_of(facts[k], ranges[k]));
    const bool has_ended = !facts[k].period.to.empty();
    if (tense != tenses.end() && !(has_ended && tense->second == Status::kCurrent))
      facts[k].period.status = tense->second;
  }
}

// In talk a relative pronoun without a name runs on from something else: "my husband, who"; who "he" and "we" are, the
// turns before may have said that are not there.
void FactBuilder::drop_loose(const Extraction& extraction, const std::vector<std::uint32_t>& chains,
                             std::vector<Fact>& facts) const {
  if (document_->turns.empty()) return;
  std::erase_if(facts, [&](const Fact& fact) {
    return std::any_of(fact.arguments.begin(), fact.arguments.end(),
                       [&](const Argument& a) { return is_loose(extraction, chains, a.mention); });
  });
}

bool FactBuilder::build(const Extraction& extraction, const std::vector<std::uint32_t>& chains, bool has_repeats,
                        std::vector<Fact>& facts) const {
  std::vector<TokenRange> ranges;
  bool is_complete = state(extraction, facts, ranges);
  drop_forbidden(chains, facts, ranges);
  keep_whole(extraction, facts, ranges);
  attach_periods(extraction, periods_of_dates(extraction, facts), facts, ranges);
  complete_seats(*document_, knowledge_, *pass_, extraction, chains, facts);
  drop_loose(extraction, chains, facts);
  drop_vaguer(extraction, chains, facts);
  mark_repeats(
      *document_, extraction, chains, [&](RuleId rule) { return standing_of(rule); }, facts);
  if (has_repeats && !add_repeats(*document_, extraction, chains, alias_, kMaxFacts, facts)) is_complete = false;
  for (Fact& fact : facts) {
    settle_end(document_->date, fact.period);
    if (fact.period.status == Status::kCurrent) fact.period.asserted_at = document_->date;
  }
  return is_complete;
}

}  // namespace dossier
