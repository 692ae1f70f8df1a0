// decode.h - any bytes -> valid UTF-8, with the way back.
//
//   "\xEF\xBB\xBFab"          -> "ab"      a byte order mark is deleted
//   "caf\xE9" (windows-1252)  -> "café"    note "encoding.detected"
//   "a\xFFb" in UTF-8         -> "a\uFFFDb"  warning "encoding.replaced" with the count
//
// Promise: total and linear; `text` is valid UTF-8 without BOM; `map` leads it back to the bytes. Bytes that are valid
// UTF-8 are not copied: `text` then views the argument, else it views `storage`.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "pipeline/document.h"

namespace dossier {

struct Decoded {
  std::string storage;
  std::string_view text;
  OffsetMap map;  // text -> bytes
  std::string encoding = "UTF-8";
  bool is_binary = false;  // no text at all: an image, a program; `text` is empty
};

void decode(std::string_view bytes, Decoded& decoded, std::vector<Diagnostic>& diagnostics);

}  // namespace dossier
