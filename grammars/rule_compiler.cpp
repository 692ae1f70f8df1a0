// rule_compiler.cpp - rules as written -> interned predicates and automata.
#include <algorithm>
#include <map>
#include <set>
#include <tuple>

#include "grammars/edtf.h"
#include "grammars/lexicon_image.h"
#include "grammars/rule_program.h"
#include "pipeline/tokenize.h"

namespace dossier {

using rules::Node;
using rules::NodeKind;

namespace {

constexpr std::size_t kMaxNodes = 200000;        // of one rule after macro expansion
constexpr std::size_t kMaxInstructions = 50000;  // of one rule
constexpr std::uint32_t kMaxMacroDepth = 20;
constexpr std::size_t kMaxAlternatives = 1000;  // of a test of one token in disjunctive form
constexpr std::uint32_t kMaxReach = 10000;      // tokens
// A look is sought only where it is asked for, if so many conditions say where, and so many tests come of them.
constexpr std::size_t kMaxNarrowing = 4, kMaxNarrowed = 16;

std::vector<std::string> words_of(std::string_view text) {
  std::vector<Token> tokens;
  tokenize_phrase(text, tokens);
  std::vector<std::string> words;
  for (const Token& token : tokens) words.emplace_back(text.substr(token.begin, token.end - token.begin));
  return words;
}

// ---------------------------------------------------------------------------------------------------------------------
// Macros.

using MacroTable = std::map<std::string, rules::Macro>;

class MacroExpander {
 public:
  // `visible`: the macros that each file may call.
  MacroExpander(const std::map<std::string, MacroTable>& visible, const std::map<std::string, std::string>& texts,
                std::vector<Problem>& problems)
      : visible_(visible), texts_(texts), problems_(problems) {}

  bool expand(rules::Rule& rule) {
    file_ = rule.file;
    nodes_ = 0;
    failed_ = false;
    rule.pattern = expand(rule.pattern, {}, 0);
    return !failed_;
  }

 private:
  void report(const Node& node, std::string what, std::string piece, std::string advice) {
    if (failed_) return;
    failed_ = true;
    const auto it = texts_.find(file_);
    const auto [line, column] = it == texts_.end() ? std::pair<std::uint32_t, std::uint32_t>{0, 0}
                                                   : rules::line_and_column(it->second, node.offset);
    problems_.push_back({file_, line, column, std::move(what), std::move(piece), std::move(advice)});
  }

  Node expand(const Node& node, const std::map<std::string, Node>& arguments, std::uint32_t depth) {
    if (failed_) return node;
    if (++nodes_ > kMaxNodes) {
      report(node, "pattern too large", "", "more than " + std::to_string(kMaxNodes) + " parts after macro expansion");
      return node;
    }
    if (node.kind == NodeKind::kBoundary && node.at_end) {
      const auto argument = arguments.find(node.text);
      if (argument != arguments.end()) return argument->second;
      const MacroTable& macros = visible_.at(file_);
      if (macros.contains(node.text)) {
        report(node, "macro without brackets", "$" + node.text, "write $" + node.text + "(…)");
        return node;
      }
    }
    if (node.kind == NodeKind::kMacro) {
      const MacroTable& macros = visible_.at(file_);
      const auto it = macros.find(node.text);
      if (it == macros.end()) {
        std::vector<std::string> names;
        for (const auto& [name, macro] : macros) names.push_back(name);
        const std::string hint = did_you_mean(node.text, names);
        report(node, "unknown macro", "$" + node.text,
               hint.empty() ? "no macro of this file or its imports has this name: define it with `macro`"
                            : "did you mean $" + hint + "?");
        return node;
      }
      if (depth >= kMaxMacroDepth) {
        report(node, "macros call each other too deeply", "$" + node.text, "a macro may not call itself");
        return node;
      }
      const rules::Macro& macro = it->second;
      if (macro.parameters.size() != node.children.size()) {
        report(node, "macro wants " + std::to_string(macro.parameters.size()) + " arguments", "$" + node.text,
               "it is given " + std::to_string(node.children.size()));
        return node;
      }
      std::map<std::string, Node> bound;
      for (std::size_t i = 0; i < node.children.size(); ++i) {
        bound[macro.parameters[i]] = expand(node.children[i], arguments, depth + 1);
      }
      Node body = expand(macro.body, bound, depth + 1);
      stand_at(body, node.offset);
      return body;
    }
    Node out = node;
    for (Node& child : out.children) child = expand(child, arguments, depth);
    return out;
  }

  // Parts of a macro stand, for messages, where it is called.
  static void stand_at(Node& node, std::uint32_t offset) {
    node.offset = offset;
    for (Node& child : node.children) stand_at(child, offset);
  }

  const std::map<std::string, MacroTable>& visible_;
  const std::map<std::string, std::string>& texts_;
  std::vector<Problem>& problems_;
  std::string file_;
  std::size_t nodes_ = 0;
  bool failed_ = false;
};

void collect_words(const Node& node, std::set<std::string>& words) {
  if (node.kind == NodeKind::kLiteral) {
    for (std::string& word : words_of(node.text)) words.insert(std::move(word));
  }
  for (const Node& child : node.children) collect_words(child, words);
}

}  // namespace

namespace {

// The macros of a file and of all files that it imports, however indirectly; the nearest definition wins.
MacroTable visible_macros(const std::string& file, const std::map<std::string, MacroTable>& own,
                          const std::map<std::string, std::vector<std::string>>& imports) {
  MacroTable table;
  std::vector<std::string> queue = {file};
  std::set<std::string> seen;
  for (std::size_t i = 0; i < queue.size(); ++i) {
    const std::string at = queue[i];
    if (!seen.insert(at).second) continue;
    if (const auto it = own.find(at); it != own.end()) table.insert(it->second.begin(), it->second.end());
    if (const auto it = imports.find(at); it != imports.end())
      queue.insert(queue.end(), it->second.begin(), it->second.end());
  }
  return table;
}

}  // namespace

ParsedRules parse_rules(const std::vector<std::pair<std::string, std::string>>& files, std::vector<Problem>& problems) {
  ParsedRules parsed;
  std::map<std::string, MacroTable> own;                    // by file
  std::map<std::string, std::vector<std::string>> imports;  // by file
  std::map<std::string, std::string>& texts = parsed.texts;
  std::map<std::string, std::pair<std::string, std::uint32_t>> defined;
  std::vector<rules::Rule> all;
  std::vector<std::string> names;
  for (const auto& [name, text] : files) names.push_back(name);
  for (const auto& [name, text] : files) {
    rules::File file = rules::parse_rule_file(name, text, problems);
    for (const rules::Import& import : file.imports) {
      if (std::find(names.begin(), names.end(), import.path) == names.end()) {
        const std::string hint = did_you_mean(import.path, names);
        problems.push_back({name, import.line, 0, "import of an unknown file", import.path,
                            hint.empty() ? "paths count from the knowledge folder" : "did you mean " + hint + "?"});
      } else {
        imports[name].push_back(import.path);
      }
    }
    for (rules::Macro& macro : file.macros) {
      const auto [it, is_new] = own[name].try_emplace(macro.name, macro);
      if (!is_new) {
        problems.push_back({name, macro.line, 0, "macro defined twice", macro.name,
                            "the other one is at " + it->second.file + ":" + std::to_string(it->second.line)});
      }
    }
    for (rules::Rule& rule : file.rules) {
      const auto [it, is_new] = defined.try_emplace(rule.id, rule.file, rule.line);
      if (!is_new) {
        problems.push_back({name, rule.line, 0, "rule defined twice", rule.id,
                            "the other one is at " + it->second.first + ":" + std::to_string(it->second.second)});
        continue;
      }
      all.push_back(std::move(rule));
    }
    texts[name] = std::move(file.text);
  }
  std::map<std::string, MacroTable> visible;
  for (const std::string& name : names) visible[name] = visible_macros(name, own, imports);
  MacroExpander expander(visible, texts, problems);
  std::set<std::string> words;
  for (rules::Rule& rule : all) {
    if (!expander.expand(rule)) continue;
    collect_words(rule.pattern, words);
    if (std::find(parsed.phases.begin(), parsed.phases.end(), rule.phase) == parsed.phases.end()) {
      parsed.phases.push_back(rule.phase);
    }
    parsed.rules.push_back(std::move(rule));
  }
  std::sort(parsed.phases.begin(), parsed.phases.end());
  std::sort(parsed.rules.begin(), parsed.rules.end(), [](const auto& a, const auto& b) { return a.id < b.id; });
  parsed.words.assign(words.begin(), words.end());
  return parsed;
}

// ---------------------------------------------------------------------------------------------------------------------

namespace {

using Program = RuleSet::Program;
using Condition = Program::Condition;
using Op = Program::Op;

struct NamedMask {
  const char* name;
  std::uint32_t mask;
};
constexpr NamedMask kShapeTests[] = {
    {"Alpha", shape::kAlpha},       {"Upper", shape::kUpperFirst}, {"Cap", shape::kCapitalized},
    {"CAPS", shape::kAllCaps},      {"Lower", shape::kLower},      {"Mixed", shape::kMixed},
    {"Initial", shape::kInitial},   {"Digits", shape::kDigits},    {"HasDigit", shape::kHasDigit},
    {"Punct", shape::kPunctuation}, {"Url", shape::kUrl},          {"Handle", shape::kHandle},
    {"NonAscii", shape::kNonAscii}, {"Dotted", shape::kDotted},    {"Clitic", shape::kClitic},
};
constexpr std::uint32_t block_bit(BlockKind kind) {
  return 1u << (structure::kBlockKind + static_cast<unsigned>(kind));
}
constexpr NamedMask kStructureTests[] = {
    {"Spaced", token_flag::kSpaceBefore},
    {"NewLine", token_flag::kNewlineBefore | token_flag::kBlankLineBefore},
    {"SentenceFirst", token_flag::kSentenceFirst},
    {"SentenceLast", token_flag::kSentenceLast},
    {"Emphasis", token_flag::kEmphasis},
    {"Linked", token_flag::kLinked},
    {"Quoted", token_flag::kQuoted},
    {"Shouting", structure::kShouting},
    {"Titled", structure::kTitled},
    {"Paragraph", block_bit(BlockKind::kParagraph)},
    {"Heading", block_bit(BlockKind::kHeading)},
    {"ListItem", block_bit(BlockKind::kListItem)},
    {"Cell", block_bit(BlockKind::kTableCell)},
    {"Metadata", block_bit(BlockKind::kMetadata)},
    {"Speaker", block_bit(BlockKind::kSpeaker)},
    {"Quotation", block_bit(BlockKind::kQuotation)},
    {"Fragment", block_bit(BlockKind::kFragment)},
};
constexpr NamedMask kFirstBoundaries[] = {
    {"sentence", structure::kSentenceFirst},
    {"block", structure::kBlockFirst},
    {"turn", structure::kTurnFirst},
    {"slide", structure::kSlideFirst},
    {"record", structure::kRecordFirst},
    {"line", token_flag::kNewlineBefore | token_flag::kBlankLineBefore | structure::kBlockFirst},
};
constexpr NamedMask kLastBoundaries[] = {
    {"sentence", structure::kSentenceLast}, {"block", structure::kBlockLast},   {"turn", structure::kTurnLast},
    {"slide", structure::kSlideLast},       {"record", structure::kRecordLast},
};

template <std::size_t n>
const NamedMask* find_mask(const NamedMask (&table)[n], std::string_view name) {
  for (const NamedMask& row : table) {
    if (row.name == name) return &row;
  }
  return nullptr;
}

class Compiler {
 public:
  Compiler(const ParsedRules& parsed, const RuleContext& context, std::vector<Problem>& problems)
      : parsed_(parsed), context_(context), problems_(problems) {}

