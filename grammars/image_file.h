// image_file.h - files of the cache: what was compiled from knowledge, named by a hash of all that went into it.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

namespace dossier {

// Best effort: a cache that cannot be written costs time, not correctness. Readers never see half a file. Of the same
// kind (the part of the name before '-') all but the 24 images written last are removed, and those of a month ago or
// earlier: who still needs one makes it again.
void write_image(const std::filesystem::path& path, std::string_view bytes);

// The bytes as they were written; none if there is no such file or it cannot be read.
std::string read_image(const std::filesystem::path& path);

}  // namespace dossier
