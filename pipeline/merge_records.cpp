#include "pipeline/merge_records.h"

#include <algorithm>
#include <array>
#include <map>
#include <set>

namespace dossier::merging {
namespace {

struct PredicateName {
  std::string_view name;
  Predicate predicate;
};
constexpr std::array<PredicateName, 24> kPredicates = {{
    {"affiliation", Predicate::kAffiliation},
    {"education", Predicate::kEducation},
    {"founded", Predicate::kFounded},
    {"membership", Predicate::kMembership},
    {"participation", Predicate::kParticipation},
    {"statistic", Predicate::kStatistic},
    {"quote", Predicate::kQuote},
    {"alias", Predicate::kAlias},
    {"identifier", Predicate::kIdentifier},
    {"born", Predicate::kBorn},
    {"died", Predicate::kDied},
    {"nationality", Predicate::kNationality},
    {"residence", Predicate::kResidence},
    {"spouse", Predicate::kSpouse},
    {"parent", Predicate::kParent},
    {"party", Predicate::kParty},
    {"inception", Predicate::kInception},
    {"headquarters", Predicate::kHeadquarters},
    {"subsidiary", Predicate::kSubsidiary},
    {"homonym", Predicate::kHomonym},
    {"tagline", Predicate::kTagline},
    {"connection", Predicate::kConnection},
    {"timeline", Predicate::kTimeline},
    {"reference", Predicate::kReference},
}};

Predicate predicate_of(std::string_view name) {
  for (const PredicateName& known : kPredicates) {
    if (known.name == name) return known.predicate;
  }
  return Predicate::kOther;
}

std::uint64_t mixed(std::uint64_t hash) {
  hash ^= hash >> 33;
  hash *= 0xff51afd7ed558ccdu;
  hash ^= hash >> 33;
  hash *= 0xc4ceb9fe1a85ec53u;
  return hash ^ (hash >> 33);
}

// Near-duplicates: documents whose runs of three mentions are mostly the same. Candidates by bands of minimal hashes,
// so that the time stays linear; each candidate is then compared exactly.
class NearDuplicates {
 public:
  explicit NearDuplicates(double similarity) : similarity_(similarity) {}

  std::vector<std::uint32_t> origins(Words& words, const std::vector<const DocumentResult*>& documents) {
    std::vector<std::vector<std::uint64_t>> shingles;
    shingles.reserve(documents.size());
    for (const DocumentResult* document : documents) shingles.push_back(shingles_of(words, *document));
    std::vector<std::uint32_t> parent(documents.size());
    for (std::uint32_t i = 0; i < parent.size(); ++i) parent[i] = i;
    const auto root = [&](std::uint32_t i) {
      while (parent[i] != i) i = parent[i] = parent[parent[i]];
      return i;
    };
    for (std::uint64_t band = 0; band < kBands; ++band) {
      std::vector<std::pair<std::uint64_t, std::uint32_t>> buckets;
      for (std::uint32_t i = 0; i < shingles.size(); ++i) {
        if (shingles[i].size() >= kFewestShingles) buckets.emplace_back(band_hash(shingles[i], band), i);
      }
      std::sort(buckets.begin(), buckets.end());
      for (std::size_t i = 1; i < buckets.size(); ++i) {
        if (buckets[i - 1].first != buckets[i].first) continue;
        const std::uint32_t a = root(buckets[i - 1].second), b = root(buckets[i].second);
        if (a == b || !alike(shingles[buckets[i - 1].second], shingles[buckets[i].second])) continue;
        parent[std::max(a, b)] = std::min(a, b);
      }
    }
    for (std::uint32_t i = 0; i < parent.size(); ++i) parent[i] = root(i);
    return parent;
  }

 private:
  static constexpr std::size_t kFewestShingles = 5;  // short documents are alike by chance
  static constexpr std::uint64_t kBands = 8, kRows = 4;

