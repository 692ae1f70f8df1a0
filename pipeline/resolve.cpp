#include "pipeline/resolve.h"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>
#include <unordered_map>

#include "pipeline/bodies.h"
#include "pipeline/names.h"
#include "pipeline/sayings.h"

namespace dossier {

namespace {

enum class Gender : std::uint8_t { kUnknown, kFemale, kMale, kNeuter, kNotMale };

Gender gender_of(std::string_view name) {
  if (name == "f") return Gender::kFemale;
  if (name == "m") return Gender::kMale;
  if (name == "n") return Gender::kNeuter;
  if (name == "fn") return Gender::kNotMale;
  return Gender::kUnknown;
}

// All mentions of one type with the same words.
struct Name {
  TypeId type = type::kPerson;
  std::string folded;
  std::vector<std::string> words;
  std::vector<std::string> formal;  // long forms of the first word, of people ("robert" of "bob")
  std::vector<std::uint32_t> mentions;
  std::uint32_t parent = kNone;  // the name it was joined to
  std::string why;
  bool speaks = false;       // a speaker label
  bool is_namesake = false;  // "the other Ada Lovell": not the one this document calls so elsewhere
};

class Resolver {
 public:
  Resolver(const Document& document, const Knowledge& knowledge, const LexiconPass& pass, Extraction& extraction)
      : document_(document),
        lexicons_(knowledge.lexicons()),
        traits_(knowledge.kind_traits()),
        bodies_(knowledge),
        pass_(pass),
        extraction_(extraction) {
    legal_form_ = lexicons_.find("legal_form");
    org_head_ = lexicons_.find("org_head");
    org_noun_ = lexicons_.find("org_noun");
    given_name_ = lexicons_.find("given_name");
    nickname_ = lexicons_.find("nickname");
    pronoun_ = lexicons_.find("pronoun");
    function_word_ = lexicons_.find("function_word");
    organization_ = lexicons_.find("organization");
    namesake_mark_ = lexicons_.find("namesake_mark");
    introduction_ = lexicons_.find("introduction");
    own_name_ = lexicons_.find("own_name");
    common_word_ = lexicons_.find("common_word");
    place_ = lexicons_.find("place");
    surname_ = lexicons_.find("surname");
    acronym_ = lexicons_.find_attribute("acronym");
    canonical_ = lexicons_.find_attribute("canonical");
    gender_ = lexicons_.find_attribute("gender");
    person_ = lexicons_.find_attribute("person");
    number_ = lexicons_.find_attribute("number");
    case_ = lexicons_.find_attribute("case");
    lang_ = lexicons_.find_attribute("lang");
    formal_ = lexicons_.find_attribute("formal");
    kind_ = lexicons_.find_attribute("kind");
    ambiguous_ = lexicons_.find_attribute("ambiguous");
    pos_ = lexicons_.find_attribute("pos");
    side_ = lexicons_.find_attribute("side");
  }

  void run(const std::vector<std::pair<std::uint32_t, std::uint32_t>>& aliases) {
    collect();
    join_declared(aliases);
    join_people();
    join_organizations();
    build_entities();
    resolve_pronouns();
  }

  // Entities, and beyond them one number for the unnamed I and we of each turn and for each unnamed he and she.
  std::vector<std::uint32_t> chains() const {
    std::vector<std::uint32_t> chains;
    std::map<std::tuple<char, Gender, std::uint32_t>, std::uint32_t> unnamed;
    for (std::uint32_t m = 0; m < extraction_.mentions.size(); ++m) {
      const Mention& mention = extraction_.mentions[m];
      std::uint32_t chain = mention.entity;
      if (const auto known = antecedents_.find(m); known != antecedents_.end()) {
        if (known->second != kNone) chain = chains[known->second];
      } else if (mention.type == type::kPronoun && chain == kNone) {
        const PronounSense sense = sense_of(mention.first_token);
        const Block* block = block_of(mention.first_token);
        const bool is_person = sense.gender == Gender::kFemale || sense.gender == Gender::kMale;
        const bool is_we = sense.person == '1' && sense.number == 'p';
        if (is_we ||
            (sense.number == 's' && !sense.relative && (sense.person == '1' || (sense.person == '3' && is_person)))) {
          const std::uint32_t turn = sense.person == '1' && block != nullptr ? block->turn : kNone;
          chain = unnamed
                      .try_emplace(
                          {is_we ? 'w' : sense.person, sense.person == '1' ? Gender::kUnknown : sense.gender, turn},
                          static_cast<std::uint32_t>(extraction_.entities.size() + unnamed.size()))
                      .first->second;
        }
      }
      chains.push_back(chain);
    }
    return chains;
  }

 private:
  void collect() {
    for (const Table& table : document_.tables) {
      for (const CellJoin& join : table.joins) rest_of_[join.first] = join.rest;
    }
    std::unordered_map<std::string, std::uint32_t> surface_names;
    std::string surface;
    std::map<std::tuple<TypeId, std::string, bool>, std::uint32_t> ids;
    name_of_mention_.assign(extraction_.mentions.size(), kNone);
    for (std::uint32_t m = 0; m < extraction_.mentions.size(); ++m) {
      const Mention& mention = extraction_.mentions[m];
      if (!is_entity(mention.type)) continue;
      surface.assign(document_.slice(mention.span));
      const std::string_view rest = broken_rest(mention);
      if (!rest.empty()) (surface += ' ') += rest;
      const std::size_t size = surface.size();
      surface += '\0';
      surface += static_cast<char>('a' + mention.type);
      const bool is_namesake = is_marked_namesake(mention);
      if (is_namesake) surface += '+';
      auto known = surface_names.find(surface);
      if (known == surface_names.end()) {
        std::string folded = fold(std::string_view(surface).substr(0, size));
        const auto [it, is_new] =
            ids.try_emplace({mention.type, folded, is_namesake}, static_cast<std::uint32_t>(names_.size()));
        if (is_new) {
          Name name;
          name.type = mention.type;
          name.is_namesake = is_namesake;
          name.words = words_of(folded);
          for (std::string& word : name.words) {
            while (word.size() > 1 && word.back() == '.') word.pop_back();
          }
          name.folded = std::move(folded);
          names_.push_back(std::move(name));
        }
        known = surface_names.emplace(surface, it->second).first;
      }
      Name& name = names_[known->second];
      name.mentions.push_back(m);
      name_of_mention_[m] = known->second;
      const Block* block = block_of(mention.first_token);
      if (block != nullptr && block->kind == BlockKind::kSpeaker) name.speaks = true;
    }
  }

  // "Not the other Ada Lovell": a full name of a person with such a word in front.
  bool is_marked_namesake(const Mention& mention) const {
    if (mention.type != type::kPerson || mention.first_token == 0 || mention.end_token - mention.first_token < 2)
      return false;
    const auto entries = lexicons_.entries_of(pass_.words[mention.first_token - 1]);
    return namesake_mark_ != kNoLexicon && std::any_of(entries.begin(), entries.end(), [&](EntryId entry) {
             return lexicons_.lexicon_of(entry) == namesake_mark_;
           });
  }

  static bool is_entity(TypeId type) {
    return type == type::kPerson || type == type::kOrganization || type == type::kPlace || type == type::kEvent ||
           type == type::kProduct;
  }

  const Block* block_of(std::uint32_t token) const {
    const auto it = std::upper_bound(document_.blocks.begin(), document_.blocks.end(), token,
                                     [](std::uint32_t t, const Block& block) { return t < block.end_token; });
    return it == document_.blocks.end() ? nullptr : &*it;
  }

  std::uint32_t root(std::uint32_t name) {
    while (names_[name].parent != kNone) {  // halves the way for those who come next
      const std::uint32_t next = names_[names_[name].parent].parent;
      if (next == kNone) return names_[name].parent;
      name = names_[name].parent = next;
    }
    return name;
  }

  // The longer name stays the head.
  void join(std::uint32_t name, std::uint32_t to, std::string why) {
    name = root(name);
    to = root(to);
    if (name == to) return;
    names_[name].parent = to;
    names_[name].why = std::move(why);
  }

  void join_declared(const std::vector<std::pair<std::uint32_t, std::uint32_t>>& aliases) {
    for (const auto& [a, b] : aliases) {
      std::uint32_t left = name_of_mention_[a];
      std::uint32_t right = name_of_mention_[b];
      if (left == kNone || right == kNone) continue;
      if (names_[left].words.size() < names_[right].words.size()) std::swap(left, right);
      join(right, left, "declared alias: " + names_[right].folded);
    }
  }

  bool has(const std::string& word, LexiconId lexicon) const {
    if (lexicon == kNoLexicon) return false;
    const auto entries = lexicons_.entries_of(lexicons_.word(word));
    return std::any_of(entries.begin(), entries.end(), [&](EntryId e) { return lexicons_.lexicon_of(e) == lexicon; });
  }

  bool is_made_up(const std::string& word) const {
    return word.size() > 3 && !has(word, organization_) && !has(word, common_word_) && !has(word, place_) &&
           !has(word, given_name_) && !has(word, surname_) && !has(word, function_word_) && !has(word, org_head_);
  }

  // "Lockwood Marten": two surnames, neither a first name nor a word of the language.
  bool is_called_after_two(const Name& name) const {
    return name.words.size() == 2 && has(name.words[1], surname_) &&
           std::none_of(name.words.begin(), name.words.end(),
                        [&](const std::string& word) {
                          return word.size() < 4 || has(word, common_word_) || has(word, place_) ||
                                 has(word, org_head_) || has(word, function_word_);
                        }) &&
           !has(name.words[0], given_name_);
  }

  bool is_known_company(const std::string& word) const {
    if (organization_ == kNoLexicon) return false;
    const auto entries = lexicons_.entries_of(lexicons_.word(word));
    return std::any_of(entries.begin(), entries.end(), [&](EntryId e) {
      return lexicons_.lexicon_of(e) == organization_ && lexicons_.attribute(e, kind_) == "company" &&
             lexicons_.attribute(e, ambiguous_).empty();
    });
  }