  std::unique_ptr<Program> compile() {
    program_ = std::make_unique<Program>();
    program_->lexicon_predicates.resize(context_.lexicons.lexicon_names().size());
    program_->mention_predicates.resize(context_.types.size());
    program_->phase_names = parsed_.phases;
    program_->phases.resize(parsed_.phases.size());
    for (std::size_t i = 0; i < parsed_.phases.size(); ++i) program_->phases[i].name = parsed_.phases[i];
    // What mentions may be asked: what extraction tells of them, and columns of lexicons.
    mention_attributes_ = {"guess", "proof", "kind", "category", "qualifier"};
    for (const std::string& name : context_.lexicons.attribute_names()) mention_attributes_.insert(name);
    for (const rules::Rule& rule : parsed_.rules) compile_rule(rule);
    for (Program::Phase& phase : program_->phases) {
      if (problems_.empty()) narrow_looks(phase);  // what a wrong part leaves may lead to itself
      for (Program::Automaton& automaton : phase.looks) collect_bits(automaton);
      for (Program::Automaton& automaton : phase.rules) collect_bits(automaton);
    }
    // Those of a language side by side: sets of which a document's rules ask for nothing are not run. Among them those
    // that begin alike: together they have fewer states, a fifth less to build for new words.
    std::sort(program_->regex_predicates.begin(), program_->regex_predicates.end(),
              [this](std::uint32_t a, std::uint32_t b) {
                return std::tie(regex_languages_[a], program_->predicates[a].text) <
                       std::tie(regex_languages_[b], program_->predicates[b].text);
              });
    if (!compile_regexes(*program_))
      problems_.push_back(
          {"rules", 0, 0, "the regular expressions of the rules together are too large", "", "simplify the largest"});
    return std::move(program_);
  }

 private:
  using Conditions = std::vector<Condition>;  // any of them

  void report(const Node& node, std::string what, std::string piece, std::string advice) {
    report_at(node.offset, std::move(what), std::move(piece), std::move(advice));
  }
  // Offset 0 (no item starts a rule's part there) stands for the rule as a whole.
  void report_at(std::uint32_t offset, std::string what, std::string piece, std::string advice) {
    std::pair<std::uint32_t, std::uint32_t> where{rule_->line, 1};
    const auto text = parsed_.texts.find(rule_->file);
    if (offset != 0 && text != parsed_.texts.end()) where = rules::line_and_column(text->second, offset);
    problems_.push_back({rule_->file, where.first, where.second, rule_->id + ": " + std::move(what), std::move(piece),
                         std::move(advice)});
  }

  // --- predicates ---------------------------------------------------------------------------------------------------

  std::uint32_t intern(Program::Predicate predicate, const std::string& key, std::uint32_t bits) {
    const auto [it, is_new] = predicate_ids_.try_emplace(key, static_cast<std::uint32_t>(program_->predicates.size()));
    if (is_new) {
      predicate.bit = program_->bit_count;
      program_->bit_count += bits;
      program_->predicates.push_back(std::move(predicate));
    }
    return it->second;
  }

  std::uint32_t bit_of(std::uint32_t predicate) const { return program_->predicates[predicate].bit; }

  std::uint32_t word_bit(const std::vector<std::string>& words) {
    std::set<WordId> ids;
    std::string key = "word:";
    std::string folded;
    for (const std::string& word : words) {
      fold_case(word, folded);
      const WordId id = context_.lexicons.image().find(folded);
      if (id != 0) ids.insert(id);
    }
    for (const WordId id : ids) key += std::to_string(id) + ',';
    Program::Predicate predicate{.kind = predicate::Kind::kWords, .bit = 0, .text = words.front()};
    predicate.words.assign(ids.begin(), ids.end());
    const bool is_new = !predicate_ids_.contains(key);
    const std::uint32_t id = intern(std::move(predicate), key, 1);
    if (is_new) {
      for (const WordId word : ids) program_->word_predicates[word].push_back(id);
    }
    return bit_of(id);
  }

  std::uint32_t exact_word_bit(const std::string& word) {
    const std::string key = "exact:" + word;
    const bool is_new = !predicate_ids_.contains(key);
    const std::uint32_t id = intern({.kind = predicate::Kind::kExactWord, .bit = 0, .text = word}, key, 1);
    if (is_new) {
      program_->exact_word_predicates[word].push_back(id);
      std::string folded;
      fold_case(word, folded);
      program_->has_exact_word[context_.lexicons.image().find(folded)] = true;
      program_->has_exact_word[context_.lexicons.word(word)] = true;  // where it is known without its accents only
    }
    return bit_of(id);
  }

  // Sets lexicon and attributes of `predicate` and prolongs its key. Returns false (reported) if there is no such
  // lexicon.
  bool resolve_lexicon(const Node& node, Program::Predicate& predicate, std::string& key) {
    predicate.lexicon = context_.lexicons.find(node.text);
    if (predicate.lexicon == kNoLexicon) {
      const auto names = context_.lexicons.lexicon_names();
      const std::string hint = did_you_mean(node.text, {names.begin(), names.end()});
      report(node, "unknown lexicon", "@" + node.text,
             hint.empty() ? "see grammars/lexicons/" : "did you mean @" + hint + "?");
      return false;
    }
    key += "lexicon:" + node.text;
    for (const rules::AttributeTest& test : node.tests) {
      const AttributeId attribute = context_.lexicons.find_attribute(test.name);
      if (attribute == kNoAttribute) {
        const auto names = context_.lexicons.attribute_names();
        const std::string hint = did_you_mean(test.name, {names.begin(), names.end()});
        report(node, "unknown attribute", test.name,
               hint.empty() ? "no lexicon has such a column" : "did you mean " + hint + "?");
        continue;
      }
      if (!has_column(predicate.lexicon, attribute)) {
        std::string names;
        for (AttributeId column = 0; column < context_.lexicons.attribute_names().size(); ++column) {
          if (has_column(predicate.lexicon, column)) names += ", " + context_.lexicons.attribute_names()[column];
        }
        report(node, "@" + node.text + " has no such column", test.name,
               names.empty() ? "it has none" : "it has " + names.substr(2));
        continue;
      }
      predicate.attributes.push_back({attribute, test.name, test.value, test.comparison});
      key += "[" + test.name + std::string(rules::symbol_of(test.comparison)) + test.value;
    }
    return true;
  }

  // Does some entry of the lexicon fill the column? Mostly its first one does.
  bool has_column(LexiconId lexicon, AttributeId column) {
    const Lexicons::Image& image = context_.lexicons.image();
    if (first_entries_.empty()) {
      first_entries_.assign(context_.lexicons.lexicon_names().size(), static_cast<EntryId>(image.entries.size));
      for (std::size_t entry = image.entries.size; entry-- > 0;)
        first_entries_[image.entries[entry].lexicon] = static_cast<EntryId>(entry);
    }
    for (EntryId entry = first_entries_[lexicon]; entry < image.entries.size; ++entry) {
      if (image.entries[entry].lexicon == lexicon && !context_.lexicons.attribute(entry, column).empty()) return true;
    }
    return false;
  }

  std::uint32_t lexicon_predicate(const Node& node) {
    Program::Predicate predicate{.kind = predicate::Kind::kLexicon, .bit = 0, .text = node.text};
    std::string key;
    if (!resolve_lexicon(node, predicate, key)) return kNone;
    const LexiconId lexicon = predicate.lexicon;
    const bool is_new = !predicate_ids_.contains(key);
    const std::uint32_t id = intern(std::move(predicate), key, 3);
    if (is_new) program_->lexicon_predicates[lexicon].push_back(id);
    return id;
  }

