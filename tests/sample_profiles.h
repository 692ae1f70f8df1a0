// Profiles for the tests of render and of the reader of profile pages: two that have everything, and random ones.
#pragma once

#include <random>
#include <vector>

#include "pipeline/profile.h"

namespace dossier::samples {

// "open-harbor-foundation" and "ada-lovell", which lead to each other.
std::vector<Profile> complete_profiles();

// A person or an organization with random statements of every kind that a page holds. Names and texts are hostile:
// marks of Markdown and HTML, bars, quotation marks, other scripts. Some link to the two complete profiles.
Profile random_profile(std::mt19937& random);

}  // namespace dossier::samples
