#include <algorithm>
#include <set>

#include "pipeline/profile_builder.h"

namespace dossier::merging {
namespace {

// What one person is said to have been at one organization under one title.
struct Post {
  std::string organization;  // Context::ref_key; empty: not stated
  std::string title;         // canonical; empty: not stated
  bool is_founding = false;  // a founder whose title nobody states
  ClaimList claims;          // they say when
  ClaimList support;         // they only say that ("works at …")
};

std::string role_text(const Context& context, const Claim& claim) {
  const std::string whole = context.text_of(claim, "role");
  const std::vector<std::string> parts = split_title(whole, context.tables);
  return claim.part < parts.size() ? parts[claim.part] : whole;
}

std::string category_of(const Context& context, const Claim& claim) {
  if (claim.predicate == Predicate::kFounded) return "founder";
  const ResultMention* role = argument(context.document_of(claim), context.records.fact_of(claim), "role");
  if (role == nullptr) return {};
  // Parts of a combined title have categories of their own.
  if (split_title(role->text, context.tables).size() > 1 && context.tables.role_category) {
    const std::string folded = fold(role_text(context, claim));
    const auto full = context.tables.titles.find(folded);
    return context.tables.role_category(full == context.tables.titles.end() ? folded : full->second);
  }
  return role->role == kNone ? std::string() : context.document_of(claim).roles[role->role].category;
}

std::string qualifier_of(const Context& context, const Claim& claim) {
  const ResultMention* role = argument(context.document_of(claim), context.records.fact_of(claim), "role");
  if (role == nullptr || role->role == kNone) return {};
  const std::string& qualifier = context.document_of(claim).roles[role->role].qualifier;
  return context.tables.word_list("past_qualifier").contains(qualifier) ? std::string() : qualifier;
}

bool is_dated(const Context& context, const Claim& claim) {
  const Period& period = context.records.fact_of(claim).period;
  return !period.from.empty() || !period.to.empty();
}

template <class Of>
std::string most_common(const ClaimList& claims, const Of& of) {
  std::map<std::string, std::size_t> counts;
  for (const Claim* claim : claims) {
    if (const std::string value = of(*claim); !value.empty()) ++counts[value];
  }
  const auto best =
      std::max_element(counts.begin(), counts.end(), [](const auto& a, const auto& b) { return a.second < b.second; });
  return best == counts.end() ? std::string() : best->first;
}

class Posts {
 public:
  Posts(const Context& context, const ClaimList& claims) : context_(context) {
    for (const Claim* claim : claims) {
      if (claim->predicate == Predicate::kAffiliation) add(*claim);
    }
    for (const Claim* claim : claims) {
      if (claim->predicate == Predicate::kFounded) add_founding(*claim);
    }
    place_titles_without_organization();
    place_bare_affiliations();
  }

  const std::vector<Post>& all() const { return posts_; }

 private:
  void add(const Claim& claim) {
    const std::string organization = context_.ref_key(claim, "organization");
    const std::string& title = context_.records.words.text(claim.title);
    Post* post = find(organization, title);
    if (post == nullptr) post = &posts_.emplace_back(Post{organization, title, false, {}, {}});
    post->claims.push_back(&claim);
  }

  Post* find(const std::string& organization, const std::string& title) {
    const auto found = std::find_if(posts_.begin(), posts_.end(), [&](const Post& post) {
      return post.organization == organization && post.title == title && !post.is_founding;
    });
    return found == posts_.end() ? nullptr : &*found;
  }

  // "She founded Harbor Labs in 2010" and "Ada Lovell, founder of Harbor Labs" are one post.
  void add_founding(const Claim& claim) {
    const std::string organization = context_.ref_key(claim, "organization");
    for (Post& post : posts_) {
      if (post.organization != organization || organization.empty()) continue;
      if (post.is_founding || category_of(context_, *post.claims.front()) == "founder") {
        post.claims.push_back(&claim);
        return;
      }
    }
    posts_.push_back({organization, "", true, {&claim}, {}});
  }