  // One value of a label test: column="company", column=@table_label.
  bool label_bit(LabelPart part, const Node& value, std::uint32_t& bit) {
    Program::Predicate predicate{.kind = predicate::Kind::kLabel, .bit = 0, .text = value.text};
    predicate.part = part;
    std::string key = "label:" + std::string(kLabelParts[static_cast<std::size_t>(part)]) + ":";
    if (value.kind == NodeKind::kLexicon) {
      if (!resolve_lexicon(value, predicate, key)) return false;
    } else {
      predicate.label = label_words(value.text);
      if (predicate.label.empty()) {
        report(value, "empty label", "\"" + value.text + "\"", "write the words of the label between the quotes");
        return false;
      }
      for (const std::string& word : predicate.label) key += word + ' ';
    }
    const bool is_new = !predicate_ids_.contains(key);
    const std::uint32_t id = intern(std::move(predicate), key, 1);
    if (is_new) program_->label_predicates.push_back(id);
    bit = bit_of(id);
    return true;
  }

  // Cell[column=x, row!=y]: `out` becomes "in such a block and labelled so".
  bool labelled_test(const Node& node, const Condition& in_block, bool wanted, Conditions& out) {
    struct Part {
      const char* name;
      const char* block;  // null: any
    };
    static constexpr Part kBlocks[] = {{"column", "Cell"}, {"row", "Cell"}, {"key", "Metadata"}, {"section", nullptr}};
    out = {in_block};
    for (const Node& label : node.children) {
      const auto part = std::find(kLabelParts.begin(), kLabelParts.end(), label.text);
      if (part == kLabelParts.end()) {
        const std::string hint = did_you_mean(label.text, {kLabelParts.begin(), kLabelParts.end()});
        report(label, "unknown label", label.text,
               hint.empty() ? "use column, row, key or section" : "did you mean " + hint + "?");
        return false;
      }
      const auto index = static_cast<std::size_t>(part - kLabelParts.begin());
      const char* block = kBlocks[index].block;
      if (block != nullptr && node.text != block && !(index == 2 && node.text == "Heading")) {
        report(label, node.text + " has no such label", label.text,
               "write " + std::string(block) + "[" + label.text + "=…]; any block has a section");
        return false;
      }
      Conditions values;  // any of them
      Condition none;
      for (const Node& value : label.children) {
        std::uint32_t bit = 0;
        if (!label_bit(static_cast<LabelPart>(index), value, bit)) return false;
        values.push_back({{bit, true}});
        none.push_back({bit, false});
      }
      if (!combine_within_limit(node, out, label.negated ? Conditions{none} : values)) return false;
    }
    return wanted || negate(node, out);
  }

  // Not any of `conditions`: of each, one literal is false.
  bool negate(const Node& node, Conditions& conditions) {
    Conditions out = {{}};
    for (const Condition& condition : conditions) {
      Conditions any;
      for (const Program::Literal& literal : condition) any.push_back({{literal.bit, !literal.wanted}});
      if (!combine_within_limit(node, out, any)) return false;
    }
    conditions = std::move(out);
    return true;
  }

  std::uint32_t mention_predicate(const Node& node) {
    Program::Predicate predicate{.kind = predicate::Kind::kMention, .bit = 0, .text = {}};
    std::string key = "mention:";
    for (const std::string& name : node.names) {
      const auto it =
          std::find_if(context_.types.begin(), context_.types.end(), [&](const TypeInfo& t) { return t.name == name; });
      if (it == context_.types.end()) {
        std::vector<std::string> names;
        for (const TypeInfo& info : context_.types) names.push_back(info.name);
        const std::string hint = did_you_mean(name, names);
        report(node, "unknown mention type", "<" + name + ">",
               hint.empty() ? "see grammars/types.tsv" : "did you mean <" + hint + ">?");
        continue;
      }
      predicate.types.push_back(static_cast<TypeId>(it - context_.types.begin()));
    }
    std::sort(predicate.types.begin(), predicate.types.end());
    for (const TypeId type : predicate.types) key += std::to_string(type) + '|';
    for (const rules::AttributeTest& test : node.tests) {
      if (!mention_attributes_.contains(test.name)) {
        const std::string hint = did_you_mean(test.name, {mention_attributes_.begin(), mention_attributes_.end()});
        report(node, "unknown attribute", test.name,
               hint.empty() ? "no mention has it: see grammars/README.md" : "did you mean " + hint + "?");
      }
      predicate.attributes.push_back(
          {context_.lexicons.find_attribute(test.name), test.name, test.value, test.comparison});
      key += "[" + test.name + std::string(rules::symbol_of(test.comparison)) + test.value;
    }
    predicate.text = key;
    const std::vector<TypeId> types = predicate.types;
    const bool is_new = !predicate_ids_.contains(key);
    const std::uint32_t id = intern(std::move(predicate), key, 3);
    if (is_new) {
      for (const TypeId type : types) program_->mention_predicates[type].push_back(id);
    }
    return id;
  }

  std::uint32_t mask_bit(predicate::Kind kind, const char* name, std::uint32_t mask) {
    const std::string key = (kind == predicate::Kind::kShape ? "shape:" : "structure:") + std::to_string(mask);
    const bool is_new = !predicate_ids_.contains(key);
    Program::Predicate predicate{.kind = kind, .bit = 0, .text = name};
    predicate.mask = mask;
    const std::uint32_t id = intern(std::move(predicate), key, 1);
    if (is_new)
      (kind == predicate::Kind::kShape ? program_->shape_predicates : program_->structure_predicates).push_back(id);
    return bit_of(id);
  }

  std::uint32_t regex_bit(const Node& node) {
    const std::string key = "regex:" + node.text;
    const bool is_new = !predicate_ids_.contains(key);
    if (is_new) {
      RE2::Options options(RE2::Quiet);
      const RE2 compiled(node.text, options);
      if (!compiled.ok()) {
        report(node, "bad regular expression: " + compiled.error(), "/" + node.text + "/",
               "RE2 syntax; escape / as \\/");
        return kNone;
      }
    }
    const std::uint32_t id = intern({.kind = predicate::Kind::kRegex, .bit = 0, .text = node.text}, key, 1);
    if (is_new) program_->regex_predicates.push_back(id);
    note_languages(id);
    return bit_of(id);
  }

  // Of the rule that asks for a regular expression; {""}: of all.
  void note_languages(std::uint32_t regex) {
    std::set<std::string>& languages = regex_languages_[regex];
    const auto is_of_some = [](const rules::Guard& guard) { return guard.name == "language"; };
    if (std::none_of(rule_->guards.begin(), rule_->guards.end(), is_of_some)) languages = {""};
    if (languages == std::set<std::string>{""}) return;
    for (const rules::Guard& guard : rule_->guards) {
      if (is_of_some(guard)) languages.insert(guard.values.begin(), guard.values.end());
    }
  }

  // --- tests of a single token
  // ----------------------------------------------------------------------------------------

  static bool is_spanning(const Node& node) {
    return node.kind == NodeKind::kLexicon || node.kind == NodeKind::kMention;
  }

  std::uint32_t spanning_predicate(const Node& node) {
    return node.kind == NodeKind::kLexicon ? lexicon_predicate(node) : mention_predicate(node);
  }

  static Conditions combine(const Conditions& a, const Conditions& b) {
    Conditions out;
    for (const Condition& left : a) {
      for (const Condition& right : b) {
        Condition both = left;
        both.insert(both.end(), right.begin(), right.end());
        std::sort(both.begin(), both.end());
        both.erase(std::unique(both.begin(), both.end()), both.end());
        out.push_back(std::move(both));
      }
    }
    return out;
  }

  bool too_large_a_test(const Node& node) {
    report(node, "test too large", "", "split it into several rules");
    return false;
  }

  // `a` becomes a and b. Returns false (reported) if that has too many alternatives.
  bool combine_within_limit(const Node& node, Conditions& a, const Conditions& b) {
    if (a.size() * b.size() > kMaxAlternatives) return too_large_a_test(node);
    a = combine(a, b);
    return true;
  }

  // The truth of a test about one token, in disjunctive form; a spanning atom holds at a token that it covers.
  // Returns false (reported) if the node is not a test of one token.
  bool token_test(const Node& node, bool wanted, Conditions& out) {
    switch (node.kind) {
      case NodeKind::kLiteral: {
        const std::vector<std::string> words = words_of(node.text);
        if (words.size() != 1) {
          report(node, "a test of one token is wanted here", "\"" + node.text + "\"", "use a single word");
          return false;
        }
        out = {{{word_bit(words), wanted}}};
        return true;
      }
      case NodeKind::kExactLiteral: {
        const std::vector<std::string> words = words_of(node.text);
        if (words.size() != 1) {
          report(node, "a test of one token is wanted here", "'" + node.text + "'", "use a single word");
          return false;
        }
        out = {{{exact_word_bit(words.front()), wanted}}};
        return true;
      }
      case NodeKind::kTest: {
        const NamedMask* mask = find_mask(kShapeTests, node.text);
        predicate::Kind kind = predicate::Kind::kShape;
        if (mask == nullptr) {
          mask = find_mask(kStructureTests, node.text);
          kind = predicate::Kind::kStructure;
        }
        if (mask == nullptr) {
          std::vector<std::string> names;
          for (const NamedMask& row : kShapeTests) names.emplace_back(row.name);
          for (const NamedMask& row : kStructureTests) names.emplace_back(row.name);
          const std::string hint = did_you_mean(node.text, names);
          report(node, "unknown test", node.text,
                 hint.empty() ? "words need quotes; tests are listed in grammars/README.md"
                              : "did you mean " + hint + "?");
          return false;
        }
        if (!node.children.empty()) {
          if (kind == predicate::Kind::kShape || mask->mask < block_bit(BlockKind::kParagraph)) {
            report(node, "only the kind of a block has labels", node.text + "[", "Cell, Metadata, Heading, ListItem …");
            return false;
          }
          return labelled_test(node, {{mask_bit(kind, mask->name, mask->mask), true}}, wanted, out);
        }
        out = {{{mask_bit(kind, mask->name, mask->mask), wanted}}};
        return true;
      }
      case NodeKind::kRegex: {
        const std::uint32_t bit = regex_bit(node);
        if (bit == kNone) return false;
        out = {{{bit, wanted}}};
        return true;
      }
      case NodeKind::kLexicon:
      case NodeKind::kMention: {
        const std::uint32_t predicate = spanning_predicate(node);
        if (predicate == kNone) return false;
        out = {{{bit_of(predicate) + predicate::kCovers, wanted}}};
        return true;
      }
      case NodeKind::kAny:
        out = wanted ? Conditions{{}} : Conditions{};
        return true;
      case NodeKind::kNot:
        return token_test(node.children.front(), !wanted, out);
      case NodeKind::kAnd:
      case NodeKind::kAlternation: {
        const bool all = (node.kind == NodeKind::kAnd) == wanted;
        out = all ? Conditions{{}} : Conditions{};
        // The single words of an alternation are one test, however many they are.
        std::vector<std::string> words;
        for (const Node& child : node.children) {
          if (node.kind == NodeKind::kAlternation && child.kind == NodeKind::kLiteral) {
            std::vector<std::string> parts = words_of(child.text);
            if (parts.size() == 1) {
              words.push_back(std::move(parts.front()));
              continue;
            }
          }
          Conditions part;
          if (!token_test(child, wanted, part)) return false;
          if (all) {
            if (!combine_within_limit(node, out, part)) return false;
          } else {
            out.insert(out.end(), part.begin(), part.end());
          }
        }
        if (!words.empty()) {
          const Condition word = {{word_bit(words), wanted}};
          if (all) {
            out = combine(out, {word});
          } else {
            out.push_back(word);
          }
        }
        return out.size() <= kMaxAlternatives || too_large_a_test(node);
      }
      default:
        report(node, "a test of one token is wanted here", "",
               "after ! and beside & only single tokens, lexicon hits and mentions may stand");
        return false;
    }
  }

