// tokenize_fuzz.cpp - tokens of any bytes are in order, disjoint and inside the text.
#include <cstdint>
#include <cstdlib>

#include "pipeline/tokenize.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  std::vector<dossier::Token> tokens;
  dossier::tokenize(std::string_view(reinterpret_cast<const char*>(bytes), size), 0, tokens);
  std::uint32_t last = 0;
  for (const dossier::Token& token : tokens) {
    if (token.begin < last || token.end <= token.begin || token.end > size) std::abort();
    last = token.end;
  }
  return 0;
}
