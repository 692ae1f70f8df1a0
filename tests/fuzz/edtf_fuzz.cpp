// Any bytes: parse is total, and what it accepts prints as a string that means the same.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "grammars/edtf.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace dossier;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto value = edtf::parse(text);
  if (!value) return 0;
  const std::string printed = edtf::print(*value);
  const auto again = edtf::parse(printed);
  if (!again || !(*again == *value) || printed != text) std::abort();
  const edtf::Bounds bounds = edtf::bounds(*value);
  if (bounds.earliest > bounds.latest) std::abort();
  if (!edtf::parse(edtf::of_bounds(bounds))) std::abort();
  return 0;
}
