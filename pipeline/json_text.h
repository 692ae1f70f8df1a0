// json_text.h - JSON written straight into a string: for the lines of the machine protocol, of which there are many.
//
//   append_json_string(out, "40+ \"M\"\n")  ->  "40+ \"M\"\n"   with quotation marks and escapes
//   append_json_number(out, 0.97)           ->  0.97
//   read_json_string("\"a\\nb\" …", at, out) ->  "a", a line break, "b"
//
// Promise: what is appended is valid JSON whatever the bytes: each broken piece of UTF-8 becomes one U+FFFD, numbers
// that JSON does not have become null. Of reading there is only the one part that is long in a request, its strings;
// all else, and every string with anything wrong in it, is nlohmann's work.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <string>
#include <string_view>

#include "pipeline/values.h"

namespace dossier {

void append_json_string(std::string& out, std::string_view text);
void append_json_number(std::string& out, double number);  // shortest form that reads back the same
void append_json_number(std::string& out, std::uint64_t number);
// Exact digits in plain notation; null beyond what a reader's double can hold (10^300) or tell from zero (10^-300).
void append_json_number(std::string& out, const Decimal& number);

// Reads the string whose opening quotation mark stands at `at` of `text`; `at` moves behind its closing one. False,
// and anything in `out` and `at`, if it is no valid JSON string.
bool read_json_string(std::string_view text, std::size_t& at, std::string& out);

// A buffer to write lines of JSON into, piece by piece. Reused, it allocates no more.
class JsonBuffer {
 public:
  void clear() { size_ = 0; }
  std::size_t capacity() const { return capacity_; }
  std::string_view view() const { return {data_.get(), size_}; }

  void raw(std::string_view text) {
    std::memcpy(room(text.size()), text.data(), text.size());
    size_ += text.size();
  }
  template <std::size_t Size>
  void literal(const char (&text)[Size]) {
    std::memcpy(room(Size - 1), text, Size - 1);
    size_ += Size - 1;
  }
  void put(char c) {
    *room(1) = c;
    ++size_;
  }
  void string(std::string_view text);
  void number(std::uint64_t number);
  void number(double number);
  void number(const Decimal& number);

 private:
  char* room(std::size_t wanted) {
    if (capacity_ - size_ < wanted) grow(wanted);
    return data_.get() + size_;
  }
  void grow(std::size_t wanted);

  struct Free {
    void operator()(char* data) const { std::free(data); }
  };
  std::unique_ptr<char[], Free> data_;
  std::size_t size_ = 0;
  std::size_t capacity_ = 0;
};

}  // namespace dossier
