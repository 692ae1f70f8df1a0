#include "extractors/names.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <utility>

#include "grammars/lexicon_image.h"

namespace dossier {

namespace {

constexpr double kLikely = 0.577;  // confidence that makes a typed phrase, but no accepted name

const std::array<RuleInfo, 6>& rule_table() {
  static const std::array<RuleInfo, 6> kRules = {{
      {"name.given_of_proven", "extractors/names.cpp", 0, 0.97},
      {"name.surname_of_proven", "extractors/names.cpp", 0, 0.93},
      {"name.begin_of_proven", "extractors/names.cpp", 0, 0.7},
      {"name.acronym_of_proven", "extractors/names.cpp", 0, 0.9},
      {"name.repeated", "extractors/names.cpp", 0, 0.9},
      {"name.defined", "extractors/names.cpp", 0, kLikely},
  }};
  return kRules;
}

constexpr double kAccept = 0.35;           // least score of an accepted name, in nats
constexpr double kProven = 1.7;            // least score that carries to parts of the name
constexpr double kClear = 0.7;             // by which it must be better than the next type
constexpr double kElsewhere = 0.6;         // share of the votes that the same words got elsewhere
constexpr float kInherited = 0.6F;         // share of the votes of its part that an untyped phrase takes over
constexpr std::uint32_t kColumnGap = 3;    // bytes between tokens that may part columns
constexpr std::uint32_t kShortLine = 60;   // bytes from which on a line may go on in the next
constexpr std::uint32_t kSharedBegin = 2;  // organizations, at most, that one begin may stand for
constexpr double kTyped = 0.3;             // least score of a proposal that counts as typed

float weight_of(double confidence, bool forbids) {
  const double c = std::clamp(confidence, 0.02, 0.99);
  const double weight = std::log(c / (1 - c));
  return static_cast<float>(forbids ? -std::max(weight, 0.1) : std::max(weight, 0.05));
}

// The type with the highest sum of votes; distinct rules add up, repetitions of one rule do not.
struct Best {
  TypeId type = type::kName;
  double score = 0;
  double margin = 0;
  RuleId rule = 0;
};

// Words from `begin` to before `end`, a blank between them.
std::string joined(const std::vector<std::string>& words, std::size_t begin, std::size_t end) {
  std::string all;
  for (std::size_t k = begin; k < end; ++k) all += (k > begin ? " " : "") + words[k];
  return all;
}

// The first character in UTF-8, all of its bytes.
std::string first_letter(const std::string& word) {
  std::size_t size = 1;
  while (size < word.size() && (static_cast<unsigned char>(word[size]) & 0xC0U) == 0x80U) ++size;
  return word.substr(0, size);
}

// Turns most words away before they are folded: in length and first letter like no key of a table of folded words.
class Beginnings {
 public:
  template <class Table>
  explicit Beginnings(const Table& table) {
    for (const auto& [word, value] : table) {
      is_plain_ = is_plain_ && is_ascii(word);
      if (!word.empty()) letters_[word.size() % letters_.size()] |= letter(word);
    }
  }
  bool may_be(std::string_view word) const {
    return !is_plain_ || word.empty() || (letters_[word.size() % letters_.size()] & letter(word)) != 0 ||
           !is_ascii(word);
  }

