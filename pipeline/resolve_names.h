// resolve_names.h - the names of a document: mentions of one type with the same words are one name, and names that mean
// the same are joined, the shorter to the longer.
//
//   "Ada Lovell" … "Lovell" … "ada lovell"    two names of three mentions; resolve_people.cpp joins the second to the
//                                             first
//
// Not here: which names mean the same (resolve_people.h, resolve_organizations.h).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "pipeline/marked_text.h"

namespace dossier {

struct DocumentName {
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

class DocumentNames {
 public:
  // `text` must outlive it.
  explicit DocumentNames(const MarkedText& text);

  std::uint32_t size() const { return static_cast<std::uint32_t>(names_.size()); }
  const DocumentName& operator[](std::uint32_t name) const { return names_[name]; }
  DocumentName& operator[](std::uint32_t name) { return names_[name]; }
  // Those of a type, namesakes apart, the ones with more words first; equal lengths by first use.
  std::vector<std::uint32_t> longest_first(TypeId type) const;
  // kNone: the mention is none of an entity.
  std::uint32_t of_mention(std::uint32_t mention) const { return name_of_mention_[mention]; }
  // The name that the name was joined to, over all steps; itself.
  std::uint32_t root(std::uint32_t name);
  void join(std::uint32_t name, std::uint32_t to, std::string why);
  // Pairs of mentions that the text declares to be the same.
  void join_declared(const std::vector<std::pair<std::uint32_t, std::uint32_t>>& aliases);
  // Makes a new name of some mentions of another.
  void split_off(DocumentName name);

  std::string words_as_written(const Mention& mention) const;
  std::string_view first_surface(const DocumentName& name) const {
    return text_.document.slice(text_.mentions[name.mentions.front()].span);
  }

 private:
  void collect();
  bool is_marked_namesake(const Mention& mention) const;
  std::string_view broken_rest(const Mention& mention) const;

  const MarkedText& text_;
  LexiconId namesake_mark_;
  std::vector<DocumentName> names_;
  std::vector<std::uint32_t> name_of_mention_;
  std::unordered_map<std::uint32_t, std::uint32_t> rest_of_;  // cell block -> block with the rest of its name
};

bool is_entity(TypeId type);
// Plain capitals: no letter a-z, and one of A-Z.
bool is_shouted(std::string_view text);
// Is the folded word one of the lexicon?
bool is_word_of(const Lexicons& lexicons, const std::string& word, LexiconId lexicon);

}  // namespace dossier
