#include <algorithm>
#include <cctype>
#include <map>
#include <memory>
#include <set>
#include <tuple>

#include "pipeline/identity_parts.h"

namespace dossier::merging {
namespace {

struct Post {                          // an affiliation, so far as it tells people apart
  std::uint32_t organization = kNone;  // key; kNone: not stated
  std::uint32_t title = kNone;
  std::string_view category;
  ProfilePeriod period;
  std::int32_t written = kDayOpenBegin;  // day of the document
};

// What the documents say about one group of nodes.
struct Person {
  std::uint32_t node = 0;  // the first of the group: it stands for it
  std::vector<std::uint32_t> names;
  std::vector<Post> posts;
  std::vector<std::uint32_t> schools;      // keys, sorted
  std::vector<std::uint32_t> seats;        // shows she hosts, publishers she writes for: words, sorted
  std::vector<std::uint32_t> series;       // series of documents she speaks in: words, sorted
  bool speaks = false;                     // her name is the label of turns
  std::vector<std::uint32_t> family;       // (relation, name) as words, sorted
  std::vector<std::uint32_t> identifiers;  // words, sorted
  std::vector<std::uint32_t> context;      // keys, sorted
  std::optional<DayRange> born;
  std::optional<DayRange> died;
  std::vector<std::uint32_t> birth_places, nationalities;  // words, sorted
};

// Keys of organizations that are only a name stand beside those of people and groups.
constexpr std::uint32_t kUnknownBits = 0xC0000000u;
std::uint32_t unknown_key(std::uint32_t word) {
  return word | kUnknownBits;
}

void normalize(std::vector<std::uint32_t>& keys) {
  std::sort(keys.begin(), keys.end());
  keys.erase(std::unique(keys.begin(), keys.end()), keys.end());
}

std::vector<std::uint32_t> common(const std::vector<std::uint32_t>& a, const std::vector<std::uint32_t>& b) {
  std::vector<std::uint32_t> out;
  std::set_intersection(a.begin(), a.end(), b.begin(), b.end(), std::back_inserter(out));
  return out;
}

// "talks/harbor-hour-12.md" -> "talks/harbor-hour-#.md": what the files of one series have in common; "" if its name has
// no number, or hardly anything beside it.
std::string series_of(std::string_view uri) {
  const std::size_t slash = uri.rfind('/'), name = slash == std::string_view::npos ? 0 : slash + 1;
  const std::size_t dot = uri.rfind('.'), end = dot == std::string_view::npos || dot < name ? uri.size() : dot;
  const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  std::string series(uri.substr(0, name));
  std::size_t letters = 0;
  bool has_number = false;
  for (std::size_t i = name; i < uri.size(); ++i) {
    if (is_digit(uri[i])) {
      has_number = true;
      if (series.empty() || series.back() != '#') series += '#';
      continue;
    }
    letters += i < end && std::isalpha(static_cast<unsigned char>(uri[i])) != 0 ? 1 : 0;
    series += uri[i];
  }
  return has_number && letters >= 2 ? series : "";
}

class Scorer {
 public:
  Scorer(const World& world, Groups& groups, Outcome& outcome)
      : world_(world), records_(world.records), tables_(world.tables), groups_(groups), outcome_(outcome) {}

  void run() {
    parse_names();
    join_declared();
    claims_of_node_.resize(records_.nodes.size());
    for (std::uint32_t c = 0; c < records_.claims.size(); ++c) {
      const Claim& claim = records_.claims[c];
      if (claim.subject != kNone && records_.nodes[claim.subject].is_person)
        claims_of_node_[claim.subject].push_back(c);
      const bool mutual = claim.predicate == Predicate::kSpouse || claim.predicate == Predicate::kParent ||
                          claim.predicate == Predicate::kConnection;
      if (mutual && claim.object != kNone && records_.nodes[claim.object].is_person)
        claims_of_node_[claim.object].push_back(c);
    }
    set_birth_years();
    note_declared_homonyms();
    for (int round = 0; round < kMaxRounds; ++round) {
      if (!join_equal_names(round + 1 == kMaxRounds)) {
        if (round + 1 < kMaxRounds) join_equal_names(true);
        break;
      }
    }
    join_similar_names();
  }

