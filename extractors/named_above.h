// named_above.h - what stands above a place and tells what the place is about: its heading, the title of its slide, the
// text that leads into its list, a name on a line of its own.
//
//   "## Ada Lovell\n\nBorn in Lisbon"                            thing_above("Born", {person})  ->  Ada Lovell
//   "## Former chairs\n\n* Ada Lovell"                            thing_above("Ada", {role})     ->  chairs
//   "# Harbor Committee\n\n## Members\n\n* Ada Lovell"            body_above("Ada", …)           ->  Harbor Committee
//
// Answers are mentions, or kNone. Not here: subjects of sentences (fact_subjects.h).
#pragma once

#include <cstdint>
#include <vector>

#include "extractors/member_bodies.h"
#include "pipeline/marked_text.h"

namespace dossier {

class NamedAbove {
 public:
  // `text` must outlive it.
  NamedAbove(const MarkedText& text, const Knowledge& knowledge);

  // The one thing of these types that the slide, a line or the nearest heading above the token names, or a heading
  // above that one, or the title of the document. Of roles alone: the title that stands right above.
  std::uint32_t thing_above(std::uint32_t token, const Types& types) const;
  // Of a place in a list: whom the item that has its item below it is made of, or, on slides and where a speaker tells
  // of herself, an item in front of it.
  //   "* Ada Lovell\n  * Sailor at Harborworks", "- Ada Lovell\n- Sailor at Harborworks"    Sailor  ->  Ada Lovell
  std::uint32_t name_item_above(std::uint32_t token) const;
  // The committee whose people stand there.
  std::uint32_t body_above(std::uint32_t token, const Types& types) const;

 private:
  bool is_self_heading(std::uint32_t section) const;
  std::uint32_t name_of_item(const Block& item) const;
  std::uint32_t name_in_own_block(const Block& block, std::uint32_t token) const;
  std::uint32_t name_line_above(std::uint32_t block) const;
  std::uint32_t on_slide_title(const Block& block, const Types& types) const;
  std::uint32_t title_above(const Block& block) const;
  std::uint32_t title_in_lead(const Block& lead) const;
  std::uint32_t heading_behind(std::uint32_t lead) const;
  std::uint32_t body_in_front(const Block& block, const Types& types) const;
  std::uint32_t body_in_headings(const Block& block, const Types& types) const;
  bool is_labelled_body(const Mention& organization) const;
  bool names_members(const Block& heading) const;
  bool calls_members(const Block& lead) const;
  bool names_seats(const Block& cell) const;
  bool names_posts(const Block& heading) const;

  const MarkedText& text_;
  MemberBodies bodies_;
  std::vector<std::uint32_t> heading_above_;  // by block: for headings, the one of a higher level above; kNone
  std::vector<std::uint32_t> list_lead_;      // by block
  LexiconId role_head_, table_label_, self_heading_;
  AttributeId names_;
};

}  // namespace dossier