  // --- code
  // -----------------------------------------------------------------------------------------------------------

  std::uint32_t condition_id(Condition condition) {
    std::sort(condition.begin(), condition.end());
    condition.erase(std::unique(condition.begin(), condition.end()), condition.end());
    const auto [it, is_new] =
        condition_ids_.try_emplace(condition, static_cast<std::uint32_t>(program_->conditions.size()));
    if (is_new) program_->conditions.push_back(std::move(condition));
    return it->second;
  }

  std::uint32_t emit(Op op, std::uint32_t a, std::uint32_t next) {
    if (code_->size() - code_begin_ > kMaxInstructions) {
      too_large_ = true;
      return next;
    }
    code_->push_back({op, a, next});
    return static_cast<std::uint32_t>(code_->size() - 1);
  }

  std::uint32_t emit_choice(const std::vector<std::uint32_t>& starts) {
    std::uint32_t at = starts.back();
    for (std::size_t i = starts.size() - 1; i-- > 0;) at = emit(Op::kSplit, starts[i], at);
    return at;
  }

  // One token for which any of the conditions holds.
  std::uint32_t emit_test(const Conditions& conditions, std::uint32_t next) {
    if (conditions.empty()) return emit(Op::kTest, impossible(), next);
    std::vector<std::uint32_t> starts;
    for (const Condition& condition : conditions) starts.push_back(emit(Op::kTest, condition_id(condition), next));
    return emit_choice(starts);
  }

  std::uint32_t impossible() {
    const std::uint32_t bit = word_bit({"\x01"});  // no word: never true
    return condition_id({{bit, true}});
  }

  // A hit or mention of one or more tokens; every covered token must satisfy `also`.
  std::uint32_t emit_spanning(const std::vector<std::uint32_t>& predicates, const Conditions& also,
                              std::uint32_t next) {
    const auto step = [&](bool begins, bool ends) {
      Condition condition;
      for (const std::uint32_t predicate : predicates) {
        const std::uint32_t bit = bit_of(predicate);
        condition.push_back({bit + predicate::kBegins, begins});
        condition.push_back({bit + predicate::kEnds, ends});
        condition.push_back({bit + predicate::kCovers, true});
      }
      return combine({condition}, also);
    };
    const std::uint32_t single = emit_test(step(true, true), next);
    const std::uint32_t last = emit_test(step(false, true), next);
    const std::uint32_t loop = emit(Op::kSplit, 0, last);  // first choice patched below
    if (too_large_) return next;
    const std::uint32_t inner = emit_test(step(false, false), loop);
    (*code_)[loop].a = inner;
    const std::uint32_t first = emit_test(step(true, false), loop);
    return emit(Op::kSplit, single, first);
  }

  std::uint32_t emit_node(const Node& node, std::uint32_t next) {
    if (too_large_) return next;
    switch (node.kind) {
      case NodeKind::kLiteral:
      case NodeKind::kExactLiteral: {
        const std::vector<std::string> words = words_of(node.text);
        if (words.empty()) report(node, "empty literal", "\"\"", "write a word between the quotes");
        specificity_ += static_cast<std::uint32_t>(words.size()) * 2;
        for (std::size_t i = words.size(); i-- > 0;) {
          const std::uint32_t bit = node.kind == NodeKind::kLiteral ? word_bit({words[i]}) : exact_word_bit(words[i]);
          next = emit(Op::kTest, condition_id({{bit, true}}), next);
        }
        return next;
      }
      case NodeKind::kLexicon:
      case NodeKind::kMention: {
        ++specificity_;
        const std::uint32_t predicate = spanning_predicate(node);
        return predicate == kNone ? next : emit_spanning({predicate}, {{}}, next);
      }
      case NodeKind::kRegex:
      case NodeKind::kTest:
      case NodeKind::kAny:
      case NodeKind::kNot: {
        if (node.kind != NodeKind::kAny) ++specificity_;
        Conditions conditions;
        return token_test(node, true, conditions) ? emit_test(conditions, next) : next;
      }
      case NodeKind::kAnd: {
        ++specificity_;
        std::vector<std::uint32_t> spanning;
        Conditions also = {{}};
        for (const Node& child : node.children) {
          if (is_spanning(child)) {
            const std::uint32_t predicate = spanning_predicate(child);
            if (predicate != kNone) spanning.push_back(predicate);
          } else {
            Conditions part;
            if (!token_test(child, true, part) || !combine_within_limit(node, also, part)) return next;
          }
        }
        return spanning.empty() ? emit_test(also, next) : emit_spanning(spanning, also, next);
      }
      case NodeKind::kSequence: {
        const Node* const outer = boundary_;
        for (std::size_t i = node.children.size(); i-- > 0;) {
          boundary_ = boundary_before(node.children, i, outer);
          next = emit_node(node.children[i], next);
        }
        boundary_ = outer;
        return next;
      }
      case NodeKind::kAlternation:
        return emit_alternation(node, next);
      case NodeKind::kRepeat: {
        const Node* const outer = std::exchange(boundary_, nullptr);  // only its first round would stand there
        next = emit_repeat(node, next);
        boundary_ = outer;
        return next;
      }
      case NodeKind::kCapture: {
        const auto it = std::find(captures_.begin(), captures_.end(), node.text);
        const auto index = static_cast<std::uint32_t>(it - captures_.begin());
        if (it == captures_.end()) captures_.push_back(node.text);
        const std::uint32_t close = emit(Op::kCapture, index * 2 + 1, next);
        return emit(Op::kCapture, index * 2, emit_node(node.children.front(), close));
      }
      case NodeKind::kLook:
        return emit_look(node, next);
      case NodeKind::kBoundary: {
        const NamedMask* mask =
            node.at_end ? find_mask(kLastBoundaries, node.text) : find_mask(kFirstBoundaries, node.text);
        if (mask == nullptr) {
          report(node, "unknown boundary", (node.at_end ? "$" : "^") + node.text,
                 node.at_end
                     ? "use sentence, block, record, turn or slide; a parameter must stand in its macro's brackets"
                     : "use sentence, block, record, turn, slide or line");
          return next;
        }
        const std::uint32_t bit = mask_bit(predicate::Kind::kStructure, mask->name, mask->mask);
        return emit(node.at_end ? Op::kPreviousIs : Op::kNextIs, condition_id({{bit, true}}), next);
      }
      case NodeKind::kMacro:
      case NodeKind::kLabel:
        return next;  // expanded before; part of a test
    }
    return next;
  }

  std::uint32_t emit_alternation(const Node& node, std::uint32_t next) {
    // Words of one token become a single test, so that an alternation of ten thousand words costs as much as one.
    std::vector<std::string> words;
    std::vector<std::uint32_t> starts;
    const std::uint32_t before = specificity_;
    std::uint32_t least = kNone;
    const auto flush = [&] {
      if (words.empty()) return;
      starts.push_back(emit(Op::kTest, condition_id({{word_bit(words), true}}), next));
      least = std::min<std::uint32_t>(least, 2);
      words.clear();
    };
    for (const Node& child : node.children) {
      if (child.kind == NodeKind::kLiteral) {
        std::vector<std::string> parts = words_of(child.text);
        if (parts.size() == 1) {
          words.push_back(std::move(parts.front()));
          continue;
        }
      }
      flush();
      specificity_ = 0;
      starts.push_back(emit_node(child, next));
      least = std::min(least, specificity_);
    }
    flush();
    specificity_ = before + (least == kNone ? 0 : least);
    return emit_choice(starts);
  }

