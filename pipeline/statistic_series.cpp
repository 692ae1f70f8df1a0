#include <algorithm>
#include <set>

#include "pipeline/profile_builder.h"

namespace dossier::merging {
namespace {

// One measurement and where it stands.
struct Measure {
  const Claim* claim = nullptr;
  const Statistic* value = nullptr;
  std::string subject;  // folded; empty: the entity itself, or unknown
  std::string noun;     // folded
  std::string as_of;
};

std::string number_text(const Decimal& number) {
  return std::to_string(number.coefficient) + "e" + std::to_string(number.exponent);
}

// Everything but the comparator, the noun and what it is about.
auto value_of(const Measure& measure) {
  const Statistic& s = *measure.value;
  return std::tuple(s.kind, std::string_view(s.unit), std::string_view(s.per), s.change, s.modality,
                    number_text(s.number), s.number_max ? number_text(*s.number_max) : std::string());
}

bool is_lower_bound(Comparator c) {
  return c == Comparator::kGreater || c == Comparator::kGreaterEqual;
}
bool is_upper_bound(Comparator c) {
  return c == Comparator::kLess || c == Comparator::kLessEqual;
}

// "CPU cores" and "cores", "public cloud data centers" and "data centers".
bool is_compatible(const std::string& a, const std::string& b) {
  if (a.empty() || b.empty() || a == b) return true;
  const std::vector<std::string> words_a = words_of(a), words_b = words_of(b);
  const std::set<std::string> one(words_a.begin(), words_a.end()), other(words_b.begin(), words_b.end());
  return std::includes(one.begin(), one.end(), other.begin(), other.end()) ||
         std::includes(other.begin(), other.end(), one.begin(), one.end());
}

bool same_time(const std::string& a, const std::string& b) {
  if (a.empty() || b.empty() || a == b) return true;
  const auto one = days_of(a), other = days_of(b);
  return one && other && (one->contains(*other) || other->contains(*one));
}

// "40+ million CPU cores", "40M CORES": the same measurement said again. In one document the value settles it; across
// documents the subject and the time have to be the same as well.
bool is_restatement(const Context& context, const Measure& a, const Measure& b) {
  if (value_of(a) != value_of(b)) return false;
  if (is_lower_bound(a.value->comparator) && is_upper_bound(b.value->comparator)) return false;
  if (is_upper_bound(a.value->comparator) && is_lower_bound(b.value->comparator)) return false;
  if (!is_compatible(a.noun, b.noun) || !same_time(a.as_of, b.as_of)) return false;
  const bool same_origin = context.records.origins[a.claim->document] == context.records.origins[b.claim->document];
  return same_origin ? is_compatible(a.subject, b.subject) : a.subject == b.subject && a.as_of == b.as_of;
}

// Could both be right? ">= 40" and "50" can, "40" and "55" of one day cannot.
bool contradict(const Context& context, const Statistic& a, const Statistic& b) {
  if (a.modality != Modality::kStated || b.modality != Modality::kStated || a.number_max || b.number_max) return false;
  const double x = a.number.to_double(), y = b.number.to_double();
  if (x <= 0 || y <= 0) return x != y;
  if (is_lower_bound(a.comparator) && y >= x) return false;
  if (is_lower_bound(b.comparator) && x >= y) return false;
  if (is_upper_bound(a.comparator) && y <= x) return false;
  if (is_upper_bound(b.comparator) && x <= y) return false;
  return std::max(x, y) / std::min(x, y) > context.tables.weight("statistic.ratio");
}

// Are these words only a name of the entity ("They", "the Foundation")?
bool is_named(const Context& context, const DocumentResult& document, const Claim& claim, std::uint32_t entity,
              const std::string& words) {
  if (words == fold(context.entities[entity].name)) return true;
  const ResultMention* subject = argument(document, context.records.fact_of(claim), "subject");
  if (subject == nullptr) return false;
  if (words == fold(subject->text)) return true;
  return subject->entity != kNone && words == fold(document.entities[subject->entity].name);
}

// The most telling wording of one measurement: a comparator before none, a subject, the longer noun.
const Measure& best_of(const std::vector<const Measure*>& measures) {
  return **std::max_element(measures.begin(), measures.end(), [](const Measure* a, const Measure* b) {
    const auto rank = [](const Measure* m) {
      return std::tuple(m->value->comparator != Comparator::kEqual, !m->subject.empty(), m->noun.size(),
                        !is_shouted(m->value->noun), !m->as_of.empty());
    };
    return rank(a) < rank(b);
  });
}

}  // namespace

std::vector<StatisticSeries> statistics_of(const Context& context, const ClaimList& claims, std::uint32_t entity,
                                           std::vector<OpenQuestion>* questions) {
  std::vector<Measure> measures;
  for (const Claim* claim : claims) {
    if (claim->predicate != Predicate::kStatistic) continue;
    const DocumentResult& document = context.document_of(*claim);
    const ResultMention* mention = argument(document, context.records.fact_of(*claim), "statistic");
    if (mention == nullptr || mention->statistic == kNone) continue;
    Measure measure;
    measure.claim = claim;
    measure.value = &document.statistics[mention->statistic];
    measure.subject = fold(measure.value->subject);
    if (measure.subject.empty() && entity == kNone) measure.subject = fold(context.text_of(*claim, "subject"));
    if (entity != kNone && is_named(context, document, *claim, entity, measure.subject)) measure.subject.clear();
    measure.noun = fold(measure.value->noun.empty() ? measure.value->unit : measure.value->noun);
    measure.as_of = measure.value->as_of.empty() ? document.date : measure.value->as_of;
    measures.push_back(std::move(measure));
  }

  // Points: restatements of one value. Only equal values are compared with one another.
  std::map<decltype(value_of(measures.front())), std::vector<std::uint32_t>> by_value;
  for (std::uint32_t i = 0; i < measures.size(); ++i) by_value[value_of(measures[i])].push_back(i);
  std::vector<std::uint32_t> parent(measures.size());
  for (std::uint32_t i = 0; i < parent.size(); ++i) parent[i] = i;
  const auto root = [&](std::uint32_t i) {
    while (parent[i] != i) i = parent[i] = parent[parent[i]];
    return i;
  };
  constexpr std::size_t kWindow = 64;  // the same value said again is near, or in the next documents
  for (const auto& [value, same] : by_value) {
    for (std::size_t i = 0; i < same.size(); ++i) {
      for (std::size_t j = i + 1; j < std::min(same.size(), i + kWindow); ++j) {
        if (!is_restatement(context, measures[same[i]], measures[same[j]])) continue;
        const std::uint32_t a = root(same[i]), b = root(same[j]);
        parent[std::max(a, b)] = std::min(a, b);
      }
    }
  }
  std::map<std::uint32_t, std::vector<const Measure*>> points;
  for (std::uint32_t i = 0; i < measures.size(); ++i) points[root(i)].push_back(&measures[i]);

  // Series: points about one thing in one unit. A point whose subject was left out goes by its other wordings.
  using SeriesKey = std::tuple<std::string, std::string, std::string, std::string, std::string>;
  struct Series {
    StatisticSeries shown;
    std::vector<std::pair<StatisticPoint, std::string>> points;  // with its noun
  };
  std::map<SeriesKey, Series> series;
  for (const auto& [first, point_measures] : points) {
    const Measure& best = best_of(point_measures);
    const Statistic& value = *best.value;
    const std::string change = value.change == ChangeDirection::kNone ? "" : std::string(name_of(value.change));
    const std::string kind(name_of(value.kind));
    Series& home = series[{best.subject, kind, value.unit, value.per + "|" + change, best.noun}];
    StatisticPoint point;
    point.value = value;
    point.value.number_at = point.value.comparator_at = point.value.scale_at = point.value.unit_at = {};
    // The date that somebody states before the one of the document.
    point.as_of = best.as_of;
    for (const Measure* measure : point_measures) {
      if (measure->value->as_of_origin == "explicit") point.as_of = measure->as_of;
    }
    ClaimList cited;
    for (const Measure* measure : point_measures) cited.push_back(measure->claim);
    point.cited =
        context.cite(cited, context.key("statistic", entity,
                                        {best.subject, kind, value.unit, value.per, change, number_text(value.number),
                                         value.number_max ? number_text(*value.number_max) : "", point.as_of},
                                        cited));
    if (home.shown.points.empty() && home.points.empty()) {
      home.shown.kind = kind;
      home.shown.unit = value.unit;
      home.shown.noun = value.noun;
      if (!best.subject.empty()) home.shown.subject = value.subject;  // "They" says no more than the name
      if (home.shown.subject.empty())
        home.shown.subject = entity != kNone ? context.entities[entity].name : context.text_of(*best.claim, "subject");
    }
    home.points.emplace_back(std::move(point), best.noun);
  }

  std::vector<StatisticSeries> out;
  for (auto& [key, own] : series) {
    for (auto& [point, noun] : own.points) own.shown.points.push_back(std::move(point));
    std::sort(own.shown.points.begin(), own.shown.points.end(), [](const StatisticPoint& a, const StatisticPoint& b) {
      return std::tuple(std::string_view(a.as_of), a.value.number.to_double(), std::string_view(a.cited.key)) <
             std::tuple(std::string_view(b.as_of), b.value.number.to_double(), std::string_view(b.cited.key));
    });
    if (questions != nullptr) {
      for (std::size_t i = 1; i < own.shown.points.size(); ++i) {
        const StatisticPoint &a = own.shown.points[i - 1], &b = own.shown.points[i];
        if (a.as_of.empty() || a.as_of != b.as_of || !contradict(context, a.value, b.value)) continue;
        const auto text = [](const StatisticPoint& point) {
          return std::string(name_of(point.value.comparator)) + point.value.number.to_string() + " " + point.value.unit;
        };
        OpenQuestion question =
            disagreement(context, entity, "statistic", false, "", {{a.cited, text(a), {}}, {b.cited, text(b), {}}});
        question.title = own.shown.noun.empty() ? own.shown.unit : own.shown.noun;
        questions->push_back(std::move(question));
      }
    }
    out.push_back(std::move(own.shown));
  }
  return out;
}

}  // namespace dossier::merging
