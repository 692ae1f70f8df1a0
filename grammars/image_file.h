// image_file.h - files of the cache: what was compiled from knowledge, named by a hash of all that went into it.
#pragma once

#include <filesystem>
#include <string_view>

namespace dossier {

// Best effort: a cache that cannot be written costs time, not correctness. Readers never see half a file. Images of the
// same kind (the part of the name before '-') that were written a month ago or earlier are removed: who still needs one
// makes it again.
void write_image(const std::filesystem::path& path, std::string_view bytes);

}  // namespace dossier
