// A batch of documents: the results are those of each alone, whatever else is in it and whatever goes wrong.
#include "pipeline/process.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <new>

namespace {

// While it counts down, the allocation at which it comes to 0 fails.
std::atomic<long> countdown = 0;

void* allocate(std::size_t size) {
  if (countdown.load(std::memory_order_relaxed) > 0 && --countdown == 0) throw std::bad_alloc();
  if (void* memory = std::malloc(size)) return memory;
  throw std::bad_alloc();
}

}  // namespace

void* operator new(std::size_t size) {
  return allocate(size);
}
void operator delete(void* memory) noexcept {
  std::free(memory);
}
void operator delete(void* memory, std::size_t) noexcept {
  std::free(memory);
}

namespace dossier {
namespace {

const Knowledge& knowledge() {
  static const Knowledge kKnowledge = Knowledge::load({.folders = {DOSSIER_SOURCE_DIR "/grammars"}});
  return kKnowledge;
}

std::vector<Input> inputs() {
  const std::pair<const char*, const char*> texts[] = {
      {"en", "Ada Lovell, CEO of Harborworks Ltd, joined in May 2019. She leads 40 people in Lisbon."},
      {"it", "Maria Lindgren è la direttrice della Trevik Srl dal 2015. Prima ha lavorato alla Fondazione Lindgren."},
      {"en", ""},
      {"de", "Paul Berg leitet seit 2012 die Trevik GmbH in Hamburg und beschäftigt 300 Leute."},
      {"en", "**Ada Lund:** Who are you?\n\n**Paul Berg:** I work at Harborworks Ltd.\n\n**Ada Lund:** And you?"},
      {"fr", "Jeanne Trevik, directrice générale de Trevik SARL, a fondé la société en 1999."},
      {"it", "Paolo Rossi, presidente della Fondazione Lindgren, vive a Torino."},
      {"pt", "Ada Lovell, diretora da Harborworks, mora em Lisboa."},
      {"es", "Maria Lindgren fue nombrada directora de Trevik S.L. en 2020."}};
  std::vector<Input> all;
  for (const auto& [language, text] : texts) {
    Input& input = all.emplace_back();
    input.source.bytes = text;
    input.source.language = language;
    input.source.uri = std::to_string(all.size()) + ".txt";
  }
  return all;
}

// The answer to each, as the protocol gives it.
std::vector<std::string> answers(std::vector<const Input*> batch, std::unique_ptr<Extractor>& extractor) {
  std::vector<std::string> lines;
  process(batch, extractor, knowledge(), {}, [&](const Processed& processed) {
    lines.push_back(processed.is_document ? protocol_line(processed.result, processed.result.uri)
                                          : processed.result.diagnostics.front().message);
  });
  return lines;
}

std::vector<std::string> answers_one_by_one(const std::vector<Input>& all) {
  std::vector<std::string> lines;
  for (const Input& input : all) {
    std::unique_ptr<Extractor> extractor;
    lines.push_back(answers({&input}, extractor).front());
  }
  return lines;
}

TEST(Process, ABatchGivesWhatEachDocumentGivesAlone) {
  const std::vector<Input> all = inputs();
  const std::vector<std::string> expected = answers_one_by_one(all);
  std::vector<const Input*> batch;
  for (const Input& input : all) batch.push_back(&input);
  std::unique_ptr<Extractor> extractor;
  for (int round = 0; round < 2; ++round) ASSERT_EQ(answers(batch, extractor), expected) << round;
  std::vector<std::string> backwards(expected.rbegin(), expected.rend());
  std::reverse(batch.begin(), batch.end());
  EXPECT_EQ(answers(batch, extractor), backwards);
}

// More languages than are read side by side.
TEST(Process, ABatchMayBeOfManyLanguages) {
  std::vector<Input> all;
  for (char first = 'a'; first <= 'z'; ++first) {
    Input& input = all.emplace_back();
    input.source.bytes = "Ada Lovell, CEO of Harborworks Ltd, joined in May 2019.";
    input.source.language = std::string(1, first) + "a";
  }
  const std::vector<std::string> expected = answers_one_by_one(all);
  std::vector<const Input*> batch;
  for (const Input& input : all) batch.push_back(&input);
  std::unique_ptr<Extractor> extractor;
  EXPECT_EQ(answers(batch, extractor), expected);
}

// No memory at some place: each document has its right answer, or says that there was none; and the next batch is
// right.
TEST(Process, OutOfMemoryHarmsNoOtherDocument) {
  const std::vector<Input> all = inputs();
  const std::vector<std::string> expected = answers_one_by_one(all);
  std::vector<const Input*> batch;
  for (const Input& input : all) batch.push_back(&input);
  constexpr long kMany = 1L << 40;
  std::unique_ptr<Extractor> extractor;
  countdown = kMany;
  ASSERT_EQ(answers(batch, extractor), expected);
  const long allocations = kMany - countdown.exchange(0);
  int failures = 0;
  for (long part = 0; part < 24; ++part) {
    extractor.reset();
    std::vector<Processed> processed;
    countdown = 1 + allocations * part / 24;
    process(batch, extractor, knowledge(), {}, [&](Processed one) { processed.push_back(std::move(one)); });
    countdown = 0;
    ASSERT_EQ(processed.size(), all.size()) << part;
    for (std::size_t i = 0; i < all.size(); ++i) {
      if (!processed[i].is_document) {
        ++failures;
      } else {
        EXPECT_EQ(protocol_line(processed[i].result, processed[i].result.uri), expected[i]) << part;
      }
    }
    EXPECT_EQ(answers(batch, extractor), expected) << part;
  }
  EXPECT_LE(failures, 24) << "one place, one document at most";
}

}  // namespace
}  // namespace dossier