 private:
  // What is not ASCII may change its length when it is folded.
  static bool is_ascii(std::string_view word) {
    return std::all_of(word.begin(), word.end(), [](char c) { return (c & 0x80) == 0; });
  }
  static std::uint32_t letter(std::string_view word) { return 1u << (static_cast<unsigned char>(word.front()) & 31); }
  std::array<std::uint32_t, 64> letters_{};
  bool is_plain_ = true;
};

using Scores = std::array<double, kMaxTypes>;

// The vote of this rule for this type; null: it has none.
template <class Votes>
auto* vote_of(Votes& votes, RuleId rule, TypeId type) {
  const auto it = std::find_if(votes.begin(), votes.end(),
                               [&](const auto& vote) { return vote.rule == rule && vote.type == type; });
  return it == votes.end() ? nullptr : &*it;
}

template <class Vote>
void count(const Vote& vote, double share, Scores& scores) {
  if (vote.type < scores.size()) scores[vote.type] += share * static_cast<double>(vote.weight);
}

// `types`: how many there are.
Best best_of(const Scores& scores, std::size_t types) {
  Best best;
  double second = 0;
  best.score = 0;
  for (TypeId type = 0; type < types; ++type) {
    if (type == type::kName) continue;
    if (scores[type] > best.score) {
      second = best.score;
      best.score = scores[type];
      best.type = type;
    } else {
      second = std::max(second, scores[type]);
    }
  }
  best.margin = best.score - second;
  return best;
}

}  // namespace

std::span<const RuleInfo> name_rules() {
  return rule_table();
}

NameArbiter::NameArbiter(const Knowledge& knowledge)
    : knowledge_(knowledge),
      given_rule_(knowledge.rule("name.given_of_proven")),
      surname_rule_(knowledge.rule("name.surname_of_proven")),
      prefix_rule_(knowledge.rule("name.begin_of_proven")),
      acronym_rule_(knowledge.rule("name.acronym_of_proven")),
      repeat_rule_(knowledge.rule("name.repeated")),
      defined_rule_(knowledge.rule("name.defined")),
      types_(std::min(knowledge.types().size(), kMaxTypes)),
      pos_(knowledge.lexicons().find_attribute("pos")),
      function_word_(knowledge.lexicons().find("function_word")),
      common_word_(knowledge.lexicons().find("common_word")),
      place_(knowledge.lexicons().find("place")),
      surname_(knowledge.lexicons().find("surname")),
      given_name_(knowledge.lexicons().find("given_name")),
      body_letters_(knowledge.lexicons().find("body_letters")),
      org_head_(knowledge.lexicons().find("org_head")),
      legal_form_(knowledge.lexicons().find("legal_form")) {}

bool NameArbiter::is_in(const std::string& word, LexiconId lexicon) const {
  const Lexicons& lexicons = knowledge_.lexicons();
  const auto entries = lexicons.entries_of(lexicons.word(word));
  return std::any_of(entries.begin(), entries.end(),
                     [&](EntryId entry) { return lexicons.lexicon_of(entry) == lexicon; });
}

void NameArbiter::begin(const Document& document) {
  document_ = &document;
  proposals_.clear();
  candidates_.clear();
  held_.clear();
  added_.clear();
  groups_.clear();
  group_ids_.clear();
  proven_parts_.clear();
  proven_names_.clear();
  find_breaks();
}

// Where no name runs on.
void NameArbiter::find_breaks() {
  breaks_.assign(document_->tokens.size(), false);
  break_columns();
  break_lines_of_columns();
  break_lines_of_cards();
  find_link_edges();
}

void NameArbiter::find_link_edges() {
  const std::vector<Token>& tokens = document_->tokens;
  link_edges_.assign(tokens.size(), false);
  for (const Link& link : document_->links) {
    for (const std::uint32_t edge : {link.text.begin, link.text.end}) {
      const auto token = std::partition_point(tokens.begin(), tokens.end(),
                                              [edge](const Token& candidate) { return candidate.begin < edge; });
      if (token != tokens.end()) link_edges_[static_cast<std::size_t>(token - tokens.begin())] = true;
    }
  }
}

// "[SIG Docs](…) Tech Lead", "the University of Trevik [Chair](…)": a body's name lies inside a link or outside, in the
// pieces that say what they are ("SIG", "University"). "the University of [Trevik](…)": where no piece does by itself,
// the link is a part of the name. False: nothing is cut.
bool NameArbiter::propose_between_links(TokenRange tokens, const Vote& vote) {
  const auto next_edge = [&](std::uint32_t token) {
    const auto edge = std::find(link_edges_.begin() + token, link_edges_.begin() + tokens.end, true);
    return static_cast<std::uint32_t>(edge - link_edges_.begin());
  };
  std::uint32_t end = next_edge(tokens.first + 1);
  if (end == tokens.end) return false;
  bool is_cut = false;
  for (std::uint32_t first = tokens.first; first < tokens.end; first = end) {
    end = next_edge(first + 1);
    const TokenRange body = body_in({first, end});
    if (body.is_empty()) continue;
    proposals_.push_back({body, vote});
    is_cut = true;
  }
  return is_cut;
}

// The piece from its first capital to its last, if it says what it is and has more words than that; empty: it does not.
TokenRange NameArbiter::body_in(TokenRange piece) const {
  while (!piece.is_empty() && !is_upper(piece.first)) ++piece.first;
  while (!piece.is_empty() && !is_upper(piece.end - 1)) --piece.end;
  bool has_head = false, has_more = false, is_led = false;  // by what says that it is a body: "Department of State"
  std::string folded;
  for (std::uint32_t t = piece.first; t < piece.end; ++t) {
    fold_case(document_->word(t), folded);
    const bool is_head = is_in(folded, org_head_);
    is_led = is_led || (is_head && t == piece.first);
    has_head = has_head || is_head;
    has_more = has_more || (!is_head && is_upper(t) && (is_led || !is_in(folded, common_word_)));
  }
  return has_head && has_more ? piece : TokenRange{};
}

// Slides set columns apart by runs of blanks: "Dell      Packard". No name runs across them.
void NameArbiter::break_columns() {
  for (std::size_t t = 1; t < document_->tokens.size(); ++t) {
    const std::uint32_t begin = document_->tokens[t - 1].end;
    const std::uint32_t end = document_->tokens[t].begin;
    if (end < begin + kColumnGap) continue;
    const std::string_view gap = std::string_view(document_->text).substr(begin, end - begin);
    breaks_[t] = gap.find("   ") != std::string_view::npos && gap.find('\n') == std::string_view::npos;
  }
}

// "We have a great board\nCompany      Name": a line of columns begins nothing that the line before it ends, and ends
// where it ends.
void NameArbiter::break_lines_of_columns() {
  const std::vector<Token>& tokens = document_->tokens;
  std::size_t line = 0;
  bool has_columns = false, had_columns = false;
  for (std::size_t t = 1; t <= tokens.size(); ++t) {
    const bool is_end = t == tokens.size() || (tokens[t].flags & token_flag::kNewlineBefore) != 0;
    if (!is_end) {
      has_columns = has_columns || breaks_[t];
      continue;
    }
    if (line > 0 && (has_columns || had_columns)) breaks_[line] = true;
    had_columns = std::exchange(has_columns, false);
    line = t;
  }
}

// "Ada Lovell\nUniversity of Lund": a block all of whose lines are short is no running text, unless lines go on in
// small letters; no name goes on in the next line.
void NameArbiter::break_lines_of_cards() {
  const std::vector<Token>& tokens = document_->tokens;
  std::vector<std::uint32_t> line_begins;
  for (const Block& block : document_->blocks) {
    if (block.kind != BlockKind::kParagraph || block.first_token >= block.end_token) continue;
    line_begins.clear();
    std::uint32_t begin = tokens[block.first_token].begin;
    bool is_card = true;
    for (std::uint32_t t = block.first_token; t < block.end_token && is_card; ++t) {
      if (t > block.first_token && (tokens[t].flags & token_flag::kNewlineBefore) != 0) {
        if (!line_begins.empty() && (tokens[t].shape & shape::kLower) != 0) is_card = false;
        line_begins.push_back(t);
        begin = tokens[t].begin;
      }
      is_card = is_card && tokens[t].end - begin < kShortLine;
    }
    if (!is_card) continue;
    for (const std::uint32_t t : line_begins) breaks_[t] = true;
  }
}

std::string NameArbiter::key_of(TokenRange tokens) const {
  std::string key, folded;
  for (std::uint32_t t = tokens.first; t < tokens.end; ++t) {
    fold_case(document_->word(t), folded);
    if (!key.empty()) key += ' ';
    key += folded;
  }
  return key;
}

std::uint32_t NameArbiter::group_of(TokenRange tokens) {
  std::string key = key_of(tokens);
  const auto it = group_ids_.find(key);
  if (it != group_ids_.end()) return it->second;
  const auto id = static_cast<std::uint32_t>(groups_.size());
  Group group;
  group.is_in_capitals = tokens.end == tokens.first + 1 &&
                         (document_->tokens[tokens.first].shape & (shape::kAllCaps | shape::kMixed)) != 0;
  for (std::size_t at = 0; at < key.size();) {
    const std::size_t end = std::min(key.find(' ', at), key.size());
    group.words.push_back(key.substr(at, end - at));
    at = end + 1;
  }
  groups_.push_back(std::move(group));
  group_ids_.emplace(std::move(key), id);
  return id;
}

void NameArbiter::propose(TokenRange tokens, TypeId type, RuleId rule, double confidence, bool forbids) {
  if (tokens.is_empty() || tokens.end > document_->tokens.size()) return;
  for (std::uint32_t t = tokens.first + 1; t < tokens.end; ++t) {
    if (!breaks_[t]) continue;
    if (type != type::kName) return;
    tokens.end = t;
  }
  const Vote vote{rule, type, weight_of(confidence, forbids)};
  if (type == type::kOrganization && !forbids && propose_between_links(tokens, vote)) return;
  proposals_.push_back({tokens, vote});
}

// The begin of the words whose first letters these are, counted back from `end`; small words between them may have
// one ("Department of Energy", DOE) or none ("Bank of Trevik", BT). kNone: they are not.
std::uint32_t NameArbiter::begin_of_defined(std::string_view letters, std::uint32_t end) const {
  std::uint32_t first = end;
  for (std::size_t left = letters.size(); left > 0;) {
    if (first == 0 || breaks_[first] || (document_->tokens[first - 1].flags & token_flag::kSentenceLast) != 0)
      return kNone;
    const std::string_view word = document_->word(--first);
    const bool is_next = (word.front() | 0x20) == (letters[left - 1] | 0x20) && (left > 1 || is_upper(first));
    if (is_next)
      --left;
    else if (is_upper(first) || !is_in(std::string(word), function_word_))
      return kNone;
  }
  return is_upper(first) ? first : kNone;
}

void NameArbiter::propose_defined() {
  constexpr std::size_t kLeast = 2, kMost = 8;  // letters
  const std::vector<Token>& tokens = document_->tokens;
  for (std::uint32_t t = 3; t + 1 < tokens.size(); ++t) {
    if ((tokens[t].shape & shape::kAllCaps) == 0 || document_->word(t - 1) != "(" || document_->word(t + 1) != ")")
      continue;
    const std::string_view letters = document_->word(t);
    const bool are_letters = std::all_of(letters.begin(), letters.end(), [](char c) { return c >= 'A' && c <= 'Z'; });
    if (!are_letters || letters.size() < kLeast || letters.size() > kMost) continue;
    const std::uint32_t first = begin_of_defined(letters, t - 1);
    if (first != kNone) propose({first, t - 1}, type::kOrganization, defined_rule_, kLikely, /*forbids=*/false);
  }
}

std::vector<std::uint32_t> NameArbiter::ends_of(TypeId type, double confidence) const {
  std::vector<std::uint32_t> ends(document_->tokens.size());
  const float least = weight_of(confidence, false);
  for (const Proposal& proposal : proposals_) {
    if (proposal.vote.type != type || proposal.vote.weight < least) continue;
    std::uint32_t& end = ends[proposal.tokens.first];
    end = std::max(end, proposal.tokens.end);
  }
  return ends;
}

void NameArbiter::part_at(std::span<const std::uint32_t> tokens) {
  if (tokens.empty()) return;
  for (const std::uint32_t token : tokens) breaks_[token] = true;
  std::erase_if(proposals_, [&](const Proposal& proposal) {
    const auto next = std::upper_bound(tokens.begin(), tokens.end(), proposal.tokens.first);
    return next != tokens.end() && *next < proposal.tokens.end;
  });
}

std::int32_t NameArbiter::priority_of(RuleId rule) const {
  const std::span<const CompiledRule> rules = knowledge_.rule_set().rules();
  return rule < rules.size() ? rules[rule].priority : 0;
}

// By place, longer ones first, then by type and rule, the strongest first. Few begin at one token: those are put
// together without comparing.
void NameArbiter::sort_proposals() {
  std::vector<std::uint32_t> ends(document_->tokens.size() + 1);  // by token: of the proposals that begin there
  for (const Proposal& proposal : proposals_) ++ends[proposal.tokens.first + 1];
  for (std::size_t t = 1; t < ends.size(); ++t) ends[t] += ends[t - 1];
  std::vector<Proposal> sorted(proposals_.size());
  for (const Proposal& proposal : proposals_) sorted[ends[proposal.tokens.first]++] = proposal;
  proposals_.swap(sorted);
  for (std::size_t begin = 0; begin < proposals_.size();) {
    const std::size_t end = ends[proposals_[begin].tokens.first];
    std::sort(proposals_.begin() + static_cast<std::ptrdiff_t>(begin),
              proposals_.begin() + static_cast<std::ptrdiff_t>(end), [](const Proposal& a, const Proposal& b) {
                if (a.tokens.end != b.tokens.end) return a.tokens.end > b.tokens.end;
                const std::uint64_t a_vote = std::uint64_t{a.vote.type} << 32 | a.vote.rule;
                const std::uint64_t b_vote = std::uint64_t{b.vote.type} << 32 | b.vote.rule;
                return a_vote != b_vote ? a_vote < b_vote : std::abs(a.vote.weight) > std::abs(b.vote.weight);
              });
    begin = end;
  }
}

// What was proposed for the same tokens, with all its votes.
struct NameArbiter::Phrase {
  TokenRange tokens;
  std::size_t begin, end;  // of its proposals
  Best best;
  std::int32_t priority;  // the highest of the rules that proposed it

