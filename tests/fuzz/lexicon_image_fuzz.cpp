// A damaged image is noticed and made anew; a damaged lexicon file ends in KnowledgeError or a lexicon. The first byte
// of the input chooses; the rest is damage (place, byte) to the image, or the file.
#include <unistd.h>

#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include "grammars/knowledge_error.h"
#include "grammars/lexicon.h"
#include "pipeline/tokenize.h"

namespace {

using namespace dossier;
namespace fs = std::filesystem;

const fs::path kFolder = fs::temp_directory_path() / ("dossier_lexicon_fuzz" + std::to_string(::getpid()));

void write(const fs::path& path, std::string_view bytes) {
  std::ofstream out(path, std::ios::binary);
  out.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
}

std::string hits(const Lexicons& lexicons) {
  Document document;
  document.text = "an Apple, a custard apple, Äpfel and the Cafés of Bath";
  tokenize(document.text, 0, document.tokens);
  document.sentences.push_back({0, static_cast<std::uint32_t>(document.tokens.size()), 0});
  LexiconPass pass;
  run_lexicon_pass(lexicons, document, pass);
  std::string out = std::to_string(lexicons.entry_count()) + ":";
  for (const WordId word : pass.words) {
    for (const EntryId entry : lexicons.entries_of(word)) {
      out += std::string(lexicons.entry_text(entry)) + ";";
      for (AttributeId a = 0; a < lexicons.attribute_names().size(); ++a) out += lexicons.attribute(entry, a);
    }
  }
  for (const LexiconHit& hit : pass.phrases) out += std::string(lexicons.entry_text(hit.entry)) + ".";
  return out;
}

struct Good {
  Lexicons::Options options{
      .folders = {kFolder / "good"}, .extra_words = {"an"}, .languages = {}, .cache = kFolder / "cache"};
  fs::path image;
  std::string bytes;
  std::string hits;

  Good() {
    fs::create_directories(kFolder / "good");
    fs::create_directories(kFolder / "any");
    fs::create_directories(kFolder / "cache");
    write(kFolder / "good/fruit.tsv",
          "#! lexicon=fruit fold=case,diacritics\nentry\tcolour\napple\tred\ncustard apple\tgreen\nÄpfel\t\n");
    write(kFolder / "good/city.tsv", "#! lexicon=city fold=exact\nentry\nBath\n");
    hits = ::hits(Lexicons::load(options));
    image = fs::directory_iterator(kFolder / "cache")->path();
    std::ifstream in(image, std::ios::binary);
    bytes.assign(std::istreambuf_iterator<char>(in), {});
  }
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const Good good;
  if (size < 1) return 0;
  if ((data[0] & 1) == 0) {
    std::string damaged = good.bytes;
    for (std::size_t i = 1; i + 2 < size; i += 3) {
      const std::size_t place = (static_cast<std::size_t>(data[i]) << 8 | data[i + 1]) % damaged.size();
      if (data[i + 2] == 0xFF) damaged.resize(place + 1);
      damaged[place % damaged.size()] ^= static_cast<char>(data[i + 2]);
    }
    write(good.image, damaged);
    if (hits(Lexicons::load(good.options)) != good.hits) std::abort();
    return 0;
  }
  write(kFolder / "any/any.tsv", {reinterpret_cast<const char*>(data) + 1, size - 1});
  try {
    hits(Lexicons::load({.folders = {kFolder / "any"}, .languages = {}}));
  } catch (const KnowledgeError& error) {
    if (error.problems().empty()) std::abort();
  }
  return 0;
}
