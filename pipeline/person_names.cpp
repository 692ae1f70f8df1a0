#include <algorithm>
#include <array>

#include "pipeline/identity.h"

namespace dossier::merging {
namespace {

bool is_initial_of(const std::string& initial, const std::string& word) {
  return initial.size() == 1 && !word.empty() && word.front() == initial.front();
}

// Every middle name of the shorter list has its place in the longer one, in order.
bool fits_into(const std::vector<std::string>& shorter, const std::vector<std::string>& longer) {
  std::size_t at = 0;
  for (const std::string& word : longer) {
    if (at < shorter.size() &&
        (shorter[at] == word || is_initial_of(shorter[at], word) || is_initial_of(word, shorter[at])))
      ++at;
  }
  return at == shorter.size();
}

bool share_formal_name(const std::string& a, const std::string& b, const MergeTables& tables) {
  const auto formal = [&](const std::string& name) {
    std::vector<std::string> names{name};
    if (const auto found = tables.formal_names.find(name); found != tables.formal_names.end()) {
      names.insert(names.end(), found->second.begin(), found->second.end());
    }
    return names;
  };
  const std::vector<std::string> of_a = formal(a), of_b = formal(b);
  return std::find_first_of(of_a.begin(), of_a.end(), of_b.begin(), of_b.end()) != of_a.end();
}

// "quill" of "quill-akesson", and "berg" of "van der berg".
bool is_part_of(const std::string& part, const std::string& whole) {
  if (part.size() >= whole.size() || part.size() < 3) return false;
  const std::size_t at = whole.find(part);
  if (at == std::string::npos) return false;
  const auto parts = [](char c) { return c == '-' || c == ' '; };
  return (at == 0 || parts(whole[at - 1])) && (at + part.size() == whole.size() || parts(whole[at + part.size()]));
}

}  // namespace

std::string_view name_of(NameMatch match) {
  static constexpr std::array<std::string_view, 11> kNames = {"equal",   "subset", "nickname", "reordered",
                                                              "hyphen",  "suffix", "initial",  "spelling",
                                                              "surname", "rival",  "none"};
  return kNames[static_cast<std::size_t>(match)];
}

NameMatch compare_person_names(const PersonName& a, const PersonName& b, const MergeTables& tables) {
  if (a.size == 0 || b.size == 0) return NameMatch::kNone;
  if (a.suffix != b.suffix && !a.suffix.empty() && !b.suffix.empty()) return NameMatch::kRival;
  if (a.full == b.full) return a.suffix == b.suffix ? NameMatch::kEqual : NameMatch::kSuffix;
  if (a.size == 1 || b.size == 1) {
    const PersonName& single = a.size == 1 ? a : b;
    const PersonName& other = a.size == 1 ? b : a;
    return other.size > 1 && other.family == single.full ? NameMatch::kSurname : NameMatch::kNone;
  }
  const bool same_family = a.family == b.family;
  if (same_family && a.given == b.given) {
    const bool a_shorter = a.middle.size() <= b.middle.size();
    const bool fits = fits_into(a_shorter ? a.middle : b.middle, a_shorter ? b.middle : a.middle);
    return fits ? NameMatch::kSubset : NameMatch::kRival;
  }
  if (same_family) {
    if (share_formal_name(a.given, b.given, tables)) return NameMatch::kNickname;
    if (is_initial_of(a.given, b.given) || is_initial_of(b.given, a.given)) return NameMatch::kInitial;
    return one_letter_apart(a.given, b.given) ? NameMatch::kSpelling : NameMatch::kNone;
  }
  std::vector<std::string> words_a = words_of(a.full), words_b = words_of(b.full);
  std::sort(words_a.begin(), words_a.end());
  std::sort(words_b.begin(), words_b.end());
  if (words_a == words_b) return NameMatch::kReordered;
  if (a.given != b.given) return NameMatch::kNone;
  if (is_part_of(a.family, b.family) || is_part_of(b.family, a.family)) return NameMatch::kHyphen;
  return one_letter_apart(a.family, b.family) ? NameMatch::kSpelling : NameMatch::kNone;
}

}  // namespace dossier::merging