  // "Harborworks is a platform … besides, there is the Harborworks Foundation": what a text is about before it names
  // the foundation of that name is another body.
  bool is_older_than_its_foundation(const Name& name, const Name& foundation) const {
    if (name.mentions.size() < 2 || name.mentions[1] > foundation.mentions.front()) return false;
    const auto entries = lexicons_.entries_of(lexicons_.word(foundation.words.back()));
    return std::any_of(entries.begin(), entries.end(), [&](EntryId e) {
      return lexicons_.lexicon_of(e) == org_head_ && traits_.has(lexicons_.attribute(e, kind_), Trait::kYounger);
    });
  }

  std::vector<std::string> formal_of(const std::string& nick) const {
    std::vector<std::string> formal;
    if (nickname_ == kNoLexicon) return formal;
    for (const EntryId entry : lexicons_.entries_of(lexicons_.word(nick))) {
      if (lexicons_.lexicon_of(entry) == nickname_) formal.push_back(fold(lexicons_.attribute(entry, formal_)));
    }
    return formal;
  }

  static bool is_nickname_of(const Name& nick, const std::string& formal) {
    return std::find(nick.formal.begin(), nick.formal.end(), formal) != nick.formal.end();
  }

  // "ada k lovell" and "ada lovell", "a lovell" and "ada lovell", "bob lovell" and "robert lovell".
  static std::string full_names_agree(const Name& shorter, const Name& longer) {
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

  void join_people() {
    std::vector<std::uint32_t> people;
    for (std::uint32_t i = 0; i < names_.size(); ++i) {
      if (names_[i].type == type::kPerson && !names_[i].is_namesake) people.push_back(i);
    }
    // Longest first; equal lengths by first use.
    std::stable_sort(people.begin(), people.end(),
                     [&](std::uint32_t a, std::uint32_t b) { return names_[a].words.size() > names_[b].words.size(); });
    std::uint32_t first_person = kNone;  // the first mention of any
    for (const std::uint32_t id : people) first_person = std::min(first_person, names_[id].mentions.front());
    const FullNames known = join_full_names(people);
    std::vector<Name> spoken_of;
    for (const std::uint32_t id : people) {
      if (names_[id].words.size() != 1 || names_[id].parent != kNone) continue;
      std::string why;
      std::vector<std::uint32_t> found = called(names_[id], known, why);
      if (found.size() > 1) split_by_speaker(id, found, spoken_of);
      if (found.size() > 1) found = {likeliest(names_[id], found, first_person, why)};
      if (!found.empty()) join(id, found.front(), why + names_[id].words.front());
    }
    for (Name& name : spoken_of) {
      for (const std::uint32_t m : name.mentions) name_of_mention_[m] = static_cast<std::uint32_t>(names_.size());
      names_.push_back(std::move(name));
    }
    join_handles(people);
  }

  // Full names of people that were joined to no other, by what a shorter name may have of them.
  struct FullNames {
    std::unordered_map<std::string, std::vector<std::uint32_t>> by_surname;
    std::map<std::string, std::vector<std::uint32_t>> by_given;
    std::unordered_map<std::string, std::vector<std::uint32_t>> by_tail;      // "de la cruz"
    std::unordered_map<std::string, std::vector<std::uint32_t>> by_formal;    // long forms of first names
    std::unordered_map<std::string, std::vector<std::uint32_t>> by_initials;  // "al" of "ada lovell"
  };

  // "Ada K. Lovell" and "Ada Lovell". `people`: the longer names first.
  FullNames join_full_names(const std::vector<std::uint32_t>& people) {
    FullNames known;
    bool is_cut = false;
    for (const std::uint32_t id : people) {
      Name& name = names_[id];
      if (!name.words.empty()) name.formal = formal_of(name.words.front());
      if (name.words.size() < 2) continue;
      std::string why;
      std::uint32_t match = kNone;
      const std::vector<std::uint32_t>& namesakes = known.by_surname[name.words.back()];
      const std::size_t reach = std::min(namesakes.size(), kMostNamesakes);
      for (std::size_t i = 0; i < reach && match == kNone; ++i) {
        why = full_names_agree(name, names_[namesakes[i]]);
        if (!why.empty()) match = namesakes[i];
      }
      is_cut = is_cut || (match == kNone && reach < namesakes.size());
      // "van der Berg" of "Ada van der Berg": a full name without its first word.
      if (match == kNone) {
        const auto tail = known.by_tail.find(name.folded);
        if (tail != known.by_tail.end() && tail->second.size() == 1) {
          match = tail->second.front();
          why = "surname unique: ";
        }
      }
      if (match != kNone) {
        join(id, match, why + name.folded);
      } else {
        enter(id, known);
      }
    }
    if (is_cut) {
      extraction_.diagnostics.push_back(
          {Severity::kNote, "limit.namesakes",
           "more than " + std::to_string(kMostNamesakes) + " people share a surname; not all pairs were compared"});
    }
    return known;
  }

  void enter(std::uint32_t id, FullNames& known) const {
    const Name& name = names_[id];
    std::string initials;
    for (const std::string& part : name.words) initials += part.substr(0, 1);
    known.by_initials[initials].push_back(id);
    known.by_surname[name.words.back()].push_back(id);
    known.by_given[name.words.front()].push_back(id);
    for (const std::string& formal : name.formal) known.by_formal[formal].push_back(id);
    for (std::size_t i = 1; i + 1 < name.words.size(); ++i) {
      std::string tail;
      for (std::size_t k = i; k < name.words.size(); ++k) tail += (k > i ? " " : "") + name.words[k];
      known.by_tail[tail].push_back(id);
    }
  }

  // The people whom one word may stand for, and why; several only if they share the very word.
  std::vector<std::uint32_t> called(const Name& name, const FullNames& known, std::string& why) const {
    const std::string& word = name.words.front();
    const auto surname = known.by_surname.find(word);
    why = "surname unique: ";
    if (surname != known.by_surname.end() && !surname->second.empty()) return surname->second;
    const auto given = known.by_given.find(word);
    why = "first name unique: ";
    if (given != known.by_given.end()) return given->second;
    const auto only = [](std::vector<std::uint32_t> ids) {
      return ids.size() > 1 ? std::vector<std::uint32_t>() : std::move(ids);
    };
    std::vector<std::uint32_t> found;
    const auto add = [&](const auto& index, const std::string& first) {
      const auto ids = index.find(first);
      if (ids != index.end()) found.insert(found.end(), ids->second.begin(), ids->second.end());
    };
    for (const std::string& formal : name.formal) add(known.by_given, formal);
    add(known.by_formal, word);
    std::sort(found.begin(), found.end());
    found.erase(std::unique(found.begin(), found.end()), found.end());
    why = "short form of first name: ";
    if (!found.empty()) return only(std::move(found));
    why = "begin of first name: ";
    if (word.size() >= kLeastShortForm) found = begun_by(word, known);
    if (!found.empty()) return only(std::move(found));
    if (word.starts_with('@') || word.size() < 2 ||
        !is_shouted(document_.slice(extraction_.mentions[name.mentions.front()].span)))
      return {};
    why = "initials unique: ";
    add(known.by_initials, word);
    return only(std::move(found));
  }

  // "Gwen" of "Gwendolyn Lovell": whose first name begins so; two are enough to know that it is not one.
  std::vector<std::uint32_t> begun_by(const std::string& word, const FullNames& known) const {
    std::vector<std::uint32_t> found;
    const Gender own = gender_of_first(word);
    for (auto it = known.by_given.lower_bound(word); it != known.by_given.end() && it->first.starts_with(word); ++it) {
      const Gender other = gender_of_first(it->first);
      const bool differ =
          (own == Gender::kFemale && other == Gender::kMale) || (own == Gender::kMale && other == Gender::kFemale);
      if (differ) continue;  // "Paul" is not "Paula"
      found.insert(found.end(), it->second.begin(), it->second.end());
      if (found.size() > 1) break;
    }
    return found;
  }

  // Of several people with this name: the only one who speaks; else the first person of the text or block, which is
  // about that one, while the others are relatives; else the one named in full nearest before the short form's first
  // use.
  std::uint32_t likeliest(const Name& name, const std::vector<std::uint32_t>& people, std::uint32_t first_person,
                          std::string& why) const {
    const auto speaks = [&](std::uint32_t id) { return names_[id].speaks; };
    if (std::count_if(people.begin(), people.end(), speaks) == 1) {
      why = "only speaker of the name: ";
      return *std::find_if(people.begin(), people.end(), speaks);
    }
    const std::uint32_t first_use = name.mentions.front();
    const std::uint32_t first_here = first_person_of_block(first_use);
    const auto opens = std::find_if(people.begin(), people.end(), [&](std::uint32_t id) {
      return names_[id].mentions.front() == first_person || names_[id].mentions.front() == first_here;
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
  void split_by_speaker(std::uint32_t id, std::vector<std::uint32_t>& found, std::vector<Name>& spoken_of) {
    std::map<std::uint32_t, std::vector<std::uint32_t>> others;
    std::vector<std::uint32_t> rest;
    for (const std::uint32_t m : names_[id].mentions) {
      const std::uint32_t speaker = label_of_turn(m);
      std::uint32_t other = kNone;
      if (speaker != kNone && std::find(found.begin(), found.end(), speaker) != found.end() && !tells_own_name(m)) {
        std::uint32_t nearest = 0;
        for (const std::uint32_t candidate : found) {
          if (candidate == speaker) continue;
          const std::vector<std::uint32_t>& full = names_[candidate].mentions;  // sorted
          const auto after = std::lower_bound(full.begin(), full.end(), m);
          if (after != full.begin() && *std::prev(after) + 1 > nearest) {
            nearest = *std::prev(after) + 1;
            other = candidate;
          }
        }
      }
      (other == kNone ? rest : others[other]).push_back(m);
    }
    if (others.empty()) return;
    if (rest.empty()) {
      found = {others.begin()->first};
      rest = std::move(others.begin()->second);
      others.erase(others.begin());
    }
    for (auto& [other, mentions] : others) {
      Name name;
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

  // The name on the label of the mention's turn.
  std::uint32_t label_of_turn(std::uint32_t mention) {
    const Block* block = block_of(extraction_.mentions[mention].first_token);
    if (block == nullptr || block->turn == kNone || block->kind == BlockKind::kSpeaker) return kNone;
    const std::uint32_t label = document_.turns[block->turn].speaker_block;
    if (label == kNone) return kNone;
    const Span span = document_.blocks[label].span;
    for (auto it = first_mention_at(span.begin); it != extraction_.mentions.end() && it->span.begin < span.end; ++it) {
      if (it->type == type::kPerson)
        return root(name_of_mention_[static_cast<std::size_t>(it - extraction_.mentions.cbegin())]);
    }
    return kNone;
  }

  // "I'm Adam", "this is Adam", "Adam here"; and what the speaker reads out or tells of others' words.
  bool tells_own_name(std::uint32_t mention) const {
    const Mention& at = extraction_.mentions[mention];
    const auto stands = [&](std::uint32_t token, std::string_view side) {
      if (token >= document_.tokens.size()) return false;
      const auto entries = lexicons_.entries_of(pass_.words[token]);
      return std::any_of(entries.begin(), entries.end(), [&](EntryId entry) {
        return lexicons_.lexicon_of(entry) == own_name_ && lexicons_.attribute(entry, side_) == side;
      });
    };
    if (at.first_token > 0 && stands(at.first_token - 1, "before")) return true;
    return stands(at.end_token, "behind") || (document_.tokens[at.first_token].flags & token_flag::kQuoted) != 0;
  }

  std::uint32_t first_person_of_block(std::uint32_t mention) const {
    const Block* block = block_of(extraction_.mentions[mention].first_token);
    if (block == nullptr) return kNone;
    const auto begin = static_cast<std::uint32_t>(first_mention_at(block->span.begin) - extraction_.mentions.cbegin());
    for (std::uint32_t m = begin; m < std::min(mention, begin + kSubjectMentions); ++m) {
      if (extraction_.mentions[m].type == type::kPerson) return m;
    }
    return kNone;
  }

  // "@alovell" and "Ada Lovell".
  void join_handles(const std::vector<std::uint32_t>& people) {
    std::unordered_map<std::string, std::vector<std::uint32_t>> by_handle;
    for (const std::uint32_t id : people) {
      const std::vector<std::string>& words = names_[id].words;
      if (words.size() < 2 || names_[id].parent != kNone) continue;
      const std::string& first = words.front();
      const std::string& last = words.back();
      for (const std::string& handle :
           std::set<std::string>{first + last, last + first, first.substr(0, 1) + last, first + last.substr(0, 1),
                                 last.size() > 4 ? last : first + last}) {
        by_handle[handle].push_back(id);
      }
    }
    for (const std::uint32_t id : people) {
      Name& name = names_[id];
      if (name.parent != kNone || name.mentions.empty()) continue;
      const std::string_view surface = document_.slice(extraction_.mentions[name.mentions.front()].span);
      if (!surface.starts_with('@')) continue;
      std::string handle;
      for (const char c : fold(surface.substr(1))) {
        if (c >= 'a' && c <= 'z') handle += c;
      }
      const auto found = by_handle.find(handle);
      if (found != by_handle.end() && found->second.size() == 1)
        join(id, found->second.front(), "handle: " + std::string(surface));
    }
  }

  std::vector<std::string> without_legal_form(const Name& name) const {
    std::vector<std::string> words = name.words;
    while (words.size() > 1 && (has(words.back(), legal_form_) || has(words.back() + ".", legal_form_)))
      words.pop_back();
    return words;
  }

  // "harbor" of "harbor.io", "boats" of "boats.js": a word before a point and a few letters. Empty: it has none.
  static std::string before_point(const std::string& word) {
    constexpr std::size_t kFewestBefore = 3, kFewestBehind = 2, kMostBehind = 4;
    const std::size_t point = word.find('.');
    if (point == std::string::npos || point < kFewestBefore) return {};
    const std::size_t behind = word.size() - point - 1;
    const bool is_end = behind >= kFewestBehind && behind <= kMostBehind &&
                        std::all_of(word.begin() + static_cast<std::ptrdiff_t>(point) + 1, word.end(),
                                    [](char c) { return c >= 'a' && c <= 'z'; });
    return is_end ? word.substr(0, point) : std::string();
  }

  using NamesByWords = std::unordered_map<std::string, std::vector<std::uint32_t>>;

  // Names of organizations, by what a shorter name may have of them.
  struct OrganizationNames {
    std::map<std::vector<std::string>, std::uint32_t> by_core;  // without legal form
    std::map<std::vector<std::string>, std::uint32_t> by_stem;  // "harbor" of "harbor.io"; kNone: of several
    NamesByWords by_acronym, by_head, by_first;
    NamesByWords by_kind;  // "foundation" of "lovell foundation"
    NamesByWords by_body;  // "steering committee" of "harbor steering …"
  };

  void join_organizations() {
    std::vector<std::uint32_t> organizations;
    for (std::uint32_t i = 0; i < names_.size(); ++i) {
      if (names_[i].type == type::kOrganization) organizations.push_back(i);
    }
    std::stable_sort(organizations.begin(), organizations.end(),
                     [&](std::uint32_t a, std::uint32_t b) { return names_[a].words.size() > names_[b].words.size(); });
    OrganizationNames known;
    for (const std::uint32_t id : organizations) {
      const std::vector<std::string> core = without_legal_form(names_[id]);
      const auto [it, is_new] = known.by_core.try_emplace(core, id);
      if (!is_new) {
        join(id, it->second, "without legal form: " + names_[id].folded);
        continue;
      }
      enter_stem(id, core, known);
      if (core.size() < 2) continue;
      known.by_first[core.front()].push_back(id);
      enter_kinds(id, core, known);
      enter_acronyms(id, core, known);
      enter_heads(id, core, known);
    }
    for (const std::uint32_t id : organizations) {
      if (names_[id].parent == kNone) join_to_longer(id, known);
    }
  }

  static void enter_stem(std::uint32_t id, const std::vector<std::string>& core, OrganizationNames& known) {
    std::vector<std::string> stem = core;
    for (std::string& word : stem) {
      if (std::string part = before_point(word); !part.empty()) word = std::move(part);
    }
    if (stem == core) return;
    const auto [other, is_first] = known.by_stem.try_emplace(std::move(stem), id);
    if (!is_first) other->second = kNone;
  }

  void enter_kinds(std::uint32_t id, const std::vector<std::string>& core, OrganizationNames& known) const {
    if (has(core.back(), org_head_)) known.by_kind[core.back()].push_back(id);
    if (has(core.front(), org_head_) && core.front() != core.back()) known.by_kind[core.front()].push_back(id);
    if (!is_body(core.back())) return;
    std::string tail = core.back();
    for (std::size_t i = core.size() - 1; i-- > 1;) {
      tail = core[i] + " " + tail;
      known.by_body[tail].push_back(id);
    }
  }

  void enter_acronyms(std::uint32_t id, const std::vector<std::string>& core, OrganizationNames& known) const {
    std::string initials, all_initials;
    for (const std::string& word : core) {
      all_initials += word.substr(0, 1);
      if (!has(word, function_word_)) initials += word.substr(0, 1);
    }
    known.by_acronym[initials].push_back(id);
    if (all_initials != initials) known.by_acronym[all_initials].push_back(id);
  }

  // "Lovell Foundation" may be called "Lovell" if what follows only says what it is.
  void enter_heads(std::uint32_t id, const std::vector<std::string>& core, OrganizationNames& known) const {
    std::string head;
    for (std::size_t size = 1; size < core.size(); ++size) {
      head += (size > 1 ? " " : "") + core[size - 1];
      const bool rest_is_kind =
          std::all_of(core.begin() + static_cast<std::ptrdiff_t>(size), core.end(),
                      [&](const std::string& word) { return has(word, org_head_) || has(word, legal_form_); });
      // A company known by itself is not one of its institutes or funds: "Microsoft", "Microsoft Research".
      // Nor is an acronym that is known its secretariat or its board.
      if (rest_is_kind && !(size == 1 && (is_known_company(head) || !expansion_of(head).empty())))
        known.by_head[head].push_back(id);
    }
    // "Fondazione Lovell" too, where the kind stands in front.
    if (std::all_of(core.begin(), core.end() - 1, [&](const std::string& word) { return has(word, org_head_); }))
      known.by_head[core.back()].push_back(id);
  }

  // The one name that is entered under these words; kNone: none is, or several are.
  static std::uint32_t only_one(const NamesByWords& names, const std::string& words) {
    const auto it = names.find(words);
    return it == names.end() || it->second.size() != 1 ? kNone : it->second.front();
  }

  void join_to_longer(std::uint32_t id, const OrganizationNames& known) {
    const Name& name = names_[id];
    if (const auto whole = known.by_stem.find(without_legal_form(name));
        whole != known.by_stem.end() && whole->second != kNone) {
      join(id, whole->second, "without what follows its point: " + name.folded);
      return;
    }
    if (const std::uint32_t whole = spelled_out(name, known.by_acronym); whole != kNone) {
      join(id, whole, "acronym of initials: " + name.folded);
      return;
    }
    // A name of figures is whole: "77F" has a branch that is called "77F Consulting".
    const bool is_figures = !name.folded.empty() && name.folded.front() >= '0' && name.folded.front() <= '9';
    const std::uint32_t with_kind = only_one(known.by_head, name.folded);
    if (with_kind != kNone && !is_figures && !is_part_of(with_kind, name) &&
        !is_older_than_its_foundation(name, names_[with_kind]))
      join(id, with_kind, "without kind word: " + name.folded);
    // "Lovelite" is "Lovelite Compute", if the word is no other name and no word of the language.
    const std::uint32_t begun = only_one(known.by_first, name.folded);
    if (name.parent == kNone && begun != kNone && (is_made_up(name.folded) || is_called_after_two(names_[begun])) &&
        !is_older_than_its_foundation(name, names_[begun]))
      join(id, begun, "first word alone: " + name.folded);
    // "the Foundation" is "Lovell Foundation", if no other name here begins or ends so.
    const std::uint32_t of_kind = only_one(known.by_kind, name.folded);
    if (name.parent == kNone && of_kind != kNone && names_[of_kind].mentions.front() < name.mentions.front())
      join(id, of_kind, "kind word alone: " + name.folded);
    // "the Steering Committee" is "Harbor Steering Committee", if no other name here ends so.
    const std::uint32_t body = only_one(known.by_body, name.folded);
    if (name.parent == kNone && body != kNone) join(id, body, "without whose it is: " + name.folded);
  }

  // The name that this one is the acronym of; kNone: of none, or of several.
  std::uint32_t spelled_out(const Name& name, const NamesByWords& by_acronym) const {
    if (name.words.size() != 1 || name.words.front().size() < 2) return kNone;
    std::string letters;
    for (const char c : name.words.front()) {
      if (c >= 'a' && c <= 'z') letters += c;
    }
    const bool looks = looks_like_acronym(document_.slice(extraction_.mentions[name.mentions.front()].span));
    return looks ? only_one(by_acronym, letters) : kNone;
  }

  // The last word of what a larger body appoints: "committee", "board".
  bool is_body(const std::string& word) const { return bodies_.is_noun(lexicons_.word(word)); }

  // "Lovell Academy" beside "Lovell", which is known as a company by itself: an academy of it, not its full name.
  bool is_part_of(std::uint32_t longer, const Name& name) const {
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

  // The form that people use: mixed case before capitals, then the longest, then the first.
  std::string display_name(const Name& name) const {
    std::string best;
    for (const std::uint32_t m : name.mentions) {
      std::string surface = words_as_written(extraction_.mentions[m]);
      if (best.empty() || (is_shouted(best) && !is_shouted(surface))) best = std::move(surface);
    }
    if (name.type == type::kPerson && name.words.size() > 1 && is_shouted(best)) best = title_case(best);
    if (name.type == type::kOrganization && name.words.size() == 1 && is_shouted(best)) {
      const std::string known = expansion_of(name.words.front());
      if (!known.empty()) return known;
    }
    if (name.type == type::kOrganization && is_shouted(best)) {
      for (const EntryId entry : entries_of_phrase(lexicons_, best)) {
        const std::string_view known = lexicons_.entry_text(entry);
        if (lexicons_.lexicon_of(entry) == organization_ && !is_shouted(known)) return std::string(known);
      }
    }
    return best;
  }

  // What a well-known acronym stands for, if the lexicon knows only one organization by it.
  std::string expansion_of(const std::string& acronym) const {
    std::string found;
    for (const EntryId entry : lexicons_.entries_of(lexicons_.word(acronym))) {
      if (lexicons_.lexicon_of(entry) != organization_ || lexicons_.attribute(entry, acronym_) != "1") continue;
      const std::string_view canonical = lexicons_.attribute(entry, canonical_);
      if (canonical.empty()) continue;
      if (!found.empty() && found != canonical) return {};
      found = canonical;
    }
    if (!found.empty()) return found;
    // "TSC", whosever it is; "TAB" may be a key.
    const EntryId letters = bodies_.sure_letters(lexicons_.word(acronym));
    return letters == kNone ? std::string() : std::string(lexicons_.attribute(letters, canonical_));
  }

  // The end of a name that a member list broke over two rows, if the mention is its begin.
  std::string_view broken_rest(const Mention& mention) const {
    if (rest_of_.empty() || mention.type != type::kOrganization) return {};
    const Block* block = block_of(mention.first_token);
    if (block == nullptr || mention.end_token != block->end_token) return {};
    const auto it = rest_of_.find(static_cast<std::uint32_t>(block - document_.blocks.data()));
    return it == rest_of_.end() ? std::string_view() : document_.slice(document_.blocks[it->second].span);
  }

  std::string words_as_written(const Mention& mention) const {
    std::string words = words_of_tokens(mention);
    const std::string_view rest = broken_rest(mention);
    if (!rest.empty()) (words += ' ') += rest;
    return words;
  }

  std::string words_of_tokens(const Mention& mention) const {
    std::string words;
    for (std::uint32_t t = mention.first_token; t < mention.end_token; ++t) {
      if (t > mention.first_token &&
          (document_.tokens[t].flags &
           (token_flag::kSpaceBefore | token_flag::kNewlineBefore | token_flag::kBlankLineBefore)) != 0) {
        words += ' ';
      }
      words += document_.word(t);
    }
    return words;
  }

  static bool is_shouted(std::string_view text) {
    bool upper = false;
    for (const char c : text) {
      if (c >= 'a' && c <= 'z') return false;
      upper = upper || (c >= 'A' && c <= 'Z');
    }
    return upper;
  }

  // ASCII letters after the first of a word; enough for names that are written in plain capitals.
  static std::string title_case(std::string text) {
    bool inside = false;
    for (char& c : text) {
      const bool letter = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || static_cast<unsigned char>(c) >= 0x80;
      if (letter && inside && c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
      inside = letter;
    }
    return text;
  }

  void build_entities() {
    std::vector<std::uint32_t> entity_of_name(names_.size(), kNone);
    std::set<std::pair<std::uint32_t, std::string>> known_aliases;
    // Entities in order of first use.
    for (std::uint32_t m = 0; m < extraction_.mentions.size(); ++m) {
      if (name_of_mention_[m] == kNone) continue;
      const std::uint32_t head = root(name_of_mention_[m]);
      if (entity_of_name[head] == kNone) {
        entity_of_name[head] = static_cast<std::uint32_t>(extraction_.entities.size());
        LocalEntity entity;
        entity.type = names_[head].type;
        entity.name = display_name(names_[head]);
        extraction_.entities.push_back(std::move(entity));
      }
      const std::uint32_t id = entity_of_name[head];
      extraction_.mentions[m].entity = id;
      LocalEntity& entity = extraction_.entities[id];
      entity.mentions.push_back(m);
      std::string surface = words_as_written(extraction_.mentions[m]);
      if (surface != entity.name && known_aliases.emplace(id, surface).second)
        entity.aliases.push_back(std::move(surface));
    }
    for (std::uint32_t i = 0; i < names_.size(); ++i) {
      if (names_[i].parent != kNone && entity_of_name[root(i)] != kNone)
        extraction_.entities[entity_of_name[root(i)]].evidence.push_back(names_[i].why);
    }
  }

  // --- pronouns
  // -------------------------------------------------------------------------------------------------------

  struct PronounSense {
    char person = 0;
    char number = 0;
    Gender gender = Gender::kUnknown;
    bool relative = false;
    bool possessive = false;
  };

  // The row of the language of the document, if it has one: "se" and "lui" are words of several.
  PronounSense sense_of(std::uint32_t token) const {
    const WordId word = pass_.words[token];
    const auto known =
        std::find_if(senses_.begin(), senses_.end(), [&](const auto& sense) { return sense.first == word; });
    if (known != senses_.end()) return known->second;
    return senses_.emplace_back(word, read_sense(word)).second;
  }

  PronounSense read_sense(WordId word) const {
    PronounSense sense;
    bool is_known = false;
    for (const EntryId entry : lexicons_.entries_of(word)) {
      if (lexicons_.lexicon_of(entry) != pronoun_) continue;
      const bool is_native = lexicons_.attribute(entry, lang_) == document_.languages.front();
      if (is_known && !is_native) continue;
      is_known = true;
      const std::string_view person = lexicons_.attribute(entry, person_);
      const std::string_view number = lexicons_.attribute(entry, number_);
      sense.person = person.empty() ? '\0' : person.front();
      sense.number = number.empty() ? '\0' : number.front();
      sense.gender = gender_of(lexicons_.attribute(entry, gender_));
      sense.relative = lexicons_.attribute(entry, case_) == "relative";
      sense.possessive = lexicons_.attribute(entry, case_) == "possessive";
      if (is_native) break;
    }
    return sense;
  }

  Gender gender_of_entity(std::uint32_t entity) {
    if (entity_gender_.size() <= entity) entity_gender_.resize(extraction_.entities.size(), {false, Gender::kUnknown});
    auto& [known, gender] = entity_gender_[entity];
    if (!known) {
      known = true;
      const std::vector<std::string> words = words_of(fold(extraction_.entities[entity].name));
      if (!words.empty()) gender = gender_of_first(words.front());
    }
    return gender;
  }

  // Of a first name, folded.
  Gender gender_of_first(const std::string& word) const {
    Gender gender = Gender::kUnknown;
    for (const EntryId entry : lexicons_.entries_of(lexicons_.word(word))) {
      if (lexicons_.lexicon_of(entry) == given_name_) gender = gender_of(lexicons_.attribute(entry, gender_));
    }
    return gender;
  }

  std::uint32_t speaker_of(const Block& block) {
    if (block.turn != kNone && document_.turns[block.turn].speaker_block != kNone) return speakers_[block.turn];
    const auto introduced = introduced_in_.find(&block);
    if (author_ == kNone && introduced != introduced_in_.end()) return introduced->second;
    // Who answers says nothing before the first question.
    if (interviewed_ != kNone && block.first_token < first_answerable_) return kNone;
    return block.first_token < first_label_ ? author_ : kNone;
  }

  // Whose "I" it is at the token: not the author's where somebody else asks the author.
  std::uint32_t speaker_at(std::uint32_t token, const Block& block) {
    const std::uint32_t quoted = who_says(sayings_, token);
    if (quoted != kNone) return extraction_.mentions[quoted].entity;
    if (is_read_out(block)) return author_of_quotation(block);
    const bool is_other = is_asked_ && block.turn == kNone && token < end_of_question(index_of(block));
    return is_other ? kNone : speaker_of(block);
  }

  // A quotation within a turn: what somebody else has written.
  static bool is_read_out(const Block& block) { return block.turn != kNone && block.kind == BlockKind::kQuotation; }

  struct QuotationRow {
    std::uint32_t block = kNone;  // of it
    std::uint32_t author = kNone;
  };

  // "Ada Lovell has a confession to make:", and below it the quotation: the first person that the sentence in front of
  // it names, the speaker apart.
  std::uint32_t author_of_quotation(const Block& block) {
    const std::uint32_t here = index_of(block);
    std::uint32_t lead = here;
    while (lead > 0 && lead != read_out_.block && document_.blocks[lead].kind == BlockKind::kQuotation) --lead;
    const bool is_known = lead == read_out_.block;
    read_out_.block = here;
    if (!is_known) read_out_.author = named_in_front(document_.blocks[lead], block);
    return read_out_.author;
  }

  std::uint32_t named_in_front(const Block& lead, const Block& block) {
    if (lead.turn != block.turn || lead.kind == BlockKind::kSpeaker || lead.first_token >= lead.end_token) return kNone;
    const auto sentence = std::partition_point(document_.sentences.begin(), document_.sentences.end(),
                                               [&](const Sentence& each) { return each.end_token < lead.end_token; });
    if (sentence == document_.sentences.end()) return kNone;
    for (auto it = first_mention_at(document_.tokens[sentence->first_token].begin);
         it != extraction_.mentions.end() && it->first_token < lead.end_token; ++it) {
      if (it->type == type::kPerson && it->entity != speaker_of(block)) return it->entity;
    }
    return kNone;
  }

  // Whom a "you" means at the token.
  std::uint32_t addressee_at(std::uint32_t token, const Block& block) {
    if (is_read_out(block)) return kNone;
    if (block.turn != kNone) return addressees_[block.turn];
    return interviewed_ != kNone && token < end_of_question(index_of(block)) ? interviewed_ : kNone;
  }

  std::uint32_t index_of(const Block& block) const {
    return static_cast<std::uint32_t>(&block - document_.blocks.data());
  }

  std::uint32_t speaker_of(const Turn& turn) const {
    const std::uint32_t label = turn.speaker_block;
    if (label == kNone) return kNone;
    const Block& speaker = document_.blocks[label];
    for (auto it = first_mention_at(speaker.span.begin);
         it != extraction_.mentions.end() && it->span.begin < speaker.span.end; ++it) {
      if (it->type == type::kPerson) return it->entity;
    }
    return kNone;
  }

  // Whose "I" it is in a text without turns: the only person its metadata names as author or participant, else
  // the only one whose name stands alone at its top.
  std::uint32_t find_author() const {
    std::uint32_t found = kNone;
    for (const MetadataField& field : document_.metadata) {
      if ((field.name != "author" && field.name != "participants") || field.block == kNone) continue;
      const Span span = document_.blocks[field.block].span;
      for (auto it = first_mention_at(span.begin); it != extraction_.mentions.end() && it->span.begin < span.end;
           ++it) {
        if (it->type != type::kPerson || it->entity == found) continue;
        if (found != kNone) return kNone;
        found = it->entity;
      }
    }
    if (found != kNone) return found;
    const std::uint32_t alone = named_alone(document_, lexicons_, pass_, extraction_.mentions);
    return alone == kNone ? kNone : extraction_.mentions[alone].entity;
  }

  // "I'm Ada", "My name is Ada": whose "I" it is in a text without turns, if only one person says so; if several do,
  // in the block that says so.
  std::uint32_t find_self_introduction() {
    std::uint32_t found = kNone;
    std::uint32_t pronoun = kNone;  // the last one before the name
    bool is_only = true;
    for (std::uint32_t m = 0; m < extraction_.mentions.size(); ++m) {
      const Mention& name = extraction_.mentions[m];
      if (name.type == type::kPronoun) pronoun = m;
      if (name.type != type::kPerson || name.entity == kNone || pronoun == kNone) continue;
      if (!introduces(extraction_.mentions[pronoun], name)) continue;
      is_only = is_only && (found == kNone || found == name.entity);
      found = name.entity;
      if (const Block* block = block_of(name.first_token)) introduced_in_.try_emplace(block, found);
    }
    return is_only ? found : kNone;
  }

  bool introduces(const Mention& pronoun, const Mention& name) const {
    if (name.first_token < pronoun.end_token) return false;  // "I" as an initial of the name itself
    const PronounSense sense = sense_of(pronoun.first_token);
    if (sense.person != '1' || sense.number != 's') return false;
    const bool is_next = name.first_token == pronoun.end_token + 1;
    const std::string_view pos = part_of_speech(pronoun.end_token);
    const bool is_copula = is_next && !sense.possessive &&
                           ((document_.tokens[pronoun.end_token].shape & shape::kClitic) != 0 || pos == "auxiliary");
    if (!is_copula && !is_introduction(pronoun.first_token, name.first_token)) return false;
    // "I was Ada Lovell's student", "I have Ada Lovell to thank" introduce nobody, nor does whom the text quotes.
    const std::uint32_t end = name.end_token;
    const bool is_end = end >= document_.tokens.size() ||
                        (document_.tokens[end].shape & (shape::kPunctuation | shape::kClitic)) == shape::kPunctuation ||
                        part_of_speech(end) == "conjunction";
    return is_end && (document_.tokens[pronoun.first_token].flags & token_flag::kQuoted) == 0;
  }

  // Whether the words are a phrase of those that come before one's own name: "my name is".
  bool is_introduction(std::uint32_t first, std::uint32_t end) const {
    if (introduction_ == kNoLexicon || end - first > kIntroductionReach) return false;
    const Span span{document_.tokens[first].begin, document_.tokens[end - 1].end};
    const std::vector<EntryId> entries = entries_of_phrase(lexicons_, document_.slice(span));
    return std::any_of(entries.begin(), entries.end(),
                       [&](EntryId entry) { return lexicons_.lexicon_of(entry) == introduction_; });
  }

  // Who answers where questions stand without labels, in bold or else plainly, and the answers say "I": who is named
  // most before questions to "you", else the one person named in full before the first answer, authors apart.
  std::uint32_t find_interviewed() {
    std::uint32_t found = find_interviewed_in_bold();
    if (found != kNone) return found;
    asks_plainly_ = true;
    found = find_interviewed_plainly();
    asks_plainly_ = found != kNone;
    return found;
  }

  std::uint32_t find_interviewed_in_bold() {
    std::uint32_t first_question = kNone;
    std::uint32_t questions = 0, addressed = 0;
    for (std::uint32_t b = 0; b < document_.blocks.size(); ++b) {
      const std::uint32_t end = end_of_question(b);
      if (end == document_.blocks[b].first_token) continue;
      if (questions++ == 0) first_question = b;
      if (asks_you(document_.blocks[b], end)) ++addressed;
    }
    if (questions < kFewestQuestions) return kNone;
    first_answerable_ = document_.blocks[first_question].first_token;
    const std::uint32_t begin = document_.blocks[first_question].span.begin;
    const std::uint32_t found = addressed < kFewestQuestions ? kNone : named_twice_before(begin);
    return found != kNone ? found : only_person_before(begin);
  }

  // "Ada Lovell, a tanner at Harborworks: how did you begin?"; if somebody has said "I" before, it is who asks, and who
  // answers is named twice.
  std::uint32_t find_interviewed_plainly() {
    std::uint32_t first_question = kNone;
    std::uint32_t questions = 0;
    for (std::uint32_t b = 0; b < document_.blocks.size(); ++b) {
      if (!is_plain_question(b)) continue;
      if (questions++ == 0) first_question = b;
    }
    if (questions == 0) return kNone;
    const Block& first = document_.blocks[first_question];
    first_answerable_ = first.first_token;
    for (const Mention& mention : extraction_.mentions) {
      if (mention.first_token >= first.end_token) break;
      if (is_first_person(mention)) return questions < kFewestQuestions ? kNone : named_twice_before(first.span.begin);
    }
    const std::uint32_t found = only_person_before(first.span.end);
    if (questions >= kFewestQuestions || found == kNone) return found;
    const auto named = std::find_if(first_mention_at(first.span.begin), extraction_.mentions.cend(),
                                    [&](const Mention& mention) { return mention.entity == found; });
    return named != extraction_.mentions.cend() && named->span.end <= first.span.end ? found : kNone;
  }

  bool is_first_person(const Mention& mention) const {
    if (mention.type != type::kPronoun) return false;
    const PronounSense sense = sense_of(mention.first_token);
    return sense.person == '1' && sense.number == 's';
  }

  // Does the block say "you" or "your" before the token?
  bool asks_you(const Block& block, std::uint32_t end) const {
    for (auto it = first_mention_at(block.span.begin); it != extraction_.mentions.end() && it->first_token < end;
         ++it) {
      if (it->type == type::kPronoun && sense_of(it->first_token).person == '2') return true;
    }
    return false;
  }

  std::set<std::uint32_t> authors() const {
    std::set<std::uint32_t> authors;
    for (const MetadataField& field : document_.metadata) {
      if (field.name != "author" || field.block == kNone) continue;
      const Span span = document_.blocks[field.block].span;
      for (auto it = first_mention_at(span.begin); it != extraction_.mentions.end() && it->span.begin < span.end; ++it)
        authors.insert(it->entity);
    }
    return authors;
  }

  // "Meet Ada. Ada is a tanner in the yard of Paul Berg": who is named there twice and more often than anybody else,
  // authors apart.
  std::uint32_t named_twice_before(std::uint32_t end) const {
    const std::set<std::uint32_t> authors = this->authors();
    std::map<std::uint32_t, std::uint32_t> times;
    for (const Mention& mention : extraction_.mentions) {
      if (mention.span.begin >= end) break;
      if (mention.type == type::kPerson && mention.entity != kNone && !authors.contains(mention.entity))
        ++times[mention.entity];
    }
    std::uint32_t found = kNone, most = 1;
    for (const auto& [entity, count] : times) {
      if (count == most) found = kNone;
      if (count <= most) continue;
      found = entity;
      most = count;
    }
    return found;
  }

  // The one person that is named in full there, authors apart.
  std::uint32_t only_person_before(std::uint32_t end) const {
    const std::set<std::uint32_t> authors = this->authors();
    std::uint32_t found = kNone;
    for (const Mention& mention : extraction_.mentions) {
      if (mention.span.begin >= end) break;
      if (mention.type != type::kPerson || mention.entity == kNone || mention.entity == found) continue;
      if (authors.contains(mention.entity) || words_of(fold(extraction_.entities[mention.entity].name)).size() < 2)
        continue;
      if (found != kNone) return kNone;
      found = mention.entity;
    }
    return found;
  }

  // A paragraph or heading that is all in bold and ends with a question mark, or the bold begin of one that does so and
  // has the answer behind it. Its first token if it asks nothing.
  std::uint32_t end_of_question(std::uint32_t block) {
    const Block& b = document_.blocks[block];
    if (b.first_token >= b.end_token) return b.first_token;
    if (b.kind == BlockKind::kHeading) return document_.word(b.end_token - 1) == "?" ? b.end_token : b.first_token;
    if (b.kind != BlockKind::kParagraph && b.kind != BlockKind::kFragment && b.kind != BlockKind::kListItem)
      return b.first_token;
    std::uint32_t bold = end_of_emphasis(block);
    while (bold > b.first_token && (document_.tokens[bold - 1].flags & token_flag::kEmphasis) == 0 &&
           document_.word(bold - 1) != "?")
      --bold;
    if (bold != b.first_token && document_.word(bold - 1) == "?") return bold;
    return asks_plainly_ && is_plain_question(block) ? b.end_token : b.first_token;
  }

  // A block that ends with a question mark and asks "you", without saying "I".
  bool is_plain_question(std::uint32_t block) const {
    const Block& b = document_.blocks[block];
    const bool is_text =
        b.kind == BlockKind::kParagraph || b.kind == BlockKind::kFragment || b.kind == BlockKind::kHeading;
    if (!is_text || b.first_token >= b.end_token || document_.word(b.end_token - 1) != "?") return false;
    bool asks = false;
    for (auto it = first_mention_at(b.span.begin); it != extraction_.mentions.end() && it->span.begin < b.span.end;
         ++it) {
      if (is_first_person(*it)) return false;
      asks = asks || (it->type == type::kPronoun && sense_of(it->first_token).person == '2');
    }
    return asks;
  }

  std::vector<Mention>::const_iterator first_mention_at(std::uint32_t begin) const {
    return std::lower_bound(extraction_.mentions.cbegin(), extraction_.mentions.cend(), begin,
                            [](const Mention& mention, std::uint32_t at) { return mention.span.begin < at; });
  }

  // "Speaker 2: Hi, my name is Ada Lovell": whose label names nobody speaks as who she says she is, in all turns with
  // it.
  void find_introduced_speakers() {
    std::map<std::string_view, std::uint32_t> introduced;  // by label
    std::uint32_t pronoun = kNone;                         // the last one before the name
    for (std::uint32_t m = 0; m < extraction_.mentions.size(); ++m) {
      const Mention& name = extraction_.mentions[m];
      if (name.type == type::kPronoun) pronoun = m;
      if (name.type != type::kPerson || name.entity == kNone || pronoun == kNone) continue;
      const Block* block = block_of(name.first_token);
      if (block == nullptr || block->turn == kNone || block != block_of(extraction_.mentions[pronoun].first_token) ||
          !introduces(extraction_.mentions[pronoun], name))
        continue;
      const Turn& turn = document_.turns[block->turn];
      if (turn.speaker_block != kNone && names_nobody(turn))
        introduced.try_emplace(document_.slice(document_.blocks[turn.speaker_block].span), name.entity);
    }
    if (introduced.empty()) find_answering_label(introduced);
    if (introduced.empty()) return;
    for (std::size_t i = 0; i < document_.turns.size(); ++i) {
      const Turn& turn = document_.turns[i];
      if (turn.speaker_block == kNone || !names_nobody(turn)) continue;
      const auto found = introduced.find(document_.slice(document_.blocks[turn.speaker_block].span));
      if (found != introduced.end()) speakers_[i] = found->second;
    }
  }

  // "Host: Welcome, Ada Lovell … Guest: Thanks": of two labels that name nobody the second is the one person's who is
  // named in full before, and as the one who is there: not "Q: What did Ada Lovell think? A: That she was right".
  void find_answering_label(std::map<std::string_view, std::uint32_t>& introduced) const {
    std::string_view asking, answering;
    std::uint32_t first_answer = 0;
    for (const Turn& turn : document_.turns) {
      if (turn.speaker_block == kNone) continue;
      if (!names_nobody(turn)) return;
      const Span span = document_.blocks[turn.speaker_block].span;
      const std::string_view label = document_.slice(span);
      if (asking.empty()) asking = label;
      if (label == asking || label == answering) continue;
      if (!answering.empty()) return;
      answering = label;
      first_answer = span.begin;
    }
    const std::uint32_t found = answering.empty() ? kNone : only_person_before(first_answer);
    if (found != kNone && is_present(found, first_answer)) introduced.emplace(answering, found);
  }

  // Is the person, before `end`, named above the conversation, called by the name (", Ada Lovell."), or told of in a
  // sentence of the one who speaks ("I am here with Ada Lovell.")?
  bool is_present(std::uint32_t entity, std::uint32_t end) const {
    for (const Mention& mention : extraction_.mentions) {
      if (mention.span.begin >= end) return false;
      if (mention.entity != entity) continue;
      const Block* block = block_of(mention.first_token);
      if (block == nullptr) continue;
      if (block->turn == kNone) return true;
      const bool is_first = (document_.tokens[mention.first_token].flags & token_flag::kSentenceFirst) != 0;
      const std::string_view next = mention.end_token < block->end_token ? document_.word(mention.end_token) : ".";
      const bool is_parted = (document_.tokens[mention.end_token - 1].flags & token_flag::kSentenceLast) != 0 ||
                             next == "," || next == "." || next == "!" || next == "?";
      if (is_parted && (is_first || document_.word(mention.first_token - 1) == ",")) return true;
      const auto sentence = std::partition_point(document_.sentences.begin(), document_.sentences.end(),
                                                 [&](const Sentence& s) { return s.end_token <= mention.first_token; });
      if (sentence == document_.sentences.end() || document_.word(sentence->end_token - 1) == "?") continue;
      for (auto it = first_mention_at(document_.tokens[sentence->first_token].begin);
           it != extraction_.mentions.cend() && it->first_token < sentence->end_token; ++it) {
        if (it->type == type::kPronoun && sense_of(it->first_token).person == '1') return true;
      }
    }
    return false;
  }

  // "Speaker 2", "A", "Respondent": no person, or one word that is nobody's name.
  bool names_nobody(const Turn& turn) const {
    const std::uint32_t speaker = speaker_of(turn);
    if (speaker == kNone) return true;
    const std::vector<std::string> words = words_of(fold(extraction_.entities[speaker].name));
    return words.size() == 1 && !has(words.front(), given_name_) && !has(words.front(), surname_);
  }

  // Who speaks in each turn, and who is spoken to: whoever answers, the next speaker that is another; else the nearest
  // earlier one.
  void find_speakers() {
    if (document_.turns.empty()) {
      author_ = find_self_introduction();
      if (author_ == kNone) author_ = interviewed_ = find_interviewed();
    }
    is_asked_ = author_ != kNone;
    if (author_ == kNone) author_ = find_author();
    const std::size_t size = document_.turns.size();
    speakers_.clear();
    for (const Turn& turn : document_.turns) speakers_.push_back(speaker_of(turn));
    find_introduced_speakers();
    addressees_.assign(size, kNone);
    std::uint32_t last = kNone;      // who spoke last on the way
    std::uint32_t previous = kNone;  // who spoke last that is not `last`
    const auto visit = [&](std::size_t turn) {
      const std::uint32_t speaker = speakers_[turn];
      if (addressees_[turn] == kNone) addressees_[turn] = last == speaker ? previous : last;
      if (speaker == kNone || speaker == last) return;
      previous = last;
      last = speaker;
    };
    for (std::size_t turn = size; turn-- > 0;) visit(turn);
    last = previous = kNone;
    for (std::size_t turn = 0; turn < size; ++turn) visit(turn);
  }

  // "Berg, you left Harborworks", "So Berg, you left", "You left, Berg.": whom a sentence of the turn, up to the
  // pronoun's, calls by name.
  std::uint32_t called_by_name(std::uint32_t pronoun, const Block& block) {
    const std::uint32_t behind = called_behind(pronoun, block);
    if (behind != kNone) return behind;
    const std::uint32_t last = pronoun - std::min(pronoun, kSubjectMentions);
    for (std::uint32_t m = pronoun; m-- > last;) {
      const Mention& mention = extraction_.mentions[m];
      const Block* own = block_of(mention.first_token);
      if (own == nullptr || own->turn != block.turn || own->kind == BlockKind::kSpeaker) return kNone;
      if (mention.type == type::kPerson && opens_sentence(mention.first_token) &&
          mention.end_token < document_.tokens.size() && document_.word(mention.end_token) == "," &&
          mention.entity != speaker_of(block))
        return mention.entity;
    }
    return kNone;
  }

  // At the begin of its sentence, or behind a word that only leads into it: "So Berg", "Well, Berg".
  bool opens_sentence(std::uint32_t token) {
    for (std::uint32_t step = 0; step <= kLeadIn; ++step, --token) {
      if ((document_.tokens[token].flags & token_flag::kSentenceFirst) != 0) return true;
      if (token == 0) return false;
      if (document_.word(token - 1) == ",") continue;
      const std::string_view pos = part_of_speech(token - 1);
      if (pos != "conjunction" && pos != "adverb" && pos != "interjection") return false;
    }
    return false;
  }

  // "You are a tanner, Berg.": a name between a comma and the end of the pronoun's sentence.
  std::uint32_t called_behind(std::uint32_t pronoun, const Block& block) {
    for (std::uint32_t m = pronoun + 1; m < extraction_.mentions.size() && m <= pronoun + kSubjectMentions; ++m) {
      const Mention& mention = extraction_.mentions[m];
      for (std::uint32_t t = extraction_.mentions[m - 1].first_token + 1; t <= mention.first_token; ++t) {
        if ((document_.tokens[t].flags & token_flag::kSentenceFirst) != 0) return kNone;
      }
      const bool ends = mention.end_token < block.end_token &&
                        (document_.tokens[mention.end_token].flags & token_flag::kSentenceLast) != 0 &&
                        (document_.tokens[mention.end_token].shape & shape::kPunctuation) != 0;
      if (mention.type == type::kPerson && ends && document_.word(mention.first_token - 1) == "," &&
          mention.entity != speaker_of(block))
        return mention.entity;
    }
    return kNone;
  }

  // "to Ada Lovell, a tanner, and her husband": a possessive behind "and" is of the person right before it.
  std::uint32_t person_beside(std::uint32_t pronoun, const PronounSense& sense) {
    const std::uint32_t token = extraction_.mentions[pronoun].first_token;
    if (!sense.possessive || token < 2 || part_of_speech(token - 1) != "conjunction") return kNone;
    const bool has_aside = document_.word(token - 2) == ",";
    for (std::uint32_t m = pronoun; m-- > 0;) {
      const Mention& before = extraction_.mentions[m];
      if (before.first_token + kAsideReach < token) return kNone;
      if (before.type != type::kPerson) continue;
      const bool is_beside = before.end_token + 1 == token || (has_aside && document_.word(before.end_token) == ",");
      return is_beside && agrees(sense, before) ? before.entity : kNone;
    }
    return kNone;
  }

  // In a turn that is set in plain letters, a paragraph in bold is a question of the other's without a label.
  bool is_question_of_other(const Block& block) {
    if (block.turn == kNone || block.kind != BlockKind::kParagraph) return false;
    const std::uint32_t first = document_.turns[block.turn].speaker_block + 1;  // behind the label
    const auto own = static_cast<std::uint32_t>(&block - document_.blocks.data());
    return first != 0 && first < own && is_emphasized(own) && !is_emphasized(first);
  }

  bool is_emphasized(std::uint32_t block) {
    const Block& b = document_.blocks[block];
    return b.first_token < b.end_token && end_of_emphasis(block) == b.end_token;
  }

  // Where what stands in bold at the begin of the block ends.
  std::uint32_t end_of_emphasis(std::uint32_t block) {
    const auto [it, is_new] = emphasized_.try_emplace(block, 0);
    if (!is_new) return it->second;
    const Block& b = document_.blocks[block];
    std::uint32_t end = b.first_token;
    for (; end < b.end_token; ++end) {
      if ((document_.tokens[end].flags & token_flag::kEmphasis) == 0 &&
          (document_.tokens[end].shape & shape::kPunctuation) == 0)
        break;
    }
    return it->second = end;
  }

  bool agrees(const PronounSense& sense, const Mention& mention) {
    if (mention.entity == kNone) return false;
    if (sense.gender == Gender::kNeuter) return mention.type == type::kOrganization || mention.type == type::kProduct;
    if (sense.gender == Gender::kFemale || sense.gender == Gender::kMale) {
      if (mention.type != type::kPerson) return false;
      const Gender gender = gender_of_entity(mention.entity);
      return gender == Gender::kUnknown || gender == Gender::kNeuter || gender == sense.gender;
    }
    if (sense.number == 'p') return mention.type == type::kOrganization;
    if (sense.gender == Gender::kNotMale && mention.type == type::kPerson &&
        gender_of_entity(mention.entity) == Gender::kMale)
      return false;
    return mention.type == type::kPerson || mention.type == type::kOrganization;
  }

  std::uint32_t subject_of(std::uint32_t pronoun, const PronounSense& sense, const Block& block) {
    const bool is_person = sense.gender == Gender::kFemale || sense.gender == Gender::kMale;
    if (is_person && block.turn != kNone) {
      const std::uint32_t next = next_speaker_named_behind(pronoun, sense, block);
      if (next != kNone) return next;
    }
    const std::uint32_t found = subject_before(pronoun, sense, block);
    if (found != kNone || !is_person || block.turn == kNone) return found;
    // "Our guest runs a lab. She grew up by the sea. Ada Lovell, welcome!": introduced before she is named.
    for (std::uint32_t m = pronoun + 1; m < extraction_.mentions.size(); ++m) {
      const Mention& mention = extraction_.mentions[m];
      const Block* own = block_of(mention.first_token);
      if (own == nullptr || own->turn != block.turn || m > pronoun + kSubjectMentions) break;
      if (mention.type == type::kPerson && mention.entity != speaker_of(block) && agrees(sense, mention))
        return mention.entity;
    }
    return kNone;
  }

  // "And our guest today - she has sailed a lot … Welcome, Ada Lovell!": of nobody that the turn has named so far; who
  // is named behind it speaks next. "With Paul Holm I welcome Ada Lovell. She has sailed": or of her, named last.
  std::uint32_t next_speaker_named_behind(std::uint32_t pronoun, const PronounSense& sense, const Block& block) {
    const std::uint32_t next = block.turn + 1 < speakers_.size() ? speakers_[block.turn + 1] : kNone;
    if (next == kNone) return kNone;
    const auto in_turn = [&](std::uint32_t m) {
      const Block* own = block_of(extraction_.mentions[m].first_token);
      return own != nullptr && own->turn == block.turn && own->kind != BlockKind::kSpeaker;
    };
    for (std::uint32_t m = pronoun; m-- > 0 && pronoun - m <= kSubjectMentions && in_turn(m);) {
      const Mention& mention = extraction_.mentions[m];
      if (mention.type == type::kPerson && agrees(sense, mention)) return mention.entity == next ? next : kNone;
    }
    for (std::uint32_t m = pronoun + 1;
         m < extraction_.mentions.size() && m - pronoun <= kSubjectMentions && in_turn(m); ++m) {
      const Mention& mention = extraction_.mentions[m];
      if (mention.type == type::kPerson && mention.entity == next && agrees(sense, mention)) return next;
    }
    return kNone;
  }

  // The current subject: in the sentence of the pronoun the first that agrees before it; else the first one of the
  // nearest earlier sentence that has one. Of somebody who speaks in the turn it says "I", not "she".
  std::uint32_t subject_before(std::uint32_t pronoun, const PronounSense& sense, const Block& own) {
    const std::uint32_t speaker = own.turn == kNone ? kNone : speaker_of(own);
    const std::vector<Sentence>& sentences = document_.sentences;
    const std::uint32_t token = extraction_.mentions[pronoun].first_token;
    std::uint32_t found = kNone;
    auto sentence = std::partition_point(sentences.begin(), sentences.end(),
                                         [&](const Sentence& each) { return each.end_token <= token; });
    if (sentence == sentences.end()) return kNone;
    const std::uint32_t own_first = sentence->first_token;
    if (sense.gender == Gender::kNeuter && names_kind_between(own_first, token)) {
      const std::uint32_t meant = named_most_often(pronoun);
      if (meant != kNone) return meant;
    }
    const bool opens_clause = token > own_first && document_.word(token - 1) == "," && !sense.possessive;
    std::uint32_t in_front = kNone;  // who a phrase in front names: "Born to Ada Lovell, she"
    const auto last_sentence = sentence - std::min<std::ptrdiff_t>(kSubjectReach, sentence - sentences.begin());
    const std::uint32_t last_mention = pronoun - std::min(pronoun, kSubjectMentions);
    for (std::uint32_t m = pronoun; m-- > last_mention;) {
      const Mention& mention = extraction_.mentions[m];
      while (mention.first_token < sentence->first_token) {
        if (sentence->first_token == own_first && found != kNone && opens_clause &&
            names_in_front(own_first, pronoun)) {
          in_front = found;
          found = kNone;
        }
        if (found != kNone || sentence == last_sentence) return found != kNone ? found : in_front;
        --sentence;
      }
      const Block* block = block_of(mention.first_token);
      if (block != nullptr && block->kind == BlockKind::kSpeaker) continue;
      if (mention.entity != kNone && mention.entity == speaker) continue;
      if (mention.type == type::kPronoun) {
        if (mention.entity == kNone) continue;
        const PronounSense other = sense_of(mention.first_token);
        if (other.person == '3' && other.gender == sense.gender && sense.gender != Gender::kUnknown) {
          found = mention.entity;
          // It is the subject, not whom the phrase in front of it names.
          if (sentence->first_token != own_first && mention.first_token > 0 &&
              document_.word(mention.first_token - 1) == "," && names_in_front(sentence->first_token, m))
            return found;
        }
      } else if (agrees(sense, mention)) {
        found = mention.entity;
      }
    }
    return found != kNone ? found : in_front;
  }

  // "The company said it": a sentence about an organization that it does not name.
  bool names_kind_between(std::uint32_t first, std::uint32_t end) const {
    for (std::uint32_t t = std::max(first, end - std::min(end, kKindReach)); t + 1 < end; ++t) {
      if (part_of_speech(t) != "article") continue;
      const auto entries = lexicons_.entries_of(pass_.words[t + 1]);
      if (std::any_of(entries.begin(), entries.end(),
                      [&](EntryId entry) { return lexicons_.lexicon_of(entry) == org_noun_; }))
        return true;
    }
    return false;
  }

  // The organization that is named most often in what comes before a mention; the first of several.
  std::uint32_t named_most_often(std::uint32_t mention) const {
    std::map<std::uint32_t, std::uint32_t> uses;
    std::uint32_t found = kNone;
    for (std::uint32_t m = mention - std::min(mention, kSubjectMentions); m < mention; ++m) {
      const Mention& each = extraction_.mentions[m];
      if (each.type != type::kOrganization || each.entity == kNone) continue;
      const std::uint32_t count = ++uses[each.entity];
      if (found == kNone || count > uses[found]) found = each.entity;
    }
    return found;
  }

  // Whether the first person or organization of a sentence stands in a phrase, not as its subject: "Born in Lisbon to
  // Ada Lovell, she", "The son of the brewer Ada Lovell, he"; not "After Lovell left, she", "Lovell's father".
  bool names_in_front(std::uint32_t sentence_first, std::uint32_t pronoun) const {
    std::uint32_t first = pronoun;
    while (first > 0 && first + kSubjectMentions > pronoun &&
           extraction_.mentions[first - 1].first_token >= sentence_first)
      --first;
    for (; first < pronoun; ++first) {
      const Mention& mention = extraction_.mentions[first];
      if (mention.type != type::kPerson && mention.type != type::kOrganization) continue;
      if (mention.entity == kNone || document_.word(mention.end_token) == "'s" ||
          document_.word(mention.end_token) == "’s")
        return false;
      // Back over "the brewer", "his second wife,": to what governs the name.
      const std::uint32_t last = mention.first_token - std::min(mention.first_token - sentence_first, kPhraseReach);
      for (std::uint32_t t = mention.first_token; t-- > last;) {
        const std::string_view pos = part_of_speech(t);
        if (pos == "preposition") return t + 1 < mention.first_token || t > sentence_first;
        if (!pos.empty() && pos != "article" && pos != "determiner" && pos != "number") return false;
      }
      return false;
    }
    return false;
  }

  std::string_view part_of_speech(std::uint32_t token) const {
    std::string_view pos;
    for (const EntryId entry : lexicons_.entries_of(pass_.words[token])) {
      if (lexicons_.lexicon_of(entry) != function_word_) continue;
      if (lexicons_.attribute(entry, lang_) == document_.languages.front()) return lexicons_.attribute(entry, pos_);
    }
    return pos;
  }

  // The name right before a relative pronoun; else what the noun before it was said of: "Lund is a painter who", "Lund
  // College, a school which", "Lund College in 1990, where".
  std::uint32_t antecedent_of(std::uint32_t pronoun, const PronounSense& sense) const {
    const std::uint32_t token = extraction_.mentions[pronoun].first_token;
    const bool is_thing = sense.gender == Gender::kNeuter;
    bool after_role = false;
    for (std::uint32_t m = pronoun; m-- > 0;) {
      const Mention& before = extraction_.mentions[m];
      if (token - before.end_token > kAntecedentReach) return kNone;
      for (std::uint32_t t = before.first_token + 1; t <= token; ++t) {
        if ((document_.tokens[t].flags & token_flag::kSentenceFirst) != 0) return kNone;
      }
      const bool is_adjacent = behind_brackets(before.end_token) + 2 >= token;
      if (before.type == type::kRole) after_role = after_role || is_adjacent;
      if (is_adjacent && is_entity(before.type) && (before.type != type::kPlace || !is_thing)) return m;
      const bool is_person = before.type == type::kPerson || before.type == type::kPronoun;
      if (is_thing && before.type == type::kOrganization) return m;
      if (!is_thing && after_role && is_person) return m;
      if (!is_thing && before.type == type::kPerson) return is_inserted(before.end_token, token) ? m : kNone;
    }
    return kNone;
  }

  // "We have Lund with us today, who": what stands between the name and the comma only says how or when.
  bool is_inserted(std::uint32_t begin, std::uint32_t relative) const {
    if (begin + 1 >= relative || document_.word(relative - 1) != "," || relative - begin > kInserted) return false;
    const std::string_view pos = part_of_speech(begin);
    return pos == "preposition" || pos == "adverb";
  }

  // "Lund (47), who": where the brackets end that follow a name.
  std::uint32_t behind_brackets(std::uint32_t token) const {
    if (token >= document_.tokens.size() || document_.word(token) != "(") return token;
    const auto last = std::min<std::size_t>(document_.tokens.size(), token + kAntecedentReach);
    for (std::uint32_t t = token; t < last; ++t) {
      if (document_.word(t) == ")") return t + 1;
    }
    return token;
  }

  void resolve_pronouns() {
    first_label_ = first_label(document_);
    find_speakers();
    sayings_ = find_sayings(document_, extraction_.mentions);
    for (std::uint32_t m = 0; m < extraction_.mentions.size(); ++m) {
      Mention& mention = extraction_.mentions[m];
      if (mention.type != type::kPronoun) continue;
      const PronounSense sense = sense_of(mention.first_token);
      const Block* block = block_of(mention.first_token);
      if (block == nullptr) continue;
      const bool is_other = is_question_of_other(*block);
      if (sense.person == '1') {
        if (sense.number != 'p')
          mention.entity =
              is_other ? addressee_at(mention.first_token, *block) : speaker_at(mention.first_token, *block);
      } else if (sense.person == '2') {
        const std::uint32_t called = block->turn == kNone ? kNone : called_by_name(m, *block);
        mention.entity = called != kNone ? called
                         : is_other      ? speaker_of(*block)
                                         : addressee_at(mention.first_token, *block);
      } else if (sense.relative || sense.person == '\0') {
        const std::uint32_t antecedent = antecedent_of(m, sense);
        antecedents_.emplace(m, antecedent);
        if (antecedent != kNone) mention.entity = extraction_.mentions[antecedent].entity;
      } else {
        const std::uint32_t beside = person_beside(m, sense);
        mention.entity = beside != kNone ? beside : subject_of(m, sense, *block);
      }
      if (mention.entity != kNone) extraction_.entities[mention.entity].mentions.push_back(m);
    }
    for (LocalEntity& entity : extraction_.entities) std::sort(entity.mentions.begin(), entity.mentions.end());
  }

  static constexpr std::uint32_t kLeadIn = 2;            // tokens in front of a name that is called
  static constexpr std::uint32_t kAntecedentReach = 14;  // tokens back
  static constexpr std::uint32_t kInserted = 7;          // tokens from a name to a relative pronoun behind an insertion
  static constexpr std::ptrdiff_t kSubjectReach = 6;     // sentences back
  static constexpr std::uint32_t kIntroductionReach = 5;  // tokens of "my name is"
  static constexpr std::uint32_t kFewestQuestions = 2;    // in bold, that make a text questions and answers
  static constexpr std::uint32_t kAsideReach = 10;        // tokens from a name to a possessive behind "and"
  static constexpr std::uint32_t kKindReach = 12;         // tokens from "the company" to its "it"
  static constexpr std::uint32_t kPhraseReach = 8;        // tokens from a name back to what governs it
  static constexpr std::uint32_t kSubjectMentions = 100;  // mentions back: a sentence may be as long as the document
  static constexpr std::size_t kLeastShortForm = 3;       // bytes of a first name's begin that may stand for it
  static constexpr std::size_t kMostNamesakes = 256;      // full names of one surname that a name is compared with

  const Document& document_;
  const Lexicons& lexicons_;
  const KindTraits& traits_;
  Bodies bodies_;
  const LexiconPass& pass_;
  Extraction& extraction_;
  LexiconId organization_, namesake_mark_, introduction_, own_name_, common_word_, place_, surname_, legal_form_,
      org_head_, org_noun_, given_name_, nickname_, pronoun_, function_word_;
  AttributeId acronym_, canonical_, gender_, person_, number_, case_, formal_, lang_, pos_, kind_, ambiguous_, side_;
  std::vector<Name> names_;
  std::vector<std::uint32_t> name_of_mention_;
  std::unordered_map<std::uint32_t, std::uint32_t> rest_of_;  // cell block -> block with the rest of its name
  std::vector<std::pair<bool, Gender>> entity_gender_;
  mutable std::vector<std::pair<WordId, PronounSense>> senses_;  // of the pronouns met
  std::map<std::uint32_t, std::uint32_t> antecedents_;  // relative pronoun -> the mention it stands for, or kNone
  std::unordered_map<std::uint32_t, std::uint32_t> emphasized_;  // block -> where its bold or italic begin ends
  std::uint32_t author_ = kNone;
  std::map<const Block*, std::uint32_t> introduced_in_;  // who says in a block of a text without turns who they are
  std::uint32_t interviewed_ = kNone;                    // who answers questions without labels
  std::uint32_t first_answerable_ = 0;                   // token: the first question
  bool asks_plainly_ = false;                            // and the questions do not stand in bold
  bool is_asked_ = false;  // the "I" of a text without turns answers questions, which are another's
  std::vector<Saying> sayings_;
  std::uint32_t first_label_ = kNone;      // token
  QuotationRow read_out_;                  // the one that was asked for last
  std::vector<std::uint32_t> speakers_;    // of each turn
  std::vector<std::uint32_t> addressees_;  // of each turn
};

}  // namespace

std::vector<std::uint32_t> resolve(const Document& document, const Knowledge& knowledge, const LexiconPass& pass,
                                   const std::vector<std::pair<std::uint32_t, std::uint32_t>>& aliases,
                                   Extraction& extraction) {
  Resolver resolver(document, knowledge, pass, extraction);
  resolver.run(aliases);
  return resolver.chains();
}

}  // namespace dossier
