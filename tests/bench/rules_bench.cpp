// rules_bench.cpp - what the rule engine costs: against the number of rules, the length of a document, and patterns
// that ruin other engines; with RE2 over characters and a naive loop over rules as yardsticks; and what a million
// lexicon entries cost.
//
//   build/release/bench/rules_bench [rules | length | pathological | lexicon] …      default: all
//
// Texts are random sentences of a vocabulary of 20,000 words with a skewed distribution, fixed seed. Each figure is the
// best of three. "engine" is RuleMatcher with states already built (a second pass over the same kind of text), "first"
// with none; tokens and lexicon pass are not counted. "RE2": all patterns as one RE2::Set over characters with \b
// around words, one search a sentence (which says only whether a pattern matches, not where). "naive": the reference
// matcher, rule by rule, on a part of the text.
#include <malloc.h>
#include <re2/re2.h>
#include <re2/set.h>

#include <chrono>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <functional>
#include <random>
#include <string>
#include <vector>

#include "grammars/rule_reference.h"
#include "pipeline/tokenize.h"

namespace dossier {
namespace {

double seconds_of(const std::function<void()>& work) {
  const auto start = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

double best_of(int rounds, const std::function<void()>& work) {
  double best = 1e9;
  for (int i = 0; i < rounds; ++i) best = std::min(best, seconds_of(work));
  return best;
}

std::string word(std::uint32_t number) {
  static constexpr const char* kSyllables[] = {"ba",  "den", "kor", "li",  "mar", "no",
                                               "pel", "qui", "ras", "sto", "tul", "vey"};
  std::string out;
  for (int i = 0; i < 2 || number > 0; ++i, number /= 12) out += kSyllables[number % 12];
  return out;
}

class Words {
 public:
  explicit Words(std::uint32_t seed) : dice_(seed) {}
  // Skewed: a word's frequency falls with its number.
  std::uint32_t any() {
    const double u = std::uniform_real_distribution<>(0, 1)(dice_);
    return static_cast<std::uint32_t>(20000 * u * u * u);
  }
  std::uint32_t rare() { return 2000 + static_cast<std::uint32_t>(dice_() % 18000); }
  std::uint32_t below(std::uint32_t n) { return static_cast<std::uint32_t>(dice_() % n); }

 private:
  std::mt19937 dice_;
};

Document document_of(std::size_t bytes, std::uint32_t seed) {
  Words words(seed);
  Document document;
  document.languages = {"en"};
  document.text.reserve(bytes + 300);
  while (document.text.size() < bytes) {
    const auto first = static_cast<std::uint32_t>(document.tokens.size());
    const std::size_t begin = document.text.size();
    for (std::uint32_t i = 0; i < 18; ++i) {
      std::string next = word(words.any());
      if (i == 0 || words.below(12) == 0) next[0] = static_cast<char>(next[0] - 32);
      document.text += (i == 0 ? "" : words.below(10) == 0 ? ", " : " ") + next;
    }
    document.text += ". ";
    tokenize(std::string_view(document.text).substr(begin), static_cast<std::uint32_t>(begin), document.tokens);
    const auto end = static_cast<std::uint32_t>(document.tokens.size());
    document.tokens[first].flags |= token_flag::kSentenceFirst;
    document.tokens[end - 1].flags |= token_flag::kSentenceLast;
    document.sentences.push_back({first, end, 0});
  }
  Block block;
  block.span = {0, static_cast<std::uint32_t>(document.text.size())};
  block.end_token = static_cast<std::uint32_t>(document.tokens.size());
  document.blocks.push_back(block);
  return document;
}

struct Compiled {
  ParsedRules parsed;
  Lexicons lexicons;
  RuleSet rules;
};

const std::vector<TypeInfo>& types() {
  static const std::vector<TypeInfo> kTypes = {{"person", "entity"}};
  return kTypes;
}

Compiled compile(const std::string& file) {
  std::vector<Problem> problems;
  ParsedRules parsed = parse_rules({{"bench.rules", file}}, problems);
  Lexicons lexicons = Lexicons::load({.folders = {}, .extra_words = parsed.words, .languages = {}});
  RuleSet rules = compile_rules(parsed, {lexicons, types(), {}}, problems);
  for (const Problem& problem : problems) std::fprintf(stderr, "%s\n", problem.to_string().c_str());
  return {std::move(parsed), std::move(lexicons), std::move(rules)};
}

struct Figures {
  double first = 0, engine = 0;  // seconds
  std::uint64_t matches = 0;
  std::size_t memory = 0;
};

Figures measure(const Compiled& compiled, const Document& document, int rounds = 3) {
  LexiconPass pass;
  run_lexicon_pass(compiled.lexicons, document, pass);
  RuleMatcher matcher(compiled.rules, compiled.lexicons);
  RuleMatcher::Reading reading;
  Figures figures;
  const auto run = [&] {
    figures.matches = 0;
    matcher.begin(reading, document, pass);
    matcher.match(reading, 0, [&](const RuleMatch&) { ++figures.matches; });
  };
  figures.first = seconds_of(run);
  figures.engine = best_of(rounds, run);
  figures.memory = matcher.automaton_bytes();
  return figures;
}

double rate(const Document& document, double seconds) {
  return static_cast<double>(document.text.size()) / 1e6 / seconds;
}

// --- number of rules -------------------------------------------------------------------------------------------------

// Rules of the kinds that people write: two or three words, an optional one, an alternative, a capital, a gap.
void make_rules(std::uint32_t count, std::string& rules, std::vector<std::string>& regexes) {
  Words words(99);
  rules = "phase p\n";
  for (std::uint32_t i = 0; i < count; ++i) {
    const std::string a = word(words.rare()), b = word(words.any()), c = word(words.rare()), d = word(words.any());
    std::string pattern, regex;
    switch (i % 4) {
      case 0:
        pattern = "\"" + a + "\" \"" + b + "\"? name: (Cap+)";
        regex = "(?i:\\b" + a + "( " + b + ")?)( [A-Z][a-z]+)+";
        break;
      case 1:
        pattern = "name: Cap \",\"? (\"" + a + "\" | \"" + c + "\") \"" + b + "\"?";
        regex = "[A-Z][a-z]+,? (?i:(" + a + "|" + c + ")( " + b + ")?\\b)";
        break;
      case 2:
        pattern = "(\"" + a + "\" | \"" + c + "\") .{0,3}? name: Cap";
        regex = "(?i:\\b(" + a + "|" + c + "))( [a-zA-Z,]+){0,3}? [A-Z][a-z]+";
        break;
      default:
        pattern = "\"" + b + "\" (\"" + d + "\" | \"" + a + "\") name: Cap{1,2} (?! \"" + c + "\")";
        regex = "(?i:\\b" + b + " (" + d + "|" + a + "))( [A-Z][a-z]+){1,2}\\b";
    }
    rules += "rule r" + std::to_string(i) + "\n  " + pattern + "\n  => person(name)\n";
    regexes.push_back(std::move(regex));
  }
}

void bench_rules() {
  const Document document = document_of(4'000'000, 1);
  const Document small = document_of(4'000, 1);
  std::printf("number of rules (document of 4 MB)\n");
  std::printf("%8s %10s %12s %12s %12s %14s %14s %10s\n", "rules", "compile", "first MB/s", "engine MB/s", "memory KB",
              "RE2::Set MB/s", "naive MB/s", "matches");
  for (const std::uint32_t count : {10u, 100u, 1000u, 5000u}) {
    std::string text;
    std::vector<std::string> regexes;
    make_rules(count, text, regexes);
    const auto start = std::chrono::steady_clock::now();
    const Compiled compiled = compile(text);
    const double compile_time = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    const Figures figures = measure(compiled, document);

    RE2::Options options(RE2::Quiet);
    options.set_max_mem(std::int64_t{256} << 20);
    RE2::Set set(options, RE2::UNANCHORED);
    for (const std::string& regex : regexes) set.Add(regex, nullptr);
    std::string re2_rate = "no memory";
    if (set.Compile()) {
      bool failed = false;
      const std::size_t sentences = count > 100 ? document.sentences.size() / 20 : document.sentences.size();
      std::size_t bytes = 0;
      const double seconds = seconds_of([&] {
        std::vector<int> hits;
        for (std::size_t s = 0; s < sentences && !failed; ++s) {
          const Span from = document.tokens[document.sentences[s].first_token].span();
          const Span to = document.tokens[document.sentences[s].end_token - 1].span();
          const std::string_view sentence = document.slice({from.begin, to.end});
          RE2::Set::ErrorInfo error{RE2::Set::kNoError};
          set.Match(re2::StringPiece(sentence.data(), sentence.size()), &hits, &error);
          failed = error.kind != RE2::Set::kNoError;
          bytes += sentence.size();
        }
      });
      char number[32];
      std::snprintf(number, sizeof number, "%.2f", static_cast<double>(bytes) / 1e6 / seconds);
      re2_rate = failed ? "no memory" : number;
    }

    LexiconPass pass;
    run_lexicon_pass(compiled.lexicons, small, pass);
    RuleReference reference(compiled.parsed, compiled.lexicons, types());
    const double naive = seconds_of([&] {
      reference.begin(small, pass);
      reference.match("p");
    });
    std::printf("%8u %8.0fms %12.1f %12.1f %12zu %14s %14.4f %10llu\n", count, compile_time * 1e3,
                rate(document, figures.first), rate(document, figures.engine), figures.memory / 1024, re2_rate.c_str(),
                rate(small, naive), static_cast<unsigned long long>(figures.matches));
  }
}

// --- length of a document --------------------------------------------------------------------------------------------

void bench_length() {
  std::string text;
  std::vector<std::string> regexes;
  make_rules(1000, text, regexes);
  const Compiled compiled = compile(text);
  std::printf("\nlength of one document (1000 rules)\n%12s %12s %12s\n", "bytes", "seconds", "MB/s");
  for (const std::size_t bytes : {1'000u, 10'000u, 100'000u, 1'000'000u, 10'000'000u, 100'000'000u}) {
    const Document document = document_of(bytes, 2);
    const Figures figures = measure(compiled, document, bytes > 5'000'000 ? 1 : 3);
    std::printf("%12zu %12.6f %12.1f\n", document.text.size(), figures.engine, rate(document, figures.engine));
  }
}

// --- pathological patterns -------------------------------------------------------------------------------------------

Document document_of_words(const std::string& text) {
  Document document;
  document.languages = {"en"};
  document.text = text;
  tokenize(document.text, 0, document.tokens);
  document.sentences.push_back({0, static_cast<std::uint32_t>(document.tokens.size()), 0});
  Block block;
  block.end_token = static_cast<std::uint32_t>(document.tokens.size());
  document.blocks.push_back(block);
  return document;
}

std::string repeated(const std::string& text, std::size_t times) {
  std::string out;
  for (std::size_t i = 0; i < times; ++i) out += text;
  return out;
}

void bench_pathological() {
  std::string many = "(";
  for (std::uint32_t i = 0; i < 10000; ++i) many += (i == 0 ? "\"" : " | \"") + word(i) + "\"";
  many += ")";
  std::string nested = "\"a\"";
  for (int i = 0; i < 30; ++i) nested = "(" + nested + " \"a\"?)?";
  const struct {
    const char* name;
    std::string pattern;
    std::string text;
  } kCases[] = {
      {"(a?){30} a{30}", "\"a\"{0,30} \"a\"{30}", "a "},
      {"(a?)x30 a x30 written out", repeated("\"a\"? ", 30) + repeated("\"a\" ", 30), "a "},
      {"nested optionals, 30 deep", nested + " \"b\"", "a "},
      {"(a | a a)+ b", "(\"a\" | \"a\" \"a\")+ \"b\"", "a "},
      {"(.* a){5} b", "(.* \"a\"){5} \"b\"", "a "},
      {"alternation of 10,000 words", many + " " + many + " \"b\"", ""},
      {"(?= .{0,50} b) a", "(?= .{0,50} \"b\") \"a\"", "a "},
  };
  std::printf("\npathological patterns: seconds for documents of n, 2n, 4n tokens in one sentence (n = 20,000)\n");
  std::printf("%-30s %10s %10s %10s %10s\n", "pattern", "n", "2n", "4n", "us/token");
  for (const auto& one : kCases) {
    const Compiled compiled = compile(std::string("phase p\nrule r\n  ") + one.pattern + "\n  => person\n");
    double seconds[3];
    std::size_t tokens = 0;
    for (int i = 0; i < 3; ++i) {
      const std::size_t n = 20'000u << i;
      std::string text;
      if (*one.text.c_str() != 0) {
        text = repeated(one.text, n);
      } else {
        Words words(3);
        for (std::size_t k = 0; k < n; ++k) text += word(words.below(10000)) + " ";
      }
      const Document document = document_of_words(text);
      tokens = document.tokens.size();
      seconds[i] = measure(compiled, document, 2).engine;
    }
    std::printf("%-30s %10.4f %10.4f %10.4f %10.2f\n", one.name, seconds[0], seconds[1], seconds[2],
                seconds[2] * 1e6 / static_cast<double>(tokens));
  }
}

// --- a million entries -----------------------------------------------------------------------------------------------

std::size_t resident_kilobytes() {
  std::ifstream status("/proc/self/status");
  std::string line;
  while (std::getline(status, line)) {
    if (line.starts_with("VmRSS:")) return std::strtoull(line.c_str() + 6, nullptr, 10);
  }
  return 0;
}

void bench_lexicon() {
  const std::filesystem::path folder = std::filesystem::temp_directory_path() / "dossier_rules_bench";
  std::filesystem::remove_all(folder);
  std::filesystem::create_directories(folder / "lexicons");
  {
    std::ofstream out(folder / "lexicons/million.tsv");
    out << "#! lexicon=million fold=case\nentry\tkind\tweight\n";
    Words words(4);
    for (std::uint32_t i = 0; i < 1'000'000; ++i) {
      out << word(i) << (i % 3 == 0 ? "" : " " + word(words.rare())) << (i % 5 == 0 ? " " + word(i % 977) : "") << "\tk"
          << i % 40 << "\t" << i % 9 << "\n";
    }
  }
  const Lexicons::Options options{.folders = {folder / "lexicons"}, .languages = {}, .cache = folder};
  const double build = seconds_of([&] { Lexicons::load(options); });
  malloc_trim(0);
  const std::size_t before = resident_kilobytes();
  const double load = best_of(3, [&] { Lexicons::load(options); });
  const Lexicons lexicons = Lexicons::load(options);
  const Document document = document_of(8'000'000, 5);
  malloc_trim(0);
  const std::size_t with_document = resident_kilobytes();
  LexiconPass pass;
  const double seconds = best_of(3, [&] { run_lexicon_pass(lexicons, document, pass); });
  const std::size_t after = resident_kilobytes();
  std::uintmax_t image = 0;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    if (entry.is_regular_file()) image = std::max(image, entry.file_size());
  }
  std::printf(
      "\na million entries\n  build of the image %.2f s, image %.1f MB\n  load %.1f ms (it is checked whole)\n"
      "  resident: +%.1f MB after load, +%.1f MB after a pass over 8 MB of text (its results included)\n"
      "  pass %.1f MB/s, %zu phrases\n",
      build, static_cast<double>(image) / 1e6, load * 1e3,
      static_cast<double>(static_cast<std::int64_t>(with_document - before)) / 1024 -
          static_cast<double>(document.text.capacity() + document.tokens.capacity() * sizeof(Token)) / 1048576,
      static_cast<double>(static_cast<std::int64_t>(after - with_document)) / 1024, rate(document, seconds),
      pass.phrases.size());
  std::filesystem::remove_all(folder);
}

}  // namespace
}  // namespace dossier

int main(int argc, char** argv) {
  const struct {
    const char* name;
    void (*run)();
  } kParts[] = {{"rules", dossier::bench_rules},
                {"length", dossier::bench_length},
                {"pathological", dossier::bench_pathological},
                {"lexicon", dossier::bench_lexicon}};
  for (const auto& part : kParts) {
    bool wanted = argc == 1;
    for (int i = 1; i < argc; ++i) wanted = wanted || std::strcmp(argv[i], part.name) == 0;
    if (wanted) part.run();
    std::fflush(stdout);
  }
}