  static std::vector<std::uint64_t> shingles_of(Words& words, const DocumentResult& document) {
    std::vector<std::uint64_t> out;
    std::array<std::uint64_t, 3> last{};
    for (std::size_t i = 0; i < document.mentions.size(); ++i) {
      last = {last[1], last[2], words.id(document.mentions[i].text) + 1};
      if (i >= 2) out.push_back(mixed(mixed(mixed(last[0]) + last[1]) + last[2]));
    }
    std::sort(out.begin(), out.end());
    out.erase(std::unique(out.begin(), out.end()), out.end());
    return out;
  }

  static std::uint64_t band_hash(const std::vector<std::uint64_t>& shingles, std::uint64_t band) {
    std::uint64_t hash = 0;
    for (std::uint64_t row = 0; row < kRows; ++row) {
      std::uint64_t least = ~std::uint64_t{0};
      for (const std::uint64_t shingle : shingles)
        least = std::min(least, mixed(shingle + 0x9e3779b97f4a7c15u * (band * kRows + row + 1)));
      hash = mixed(hash + least);
    }
    return hash;
  }

  bool alike(const std::vector<std::uint64_t>& a, const std::vector<std::uint64_t>& b) const {
    std::size_t common = 0;
    for (std::size_t i = 0, j = 0; i < a.size() && j < b.size();) {
      if (a[i] == b[j]) {
        ++common, ++i, ++j;
      } else if (a[i] < b[j]) {
        ++i;
      } else {
        ++j;
      }
    }
    return static_cast<double>(common) >= similarity_ * static_cast<double>(a.size() + b.size() - common);
  }

  double similarity_;
};

bool is_generic(std::string_view folded, const MergeTables::WordSet& generic) {
  for (const std::string& word : words_of(folded)) {
    if (!generic.contains(word)) return false;
  }
  return true;
}

class Maker {
 public:
  Maker(std::vector<const DocumentResult*> documents, const MergeTables& tables)
      : tables_(tables), generic_(tables.word_list("generic_organization_word")) {
    out_.documents = std::move(documents);
  }

  Records make() {
    for (const std::string& title : tables_.word_list("exclusive_title")) {
      out_.exclusive_titles.insert(canonical_title(title, tables_));
    }
    for (const DocumentResult* document : out_.documents) {
      out_.trust.push_back(
          tables_.weights.contains("trust." + document->kind) ? tables_.weight("trust." + document->kind) : 1.0);
      add_nodes(*document);
    }
    out_.first_node.push_back(static_cast<std::uint32_t>(out_.nodes.size()));
    for (std::uint32_t i = 0; i < out_.documents.size(); ++i) add_claims(i);
    Words shingle_words;
    out_.origins = NearDuplicates(tables_.weight("duplicate.similarity")).origins(shingle_words, out_.documents);
    return std::move(out_);
  }

 private:
  std::uint32_t folded(const std::string& raw) {
    const auto [found, is_new] = folds_.try_emplace(raw, 0);
    if (is_new) found->second = out_.words.id(fold(raw));
    return found->second;
  }

  void add_nodes(const DocumentResult& document) {
    const auto index = static_cast<std::uint32_t>(out_.first_node.size());
    out_.first_node.push_back(static_cast<std::uint32_t>(out_.nodes.size()));
    std::map<std::pair<bool, std::uint32_t>, std::uint32_t> seen;
    for (std::uint32_t e = 0; e < document.entities.size(); ++e) {
      const ResultEntity& entity = document.entities[e];
      const bool is_person = entity.type == "person";
      if (!is_person && entity.type != "organization") continue;
      Node node;
      node.document = index;
      node.entity = e;
      node.is_person = is_person;
      node.name = folded(entity.name);
      node.ordinal = seen[{is_person, node.name}]++;
      node.names.push_back(node.name);
      for (const std::string& alias : entity.aliases) {
        const std::uint32_t id = folded(alias);
        const std::string& text = out_.words.text(id);
        // A surname alone or "the foundation" is no name to be found by.
        const bool is_full = is_person ? text.find(' ') != std::string::npos : !is_generic(text, generic_);
        if (is_full && std::find(node.names.begin(), node.names.end(), id) == node.names.end())
          node.names.push_back(id);
      }
      out_.nodes.push_back(std::move(node));
    }
  }

