#include "pipeline/resolve_people.h"

#include <algorithm>
#include <map>
#include <set>
#include <unordered_map>

#include "pipeline/names.h"

namespace dossier {

namespace {

using Ids = std::vector<std::uint32_t>;  // of names

constexpr std::uint32_t kBlockReach = 100;  // mentions from the begin of a block to the first person
constexpr std::size_t kLeastShortForm = 3;  // bytes of a first name's begin that may stand for it
constexpr std::size_t kLeastHandle = 5;     // bytes of a surname that may be a handle by itself

bool is_nickname_of(const DocumentName& nick, const std::string& formal) {
  return std::find(nick.formal.begin(), nick.formal.end(), formal) != nick.formal.end();
}

// "ada k lovell" and "ada lovell", "a lovell" and "ada lovell", "bob lovell" and "robert lovell".
std::string full_names_agree(const DocumentName& shorter, const DocumentName& longer) {
  if (shorter.words.size() < 2 || longer.words.size() < 2 || shorter.words.back() != longer.words.back()) return {};
  const std::string& a = shorter.words.front();
  const std::string& b = longer.words.front();
  if (a == b) {
    // Middle parts must not contradict: each of the shorter one's is found in the longer one.
    for (std::size_t i = 1; i + 1 < shorter.words.size(); ++i) {
      const bool found = std::any_of(longer.words.begin() + 1, longer.words.end() - 1, [&](const std::string& word) {
        return word == shorter.words[i] || (shorter.words[i].size() == 1 && word.starts_with(shorter.words[i])) ||
               (word.size() == 1 && shorter.words[i].starts_with(word));
      });
      if (!found) return {};
    }
    return "with and without middle name: ";
  }
  if (a.size() == 1 && b.starts_with(a)) return "initial and surname: ";
  if (is_nickname_of(shorter, b) || is_nickname_of(longer, a)) return "short form of first name: ";
  return {};
}

// Full names of people that were joined to no other, by what a shorter name may have of them.
class FullNames {
 public:
  explicit FullNames(const PronounSenses& senses) : senses_(senses) {}

  void enter(std::uint32_t id, const DocumentName& name);
  // "Matt Lovell", who is Matthew Lovell: he may be called Matt.
  void enter_given(std::uint32_t id, const DocumentName& name) { by_given_[name.words.front()].push_back(id); }
  // "Ada Lowvell", who is Ada Lovell: "Lowvell" is she, too.
  void enter_surname(std::uint32_t id, const DocumentName& name) { by_surname_[name.words.back()].push_back(id); }
  // "Ada L": the only full name with this first name and a surname that begins so; kNone.
  std::uint32_t with_initial_surname(const DocumentName& name, const DocumentNames& names) const;
  // Those with this surname.
  const Ids& namesakes(const std::string& surname) { return by_surname_[surname]; }
  // "van der Berg" of "Ada van der Berg": the only full name that is this without its first word; kNone.
  std::uint32_t with_tail(const std::string& folded) const;
  // "Ada Mae" of "Ada Mae Lovell": the only full name that begins with these words; kNone.
  std::uint32_t with_head(const std::string& folded) const;
  // The people whom one word may stand for, and why; several only if they share the very word. `is_shouted`: it is
  // written in capitals.
  Ids called(const DocumentName& name, bool is_shouted, std::string& why) const;

 private:
  Ids begun_by(const std::string& word) const;

