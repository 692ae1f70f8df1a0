// names_test.cpp - folding of names: examples, and the short way against the transliterator.
#include "pipeline/names.h"

#include <gtest/gtest.h>
#include <unicode/translit.h>
#include <unicode/unistr.h>

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

namespace dossier {
namespace {

TEST(Names, AreFolded) {
  EXPECT_EQ(fold("  Thérèse  O’Neil-Åkesson "), "therese o'neil-akesson");
  EXPECT_EQ(fold("Łucja Strøm & Söhne GmbH"), "lucja strom & sohne gmbh");
  EXPECT_EQ(fold("Тревик"), "trevik");
  EXPECT_EQ(fold("Trevi\xff"), fold("Trevi\xff"));
  EXPECT_EQ(slug("Thérèse O’Neil"), "therese-oneil");
}

// Latin letters, dashes and quotation marks go a way of their own, to the same end. (What is no ASCII even then would
// be written otherwise if it were folded once more, as here.)
TEST(Names, AreWrittenInLatinAsTheTransliteratorWritesThem) {
  UErrorCode status = U_ZERO_ERROR;
  UParseError where;
  const std::unique_ptr<icu::Transliterator> slow(icu::Transliterator::createInstance(
      u"Any-Latin; NFKD; [:Mn:] Remove; Latin-ASCII; Lower", UTRANS_FORWARD, where, status));
  ASSERT_TRUE(U_SUCCESS(status));
  std::vector<UChar32> letters;
  for (UChar32 c = 0xA0; c < 0x260; ++c) letters.push_back(c);
  for (UChar32 c = 0x2010; c < 0x2040; ++c) letters.push_back(c);
  for (const UChar32 letter : letters) {
    for (const char* before : {"", "a", "O", "x 9"}) {
      for (const char* after : {"", "b", "'s", " X"}) {
        const icu::UnicodeString text = icu::UnicodeString(before) + icu::UnicodeString(letter) + after;
        std::string bytes, expected;
        text.toUTF8String(bytes);
        icu::UnicodeString latin = text;
        slow->transliterate(latin);
        latin.toUTF8String(expected);
        if (std::any_of(expected.begin(), expected.end(), [](char c) { return (c & 0x80) != 0; })) continue;
        EXPECT_EQ(fold(bytes), fold(expected)) << bytes;
      }
    }
  }
}

}  // namespace
}  // namespace dossier
