// built_in_rules.h - rules that are code and not files (grammars of dates and numbers, propagation, resolution, page
// readers). They have ids like all others, so that every mention and fact can name what made it.
#pragma once

#include <span>
#include <vector>

#include "pipeline/knowledge.h"

namespace dossier {

std::vector<std::span<const RuleInfo>> built_in_rules();

}  // namespace dossier