  const PronounSenses& senses_;
  std::map<std::string, Ids> by_given_;
  std::unordered_map<std::string, Ids> by_surname_;
  std::unordered_map<std::string, Ids> by_tail_;          // "de la cruz"
  std::unordered_map<std::string, Ids> by_head_;          // "ada mae"
  std::unordered_map<std::string, Ids> by_formal_;        // long forms of first names
  std::unordered_map<std::string, Ids> by_initials_;      // "al" of "ada lovell"
  std::unordered_map<std::string, Ids> by_all_initials_;  // "abh" of "ada berg-holm"
};

void FullNames::enter(std::uint32_t id, const DocumentName& name) {
  std::string initials, all_initials;  // those of both halves of "Berg-Holm", too
  for (const std::string& part : name.words) {
    initials += part.substr(0, 1);
    all_initials += part.substr(0, 1);
    for (std::size_t i = part.find('-'); i != std::string::npos; i = part.find('-', i + 1))
      all_initials += part.substr(i + 1, 1);
  }
  by_initials_[initials].push_back(id);
  if (all_initials != initials) by_all_initials_[all_initials].push_back(id);
  by_surname_[name.words.back()].push_back(id);
  by_given_[name.words.front()].push_back(id);
  // "Steve Lovell" need not be the Steven of the same text: he may be a Stephen.
  if (name.formal.size() == 1) by_formal_[name.formal.front()].push_back(id);
  for (std::size_t i = 1; i + 1 < name.words.size(); ++i) {
    std::string tail;
    for (std::size_t k = i; k < name.words.size(); ++k) tail += (k > i ? " " : "") + name.words[k];
    by_tail_[tail].push_back(id);
  }
  std::string head = name.words.front();
  for (std::size_t i = 1; i + 1 < name.words.size(); ++i) by_head_[head += " " + name.words[i]].push_back(id);
}

std::uint32_t FullNames::with_tail(const std::string& folded) const {
  const auto tail = by_tail_.find(folded);
  return tail != by_tail_.end() && tail->second.size() == 1 ? tail->second.front() : kNone;
}

std::uint32_t FullNames::with_head(const std::string& folded) const {
  const auto head = by_head_.find(folded);
  return head != by_head_.end() && head->second.size() == 1 ? head->second.front() : kNone;
}

std::uint32_t FullNames::with_initial_surname(const DocumentName& name, const DocumentNames& names) const {
  const auto given = by_given_.find(name.words.front());
  if (given == by_given_.end()) return kNone;
  std::uint32_t found = kNone;
  for (const std::uint32_t id : given->second) {
    if (names[id].words.size() < 2 || !names[id].words.back().starts_with(name.words.back())) continue;
    if (found != kNone && found != id) return kNone;
    found = id;
  }
  return found;
}

Ids FullNames::called(const DocumentName& name, bool is_shouted, std::string& why) const {
  const std::string& word = name.words.front();
  const auto surname = by_surname_.find(word);
  why = "surname unique: ";
  if (surname != by_surname_.end() && !surname->second.empty()) return surname->second;
  const auto given = by_given_.find(word);
  why = "first name unique: ";
  if (given != by_given_.end()) return given->second;
  const auto only = [](Ids ids) { return ids.size() > 1 ? Ids() : std::move(ids); };
  Ids found;
  const auto add = [&](const auto& index, const std::string& first) {
    const auto ids = index.find(first);
    if (ids != index.end()) found.insert(found.end(), ids->second.begin(), ids->second.end());
  };
  for (const std::string& formal : name.formal) add(by_given_, formal);
  add(by_formal_, word);
  std::sort(found.begin(), found.end());
  found.erase(std::unique(found.begin(), found.end()), found.end());
  why = "short form of first name: ";
  if (!found.empty()) return only(std::move(found));
  why = "begin of first name: ";
  if (word.size() >= kLeastShortForm) found = begun_by(word);
  if (!found.empty()) return only(std::move(found));
  if (!is_shouted || word.starts_with('@') || word.size() < 2) return {};
  why = "initials unique: ";
  add(by_initials_, word);
  if (found.empty()) add(by_all_initials_, word);
  return only(std::move(found));
}

// "Gwen" of "Gwendolyn Lovell": whose first name begins so; two are enough to know that it is not one.
Ids FullNames::begun_by(const std::string& word) const {
  Ids found;
  const Gender own = senses_.gender_of_first(word);
  for (auto it = by_given_.lower_bound(word); it != by_given_.end() && it->first.starts_with(word); ++it) {
    const Gender other = senses_.gender_of_first(it->first);
    const bool differ =
        (own == Gender::kFemale && other == Gender::kMale) || (own == Gender::kMale && other == Gender::kFemale);
    if (differ) continue;  // "Paul" is not "Paula"
    found.insert(found.end(), it->second.begin(), it->second.end());
    if (found.size() > 1) break;
  }
  return found;
}

class PeopleJoins {
 public:
  PeopleJoins(const MarkedText& text, const PronounSenses& senses, DocumentNames& names)
      : text_(text),
        names_(names),
        people_(names.longest_first(type::kPerson)),
        full_(senses),
        nickname_(text.lexicons.find("nickname")),
        own_name_(text.lexicons.find("own_name")),
        surname_(text.lexicons.find("surname")),
        formal_(text.lexicons.find_attribute("formal")),
        side_(text.lexicons.find_attribute("side")) {
    for (const std::uint32_t id : people_) {
      DocumentName& name = names_[id];
      first_person_ = std::min(first_person_, name.mentions.front());
      if (!name.words.empty()) name.formal = formal_of(name.words.front());
      if (name.speaks && name.words.size() > 1) speakers_[without_surname(name)].push_back(id);
    }
    // "Matthew Lovell" is the fuller name, "Matt Lovell" what he is called.
    std::stable_sort(people_.begin(), people_.end(), [&](std::uint32_t a, std::uint32_t b) {
      return names_[a].words.size() == names_[b].words.size() ? names_[a].formal.empty() && !names_[b].formal.empty()
                                                              : names_[a].words.size() > names_[b].words.size();
    });
  }