  void add_claims(std::uint32_t index) {
    const DocumentResult& document = *out_.documents[index];
    for (std::uint32_t f = 0; f < document.facts.size(); ++f) {
      const ResultFact& fact = document.facts[f];
      Claim claim;
      claim.document = index;
      claim.fact = f;
      claim.predicate = predicate_of(fact.predicate);
      if (fact.arguments.empty()) continue;
      std::size_t subject = 0, object = 1;
      if (claim.predicate == Predicate::kFounded) {
        // The table names the organization first; the person's career is where it shows.
        for (std::size_t i = 0; i < fact.arguments.size(); ++i) {
          if (fact.arguments[i].first == "person") subject = i;
          if (fact.arguments[i].first == "organization") object = i;
        }
      } else if (claim.predicate == Predicate::kAffiliation) {
        for (std::size_t i = 0; i < fact.arguments.size(); ++i) {
          if (fact.arguments[i].first == "person") subject = i;
        }
        object = fact.arguments.size();
        for (std::size_t i = 0; i < fact.arguments.size(); ++i) {
          if (fact.arguments[i].first == "organization") object = i;
        }
      } else if (claim.predicate == Predicate::kStatistic && fact.arguments.front().first != "subject") {
        subject = fact.arguments.size();
      }
      if (subject < fact.arguments.size()) claim.subject = out_.node_of(index, fact.arguments[subject].second);
      if (object < fact.arguments.size()) claim.object = out_.node_of(index, fact.arguments[object].second);
      if (claim.subject == kNone && claim.predicate != Predicate::kStatistic) continue;
      if (names_by_pronoun(document, fact)) continue;
      if (claim.predicate == Predicate::kAffiliation || claim.predicate == Predicate::kParticipation) {
        const ResultMention* role = argument(document, fact, "role");
        const std::vector<std::string> parts =
            role == nullptr ? std::vector<std::string>{""} : split_title(role->text, tables_);
        for (const std::string& part : parts) {
          claim.title = title(part);
          out_.claims.push_back(claim);
          ++claim.part;
        }
        continue;
      }
      out_.claims.push_back(claim);
    }
  }

  // "The test, which was made by Ada": of nobody knows what.
  static bool names_by_pronoun(const DocumentResult& document, const ResultFact& fact) {
    return std::any_of(fact.arguments.begin(), fact.arguments.end(), [&](const auto& argument) {
      const ResultMention& mention = document.mentions[argument.second];
      return mention.type == "pronoun" && mention.entity == kNone;
    });
  }

  std::uint32_t title(const std::string& raw) {
    const auto [found, is_new] = titles_.try_emplace(raw, 0);
    if (is_new) found->second = out_.words.id(canonical_title(raw, tables_));
    return found->second;
  }

