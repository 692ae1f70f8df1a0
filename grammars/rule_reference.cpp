#include "grammars/rule_reference.h"

#include <re2/re2.h>

#include <algorithm>
#include <set>
#include <tuple>
#include <unordered_map>

#include "grammars/lexicon_image.h"
#include "pipeline/block_labels.h"
#include "pipeline/tokenize.h"

namespace dossier {

using rules::Node;
using rules::NodeKind;

namespace {

// Places count visible tokens: skipped ones do not exist here.
struct Stretch {
  std::uint32_t begin = 0;
  std::uint32_t end = 0;
};

struct CapturedAt {
  const std::string* name;
  Stretch places;
};

// One way to match: where it ends and what it captured, later captures of a name replacing earlier ones.
struct Way {
  std::uint32_t end = 0;
  std::vector<CapturedAt> captures;
};
using Ways = std::vector<Way>;

void add_way(Ways& ways, std::uint32_t end, const std::vector<CapturedAt>& first,
             const std::vector<CapturedAt>& then = {}) {
  if (std::any_of(ways.begin(), ways.end(), [end](const Way& way) { return way.end == end; })) return;
  Way way{end, first};
  way.captures.insert(way.captures.end(), then.begin(), then.end());
  ways.push_back(std::move(way));
}

// Lexicon hits or mentions on visible tokens: begin -> end. They never overlap.
using Hits = std::map<std::uint32_t, std::uint32_t>;

Hits::const_iterator hit_over(const Hits& hits, std::uint32_t place) {
  auto it = hits.upper_bound(place);
  if (it == hits.begin()) return hits.end();
  --it;
  return place < it->second ? it : hits.end();
}

bool has_shape(std::uint16_t shape, const std::string& test, bool& known) {
  static const std::map<std::string, std::uint16_t> kShapes = {
      {"Alpha", shape::kAlpha},       {"Upper", shape::kUpperFirst}, {"Cap", shape::kCapitalized},
      {"CAPS", shape::kAllCaps},      {"Lower", shape::kLower},      {"Mixed", shape::kMixed},
      {"Initial", shape::kInitial},   {"Digits", shape::kDigits},    {"HasDigit", shape::kHasDigit},
      {"Punct", shape::kPunctuation}, {"Url", shape::kUrl},          {"Handle", shape::kHandle},
      {"NonAscii", shape::kNonAscii}, {"Dotted", shape::kDotted},    {"Clitic", shape::kClitic},
  };
  const auto it = kShapes.find(test);
  known = it != kShapes.end();
  return known && (shape & it->second) != 0;
}

bool has_flag(std::uint16_t flags, const std::string& test, bool& known) {
  static const std::map<std::string, std::uint16_t> kFlags = {
      {"Spaced", token_flag::kSpaceBefore},
      {"NewLine", token_flag::kNewlineBefore | token_flag::kBlankLineBefore},
      {"SentenceFirst", token_flag::kSentenceFirst},
      {"SentenceLast", token_flag::kSentenceLast},
      {"Emphasis", token_flag::kEmphasis},
      {"Linked", token_flag::kLinked},
      {"Quoted", token_flag::kQuoted},
  };
  const auto it = kFlags.find(test);
  known = it != kFlags.end();
  return known && (flags & it->second) != 0;
}

bool is_block_kind(BlockKind kind, const std::string& test) {
  static const std::map<std::string, BlockKind> kKinds = {
      {"Paragraph", BlockKind::kParagraph}, {"Heading", BlockKind::kHeading},   {"ListItem", BlockKind::kListItem},
      {"Cell", BlockKind::kTableCell},      {"Metadata", BlockKind::kMetadata}, {"Speaker", BlockKind::kSpeaker},
      {"Quotation", BlockKind::kQuotation}, {"Fragment", BlockKind::kFragment},
  };
  const auto it = kKinds.find(test);
  return it != kKinds.end() && it->second == kind;
}

}  // namespace

struct RuleReference::State {
  const ParsedRules& parsed;
  const Lexicons& lexicons;
  std::span<const TypeInfo> types;
  std::uint32_t default_reach;

