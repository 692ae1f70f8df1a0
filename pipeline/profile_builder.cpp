#include "pipeline/profile_builder.h"

#include <algorithm>
#include <set>

namespace dossier::merging {
namespace {

template <class Key, class Of>
std::map<Key, ClaimList> grouped(const ClaimList& claims, Predicate predicate, const Of& of) {
  std::map<Key, ClaimList> groups;
  for (const Claim* claim : claims) {
    if (claim->predicate == predicate) groups[of(*claim)].push_back(claim);
  }
  return groups;
}

// The second argument as text: what a fact says about its subject.
std::string object_text(const Context& context, const Claim& claim) {
  const ResultMention* mention = argument(context.document_of(claim), context.records.fact_of(claim), std::size_t{1});
  return mention == nullptr ? std::string() : mention->text;
}

// The address of an identifier or a reference: that of the link, where the mention is only its words.
std::string address(const Context& context, const Claim& claim) {
  const std::string& linked = context.records.fact_of(claim).text;
  return linked.empty() ? object_text(context, claim) : linked;
}

std::string identifier_kind(std::string_view value) {
  if (value.starts_with("@")) return "handle";
  const std::size_t at = value.find('@');
  if (at != std::string_view::npos && value.find('/') == std::string_view::npos) return "email";
  return "url";
}

void add_aliases(const Context& context, std::uint32_t entity, const ClaimList& claims, Profile& profile) {
  struct Name {
    std::map<std::string, double> spellings;
    ClaimList declared;
    std::vector<std::pair<std::uint32_t, const ResultMention*>> mentions;  // document, first mention there
    bool is_legal = false;
  };
  std::map<std::string, Name> names;  // folded
  const std::string own = fold(profile.name);
  const auto parts = [&](const std::string& folded) {
    return context.entities[entity].is_person
               ? OrganizationName{folded, "", {}}
               : compare_form(folded, context.tables.legal_forms, context.tables.word_list("article"));
  };
  const OrganizationName own_parts = parts(own);
  // Where a name is kept. "Harbor Labs, Inc." is no other name than "Harbor Labs" but tells its legal form, in whatever
  // spelling; empty: the profile's own name.
  const auto slot = [&](const std::string& folded) {
    const OrganizationName name = parts(folded);
    if (name.core != own_parts.core) return folded;
    return name.form.empty() || name.form == own_parts.form ? std::string() : name.core + " " + name.form;
  };
  for (const std::uint32_t n : context.identity.members[entity]) {
    const Node& node = context.records.nodes[n];
    const DocumentResult& document = *context.records.documents[node.document];
    const ResultEntity& local = context.records.entity_of(node);
    std::vector<std::string> surfaces{local.name};
    surfaces.insert(surfaces.end(), local.aliases.begin(), local.aliases.end());
    for (const std::string& surface : surfaces) {
      const std::string folded = fold(surface);
      const std::uint32_t id = context.records.words.find(folded);
      const std::string key = slot(folded);
      if (id == kNone || key.empty() || std::find(node.names.begin(), node.names.end(), id) == node.names.end())
        continue;
      Name& name = names[key];
      name.is_legal = parts(folded).core == own_parts.core;
      name.spellings[surface] += context.records.trust[node.document];
      const auto mention = std::find_if(local.mentions.begin(), local.mentions.end(), [&](std::uint32_t m) {
        return m < document.mentions.size() && fold(document.mentions[m].text) == folded;
      });
      // A name put together from the lines of a column is cited where it begins.
      const bool is_joined = mention == local.mentions.end() && surface == local.name && !local.mentions.empty();
      const std::uint32_t cited = is_joined                         ? local.mentions.front()
                                  : mention == local.mentions.end() ? kNone
                                                                    : *mention;
      if (cited < document.mentions.size()) name.mentions.emplace_back(node.document, &document.mentions[cited]);
    }
  }
  for (const Claim* claim : claims) {
    if (claim->predicate != Predicate::kAlias) continue;
    const std::string text = context.text_of(*claim, "alias");
    const std::string folded = fold(text);
    const std::string key = folded.empty() ? folded : slot(folded);
    if (key.empty()) continue;
    Name& name = names[key];
    name.is_legal = parts(folded).core == own_parts.core;
    name.spellings[text] += context.records.trust[claim->document];
    name.declared.push_back(claim);
  }
  const MergeTables::WordSet& stop_words = context.tables.word_list("stop_word");
  for (auto& [folded, name] : names) {
    Alias alias;
    alias.name = std::min_element(name.spellings.begin(), name.spellings.end(), [](const auto& a, const auto& b) {
                   return std::tuple(is_shouted(a.first), -a.second, a.first) <
                          std::tuple(is_shouted(b.first), -b.second, b.first);
                 })->first;
    const std::string key = context.key("alias", entity, {folded}, name.declared);
    if (context.is_rejected(key)) continue;
    if (!name.declared.empty()) {
      alias.cited = context.cite(name.declared, key);
      std::vector<PeriodClaim> periods;
      for (const Claim* claim : name.declared) periods.push_back(context.period_claim(*claim));
      alias.period = combine_periods(periods, context.period_weights()).front().period;
    } else {
      // Nobody declares it: it is a name because sources use it.
      alias.cited.key = key;
      double doubt = 1;
      std::set<std::uint32_t> origins;
      for (const auto& [document, mention] : name.mentions) {
        const DocumentResult& source = *context.records.documents[document];
        alias.cited.evidence.push_back({source.source_id, source.uri, mention->begin, mention->end, mention->quote,
                                        mention->rule, mention->confidence, source.date, ""});
        if (alias.cited.rule.empty()) alias.cited.rule = mention->rule;
        if (origins.insert(context.records.origins[document]).second) doubt *= 1 - mention->confidence;
      }
      alias.cited.confidence = std::min(context.tables.weight("confidence.cap"), 1 - doubt);
    }
    const bool is_former = alias.period.status == Status::kPast || !alias.period.to.empty();
    const bool is_acronym = looks_like_acronym(alias.name) ||
                            (folded.find(' ') == std::string::npos && is_acronym_of(folded, own, stop_words));
    alias.kind = is_former                               ? "former"
                 : name.is_legal                         ? "legal"
                 : is_acronym                            ? "acronym"
                 : own.find(folded) != std::string::npos ? "short"
                                                         : "alias";
    profile.aliases.push_back(std::move(alias));
  }
  std::stable_sort(profile.aliases.begin(), profile.aliases.end(),
                   [](const Alias& a, const Alias& b) { return a.cited.evidence.size() > b.cited.evidence.size(); });
}

}  // namespace

std::vector<CitedStint> stints_of(const Context& context, std::string_view predicate, std::uint32_t subject,
                                  const std::vector<std::string>& parts, const ClaimList& claims) {
  std::vector<PeriodClaim> periods;
  periods.reserve(claims.size());
  for (const Claim* claim : claims) periods.push_back(context.period_claim(*claim));
  std::vector<Stint> stints = combine_periods(periods, context.period_weights());
  // The stint that most claims speak of has the plain key, so that it stays the same when another one turns up.
  std::size_t plain = 0;
  for (std::size_t i = 1; i < stints.size(); ++i) {
    if (stints[i].claims.size() > stints[plain].claims.size()) plain = i;
  }
  std::vector<CitedStint> out;
  for (std::size_t i = 0; i < stints.size(); ++i) {
    ClaimList members;
    for (const std::uint32_t c : stints[i].claims) members.push_back(claims[c]);
    std::vector<std::string> key_parts = parts;
    if (i != plain)
      key_parts.push_back("@" + stints[i].period.from.substr(0, 4) + "-" + stints[i].period.to.substr(0, 4));
    const std::string key = context.key(predicate, subject, key_parts, members);
    Cited cited = context.cite(members, key);
    out.push_back({std::move(cited), std::move(stints[i]), std::move(members)});
  }
  // The indexes of a stint's conflicts count all claims given; keep them so and let callers have all of them.
  return out;
}

OpenQuestion disagreement(const Context& context, std::uint32_t subject, std::string_view predicate, bool is_near,
                          std::string chosen, std::vector<dossier::Claim> claims) {
  OpenQuestion question;
  question.kind = is_near ? "near_conflict" : "conflict";
  question.predicate = predicate;
  question.chosen = std::move(chosen);
  question.claims = std::move(claims);
  std::vector<std::string> values;
  for (const dossier::Claim& claim : question.claims) values.push_back(claim.value);
  std::sort(values.begin(), values.end());
  values.insert(values.begin(), std::string(predicate));
  question.key = context.key("question", subject, values, {});
  return question;
}

std::vector<Value> stays_of(const Context& context, std::string_view predicate, std::uint32_t subject,
                            const ClaimList& claims) {
  std::vector<std::string> places;
  for (const Claim* claim : claims) places.push_back(context.place_of(*claim));
  std::vector<Value> stays;
  for (const TextChoice::Alternative& place : choose_text(context, claims, places).values) {
    for (CitedStint& stint : stints_of(context, predicate, subject, {fold(place.text)}, place.claims))
      stays.push_back({std::move(stint.cited), place.text, {}, stint.stint.period});
  }
  std::stable_sort(stays.begin(), stays.end(), [](const Value& a, const Value& b) {
    const auto is_over = [](const Value& stay) { return stay.period.status == Status::kPast; };
    return std::tuple(is_over(a), b.period.start_earliest) < std::tuple(is_over(b), a.period.start_earliest);
  });
  return stays;
}

void ask_about_period(const Context& context, std::uint32_t subject, std::string_view predicate, const Stint& stint,
                      const ClaimList& claims, const std::string& title, const EntityRef& entity,
                      std::vector<OpenQuestion>& questions) {
  for (const PeriodConflict& conflict : stint.conflicts) {
    std::vector<dossier::Claim> values;
    const bool is_start = conflict.slot == PeriodSlot::kStart;
    for (const auto& [edtf, indexes] : conflict.values) {
      ClaimList members;
      for (const std::uint32_t index : indexes) members.push_back(claims[index]);
      values.push_back(
          {context.cite(members,
                        context.key(predicate, subject, {title, entity.name, is_start ? "from" : "to", edtf}, members)),
           edtf,
           {}});
    }
    // A decision on the statement settles what it says.
    OpenQuestion question =
        disagreement(context, subject, std::string(predicate) + (is_start ? ".from" : ".to"), conflict.is_near,
                     is_start ? stint.period.from : stint.period.to, std::move(values));
    question.title = title;
    question.entity = entity;
    questions.push_back(std::move(question));
  }
}

// A connection that the other side's documents state, seen from here: who interviewed somebody has interviewed her, a
// partner has a partner. Words of a curated page say what the other is to its subject; they are not turned round.
void add_connections_from_others(const Context& context, std::uint32_t entity, Profile& profile) {
  const MergeTables::WordSet& interviewer = context.tables.word_list("interviewer_relation");
  std::map<std::tuple<std::string, std::string, std::string>, ClaimList> groups;  // other side, relation, text
  for (const Claim* claim : context.by_object[entity]) {
    if (claim->predicate != Predicate::kConnection || claim->subject == kNone) continue;
    const ResultFact& fact = context.records.fact_of(*claim);
    const std::string other = context.ref_key(*claim, fact.arguments.front().first);
    if (other.empty() || context.entity_of(claim->subject) == entity) continue;
    const bool is_interview = interviewer.contains(fold(fact.text));
    const bool is_curated = context.document_of(*claim).kind == "profile";
    groups[{other, is_interview ? "interviewee" : "connection", is_interview || is_curated ? "" : fact.text}].push_back(
        claim);
  }
  const auto is_known = [&](const EntityRef& other) {
    return std::any_of(profile.connections.begin(), profile.connections.end(), [&](const Connection& connection) {
      return connection.entity.id == other.id && connection.entity.name == other.name;
    });
  };
  const auto works_here = [&](const Claim& connection) {
    const ClaimList& posts = context.by_object[entity];
    return std::any_of(posts.begin(), posts.end(), [&](const Claim* claim) {
      return claim->predicate == Predicate::kAffiliation &&
             context.entity_of(claim->subject) == context.entity_of(connection.subject);
    });
  };
  for (const auto& [what, claims] : groups) {
    const auto& [other, relation, text] = what;
    const ResultFact& fact = context.records.fact_of(*claims.front());
    // A page that only says that there is a connection says nothing where another says which.
    const bool is_bare = relation == "connection" && text.empty();
    if (is_bare &&
        (is_known(context.ref(*claims.front(), fact.arguments.front().first)) || works_here(*claims.front())))
      continue;
    profile.connections.push_back(
        {context.cite(claims, context.key("connection_from", entity, {other, relation, fold(text)}, claims)),
         relation,
         context.ref(*claims.front(), fact.arguments.front().first),
         context.document_of(*claims.front()).mentions[fact.arguments.front().second].type,
         text,
         {}});
  }
}

namespace {

void add_identifiers(const Context& context, std::uint32_t entity, const ClaimList& claims, Profile& profile) {
  for (const auto& [value, group] : grouped<std::string>(claims, Predicate::kIdentifier, [&](const Claim& claim) {
         return address_of(context.document_of(claim), context.records.fact_of(claim));
       })) {
    if (value.empty()) continue;
    profile.identifiers.push_back(
        {context.cite(group, context.key("identifier", entity, {value}, group)), identifier_kind(value), value});
  }
}

void add_tagline(const Context& context, std::uint32_t entity, const ClaimList& claims, Profile& profile) {
  for (const auto& [text, group] : grouped<std::string>(
           claims, Predicate::kTagline, [&](const Claim& claim) { return context.records.fact_of(claim).text; })) {
    Value value{context.cite(group, context.key("tagline", entity, {fold(text)}, group)), text, {}, {}};
    // The newest page speaks.
    const auto newest = [](const Value& v) {
      std::string date;
      for (const Evidence& evidence : v.cited.evidence) date = std::max(date, evidence.document_date);
      return date;
    };
    if (!profile.tagline || newest(*profile.tagline) < newest(value)) profile.tagline = std::move(value);
  }
}

void add_quotes(const Context& context, std::uint32_t entity, const ClaimList& claims, Profile& profile) {
  for (const auto& [text, group] : grouped<std::string>(
           claims, Predicate::kQuote, [&](const Claim& claim) { return fold(context.records.fact_of(claim).text); })) {
    Quote quote;
    quote.cited = context.cite(group, context.key("quote", entity, {text}, group));
    quote.text = context.records.fact_of(*group.front()).text;
    if (quote.text.empty()) quote.text = context.records.fact_of(*group.front()).quote;
    std::replace(quote.text.begin(), quote.text.end(), '\n', ' ');
    for (const Claim* claim : group) {
      const std::string& date = context.document_of(*claim).date;
      if (quote.date.empty() || (!date.empty() && date < quote.date)) quote.date = date;
    }
    profile.quotes.push_back(std::move(quote));
  }
}

void add_participations(const Context& context, std::uint32_t entity, const ClaimList& claims, Profile& profile) {
  for (const auto& [event, group] : grouped<std::pair<std::string, std::uint32_t>>(
           claims, Predicate::kParticipation,
           [&](const Claim& claim) { return std::pair(fold(context.text_of(claim, "event")), claim.title); })) {
    Participation part;
    part.cited = context.cite(
        group,
        context.key("participation", entity,
                    {event.first, event.second == kNone ? "" : context.records.words.text(event.second)}, group));
    std::vector<std::string> names, roles;
    for (const Claim* claim : group) {
      names.push_back(context.text_of(*claim, "event"));
      roles.push_back(context.text_of(*claim, "role"));
      if (part.date.empty()) part.date = context.records.fact_of(*claim).period.from;
    }
    part.event = best_text(context, group, names);
    part.role = best_text(context, group, roles);
    profile.events.push_back(std::move(part));
  }
}

void add_references(const Context& context, std::uint32_t entity, const ClaimList& claims, Profile& profile) {
  for (const auto& [url, group] : grouped<std::string>(claims, Predicate::kReference,
                                                       [&](const Claim& claim) { return address(context, claim); })) {
    profile.references.push_back({context.cite(group, context.key("reference", entity, {url}, group)),
                                  object_text(context, *group.front()), url});
  }
}

void add_connections(const Context& context, std::uint32_t entity, const ClaimList& claims, Profile& profile) {
  for (const auto& [other, group] :
       grouped<std::pair<std::string, std::string>>(claims, Predicate::kConnection, [&](const Claim& claim) {
         const std::string& name = context.records.fact_of(claim).arguments.size() > 1
                                       ? context.records.fact_of(claim).arguments[1].first
                                       : std::string();
         return std::pair(context.ref_key(claim, name), fold(context.records.fact_of(claim).text));
       })) {
    const Claim& first = *group.front();
    const ResultFact& fact = context.records.fact_of(first);
    if (fact.arguments.size() < 2) continue;
    Connection connection;
    connection.cited = context.cite(group, context.key("connection", entity, {other.first, other.second}, group));
    connection.relation = "connection";
    connection.entity = context.ref(first, fact.arguments[1].first);
    connection.entity_type = context.document_of(first).mentions[fact.arguments[1].second].type;
    connection.text = fact.text;
    profile.connections.push_back(std::move(connection));
  }
}

void add_timeline(const Context& context, std::uint32_t entity, const ClaimList& claims, Profile& profile) {
  for (const auto& [text, group] :
       grouped<std::pair<std::string, std::string>>(claims, Predicate::kTimeline, [&](const Claim& claim) {
         return std::pair(context.records.fact_of(claim).period.from, context.records.fact_of(claim).text);
       })) {
    const Period& period = context.records.fact_of(*group.front()).period;
    std::string date = period.from;
    if (!period.to.empty() && period.to != period.from) date += "/" + period.to;
    if (date.empty()) date = period.to;
    if (date.empty()) continue;
    profile.timeline.push_back({context.cite(group, context.key("timeline", entity, {date, fold(text.second)}, group)),
                                date,
                                "text",
                                "",
                                {},
                                text.second});
  }
}

// Residence, party, and whatever else rules find: kept with the name of its predicate.
void add_attributes(const Context& context, std::uint32_t entity, const ClaimList& claims, Profile& profile) {
  ClaimList residences;
  std::map<std::tuple<std::string, std::string, std::string>, ClaimList> others;
  for (const Claim* claim : claims) {
    if (claim->predicate == Predicate::kResidence) residences.push_back(claim);
    if (claim->predicate != Predicate::kOther && claim->predicate != Predicate::kParty) continue;
    const ResultFact& fact = context.records.fact_of(*claim);
    const std::string second =
        fact.arguments.size() > 1 ? context.ref_key(*claim, fact.arguments[1].first) : std::string();
    others[{fact.predicate, second, fold(fact.text)}].push_back(claim);
  }
  for (const auto& [what, group] : others) {
    const auto& [predicate, second, text] = what;
    for (CitedStint& stint : stints_of(context, predicate, entity, {second, text}, group)) {
      const ResultFact& fact = context.records.fact_of(*stint.claims.front());
      Attribute attribute;
      attribute.predicate = predicate;
      attribute.value.cited = std::move(stint.cited);
      attribute.value.period = stint.stint.period;
      attribute.text = fact.text;
      if (fact.arguments.size() > 1) {
        const EntityRef other = context.ref(*stint.claims.front(), fact.arguments[1].first);
        attribute.value.value = other.name;
        if (!other.id.empty()) attribute.value.entity = other;
      } else {
        // "topic<TAB>words" of a row of a curated page.
        const std::size_t tab = fact.text.find('\t');
        attribute.value.value = fact.text.substr(0, tab);
        attribute.text = tab == std::string::npos ? std::string() : fact.text.substr(tab + 1);
      }
      profile.attributes.push_back(std::move(attribute));
    }
  }
  for (Value& place : stays_of(context, "residence", entity, residences))
    profile.attributes.push_back({"residence", std::move(place), ""});
}

}  // namespace

void add_common_fields(const Context& context, std::uint32_t entity, Profile& profile) {
  const ClaimList& claims = context.by_subject[entity];
  add_aliases(context, entity, claims, profile);
  add_identifiers(context, entity, claims, profile);
  add_tagline(context, entity, claims, profile);
  add_quotes(context, entity, claims, profile);
  add_participations(context, entity, claims, profile);
  add_references(context, entity, claims, profile);
  add_connections(context, entity, claims, profile);
  add_connections_from_others(context, entity, profile);
  add_timeline(context, entity, claims, profile);
  add_attributes(context, entity, claims, profile);
}

}  // namespace dossier::merging