  const MergeTables& tables_;
  const MergeTables::WordSet& generic_;
  Records out_;
  std::unordered_map<std::string, std::uint32_t> folds_, titles_;
};

}  // namespace

std::uint32_t Words::id(std::string_view text) {
  const auto found = ids_.find(text);
  if (found != ids_.end()) return found->second;
  const auto id = static_cast<std::uint32_t>(texts_.size());
  ids_.emplace(texts_.emplace_back(text), id);
  return id;
}

std::uint32_t Words::find(std::string_view text) const {
  const auto found = ids_.find(text);
  return found == ids_.end() ? kNone : found->second;
}

std::string Records::anchor(std::uint32_t node) const {
  const Node& own = nodes[node];
  std::string out = own.is_person ? "person:" : "organization:";
  out.append(words.text(own.name)).append("@").append(documents[own.document]->source_id.substr(0, 12));
  if (own.ordinal > 0) out.append("#").append(std::to_string(own.ordinal + 1));
  return out;
}

std::uint32_t Records::node_of(std::uint32_t document, std::uint32_t mention) const {
  const DocumentResult& result = *documents[document];
  if (mention >= result.mentions.size()) return kNone;
  const std::uint32_t entity = result.mentions[mention].entity;
  const auto begin = nodes.begin() + first_node[document];
  const auto end = document + 1 < first_node.size() ? nodes.begin() + first_node[document + 1] : nodes.end();
  const auto found =
      std::lower_bound(begin, end, entity, [](const Node& node, std::uint32_t e) { return node.entity < e; });
  return found != end && found->entity == entity ? static_cast<std::uint32_t>(found - nodes.begin()) : kNone;
}

std::uint32_t find_anchor(const Records& records, std::string_view anchor) {
  const std::size_t at = anchor.rfind('@');
  if (at == std::string_view::npos) return kNone;
  const std::string_view source = anchor.substr(at + 1, 12);
  auto document = std::lower_bound(
      records.documents.begin(), records.documents.end(), source,
      [](const DocumentResult* result, std::string_view id) { return std::string_view(result->source_id) < id; });
  for (; document != records.documents.end() && std::string_view((*document)->source_id).starts_with(source);
       ++document) {
    const auto index = static_cast<std::size_t>(document - records.documents.begin());
    for (std::uint32_t node = records.first_node[index]; node < records.first_node[index + 1]; ++node) {
      if (records.anchor(node) == anchor) return node;
    }
  }
  return kNone;
}

std::uint64_t mark_key(std::uint32_t document, std::uint32_t fact) {
  return (std::uint64_t{document} << 32) | fact;
}

const Mark* Records::mark_of(const Claim& claim) const {
  const auto found = marks.find(mark_key(claim.document, claim.fact));
  return found == marks.end() ? nullptr : &found->second;
}

std::vector<const DocumentResult*> in_order(std::span<const DocumentResult> documents) {
  std::vector<const DocumentResult*> order;
  order.reserve(documents.size());
  for (const DocumentResult& document : documents) order.push_back(&document);
  std::sort(order.begin(), order.end(), [](const DocumentResult* a, const DocumentResult* b) {
    return std::tie(a->source_id, a->uri) < std::tie(b->source_id, b->uri);
  });
  order.erase(
      std::unique(order.begin(), order.end(),
                  [](const DocumentResult* a, const DocumentResult* b) { return a->source_id == b->source_id; }),
      order.end());
  return order;
}

Records make_records(std::vector<const DocumentResult*> documents, const MergeTables& tables) {
  return Maker(std::move(documents), tables).make();
}

const ResultMention* argument(const DocumentResult& document, const ResultFact& fact, std::string_view name) {
  for (const auto& [argument_name, mention] : fact.arguments) {
    if (argument_name == name && mention < document.mentions.size()) return &document.mentions[mention];
  }
  return nullptr;
}

const ResultMention* argument(const DocumentResult& document, const ResultFact& fact, std::size_t position) {
  if (position >= fact.arguments.size()) return nullptr;
  const std::uint32_t mention = fact.arguments[position].second;
  return mention < document.mentions.size() ? &document.mentions[mention] : nullptr;
}

std::string address_of(const DocumentResult& document, const ResultFact& fact) {
  const ResultMention* words = argument(document, fact, std::size_t{1});
  return normalize_identifier(!fact.text.empty() ? std::string_view(fact.text)
                              : words == nullptr ? std::string_view()
                                                 : std::string_view(words->text));
}

namespace {

// "committee members" -> "committee member", "MEMBRI DEL CONSIGLIO" -> "MEMBRO DEL CONSIGLIO": the last words in front of
// the first preposition.
std::string singular_title(const std::string& title, const MergeTables& tables) {
  const MergeTables::WordSet& stop_words = tables.word_list("stop_word");
  std::vector<std::size_t> begins;  // of the words
  std::size_t end = 0;
  for (std::size_t begin = 0; begin < title.size();) {
    const std::size_t next = std::min(title.find(' ', begin), title.size());
    if (stop_words.contains(fold(title.substr(begin, next - begin)))) break;
    begins.push_back(begin);
    end = next;
    begin = next + 1;
  }
  for (const std::size_t begin : begins) {
    const std::string words = title.substr(begin, end - begin), folded = fold(words);
    const auto found = tables.singular_titles.find(folded);
    if (found == tables.singular_titles.end() || folded.size() != words.size()) continue;  // letters with accents
    const std::string& one = found->second;
    const std::size_t same =
        static_cast<std::size_t>(std::mismatch(one.begin(), one.end(), folded.begin(), folded.end()).first - one.begin());
    const bool is_shouted = words.back() >= 'A' && words.back() <= 'Z';
    std::string out = title.substr(0, begin) + words.substr(0, same);
    for (const char c : one.substr(same)) {
      out += is_shouted && c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    }
    return out + title.substr(end);
  }
  return title;
}

}  // namespace

std::vector<std::string> split_title(const std::string& title, const MergeTables& tables) {
  const MergeTables::WordSet& conjunctions = tables.word_list("title_conjunction");
  std::vector<std::string> parts(1);
  std::string word;
  const auto end_word = [&] {
    if (word.empty()) return;
    if (conjunctions.contains(fold(word)) || word == "&" || word == "/") {
      parts.emplace_back();
    } else {
      parts.back() += (parts.back().empty() ? "" : " ") + word;
    }
    word.clear();
  };
  for (const char c : title) {
    if (c == ' ') {
      end_word();
    } else if (c == '/' || c == ',') {
      end_word();
      word = "/";
      end_word();
    } else {
      word += c;
    }
  }
  end_word();
  if (parts.size() < 2 || !tables.role_category) return {singular_title(title, tables)};
  for (std::string& part : parts) {
    part = singular_title(part, tables);
    const std::string folded = fold(part);
    if (tables.role_category(folded).empty() && !tables.titles.contains(folded)) {
      return {singular_title(title, tables)};
    }
  }
  return parts;
}

std::string canonical_title(std::string_view title, const MergeTables& tables) {
  std::string spaced = fold(title);
  std::replace(spaced.begin(), spaced.end(), '-', ' ');
  const std::vector<std::string> words = words_of(spaced);
  const MergeTables::WordSet& stop_words = tables.word_list("stop_word");
  std::string out;
  const auto append = [&](std::string_view phrase) {
    for (const std::string& word : words_of(phrase)) {
      if (stop_words.contains(word)) continue;
      if (!out.empty()) out += ' ';
      out += word;
    }
  };
  for (std::size_t at = 0; at < words.size();) {
    std::size_t taken = 0;
    for (std::size_t size = std::min<std::size_t>(3, words.size() - at); size > 0 && taken == 0; --size) {
      std::string phrase;
      for (std::size_t i = at; i < at + size; ++i) phrase += (phrase.empty() ? "" : " ") + words[i];
      if (const auto equivalent = tables.titles.find(phrase); equivalent != tables.titles.end()) {
        append(equivalent->second);
        taken = size;
      }
    }
    if (taken == 0) append(words[at]);
    at += std::max<std::size_t>(taken, 1);
  }
  return out;
}

}  // namespace dossier::merging

namespace dossier {

std::string anchor_of(const DocumentResult& document, const ResultEntity& entity) {
  const std::string folded = fold(entity.name);
  std::size_t earlier = 0;
  for (const ResultEntity& other : document.entities) {
    if (&other == &entity) break;
    if (other.type == entity.type && fold(other.name) == folded) ++earlier;
  }
  std::string out = entity.type + ":" + folded + "@" + document.source_id.substr(0, 12);
  if (earlier > 0) out.append("#").append(std::to_string(earlier + 1));
  return out;
}

}  // namespace dossier
