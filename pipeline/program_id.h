// program_id.h - which program is this? For keys of stored results: another program may extract something else.
#pragma once

#include <string>

namespace dossier {

// Hex of the linker's build id, which changes whenever the program's code does; empty if the program has none.
std::string program_id();

}  // namespace dossier
