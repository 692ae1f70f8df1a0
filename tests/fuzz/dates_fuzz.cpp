// Any text in any language: dates are found in order, inside the text, with values that are EDTF and offsets that
// resolve. First byte: language and anchor; the rest: the text (bytes that are no UTF-8 become spaces).
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <vector>

#include "extractors/dates.h"
#include "grammars/edtf.h"
#include "grammars/lexicon.h"
#include "pipeline/tokenize.h"

namespace {

const dossier::Lexicons& lexicons() {
  static const dossier::Lexicons kLexicons =
      dossier::Lexicons::load({.folders = {DOSSIER_SOURCE_DIR "/grammars/lexicons"}});
  return kLexicons;
}

void require(bool holds) {
  if (!holds) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace dossier;
  static const DateExtractor kExtractor(lexicons(), [](std::string_view) { return RuleId{0}; });
  static const char* const kLanguages[] = {"en", "it", "fr", "es", "de", "xx"};
  static const char* const kAnchors[] = {"", "2024-02-29", "1999", "2016-07", "199X", "no date"};
  if (size == 0) return 0;
  Document document;
  document.languages = {kLanguages[data[0] % 6]};
  document.date = kAnchors[data[0] / 6 % 6];
  document.text.assign(reinterpret_cast<const char*>(data) + 1, size - 1);
  for (char& c : document.text) {
    if (static_cast<unsigned char>(c) >= 0xF8) c = ' ';
  }
  tokenize(document.text, 0, document.tokens);
  LexiconPass pass;
  run_lexicon_pass(lexicons(), document, pass);
  std::vector<Mention> mentions;
  std::vector<Date> dates;
  kExtractor.extract(document, pass, mentions, dates);
  std::uint32_t end = 0;
  for (const Mention& mention : mentions) {
    require(end <= mention.span.begin && mention.span.begin < mention.span.end);
    require(mention.span.end <= document.text.size());
    require(mention.first_token < mention.end_token && mention.end_token <= document.tokens.size());
    end = mention.span.end;
    const Date& date = dates[mention.date];
    require(date.earliest <= date.latest);
    require(date.edtf.empty() || edtf::parse(date.edtf).has_value());
    if (!date.offset.empty() && date.anchor_origin != "text") {
      const Date again = resolve(date, document.date, "given");
      require(again.edtf == date.edtf || date.anchor.empty());
      resolve(date, "2000-01-01", "given");
    }
  }
  return 0;
}