 private:
  static constexpr int kMaxRounds = 4;
  static constexpr std::size_t kCompareAll = 24;  // groups of one name up to this many are compared each with each
  static constexpr std::size_t kWindow = 8;       // beyond, only neighbours in the list of who shares something
  static constexpr std::size_t kMaxContext = 96;

  // --- names
  // ----------------------------------------------------------------------------------------------------------

  void parse_names() {
    for (std::uint32_t n = 0; n < records_.nodes.size(); ++n) {
      const Node& node = records_.nodes[n];
      if (!node.is_person) continue;
      for (const std::uint32_t name : node.names) holders_[spelling_of(name)].push_back(n);
    }
  }

  // "J.R. Quill" and "J. R. Quill" are spelt as whichever came first.
  std::uint32_t spelling_of(std::uint32_t name) {
    const PersonName& person = parsed(name);
    return spellings_.try_emplace(person.full + "|" + person.suffix, name).first->second;
  }

  const PersonName& parsed(std::uint32_t name) {
    const auto [found, is_new] = parsed_.try_emplace(name);
    if (is_new) {
      found->second = parse_person_name(records_.words.text(name), tables_.word_list("generation_suffix"),
                                        tables_.word_list("name_particle"));
    }
    return found->second;
  }

  double word_bits(const std::string& word, const std::function<double(std::string_view)>& weight_of,
                   const char* unknown, const char* step) const {
    if (word.size() == 1) return tables_.weight("name.initial");
    const double weight = weight_of ? weight_of(word) : -1;
    return tables_.weight(unknown) - (weight < 0 ? 0 : tables_.weight(step) * (weight + 1));
  }

  // How surprising it is that two documents speak of people of this name.
  double name_bits(const PersonName& name) const {
    double bits = 0;
    if (!name.given.empty()) {
      bits += word_bits(name.given, tables_.given_name_weight, "name.given_unknown", "name.given_step");
    }
    for (const std::string& word : name.middle) {
      bits += word.size() == 1 ? tables_.weight("name.initial") : tables_.weight("name.middle");
    }
    const std::size_t last = name.family.rfind(' ');
    if (!name.family.empty()) {
      bits += word_bits(last == std::string::npos ? name.family : name.family.substr(last + 1), tables_.surname_weight,
                        "name.surname_unknown", "name.surname_step");
    }
    return std::min(bits, tables_.weight("name.cap"));
  }

  // --- what is known of a group --------------------------------------------------------------------------------------

  void set_birth_years() {
    for (const Claim& claim : records_.claims) {
      if (claim.predicate != Predicate::kBorn || claim.subject == kNone) continue;
      if (const auto days = date_of(claim)) groups_.set_years(claim.subject, *days);
    }
  }

  std::optional<DayRange> date_of(const Claim& claim) const {
    const DocumentResult& document = *records_.documents[claim.document];
    const ResultMention* date = argument(document, records_.fact_of(claim), "date");
    if (date == nullptr || date->date == kNone || document.dates[date->date].edtf.empty()) return std::nullopt;
    return days_of(document.dates[date->date].edtf);
  }

  std::uint32_t organization_key_of(const Claim& claim, std::string_view name) {
    if (claim.object != kNone) return organization_key(groups_.root(claim.object));
    const ResultMention* mention = argument(*records_.documents[claim.document], records_.fact_of(claim), name);
    return mention == nullptr ? kNone : unknown_key(words_.id(fold(mention->text)));
  }

