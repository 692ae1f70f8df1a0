#include "pipeline/resolve_organizations.h"

#include <algorithm>
#include <map>
#include <unordered_map>

#include "pipeline/kind_traits.h"
#include "pipeline/names.h"

namespace dossier {

namespace {

constexpr std::size_t kShortKind = 3;  // letters of the shortest kind word that stands for a longer one

using Words = std::vector<std::string>;
using NamesByWords = std::unordered_map<std::string, std::vector<std::uint32_t>>;

// "harbor" of "harbor.io", "boats" of "boats.js": a word before a point and a few letters. Empty: it has none.
std::string before_point(const std::string& word) {
  constexpr std::size_t kFewestBefore = 3, kFewestBehind = 2, kMostBehind = 4;
  const std::size_t point = word.find('.');
  if (point == std::string::npos || point < kFewestBefore) return {};
  const std::size_t behind = word.size() - point - 1;
  const bool is_end = behind >= kFewestBehind && behind <= kMostBehind &&
                      std::all_of(word.begin() + static_cast<std::ptrdiff_t>(point) + 1, word.end(),
                                  [](char c) { return c >= 'a' && c <= 'z'; });
  return is_end ? word.substr(0, point) : std::string();
}

// The one name that is entered under these words; kNone: none is, or several are.
std::uint32_t only_one(const NamesByWords& names, const std::string& words) {
  const auto it = names.find(words);
  return it == names.end() || it->second.size() != 1 ? kNone : it->second.front();
}

class OrganizationJoins {
 public:
  OrganizationJoins(const MarkedText& text, const Knowledge& knowledge, DocumentNames& names)
      : lexicons_(text.lexicons),
        traits_(knowledge.kind_traits()),
        bodies_(knowledge),
        names_(names),
        organization_(lexicons_.find("organization")),
        legal_form_(lexicons_.find("legal_form")),
        org_head_(lexicons_.find("org_head")),
        org_noun_(lexicons_.find("org_noun")),
        given_name_(lexicons_.find("given_name")),
        surname_(lexicons_.find("surname")),
        common_word_(lexicons_.find("common_word")),
        function_word_(lexicons_.find("function_word")),
        place_(lexicons_.find("place")),
        canonical_(lexicons_.find_attribute("canonical")),
        kind_(lexicons_.find_attribute("kind")),
        ambiguous_(lexicons_.find_attribute("ambiguous")),
        named_(lexicons_.find_attribute("named")) {}

  // Longer names first. What a shorter name may have of this one is known from now on, unless it is only another legal
  // form of one that came before.
  void enter(std::uint32_t id);
  void join_to_longer(std::uint32_t id);

 private:
  void enter_stem(std::uint32_t id, const Words& core);
  void enter_kinds(std::uint32_t id, const Words& core);
  void enter_acronyms(std::uint32_t id, const Words& core);
  void enter_heads(std::uint32_t id, const Words& core);
  std::uint32_t spelled_out(const DocumentName& name) const;
  bool is_older_than_its_foundation(const DocumentName& name, const DocumentName& foundation) const;
  bool is_younger(const DocumentName& foundation) const;
  bool is_part_of(std::uint32_t longer, const DocumentName& name) const;
  bool is_made_up(const std::string& word) const;
  bool is_called_after_two(const DocumentName& name) const;
  bool is_known_company(const std::string& word) const;
  Words without_legal_form(const DocumentName& name) const;
  Words with_letters_spelled_out(Words words) const;
  Words with_kind_behind(Words words) const;
  EntryId letters_of(std::string word) const;
  bool is_body(const std::string& word) const;
  bool has(const std::string& word, LexiconId lexicon) const { return is_word_of(lexicons_, word, lexicon); }

