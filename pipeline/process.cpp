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

// What goes wrong in a step; empty: nothing. Mostly there is no memory left.
template <class Step>
std::string error_of(const Step& step) {
  try {
    step();
  } catch (const std::exception& error) {
    return *error.what() == '\0' ? "failed" : error.what();
  }
  return {};
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

void process(std::span<const Input* const> inputs, Extractor& extractor, const Knowledge& knowledge,
             const std::function<void(Processed)>& done) {
  std::vector<Document> documents;
  std::vector<Extraction> extractions;
  std::string error = error_of([&] {
    documents.reserve(inputs.size());
    for (const Input* input : inputs) documents.push_back(ingest(input->source, knowledge));
    std::vector<Extractor::Job> jobs;
    for (std::size_t i = 0; i < inputs.size(); ++i) jobs.push_back({&documents[i], inputs[i]->known});
    extractions = extractor.extract(jobs);
  });
  if (!error.empty() && inputs.size() > 1) {  // each alone may well fit
    documents.clear();
    for (std::size_t i = 0; i < inputs.size(); ++i) process(inputs.subspan(i, 1), extractor, knowledge, done);
    return;
  }
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    const Input& input = *inputs[i];
    Processed one;
    if (error.empty()) {
      error = error_of([&] {
        one.result = summarize(input.source, documents[i], std::move(extractions[i]), knowledge);
        one.result.known = input.known;
      });
    }
    done(error.empty() ? std::move(one) : failed(input.source, "process.failed", std::exchange(error, {})));
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
    std::vector<Processed> all;
    auto input = inputs.begin();
    const auto add_unreadable = [&] {
      for (; input != inputs.end() && !input->error.empty(); ++input)
        all.push_back(failed(input->source, "input.unreadable", input->error));
    };
    add_unreadable();
    process(readable, *extractors[worker], knowledge, [&](Processed processed) {
      all.push_back(std::move(processed));
      ++input;
      add_unreadable();
    });
    return all;
  };
  run_in_order<Input, Processed>(threads, {.next = next, .work = work, .done = done, .size = size_of});
}

}  // namespace dossier