  const Document* document = nullptr;
  const LexiconPass* pass = nullptr;
  std::string language;
  std::vector<std::uint32_t> visible;                                                     // token by place
  std::vector<std::uint32_t> block_of;                                                    // by place; kNone
  std::vector<bool> line_first;                                                           // by place
  std::vector<bool> shouting, titled;                                                     // by block
  std::map<std::string, std::vector<Stretch>> stretches;                                  // by scope
  std::vector<std::vector<SeenMention>> mentions;                                         // one list for each add()
  std::vector<std::vector<std::vector<std::pair<std::string, std::string>>>> attributes;  // owns those of `mentions`

  // Hits by atom as written, and ways by part and place; both forgotten when mentions arrive.
  std::map<std::string, Hits> hits_of;
  std::map<std::tuple<const Node*, std::uint32_t, std::uint32_t>, Ways> ways_of;
  Stretch stretch;          // the sentence (block …) in which a rule runs now
  std::uint32_t reach = 0;  // of the rule that runs now
  std::unordered_map<std::string, std::unique_ptr<RE2>> regexes;
  std::unordered_map<std::string, std::vector<std::string>> literals;

  // What was tried furthest to the right, for attempt().
  bool watches = false;
  bool inside_look = false;
  std::uint32_t furthest = 0;
  std::vector<const Node*> failed;
  std::vector<const Node*> held;

  // --- document -----------------------------------------------------------------------------------------------------

  void begin(const Document& given, const LexiconPass& given_pass) {
    document = &given;
    pass = &given_pass;
    language = given.languages.empty() ? std::string() : given.languages.front();
    visible.clear();
    mentions.clear();
    attributes.clear();
    hits_of.clear();
    ways_of.clear();
    for (std::uint32_t t = 0; t < given.tokens.size(); ++t) {
      if ((given.tokens[t].flags & token_flag::kSkipped) == 0) visible.push_back(t);
    }
    block_of.assign(visible.size(), kNone);
    line_first.assign(visible.size(), false);
    shouting.assign(given.blocks.size(), false);
    titled.assign(given.blocks.size(), false);
    for (std::uint32_t b = 0; b < given.blocks.size(); ++b) {
      for (std::uint32_t at = 0; at < visible.size(); ++at) {
        if (visible[at] >= given.blocks[b].first_token && visible[at] < given.blocks[b].end_token) block_of[at] = b;
      }
      measure_capitals(b);
    }
    for (std::uint32_t at = 0; at < visible.size(); ++at) {
      // A line break before a skipped token stands before the next visible one.
      for (std::uint32_t t = at == 0 ? 0 : visible[at - 1] + 1; t <= visible[at]; ++t) {
        const std::uint16_t breaks = token_flag::kNewlineBefore | token_flag::kBlankLineBefore;
        if ((given.tokens[t].flags & breaks) != 0) line_first[at] = true;
      }
    }
    stretches.clear();
    for (const Sentence& sentence : given.sentences) add_stretch("sentence", sentence.first_token, sentence.end_token);
    for (const Block& block : given.blocks) add_stretch("block", block.first_token, block.end_token);
    add_groups("turn", [](const Block& block) { return block.turn; });
    add_groups("slide", [](const Block& block) { return block.slide; });
    // The cells of one row, and metadata fields one after the other.
    for (std::size_t i = 0; i < given.blocks.size();) {
      const Block& first = given.blocks[i];
      std::size_t next = i + 1;
      for (; next < given.blocks.size(); ++next) {
        const Block& block = given.blocks[next];
        const bool in_row = first.kind != BlockKind::kMetadata && first.table != kNone && block.table == first.table &&
                            block.row == first.row;
        const bool both_fields = first.kind == BlockKind::kMetadata && block.kind == BlockKind::kMetadata;
        if (!in_row && !both_fields) break;
      }
      add_stretch("record", first.first_token, given.blocks[next - 1].end_token);
      i = next;
    }
  }

