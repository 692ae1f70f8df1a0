#include "pipeline/known_names.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

#include <algorithm>
#include <array>
#include <set>
#include <unordered_map>

#include "extractors/known_names.h"
#include "pipeline/names.h"
#include "pipeline/tokenize.h"

namespace dossier {
namespace {

constexpr double kAcceptedFact = 0.8;  // least confidence of a statement that counts without a person's word
// Documents that vouch by facts alone: an acronym or a name of one word means other things elsewhere.
constexpr std::size_t kFewestSources = 1;
constexpr std::size_t kFewestForOneWord = 2;
constexpr std::size_t kShortestWord = 3;  // bytes of an organization of one word
constexpr std::size_t kMostWords = 8;
// Each document that takes the name for something else is made up for by three that agree, or by a third of a page or
// of a person's word.
constexpr std::size_t kAgainstEach = 3;
constexpr std::size_t kPageCounts = 9;
constexpr double kSure = 0.75;
constexpr std::array<std::string_view, 5> kTypes = {"person", "organization", "place", "event", "product"};

std::uint64_t word_hash(std::string_view word) {
  return XXH3_64bits(word.data(), word.size());
}

std::string_view type_name(TypeId type) {
  return type == type::kPerson ? kTypes[0] : kTypes[1];
}

// Which documents mention which words as what.
class Mentions {
 public:
  Mentions(std::span<const DocumentResult> documents, const std::vector<std::uint32_t>& origins) : origins_(origins) {
    for (std::uint32_t d = 0; d < documents.size(); ++d) {
      for (const ResultMention& mention : documents[d].mentions) {
        const auto type = std::find(kTypes.begin(), kTypes.end(), mention.type);
        if (type == kTypes.end()) continue;
        Places& places = by_text_[mention.text];
        const auto index = static_cast<std::size_t>(type - kTypes.begin());
        if (places.all[index].empty() || places.all[index].back() != d) places.all[index].push_back(d);
        if (mention.confidence >= kSure && (places.sure[index].empty() || places.sure[index].back() != d))
          places.sure[index].push_back(d);
      }
    }
  }

  std::vector<std::uint32_t> documents_with(const KnownName& name) const {
    const auto found = by_text_.find(name.name);
    return found == by_text_.end() ? std::vector<std::uint32_t>{} : found->second.all[index_of(name.type)];
  }

  // Do the documents agree that the name is of this type?
  bool agree(const KnownName& name, bool has_page) const {
    const auto found = by_text_.find(name.name);
    if (found == by_text_.end()) return true;  // a person added it
    const std::size_t own = origins_of(found->second.all[index_of(name.type)]) + (has_page ? kPageCounts : 0);
    // Unsure mentions say little against a page.
    const auto& against = has_page ? found->second.sure : found->second.all;
    for (std::size_t type = 0; type < kTypes.size(); ++type) {
      if (type != index_of(name.type) && kAgainstEach * origins_of(against[type]) > own) return false;
    }
    return true;
  }

 private:
  static std::size_t index_of(TypeId type) { return type == type::kPerson ? 0 : 1; }
  std::size_t origins_of(const std::vector<std::uint32_t>& documents) const {
    std::set<std::uint32_t> origins;
    for (const std::uint32_t d : documents) origins.insert(origins_[d]);
    return origins.size();
  }

