#include <algorithm>

#include "pipeline/profile_builder.h"

namespace dossier::merging {
namespace {

ClaimList with_predicate(const ClaimList& claims, Predicate predicate) {
  ClaimList out;
  for (const Claim* claim : claims) {
    if (claim->predicate == predicate) out.push_back(claim);
  }
  return out;
}

// The date of foundation, of what is said about it and about its founders.
void add_inception(const Context& context, std::uint32_t entity, Profile& profile) {
  ClaimList claims;
  std::vector<DateClaim> dates;
  const auto take = [&](const Claim& claim, std::string edtf) {
    if (edtf.empty()) return;
    const Mark* mark = context.records.mark_of(claim);
    dates.push_back({std::move(edtf), context.document_of(claim).date, context.records.origins[claim.document],
                     context.records.trust[claim.document], context.confidence_of(context.records.fact_of(claim)),
                     mark != nullptr && (mark->decision == "pinned" || mark->decision == "edited")});
    claims.push_back(&claim);
  };
  for (const Claim* claim : context.by_subject[entity]) {
    if (claim->predicate == Predicate::kInception) take(*claim, context.date_of(*claim, "date"));
  }
  for (const Claim* claim : context.by_object[entity]) {
    if (claim->predicate == Predicate::kFounded) take(*claim, context.records.fact_of(*claim).period.from);
  }
  const DateChoice choice = choose_date(dates, static_cast<std::int32_t>(context.tables.weight("period.near_days")));
  if (choice.values.empty()) return;
  std::vector<dossier::Claim> values;
  for (const DateChoice::Alternative& value : choice.values) {
    ClaimList own;
    for (const std::uint32_t index : value.claims) own.push_back(claims[index]);
    values.push_back({context.cite(own, context.key("inception", entity, {value.edtf}, own)), value.edtf, {}});
  }
  profile.inception = Value{values.front().cited, choice.edtf, {}, {}};
  if (values.size() > 1) {
    profile.questions.push_back(
        disagreement(context, entity, "inception", choice.is_near, choice.edtf, std::move(values)));
  }
}

// Two offices that one sentence names are no contradiction.
bool are_said_together(const Cited& a, const Cited& b) {
  return std::any_of(a.evidence.begin(), a.evidence.end(), [&](const Evidence& one) {
    return std::any_of(b.evidence.begin(), b.evidence.end(),
                       [&](const Evidence& other) { return one.source == other.source && one.begin == other.begin; });
  });
}

// One seat at a time: the one that holds longest or was said last is the current one, others are attributes.
void add_headquarters(const Context& context, std::uint32_t entity, Profile& profile) {
  std::vector<Value> seats =
      stays_of(context, "headquarters", entity, with_predicate(context.by_subject[entity], Predicate::kHeadquarters));
  if (seats.empty()) return;
  const Value& first = seats.front();
  std::vector<dossier::Claim> rivals;
  for (const Value& seat : seats) {
    const bool is_at_once = can_overlap(seat.period, first.period) && seat.period.status == first.period.status;
    if (seat.value != first.value && is_at_once && !are_said_together(seat.cited, first.cited))
      rivals.push_back({seat.cited, seat.value, {}});
  }
  if (!rivals.empty()) {
    rivals.insert(rivals.begin(), {first.cited, first.value, {}});
    profile.questions.push_back(disagreement(context, entity, "headquarters", false, first.value, std::move(rivals)));
  }
  profile.headquarters = first;
  for (std::size_t i = 1; i < seats.size(); ++i)
    profile.attributes.push_back({"headquarters", std::move(seats[i]), ""});
}

void add_relations(const Context& context, std::uint32_t entity, Profile& profile) {
  const auto groups = [&](const ClaimList& claims, Predicate predicate, const char* other_argument) {
    std::map<std::string, ClaimList> out;
    for (const Claim* claim : with_predicate(claims, predicate))
      out[context.ref_key(*claim, other_argument)].push_back(claim);
    out.erase("");
    return out;
  };
  for (const auto& [parent, claims] : groups(context.by_subject[entity], Predicate::kSubsidiary, "parent")) {
    for (CitedStint& stint : stints_of(context, "subsidiary", entity, {parent}, claims)) {
      const EntityRef ref = context.ref(*stint.claims.front(), "parent");
      Value value{std::move(stint.cited), ref.name, ref, stint.stint.period};
      const bool is_over = value.period.status == Status::kPast;
      if (!profile.parent || (profile.parent->period.status == Status::kPast && !is_over)) {
        if (profile.parent) profile.attributes.push_back({"parent", std::move(*profile.parent), ""});
        profile.parent = std::move(value);
      } else {
        profile.attributes.push_back({"parent", std::move(value), ""});
      }
    }
  }
  for (const auto& [child, claims] : groups(context.by_object[entity], Predicate::kSubsidiary, "organization")) {
    for (CitedStint& stint : stints_of(context, "subsidiary_of_this", entity, {child}, claims)) {
      profile.connections.push_back({std::move(stint.cited), "subsidiary",
                                     context.ref(*stint.claims.front(), "organization"), "organization", "",
                                     stint.stint.period});
    }
  }
  for (const auto& [group, claims] : groups(context.by_subject[entity], Predicate::kMembership, "organization")) {
    for (CitedStint& stint : stints_of(context, "membership", entity, {group}, claims)) {
      profile.connections.push_back({std::move(stint.cited), "membership",
                                     context.ref(*stint.claims.front(), "organization"), "organization",
                                     context.records.fact_of(*stint.claims.front()).text, stint.stint.period});
    }
  }
  for (const auto& [member, claims] : groups(context.by_object[entity], Predicate::kMembership, "member")) {
    for (CitedStint& stint : stints_of(context, "member", entity, {member}, claims)) {
      std::vector<std::string> levels;
      for (const Claim* claim : stint.claims) levels.push_back(context.records.fact_of(*claim).text);
      std::string level = best_text(context, stint.claims, levels);
      profile.members.push_back(
          {std::move(stint.cited), context.ref(*stint.claims.front(), "member"), std::move(level), stint.stint.period});
    }
  }
  for (const auto& [student, claims] : groups(context.by_object[entity], Predicate::kEducation, "person")) {
    const EntityRef ref = context.ref(*claims.front(), "person");
    profile.connections.push_back(
        {context.cite(claims, context.key("alumnus", entity, {student}, claims)), "alumnus", ref, "person", "", {}});
  }
  std::sort(profile.members.begin(), profile.members.end(), [](const Member& a, const Member& b) {
    return std::tie(a.organization.name, a.cited.key) < std::tie(b.organization.name, b.cited.key);
  });
}

}  // namespace

void add_organization_fields(const Context& context, std::uint32_t entity, Profile& profile) {
  add_inception(context, entity, profile);
  add_headquarters(context, entity, profile);
  add_relations(context, entity, profile);
}

void add_leadership(const Context& context, const Profile& person,
                    const std::function<Profile*(const std::string&)>& find) {
  const MergeTables::WordSet& leading = context.tables.word_list("leadership_category");
  for (const Career& career : person.career) {
    if (career.organization.id.empty()) continue;
    Profile* organization = find(career.organization.id);
    if (organization == nullptr || organization->type != "organization") continue;
    const EntityRef ref{person.name, person.id};
    if (leading.contains(career.category)) {
      organization->leadership.push_back(
          {career.cited, ref, career.title, career.category, career.qualifier, career.period});
    } else {
      organization->connections.push_back({career.cited, "affiliation", ref, "person", career.title, career.period});
    }
  }
}

}  // namespace dossier::merging
