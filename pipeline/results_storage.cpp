// The storage form of results.h: a DocumentResult as bytes and back.
//
// A result is written member by member in the order of its declaration: whole numbers as base-128 varints, real numbers
// as the eight bytes of the double, strings and lists with their length in front, "DRS4" at the start and a checksum at
// the end. One function per type names the members once; Writer and Reader give it its two directions.
#include <bit>
#include <concepts>
#include <optional>
#include <stdexcept>

#include "pipeline/results.h"

namespace dossier {
namespace {

constexpr std::string_view kMagic = "DRS4";

std::uint64_t checksum(std::string_view bytes) {  // FNV-1a
  std::uint64_t hash = 0xcbf29ce484222325u;
  for (const char c : bytes) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3u;
  return hash;
}

class Writer {
 public:
  explicit Writer(std::string& out) : out_(out) {}

  void whole(std::uint64_t value) {
    for (; value >= 0x80; value >>= 7) out_ += static_cast<char>(value | 0x80);
    out_ += static_cast<char>(value);
  }
  template <class Integer>
  requires std::is_integral_v<Integer>
  void operator()(const Integer& value) {
    if constexpr (std::is_signed_v<Integer>) {  // small negative numbers stay small: 0, -1, 1, -2 -> 0, 1, 2, 3
      const std::int64_t wide = value;
      whole((static_cast<std::uint64_t>(wide) << 1) ^ static_cast<std::uint64_t>(wide >> 63));
    } else {
      whole(value);
    }
  }
  template <class Enum>
  requires std::is_enum_v<Enum>
  void operator()(const Enum& value) { whole(static_cast<std::uint64_t>(value)); }
  void operator()(const double& value) {
    const auto bits = std::bit_cast<std::uint64_t>(value);
    for (int shift = 0; shift < 64; shift += 8) out_ += static_cast<char>(bits >> shift);
  }
  void operator()(const std::string& value) {
    whole(value.size());
    out_ += value;
  }
  template <class First, class Second>
  void operator()(const std::pair<First, Second>& value) {
    (*this)(value.first);
    (*this)(value.second);
  }
  template <class Item>
  void operator()(const std::vector<Item>& items) {
    whole(items.size());
    for (const Item& item : items) (*this)(item);
  }
  template <class Item>
  void operator()(const std::optional<Item>& item) {
    whole(item ? 1 : 0);
    if (item) (*this)(*item);
  }
  template <class Record>
  requires std::is_class_v<Record>
  void operator()(const Record& record) { members(*this, record); }

 private:
  std::string& out_;
};

class Reader {
 public:
  explicit Reader(std::string_view bytes) : bytes_(bytes) {}
  bool is_at_end() const { return bytes_.empty(); }

  std::uint64_t whole() {
    std::uint64_t value = 0;
    for (unsigned shift = 0; shift < 64; shift += 7) {
      const auto byte = static_cast<unsigned char>(take(1)[0]);
      value |= std::uint64_t{byte & 0x7Fu} << shift;
      if (byte < 0x80) return value;
    }
    throw std::runtime_error("stored result: a number is too long");
  }
  template <class Integer>
  requires std::is_integral_v<Integer>
  void operator()(Integer& value) {
    const std::uint64_t raw = whole();
    if constexpr (std::is_signed_v<Integer>) {
      value = static_cast<Integer>(static_cast<std::int64_t>(raw >> 1) ^ -static_cast<std::int64_t>(raw & 1));
    } else {
      value = static_cast<Integer>(raw);
    }
  }
  template <class Enum>
  requires std::is_enum_v<Enum>
  void operator()(Enum& value) { value = static_cast<Enum>(whole()); }
  void operator()(double& value) {
    const std::string_view taken = take(8);
    std::uint64_t bits = 0;
    for (std::size_t i = 0; i < 8; ++i) bits |= std::uint64_t{static_cast<unsigned char>(taken[i])} << (8 * i);
    value = std::bit_cast<double>(bits);
  }
  void operator()(std::string& value) { value = take(whole()); }
  template <class First, class Second>
  void operator()(std::pair<First, Second>& value) {
    (*this)(value.first);
    (*this)(value.second);
  }
  template <class Item>
  void operator()(std::vector<Item>& items) {
    const std::uint64_t count = whole();
    if (count > bytes_.size()) throw std::runtime_error("stored result: a list is longer than the data");
    items.resize(count);
    for (Item& item : items) (*this)(item);
  }
  template <class Item>
  void operator()(std::optional<Item>& item) {
    item.reset();
    if (whole() != 0) (*this)(item.emplace());
  }
  template <class Record>
  requires std::is_class_v<Record>
  void operator()(Record& record) { members(*this, record); }