  const Lexicons& lexicons_;
  const KindTraits& traits_;
  Bodies bodies_;
  DocumentNames& names_;
  LexiconId organization_, legal_form_, org_head_, org_noun_, given_name_, surname_, common_word_, function_word_,
      place_;
  AttributeId canonical_, kind_, ambiguous_, named_;
  std::map<Words, std::uint32_t> by_core_;  // without legal form
  std::map<Words, std::uint32_t> by_stem_;  // "harbor" of "harbor.io"; kNone: of several
  NamesByWords by_acronym_, by_head_, by_first_;
  NamesByWords by_kind_;  // "foundation" of "lovell foundation"
  NamesByWords by_body_;  // "steering committee" of "harbor steering …"
};

void OrganizationJoins::enter(std::uint32_t id) {
  const Words core = with_letters_spelled_out(without_legal_form(names_[id]));
  const auto [it, is_new] = by_core_.try_emplace(with_kind_behind(core), id);
  if (!is_new) {
    names_.join(id, it->second, "without legal form: " + names_[id].folded);
    return;
  }
  enter_stem(id, core);
  if (core.size() < 2) return;
  by_first_[core.front()].push_back(id);
  enter_kinds(id, core);
  enter_acronyms(id, core);
  enter_heads(id, core);
}

void OrganizationJoins::enter_stem(std::uint32_t id, const Words& core) {
  Words stem = core;
  for (std::string& word : stem) {
    if (std::string part = before_point(word); !part.empty()) word = std::move(part);
  }
  if (stem == core) return;
  const auto [other, is_first] = by_stem_.try_emplace(std::move(stem), id);
  if (!is_first) other->second = kNone;
}

void OrganizationJoins::enter_kinds(std::uint32_t id, const Words& core) {
  if (has(core.back(), org_head_)) {
    // "the Lab" is "Lovell Laboratory", too: a kind word that begins this one.
    for (std::size_t size = kShortKind; size <= core.back().size(); ++size) {
      const std::string kind = core.back().substr(0, size);
      if (size == core.back().size() || has(kind, org_head_)) by_kind_[kind].push_back(id);
    }
  }
  if (has(core.front(), org_head_) && core.front() != core.back()) by_kind_[core.front()].push_back(id);
  if (!is_body(core.back())) return;
  std::string tail = core.back();
  for (std::size_t i = core.size() - 1; i-- > 1;) {
    tail = core[i] + " " + tail;
    by_body_[tail].push_back(id);
  }
}

void OrganizationJoins::enter_acronyms(std::uint32_t id, const Words& core) {
  std::string initials, all_initials;
  for (const std::string& word : core) {
    all_initials += word.substr(0, 1);
    if (!has(word, function_word_)) initials += word.substr(0, 1);
  }
  by_acronym_[initials].push_back(id);
  if (all_initials != initials) by_acronym_[all_initials].push_back(id);
}

// "Lovell Foundation" may be called "Lovell" if what follows only says what it is.
void OrganizationJoins::enter_heads(std::uint32_t id, const Words& core) {
  std::string head;
  for (std::size_t size = 1; size < core.size(); ++size) {
    head += (size > 1 ? " " : "") + core[size - 1];
    const bool rest_is_kind =
        std::all_of(core.begin() + static_cast<std::ptrdiff_t>(size), core.end(),
                    [&](const std::string& word) { return has(word, org_head_) || has(word, legal_form_); });
    // A company known by itself is not one of its institutes or funds: "Microsoft", "Microsoft Research".
    // Nor is an acronym that is known its secretariat or its board.
    if (rest_is_kind && !(size == 1 && (is_known_company(head) || !expansion_of(lexicons_, bodies_, head).empty())))
      by_head_[head].push_back(id);
  }
  // "Fondazione Lovell" too, where the kind stands in front.
  if (std::all_of(core.begin(), core.end() - 1, [&](const std::string& word) { return has(word, org_head_); }))
    by_head_[core.back()].push_back(id);
}

void OrganizationJoins::join_to_longer(std::uint32_t id) {
  const DocumentName& name = names_[id];
  if (const auto whole = by_stem_.find(without_legal_form(name)); whole != by_stem_.end() && whole->second != kNone) {
    // "Lovell" of "Lovell Financial" and of "lovell.com": that is where it is found.
    const std::uint32_t with_kind = only_one(by_head_, name.folded);
    const bool is_one = with_kind != kNone && name.words.size() == 1 && !is_younger(names_[with_kind]);
    if (is_one) names_.join(whole->second, with_kind, "its address: " + name.folded);
    names_.join(id, whole->second, "without what follows its point: " + name.folded);
    return;
  }
  if (const std::uint32_t whole = spelled_out(name); whole != kNone) {
    names_.join(id, whole, "acronym of initials: " + name.folded);
    return;
  }
  // A name of figures is whole: "77F" has a branch that is called "77F Consulting".
  const bool is_figures = !name.folded.empty() && name.folded.front() >= '0' && name.folded.front() <= '9';
  const std::uint32_t with_kind = only_one(by_head_, name.folded);
  if (with_kind != kNone && !is_figures && !is_part_of(with_kind, name) &&
      !is_older_than_its_foundation(name, names_[with_kind]))
    names_.join(id, with_kind, "without kind word: " + name.folded);
  // "Lovelite" is "Lovelite Compute", if the word is no other name and no word of the language.
  const std::uint32_t begun = only_one(by_first_, name.folded);
  if (name.parent == kNone && begun != kNone && (is_made_up(name.folded) || is_called_after_two(names_[begun])) &&
      !is_older_than_its_foundation(name, names_[begun]))
    names_.join(id, begun, "first word alone: " + name.folded);
  // "the Foundation" is "Lovell Foundation", if no other name here begins or ends so.
  const std::uint32_t of_kind = only_one(by_kind_, name.folded);
  if (name.parent == kNone && of_kind != kNone && names_[of_kind].mentions.front() < name.mentions.front())
    names_.join(id, of_kind, "kind word alone: " + name.folded);
  // "the Steering Committee" is "Harbor Steering Committee", if no other name here ends so.
  const std::uint32_t body = only_one(by_body_, name.folded);
  if (name.parent == kNone && body != kNone) names_.join(id, body, "without whose it is: " + name.folded);
}

// The name that this one is the acronym of; kNone: of none, or of several.
std::uint32_t OrganizationJoins::spelled_out(const DocumentName& name) const {
  if (name.words.size() != 1 || name.words.front().size() < 2) return kNone;
  std::string letters;
  for (const char c : name.words.front()) {
    if (c >= 'a' && c <= 'z') letters += c;
  }
  const bool looks = looks_like_acronym(names_.first_surface(name));
  return looks ? only_one(by_acronym_, letters) : kNone;
}

// "Harborworks is a platform … besides, there is the Harborworks Foundation": what a text is about before it names
// the foundation of that name is another body.
bool OrganizationJoins::is_older_than_its_foundation(const DocumentName& name, const DocumentName& foundation) const {
  return name.mentions.size() > 1 && name.mentions[1] <= foundation.mentions.front() && is_younger(foundation);
}

bool OrganizationJoins::is_younger(const DocumentName& foundation) const {
  const auto entries = lexicons_.entries_of(lexicons_.word(foundation.words.back()));
  return std::any_of(entries.begin(), entries.end(), [&](EntryId e) {
    return lexicons_.lexicon_of(e) == org_head_ && traits_.has(lexicons_.attribute(e, kind_), Trait::kYounger);
  });
}

// "Lovell Academy" beside "Lovell", which is known as a company by itself: an academy of it, not its full name.
bool OrganizationJoins::is_part_of(std::uint32_t longer, const DocumentName& name) const {
  const auto kinds_of = [&](const std::string& phrase) {
    std::pair<bool, bool> known = {false, false};  // by itself; as a short form of something
    for (const EntryId entry : entries_of_phrase(lexicons_, phrase)) {
      if (lexicons_.lexicon_of(entry) != organization_) continue;
      (lexicons_.attribute(entry, canonical_).empty() ? known.first : known.second) = true;
    }
    return known;
  };
  const auto [is_known, is_short] = kinds_of(name.folded);
  return is_known && !is_short && !kinds_of(names_[longer].folded).first &&
         has(names_[longer].words.back(), org_noun_) && name.mentions.size() > names_[longer].mentions.size();
}

bool OrganizationJoins::is_made_up(const std::string& word) const {
  return word.size() > 3 && !has(word, organization_) && !has(word, common_word_) && !has(word, place_) &&
         !has(word, given_name_) && !has(word, surname_) && !has(word, function_word_) && !has(word, org_head_);
}

// "Lockwood Marten": two surnames, neither a first name nor a word of the language.
bool OrganizationJoins::is_called_after_two(const DocumentName& name) const {
  return name.words.size() == 2 && has(name.words[1], surname_) &&
         std::none_of(name.words.begin(), name.words.end(),
                      [&](const std::string& word) {
                        return word.size() < 4 || has(word, common_word_) || has(word, place_) ||
                               has(word, org_head_) || has(word, function_word_);
                      }) &&
         !has(name.words[0], given_name_);
}

bool OrganizationJoins::is_known_company(const std::string& word) const {
  if (organization_ == kNoLexicon) return false;
  const auto entries = lexicons_.entries_of(lexicons_.word(word));
  return std::any_of(entries.begin(), entries.end(), [&](EntryId e) {
    return lexicons_.lexicon_of(e) == organization_ && lexicons_.attribute(e, kind_) == "company" &&
           lexicons_.attribute(e, ambiguous_).empty();
  });
}

Words OrganizationJoins::without_legal_form(const DocumentName& name) const {
  Words words = name.words;
  while (words.size() > 1 && (has(words.back(), legal_form_) || has(words.back() + ".", legal_form_))) words.pop_back();
  return words;
}

// "Boats WG" is "Boats Working Group".
Words OrganizationJoins::with_letters_spelled_out(Words words) const {
  if (words.size() < 2) return words;
  const EntryId entry = letters_of(words.back());
  if (entry == kNone || lexicons_.attribute(entry, canonical_).empty()) return words;
  words.pop_back();
  for (std::string& word : words_of(fold(lexicons_.attribute(entry, canonical_)))) words.push_back(std::move(word));
  return words;
}

// "WG Boats" is "Boats Working Group".
Words OrganizationJoins::with_kind_behind(Words words) const {
  if (words.size() < 2) return words;
  const EntryId entry = letters_of(words.front());
  if (entry == kNone || lexicons_.attribute(entry, named_) != "1") return words;
  words.erase(words.begin());
  for (std::string& word : words_of(fold(lexicons_.attribute(entry, canonical_)))) words.push_back(std::move(word));
  return words;
}

// Of the lexicon body_letters; kNone: the word is none.
EntryId OrganizationJoins::letters_of(std::string word) const {
  for (char& c : word) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  return bodies_.letters_at(lexicons_.word(word), word);
}

// The last word of what a larger body appoints: "committee", "board".
bool OrganizationJoins::is_body(const std::string& word) const {
  return bodies_.is_noun(lexicons_.word(word));
}

}  // namespace

void join_organizations(const MarkedText& text, const Knowledge& knowledge, DocumentNames& names) {
  const std::vector<std::uint32_t> organizations = names.longest_first(type::kOrganization);
  OrganizationJoins joins(text, knowledge, names);
  for (const std::uint32_t id : organizations) joins.enter(id);
  for (const std::uint32_t id : organizations) {
    if (names[id].parent == kNone) joins.join_to_longer(id);
  }
}

std::string expansion_of(const Lexicons& lexicons, const Bodies& bodies, const std::string& acronym) {
  const LexiconId organization = lexicons.find("organization");
  const AttributeId is_acronym = lexicons.find_attribute("acronym");
  const AttributeId canonical_name = lexicons.find_attribute("canonical");
  std::string found;
  for (const EntryId entry : lexicons.entries_of(lexicons.word(acronym))) {
    if (lexicons.lexicon_of(entry) != organization || lexicons.attribute(entry, is_acronym) != "1") continue;
    const std::string_view canonical = lexicons.attribute(entry, canonical_name);
    if (canonical.empty()) continue;
    if (!found.empty() && found != canonical) return {};
    found = canonical;
  }
  if (!found.empty()) return found;
  // "TSC", whosever it is; "TAB" may be a key.
  const EntryId letters = bodies.sure_letters(lexicons.word(acronym));
  return letters == kNone ? std::string() : std::string(lexicons.attribute(letters, canonical_name));
}

}  // namespace dossier