  Person person_of(std::uint32_t root) {
    Person person;
    const std::vector<std::uint32_t>& members = groups_.members(root);
    person.node = members.front();
    std::uint32_t last_document = kNone;
    for (const std::uint32_t member : members) {
      const Node& node = records_.nodes[member];
      person.names.insert(person.names.end(), node.names.begin(), node.names.end());
      for (const std::uint32_t c : claims_of_node_[member]) add_claim(person, records_.claims[c], member);
      add_metadata(person, node);
      if (records_.entity_of(node).speaks) {
        person.speaks = true;
        const std::string series = series_of(records_.documents[node.document]->uri);
        if (!series.empty()) person.series.push_back(words_.id(series));
      }
      if (node.document != last_document && person.context.size() < kMaxContext) {
        const std::vector<std::uint32_t>& context = world_.context[node.document];
        person.context.insert(person.context.end(), context.begin(),
                              context.begin() + static_cast<std::ptrdiff_t>(std::min(context.size(), kMaxContext)));
        last_document = node.document;
      }
    }
    for (std::vector<std::uint32_t>* keys :
         {&person.names, &person.schools, &person.seats, &person.series, &person.family, &person.identifiers, &person.context,
          &person.birth_places, &person.nationalities}) {
      normalize(*keys);
    }
    for (const std::uint32_t name : person.names) std::erase(person.context, person_key(name));
    // A post that is told again and again counts once.
    std::set<std::tuple<std::uint32_t, std::uint32_t, std::string_view, std::string, std::string, Status, std::int32_t>>
        told;
    std::erase_if(person.posts, [&](const Post& post) {
      return !told.emplace(post.organization, post.title, post.category, post.period.from, post.period.to,
                           post.period.status, post.written)
                  .second;
    });
    return person;
  }

  // "author: Ada Lovell" of a document with "publisher: Harbor Press"; "Host:" of one with "Show:".
  void add_metadata(Person& person, const Node& node) {
    const DocumentResult& document = *records_.documents[node.document];
    const std::string& name = records_.words.text(node.name);
    for (const auto& [field, value] : document.metadata) {
      if ((field != "author" && field != "host") || fold(value) != name) continue;
      add_seats(person, document, field == "host" ? "show" : "publisher");
    }
  }

  void add_seats(Person& person, const DocumentResult& document, std::string_view field) {
    for (const auto& [name, value] : document.metadata) {
      if (name == field) person.seats.push_back(words_.id(std::string(field) + " " + fold(value)));
    }
  }

  void add_claim(Person& person, const Claim& claim, std::uint32_t member) {
    const DocumentResult& document = *records_.documents[claim.document];
    const ResultFact& fact = records_.fact_of(claim);
    const auto word_of = [&](std::string_view name) {
      const ResultMention* mention = argument(document, fact, name);
      return mention == nullptr ? kNone : words_.id(fold(mention->text));
    };
    switch (claim.predicate) {
      case Predicate::kAffiliation:
      case Predicate::kFounded: {
        Post post;
        post.organization = organization_key_of(claim, "organization");
        post.title = claim.title;
        const ResultMention* role = argument(document, fact, "role");
        if (role != nullptr && role->role != kNone) post.category = document.roles[role->role].category;
        if (claim.predicate == Predicate::kFounded) post.category = "founder";
        post.period = bounds_of(fact.period, document.date);
        if (const auto written = days_of(document.date); written && !document.date.empty())
          post.written = written->latest;
        person.posts.push_back(post);
        break;
      }
      case Predicate::kEducation: {
        const std::uint32_t school = organization_key_of(claim, "institution");
        if (school != kNone) person.schools.push_back(school);
        break;
      }
      case Predicate::kBorn:
        if (const auto days = date_of(claim)) {
          person.born = person.born && person.born->contains(*days) ? *days : person.born ? *person.born : *days;
        }
        if (const std::uint32_t place = word_of("place"); place != kNone) person.birth_places.push_back(place);
        break;
      case Predicate::kDied:
        if (const auto days = date_of(claim)) person.died = person.died ? *person.died : *days;
        break;
      case Predicate::kNationality:
        if (const std::uint32_t place = word_of("place"); place != kNone) person.nationalities.push_back(place);
        break;
      case Predicate::kSpouse:
      case Predicate::kParent: {
        const bool is_subject = claim.subject == member;
        const std::uint32_t other = is_subject ? claim.object : claim.subject;
        if (other == kNone) break;
        const std::string& name = records_.words.text(records_.nodes[other].name);
        if (name.find(' ') == std::string::npos) break;
        const char* relation = claim.predicate == Predicate::kSpouse ? "spouse " : is_subject ? "parent " : "child ";
        person.family.push_back(words_.id(relation + name));
        break;
      }
      case Predicate::kConnection:
        // Somebody sits down with her on a show.
        if (claim.object == member && tables_.word_list("interviewer_relation").contains(fold(fact.text)))
          add_seats(person, document, "show");
        break;
      case Predicate::kParticipation: {
        // "the host of Deep Harbor"
        const ResultMention* role = argument(document, fact, "role");
        const ResultMention* show = argument(document, fact, "event");
        const bool hosts = role != nullptr && role->role != kNone && document.roles[role->role].category == "host";
        if (hosts && show != nullptr && show->type == "product")
          person.seats.push_back(words_.id("show " + fold(show->text)));
        break;
      }
      case Predicate::kIdentifier: {
        const std::string address = address_of(document, fact);
        if (!address.empty()) person.identifiers.push_back(words_.id(address));
        break;
      }
      default:
        break;
    }
  }

