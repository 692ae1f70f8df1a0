#include "extractors/list_members.h"

namespace dossier {

namespace {

constexpr std::uint32_t kGap = 6;             // tokens between two members
constexpr std::size_t kMostMembers = 64;      // the words of each fact reach from the list's begin to the member
constexpr std::uint32_t kMostBracketed = 12;  // tokens
constexpr std::uint32_t kMostUnnamed = 3;     // tokens of brackets that name nothing, with the first of them

bool is_separator(std::string_view mark) {
  return mark == "," || mark == "&" || mark == "/" || mark == ";";
}

}  // namespace

ListMembers::ListMembers(const MarkedText& text)
    : text_(text),
      relation_(text.lexicons.find_attribute("relation")),
      demonym_(text.lexicons.find("demonym")),
      honorific_(text.lexicons.find("honorific")),
      org_noun_(text.lexicons.find("org_noun")),
      firm_act_(text.lexicons.find("firm_act")) {}

ListMembers::Found ListMembers::behind(std::uint32_t first) const {
  Found found;
  const TypeId type = text_.mentions[first].type;
  std::uint32_t last = first;
  for (std::uint32_t m = first + 1; m < text_.mentions.size(); ++m) {
    const Mention& next = text_.mentions[m];
    const std::uint32_t begin = behind_details(last);
    if (next.first_token < begin) continue;
    const std::uint32_t gap = next.first_token - begin;
    // "by the engineer Ada Lovell and the Swiss banker Paul Berg": what they are stands between.
    if (next.type == type::kRole && type == type::kPerson && gap <= kGap) continue;
    if (next.type != type || gap == 0 || gap > kGap) break;
    if ((type == type::kOrganization && is_of_another(m)) || !is_joined(last, m, begin)) break;
    if (found.mentions.size() + 1 >= kMostMembers) {
      found.is_complete = false;
      break;
    }
    found.mentions.push_back(m);
    last = m;
  }
  return found;
}

// Past what is told of the member itself before the list goes on.
std::uint32_t ListMembers::behind_details(std::uint32_t mention) const {
  const std::uint32_t end = text_.mentions[mention].end_token;
  if (end + 1 >= text_.tokens.size()) return end;
  return text_.word(end) == "(" ? behind_brackets(mention) : behind_firm(mention);
}

// "Ada Lovell (Harborworks), Paul Berg (chair)", "at Harborworks (2001-2005), Brightsail (Rome)": past brackets that
// say where she is from or what she does there; when she was at an organization, where it is or what it is called.
std::uint32_t ListMembers::behind_brackets(std::uint32_t mention) const {
  const std::vector<Mention>& mentions = text_.mentions;
  const std::uint32_t begin = mentions[mention].end_token;
  const auto size = static_cast<std::uint32_t>(text_.tokens.size());
  std::uint32_t end = begin + 1;
  while (end < size && end <= begin + kMostBracketed && text_.word(end) != ")") ++end;
  if (end + 1 >= size || text_.word(end) != ")") return begin;
  static const Types kOfPeople = {type::kOrganization, type::kRole};
  static const Types kOfOrganizations = {type::kDate, type::kPlace, type::kOrganization};
  const TypeId type = mentions[mention].type;
  if (type != type::kPerson && type != type::kOrganization) return begin;
  const Types& told = type == type::kPerson ? kOfPeople : kOfOrganizations;
  static const Types kAsked = {type::kPerson, type::kOrganization, type::kRole, type::kDate, type::kPlace};
  // "(independent)": a word or two, and nothing that the text names.
  bool is_told = type == type::kPerson && end - begin <= kMostUnnamed;
  for (std::uint32_t m = mention + 1; m < mentions.size() && mentions[m].first_token < end; ++m) {
    if (!is_among(mentions[m].type, kAsked)) continue;
    if (!is_among(mentions[m].type, told)) return begin;
    is_told = true;
  }
  return is_told ? end + 1 : begin;
}

// "Ada Lovell from Harborworks, Paul Berg of the Mole Foundation": past what says where she is from.
std::uint32_t ListMembers::behind_firm(std::uint32_t mention) const {
  const std::vector<Mention>& mentions = text_.mentions;
  const std::uint32_t begin = mentions[mention].end_token;
  if (mentions[mention].type != type::kPerson || mention + 1 >= mentions.size() ||
      mentions[mention + 1].type != type::kOrganization || text_.opens_sentence(begin) ||
      !text_.is_listed(begin, text_.pos, {"preposition"}))
    return begin;
  std::uint32_t token = begin + 1;
  if (token < text_.tokens.size() && text_.is_listed(token, text_.pos, {"article"})) ++token;
  return mentions[mention + 1].first_token == token ? mentions[mention + 1].end_token : begin;
}

// "a clerk at Harborworks, a Brightsail adviser": whose adviser somebody is, no further employer of the clerk. "chair
// of Harborworks, a Brightsail company": whose the one before is.
bool ListMembers::is_of_another(std::uint32_t organization) const {
  const Mention& mention = text_.mentions[organization];
  // Not the next mention: a pronoun may be a word of the name, as in "Women Who Sail".
  const auto behind = text_.first_mention_at(mention.end_token);
  if (behind != text_.mentions.end() && behind->type == type::kRole && behind->first_token == mention.end_token)
    return true;
  return mention.end_token < text_.tokens.size() && text_.is_listed(mention.first_token - 1, text_.pos, {"article"}) &&
         text_.is_in_lexicon(mention.end_token, org_noun_);
}

// A mark or a conjunction, and then nothing but what may stand between two members.
bool ListMembers::is_joined(std::uint32_t last, std::uint32_t next, std::uint32_t gap_begin) const {
  const bool is_link = text_.is_punctuation(gap_begin) ? is_separator(text_.word(gap_begin))
                                                       : text_.is_listed(gap_begin, text_.pos, {"conjunction"});
  if (!is_link) return false;
  // "the chairs are Ada Lovell and Paul Berg; Nora Lund is tech lead", "at Harborworks, and then Trevik Ltd acquired
  // us": something else is said of the one behind.
  const std::uint32_t behind = text_.mentions[next].end_token;
  const bool is_firm = text_.mentions[next].type == type::kOrganization;
  if (behind < text_.tokens.size() && !text_.opens_sentence(behind)) {
    const bool is_told = text_.word(gap_begin) == ";" && text_.is_listed(behind, text_.pos, {"auxiliary", "verb"});
    if (is_told || (is_firm && text_.is_in_lexicon(behind, firm_act_))) return false;
  }
  const bool are_people = text_.mentions[next].type == type::kPerson;
  bool is_described = false;
  for (std::uint32_t t = gap_begin; t < text_.mentions[next].first_token; ++t) {
    if (text_.opens_sentence(t)) return false;
    // "and the founder of Paul Berg's": whose somebody is, no further member.
    if (is_described && text_.is_listed(t, text_.pos, {"preposition"})) return false;
    const bool is_description = are_people && describes(last + 1, next, t);
    const bool may_stand = text_.is_punctuation(t) ? is_separator(text_.word(t)) : is_description || is_link_word(t);
    if (!may_stand) return false;
    is_described = is_described || is_description;
  }
  return true;
}

// A word of what somebody is: of a role among the mentions [first, end), a nationality or a title; but no relative, who
// is somebody else.
bool ListMembers::describes(std::uint32_t first, std::uint32_t end, std::uint32_t token) const {
  if (text_.is_listed(token, relation_, {"sibling", "parent", "twin", "cousin"})) return false;
  for (std::uint32_t m = first; m < end; ++m) {
    const Mention& mention = text_.mentions[m];
    if (mention.type == type::kRole && mention.first_token <= token && token < mention.end_token) return true;
  }
  return text_.is_in_lexicon(token, demonym_) || text_.is_in_lexicon(token, honorific_);
}

// "and", "of the", "his"; "and her husband Paul Berg".
bool ListMembers::is_link_word(std::uint32_t token) const {
  return text_.is_listed(token, text_.pos, {"conjunction", "article", "preposition", "adverb"}) ||
         text_.is_listed(token, text_.case_, {"possessive"}) || text_.is_listed(token, relation_, {"spouse", "child"});
}

}  // namespace dossier
