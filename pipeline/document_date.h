// document_date.h - a date as metadata lines, headings and title slides write it -> EDTF.
//
//   "March 30th, 2016", "30 marzo 2016", "2016-03-30", "Mittwoch, 30. März 2016" -> "2016-03-30";  "Febbraio 2026" ->
//   "2026-02"
//
// Only the whole text counts: a sentence that has a date somewhere gives "". Dates inside sentences are the
// extractors'.
#pragma once

#include <string>
#include <string_view>

#include "pipeline/ingest_data.h"

namespace dossier {

std::string read_document_date(std::string_view text, const IngestData::Tables& tables);

}  // namespace dossier
