// affiliation_map.h - the box-and-arrow map of a person's affiliations, for a block of fixed-width text.
//
//             ADA LOVELL
//                  |
//          +-------+-------+
//          |               |
//          v               v
//     Open Harbor      Quillfeather
//      Foundation        Academy
//   (General Manager)    (alumni)
//
// Promise: pure; columns stay aligned for wide (East Asian) characters and combining marks; backticks, with which such
// a block could be closed, become apostrophes. No line ends in blanks.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace dossier {

struct MapNode {
  std::string name;
  std::string note;  // shown in parentheses below the name; may be empty
};

// Lines joined and ended by line breaks; empty for no nodes.
std::string draw_affiliation_map(std::string_view center, const std::vector<MapNode>& nodes);

}  // namespace dossier
