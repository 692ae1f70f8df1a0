#include "extractors/named_above.h"

#include "extractors/list_leads.h"

namespace dossier {

namespace {

constexpr std::uint32_t kMostColumns = 16;     // of a table whose labels are read for seats
constexpr std::uint32_t kLinesToName = 2;      // blocks back to a name that stands alone
constexpr std::uint32_t kLinesToOwnName = 6;   // lines back to a name in the same block
constexpr std::uint32_t kMostLineTokens = 14;  // of such a block and those below it
constexpr std::uint32_t kMostNameExtras = 2;   // tokens beside such a name: "Dr.", ", PhD"
constexpr std::uint32_t kItemsToName = 12;     // items of a list back to one that is a name
constexpr std::uint32_t kMostItemExtras = 4;   // tokens beside the name in such an item: a link, "(she/her)"
constexpr std::uint32_t kMostTitleTokens = 5;  // of a line in front of a list that is its title, without a colon
constexpr std::uint32_t kMostBodyTokens = 10;  // the same, where it names a committee
constexpr std::uint32_t kMostBefore = 1000;    // of the same paragraph, back to a committee
constexpr std::uint32_t kBlocksOfTitle = 2;    // of the first slide

const Types kPerson = {type::kPerson};
const Types kRole = {type::kRole};
const Types kDate = {type::kDate};
const Types kOrganization = {type::kOrganization};
const Types kRoleOrPerson = {type::kRole, type::kPerson};

// By block: for headings, the nearest one of a higher level above.
std::vector<std::uint32_t> headings_above(const std::vector<Block>& blocks) {
  std::vector<std::uint32_t> above(blocks.size(), kNone);
  std::vector<std::uint32_t> open;  // headings, each of a lower level than the one before
  for (std::uint32_t b = 0; b < blocks.size(); ++b) {
    if (blocks[b].kind != BlockKind::kHeading) continue;
    while (!open.empty() && blocks[open.back()].level >= blocks[b].level) open.pop_back();
    if (!open.empty()) above[b] = open.back();
    open.push_back(b);
  }
  return above;
}

}  // namespace

NamedAbove::NamedAbove(const MarkedText& text, const Knowledge& knowledge)
    : text_(text),
      bodies_(text, knowledge),
      heading_above_(headings_above(text.blocks)),
      list_lead_(find_list_leads(text.document)),
      role_head_(text.lexicons.find("role_head")),
      table_label_(text.lexicons.find("table_label")),
      self_heading_(text.lexicons.find("self_heading")),
      names_(text.lexicons.find_attribute("names")) {}

std::uint32_t NamedAbove::thing_above(std::uint32_t token, const Types& types) const {
  const std::vector<Block>& blocks = text_.blocks;
  const Block* block = text_.block_of(token);
  if (block == nullptr) return kNone;
  const bool may_be_person = is_among(type::kPerson, types);
  std::uint32_t named = may_be_person ? name_item_above(token) : kNone;
  if (named == kNone) named = on_slide_title(*block, types);
  if (named == kNone && types == kRole) return title_above(*block);
  if (named == kNone && may_be_person) named = name_in_own_block(*block, token);
  if (named == kNone && may_be_person) named = name_line_above(text_.index_of(*block));
  for (std::uint32_t heading = block->section; named == kNone && heading < blocks.size();
       heading = heading_above_[heading]) {
    named = text_.only_mention_in(blocks[heading], types);
  }
  if (named != kNone) return named;
  // The person in the title of a deck is its speaker, not whom a later slide quotes.
  const bool is_later_slide =
      block->slide < text_.document.slides.size() && (block->slide > 0 || text_.index_of(*block) >= kBlocksOfTitle);
  if (is_later_slide && may_be_person) return kNone;
  for (const MetadataField& field : text_.document.metadata) {
    if (field.name == "title" && field.block < blocks.size()) return text_.only_mention_in(blocks[field.block], types);
  }
  return kNone;
}

std::uint32_t NamedAbove::name_item_above(std::uint32_t token) const {
  const Block* own = text_.block_of(token);
  if (own == nullptr || own->kind != BlockKind::kListItem) return kNone;
  const bool tells_of_one = text_.document.kind == DocumentKind::kSlides || is_self_heading(own->section);
  std::uint32_t level = own->level;
  std::uint32_t block = text_.index_of(*own);
  for (std::uint32_t step = 0; step < kItemsToName && block-- > 0; ++step) {
    const Block& above = text_.blocks[block];
    if (above.kind != BlockKind::kListItem || above.section != own->section || above.slide != own->slide) return kNone;
    const bool has_below = above.level < level;
    if (!has_below && (above.level > level || !tells_of_one)) continue;
    const std::uint32_t named = name_of_item(above);
    if (named != kNone) return named;
    if (has_below) level = above.level;
  }
  return kNone;
}

// "## About me", "## Who am I?".
bool NamedAbove::is_self_heading(std::uint32_t section) const {
  if (section >= text_.blocks.size()) return false;
  const Block& heading = text_.blocks[section];
  const std::uint32_t end =
      longest_hit(text_.lexicons, text_.document, text_.pass, self_heading_, heading.first_token).end_token;
  return end > heading.first_token && (end == heading.end_token || text_.is_punctuation(end));
}

// "* Ada Lovell [ada.example]": the full name that the item begins with, and next to nothing behind it.
std::uint32_t NamedAbove::name_of_item(const Block& item) const {
  const std::uint32_t named = text_.only_mention_in(item, kPerson);
  if (named == kNone) return kNone;
  const Mention& name = text_.mentions[named];
  const bool is_full = name.end_token >= name.first_token + 2;
  if (!is_full || name.first_token != item.first_token || name.end_token + kMostItemExtras < item.end_token)
    return kNone;
  for (auto it = text_.first_mention_at(name.end_token); it != text_.mentions.end() && it->first_token < item.end_token;
       ++it) {
    if (it->type == type::kRole || it->type == type::kOrganization) return kNone;  // it tells who that is
  }
  return named;
}

// "Ada Lovell (@lovell)\nSailor at Harborworks\nTrustee of Mole Ltd": the name that a line above, in the same block, is
// made of.
std::uint32_t NamedAbove::name_in_own_block(const Block& block, std::uint32_t token) const {
  if (block.kind != BlockKind::kFragment && block.kind != BlockKind::kListItem) return kNone;
  const auto begins_line = [&](std::uint32_t t) { return t == block.first_token || text_.opens_line(t); };
  while (!begins_line(token)) --token;
  for (std::uint32_t step = 0; step < kLinesToOwnName && token > block.first_token; ++step) {
    const std::uint32_t end = token--;
    while (!begins_line(token)) --token;
    std::uint32_t named = kNone;
    std::uint32_t named_tokens = 0;
    for (auto it = text_.first_mention_at(token); it != text_.mentions.end() && it->first_token < end; ++it) {
      if (it->type != type::kPerson) continue;
      if (named == kNone) named = text_.index_of(it);
      if (text_.mentions[named].entity != it->entity) return kNone;
      named_tokens += it->end_token - it->first_token;
    }
    // A handle in brackets names the same person.
    if (named != kNone) return named_tokens + kMostNameExtras + 1 >= end - token ? named : kNone;
  }
  return kNone;
}

// "Dr. Ada Lovell", alone in the block above: a heading without marks; one more short line may stand between.
std::uint32_t NamedAbove::name_line_above(std::uint32_t block) const {
  const Block& own = text_.blocks[block];
  if (own.kind == BlockKind::kTableCell || own.kind == BlockKind::kMetadata) return kNone;
  for (std::uint32_t step = 0; step < kLinesToName && block-- > 0; ++step) {
    const Block& above = text_.blocks[block];
    const bool is_line =
        above.kind == BlockKind::kParagraph || above.kind == BlockKind::kFragment || above.kind == BlockKind::kHeading;
    const std::uint32_t size = above.end_token - above.first_token;
    if (!is_line || size > kMostLineTokens || above.turn != own.turn || above.slide != own.slide) return kNone;
    // "## Treasurer" begins something else than what stands above it.
    if (own.kind == BlockKind::kHeading && above.kind != BlockKind::kHeading) return kNone;
    const std::uint32_t named = text_.only_mention_in(above, kPerson);
    if (named == kNone) continue;
    const Mention& name = text_.mentions[named];
    return name.end_token - name.first_token + kMostNameExtras >= size && size > 1 ? named : kNone;
  }
  return kNone;
}

// "HARBOR STEERING COMMITTEE": what the first line of a slide ends in.
std::uint32_t NamedAbove::on_slide_title(const Block& block, const Types& types) const {
  if (block.slide >= text_.document.slides.size()) return kNone;
  const Slide& slide = text_.document.slides[block.slide];
  const std::uint32_t title = slide.title_block < text_.blocks.size() ? slide.title_block : slide.first_block;
  if (slide.first_block >= text_.blocks.size()) return kNone;
  const Block& first = text_.blocks[title];
  std::uint32_t named = kNone;
  auto it = text_.first_mention_at(first.first_token);
  for (; it != text_.mentions.end() && it->end_token <= first.end_token; ++it) {
    if (it->first_token > first.first_token && text_.opens_line(it->first_token)) break;
    if (is_among(it->type, types)) named = text_.index_of(it);
  }
  return named;
}

// "## Former chairs": a title that a heading, or the text in front of a list, gives to what stands right below it.
std::uint32_t NamedAbove::title_above(const Block& block) const {
  const std::vector<Block>& blocks = text_.blocks;
  std::uint32_t section = block.section;
  if (const std::uint32_t lead = list_lead_[text_.index_of(block)]; lead != kNone) {
    const std::uint32_t title = title_in_lead(blocks[lead]);
    // "Topics of this year:": the list is of these, whatever the heading says.
    const bool is_other = block.kind == BlockKind::kListItem && ends_in_colon(text_.document, blocks[lead]);
    const std::uint32_t introduced = is_other ? heading_behind(lead) : kNone;
    if (title != kNone || (is_other && introduced == kNone)) return title;
    if (introduced != kNone) section = introduced;
  }
  if (section >= blocks.size()) return kNone;
  // A lead that stands there like a heading.
  if (ends_in_colon(text_.document, blocks[section]) && heading_behind(section) != kNone)
    section = heading_behind(section);
  // "## Members" over "### Term ends in May 2019".
  if (heading_above_[section] < blocks.size() && text_.only_mention_in(blocks[section], kRole) == kNone &&
      text_.last_mention_in(blocks[section], kDate) != kNone)
    section = heading_above_[section];
  // "Speaker Bios" calls nobody a speaker.
  const std::uint32_t role = text_.only_mention_in(blocks[section], kRole);
  if (role == kNone) return kNone;
  const std::uint32_t end = text_.mentions[role].end_token;
  return end >= blocks[section].end_token || text_.is_punctuation(end) ? role : kNone;
}

// "The TSC is glad of many hands:" between "# TSC Reviewers" and a list: it calls nobody anything, that heading does.
std::uint32_t NamedAbove::heading_behind(std::uint32_t lead) const {
  if (lead == 0 || text_.blocks[lead - 1].kind != BlockKind::kHeading) return kNone;
  const bool calls_nobody = text_.last_mention_in(text_.blocks[lead], kRoleOrPerson) == kNone;
  const bool says_whose = text_.last_mention_in(text_.blocks[lead - 1], kOrganization) != kNone;
  return calls_nobody && says_whose ? lead - 1 : kNone;
}

// The title that what leads into a list ends in: "Many thanks to our chairs:", "TSC members". Or the only one in it, if
// a clause about it follows and nobody is named: "… the chairs whose terms begin in May:".
std::uint32_t NamedAbove::title_in_lead(const Block& lead) const {
  if (ends_in_colon(text_.document, lead)) {
    const std::uint32_t role = text_.last_mention_in(lead, kRole);
    if (role == kNone) return kNone;
    const std::uint32_t behind = text_.mentions[role].end_token;
    if (behind + 1 == lead.end_token) return role;
    if (behind >= lead.end_token || text_.only_mention_in(lead, kRole) != role) return kNone;
    const std::string_view mark = text_.word(behind);
    const bool has_clause = mark == "(" || mark == "." ||
                            text_.is_listed(behind, text_.pos, {"preposition", "conjunction"}) ||
                            text_.is_listed(behind, text_.case_, {"relative"});
    return has_clause && text_.last_mention_in(lead, kPerson) == kNone ? role : kNone;
  }
  const std::uint32_t line = last_line_of(text_.document, lead, kMostTitleTokens);
  if (line == kNone) return kNone;
  for (auto it = text_.first_mention_at(line); it != text_.mentions.end() && it->first_token < lead.end_token; ++it) {
    if (it->type == type::kRole && it->end_token == lead.end_token) return text_.index_of(it);
  }
  return kNone;
}

std::uint32_t NamedAbove::body_above(std::uint32_t token, const Types& types) const {
  const Block* block = text_.block_of(token);
  if (block == nullptr) return kNone;
  std::uint32_t named = body_in_front(*block, types);
  if (named != kNone) return named;
  named = on_slide_title(*block, types);
  if (named == kNone) named = body_in_headings(*block, types);
  // "Current members": of the only committee that the text has named so far.
  const bool has_heading = block->section < text_.blocks.size();
  const std::uint32_t lead = list_lead_[text_.index_of(*block)];
  const bool are_members = (has_heading && names_members(text_.blocks[block->section])) ||
                           (lead != kNone && calls_members(text_.blocks[lead])) || names_seats(*block);
  if (named == kNone && are_members) named = bodies_.only_one_before(token);
  if (named == kNone && block->section == kNone) {
    for (const MetadataField& field : text_.document.metadata) {
      if (field.name == "title" && field.block < text_.blocks.size())
        named = text_.last_mention_in(text_.blocks[field.block], types);
    }
  }
  // "SIG Boats has two chairs. Ada Lovell and Paul Berg are …"
  if (named == kNone && block->kind == BlockKind::kParagraph) {
    Block before = *block;
    before.first_token = std::max(before.first_token, token - std::min(token, kMostBefore));
    before.end_token = token;
    named = bodies_.only_one_in(before);
  }
  if (named == kNone) return kNone;
  const Mention& organization = text_.mentions[named];
  return bodies_.has_members(organization) || is_labelled_body(organization) ? named : kNone;
}

// "SC members", "The members of the Harbor Committee are:", right in front of a list, a table or lines of names.
std::uint32_t NamedAbove::body_in_front(const Block& block, const Types& types) const {
  const std::uint32_t own = text_.index_of(block);
  std::uint32_t before = list_lead_[own];
  const bool is_text = block.kind == BlockKind::kParagraph || block.kind == BlockKind::kFragment;
  if (is_text && own > 0 && ends_in_colon(text_.document, text_.blocks[own - 1])) before = own - 1;
  if (before == kNone) return kNone;
  const Block& lead = text_.blocks[before];
  const std::uint32_t first =
      ends_in_colon(text_.document, lead) ? lead.first_token : last_line_of(text_.document, lead, kMostBodyTokens);
  if (first == kNone) return kNone;
  const std::uint32_t named = text_.last_mention_in(lead, types);
  if (named != kNone && bodies_.has_members(text_.mentions[named])) return named;
  // "SC members", where the text has said what "SC" is.
  for (std::uint32_t t = first; t < lead.end_token; ++t) {
    if ((text_.tokens[t].shape & shape::kAllCaps) == 0) continue;
    const std::uint32_t body = bodies_.called(text_.word(t));
    if (body != kNone && text_.mentions[body].first_token < t) return body;
  }
  return kNone;
}

// What the nearest heading names, or one above "Members", "Former chairs".
std::uint32_t NamedAbove::body_in_headings(const Block& block, const Types& types) const {
  const std::vector<Block>& blocks = text_.blocks;
  std::uint32_t named = kNone;
  for (std::uint32_t heading = block.section; named == kNone && heading < blocks.size();
       heading = heading_above_[heading]) {
    named = text_.only_mention_in(blocks[heading], types);
    if (named == kNone) named = bodies_.only_one_in(blocks[heading]);
    if (named == kNone && !names_posts(blocks[heading])) break;
    // "Chair: Ada Lovell" right below the title.
    const bool follows_title = heading > 0 && blocks[heading - 1].kind == BlockKind::kHeading;
    if (named == kNone && heading_above_[heading] == kNone && follows_title)
      named = text_.only_mention_in(blocks[heading - 1], types);
  }
  return named;
}

// "ZQC members" is a body whatever its letters stand for.
bool NamedAbove::is_labelled_body(const Mention& organization) const {
  const std::uint32_t behind = organization.end_token;
  const Block* heading = text_.block_of(organization.first_token);
  return heading->kind == BlockKind::kHeading && behind < heading->end_token &&
         text_.is_in_lexicon(behind, table_label_) && names_members(*heading);
}

// "Current members", not "Co-chairs": those have a post of their own, of what is not said.
bool NamedAbove::names_members(const Block& heading) const {
  const Lexicons& lexicons = text_.lexicons;
  for (std::uint32_t t = heading.first_token; t < heading.end_token; ++t) {
    const auto entries = lexicons.entries_of(text_.pass.words[t]);
    if (std::any_of(entries.begin(), entries.end(), [&](EntryId entry) {
          return lexicons.lexicon_of(entry) == table_label_ && lexicons.attribute(entry, names_) != "handle";
        }))
      return true;
  }
  return false;
}

// "They join these members:", not "Thanks to our chairs:".
bool NamedAbove::calls_members(const Block& lead) const {
  const std::uint32_t title = title_in_lead(lead);
  return title != kNone && text_.is_in_lexicon(text_.mentions[title].end_token - 1, table_label_);
}

// "| Name | Company | Seat type |": of people who have seats, whatever the heading says.
bool NamedAbove::names_seats(const Block& cell) const {
  if (cell.kind != BlockKind::kTableCell || cell.table == kNone) return false;
  const Table& table = text_.document.tables[cell.table];
  const Lexicons& lexicons = text_.lexicons;
  for (std::uint32_t column = 0; column < std::min(table.columns, kMostColumns); ++column) {
    const std::uint32_t label = table.cell(0, column);
    if (label == kNone || text_.blocks[label].first_token == text_.blocks[label].end_token) continue;
    const std::uint32_t first = text_.blocks[label].first_token;
    const LexiconHit hit = longest_hit(lexicons, text_.document, text_.pass, table_label_, first);
    if (hit.end_token > first && lexicons.attribute(hit.entry, names_) == "seat") return true;
  }
  return false;
}

bool NamedAbove::names_posts(const Block& heading) const {
  for (std::uint32_t t = heading.first_token; t < heading.end_token; ++t) {
    if (text_.is_in_lexicon(t, role_head_) || text_.is_in_lexicon(t, table_label_)) return true;
  }
  return false;
}

}  // namespace dossier
