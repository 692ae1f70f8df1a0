// Two roads, one answer: the automata (rules.h) against the slow and obvious matcher (rule_reference.h), on random
// rules, lexicons, mentions and texts, and with the project's rules on its corpus. DOSSIER_CASES sets their number; a
// failure prints the seed, the rules and the text.
#include "grammars/rule_reference.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <random>
#include <set>

#include "pipeline/extract.h"
#include "pipeline/extract_trace.h"
#include "pipeline/ingest.h"
#include "pipeline/knowledge_parts.h"
#include "pipeline/tokenize.h"

namespace dossier {
namespace {

const std::vector<std::string> kWords = {"a",  "b",  "c",    "d",  "ne", "né", "Né", "will", "Will", "Ada",
                                         "42", "x1", "Coté", "US", "A",  ",",  ".",  "-",    "'s"};

std::vector<TypeInfo> types() {
  std::vector<TypeInfo> all;
  for (const char* name : {"person", "organization", "role", "date", "statistic", "place", "event", "product",
                           "pronoun", "identifier", "name"})
    all.push_back({name, "entity"});
  return all;
}

class Dice {
 public:
  explicit Dice(std::uint64_t seed) : engine_(seed) {}
  std::uint32_t below(std::uint32_t n) { return static_cast<std::uint32_t>(engine_() % n); }
  bool one_in(std::uint32_t n) { return below(n) == 0; }
  const std::string& pick(const std::vector<std::string>& from) {
    return from[below(static_cast<std::uint32_t>(from.size()))];
  }

 private:
  std::mt19937_64 engine_;
};

// --- lexicons --------------------------------------------------------------------------------------------------------

std::vector<std::string> all_words() {
  std::vector<std::string> words = kWords;
  words.insert(words.end(), {"zzz", "Zé"});
  return words;
}

Lexicons make_lexicons(Dice& dice, const std::filesystem::path& folder) {
  std::filesystem::remove_all(folder);
  std::filesystem::create_directories(folder);
  const std::vector<std::pair<std::string, std::string>> files = {
      {"one", "case"}, {"two", "case,diacritics"}, {"three", "exact"}};
  for (const auto& [name, fold] : files) {
    std::set<std::string> rows;
    for (std::uint32_t i = 0; i < 3 + dice.below(12); ++i) {
      std::string entry = dice.pick(kWords);
      while (dice.one_in(2)) entry += " " + dice.pick(kWords);
      rows.insert(entry + "\t" + dice.pick({"", "en", "it"}) + "\t" + dice.pick({"", "1", "2", "v"}));
    }
    std::ofstream out(folder / (name + ".tsv"));
    out << "#! lexicon=" << name << " fold=" << fold << "\nentry\tlang\tk\n";
    for (const std::string& row : rows) out << row << "\n";
  }
  return Lexicons::load({.folders = {folder}, .extra_words = all_words(), .languages = {}, .cache = {}});
}

// --- rules -----------------------------------------------------------------------------------------------------------

class RuleMaker {
 public:
  explicit RuleMaker(Dice& dice) : dice_(dice) {}

  std::string file(std::uint32_t number) {
    std::string text = "phase " + dice_.pick({"one", "two"}) + "\nmacro pair($x, $y) = ($x \",\"? $y)\n";
    for (std::uint32_t i = 0; i < 1 + dice_.below(3); ++i) {
      if (dice_.one_in(4)) text += "phase " + dice_.pick({"one", "two"}) + "\n";
      text += rule("r" + std::to_string(number) + "." + std::to_string(i));
    }
    return text;
  }

 private:
  std::string rule(const std::string& id) {
    std::string text = "rule " + id;
    if (dice_.one_in(6)) text += " when language = " + dice_.pick({"en", "it | en", "it"});
    if (dice_.one_in(8)) text += " when document.kind " + dice_.pick({"= slides", "!= plain", "= plain | podcast"});
    if (dice_.one_in(4)) text += " within " + dice_.pick({"block", "record", "turn", "slide"});
    if (dice_.one_in(5)) text += " reach " + std::to_string(1 + dice_.below(6));
    captures_ = 0;
    in_look_ = false;
    return text + "\n  " + matching_something(3) + "\n  => person\n";
  }

