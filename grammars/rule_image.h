// rule_image.h - a compiled rule set as bytes, so that rules need not be read and compiled at every start.
//
// Errors: bytes that are no intact image with that key, or one of another compiler, are no image.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "grammars/rules.h"

namespace dossier {

struct RuleImage {
  std::vector<std::string> words;  // of the rules' literals: lexicons are loaded with them
  std::string lexicons;  // hash of the image of lexicons the rules were compiled with; words are numbers there
  RuleSet rules;
};

// `key`: hash of the texts the rules come from. Which code compiled them is added to it.
std::string to_bytes(const RuleImage& image, std::string_view key);
std::optional<RuleImage> rule_image_of(std::string_view bytes, std::string_view key);

}  // namespace dossier