 private:
  std::string_view take(std::uint64_t size) {
    if (size > bytes_.size()) throw std::runtime_error("stored result: it ends too early");
    const std::string_view taken = bytes_.substr(0, size);
    bytes_.remove_prefix(size);
    return taken;
  }
  std::string_view bytes_;
};

template <class Direction, class... Members>
void each(Direction& direction, Members&... values) {
  (direction(values), ...);
}
// The records below are const for a Writer and not for a Reader.
template <class Record, class Value>
concept Either = std::same_as<std::remove_const_t<Record>, Value>;

void members(auto& io, Either<Decimal> auto& v) {
  each(io, v.coefficient, v.exponent, v.rounded);
}
void members(auto& io, Either<Statistic::Component> auto& v) {
  each(io, v.begin, v.end);
}
void members(auto& io, Either<Date> auto& v) {
  each(io, v.edtf, v.offset, v.part, v.bound, v.precision, v.earliest, v.latest, v.anchor, v.anchor_origin,
       v.approximate, v.uncertain, v.fiscal);
}
void members(auto& io, Either<Statistic> auto& v) {
  each(io, v.kind, v.comparator, v.number, v.number_max, v.unit, v.noun, v.scale, v.per, v.change, v.modality,
       v.subject, v.as_of, v.as_of_origin, v.number_at, v.comparator_at, v.scale_at, v.unit_at);
}
void members(auto& io, Either<RoleValue> auto& v) {
  each(io, v.category, v.qualifier);
}
void members(auto& io, Either<Period> auto& v) {
  each(io, v.from, v.to, v.status, v.asserted_at);
}
void members(auto& io, Either<Diagnostic> auto& v) {
  each(io, v.severity, v.code, v.message);
}
void members(auto& io, Either<KnownName> auto& v) {
  each(io, v.type, v.name);
}
void members(auto& io, Either<ResultMention> auto& v) {
  each(io, v.type, v.begin, v.end, v.quote, v.text, v.entity, v.date, v.statistic, v.role, v.within, v.rule,
       v.confidence);
}
void members(auto& io, Either<ResultFact> auto& v) {
  each(io, v.predicate, v.key, v.arguments, v.period, v.text, v.begin, v.end, v.quote, v.rule, v.confidence);
}
void members(auto& io, Either<ResultEntity> auto& v) {
  each(io, v.type, v.name, v.aliases, v.mentions, v.evidence, v.speaks);
}
void members(auto& io, Either<DocumentResult> auto& v) {
  each(io, v.source_id, v.uri, v.kind, v.kind_confidence, v.encoding, v.language, v.date, v.date_origin, v.title,
       v.metadata, v.bytes, v.blocks, v.tokens, v.mentions, v.facts, v.entities, v.dates, v.statistics, v.roles,
       v.diagnostics, v.name_words, v.known);
}

}  // namespace

std::string serialize(const DocumentResult& result) {
  std::string out(kMagic);
  Writer writer(out);
  writer(result);
  const std::uint64_t sum = checksum(out);
  for (int shift = 0; shift < 64; shift += 8) out += static_cast<char>(sum >> shift);
  return out;
}

DocumentResult deserialize(std::string_view stored) {
  if (!stored.starts_with(kMagic) || stored.size() < kMagic.size() + 8) {
    throw std::runtime_error("stored result: not written by this version of dossier");
  }
  std::string_view body = stored.substr(0, stored.size() - 8);
  std::uint64_t sum = 0;
  for (std::size_t i = 0; i < 8; ++i) {
    sum |= std::uint64_t{static_cast<unsigned char>(stored[body.size() + i])} << (8 * i);
  }
  if (sum != checksum(body)) throw std::runtime_error("stored result: its checksum is wrong");
  body.remove_prefix(kMagic.size());
  Reader reader(body);
  DocumentResult result;
  reader(result);
  if (!reader.is_at_end()) throw std::runtime_error("stored result: something follows its end");
  return result;
}

}  // namespace dossier
