// rule_parser.cpp - the X3 grammar of the rule language. Reference: grammars/README.md.
//
// A file is cut into items at lines that start in column 1 with a keyword; each item is parsed by itself, so that one
// mistake does not hide the next.
#include <algorithm>
#include <boost/spirit/home/x3.hpp>
#include <cctype>
#include <charconv>

#include "grammars/rule_ast.h"

// What an expectation calls itself in messages: what it holds, not the name of its C++ type.
namespace boost::spirit::x3 {
template <class Subject, class Action>
struct get_info<action<Subject, Action>> {
  using result_type = std::string;
  std::string operator()(const action<Subject, Action>& parser) const { return what(parser.subject); }
};
template <class Subject>
struct get_info<plus<Subject>> {
  using result_type = std::string;
  std::string operator()(const plus<Subject>& parser) const { return what(parser.subject); }
};
template <class Left, class Right>
struct get_info<alternative<Left, Right>> {
  using result_type = std::string;
  std::string operator()(const alternative<Left, Right>& parser) const {
    return what(parser.left) + " or " + what(parser.right);
  }
};
template <class Left, class Right>
struct get_info<sequence<Left, Right>> {
  using result_type = std::string;
  std::string operator()(const sequence<Left, Right>& parser) const { return what(parser.left); }
};
template <class Left, class Right>
struct get_info<list<Left, Right>> {
  using result_type = std::string;
  std::string operator()(const list<Left, Right>& parser) const { return what(parser.left); }
};
template <class Subject>
struct get_info<lexeme_directive<Subject>> {
  using result_type = std::string;
  std::string operator()(const lexeme_directive<Subject>& parser) const { return what(parser.subject); }
};
template <class Subject>
struct get_info<expect_directive<Subject>> {
  using result_type = std::string;
  std::string operator()(const expect_directive<Subject>& parser) const { return what(parser.subject); }
};
template <class T, unsigned radix, unsigned min, int max>
struct get_info<uint_parser<T, radix, min, max>> {
  using result_type = std::string;
  std::string operator()(const uint_parser<T, radix, min, max>&) const { return "whole number"; }
};
template <class T, unsigned radix, unsigned min, int max>
struct get_info<int_parser<T, radix, min, max>> {
  using result_type = std::string;
  std::string operator()(const int_parser<T, radix, min, max>&) const { return "whole number"; }
};
template <class T, class Policies>
struct get_info<real_parser<T, Policies>> {
  using result_type = std::string;
  std::string operator()(const real_parser<T, Policies>&) const { return "number"; }
};
}  // namespace boost::spirit::x3