  std::uint32_t place_of(std::uint32_t token) const {
    return static_cast<std::uint32_t>(std::lower_bound(visible.begin(), visible.end(), token) - visible.begin());
  }

  void add_stretch(const char* scope, std::uint32_t first_token, std::uint32_t end_token) {
    const Stretch places{place_of(first_token), place_of(end_token)};
    if (places.begin < places.end) stretches[scope].push_back(places);
  }

  // Blocks that follow each other in the same turn (slide) are one stretch; a block of none stands alone.
  template <class Owner>
  void add_groups(const char* scope, const Owner& owner) {
    const std::vector<Block>& blocks = document->blocks;
    for (std::size_t i = 0; i < blocks.size(); ++i) {
      std::size_t last = i;
      while (owner(blocks[i]) != kNone && last + 1 < blocks.size() && owner(blocks[last + 1]) == owner(blocks[i]))
        ++last;
      add_stretch(scope, blocks[i].first_token, blocks[last].end_token);
      i = last;
    }
  }

  // Shouting: at least three words, four of five in capitals. Titled: at least three words longer than three bytes, all
  // of them upper first, at most twenty words, two of three upper first, no full stop at the end.
  void measure_capitals(std::uint32_t b) {
    const Block& block = document->blocks[b];
    std::uint32_t words = 0, capitals = 0, upper = 0, content = 0, content_upper = 0;
    for (std::uint32_t t = block.first_token; t < block.end_token && t < document->tokens.size(); ++t) {
      const Token& token = document->tokens[t];
      if ((token.shape & shape::kAlpha) == 0) continue;
      const bool is_upper = (token.shape & shape::kUpperFirst) != 0;
      const bool is_content = token.end - token.begin > 3;
      words += 1;
      if ((token.shape & (shape::kAllCaps | shape::kInitial)) != 0) capitals += 1;
      if (is_upper) upper += 1;
      if (is_content) content += 1;
      if (is_content && is_upper) content_upper += 1;
    }
    shouting[b] = words >= 3 && 5 * capitals >= 4 * words;
    const std::string_view last = block.first_token < block.end_token ? document->word(block.end_token - 1) : "";
    const bool is_sentence = last == "." || last == "!" || last == "?";
    titled[b] = !is_sentence && content >= 3 && content_upper == content && words <= 20 && 3 * upper >= 2 * words;
  }

  void add(std::span<const SeenMention> given) {
    attributes.emplace_back();
    for (const SeenMention& mention : given)
      attributes.back().emplace_back(mention.attributes.begin(), mention.attributes.end());
    mentions.emplace_back(given.begin(), given.end());
    for (std::size_t i = 0; i < given.size(); ++i) mentions.back()[i].attributes = attributes.back()[i];
    hits_of.clear();
    ways_of.clear();
  }

  // --- hits ---------------------------------------------------------------------------------------------------------

  static std::string key_of(const Node& node) {
    std::string key = node.kind == NodeKind::kLexicon ? "@" + node.text : "<";
    for (const std::string& name : node.names) key += name + '|';
    for (const rules::AttributeTest& test : node.tests)
      key += '\x01' + test.name + std::string(rules::symbol_of(test.comparison)) + test.value;
    return key;
  }

  std::string_view attribute_of(EntryId entry, const std::string& name) const {
    const AttributeId id = lexicons.find_attribute(name);
    return entry == kNone || id == kNoAttribute ? std::string_view() : lexicons.attribute(entry, id);
  }

  bool entry_passes(const Node& node, EntryId entry) const {
    return std::all_of(node.tests.begin(), node.tests.end(), [&](const rules::AttributeTest& test) {
      const std::string_view value = attribute_of(entry, test.name);
      if (test.name == "lang" && (test.value == "document" || test.value == "document+en")) {
        const bool is_english = test.value == "document+en" && value == "en";
        return value.empty() || is_english || rules::compare(test.comparison, value, language);
      }
      return rules::compare(test.comparison, value, test.value);
    });
  }

