// The rule language by tables (cases/rules/): what patterns match, what is said about wrong files; printing of
// patterns; and what explain and the profile tell on the project's own rules.
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <random>
#include <sstream>

#include "grammars/rule_image.h"
#include "grammars/rule_reference.h"
#include "grammars/tsv.h"
#include "pipeline/explain.h"
#include "pipeline/extract.h"
#include "pipeline/ingest.h"
#include "pipeline/rule_report.h"
#include "pipeline/tokenize.h"

namespace dossier {
namespace {

const std::filesystem::path kCases = std::filesystem::path(DOSSIER_SOURCE_DIR) / "tests/cases/rules";

std::string read(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::stringstream text;
  text << in.rdbuf();
  return text.str();
}

std::vector<TypeInfo> types() {
  std::vector<TypeInfo> all;
  for (const char* name : {"person", "organization", "role", "date", "statistic", "place", "event", "product",
                           "pronoun", "identifier", "name"})
    all.push_back({name, "entity"});
  return all;
}

std::vector<PredicateInfo> predicates() {
  return {{"affiliation", {{"person", {0}, true}, {"organization", {1}, false}}, Cardinality::kSet}};
}

// Lexicons of a test, in a folder of its own.
class TestLexicons {
 public:
  TestLexicons()
      : folder_(std::filesystem::temp_directory_path() / ("dossier_rules_test" + std::to_string(::getpid()))) {
    std::filesystem::create_directories(folder_);
    write("fruit",
          "#! lexicon=fruit fold=case\nentry\tcolour\tsize\napple\tred\t2\ncustard apple\tgreen\t4\npear\tgreen\t3\n");
    write("city", "#! lexicon=city fold=exact\nentry\nBath\n");
    write("drink", "#! lexicon=drink fold=case,diacritics\nentry\ncafé\nmate\nmaté royal\n");
    write("animal", "#! lexicon=animal fold=case,plural\nentry\tlang\nfox\ten\n");
  }
  ~TestLexicons() { std::filesystem::remove_all(folder_); }

  Lexicons load(std::vector<std::string> words) const {
    return Lexicons::load(
        {.folders = {folder_},
         .plural_endings = {std::filesystem::path(DOSSIER_SOURCE_DIR) / "grammars/plural_endings.tsv"},
         .extra_words = std::move(words),
         .languages = {},
         .cache = {}});
  }

 private:
  void write(const std::string& name, const std::string& text) const {
    std::ofstream(folder_ / (name + ".tsv")) << text;
  }
  std::filesystem::path folder_;
};

// A text with marks: see the head of cases/rules/language.tsv.
struct MarkedText {
  Document document;
  std::vector<SeenMention> mentions;
  std::vector<std::vector<std::pair<std::string, std::string>>> attributes;

  explicit MarkedText(const std::string& marked) {
    document.languages = {"en"};
    std::istringstream words(marked);
    std::string word;
    std::uint32_t sentence = 0, block = 0;
    Block one;
    const auto end_block = [&] {
      one.first_token = block;
      one.end_token = static_cast<std::uint32_t>(document.tokens.size());
      if (one.first_token < one.end_token)
        one.span = {document.tokens[one.first_token].begin, document.tokens[one.end_token - 1].end};
      if (one.kind == BlockKind::kTableCell)
        document.tables[one.table].cells.push_back(static_cast<std::uint32_t>(document.blocks.size()));
      document.blocks.push_back(one);
      block = one.end_token;
      const std::uint32_t section =
          one.kind == BlockKind::kHeading ? static_cast<std::uint32_t>(document.blocks.size() - 1) : one.section;
      if (one.kind != BlockKind::kTableCell) one = {};
      one.section = section;
    };
    const auto end_sentence = [&] {
      const auto end = static_cast<std::uint32_t>(document.tokens.size());
      document.sentences.push_back({sentence, end, static_cast<std::uint32_t>(document.blocks.size())});
      sentence = end;
    };
    while (words >> word) {
      if (word == "/" || word == "//") {
        end_sentence();
        if (word == "//") end_block();
        continue;
      }
      if (word == "|" || word == "||") {  // a cell ends, a row ends
        if (document.tables.empty()) document.tables.emplace_back();
        one.kind = BlockKind::kTableCell;
        one.table = 0;
        end_sentence();
        end_block();
        Table& table = document.tables.front();
        if (one.row == 0) table.columns = one.column + 1;
        table.rows = one.row + 1;
        one.column = word == "|" ? one.column + 1 : 0;
        one.row += word == "||";
        continue;
      }
      if (word == "#") {
        one.kind = BlockKind::kHeading;
        continue;
      }
      if (word.starts_with("key:")) {
        one.kind = BlockKind::kMetadata;
        document.metadata.push_back(
            {word.substr(4), "As written", static_cast<std::uint32_t>(document.blocks.size()), {}});
        continue;
      }
      bool is_skipped = false;
      if (word.front() == '{') {
        word = word.substr(1, word.size() - 2);
        is_skipped = true;
      }
      if (word.front() == '<') {  // <person or <role:k=v
        word.erase(0, 1);
        attributes.emplace_back();
        if (const std::size_t colon = word.find(':'); colon != std::string::npos) {
          const std::size_t equals = word.find('=');
          attributes.back().emplace_back(word.substr(colon + 1, equals - colon - 1), word.substr(equals + 1));
          word.resize(colon);
        }
        SeenMention mention;
        for (const TypeInfo& type : types()) {
          if (type.name == word) break;
          ++mention.type;
        }
        mention.tokens.first = static_cast<std::uint32_t>(document.tokens.size());
        mentions.push_back(mention);
        continue;
      }
      const bool closes = word.back() == '>';
      if (closes) word.pop_back();
      if (!document.text.empty()) document.text += ' ';
      std::vector<Token> tokens;
      tokenize(word, static_cast<std::uint32_t>(document.text.size()), tokens);
      document.text += word;
      for (Token token : tokens) {
        if (is_skipped) token.flags |= token_flag::kSkipped;
        document.tokens.push_back(token);
      }
      if (closes) mentions.back().tokens.end = static_cast<std::uint32_t>(document.tokens.size());
    }
    if (block < document.tokens.size()) {
      end_sentence();
      end_block();
    }
    for (const Sentence& each : document.sentences) {
      document.tokens[each.first_token].flags |= token_flag::kSentenceFirst;
      document.tokens[each.end_token - 1].flags |= token_flag::kSentenceLast;
    }
    for (std::size_t i = 0; i < mentions.size(); ++i) mentions[i].attributes = attributes[i];
  }

