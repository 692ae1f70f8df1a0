#include "pipeline/period.h"

#include <algorithm>
#include <array>
#include <map>
#include <numeric>

#include "grammars/edtf.h"

namespace dossier {
namespace {

constexpr std::int32_t kAboutDays = 366;  // "about 2010" agrees with 2009 and 2011

std::int32_t width(const DayRange& range) {
  if (range.earliest == kDayOpenBegin || range.latest == kDayOpenEnd) return kDayOpenEnd;
  return range.latest - range.earliest;
}

// `days` later; open sides stay open.
std::int32_t later(std::int32_t day, std::int32_t days) {
  return day == kDayOpenBegin || day == kDayOpenEnd ? day : day + days;
}

// Stated dates that agree: equal, or one inside the other ("2010", "2010-03"). The finest one speaks for all.
struct DateValue {
  std::string edtf;
  DayRange days;
  std::vector<std::uint32_t> claims;
  double support = 0;                   // trust of its independent origins
  std::int32_t newest = kDayOpenBegin;  // date of the newest document that says so
  double confidence = 0;
  bool is_pinned = false;
};

DateChoice choose(std::span<const PeriodClaim> claims, const std::vector<std::uint32_t>& members, PeriodSlot slot,
                  const PeriodWeights& weights) {
  std::vector<DateClaim> dates;
  std::vector<std::uint32_t> back;
  // "In 2012", some time then, says neither when it began nor when it ended, if another does.
  const auto is_within = [](const Period& stated) { return stated.from == stated.to; };
  const bool has_bounds = std::any_of(members.begin(), members.end(), [&](std::uint32_t index) {
    const Period& stated = claims[index].stated;
    return !is_within(stated) && !(stated.from.empty() && stated.to.empty());
  });
  for (const std::uint32_t index : members) {
    const PeriodClaim& claim = claims[index];
    const std::string& edtf = slot == PeriodSlot::kStart ? claim.stated.from : claim.stated.to;
    if (edtf.empty() || (has_bounds && is_within(claim.stated))) continue;
    dates.push_back({edtf, claim.document_date, claim.origin, claim.trust, claim.confidence, false});
    back.push_back(index);
  }
  DateChoice choice = choose_date(dates, weights.near_days);
  for (DateChoice::Alternative& value : choice.values) {
    for (std::uint32_t& index : value.claims) index = back[index];
  }
  return choice;
}

// Does `a` end a gap or more before `b` begins, both sides stated?
bool is_apart(const ProfilePeriod& a, const ProfilePeriod& b, const PeriodWeights& weights) {
  const auto before = [&](const ProfilePeriod& first, const ProfilePeriod& second) {
    return !first.to.empty() && !second.from.empty() &&
           later(first.end_latest, weights.stint_gap_days) <= second.start_earliest;
  };
  return before(a, b) || before(b, a);
}

std::optional<PeriodConflict> conflict_of(PeriodSlot slot, const DateChoice& choice) {
  if (choice.values.size() < 2) return std::nullopt;
  PeriodConflict conflict{slot, choice.is_near, {}};
  for (const DateChoice::Alternative& value : choice.values) conflict.values.emplace_back(value.edtf, value.claims);
  return conflict;
}

Stint finish(std::span<const PeriodClaim> claims, const std::vector<ProfilePeriod>& bounds,
             std::vector<std::uint32_t> members, const PeriodWeights& weights) {
  std::sort(members.begin(), members.end());
  Stint stint;
  stint.claims = members;
  ProfilePeriod& period = stint.period;
  const DateChoice start = choose(claims, members, PeriodSlot::kStart, weights);
  const DateChoice end = choose(claims, members, PeriodSlot::kEnd, weights);
  period.from = start.edtf;
  period.to = end.edtf;
  if (!start.edtf.empty()) {
    period.start_earliest = start.days.earliest;
    period.start_latest = start.days.latest;
  }
  if (!end.edtf.empty()) {
    period.end_earliest = end.days.earliest;
    period.end_latest = end.days.latest;
  }
  // Status: the newest assertion counts; "current" wins over "past" of the same day, as the finer observation.
  std::int32_t newest = kDayOpenBegin, newest_document = kDayOpenBegin;
  std::vector<std::uint32_t> current_after_end;
  for (const std::uint32_t index : members) {
    // A document that has no date is younger than any end it states.
    const auto written = days_of(claims[index].document_date);
    newest_document = std::max(newest_document, written ? written->latest : kDayOpenEnd);
  }
  for (const std::uint32_t index : members) {
    const ProfilePeriod& own = bounds[index];
    if (own.status == Status::kUnknown) continue;
    const auto asserted = days_of(own.asserted_at);
    const std::int32_t day = asserted ? asserted->latest : kDayOpenBegin;
    if (own.status == Status::kCurrent && own.to.empty() && asserted && !period.to.empty() &&
        asserted->earliest > end.days.latest) {
      current_after_end.push_back(index);
    }
    const bool newer = day > newest || period.status == Status::kUnknown;
    if (newer || (day == newest && own.status == Status::kCurrent)) {
      newest = day;
      period.status = own.status;
      period.asserted_at = own.asserted_at;
    }
    // Bounds that assertions give to what no date states.
    if (period.from.empty()) period.start_latest = std::min(period.start_latest, own.start_latest);
    if (period.to.empty()) {
      period.end_earliest = std::max(period.end_earliest, own.end_earliest);
      period.end_latest = std::min(period.end_latest, own.end_latest);
    }
  }
  if (period.to.empty() && period.end_earliest > period.end_latest) {
    // "former" in 2015, "current" in 2018: the newest assertion counts alone.
    period.end_earliest = period.status == Status::kCurrent ? newest : kDayOpenBegin;
    period.end_latest = period.status == Status::kCurrent ? kDayOpenEnd : newest;
  }
  if (period.end_earliest == kDayOpenBegin && !period.from.empty()) period.end_earliest = period.start_earliest;
  if (period.start_latest == kDayOpenEnd && !period.to.empty()) period.start_latest = period.end_latest;
  std::optional<PeriodConflict> end_conflict = conflict_of(PeriodSlot::kEnd, end);
  if (!period.to.empty()) {
    period.end_reason = EndReason::kStated;
    // A document younger than the stated end knows that it is over, also where another called it current before.
    const bool is_over = end.days.latest <= newest_document && current_after_end.empty();
    if (is_over && period.status != Status::kPast) {
      period.status = Status::kPast;
      period.asserted_at.clear();
      for (const std::uint32_t index : members) {
        const PeriodClaim& claim = claims[index];
        const auto written = days_of(claim.document_date);
        if (!claim.stated.to.empty() && written && written->latest == newest_document) {
          period.asserted_at = claim.document_date;
        }
      }
    }
    if (!current_after_end.empty()) {
      period.status = Status::kCurrent;
      if (!end_conflict) end_conflict = PeriodConflict{PeriodSlot::kEnd, false, {}};
      if (end_conflict->values.empty()) {
        std::vector<std::uint32_t> closed;
        for (const std::uint32_t index : members) {
          if (!claims[index].stated.to.empty()) closed.push_back(index);
        }
        end_conflict->values.emplace_back(end.edtf, closed);
      }
      end_conflict->is_near = false;
      end_conflict->values.emplace_back(period.asserted_at + "/..", current_after_end);
    }
  } else if (period.status == Status::kCurrent) {
    period.end_reason = EndReason::kAssertedCurrent;
  } else if (period.status == Status::kPast) {
    period.end_reason = EndReason::kEnded;
  } else if (period.status == Status::kPlanned) {
    period.end_reason = EndReason::kPlanned;
  }
  if (auto conflict = conflict_of(PeriodSlot::kStart, start)) stint.conflicts.push_back(std::move(*conflict));
  if (end_conflict) stint.conflicts.push_back(std::move(*end_conflict));
  return stint;
}

}  // namespace

std::string_view name_of(EndReason reason) {
  static constexpr std::array<std::string_view, 5> kNames = {"unknown", "stated", "ended", "current", "planned"};
  return kNames[static_cast<std::size_t>(reason)];
}

DateChoice choose_date(std::span<const DateClaim> claims, std::int32_t near_days) {
  std::map<std::string_view, DateValue> stated;
  for (std::uint32_t i = 0; i < claims.size(); ++i) {
    const auto days = days_of(claims[i].edtf);
    if (!days) continue;
    DateValue& value = stated[claims[i].edtf];
    value.edtf = claims[i].edtf;
    value.days = *days;
    value.claims.push_back(i);
  }
  std::vector<DateValue> finest_first;
  for (auto& [edtf, value] : stated) finest_first.push_back(std::move(value));
  std::stable_sort(finest_first.begin(), finest_first.end(), [](const DateValue& a, const DateValue& b) {
    return std::tuple(width(a.days), a.days.approximate, a.edtf) <
           std::tuple(width(b.days), b.days.approximate, b.edtf);
  });
  std::vector<DateValue> values;
  for (DateValue& value : finest_first) {
    const auto home = std::find_if(values.begin(), values.end(), [&](const DateValue& other) {
      const bool about = value.days.approximate || other.days.approximate;
      return value.days.contains(other.days) || (about && value.days.earliest <= later(other.days.latest, kAboutDays) &&
                                                 other.days.earliest <= later(value.days.latest, kAboutDays));
    });
    if (home == values.end()) {
      values.push_back(std::move(value));
    } else {
      home->claims.insert(home->claims.end(), value.claims.begin(), value.claims.end());
    }
  }
  for (DateValue& value : values) {
    std::sort(value.claims.begin(), value.claims.end());
    std::map<std::uint32_t, double> trust;
    for (const std::uint32_t index : value.claims) {
      const DateClaim& claim = claims[index];
      double& most = trust[claim.origin];
      most = std::max(most, claim.trust);
      value.confidence = std::max(value.confidence, claim.confidence);
      value.is_pinned = value.is_pinned || claim.is_pinned;
      if (const auto day = days_of(claim.document_date)) value.newest = std::max(value.newest, day->latest);
    }
    for (const auto& [origin, most] : trust) value.support += most;
  }
  // What a person pinned, then more trusted independent sources, then the newest of them, then the more confident rule,
  // then the finer date, then the text.
  std::stable_sort(values.begin(), values.end(), [](const DateValue& a, const DateValue& b) {
    return std::tuple(b.is_pinned, b.support, b.newest, b.confidence, width(a.days), a.edtf) <
           std::tuple(a.is_pinned, a.support, a.newest, a.confidence, width(b.days), b.edtf);
  });
  DateChoice choice;
  if (values.empty()) return choice;
  choice.edtf = values.front().edtf;
  choice.days = values.front().days;
  choice.is_near = true;
  for (DateValue& value : values) {
    const bool near = value.days.earliest <= later(choice.days.latest, near_days) &&
                      choice.days.earliest <= later(value.days.latest, near_days);
    choice.is_near = choice.is_near && near;
    choice.values.push_back({std::move(value.edtf), std::move(value.claims)});
  }
  return choice;
}

std::optional<DayRange> days_of(std::string_view text) {
  const auto value = edtf::parse(text);
  if (!value) return std::nullopt;
  const edtf::Bounds bounds = edtf::bounds(*value);
  return DayRange{bounds.earliest, bounds.latest, edtf::qualifiers(*value) != 0};
}

ProfilePeriod bounds_of(const Period& stated, std::string_view document_date) {
  ProfilePeriod period;
  period.status = stated.status;
  period.asserted_at = stated.asserted_at.empty() ? std::string(document_date) : stated.asserted_at;
  if (period.status == Status::kUnknown) period.asserted_at.clear();
  if (const auto days = days_of(stated.from); days && !stated.from.empty()) {
    period.from = stated.from;
    period.start_earliest = days->earliest;
    period.start_latest = days->latest;
  }
  if (const auto days = days_of(stated.to); days && !stated.to.empty()) {
    period.to = stated.to;
    period.end_earliest = days->earliest;
    period.end_latest = days->latest;
  }
  const auto asserted = days_of(period.asserted_at);
  if (asserted && period.status == Status::kCurrent) {
    if (period.from.empty()) period.start_latest = asserted->latest;
    if (period.to.empty()) period.end_earliest = asserted->earliest;
  } else if (asserted && period.status == Status::kPast) {
    if (period.from.empty()) period.start_latest = asserted->latest;
    if (period.to.empty()) period.end_latest = asserted->latest;
  } else if (asserted && period.status == Status::kPlanned) {
    if (period.from.empty()) period.start_earliest = asserted->earliest;
  }
  if (period.end_earliest == kDayOpenBegin && !period.from.empty()) period.end_earliest = period.start_earliest;
  if (period.start_latest == kDayOpenEnd && !period.to.empty()) period.start_latest = period.end_latest;
  if (!period.to.empty()) {
    period.end_reason = EndReason::kStated;
  } else if (period.status == Status::kCurrent) {
    period.end_reason = EndReason::kAssertedCurrent;
  } else if (period.status == Status::kPast) {
    period.end_reason = EndReason::kEnded;
  } else if (period.status == Status::kPlanned) {
    period.end_reason = EndReason::kPlanned;
  }
  return period;
}

std::vector<Stint> combine_periods(std::span<const PeriodClaim> claims, const PeriodWeights& weights) {
  std::vector<ProfilePeriod> bounds;
  bounds.reserve(claims.size());
  for (const PeriodClaim& claim : claims) bounds.push_back(bounds_of(claim.stated, claim.document_date));

  // Dated claims first, the most closed ones leading: they decide how many stints there are. Content decides ties.
  std::vector<std::uint32_t> order(claims.size());
  std::iota(order.begin(), order.end(), 0u);
  const auto rank = [&](std::uint32_t i) {
    const ProfilePeriod& p = bounds[i];
    const int closed = (p.from.empty() ? 0 : 1) + (p.to.empty() ? 0 : 1);
    return std::tuple(-closed, p.start_earliest, p.end_latest, p.from, p.to, p.status, p.asserted_at);
  };
  std::stable_sort(order.begin(), order.end(), [&](std::uint32_t a, std::uint32_t b) { return rank(a) < rank(b); });

  std::vector<std::vector<std::uint32_t>> groups;
  for (const std::uint32_t index : order) {
    const ProfilePeriod& own = bounds[index];
    std::size_t best = groups.size();
    int best_fit = -1;
    for (std::size_t g = 0; g < groups.size(); ++g) {
      bool apart = false, overlapping = false;
      for (const std::uint32_t member : groups[g]) {
        apart = apart || is_apart(own, bounds[member], weights);
        overlapping = overlapping || can_overlap(own, bounds[member]);
      }
      // An undated "is CEO" belongs to the stint it can overlap, the later one if there are several.
      const int fit = apart ? -1 : overlapping ? 1 : 0;
      if (fit >= 0 && fit >= best_fit) {
        best = g;
        best_fit = fit;
      }
    }
    if (best == groups.size()) groups.emplace_back();
    groups[best].push_back(index);
  }
  std::vector<Stint> stints;
  for (std::vector<std::uint32_t>& group : groups) stints.push_back(finish(claims, bounds, std::move(group), weights));
  std::stable_sort(stints.begin(), stints.end(), [](const Stint& a, const Stint& b) {
    return std::tuple(a.period.start_earliest, a.period.end_earliest, a.period.from, a.period.to) <
           std::tuple(b.period.start_earliest, b.period.end_earliest, b.period.from, b.period.to);
  });
  return stints;
}

bool can_overlap(const ProfilePeriod& a, const ProfilePeriod& b) {
  return a.start_earliest <= b.end_latest && b.start_earliest <= a.end_latest;
}

}  // namespace dossier
