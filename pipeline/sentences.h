// sentences.h - the tokens of one block -> sentences. A sentence ends behind . ! ? … (and closing quotes and brackets)
// if what follows begins one; a dot after a short form ("Dr.", "No. 5") or an initial does not end it. Never across
// blocks. In a fragment, a line that its author ended before it was full ends one, too.
#pragma once

#include "pipeline/ingest_data.h"

namespace dossier {

// Tokens [first_token, end_token) of `document` are block `block`; adds its sentences and sets kSentenceFirst,
// kSentenceLast.
void split_sentences(Document& document, std::uint32_t block, const IngestData::Tables& tables);

}  // namespace dossier