  std::string pattern(int depth) {
    std::string text = sequence(depth);
    while (dice_.one_in(4)) text += " | " + sequence(depth);
    return text;
  }

  // Mostly a pattern that takes at least one token: others are refused.
  std::string matching_something(int depth) {
    switch (dice_.below(5)) {
      case 0:
        return pattern(depth);
      case 1:
        return token_test() + " (" + pattern(depth) + ")";
      default:
        return "(" + pattern(depth) + ") " + token_test();
    }
  }

  std::string sequence(int depth) {
    std::string text = !in_look_ && dice_.one_in(4) ? guarded() : element(depth);
    while (dice_.one_in(2)) text += " " + element(depth);
    return text;
  }

  std::string look() {
    in_look_ = true;
    const std::string text = dice_.pick({"(?= ", "(?! ", "(?! ", "(?<= ", "(?<! "}) + mixed() + ")";
    in_look_ = false;
    return text;
  }

  // Looks behind a boundary: those ahead are run from there alone.
  std::string guarded() {
    std::string text = dice_.pick({"^sentence", "^block", "^record", "^turn", "^slide", "^line", "$sentence ",
                                   "$block ", "$record ", "$turn ", "$slide "});
    if (dice_.one_in(4)) text = "(" + token_test() + " " + text + ")";
    if (dice_.one_in(5)) text = "(" + text + ")" + dice_.pick({"?", "{1,2}"});
    if (dice_.one_in(5)) text = "c" + std::to_string(++captures_) + ": (" + text + " )";
    if (dice_.one_in(3)) text += " " + token_test();
    for (std::uint32_t i = 0; i < 1 + dice_.below(2); ++i) {
      text += " " + (dice_.one_in(3) ? "(" + look() + " | " + (dice_.one_in(2) ? token_test() + " " : "") + look() +
                                           (dice_.one_in(2) ? " " + token_test() : "") + ")"
                                     : look());
      if (dice_.one_in(6)) text += "{1,2}";
    }
    return text;
  }

  // Alternatives of one token, of hits and mentions, and longer ones: they are emitted apart.
  std::string mixed() {
    std::string text;
    for (std::uint32_t i = 0; i < 1 + dice_.below(4); ++i) {
      if (i > 0) text += " | ";
      switch (dice_.below(7)) {
        case 0:
          text += token_test();
          break;
        case 1:
          text += dice_.pick({"@one", "@two", "<person>", "<name>", "<role|name>"});
          break;
        case 2:
          text += token_test() + " " + token_test();
          break;
        case 3:
          text += "(" + token_test() + " | " + token_test() + " " + token_test() + ")";
          break;
        case 4:
          text += "(" + token_test() + dice_.pick({"*", "?", "*?", "{0,3}"}) + " " + token_test() + ")";
          break;
        case 5:
          text += "(" + token_test() + " & " + token_test() + ")";
          break;
        default:
          text += token_test() + " " + dice_.pick({"^sentence", "^block", "$block ", "^line", "$sentence "}) + " " +
                  token_test();
          break;
      }
    }
    return text;
  }

  std::string element(int depth) {
    std::string prefix = dice_.one_in(4) ? "c" + std::to_string(++captures_) + ": " : "";
    std::string body = atom(depth);
    if (dice_.one_in(4)) body += dice_.pick({"?", "{2}", "{1,3}", "{0,2}"}) + (dice_.one_in(3) ? "?" : "");
    if (dice_.one_in(6)) {  // mostly a body that takes a token: others are refused
      body = dice_.one_in(2) ? token_test() : "(" + body + " " + token_test() + ")";
      body += dice_.pick({"*", "+", "{2,}"}) + (dice_.one_in(3) ? "?" : "");
    }
    return prefix + body;
  }

