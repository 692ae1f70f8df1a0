#include "extractors/profile_page.h"

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <set>
#include <unordered_map>

#include "extractors/period_cells.h"
#include "extractors/statistic_cells.h"
#include "grammars/ascii.h"
#include "grammars/edtf.h"
#include "pipeline/names.h"
#include "pipeline/page_words.h"

namespace dossier {

struct ProfilePageReader::State {
  PageLabels labels;
  std::optional<PeriodCells> periods;
};

namespace {

constexpr std::array<const char*, 13> kRuleNames = {
    "profile_page.title",    "profile_page.tagline",    "profile_page.key_data",   "profile_page.education",
    "profile_page.career",   "profile_page.leadership", "profile_page.connection", "profile_page.participation",
    "profile_page.timeline", "profile_page.statistic",  "profile_page.membership", "profile_page.quote",
    "profile_page.reference"};

// Four digits in a row.
bool has_year(std::string_view text) {
  std::size_t digits = 0;
  for (const char c : text) {
    digits = is_digit(c) ? digits + 1 : 0;
    if (digits == 4) return true;
  }
  return false;
}

// Does a text begin like a name: with an upper-case letter, or one that is not ASCII?
bool begins_like_a_name(std::string_view text) {
  return !text.empty() && (is_upper(text.front()) || static_cast<unsigned char>(text.front()) >= 0x80);
}

// Links between pages: relative paths to other pages of the same collection.
bool is_page_link(std::string_view target) {
  return target.find(':') == std::string_view::npos && !target.starts_with('#') && !target.starts_with("//");
}

// Writers of pages encode parentheses in addresses, which would end a Markdown link.
std::string decoded_address(std::string_view target) {
  std::string address(target);
  for (const auto& [code, plain] : {std::pair<std::string_view, char>{"%28", '('}, {"%29", ')'}}) {
    for (std::size_t at = address.find(code); at != std::string::npos; at = address.find(code, at)) {
      address.replace(at, code.size(), 1, plain);
    }
  }
  return address;
}

class PageReader {
 public:
  PageReader(const Document& document, const PageLabels& labels, const PeriodCells& periods)
      : document_(document), labels_(labels), periods_(periods) {}

  PageReading read();

 private:
  struct Section {
    std::string name;        // "career", …; empty: not a known heading
    std::string subsection;  // "documents", …
  };
  struct Piece {  // a stretch of a cell
    Span span;
    std::uint32_t block = kNone;
  };
  using Columns = std::map<std::string, std::uint32_t, std::less<>>;  // column name -> index
  struct Name {
    std::uint32_t mention = kNone;
    std::string other;  // words that are no name
  };

  std::string_view text(Span span) const { return document_.slice(span); }
  std::string text(const Piece& piece) const { return one_space(text(piece.span)); }
  static std::string one_space(std::string_view text);
  Span trimmed(Span span) const;
  std::span<const Link> links_in(Span span) const;
  const Link* link_in(Span span) const;  // the first; nullptr: none
  const PeriodCells::Reading& period_in(std::string_view cell) const;
  void mark_read(std::uint32_t block) { reading_.blocks.push_back(block); }

  void find_sections();
  void find_date();
  void find_subject();
  void read_title();
  void read_table(const Table& table);
  Columns columns_of(const Table& table);
  Section section_of(const Table& table) const;
  std::optional<Piece> cell(const Table& table, const Columns& columns, std::string_view name, std::uint32_t row) const;
  void read_row(const Table& table, const Columns& columns, const Section& section, std::uint32_t row, Span line);
  void read_key_row(const std::string& name, const Piece& piece, const Section& section, Span line);
  void read_key_value(const std::string& row, const std::string& name, Piece piece, Span line);
  bool read_life_event(const std::string& predicate, Piece piece, Span line);
  void read_years_of_title();
  void read_quotes();
  void read_references();
  void drop_repeated_timeline();

  std::vector<Piece> split(const Piece& piece, std::string_view separator) const;
  bool is_no_value(const Piece& piece) const;
  Period take_period(Piece& piece) const;
  Name name_of(Piece piece, TypeId type, const char* rule, Span line);
  TypeId type_of_link(const Link& link, TypeId fallback) const;
  std::uint32_t mention(TypeId type, Span span, const char* rule);
  std::uint32_t date_mention(Piece piece, const Period& period, const char* rule);
  std::uint32_t role_mention(Piece piece, const char* rule);
  Period period_of(const std::optional<Piece>& piece, const char* rule);
  PageFact& fact(const char* predicate, Span line, const char* rule);
  void argument(PageFact& fact, const char* name, std::uint32_t mention) const {
    if (mention != kNone) fact.arguments.emplace_back(name, mention);
  }
  bool is_person() const { return reading_.subject_type == type::kPerson; }