  bool join_full_names();
  void join_single_words();
  void join_handles();

 private:
  std::vector<std::string> formal_of(const std::string& nick) const;
  std::uint32_t with_surname_left_out(const DocumentName& name) const;
  std::uint32_t misspelt_speaker(const DocumentName& name);
  static std::string without_surname(const DocumentName& name);
  std::uint32_t likeliest(const DocumentName& name, const Ids& people, std::string& why) const;
  void split_by_speaker(std::uint32_t id, Ids& found, std::vector<DocumentName>& spoken_of);
  std::uint32_t other_spoken_of(std::uint32_t mention, const Ids& found);
  std::uint32_t label_of_turn(std::uint32_t mention);
  bool tells_own_name(std::uint32_t mention) const;
  std::uint32_t first_person_of_block(std::uint32_t mention) const;

  const MarkedText& text_;
  DocumentNames& names_;
  Ids people_;                                     // the longer names first
  std::unordered_map<std::string, Ids> speakers_;  // full names on labels, by what stands in front of the surname
  FullNames full_;
  std::uint32_t first_person_ = kNone;  // the first mention of any
  LexiconId nickname_, own_name_, surname_;
  AttributeId formal_, side_;
};

// "Ada K. Lovell" and "Ada Lovell". False: not all pairs were compared.
bool PeopleJoins::join_full_names() {
  bool is_complete = true;
  Ids abbreviated;  // "Ada L"
  for (const std::uint32_t id : people_) {
    const DocumentName& name = names_[id];
    if (name.words.size() < 2) continue;
    if (name.words.size() == 2 && name.words.front().size() > 1 && name.words.back().size() == 1) {
      abbreviated.push_back(id);
      continue;
    }
    std::string why;
    std::uint32_t match = kNone;
    const Ids& namesakes = full_.namesakes(name.words.back());
    const std::size_t reach = std::min(namesakes.size(), kMostNamesakes);
    for (std::size_t i = 0; i < reach && match == kNone; ++i) {
      why = full_names_agree(name, names_[namesakes[i]]);
      if (!why.empty()) match = namesakes[i];
    }
    if (match == kNone) {
      is_complete = is_complete && reach == namesakes.size();
      match = full_.with_tail(name.folded);
      why = "surname unique: ";
    }
    if (match == kNone) {
      match = with_surname_left_out(name);
      why = "without surname: ";
    }
    bool is_misspelt = false;
    if (match == kNone) {
      match = misspelt_speaker(name);
      why = "one letter off the speaker's surname: ";
      is_misspelt = match != kNone;
    }
    if (match != kNone) {
      names_.join(id, match, why + name.folded);
      if (names_[match].words.front() != name.words.front() && name.words.front().size() > 1)
        full_.enter_given(names_.root(match), name);
      if (is_misspelt) full_.enter_surname(id, name);
    } else {
      full_.enter(id, name);
    }
  }
  for (const std::uint32_t id : abbreviated) {
    const std::uint32_t match = full_.with_initial_surname(names_[id], names_);
    if (match != kNone) {
      names_.join(id, match, "first name and initial of surname: " + names_[id].folded);
    } else {
      full_.enter(id, names_[id]);
    }
  }
  return is_complete;
}

// "Ada Mae" where nobody is called Mae, of the only Ada Mae Lovell; kNone.
std::uint32_t PeopleJoins::with_surname_left_out(const DocumentName& name) const {
  return is_word_of(text_.lexicons, name.words.back(), surname_) ? kNone : full_.with_head(name.folded);
}

// "Ada Lowvell" of a conversation in which Ada Lovell speaks and no Lowvell does: the only one whose surname is a
// letter off; kNone. A surname that people have is no slip, nor is what she says herself.
std::uint32_t PeopleJoins::misspelt_speaker(const DocumentName& name) {
  if (name.speaks || is_word_of(text_.lexicons, name.words.back(), surname_)) return kNone;
  const auto speakers = speakers_.find(without_surname(name));
  if (speakers == speakers_.end()) return kNone;
  std::uint32_t found = kNone;
  for (const std::uint32_t speaker : speakers->second) {
    if (!one_letter_apart(names_[speaker].words.back(), name.words.back())) continue;
    if (found != kNone) return kNone;
    found = speaker;
  }
  const bool says_it = std::any_of(name.mentions.begin(), name.mentions.end(),
                                   [&](std::uint32_t m) { return found != kNone && label_of_turn(m) == found; });
  return says_it ? kNone : found;
}

std::string PeopleJoins::without_surname(const DocumentName& name) {
  return name.folded.substr(0, name.folded.size() - std::min(name.folded.size(), name.words.back().size()));
}

std::vector<std::string> PeopleJoins::formal_of(const std::string& nick) const {
  std::vector<std::string> formal;
  if (nickname_ == kNoLexicon) return formal;
  for (const EntryId entry : text_.lexicons.entries_of(text_.lexicons.word(nick))) {
    if (text_.lexicons.lexicon_of(entry) != nickname_) continue;
    std::string_view names = text_.lexicons.attribute(entry, formal_);  // "Matthew|Matthias"
    while (!names.empty()) {
      const std::size_t bar = std::min(names.find('|'), names.size());
      formal.push_back(fold(names.substr(0, bar)));
      names.remove_prefix(std::min(bar + 1, names.size()));
    }
  }
  return formal;
}

// "Lovell", "Ada", "AL" of "Ada Lovell".
void PeopleJoins::join_single_words() {
  std::vector<DocumentName> spoken_of;
  for (const std::uint32_t id : people_) {
    if (names_[id].words.size() != 1 || names_[id].parent != kNone) continue;
    std::string why;
    Ids found = full_.called(names_[id], is_shouted(names_.first_surface(names_[id])), why);
    if (found.size() > 1) split_by_speaker(id, found, spoken_of);
    if (found.size() > 1) found = {likeliest(names_[id], found, why)};
    if (!found.empty()) names_.join(id, found.front(), why + names_[id].words.front());
  }
  for (DocumentName& name : spoken_of) names_.split_off(std::move(name));
}

// Of several people with this name: the only one who speaks; else the first person of the text or block, which is
// about that one, while the others are relatives; else the one named in full nearest before the short form's first
// use.
std::uint32_t PeopleJoins::likeliest(const DocumentName& name, const Ids& people, std::string& why) const {
  const auto speaks = [&](std::uint32_t id) { return names_[names_.root(id)].speaks; };
  if (std::count_if(people.begin(), people.end(), speaks) == 1) {
    why = "only speaker of the name: ";
    return *std::find_if(people.begin(), people.end(), speaks);
  }
  const std::uint32_t first_use = name.mentions.front();
  const std::uint32_t first_here = first_person_of_block(first_use);
  const auto opens = std::find_if(people.begin(), people.end(), [&](std::uint32_t id) {
    return names_[id].mentions.front() == first_person_ || names_[id].mentions.front() == first_here;
  });
  if (opens != people.end() && names_[*opens].mentions.front() < first_use) {
    why = "first of several: ";
    return *opens;
  }
  why = "nearest of several: ";
  std::uint32_t nearest = people.front();
  std::uint32_t nearest_mention = 0;
  for (const std::uint32_t id : people) {
    for (const std::uint32_t m : names_[id].mentions) {
      if (m < first_use && m + 1 > nearest_mention) {
        nearest_mention = m + 1;
        nearest = id;
      }
    }
  }
  return nearest;
}

// The "Adam" that Adam Lovell speaks of, or calls, is the other Adam: such uses become a name of their own. Of
// `found`, those stay who can be the Adam of the rest.
void PeopleJoins::split_by_speaker(std::uint32_t id, Ids& found, std::vector<DocumentName>& spoken_of) {
  std::map<std::uint32_t, Ids> others;  // who is meant: the mentions
  Ids rest;
  for (const std::uint32_t m : names_[id].mentions) {
    const std::uint32_t other = other_spoken_of(m, found);
    (other == kNone ? rest : others[other]).push_back(m);
  }
  if (others.empty()) return;
  if (rest.empty()) {
    found = {others.begin()->first};
    rest = std::move(others.begin()->second);
    others.erase(others.begin());
  }
  for (auto& [other, mentions] : others) {
    DocumentName name;
    name.type = type::kPerson;
    name.words = names_[id].words;
    name.folded = names_[id].folded;
    name.mentions = std::move(mentions);
    name.parent = other;
    name.why = "not the speaker: " + name.folded;
    spoken_of.push_back(std::move(name));
  }
  names_[id].mentions = std::move(rest);
}

// Whom one of these means who says a name that is also their own: of the others the one named in full last before;
// kNone.
std::uint32_t PeopleJoins::other_spoken_of(std::uint32_t mention, const Ids& found) {
  const std::uint32_t speaker = label_of_turn(mention);
  const bool is_one = speaker != kNone && std::find(found.begin(), found.end(), speaker) != found.end();
  if (!is_one || tells_own_name(mention)) return kNone;
  std::uint32_t other = kNone;
  std::uint32_t nearest = 0;
  for (const std::uint32_t candidate : found) {
    if (candidate == speaker) continue;
    const Ids& full = names_[candidate].mentions;  // sorted
    const auto after = std::lower_bound(full.begin(), full.end(), mention);
    if (after != full.begin() && *std::prev(after) + 1 > nearest) {
      nearest = *std::prev(after) + 1;
      other = candidate;
    }
  }
  return other;
}

// The name on the label of the mention's turn.
std::uint32_t PeopleJoins::label_of_turn(std::uint32_t mention) {
  const Block* block = text_.block_of(text_.mentions[mention].first_token);
  if (block == nullptr || block->turn == kNone || block->kind == BlockKind::kSpeaker) return kNone;
  const std::uint32_t speaker = text_.named_on_label(text_.document.turns[block->turn]);
  return speaker == kNone ? kNone : names_.root(names_.of_mention(speaker));
}

// "I'm Adam", "this is Adam", "Adam here"; and what the speaker reads out or tells of others' words.
bool PeopleJoins::tells_own_name(std::uint32_t mention) const {
  const Mention& at = text_.mentions[mention];
  const auto stands = [&](std::uint32_t token, std::string_view side) {
    if (token >= text_.tokens.size()) return false;
    const auto entries = text_.lexicons.entries_of(text_.pass.words[token]);
    return std::any_of(entries.begin(), entries.end(), [&](EntryId entry) {
      return text_.lexicons.lexicon_of(entry) == own_name_ && text_.lexicons.attribute(entry, side_) == side;
    });
  };
  if (at.first_token > 0 && stands(at.first_token - 1, "before")) return true;
  return stands(at.end_token, "behind") || text_.is_quoted(at.first_token);
}

// The first person of the block, if it is named before the mention; kNone.
std::uint32_t PeopleJoins::first_person_of_block(std::uint32_t mention) const {
  const Block* block = text_.block_of(text_.mentions[mention].first_token);
  if (block == nullptr) return kNone;
  const std::uint32_t begin = text_.index_of(text_.first_mention_at(block->first_token));
  for (std::uint32_t m = begin; m < std::min(mention, begin + kBlockReach); ++m) {
    if (text_.mentions[m].type == type::kPerson) return m;
  }
  return kNone;
}

// "@alovell" and "Ada Lovell".
void PeopleJoins::join_handles() {
  std::unordered_map<std::string, std::vector<std::uint32_t>> by_handle;
  for (const std::uint32_t id : people_) {
    const std::vector<std::string>& words = names_[id].words;
    if (words.size() < 2 || names_[id].parent != kNone) continue;
    const std::string& first = words.front();
    const std::string& last = words.back();
    for (const std::string& handle :
         std::set<std::string>{first + last, last + first, first.substr(0, 1) + last, first + last.substr(0, 1),
                               last.size() >= kLeastHandle ? last : first + last}) {
      by_handle[handle].push_back(id);
    }
  }
  for (const std::uint32_t id : people_) {
    DocumentName& name = names_[id];
    if (name.parent != kNone || name.mentions.empty()) continue;
    const std::string_view surface = names_.first_surface(name);
    if (!surface.starts_with('@')) continue;
    std::string handle;
    for (const char c : fold(surface.substr(1))) {
      if (c >= 'a' && c <= 'z') handle += c;
    }
    const auto found = by_handle.find(handle);
    if (found != by_handle.end() && found->second.size() == 1)
      names_.join(id, found->second.front(), "handle: " + std::string(surface));
  }
}

}  // namespace

bool join_people(const MarkedText& text, const PronounSenses& senses, DocumentNames& names) {
  PeopleJoins joins(text, senses, names);
  const bool is_complete = joins.join_full_names();
  joins.join_single_words();
  joins.join_handles();
  return is_complete;
}

}  // namespace dossier
