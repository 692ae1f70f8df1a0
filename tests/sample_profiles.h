// Profiles for the tests of render and of the reader of profile pages: two that have everything.
#pragma once

#include <vector>

#include "pipeline/profile.h"

namespace dossier::samples {

// "ada-lovell" and "open-harbor-foundation", which lead to each other.
std::vector<Profile> complete_profiles();

}  // namespace dossier::samples