  const Document& document_;
  const PageLabels& labels_;
  const PeriodCells& periods_;
  PageReading reading_;
  std::map<std::uint32_t, Section> sections_;  // heading block -> what it heads
  std::string date_;                           // of the page, EDTF
  std::string language_ = "en";                // of the labels: how numbers are written
  std::uint32_t title_block_ = kNone;
  std::map<std::pair<Span, TypeId>, std::uint32_t> known_mentions_;
  mutable std::unordered_map<std::string, PeriodCells::Reading> period_cells_;
  Span life_span_;  // years behind the name in the title
};

std::string PageReader::one_space(std::string_view text) {
  std::string joined;
  for (const char c : text) {
    const bool is_blank = c == ' ' || c == '\n' || c == '\t' || c == '\r';
    if (!is_blank) {
      joined += c;
    } else if (!joined.empty() && joined.back() != ' ') {
      joined += ' ';
    }
  }
  if (!joined.empty() && joined.back() == ' ') joined.pop_back();
  return joined;
}

// Without white space and footnote marks ("[^3]") at the edges.
Span PageReader::trimmed(Span span) const {
  const auto is_blank = [](char c) { return c == ' ' || c == '\n' || c == '\t' || c == '\r'; };
  for (;;) {
    while (!span.is_empty() && is_blank(document_.text[span.begin])) ++span.begin;
    while (!span.is_empty() && is_blank(document_.text[span.end - 1])) --span.end;
    const std::string_view words = text(span);
    const std::size_t mark = words.ends_with(']') ? words.rfind("[^") : std::string_view::npos;
    if (mark == std::string_view::npos) return span;
    span.end = span.begin + static_cast<std::uint32_t>(mark);
  }
}

std::span<const Link> PageReader::links_in(Span span) const {
  const auto begins_before = [](const Link& link, std::uint32_t begin) { return link.text.begin < begin; };
  const auto first = std::lower_bound(document_.links.begin(), document_.links.end(), span.begin, begins_before);
  auto end = std::lower_bound(first, document_.links.end(), span.end, begins_before);
  while (end != first && !span.contains((end - 1)->text)) --end;
  return {first, end};
}

const Link* PageReader::link_in(Span span) const {
  for (const Link& link : links_in(span)) {
    if (!link.text.is_empty()) return &link;
  }
  return nullptr;
}

// Cells repeat ("-", "2010-", "Gold"): each is read once. Prose is not read at all.
const PeriodCells::Reading& PageReader::period_in(std::string_view cell) const {
  static const PeriodCells::Reading kProse = {{}, "", false};
  constexpr std::size_t kLongestPeriod = 80;  // "from the 28th of September 2018 to the 2nd of October 2019 (planned)"
  if (cell.size() > kLongestPeriod) return kProse;
  const auto [found, is_new] = period_cells_.try_emplace(std::string(cell));
  if (is_new) found->second = periods_.read(cell, date_);
  return found->second;
}

PageReading PageReader::read() {
  find_sections();
  find_date();
  find_subject();
  if (reading_.subject == kNone) return std::move(reading_);
  read_title();
  for (const Table& table : document_.tables) read_table(table);
  read_quotes();
  read_references();
  read_years_of_title();
  drop_repeated_timeline();
  std::sort(reading_.blocks.begin(), reading_.blocks.end());
  reading_.blocks.erase(std::unique(reading_.blocks.begin(), reading_.blocks.end()), reading_.blocks.end());
  return std::move(reading_);
}

// Headings of level 2 name sections, deeper ones parts of them.
void PageReader::find_sections() {
  Section current;
  std::map<std::string, std::size_t> languages;
  for (std::uint32_t b = 0; b < document_.blocks.size(); ++b) {
    const Block& block = document_.blocks[b];
    if (block.kind != BlockKind::kHeading) continue;
    if (title_block_ == kNone && block.level <= 1) {
      title_block_ = b;
      continue;
    }
    const std::string words = one_space(text(trimmed(block.span)));
    const PageLabels::Found section = labels_.find("section", words);
    if (block.level <= 2) {
      current = {section.name, ""};
      ++languages[section.language];
    } else {
      current.subsection = labels_.find("subsection", words).name;
      if (current.subsection.empty() && !section.name.empty()) current.subsection = section.name;
    }
    sections_[b] = current;
  }
  for (const Table& table : document_.tables) {
    for (std::uint32_t column = 0; column < table.columns; ++column) {
      const std::uint32_t block = table.cell(0, column);
      if (block == kNone) continue;
      ++languages[labels_.find("column", text(Piece{trimmed(document_.blocks[block].span), block})).language];
    }
  }
  languages.erase("");
  std::size_t most = 0;
  for (const auto& [language, count] : languages) {
    if (count > most) {
      most = count;
      language_ = language;
    }
  }
}

// "*Last updated: February 2026*" where ingest found no date.
void PageReader::find_date() {
  date_ = document_.date;
  for (std::uint32_t b = 0; b < document_.blocks.size(); ++b) {
    const Span span = trimmed(document_.blocks[b].span);
    const std::string_view words = text(span);
    const std::size_t colon = words.size() < 200 ? words.find(':') : std::string_view::npos;
    if (colon == std::string_view::npos || labels_.find("word", words.substr(0, colon)).name != "updated") continue;
    mark_read(b);
    if (date_.empty()) date_ = periods_.read(words.substr(colon + 1), "").period.from;
  }
}

// The title is the subject; whether it is a person or an organization is told by what the page has to say about it.
void PageReader::find_subject() {
  if (title_block_ == kNone) return;
  int person = 0, organization = 0;
  const auto vote = [&](std::string_view name, std::initializer_list<std::string_view> for_person,
                        std::initializer_list<std::string_view> for_organization) {
    for (const std::string_view known : for_person) person += name == known;
    for (const std::string_view known : for_organization) organization += name == known;
  };
  for (const auto& [block, section] : sections_) {
    vote(section.name, {"career", "education", "network"}, {"leadership", "members"});
  }
  for (const Table& table : document_.tables) {
    const Columns columns = columns_of(table);
    const auto has = [&](std::string_view name) { return columns.contains(name); };
    person += has("institution") + (has("role") && has("organization"));
    organization += (has("role") && (has("name") || has("person"))) + has("member") + has("shareholder");
    const auto aspect = columns.find("aspect");
    if (aspect == columns.end()) continue;
    for (std::uint32_t row = 1; row < table.rows; ++row) {
      const std::uint32_t block = table.cell(row, aspect->second);
      if (block == kNone) continue;
      const std::string name = labels_.find("row", text(trimmed(document_.blocks[block].span))).name;
      vote(name, {"born", "died", "nationality", "profession", "spouse", "father", "mother", "children", "residence"},
           {"inception", "headquarters", "parent_organization"});
      if (name != "type") continue;
      const std::optional<Piece> value = cell(table, columns, "detail", row);
      const std::string kind = value ? labels_.find("type", text(*value)).name : "";
      person += kind == "person" ? 100 : 0;
      organization += kind == "organization" ? 100 : 0;
    }
  }
  reading_.subject_type = organization > person ? type::kOrganization : type::kPerson;
  mark_read(title_block_);

  // "Ada Lovell (1970-)", "Open Harbor Foundation (OHF)"
  Span name = trimmed(document_.blocks[title_block_].span);
  const std::string_view words = text(name);
  const std::size_t open = words.ends_with(')') ? words.rfind('(') : std::string_view::npos;
  std::optional<Span> acronym;
  if (open != std::string_view::npos && open > 0) {
    const Span inside = trimmed({name.begin + static_cast<std::uint32_t>(open) + 1, name.end - 1});
    const PeriodCells::Reading years = periods_.read(text(inside), "");
    if (years.understood && !(years.period.from.empty() && years.period.to.empty())) {
      life_span_ = inside;
      name = trimmed({name.begin, name.begin + static_cast<std::uint32_t>(open)});
    } else if (looks_like_acronym(text(inside))) {
      acronym = inside;
      name = trimmed({name.begin, name.begin + static_cast<std::uint32_t>(open)});
    }
  }
  if (name.is_empty()) return;
  reading_.subject = mention(reading_.subject_type, name, kRuleNames[0]);
  if (acronym) {
    PageFact& alias = fact("alias", document_.blocks[title_block_].span, kRuleNames[0]);
    argument(alias, "entity", reading_.subject);
    argument(alias, "alias", mention(reading_.subject_type, *acronym, kRuleNames[0]));
  }
}

// The quotation between the title and the first section is the tagline.
void PageReader::read_title() {
  for (std::uint32_t b = title_block_ + 1; b < document_.blocks.size(); ++b) {
    const Block& block = document_.blocks[b];
    if (block.kind == BlockKind::kHeading) return;
    if (block.kind != BlockKind::kQuotation) continue;
    const Span span = trimmed(block.span);
    if (span.is_empty()) continue;
    mark_read(b);
    PageFact& tagline = fact("tagline", span, kRuleNames[1]);
    argument(tagline, "subject", reading_.subject);
    tagline.text = one_space(text(span));
    return;
  }
}

// ---------------------------------------------------------------------------------------------------------------------
// Tables.

PageReader::Columns PageReader::columns_of(const Table& table) {
  Columns columns;
  for (std::uint32_t column = 0; column < table.columns; ++column) {
    const std::uint32_t block = table.cell(0, column);
    if (block == kNone) continue;
    const std::string name = labels_.find("column", text(trimmed(document_.blocks[block].span))).name;
    if (!name.empty()) columns.emplace(name, column);
  }
  return columns;
}

PageReader::Section PageReader::section_of(const Table& table) const {
  for (const std::uint32_t block : table.cells) {
    if (block == kNone) continue;
    const auto found = sections_.find(document_.blocks[block].section);
    return found == sections_.end() ? Section{} : found->second;
  }
  return {};
}

std::optional<PageReader::Piece> PageReader::cell(const Table& table, const Columns& columns, std::string_view name,
                                                  std::uint32_t row) const {
  const auto column = columns.find(name);
  const std::uint32_t block = column == columns.end() ? kNone : table.cell(row, column->second);
  if (block == kNone) return std::nullopt;
  const Piece piece{trimmed(document_.blocks[block].span), block};
  return is_no_value(piece) ? std::nullopt : std::optional(piece);
}

// "", "-", "?": nothing is stated.
bool PageReader::is_no_value(const Piece& piece) const {
  const std::string_view words = text(piece.span);
  if (words.empty()) return true;
  if (words.size() > 16) return false;
  if (std::any_of(words.begin(), words.end(), is_digit)) return false;
  const PeriodCells::Reading& reading = period_in(words);
  return reading.understood && reading.text.empty() && reading.period.from.empty() && reading.period.to.empty() &&
         reading.period.status == Status::kUnknown;
}

void PageReader::read_table(const Table& table) {
  const Columns columns = columns_of(table);
  const Section section = section_of(table);
  if (columns.empty() || table.rows < 2 || section.name == "questions") return;
  for (std::uint32_t row = 1; row < table.rows; ++row) {
    Span line{0xFFFFFFFFu, 0};
    for (std::uint32_t column = 0; column < table.columns; ++column) {
      const std::uint32_t block = table.cell(row, column);
      if (block == kNone) continue;
      const Span span = trimmed(document_.blocks[block].span);
      line = {std::min(line.begin, span.begin), std::max(line.end, span.end)};
    }
    if (line.begin >= line.end) continue;
    const std::size_t before = reading_.facts.size();
    read_row(table, columns, section, row, line);
    if (reading_.facts.size() == before) continue;
    for (std::uint32_t column = 0; column < table.columns; ++column) {
      if (const std::uint32_t block = table.cell(row, column); block != kNone) mark_read(block);
    }
  }
}

void PageReader::read_row(const Table& table, const Columns& columns, const Section& section, std::uint32_t row,
                          Span line) {
  const auto has = [&](std::string_view name) { return columns.contains(name); };
  const auto at = [&](std::string_view name) { return cell(table, columns, name, row); };
  const auto first_of = [&](std::initializer_list<std::string_view> names) -> std::optional<Piece> {
    for (const std::string_view name : names) {
      if (has(name)) return at(name);
    }
    return std::nullopt;
  };
  const auto has_any = [&](std::initializer_list<std::string_view> names) {
    return std::any_of(names.begin(), names.end(), has);
  };
  const std::optional<Piece> when = first_of({"period", "year", "date"});

  if (has("institution") && is_person()) {
    const std::optional<Piece> institution = at("institution");
    const std::optional<Piece> detail = first_of({"degree", "detail", "role"});
    if (!institution && !detail) return;
    Name name;
    if (institution) name = name_of(*institution, type::kOrganization, kRuleNames[3], line);
    if (institution && name.mention == kNone) return;
    const Period period = period_of(when, kRuleNames[3]);
    PageFact& education = fact("education", line, kRuleNames[3]);
    argument(education, "person", reading_.subject);
    argument(education, "institution", name.mention);
    if (detail) education.text = text(*detail);
    education.period = period;
    return;
  }
  if (has("role") && is_person() && (has("organization") || (has("period") && !has_any({"event", "name", "person"})))) {
    const std::optional<Piece> roles = at("role"), organization = at("organization");
    if (!roles && !organization) return;
    const Period period = period_of(when, kRuleNames[4]);
    Name name;
    if (organization) name = name_of(*organization, type::kOrganization, kRuleNames[4], line);
    const std::vector<Piece> parts = roles ? split(*roles, kRoleSeparator) : std::vector<Piece>{Piece{}};
    for (const Piece& part : parts) {
      const std::uint32_t role = part.span.is_empty() ? kNone : role_mention(part, kRuleNames[4]);
      PageFact& affiliation = fact("affiliation", line, kRuleNames[4]);
      argument(affiliation, "person", reading_.subject);
      argument(affiliation, "role", role);
      argument(affiliation, "organization", name.mention);
      affiliation.text = name.other;
      affiliation.period = period;
    }
    return;
  }
  if (has("role") && !is_person() && has_any({"name", "person"})) {
    const std::optional<Piece> person = first_of({"person", "name"}), roles = at("role");
    if (!person) return;
    const Name name = name_of(*person, type::kPerson, kRuleNames[5], line);
    if (name.mention == kNone) return;
    const Period period = period_of(when, kRuleNames[5]);
    const std::vector<Piece> parts = roles ? split(*roles, kRoleSeparator) : std::vector<Piece>{Piece{}};
    for (const Piece& part : parts) {
      const std::uint32_t role = part.span.is_empty() ? kNone : role_mention(part, kRuleNames[5]);
      PageFact& affiliation = fact("affiliation", line, kRuleNames[5]);
      argument(affiliation, "person", name.mention);
      argument(affiliation, "role", role);
      argument(affiliation, "organization", reading_.subject);
      affiliation.period = period;
    }
    return;
  }
  if (has("member") && !is_person()) {
    const std::optional<Piece> member = at("member");
    if (!member) return;
    const Name name = name_of(*member, type::kOrganization, kRuleNames[10], line);
    if (name.mention == kNone) return;
    const Period period = period_of(when, kRuleNames[10]);
    PageFact& membership = fact("membership", line, kRuleNames[10]);
    argument(membership, "member", name.mention);
    argument(membership, "organization", reading_.subject);
    if (const std::optional<Piece> level = at("level")) membership.text = text(*level);
    membership.period = period;
    return;
  }
  if (has("measure") && has("value")) {
    const std::optional<Piece> measure = at("measure"), value = at("value");
    if (!value) return;
    std::optional<Statistic> read = read_statistic(text(*value), labels_, language_);
    if (!read) return;
    // Nothing finer than the page itself: its name.
    read->subject = measure ? text(*measure) : one_space(text(reading_.mentions[reading_.subject].span));
    const Period period = period_of(when, kRuleNames[9]);
    read->as_of = period.from == period.to ? period.from : period.from + "/" + period.to;
    if (!read->as_of.empty()) read->as_of_origin = "explicit";
    const std::uint32_t statistic = mention(type::kStatistic, value->span, kRuleNames[9]);
    reading_.mentions[statistic].statistic = static_cast<std::uint32_t>(reading_.statistics.size());
    reading_.statistics.push_back(std::move(*read));
    PageFact& measured = fact("statistic", line, kRuleNames[9]);
    argument(measured, "subject", reading_.subject);
    argument(measured, "statistic", statistic);
    measured.period = period;
    return;
  }
  if (has_any({"forum", "event"}) && has_any({"participation", "role"})) {
    const std::optional<Piece> event = first_of({"forum", "event"}), role = first_of({"participation", "role"});
    if (!event) return;
    const Name name = name_of(*event, type::kEvent, kRuleNames[7], line);
    if (name.mention == kNone) return;
    const Period period = period_of(when, kRuleNames[7]);
    const std::uint32_t role_at = role ? role_mention(*role, kRuleNames[7]) : kNone;
    PageFact& participation = fact("participation", line, kRuleNames[7]);
    argument(participation, "participant", reading_.subject);
    argument(participation, "event", name.mention);
    argument(participation, "role", role_at);
    participation.period = period;
    return;
  }
  const bool is_list_by_year = has("year") && table.columns == 2;  // events, awards, publications …
  if (when && (has("event") || is_list_by_year)) {
    std::optional<Piece> event = at("event");
    if (is_list_by_year) {
      const std::uint32_t block = table.cell(row, 1 - columns.find("year")->second);
      if (block != kNone) event = Piece{trimmed(document_.blocks[block].span), block};
    }
    if (!event || event->span.is_empty()) return;
    const Period period = period_of(when, kRuleNames[8]);
    PageFact& entry = fact("timeline", line, kRuleNames[8]);
    argument(entry, "subject", reading_.subject);
    entry.period = period;
    entry.text = text(*event);
    if (period.from.empty() && period.to.empty()) entry.text = text(*when) + ": " + entry.text;
    return;
  }
  if (has_any({"connection", "relation", "share"}) || (has("shareholder") && !is_person())) {
    const bool is_of_people = has_any({"name", "person"});
    const std::optional<Piece> entity =
        first_of({"name", "person", "entity", "organization", "shareholder", "subsidiary", "forum"});
    std::optional<Piece> relation = first_of({"connection", "relation", "share", "role", "detail"});
    if (!entity) return;
    const Name name = name_of(*entity, is_of_people ? type::kPerson : type::kOrganization, kRuleNames[6], line);
    if (name.mention == kNone) return;
    Period period;
    if (relation) period = take_period(*relation);
    PageFact& connection = fact("connection", line, kRuleNames[6]);
    argument(connection, "subject", reading_.subject);
    argument(connection, "entity", name.mention);
    if (relation) connection.text = text(*relation);
    connection.period = period;
    return;
  }
  if (has("topic")) {
    const std::optional<Piece> topic = at("topic"), detail = at("detail");
    if (!topic) return;
    const Period period = period_of(when, kRuleNames[2]);
    PageFact& controversy = fact("controversy", line, kRuleNames[2]);
    argument(controversy, "subject", reading_.subject);
    controversy.text = text(*topic) + "\t" + (detail ? text(*detail) : "");
    controversy.period = period;
    return;
  }
  if (has("aspect")) {
    const std::optional<Piece> aspect = at("aspect"), detail = first_of({"detail", "value"});
    if (aspect && detail) read_key_row(text(*aspect), *detail, section, line);
  }
}

void PageReader::read_key_row(const std::string& name, const Piece& piece, const Section& section, Span line) {
  const std::string row = labels_.find("row", name).name;
  if (section.name == "power" || section.name == "controversies") {
    PageFact& power = fact(section.name == "power" ? "power" : "controversy", line, kRuleNames[2]);
    argument(power, "subject", reading_.subject);
    power.text = name + "\t" + text(piece);
    return;
  }
  if (row == "type") return;
  for (const Piece& part : split(piece, kValueSeparator)) {
    if (!part.span.is_empty()) read_key_value(row, name, part, line);
  }
}

void PageReader::read_key_value(const std::string& row, const std::string& name, Piece piece, Span line) {
  struct Relation {
    std::string_view row;
    const char* predicate;
    const char* subject;
    const char* object;
    TypeId type;
    bool is_for_person;
  };
  static constexpr std::array<Relation, 11> kRelations = {{
      {"nationality", "nationality", "person", "place", type::kPlace, true},
      {"residence", "residence", "person", "place", type::kPlace, true},
      {"spouse", "spouse", "person", "spouse", type::kPerson, true},
      {"father", "parent", "person", "parent", type::kPerson, true},
      {"mother", "parent", "person", "parent", type::kPerson, true},
      {"parent_person", "parent", "person", "parent", type::kPerson, true},
      {"children", "parent", "parent", "person", type::kPerson, true},
      {"party", "party", "person", "party", type::kOrganization, true},
      {"headquarters", "headquarters", "organization", "place", type::kPlace, false},
      {"parent_organization", "subsidiary", "organization", "parent", type::kOrganization, false},
      {"full_name", "alias", "entity", "alias", type::kPerson, true},
  }};
  const char* const rule = kRuleNames[2];
  if ((row == "born" || row == "died") && is_person() && read_life_event(row, piece, line)) return;
  if (row == "inception" && !is_person()) {
    const PeriodCells::Reading& reading = period_in(text(piece));
    if (reading.understood && !reading.period.from.empty()) {
      const std::uint32_t date = date_mention(piece, reading.period, rule);
      PageFact& inception = fact("inception", line, rule);
      argument(inception, "organization", reading_.subject);
      argument(inception, "date", date);
      return;
    }
  }
  if (row == "alias" || row == "legal_name") {
    const Period period = take_period(piece);
    PageFact& alias = fact("alias", line, rule);
    argument(alias, "entity", reading_.subject);
    argument(alias, "alias", mention(reading_.subject_type, piece.span, rule));
    alias.period = period;
    return;
  }
  if (row == "identifier") {
    const Link* link = link_in(piece.span);
    const Span span = link != nullptr ? link->text : piece.span;
    PageFact& identifier = fact("identifier", line, rule);
    argument(identifier, "entity", reading_.subject);
    argument(identifier, "identifier", mention(type::kIdentifier, span, rule));
    const std::string target = link != nullptr ? decoded_address(link->target) : "";
    if (!target.empty() && target != text(span)) identifier.text = target;
    return;
  }
  for (const Relation& relation : kRelations) {
    if (relation.row != row || relation.is_for_person != is_person()) continue;
    if (relation.type == type::kPerson && !begins_like_a_name(text(piece))) break;  // "two sons"
    std::vector<Piece> pieces = {piece};
    if (row == "nationality") {
      // "ITA-USA", "Italian, American"
      pieces = split(piece, text(piece).size() == 7 && text(piece)[3] == '-' ? "-" : ", ");
    }
    for (Piece part : pieces) {
      const Period period = take_period(part);
      const Name object = name_of(part, relation.type, rule, line);
      if (object.mention == kNone) break;
      PageFact& related = fact(relation.predicate, line, rule);
      argument(related, relation.subject, reading_.subject);
      argument(related, relation.object, object.mention);
      related.period = period;
    }
    return;
  }
  PageFact& attribute = fact(row == "profession" ? "profession" : "attribute", line, rule);
  argument(attribute, "subject", reading_.subject);
  attribute.text = row == "profession" ? text(piece) : name + "\t" + text(piece);
}

// "12 mar 1970, Bergen", "1970", "Bergen": the date is the longest beginning that reads as one. False: not of this form
// ("in the winter of 1970").
bool PageReader::read_life_event(const std::string& predicate, Piece piece, Span line) {
  const std::string_view words = text(piece.span);
  Period date;
  std::size_t date_size = 0;
  for (std::size_t end = words.size(); end != std::string_view::npos && end > 0; end = words.rfind(',', end - 1)) {
    const PeriodCells::Reading& reading = period_in(words.substr(0, end));
    if (reading.understood && !(reading.period.from.empty() && reading.period.to.empty())) {
      date = reading.period;
      date_size = end;
      break;
    }
  }
  const auto size = static_cast<std::uint32_t>(date_size);
  const std::uint32_t date_at =
      size == 0
          ? kNone
          : date_mention({trimmed({piece.span.begin, piece.span.begin + size}), piece.block}, date, kRuleNames[2]);
  Span place{piece.span.begin + size, piece.span.end};
  while (!place.is_empty() && (document_.text[place.begin] == ',' || document_.text[place.begin] == ' ')) ++place.begin;
  place = trimmed(place);
  if (date_at == kNone && (place.is_empty() || has_year(text(place)))) return false;
  const std::uint32_t place_at = place.is_empty() ? kNone : mention(type::kPlace, place, kRuleNames[2]);
  PageFact& event = fact(predicate.c_str(), line, kRuleNames[2]);
  argument(event, "person", reading_.subject);
  argument(event, "date", date_at);
  argument(event, "place", place_at);
  return true;
}

// "Ada Lovell (1930-2004)" counts where no row says it better.
void PageReader::read_years_of_title() {
  if (!is_person() || life_span_.is_empty()) return;
  const auto is_told = [&](std::string_view predicate) {
    return std::any_of(reading_.facts.begin(), reading_.facts.end(),
                       [&](const PageFact& fact) { return fact.predicate == predicate; });
  };
  const Span line = document_.blocks[title_block_].span;
  const auto tell = [&](const char* predicate, Span year) {
    year = trimmed(year);
    const PeriodCells::Reading& reading = period_in(text(year));
    if (year.is_empty() || !reading.understood || reading.period.from.empty() || is_told(predicate)) return;
    const std::uint32_t date = date_mention({year, title_block_}, reading.period, kRuleNames[0]);
    PageFact& event = fact(predicate, line, kRuleNames[0]);
    argument(event, "person", reading_.subject);
    argument(event, "date", date);
  };
  const std::string_view years = text(life_span_);
  for (const std::string_view dash : {"-", "–", "—"}) {
    const std::size_t at = years.find(dash);
    if (at == std::string_view::npos) continue;
    tell("born", {life_span_.begin, life_span_.begin + static_cast<std::uint32_t>(at)});
    tell("died", {life_span_.begin + static_cast<std::uint32_t>(at + dash.size()), life_span_.end});
    return;
  }
  tell("born", life_span_);  // "(1956)"
}

// ---------------------------------------------------------------------------------------------------------------------
// Quotations, links, timeline.

// > "A harbor is a promise."
// > — Ada Lovell, 3 feb 2026
void PageReader::read_quotes() {
  for (std::uint32_t b = 0; b < document_.blocks.size(); ++b) {
    const Block& block = document_.blocks[b];
    const auto section = sections_.find(block.section);
    if (block.kind != BlockKind::kQuotation || section == sections_.end() || section->second.name != "quotes") continue;
    const Span span = trimmed(block.span);
    const std::string_view words = text(span);
    // The last dash at the beginning of a line, or behind the closing quotation mark, tells who said it and when.
    std::size_t end = words.size();
    for (std::size_t at = words.size(); at != std::string_view::npos && at > 0;) {
      at = words.find_last_of("\n ", at - 1);
      const std::string_view rest = words.substr(at == std::string_view::npos ? 0 : at + 1);
      const bool is_dash = rest.starts_with("— ") || rest.starts_with("– ") || rest.starts_with("-- ");
      if (!is_dash) continue;
      const std::string_view before = at == std::string_view::npos ? "" : words.substr(0, at);
      const bool is_closed = before.ends_with('"') || before.ends_with("”") || before.ends_with("»");
      if (!is_closed && at != std::string_view::npos && words[at] != '\n') continue;
      end = words.size() - rest.size();
      break;
    }
    Span quoted = trimmed({span.begin, span.begin + static_cast<std::uint32_t>(end)});
    for (const auto& [open, close] :
         {std::pair<std::string_view, std::string_view>{"\"", "\""}, {"“", "”"}, {"«", "»"}, {"„", "“"}}) {
      const std::string_view inner = text(quoted);
      if (inner.size() > open.size() + close.size() && inner.starts_with(open) && inner.ends_with(close)) {
        quoted = {quoted.begin + static_cast<std::uint32_t>(open.size()),
                  quoted.end - static_cast<std::uint32_t>(close.size())};
        break;
      }
    }
    quoted = trimmed(quoted);
    if (quoted.is_empty()) continue;
    mark_read(b);
    PageFact& quote = fact("quote", quoted, kRuleNames[11]);
    argument(quote, "speaker", reading_.subject);
    quote.text = one_space(text(quoted));
    const std::string by = one_space(words.substr(end));
    if (const std::size_t comma = by.rfind(", "); comma != std::string::npos) {
      const PeriodCells::Reading& date = period_in(by.substr(comma + 2));
      if (date.understood) quote.period = date.period;
    }
  }
}

// Links of the sources, but not the documents a generated page was made of.
void PageReader::read_references() {
  for (std::uint32_t b = 0; b < document_.blocks.size(); ++b) {
    const Block& block = document_.blocks[b];
    const auto section = sections_.find(block.section);
    if (section == sections_.end()) continue;
    // Questions, footnotes and lists of documents repeat what stands elsewhere: nobody else shall read them either.
    if (section->second.name == "questions" || section->second.name == "sources") mark_read(b);
    if (section->second.name != "sources" || section->second.subsection == "documents") continue;
    if (block.kind != BlockKind::kListItem && block.kind != BlockKind::kParagraph) continue;
    const std::string_view words = text(block.span);
    if (words.starts_with("[^") || words.starts_with("«")) continue;  // a footnote
    for (const Link& link : links_in(block.span)) {
      if (link.text.is_empty() || is_page_link(link.target)) continue;
      PageFact& reference = fact("reference", trimmed(block.span), kRuleNames[12]);
      argument(reference, "subject", reading_.subject);
      argument(reference, "identifier", mention(type::kIdentifier, link.text, kRuleNames[12]));
      reference.text = decoded_address(link.target);
    }
  }
}

// A generated timeline tells again, by date, what other tables state: those lines are not facts of their own.
void PageReader::drop_repeated_timeline() {
  std::set<std::string> told;
  const auto name = [&](const PageFact& fact, std::string_view argument) {
    for (const auto& [known, index] : fact.arguments) {
      if (known == argument) return one_space(text(reading_.mentions[index].span));
    }
    return std::string();
  };
  const auto tell = [&](const char* kind, const std::string& title, const std::string& entity) {
    for (const std::string& language : labels_.languages()) {
      told.insert(timeline_words(labels_, language, {kind, title, entity, ""}));
    }
  };
  for (const PageFact& fact : reading_.facts) {
    if (fact.predicate == "affiliation") {
      const std::string other = name(fact, is_person() ? "organization" : "person");
      tell(is_person() ? "career" : "leadership", name(fact, "role"), other.empty() ? fact.text : other);
    } else if (fact.predicate == "education") {
      tell("education", fact.text, name(fact, "institution"));
    } else if (fact.predicate == "born" || fact.predicate == "died") {
      tell(fact.predicate.c_str(), "", "");
      tell(fact.predicate.c_str(), name(fact, "place"), "");
    } else if (fact.predicate == "inception") {
      tell("inception", "", "");
    } else if (fact.predicate == "alias") {
      tell("former_name", name(fact, "alias"), "");
    } else if (fact.predicate == "participation") {
      tell("participation", name(fact, "event"), "");
      tell("event", name(fact, "event"), "");
    } else if (fact.predicate == "membership") {
      tell("membership", "", name(fact, "member"));
    }
  }
  std::erase_if(reading_.facts,
                [&](const PageFact& fact) { return fact.predicate == "timeline" && told.contains(fact.text); });
}

// ---------------------------------------------------------------------------------------------------------------------
// Pieces of cells.

// The parts between separators that stand outside of links.
std::vector<PageReader::Piece> PageReader::split(const Piece& piece, std::string_view separator) const {
  std::vector<Piece> parts;
  const std::string_view words = text(piece.span);
  std::size_t begin = 0;
  for (std::size_t at = 0; at < words.size();) {
    const std::size_t found = words.find(separator, at);
    if (found == std::string_view::npos) break;
    const Span here{piece.span.begin + static_cast<std::uint32_t>(found),
                    piece.span.begin + static_cast<std::uint32_t>(found + separator.size())};
    const std::span<const Link> links = links_in(piece.span);
    const bool is_linked = std::any_of(links.begin(), links.end(), [&](const Link& link) {
      return link.text.begin < here.begin && here.end < link.text.end;
    });
    at = found + separator.size();
    if (is_linked) continue;
    parts.push_back({trimmed({piece.span.begin + static_cast<std::uint32_t>(begin), here.begin}), piece.block});
    begin = at;
  }
  parts.push_back({trimmed({piece.span.begin + static_cast<std::uint32_t>(begin), piece.span.end}), piece.block});
  return parts;
}

// Cuts "(2010-2013)" off the end and reads it; a parenthesis that is no period stays.
Period PageReader::take_period(Piece& piece) const {
  const std::string_view words = text(piece.span);
  const std::size_t open = words.ends_with(')') ? words.rfind('(', words.size() - 2) : std::string_view::npos;
  if (open == std::string_view::npos || open == 0) return {};
  // "2018- (former)" has a parenthesis of its own.
  for (std::size_t begin : {words.rfind(" (", open - 1), open - 1}) {
    if (begin == std::string_view::npos || begin >= words.size() || words[begin + (words[begin] == ' ')] != '(')
      continue;
    begin += words[begin] == ' ';
    const PeriodCells::Reading& reading = period_in(words.substr(begin + 1, words.size() - begin - 2));
    if (!reading.understood || !reading.text.empty()) continue;
    piece.span = trimmed({piece.span.begin, piece.span.begin + static_cast<std::uint32_t>(begin)});
    return reading.period;
  }
  return {};
}

// Pages of people lie in a folder of their own; what a link without folder leads to is of the page's own type.
TypeId PageReader::type_of_link(const Link& link, TypeId fallback) const {
  if (!is_page_link(link.target)) return fallback;
  const std::size_t name = link.target.rfind('/');
  if (name == std::string::npos) return reading_.subject_type;
  const std::size_t begin = link.target.rfind('/', name - 1);
  const std::string folder = link.target.substr(begin == std::string::npos ? 0 : begin + 1,
                                                name - (begin == std::string::npos ? 0 : begin + 1));
  if (folder.starts_with("person") || folder == "people") return type::kPerson;
  return fallback == type::kEvent ? fallback : type::kOrganization;
}

PageReader::Name PageReader::name_of(Piece piece, TypeId type, const char* rule, Span line) {
  if (const Link* link = link_in(piece.span)) {
    const bool is_entity = type == type::kPerson || type == type::kOrganization || type == type::kEvent;
    const TypeId linked = is_entity ? type_of_link(*link, type) : type;
    const std::uint32_t named = mention(linked, link->text, rule);
    // "[Harbor Labs](harbor-labs.md) (HL)"
    const Span rest = trimmed({link->text.end, piece.span.end});
    if (text(rest).starts_with('(') && text(rest).ends_with(')') && rest.size() > 2) {
      const Span acronym = trimmed({rest.begin + 1, rest.end - 1});
      if (looks_like_acronym(text(acronym))) {
        const std::uint32_t other = mention(linked, acronym, rule);
        PageFact& alias = fact("alias", line, rule);
        argument(alias, "entity", named);
        argument(alias, "alias", other);
      }
    }
    return {named, ""};
  }
  // "Harbor Labs (HL)", "Tidewater Foundation (now Open Harbor)", "Harbor Labs (2010-2013)"
  const std::string_view words = text(piece.span);
  const std::size_t open = words.ends_with(')') ? words.rfind('(') : std::string_view::npos;
  std::optional<Span> other_name;
  bool is_later = false, is_earlier = false;
  Span name = piece.span;
  if (open != std::string_view::npos && open > 0) {
    Span inside = trimmed({name.begin + static_cast<std::uint32_t>(open) + 1, name.end - 1});
    const std::size_t blank = text(inside).find(' ');
    const std::string renamed =
        blank == std::string_view::npos ? "" : labels_.find("rename", text(inside).substr(0, blank)).name;
    if (!renamed.empty()) {
      inside = trimmed({inside.begin + static_cast<std::uint32_t>(blank), inside.end});
      is_later = renamed == "later";
      is_earlier = renamed == "earlier";
    }
    if (begins_like_a_name(text(inside)) && (!renamed.empty() || looks_like_acronym(text(inside)))) {
      other_name = inside;
      name = trimmed({name.begin, name.begin + static_cast<std::uint32_t>(open)});
    }
  }
  const std::string shown = one_space(text(name));
  if (shown.empty()) return {};
  // "Varie aziende", "several ports": an indefinite word, then no name.
  if (type == type::kPerson || type == type::kOrganization) {
    const std::size_t blank = std::min(shown.find(' '), shown.size());
    const std::string_view rest = std::string_view(shown).substr(blank);
    const bool has_name = std::any_of(rest.begin(), rest.end(), is_upper);
    if (!has_name && !labels_.find("vague", shown.substr(0, blank)).name.empty()) return {kNone, shown};
    if (is_lower(shown.front()) &&
        std::none_of(
            shown.begin(), shown.end(),
            [](char c) { return is_upper(c) || is_digit(c) || static_cast<unsigned char>(c) >= 0x80 || c == '.'; }) &&
        shown.find(' ') != std::string::npos) {
      return {kNone, shown};
    }
  }
  const std::uint32_t named = mention(type, name, rule);
  if (other_name) {
    const std::uint32_t other = mention(type, *other_name, rule);
    PageFact& alias = fact("alias", line, rule);
    // The name that counts today is the entity's, the other one a name it had.
    argument(alias, "entity", is_later ? other : named);
    argument(alias, "alias", is_later ? named : other);
    if (is_later || is_earlier) alias.period.status = Status::kPast;
  }
  return {named, ""};
}

std::uint32_t PageReader::mention(TypeId type, Span span, const char* rule) {
  const auto [found, is_new] =
      known_mentions_.emplace(std::pair(span, type), static_cast<std::uint32_t>(reading_.mentions.size()));
  if (is_new) {
    PageMention made;
    made.type = type;
    made.span = span;
    made.rule = rule;
    reading_.mentions.push_back(std::move(made));
  }
  return found->second;
}

std::uint32_t PageReader::date_mention(Piece piece, const Period& period, const char* rule) {
  if (period.from.empty() && period.to.empty()) return kNone;
  const std::uint32_t index = mention(type::kDate, piece.span, rule);
  if (reading_.mentions[index].date != kNone) return index;
  Date date;
  // Periods say "../1990" and "2001/.." for bounds; an interval's own ends are dates.
  const auto plain = [](const std::string& edtf, bool is_from) {
    const std::size_t slash = edtf.find('/');
    if (slash == std::string::npos) return edtf;
    return is_from ? edtf.substr(0, slash) : edtf.substr(slash + 1);
  };
  const std::string from = plain(period.from, true), to = plain(period.to, false);
  date.edtf = from == to ? from : (from.empty() ? ".." : from) + "/" + (to.empty() ? ".." : to);
  const std::optional<edtf::Value> value = edtf::parse(date.edtf);
  if (!value) {
    date.edtf.clear();
  } else {
    const edtf::Bounds bounds = edtf::bounds(*value);
    date.earliest = bounds.earliest;
    date.latest = bounds.latest;
    date.approximate = (edtf::qualifiers(*value) & edtf::kApproximate) != 0;
    date.uncertain = (edtf::qualifiers(*value) & edtf::kUncertain) != 0;
    const edtf::Date& first = value->begin.date;
    date.precision = value->kind != edtf::Kind::kDate         ? DatePrecision::kInterval
                     : first.day                              ? DatePrecision::kDay
                     : first.month && first.month->value > 39 ? DatePrecision::kHalf
                     : first.month && first.month->value > 32 ? DatePrecision::kQuarter
                     : first.month && first.month->value > 20 ? DatePrecision::kSeason
                     : first.month                            ? DatePrecision::kMonth
                     : first.year.unspecified != 0            ? DatePrecision::kDecade
                                                              : DatePrecision::kYear;
  }
  reading_.mentions[index].date = static_cast<std::uint32_t>(reading_.dates.size());
  reading_.dates.push_back(std::move(date));
  return index;
}

// "Vice Chair (onorario)": the qualifier is no part of the title.
std::uint32_t PageReader::role_mention(Piece piece, const char* rule) {
  const std::string_view words = text(piece.span);
  const std::size_t open = words.ends_with(')') ? words.rfind('(') : std::string_view::npos;
  std::string qualifier;
  if (open != std::string_view::npos && open > 0) {
    qualifier = labels_.find("qualifier", words.substr(open + 1, words.size() - open - 2)).name;
    if (!qualifier.empty())
      piece.span = trimmed({piece.span.begin, piece.span.begin + static_cast<std::uint32_t>(open)});
  }
  const std::uint32_t role = mention(type::kRole, piece.span, rule);
  reading_.mentions[role].qualifier = qualifier;
  return role;
}

Period PageReader::period_of(const std::optional<Piece>& piece, const char* rule) {
  if (!piece) return {};
  const PeriodCells::Reading& reading = period_in(text(piece->span));
  if (reading.understood) date_mention(*piece, reading.period, rule);
  return reading.period;
}

PageFact& PageReader::fact(const char* predicate, Span line, const char* rule) {
  PageFact& made = reading_.facts.emplace_back();
  made.predicate = predicate;
  made.span = line;
  made.rule = rule;
  return made;
}

}  // namespace

std::span<const RuleInfo> profile_page_rules() {
  static const std::vector<RuleInfo> rules = [] {
    std::vector<RuleInfo> made;
    for (const char* name : kRuleNames) made.push_back({name, "extractors/profile_page.cpp", 0, 0.97});
    return made;
  }();
  return rules;
}

ProfilePageReader::ProfilePageReader(std::unique_ptr<State> state) : state_(std::move(state)) {}
ProfilePageReader::ProfilePageReader(ProfilePageReader&&) noexcept = default;
ProfilePageReader& ProfilePageReader::operator=(ProfilePageReader&&) noexcept = default;
ProfilePageReader::~ProfilePageReader() = default;

ProfilePageReader ProfilePageReader::load(const FileFinder& file) {
  auto state = std::make_unique<State>();
  std::vector<Problem> problems;
  state->labels = PageLabels::load(file, problems);
  state->periods.emplace(PeriodCells::load(file("period_words.tsv"), problems));
  if (!problems.empty()) throw KnowledgeError(std::move(problems));
  return ProfilePageReader(std::move(state));
}

PageReading ProfilePageReader::read(const Document& document) const {
  return PageReader(document, state_->labels, *state_->periods).read();
}

}  // namespace dossier
