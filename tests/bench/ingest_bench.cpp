// ingest_bench.cpp - bytes of input per second of ingest and of its parts, one core.
//
//   build/release/bench/ingest_bench FILE [MEGABYTES]      FILE repeated until it has that many; JSON Lines document by
//   document
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <fstream>
#include <iterator>
#include <sstream>

#include "pipeline/ingest.h"
#include "pipeline/request.h"
#include "pipeline/tokenize.h"

namespace {

// Time of this process on the processor, whatever else the machine does.
double now() {
  return static_cast<double>(std::clock()) / CLOCKS_PER_SEC;
}
double seconds_since(double start) {
  return now() - start;
}

void print(const char* what, std::size_t bytes, double seconds) {
  std::printf("%-24s %8.1f MB/s  (%zu bytes, %.3f s)\n", what, static_cast<double>(bytes) / 1e6 / seconds, bytes,
              seconds);
}

}  // namespace

int main(int count, char** arguments) {
  using namespace dossier;
  if (count < 2) {
    std::fprintf(stderr, "usage: ingest_bench FILE [MEGABYTES]\n");
    return 2;
  }
  const std::string path = arguments[1];
  std::ifstream in(path, std::ios::binary);
  const std::string bytes{std::istreambuf_iterator<char>(in), {}};
  const std::size_t wanted = (count > 2 ? std::strtoull(arguments[2], nullptr, 10) : 50) * 1'000'000;
  const bool is_lines = path.size() > 6 && path.substr(path.size() - 6) == ".jsonl";
  std::vector<Source> sources;
  if (is_lines) {
    std::istringstream lines(bytes);
    for (std::string line; std::getline(lines, line);)
      sources.push_back(parse_request(line, sources.size() + 1).source);
  } else {
    sources.emplace_back().bytes = bytes;
  }
  const double load_start = now();
  const IngestData data = IngestData::load({DOSSIER_SOURCE_DIR "/grammars"});
  std::printf("tables loaded in %.1f ms\n", seconds_since(load_start) * 1e3);

  std::size_t done = 0;
  std::size_t tokens = 0;
  double start = now();
  while (done < wanted) {
    for (const Source& source : sources) {
      tokens += ingest(source, data).tokens.size();
      done += source.bytes.size();
    }
  }
  print("ingest, as they are", done, seconds_since(start));

  Source joined;
  while (joined.bytes.size() < wanted) {
    for (const Source& source : sources) joined.bytes += source.bytes + "\n\n";
  }
  start = now();
  const Document document = ingest(joined, data);
  print("ingest, one document", joined.bytes.size(), seconds_since(start));

  std::vector<Token> only;
  start = now();
  tokenize(document.text, 0, only);
  print("tokenize", document.text.size(), seconds_since(start));
  std::printf("%zu tokens\n", tokens + document.tokens.size() + only.size());
  return 0;
}
