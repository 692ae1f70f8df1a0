// knowledge_error.h - the one way in which wrong knowledge (rules, lexicons, tables) is reported.
//
//   roles.rules:12:9: unknown lexicon - @role_haed - did you mean @role_head?
//
// Thrown once at load with every problem found in every file. Work on documents after a successful load never throws
// it.
#pragma once

#include <stdexcept>
#include <string>
#include <vector>

namespace dossier {

struct Problem {
  std::string file;
  std::uint32_t line = 0;    // 1-based; 0: the file as a whole
  std::uint32_t column = 0;  // 1-based, in bytes
  std::string what;          // "unknown lexicon"
  std::string piece;         // the offending text; may be empty
  std::string advice;        // how to mend it; may be empty

  std::string to_string() const;  // file:line:column: what - piece - advice
};

class KnowledgeError : public std::runtime_error {
 public:
  explicit KnowledgeError(std::vector<Problem> problems);  // problems are sorted by (file, line, column)
  const std::vector<Problem>& problems() const { return problems_; }

 private:
  std::vector<Problem> problems_;
};

// The nearest of `candidates` to a misspelt `name`, or empty when none is near (more edits than a third of its length,
// at least one).
std::string did_you_mean(const std::string& name, const std::vector<std::string>& candidates);

}  // namespace dossier
