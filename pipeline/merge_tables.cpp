#include <cstdlib>
#include <memory>
#include <set>
#include <unordered_map>

#include "grammars/tsv.h"
#include "pipeline/merge.h"
#include "pipeline/names.h"

namespace dossier {
namespace {

using Numbers = std::unordered_map<std::string, double>;

// "ceo = chief executive officer" -> both sides folded.
std::pair<std::string, std::string> split_equation(std::string_view text) {
  const std::size_t at = text.find('=');
  if (at == std::string_view::npos) return {fold(text), ""};
  return {fold(text.substr(0, at)), fold(text.substr(at + 1))};
}

void read_weights(const std::filesystem::path& path, MergeTables& tables, std::vector<Problem>& problems) {
  const std::size_t before = problems.size();
  std::set<std::string> weights;  // of this file: a later folder may correct an earlier one
  const TsvTable table = read_tsv(path, {"kind", "name", "value"}, problems);
  if (problems.size() != before) return;
  const std::size_t kind = table.column("kind"), name = table.column("name"), value = table.column("value");
  for (const TsvRow& row : table.rows) {
    const std::string& cell = row.cells[value];
    const auto wrong = [&](std::string what, std::string advice) {
      problems.push_back({table.file, row.line, 1, std::move(what), cell, std::move(advice)});
    };
    if (row.cells[kind] == "weight") {
      char* end = nullptr;
      const double number = std::strtod(cell.c_str(), &end);
      if (cell.empty() || *end != '\0') {
        wrong("a weight is a number", "write it like 3 or -1.5");
      } else if (!weights.insert(row.cells[name]).second) {
        wrong("weight given twice: " + row.cells[name], "keep one of the rows");
      } else {
        tables.weights.insert_or_assign(row.cells[name], number);
      }
    } else if (row.cells[kind] == "word") {
      if (row.cells[name] == "title_equivalent") {
        auto [from, to] = split_equation(cell);
        if (to.empty()) wrong("a title equivalent has two sides", "write it like `ceo = chief executive officer`");
        tables.titles[std::move(from)] = std::move(to);
      } else if (row.cells[name] == "organization_word") {
        auto [word, english] = split_equation(cell);
        if (english.empty()) wrong("a translated word has two sides", "write it like `fondazione = foundation`");
        tables.words["organization_word"].insert(english);
        tables.organization_words[std::move(word)] = std::move(english);
      } else if (row.cells[name] == "legal_form") {
        auto [form, form_class] = split_equation(cell);
        tables.legal_forms[std::move(form)] = std::move(form_class);
      } else if (const std::string word = fold(cell); word.empty()) {
        wrong("an empty word", "write the word");
      } else {
        tables.words[row.cells[name]].insert(word);
      }
    } else {
      wrong("unknown kind of row: " + row.cells[kind], "use weight or word");
    }
  }
}

void read_nicknames(const std::filesystem::path& path, MergeTables& tables, std::vector<Problem>& problems) {
  const std::size_t before = problems.size();
  const TsvTable table = read_tsv(path, {"formal", "short"}, problems);
  if (problems.size() != before) return;
  const std::size_t formal = table.column("formal"), shorts = table.column("short");
  for (const TsvRow& row : table.rows) {
    for (std::string& word : words_of(fold(row.cells[shorts]))) {
      tables.formal_names[std::move(word)].push_back(fold(row.cells[formal]));
    }
  }
}

using Folders = std::vector<std::filesystem::path>;

// One column of a lexicon in all folders by folded entry; nothing where the file or the column is not there.
template <class Take>
void read_lexicon(const Folders& folders, std::string_view name, std::string_view column,
                  std::vector<Problem>& problems, Take take) {
  for (const std::filesystem::path& folder : folders) {
    const std::filesystem::path path = folder / "lexicons" / (std::string(name) + ".tsv");
    std::error_code error;
    if (!std::filesystem::exists(path, error)) continue;
    const TsvTable table = read_tsv(path, {"entry"}, problems);
    const std::size_t entry = table.column("entry"), value = table.column(column);
    if (entry == std::string::npos || value == std::string::npos) continue;
    for (const TsvRow& row : table.rows) take(fold(row.cells[entry]), row.cells[value]);
  }
}

// The plurals of all titles by the endings of their language: "co-chairs" -> "co-chair".
void read_plural_titles(const Folders& folders, MergeTables& tables, std::vector<Problem>& problems) {
  struct Ending {
    std::string singular, plural;
  };
  std::map<std::string, std::vector<Ending>> endings;  // by language
  for (const std::filesystem::path& folder : folders) {
    const std::filesystem::path path = folder / "plural_endings.tsv";
    std::error_code error;
    if (!std::filesystem::exists(path, error)) continue;
    const std::size_t before = problems.size();
    const TsvTable table = read_tsv(path, {"lang", "singular", "plural"}, problems);
    if (problems.size() != before) return;
    for (const TsvRow& row : table.rows) {
      endings[row.cells[table.column("lang")]].push_back(
          {fold(row.cells[table.column("singular")]), fold(row.cells[table.column("plural")])});
    }
  }
  std::vector<std::string> titles;
  read_lexicon(folders, "role_head", "lang", problems, [&](std::string title, const std::string& lang) {
    const Ending* best = nullptr;
    for (const Ending& ending : endings[lang]) {
      if (title.ends_with(ending.singular) && (best == nullptr || best->singular.size() < ending.singular.size()))
        best = &ending;
    }
    if (best != nullptr && best->singular != best->plural) {
      tables.singular_titles.try_emplace(title.substr(0, title.size() - best->singular.size()) + best->plural, title);
    }
    titles.push_back(std::move(title));
  });
  for (const std::string& title : titles) tables.singular_titles.erase(title);  // a title as it stands: "chief of staff"
}

std::function<double(std::string_view)> name_weights(const Folders& folders, std::string_view lexicon,
                                                     std::vector<Problem>& problems) {
  auto numbers = std::make_shared<Numbers>();
  read_lexicon(folders, lexicon, "weight", problems, [&](std::string name, const std::string& weight) {
    double& known = numbers->try_emplace(std::move(name), 0.0).first->second;
    known = std::max(known, std::strtod(weight.c_str(), nullptr));  // spellings that fold alike: the commonest
  });
  if (numbers->empty()) return nullptr;
  return [numbers](std::string_view word) {
    const auto found = numbers->find(std::string(word));
    return found == numbers->end() ? -1.0 : found->second;
  };
}

}  // namespace

double MergeTables::weight(std::string_view name) const {
  const auto found = weights.find(name);
  return found == weights.end() ? 0 : found->second;
}

const MergeTables::WordSet& MergeTables::word_list(std::string_view name) const {
  static const WordSet kNoWords;
  const auto found = words.find(name);
  return found == words.end() ? kNoWords : found->second;
}

MergeTables load_merge_tables(const std::vector<std::filesystem::path>& folders) {
  MergeTables tables;
  std::vector<Problem> problems;
  for (std::size_t i = 0; i < folders.size(); ++i) {
    std::error_code error;
    const std::filesystem::path weights = folders[i] / "merge.tsv", nicknames = folders[i] / "nicknames.tsv";
    if (i == 0 || std::filesystem::exists(weights, error)) read_weights(weights, tables, problems);
    if (i == 0 || std::filesystem::exists(nicknames, error)) read_nicknames(nicknames, tables, problems);
  }
  read_lexicon(folders, "legal_form", "entry", problems, [&](std::string form, const std::string&) {
    tables.legal_forms.try_emplace(std::move(form), "");  // merge.tsv knows the class of the commonest
  });
  read_lexicon(folders, "person_particle", "entry", problems, [&](const std::string& particle, const std::string&) {
    for (std::string& word : words_of(particle)) {
      if (word.size() > 1) tables.words["name_particle"].insert(std::move(word));  // "m'" is an initial here
    }
  });
  tables.given_name_weight = name_weights(folders, "given_name", problems);
  tables.surname_weight = name_weights(folders, "surname", problems);
  read_plural_titles(folders, tables, problems);
  auto categories = std::make_shared<std::unordered_map<std::string, std::string>>();
  read_lexicon(folders, "role_head", "category", problems, [&](std::string title, const std::string& category) {
    categories->try_emplace(std::move(title), category);
  });
  // The head of a title is its last words before the first preposition: "vice president of engineering".
  tables.role_category = [categories, stop_words = tables.word_list("stop_word")](std::string_view folded_title) {
    std::vector<std::string> words = words_of(folded_title);
    const auto stop =
        std::find_if(words.begin(), words.end(), [&](const auto& word) { return stop_words.contains(word); });
    words.erase(stop, words.end());
    for (std::size_t from = 0; from < words.size(); ++from) {
      std::string tail;
      for (std::size_t i = from; i < words.size(); ++i) tail += (tail.empty() ? "" : " ") + words[i];
      if (const auto found = categories->find(tail); found != categories->end()) return found->second;
    }
    return std::string();
  };
  if (!problems.empty()) throw KnowledgeError(std::move(problems));
  return tables;
}

MergeTables load_merge_tables(const Knowledge& knowledge) {
  return load_merge_tables(knowledge.folders());
}

}  // namespace dossier
