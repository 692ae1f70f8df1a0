// profile.h - the canonical record of a person or an organization: what merge makes of the facts of all documents, and
// what render turns into a JSON record and a page.
//
//   Profile{id "ada-lovell", name "Ada Lovell", career {Career{title "General Manager", category "executive",
//     organization {"Open Harbor Foundation", "open-harbor-foundation"}, period {from "2023", status kCurrent}}}}
//
// Promise: plain values. Every statement carries Cited: why it is here and where it stands. Lists are in the order in
// which they are shown. No words of any language are made here: names of relations, categories and question kinds are
// keys for a label table; texts are quotations of sources.
// Dates are EDTF. Not here: how facts become profiles (merge.h), layout (render.h).
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "pipeline/document.h"

namespace dossier {

// One place where a source states a fact. Source::bytes[begin, end) == quote.
struct Evidence {
  std::string source;  // Source::id; "review" for what a person added
  std::string uri;     // where the source was found; may be empty
  std::uint64_t begin = 0;
  std::uint64_t end = 0;
  std::string quote;
  std::string rule;
  double confidence = 0;
  std::string document_date;  // EDTF; empty if the document has none
  std::string fact;           // key of the fact as extracted from that document (ResultFact::key)
  friend bool operator==(const Evidence&, const Evidence&) = default;
};

// What every statement of a profile carries.
struct Cited {
  std::string key;                 // content-derived, the same in every run: decisions refer to it
  std::string rule;                // of the strongest evidence
  double confidence = 0;           // all independent evidence combined
  std::vector<Evidence> evidence;  // sorted by source, begin, end, rule; never empty unless a person added the fact
  std::string decision;            // "accepted", "edited", "pinned", "added"; empty: nobody has looked at it
  friend bool operator==(const Cited&, const Cited&) = default;
};

// A name with the profile it leads to. `id` is empty for what has no profile ("various companies").
struct EntityRef {
  std::string name;
  std::string id;
  friend bool operator==(const EntityRef&, const EntityRef&) = default;
};

enum class EndReason : std::uint8_t {
  kUnknown,          // nobody says whether it ended
  kStated,           // `to` is stated
  kEnded,            // known to be over at `asserted_at`, the end itself is not stated ("former")
  kAssertedCurrent,  // a source dated `asserted_at` presents it as holding
  kPlanned,
};
std::string_view name_of(EndReason reason);  // "unknown", "stated", "ended", "current", "planned"

// When a statement held: bounds of its start and of its end, and the finest stated dates inside them.
// Bounds are days since 1970-01-01, closed; kDayOpenBegin and kDayOpenEnd where a side is open.
struct ProfilePeriod {
  std::string from;  // EDTF, finest stated ("2010", "2014~", "200X"); empty: unknown
  std::string to;    // EDTF; empty: `end_reason` says why
  std::int32_t start_earliest = kDayOpenBegin;
  std::int32_t start_latest = kDayOpenEnd;
  std::int32_t end_earliest = kDayOpenBegin;
  std::int32_t end_latest = kDayOpenEnd;
  Status status = Status::kUnknown;
  EndReason end_reason = EndReason::kUnknown;
  std::string asserted_at;  // EDTF of the latest document that says `status`