  // --- scores
  // ---------------------------------------------------------------------------------------------------------

  struct Score {
    double total = 0;
    double beside_name = 0;
    bool same_seat = false;  // a title that one person holds at a time, at one organization, at a common time
    bool same_birth_year = false;
    bool same_identifier = false;
    const char* obstacle = nullptr;
    std::vector<Reason> reasons;

    void add(const char* what, double bits, std::uint32_t detail = kNone, bool is_name = false) {
      if (bits == 0) return;
      total += bits;
      if (!is_name) beside_name += bits;
      reasons.push_back({what, detail, bits});
    }
  };

  bool is_exclusive(std::uint32_t title) const {
    return title != kNone && records_.exclusive_titles.contains(records_.words.text(title));
  }

  void compare_posts(const Person& a, const Person& b, Score& score) {
    struct Best {
      double bits = 0;
      const char* what = "";
      std::uint32_t detail = kNone;
    };
    std::map<std::uint32_t, Best> shared;
    double title_alone = 0;
    std::uint32_t title_shared = kNone;
    bool rival = false;
    for (const Post& one : a.posts) {
      for (const Post& other : b.posts) {
        const bool same_title =
            one.title != kNone && one.title == other.title && !records_.words.text(one.title).empty();
        const bool same_organization = one.organization != kNone && one.organization == other.organization;
        if (same_organization) {
          Best best{world_rarity(one.organization), "affiliation.same", kNone};
          if (same_title) {
            best.bits += tables_.weight("affiliation.title");
            best.what = "affiliation.title";
            best.detail = one.title;
            if (is_exclusive(one.title)) {
              best.bits += tables_.weight("affiliation.exclusive");
              best.what = "affiliation.exclusive";
              score.same_seat = score.same_seat || can_overlap(one.period, other.period);
            }
          } else if (!one.category.empty() && one.category == other.category) {
            best.bits += tables_.weight("affiliation.category");
            best.what = "affiliation.category";
          }
          Best& known = shared[one.organization];
          if (known.bits < best.bits) known = best;
        } else if (one.organization == kNone || other.organization == kNone) {
          if (same_title && records_.words.text(one.title).find(' ') != std::string::npos) {
            title_alone = tables_.weight("title.alone");
            title_shared = one.title;
          }
        } else {
          const MergeTables::WordSet& full_time = tables_.word_list("full_time_category");
          const bool both_current = one.period.status == Status::kCurrent && other.period.status == Status::kCurrent;
          rival = rival || (both_current && full_time.contains(one.category) && full_time.contains(other.category) &&
                            one.written != kDayOpenBegin && other.written != kDayOpenBegin &&
                            std::abs(days_between(one.written, other.written)) <= 366);
        }
      }
    }
    double left = tables_.weight("affiliation.cap");
    for (const auto& [organization, best] : shared) {
      score.add(best.what, std::min(left, best.bits), best.detail);
      left -= std::min(left, best.bits);
    }
    if (shared.empty()) {
      score.add("title.alone", title_alone, title_shared);
      if (rival) score.add("affiliation.rival", tables_.weight("affiliation.rival"));
    }
  }