  std::uint32_t emit_repeat(const Node& node, std::uint32_t next) {
    const Node& body = node.children.front();
    const std::uint32_t before = specificity_;
    if (node.max != rules::kUnbounded && (node.max < node.min || node.max > 1000 || node.max == 0)) {
      report(node, "bad repetition", "{" + std::to_string(node.min) + "," + std::to_string(node.max) + "}",
             "the counts go from small to large, at most 1000");
      return next;
    }
    std::uint32_t at = next;
    if (node.max == rules::kUnbounded) {
      // Otherwise it would not be clear what one round is, and which match is preferred.
      if (may_take_nothing(body)) {
        report(node, "what repeats without end also matches nothing", "",
               "drop the inner ? or *, or give the repetition an upper bound");
        return next;
      }
      const std::uint32_t loop = emit(Op::kSplit, 0, 0);
      if (too_large_) return next;
      const std::uint32_t inner = emit_node(body, loop);
      (*code_)[loop] =
          node.lazy ? Program::Instruction{Op::kSplit, next, inner} : Program::Instruction{Op::kSplit, inner, next};
      at = loop;
    } else {
      for (std::uint32_t i = node.min; i < node.max && !too_large_; ++i) {
        const std::uint32_t inner = emit_node(body, at);
        at = node.lazy ? emit(Op::kSplit, next, inner) : emit(Op::kSplit, inner, next);
      }
    }
    specificity_ = before;
    for (std::uint32_t i = 0; i < node.min && !too_large_; ++i) at = emit_node(body, at);
    return at;
  }

  static bool may_take_nothing(const Node& node) {
    switch (node.kind) {
      case NodeKind::kSequence:
      case NodeKind::kCapture:
        return std::all_of(node.children.begin(), node.children.end(), may_take_nothing);
      case NodeKind::kAlternation:
        return std::any_of(node.children.begin(), node.children.end(), may_take_nothing);
      case NodeKind::kRepeat:
        return node.min == 0 || may_take_nothing(node.children.front());
      case NodeKind::kLook:
      case NodeKind::kBoundary:
        return true;
      default:
        return false;
    }
  }

  // Does it read no token and ask for nothing but what follows?
  static bool only_looks_ahead(const Node& node) {
    switch (node.kind) {
      case NodeKind::kLook:
        return !node.behind;
      case NodeKind::kSequence:
      case NodeKind::kAlternation:
        return std::all_of(node.children.begin(), node.children.end(), only_looks_ahead);
      default:
        return false;
    }
  }

  // The boundary that a part of a sequence stands at, if it is one; `outer` is that of the sequence.
  static const Node* boundary_before(const std::vector<Node>& sequence, std::size_t at, const Node* outer) {
    while (at > 0 && only_looks_ahead(sequence[at - 1])) --at;
    if (at == 0) return outer;
    const Node* node = &sequence[at - 1];
    while (node != nullptr && (node->kind == NodeKind::kSequence || node->kind == NodeKind::kCapture)) {
      node = node->children.empty() ? nullptr : &node->children.back();
    }
    return node != nullptr && node->kind == NodeKind::kBoundary ? node : nullptr;
  }

  std::uint32_t emit_look(const Node& node, std::uint32_t next) {
    ++specificity_;
    return emit_look(node, node.children.front(), next);
  }

  // The alternatives of a look's body, those of its alternatives included.
  static void collect_alternatives(const Node& body, std::vector<const Node*>& alternatives) {
    if (body.kind == NodeKind::kSequence && body.children.size() == 1)
      return collect_alternatives(body.children.front(), alternatives);
    if (body.kind != NodeKind::kAlternation) return alternatives.push_back(&body);
    for (const Node& child : body.children) collect_alternatives(child, alternatives);
  }

  // Alternatives of one token, or one hit or mention, are asked of the token itself: only what is longer is found
  // beforehand, and lies on few tokens.
  std::uint32_t emit_look(const Node& node, const Node& body, std::uint32_t next) {
    std::vector<const Node*> alternatives;
    collect_alternatives(body, alternatives);
    Node tokens = alternation_at(body), longer = alternation_at(body);
    std::vector<const Node*> parts;
    std::uint32_t least = kNone;  // specificity, of the alternatives of one token
    for (const Node* alternative : alternatives) {
      const bool is_token = is_token_test(*alternative);
      if (is_token || is_spanning(*alternative)) least = std::min(least, specificity_of_token(*alternative));
      // "None of these" is a chain: a conjunction in it would have to be multiplied out with all others.
      if (is_spanning(*alternative) || (node.negated && is_token && alternative->kind == NodeKind::kAnd)) {
        parts.push_back(alternative);
      } else {
        (is_token ? tokens : longer).children.push_back(*alternative);
      }
    }
    for (const Node* part : {&longer, &tokens}) {
      if (!part->children.empty()) parts.push_back(part->children.size() == 1 ? &part->children.front() : part);
    }
    const std::uint32_t before = specificity_;
    std::vector<std::uint32_t> starts;
    for (const Node* part : parts) {
      starts.push_back(emit_look_part(node, *part, next));
      if (node.negated) next = starts.back();  // none of them
    }
    // As of any alternation, what its least alternative says; one token says nothing more than that there is a look.
    specificity_ = before + (longer.children.empty() ? 0 : std::min(specificity_ - before, least));
    return node.negated ? next : emit_choice(starts);
  }

  static std::uint32_t specificity_of_token(const Node& node) {
    if (node.kind == NodeKind::kLiteral || node.kind == NodeKind::kExactLiteral) return 2;
    return node.kind == NodeKind::kAny ? 0 : 1;
  }

  static Node alternation_at(const Node& body) {
    Node node;
    node.kind = NodeKind::kAlternation;
    node.offset = body.offset;
    return node;
  }

  std::uint32_t emit_look_part(const Node& node, const Node& body, std::uint32_t next) {
    const Op op = node.behind ? Op::kPreviousIs : Op::kNextIs;
    if (is_spanning(body)) {
      const std::uint32_t predicate = spanning_predicate(body);
      if (predicate == kNone) return next;
      const std::uint32_t bit = bit_of(predicate) + (node.behind ? predicate::kEnds : predicate::kBegins);
      return emit(op, condition_id({{bit, !node.negated}}), next);
    }
    if (is_token_test(body)) {
      Conditions conditions;
      if (!token_test(body, !node.negated, conditions)) return next;
      // At the edge of a segment there is no token: nothing positive holds there, everything negative does.
      const std::uint32_t token = mask_bit(predicate::Kind::kStructure, "token", structure::kToken);
      bool holds_at_edge = false;
      for (Condition& condition : conditions) {
        if (std::any_of(condition.begin(), condition.end(), [](const Program::Literal& l) { return l.wanted; }))
          continue;
        holds_at_edge = true;
        if (!node.negated) condition.push_back({token, true});
      }
      if (node.negated && !holds_at_edge) conditions.push_back({{token, false}});
      if (conditions.empty()) return emit(op, impossible(), next);
      std::vector<std::uint32_t> starts;
      for (const Condition& condition : conditions) starts.push_back(emit(op, condition_id(condition), next));
      return emit_choice(starts);
    }
    if (contains_look(body)) {
      report(node, "look inside a look", "", "name the inner part by a mention rule of an earlier phase");
      return next;
    }
    // Longer contexts are found beforehand and become bits.
    const std::uint32_t bit = compile_look(body, node.behind, node.behind ? nullptr : boundary_);
    return emit(op, condition_id({{bit, !node.negated}}), next);
  }

  static bool is_token_test(const Node& node) {
    switch (node.kind) {
      case NodeKind::kLiteral:
      case NodeKind::kExactLiteral:
        return words_of(node.text).size() == 1;
      case NodeKind::kTest:
      case NodeKind::kRegex:
      case NodeKind::kAny:
        return true;
      case NodeKind::kNot:
        return true;
      case NodeKind::kAnd:
      case NodeKind::kAlternation:
        return std::all_of(node.children.begin(), node.children.end(), is_token_test);
      default:
        return false;
    }
  }

  static bool contains_look(const Node& node) {
    return node.kind == NodeKind::kLook || std::any_of(node.children.begin(), node.children.end(), contains_look);
  }

  // The bit of a look: rules that look for the same share one. `guard`: the boundary where alone it is asked for.
  std::uint32_t compile_look(const Node& body, bool behind, const Node* guard) {
    Program::Automaton& automaton = automaton_for(program_->phases[phase_].looks, scope_);
    // Looks have their own code; what was being emitted waits.
    std::vector<Program::Instruction>* const outer_code = code_;
    const std::size_t outer_begin = code_begin_;
    std::vector<std::string> outer_captures = std::move(captures_);
    captures_.clear();
    code_ = &automaton.code;
    code_begin_ = code_->size();
    const auto begin = static_cast<std::uint32_t>(code_->size());
    const std::uint32_t match = emit(Op::kMatch, static_cast<std::uint32_t>(automaton.entries.size()), 0);
    std::uint32_t start = emit_node(body, match);
    if (!too_large_ && matches_nothing(automaton, start)) {
      report(body, "a look that also matches nothing says nothing", "", "require at least one token");
    }
    if (guard != nullptr) start = emit_node(*guard, start);
    captures_ = std::move(outer_captures);
    code_ = outer_code;
    code_begin_ = outer_begin;
    const auto size = static_cast<std::uint32_t>(predicate_ids_.size());
    const std::uint32_t id = intern({.kind = predicate::Kind::kLook, .bit = 0, .text = rule_->id},
                                    look_key(automaton, begin, start, behind), 3);
    if (predicate_ids_.size() == size) {
      automaton.code.resize(begin);
    } else {
      automaton.entries.push_back(
          {id, begin, static_cast<std::uint32_t>(automaton.code.size()), start, 0, rule_->reach, behind});
    }
    return bit_of(id) + (behind ? predicate::kEnds : predicate::kBegins);
  }

  // What a look is, whichever rule asks: where it runs and its code from `begin` on.
  std::string look_key(const Program::Automaton& automaton, std::uint32_t begin, std::uint32_t start,
                       bool behind) const {
    std::string key = "look:";
    const auto add = [&key](std::uint32_t value) { key.append(std::to_string(value)) += ','; };
    for (const std::uint32_t value : {phase_, static_cast<std::uint32_t>(scope_), rule_->reach, start - begin})
      add(value);
    add(behind ? 1 : 0);
    for (std::size_t pc = begin + 1; pc < automaton.code.size(); ++pc) {  // the first is the end of the match
      const Program::Instruction& instruction = automaton.code[pc];
      add(static_cast<std::uint32_t>(instruction.op));
      add(instruction.op == Op::kSplit ? instruction.a - begin : instruction.a);
      add(instruction.next - begin);
    }
    return key;
  }

