#include "pipeline/render.h"

#include <algorithm>
#include <kainjow/mustache.hpp>
#include <set>
#include <tuple>
#include <utility>

#include "extractors/period_cells.h"
#include "extractors/statistic_cells.h"
#include "grammars/edtf.h"
#include "grammars/tsv.h"
#include "pipeline/affiliation_map.h"
#include "pipeline/names.h"
#include "pipeline/page_markup.h"
#include "pipeline/page_words.h"

namespace dossier {

namespace mustache = kainjow::mustache;
using mustache::data;

ProfileIndex::ProfileIndex(std::span<const Profile> profiles) {
  for (const Profile& profile : profiles) add(profile);
}

void ProfileIndex::add(const Profile& profile) {
  Entry& entry = entries_[profile.id] = {profile.type, profile.name, ""};
  for (const Alias& alias : profile.aliases) {
    const bool is_new = alias.kind == "acronym" && fold(profile.name).find(fold(alias.name)) == std::string::npos;
    if (is_new && entry.acronym.empty()) entry.acronym = alias.name;
  }
}

const ProfileIndex::Entry* ProfileIndex::find(std::string_view id) const {
  const auto found = entries_.find(id);
  return found == entries_.end() ? nullptr : &found->second;
}

std::string profile_path(std::string_view type, std::string_view id) {
  std::string path = type == "person" ? "persons/" : type == "organization" ? "organizations/" : "others/";
  for (std::size_t i = 0; i < id.size(); ++i) {
    const char c = id[i];
    const bool is_plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
                          c == '_' || (c == '.' && i > 0 && i + 1 < id.size());
    if (is_plain) {
      path += c;
      continue;
    }
    static constexpr char kHex[] = "0123456789abcdef";
    const auto byte = static_cast<unsigned char>(c);
    path.append("=").append(1, kHex[byte >> 4]).append(1, kHex[byte & 15]);
  }
  return path;
}

struct Renderer::State {
  PageLabels labels;
  std::optional<PeriodCells> periods;
  std::map<std::string, std::string, std::less<>> templates;  // "person.md" -> text
  std::map<std::string, data, std::less<>> words;             // language -> {"L": labels by group and name}

  std::string fill(std::string_view name, const data& page, std::string_view language, PageFormat format) const;
};

namespace {

constexpr std::size_t kQuoteBytes = 280;  // of a passage in a footnote; the record has the whole

const std::vector<std::string>& template_names() {
  static const std::vector<std::string> names = {"index.html", "index.md",        "moved.html",        "moved.md",
                                                 "person.md",  "organization.md", "organization.html", "person.html"};
  return names;
}

bool is_family(std::string_view relation) {
  return relation == "spouse" || relation == "parent_person" || relation == "father" || relation == "mother" ||
         relation == "child" || relation == "sibling" || relation == "family";
}

// The end of an EDTF date as a day, to find the latest of several.
std::int32_t last_day_of(const std::string& date) {
  const std::optional<edtf::Value> value = edtf::parse(date);
  return value ? edtf::bounds(*value).latest : kDayOpenBegin;
}

std::string shortened(const std::string& line) {
  if (line.size() <= kQuoteBytes) return line;
  std::size_t end = kQuoteBytes;
  while (end > 0 && (static_cast<unsigned char>(line[end]) & 0xC0) == 0x80) --end;
  return line.substr(0, end) + "…";
}

// ---------------------------------------------------------------------------------------------------------------------
// One page: the data that a template shows.

class PageBuilder {
 public:
  PageBuilder(const Profile& profile, std::string_view language, const ProfileIndex& index, const PageLabels& labels,
              const PeriodCells& periods, PageFormat format)
      : profile_(profile), language_(language), index_(index), labels_(labels), periods_(periods), markup_(format) {
    for (const SourceRef& source : profile.sources) {
      if (date_.empty() || last_day_of(source.date) > last_day_of(date_)) date_ = source.date;
    }
  }

  data build();

 private:
  std::string label(std::string_view key) const { return labels_.text(key, language_); }
  std::string refs(const Cited& cited);
  std::string footnote(const Evidence& evidence) const;
  std::string source_title(const std::string& source, const std::string& uri) const;
  std::string link(const EntityRef& ref) const;
  std::string period_cell(const ProfilePeriod& period) const;
  std::string date_cell(const std::string& date) const;
  std::string period_tail(const ProfilePeriod& period) const;
  void put_table(data& page, const char* name, data rows) const;