  // "Ada Lovell, General Manager" supports her one post of that title, said elsewhere with the organization.
  void place_titles_without_organization() {
    for (std::size_t i = 0; i < posts_.size(); ++i) {
      if (!posts_[i].organization.empty() || posts_[i].title.empty()) continue;
      std::vector<std::size_t> homes;
      for (std::size_t j = 0; j < posts_.size(); ++j) {
        if (!posts_[j].organization.empty() && posts_[j].title == posts_[i].title) homes.push_back(j);
      }
      if (homes.size() != 1) continue;
      Post& home = posts_[homes.front()];
      const bool is_telling =
          posts_[i].title.find(' ') != std::string::npos || context_.records.exclusive_titles.contains(posts_[i].title);
      const bool home_is_over = std::any_of(home.claims.begin(), home.claims.end(), [&](const Claim* claim) {
        const Period& period = context_.records.fact_of(*claim).period;
        return !period.to.empty() || context_.period_claim(*claim).stated.status == Status::kPast;
      });
      ClaimList left;
      for (const Claim* claim : posts_[i].claims) {
        const bool same_document = std::any_of(home.claims.begin(), home.claims.end(),
                                               [&](const Claim* other) { return other->document == claim->document; });
        const bool former = context_.period_claim(*claim).stated.status == Status::kPast;
        if ((same_document || (is_telling && (!former || home_is_over))) && !is_dated(context_, *claim)) {
          home.support.push_back(claim);
        } else {
          left.push_back(claim);
        }
      }
      posts_[i].claims = std::move(left);
    }
    drop_empty();
  }

  // "She works at Harbor Labs" supports a post she holds there.
  void place_bare_affiliations() {
    const MergeTables::WordSet& full_time = context_.tables.word_list("full_time_category");
    for (std::size_t i = 0; i < posts_.size(); ++i) {
      if (!posts_[i].title.empty() || posts_[i].is_founding || posts_[i].organization.empty()) continue;
      Post* home = nullptr;
      for (Post& other : posts_) {
        if (other.organization != posts_[i].organization || other.title.empty()) continue;
        const std::string category = category_of(context_, *other.claims.front());
        if (!category.empty() && !full_time.contains(category)) continue;
        if (home == nullptr || home->claims.size() < other.claims.size()) home = &other;
      }
      if (home == nullptr) continue;
      ClaimList left;
      for (const Claim* claim : posts_[i].claims) {
        Post* told = is_dated(context_, *claim) ? told_with_title(posts_[i].organization, *claim) : home;
        (told == nullptr ? left : told->support).push_back(claim);
      }
      posts_[i].claims = std::move(left);
    }
    drop_empty();
  }

  // "Joined Harbor Labs in 2010", where another source says as what; nullptr.
  Post* told_with_title(const std::string& organization, const Claim& claim) {
    const Period& period = context_.records.fact_of(claim).period;
    for (Post& post : posts_) {
      if (post.organization != organization || post.title.empty()) continue;
      for (const Claim* other : post.claims) {
        const Period& titled = context_.records.fact_of(*other).period;
        if (titled.from == period.from && (period.to.empty() || titled.to == period.to)) return &post;
      }
    }
    return nullptr;
  }

  void drop_empty() {
    std::erase_if(posts_, [](const Post& post) { return post.claims.empty(); });
  }