  // --- looks are sought only where they are asked for ---------------------------------------------------------------

  // A look is asked for at a place where the next token has to pass some tests of the rule: `(?! "in" Cap) <name>`
  // matters only where a name begins. Asked for by several rules, it matters where any of them goes on.
  //
  // If that says little, what the rule reads in front of a look ahead may: `"members" (?= .{1,14} ":")` is sought from
  // "members" on, where a common word that may follow it would be tried everywhere. Such a look reads one token more.
  struct LookUse {
    Conditions tests;  // of the next token
    bool is_anywhere = false;
    Conditions before;         // what the token before passes
    bool begins_rule = false;  // may there be none?
  };

  void narrow_looks(Program::Phase& phase) {
    std::map<std::uint32_t, LookUse> uses;  // by bit
    for (const Program::Automaton& automaton : phase.looks) {
      for (const Program::Automaton::Entry& entry : automaton.entries) uses[bit_of_look(entry)];
    }
    for (const Program::Automaton& automaton : phase.rules) {
      std::vector<std::vector<std::uint32_t>> leading_to;  // found if a look is asked for
      for (const Program::Instruction& instruction : automaton.code) {
        if (instruction.op != Op::kNextIs && instruction.op != Op::kPreviousIs) continue;
        const Condition& condition = program_->conditions[instruction.a];
        const auto use = condition.size() == 1 ? uses.find(condition.front().bit) : uses.end();
        if (use == uses.end()) continue;
        add_next_tests(automaton, instruction.next, use->second);
        if (leading_to.empty()) leading_to = instructions_before(automaton);
        add_tests_before(automaton, leading_to, static_cast<std::uint32_t>(&instruction - automaton.code.data()),
                         use->second);
      }
    }
    for (auto& [bit, use] : uses) {
      simplify(use.tests);
      if (use.tests.size() > kMaxNarrowing) use.is_anywhere = true;
      if (use.before.size() > kMaxNarrowing) use.begins_rule = true;
    }
    for (Program::Automaton& automaton : phase.looks) {
      const Program::Automaton whole =
          std::exchange(automaton, {.scope = automaton.scope, .code{}, .entries{}, .bits{}});
      for (const Program::Automaton::Entry& entry : whole.entries)
        add_narrowed(automaton, whole, entry, uses[bit_of_look(entry)]);
    }
  }

  std::uint32_t bit_of_look(const Program::Automaton::Entry& look) const {
    return bit_of(look.rule) + (look.behind ? predicate::kEnds : predicate::kBegins);
  }

  // The tests that are reached before a token is read.
  void add_next_tests(const Program::Automaton& automaton, std::uint32_t start, LookUse& use) const {
    std::vector<std::uint32_t> stack = {start};
    std::set<std::uint32_t> seen;
    while (!stack.empty() && !use.is_anywhere) {
      const std::uint32_t at = stack.back();
      stack.pop_back();
      if (!seen.insert(at).second) continue;
      const Program::Instruction& instruction = automaton.code[at];
      if (instruction.op == Op::kTest) {
        const Condition& condition = program_->conditions[instruction.a];
        if (std::find(use.tests.begin(), use.tests.end(), condition) == use.tests.end()) use.tests.push_back(condition);
        continue;
      }
      use.is_anywhere = instruction.op == Op::kMatch;
      if (instruction.op == Op::kSplit) stack.push_back(instruction.a);
      stack.push_back(instruction.next);
    }
  }

  // By instruction: those that lead to it.
  static std::vector<std::vector<std::uint32_t>> instructions_before(const Program::Automaton& automaton) {
    std::vector<std::vector<std::uint32_t>> before(automaton.code.size());
    for (std::uint32_t pc = 0; pc < automaton.code.size(); ++pc) {
      const Program::Instruction& instruction = automaton.code[pc];
      if (instruction.op == Op::kMatch) continue;
      before[instruction.next].push_back(pc);
      if (instruction.op == Op::kSplit) before[instruction.a].push_back(pc);
    }
    return before;
  }

  // The tests of the token that is read last before an instruction is reached.
  void add_tests_before(const Program::Automaton& automaton, const std::vector<std::vector<std::uint32_t>>& leading_to,
                        std::uint32_t at, LookUse& use) const {
    std::vector<std::uint32_t> stack = {at};
    std::set<std::uint32_t> seen;
    while (!stack.empty() && !use.begins_rule) {
      at = stack.back();
      stack.pop_back();
      if (!seen.insert(at).second) continue;
      use.begins_rule = std::any_of(automaton.entries.begin(), automaton.entries.end(),
                                    [at](const Program::Automaton::Entry& entry) { return entry.start == at; });
      for (const std::uint32_t pc : leading_to[at]) {
        if (automaton.code[pc].op != Op::kTest) {
          stack.push_back(pc);
          continue;
        }
        const Condition& condition = program_->conditions[automaton.code[pc].a];
        if (std::find(use.before.begin(), use.before.end(), condition) == use.before.end())
          use.before.push_back(condition);
        use.begins_rule = use.begins_rule || use.before.size() > kMaxNarrowing;
      }
    }
  }

  // Do these conditions hold at few tokens? Each wants a word, a hit of a lexicon, a mention.
  bool are_rare(const Conditions& conditions) const {
    const auto is_rare = [this](const Program::Literal& literal) {
      const auto owner = std::partition_point(program_->predicates.begin(), program_->predicates.end(),
                                              [&](const Program::Predicate& p) { return p.bit <= literal.bit; });
      const predicate::Kind kind = std::prev(owner)->kind;
      return literal.wanted && kind != predicate::Kind::kShape && kind != predicate::Kind::kStructure;
    };
    return std::all_of(conditions.begin(), conditions.end(), [&](const Condition& condition) {
      return std::any_of(condition.begin(), condition.end(), is_rare);
    });
  }

  // Two conditions that say the same but for one token bit, wanted here and not wanted there, are one without it.
  static void simplify(Conditions& conditions) {
    for (bool is_less = true; is_less;) {
      is_less = false;
      for (std::size_t i = 0; i < conditions.size() && !is_less; ++i) {
        for (std::size_t j = i + 1; j < conditions.size() && !is_less; ++j) {
          Condition& a = conditions[i];
          const Condition& b = conditions[j];
          if (a.size() != b.size()) continue;
          const auto same_bit = [](Program::Literal x, Program::Literal y) { return x.bit == y.bit; };
          if (!std::equal(a.begin(), a.end(), b.begin(), same_bit)) continue;
          const auto [first, other] = std::mismatch(a.begin(), a.end(), b.begin());
          if (first != a.end() && !std::equal(first + 1, a.end(), other + 1)) continue;
          if (first != a.end()) a.erase(first);
          conditions.erase(conditions.begin() + static_cast<std::ptrdiff_t>(j));
          is_less = true;
        }
      }
    }
  }

  // Adds a look as it is, or one that begins (ends, if it looks back) only where it is asked for.
  void add_narrowed(Program::Automaton& automaton, const Program::Automaton& whole, Program::Automaton::Entry entry,
                    const LookUse& use) {
    std::vector<Program::Instruction> code;  // places count from the entry's begin
    for (std::uint32_t pc = entry.begin; pc < entry.end; ++pc) {
      Program::Instruction instruction = whole.code[pc];
      instruction.next -= entry.begin;
      if (instruction.op == Op::kSplit) instruction.a -= entry.begin;
      if (instruction.op == Op::kMatch) instruction.a = static_cast<std::uint32_t>(automaton.entries.size());
      code.push_back(instruction);
    }
    std::uint32_t start = entry.start - entry.begin;
    const bool is_everywhere =
        use.is_anywhere || use.tests.empty() ||
        std::any_of(use.tests.begin(), use.tests.end(), [](const Condition& c) { return c.empty(); });
    code_ = &code;
    code_begin_ = 0;
    const bool is_guarded = code[start].op == Op::kNextIs || code[start].op == Op::kPreviousIs;  // by a boundary
    if (!is_everywhere && entry.behind) {
      end_before(use.tests);
    } else if (!is_everywhere) {
      start = begin_with(start, use.tests);
    }
    if (!entry.behind && !is_guarded && !use.begins_rule && are_rare(use.before) &&
        (is_everywhere || !are_rare(use.tests))) {
      start = emit_test(use.before, start);
      entry.lead = 1;
    }
    const auto begin = static_cast<std::uint32_t>(automaton.code.size());
    for (Program::Instruction instruction : code) {
      instruction.next += begin;
      if (instruction.op == Op::kSplit) instruction.a += begin;
      automaton.code.push_back(instruction);
    }
    entry.begin = begin;
    entry.end = static_cast<std::uint32_t>(automaton.code.size());
    entry.start = start + begin;
    automaton.entries.push_back(entry);
    code_ = nullptr;
  }

  // The end of the match, instruction 0 of code_, is there only if the next token meets any of the conditions.
  void end_before(const Conditions& next) {
    const auto size = static_cast<std::uint32_t>(code_->size());
    std::vector<std::uint32_t> starts;
    for (const Condition& condition : next) starts.push_back(emit(Op::kNextIs, condition_id(condition), 0));
    const std::uint32_t end = emit_choice(starts);
    for (std::uint32_t pc = 1; pc < size; ++pc) {
      Program::Instruction& instruction = (*code_)[pc];
      if (instruction.next == 0) instruction.next = end;
      if (instruction.op == Op::kSplit && instruction.a == 0) instruction.a = end;
    }
  }

  // What begins at `start`, if its first token also meets any of the conditions: returns where that begins.
  std::uint32_t begin_with(std::uint32_t start, const Conditions& first) {
    const std::size_t size = code_->size();
    std::map<std::uint32_t, std::uint32_t> copies;
    std::size_t tests = 0;
    const std::uint32_t narrowed = copy_with(start, first, copies, tests);
    if (tests <= kMaxNarrowed) return narrowed;
    code_->resize(size);
    return start;
  }