  const std::vector<std::uint32_t>& origins_;
  struct Places {  // by type: documents
    std::array<std::vector<std::uint32_t>, kTypes.size()> all, sure;
  };
  std::unordered_map<std::string, Places> by_text_;
};

// Is the name such that its words alone, wherever they stand, may say what it is?
bool is_telling(const KnownName& name, const Lexicons& lexicons, const MergeTables::WordSet& generic_words) {
  std::vector<Token> tokens;
  tokenize_phrase(name.name, tokens);
  if (tokens.empty() || tokens.size() > kMostWords || !is_name_word(tokens.front())) return false;
  const auto is_word = [](const Token& token) { return (token.shape & shape::kPunctuation) == 0; };
  const auto size = std::count_if(tokens.begin(), tokens.end(), is_word);
  if (name.type == type::kPerson) return size >= 2 && is_name_word(tokens.back());
  const std::vector<std::string> folded = words_of(fold(name.name));
  if (std::all_of(folded.begin(), folded.end(), [&](const std::string& word) { return generic_words.contains(word); }))
    return false;
  if (size > 1) return true;
  return name.name.size() >= kShortestWord && lexicons.entries_of(lexicons.word(name.name)).empty();
}

std::size_t fewest_sources(const KnownName& name) {
  std::vector<Token> tokens;
  tokenize_phrase(name.name, tokens);
  return tokens.size() > 1 ? kFewestSources : kFewestForOneWord;
}

}  // namespace

KnownNames::KnownNames(std::span<const DocumentResult> documents, const Merged& merged, const Knowledge& knowledge,
                       const MergeTables& tables) {
  std::unordered_map<std::string_view, std::uint32_t> index_of;
  std::vector<std::uint32_t> origins(documents.size());
  for (std::uint32_t d = 0; d < documents.size(); ++d) index_of.emplace(documents[d].source_id, d);
  for (std::uint32_t d = 0; d < documents.size(); ++d) {
    const auto copy = merged.copies.find(documents[d].source_id);
    const auto first = copy == merged.copies.end() ? index_of.end() : index_of.find(copy->second);
    origins[d] = first == index_of.end() ? d : first->second;
    origins_.emplace(documents[d].source_id, origins[d]);
  }
  const Mentions mentions(documents, origins);
  const MergeTables::WordSet& generic_words = tables.word_list("generic_organization_word");

  // Who vouches: by name, then by document; a person's word outdoes a page, a page outdoes facts.
  std::map<KnownName, std::map<std::uint32_t, std::string>> vouchers;
  std::set<KnownName> added_by_people;
  for (const Profile& profile : merged.profiles) {
    std::map<std::uint32_t, std::string> sources;
    bool is_added = false;
    for_each_cited(profile, [&](const Cited& cited) {
      if (cited.confidence < kAcceptedFact && cited.decision.empty()) return;
      for (const Evidence& evidence : cited.evidence) {
        const auto found = index_of.find(evidence.source);
        if (found == index_of.end()) {
          is_added = true;  // a person's own statement has no document
          continue;
        }
        std::string& why = sources[found->second];
        const bool is_page = documents[found->second].kind == name_of(DocumentKind::kProfile);
        if (!cited.decision.empty()) why = "accepted";
        if (why.empty()) why = is_page ? "page" : "facts";
      }
    });
    std::vector<std::string> names = {profile.name};
    for (const Alias& alias : profile.aliases) names.push_back(alias.name);
    for (std::string& text : names) {
      const KnownName name{profile.type == "person" ? type::kPerson : type::kOrganization, std::move(text)};
      if (!is_telling(name, knowledge.lexicons(), generic_words)) continue;
      for (const std::uint32_t d : mentions.documents_with(name)) {
        if (const auto source = sources.find(d); source != sources.end()) vouchers[name].insert(*source);
      }
      if (is_added && name.name == profile.name) added_by_people.insert(name);
    }
  }
  for (const KnownName& name : added_by_people) vouchers[name];

  for (const auto& [name, who] : vouchers) {
    Entry entry{name, {}};
    std::set<std::uint32_t> distinct;
    bool is_enough = added_by_people.contains(name);
    if (is_enough) entry.vouchers.push_back({"", "", "added", kNone});
    for (const auto& [d, why] : who) {
      entry.vouchers.push_back({documents[d].source_id, documents[d].uri, why, origins[d]});
      distinct.insert(origins[d]);
      is_enough = is_enough || why != "facts";
    }
    const std::size_t fewest = fewest_sources(name);
    if (!mentions.agree(name, is_enough) || (!is_enough && distinct.size() < fewest)) continue;
    entry.fewest = fewest;
    std::sort(entry.vouchers.begin(), entry.vouchers.end(),
              [](const Voucher& a, const Voucher& b) { return std::tie(a.uri, a.source) < std::tie(b.uri, b.source); });
    std::vector<std::uint64_t> words;
    std::string_view longest;
    std::vector<Token> tokens;
    tokenize_phrase(name.name, tokens);
    for (const Token& token : tokens) {
      if (!is_name_word(token)) continue;
      const std::string_view word = std::string_view(name.name).substr(token.begin, token.end - token.begin);
      words.push_back(word_hash(word));
      if (word.size() > longest.size()) longest = word;
    }
    index_[word_hash(longest)].push_back(static_cast<std::uint32_t>(entries_.size()));
    words_.push_back(std::move(words));
    entries_.push_back(std::move(entry));
  }
}

const KnownNames::Entry* KnownNames::find(const KnownName& name) const {
  const auto found = std::lower_bound(entries_.begin(), entries_.end(), name,
                                      [](const Entry& entry, const KnownName& wanted) { return entry.name < wanted; });
  return found != entries_.end() && found->name == name ? &*found : nullptr;
}

std::vector<KnownName> KnownNames::for_document(const DocumentResult& document) const {
  std::vector<KnownName> out;
  if (entries_.empty()) return out;
  const auto own = origins_.find(document.source_id);
  const std::uint32_t own_origin = own == origins_.end() ? kNone - 1 : own->second;
  for (const std::uint64_t word : document.name_words) {
    const auto found = index_.find(word);
    if (found == index_.end()) continue;
    for (const std::uint32_t e : found->second) {
      const bool has_all = std::all_of(words_[e].begin(), words_[e].end(), [&](std::uint64_t each) {
        return std::binary_search(document.name_words.begin(), document.name_words.end(), each);
      });
      if (!has_all) continue;
      std::set<std::uint32_t> others;
      bool is_vouched_for = false;
      for (const Voucher& voucher : entries_[e].vouchers) {
        if (voucher.origin == own_origin) continue;
        others.insert(voucher.origin);
        is_vouched_for = is_vouched_for || voucher.why != "facts";
      }
      if (is_vouched_for || others.size() >= entries_[e].fewest) out.push_back(entries_[e].name);
    }
  }
  std::sort(out.begin(), out.end());
  return out;
}

std::string describe(const KnownNames::Voucher& voucher) {
  if (voucher.why == "added") return "what a person added";
  if (voucher.why == "facts") return voucher.uri;
  return voucher.uri + " (" + voucher.why + ")";
}

std::vector<std::uint64_t> name_words_of(const Document& document) {
  std::vector<std::uint64_t> out;
  for (std::uint32_t t = 0; t < document.tokens.size(); ++t) {
    if (is_name_word(document.tokens[t])) out.push_back(word_hash(document.word(t)));
  }
  std::sort(out.begin(), out.end());
  out.erase(std::unique(out.begin(), out.end()), out.end());
  return out;
}

std::string hash_of(std::span<const KnownName> known) {
  if (known.empty()) return {};
  std::string parts;
  for (const KnownName& name : known) {
    parts += type_name(name.type);
    parts += '\x1f';
    parts += name.name;
    parts += '\x1e';
  }
  return short_hash(parts);
}

void KnownNamesEffect::add(const DocumentResult& without, const DocumentResult& with) {
  ++documents;
  using Place = std::tuple<std::uint64_t, std::uint64_t, std::string>;
  const auto places_of = [](const DocumentResult& result) {
    std::set<Place> places;
    for (const ResultMention& mention : result.mentions) places.emplace(mention.begin, mention.end, mention.type);
    return places;
  };
  const auto facts_of = [](const DocumentResult& result) {
    std::set<Place> facts;
    for (const ResultFact& fact : result.facts) facts.emplace(fact.begin, fact.end, fact.key);
    return facts;
  };
  const auto only_in = [](const std::set<Place>& a, const std::set<Place>& b) {
    return static_cast<std::uint64_t>(
        std::count_if(a.begin(), a.end(), [&](const Place& place) { return !b.contains(place); }));
  };
  const std::set<Place> mentions_before = places_of(without), mentions_after = places_of(with);
  const std::set<Place> facts_before = facts_of(without), facts_after = facts_of(with);
  const std::uint64_t gained = only_in(mentions_after, mentions_before);
  const std::uint64_t lost = only_in(mentions_before, mentions_after);
  const std::uint64_t new_facts = only_in(facts_after, facts_before);
  const std::uint64_t old_facts = only_in(facts_before, facts_after);
  mentions_gained += gained;
  mentions_lost += lost;
  facts_gained += new_facts;
  facts_lost += old_facts;
  changed += gained + lost + new_facts + old_facts > 0 ? 1 : 0;
}

}  // namespace dossier