namespace dossier::rules {

namespace {

namespace x3 = boost::spirit::x3;
using Iterator = std::string_view::const_iterator;

struct begin_tag {};  // the begin of the file, so that nodes know their offset

template <class Context>
std::uint32_t offset_of(Context& ctx) {
  return static_cast<std::uint32_t>(x3::_where(ctx).begin() - x3::get<begin_tag>(ctx).get());
}

// White space and comments between the words of an item.
const auto skipper = x3::space | ('#' >> *(x3::char_ - x3::eol));

const auto name_first = x3::char_("a-zA-Z_");
const auto name_rest = x3::char_("a-zA-Z0-9_");

const x3::rule<class name_, std::string> name = "name";
const auto name_def = x3::lexeme[name_first >> *name_rest];
const x3::rule<class dotted_, std::string> dotted = "dotted.name";
const auto dotted_def = x3::lexeme[name_first >> *(name_rest | x3::char_('.') | x3::char_('-'))];
const x3::rule<class text_, std::string> text = "\"text\"";
const auto escaped = x3::lit('\\') >> ((x3::lit('n') >> x3::attr('\n')) | (x3::lit('t') >> x3::attr('\t')) |
                                       x3::char_);  // \n: a line break, \t: a tab
const auto text_def = x3::lexeme['"' >> *(escaped | (x3::char_ - x3::char_("\"\\"))) > '"'];
const x3::rule<class exact_, std::string> exact = "'text'";
const auto exact_def = x3::lexeme['\'' >> *(('\\' >> x3::char_) | (x3::char_ - x3::char_("'\\"))) > '\''];
const x3::rule<class regex_, std::string> regex = "/pattern/";
const auto regex_def = x3::lexeme['/' >> *((x3::char_('\\') >> x3::char_) | (x3::char_ - x3::char_("/\\\n"))) > '/'];
const x3::rule<class value_, std::string> value = "value";
const auto value_def = text | x3::lexeme[+x3::char_("a-zA-Z0-9_.+%-")];
BOOST_SPIRIT_DEFINE(name, dotted, text, exact, regex, value)

// A keyword is not followed by a letter.
const auto keyword = [](const char* word) { return x3::lexeme[x3::lit(word) >> !name_rest]; };

const x3::rule<class attribute_test_, AttributeTest> attribute_test = "name=value";
const auto set_comparison = [](Comparison comparison) {
  return [comparison](auto& ctx) { x3::_val(ctx).comparison = comparison; };
};
const auto attribute_test_def = name[([](auto& ctx) { x3::_val(ctx).name = x3::_attr(ctx); })] >
                                (x3::lit("!=")[set_comparison(Comparison::kNotEqual)] |
                                 x3::lit("<=")[set_comparison(Comparison::kLessEqual)] |
                                 x3::lit(">=")[set_comparison(Comparison::kGreaterEqual)] |
                                 x3::lit('<')[set_comparison(Comparison::kLess)] |
                                 x3::lit('>')[set_comparison(Comparison::kGreater)] |
                                 x3::lit('=')) > value[([](auto& ctx) { x3::_val(ctx).value = x3::_attr(ctx); })];
BOOST_SPIRIT_DEFINE(attribute_test)

const x3::rule<class pattern_, Node> pattern = "pattern";
const x3::rule<class sequence_, Node> sequence = "sequence";
const x3::rule<class element_, Node> element = "element";
const x3::rule<class repeated_, Node> repeated = "atom";
const x3::rule<class conjunction_, Node> conjunction = "test";
const x3::rule<class atom_, Node> atom = "atom";

const auto set_kind = [](NodeKind kind) {
  return [kind](auto& ctx) {
    x3::_val(ctx).kind = kind;
    x3::_val(ctx).offset = offset_of(ctx);
  };
};
const auto set_text = [](auto& ctx) { x3::_val(ctx).text = x3::_attr(ctx); };
const auto add_name = [](auto& ctx) { x3::_val(ctx).names.push_back(x3::_attr(ctx)); };
const auto add_test = [](auto& ctx) { x3::_val(ctx).tests.push_back(x3::_attr(ctx)); };
const auto add_child = [](auto& ctx) { x3::_val(ctx).children.push_back(std::move(x3::_attr(ctx))); };

// A group takes over its only child, so that ( x ) is x.
const auto take = [](auto& ctx) { x3::_val(ctx) = std::move(x3::_attr(ctx)); };

const auto pattern_def =
    (x3::eps[set_kind(NodeKind::kAlternation)] >> sequence[add_child] >> *('|' > sequence[add_child]))[([](auto& ctx) {
      Node& node = x3::_val(ctx);
      if (node.children.size() == 1) {
        Node only = std::move(node.children.front());
        node = std::move(only);
      }
    })];

const auto sequence_def = (x3::eps[set_kind(NodeKind::kSequence)] >> +element[add_child])[([](auto& ctx) {
  Node& node = x3::_val(ctx);
  if (node.children.size() == 1) {
    Node only = std::move(node.children.front());
    node = std::move(only);
  }
})];

// `name:` in front of an element makes it a capture.
const auto element_def =
    (x3::eps[set_kind(NodeKind::kCapture)] >> x3::lexeme[name >> ':'][set_text] > repeated[add_child]) | repeated[take];

const auto wrap_repeat = [](std::uint32_t min, std::uint32_t max) {
  return [min, max](auto& ctx) {
    Node inner = std::move(x3::_val(ctx));
    Node node;
    node.kind = NodeKind::kRepeat;
    node.offset = inner.offset;
    node.min = min;
    node.max = max;
    node.children.push_back(std::move(inner));
    x3::_val(ctx) = std::move(node);
  };
};
const auto set_min = [](auto& ctx) { x3::_val(ctx).min = x3::_val(ctx).max = x3::_attr(ctx); };
const auto open_max = [](auto& ctx) { x3::_val(ctx).max = kUnbounded; };
const auto set_max = [](auto& ctx) { x3::_val(ctx).max = x3::_attr(ctx); };
const auto set_lazy = [](auto& ctx) { x3::_val(ctx).lazy = true; };

const auto repeated_def = conjunction[take] >>
                          -(((x3::lit('?')[wrap_repeat(0, 1)] | x3::lit('*')[wrap_repeat(0, kUnbounded)] |
                              x3::lit('+')[wrap_repeat(1, kUnbounded)] |
                              (x3::lit('{')[wrap_repeat(0, 0)] > x3::uint_[set_min] >
                               -(x3::lit(',')[open_max] >> -x3::uint_[set_max]) > '}')) >>
                             -x3::lit('?')[set_lazy]));

const auto start_and = [](auto& ctx) {
  Node first = std::move(x3::_val(ctx));
  Node node;
  node.kind = NodeKind::kAnd;
  node.offset = first.offset;
  if (first.kind == NodeKind::kAnd) {
    node = std::move(first);
  } else {
    node.children.push_back(std::move(first));
  }
  node.children.push_back(std::move(x3::_attr(ctx)));
  x3::_val(ctx) = std::move(node);
};
const auto conjunction_def = atom[take] >> *('&' > atom[start_and]);

const auto set_look = [](bool behind, bool negated) {
  return [behind, negated](auto& ctx) {
    Node& node = x3::_val(ctx);
    node.kind = NodeKind::kLook;
    node.behind = behind;
    node.negated = negated;
    node.offset = offset_of(ctx);
  };
};

const x3::rule<class lexicon_atom_, Node> lexicon_atom = "@lexicon";
const auto lexicon_atom_def = x3::eps[set_kind(NodeKind::kLexicon)] >> x3::lit('@') > name[set_text] >
                              -('[' > (attribute_test[add_test] % ',') > ']');

// column="company" | @table_label[names=organization]
const x3::rule<class label_value_, Node> label_value = "\"words\" or @lexicon";
const auto label_value_def = lexicon_atom[take] | (x3::eps[set_kind(NodeKind::kLiteral)] >> value[set_text]);
const x3::rule<class label_test_, Node> label_test = "label=value";
const auto label_test_def = x3::eps[set_kind(NodeKind::kLabel)] >> name[set_text] >
                            (x3::lit("!=")[([](auto& ctx) { x3::_val(ctx).negated = true; })] | x3::lit('=')) >
                            (label_value[add_child] % '|');
BOOST_SPIRIT_DEFINE(lexicon_atom, label_value, label_test)

const auto atom_def = (x3::eps[set_look(true, false)] >> x3::lit("(?<=") > pattern[add_child] > ')') |
                      (x3::eps[set_look(true, true)] >> x3::lit("(?<!") > pattern[add_child] > ')') |
                      (x3::eps[set_look(false, false)] >> x3::lit("(?=") > pattern[add_child] > ')') |
                      (x3::eps[set_look(false, true)] >> x3::lit("(?!") > pattern[add_child] > ')') |
                      ('(' > pattern[take] > ')') |
                      (x3::eps[set_kind(NodeKind::kNot)] >> x3::lit('!') > atom[add_child]) |
                      (x3::eps[set_kind(NodeKind::kLiteral)] >> text[set_text]) |
                      (x3::eps[set_kind(NodeKind::kExactLiteral)] >> exact[set_text]) |
                      (x3::eps[set_kind(NodeKind::kRegex)] >> regex[set_text]) | lexicon_atom[take] |
                      // `<` begins a mention only before a name: `<` alone is not part of the language.
                      (x3::eps[set_kind(NodeKind::kMention)] >> x3::lit('<') > (name[add_name] % '|') >
                       *(x3::eps >> &name >> attribute_test[add_test]) > '>') |
                      (x3::eps[set_kind(NodeKind::kAny)] >> '.') |
                      (x3::eps[set_kind(NodeKind::kBoundary)] >> x3::lit('^') > name[set_text]) |
                      (x3::eps[set_kind(NodeKind::kMacro)] >> x3::lexeme['$' >> name[set_text] >> '('] >>
                       -(pattern[add_child] % ',') > ')') |
                      (x3::eps[set_kind(NodeKind::kBoundary)] >> x3::lit('$') > name[([](auto& ctx) {
                         x3::_val(ctx).text = x3::_attr(ctx);
                         x3::_val(ctx).at_end = true;
                       })]) |
                      (x3::eps[set_kind(NodeKind::kTest)] >>
                       !(keyword("yes") | keyword("no") | keyword("confidence") | keyword("priority") |
                         keyword("where") | keyword("within") | keyword("when") | keyword("reach")) >>
                       name[set_text] >> !x3::lit(':') >> -('[' > (label_test[add_child] % ',') > ']'));

BOOST_SPIRIT_DEFINE(pattern, sequence, element, repeated, conjunction, atom)

// ---------------------------------------------------------------------------------------------------------------------

const x3::rule<class assignment_, Assignment> assignment = "argument";
const auto set_offset = [](auto& ctx) { x3::_val(ctx).offset = offset_of(ctx); };
// a + "…" + b.column
const x3::rule<class value_part_, Assignment> value_part = "value";
const auto value_part_def = x3::eps[set_offset] >>
                            (text[([](auto& ctx) { x3::_val(ctx).text = x3::_attr(ctx); })] |
                             (name[([](auto& ctx) { x3::_val(ctx).capture = x3::_attr(ctx); })] >>
                              -('.' > name[([](auto& ctx) { x3::_val(ctx).attribute = x3::_attr(ctx); })])));
BOOST_SPIRIT_DEFINE(value_part)
const auto add_part = [](auto& ctx) { x3::_val(ctx).more.push_back(x3::_attr(ctx)); };
const auto assignment_def = x3::eps[set_offset] >>
                            name[([](auto& ctx) { x3::_val(ctx).name = x3::_val(ctx).capture = x3::_attr(ctx); })] >
                            -('=' > (text[([](auto& ctx) {
                                       x3::_val(ctx).capture.clear();
                                       x3::_val(ctx).text = x3::_attr(ctx);
                                     })] |
                                     (name[([](auto& ctx) { x3::_val(ctx).capture = x3::_attr(ctx); })] >
                                      -('.' > name[([](auto& ctx) { x3::_val(ctx).attribute = x3::_attr(ctx); })]))) >
                              *('+' > value_part[add_part]));

// Attribute values may be bare words: [category=executive] sets the text; [category=head.category] reads a capture.
const x3::rule<class attribute_, Assignment> attribute = "attribute";
const auto attribute_def = x3::eps[set_offset] >> name[([](auto& ctx) { x3::_val(ctx).name = x3::_attr(ctx); })] > '=' >
                           (text[([](auto& ctx) { x3::_val(ctx).text = x3::_attr(ctx); })] |
                            x3::lexeme[name >> '.' >> name][([](auto& ctx) {
                              x3::_val(ctx).capture = boost::fusion::at_c<0>(x3::_attr(ctx));
                              x3::_val(ctx).attribute = boost::fusion::at_c<1>(x3::_attr(ctx));
                            })] |
                            x3::lexeme[+x3::char_("a-zA-Z0-9_-")][([](auto& ctx) {
                              x3::_val(ctx).text = std::string(x3::_attr(ctx).begin(), x3::_attr(ctx).end());
                            })]) > *('+' > value_part[add_part]);
BOOST_SPIRIT_DEFINE(assignment, attribute)

const x3::rule<class action_, Action> action = "action";
const auto action_def =
    x3::eps[([](auto& ctx) { x3::_val(ctx).offset = offset_of(ctx); })] >>
    -keyword("forbid")[([](auto& ctx) { x3::_val(ctx).forbids = true; })] >>
    name[([](auto& ctx) { x3::_val(ctx).target = x3::_attr(ctx); })] >>
    -('(' > (assignment[([](auto& ctx) { x3::_val(ctx).arguments.push_back(x3::_attr(ctx)); })] % ',') > ')') >>
    -('[' > (attribute[([](auto& ctx) { x3::_val(ctx).attributes.push_back(x3::_attr(ctx)); })] % ',') > ']');
BOOST_SPIRIT_DEFINE(action)

const x3::rule<class expectation_, std::pair<std::string, std::string>> expectation = "name=\"words\"";
const auto expectation_def = name[([](auto& ctx) { x3::_val(ctx).first = x3::_attr(ctx); })] >> '=' >
                             text[([](auto& ctx) { x3::_val(ctx).second = x3::_attr(ctx); })];
const x3::rule<class example_, Example> example = "example";
const auto example_def =
    (keyword("yes") | keyword("no")[([](auto& ctx) { x3::_val(ctx).positive = false; })]) > text[([](auto& ctx) {
      x3::_val(ctx).text = x3::_attr(ctx);
      x3::_val(ctx).line = offset_of(ctx);
    })] > *expectation[([](auto& ctx) { x3::_val(ctx).expected.push_back(x3::_attr(ctx)); })];

const x3::rule<class guard_, Guard> guard = "guard";
const auto guard_def = x3::eps[set_offset] >> dotted[([](auto& ctx) { x3::_val(ctx).name = x3::_attr(ctx); })] >
                       (x3::lit("!=")[([](auto& ctx) { x3::_val(ctx).negated = true; })] | x3::lit('=')) >
                       (value[([](auto& ctx) { x3::_val(ctx).values.push_back(x3::_attr(ctx)); })] % '|');

const x3::rule<class constraint_, Constraint> constraint = "constraint";
const auto constraint_def = x3::eps[set_offset] >> name[([](auto& ctx) { x3::_val(ctx).name = x3::_attr(ctx); })] >
                            '(' > (name[([](auto& ctx) { x3::_val(ctx).captures.push_back(x3::_attr(ctx)); })] % ',') >
                            ')';
BOOST_SPIRIT_DEFINE(expectation, example, guard, constraint)

const auto add_action = [](auto& ctx) { x3::_val(ctx).actions.push_back(std::move(x3::_attr(ctx))); };

const x3::rule<class rule_, Rule> rule_item = "rule";
const auto rule_item_def =
    keyword("rule") > dotted[([](auto& ctx) { x3::_val(ctx).id = x3::_attr(ctx); })] >
    *((keyword("when") > (guard[([](auto& ctx) { x3::_val(ctx).guards.push_back(x3::_attr(ctx)); })] % ',')) |
      (keyword("within") > name[([](auto& ctx) { x3::_val(ctx).within = x3::_attr(ctx); })]) |
      (keyword("reach") > x3::uint_[([](auto& ctx) { x3::_val(ctx).reach = x3::_attr(ctx); })])) >
    pattern[([](auto& ctx) { x3::_val(ctx).pattern = std::move(x3::_attr(ctx)); })] >
    +((x3::lit("=>") > action[add_action]) |
      (keyword("confidence") > x3::double_[([](auto& ctx) { x3::_val(ctx).confidence = x3::_attr(ctx); })]) |
      (keyword("priority") > x3::int_[([](auto& ctx) { x3::_val(ctx).priority = x3::_attr(ctx); })]) |
      (keyword("where") >
       (constraint[([](auto& ctx) { x3::_val(ctx).constraints.push_back(x3::_attr(ctx)); })] % ','))) >
    *example[([](auto& ctx) { x3::_val(ctx).examples.push_back(std::move(x3::_attr(ctx))); })] > x3::eoi;

const x3::rule<class macro_, Macro> macro_item = "macro";
const auto macro_item_def =
    keyword("macro") > name[([](auto& ctx) { x3::_val(ctx).name = x3::_attr(ctx); })] >
    -('(' > (('$' > name[([](auto& ctx) { x3::_val(ctx).parameters.push_back(x3::_attr(ctx)); })]) % ',') > ')') >
    '=' > pattern[([](auto& ctx) { x3::_val(ctx).body = std::move(x3::_attr(ctx)); })] > x3::eoi;
BOOST_SPIRIT_DEFINE(rule_item, macro_item)

const x3::rule<class import_, std::string> import_item = "import";
const auto import_item_def = keyword("import") > text > x3::eoi;
const x3::rule<class phase_, std::string> phase_item = "phase";
const auto again = x3::lexeme[x3::lit("again") >> !name_rest] >> x3::attr(std::string(" again"));
const auto phase_item_def = keyword("phase") > name > -again > x3::eoi;
BOOST_SPIRIT_DEFINE(import_item, phase_item)

// ---------------------------------------------------------------------------------------------------------------------

constexpr std::size_t kMaxNesting = 100;

class FileParser {
 public:
  FileParser(File& file, std::vector<Problem>& problems) : file_(file), text_(file.text), problems_(problems) {
    for (std::size_t at = 0; at < text_.size(); ++at) {
      if (text_[at] == '\n') line_ends_.push_back(at);
    }
  }

