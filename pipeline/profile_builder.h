// profile_builder.h - the statements of one entity -> its Profile. Each function fills some of the fields; merge calls
// them in the order in which they stand here.
#pragma once

#include <string>
#include <vector>

#include "pipeline/statements.h"

namespace dossier::merging {

// Aliases, identifiers, tagline, quotes, events, attributes, references: what people and organizations have alike.
void add_common_fields(const Context& context, std::uint32_t entity, Profile& profile);
// Birth, death, nationality, education, career, relatives.
void add_person_fields(const Context& context, std::uint32_t entity, Profile& profile);
// Foundation, headquarters, parent, members.
void add_organization_fields(const Context& context, std::uint32_t entity, Profile& profile);
// Values measured over time; entity kNone: of what has no profile.
std::vector<StatisticSeries> statistics_of(const Context& context, const ClaimList& claims, std::uint32_t entity,
                                           std::vector<OpenQuestion>* questions);
// The careers of `person`, seen from the organizations they lead to. `find` gives an organization's profile by id.
void add_leadership(const Context& context, const Profile& person,
                    const std::function<Profile*(const std::string&)>& find);
// Timeline, questions about ends and lifespan, order of lists, sources.
void finish_profile(const Context& context, std::uint32_t entity, Profile& profile);

// A question about what sources say differently.
OpenQuestion disagreement(const Context& context, std::uint32_t subject, std::string_view predicate, bool is_near,
                          std::string chosen, std::vector<dossier::Claim> claims);
// The same for the bounds of a period; `claims` are those that the stint's conflict refers to.
void ask_about_period(const Context& context, std::uint32_t subject, std::string_view predicate, const Stint& stint,
                      const ClaimList& claims, const std::string& title, const EntityRef& entity,
                      std::vector<OpenQuestion>& questions);

// Stints of claims with their cited statements. Keys are made of `parts`; the first stint to be told apart from others
// has the plain key, the others add their start.
struct CitedStint {
  Cited cited;
  Stint stint;
  ClaimList claims;
};
std::vector<CitedStint> stints_of(const Context& context, std::string_view predicate, std::uint32_t subject,
                                  const std::vector<std::string>& parts, const ClaimList& claims);

// Where somebody lives, where an organization sits: a value for each stint at each place, the present and latest first.
std::vector<Value> stays_of(const Context& context, std::string_view predicate, std::uint32_t subject,
                            const ClaimList& claims);

}  // namespace dossier::merging
