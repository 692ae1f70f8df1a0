#include "pipeline/decode.h"

#include <unicode/ucnv.h>
#include <unicode/ucsdet.h>
#include <unicode/utf16.h>
#include <unicode/utf8.h>

#include <algorithm>
#include <bit>
#include <cstring>
#include <memory>

namespace dossier {
namespace {

constexpr std::size_t kSample = std::size_t{1} << 16;  // bytes looked at to guess an encoding
constexpr std::size_t kMinControls = 8;                // fewer do not make a text binary
constexpr std::size_t kMaxText = 0xFFFF0000u;          // offsets are 32 bits wide

// Length of the valid UTF-8 sequence at `p`; 0 if there is none. Surrogates and overlong forms are not valid.
std::size_t sequence_at(const unsigned char* p, std::size_t left) {
  const unsigned char lead = p[0];
  const auto tail = [&](std::size_t i) { return i < left && (p[i] & 0xC0) == 0x80; };
  if (lead < 0x80) return 1;
  if (lead < 0xC2) return 0;
  if (lead < 0xE0) return tail(1) ? 2 : 0;
  if (lead < 0xF0) {
    if (!tail(1) || !tail(2)) return 0;
    if (lead == 0xE0 && p[1] < 0xA0) return 0;
    if (lead == 0xED && p[1] > 0x9F) return 0;
    return 3;
  }
  if (lead > 0xF4 || !tail(1) || !tail(2) || !tail(3)) return 0;
  if (lead == 0xF0 && p[1] < 0x90) return 0;
  if (lead == 0xF4 && p[1] > 0x8F) return 0;
  return 4;
}

// End of the valid UTF-8 that starts at `position`.
std::size_t valid_end(std::string_view bytes, std::size_t position) {
  const auto* p = reinterpret_cast<const unsigned char*>(bytes.data());
  const std::size_t size = bytes.size();
  while (position < size) {
    if (p[position] < 0x80) {
      std::uint64_t word = 0;
      while (position + 8 <= size) {
        std::memcpy(&word, p + position, 8);
        if ((word & 0x8080808080808080u) != 0) break;
        position += 8;
      }
      while (position < size && p[position] < 0x80) ++position;
      continue;
    }
    const std::size_t length = sequence_at(p + position, size - position);
    if (length == 0) return position;
    position += length;
  }
  return position;
}

std::uint32_t narrow(std::size_t value) {
  return static_cast<std::uint32_t>(value);
}

class Writer {
 public:
  explicit Writer(Decoded& decoded) : decoded_(decoded) {}

  bool is_full() const { return decoded_.storage.size() > kMaxText; }

  void verbatim(std::string_view bytes, std::size_t begin, std::size_t end) {
    if (begin == end) return;
    decoded_.map.append({size(), narrow(begin), narrow(end - begin), narrow(end - begin), true});
    decoded_.storage.append(bytes.substr(begin, end - begin));
  }

  void code_point(UChar32 c, std::size_t source_begin, std::size_t source_size) {
    if (c < 0 || c > 0x10FFFF || U_IS_SURROGATE(c)) c = 0xFFFD;
    char buffer[4];
    std::int32_t length = 0;
    U8_APPEND_UNSAFE(buffer, length, c);
    const bool same = c < 0x80 && source_size == 1;
    decoded_.map.append({size(), narrow(source_begin), static_cast<std::uint32_t>(length), narrow(source_size), same});
    decoded_.storage.append(buffer, static_cast<std::size_t>(length));
  }