  void parse() {
    std::size_t begin = next_item(0);
    if (!is_blank(text_.substr(0, begin)))
      report(first_word(0), "text before the first item",
             "start an item with rule, macro, import or phase in column 1");
    while (begin < text_.size()) {
      const std::size_t end = next_item(begin + 1);
      parse_item(begin, end);
      begin = end;
    }
  }

 private:
  std::uint32_t line_of(std::size_t offset) const {
    const auto line = std::lower_bound(line_ends_.begin(), line_ends_.end(), offset);
    return static_cast<std::uint32_t>(line - line_ends_.begin()) + 1;
  }

  bool is_blank(std::string_view part) const {
    while (!part.empty()) {
      const std::size_t end = std::min(part.find('\n'), part.size());
      std::string_view line = part.substr(0, end);
      const std::size_t first = line.find_first_not_of(" \t\r");
      if (first != std::string_view::npos && line[first] != '#') return false;
      part.remove_prefix(std::min(part.size(), end + 1));
    }
    return true;
  }

  std::size_t first_word(std::size_t from) const {
    return std::min(text_.find_first_not_of(" \t\r\n", from), text_.size());
  }

  // Items begin at a letter in column 1.
  std::size_t next_item(std::size_t from) const {
    for (std::size_t at = from; at < text_.size(); ++at) {
      const bool at_line_start = at == 0 || text_[at - 1] == '\n';
      if (at_line_start && ((text_[at] >= 'a' && text_[at] <= 'z') || (text_[at] >= 'A' && text_[at] <= 'Z')))
        return at;
    }
    return text_.size();
  }