  bool mention_passes(const Node& node, const SeenMention& mention) const {
    if (std::find(node.names.begin(), node.names.end(), types[mention.type].name) == node.names.end()) return false;
    return std::all_of(node.tests.begin(), node.tests.end(), [&](const rules::AttributeTest& test) {
      for (const auto& [name, value] : mention.attributes) {
        if (name == test.name) return rules::compare(test.comparison, value, test.value);
      }
      return rules::compare(test.comparison, attribute_of(mention.entry, test.name), test.value);
    });
  }

  // Hits of one atom never overlap: the leftmost wins, of two at one place the longer.
  static void keep_leftmost_longest(std::vector<TokenRange>& ranges) {
    std::stable_sort(ranges.begin(), ranges.end(), [](const TokenRange& a, const TokenRange& b) {
      return a.first != b.first ? a.first < b.first : a.end > b.end;
    });
    std::vector<TokenRange> kept;
    for (const TokenRange& range : ranges) {
      if (kept.empty() || range.first >= kept.back().end) kept.push_back(range);
    }
    ranges = std::move(kept);
  }

  // What comes later takes the place of what it overlaps.
  void put(Hits& hits, const std::vector<TokenRange>& ranges) const {
    for (const TokenRange& range : ranges) {
      if (range.first >= range.end || range.end > document->tokens.size()) continue;
      const std::uint32_t begin = place_of(range.first);
      const std::uint32_t end = place_of(range.end);
      if (begin >= end) continue;
      std::erase_if(hits, [&](const auto& other) { return begin < other.second && other.first < end; });
      hits[begin] = end;
    }
  }

  const Hits& hits(const Node& node) {
    const auto [it, is_new] = hits_of.try_emplace(key_of(node));
    Hits& found = it->second;
    if (!is_new) return found;
    if (node.kind == NodeKind::kLexicon) {
      const LexiconId lexicon = lexicons.find(node.text);
      // Entries of one word, then phrases over them.
      std::vector<TokenRange> singles, phrases;
      for (const std::uint32_t token : visible) {
        for (const EntryId entry : lexicons.entries_of(pass->words[token])) {
          if (lexicons.lexicon_of(entry) == lexicon && fits(lexicons, entry, document->word(token)) &&
              entry_passes(node, entry))
            singles.push_back({token, token + 1});
        }
      }
      for (const LexiconHit& hit : pass->phrases) {
        if (hit.lexicon == lexicon && entry_passes(node, hit.entry))
          phrases.push_back({hit.first_token, hit.end_token});
      }
      keep_leftmost_longest(singles);
      keep_leftmost_longest(phrases);
      put(found, singles);
      put(found, phrases);
    } else {
      for (const std::vector<SeenMention>& list : mentions) {
        std::vector<TokenRange> ranges;
        for (const SeenMention& mention : list) {
          if (mention.type < types.size() && mention_passes(node, mention)) ranges.push_back(mention.tokens);
        }
        keep_leftmost_longest(ranges);
        put(found, ranges);
      }
    }
    return found;
  }

  static bool is_spanning(const Node& node) {
    return node.kind == NodeKind::kLexicon || node.kind == NodeKind::kMention;
  }

  // --- tests of one token -------------------------------------------------------------------------------------------

  const std::vector<std::string>& words_of(const Node& node) {
    const auto [it, is_new] = literals.try_emplace(node.text);
    if (is_new) {
      std::vector<Token> tokens;
      tokenize_phrase(node.text, tokens);
      for (const Token& token : tokens) it->second.push_back(node.text.substr(token.begin, token.end - token.begin));
    }
    return it->second;
  }