  double world_rarity(std::uint32_t key) const {
    // Organizations that are only a name are taken for rare.
    return (key & kUnknownBits) == kUnknownBits ? tables_.weight("affiliation.unknown") : world_.rarity(key);
  }

  void compare_lives(const Person& a, const Person& b, Score& score) {
    if (a.born && b.born) {
      const auto year = [](const DayRange& range) { return range.earliest / 365.2425; };
      const double gap = std::abs(year(*a.born) - year(*b.born));
      const bool about = a.born->approximate || b.born->approximate;
      if (a.born->contains(*b.born) || b.born->contains(*a.born)) {
        const bool to_the_day = a.born->earliest == a.born->latest && b.born->earliest == b.born->latest;
        const bool to_the_year = days_between(a.born->earliest, a.born->latest) <= 366 &&
                                 days_between(b.born->earliest, b.born->latest) <= 366;
        score.same_birth_year = to_the_year;
        if (to_the_year)
          score.add(to_the_day ? "birth.date" : "birth.year", tables_.weight(to_the_day ? "birth.date" : "birth.year"));
      } else if (!about && !a.born->overlaps(*b.born)) {
        if (gap >= tables_.weight("birth.gap_years")) score.obstacle = "person.birth_year";
        score.add("birth.rival", tables_.weight("birth.rival"));
      }
    }
    if (!common(a.birth_places, b.birth_places).empty()) score.add("birth.place", tables_.weight("birth.place"));
    if (!common(a.nationalities, b.nationalities).empty())
      score.add("nationality.same", tables_.weight("nationality.same"));
    for (const auto& [one, other] : {std::pair(&a, &b), std::pair(&b, &a)}) {
      if (!one->died || one->died->approximate) continue;
      if (other->born && other->born->earliest > one->died->latest) score.obstacle = "person.lifespan";
      for (const Post& post : other->posts) {
        const bool after_death =
            post.period.status == Status::kCurrent && days_between(one->died->latest, post.written) > 366;
        if (after_death || (post.period.start_earliest > one->died->latest && !post.period.from.empty())) {
          score.obstacle = "person.lifespan";
        }
      }
    }
  }

  Score compare(const Person& a, const Person& b, NameMatch match, std::uint32_t name, double bits) {
    Score score;
    score.add("name", bits, name, true);
    switch (match) {
      case NameMatch::kEqual:
        break;
      case NameMatch::kSubset:
        score.add("name.subset", tables_.weight("name.subset"), kNone, true);
        break;
      case NameMatch::kReordered:
        score.add("name.reordered", tables_.weight("name.reordered"), kNone, true);
        break;
      case NameMatch::kNickname:
        score.add("name.nickname", tables_.weight("name.nickname"), kNone, true);
        break;
      default:
        score.add("name.weak", tables_.weight("name.weak"), kNone, true);
    }
    compare_posts(a, b, score);
    double left = tables_.weight("education.cap");
    for (const std::uint32_t school : common(a.schools, b.schools)) {
      const double worth = std::min(left, tables_.weight("education.share") * world_rarity(school));
      score.add("education", worth);
      left -= worth;
    }
    compare_lives(a, b, score);
    for (const std::uint32_t relative : common(a.family, b.family)) {
      (void)relative;
      score.add("family.member", tables_.weight("family.member"));
    }
    if (!common(a.identifiers, b.identifiers).empty()) {
      score.same_identifier = true;
      score.add("identifier.same", tables_.weight("identifier.same"));
    }
    if (!common(a.seats, b.seats).empty()) score.add("seat.same", tables_.weight("seat.same"));
    if (!common(a.series, b.series).empty()) {
      score.add("series.speaker", tables_.weight("series.speaker"));
    } else if (a.speaks && b.speaks) {
      score.add("speaker.both", tables_.weight("speaker.both"));
    }
    double context = 0;
    for (const std::uint32_t key : common(a.context, b.context)) {
      if (is_counted(a, b, key)) continue;
      context +=
          world_.rarity(key) * tables_.weight(is_person_key(key) ? "comention.person" : "comention.organization");
    }
    score.add("comention", std::min(context, tables_.weight("comention.cap")));
    if (homonyms_.contains(name)) score.add("homonym.penalty", tables_.weight("homonym.penalty"), kNone, true);
    return score;
  }

