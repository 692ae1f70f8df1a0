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

std::vector<Processed> process(std::span<const Input* const> inputs, Extractor& extractor, const Knowledge& knowledge) {
  try {
    std::vector<Document> documents;
    documents.reserve(inputs.size());
    for (const Input* input : inputs) documents.push_back(ingest(input->source, knowledge));
    std::vector<Extractor::Job> jobs;
    for (std::size_t i = 0; i < inputs.size(); ++i) jobs.push_back({&documents[i], inputs[i]->known});
    std::vector<Extraction> extractions = extractor.extract(jobs);
    std::vector<Processed> all;
    all.reserve(inputs.size());
    for (std::size_t i = 0; i < inputs.size(); ++i) {
      all.push_back({summarize(inputs[i]->source, documents[i], std::move(extractions[i]), knowledge), true});
      all.back().result.known = inputs[i]->known;
    }
    return all;
  } catch (const std::exception& error) {  // out of memory, mostly: one of them alone may well fit
    std::vector<Processed> all;
    if (inputs.size() == 1) {
      all.push_back(failed(inputs.front()->source, "process.failed", error.what()));
      return all;
    }
    for (const Input* const& input : inputs) {
      for (Processed& one : process({&input, 1}, extractor, knowledge)) all.push_back(std::move(one));
    }
    return all;
  }
}

void process(const Knowledge& knowledge, unsigned threads, const std::function<std::optional<Input>()>& next,
             const std::function<void(Processed)>& done, const Extractor::Options& options) {
  std::vector<std::unique_ptr<Extractor>> extractors(std::max(threads, 1u));
  const auto work = [&](unsigned worker, std::vector<Input> inputs) {
    if (extractors[worker] == nullptr) extractors[worker] = std::make_unique<Extractor>(knowledge, options);
    std::vector<const Input*> readable;
    for (Input& input : inputs) {
      read(input);
      if (input.error.empty()) readable.push_back(&input);
    }
    std::vector<Processed> processed = process(readable, *extractors[worker], knowledge);
    std::vector<Processed> all;
    for (std::size_t i = 0, next_read = 0; i < inputs.size(); ++i) {
      all.push_back(inputs[i].error.empty() ? std::move(processed[next_read++])
                                            : failed(inputs[i].source, "input.unreadable", inputs[i].error));
    }
    return all;
  };
  run_in_order<Input, Processed>(threads, {.next = next, .work = work, .done = done, .size = size_of});
}

}  // namespace dossier