  bool is_word(const Node& node, const std::string& word, std::uint32_t at) const {
    if (node.kind == NodeKind::kExactLiteral) return document->word(visible[at]) == word;
    std::string folded;
    fold_case(word, folded);
    const WordId id = lexicons.image().find(folded);
    return id != 0 && pass->words[visible[at]] == id;
  }

  bool is_match(const std::string& pattern, std::string_view word) {
    std::unique_ptr<RE2>& regex = regexes[pattern];
    if (!regex) regex = std::make_unique<RE2>(pattern, RE2::Quiet);
    return RE2::FullMatch(re2::StringPiece(word.data(), word.size()), *regex);
  }

  bool holds(const Node& node, std::uint32_t at) {
    const Token& token = document->tokens[visible[at]];
    switch (node.kind) {
      case NodeKind::kLiteral:
      case NodeKind::kExactLiteral:
        return is_word(node, words_of(node).front(), at);
      case NodeKind::kLexicon:
      case NodeKind::kMention: {
        const Hits& all = hits(node);
        return hit_over(all, at) != all.end();
      }
      case NodeKind::kRegex:
        return is_match(node.text, document->word(visible[at]));
      case NodeKind::kTest: {
        bool known = false;
        const bool shaped = has_shape(token.shape, node.text, known);
        if (known) return shaped;
        if (node.text == "NewLine") return line_first[at];
        const bool flagged = has_flag(token.flags, node.text, known);
        if (known) return flagged;
        if (block_of[at] == kNone) return false;
        if (node.text == "Shouting") return shouting[block_of[at]];
        if (node.text == "Titled") return titled[block_of[at]];
        return is_block_kind(document->blocks[block_of[at]].kind, node.text) &&
               std::all_of(node.children.begin(), node.children.end(),
                           [&](const Node& label) { return is_labelled(label, block_of[at]) != label.negated; });
      }
      case NodeKind::kNot:
        return !holds(node.children.front(), at);
      case NodeKind::kAnd:
        return std::all_of(node.children.begin(), node.children.end(),
                           [&](const Node& child) { return holds(child, at); });
      case NodeKind::kAlternation:
        return std::any_of(node.children.begin(), node.children.end(),
                           [&](const Node& child) { return holds(child, at); });
      default:
        return true;  // kAny
    }
  }

  // Does one of the values of a label test hold for the block?
  bool is_labelled(const Node& test, std::uint32_t block) {
    const auto part = std::find(kLabelParts.begin(), kLabelParts.end(), test.text) - kLabelParts.begin();
    const auto labels = BlockLabels(*document, lexicons).of(block, static_cast<LabelPart>(part));
    for (const std::string_view label : labels) {
      std::vector<std::string> words = label_words(label);
      if (words.empty()) continue;
      for (const Node& value : test.children) {
        if (value.kind == NodeKind::kLiteral && label_words(value.text) == words) return true;
        if (value.kind != NodeKind::kLexicon) continue;
        for (const EntryId entry : entries_of_phrase(lexicons, without_edge_marks(label))) {
          if (lexicons.lexicon_of(entry) == lexicons.find(value.text) && entry_passes(value, entry)) return true;
        }
      }
    }
    return false;
  }

  // --- patterns -----------------------------------------------------------------------------------------------------

  const Ways& ways(const Node& node, std::uint32_t at) {
    const auto key = std::tuple(&node, at, kNone);
    if (const auto it = ways_of.find(key); it != ways_of.end()) return it->second;
    Ways found = find_ways(node, at);
    return ways_of[key] = std::move(found);
  }

  Ways one_token(const Node& node, std::uint32_t at) {
    if (at < stretch.end && holds(node, at)) return {{at + 1, {}}};
    missed(node, at);
    return {};
  }

  void missed(const Node& node, std::uint32_t at) {
    if (!watches || inside_look || at < furthest) return;
    if (at > furthest) failed.clear();
    furthest = at;
    if (std::find(failed.begin(), failed.end(), &node) == failed.end()) failed.push_back(&node);
  }

