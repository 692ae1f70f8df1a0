// process.h - the way of one document and of a batch: bytes -> DocumentResult, on several threads, in order.
//
//   process(knowledge, 2, [&] { return inputs.next(); }, [&](Processed done) { … });
//
// Promise: the results come in the order of the inputs and are the same at any number of threads. Whatever a document
// holds, and whatever goes wrong with it, there is a result: its diagnostics tell. Memory is bounded by two batches of
// small documents (in_order.h) or a few large ones a thread.
#pragma once

#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "pipeline/extract.h"
#include "pipeline/inputs.h"
#include "pipeline/knowledge.h"
#include "pipeline/results.h"

namespace dossier {

struct Processed {
  DocumentResult result;
  bool is_document = true;  // false: the input could not be read or worked on, and the result only says why
};

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

// ingest, extract, summarize: a result for each input; their bytes must be there. Each stage but the last goes over all
// of them; `done` has the result of each in its turn, and is called once for each. `extractor` is made where there is
// none, and made anew after an error: half of what it then knows may be missing.
void process(std::span<const Input* const> inputs, std::unique_ptr<Extractor>& extractor, const Knowledge& knowledge,
             const Extractor::Options& options, const std::function<void(Processed)>& done);

// Did the document fail: is there a diagnostic of severity error?
bool has_failed(const DocumentResult& result);

void process(const Knowledge& knowledge, unsigned threads, const std::function<std::optional<Input>()>& next,
             const std::function<void(Processed)>& done, const Extractor::Options& options = {});

}  // namespace dossier