  std::uint32_t size() const { return tokens.end - tokens.first; }
  // Typed phrases first, then untyped phrases, then single words: a first name alone does not break up "Stella
  // Wundermark". But a rule with a priority has seen that its word ends there: "SC Members".
  int rank() const {
    if (size() == 1 && priority <= 0) return kWordRank;
    return best.score >= kTyped ? kTypedRank : kUntypedRank;
  }
  static constexpr int kTypedRank = 0, kUntypedRank = 1, kWordRank = 2;
};

// Tokens that become a candidate.
struct NameArbiter::Choice {
  TokenRange tokens;
  const Phrase* phrase;  // null: a piece of an untyped one
};

void NameArbiter::segment() {
  sort_proposals();
  const std::vector<Phrase> phrases = sum_up_proposals();
  const std::vector<Choice> choices = choose(phrases);
  std::size_t inner = 0;  // first phrase that may lie inside
  for (const Choice& choice : choices) {
    Candidate candidate;
    candidate.tokens = choice.tokens;
    Held held;
    held.group = group_of(choice.tokens);
    if (choice.phrase != nullptr) {
      held.votes = votes_of(*choice.phrase);
      candidate.score = choice.phrase->best.score;
      candidate.guess = choice.phrase->best.score >= kTyped ? choice.phrase->best.type : type::kName;
    }
    if (candidate.guess == type::kName) {
      while (inner < phrases.size() && phrases[inner].tokens.first < choice.tokens.first) ++inner;
      for (std::size_t i = inner; i < phrases.size() && phrases[i].tokens.first < choice.tokens.end; ++i)
        inherit(phrases[i], choice.tokens, held.votes);
      Scores scores{};
      for (const Vote& vote : held.votes) count(vote, 1, scores);
      const Best best = best_of(scores, types_);
      candidate.score = best.score;
      if (best.score >= kTyped) candidate.guess = best.type;
    }
    candidates_.push_back(candidate);
    held_.push_back(std::move(held));
  }
}

// The proposals, which are sorted, by phrase.
std::vector<NameArbiter::Phrase> NameArbiter::sum_up_proposals() const {
  std::vector<Phrase> phrases;
  for (std::size_t begin = 0, end; begin < proposals_.size(); begin = end) {
    Scores scores{};
    std::int32_t priority = priority_of(proposals_[begin].vote.rule);
    for (end = begin; end < proposals_.size() && proposals_[end].tokens == proposals_[begin].tokens; ++end) {
      const Vote& vote = proposals_[end].vote;
      priority = std::max(priority, priority_of(vote.rule));
      const bool repeats =
          end > begin && vote.rule == proposals_[end - 1].vote.rule && vote.type == proposals_[end - 1].vote.type;
      if (!repeats) count(vote, 1, scores);
    }
    phrases.push_back({proposals_[begin].tokens, begin, end, best_of(scores, types_), priority});
  }
  return phrases;
}

// Phrases that do not overlap, the best first, and what they leave of others; sorted by place.
std::vector<NameArbiter::Choice> NameArbiter::choose(const std::vector<Phrase>& phrases) const {
  std::vector<const Phrase*> order;
  order.reserve(phrases.size());
  for (const Phrase& phrase : phrases) order.push_back(&phrase);
  std::stable_sort(order.begin(), order.end(), [](const Phrase* a, const Phrase* b) {
    if (a->rank() != b->rank()) return a->rank() < b->rank();
    if (a->size() != b->size()) return a->size() > b->size();
    if (a->priority != b->priority) return a->priority > b->priority;
    if (a->best.score != b->best.score) return a->best.score > b->best.score;
    return a->tokens.first < b->tokens.first;
  });
  std::vector<bool> taken(document_->tokens.size());
  std::vector<Choice> choices;
  const auto take = [&](TokenRange tokens, const Phrase* phrase) {
    for (std::uint32_t t = tokens.first; t < tokens.end; ++t) taken[t] = true;
    choices.push_back({tokens, phrase});
  };
  for (const Phrase* phrase : order) {
    const auto begin = taken.begin() + phrase->tokens.first, end = taken.begin() + phrase->tokens.end;
    if (std::find(begin, end, true) == end) {
      take(phrase->tokens, phrase);
    } else if (phrase->rank() == Phrase::kUntypedRank) {
      for (const TokenRange piece : pieces_left(phrase->tokens, taken)) take(piece, nullptr);
    }
  }
  std::sort(choices.begin(), choices.end(),
            [](const Choice& a, const Choice& b) { return a.tokens.first < b.tokens.first; });
  return choices;
}

// What typed phrases leave of an untyped one: "Lindgren Foundation" and "Ada Lovell" of "Lindgren Foundation Ada
// Lovell".
std::vector<TokenRange> NameArbiter::pieces_left(TokenRange tokens, const std::vector<bool>& taken) const {
  std::vector<TokenRange> pieces;
  for (std::uint32_t t = tokens.first, end; t < tokens.end; t = std::max(end, t + 1)) {
    end = t;
    while (end < tokens.end && !taken[end]) ++end;
    TokenRange piece{t, end};
    while (!piece.is_empty() && !is_upper(piece.first)) ++piece.first;
    while (!piece.is_empty() && !is_upper(piece.end - 1)) --piece.end;
    if (!piece.is_empty() && piece.end - piece.first > 1) pieces.push_back(piece);
  }
  return pieces;
}

// One vote of each rule for each type: the proposals are sorted, the strongest first.
std::vector<NameArbiter::Vote> NameArbiter::votes_of(const Phrase& phrase) const {
  std::vector<Vote> votes;
  for (std::size_t k = phrase.begin; k < phrase.end; ++k) {
    const Vote& vote = proposals_[k].vote;
    if (vote.type == type::kName) continue;
    if (votes.empty() || votes.back().rule != vote.rule || votes.back().type != vote.type) votes.push_back(vote);
  }
  return votes;
}

// An untyped phrase takes over, weakened, what its first or last words are: a first name in front or a surname at the
// end speak for a person, an organization or product in front for a product ("Volkswagen Trevik"; but "Yankees of
// Trevik" stays an organization).
void NameArbiter::inherit(const Phrase& part, TokenRange whole, std::vector<Vote>& votes) const {
  if (part.best.score < kTyped || part.tokens == whole || part.tokens.end > whole.end) return;
  const bool leads = part.tokens.first == whole.first;
  const bool trails = part.tokens.end == whole.end;
  const bool is_person = part.best.type == type::kPerson;
  const bool is_maker = part.best.type == type::kOrganization || part.best.type == type::kProduct;
  if (!(is_person && (leads || trails)) && !(is_maker && leads)) return;
  for (std::size_t k = part.begin; k < part.end; ++k) {
    Vote vote = proposals_[k].vote;
    if (vote.type != part.best.type) continue;
    vote.weight *= kInherited;
    if (vote.type == type::kOrganization && is_upper(part.tokens.end)) vote.type = type::kProduct;
    if (vote_of(votes, vote.rule, vote.type) == nullptr) votes.push_back(vote);
  }
}

bool NameArbiter::is_upper(std::uint32_t token) const {
  return (document_->tokens[token].shape & shape::kUpperFirst) != 0;
}

// The votes of the first candidate that overlaps; null: there is none.
NameArbiter::Held* NameArbiter::held_at(TokenRange tokens) {
  const auto segmented =
      std::upper_bound(candidates_.begin(), candidates_.end(), tokens.first,
                       [](std::uint32_t first, const Candidate& candidate) { return first < candidate.tokens.end; });
  auto added = added_.upper_bound(tokens.first);
  if (added != added_.begin() && std::prev(added)->second.first.tokens.end > tokens.first) --added;
  const std::uint32_t first = segmented == candidates_.end() ? kNone : segmented->tokens.first;
  const std::uint32_t added_first = added == added_.end() ? kNone : added->first;
  if (std::min(first, added_first) >= tokens.end) return nullptr;
  return added_first < first ? &added->second.second
                             : &held_[static_cast<std::size_t>(segmented - candidates_.begin())];
}

// A single word of no sure type that evidence sees as a part of a longer name is that name: "Harbour" of "Ada Lovell,
// Editor, Harbour Review", where all words have capitals and only what a lexicon holds was proposed.
void NameArbiter::widen(Held& held, TokenRange tokens) {
  const std::less<const Held*> before;  // what evidence has made stands elsewhere, in `added_`
  if (before(&held, held_.data()) || !before(&held, held_.data() + held_.size())) return;
  const auto at = static_cast<std::size_t>(&held - held_.data());
  Candidate& candidate = candidates_[at];
  const bool covers = tokens.first <= candidate.tokens.first && candidate.tokens.end <= tokens.end;
  if (!covers || tokens == candidate.tokens || candidate.tokens.end - candidate.tokens.first > 1 ||
      candidate.score >= kProven || runs_over_break(tokens))
    return;
  if (at + 1 < candidates_.size() && candidates_[at + 1].tokens.first < tokens.end) return;
  const auto added = added_.lower_bound(tokens.first);
  if (added != added_.end() && added->first < tokens.end) return;
  candidate.tokens = tokens;
  held.group = group_of(tokens);
}

void NameArbiter::testify(TokenRange tokens, TypeId type, RuleId rule, double confidence, bool forbids) {
  if (tokens.is_empty() || tokens.end > document_->tokens.size()) return;
  Held* held = held_at(tokens);
  if (held == nullptr) {
    if (forbids) return;
    // No candidate here: the evidence itself makes one.
    auto& [candidate, made] = added_[tokens.first];
    candidate = {tokens, type::kName, 0};
    made.group = group_of(tokens);
    held = &made;
  } else if (!forbids) {
    widen(*held, tokens);
  }
  if (vote_of(held->votes, rule, type) == nullptr) held->votes.push_back({rule, type, weight_of(confidence, forbids)});
}

void NameArbiter::merge_added() {
  if (added_.empty()) return;
  std::vector<Candidate> candidates;
  std::vector<Held> held;
  candidates.reserve(candidates_.size() + added_.size());
  held.reserve(candidates_.size() + added_.size());
  auto next = added_.begin();
  for (std::size_t i = 0; i <= candidates_.size(); ++i) {
    const std::uint32_t end = i < candidates_.size() ? candidates_[i].tokens.first : kNone;
    for (; next != added_.end() && next->first < end; ++next) {
      candidates.push_back(next->second.first);
      held.push_back(std::move(next->second.second));
    }
    if (i == candidates_.size()) break;
    candidates.push_back(candidates_[i]);
    held.push_back(std::move(held_[i]));
  }
  candidates_ = std::move(candidates);
  held_ = std::move(held);
  added_.clear();
}

// What proven names say about others: their parts and acronyms.
void NameArbiter::propagate() {
  const std::vector<Proof> proofs = find_proofs();
  // "Lovell Power" and "Lovell Polytechnic": both are called after Lovell; alone it is neither.
  std::unordered_map<std::string, std::uint32_t> begins;
  for (const Proof& proof : proofs) {
    const std::vector<std::string>& words = groups_[proof.group].words;
    if (proof.type == type::kOrganization && words.size() > 1) ++begins[words.front()];
  }
  for (const Proof& proof : proofs) {
    const std::vector<std::string>& words = groups_[proof.group].words;
    if (words.size() == 1) {
      proven_parts_.try_emplace(words[0], proof.group, proof.type);
      continue;
    }
    groups_[proof.group].is_proven = true;
    proven_names_[words.front()].insert(static_cast<std::uint32_t>(words.size()));
    if (proof.type == type::kPerson) {
      propagate_person(words);
      for (const std::string* part : {&words.front(), &words.back()}) {
        if (part->size() > 2) proven_parts_.try_emplace(*part, proof.group, proof.type);
      }
    } else {
      propagate_acronym(words);
      propagate_begin(words, begins[words.front()] > kSharedBegin);
      propagate_end(words);
    }
  }
}

// Groups that are surely people or organizations.
std::vector<NameArbiter::Proof> NameArbiter::find_proofs() const {
  std::vector<Proof> proofs;
  for (std::uint32_t id = 0; id < groups_.size(); ++id) {
    Scores scores{};
    for (const Vote& vote : groups_[id].votes) count(vote, 1, scores);
    const Best best = best_of(scores, types_);
    const bool is_party = best.type == type::kPerson || best.type == type::kOrganization;
    if (is_party && best.score >= kProven && best.margin >= kClear) proofs.push_back({id, best.type});
  }
  return proofs;
}

// For all candidates of these folded words.
void NameArbiter::vote_for(const std::string& words, TypeId type, RuleId rule, double confidence) {
  const auto it = group_ids_.find(words);
  if (it == group_ids_.end()) return;
  std::vector<Vote>& votes = groups_[it->second].votes;
  if (vote_of(votes, rule, type) == nullptr) votes.push_back({rule, type, weight_of(confidence, false)});
}

// "Ada", "Lovell", "de la Cruz".
void NameArbiter::propagate_person(const std::vector<std::string>& words) {
  vote_for(words.front(), type::kPerson, given_rule_, 0.97);
  vote_for(words.back(), type::kPerson, surname_rule_, 0.93);
  for (std::size_t i = 1; i + 1 < words.size(); ++i)
    vote_for(joined(words, i, words.size()), type::kPerson, surname_rule_, 0.93);
}

// "Co" is no acronym of "Comité d'organisation".
void NameArbiter::propagate_acronym(const std::vector<std::string>& words) {
  std::string initials;
  for (const std::string& word : words) {
    if (!is_in(word, function_word_)) initials += first_letter(word);
  }
  const auto it = group_ids_.find(initials);
  if (initials.size() > 1 && it != group_ids_.end() && groups_[it->second].is_in_capitals)
    vote_for(initials, type::kOrganization, acronym_rule_, 0.9);
}

// "Lovell" of "Lovell Foundation": what follows the begin must only say what it is. `is_shared`: the first word begins
// too many names to stand for one.
void NameArbiter::propagate_begin(const std::vector<std::string>& words, bool is_shared) {
  // "Governance" of "Governance WG" is what the group is about.
  if (is_in(words.back(), body_letters_)) return;
  std::size_t kind_begin = words.size();
  while (kind_begin > 1 && (is_in(words[kind_begin - 1], org_head_) || is_in(words[kind_begin - 1], legal_form_)))
    --kind_begin;
  for (std::size_t size = kind_begin; size < words.size(); ++size) {
    // An everyday word alone stays one: "Lightning" of "Lightning Network".
    if (size == 1 && (is_shared || is_in(words.front(), common_word_))) continue;
    vote_for(joined(words, 0, size), type::kOrganization, prefix_rule_, 0.7);
  }
}

// Where the kind stands in front: "Lovell" of "Fondazione Lovell", unless that is a place or somebody's name.
void NameArbiter::propagate_end(const std::vector<std::string>& words) {
  if (!std::all_of(words.begin(), words.end() - 1, [&](const std::string& word) { return is_in(word, org_head_); }))
    return;
  const std::string& end = words.back();
  if (is_in(end, common_word_) || is_in(end, place_) || is_in(end, surname_) || is_in(end, given_name_)) return;
  vote_for(end, type::kOrganization, prefix_rule_, 0.75);
}

Mention NameArbiter::mention_of(TokenRange tokens, TypeId type, RuleId rule, double score) const {
  Mention mention;
  mention.type = type;
  mention.first_token = tokens.first;
  mention.end_token = tokens.end;
  mention.span = {document_->tokens[tokens.first].begin, document_->tokens[tokens.end - 1].end};
  mention.rule = rule;
  mention.confidence = static_cast<float>(1 / (1 + std::exp(-score)));
  return mention;
}

void NameArbiter::decide(std::vector<Mention>& mentions) {
  merge_added();
  pool_votes();
  propagate();
  place_proven_names();
  for (std::size_t i = 0; i < candidates_.size(); ++i) {
    const std::vector<Vote>& own = held_[i].votes;
    const std::vector<Vote>& elsewhere = groups_[held_[i].group].votes;
    Scores scores{};
    for (const Vote& vote : own) count(vote, 1, scores);
    for (const Vote& vote : elsewhere) {
      if (vote_of(own, vote.rule, vote.type) == nullptr) count(vote, kElsewhere, scores);
    }
    const Best best = best_of(scores, types_);
    if (best.type == type::kName || best.score < kAccept) continue;
    // The rule that is named is the strongest one for the type: at the place itself, else elsewhere.
    const Vote* strongest = strongest_for(best.type, own);
    if (strongest == nullptr) strongest = strongest_for(best.type, elsewhere);
    mentions.push_back(mention_of(candidates_[i].tokens, best.type,
                                  strongest == nullptr ? repeat_rule_ : strongest->rule, best.score));
  }
  recover(mentions);
  std::sort(mentions.begin(), mentions.end(),
            [](const Mention& a, const Mention& b) { return a.span != b.span ? a.span < b.span : a.type < b.type; });
}

// The votes of all candidates with the same words, the strongest of each rule for each type.
void NameArbiter::pool_votes() {
  for (const Held& held : held_) {
    std::vector<Vote>& votes = groups_[held.group].votes;
    for (const Vote& vote : held.votes) {
      Vote* known = vote_of(votes, vote.rule, vote.type);
      if (known == nullptr) {
        votes.push_back(vote);
      } else if (std::abs(vote.weight) > std::abs(known->weight)) {
        known->weight = vote.weight;
      }
    }
  }
}

const NameArbiter::Vote* NameArbiter::strongest_for(TypeId type, const std::vector<Vote>& votes) {
  const Vote* strongest = nullptr;
  for (const Vote& vote : votes) {
    if (vote.type != type) continue;
    if (strongest == nullptr || vote.weight > strongest->weight ||
        (vote.weight == strongest->weight && vote.rule < strongest->rule))
      strongest = &vote;
  }
  return strongest;
}

bool NameArbiter::runs_over_break(TokenRange tokens) const {
  for (std::uint32_t t = tokens.first + 1; t < tokens.end; ++t) {
    if (breaks_[t]) return true;
  }
  return false;
}

// Uses of proven names of several words that rules proposed in pieces or not at all: in headlines, in capitals, with a
// first name that is a word.
void NameArbiter::place_proven_names() {
  if (proven_names_.empty()) return;
  std::vector<Candidate> candidates;
  std::vector<Held> held;
  candidates.reserve(candidates_.size());
  held.reserve(held_.size());
  std::size_t next = 0;  // the first candidate that does not end before the token
  const Beginnings begins(proven_names_);
  std::string folded;
  const auto size = static_cast<std::uint32_t>(document_->tokens.size());
  for (std::uint32_t t = 0; t < size;) {
    for (; next < candidates_.size() && candidates_[next].tokens.end <= t; ++next) {
      candidates.push_back(candidates_[next]);
      held.push_back(std::move(held_[next]));
    }
    const bool is_start = is_upper(t) && (next == candidates_.size() || candidates_[next].tokens.first >= t);
    if (!is_start) {
      ++t;
      continue;
    }
    std::uint32_t end = t;
    std::uint32_t group = kNone;
    auto found = proven_names_.end();
    if (begins.may_be(document_->word(t))) {
      fold_case(document_->word(t), folded);
      found = proven_names_.find(folded);
    }
    if (found != proven_names_.end()) {
      for (auto length = found->second.rbegin(); length != found->second.rend() && group == kNone; ++length) {
        if (*length > size - t || runs_over_break({t, t + *length})) continue;
        const auto whole = group_ids_.find(key_of({t, t + *length}));
        if (whole == group_ids_.end() || !groups_[whole->second].is_proven) continue;
        end = t + *length;
        group = whole->second;
      }
    }
    std::size_t last = next;  // the candidates inside
    while (last < candidates_.size() && candidates_[last].tokens.end <= end) ++last;
    const bool is_cut = last < candidates_.size() && candidates_[last].tokens.first < end;
    const bool is_known = next < candidates_.size() && candidates_[next].tokens == TokenRange{t, end};
    if (group == kNone || is_cut || is_known) {
      ++t;
      continue;
    }
    candidates.push_back({{t, end}, type::kName, 0});
    held.push_back({{}, group});
    next = last;
    t = end;
  }
  for (; next < candidates_.size(); ++next) {
    candidates.push_back(candidates_[next]);
    held.push_back(std::move(held_[next]));
  }
  candidates_ = std::move(candidates);
  held_ = std::move(held);
}

// One that a rule has proven elsewhere; "@treviklovell", "@lovelltrevi" of Ada Lovell: it begins or ends in a part of a
// proven name. Not "@lovell-labs".
bool NameArbiter::is_handle_of_person(std::string_view handle) const {
  constexpr std::size_t kShortestPart = 4, kLongestPart = 64;  // bytes; a handle may be a megabyte
  std::string folded;
  fold_case(handle, folded);
  const auto itself = proven_parts_.find(folded);
  if (itself != proven_parts_.end()) return itself->second.second == type::kPerson;
  folded.erase(0, 1);
  const auto is_part = [&](const std::string& part, std::string rest) {
    const auto it = proven_parts_.find(part);
    if (it == proven_parts_.end() || it->second.second != type::kPerson) return false;
    std::erase_if(rest, [](char c) { return c == '_' || c == '-' || c == '.'; });
    return !is_in(part, common_word_) && !is_in(rest, org_head_);
  };
  for (std::size_t size = kShortestPart; size <= std::min(folded.size(), kLongestPart); ++size) {
    const std::size_t rest = folded.size() - size;
    if (is_part(folded.substr(0, size), folded.substr(size)) || is_part(folded.substr(rest), folded.substr(0, rest)))
      return true;
  }
  return false;
}

// "Square is a bank": a word that begins a sentence as its subject.
bool NameArbiter::is_first_subject(std::uint32_t token) const {
  if ((document_->tokens[token].flags & token_flag::kSentenceFirst) == 0 || token + 1 >= document_->tokens.size())
    return false;
  const Lexicons& lexicons = knowledge_.lexicons();
  const auto entries = lexicons.entries_of(lexicons.word(document_->word(token + 1)));
  return std::any_of(entries.begin(), entries.end(), [&](EntryId entry) {
    return lexicons.lexicon_of(entry) == function_word_ && lexicons.attribute(entry, pos_) == "auxiliary";
  });
}

// Uses of proven one-word names that no rule proposed: at the start of a sentence, in capitals, or as small as an
// organization is written elsewhere ("npm", "harborworks.io"). An everyday word is one only as the subject of a
// sentence
// ("Square is a bank") in a document that does not use it otherwise.
void NameArbiter::recover(std::vector<Mention>& mentions) const {
  if (proven_parts_.empty()) return;
  std::set<std::string_view> small;
  for (const Mention& mention : mentions) {
    if (mention.type == type::kOrganization && mention.end_token == mention.first_token + 1 &&
        (document_->tokens[mention.first_token].shape & shape::kUpperFirst) == 0)
      small.insert(document_->word(mention.first_token));
  }
  std::vector<bool> taken(document_->tokens.size());
  for (const Candidate& candidate : candidates_) {
    for (std::uint32_t t = candidate.tokens.first; t < candidate.tokens.end; ++t) taken[t] = true;
  }
  const Beginnings begins(proven_parts_);
  const auto is_used_small = [&](const std::string& word) {
    for (std::uint32_t t = 0; t < document_->tokens.size(); ++t) {
      if (document_->word(t) == word) return true;
    }
    return false;
  };
  std::map<std::string, bool> is_everyday;  // of the words that begin a sentence
  std::string folded;
  for (std::uint32_t t = 0; t < document_->tokens.size(); ++t) {
    const Token& token = document_->tokens[t];
    if (taken[t] || (token.flags & token_flag::kSkipped) != 0) continue;
    if ((token.shape & shape::kHandle) != 0) {
      if (is_handle_of_person(document_->word(t)))
        mentions.push_back(mention_of({t, t + 1}, type::kPerson, repeat_rule_, 2.0));
      continue;
    }
    if ((token.shape & shape::kUpperFirst) == 0 && (small.empty() || small.count(document_->word(t)) == 0)) continue;
    if (!begins.may_be(document_->word(t))) continue;
    fold_case(document_->word(t), folded);
    const auto it = proven_parts_.find(folded);
    if (it == proven_parts_.end()) continue;
    if (is_in(folded, function_word_)) continue;
    if (is_in(folded, common_word_)) {
      if (it->second.second != type::kOrganization || !is_first_subject(t)) continue;
      const auto use = is_everyday.try_emplace(folded, false);
      if (use.second) use.first->second = is_used_small(folded);
      if (use.first->second) continue;
    }
    mentions.push_back(mention_of({t, t + 1}, it->second.second, repeat_rule_, 2.0));
  }
}

}  // namespace dossier