  void found(const Node& node) {
    if (watches && !inside_look && std::find(held.begin(), held.end(), &node) == held.end()) held.push_back(&node);
  }

  Ways find_ways(const Node& node, std::uint32_t at) {
    switch (node.kind) {
      case NodeKind::kLiteral:
      case NodeKind::kExactLiteral: {
        std::uint32_t end = at;
        for (const std::string& word : words_of(node)) {
          if (end >= stretch.end || !is_word(node, word, end)) {
            missed(node, end);
            return {};
          }
          ++end;
        }
        found(node);
        return {{end, {}}};
      }
      case NodeKind::kRegex:
      case NodeKind::kTest:
      case NodeKind::kAny:
      case NodeKind::kNot:
        return one_token(node, at);
      case NodeKind::kLexicon:
      case NodeKind::kMention:
        return spanning({&node}, {}, node, at);
      case NodeKind::kAnd: {
        std::vector<const Node*> spans, tests;
        for (const Node& child : node.children) (is_spanning(child) ? spans : tests).push_back(&child);
        return spans.empty() ? one_token(node, at) : spanning(spans, tests, node, at);
      }
      case NodeKind::kSequence: {
        Ways so_far = {{at, {}}};
        for (const Node& child : node.children) {
          Ways longer;
          for (const Way& way : so_far) {
            const Ways next = ways(child, way.end);
            for (const Way& then : next) add_way(longer, then.end, way.captures, then.captures);
          }
          so_far = std::move(longer);
        }
        return so_far;
      }
      case NodeKind::kAlternation: {
        Ways all;
        for (const Node& child : node.children) {
          const Ways branch = ways(child, at);
          for (const Way& way : branch) add_way(all, way.end, way.captures);
        }
        return all;
      }
      case NodeKind::kRepeat: {
        Ways so_far = {{at, {}}};
        const Node& body = node.children.front();
        for (std::uint32_t i = 0; i < node.min; ++i) {
          Ways longer;
          for (const Way& way : so_far) {
            const Ways next = ways(body, way.end);
            for (const Way& then : next) add_way(longer, then.end, way.captures, then.captures);
          }
          so_far = std::move(longer);
        }
        Ways all;
        for (const Way& way : so_far) {
          const std::uint32_t more = node.max == rules::kUnbounded ? rules::kUnbounded : node.max - node.min;
          const Ways rest = repeat(node, way.end, more);
          for (const Way& then : rest) add_way(all, then.end, way.captures, then.captures);
        }
        return all;
      }
      case NodeKind::kCapture: {
        Ways all;
        const Ways inner = ways(node.children.front(), at);
        for (const Way& way : inner) add_way(all, way.end, way.captures, {{&node.text, {at, way.end}}});
        return all;
      }
      case NodeKind::kLook:
        if (look(node, at) != node.negated) return {{at, {}}};
        missed(node, at);
        return {};
      case NodeKind::kBoundary:
        if (is_boundary(node, at)) return {{at, {}}};
        missed(node, at);
        return {};
      case NodeKind::kMacro:
      case NodeKind::kLabel:
        return {};  // expanded before; part of a test
    }
    return {};
  }

  // Up to `more` further rounds. Where their number has no bound each takes a token: the compiler sees to that.
  Ways repeat(const Node& node, std::uint32_t at, std::uint32_t more) {
    const auto key = std::tuple(&node, at, more - 1);  // kNone is the key of the node itself
    if (const auto it = ways_of.find(key); it != ways_of.end() && more > 0) return it->second;
    Ways all;
    if (node.lazy) add_way(all, at, {});
    if (more > 0) {
      const Ways once = ways(node.children.front(), at);
      for (const Way& way : once) {
        const Ways rest = repeat(node, way.end, more == rules::kUnbounded ? more : more - 1);
        for (const Way& then : rest) add_way(all, then.end, way.captures, then.captures);
      }
    }
    if (!node.lazy) add_way(all, at, {});
    if (more > 0) ways_of[key] = all;
    return all;
  }