 private:
  std::uint32_t size() const { return narrow(decoded_.storage.size()); }
  Decoded& decoded_;
};

void finish(Decoded& decoded) {
  decoded.text = decoded.storage;
}

void report_replaced(std::size_t count, std::vector<Diagnostic>& diagnostics) {
  if (count == 0) return;
  diagnostics.push_back(
      {Severity::kWarning, "encoding.replaced", std::to_string(count) + " invalid sequences were read as U+FFFD"});
}

void report_cut(const Writer& writer, std::vector<Diagnostic>& diagnostics) {
  if (!writer.is_full()) return;
  diagnostics.push_back({Severity::kError, "limit.text", "the decoded text is longer than 4 GB; the rest was cut"});
}

void decode_utf8_with_errors(std::string_view bytes, std::size_t begin, Decoded& decoded,
                             std::vector<Diagnostic>& diagnostics) {
  Writer writer(decoded);
  std::size_t replaced = 0;
  std::size_t position = begin;
  while (position < bytes.size() && !writer.is_full()) {
    const std::size_t end = valid_end(bytes, position);
    writer.verbatim(bytes, position, end);
    position = end;
    if (position == bytes.size()) break;
    // One replacement for a run of bytes that cannot start a sequence.
    std::size_t stop = position + 1;
    while (stop < bytes.size() && (static_cast<unsigned char>(bytes[stop]) & 0xC0) == 0x80) ++stop;
    writer.code_point(0xFFFD, position, stop - position);
    ++replaced;
    position = stop;
  }
  report_replaced(replaced, diagnostics);
  report_cut(writer, diagnostics);
  finish(decoded);
}

template <std::size_t unit>
std::uint32_t read_unit(std::string_view bytes, std::size_t position, bool big_endian) {
  std::uint32_t value = 0;
  for (std::size_t i = 0; i < unit; ++i) {
    const auto byte = static_cast<std::uint32_t>(static_cast<unsigned char>(bytes[position + i]));
    value |= byte << (8 * (big_endian ? unit - 1 - i : i));
  }
  return value;
}

template <std::size_t unit>
void decode_wide(std::string_view bytes, std::size_t begin, bool big_endian, Decoded& decoded,
                 std::vector<Diagnostic>& diagnostics) {
  decoded.encoding = std::string("UTF-") + (unit == 2 ? "16" : "32") + (big_endian ? "BE" : "LE");
  Writer writer(decoded);
  std::size_t replaced = 0;
  std::size_t position = begin;
  while (position + unit <= bytes.size() && !writer.is_full()) {
    std::uint32_t c = read_unit<unit>(bytes, position, big_endian);
    std::size_t size = unit;
    if (unit == 2 && U16_IS_LEAD(c) && position + 4 <= bytes.size()) {
      const std::uint32_t trail = read_unit<unit>(bytes, position + 2, big_endian);
      if (U16_IS_TRAIL(trail)) {
        c = static_cast<std::uint32_t>(U16_GET_SUPPLEMENTARY(c, trail));
        size = 4;
      }
    }
    if (c > 0x10FFFF || U_IS_SURROGATE(c)) {
      ++replaced;
      c = 0xFFFD;
    }
    writer.code_point(static_cast<UChar32>(c), position, size);
    position += size;
  }
  if (position < bytes.size() && !writer.is_full()) {
    writer.code_point(0xFFFD, position, bytes.size() - position);
    ++replaced;
  }
  report_replaced(replaced, diagnostics);
  report_cut(writer, diagnostics);
  finish(decoded);
}

struct Converter {
  explicit Converter(const char* name) {
    UErrorCode status = U_ZERO_ERROR;
    handle.reset(ucnv_open(name, &status));
    if (U_FAILURE(status) != 0) handle.reset();
  }
  std::unique_ptr<UConverter, decltype(&ucnv_close)> handle{nullptr, &ucnv_close};
};

bool decode_legacy(std::string_view bytes, const char* name, Decoded& decoded, std::vector<Diagnostic>& diagnostics) {
  const Converter converter(name);
  if (!converter.handle) return false;
  decoded.encoding = name;
  Writer writer(decoded);
  std::size_t replaced = 0;
  const char* position = bytes.data();
  const char* end = bytes.data() + bytes.size();
  while (position < end && !writer.is_full()) {
    UErrorCode status = U_ZERO_ERROR;
    const char* before = position;
    UChar32 c = ucnv_getNextUChar(converter.handle.get(), &position, end, &status);
    if (position == before) position = end;  // a broken sequence at the end
    if (U_FAILURE(status) != 0 || c == 0xFFFD) {
      ++replaced;
      c = 0xFFFD;
    }
    writer.code_point(c, static_cast<std::size_t>(before - bytes.data()), static_cast<std::size_t>(position - before));
  }
  report_replaced(replaced, diagnostics);
  report_cut(writer, diagnostics);
  finish(decoded);
  return true;
}

struct Guess {
  std::string name;
  int confidence = 0;
};

// ICU's detector over the first stretch of the bytes; empty if it has no opinion.
Guess guess_encoding(std::string_view bytes) {
  UErrorCode status = U_ZERO_ERROR;
  const std::unique_ptr<UCharsetDetector, decltype(&ucsdet_close)> detector(ucsdet_open(&status), &ucsdet_close);
  Guess guess;
  if (U_FAILURE(status) != 0) return guess;
  ucsdet_setText(detector.get(), bytes.data(), static_cast<std::int32_t>(std::min(bytes.size(), kSample)), &status);
  std::int32_t count = 0;
  const UCharsetMatch** matches = ucsdet_detectAll(detector.get(), &count, &status);
  if (U_FAILURE(status) != 0) return guess;
  for (std::int32_t i = 0; i < count; ++i) {
    const std::string name = ucsdet_getName(matches[i], &status);
    if (name.rfind("UTF-", 0) == 0 || name.rfind("IBM", 0) == 0) continue;  // ruled out before; EBCDIC is not text here
    guess.confidence = ucsdet_getConfidence(matches[i], &status);
    // The Windows page has all characters of the ISO page and the quotation marks that writers use.
    guess.name = name == "ISO-8859-1" ? "windows-1252" : name;
    return guess;
  }
  return guess;
}

struct Counts {
  std::size_t zeros_even = 0;
  std::size_t zeros_odd = 0;
  std::size_t controls = 0;
  std::size_t size = 0;
  std::size_t zeros() const { return zeros_even + zeros_odd; }
};

Counts count_sample(std::string_view bytes) {
  Counts counts;
  counts.size = std::min(bytes.size(), kSample);
  for (std::size_t i = 0; i < counts.size; ++i) {
    // Most bytes are letters: eight at a time are passed over where none is below 0x20.
    std::uint64_t word = 0;
    for (; i + sizeof(word) <= counts.size; i += sizeof(word)) {
      std::memcpy(&word, bytes.data() + i, sizeof(word));
      if (((word - 0x2020202020202020u) & ~word & 0x8080808080808080u) != 0) break;
    }
    if (i == counts.size) break;
    const auto c = static_cast<unsigned char>(bytes[i]);
    if (c == 0) ++(i % 2 == 0 ? counts.zeros_even : counts.zeros_odd);
    if (c < 0x20 && c != '\t' && c != '\n' && c != '\r' && c != '\f' && c != 0x1B) ++counts.controls;
  }
  return counts;
}

bool starts_with(std::string_view bytes, std::string_view mark) {
  return bytes.substr(0, mark.size()) == mark;
}

}  // namespace

void decode(std::string_view bytes, Decoded& decoded, std::vector<Diagnostic>& diagnostics) {
  using namespace std::string_view_literals;
  const auto note = [&diagnostics](std::string code, std::string message) {
    diagnostics.push_back({Severity::kNote, std::move(code), std::move(message)});
  };
  if (starts_with(bytes, "\xFF\xFE\0\0"sv)) return decode_wide<4>(bytes, 4, false, decoded, diagnostics);
  if (starts_with(bytes, "\0\0\xFE\xFF"sv)) return decode_wide<4>(bytes, 4, true, decoded, diagnostics);
  if (starts_with(bytes, "\xFF\xFE"sv)) return decode_wide<2>(bytes, 2, false, decoded, diagnostics);
  if (starts_with(bytes, "\xFE\xFF"sv)) return decode_wide<2>(bytes, 2, true, decoded, diagnostics);

  const std::size_t begin = starts_with(bytes, "\xEF\xBB\xBF"sv) ? 3 : 0;
  const Counts counts = count_sample(bytes);
  if (begin == 0 && counts.zeros() * 5 > counts.size) {
    // Latin text in UTF-16 has a zero in every other byte.
    const bool big_endian = counts.zeros_even > counts.zeros_odd;
    const std::size_t major = std::max(counts.zeros_even, counts.zeros_odd);
    if (major >= 9 * (counts.zeros() - major) && counts.controls <= counts.zeros() + counts.size / 50) {
      note("encoding.detected", std::string("no byte order mark; read as UTF-16") + (big_endian ? "BE" : "LE"));
      return decode_wide<2>(bytes, 0, big_endian, decoded, diagnostics);
    }
  }
  if (counts.controls >= kMinControls && counts.controls * 10 > counts.size) {
    decoded.is_binary = true;
    diagnostics.push_back({Severity::kError, "source.binary", "more control bytes than text has; nothing was read"});
    return;
  }

  const std::size_t end = valid_end(bytes, begin);
  if (end == bytes.size()) {
    decoded.text = bytes.substr(begin);
    if (begin > 0 && !decoded.text.empty()) {
      decoded.map.append({0, narrow(begin), narrow(decoded.text.size()), narrow(decoded.text.size()), true});
    }
    return;
  }
  // Not valid UTF-8: UTF-8 with errors if valid sequences outnumber the broken ones, else a legacy encoding.
  std::size_t valid = 0;
  std::size_t broken = 0;
  const std::string_view sample =
      bytes.substr(std::min(end > kSample / 2 ? end - kSample / 2 : 0, bytes.size()), kSample);
  const auto* p = reinterpret_cast<const unsigned char*>(sample.data());
  for (std::size_t i = 0; i < sample.size();) {
    const std::size_t length = sequence_at(p + i, sample.size() - i);
    if (length > 1) ++valid;
    i += std::max<std::size_t>(length, 1);
    if (length == 0) {
      ++broken;
      while (i < sample.size() && (p[i] & 0xC0) == 0x80) ++i;
    }
  }
  if (valid <= broken) {
    const Guess guess = guess_encoding(sample);
    if (guess.confidence >= 10 && decode_legacy(bytes, guess.name.c_str(), decoded, diagnostics)) {
      note("encoding.detected",
           "not UTF-8; read as " + guess.name + " (detector's confidence " + std::to_string(guess.confidence) + " %)");
      return;
    }
  }
  decode_utf8_with_errors(bytes, begin, decoded, diagnostics);
}

}  // namespace dossier