  bool is_empty() const { return from.empty() && to.empty() && status == Status::kUnknown; }
  friend bool operator==(const ProfilePeriod&, const ProfilePeriod&) = default;
};

struct Alias {
  Cited cited;
  std::string name;
  std::string kind;  // "alias", "former" (a name it once had, see period), "acronym", "short", "legal" (with its form)
  ProfilePeriod period;  // of a former name
};

struct Identifier {
  Cited cited;
  std::string kind;   // "url", "email", "handle", "linkedin", …
  std::string value;  // normalized
};

// A single value: nationality ("FRA"), tagline, profession, a headquarters place.
struct Value {
  Cited cited;
  std::string value;
  EntityRef entity;  // set where the value is a person or an organization (parent company, spouse)
  ProfilePeriod period;
};

// A predicate the record has no field of its own for: residence, party, profession, power rows of curated pages, …
struct Attribute {
  std::string predicate;
  Value value;
  std::string text;  // further words of the source, as stated; may be empty
};

struct LifeEvent {  // birth, death
  Cited cited;
  std::string date;   // EDTF; may be empty when only the place is known
  std::string place;  // may be empty
};

struct Education {
  Cited cited;
  EntityRef institution;
  std::string degree;  // degree or field as stated
  ProfilePeriod period;
};

struct Career {
  Cited cited;
  std::string title;       // as stated, best spelling; may be empty ("works at …")
  std::string category;    // "executive", "founder", …; empty if unknown
  std::string qualifier;   // "acting", "honorary", …; "former" is told by the period
  EntityRef organization;  // name and id empty if not stated
  ProfilePeriod period;
};

// A person or an organization that this entity stands in relation to.
struct Connection {
  Cited cited;
  std::string
      relation;  // "spouse", "parent_person", "colleague", "interviewer", "co_founder", "membership", "subsidiary" …
  EntityRef entity;
  std::string entity_type;  // "person", "organization", "event"
  std::string text;         // the relation in the words of a source ("Board colleagues"); may be empty
  ProfilePeriod period;
};

struct StatisticPoint {
  Cited cited;
  Statistic value;    // component spans are not meaningful here
  std::string as_of;  // EDTF; empty if unknown
};

// What was measured, over time: values of one subject, kind, unit and counted noun. Points are sorted by (as_of,
// value).
struct StatisticSeries {
  std::string subject;  // what it is about, as stated ("public cloud data centers"); the entity's name if nothing finer
  std::string kind;     // "count", "money", …
  std::string unit;
  std::string noun;  // counted noun as stated; may be empty
  std::vector<StatisticPoint> points;
};

struct Quote {
  Cited cited;
  std::string text;
  std::string date;  // EDTF of the document; may be empty
};

struct Participation {
  Cited cited;
  std::string event;
  std::string role;  // may be empty
  std::string date;  // EDTF; may be empty
};

// One line of the timeline: either the words of a curated timeline (`text`) or a pointer to a dated statement.
struct TimelineEntry {
  Cited cited;        // key: that of the statement it comes from
  std::string date;   // EDTF date or interval; never empty
  std::string kind;   // "career", "education", "born", "died", "founded", "inception", "former_name", "text", …
  std::string title;  // role title, degree, or other plain value; may be empty
  EntityRef entity;   // the organization or person concerned; may be empty
  std::string text;   // for "text": the words of the source
};

// A value that competes in a conflict.
struct Claim {
  Cited cited;
  std::string value;  // date, place, title, … as stated
  EntityRef entity;
};

// What a curator should look at: sources that disagree, ends that nobody states, entities that may be the same.
struct OpenQuestion {
  std::string key;
  std::string kind;       // "conflict", "near_conflict", "missing_end", "missing_start", "maybe_same", "lifespan"
  std::string predicate;  // "born", "affiliation", …
  std::string title;      // role title or other plain value that tells which statement; may be empty
  EntityRef entity;       // organization or person concerned; may be empty
  std::string chosen;     // conflict: the value the record shows; empty: none could be preferred
  std::vector<Claim> claims;
};

struct SourceRef {
  std::string source;  // Source::id
  std::string uri;
  std::string title;
  std::string date;              // EDTF
  std::string kind;              // "interview", "profile", …
  std::uint32_t statements = 0;  // how many statements of this profile it supports
};

// A link listed by a curated page ("Fonti"): kept with its words.
struct Reference {
  Cited cited;
  std::string title;
  std::string url;
};

struct LeadershipEntry {  // a person's role seen from the organization
  Cited cited;
  EntityRef person;
  std::string title;
  std::string category;
  std::string qualifier;
  ProfilePeriod period;
};

struct Member {  // an organization that belongs to this one
  Cited cited;
  EntityRef organization;
  std::string level;  // "platinum", …; empty if not stated
  ProfilePeriod period;
};

struct Profile {
  std::string id;    // slug: "ada-lovell"
  std::string type;  // "person", "organization"
  std::string name;  // best name
  std::vector<Alias> aliases;
  std::vector<Identifier> identifiers;
  std::optional<Value> tagline;
  std::vector<Connection> connections;
  std::vector<StatisticSeries> statistics;
  std::vector<Quote> quotes;
  std::vector<Participation> events;
  std::vector<Attribute> attributes;
  std::vector<TimelineEntry> timeline;
  std::vector<OpenQuestion> questions;
  std::vector<Reference> references;
  std::vector<SourceRef> sources;
  std::vector<std::string> redirects;  // former ids that now lead here

  // persons
  std::vector<Value> nationality;
  std::optional<LifeEvent> born;
  std::optional<LifeEvent> died;
  std::vector<Education> education;
  std::vector<Career> career;

  // organizations
  std::optional<Value> inception;     // value: EDTF date
  std::optional<Value> headquarters;  // the current one; earlier ones are attributes with a period
  std::optional<Value> parent;
  std::vector<LeadershipEntry> leadership;
  std::vector<Member> members;
};

// Every statement of the profile, lines of the timeline included; not the questions.
void for_each_cited(const Profile& profile, const std::function<void(const Cited&)>& visit);

}  // namespace dossier
