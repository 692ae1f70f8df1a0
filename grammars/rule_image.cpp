#include "grammars/rule_image.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

#include <cereal/archives/binary.hpp>
#include <cereal/types/string.hpp>
#include <cereal/types/unordered_map.hpp>
#include <cereal/types/utility.hpp>
#include <cereal/types/vector.hpp>
#include <cstring>
#include <istream>
#include <sstream>
#include <streambuf>

#include "grammars/rule_program.h"

namespace dossier {

// What is written of each type; the same function reads. Found by their argument's namespace.
namespace rules {

template <class Archive>
void serialize(Archive& archive, Example& it) {
  archive(it.positive, it.text, it.expected, it.line);
}
template <class Archive>
void serialize(Archive& archive, Constraint& it) {
  archive(it.name, it.captures, it.offset);
}

}  // namespace rules

template <class Archive>
void serialize(Archive& archive, CompiledAssignment& it) {
  archive(it.name, it.argument, it.capture, it.attribute, it.text, it.more);
}
template <class Archive>
void serialize(Archive& archive, CompiledAction& it) {
  archive(it.is_fact, it.forbids, it.type, it.predicate, it.capture, it.arguments, it.attributes);
}
template <class Archive>
void serialize(Archive& archive, CompiledRule& it) {
  archive(it.id, it.file, it.line, it.confidence, it.priority, it.specificity, it.phase, it.captures, it.actions,
          it.examples, it.constraints, it.kind_mask, it.languages);
}

using Program = RuleSet::Program;

template <class Archive>
void serialize(Archive& archive, Program::Predicate::Attribute& it) {
  archive(it.id, it.name, it.value, it.comparison);
}
template <class Archive>
void serialize(Archive& archive, Program::Predicate& it) {
  archive(it.kind, it.bit, it.text, it.words, it.lexicon, it.attributes, it.types, it.mask, it.part, it.label);
}
template <class Archive>
void serialize(Archive& archive, Program::Literal& it) {
  archive(it.bit, it.wanted);
}
template <class Archive>
void serialize(Archive& archive, Program::Instruction& it) {
  archive(it.op, it.a, it.next);
}
template <class Archive>
void serialize(Archive& archive, Program::Automaton::Entry& it) {
  archive(it.rule, it.begin, it.end, it.start, it.slots, it.reach, it.behind, it.lead);
}
template <class Archive>
void serialize(Archive& archive, Program::Automaton& it) {
  archive(it.scope, it.code, it.entries, it.bits);
}
template <class Archive>
void serialize(Archive& archive, Program::Phase& it) {
  archive(it.name, it.looks, it.rules);
}
template <class Archive>
void serialize(Archive& archive, Program& it) {
  archive(it.rules, it.phase_names, it.phases, it.predicates, it.conditions, it.bit_count, it.word_predicates,
          it.exact_word_predicates, it.has_exact_word, it.lexicon_predicates, it.mention_predicates,
          it.shape_predicates, it.structure_predicates, it.regex_predicates, it.label_predicates);
}

namespace {

constexpr std::string_view kMagic = "dossrul1";

// Of the key, and of all bytes behind the head.
struct Head {
  char magic[8];
  std::uint64_t key;
  std::uint64_t content;
};

Head head_of(std::string_view key, std::string_view body) {
  Head head;
  std::memcpy(head.magic, kMagic.data(), sizeof head.magic);
  const std::string all = std::string(key) + DOSSIER_RULE_COMPILER;
  head.key = XXH3_64bits(all.data(), all.size());
  head.content = XXH3_64bits(body.data(), body.size());
  return head;
}

// A stream over bytes that stay where they are.
class Bytes : public std::streambuf {
 public:
  explicit Bytes(std::string_view bytes) {
    char* first = const_cast<char*>(bytes.data());  // the stream only reads
    setg(first, first, first + bytes.size());
  }
};

}  // namespace

std::string to_bytes(const RuleImage& image, std::string_view key) {
  std::ostringstream out;
  {
    cereal::BinaryOutputArchive archive(out);
    archive(image.words, image.lexicons);
    archive(const_cast<Program&>(image.rules.program()));  // an archive that writes only reads it
  }
  const std::string body = std::move(out).str();
  const Head head = head_of(key, body);
  return std::string(reinterpret_cast<const char*>(&head), sizeof head) + body;
}

std::optional<RuleImage> rule_image_of(std::string_view bytes, std::string_view key) {
  if (bytes.size() < sizeof(Head)) return std::nullopt;
  const std::string_view body = bytes.substr(sizeof(Head));
  const Head head = head_of(key, body);
  if (std::memcmp(bytes.data(), &head, sizeof head) != 0) return std::nullopt;
  Bytes buffer(body);
  std::istream in(&buffer);
  auto program = std::make_unique<Program>();
  RuleImage image{{}, {}, RuleSet(nullptr)};
  try {
    cereal::BinaryInputArchive archive(in);
    archive(image.words, image.lexicons);
    archive(*program);
  } catch (const cereal::Exception&) {  // fewer bytes than the types ask for
    return std::nullopt;
  }
  if (!compile_regexes(*program)) return std::nullopt;
  image.rules = RuleSet(std::move(program));
  return image;
}

}  // namespace dossier
