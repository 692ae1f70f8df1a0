// decode_fuzz.cpp - decode() of any bytes gives valid UTF-8 that leads back inside the bytes.
#include <unicode/utf8.h>

#include <cstdint>
#include <cstdlib>

#include "pipeline/decode.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(bytes), size);
  dossier::Decoded decoded;
  std::vector<dossier::Diagnostic> diagnostics;
  dossier::decode(input, decoded, diagnostics);
  const auto* text = reinterpret_cast<const std::uint8_t*>(decoded.text.data());
  const auto text_size = static_cast<std::int32_t>(decoded.text.size());
  for (std::int32_t i = 0; i < text_size;) {
    UChar32 c = 0;
    const auto begin = static_cast<std::uint32_t>(i);
    U8_NEXT(text, i, text_size, c);
    if (c < 0) std::abort();
    const dossier::Span source = decoded.map.to_source({begin, static_cast<std::uint32_t>(i)});
    if (source.is_empty() || source.end > size) std::abort();
  }
  return 0;
}
