// document.cpp - names of the enumerations in document.h.
#include "pipeline/document.h"

#include <array>

namespace dossier {
namespace {

// In the order of the enumerations.
constexpr std::array<std::string_view, 7> kDocumentKinds = {"auto",     "interview", "podcast", "slides",
                                                            "markdown", "profile",   "plain"};
constexpr std::array<std::string_view, 12> kBlockKinds = {"paragraph", "heading",     "list_item",   "table_cell",
                                                          "metadata",  "speaker",     "quotation",   "fragment",
                                                          "code",      "boilerplate", "description", "footer"};

}  // namespace

std::string_view name_of(DocumentKind kind) {
  return kDocumentKinds[static_cast<std::size_t>(kind)];
}

bool parse_document_kind(std::string_view name, DocumentKind& kind) {
  for (std::size_t i = 0; i < kDocumentKinds.size(); ++i) {
    if (kDocumentKinds[i] == name) {
      kind = static_cast<DocumentKind>(i);
      return true;
    }
  }
  return false;
}

std::string_view name_of(Status status) {
  switch (status) {
    case Status::kUnknown:
      return "unknown";
    case Status::kCurrent:
      return "current";
    case Status::kPast:
      return "past";
    case Status::kPlanned:
      return "planned";
  }
  return "unknown";
}

std::string_view name_of(BlockKind kind) {
  return kBlockKinds[static_cast<std::size_t>(kind)];
}

}  // namespace dossier
