#include "pipeline/resolve_names.h"

#include <algorithm>
#include <map>
#include <tuple>

#include "pipeline/names.h"

namespace dossier {

bool is_entity(TypeId type) {
  return type == type::kPerson || type == type::kOrganization || type == type::kPlace || type == type::kEvent ||
         type == type::kProduct;
}

bool is_shouted(std::string_view text) {
  bool upper = false;
  for (const char c : text) {
    if (c >= 'a' && c <= 'z') return false;
    upper = upper || (c >= 'A' && c <= 'Z');
  }
  return upper;
}

bool is_word_of(const Lexicons& lexicons, const std::string& word, LexiconId lexicon) {
  if (lexicon == kNoLexicon) return false;
  const auto entries = lexicons.entries_of(lexicons.word(word));
  return std::any_of(entries.begin(), entries.end(), [&](EntryId e) { return lexicons.lexicon_of(e) == lexicon; });
}

DocumentNames::DocumentNames(const MarkedText& text)
    : text_(text), namesake_mark_(text.lexicons.find("namesake_mark")) {
  for (const Table& table : text.document.tables) {
    for (const CellJoin& join : table.joins) rest_of_[join.first] = join.rest;
  }
  collect();
}

void DocumentNames::collect() {
  std::unordered_map<std::string, std::uint32_t> by_surface;  // what folding is done once for
  std::map<std::tuple<TypeId, std::string, bool>, std::uint32_t> by_words;
  std::string surface;
  name_of_mention_.assign(text_.mentions.size(), kNone);
  for (std::uint32_t m = 0; m < text_.mentions.size(); ++m) {
    const Mention& mention = text_.mentions[m];
    if (!is_entity(mention.type)) continue;
    surface.assign(text_.document.slice(mention.span));
    if (const std::string_view rest = broken_rest(mention); !rest.empty()) (surface += ' ') += rest;
    const std::size_t size = surface.size();
    surface += '\0';
    surface += static_cast<char>('a' + mention.type);
    const bool is_namesake = is_marked_namesake(mention);
    if (is_namesake) surface += '+';
    auto known = by_surface.find(surface);
    if (known == by_surface.end()) {
      std::string folded = fold(std::string_view(surface).substr(0, size));
      const auto [it, is_new] = by_words.try_emplace({mention.type, folded, is_namesake}, this->size());
      if (is_new) {
        DocumentName name;
        name.type = mention.type;
        name.is_namesake = is_namesake;
        name.words = words_of(folded);
        for (std::string& word : name.words) {
          while (word.size() > 1 && word.back() == '.') word.pop_back();
        }
        name.folded = std::move(folded);
        names_.push_back(std::move(name));
      }
      known = by_surface.emplace(surface, it->second).first;
    }
    DocumentName& name = names_[known->second];
    name.mentions.push_back(m);
    name_of_mention_[m] = known->second;
    const Block* block = text_.block_of(mention.first_token);
    if (block != nullptr && block->kind == BlockKind::kSpeaker) name.speaks = true;
  }
}

// "Not the other Ada Lovell": a full name of a person with such a word in front.
bool DocumentNames::is_marked_namesake(const Mention& mention) const {
  return mention.type == type::kPerson && mention.first_token > 0 && mention.end_token - mention.first_token >= 2 &&
         text_.is_in_lexicon(mention.first_token - 1, namesake_mark_);
}

// The end of a name that a member list broke over two rows, if the mention is its begin.
std::string_view DocumentNames::broken_rest(const Mention& mention) const {
  if (rest_of_.empty() || mention.type != type::kOrganization) return {};
  const Block* block = text_.block_of(mention.first_token);
  if (block == nullptr || mention.end_token != block->end_token) return {};
  const auto it = rest_of_.find(text_.index_of(*block));
  return it == rest_of_.end() ? std::string_view() : text_.document.slice(text_.blocks[it->second].span);
}

std::vector<std::uint32_t> DocumentNames::longest_first(TypeId type) const {
  std::vector<std::uint32_t> ids;
  for (std::uint32_t i = 0; i < names_.size(); ++i) {
    if (names_[i].type == type && !names_[i].is_namesake) ids.push_back(i);
  }
  std::stable_sort(ids.begin(), ids.end(),
                   [&](std::uint32_t a, std::uint32_t b) { return names_[a].words.size() > names_[b].words.size(); });
  return ids;
}

std::uint32_t DocumentNames::root(std::uint32_t name) {
  while (names_[name].parent != kNone) {  // halves the way for those who come next
    const std::uint32_t next = names_[names_[name].parent].parent;
    if (next == kNone) return names_[name].parent;
    name = names_[name].parent = next;
  }
  return name;
}

void DocumentNames::join(std::uint32_t name, std::uint32_t to, std::string why) {
  name = root(name);
  to = root(to);
  if (name == to) return;
  names_[name].parent = to;
  names_[name].why = std::move(why);
}

void DocumentNames::join_declared(const std::vector<std::pair<std::uint32_t, std::uint32_t>>& aliases) {
  for (const auto& [a, b] : aliases) {
    std::uint32_t left = name_of_mention_[a];
    std::uint32_t right = name_of_mention_[b];
    if (left == kNone || right == kNone) continue;
    if (names_[left].words.size() < names_[right].words.size()) std::swap(left, right);
    join(right, left, "declared alias: " + names_[right].folded);
  }
}

void DocumentNames::split_off(DocumentName name) {
  for (const std::uint32_t m : name.mentions) name_of_mention_[m] = size();
  names_.push_back(std::move(name));
}

std::string DocumentNames::words_as_written(const Mention& mention) const {
  constexpr auto kGap = token_flag::kSpaceBefore | token_flag::kNewlineBefore | token_flag::kBlankLineBefore;
  std::string words;
  for (std::uint32_t t = mention.first_token; t < mention.end_token; ++t) {
    if (t > mention.first_token && (text_.tokens[t].flags & kGap) != 0) words += ' ';
    words += text_.word(t);
  }
  if (const std::string_view rest = broken_rest(mention); !rest.empty()) (words += ' ') += rest;
  return words;
}

}  // namespace dossier