  // Employers and schools that both have are counted as such, not once more as words of the same page.
  static bool is_counted(const Person& a, const Person& b, std::uint32_t key) {
    const auto has = [key](const Person& person) {
      return std::binary_search(person.schools.begin(), person.schools.end(), key) ||
             std::any_of(person.posts.begin(), person.posts.end(),
                         [key](const Post& post) { return post.organization == key; });
    };
    return has(a) && has(b);
  }

  // --- junctions
  // ------------------------------------------------------------------------------------------------------

  void join_declared() {
    for (const Claim& claim : records_.claims) {
      if (claim.predicate != Predicate::kAlias || claim.object == kNone || claim.subject == claim.object) continue;
      if (!records_.nodes[claim.subject].is_person || !records_.nodes[claim.object].is_person) continue;
      const double bits = tables_.weight("alias.declared");
      Edge edge{std::min(claim.subject, claim.object),
                std::max(claim.subject, claim.object),
                bits,
                "person.alias",
                {{"alias.declared", kNone, bits}}};
      if (groups_.root(edge.a) == groups_.root(edge.b)) continue;
      const char* obstacle = groups_.obstacle(edge.a, edge.b);
      if (obstacle != nullptr && std::string_view(obstacle) != "person.told_apart") {
        edge.rule = obstacle;
        outcome_.refused.push_back(std::move(edge));
      } else {
        groups_.join_by_decision(edge.a, edge.b);
        outcome_.joined.push_back(std::move(edge));
      }
    }
  }

  // Pairs of groups worth comparing among those that bear one name.
  std::vector<std::pair<std::size_t, std::size_t>> candidates(const std::vector<Person>& people) const {
    std::vector<std::pair<std::size_t, std::size_t>> pairs;
    if (people.size() <= kCompareAll) {
      for (std::size_t i = 0; i < people.size(); ++i) {
        for (std::size_t j = i + 1; j < people.size(); ++j) pairs.emplace_back(i, j);
      }
      return pairs;
    }
    std::vector<std::pair<std::uint64_t, std::size_t>> shares;  // (what, who)
    for (std::size_t i = 0; i < people.size(); ++i) {
      const Person& person = people[i];
      const auto add = [&](std::uint64_t kind, const std::vector<std::uint32_t>& keys) {
        for (const std::uint32_t key : keys) shares.emplace_back(kind << 32 | key, i);
      };
      for (const Post& post : person.posts) {
        if (post.organization != kNone) shares.emplace_back(post.organization, i);
      }
      add(1, person.schools);
      add(5, person.seats);
      add(6, person.series);
      add(2, person.family);
      add(3, person.identifiers);
      add(4, person.context);
    }
    std::sort(shares.begin(), shares.end());
    for (std::size_t i = 0; i < shares.size(); ++i) {
      for (std::size_t j = i + 1; j < std::min(shares.size(), i + kWindow) && shares[j].first == shares[i].first; ++j) {
        if (shares[i].second != shares[j].second) pairs.emplace_back(std::minmax(shares[i].second, shares[j].second));
      }
    }
    std::sort(pairs.begin(), pairs.end());
    pairs.erase(std::unique(pairs.begin(), pairs.end()), pairs.end());
    return pairs;
  }

  void propose(Edge edge, bool is_enough, bool keep_doubtful) {
    if (edge.b < edge.a) std::swap(edge.a, edge.b);
    if (is_enough) {
      edges_.push_back(std::move(edge));
    } else if (keep_doubtful && edge.score >= tables_.weight("person.suggest")) {
      outcome_.doubtful.push_back(std::move(edge));
    }
  }

