// extract_bench.cpp - bytes of input a second of the whole of extraction, and of each of its stages, on one core.
//
//   build/release/bench/extract_bench [MEGABYTES] [FOLDER...]
//
// Documents are the files of the folders (default: interviews and podcasts of corpus/), over and over until there are
// that many bytes (default 20 MB). They go through the stages of `dossier extract --jsonl`, in its batches: bytes ->
// Document -> Extraction -> one line of the protocol. Start-up is the time to load all knowledge from its compiled
// image and to make an Extractor; the "first" bytes are those of the first batch, while automata and caches are being
// filled.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "pipeline/extract.h"
#include "pipeline/in_order.h"
#include "pipeline/ingest.h"
#include "pipeline/knowledge.h"
#include "pipeline/results.h"

namespace {

using namespace dossier;

// Time of this process on the processor, whatever else the machine does.
double now() {
  return static_cast<double>(std::clock()) / CLOCKS_PER_SEC;
}

// Wall time, as Extractor::stage_seconds().
double wall() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

double megabytes(const std::string& field) {  // of /proc/self/status, in kB there
  std::ifstream status("/proc/self/status");
  for (std::string name; status >> name;) {
    double kilobytes = 0;
    if (name == field && status >> kilobytes) return kilobytes / 1e3;
  }
  return 0;
}

std::vector<Source> documents_of(const std::vector<std::string>& folders) {
  std::vector<std::filesystem::path> files;
  for (const std::string& folder : folders) {
    for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
      if (entry.is_regular_file()) files.push_back(entry.path());
    }
  }
  std::sort(files.begin(), files.end());
  std::vector<Source> sources;
  for (const std::filesystem::path& file : files) {
    std::ifstream stream(file, std::ios::binary);
    Source& source = sources.emplace_back();
    source.uri = file.string();
    source.bytes.assign(std::istreambuf_iterator<char>(stream), {});
  }
  return sources;
}

void print(std::string_view what, double bytes, double seconds, double all) {
  std::printf("%-20.*s %8.1f MB/s %6.1f %%\n", static_cast<int>(what.size()), what.data(), bytes / 1e6 / seconds,
              100 * seconds / all);
}

}  // namespace

int main(int count, char** arguments) {
  const std::size_t wanted = (count > 1 ? std::strtoull(arguments[1], nullptr, 10) : 20) * 1'000'000;
  std::vector<std::string> folders(arguments + std::min(count, 2), arguments + count);
  if (folders.empty()) folders = {DOSSIER_SOURCE_DIR "/corpus/interviews", DOSSIER_SOURCE_DIR "/corpus/podcasts"};
  const std::vector<Source> sources = documents_of(folders);
  if (std::all_of(sources.begin(), sources.end(), [](const Source& source) { return source.bytes.empty(); })) {
    std::fprintf(stderr, "extract_bench: no documents\n");
    return 2;
  }
  Knowledge::Options options;
  options.folders = {DOSSIER_SOURCE_DIR "/grammars"};
  options.cache = Knowledge::default_cache();
  { const Knowledge first = Knowledge::load(options); }  // makes the image if there is none
  const double load_start = now();
  const Knowledge knowledge = Knowledge::load(options);
  const double loaded = now();
  Extractor extractor(knowledge);
  std::printf("start-up             %8.1f ms   (knowledge %.1f, extractor %.1f), resident %.0f MB\n",
              (now() - load_start) * 1e3, (loaded - load_start) * 1e3, (now() - loaded) * 1e3, megabytes("VmRSS:"));
  extractor.time_stages();

  std::size_t bytes = 0;
  std::size_t lines = 0;
  std::size_t mentions = 0;
  std::size_t facts = 0;
  double ingest_time = 0;
  double output_time = 0;
  double cold = 0;
  std::size_t cold_bytes = 0;
  const double start = now();
  std::size_t next = 0;  // over the sources, again and again
  while (bytes < wanted) {
    std::vector<const Source*> batch;
    for (std::size_t size = 0; batch.size() < kJobBatch && size < kJobBatchBytes; ++next) {
      batch.push_back(&sources[next % sources.size()]);
      size += batch.back()->bytes.size();
    }
    const double begin = wall();
    std::vector<Document> documents;
    documents.reserve(batch.size());
    for (const Source* source : batch) documents.push_back(ingest(*source, knowledge));
    ingest_time += wall() - begin;
    std::vector<Extractor::Job> jobs;
    for (const Document& document : documents) jobs.push_back({&document, {}});
    const std::vector<Extraction> extractions = extractor.extract(jobs);
    const double end = wall();
    for (std::size_t i = 0; i < batch.size(); ++i) {
      lines += protocol_line(summarize(*batch[i], documents[i], extractions[i], knowledge), batch[i]->uri).size();
      bytes += batch[i]->bytes.size();
      mentions += extractions[i].mentions.size();
      facts += extractions[i].facts.size();
    }
    output_time += wall() - end;
    if (cold_bytes == 0) {
      cold = now() - start;
      cold_bytes = bytes;
    }
  }
  const double all = now() - start;
  double stages = ingest_time + output_time;
  for (const auto& [stage, seconds] : extractor.stage_seconds()) stages += seconds;
  const auto size = static_cast<double>(bytes);
  print("ingest", size, ingest_time, stages);
  for (const auto& [stage, seconds] : extractor.stage_seconds()) print(stage, size, seconds, stages);
  print("output", size, output_time, stages);
  std::printf("whole                %8.1f MB/s and core of processor time (first %zu bytes: %.1f), resident %.0f MB\n",
              size / 1e6 / all, cold_bytes, static_cast<double>(cold_bytes) / 1e6 / cold, megabytes("VmHWM:"));
  std::printf("%zu bytes -> %zu mentions, %zu facts, %zu bytes of lines\n", bytes, mentions, facts, lines);
}
