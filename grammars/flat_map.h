// flat_map.h - hash tables in one array, for look-ups by the token: from 64-bit keys to 32-bit values, and of things
// that have a number.
//
//   map.insert(key, 7);   *map.find(key) == 7
#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

namespace dossier {

inline std::uint64_t mix(std::uint64_t x) {
  x ^= x >> 32;
  x *= 0x9E3779B97F4A7C15ull;
  x ^= x >> 29;
  return x;
}

// Open addressing; key 0 is never inserted.
class FlatMap {
 public:
  FlatMap() { clear(); }
  void clear() {
    slots_.assign(64, {});
    size_ = 0;
  }
  // Null: it is not there.
  const std::uint32_t* find(std::uint64_t key) const {
    for (std::size_t at = mix(key) & (slots_.size() - 1);; at = (at + 1) & (slots_.size() - 1)) {
      if (slots_[at].key == key) return &slots_[at].value;
      if (slots_[at].key == 0) return nullptr;
    }
  }
  std::uint32_t* find(std::uint64_t key) { return const_cast<std::uint32_t*>(std::as_const(*this).find(key)); }
  // The key must be new.
  void insert(std::uint64_t key, std::uint32_t value) {
    if ((size_ + 1) * 3 > slots_.size() * 2) grow();
    place(key, value);
    ++size_;
  }
  std::size_t bytes() const { return slots_.size() * sizeof(Slot); }

 private:
  struct Slot {
    std::uint64_t key = 0;
    std::uint32_t value = 0;
  };
  void place(std::uint64_t key, std::uint32_t value) {
    std::size_t at = mix(key) & (slots_.size() - 1);
    while (slots_[at].key != 0) at = (at + 1) & (slots_.size() - 1);
    slots_[at] = {key, value};
  }
  void grow() {
    std::vector<Slot> old(slots_.size() * 2);
    old.swap(slots_);
    for (const Slot& slot : old) {
      if (slot.key != 0) place(slot.key, slot.value);
    }
  }
  std::vector<Slot> slots_;
  std::size_t size_ = 0;
};

// Numbers of things that are kept elsewhere, found by what they are.
//
//   std::uint32_t id = table.find(hash, [&](std::uint32_t known) { return things[known] == thing; });
//   if (id == InternTable::kNew) table.insert(hash, id = keep(thing));
class InternTable {
 public:
  static constexpr std::uint32_t kNew = 0xFFFFFFFFu;  // no thing has this number
  InternTable() { clear(); }
  void clear() {
    slots_.assign(64, {});
    size_ = 0;
  }
  template <class IsIt>
  std::uint32_t find(std::uint64_t hash, const IsIt& is_it) const {
    const std::uint32_t key = key_of(hash);
    for (std::size_t at = key & (slots_.size() - 1);; at = (at + 1) & (slots_.size() - 1)) {
      const Slot& slot = slots_[at];
      if (slot.id == kNew || (slot.key == key && is_it(slot.id))) return slot.id;
    }
  }
  // The thing must be new.
  void insert(std::uint64_t hash, std::uint32_t id) {
    if ((size_ + 1) * 3 > slots_.size() * 2) grow();
    place({key_of(hash), id});
    ++size_;
  }
  std::size_t bytes() const { return slots_.size() * sizeof(Slot); }

 private:
  struct Slot {
    std::uint32_t key = 0;
    std::uint32_t id = kNew;
  };
  static std::uint32_t key_of(std::uint64_t hash) { return static_cast<std::uint32_t>(mix(hash)); }
  void place(Slot slot) {
    std::size_t at = slot.key & (slots_.size() - 1);
    while (slots_[at].id != kNew) at = (at + 1) & (slots_.size() - 1);
    slots_[at] = slot;
  }
  void grow() {
    std::vector<Slot> old(slots_.size() * 2);
    old.swap(slots_);
    for (const Slot& slot : old) {
      if (slot.id != kNew) place(slot);
    }
  }
  std::vector<Slot> slots_;
  std::size_t size_ = 0;
};

template <class Number>
std::uint64_t hash_of(const std::vector<Number>& list) {
  constexpr std::size_t kAtOnce = sizeof(std::uint64_t) / sizeof(Number);
  static_assert(kAtOnce == 1 || kAtOnce == 2);
  std::uint64_t hash = list.size();
  std::size_t i = 0;
  for (; i + kAtOnce <= list.size(); i += kAtOnce) {
    std::uint64_t value = list[i];
    if constexpr (kAtOnce == 2) value |= std::uint64_t{list[i + 1]} << 32;
    hash = mix(hash + value + 0x9E3779B97F4A7C15ull);
  }
  if (i < list.size()) hash = mix(hash + list[i] + 0x9E3779B97F4A7C15ull);
  return hash;
}

}  // namespace dossier