  void report(std::size_t offset, std::string what, std::string advice) {
    const auto [line, column] = line_and_column(text_, offset);
    const std::size_t end = std::min(text_.find('\n', offset), text_.size());
    std::string piece(text_.substr(offset, std::min<std::size_t>(end - offset, 40)));
    problems_.push_back({file_.name, line, column, std::move(what), std::move(piece), std::move(advice)});
  }

  bool nests_too_deep(std::size_t begin, std::size_t end) const {
    std::size_t depth = 0;
    std::size_t bangs = 0;
    char quote = 0;  // inside "text", 'text', /pattern/ or a comment nothing nests
    for (std::size_t at = begin; at < end; ++at) {
      const char c = text_[at];
      if (quote != 0) {
        if (c == '\\' && quote != '\n') ++at;
        if (c == quote) quote = 0;
        continue;
      }
      if (c == '"' || c == '\'' || c == '/') quote = c;
      if (c == '#') quote = '\n';
      if (c == '(') ++depth;
      if (c == ')' && depth > 0) --depth;
      bangs = c == '!' ? bangs + 1 : (std::isspace(static_cast<unsigned char>(c)) != 0 || c == '#' ? bangs : 0);
      if (depth > kMaxNesting || bangs > kMaxNesting) return true;
    }
    return false;
  }

