// rule_print.cpp - a pattern as text again, for messages and explanations.
#include "grammars/rule_ast.h"

namespace dossier::rules {

namespace {

std::string quoted(const std::string& text, char quote) {
  std::string out(1, quote);
  for (const char c : text) {
    if (c == quote || c == '\\') out += '\\';
    out += c;
  }
  return out + quote;
}

// Bare where the grammar takes it bare.
std::string value_of(const std::string& text) {
  const bool is_bare = !text.empty() && text.find_first_not_of(
                                            "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                            "0123456789_.+%-") == std::string::npos;
  return is_bare ? text : quoted(text, '"');
}

// Binds as tightly as a repetition wants.
bool is_atom(const Node& node) {
  switch (node.kind) {
    case NodeKind::kSequence:
    case NodeKind::kAlternation:
    case NodeKind::kAnd:
    case NodeKind::kRepeat:
    case NodeKind::kCapture:
      return false;
    default:
      return true;
  }
}

std::string atom(const Node& node) {
  return is_atom(node) ? print(node) : "(" + print(node) + ")";
}

std::string join(const std::vector<Node>& nodes, const char* separator) {
  std::string out;
  for (const Node& node : nodes) out += (out.empty() ? "" : separator) + print(node);
  return out;
}

}  // namespace

std::string print(const Node& node) {
  switch (node.kind) {
    case NodeKind::kLiteral:
      return quoted(node.text, '"');
    case NodeKind::kExactLiteral:
      return quoted(node.text, '\'');
    case NodeKind::kLexicon: {
      std::string tests;
      for (const AttributeTest& test : node.tests)
        tests +=
            (tests.empty() ? "" : ", ") + test.name + std::string(symbol_of(test.comparison)) + value_of(test.value);
      return "@" + node.text + (tests.empty() ? "" : "[" + tests + "]");
    }
    case NodeKind::kMention: {
      std::string out = "<";
      for (const std::string& name : node.names) out += (out.size() == 1 ? "" : "|") + name;
      for (const AttributeTest& test : node.tests)
        out += " " + test.name + std::string(symbol_of(test.comparison)) + value_of(test.value);
      return out + ">";
    }
    case NodeKind::kRegex:
      return "/" + node.text + "/";
    case NodeKind::kTest:
      return node.text + (node.children.empty() ? "" : "[" + join(node.children, ", ") + "]");
    case NodeKind::kLabel:
      return node.text + (node.negated ? "!=" : "=") + join(node.children, "|");
    case NodeKind::kAny:
      return ".";
    case NodeKind::kNot:
      return "!" + atom(node.children.front());
    case NodeKind::kAnd: {
      std::string out;
      for (const Node& child : node.children)
        out += (out.empty() ? "" : " & ") + (child.kind == NodeKind::kAnd ? print(child) : atom(child));
      return out;
    }
    case NodeKind::kSequence: {
      std::string out;
      for (const Node& child : node.children) {
        const bool bare = child.kind != NodeKind::kAlternation && child.kind != NodeKind::kSequence;
        out += (out.empty() ? "" : " ") + (bare ? print(child) : "(" + print(child) + ")");
      }
      return out;
    }
    case NodeKind::kAlternation: {
      std::string out;
      for (const Node& child : node.children)
        out += (out.empty() ? "" : " | ") + (child.kind == NodeKind::kAlternation ? atom(child) : print(child));
      return out;
    }
    case NodeKind::kRepeat: {
      std::string out = atom(node.children.front());
      if (node.min == 0 && node.max == 1) {
        out += "?";
      } else if (node.max == kUnbounded && node.min <= 1) {
        out += node.min == 0 ? "*" : "+";
      } else {
        out += "{" + std::to_string(node.min);
        if (node.max != node.min) out += "," + (node.max == kUnbounded ? std::string() : std::to_string(node.max));
        out += "}";
      }
      return out + (node.lazy ? "?" : "");
    }
    case NodeKind::kCapture: {
      const Node& body = node.children.front();
      const bool bare = is_atom(body) || body.kind == NodeKind::kRepeat || body.kind == NodeKind::kAnd;
      return node.text + ": " + (bare ? print(body) : "(" + print(body) + ")");
    }
    case NodeKind::kLook:
      return std::string("(?") + (node.behind ? "<" : "") + (node.negated ? "! " : "= ") + join(node.children, " ") +
             ")";
    case NodeKind::kBoundary:
      return (node.at_end ? "$" : "^") + node.text;
    case NodeKind::kMacro:
      return "$" + node.text + "(" + join(node.children, ", ") + ")";
  }
  return "";
}

}  // namespace dossier::rules
