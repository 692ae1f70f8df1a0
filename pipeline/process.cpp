#include "pipeline/process.h"

#include <algorithm>
#include <exception>
#include <memory>
#include <vector>

#include "pipeline/in_order.h"
#include "pipeline/ingest.h"

namespace dossier {
namespace {

Processed failed(const Source& source, const std::string& code, const std::string& why) {
  DocumentResult result;
  result.source_id = source.id;
  result.uri = source.uri;
  result.bytes = source.bytes.size();
  result.diagnostics.push_back({Severity::kError, code, why});
  return {std::move(result), false};
}

// In bytes; of a file that cannot be asked for, none.
std::size_t size_of(const Input& input) {
  if (input.file.empty()) return input.source.bytes.size();
  std::error_code error;
  const std::uintmax_t size = std::filesystem::file_size(input.file, error);
  return error ? 0 : static_cast<std::size_t>(size);
}

}  // namespace

bool has_failed(const DocumentResult& result) {
  return std::any_of(result.diagnostics.begin(), result.diagnostics.end(),
                     [](const Diagnostic& diagnostic) { return diagnostic.severity == Severity::kError; });
}

void process(std::span<const Input* const> inputs, std::unique_ptr<Extractor>& extractor, const Knowledge& knowledge,
             const Extractor::Options& options, const std::function<void(Processed)>& done) {
  std::vector<Document> documents;
  std::vector<Extraction> extractions;
  std::string error = error_of([&] {
    if (extractor == nullptr) extractor = std::make_unique<Extractor>(knowledge, options);
    documents.reserve(inputs.size());
    for (const Input* input : inputs) documents.push_back(ingest(input->source, knowledge));
    std::vector<Extractor::Job> jobs;
    for (std::size_t i = 0; i < inputs.size(); ++i) jobs.push_back({&documents[i], inputs[i]->known});
    extractions = extractor->extract(jobs);
  });
  if (!error.empty()) extractor.reset();
  std::size_t next = 0;
  while (next < inputs.size() && error.empty()) {
    Processed one;
    error = error_of([&] {
      one.result = summarize(inputs[next]->source, documents[next], std::move(extractions[next]), knowledge);
      one.result.known = inputs[next]->known;
    });
    if (!error.empty()) break;
    documents[next++] = {};  // of one of many megabytes the line that is written next takes as much
    done(std::move(one));
  }
  if (next == inputs.size()) return;
  if (inputs.size() == 1) return done(failed(inputs.front()->source, "process.failed", error));
  documents = {};
  extractions = {};
  for (; next < inputs.size(); ++next)
    process(inputs.subspan(next, 1), extractor, knowledge, options, done);  // alone it may well fit
}

void process(const Knowledge& knowledge, unsigned threads, const std::function<std::optional<Input>()>& next,
             const std::function<void(Processed)>& done, const Extractor::Options& options) {
  std::vector<std::unique_ptr<Extractor>> extractors(std::max(threads, 1u));
  const auto work = [&](unsigned worker, std::vector<Input> inputs) {
    std::vector<const Input*> readable;
    for (Input& input : inputs) {
      read(input);
      if (input.error.empty()) readable.push_back(&input);
    }
    std::vector<Processed> all;
    auto input = inputs.begin();
    const auto add_unreadable = [&] {
      for (; input != inputs.end() && !input->error.empty(); ++input)
        all.push_back(failed(input->source, "input.unreadable", input->error));
    };
    add_unreadable();
    process(readable, extractors[worker], knowledge, options, [&](Processed processed) {
      all.push_back(std::move(processed));
      ++input;
      add_unreadable();
    });
    return all;
  };
  run_in_order<Input, Processed>(threads, {.next = next, .work = work, .done = done, .size = size_of});
}

}  // namespace dossier