  const Context& context_;
  std::vector<Post> posts_;
};

// Undated past posts first, then dated ones by start, then current ones without a date, then the rest.
std::tuple<int, std::int32_t, std::int32_t> time_rank(const ProfilePeriod& period) {
  if (!period.from.empty()) return {1, period.start_earliest, period.end_latest};
  if (!period.to.empty()) return {1, period.end_earliest, period.end_latest};
  if (period.status == Status::kPast) return {0, 0, 0};
  return {period.status == Status::kCurrent ? 2 : 3, 0, 0};
}

// The name of an organization at the time, where all sources of a post use one that it has given up since.
std::string name_then(const Context& context, const ClaimList& claims) {
  const std::string name = context.text_of(*claims.front(), "organization");
  const std::uint32_t organization = context.entity_of(claims.front()->object);
  if (organization == kNone) return {};
  const std::string folded = fold(name);
  for (const Claim* claim : claims) {
    if (fold(context.text_of(*claim, "organization")) != folded) return {};
  }
  for (const Claim* claim : context.by_subject[organization]) {
    const bool is_former = claim->predicate == Predicate::kAlias &&
                           context.records.fact_of(*claim).period.status == Status::kPast &&
                           fold(context.text_of(*claim, "alias")) == folded;
    if (is_former && folded != fold(context.entities[organization].name)) return name;
  }
  return {};
}

void add_careers(const Context& context, std::uint32_t entity, Profile& profile) {
  const Posts posts(context, context.by_subject[entity]);
  for (const Post& post : posts.all()) {
    const std::string title_part = post.is_founding ? "\x01"
                                                      "founder"
                                                    : post.title;
    const std::vector<CitedStint> stints =
        stints_of(context, "affiliation", entity, {post.organization, title_part}, post.claims);
    for (std::size_t i = 0; i < stints.size(); ++i) {
      const CitedStint& stint = stints[i];
      Career career;
      ClaimList cited = stint.claims;
      // Support without a date belongs to the last stint.
      if (i + 1 == stints.size()) cited.insert(cited.end(), post.support.begin(), post.support.end());
      career.cited = cited.size() == stint.claims.size() ? stint.cited : context.cite(cited, stint.cited.key);
      std::vector<std::string> titles;
      for (const Claim* claim : stint.claims) titles.push_back(role_text(context, *claim));
      career.title = best_text(context, stint.claims, titles);
      career.category = most_common(stint.claims, [&](const Claim& claim) { return category_of(context, claim); });
      career.qualifier = most_common(stint.claims, [&](const Claim& claim) { return qualifier_of(context, claim); });
      career.organization = context.ref(*stint.claims.front(), "organization");
      if (std::string then = name_then(context, stint.claims); !then.empty())
        career.organization.name = std::move(then);
      career.period = stint.stint.period;
      ask_about_period(context, entity, "affiliation", stint.stint, post.claims, career.title, career.organization,
                       profile.questions);
      profile.career.push_back(std::move(career));
    }
  }
  std::sort(profile.career.begin(), profile.career.end(), [](const Career& a, const Career& b) {
    return std::tuple(time_rank(a.period), std::string_view(a.organization.name), std::string_view(a.title),
                      std::string_view(a.cited.key)) <
           std::tuple(time_rank(b.period), std::string_view(b.organization.name), std::string_view(b.title),
                      std::string_view(b.cited.key));
  });
}

void add_education(const Context& context, std::uint32_t entity, Profile& profile) {
  struct Course {
    std::string degree;  // folded
    ClaimList claims;
    std::vector<std::string> texts;
  };
  const auto degree_of = [&](const Claim& claim) {
    std::string text = context.text_of(claim, "degree");
    const std::string field = context.text_of(claim, "field");
    if (!field.empty()) text += (text.empty() ? "" : ", ") + field;
    return text.empty() ? context.records.fact_of(claim).text : text;
  };
  // "2004-2010, Laurea magistrale" and "2004-2010, Master's degree", each on a page of its own language.
  const auto is_in_another_language = [&](const Claim& claim, const ClaimList& course) {
    const Period& period = context.records.fact_of(claim).period;
    return !period.from.empty() && !period.to.empty() &&
           std::all_of(course.begin(), course.end(), [&](const Claim* other) {
             const Period& known = context.records.fact_of(*other).period;
             return known.from == period.from && known.to == period.to &&
                    context.document_of(*other).language != context.document_of(claim).language;
           });
  };
  std::map<std::string, std::vector<Course>> schools;
  // The one course, wherever, that a degree told without a school can be of.
  const auto only_course_with = [&](const std::string& degree) {
    Course* found = nullptr;
    for (auto& [school, courses] : schools) {
      for (Course& course : courses) {
        const bool has_it = (" " + course.degree + " ").find(" " + degree + " ") != std::string::npos;
        if (school.empty() || !has_it) continue;
        if (found != nullptr) return static_cast<Course*>(nullptr);
        found = &course;
      }
    }
    return found;
  };
  // Degrees first, so that "studied there" can join the one degree from there; those of no school join one of a school.
  for (const auto& [with_degree, with_school] : {std::pair(true, true), {true, false}, {false, true}}) {
    for (const Claim* claim : context.by_subject[entity]) {
      if (claim->predicate != Predicate::kEducation) continue;
      const std::string text = degree_of(*claim), folded = fold(text);
      const std::string school = context.ref_key(*claim, "institution");
      if (folded.empty() == with_degree || school.empty() == with_school) continue;
      if (Course* known = with_school ? nullptr : only_course_with(folded); known != nullptr) {
        known->claims.push_back(claim);
        known->texts.push_back(known->texts.front());  // that says more
        continue;
      }
      Course* home = nullptr;
      std::vector<Course>& courses = schools[school];
      for (Course& course : courses) {
        const bool fits = folded.empty() ? courses.size() == 1
                                         : course.degree == folded || is_in_another_language(*claim, course.claims);
        if (fits) home = &course;
      }
      if (home == nullptr) home = &courses.emplace_back(Course{folded, {}, {}});
      home->claims.push_back(claim);
      home->texts.push_back(text);
    }
  }
  for (const auto& [school, courses] : schools) {
    for (const Course& course : courses) {
      for (const CitedStint& stint : stints_of(context, "education", entity, {school, course.degree}, course.claims)) {
        Education education;
        education.cited = stint.cited;
        const auto names_school = [&](const Claim* claim) { return !context.ref_key(*claim, "institution").empty(); };
        const auto named = std::find_if(stint.claims.begin(), stint.claims.end(), names_school);
        education.institution =
            context.ref(named == stint.claims.end() ? *stint.claims.front() : **named, "institution");
        education.degree = best_text(context, course.claims, course.texts);
        education.period = stint.stint.period;
        ask_about_period(context, entity, "education", stint.stint, course.claims, education.degree,
                         education.institution, profile.questions);
        profile.education.push_back(std::move(education));
      }
    }
  }
  std::sort(profile.education.begin(), profile.education.end(), [](const Education& a, const Education& b) {
    return std::tuple(time_rank(a.period), std::string_view(a.institution.name), std::string_view(a.degree)) <
           std::tuple(time_rank(b.period), std::string_view(b.institution.name), std::string_view(b.degree));
  });
}

// A birth or a death: one date, one place; whatever differs is a question.
std::optional<LifeEvent> life_event(const Context& context, std::uint32_t entity, Predicate predicate,
                                    std::string_view name, std::vector<OpenQuestion>& questions) {
  ClaimList claims;
  for (const Claim* claim : context.by_subject[entity]) {
    if (claim->predicate == predicate) claims.push_back(claim);
  }
  if (claims.empty()) return std::nullopt;
  std::vector<DateClaim> dates;
  std::vector<std::string> places;
  for (const Claim* claim : claims) {
    const Mark* mark = context.records.mark_of(*claim);
    dates.push_back({context.date_of(*claim, "date"), context.document_of(*claim).date,
                     context.records.origins[claim->document], context.records.trust[claim->document],
                     context.confidence_of(context.records.fact_of(*claim)),
                     mark != nullptr && (mark->decision == "pinned" || mark->decision == "edited")});
    places.push_back(context.place_of(*claim));
  }
  const DateChoice date = choose_date(dates, static_cast<std::int32_t>(context.tables.weight("period.near_days")));
  const TextChoice place = choose_text(context, claims, places);
  LifeEvent event;
  event.date = date.edtf;
  if (!place.values.empty()) event.place = place.values.front().text;
  if (event.date.empty() && event.place.empty()) return std::nullopt;
  const auto members = [&](const std::vector<std::uint32_t>& indexes) {
    ClaimList out;
    for (const std::uint32_t index : indexes) out.push_back(claims[index]);
    return out;
  };
  ClaimList cited;
  if (!date.values.empty()) cited = members(date.values.front().claims);
  if (!place.values.empty())
    cited.insert(cited.end(), place.values.front().claims.begin(), place.values.front().claims.end());
  std::sort(cited.begin(), cited.end());
  cited.erase(std::unique(cited.begin(), cited.end()), cited.end());
  event.cited =
      context.cite(cited, context.key(name, entity, {event.date, event.place.empty() ? "" : fold(event.place)}, cited));
  if (date.values.size() > 1) {
    std::vector<dossier::Claim> values;
    for (const DateChoice::Alternative& value : date.values) {
      const ClaimList own = members(value.claims);
      values.push_back({context.cite(own, context.key(name, entity, {value.edtf, ""}, own)), value.edtf, {}});
    }
    questions.push_back(
        disagreement(context, entity, std::string(name) + ".date", date.is_near, event.date, std::move(values)));
  }
  if (place.values.size() > 1) {
    std::vector<dossier::Claim> values;
    for (const TextChoice::Alternative& value : place.values) {
      values.push_back({context.cite(value.claims, context.key(name, entity, {"", fold(value.text)}, value.claims)),
                        value.text,
                        {}});
    }
    questions.push_back(
        disagreement(context, entity, std::string(name) + ".place", false, event.place, std::move(values)));
  }
  return event;
}

void add_relatives(const Context& context, std::uint32_t entity, Profile& profile) {
  std::map<std::pair<std::string, std::string>, ClaimList> groups;  // relation, other side
  std::map<std::string, EntityRef> others;
  const auto take = [&](const Claim& claim, const char* relation, const char* other_argument) {
    const std::string other = context.ref_key(claim, other_argument);
    if (other.empty()) return;
    groups[{relation, other}].push_back(&claim);
    others.emplace(other, context.ref(claim, other_argument));
  };
  for (const Claim* claim : context.by_subject[entity]) {
    if (claim->predicate == Predicate::kSpouse) take(*claim, "spouse", "spouse");
    if (claim->predicate == Predicate::kParent) take(*claim, "parent_person", "parent");
  }
  for (const Claim* claim : context.by_object[entity]) {
    if (claim->predicate == Predicate::kSpouse) take(*claim, "spouse", "person");
    if (claim->predicate == Predicate::kParent) take(*claim, "child", "person");
  }
  for (const auto& [what, claims] : groups) {
    for (const CitedStint& stint : stints_of(context, what.first, entity, {what.second}, claims)) {
      Connection connection;
      connection.cited = stint.cited;
      connection.relation = what.first;
      connection.entity = others[what.second];
      connection.entity_type = "person";
      connection.period = stint.stint.period;
      profile.connections.push_back(std::move(connection));
    }
  }
  // Whoever founded the same organization.
  std::map<std::uint32_t, ClaimList> founders;
  const auto foundings = [&](const ClaimList& claims, const auto& each) {
    for (const Claim* claim : claims) {
      if (claim->object == kNone || category_of(context, *claim) != "founder") continue;
      each(*claim);
    }
  };
  std::set<std::uint32_t> founded;
  foundings(context.by_subject[entity], [&](const Claim& claim) { founded.insert(context.entity_of(claim.object)); });
  for (const std::uint32_t organization : founded) {
    foundings(context.by_object[organization], [&](const Claim& claim) {
      const std::uint32_t person = context.entity_of(claim.subject);
      if (person != kNone && person != entity && context.entities[person].is_person) founders[person].push_back(&claim);
    });
  }
  for (const auto& [person, claims] : founders) {
    const EntityRef ref = context.ref(person);
    const std::string other = ref.id.empty() ? "~" + fold(ref.name) : ref.id;
    profile.connections.push_back(
        {context.cite(claims, context.key("co_founder", entity, {other}, {})), "co_founder", ref, "person", "", {}});
  }
}

}  // namespace

void add_person_fields(const Context& context, std::uint32_t entity, Profile& profile) {
  profile.born = life_event(context, entity, Predicate::kBorn, "born", profile.questions);
  profile.died = life_event(context, entity, Predicate::kDied, "died", profile.questions);
  std::map<std::string, ClaimList> nationalities;
  for (const Claim* claim : context.by_subject[entity]) {
    if (claim->predicate == Predicate::kNationality)
      nationalities[fold(context.text_of(*claim, "place"))].push_back(claim);
  }
  for (const auto& [folded, claims] : nationalities) {
    if (folded.empty()) continue;
    std::vector<std::string> texts;
    for (const Claim* claim : claims) texts.push_back(context.text_of(*claim, "place"));
    profile.nationality.push_back({context.cite(claims, context.key("nationality", entity, {folded}, claims)),
                                   best_text(context, claims, texts),
                                   {},
                                   {}});
  }
  add_education(context, entity, profile);
  add_careers(context, entity, profile);
  add_relatives(context, entity, profile);
}

}  // namespace dossier::merging
