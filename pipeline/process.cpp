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

}  // namespace

bool has_failed(const DocumentResult& result) {
  return std::any_of(result.diagnostics.begin(), result.diagnostics.end(),
                     [](const Diagnostic& diagnostic) { return diagnostic.severity == Severity::kError; });
}

Processed process(const Source& source, Extractor& extractor, const Knowledge& knowledge,
                  const std::vector<KnownName>& known) {
  try {
    const Document document = ingest(source, knowledge);
    Processed processed{summarize(source, document, extractor.extract(document, nullptr, known), knowledge), true};
    processed.result.known = known;
    return processed;
  } catch (const std::exception& error) {  // out of memory, mostly: the next document may well fit
    return failed(source, "process.failed", error.what());
  }
}

void process(const Knowledge& knowledge, unsigned threads, const std::function<std::optional<Input>()>& next,
             const std::function<void(Processed)>& done, const Extractor::Options& options) {
  std::vector<std::unique_ptr<Extractor>> extractors(std::max(threads, 1u));
  const auto work = [&](unsigned worker, Input input) {
    if (extractors[worker] == nullptr) extractors[worker] = std::make_unique<Extractor>(knowledge, options);
    read(input);
    return input.error.empty() ? process(input.source, *extractors[worker], knowledge, input.known)
                               : failed(input.source, "input.unreadable", input.error);
  };
  run_in_order<Input, Processed>(threads, {.next = next, .work = work, .done = done});
}

}  // namespace dossier
