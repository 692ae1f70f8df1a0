// merge_bench.cpp - time and memory of merge on synthetic results: is it near-linear in the number of documents?
//
//   build/release/bench/merge_bench [DOCUMENTS …]      default: 12500 25000 50000 100000
//
// Every document names a few people and organizations of a world that grows with the number of documents; names follow
// a skewed distribution, so that some organizations are in thousands of documents and some names have many bearers.
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <fstream>
#include <random>
#include <string>
#include <vector>

#include "pipeline/merge.h"
#include "pipeline/names.h"

namespace dossier {
namespace {

constexpr unsigned kSeed = 7;

std::string word(std::size_t number) {
  static constexpr const char* kSyllables[] = {"ba",  "den", "kor", "li",  "mar", "no",
                                               "pel", "qui", "ras", "sto", "tul", "vey"};
  std::string out;
  for (int i = 0; i < 3 || number > 0; ++i, number /= 12) out += kSyllables[number % 12];
  out[0] = static_cast<char>(out[0] - 32);
  return out;
}

class World {
 public:
  explicit World(std::size_t documents) : people_(documents / 2 + 10), organizations_(documents / 4 + 10) {}

  DocumentResult document(std::size_t number) {
    DocumentResult out;
    for (int part = 0; part < 4; ++part)
      out.source_id += short_hash(std::to_string(number) + "/" + std::to_string(part));
    out.uri = std::to_string(number) + ".txt";
    out.kind = number % 10 == 0 ? "interview" : "plain";
    out.date = std::to_string(2005 + number % 20);
    for (int i = 0; i < 2; ++i) {
      const std::size_t person = skewed(people_);
      // The employer of a person is a function of the person, most of the time.
      const std::size_t employer = random_() % 10 == 0 ? skewed(organizations_) : (person * 7919) % organizations_;
      const std::uint32_t subject = entity(out, "person", word(person % 1500) + " " + word(person / 3 % 9000 + 2000));
      const std::uint32_t object =
          entity(out, "organization", word(employer + 50000) + " " + word(employer % 700) + " Group");
      ResultMention role;
      role.type = "role";
      role.text = role.quote = person % 5 == 0 ? "CEO" : "engineer";
      role.role = static_cast<std::uint32_t>(out.roles.size());
      out.roles.push_back({person % 5 == 0 ? "executive" : "engineer", ""});
      out.mentions.push_back(role);
      ResultFact fact;
      fact.predicate = "affiliation";
      fact.arguments = {
          {"person", subject}, {"role", static_cast<std::uint32_t>(out.mentions.size() - 1)}, {"organization", object}};
      fact.rule = "affiliation.bench";
      fact.confidence = 0.9;
      fact.quote =
          out.mentions[subject].text + ", " + role.text + " of " + out.mentions[object].text + ", said in " + out.uri;
      fact.period.status = Status::kCurrent;
      fact.key = "affiliation:" + short_hash(fact.quote);
      out.facts.push_back(std::move(fact));
    }
    entity(out, "organization", word(skewed(organizations_) + 50000) + " Foundation");
    return out;
  }

 private:
  std::size_t skewed(std::size_t size) {
    const double u = std::uniform_real_distribution<double>(0, 1)(random_);
    return static_cast<std::size_t>(u * u * u * static_cast<double>(size)) % size;
  }

  std::uint32_t entity(DocumentResult& out, const char* type, const std::string& name) {
    const auto mention = static_cast<std::uint32_t>(out.mentions.size());
    ResultMention one;
    one.type = type;
    one.text = one.quote = name;
    one.begin = mention * 40u;
    one.end = one.begin + name.size();
    one.rule = "bench";
    one.confidence = 0.9;
    one.entity = static_cast<std::uint32_t>(out.entities.size());
    for (std::uint32_t e = 0; e < out.entities.size(); ++e) {
      if (out.entities[e].name == name) one.entity = e;
    }
    if (one.entity == out.entities.size()) out.entities.push_back({type, name, {}, {}, {}});
    out.entities[one.entity].mentions.push_back(mention);
    out.mentions.push_back(std::move(one));
    return mention;
  }

  std::mt19937 random_{kSeed};
  std::size_t people_, organizations_;
};

// Megabytes of a line of /proc/self/status.
double megabytes(const std::string& field) {
  std::ifstream in("/proc/self/status");
  for (std::string line; std::getline(in, line);) {
    if (line.starts_with(field)) return std::strtod(line.c_str() + field.size() + 1, nullptr) / 1024;
  }
  return 0;
}

}  // namespace
}  // namespace dossier

int main(int argc, char** argv) {
  using namespace dossier;
  using Clock = std::chrono::steady_clock;
  const auto start = Clock::now();
  const MergeTables tables = load_merge_tables({DOSSIER_SOURCE_DIR "/grammars"});
  std::printf("tables %.0f ms\n", std::chrono::duration<double, std::milli>(Clock::now() - start).count());
  std::vector<std::size_t> sizes;
  for (int i = 1; i < argc; ++i) sizes.push_back(std::strtoul(argv[i], nullptr, 10));
  if (sizes.empty()) sizes = {12500, 25000, 50000, 100000};
  double last = 0;
  std::size_t last_size = 0;
  for (const std::size_t size : sizes) {
    World world(size);
    std::vector<DocumentResult> documents;
    documents.reserve(size);
    for (std::size_t i = 0; i < size; ++i) documents.push_back(world.document(i));
    const double before = megabytes("VmRSS:");
    const std::clock_t begin = std::clock();  // of this process: others may be busy
    const Merged merged = merge(documents, {}, tables);
    const double seconds = static_cast<double>(std::clock() - begin) / CLOCKS_PER_SEC;
    std::printf(
        "%7zu documents %6.2f s %5.1f us each, %zu profiles, %zu judgements, %zu suggestions, %.0f MB for the "
        "documents, peak %.0f MB",
        size, seconds, seconds / static_cast<double>(size) * 1e6, merged.profiles.size(), merged.judgements.size(),
        merged.suggestions.size(), before, megabytes("VmHWM:"));
    if (last > 0)
      std::printf(", grows with n^%.2f",
                  std::log(seconds / last) / std::log(static_cast<double>(size) / static_cast<double>(last_size)));
    std::printf("\n");
    last = seconds;
    last_size = size;
  }
  return 0;
}