  std::uint32_t copy_with(std::uint32_t pc, const Conditions& first, std::map<std::uint32_t, std::uint32_t>& copies,
                          std::size_t& tests) {
    if (const auto known = copies.find(pc); known != copies.end()) return known->second;
    const Program::Instruction instruction = (*code_)[pc];
    std::uint32_t copy = pc;
    if (instruction.op == Op::kTest) {
      Conditions both;
      for (const Condition& condition : first) {
        Condition joined = program_->conditions[instruction.a];
        joined.insert(joined.end(), condition.begin(), condition.end());
        if (!contradicts_itself(joined)) both.push_back(std::move(joined));
      }
      tests += both.size();
      copy = emit_test(both, instruction.next);
    } else if (instruction.op != Op::kMatch) {
      const std::uint32_t next = copy_with(instruction.next, first, copies, tests);
      const std::uint32_t a =
          instruction.op == Op::kSplit ? copy_with(instruction.a, first, copies, tests) : instruction.a;
      copy = emit(instruction.op, a, next);
    }
    copies[pc] = copy;
    return copy;
  }

  // Sorts the condition. Does it want a bit and want it away?
  static bool contradicts_itself(Condition& condition) {
    std::sort(condition.begin(), condition.end());
    return std::adjacent_find(condition.begin(), condition.end(), [](Program::Literal x, Program::Literal y) {
             return x.bit == y.bit && x.wanted != y.wanted;
           }) != condition.end();
  }

  static Program::Automaton& automaton_for(std::vector<Program::Automaton>& automata, Program::Scope scope) {
    for (Program::Automaton& automaton : automata) {
      if (automaton.scope == scope) return automaton;
    }
    automata.emplace_back();
    automata.back().scope = scope;
    return automata.back();
  }

  // --- rules
  // ----------------------------------------------------------------------------------------------------------

  void compile_rule(const rules::Rule& rule) {
    rule_ = &rule;
    const std::size_t problems_before = problems_.size();
    captures_.clear();
    specificity_ = 0;
    too_large_ = false;
    phase_ = static_cast<std::uint32_t>(std::find(parsed_.phases.begin(), parsed_.phases.end(), rule.phase) -
                                        parsed_.phases.begin());
    static const std::map<std::string, Program::Scope> kScopes = {{"sentence", Program::Scope::kSentence},
                                                                  {"block", Program::Scope::kBlock},
                                                                  {"turn", Program::Scope::kTurn},
                                                                  {"slide", Program::Scope::kSlide},
                                                                  {"record", Program::Scope::kRecord}};
    const auto scope = kScopes.find(rule.within);
    if (scope == kScopes.end()) {
      report_at(0, "unknown scope", rule.within, "within sentence, block, record, turn or slide");
      return;
    }
    scope_ = scope->second;
    if (rule.reach > kMaxReach) {
      report_at(0, "reach too long", std::to_string(rule.reach), "at most " + std::to_string(kMaxReach) + " tokens");
      return;
    }
    // Captures get their numbers in order of appearance, before code is emitted back to front.
    number_captures(rule.pattern);

    std::vector<Program::Instruction> code;
    code_ = &code;
    code_begin_ = 0;
    const std::uint32_t match = emit(Op::kMatch, 0, 0);
    const std::uint32_t start = emit_node(rule.pattern, match);
    if (too_large_) {
      report_at(0, "rule too large", "",
                "more than " + std::to_string(kMaxInstructions) + " steps; lower its repetition counts");
      return;
    }
    Program::Automaton& automaton = automaton_for(program_->phases[phase_].rules, scope_);
    const auto begin = static_cast<std::uint32_t>(automaton.code.size());
    for (Program::Instruction instruction : code) {
      instruction.next += begin;
      if (instruction.op == Op::kSplit) instruction.a += begin;
      if (instruction.op == Op::kMatch) instruction.a = static_cast<std::uint32_t>(automaton.entries.size());
      automaton.code.push_back(instruction);
    }
    if (problems_.size() != problems_before) return;
    if (matches_nothing(automaton, start + begin)) {
      report_at(0, "the pattern also matches nothing at all", "", "require at least one token");
      return;
    }
    automaton.entries.push_back({static_cast<std::uint32_t>(program_->rules.size()), begin,
                                 static_cast<std::uint32_t>(automaton.code.size()), start + begin,
                                 static_cast<std::uint32_t>(captures_.size() * 2), rule.reach});
    add_rule(rule);
  }

  static bool matches_nothing(const Program::Automaton& automaton, std::uint32_t start) {
    std::vector<std::uint32_t> stack = {start};
    std::set<std::uint32_t> seen;
    while (!stack.empty()) {
      const std::uint32_t at = stack.back();
      stack.pop_back();
      if (!seen.insert(at).second) continue;
      const Program::Instruction& instruction = automaton.code[at];
      if (instruction.op == Op::kMatch) return true;
      if (instruction.op == Op::kTest) continue;
      if (instruction.op == Op::kSplit) stack.push_back(instruction.a);
      stack.push_back(instruction.next);
    }
    return false;
  }

  void number_captures(const Node& node, std::vector<std::string> outer = {}) {
    if (node.kind == NodeKind::kLook) return;
    if (node.kind == NodeKind::kCapture) {
      if (std::find(outer.begin(), outer.end(), node.text) != outer.end())
        report(node, "capture inside a capture of the same name", node.text + ":", "give one of them another name");
      outer.push_back(node.text);
    }
    if (node.kind == NodeKind::kCapture &&
        std::find(captures_.begin(), captures_.end(), node.text) == captures_.end()) {
      captures_.push_back(node.text);
    }
    for (const Node& child : node.children) number_captures(child, outer);
  }

  std::uint16_t capture_index(const std::string& name, const char* used_as, std::uint32_t offset) {
    const auto it = std::find(captures_.begin(), captures_.end(), name);
    if (it != captures_.end()) return static_cast<std::uint16_t>(it - captures_.begin());
    const std::string hint = did_you_mean(name, captures_);
    report_at(offset, std::string("no capture with the name of the ") + used_as, name,
              hint.empty() ? "write `" + name + ":` before a part of the pattern" : "did you mean " + hint + "?");
    return kNoCapture;
  }

  void add_rule(const rules::Rule& rule) {
    CompiledRule compiled;
    compiled.id = rule.id;
    compiled.file = rule.file;
    compiled.line = rule.line;
    compiled.confidence = rule.confidence;
    compiled.priority = rule.priority;
    compiled.specificity = specificity_;
    compiled.phase = phase_;
    compiled.captures = captures_;
    compiled.examples = rule.examples;
    compiled.constraints = rule.constraints;
    if (!(rule.confidence > 0 && rule.confidence < 1))
      report_at(0, "confidence out of range", std::to_string(rule.confidence), "between 0 and 1, both excluded");
    for (const rules::Constraint& constraint : rule.constraints) {
      if (constraint.name != "same" && constraint.name != "different") {
        report_at(constraint.offset, "unknown constraint", constraint.name, "use same(a, b) or different(a, b)");
      } else if (constraint.captures.size() < 2) {
        report_at(constraint.offset, "a constraint wants two captures", constraint.name, "write same(a, b)");
      }
      for (const std::string& capture : constraint.captures) capture_index(capture, "constraint", constraint.offset);
    }
    for (const rules::Guard& guard : rule.guards) add_guard(guard, compiled);
    for (const rules::Action& action : rule.actions) add_action(action, compiled);
    program_->rules.push_back(std::move(compiled));
  }

  void add_guard(const rules::Guard& guard, CompiledRule& compiled) {
    if (guard.name == "language") {
      if (guard.negated)
        report_at(guard.offset, "language guards name the languages wanted", "", "write language = en | it");
      for (const std::string& value : guard.values) {
        const bool is_code =
            value.size() == 2 && std::all_of(value.begin(), value.end(), [](char c) { return c >= 'a' && c <= 'z'; });
        if (!is_code)
          report_at(guard.offset, "unknown language", value, "languages have two letters: en, it, fr, es, de");
      }
      compiled.languages.insert(compiled.languages.end(), guard.values.begin(), guard.values.end());
    } else if (guard.name == "document.kind") {
      std::uint32_t mask = 0;
      for (const std::string& value : guard.values) {
        DocumentKind kind;
        if (parse_document_kind(value, kind)) {
          mask |= 1u << static_cast<unsigned>(kind);
        } else {
          report_at(guard.offset, "unknown document kind", value,
                    "interview, podcast, slides, markdown, profile or plain");
        }
      }
      compiled.kind_mask &= guard.negated ? ~mask : mask;
    } else {
      report_at(guard.offset, "unknown guard", guard.name, "use document.kind or language");
    }
  }