  template <class Parser, class Attribute>
  bool parse_with(const Parser& parser, std::size_t begin, std::size_t end, Attribute& attribute) {
    const Iterator file_begin = text_.begin();
    Iterator at = text_.begin() + static_cast<std::ptrdiff_t>(begin);
    const Iterator last = text_.begin() + static_cast<std::ptrdiff_t>(end);
    try {
      if (x3::phrase_parse(at, last, x3::with<begin_tag>(std::cref(file_begin))[parser], skipper, attribute))
        return true;
      report(static_cast<std::size_t>(at - file_begin), "not understood",
             "see grammars/README.md for the form of an item");
    } catch (const x3::expectation_failure<Iterator>& failure) {
      const auto offset = std::min(first_word(static_cast<std::size_t>(failure.where() - file_begin)), end);
      explain(begin, offset, end, failure.which());
    }
    return false;
  }

  // Says what is wrong where the grammar wanted `wanted` and found something else.
  void explain(std::size_t begin, std::size_t offset, std::size_t end, const std::string& wanted) {
    struct Advice {
      std::string_view wanted;
      std::string_view what;
      std::string_view advice;
    };
    static constexpr std::string_view kPart =
        "write a word in quotes, @lexicon, <mention>, /regex/, a test such as Cap, or a group ( … )";
    static constexpr Advice kAdvice[] = {
        {"pattern", "expected a pattern", kPart},
        {"sequence", "expected a pattern", kPart},
        {"element", "expected a part of a pattern", kPart},
        {"atom", "expected a part of a pattern", kPart},
        {"test", "expected a part of a pattern", kPart},
        {"name", "expected a name", "a name has letters, digits and _ and begins with a letter"},
        {"dotted.name", "expected a name", "a name has letters, digits, _ - and dots and begins with a letter"},
        {"\"text\"", "expected text in quotes", "write \"…\""},
        {"value", "expected a value", "write a word, or \"…\" around several"},
        {"action", "expected what the rule makes",
         "write a type: => person(name), or a fact: => affiliation(person, role)"},
        {"argument", "expected an argument", "write the name of one, or name=capture"},
        {"attribute", "expected an attribute", "write name=value, name=capture.column, or name=\"…\""},
        {"guard", "expected a condition on the document", "write language = en, or document.kind = slides"},
        {"constraint", "expected a constraint", "write same(a, b) or different(a, b)"},
        {"whole number", "expected a whole number", "write digits"},
        {"number", "expected a number", "between 0 and 1: confidence 0.8"},
        {"label=value", "expected the test of a label", "write column=\"…\", row=…, key=… or section=…"},
        {"name=value", "expected the test of an attribute", "write name=value"},
        {"'>'", "a mention is not closed", "write <type>, <type|type>, or <type name=value>"},
        {"']'", "a square bracket is not closed", "write [name=value, name=value]"},
        {"'}'", "a repetition is not closed", "write {2}, {2,5} or {2,}"},
        {"'='", "expected =", "write name = value"},
    };
    const std::string_view rest = text_.substr(offset, end - offset);
    const std::string_view word = rest.substr(0, rest.find_first_of(" \t\r\n"));
    if (wanted == "'\"'" || wanted == "'\\''" || wanted == "'/'") {
      const std::size_t quote = open_mark(begin, end, wanted[1]);
      report(quote, std::string("the ") + wanted[1] + " is not closed", "close it before the end of the line");
    } else if (word == "rule" || word == "macro" || word == "phase" || word == "import") {
      report(offset, "a new item inside another", "items begin in the first column, what belongs to them is indented");
    } else if (wanted == "eoi") {
      report(offset, "unexpected text", "the item should end here; is a bracket or quote missing?");
    } else if (wanted.starts_with("\"=>\"") && (word.starts_with("->") || word.starts_with("="))) {
      report(offset, "expected =>",
             word.starts_with("->") ? "did you mean =>?" : "did you mean => or, for a capture, name: x?");
    } else if (wanted.starts_with("\"=>\"")) {
      report(offset, offset >= end ? "the rule makes nothing" : "the pattern ends here, and then no => follows",
             "after the pattern write => TYPE(capture) or => FACT(arguments); words of a pattern need quotes");
    } else if (wanted == "')'" && word.starts_with("=") && !word.starts_with("=>")) {
      report(offset, "expected ')'", "labels stand in square brackets: Cell[column=\"…\"]");
    } else if (wanted == "')'") {
      const auto [line, column] = line_and_column(text_, open_mark(begin, offset, '('));
      report(offset, "expected ')'",
             "close the bracket of line " + std::to_string(line) + ", column " + std::to_string(column));
    } else {
      const auto* const known =
          std::find_if(std::begin(kAdvice), std::end(kAdvice), [&](const Advice& a) { return a.wanted == wanted; });
      if (known != std::end(kAdvice)) {
        report(offset, std::string(known->what), std::string(known->advice));
      } else {
        report(offset, "expected " + wanted, "see grammars/README.md for the form of an item");
      }
    }
  }

