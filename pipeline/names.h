// names.h - names made comparable: folding, slugs, the parts of a person's name, legal forms off an organization's.
//
//   fold("  Thérèse  O’Neil-Åkesson ")  -> "therese o'neil-akesson"
//   slug("Thérèse O’Neil")              -> "therese-oneil"
//   parse_person_name("Dr. Ada K. Lovell Jr.") -> given "ada", middle {"k"}, family "lovell", suffix "jr"
//   compare_form("The Harbor Labs, Inc.") -> core "harbor labs", form "inc"
//
// Promise: total and free of locale: the same bytes in give the same bytes out on any machine. Folding keeps word
// order. Not here: how alike two names are (identity.h).
#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace dossier {

// Transliterated to Latin ASCII, lower case, straight apostrophes, one space between words, no other punctuation but
// inner hyphens, apostrophes and the signs & + . inside a word ("at&t", "c++", "node.js").
std::string fold(std::string_view name);

// The words of a folded text.
std::vector<std::string> words_of(std::string_view folded);

// Lower-case ASCII words joined by hyphens; empty if nothing of the name can be written so.
std::string slug(std::string_view name);

struct PersonName {
  std::string given;                // first word; an initial is one letter
  std::vector<std::string> middle;  // words or initials between
  std::string family;               // last word, with the particles before it ("van der berg")
  std::string suffix;               // "jr", "iii", … from `suffixes`
  std::string full;                 // the folded name without suffix, single spaces, no dots
  std::size_t size = 0;             // number of words in `full`
};

// `suffixes` and `particles` are folded words.
PersonName parse_person_name(std::string_view folded, const std::set<std::string, std::less<>>& suffixes,
                             const std::set<std::string, std::less<>>& particles);

struct OrganizationName {
  std::string core;               // folded, without articles in front and legal forms at the end
  std::string form;               // the legal forms, letters and digits only: "S.p.A." and "SpA" are "spa"
  std::set<std::string> classes;  // classes of the legal forms taken off ("company", "foundation")
};

OrganizationName compare_form(std::string_view folded,
                              const std::map<std::string, std::string, std::less<>>& legal_forms,
                              const std::set<std::string, std::less<>>& articles);

// "OSI" of "Open Source Initiative": first letters of the words, with and without the words of `stop_words`.
bool is_acronym_of(std::string_view folded_acronym, std::string_view folded_name,
                   const std::set<std::string, std::less<>>& stop_words);

// One or a few letters written all in upper case ("OSI", "AT&T", "U.N.").
bool looks_like_acronym(std::string_view name);

// One letter more, less or other, or two changed over, in words long enough for that to be a slip.
bool one_letter_apart(std::string_view a, std::string_view b);

// "https://www.Example.org/About/" -> "example.org/about"; handles and e-mail addresses lower-cased.
std::string normalize_identifier(std::string_view value);

// 16 hex digits, the same on every machine; for keys, not for security.
std::string short_hash(std::string_view bytes);

}  // namespace dossier