  bool join_edges() {
    sort_edges(edges_);
    bool any = false;
    for (Edge& edge : edges_) {
      if (groups_.root(edge.a) == groups_.root(edge.b)) continue;
      if (const char* obstacle = groups_.obstacle(edge.a, edge.b)) {
        edge.rule = obstacle;
        outcome_.refused.push_back(std::move(edge));
      } else if (groups_.join(edge.a, edge.b)) {
        outcome_.joined.push_back(std::move(edge));
        any = true;
      }
    }
    edges_.clear();
    return any;
  }

  // People of one full name, group against group; again while groups grow, as a larger group has more to share.
  bool join_equal_names(bool is_last) {
    for (const auto& [name, holders] : holders_) {
      const PersonName& parsed_name = parsed(name);
      if (parsed_name.size < 2 || holders.size() < 2) continue;
      std::vector<std::uint32_t> roots;
      for (const std::uint32_t node : holders) roots.push_back(groups_.root(node));
      normalize(roots);
      if (roots.size() < 2) continue;
      std::vector<Person> people;
      people.reserve(roots.size());
      for (const std::uint32_t root : roots) people.push_back(person_of(root));
      std::sort(people.begin(), people.end(), [](const Person& a, const Person& b) { return a.node < b.node; });
      note_homonyms(name, people);
      const double bits = name_bits(parsed_name);
      for (const auto& [i, j] : candidates(people)) {
        Score score = compare(people[i], people[j], NameMatch::kEqual, name, bits);
        Edge edge{people[i].node, people[j].node, score.total,
                  score.same_identifier ? "person.identifier" : "person.full_name", std::move(score.reasons)};
        if (score.obstacle != nullptr) {
          edge.rule = score.obstacle;
          if (is_last) outcome_.refused.push_back(std::move(edge));
        } else {
          const bool is_enough = score.total >= tables_.weight("person.same") && score.beside_name > 0;
          propose(std::move(edge), is_enough, is_last);
        }
      }
    }
    return join_edges();
  }

  // "Not to be confused with the engineer of the same name."
  void note_declared_homonyms() {
    for (const Claim& claim : records_.claims) {
      if (claim.predicate != Predicate::kHomonym || claim.subject == kNone) continue;
      for (const std::uint32_t name : records_.nodes[claim.subject].names) homonyms_.insert(spelling_of(name));
    }
  }

  // A name that certainly belongs to two people proves less from then on.
  void note_homonyms(std::uint32_t name, const std::vector<Person>& people) {
    std::int32_t first_end = kDayOpenEnd, last_begin = kDayOpenBegin;
    for (const Person& person : people) {
      if (!person.born || person.born->approximate) continue;
      first_end = std::min(first_end, person.born->latest);
      last_begin = std::max(last_begin, person.born->earliest);
    }
    const auto gap = static_cast<std::int32_t>(365 * (tables_.weight("birth.gap_years") - 1));
    if (last_begin != kDayOpenBegin && first_end != kDayOpenEnd && last_begin - first_end > gap) homonyms_.insert(name);
  }