  // Where the last bracket or quote `mark` opens that is not closed before `end`.
  std::size_t open_mark(std::size_t begin, std::size_t end, char mark) const {
    std::vector<std::size_t> brackets;
    char quote = 0;
    std::size_t opened = begin;
    for (std::size_t at = begin; at < end; ++at) {
      const char c = text_[at];
      if (quote != 0) {
        if (c == '\\' && quote != '\n') ++at;
        if (c == quote) quote = 0;
        continue;
      }
      if (c == '"' || c == '\'' || c == '/' || c == '#') {
        quote = c == '#' ? '\n' : c;
        opened = at;
      }
      if (c == '(') brackets.push_back(at);
      if (c == ')' && !brackets.empty()) brackets.pop_back();
    }
    if (mark != '(') return opened;
    return brackets.empty() ? begin : brackets.back();
  }

  void parse_item(std::size_t begin, std::size_t end) {
    if (nests_too_deep(begin, end)) {
      report(begin, "nested too deeply",
             "use at most " + std::to_string(kMaxNesting) + " levels; name parts by macros");
      return;
    }
    const std::string_view item = text_.substr(begin, end - begin);
    const std::uint32_t line = line_of(begin);
    const std::string_view word = item.substr(0, item.find_first_of(" \t\r\n"));
    if (word == "rule") {
      Rule rule;
      if (!parse_with(rule_item, begin, end, rule)) return;
      rule.file = file_.name;
      rule.line = line;
      rule.phase = phase_;
      for (Example& example : rule.examples) example.line = line_of(example.line);
      if (phase_.empty()) {
        report(begin, "rule outside any phase", "put `phase NAME` above the first rule of the file");
        return;
      }
      file_.rules.push_back(std::move(rule));
    } else if (word == "macro") {
      Macro macro;
      if (!parse_with(macro_item, begin, end, macro)) return;
      macro.file = file_.name;
      macro.line = line;
      file_.macros.push_back(std::move(macro));
    } else if (word == "import") {
      Import import{.path = {}, .line = line};
      if (parse_with(import_item, begin, end, import.path)) file_.imports.push_back(std::move(import));
    } else if (word == "phase") {
      std::string phase;
      if (parse_with(phase_item, begin, end, phase)) phase_ = std::move(phase);
    } else {
      const std::string hint = did_you_mean(std::string(word), {"rule", "macro", "import", "phase"});
      report(begin, "unknown item",
             hint.empty() ? "an item is a rule, macro, import or phase" : "did you mean " + hint + "?");
    }
  }