  std::string token_test() {
    switch (dice_.below(12)) {
      case 0:
      case 1:
        return "\"" + word() + "\"";
      case 2:
        return "'" + word_without_apostrophe() + "'";
      case 3:
        return dice_.pick({"@one", "@two", "@three", "@one[k=1]", "@two[lang=document]", "@one[lang=document+en]",
                           "@three[k!=v, lang!=it]", "@one[k>=2]", "@two[k<2]"});
      case 4:
        return dice_.pick({"<person>", "<name>", "<person|name>", "<name k=1>", "<person k>1>", "<role|name k!=v>"});
      case 5:
        return dice_.pick({"/[a-c]/", "/[0-9]+/", "/.+é/", "/A.*/"});
      case 6:
        return dice_.pick({"Alpha", "Upper", "Cap", "CAPS", "Lower", "Initial", "Digits", "Punct", "NonAscii"});
      case 7:
        return dice_.pick({"Spaced", "NewLine", "SentenceFirst", "SentenceLast", "Emphasis", "Quoted", "Heading",
                           "Speaker", "Paragraph", "Shouting", "Titled"});
      case 8:
        return ".";
      case 9:
        return "!" + token_test();
      case 10:
        return labelled();
      default:
        return "!(" + token_test() + dice_.pick({" | ", " & "}) + token_test() + ")";
    }
  }

  std::string labelled() {
    const std::string part = dice_.pick({"column", "row", "key", "section"});
    const std::string kind = part == "section" ? dice_.pick({"Paragraph", "Cell"})
                             : part == "key"   ? "Metadata"
                                               : "Cell";
    const auto value = [&] {
      return dice_.one_in(2) ? "\"" + word_that_is_no_mark() + "\""
                             : dice_.pick({"@one", "@two[lang=document]", "@three"});
    };
    std::string text = kind + "[" + part + dice_.pick({"=", "=", "!="}) + value();
    if (dice_.one_in(3)) text += "|" + value();
    if (dice_.one_in(4)) text += ", section=" + value();
    return text + "]";
  }

  std::string atom(int depth) {
    const std::uint32_t choice = dice_.below(depth > 0 ? 16 : 10);
    if (choice < 6) return token_test();
    if (choice == 6) return "\"" + word() + " " + word() + "\"";
    if (choice == 7)
      return "(" + token_test() + " & " + token_test() + (dice_.one_in(3) ? " & " + token_test() : "") + ")";
    if (choice == 8) return dice_.pick({"^sentence", "^block", "^record", "^turn", "^slide", "^line"});
    if (choice == 9) return dice_.pick({"$sentence", "$block", "$record", "$turn", "$slide"}) + " ";
    if (choice == 10 && !in_look_) {
      in_look_ = true;
      const int captures = captures_;
      std::string look = dice_.pick({"(?= ", "(?! ", "(?<= ", "(?<! "}) + matching_something(depth - 1) + ")";
      in_look_ = false;
      captures_ = captures;
      return look;
    }
    if (choice == 11) return "$pair(" + element(depth - 1) + ", " + token_test() + ")";
    return "(" + pattern(depth - 1) + ")";
  }

  const std::string& word() { return dice_.pick(kWords); }
  std::string word_that_is_no_mark() {
    const std::string& word = dice_.pick(kWords);
    return word == "," || word == "." || word == "-" ? "a" : word;
  }
  std::string word_without_apostrophe() {
    const std::string& word = dice_.pick(kWords);
    return word == "'s" ? "a" : word;
  }