  // Nicknames, middle names, initials, slips: never enough by themselves, and enough with other evidence only where
  // that evidence names one seat or one year of birth.
  void join_similar_names() {
    std::map<std::string, std::vector<std::uint32_t>> blocks;
    for (const auto& [name, holders] : holders_) {
      const PersonName& person = parsed(name);
      if (person.size < 2) continue;
      const std::size_t last = person.family.rfind(' ');
      const std::string family = last == std::string::npos ? person.family : person.family.substr(last + 1);
      std::vector<std::string> letters{person.given.substr(0, 1)};
      if (const auto formal = tables_.formal_names.find(person.given); formal != tables_.formal_names.end()) {
        for (const std::string& full : formal->second) letters.push_back(full.substr(0, 1));
      }
      std::sort(letters.begin(), letters.end());
      letters.erase(std::unique(letters.begin(), letters.end()), letters.end());
      for (const std::string& letter : letters) blocks[letter + " " + family].push_back(name);
      if (person.given.size() > 1) {
        blocks[person.given + "|" + family.substr(0, 3)].push_back(name);
        const std::size_t hyphen = family.rfind('-');
        if (hyphen != std::string::npos) blocks[person.given + "|" + family.substr(hyphen + 1, 3)].push_back(name);
      }
      std::vector<std::string> words = words_of(person.full);
      std::sort(words.begin(), words.end());
      std::string sorted_words = "=";
      for (const std::string& word : words) sorted_words += word + " ";
      blocks[sorted_words].push_back(name);
    }
    std::set<std::pair<std::uint32_t, std::uint32_t>> compared;
    std::map<std::uint32_t, Person> people;
    const auto person = [&](std::uint32_t root) -> const Person& {
      const auto found = people.find(root);
      return found != people.end() ? found->second : people.emplace(root, person_of(root)).first->second;
    };
    for (const auto& [key, names] : blocks) {
      if (names.size() < 2 || names.size() > kMaxBlock) continue;
      for (std::size_t i = 0; i < names.size(); ++i) {
        for (std::size_t j = i + 1; j < names.size(); ++j) {
          const NameMatch match = compare_person_names(parsed(names[i]), parsed(names[j]), tables_);
          if (match == NameMatch::kNone || match == NameMatch::kRival || match == NameMatch::kEqual) continue;
          compare_holders(names[i], names[j], match, compared, person);
        }
      }
    }
    join_edges();
  }

  template <class PersonOf>
  void compare_holders(std::uint32_t name_a, std::uint32_t name_b, NameMatch match,
                       std::set<std::pair<std::uint32_t, std::uint32_t>>& compared, const PersonOf& person) {
    const auto roots = [&](std::uint32_t name) {
      std::vector<std::uint32_t> out;
      for (const std::uint32_t node : holders_[name]) out.push_back(groups_.root(node));
      normalize(out);
      if (out.size() > kMaxHolders) out.clear();
      return out;
    };
    const double bits = std::min(name_bits(parsed(name_a)), name_bits(parsed(name_b)));
    const std::vector<std::uint32_t> roots_a = roots(name_a), roots_b = roots(name_b);
    for (const std::uint32_t a : roots_a) {
      for (const std::uint32_t b : roots_b) {
        if (a == b || !compared.emplace(std::minmax(a, b)).second) continue;
        const Person &one = person(a), &other = person(b);
        Score score = compare(one, other, match, name_a, bits);
        if (score.obstacle != nullptr) continue;
        const bool trusted_match = match == NameMatch::kSubset || match == NameMatch::kNickname;
        const bool is_enough = score.same_identifier || (score.total >= tables_.weight("person.same") &&
                                                         trusted_match && (score.same_seat || score.same_birth_year));
        // A likeness of names with nothing behind it is not worth anybody's time.
        propose({one.node, other.node, score.total, score.same_identifier ? "person.identifier" : "person.similar_name",
                 std::move(score.reasons)},
                is_enough, score.beside_name >= tables_.weight("person.suggest_beside_name"));
      }
    }
  }

  static constexpr std::size_t kMaxBlock = 64;
  static constexpr std::size_t kMaxHolders = 12;

  const World& world_;
  const Records& records_;
  const MergeTables& tables_;
  Groups& groups_;
  Outcome& outcome_;
  Words words_;
  std::unordered_map<std::uint32_t, PersonName> parsed_;
  std::unordered_map<std::string, std::uint32_t> spellings_;
  std::map<std::uint32_t, std::vector<std::uint32_t>> holders_;  // name -> nodes, ascending
  std::vector<std::vector<std::uint32_t>> claims_of_node_;
  std::unordered_set<std::uint32_t> homonyms_;
  std::vector<Edge> edges_;
};

}  // namespace

void join_people(const World& world, Groups& groups, Outcome& outcome) {
  Scorer(world, groups, outcome).run();
}

}  // namespace dossier::merging