  std::string words(TokenRange tokens) const {
    std::string out;
    for (std::uint32_t t = tokens.first; t < tokens.end; ++t) {
      const bool touches = t > tokens.first && document.tokens[t].begin == document.tokens[t - 1].end;
      out += (out.empty() || touches ? "" : " ") + std::string(document.word(t));
    }
    return out;
  }
};

TEST(Rules, PatternsMatchAsTheTableSays) {
  const TestLexicons files;
  std::vector<Problem> problems;
  const TsvTable table = read_tsv(kCases / "language.tsv", {"pattern", "text", "matches", "captures"}, problems);
  ASSERT_TRUE(problems.empty()) << problems.front().to_string();
  ASSERT_GT(table.rows.size(), 50u);
  for (const TsvRow& row : table.rows) {
    const std::string where = "language.tsv:" + std::to_string(row.line) + ": " + row.cells[0];
    const ParsedRules parsed =
        parse_rules({{"t.rules", "phase p\nrule t\n  " + row.cells[0] + "\n  => person\n"}}, problems);
    ASSERT_TRUE(problems.empty()) << where << "\n" << problems.front().to_string();
    const Lexicons lexicons = files.load(parsed.words);
    const std::vector<TypeInfo> all_types = types();
    const RuleSet rules = compile_rules(parsed, {lexicons, all_types, {}}, problems);
    ASSERT_TRUE(problems.empty()) << where << "\n" << problems.front().to_string();
    const MarkedText text(row.cells[1]);
    LexiconPass pass;
    run_lexicon_pass(lexicons, text.document, pass);
    RuleMatcher matcher(rules, lexicons);
    RuleMatcher::Reading reading;
    matcher.begin(reading, text.document, pass);
    matcher.add(reading, text.mentions);
    std::string matches, captures;
    std::vector<std::pair<TokenRange, std::string>> found;
    matcher.match(reading, rules.phase("p"), [&](const RuleMatch& match) {
      std::string captured;
      for (std::size_t i = 0; i < match.captures.size(); ++i) {
        if (match.captures[i].first == kNone) continue;
        captured += (captured.empty() ? "" : " ") + rules.rules()[0].captures[i] + "=" + text.words(match.captures[i]);
      }
      found.emplace_back(match.tokens, captured);
    });
    for (const auto& [tokens, captured] : found) {
      matches += (matches.empty() ? "" : " ; ") + text.words(tokens);
      if (&tokens == &found.front().first) captures = captured;
    }
    EXPECT_EQ(matches.empty() ? "-" : matches, row.cells[2]) << where;
    EXPECT_EQ(captures, row.cells[3]) << where;
    RuleReference reference(parsed, lexicons, all_types);
    reference.begin(text.document, pass);
    reference.add(text.mentions);
    EXPECT_EQ(reference.match("p").size(), found.size()) << where;
    // Printed, a pattern is read as the same pattern.
    const std::string printed = rules::print(parsed.rules.front().pattern);
    const ParsedRules again = parse_rules({{"t.rules", "phase p\nrule t\n  " + printed + "\n  => person\n"}}, problems);
    ASSERT_TRUE(problems.empty()) << where << "\n" << printed << "\n" << problems.front().to_string();
    EXPECT_EQ(rules::print(again.rules.front().pattern), printed) << where;
  }
}

TEST(Rules, WrongFilesAreExplainedAllAtOnce) {
  const TestLexicons files;
  const Lexicons lexicons = files.load({"x"});
  const std::vector<TypeInfo> all_types = types();
  const std::vector<PredicateInfo> all_predicates = predicates();
  std::istringstream lines(read(kCases / "errors.txt"));
  std::string line, file, expected;
  int cases = 0;
  const auto check = [&] {
    std::vector<Problem> problems;
    const ParsedRules parsed = parse_rules({{"f.rules", file}}, problems);
    compile_rules(parsed, {lexicons, all_types, all_predicates}, problems);
    std::string got;
    const KnowledgeError error(problems);
    for (const Problem& problem : error.problems()) got += "==> " + problem.to_string() + "\n";
    EXPECT_EQ(got, expected) << file;
    file.clear();
    expected.clear();
    ++cases;
  };
  while (std::getline(lines, line)) {
    if (cases == 0 && file.empty() && line.starts_with("# ")) continue;
    if (line == "----") {
      check();
    } else if (line.starts_with("==> ")) {
      expected += line + "\n";
    } else {
      file += line + "\n";
    }
  }
  check();
  EXPECT_GT(cases, 15);
}

// Any bytes, and any damage to a good file, end in problems or a rule set.
TEST(Rules, DamagedFilesNeverCrash) {
  const TestLexicons files;
  const std::vector<TypeInfo> all_types = types();
  const std::vector<PredicateInfo> all_predicates = predicates();
  const Lexicons lexicons = files.load({"x"});
  std::string good;
  for (const char* name : {"names.rules", "roles.rules", "evidence.rules"})
    good += read(std::filesystem::path(DOSSIER_SOURCE_DIR) / "grammars/rules" / name);
  std::mt19937_64 dice(7);
  const std::string pieces = "()|&!?*+{}<>@$^\"'/=[],.:#\n \\";
  for (int round = 0; round < 300; ++round) {
    std::string file = good.substr(dice() % good.size(), 1 + dice() % 3000);
    for (std::size_t i = 0; i < 1 + dice() % 10; ++i) {
      const std::size_t at = dice() % file.size();
      switch (dice() % 3) {
        case 0:
          file[at] = pieces[dice() % pieces.size()];
          break;
        case 1:
          file.erase(at, 1 + dice() % 20);
          break;
        default:
          file.insert(at, dice() % 50, pieces[dice() % pieces.size()]);
      }
      if (file.empty()) file = " ";
    }
    std::vector<Problem> problems;
    const ParsedRules parsed = parse_rules({{"f.rules", file}}, problems);
    compile_rules(parsed, {lexicons, all_types, all_predicates}, problems);
    for (const Problem& problem : problems) {
      EXPECT_FALSE(problem.what.empty());
      EXPECT_EQ(problem.file, "f.rules");
    }
  }
  for (const std::string& deep :
       {std::string(100000, '('), std::string(100000, '!'), std::string("\"x\"") + std::string(100000, '?')}) {
    std::vector<Problem> problems;
    parse_rules({{"f.rules", "phase p\nrule a.b\n  " + deep + "\n"}}, problems);
    EXPECT_FALSE(problems.empty());
  }
}

TEST(Rules, AMatchEndsAtItsReach) {
  const TestLexicons files;
  std::vector<Problem> problems;
  const ParsedRules parsed = parse_rules(
      {{"t.rules",
        "phase p\nrule far reach 4\n  \"a\" .* \"b\" => person\nrule near reach 3\n  \"a\" .* \"b\" => person\n"}},
      problems);
  const Lexicons lexicons = files.load(parsed.words);
  const std::vector<TypeInfo> all_types = types();
  const RuleSet rules = compile_rules(parsed, {lexicons, all_types, {}}, problems);
  ASSERT_TRUE(problems.empty());
  const MarkedText text("a x x b x x x b");
  LexiconPass pass;
  run_lexicon_pass(lexicons, text.document, pass);
  RuleMatcher matcher(rules, lexicons);
  RuleMatcher::Reading reading;
  matcher.begin(reading, text.document, pass);
  std::string found;
  matcher.match(reading, 0, [&](const RuleMatch& match) {
    found += rules.rules()[match.rule].id + " " + text.words(match.tokens) + "\n";
  });
  EXPECT_EQ(found, "far a x x b\n");
  EXPECT_EQ(matcher.counters()[0].cut, 1u);
}

// Rules of one text, compiled with the lexicons of this test.
struct CompiledText {
  ParsedRules parsed;
  Lexicons lexicons;
  RuleSet rules;
};
CompiledText compile_text(const TestLexicons& files, const std::string& text) {
  std::vector<Problem> problems;
  ParsedRules parsed = parse_rules({{"t.rules", text}}, problems);
  EXPECT_TRUE(problems.empty()) << problems.front().to_string();
  Lexicons lexicons = files.load(parsed.words);
  const std::vector<TypeInfo> all_types = types();
  RuleSet rules = compile_rules(parsed, {lexicons, all_types, {}}, problems);
  EXPECT_TRUE(problems.empty()) << problems.front().to_string();
  return {std::move(parsed), std::move(lexicons), std::move(rules)};
}

// A rule that would cost too much, or matches too often, is stopped: at the same word whatever was read before, and the
// others go on.
TEST(Rules, ABudgetStopsARuleAndTellsWhere) {
  const CompiledText compiled = compile_text(TestLexicons(),
                                             "phase p\nrule far reach 2000\n  \"a\" .* \"zzz\" => person\n"
                                             "rule looks reach 2000\n  \"b\" (?= .* \"zzz\" .) => person\n"
                                             "rule many\n  . => person\n"
                                             "rule near\n  \"a\" \"b\" => person\n");
  const Lexicons& lexicons = compiled.lexicons;
  const RuleSet& rules = compiled.rules;
  std::string words, few = "a b x";
  for (int i = 0; i < 4000; ++i) words += "a b ";
  words += "zzz";  // too late for the look: a token has to follow it
  const MarkedText text(words), other(few);
  const RuleLimits limits{.steps = 100'000, .steps_per_token = 1, .matches = 5000};
  const auto run = [&](RuleMatcher& matcher, const Document& document, std::map<std::string, int>& found) {
    LexiconPass pass;
    run_lexicon_pass(lexicons, document, pass);
    RuleMatcher::Reading reading;
    matcher.begin(reading, document, pass);
    matcher.match(reading, 0, [&](const RuleMatch& match) { ++found[rules.rules()[match.rule].id]; });
    std::string cuts;
    for (const RuleCut& cut : reading.cuts()) {
      cuts += rules.rules()[cut.rule].id + (cut.why == RuleCut::Why::kMatches ? " matches " : " steps ") +
              std::to_string(cut.token) + "\n";
    }
    return cuts;
  };
  RuleMatcher fresh(rules, lexicons, limits), used(rules, lexicons, limits);
  RuleMatcher starved(rules, lexicons,
                      {.automaton_bytes = 500, .steps = 100'000, .steps_per_token = 1, .matches = 5000});
  std::map<std::string, int> found, again, nothing;
  const std::string cuts = run(fresh, text.document, found);
  EXPECT_NE(cuts.find("far steps "), std::string::npos) << cuts;
  EXPECT_NE(cuts.find("looks steps "), std::string::npos) << cuts;
  EXPECT_NE(cuts.find("many matches 5000\n"), std::string::npos) << cuts;
  EXPECT_EQ(cuts.find("near"), cuts.npos) << cuts;
  EXPECT_EQ(found["many"], 5000);
  EXPECT_EQ(found["near"], 4000);
  EXPECT_EQ(run(used, other.document, nothing), "");
  EXPECT_EQ(run(used, text.document, again), cuts);
  EXPECT_EQ(again, found);
  EXPECT_EQ(run(used, other.document, nothing), "") << "a stopped rule runs on the next document";
  again.clear();
  EXPECT_EQ(run(starved, text.document, again), cuts) << "without memory for states";
}

// A look is answered by its first match: what many of its ways begin with costs nothing where another way is short.
TEST(Rules, ABudgetIsTheSameWithoutMemoryForStates) {
  std::string ways;
  for (int i = 0; i < 140; ++i) ways += "\"a\" .* \"z" + std::to_string(i) + "\" | ";
  const CompiledText compiled =
      compile_text(TestLexicons(), "phase p\nrule one reach 2000\n  (?= " + ways + ". \"b\") \"a\" => person\n");
  std::string words;
  for (int i = 0; i < 3000; ++i) words += "a b ";
  const MarkedText text(words);
  LexiconPass pass;
  run_lexicon_pass(compiled.lexicons, text.document, pass);
  for (const std::size_t bytes : {std::size_t{24} << 20, std::size_t{100}}) {
    RuleMatcher matcher(compiled.rules, compiled.lexicons,
                        {.automaton_bytes = bytes, .steps = 100'000, .steps_per_token = 1});
    RuleMatcher::Reading reading;
    matcher.begin(reading, text.document, pass);
    int found = 0;
    matcher.match(reading, 0, [&](const RuleMatch&) { ++found; });
    EXPECT_EQ(found, 3000) << bytes;
    EXPECT_EQ(reading.cuts().size(), 0u) << bytes;
  }
}

// What the rules of a phase find in a text of one-letter words, and how often each looked ahead or back.
struct Looks {
  explicit Looks(const CompiledText& compiled) {
    LexiconPass pass;
    run_lexicon_pass(compiled.lexicons, text.document, pass);
    RuleMatcher matcher(compiled.rules, compiled.lexicons);
    matcher.count_tries();
    RuleMatcher::Reading reading;
    matcher.begin(reading, text.document, pass);
    matcher.match(reading, 0, [&](const RuleMatch& match) {
      found[compiled.rules.rules()[match.rule].id].push_back(match.tokens.first);
    });
    for (const RuleCounters& counter : matcher.counters()) looked.push_back(counter.looked);
  }

  const MarkedText text{"f g a b f g a c x e x c e x d b d e c b c f b g"};
  std::map<std::string, std::vector<std::uint32_t>> found;  // by rule: where its matches begin
  std::vector<std::uint64_t> looked;                        // by rule
};

// A look of several rules is sought where any of them asks for it, and nowhere else.
TEST(Rules, LooksAreSoughtWhereTheyAreAskedFor) {
  const CompiledText compiled = compile_text(TestLexicons(),
                                             "phase p\nrule before\n  (?! . \"b\") \"a\" => person\n"
                                             "rule other\n  \"x\" (?! . \"b\") (\"c\" | \"d\")? \"e\" => person\n"
                                             "rule behind\n  (?<= . \"b\") \"c\" => person\n"
                                             "rule end\n  \"d\" (?= . \"c\") => person\n"
                                             "rule never\n  (?= Digits \"b\") (\"a\" & !Digits) => person\n");
  const Looks looks(compiled);
  const std::map<std::string, std::vector<std::uint32_t>> wanted = {
      {"before", {6}}, {"other", {8, 10}}, {"behind", {20}}, {"end", {16}}};
  EXPECT_EQ(looks.found, wanted);
  std::uint64_t looked = 0;
  for (const std::uint64_t each : looks.looked) looked += each;
  EXPECT_LT(looked, 3 * looks.text.document.tokens.size());
}

// Nothing behind these looks says where they matter: the word in front does, or that no rule for slides is asked.
TEST(Rules, LooksAtTheEndOfARuleAreSoughtBehindItsWords) {
  const CompiledText compiled = compile_text(
      TestLexicons(),
      "phase p\nrule behind_word\n  \"d\" (?= . \"c\") => person\n"
      "rule of_slides when document.kind = slides within slide\n  (\"a\" | \"b\"){1,9} (?= . \"c\") => person\n");
  const Looks looks(compiled);
  const std::map<std::string, std::vector<std::uint32_t>> wanted = {{"behind_word", {16}}};
  EXPECT_EQ(looks.found, wanted);
  ASSERT_EQ(looks.looked.size(), 2u);
  EXPECT_EQ(looks.looked[0], 2u) << "where \"d\" stands";
  EXPECT_EQ(looks.looked[1], 0u) << "the text is none of slides";
}

// Phase by phase over several documents, or one document after the other: the same matches and the same cuts.
TEST(Rules, DocumentsAreReadSideBySide) {
  const CompiledText compiled = compile_text(TestLexicons(),
                                             "phase p\nrule pair\n  \"a\" \"b\" => person\n"
                                             "rule looks reach 2000\n  \"b\" (?= .* \"zzz\" .) => person\n"
                                             "rule italian when language = it\n  \"b\" => person\n"
                                             "phase q\nrule seen\n  <person> . => person\n"
                                             "rule many reach 2000\n  \"a\" .* \"zzz\" => person\n");
  const Lexicons& lexicons = compiled.lexicons;
  const RuleSet& rules = compiled.rules;
  std::string many;
  for (int i = 0; i < 2000; ++i) many += "a b ";
  std::vector<MarkedText> texts;
  for (const std::string& words : {std::string("a b x a b"), many, std::string("b a b zzz x"), many + "c"}) {
    texts.emplace_back(words);
    texts.back().document.languages = {texts.size() % 2 == 0 ? "it" : "en"};
  }
  struct Read {
    LexiconPass pass;
    RuleMatcher::Reading reading;
    std::string found;
  };
  const auto begin = [&](RuleMatcher& matcher, const MarkedText& text, Read& read) {
    run_lexicon_pass(lexicons, text.document, read.pass);
    matcher.begin(read.reading, text.document, read.pass);
  };
  const auto match = [&](RuleMatcher& matcher, Read& read, const std::string& phase) {
    std::vector<SeenMention> seen;
    matcher.match(read.reading, rules.phase(phase), [&](const RuleMatch& match) {
      read.found += rules.rules()[match.rule].id + " " + std::to_string(match.tokens.first) + "\n";
      seen.push_back({match.tokens, type::kPerson, kNone, {}});
    });
    if (phase == "p") matcher.add(read.reading, seen);
  };
  const RuleLimits limits{.steps = 100'000, .steps_per_token = 1};
  RuleMatcher one_by_one(rules, lexicons, limits), side_by_side(rules, lexicons, limits);
  std::vector<Read> expected(texts.size()), read(texts.size());
  for (std::size_t i = 0; i < texts.size(); ++i) {
    begin(one_by_one, texts[i], expected[i]);
    for (const char* phase : {"p", "q"}) match(one_by_one, expected[i], phase);
  }
  for (std::size_t i = 0; i < texts.size(); ++i) begin(side_by_side, texts[i], read[i]);
  for (const char* phase : {"p", "q"}) {
    for (std::size_t i = texts.size(); i-- > 0;) match(side_by_side, read[i], phase);
  }
  std::size_t cuts = 0;
  for (std::size_t i = 0; i < texts.size(); ++i) {
    EXPECT_EQ(read[i].found, expected[i].found) << i;
    const auto is_same = [](const RuleCut& a, const RuleCut& b) {
      return a.rule == b.rule && a.token == b.token && a.why == b.why;
    };
    const std::span<const RuleCut> got = read[i].reading.cuts(), wanted = expected[i].reading.cuts();
    EXPECT_TRUE(std::equal(got.begin(), got.end(), wanted.begin(), wanted.end(), is_same)) << i;
    cuts += got.size();
  }
  EXPECT_EQ(cuts, 2u) << "a rule that runs far is stopped in each of the long texts";
  EXPECT_NE(expected[0].found.find("pair 0\npair 3\nseen 0\n"), std::string::npos) << expected[0].found;
}

// Documents of any languages in any order: what is kept of one does not show in another, nor that a language was
// forgotten for want of room.
TEST(Rules, LanguagesComeAndGo) {
  const TestLexicons files;
  std::vector<Problem> problems;
  const ParsedRules parsed =
      parse_rules({{"t.rules",
                    "phase p\n"
                    "rule all\n  @animal[lang=document] => person\n"
                    "rule english when language = en\n  \"a\" (?= .{1,5} <person kind=x>) => person\n"
                    "rule both when language = en | it\n  \"fox\" (?= .{1,5} <person kind=x>) => person\n"
                    "rule italian when language = it reach 2000\n  \"b\" (?= .* \"zzz\" .) => person\n"
                    "rule other when language = it | de reach 2000\n  \"a\" (?= .* \"zzz\" .) => person\n"}},
                  problems);
  ASSERT_TRUE(problems.empty()) << problems.front().to_string();
  const Lexicons lexicons = files.load(parsed.words);
  const std::vector<TypeInfo> all_types = types();
  const RuleSet rules = compile_rules(parsed, {lexicons, all_types, {}}, problems);
  ASSERT_TRUE(problems.empty()) << problems.front().to_string();
  std::string many;
  for (int i = 0; i < 2000; ++i) many += "a b ";
  MarkedText texts[] = {MarkedText("a fox b c fox"), MarkedText("fox a a b zzz b a"), MarkedText(many + "zzz")};
  const std::vector<std::pair<std::string, std::string>> attributes = {{"kind", "x"}};
  const RuleLimits limits{.steps = 100'000, .steps_per_token = 1};
  const auto run = [&](RuleMatcher& matcher, MarkedText& text, const std::string& language) {
    text.document.languages = {language};
    LexiconPass pass;
    run_lexicon_pass(lexicons, text.document, pass);
    RuleMatcher::Reading reading;
    matcher.make_room();
    matcher.begin(reading, text.document, pass);
    matcher.add(reading, std::vector<SeenMention>{{{3, 4}, type::kPerson, kNone, attributes}});
    std::string found;
    matcher.match(reading, 0, [&](const RuleMatch& match) {
      found += rules.rules()[match.rule].id + " " + std::to_string(match.tokens.first) + "\n";
    });
    for (const RuleCut& cut : reading.cuts()) found += rules.rules()[cut.rule].id + " cut\n";
    return found;
  };
  RuleMatcher used(rules, lexicons, limits);
  std::map<std::string, std::string> expected;
  for (int round = 0; round < 120; ++round) {
    // "aa", "ab" … and time and again the languages of the rules
    const std::string some[] = {"en", "it", std::string("a") + static_cast<char>('a' + round % 26), "de"};
    for (const std::string& language : some) {
      for (std::size_t i = 0; i < (round % 40 == 0 ? 3 : 2); ++i) {
        std::string& once = expected[language + std::to_string(i)];
        if (once.empty()) {
          RuleMatcher fresh(rules, lexicons, limits);
          once = run(fresh, texts[i], language) + ".";
        }
        ASSERT_EQ(run(used, texts[i], language) + ".", once) << language << " text " << i << " round " << round;
      }
    }
  }
  EXPECT_EQ(expected["en0"], "english 0\nall 1\nboth 1\nall 4\n.");
  EXPECT_EQ(expected["it0"], "both 1\n.");
  EXPECT_EQ(expected["aa0"], ".");
  EXPECT_EQ(expected["it2"], "italian cut\nother cut\n.");
  EXPECT_EQ(expected["de2"], "other cut\n.");
}

// A file that cannot be read is a mistake in the knowledge, not an empty list.
TEST(Rules, UnreadableKnowledgeIsTold) {
  const std::filesystem::path folder =
      std::filesystem::temp_directory_path() / ("dossier_unreadable" + std::to_string(::getpid()));
  std::filesystem::create_directories(folder / "lexicons");
  std::filesystem::create_symlink(folder / "nowhere", folder / "lexicons/gone.tsv");
  try {
    Lexicons::load({.folders = {folder}, .languages = {}});
    ADD_FAILURE() << "loaded";
  } catch (const KnowledgeError& error) {
    EXPECT_NE(std::string(error.what()).find("gone.tsv: cannot read the file - check that it exists"),
              std::string::npos)
        << error.what();
  }
  std::filesystem::remove_all(folder);
}

// Whatever byte of the compiled image is another one, where its sections lie included: it is made anew.
TEST(Rules, DamagedImagesAreMadeAnew) {
  const std::filesystem::path folder =
      std::filesystem::temp_directory_path() / ("dossier_image" + std::to_string(::getpid()));
  std::filesystem::create_directories(folder / "lexicons");
  std::ofstream(folder / "lexicons/fruit.tsv") << "#! lexicon=fruit fold=case\nentry\tcolour\napple\tred\nfig\t\n";
  const Lexicons::Options options{.folders = {folder / "lexicons"}, .languages = {}, .cache = folder / "cache"};
  const auto told = [&] {
    const Lexicons lexicons = Lexicons::load(options);
    std::string out;
    for (const char* word : {"apple", "fig", "pear"}) {
      for (const EntryId entry : lexicons.entries_of(lexicons.word(word))) {
        out += std::string(lexicons.entry_text(entry)) + ";";
        for (AttributeId a = 0; a < lexicons.attribute_names().size(); ++a) out += lexicons.attribute(entry, a);
      }
    }
    return out;
  };
  ASSERT_EQ(told(), "apple;redfig;");
  const std::filesystem::path image = std::filesystem::directory_iterator(folder / "cache")->path();
  const std::string good = read(image);
  for (std::size_t at = 0; at + 8 < good.size(); at += at < 256 ? 1 : 97) {  // the last bytes only fill a word
    std::string damaged = good;
    damaged[at] = static_cast<char>(damaged[at] ^ 0x54);
    std::ofstream(image, std::ios::binary) << damaged;
    ASSERT_EQ(told(), "apple;redfig;") << "byte " << at;
    ASSERT_EQ(read(image), good) << "byte " << at;
  }
  std::filesystem::remove_all(folder);
}

// --- the project's own rules -----------------------------------------------------------------------------------------

class OwnRules : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    knowledge_ = new Knowledge(Knowledge::load({.folders = {std::filesystem::path(DOSSIER_SOURCE_DIR) / "grammars"}}));
  }
  static void TearDownTestSuite() { delete knowledge_; }
  static const Knowledge& knowledge() { return *knowledge_; }

 private:
  static Knowledge* knowledge_;
};
Knowledge* OwnRules::knowledge_ = nullptr;

// Where extract_with() keeps its rules and images until the tests end.
const std::filesystem::path& conflicts_folder() {
  struct Folder {
    std::filesystem::path path =
        std::filesystem::temp_directory_path() / ("dossier_conflicts" + std::to_string(::getpid()));
    ~Folder() { std::filesystem::remove_all(path); }
  };
  static const Folder kFolder;
  return kFolder.path;
}

// What a document says under further rule files, as one line of the protocol.
std::string extract_with(const std::vector<std::string>& rule_files, const std::string& text) {
  const std::filesystem::path& folder = conflicts_folder();
  std::filesystem::create_directories(folder);
  // The image of the lexicons is kept from call to call.
  Knowledge::Options options{.folders = {std::filesystem::path(DOSSIER_SOURCE_DIR) / "grammars"}, .cache = folder};
  for (std::size_t i = 0; i < rule_files.size(); ++i) {
    options.extra_rules.push_back(folder / (std::to_string(i) + ".rules"));
    std::ofstream(options.extra_rules.back()) << rule_files[i];
  }
  const Knowledge all = Knowledge::load(options);
  Extractor extractor(all);
  Source source;
  source.bytes = text;
  const Document document = ingest(source, all.ingest_data());
  const Extraction found = extractor.extract(document);
  std::string out;
  for (const Mention& mention : found.mentions) {
    out += all.types()[mention.type].name + " \"" + std::string(document.slice(mention.span)) + "\" " +
           all.rules()[mention.rule].id + "\n";
  }
  for (const Fact& fact : found.facts) {
    out += all.predicates()[fact.predicate].name + " \"" + std::string(document.slice(fact.span)) + "\" " +
           all.rules()[fact.rule].id + "\n";
  }
  return out;
}

// Compiled rules are kept, and found again only as they were written.
TEST(Rules, ImagesAreWhatWasCompiled) {
  const std::string rule = "phase facts\nrule t\n  p: <person> /[a-z]+s/ o: Cap\n  => person(p)\n";
  const std::string text = "Maria Lindgren runs Acme, and Paola Trevik (founder of Nordwind) said it works.";
  const std::string made = extract_with({rule}, text);
  EXPECT_NE(made, "");
  std::vector<std::filesystem::path> images;
  for (const auto& entry : std::filesystem::directory_iterator(conflicts_folder())) {
    if (entry.path().filename().string().starts_with("rules-")) images.push_back(entry.path());
  }
  ASSERT_FALSE(images.empty());
  EXPECT_EQ(extract_with({rule}, text), made);
  for (const std::filesystem::path& image : images) {
    const std::string good = read(image);
    for (const std::size_t at : {std::size_t{0}, std::size_t{9}, std::size_t{20}, good.size() / 2, good.size() - 1}) {
      std::string damaged = good;
      damaged[at] = static_cast<char>(damaged[at] ^ 1);
      EXPECT_FALSE(rule_image_of(damaged, image.stem().string().substr(6)).has_value()) << at;
    }
    EXPECT_TRUE(rule_image_of(good, image.stem().string().substr(6)).has_value());
    EXPECT_FALSE(rule_image_of(good, "another key").has_value());
    EXPECT_FALSE(rule_image_of(good.substr(0, good.size() / 2), image.stem().string().substr(6)).has_value());
    std::ofstream(image, std::ios::binary) << good.substr(0, good.size() / 3);
  }
  EXPECT_EQ(extract_with({rule}, text), made) << "from the texts again";
  for (const std::filesystem::path& image : images) {
    std::filesystem::remove(image);
    std::filesystem::create_directory(image);
  }
  EXPECT_EQ(extract_with({rule}, text), made) << "where no image can be read or written";
}

// The order of conflicts as grammars/README.md tells it, rule by rule: of two rules for the same words, which is named.
TEST(Rules, ConflictsHaveOneOrder) {
  const std::string text = "Ada Lund steered the quay wright of Trevik Ltd for long.";
  const auto role = [](const std::string& id, const std::string& pattern, const std::string& rest) {
    return "phase roles\nrule " + id + "\n  role: (" + pattern + ")\n  => role(role) " + rest + "\n";
  };
  const auto fact = [](const std::string& id, const std::string& gap, const std::string& rest) {
    return "phase facts\nrule " + id + "\n  person: <person> " + gap +
           " organization: <organization>\n  => affiliation(person, organization) " + rest + "\n";
  };
  struct Case {
    std::string winner, loser, expected;
  };
  const std::vector<Case> cases = {
      // the longer role, whatever else speaks against it
      {role("z.long", "\"quay\" \"wright\"", "confidence 0.6"),
       role("a.short", "\"wright\"", "confidence 0.9 priority 5"), "role \"quay wright\" z.long"},
      // then priority
      {role("z.first", "\"quay\" \"wright\"", "confidence 0.6 priority 1"),
       role("a.sure", "\"quay\" \"wright\"", "confidence 0.9"), "role \"quay wright\" z.first"},
      // then confidence
      {role("z.sure", "\"quay\" \"wright\"", "confidence 0.9"),
       role("a.unsure", "\"quay\" \"wright\"", "confidence 0.6"), "role \"quay wright\" z.sure"},
      // then the more specific
      {role("z.words", "\"quay\" \"wright\"", "confidence 0.8"), role("a.any", "\"quay\" .", "confidence 0.8"),
       "role \"quay wright\" z.words"},
      // then the rule id
      {role("a.same", "\"quay\" \"wright\"", "confidence 0.8"), role("b.same", "\"quay\" \"wright\"", "confidence 0.8"),
       "role \"quay wright\" a.same"},
      {fact("z.first", "\"steered\" .{1,6}?", "confidence 0.6 priority 1"),
       fact("a.sure", "\"steered\" .{1,6}?", "confidence 0.95"), "Trevik Ltd\" z.first"},
      {fact("z.sure", "\"steered\" .{1,6}?", "confidence 0.98"),
       fact("a.unsure", "\"steered\" .{1,6}?", "confidence 0.6"), "Trevik Ltd\" z.sure"},
      {fact("z.words", "\"steered\" .{1,6}?", "confidence 0.98"), fact("a.any", ".{1,6}?", "confidence 0.98"),
       "Trevik Ltd\" z.words"},
      {fact("a.same", "\"steered\" .{1,6}?", "confidence 0.98"),
       fact("b.same", "\"steered\" .{1,6}?", "confidence 0.98"), "Trevik Ltd\" a.same"},
  };
  // Roles stay only where something speaks for them. (The words of all cases: with the same words the image is the
  // same.)
  const std::string evidence =
      "phase evidence\nrule e.role\n  \"steered\" \"the\" role: (<role> & (\"quay\" | \"wright\"))\n  => role(role) "
      "confidence 0.95\n";
  for (const Case& one : cases) {
    const std::string forwards = extract_with({one.winner, one.loser, evidence}, text);
    EXPECT_NE(forwards.find(one.expected), std::string::npos) << one.expected << " expected of\n" << forwards;
    EXPECT_EQ(extract_with({evidence, one.loser, one.winner}, text), forwards) << "another order of files";
  }
}

// Rules of "again" read what their own phase adds, their own results included; endless growth is stopped and told.
TEST(Rules, RulesOfAgainReadTheirOwnPhase) {
  const std::string again =
      "phase roles\nrule r.base\n  role: \"zworp\"\n  => role(role) confidence 0.9\n"
      "phase roles again\nrule r.quasi\n  role: (\"quasi\" <role>)\n  => role(role) confidence 0.9\n";
  EXPECT_NE(extract_with({again}, "Ada Lund was the quasi zworp there.").find("role \"quasi zworp\" r.quasi"),
            std::string::npos);
  EXPECT_NE(extract_with({again}, "Ada Lund was the quasi quasi quasi zworp there.")
                .find("role \"quasi quasi quasi zworp\" r.quasi"),
            std::string::npos);
  std::string deep;
  for (int i = 0; i < 9; ++i) deep += "quasi ";
  EXPECT_NE(extract_with({again}, "Ada Lund was the " + deep + "zworp there.")
                .find("role \"quasi quasi quasi quasi quasi zworp\""),
            std::string::npos);
}

// text=first + " … " + rest: what a right side computes.
TEST(Rules, RightSidesComputeValues) {
  const Knowledge all = Knowledge::load({.folders = {std::filesystem::path(DOSSIER_SOURCE_DIR) / "grammars"}});
  Extractor extractor(all);
  Source source;
  source.bytes = "\"We never thought,\" said Maria Lindgren, \"that it would work at all.\"";
  const Document document = ingest(source, all.ingest_data());
  const Extraction found = extractor.extract(document);
  ASSERT_FALSE(found.facts.empty());
  EXPECT_EQ(found.facts.front().text, "We never thought, that it would work at all.");
}

// Patterns with their macros in place, too, are read as what they print.
TEST(Rules, PatternsPrintAsTheyAreRead) {
  std::vector<std::pair<std::string, std::string>> files;
  for (const auto& entry :
       std::filesystem::directory_iterator(std::filesystem::path(DOSSIER_SOURCE_DIR) / "grammars/rules"))
    files.emplace_back(entry.path().filename(), read(entry.path()));
  std::vector<Problem> problems;
  const ParsedRules parsed = parse_rules(files, problems);
  EXPECT_GT(parsed.rules.size(), 500u);
  for (const rules::Rule& rule : parsed.rules) {
    const std::string printed = rules::print(rule.pattern);
    const ParsedRules again = parse_rules({{"t.rules", "phase p\nrule t\n  " + printed + "\n  => person\n"}}, problems);
    ASSERT_FALSE(again.rules.empty()) << rule.id << "\n" << printed;
    EXPECT_EQ(rules::print(again.rules.front().pattern), printed) << rule.id;
  }
}

TEST_F(OwnRules, HaveExamplesOfBothKinds) {
  for (const Problem& problem : check_rules(knowledge())) ADD_FAILURE() << problem.to_string();
}

TEST_F(OwnRules, DoWhatTheirExamplesSay) {
  const std::vector<ExampleOutcome> outcomes = test_rules(knowledge());
  EXPECT_GT(outcomes.size(), 200u);
  for (const ExampleOutcome& outcome : outcomes) {
    if (outcome.holds) continue;
    const RuleInfo& rule = knowledge().rules()[outcome.rule];
    ADD_FAILURE() << rule.file << ":" << outcome.line << ": " << rule.id << (outcome.is_positive ? " yes \"" : " no \"")
                  << outcome.text << "\"\n  expected " << outcome.expected << "\n  got      " << outcome.got;
  }
}

// The tutorial: each of its rule files, with its lexicon, does what its examples say.
TEST(Rules, TutorialDoesWhatItSays) {
  std::istringstream lines(read(std::filesystem::path(DOSSIER_SOURCE_DIR) / "grammars/README.md"));
  std::vector<std::string> rule_files, lexicons;
  std::string line;
  std::string* block = nullptr;
  while (std::getline(lines, line)) {
    if (line == "```rules" || line == "```lexicon") {
      block = &(line == "```rules" ? rule_files : lexicons).emplace_back();
    } else if (line == "```") {
      block = nullptr;
    } else if (block != nullptr) {
      *block += line + "\n";
    }
  }
  ASSERT_EQ(rule_files.size(), 6u);
  ASSERT_EQ(lexicons.size(), 1u);
  const std::filesystem::path folder =
      std::filesystem::temp_directory_path() / ("dossier_tutorial" + std::to_string(::getpid()));
  std::filesystem::create_directories(folder / "lexicons");
  std::ofstream(folder / "lexicons/trade.tsv") << lexicons.front();
  for (const std::string& text : rule_files) {
    std::ofstream(folder / "trained.rules") << text;
    const Knowledge knowledge =
        Knowledge::load({.folders = {std::filesystem::path(DOSSIER_SOURCE_DIR) / "grammars", folder},
                         .extra_rules = {folder / "trained.rules"}});
    EXPECT_NE(knowledge.lexicons().find("tutorial_trade"), kNoLexicon);
    EXPECT_TRUE(check_rules(knowledge).empty());
    const std::vector<ExampleOutcome> outcomes = test_rules(knowledge, "tutorial.");
    EXPECT_GE(outcomes.size(), 2u);
    for (const ExampleOutcome& outcome : outcomes)
      EXPECT_TRUE(outcome.holds) << text << outcome.text << "\n  expected " << outcome.expected << "\n  got "
                                 << outcome.got;
  }
  std::filesystem::remove_all(folder);
}

Source source_of(std::string text) {
  Source source;
  source.bytes = std::move(text);
  return source;
}

TEST_F(OwnRules, AreExplainedWhereTheyMatched) {
  const std::vector<Explanation> tree =
      explain(source_of("Maria Lindgren joined Trevik Ltd in spring."), knowledge(), {.fact = "affiliation"});
  ASSERT_EQ(tree.size(), 1u);
  EXPECT_EQ(tree[0].kind, "fact");
  EXPECT_EQ(tree[0].rule, "affiliation.joined");
  ASSERT_FALSE(tree[0].children.empty());
  EXPECT_EQ(tree[0].children[0].kind, "match");
  ASSERT_FALSE(tree[0].children[0].children.empty());
  const Explanation& capture = tree[0].children[0].children[0];
  EXPECT_EQ(capture.label, "person \"Maria Lindgren\"");
  EXPECT_EQ(capture.begin, 0u);
  EXPECT_EQ(capture.end, 14u);
  ASSERT_FALSE(capture.children.empty());
  EXPECT_EQ(capture.children[0].rule, "person.given_surname");
}

TEST_F(OwnRules, AreExplainedWhereTheyFailed) {
  const std::vector<Explanation> tree = explain(source_of("Maria Lindgren hates Trevik Ltd in spring."), knowledge(),
                                                {.offset = 3, .fact = "affiliation", .max_candidates = 100});
  ASSERT_FALSE(tree.empty());
  EXPECT_EQ(tree[0].label, "no fact affiliation here");
  const auto joined =
      std::find_if(tree.begin(), tree.end(), [](const Explanation& e) { return e.rule == "affiliation.joined"; });
  ASSERT_NE(joined, tree.end());
  EXPECT_TRUE(joined->label.starts_with("lacks \"joined\"")) << joined->label;
  ASSERT_EQ(joined->children.size(), 2u);
  EXPECT_EQ(joined->children[0].label, "came as far as \"Maria Lindgren\"");
  EXPECT_TRUE(joined->children[1].label.starts_with("then \"hates\", but wanted ")) << joined->children[1].label;
  EXPECT_THROW(explain(source_of("x"), knowledge(), {.fact = "afiliation"}), std::invalid_argument);
  EXPECT_THROW(explain(source_of("x"), knowledge(), {.offset = 9}), std::invalid_argument);
}

TEST_F(OwnRules, ExplanationsFitNarrowScreens) {
  const std::vector<Explanation> tree =
      explain(source_of("Maria Lindgren joined Trevik Ltd in spring."), knowledge(), {.offset = 3});
  for (const std::size_t width : {30u, 60u, 120u}) {
    std::istringstream lines(render_text(tree, width, false));
    std::string line;
    while (std::getline(lines, line)) {
      const auto characters = static_cast<std::size_t>(std::count_if(
          line.begin(), line.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
      // A line is longer only if a single word does not fit.
      const bool is_one_word = line.find(' ', line.find_first_not_of(" │├└…")) == std::string::npos;
      EXPECT_TRUE(characters <= width || is_one_word) << width << ": " << line;
    }
  }
  EXPECT_NE(render_text(tree, 80, true).find("\x1b["), std::string::npos);
  EXPECT_EQ(render_text(tree, 80, false).find("\x1b["), std::string::npos);
}

TEST_F(OwnRules, AreProfiled) {
  RuleProfiler profiler(knowledge());
  profiler.add(source_of("Maria Lindgren joined Trevik Ltd in spring. She left Trevik Ltd in winter."));
  double share = 0;
  bool found = false;
  std::uint64_t looked = 0;
  for (const RuleProfile& row : profiler.rows()) {
    share += row.share;
    looked += row.looked;
    // No rule begins at more places than there are tokens, and one for the begin of a table's row begins at no other.
    const bool is_of_rows = knowledge().rules()[row.rule].id == "affiliation.table_career";
    EXPECT_LE(row.tried, is_of_rows ? 1u : 16u) << knowledge().rules()[row.rule].id;
    EXPECT_LE(row.kept, row.matched);
    EXPECT_LE(row.matched, row.tried) << knowledge().rules()[row.rule].id;
    if (knowledge().rules()[row.rule].id != "affiliation.joined") continue;
    found = true;
    EXPECT_GE(row.matched, 1u);
    EXPECT_GE(row.kept, 1u);
  }
  EXPECT_TRUE(found);
  EXPECT_NEAR(share, 1.0, 1e-6);
  EXPECT_GT(looked, 0u);
}

}  // namespace
}  // namespace dossier