  // All of `spans` have a hit from `at` to one common end, and every token of it passes all of `tests`.
  Ways spanning(const std::vector<const Node*>& spans, const std::vector<const Node*>& tests, const Node& node,
                std::uint32_t at) {
    const auto end_of = [&](const Node& span) {  // 0: no hit begins here
      const Hits& all = hits(span);
      const auto it = all.find(at);
      return it == all.end() || at >= stretch.end ? 0u : it->second;
    };
    const std::uint32_t end = end_of(*spans.front());
    bool all = end != 0 && end <= stretch.end;
    for (const Node* other : spans) all = all && end_of(*other) == end;
    for (const Node* test : tests) {
      for (std::uint32_t place = at; place < end && all; ++place) all = holds(*test, place);
    }
    if (!all) {
      missed(node, at);
      return {};
    }
    found(node);
    return {{end, {}}};
  }

  bool look(const Node& node, std::uint32_t at) { return looks_at(node, node.children.front(), at); }

  // Each alternative for itself: a hit or mention is met where it begins (ends), however long it is.
  bool looks_at(const Node& node, const Node& body, std::uint32_t at) {
    const bool is_group = body.kind == NodeKind::kSequence && body.children.size() == 1;
    if (is_group || body.kind == NodeKind::kAlternation) {
      return std::any_of(body.children.begin(), body.children.end(),
                         [&](const Node& child) { return looks_at(node, child, at); });
    }
    if (is_spanning(body)) {  // a hit that begins (ends) here, however long it is
      const Hits& all = hits(body);
      if (!node.behind) return at < stretch.end && all.contains(at);
      if (at == stretch.begin) return false;
      const auto before = hit_over(all, at - 1);
      return before != all.end() && before->second == at;
    }
    const bool outer = inside_look;
    inside_look = true;
    bool found = false;
    for (std::uint32_t start = node.behind ? stretch.begin : at; start <= at && !found; ++start) {
      const Ways all = ways(body, start);
      found = std::any_of(all.begin(), all.end(), [&](const Way& way) {
        return way.end > start && way.end - start <= reach && (!node.behind || way.end == at);
      });
    }
    inside_look = outer;
    return found;
  }

  bool is_boundary(const Node& node, std::uint32_t at) {
    const std::uint32_t token = node.at_end ? at - 1 : at;
    if (node.at_end ? at <= stretch.begin : at >= stretch.end) return false;
    if (node.text == "line") return line_first[token] || is_boundary_of("block", token, false);
    return is_boundary_of(node.text, token, node.at_end);
  }

  bool is_boundary_of(const std::string& scope, std::uint32_t token, bool at_end) const {
    const auto it = stretches.find(scope);
    return it != stretches.end() && std::any_of(it->second.begin(), it->second.end(), [&](const Stretch& s) {
             return at_end ? s.end == token + 1 : s.begin == token;
           });
  }

  // --- rules --------------------------------------------------------------------------------------------------------

  bool applies(const rules::Rule& rule) const {
    std::set<std::string> languages;
    for (const rules::Guard& guard : rule.guards) {
      const auto named = [&](std::string_view value) {
        return std::find(guard.values.begin(), guard.values.end(), value) != guard.values.end();
      };
      if (guard.name == "document.kind" && named(name_of(document->kind)) == guard.negated) return false;
      if (guard.name == "language") languages.insert(guard.values.begin(), guard.values.end());
    }
    return languages.empty() || document->languages.empty() || languages.contains(language);
  }

  std::uint32_t token_at(std::uint32_t place) const {
    return place < visible.size() ? visible[place] : static_cast<std::uint32_t>(document->tokens.size());
  }
  TokenRange tokens_of(Stretch places) const {
    if (places.begin == places.end) return {token_at(places.begin), token_at(places.begin)};
    return {visible[places.begin], visible[places.end - 1] + 1};
  }

  void enter(const rules::Rule& rule, Stretch where) {
    stretch = where;
    reach = rule.reach == 0 ? default_reach : rule.reach;
    ways_of.clear();
  }

