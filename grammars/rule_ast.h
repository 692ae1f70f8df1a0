// rule_ast.h - a rule as written: what the parser makes of a rule file and the compiler turns into an automaton. Data
// only.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "grammars/knowledge_error.h"

namespace dossier::rules {

// One test of `@role_head[category=executive]`, `@given_name[weight>=5, ambiguous<3]`, `<role category!=member>`. The
// four orders compare numbers; an empty attribute counts as 0.
enum class Comparison : std::uint8_t { kEqual, kNotEqual, kLess, kLessEqual, kGreater, kGreaterEqual };
struct AttributeTest {
  std::string name;
  std::string value;
  Comparison comparison = Comparison::kEqual;
  friend bool operator==(const AttributeTest&, const AttributeTest&) = default;
};
std::string_view symbol_of(Comparison comparison);  // "=", "!=", "<", …
bool compare(Comparison comparison, std::string_view left, std::string_view right);

enum class NodeKind : std::uint8_t {
  kLiteral,       // "chief executive": one or more words, any case
  kExactLiteral,  // 'Will': as written
  kLexicon,       // @role_head[category=executive]
  kMention,       // <person|organization status=past>
  kRegex,         // /[0-9]{4}/
  kTest,          // Cap, Digits, Heading …: a built-in truth about a token; children: kLabel
  kLabel,         // inside a kTest: column="company"|@table_label; children: the values, kLiteral or kLexicon
  kAny,           // .
  kNot,           // !x
  kAnd,           // x & y
  kSequence,
  kAlternation,
  kRepeat,    // x? x* x+ x{2,5}, lazy with a trailing ?
  kCapture,   // name: x
  kLook,      // (?= x) (?! x) (?<= x) (?<! x)
  kBoundary,  // ^sentence $turn …
  kMacro,     // $title("of")
};

struct Node {
  NodeKind kind = NodeKind::kSequence;
  std::string text;                // literal, lexicon name, regex, test, capture name, boundary, macro or label part
  std::vector<std::string> names;  // mention types
  std::vector<AttributeTest> tests;
  std::vector<Node> children;
  std::uint32_t min = 0, max = 0;  // kRepeat; kUnbounded: no upper bound of its own
  bool lazy = false;
  bool behind = false;       // kLook
  bool negated = false;      // kLook; kLabel: none of the values
  bool at_end = false;       // kBoundary: `$`
  std::uint32_t offset = 0;  // where it stands in the file, for messages
};
inline constexpr std::uint32_t kUnbounded = 0xFFFFFFFFu;

struct Assignment {
  std::string name;       // argument or attribute
  std::string capture;    // from this capture …
  std::string attribute;  // … its lexicon entry's attribute, if not empty ("head.category")
  std::string text;       // or this text, if `capture` is empty
  std::uint32_t offset = 0;
  std::vector<Assignment> more;  // further parts of a joined value: text=first + " … " + rest
};

struct Action {
  std::string target;                  // mention type, fact predicate
  bool forbids = false;                // => forbid person: no mention of that type may overlap the match
  std::vector<Assignment> arguments;   // (person, organization=org)
  std::vector<Assignment> attributes;  // [category=executive]
  std::uint32_t offset = 0;
};

struct Example {
  bool positive = true;
  std::string text;
  std::vector<std::pair<std::string, std::string>> expected;  // capture or argument -> words
  std::uint32_t line = 0;
};

struct Guard {
  std::string name;  // document.kind, language
  std::vector<std::string> values;
  bool negated = false;
  std::uint32_t offset = 0;
};

struct Constraint {  // where same(a, b), where different(a, b)
  std::string name;
  std::vector<std::string> captures;
  std::uint32_t offset = 0;
};

struct Rule {
  std::string id;
  std::string file;
  std::uint32_t line = 0;
  std::string phase;
  std::string within = "sentence";  // sentence, block, record, turn, slide
  std::uint32_t reach = 0;          // tokens; 0: the default
  std::vector<Guard> guards;
  std::vector<Constraint> constraints;
  Node pattern;
  std::vector<Action> actions;
  std::vector<Example> examples;
  double confidence = 0.5;
  std::int32_t priority = 0;
};

struct Macro {
  std::string name;
  std::vector<std::string> parameters;
  Node body;
  std::string file;
  std::uint32_t line = 0;
};

struct Import {
  std::string path;
  std::uint32_t line = 0;
};

struct File {
  std::string name;
  std::string text;  // kept for messages
  std::vector<Import> imports;
  std::vector<Macro> macros;
  std::vector<Rule> rules;
};

// Parses one rule file; every item with a mistake is reported and left out, the others are kept.
File parse_rule_file(std::string name, std::string text, std::vector<Problem>& problems);

// The pattern as text: what parse_rule_file reads as the same pattern.
std::string print(const Node& node);

// Line and column (both from 1) of a byte offset.
std::pair<std::uint32_t, std::uint32_t> line_and_column(std::string_view text, std::size_t offset);

}  // namespace dossier::rules