  void add_action(const rules::Action& action, CompiledRule& compiled) {
    CompiledAction out;
    out.forbids = action.forbids;
    const auto type = std::find_if(context_.types.begin(), context_.types.end(),
                                   [&](const TypeInfo& t) { return t.name == action.target; });
    const auto predicate = std::find_if(context_.predicates.begin(), context_.predicates.end(),
                                        [&](const PredicateInfo& p) { return p.name == action.target; });
    // A word that is both (statistic) is the predicate if all its arguments are the predicate's.
    const bool as_fact = predicate != context_.predicates.end() &&
                         (type == context_.types.end() ||
                          (!action.arguments.empty() &&
                           std::all_of(action.arguments.begin(), action.arguments.end(), [&](const auto& argument) {
                             return std::any_of(predicate->arguments.begin(), predicate->arguments.end(),
                                                [&](const ArgumentInfo& info) { return info.name == argument.name; });
                           })));
    const bool as_mention = type != context_.types.end() && !as_fact;
    if (as_mention) {
      out.type = static_cast<TypeId>(type - context_.types.begin());
      if (!action.arguments.empty()) {
        out.capture = capture_index(action.arguments.front().capture, "mention", action.arguments.front().offset);
      } else {
        const auto own = std::find(captures_.begin(), captures_.end(), action.target);
        if (own != captures_.end()) out.capture = static_cast<std::uint16_t>(own - captures_.begin());
      }
    } else if (predicate != context_.predicates.end()) {
      out.is_fact = true;
      out.predicate = static_cast<PredicateId>(predicate - context_.predicates.begin());
      add_arguments(action, *predicate, out);
    } else {
      std::vector<std::string> names;
      for (const TypeInfo& info : context_.types) names.push_back(info.name);
      for (const PredicateInfo& info : context_.predicates) names.push_back(info.name);
      const std::string hint = did_you_mean(action.target, names);
      report_at(action.offset, "unknown mention type or predicate", action.target,
                hint.empty() ? "see grammars/types.tsv and grammars/predicates.tsv" : "did you mean " + hint + "?");
      return;
    }
    for (const rules::Assignment& attribute : action.attributes) {
      CompiledAssignment assignment = value_of(attribute, "attribute");
      if (!out.is_fact && (action.target != "role" || (attribute.name != "category" && attribute.name != "qualifier")))
        report_at(attribute.offset, "no such attribute of a " + action.target, attribute.name,
                  "roles take category and qualifier, other mentions none");
      if (out.is_fact && attribute.name == "clause") {
        if (out.forbids || out.capture != kNoCapture)
          report_at(attribute.offset, out.forbids ? "a vote against states nothing" : "clause given twice",
                    attribute.text, "leave it out");
        out.capture = capture_index(attribute.text, "clause", attribute.offset);
        continue;
      }
      if (out.is_fact) check_list(attribute, *predicate);
      out.attributes.push_back(std::move(assignment));
    }
    compiled.actions.push_back(std::move(out));
  }

  CompiledAssignment value_of(const rules::Assignment& written, const char* used_as) {
    CompiledAssignment value;
    value.name = written.name;
    value.text = written.text;
    if (!written.capture.empty()) value.capture = capture_index(written.capture, used_as, written.offset);
    if (!written.attribute.empty()) {
      value.attribute = context_.lexicons.find_attribute(written.attribute);
      if (value.attribute == kNoAttribute) {
        const auto names = context_.lexicons.attribute_names();
        const std::string hint = did_you_mean(written.attribute, {names.begin(), names.end()});
        report_at(written.offset, "unknown attribute", written.attribute,
                  hint.empty() ? "no lexicon has such a column" : "did you mean " + hint + "?");
      }
    }
    for (const rules::Assignment& part : written.more) value.more.push_back(value_of(part, used_as));
    return value;
  }

  // [list=place]: the argument of a fact that may be a list of things.
  void check_list(const rules::Assignment& attribute, const PredicateInfo& predicate) {
    if (is_qualifier(attribute.name)) {
      check_qualifier(attribute);
    } else if (attribute.name != "list") {
      report_at(attribute.offset, "unknown property of a fact", attribute.name,
                "facts take [list=ARGUMENT], [clause=CAPTURE], from, to, during, status and text");
    } else if (std::none_of(predicate.arguments.begin(), predicate.arguments.end(),
                            [&](const ArgumentInfo& a) { return a.name == attribute.text; })) {
      report_at(attribute.offset, predicate.name + " has no argument", attribute.text, "see grammars/predicates.tsv");
    }
  }

  // Names that every fact takes beside its predicate's arguments.
  static bool is_qualifier(const std::string& name) {
    return name == "from" || name == "to" || name == "during" || name == "status" || name == "text";
  }

  // Its text, where no capture gives it. In square brackets all is text.
  void check_qualifier(const rules::Assignment& written) {
    if (!written.capture.empty()) return;
    const bool is_status = written.text == "current" || written.text == "past" || written.text == "planned";
    if (written.name == "status" && !is_status) {
      report_at(written.offset, "unknown status", "\"" + written.text + "\"", "current, past or planned");
    }
    const bool is_date = written.name == "from" || written.name == "to" || written.name == "during";
    if (is_date && !edtf::parse(written.text)) {
      report_at(written.offset, "no date", "\"" + written.text + "\"",
                "between round brackets name a capture of a <date>, or write EDTF: \"2019-03\"");
    }
  }

  // What an argument may say in place of a capture; extractors/facts.cpp finds it.
  static bool is_found_by_place(const std::string& text) {
    return text == "subject" || text == "before" || text == "heading" || text == "body" || text == "omitted" ||
           text == "speaker" || text == "addressee";
  }

  void add_arguments(const rules::Action& action, const PredicateInfo& predicate, CompiledAction& out) {
    std::set<std::uint16_t> given;
    for (const rules::Assignment& argument : action.arguments) {
      CompiledAssignment assignment = value_of(argument, "argument");
      if (is_qualifier(argument.name)) {
        check_qualifier(argument);
        out.attributes.push_back(std::move(assignment));
        continue;
      }
      const auto it = std::find_if(predicate.arguments.begin(), predicate.arguments.end(),
                                   [&](const ArgumentInfo& a) { return a.name == argument.name; });
      if (it == predicate.arguments.end()) {
        std::vector<std::string> names;
        for (const ArgumentInfo& info : predicate.arguments) names.push_back(info.name);
        names.insert(names.end(), {"from", "to", "during", "status", "text"});
        const std::string hint = did_you_mean(argument.name, names);
        report_at(argument.offset, predicate.name + " has no argument", argument.name,
                  hint.empty() ? "see grammars/predicates.tsv" : "did you mean " + hint + "?");
        continue;
      }
      if (!argument.more.empty()) {
        report_at(argument.offset, "an argument is one mention", argument.name, "only text=… may be joined of parts");
      } else if (argument.capture.empty() && !is_found_by_place(argument.text)) {
        report_at(argument.offset, "an argument is a mention", "\"" + argument.text + "\"",
                  "name a capture, or write \"subject\" (of the sentence), \"omitted\" (also of a sentence before), "
                  "\"speaker\", \"addressee\", \"heading\" (what the heading above names) or \"before\" (what is named "
                  "last)");
      }
      assignment.argument = static_cast<std::uint16_t>(it - predicate.arguments.begin());
      if (!given.insert(assignment.argument).second)
        report_at(argument.offset, "argument given twice", argument.name, "keep one");
      out.arguments.push_back(std::move(assignment));
    }
    for (std::uint16_t i = 0; i < predicate.arguments.size(); ++i) {
      if (predicate.arguments[i].required && !given.contains(i) && !action.forbids) {
        report_at(action.offset, predicate.name + " needs the argument", predicate.arguments[i].name,
                  "add it between the brackets");
      }
    }
  }

  void collect_bits(Program::Automaton& automaton) const {
    std::set<std::uint32_t> bits;
    for (const Program::Instruction& instruction : automaton.code) {
      if (!is_test(instruction)) continue;
      for (const Program::Literal& literal : program_->conditions[instruction.a]) bits.insert(literal.bit);
    }
    automaton.bits.assign(bits.begin(), bits.end());
  }

  const ParsedRules& parsed_;
  const RuleContext& context_;
  std::vector<Problem>& problems_;
  std::unique_ptr<Program> program_;
  const rules::Rule* rule_ = nullptr;
  std::map<std::uint32_t, std::set<std::string>> regex_languages_;  // by predicate
  std::map<std::string, std::uint32_t> predicate_ids_;
  std::map<Condition, std::uint32_t> condition_ids_;
  std::vector<std::string> captures_;
  std::vector<EntryId> first_entries_;  // by lexicon
  std::set<std::string> mention_attributes_;
  std::vector<Program::Instruction>* code_ = nullptr;
  std::size_t code_begin_ = 0;
  std::uint32_t phase_ = 0;
  Program::Scope scope_ = Program::Scope::kSentence;
  std::uint32_t specificity_ = 0;
  const Node* boundary_ = nullptr;  // at which stands what is emitted now: what follows need be known there only
  bool too_large_ = false;
};

}  // namespace

bool compile_regexes(RuleSet::Program& program) {
  RE2::Options options(RE2::Quiet);
  constexpr std::int64_t kAllSets = std::int64_t{48} << 20, kLeast = std::int64_t{2} << 20;  // bytes
  const std::size_t sets = program.regex_predicates.size() / RuleSet::Program::kSetPatterns + 1;
  options.set_max_mem(std::max(kLeast, kAllSets / static_cast<std::int64_t>(sets)));
  for (std::size_t i = 0; i < program.regex_predicates.size(); ++i) {
    if (i % RuleSet::Program::kSetPatterns == 0)
      program.regexes.push_back(std::make_unique<RE2::Set>(options, RE2::ANCHOR_BOTH));
    program.regexes.back()->Add(program.predicates[program.regex_predicates[i]].text, nullptr);
  }
  return std::all_of(program.regexes.begin(), program.regexes.end(), [](const auto& set) { return set->Compile(); });
}

RuleSet compile_rules(const ParsedRules& parsed, const RuleContext& context, std::vector<Problem>& problems) {
  return RuleSet(Compiler(parsed, context, problems).compile());
}

RuleSet::RuleSet(std::unique_ptr<Program> program) : program_(std::move(program)) {}
RuleSet::RuleSet(RuleSet&&) noexcept = default;
RuleSet& RuleSet::operator=(RuleSet&&) noexcept = default;
RuleSet::~RuleSet() = default;
std::span<const CompiledRule> RuleSet::rules() const {
  return program_->rules;
}
std::span<const std::string> RuleSet::phases() const {
  return program_->phase_names;
}
std::uint32_t RuleSet::phase(std::string_view name) const {
  const auto it = std::find(program_->phase_names.begin(), program_->phase_names.end(), name);
  return it == program_->phase_names.end() ? kNone : static_cast<std::uint32_t>(it - program_->phase_names.begin());
}

}  // namespace dossier
