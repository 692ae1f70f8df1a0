// ingest_test.cpp - documents of every kind against golden dumps (tests/cases/ingest), the way back to the source on
// random Unicode and on real documents, encodings, limits and hostile input. `DOSSIER_RENEW=1 ingest_test` rewrites the
// golden files; review them like code.
#include "pipeline/ingest.h"

#include <gtest/gtest.h>

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <random>
#include <sstream>

#include "grammars/knowledge_error.h"
#include "pipeline/request.h"
#include "tests/ingest_dump.h"

namespace dossier {
namespace {

namespace fs = std::filesystem;
const fs::path kSourceDir = DOSSIER_SOURCE_DIR;

const IngestData& data() {
  static const IngestData loaded = IngestData::load({kSourceDir / "grammars"});
  return loaded;
}

std::string read_file(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

Document read(std::string bytes, DocumentKind kind = DocumentKind::kAuto, const IngestLimits& limits = {}) {
  Source source;
  source.bytes = std::move(bytes);
  source.kind = kind;
  return ingest(source, data(), limits);
}

bool has_diagnostic(const Document& document, std::string_view code) {
  for (const Diagnostic& diagnostic : document.diagnostics) {
    if (diagnostic.code == code) return true;
  }
  return false;
}

// What document.h promises of spans, indexes and the map, for any document.
void expect_sound(const Document& document, const std::string& bytes, const std::string& what) {
  SCOPED_TRACE(what);
  std::uint32_t text_end = 0;
  std::uint32_t token = 0;
  for (const Block& block : document.blocks) {
    ASSERT_LE(text_end, block.span.begin);
    ASSERT_LT(block.span.begin, block.span.end);
    ASSERT_LE(block.span.end, document.text.size());
    for (std::uint32_t i = text_end; i < block.span.begin; ++i) {
      ASSERT_LE(static_cast<unsigned char>(document.text[i]), ' ') << "text between blocks at " << i;
    }
    text_end = block.span.end;
    ASSERT_EQ(block.first_token, token);
    ASSERT_LE(block.first_token, block.end_token);
    token = block.end_token;
    for (std::uint32_t t = block.first_token; t < block.end_token; ++t) {
      ASSERT_TRUE(block.span.contains(document.tokens[t].span()));
    }
    if (block.turn != kNone) {
      ASSERT_LT(block.turn, document.turns.size());
    }
    if (block.slide != kNone) {
      ASSERT_LT(block.slide, document.slides.size());
    }
    if (block.table != kNone) {
      ASSERT_LT(block.table, document.tables.size());
    }
    ASSERT_LT(block.language, document.languages.size());
  }
  ASSERT_EQ(token, document.tokens.size());
  std::uint32_t sentence_token = 0;
  for (const Sentence& sentence : document.sentences) {
    ASSERT_EQ(sentence.first_token, sentence_token);
    ASSERT_LT(sentence.first_token, sentence.end_token);
    const Block& block = document.blocks[sentence.block];
    ASSERT_LE(block.first_token, sentence.first_token);
    ASSERT_LE(sentence.end_token, block.end_token);
    sentence_token = sentence.end_token;
  }
  ASSERT_EQ(sentence_token, document.tokens.size());
  for (const Turn& turn : document.turns) {
    ASSERT_LE(turn.first_block, turn.end_block);
    ASSERT_LE(turn.end_block, document.blocks.size());
  }
  for (const Slide& slide : document.slides) {
    ASSERT_LE(slide.first_block, slide.end_block);
    ASSERT_LE(slide.end_block, document.blocks.size());
  }
  for (const Table& table : document.tables) ASSERT_EQ(table.cells.size(), std::size_t{table.rows} * table.columns);
  for (const Link& link : document.links) {
    ASSERT_LE(link.text.end, document.text.size());
    ASSERT_LE(link.source_target.end, bytes.size());
  }
  // Every token leads to bytes of the source, in order, and back to itself.
  std::uint32_t source_begin = 0;
  for (const Token& t : document.tokens) {
    const Span source = document.map.to_source(t.span());
    ASSERT_LT(source.begin, source.end) << document.slice(t.span());
    ASSERT_LE(source.end, bytes.size());
    ASSERT_LE(source_begin, source.begin);
    source_begin = source.begin;
    const Span back = document.map.to_text(source);
    ASSERT_TRUE(back.contains(t.span())) << document.slice(t.span()) << " came back as " << document.slice(back);
  }
}

// Every token whose bytes stand alone gives the same token when read alone: the bytes state it.
void expect_bytes_state_tokens(const Document& document, const std::string& bytes, const std::string& what) {
  SCOPED_TRACE(what);
  for (const Token& token : document.tokens) {
    const Span source = document.map.to_source(token.span());
    const std::string quote = bytes.substr(source.begin, source.size());
    if (quote == document.slice(token.span())) continue;
    const Document alone = read("x " + quote + " x", DocumentKind::kPlain);
    // Context decides about a few: an apostrophe inside a word, a mark whose partner stands elsewhere.
    const std::string expected(document.slice(token.span()));
    const bool is_contained = alone.text.find(expected) != std::string::npos;
    EXPECT_TRUE(is_contained || quote.find_first_of("*_`'<&\\") != std::string::npos ||
                quote.find("\u2019") != std::string::npos || quote.find("\u00A0") != std::string::npos)
        << "'" << quote << "' does not state '" << expected << "'";
  }
}

TEST(Ingest, ReadsDocumentsOfEveryKind) {
  const bool renew = std::getenv("DOSSIER_RENEW") != nullptr;
  std::size_t documents = 0;
  for (const auto& entry : fs::directory_iterator(kSourceDir / "tests/cases/ingest")) {
    if (entry.path().extension() == ".expected") continue;
    ++documents;
    const std::string bytes = read_file(entry.path());
    const Document document = read(bytes);
    expect_sound(document, bytes, entry.path().filename());
    expect_bytes_state_tokens(document, bytes, entry.path().filename());
    const fs::path expected_path = entry.path().string() + ".expected";
    const std::string actual = dump(document);
    if (renew) std::ofstream(expected_path, std::ios::binary) << actual;
    EXPECT_EQ(actual, read_file(expected_path)) << entry.path().filename();
  }
  EXPECT_GE(documents, 10u);
}

TEST(Ingest, GivesTheSameDocumentTwice) {
  for (const auto& entry : fs::directory_iterator(kSourceDir / "tests/cases/ingest")) {
    const std::string bytes = read_file(entry.path());
    EXPECT_EQ(dump(read(bytes)), dump(read(bytes))) << entry.path();
  }
}

// Characters that normalization touches, between words and marks, in random order.
TEST(Ingest, LeadsEveryTokenBackOnRandomUnicode) {
  const std::vector<std::string> pieces = {"word",
                                           "Ada",
                                           "e\u0301cole",
                                           "\uFB01nance",
                                           "\uFF21\uFF22\uFF11",
                                           "co\u00ADop",
                                           "zero\u200Bwidth",
                                           "a\u200Db",
                                           "\U0001F469\u200D\U0001F467",
                                           "\r\n",
                                           "\n",
                                           "\n\n",
                                           "\r",
                                           " ",
                                           " ",
                                           " ",
                                           "\t",
                                           "&amp;",
                                           "&eacute;t&#233;",
                                           "&nbsp;",
                                           "&#x41;",
                                           "**",
                                           "*",
                                           "_",
                                           "`code`",
                                           "[text](https://a.org/b)",
                                           "[",
                                           "]",
                                           "(",
                                           ")",
                                           "\\[",
                                           "\\]",
                                           "\\$5",
                                           "<b>",
                                           "</b>",
                                           "<br>",
                                           "<!-- note -->",
                                           "\u00A0",
                                           "10\u00A0000",
                                           "don\u2019t",
                                           "\u201Cquoted\u201D",
                                           "# ",
                                           "> ",
                                           "- ",
                                           "1. ",
                                           "|",
                                           "Ada Lovell: ",
                                           "**Bo Hart:** ",
                                           "[04:10]",
                                           "\\[laughs\\]",
                                           "\uFEFF",
                                           "\u0301",
                                           "\u1E9B\u0323",
                                           "\uAC00\u11A8",
                                           "\u0958",
                                           "\u212B",
                                           "40,000.5",
                                           "caf\xC3\xA9",
                                           "\u6771\u4EAC",
                                           ".",
                                           "!",
                                           "?",
                                           ",",
                                           ":",
                                           "\f",
                                           "\u2028",
                                           "~~",
                                           "```\n",
                                           "---\n"};
  for (unsigned seed = 1; seed <= 4000; ++seed) {
    std::mt19937 random(seed);
    std::string bytes;
    const std::size_t count = 1 + random() % 40;
    for (std::size_t i = 0; i < count; ++i) {
      bytes += pieces[random() % pieces.size()];
      if (random() % 3 == 0) bytes += ' ';
    }
    const auto kind = static_cast<DocumentKind>(random() % 7);
    const Document document = read(bytes, kind);
    expect_sound(document, bytes, "seed " + std::to_string(seed));
    if (testing::Test::HasFatalFailure()) return;
  }
}

TEST(Ingest, SurvivesRandomBytes) {
  for (unsigned seed = 1; seed <= 2000; ++seed) {
    std::mt19937 random(seed);
    std::string bytes(random() % 300, '\0');
    const unsigned range = seed % 2 == 0 ? 256 : 128;
    for (char& c : bytes) c = static_cast<char>(random() % range);
    const Document document = read(bytes);
    expect_sound(document, bytes, "seed " + std::to_string(seed));
    if (testing::Test::HasFatalFailure()) return;
  }
}

TEST(Ingest, IsInNfcAfterMarksAreRemoved) {
  EXPECT_EQ(read("Caf**e**\u0301 e\u00AD\u0301t").text, "Caf\u00E9 \u00E9t");
  const Document document = read("Ade\u0301le \uFB01nds m\u00B2 \uFF15\uFF10 co\u00ADop do\u00ADn\u2019t");
  EXPECT_EQ(document.text, "Ad\u00E9le finds m\u00B2 50 coop don't");
  EXPECT_EQ(document.map.to_source({0, 6}), (Span{0, 7}));
}

TEST(Ingest, FindsLinksAndTheirTargets) {
  const std::string bytes =
      "See [our *new* site](https://a.org/b_(c) \"t\"), [docs][d] and <https://b.org>.\n\n[d]: /docs/x.md\n";
  const Document document = read(bytes);
  EXPECT_EQ(document.text, "See our new site, docs and https://b.org.");
  ASSERT_EQ(document.links.size(), 3u);
  EXPECT_EQ(document.links[0].target, "https://a.org/b_(c)");
  EXPECT_EQ(bytes.substr(document.links[0].source_target.begin, document.links[0].source_target.size()),
            "https://a.org/b_(c)");
  EXPECT_EQ(document.links[1].target, "/docs/x.md");
  EXPECT_EQ(document.links[2].target, "https://b.org");
}

TEST(Ingest, DecodesEncodingsAndReportsThem) {
  using namespace std::string_literals;
  const std::string latin =
      "Le caf\xE9 est tr\xE8s bon, et la soci\xE9t\xE9 fran\xE7"s + "aise a \xE9t\xE9 fond\xE9" + "e \xE0 Paris."s;
  const Document legacy = read(latin);
  EXPECT_TRUE(has_diagnostic(legacy, "encoding.detected"));
  EXPECT_NE(legacy.text.find("société française"), std::string::npos) << legacy.text;
  expect_sound(legacy, latin, "latin");

  EXPECT_EQ(read("\xEF\xBB\xBFHello there").text, "Hello there");
  EXPECT_EQ(read("\xFF\xFEH\0i\0 \0\x3D\xD8\x00\xDE"s).text, "Hi \U0001F600");
  EXPECT_EQ(read("\xFE\xFF\0H\0i"s).text, "Hi");
  EXPECT_EQ(read("\xFF\xFE\0\0H\0\0\0i\0\0\0"s).text, "Hi");
  EXPECT_EQ(read("\0\0\xFE\xFF\0\0\0H\0\0\0i"s).text, "Hi");
  EXPECT_EQ(read("H\0e\0l\0l\0o\0 \0t\0h\0e\0r\0e\0"s).text, "Hello there");

  const Document broken = read("Zoë und Jörg \xFF sind da, schön.");
  EXPECT_TRUE(has_diagnostic(broken, "encoding.replaced"));
  EXPECT_NE(broken.text.find("\uFFFD"), std::string::npos);
  const Document surrogate = read("Zoë \xED\xA0\x80 da, schön.");
  EXPECT_TRUE(has_diagnostic(surrogate, "encoding.replaced"));
  EXPECT_TRUE(has_diagnostic(read("\xFF\xFE\x00\xD8x\0"s), "encoding.replaced"));

  std::string binary;
  for (int i = 0; i < 4000; ++i) binary += static_cast<char>((i * 7919) % 251 % 32);
  EXPECT_TRUE(has_diagnostic(read(binary), "source.binary"));
  EXPECT_TRUE(has_diagnostic(read(""), "source.empty"));
  EXPECT_TRUE(has_diagnostic(read(" \n\r\n\t"), "source.empty"));
  EXPECT_EQ(read("a\0b c"s).text, "ab c");
}

TEST(Ingest, ReadsDatesOfDocuments) {
  const std::vector<std::pair<std::string, std::string>> cases = {{"Date: March 30th, 2016", "2016-03-30"},
                                                                  {"Datum: Mittwoch, 30. März 2016", "2016-03-30"},
                                                                  {"Data: 30 marzo 2016", "2016-03-30"},
                                                                  {"Published: 2016-03-30T10:00:00Z", "2016-03-30"},
                                                                  {"Date: 30.03.2016", "2016-03-30"},
                                                                  {"Date: 3/30/2016", "2016-03-30"},
                                                                  {"Date: 03/04/2016", "2016"},
                                                                  {"Date: Feb 2016", "2016-02"},
                                                                  {"Date: 2016", "2016"},
                                                                  {"Date: soon", ""},
                                                                  {"Date: 31 February 2016", ""}};
  for (const auto& [line, date] : cases)
    EXPECT_EQ(read("# A headline\n\n" + line + "\n\nSome text follows here.\n").date, date) << line;
  Source source;
  source.bytes = "Date: 2016\n\nText.";
  source.date = "2020-05";
  EXPECT_EQ(ingest(source, data()).date, "2020-05");
  EXPECT_EQ(ingest(source, data()).date_origin, "given");
}

TEST(Ingest, ForcesKindAndLanguage) {
  EXPECT_EQ(read("**A B:** x\n\n**C D:** y", DocumentKind::kPlain).kind, DocumentKind::kPlain);
  Source source;
  source.bytes = "This is English text without any doubt about it.";
  source.language = "fr";
  EXPECT_EQ(ingest(source, data()).languages.front(), "fr");
}

TEST(Ingest, FindsBlocksInOtherLanguages) {
  const Document document = read(
      "The foundation was started in a small office by people who wanted to share their work with everybody, and it "
      "has grown ever "
      "since then into a home for many projects.\n\nLa fondazione è nata in un piccolo ufficio da persone che volevano "
      "condividere "
      "il proprio lavoro con tutti, e da allora è cresciuta fino a diventare la casa di molti progetti "
      "diversi.\n\nThey now meet "
      "twice a year, once in the spring and once in the autumn, and anybody who would like to come is welcome to do so "
      "at any time.");
  ASSERT_EQ(document.blocks.size(), 3u);
  EXPECT_EQ(document.language_of(document.blocks[0]), "en");
  EXPECT_EQ(document.language_of(document.blocks[1]), "it");
  EXPECT_EQ(document.language_of(document.blocks[2]), "en");
}

TEST(Ingest, SplitsSentences) {
  const auto sentences = [](const std::string& text) {
    const Document document = read(text, DocumentKind::kPlain);
    std::string result;
    for (const Sentence& sentence : document.sentences) {
      if (!result.empty()) result += " / ";
      result +=
          document.slice({document.tokens[sentence.first_token].begin, document.tokens[sentence.end_token - 1].end});
    }
    return result;
  };
  EXPECT_EQ(sentences("We came. We saw."), "We came. / We saw.");
  EXPECT_EQ(sentences("Dr. Hart and J. Lovell came. Good."), "Dr. Hart and J. Lovell came. / Good.");
  EXPECT_EQ(sentences("Acme Inc. hired her. The firm grew."), "Acme Inc. hired her. / The firm grew.");
  EXPECT_EQ(sentences("She joined Acme Inc. The firm grew."), "She joined Acme Inc. / The firm grew.");
  EXPECT_EQ(sentences("He moved to the U.S. in May. It is big."), "He moved to the U.S. in May. / It is big.");
  EXPECT_EQ(sentences("He moved to the U.S. They stayed."), "He moved to the U.S. / They stayed.");
  EXPECT_EQ(sentences("\"Really?\" she said. \"Yes.\" He left."), "\"Really?\" she said. / \"Yes.\" / He left.");
  EXPECT_EQ(sentences("Well... maybe. Well... Maybe."), "Well... maybe. / Well... / Maybe.");
  EXPECT_EQ(sentences("It is No. 5 now. I said no. Then he left."), "It is No. 5 now. / I said no. / Then he left.");
  EXPECT_EQ(sentences("It costs 3.5 euros. Version 2.0 is out!"), "It costs 3.5 euros. / Version 2.0 is out!");
}

TEST(Ingest, CutsWhatLimitsSayAndReportsIt) {
  EXPECT_TRUE(has_diagnostic(read("Some words here", DocumentKind::kAuto, {.max_source_bytes = 4}), "limit.source"));
  const Document lines = read("a\n\nb\n\nc\n\nd", DocumentKind::kPlain, {.max_lines = 2});
  EXPECT_TRUE(has_diagnostic(lines, "limit.lines"));
  EXPECT_EQ(lines.blocks.back().kind, BlockKind::kBoilerplate);
  const Document tokens = read("one two three\n\nfour five six", DocumentKind::kPlain, {.max_tokens = 4});
  EXPECT_TRUE(has_diagnostic(tokens, "limit.tokens"));
  EXPECT_EQ(tokens.tokens.size(), 3u);
}

TEST(Ingest, ReportsWrongTablesTogether) {
  const fs::path folder = fs::temp_directory_path() / ("dossier_ingest_test_" + std::to_string(std::random_device{}()));
  fs::create_directories(folder);
  for (const char* name : {"abbreviations", "boilerplate", "entities", "fillers", "language_words", "languages",
                           "metadata_labels", "profile_headings", "sentence_starters"}) {
    fs::copy_file(kSourceDir / "grammars" / (std::string(name) + ".tsv"), folder / (std::string(name) + ".tsv"));
  }
  EXPECT_NO_THROW(IngestData::load({folder}));
  std::ofstream(folder / "abbreviations.tsv") << "entry\tlang\tends_sentence\nDr\ten\tsometimes\n";
  std::ofstream(folder / "entities.tsv") << "name\tcode\neacute\tzz\n";
  try {
    IngestData::load({folder});
    ADD_FAILURE() << "loaded wrong tables";
  } catch (const KnowledgeError& error) {
    EXPECT_EQ(error.problems().size(), 2u) << error.what();
  }
  fs::remove_all(folder);
}

// Documents given to developers beside the tree; absent elsewhere.
TEST(Ingest, LeadsEveryTokenBackOnRealDocuments) {
  // Real documents lie beside the project, where somebody has them.
  const char* named = std::getenv("DOSSIER_REAL_DOCUMENTS");
  const fs::path folder = named != nullptr ? fs::path(named) : kSourceDir / ".." / "shared";
  if (!fs::is_directory(folder)) GTEST_SKIP() << "set DOSSIER_REAL_DOCUMENTS to a folder of documents and JSON Lines";
  std::size_t documents = 0;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    if (!entry.is_regular_file()) continue;
    const std::string bytes = read_file(entry.path());
    if (entry.path().extension() == ".jsonl") {
      std::istringstream lines(bytes);
      for (std::string line; std::getline(lines, line);) {
        const Request request = parse_request(line, ++documents);
        expect_sound(ingest(request.source, data()), request.source.bytes, request.id);
      }
    } else {
      expect_sound(read(bytes), bytes, entry.path());
      ++documents;
    }
  }
  EXPECT_GT(documents, 0u);
}

// Time for hostile inputs must grow with their size, not with its square: each of these is linear or it takes minutes.
TEST(Ingest, IsLinearOnHostileInput) {
  const auto repeat = [](const std::string& unit, std::size_t bytes) {
    std::string text;
    while (text.size() < bytes) text += unit;
    return text;
  };
  constexpr std::size_t kSize = 2'000'000;
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"one line", repeat("word ", kSize)},
      {"one word", std::string(kSize, 'a')},
      {"blank lines", std::string(1'000'000, '\n')},
      {"old line ends", repeat("word\r", kSize)},
      {"deep quotes", std::string(100'000, '>') + " deep"},
      {"deep quotes with spaces", repeat("> ", 200'000) + "deep"},
      {"deep brackets", std::string(100'000, '[') + "x" + std::string(100'000, ']')},
      {"deep parentheses", repeat("[a](", kSize)},
      {"links", repeat("[a](b) ", kSize)},
      {"emphasis", repeat("*a ", kSize)},
      {"double emphasis", repeat("**a** ", kSize)},
      {"underscores", repeat("_a", kSize)},
      {"backticks", repeat("`a``b", kSize)},
      {"backtick runs",
       [] {
         std::string text;
         for (std::size_t i = 1; text.size() < kSize; ++i) text += std::string(i % 2000, '`') + "a";
         return text;
       }()},
      {"tags", repeat("<a href=\"x\">", kSize)},
      {"open tags", repeat("<a ", kSize)},
      {"comments", repeat("<!--", kSize)},
      {"entities", repeat("&amp", kSize)},
      {"front matter", "---\n" + repeat("a: [", 60'000) + "\n---\ntext"},
      {"front matter aliases",
       "---\na: &a [x,x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b]\nd: "
       "[*c,*c,*c,*c,*c,*c]\n---\ntext"},
      {"nested lists",
       [] {
         std::string text;
         for (std::size_t i = 0; i < 1500; ++i) text += std::string(i, ' ') + "- x\n";
         return text;
       }()},
      {"labels", repeat("Ada Lovell: yes\n", kSize)},
      {"many labels",
       [] {
         std::string text;
         for (std::size_t i = 0; text.size() < kSize; ++i) text += "**Name " + std::to_string(i) + ":** yes\n\n";
         return text;
       }()},
      {"headings", repeat("# x\n\n", kSize)},
      {"tables", "| a | b |\n|---|---|\n" + repeat("| c | d |\n", kSize)},
      {"wide table", "|" + repeat("a|", 200'000) + "\n|" + repeat("-|", 200'000) + "\n"},
      {"table, as wide as long",
       "|" + repeat("a|", 400'000) + "\n|" + repeat("-|", 400'000) + "\n" + repeat("|\n", 400'000)},
      {"list table, as wide as long",
       ".. list-table::\n" + repeat("  * - a\n", kSize / 2) + repeat("    - b\n", kSize / 2)},
      {"prose in two columns",
       repeat("the sailor went up to the mast of it  and then came down to the sea\n\n", kSize)},
      {"links of reStructuredText", repeat("`a>`_ ", kSize)},
      {"tabs", repeat("a\tb\tc\n", kSize)},
      {"tab table of slides", "\f" + repeat("Acme\tBolt\tCord\n", kSize)},
      {"form feeds", repeat("\fSlide\n", kSize)},
      {"quotes", repeat("\"", kSize)},
      {"dots", repeat(".", kSize)},
      {"dotted", repeat("a.", kSize)},
      {"short forms", repeat("Dr. ", kSize)},
      {"addresses", repeat("http://", kSize)},
      {"mail", repeat("a@b.c", kSize)},
      {"at signs", repeat("@a", kSize)},
      {"apostrophes", repeat("l'a", kSize)},
      {"numbers", repeat("1'000", kSize)},
      {"combining marks", "e" + repeat("\u0301", kSize)},
      {"decomposed", repeat("e\u0301 ", kSize)},
      {"decomposed blocks", repeat("e\u0301\n\n", kSize)},
      {"joiners", repeat("\U0001F469\u200D", kSize)},
      {"stage directions", repeat("[laughs", kSize)},
      {"cues", "WEBVTT\n\n" + repeat("00:01.000 --> 00:02.000\nword\n\n", kSize)},
      {"references", [] {
         std::string text;
         for (std::size_t i = 0; text.size() < kSize; ++i) text += "[n" + std::to_string(i) + "]: /x\n";
         return text + "[n1][n2]";
       }()}};
  for (const auto& [name, bytes] : cases) {
    for (const DocumentKind kind : {DocumentKind::kAuto, DocumentKind::kSlides, DocumentKind::kMarkdown}) {
      const auto start = std::chrono::steady_clock::now();
      const Document document = read(bytes, kind);
      const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - start;
      EXPECT_LT(seconds.count(), 10.0) << name << " as " << name_of(kind);
    }
  }
}

}  // namespace
}  // namespace dossier