  // The match of the rule that is being run from `start`; false if there is none.
  bool match_at(const rules::Rule& rule, std::uint32_t start, ReferenceMatch& match) {
    const Ways all = ways(rule.pattern, start);
    for (const Way& way : all) {
      if (way.end == start || way.end - start > reach) continue;
      match.rule = rule.id;
      match.tokens = tokens_of({start, way.end});
      match.captures.clear();
      for (const CapturedAt& capture : way.captures) match.captures[*capture.name] = tokens_of(capture.places);
      return true;
    }
    return false;
  }
};

RuleReference::RuleReference(const ParsedRules& parsed, const Lexicons& lexicons, std::span<const TypeInfo> types,
                             std::uint32_t reach)
    : state_(new State{.parsed = parsed, .lexicons = lexicons, .types = types, .default_reach = reach}) {}
RuleReference::~RuleReference() = default;

void RuleReference::begin(const Document& document, const LexiconPass& pass) {
  state_->begin(document, pass);
}
void RuleReference::add(std::span<const SeenMention> mentions) {
  state_->add(mentions);
}
bool RuleReference::applies(const rules::Rule& rule) const {
  return state_->applies(rule);
}

std::vector<ReferenceMatch> RuleReference::match(std::string_view phase) {
  std::vector<ReferenceMatch> found;
  for (const rules::Rule& rule : state_->parsed.rules) {
    if (rule.phase != phase || !state_->applies(rule)) continue;
    const auto stretches = state_->stretches.find(rule.within);
    if (stretches == state_->stretches.end()) continue;
    for (const Stretch& stretch : stretches->second) {
      state_->enter(rule, stretch);
      ReferenceMatch match;
      for (std::uint32_t start = stretch.begin; start < stretch.end; ++start) {
        if (state_->match_at(rule, start, match)) found.push_back(match);
      }
    }
  }
  std::stable_sort(found.begin(), found.end(), [](const ReferenceMatch& a, const ReferenceMatch& b) {
    return a.tokens.first != b.tokens.first ? a.tokens.first < b.tokens.first : a.rule < b.rule;
  });
  return found;
}

RuleAttempt RuleReference::attempt(const rules::Rule& rule, std::uint32_t first, std::uint32_t end,
                                   std::uint32_t about) {
  RuleAttempt best;
  bool any = false;
  const auto stretches = state_->stretches.find(rule.within);
  if (stretches == state_->stretches.end()) return best;
  const auto progress = [](const RuleAttempt& attempt) {
    return std::tuple(attempt.matched, attempt.held.size(), attempt.reached - attempt.first);
  };
  state_->watches = true;
  for (const Stretch& stretch : stretches->second) {
    for (std::uint32_t start = stretch.begin; start < stretch.end; ++start) {
      if (state_->visible[start] < first || state_->visible[start] >= end) continue;
      state_->enter(rule, stretch);
      state_->furthest = start;
      state_->failed.clear();
      state_->held.clear();
      ReferenceMatch match;
      RuleAttempt attempt;
      attempt.matched = state_->match_at(rule, start, match);
      // Between first and reached only the number of visible tokens counts while comparing.
      attempt.first = start;
      attempt.reached = attempt.matched ? state_->place_of(match.tokens.end) : state_->furthest;
      attempt.at_edge = attempt.reached >= stretch.end;
      if (!attempt.matched) attempt.failed = state_->failed;
      attempt.held = state_->held;
      if (about != kNone && (state_->visible[start] > about || state_->token_at(attempt.reached) < about)) continue;
      if (any && progress(attempt) <= progress(best)) continue;
      any = true;
      best = std::move(attempt);
    }
  }
  state_->watches = false;
  if (!any) return best;
  best.rule = &rule;
  best.first = state_->token_at(best.first);
  best.reached = state_->token_at(best.reached);
  return best;
}

}  // namespace dossier