  void put_head(data& page);
  void put_key_data(data& page);
  void put_education(data& page);
  void put_career(data& page);
  void put_leadership(data& page);
  void put_members(data& page);
  void put_connections(data& page, const char* which);
  void put_attributes(data& page);
  void put_statistics(data& page);
  void put_quotes(data& page);
  void put_events(data& page);
  void put_timeline(data& page);
  void put_questions(data& page);
  void put_references(data& page);
  void put_sources(data& page);
  void put_footnotes(data& page);
  std::string map() const;
  std::string subject_of(const OpenQuestion& question) const;
  std::string with_qualifier(const std::string& title, const std::string& qualifier) const;
  bool is_own_name(std::string_view words) const;
  std::string role_of(const std::string& title, const std::string& category, const std::string& qualifier) const;

  const Profile& profile_;
  const std::string language_;
  const ProfileIndex& index_;
  const PageLabels& labels_;
  const PeriodCells& periods_;
  const Markup markup_;
  std::string date_;  // of the latest source: what "current" is measured against
  std::map<std::pair<std::string, std::pair<std::uint64_t, std::uint64_t>>, std::size_t> footnote_numbers_;
  std::vector<std::string> footnotes_;
};

std::string PageBuilder::link(const EntityRef& ref) const {
  const ProfileIndex::Entry* entry = ref.id.empty() ? nullptr : index_.find(ref.id);
  if (entry == nullptr || ref.id == profile_.id) return markup_.text(ref.name);
  const std::string extension = markup_.format() == PageFormat::kMarkdown ? ".md" : ".html";
  std::string path = profile_path(entry->type, ref.id) + extension;
  // Pages of one type lie side by side.
  const std::string own_folder = profile_path(profile_.type, "");
  path = path.starts_with(own_folder) ? path.substr(own_folder.size()) : "../" + path;
  return markup_.page_link(ref.name.empty() ? entry->name : ref.name, path);
}

// Footnote marks of the strongest passages, one of each source before a second of any; two facts may share a passage.
std::string PageBuilder::refs(const Cited& cited) {
  std::vector<const Evidence*> passages;
  std::set<std::tuple<std::string_view, std::uint64_t, std::uint64_t>> places;
  for (const Evidence& evidence : cited.evidence) {
    if (places.emplace(evidence.source, evidence.begin, evidence.end).second) passages.push_back(&evidence);
  }
  std::vector<const Evidence*> shown;
  for (const bool first_of_source : {true, false}) {
    std::set<std::string_view> sources;
    for (const Evidence* evidence : passages) {
      const bool is_first = sources.insert(evidence->source).second;
      if (is_first == first_of_source && shown.size() < kShownEvidence) shown.push_back(evidence);
    }
  }
  std::string marks;
  for (const Evidence* evidence : shown) {
    const auto [found, is_new] = footnote_numbers_.emplace(
        std::pair(evidence->source, std::pair(evidence->begin, evidence->end)), footnotes_.size() + 1);
    if (is_new) footnotes_.push_back(footnote(*evidence));
    marks += markup_.footnote_reference(found->second);
  }
  if (passages.size() > shown.size() && !footnotes_.empty()) {
    // The last mark of the statement tells what is not shown; the sentence stands in the note, not in the table.
    const std::string more =
        " (" +
        labels_.fill("word.evidence_more", language_, {{"count", std::to_string(passages.size() - shown.size())}}) +
        ")";
    const Evidence& last = *shown.back();
    std::string& note = footnotes_[footnote_numbers_.at({last.source, {last.begin, last.end}}) - 1];
    if (!note.ends_with(more)) note += more;
  }
  return marks;
}

std::string PageBuilder::source_title(const std::string& source, const std::string& uri) const {
  for (const SourceRef& known : profile_.sources) {
    if (known.source == source && !known.title.empty()) return known.title;
  }
  if (!uri.empty()) {
    const std::size_t slash = uri.find_last_of('/');
    const bool has_name = slash != std::string::npos && slash + 1 < uri.size();
    return has_name ? uri.substr(slash + 1) : uri;
  }
  return source.substr(0, 12);
}

std::string PageBuilder::footnote(const Evidence& evidence) const {
  if (evidence.source == "review") return markup_.text(label("word.review"));
  std::string note;
  if (const std::string quote = one_line(evidence.quote); !quote.empty()) {
    note = "«" + markup_.text(shortened(quote)) + "» — ";
  }
  const std::string title = source_title(evidence.source, evidence.uri);
  note += markup_.link(title, evidence.uri);
  if (!evidence.document_date.empty()) note += ", " + markup_.text(date_cell(evidence.document_date));
  note += ", " + markup_.text(label("word.byte")) + " " + std::to_string(evidence.begin) + "–" +
          std::to_string(evidence.end);
  if (!evidence.rule.empty()) note += ", " + markup_.code(evidence.rule);
  return note;
}

std::string PageBuilder::period_cell(const ProfilePeriod& period) const {
  return periods_.print({period.from, period.to, period.status, period.asserted_at}, language_, date_);
}

std::string PageBuilder::date_cell(const std::string& date) const {
  const std::size_t slash = date.find('/');
  if (slash == std::string::npos) return periods_.print_date(date, language_);
  std::string from = date.substr(0, slash), to = date.substr(slash + 1);
  if (from == "..") from.clear();
  if (to == "..") to.clear();
  return periods_.print({from, to, Status::kUnknown, ""}, language_, date_);
}

// " (2010-2013)" behind words that have no column for it.
std::string PageBuilder::period_tail(const ProfilePeriod& period) const {
  return period.is_empty() ? "" : " (" + markup_.text(period_cell(period)) + ")";
}

// Who founded something need not be called so: "Ada Lovell founded Harborworks".
std::string PageBuilder::role_of(const std::string& title, const std::string& category,
                                 const std::string& qualifier) const {
  if (title.empty() && category == "founder") return label("relation.founder");
  return with_qualifier(title, qualifier);
}

std::string PageBuilder::with_qualifier(const std::string& title, const std::string& qualifier) const {
  if (qualifier.empty() || qualifier == "former" || title.empty()) return title;
  const std::string words = label("qualifier." + qualifier);
  // "Acting Director" says it already.
  for (const std::string& word : words_of(fold(title))) {
    const PageLabels::Found found = labels_.find("qualifier", word);
    if (found.name == qualifier || word == fold(qualifier)) return title;
  }
  return title + " (" + words + ")";
}

void PageBuilder::put_table(data& page, const char* name, data rows) const {
  if (rows.is_empty_list()) return;
  data table;
  table.set("rows", std::move(rows));
  page.set(name, std::move(table));
}

data PageBuilder::build() {
  data page;
  put_head(page);
  put_key_data(page);
  if (profile_.type == "person") {
    put_education(page);
    put_career(page);
  } else {
    put_leadership(page);
    put_members(page);
  }
  if (profile_.type == "person") put_connections(page, "people");  // numbers of notes follow the page
  put_attributes(page);
  put_statistics(page);
  put_quotes(page);
  put_connections(page, "organizations");
  if (profile_.type != "person") put_connections(page, "people");
  put_events(page);
  put_timeline(page);
  put_questions(page);
  put_references(page);
  put_sources(page);
  put_footnotes(page);
  const auto has = [&](const char* name) { return page.get(name) != nullptr; };
  const auto when = [&](const char* name, bool is_so) {
    if (is_so) page.set(name, data(data::type::bool_true));
  };
  when("career_section", has("career"));
  when("network_section", has("map") || has("people"));
  when("power_section", has("power") || has("statistics"));
  when("connections_section", has("organizations") || has("events") || (profile_.type != "person" && has("people")));
  when("sources_section", has("references") || has("documents"));
  return page;
}

void PageBuilder::put_head(data& page) {
  page.set("language", language_);
  page.set("name", profile_.name);
  page.set("type", label("type." + profile_.type));
  page.set("record", "../../../records/" + profile_path(profile_.type, profile_.id) + ".json");
  page.set("home", "../index");
  const auto year = [](const std::optional<LifeEvent>& event) {
    return event && event->date.size() >= 4 ? event->date.substr(0, 4) : std::string();
  };
  const std::string born = year(profile_.born), died = year(profile_.died);
  const auto is_year = [](const std::string& text) {
    return text.size() == 4 && text.find_first_not_of("0123456789") == std::string::npos;
  };
  if (is_year(born) || is_year(died)) {
    page.set("life", (is_year(born) ? born : "") + "-" + (is_year(died) ? died : ""));
  }
  if (profile_.tagline && !one_line(profile_.tagline->value).empty()) {
    data tagline;
    tagline.set("text", markup_.text_at_line_start(profile_.tagline->value) + refs(profile_.tagline->cited));
    page.set("tagline", std::move(tagline));
  }
  if (const std::string updated = month_and_year(date_, language_); !updated.empty()) page.set("updated", updated);
}

void PageBuilder::put_key_data(data& page) {
  data rows{data::type::list};
  std::vector<std::pair<std::string, std::string>> values;  // row label -> details, in the order of first use
  const auto add = [&](const std::string& row, const std::string& detail) {
    if (detail.empty() || row.empty()) return;
    const auto found =
        std::find_if(values.begin(), values.end(), [&](const auto& known) { return known.first == row; });
    if (found == values.end()) {
      values.emplace_back(row, detail);
    } else {
      found->second += std::string(kValueSeparator) + detail;
    }
  };
  const auto life = [&](const char* row, const std::optional<LifeEvent>& event) {
    if (!event) return;
    std::string detail = event->date.empty() ? "" : markup_.text(date_cell(event->date));
    if (!event->place.empty()) detail += (detail.empty() ? "" : ", ") + markup_.text(event->place);
    if (!detail.empty()) add(label(row), detail + refs(event->cited));
  };
  // An entity where there is one, else the words.
  const auto plain = [&](const std::string& row, const Value& value) {
    std::string detail = value.entity.name.empty() ? markup_.text(value.value) : link(value.entity);
    if (!detail.empty()) add(row, detail + period_tail(value.period) + refs(value.cited));
  };
  if (profile_.type != "person") add(label("row.type"), markup_.text(label("type." + profile_.type)));
  life("row.born", profile_.born);
  life("row.died", profile_.died);
  for (const Value& nationality : profile_.nationality) plain(label("row.nationality"), nationality);
  if (profile_.inception) {
    add(label("row.inception"), markup_.text(date_cell(profile_.inception->value)) + refs(profile_.inception->cited));
  }
  if (profile_.headquarters) plain(label("row.headquarters"), *profile_.headquarters);
  if (profile_.parent) plain(label("row.parent_organization"), *profile_.parent);
  for (const Attribute& attribute : profile_.attributes) {
    if (attribute.predicate == "power" || attribute.predicate == "controversy") continue;
    if (attribute.predicate == "attribute") {  // a row of a curated page, with its own name
      add(one_line(attribute.value.value), markup_.text(attribute.text) + refs(attribute.value.cited));
    } else {
      const std::string& predicate = attribute.predicate;
      plain(label("row." + (predicate == "parent" ? "parent_organization" : predicate)), attribute.value);
    }
  }
  for (const Connection& connection : profile_.connections) {
    if (profile_.type != "person" || !is_family(connection.relation)) continue;
    const std::string row = connection.relation == "child" ? "children" : connection.relation;
    add(label("row." + row), link(connection.entity) + period_tail(connection.period) + refs(connection.cited));
  }
  for (const Alias& alias : profile_.aliases) {
    add(label(alias.kind == "legal" ? "row.legal_name" : "row.alias"),
        markup_.text(alias.name) + period_tail(alias.period) + refs(alias.cited));
  }
  for (const Identifier& identifier : profile_.identifiers) {
    if (identifier.kind == "profile") continue;  // a link of a curated page to another: told by the links here
    const std::string scheme = is_linkable(identifier.value) ? ""
                               : identifier.kind == "email"  ? "mailto:"
                               : identifier.kind == "url"    ? "https://"
                                                             : "none:";
    add(label("row.identifier"), markup_.link(identifier.value, scheme + identifier.value) + refs(identifier.cited));
  }
  for (auto& [row, detail] : values) {
    data line;
    line.set("label", row);
    line.set("detail", detail);
    rows.push_back(std::move(line));
  }
  put_table(page, "key_data", std::move(rows));
}

void PageBuilder::put_education(data& page) {
  data rows{data::type::list};
  for (const Education& education : profile_.education) {
    data row;
    ProfilePeriod period = education.period;  // that somebody's studies are over goes without saying
    if (period.status == Status::kPast) period.status = Status::kUnknown;
    row.set("period", period_cell(period));
    const ProfileIndex::Entry* institution = index_.find(education.institution.id);
    const bool has_acronym = institution != nullptr && !institution->acronym.empty();
    row.set("institution",
            link(education.institution) + (has_acronym ? " (" + markup_.text(institution->acronym) + ")" : ""));
    row.set("detail", markup_.text(education.degree) + refs(education.cited));
    rows.push_back(std::move(row));
  }
  put_table(page, "education", std::move(rows));
}

// Roles held together at one organization in one period share a row, in the order of the source where one passage
// states them: "VP of Engineering / Release Manager".
void PageBuilder::put_career(data& page) {
  struct Row {
    std::string period;
    const EntityRef* organization;
    std::vector<const Career*> careers;
  };
  std::vector<Row> rows;
  for (const Career& career : profile_.career) {
    std::string period = period_cell(career.period);
    const auto same = std::find_if(rows.begin(), rows.end(), [&](const Row& row) {
      return row.period == period && *row.organization == career.organization && !career.organization.name.empty() &&
             !career.title.empty() && !row.careers.front()->title.empty();
    });
    if (same != rows.end()) {
      same->careers.push_back(&career);
    } else {
      rows.push_back({std::move(period), &career.organization, {&career}});
    }
  }
  data list{data::type::list};
  for (Row& row : rows) {
    for (const Evidence& evidence : row.careers.front()->cited.evidence) {
      const auto place = [&](const Career* career) { return evidence.quote.find(career->title); };
      const bool has_all = std::all_of(row.careers.begin(), row.careers.end(),
                                       [&](const Career* career) { return place(career) != std::string::npos; });
      if (!has_all) continue;
      std::stable_sort(row.careers.begin(), row.careers.end(),
                       [&](const Career* a, const Career* b) { return place(a) < place(b); });
      break;
    }
    std::string roles, marks;
    for (const Career* career : row.careers) {
      if (!roles.empty()) roles += kRoleSeparator;
      roles += markup_.text(without_separator(role_of(career->title, career->category, career->qualifier)));
      if (const std::string own = refs(career->cited); marks.find(own) == std::string::npos) marks += own;
    }
    const std::string organization = link(*row.organization), none = markup_.text(label("word.no_value"));
    data line;
    line.set("period", row.period);
    line.set("role", roles.empty() ? none : roles);
    line.set("organization", (organization.empty() ? none : organization) + marks);
    list.push_back(std::move(line));
  }
  put_table(page, "career", std::move(list));
  if (const std::string drawn = map(); !drawn.empty()) {
    page.set("map", markup_.preformatted(std::string_view(drawn).substr(0, drawn.size() - 1)));
  }
}

// One node an organization: with the role held now, else the latest one.
std::string PageBuilder::map() const {
  std::vector<std::pair<const Career*, bool>> best;  // career, is it over
  for (const Career& career : profile_.career) {
    if (career.organization.name.empty()) continue;
    const bool is_over = career.period.status == Status::kPast;
    const auto known = std::find_if(best.begin(), best.end(), [&](const auto& entry) {
      const EntityRef& organization = entry.first->organization;
      return organization.id.empty() ? organization.name == career.organization.name
                                     : organization.id == career.organization.id;
    });
    if (known == best.end()) {
      best.emplace_back(&career, is_over);
      continue;
    }
    const bool is_vaguer = known->first->title.empty() && !career.title.empty() && !is_over;  // "came to Harborworks"
    if (is_vaguer || (known->second && known->first->period != career.period)) {
      *known = {&career, is_over};
    }
  }
  std::stable_partition(best.begin(), best.end(), [](const auto& entry) { return !entry.second; });
  std::vector<MapNode> nodes;
  for (const auto& [career, is_over] : best) {
    std::string note = with_qualifier(career->title, career->qualifier);
    if (is_over) note = label("word.ex") + (note.empty() ? "" : " ") + note;
    nodes.push_back({career->organization.name, std::move(note)});
  }
  const auto is_drawn = [&](const std::string& name) {
    return std::any_of(nodes.begin(), nodes.end(), [&](const MapNode& node) { return node.name == name; });
  };
  for (const Education& education : profile_.education) {
    const std::string& name = education.institution.name;
    if (!name.empty() && !is_drawn(name)) nodes.push_back({name, label("word.alumni")});
  }
  return draw_affiliation_map(profile_.name, nodes);
}

void PageBuilder::put_leadership(data& page) {
  data rows{data::type::list};
  for (const LeadershipEntry& entry : profile_.leadership) {
    data row;
    const std::string role = markup_.text(without_separator(role_of(entry.title, entry.category, entry.qualifier)));
    row.set("role", role.empty() ? markup_.text(label("word.no_value")) : role);
    row.set("person", link(entry.person));
    row.set("period", markup_.text(period_cell(entry.period)) + refs(entry.cited));
    rows.push_back(std::move(row));
  }
  put_table(page, "leadership", std::move(rows));
}

void PageBuilder::put_members(data& page) {
  data rows{data::type::list};
  for (const Member& member : profile_.members) {
    data row;
    row.set("member", link(member.organization));
    row.set("level", member.level.empty() ? label("word.no_value") : member.level);
    row.set("period", markup_.text(period_cell(member.period)) + refs(member.cited));
    rows.push_back(std::move(row));
  }
  put_table(page, "members", std::move(rows));
}

// `which`: "people" or "organizations", which stand in different places of the page.
void PageBuilder::put_connections(data& page, const char* which) {
  data rows{data::type::list};
  for (const Connection& connection : profile_.connections) {
    const bool is_person = connection.entity_type == "person";
    if (connection.entity_type == "event" || is_person != (std::string_view(which) == "people")) continue;
    if (profile_.type == "person" && is_family(connection.relation)) continue;
    data row;
    row.set("entity", link(connection.entity));
    const std::string words = connection.text.empty() ? label("relation." + connection.relation) : connection.text;
    row.set("relation", markup_.text(words) + period_tail(connection.period) + refs(connection.cited));
    rows.push_back(std::move(row));
  }
  put_table(page, which, std::move(rows));
}

void PageBuilder::put_attributes(data& page) {
  data power{data::type::list}, controversies{data::type::list};
  for (const Attribute& attribute : profile_.attributes) {
    data row;
    row.set("topic", attribute.value.value);
    row.set("detail", markup_.text(attribute.text) + refs(attribute.value.cited));
    if (attribute.predicate == "power") power.push_back(std::move(row));
    if (attribute.predicate == "controversy") {
      row.set("period", period_cell(attribute.value.period));
      controversies.push_back(std::move(row));
    }
  }
  put_table(page, "power", std::move(power));
  put_table(page, "controversies", std::move(controversies));
}

// "Harborworks", "Die Harborworks": of the page itself, which says so; what is measured, the value tells ("455 boats").
bool PageBuilder::is_own_name(std::string_view words) const {
  constexpr std::size_t kLongestArticle = 3;
  const std::size_t blank = words.find(' ');
  return words == profile_.name || (blank <= kLongestArticle && words.substr(blank + 1) == profile_.name);
}

void PageBuilder::put_statistics(data& page) {
  data rows{data::type::list};
  for (const StatisticSeries& series : profile_.statistics) {
    for (const StatisticPoint& point : series.points) {
      Statistic value = point.value;
      value.unit = series.unit.empty() ? value.unit : series.unit;
      value.noun = series.noun.empty() ? value.noun : series.noun;
      data row;
      row.set("measure", is_own_name(series.subject) ? label("word.no_value") : series.subject);
      row.set("value", print_statistic(value, labels_, language_));
      row.set("date",
              markup_.text(point.as_of.empty() ? label("word.no_value") : date_cell(point.as_of)) + refs(point.cited));
      rows.push_back(std::move(row));
    }
  }
  put_table(page, "statistics", std::move(rows));
}

void PageBuilder::put_quotes(data& page) {
  data rows{data::type::list};
  for (const Quote& quote : profile_.quotes) {
    const std::string text = markup_.text(quote.text);
    if (text.empty()) continue;
    data row;
    row.set("text", text);
    row.set("date", quote.date.empty() ? "" : ", " + markup_.text(date_cell(quote.date)));
    row.set("notes", refs(quote.cited));
    rows.push_back(std::move(row));
  }
  put_table(page, "quotes", std::move(rows));
}

void PageBuilder::put_events(data& page) {
  data rows{data::type::list};
  const auto add = [&](std::string event, std::string role, std::string date) {
    data row;
    row.set("event", std::move(event));
    row.set("role", role.empty() ? label("word.no_value") : std::move(role));
    row.set("date", std::move(date));
    rows.push_back(std::move(row));
  };
  for (const Participation& event : profile_.events) {
    const std::string date = event.date.empty() ? label("word.no_value") : date_cell(event.date);
    add(markup_.text(event.event), event.role, markup_.text(date) + refs(event.cited));
  }
  for (const Connection& connection : profile_.connections) {
    if (connection.entity_type != "event") continue;
    const std::string words = connection.text.empty() ? label("relation." + connection.relation) : connection.text;
    add(link(connection.entity), words, markup_.text(period_cell(connection.period)) + refs(connection.cited));
  }
  put_table(page, "events", std::move(rows));
}

void PageBuilder::put_timeline(data& page) {
  data rows{data::type::list};
  for (const TimelineEntry& entry : profile_.timeline) {
    data row;
    row.set("date", date_cell(entry.date));
    const std::string words =
        timeline_words(labels_, language_, {entry.kind, entry.title, entry.entity.name, entry.text});
    row.set("event", markup_.text(words) + refs(entry.cited));
    rows.push_back(std::move(row));
  }
  put_table(page, "timeline", std::move(rows));
}

// What a question is about: "role: General Manager, Open Harbor Foundation".
std::string PageBuilder::subject_of(const OpenQuestion& question) const {
  // "affiliation.from": the start of a role.
  const std::size_t dot = std::min(question.predicate.find('.'), question.predicate.size());
  std::string words = dot == 0 ? "" : markup_.text(label("predicate." + question.predicate.substr(0, dot)));
  const std::string slot = dot < question.predicate.size() ? "question.slot_" + question.predicate.substr(dot + 1) : "";
  if (labels_.has(slot)) words = labels_.fill(slot, language_, {{"what", words}});
  std::string which = markup_.text(question.title);
  if (!question.entity.name.empty()) which += (which.empty() ? "" : ", ") + link(question.entity);
  if (!words.empty() && !which.empty()) words += ": ";
  return words + which;
}

void PageBuilder::put_questions(data& page) {
  data rows{data::type::list};
  for (const OpenQuestion& question : profile_.questions) {
    std::string claims;
    for (const Claim& claim : question.claims) {
      std::string value = edtf::parse(claim.value) ? markup_.text(date_cell(claim.value)) : markup_.text(claim.value);
      if (!claim.entity.name.empty()) value += (value.empty() ? "" : ", ") + link(claim.entity);
      claims += (claims.empty() ? "" : "; ") + value + refs(claim.cited);
    }
    const std::string chosen =
        edtf::parse(question.chosen) ? markup_.text(date_cell(question.chosen)) : markup_.text(question.chosen);
    std::string pattern = "question." + question.kind;
    if (question.kind == "conflict" && !chosen.empty()) pattern += "_chosen";
    data row;
    row.set("text",
            labels_.fill(pattern, language_, {{"what", subject_of(question)}, {"claims", claims}, {"chosen", chosen}}));
    rows.push_back(std::move(row));
  }
  put_table(page, "questions", std::move(rows));
}

void PageBuilder::put_references(data& page) {
  data rows{data::type::list};
  for (const Reference& reference : profile_.references) {
    data row;
    row.set("text", markup_.link(reference.title.empty() ? reference.url : reference.title, reference.url) +
                        refs(reference.cited));
    rows.push_back(std::move(row));
  }
  put_table(page, "references", std::move(rows));
}

void PageBuilder::put_sources(data& page) {
  data rows{data::type::list};
  for (const SourceRef& source : profile_.sources) {
    const std::string title = source_title(source.source, source.uri);
    const std::string text =
        is_linkable(source.uri) ? markup_.link(title, source.uri) : markup_.text_at_line_start(title);
    std::string details = markup_.text(label("kind." + source.kind));
    if (!source.date.empty()) details += ", " + markup_.text(date_cell(source.date));
    if (source.statements > 0) {
      details += ", " + std::to_string(source.statements) + " " +
                 markup_.text(label(source.statements == 1 ? "word.statement" : "word.statements"));
    }
    data row;
    const std::string file = title != source.uri && !is_linkable(source.uri) ? markup_.code(source.uri) : "";
    row.set("text", text + " — " + details + (file.empty() ? "" : ", " + file));
    rows.push_back(std::move(row));
  }
  put_table(page, "documents", std::move(rows));
}

void PageBuilder::put_footnotes(data& page) {
  data rows{data::type::list};
  for (std::size_t i = 0; i < footnotes_.size(); ++i) {
    data row;
    row.set("number", std::to_string(i + 1));
    row.set("text", footnotes_[i]);
    rows.push_back(std::move(row));
  }
  put_table(page, "footnotes", std::move(rows));
}

}  // namespace

namespace {

// A section that is left out leaves its line break behind: runs of empty lines become one, and none ends the page.
std::string without_gaps(const std::string& page) {
  std::string tidy;
  for (const char c : page) {
    if (c == '\n' && tidy.ends_with("\n\n")) continue;
    tidy += c;
  }
  while (tidy.ends_with("\n\n")) tidy.pop_back();
  return tidy;
}

}  // namespace

std::string Renderer::State::fill(std::string_view name, const data& page, std::string_view language,
                                  PageFormat format) const {
  // Parsed anew for each page: rendering writes into the parsed template, which threads could not share.
  mustache::mustache parsed(templates.find(name)->second);
  parsed.set_custom_escape([markup = Markup(format)](const std::string& text) { return markup.text(text); });
  mustache::context<std::string> context(&words.find(language)->second);
  context.push(&page);
  return without_gaps(parsed.render(context));
}

Renderer::Renderer(std::unique_ptr<State> state) : state_(std::move(state)) {}
Renderer::Renderer(Renderer&&) noexcept = default;
Renderer& Renderer::operator=(Renderer&&) noexcept = default;
Renderer::~Renderer() = default;

const PageLabels& Renderer::labels() const {
  return state_->labels;
}

Renderer Renderer::load(const FileFinder& file) {
  auto state = std::make_unique<State>();
  std::vector<Problem> problems;
  state->labels = PageLabels::load(file, problems);
  state->periods.emplace(PeriodCells::load(file("period_words.tsv"), problems));
  for (const std::string& name : template_names()) {
    const std::vector<std::filesystem::path> found = file("pages/" + name + ".mustache");
    const std::filesystem::path path = found.empty() ? std::filesystem::path() : found.back();
    if (path.empty()) {
      problems.push_back({"pages/" + name + ".mustache", 0, 0, "missing template", "", "restore it"});
      continue;
    }
    std::string text = read_text_file(path, problems);
    mustache::mustache parsed(text);
    if (!parsed.is_valid()) {
      problems.push_back({path.string(), 0, 0, "not a Mustache template", parsed.error_message(), ""});
    }
    state->templates[name] = std::move(text);
  }
  if (!problems.empty()) throw KnowledgeError(std::move(problems));
  for (const std::string& language : state->labels.languages()) {
    std::map<std::string, data> groups;
    for (const std::string& key : state->labels.keys()) {
      const std::size_t dot = key.find('.');
      groups[key.substr(0, dot)].set(key.substr(dot + 1), state->labels.text(key, language));
    }
    data words;
    for (const auto& [group, members] : groups) words.set(group, members);
    state->words[language] = data("L", words);
  }
  return Renderer(std::move(state));
}

std::string Renderer::page(const Profile& profile, std::string_view language, const ProfileIndex& index) const {
  const std::string known = state_->labels.has_language(language) ? std::string(language) : "en";
  const data page = PageBuilder(profile, known, index, state_->labels, *state_->periods, PageFormat::kMarkdown).build();
  return state_->fill(profile.type == "person" ? "person.md" : "organization.md", page, known, PageFormat::kMarkdown);
}

std::string Renderer::html_page(const Profile& profile, std::string_view language, const ProfileIndex& index) const {
  const std::string known = state_->labels.has_language(language) ? std::string(language) : "en";
  const data page = PageBuilder(profile, known, index, state_->labels, *state_->periods, PageFormat::kHtml).build();
  return state_->fill(profile.type == "person" ? "person.html" : "organization.html", page, known, PageFormat::kHtml);
}

namespace {

// The post that somebody is known by: one with a title before those without, one that is held before those that nobody
// knows the end of, the latest of these, the first of several. None that has ended or is still to come.
const Career* main_post(const Profile& profile) {
  const auto rank = [](const Career& career) {
    const bool is_held = career.period.status == Status::kCurrent;
    return std::tuple(!career.title.empty(), is_held, career.period.from.empty() ? 0 : career.period.start_earliest);
  };
  const Career* best = nullptr;
  for (const Career& career : profile.career) {
    if (career.period.status == Status::kPast || career.period.status == Status::kPlanned) continue;
    if (best == nullptr || rank(career) > rank(*best)) best = &career;
  }
  return best;
}

// What stands beside a name in an index: the tagline, else the main post or the headquarters.
std::string summary_of(const Profile& profile) {
  if (profile.tagline) return profile.tagline->value;
  if (const Career* post = main_post(profile); post != nullptr) {
    const std::string& organization = post->organization.name;
    return post->title + (post->title.empty() || organization.empty() ? "" : ", ") + organization;
  }
  return profile.headquarters ? profile.headquarters->value : "";
}

// What is only named somewhere has no page: it would hold nothing but the names of sources.
bool has_statements(const Profile& profile) {
  bool has_any = !profile.questions.empty();
  for_each_cited(profile, [&](const Cited&) { has_any = true; });
  return has_any;
}

data index_data(std::span<const Profile> profiles, const ProfileIndex& index_of_pages, const Markup& markup,
                const std::string& extension) {
  data index;
  for (const char* type : {"person", "organization"}) {
    std::vector<std::pair<std::string, const Profile*>> sorted;  // by folded name, then id
    for (const Profile& profile : profiles) {
      if (profile.type == type && index_of_pages.find(profile.id) != nullptr)
        sorted.emplace_back(fold(profile.name), &profile);
    }
    std::sort(sorted.begin(), sorted.end(), [](const auto& a, const auto& b) {
      return std::tie(a.first, a.second->id) < std::tie(b.first, b.second->id);
    });
    data rows{data::type::list};
    for (const auto& [folded, profile] : sorted) {
      data row;
      row.set("link", markup.page_link(profile->name, profile_path(profile->type, profile->id) + extension));
      row.set("summary", summary_of(*profile));
      rows.push_back(std::move(row));
    }
    if (sorted.empty()) continue;
    data table;
    table.set("rows", std::move(rows));
    table.set("count", std::to_string(sorted.size()));
    index.set(type, std::move(table));
  }
  return index;
}

}  // namespace

void Renderer::render(std::span<const Profile> profiles, const RenderOptions& options,
                      const std::function<void(RenderedFile)>& write) const {
  if (options.records) {
    for (const Profile& profile : profiles) {
      write({"records/" + profile_path(profile.type, profile.id) + ".json", render_record(profile)});
    }
  }
  ProfileIndex index;  // of those that have a page
  for (const Profile& profile : profiles) {
    if (has_statements(profile)) index.add(profile);
  }
  for (const PageFormat format : {PageFormat::kMarkdown, PageFormat::kHtml}) {
    const bool is_html = format == PageFormat::kHtml;
    if (!(is_html ? options.html : options.pages)) continue;
    const Markup markup(format);
    const std::string extension = is_html ? ".html" : ".md";
    for (const std::string& language : options.languages) {
      if (!state_->labels.has_language(language)) continue;
      const std::string folder = (is_html ? "html/" : "pages/") + language + "/";
      for (const Profile& profile : profiles) {
        if (index.find(profile.id) == nullptr) continue;
        write({folder + profile_path(profile.type, profile.id) + extension,
               is_html ? html_page(profile, language, index) : page(profile, language, index)});
        for (const std::string& former : profile.redirects) {
          if (index.find(former) != nullptr) continue;
          const std::string target = profile_path(profile.type, profile.id) + extension;
          data moved;
          moved.set("language", language);
          moved.set("name", profile.name);
          moved.set("target", target.substr(target.find('/') + 1));
          moved.set("link", markup.page_link(profile.name, target.substr(target.find('/') + 1)));
          write({folder + profile_path(profile.type, former) + extension,
                 state_->fill(is_html ? "moved.html" : "moved.md", moved, language, format)});
        }
      }
      data contents = index_data(profiles, index, markup, extension);
      contents.set("language", language);
      write({folder + "index" + extension,
             state_->fill(is_html ? "index.html" : "index.md", contents, language, format)});
    }
  }
}

}  // namespace dossier
