// tokenize_test.cpp - where the tokenizer cuts (tests/cases/tokenize.tsv), shapes, flags, and that it is total.
#include "pipeline/tokenize.h"

#include <gtest/gtest.h>

#include <random>

#include "grammars/tsv.h"

namespace dossier {
namespace {

// "\u00A0", "\t" and "\n" of the table.
std::string unescape(const std::string& text) {
  std::string result;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '\\' || i + 1 >= text.size()) {
      result += text[i];
    } else if (text[i + 1] == 't' || text[i + 1] == 'n') {
      result += text[++i] == 't' ? '\t' : '\n';
    } else if (text[i + 1] == 'u' && i + 5 < text.size()) {
      const auto code = static_cast<unsigned>(std::stoul(text.substr(i + 2, 4), nullptr, 16));
      if (code < 0x80) {
        result += static_cast<char>(code);
      } else if (code < 0x800) {
        result += static_cast<char>(0xC0 | (code >> 6));
        result += static_cast<char>(0x80 | (code & 0x3F));
      } else {
        result += static_cast<char>(0xE0 | (code >> 12));
        result += static_cast<char>(0x80 | ((code >> 6) & 0x3F));
        result += static_cast<char>(0x80 | (code & 0x3F));
      }
      i += 5;
    } else {
      result += text[i];
    }
  }
  return result;
}

std::string joined(const std::string& text) {
  std::vector<Token> tokens;
  tokenize(text, 0, tokens);
  std::string result;
  for (const Token& token : tokens) {
    if (!result.empty()) result += " | ";
    result += text.substr(token.begin, token.end - token.begin);
  }
  return result;
}

TEST(Tokenize, CutsAsTheTableSays) {
  std::vector<Problem> problems;
  const TsvTable table =
      read_tsv(DOSSIER_SOURCE_DIR "/tests/cases/tokenize.tsv", {"text", "tokens", "remark"}, problems);
  ASSERT_TRUE(problems.empty());
  EXPECT_GE(table.rows.size(), 150u);
  for (const TsvRow& row : table.rows) {
    EXPECT_EQ(joined(unescape(row.cells[0])), unescape(row.cells[1]))
        << "tokenize.tsv:" << row.line << ": " << row.cells[0] << "  (" << row.cells[2] << ")";
  }
}

unsigned shape_of(const std::string& word) {
  std::vector<Token> tokens;
  tokenize(word, 0, tokens);
  EXPECT_EQ(tokens.size(), 1u) << word;
  return tokens.empty() ? 0 : tokens.front().shape;
}

TEST(Tokenize, TellsShapes) {
  using namespace shape;
  EXPECT_EQ(shape_of("word"), kAlpha | kLower);
  EXPECT_EQ(shape_of("Word"), kAlpha | kUpperFirst | kCapitalized);
  EXPECT_EQ(shape_of("OSI"), kAlpha | kUpperFirst | kAllCaps);
  EXPECT_EQ(shape_of("J"), kAlpha | kUpperFirst | kInitial);
  EXPECT_EQ(shape_of("OpenInfra"), kAlpha | kUpperFirst | kMixed);
  EXPECT_EQ(shape_of("iPhone"), kAlpha | kMixed);
  EXPECT_EQ(shape_of("O'Brien"), kAlpha | kUpperFirst | kCapitalized);
  EXPECT_EQ(shape_of("don't"), kAlpha | kLower);
  EXPECT_EQ(shape_of("U.S."), kUpperFirst | kAllCaps | kDotted);
  EXPECT_EQ(shape_of("AT&T"), kUpperFirst | kAllCaps);
  EXPECT_EQ(shape_of("Node.js"), kUpperFirst | kCapitalized | kDotted);
  EXPECT_EQ(shape_of("B2B"), kUpperFirst | kAllCaps | kHasDigit);
  EXPECT_EQ(shape_of("2010"), kDigits | kHasDigit);
  EXPECT_EQ(shape_of("40,000.5"), kDigits | kHasDigit);
  EXPECT_EQ(shape_of("17th"), kHasDigit);
  EXPECT_EQ(shape_of("'90s"), kHasDigit);
  EXPECT_EQ(shape_of(","), kPunctuation);
  EXPECT_EQ(shape_of("..."), kPunctuation);
  EXPECT_EQ(shape_of("https://a.org/x"), kUrl);
  EXPECT_EQ(shape_of("ada@a.org"), kUrl);
  EXPECT_EQ(shape_of("readme.md") & kUrl, kUrl);
  EXPECT_EQ(shape_of("@tcarrez"), kHandle);
  EXPECT_EQ(shape_of("École"), kAlpha | kUpperFirst | kCapitalized | kNonAscii);
  EXPECT_EQ(shape_of("москва"), kAlpha | kLower | kNonAscii);
  EXPECT_EQ(shape_of("東"), kAlpha | kNonAscii);
}

TEST(Tokenize, MarksClitics) {
  std::vector<Token> tokens;
  const std::string text = "Ada's l'arte";
  tokenize(text, 0, tokens);
  ASSERT_EQ(tokens.size(), 4u);
  EXPECT_EQ(tokens[1].shape, shape::kClitic | shape::kLower);
  EXPECT_EQ(tokens[2].shape, shape::kClitic | shape::kLower);
  EXPECT_EQ(tokens[1].flags, 0);
  EXPECT_EQ(tokens[3].flags, 0);
}

TEST(Tokenize, CountsLineBreaksBeforeTokens) {
  std::vector<Token> tokens;
  tokenize("a b\nc \r\n\r\n d\u2029e", 100, tokens);
  ASSERT_EQ(tokens.size(), 5u);
  using namespace token_flag;
  EXPECT_EQ(tokens[0].flags, 0);
  EXPECT_EQ(tokens[1].flags, kSpaceBefore);
  EXPECT_EQ(tokens[2].flags, kSpaceBefore | kNewlineBefore);
  EXPECT_EQ(tokens[3].flags, kSpaceBefore | kBlankLineBefore);
  EXPECT_EQ(tokens[4].flags, kSpaceBefore | kBlankLineBefore);
  EXPECT_EQ(tokens[0].begin, 100u);
}

// Any bytes: tokens in order and disjoint, nothing but white space and controls between them.
TEST(Tokenize, IsTotalOnRandomBytes) {
  std::mt19937 random(4711);
  const std::string alphabet = "aZ9 .,'@:/-_&+#\n\t(\"\xC3\xA9\xE2\x80\x99\xE2\x82\xAC\xF0\x9F\x98\x80\xFF\xED\xA0";
  for (int round = 0; round < 3000; ++round) {
    std::string text;
    const std::size_t size = random() % 60;
    for (std::size_t i = 0; i < size; ++i) {
      text += round % 3 == 0 ? static_cast<char>(random() % 256) : alphabet[random() % alphabet.size()];
    }
    std::vector<Token> tokens;
    tokenize(text, 0, tokens);
    std::uint32_t last = 0;
    for (const Token& token : tokens) {
      ASSERT_LE(last, token.begin) << "round " << round;
      ASSERT_LT(token.begin, token.end) << "round " << round;
      for (std::uint32_t i = last; i < token.begin; ++i) {
        const auto c = static_cast<unsigned char>(text[i]);
        ASSERT_TRUE(c <= ' ' || c >= 0x7F) << "round " << round << " lost '" << text[i] << "'";
      }
      last = token.end;
    }
    ASSERT_LE(last, text.size());
  }
}

}  // namespace
}  // namespace dossier