  File& file_;
  std::string_view text_;
  std::vector<Problem>& problems_;
  std::string phase_;
  std::vector<std::size_t> line_ends_;
};

}  // namespace

std::string_view symbol_of(Comparison comparison) {
  static constexpr std::string_view kSymbols[] = {"=", "!=", "<", "<=", ">", ">="};
  return kSymbols[static_cast<std::size_t>(comparison)];
}

bool compare(Comparison comparison, std::string_view left, std::string_view right) {
  if (comparison == Comparison::kEqual) return left == right;
  if (comparison == Comparison::kNotEqual) return left != right;
  const auto number = [](std::string_view text) {
    double value = 0;
    // Most are a few digits, and asked for at each new word.
    if (text.size() <= 4 && std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; })) {
      for (const char c : text) value = value * 10 + (c - '0');
      return value;
    }
    std::from_chars(text.data(), text.data() + text.size(), value);
    return value;
  };
  const double a = number(left);
  const double b = number(right);
  switch (comparison) {
    case Comparison::kLess:
      return a < b;
    case Comparison::kLessEqual:
      return a <= b;
    case Comparison::kGreater:
      return a > b;
    default:
      return a >= b;
  }
}

std::pair<std::uint32_t, std::uint32_t> line_and_column(std::string_view text, std::size_t offset) {
  std::uint32_t line = 1;
  std::size_t start = 0;
  offset = std::min(offset, text.size());
  for (std::size_t at = 0; at < offset; ++at) {
    if (text[at] == '\n') {
      ++line;
      start = at + 1;
    }
  }
  return {line, static_cast<std::uint32_t>(offset - start + 1)};
}

File parse_rule_file(std::string name, std::string text, std::vector<Problem>& problems) {
  File file;
  file.name = std::move(name);
  file.text = std::move(text);
  FileParser(file, problems).parse();
  return file;
}

}  // namespace dossier::rules
