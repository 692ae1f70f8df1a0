// page_markup.h - text of sources made safe for a page, in Markdown or HTML.
//
//   Markup(kMarkdown).text("A|B <b>*x*</b>\n[y]")  -> "A\|B \<b\>\*x\*\</b\> \[y\]"
//   Markup(kHtml).text("A < B")                    -> "A &lt; B"
//   link("Ada", "javascript:alert(1)")             -> "Ada"    (only http, https and mailto are links)
//
// Promise: for any bytes the result is valid UTF-8 on one line, shows the text's characters and no others, and holds no
// markup. Control characters and marks that reorder text are left out.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace dossier {

// Valid UTF-8 on one line: broken bytes become U+FFFD, runs of white space one space, controls and bidirectional marks
// go.
std::string one_line(std::string_view text);

// The character that begins at byte `at`, which moves behind it; U+FFFD for each broken piece.
char32_t next_character(std::string_view text, std::size_t& at);

enum class PageFormat : std::uint8_t { kMarkdown, kHtml };

class Markup {
 public:
  explicit Markup(PageFormat format) : format_(format) {}

  PageFormat format() const { return format_; }
  std::string text(std::string_view text) const;
  // The same where a line of the page may begin with it: "# no heading", "1. no list".
  std::string text_at_line_start(std::string_view text) const;
  std::string bold(std::string_view text) const;
  std::string code(std::string_view text) const;
  // To a URL; the text alone where it is not linkable.
  std::string link(std::string_view text, std::string_view url) const;
  // To another page of this program, by relative path ("../organizations/open-harbor.md").
  std::string page_link(std::string_view text, std::string_view path) const;
  // Fixed-width text with its line breaks, as it stands inside a block of its own.
  std::string preformatted(std::string_view text) const;
  std::string footnote_reference(std::size_t number) const;

 private:
  std::string anchor(std::string_view text, std::string_view target) const;

  PageFormat format_;
};

// Does it name http, https or mailto?
bool is_linkable(std::string_view url);

}  // namespace dossier