  Dice& dice_;
  int captures_ = 0;
  bool in_look_ = false;
};

// --- documents -------------------------------------------------------------------------------------------------------

Document make_document(Dice& dice) {
  Document document;
  const std::uint32_t words = dice.below(14);
  for (std::uint32_t i = 0; i < words; ++i) {
    if (i > 0) document.text += dice.pick({" ", " ", " ", " ", "\n", "\n\n"});
    document.text += dice.pick(kWords);
  }
  tokenize(document.text, 0, document.tokens);
  if (!dice.one_in(8)) document.languages = {dice.pick({"en", "it"})};
  document.kind = static_cast<DocumentKind>(1 + dice.below(6));
  const auto count = static_cast<std::uint32_t>(document.tokens.size());
  for (Token& token : document.tokens) {
    if (dice.one_in(8)) token.flags |= token_flag::kSkipped;
    if (dice.one_in(6)) token.flags |= token_flag::kEmphasis;
    if (dice.one_in(6)) token.flags |= token_flag::kQuoted;
  }
  std::uint32_t turn = 0, slide = 0;
  Table table;  // whose cells take turns with blocks of other kinds
  table.columns = 1 + dice.below(3);
  table.rows = 1 + dice.below(4);
  table.cells.assign(table.rows * table.columns, kNone);
  std::uint32_t cells = 0;
  std::uint32_t heading = kNone;
  for (std::uint32_t first = 0; first < count;) {
    const std::uint32_t end = std::min(count, first + 1 + dice.below(dice.one_in(2) ? 2 : 8));
    Block block;
    block.kind = static_cast<BlockKind>(dice.below(8));
    const auto index = static_cast<std::uint32_t>(document.blocks.size());
    block.section = heading;
    if (block.kind == BlockKind::kHeading) heading = index;
    if (cells < table.cells.size() && dice.one_in(2)) block.kind = BlockKind::kTableCell;
    if (block.kind == BlockKind::kTableCell && cells < table.cells.size()) {
      block.table = 0;
      block.row = cells / table.columns;
      block.column = cells % table.columns;
      table.cells[cells++] = index;
    }
    if (block.kind == BlockKind::kMetadata && !dice.one_in(4))
      document.metadata.push_back({dice.pick(kWords), dice.one_in(2) ? "" : dice.pick(kWords), index, {}});
    block.first_token = first;
    block.end_token = end;
    block.span = {document.tokens[first].begin, document.tokens[end - 1].end};
    block.turn = dice.one_in(4) ? kNone : (turn += dice.below(2));
    block.slide = dice.one_in(4) ? kNone : (slide += dice.below(2));
    document.tokens[first].flags |= token_flag::kBlockFirst;
    document.tokens[end - 1].flags |= token_flag::kBlockLast;
    for (std::uint32_t s = first; s < end;) {
      const std::uint32_t last = std::min(end, s + 1 + dice.below(8));
      document.sentences.push_back({s, last, static_cast<std::uint32_t>(document.blocks.size())});
      document.tokens[s].flags |= token_flag::kSentenceFirst;
      document.tokens[last - 1].flags |= token_flag::kSentenceLast;
      s = last;
    }
    document.blocks.push_back(block);
    first = end;
  }
  document.tables.push_back(std::move(table));
  return document;
}

// Mentions that stand inside one sentence, as all that extraction finds.
struct Mentions {
  std::vector<SeenMention> seen;
  std::vector<std::vector<std::pair<std::string, std::string>>> attributes;
};

Mentions make_mentions(Dice& dice, const Document& document, const Lexicons& lexicons) {
  Mentions mentions;
  for (const Sentence& sentence : document.sentences) {
    for (std::uint32_t t = sentence.first_token; t < sentence.end_token; ++t) {
      if (!dice.one_in(3)) continue;
      SeenMention mention;
      mention.tokens = {t, std::min(sentence.end_token, t + 1 + dice.below(3))};
      mention.type = dice.one_in(2) ? type::kName : static_cast<TypeId>(dice.below(3));
      if (dice.one_in(2)) mention.entry = dice.below(static_cast<std::uint32_t>(lexicons.entry_count()));
      mentions.seen.push_back(mention);
      mentions.attributes.emplace_back();
      if (dice.one_in(2)) mentions.attributes.back().emplace_back("k", dice.pick({"1", "2", "v"}));
    }
  }
  for (std::size_t i = 0; i < mentions.seen.size(); ++i) mentions.seen[i].attributes = mentions.attributes[i];
  return mentions;
}

// --- comparison ------------------------------------------------------------------------------------------------------

std::string show(const std::vector<ReferenceMatch>& matches) {
  std::string out;
  for (const ReferenceMatch& match : matches) {
    out += "  " + match.rule + " [" + std::to_string(match.tokens.first) + "," + std::to_string(match.tokens.end) + ")";
    for (const auto& [name, range] : match.captures)
      out += " " + name + "=[" + std::to_string(range.first) + "," + std::to_string(range.end) + ")";
    out += "\n";
  }
  return out;
}

std::vector<ReferenceMatch> run_fast(RuleMatcher& matcher, RuleMatcher::Reading& reading, const RuleSet& rules,
                                     const std::string& phase) {
  std::vector<ReferenceMatch> found;
  matcher.match(reading, rules.phase(phase), [&](const RuleMatch& match) {
    const CompiledRule& rule = rules.rules()[match.rule];
    ReferenceMatch out{rule.id, match.tokens, {}};
    for (std::size_t i = 0; i < match.captures.size(); ++i) {
      if (match.captures[i].first != kNone) out.captures[rule.captures[i]] = match.captures[i];
    }
    found.push_back(std::move(out));
  });
  std::stable_sort(found.begin(), found.end(), [](const ReferenceMatch& a, const ReferenceMatch& b) {
    return a.tokens.first != b.tokens.first ? a.tokens.first < b.tokens.first : a.rule < b.rule;
  });
  return found;
}

std::string describe(const Document& document) {
  std::string out;
  for (std::uint32_t t = 0; t < document.tokens.size(); ++t) {
    for (const Sentence& sentence : document.sentences) {
      if (sentence.first_token == t) out += "| ";
    }
    const bool skipped = (document.tokens[t].flags & token_flag::kSkipped) != 0;
    out += std::to_string(t) + (skipped ? ":(" : ":") + std::string(document.word(t)) + (skipped ? ") " : " ");
  }
  return out;
}

std::uint32_t number_of_cases(std::uint32_t otherwise) {
  const char* given = std::getenv("DOSSIER_CASES");
  return given == nullptr ? otherwise : static_cast<std::uint32_t>(std::atoi(given));
}

std::filesystem::path scratch_folder(const char* name) {
  return std::filesystem::temp_directory_path() / (std::string("dossier_") + name + std::to_string(::getpid()));
}

TEST(RuleReference, AgreesWithTheAutomata) {
  const std::vector<TypeInfo> all_types = types();
  const std::uint32_t cases = number_of_cases(5000);
  const std::uint64_t first_seed =
      std::getenv("DOSSIER_SEED") != nullptr ? std::strtoull(std::getenv("DOSSIER_SEED"), nullptr, 10) : 1;
  const std::filesystem::path folder = scratch_folder("rule_reference");
  std::uint32_t compared = 0, refused = 0;
  std::uint64_t matches = 0, resets = 0;
  std::unique_ptr<Lexicons> lexicons;
  for (std::uint64_t seed = first_seed; compared < cases; ++seed) {
    Dice dice(seed);
    if (!lexicons || seed % 50 == 1 || std::getenv("DOSSIER_SEED") != nullptr) {
      Dice lexicon_dice(seed / 50);
      lexicons = std::make_unique<Lexicons>(make_lexicons(lexicon_dice, folder));
    }
    RuleMaker maker(dice);
    std::vector<std::pair<std::string, std::string>> files;
    for (std::uint32_t i = 0; i < 1 + dice.below(2); ++i)
      files.emplace_back(std::to_string(i) + ".rules", maker.file(i));
    std::vector<Problem> problems;
    const ParsedRules parsed = parse_rules(files, problems);
    std::string all_files;
    for (const auto& [name, text] : files) all_files += text;
    ASSERT_TRUE(problems.empty()) << problems.front().to_string() << "\n" << all_files;
    const RuleContext context{*lexicons, all_types, {}};
    const RuleSet rules = compile_rules(parsed, context, problems);
    if (!problems.empty()) {
      ++refused;
      ASSERT_LT(refused, 1000 + compared * 3) << problems.front().to_string() << "\n" << all_files;
      continue;
    }
    std::reverse(files.begin(), files.end());
    const ParsedRules parsed_backwards = parse_rules(files, problems);
    const RuleSet rules_backwards = compile_rules(parsed_backwards, context, problems);
    // Small cuts: borders in each closure, states of their own for most tests, start sets thrown away all the time.
    const RuleLimits small{.automaton_bytes = dice.below(3) * 700};
    const RuleLimits cut{
        .cuts = {.border = 3, .closures = 8, .starts = 2, .many_tests = 1, .few_tests = 1, .edges = 2}};
    RuleMatcher fast(rules, *lexicons), starved(rules, *lexicons, small), backwards(rules_backwards, *lexicons, cut);
    RuleReference slow(parsed, *lexicons, all_types);
    for (int round = 0; round < 4; ++round) {
      const Document document = make_document(dice);
      LexiconPass pass;
      run_lexicon_pass(*lexicons, document, pass);
      RuleMatcher::Reading read, read_starved, read_backwards;
      fast.begin(read, document, pass);
      starved.begin(read_starved, document, pass);
      backwards.begin(read_backwards, document, pass);
      slow.begin(document, pass);
      std::vector<Mentions> kept;
      for (const std::string phase : {"one", "two"}) {
        for (std::uint32_t times = dice.below(3); times > 0; --times) {
          kept.push_back(make_mentions(dice, document, *lexicons));
          fast.add(read, kept.back().seen);
          starved.add(read_starved, kept.back().seen);
          backwards.add(read_backwards, kept.back().seen);
          slow.add(kept.back().seen);
        }
        const std::vector<ReferenceMatch> expected = slow.match(phase);
        const auto tell = [&](const char* what, const std::vector<ReferenceMatch>& got) {
          std::string mentions;
          for (const Mentions& list : kept) {
            for (const SeenMention& m : list.seen)
              mentions += " " + all_types[m.type].name + "[" + std::to_string(m.tokens.first) + "," +
                          std::to_string(m.tokens.end) + ")";
            mentions += " /";
          }
          return std::string(what) + " differs, seed " + std::to_string(seed) + " round " + std::to_string(round) +
                 " phase " + phase + "\n" + all_files + describe(document) + "\nmentions:" + mentions +
                 "\nreference:\n" + show(expected) + "got:\n" + show(got);
        };
        const std::vector<ReferenceMatch> got = run_fast(fast, read, rules, phase);
        ASSERT_TRUE(got == expected) << tell("automata", got);
        const std::vector<ReferenceMatch> poor = run_fast(starved, read_starved, rules, phase);
        ASSERT_TRUE(poor == expected) << tell("automata without memory", poor);
        const std::vector<ReferenceMatch> other = run_fast(backwards, read_backwards, rules_backwards, phase);
        ASSERT_TRUE(other == expected) << tell("other order of files", other);
        matches += expected.size();
      }
    }
    resets += starved.automaton_resets();
    ++compared;
  }
  std::filesystem::remove_all(folder);
  RecordProperty("cases", static_cast<int>(compared));
  RecordProperty("matches", static_cast<int>(matches));
  // The test would be worth little if nothing matched or the small budget never ended.
  EXPECT_GT(matches, std::uint64_t{compared});
  EXPECT_GT(resets, std::uint64_t{compared});
  std::printf("%u rule sets compared, %u refused, %llu matches, %llu resets of starved automata\n", compared, refused,
              static_cast<unsigned long long>(matches), static_cast<unsigned long long>(resets));
}

// --- the project's rules on its corpus -------------------------------------------------------------------------------

std::vector<std::filesystem::path> corpus_documents() {
  std::vector<std::filesystem::path> files;
  for (const char* folder : {"articles", "interviews", "plain", "podcasts", "profiles", "slides"}) {
    const auto root = std::filesystem::path(DOSSIER_SOURCE_DIR) / "corpus" / folder;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(root)) {
      if (entry.is_regular_file()) files.push_back(entry.path());
    }
  }
  std::sort(files.begin(), files.end());
  return files;
}

// Every phase of every document, with the mentions that extraction showed to it. All documents in the slow suite;
// otherwise every twelfth.
TEST(RuleReference, AgreesWithTheAutomataOnTheCorpus) {
  const std::filesystem::path grammars = std::filesystem::path(DOSSIER_SOURCE_DIR) / "grammars";
  const Knowledge knowledge = Knowledge::load({.folders = {grammars}, .cache = {}, .extra_rules = {}});
  const ParsedRules parsed = rules_as_written(knowledge);
  const RuleSet& rules = knowledge.rule_set();
  RuleReference slow(parsed, knowledge.lexicons(), knowledge.types());
  Extractor extractor(knowledge);
  const std::vector<std::filesystem::path> files = corpus_documents();
  ASSERT_GT(files.size(), 40u);
  std::uint64_t matches = 0;
  for (std::size_t i = 0; i < files.size(); i += std::getenv("DOSSIER_CASES") != nullptr ? 1 : 12) {
    std::ifstream file(files[i], std::ios::binary);
    Source source;
    source.uri = files[i].filename();
    source.bytes.assign(std::istreambuf_iterator<char>(file), {});
    const Document document = ingest(source, knowledge);
    ExtractionTrace trace;
    extractor.extract(document, &trace);
    LexiconPass pass;
    run_lexicon_pass(knowledge.lexicons(), document, pass);
    slow.begin(document, pass);
    for (const ExtractionTrace::Phase& phase : trace.phases) {
      for (const std::vector<ExtractionTrace::Seen>& added : phase.added) {
        std::vector<SeenMention> seen;
        for (const ExtractionTrace::Seen& one : added)
          seen.push_back({one.tokens, one.type, one.entry, one.attributes});
        slow.add(seen);
      }
      const std::string& name = rules.phases()[phase.phase];
      std::vector<ReferenceMatch> got;
      for (const ExtractionTrace::Match& match : phase.matches) {
        const CompiledRule& rule = rules.rules()[match.rule];
        got.push_back({rule.id, match.tokens, {}});
        for (std::size_t c = 0; c < match.captures.size(); ++c) {
          if (match.captures[c].first != kNone) got.back().captures[rule.captures[c]] = match.captures[c];
        }
      }
      std::stable_sort(got.begin(), got.end(), [](const ReferenceMatch& a, const ReferenceMatch& b) {
        return a.tokens.first != b.tokens.first ? a.tokens.first < b.tokens.first : a.rule < b.rule;
      });
      std::vector<ReferenceMatch> expected = slow.match(name);
      // A phase that runs again runs where something was added.
      if (name.ends_with(" again")) {
        std::erase_if(expected,
                      [&](const ReferenceMatch& one) { return std::find(got.begin(), got.end(), one) == got.end(); });
      }
      const auto without = [](std::vector<ReferenceMatch> some, const std::vector<ReferenceMatch>& others) {
        std::erase_if(some,
                      [&](const auto& one) { return std::find(others.begin(), others.end(), one) != others.end(); });
        return show(some);
      };
      ASSERT_TRUE(got == expected) << files[i] << " phase " << name << "\nonly the reference:\n"
                                   << without(expected, got) << "only the automata:\n"
                                   << without(got, expected);
      matches += expected.size();
    }
  }
  std::printf("%llu matches of the project's rules\n", static_cast<unsigned long long>(matches));
  EXPECT_GT(matches, 500u);
}

}  // namespace
}  // namespace dossier
