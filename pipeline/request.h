// request.h - one line of the machine protocol's input, and the line that answers one which cannot be read.
//
//   {"id": "a1", "text": "…", "lang": "en", "date": "2022-06-07"}  ->  Request{id "a1", source {bytes, language, date}}
//   {"id": "a2", "text": 5}                                        ->  Request{id "a2", error "\"text\" must be a
//   string"}
//
// Promise: total. Unknown members are skipped, so that a line may carry whatever else its owner keeps there.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "pipeline/document.h"

namespace dossier {

struct Request {
  std::string id;
  std::uint64_t line = 0;  // number in its stream, from 1
  Source source;           // its id is left empty: who stores the source asks for content_id()
  std::string error;       // empty: the request is good
};

enum class IdIs : std::uint8_t { kRequired, kOptional };
Request parse_request(std::string_view line, std::uint64_t number, IdIs id = IdIs::kRequired);

// {"id": "a2", "line": 2, "error": "…"} with a null id where none could be read. No line break.
std::string error_line(const Request& request);

}  // namespace dossier
