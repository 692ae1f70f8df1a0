// known_names.h - what the documents establish about names, and which of these names each other document may take as
// known.
//
//   a.md, a curated page:   "# Trevik … Founder: Ada Lovell"       ->  organization "Trevik", person "Ada Lovell"
//   b.md:                   "The people from Trevik came by."      ->  "Trevik" is an organization here too
//
// Two passes, no fixed point: all documents are extracted and merged without known names; what the profiles then hold
// gives the names; documents in which one of them stands are extracted once more with it. So the outcome depends on
// neither the order of documents nor earlier builds, and what is taken away leaves no trace.
//
// A name is known to a document if it is the name, or another name, of a profile; if another document vouches for it
// with a statement about the profile (a document never vouches for itself or for its copies); and if the documents
// agree on its type. One document is enough for a name of two words or more, and for any name if it is a curated page
// or a person has accepted or edited the statement; a name of one word takes two. People are never known by one word,
// organizations only if no lexicon knows it as anything else.
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "pipeline/document.h"
#include "pipeline/knowledge.h"
#include "pipeline/merge.h"
#include "pipeline/results.h"

namespace dossier {

class KnownNames {
 public:
  struct Voucher {
    std::string source;  // id
    std::string uri;
    std::string why;           // "page", "accepted", "facts"; "added": a person did, there is no document
    std::uint32_t origin = 0;  // copies of one document share it
  };
  struct Entry {
    KnownName name;
    std::vector<Voucher> vouchers;  // sorted by (uri, source)
    std::size_t fewest = 1;         // how many it takes if they vouch by facts alone
  };

  KnownNames() = default;
  // `documents` and what merge makes of them, both without known names.
  KnownNames(std::span<const DocumentResult> documents, const Merged& merged, const Knowledge& knowledge,
             const MergeTables& tables);

  std::span<const Entry> entries() const { return entries_; }  // sorted by name and type
  const Entry* find(const KnownName& name) const;

  // What to extract a document with: the names all of whose words stand in it and that others vouch for; sorted.
  std::vector<KnownName> for_document(const DocumentResult& document) const;

 private:
  std::vector<Entry> entries_;
  std::vector<std::vector<std::uint64_t>> words_;              // of each entry, its hashes
  std::map<std::uint64_t, std::vector<std::uint32_t>> index_;  // rarest word -> entries
  std::map<std::string, std::uint32_t, std::less<>> origins_;  // source -> origin
};

// "talks/a.md", "talks/b.md (page)", "talks/b.md (accepted)", "what a person added"
std::string describe(const KnownNames::Voucher& voucher);

// DocumentResult::name_words.
std::vector<std::uint64_t> name_words_of(const Document& document);

// Goes into the key of a stored result; "" for none.
std::string hash_of(std::span<const KnownName> known);

// What known names changed: the same documents before and with them.
struct KnownNamesEffect {
  std::uint64_t names = 0;      // known to some document
  std::uint64_t documents = 0;  // with a known name in them
  std::uint64_t changed = 0;    // whose mentions or facts are others for it
  std::uint64_t mentions_gained = 0, mentions_lost = 0;
  std::uint64_t facts_gained = 0, facts_lost = 0;
  void add(const DocumentResult& without, const DocumentResult& with);
};

}  // namespace dossier
