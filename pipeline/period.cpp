#include "pipeline/period.h"

#include <algorithm>
#include <array>
#include <map>
#include <numeric>

namespace dossier {
namespace {

// Days since 1970-01-01 of a date of the proleptic Gregorian calendar (months 1..12, any year).
// Years are counted from March so that the leap day ends the year.
std::int32_t day_number(std::int32_t year, std::int32_t month, std::int32_t day) {
  year -= month <= 2 ? 1 : 0;
  const std::int32_t era = (year >= 0 ? year : year - 399) / 400;
  const std::int32_t year_of_era = year - era * 400;
  const std::int32_t day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
  return era * 146097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719468;
}

// First and last month of the ISO 8601-2 sub-year groupings; winter (24) runs into the next year.
struct MonthSpan {
  std::int32_t first, last;
};
std::optional<MonthSpan> months_of(std::int32_t code) {
  if (code >= 1 && code <= 12) return MonthSpan{code, code};
  if (code >= 21 && code <= 23) return MonthSpan{3 * (code - 20), 3 * (code - 20) + 2};  // spring: March to May
  if (code == 24) return MonthSpan{12, 14};
  if (code >= 33 && code <= 36) return MonthSpan{3 * (code - 33) + 1, 3 * (code - 33) + 3};
  if (code >= 37 && code <= 39) return MonthSpan{4 * (code - 37) + 1, 4 * (code - 37) + 4};
  if (code == 40 || code == 41) return MonthSpan{6 * (code - 40) + 1, 6 * (code - 40) + 6};
  return std::nullopt;
}

std::optional<std::int32_t> number(std::string_view digits) {
  if (digits.empty() || digits.size() > 6) return std::nullopt;
  std::int32_t value = 0;
  for (const char c : digits) {
    if (c < '0' || c > '9') return std::nullopt;
    value = value * 10 + (c - '0');
  }
  return value;
}

std::optional<DayRange> days_of_single(std::string_view edtf) {
  DayRange range;
  std::string text;
  for (const char c : edtf) {
    if (c == '~' || c == '%' || c == '?') {
      range.approximate = true;
    } else {
      text += c;
    }
  }
  const bool negative = text.starts_with("-");
  if (negative) text.erase(0, 1);
  if (text.size() < 4) return std::nullopt;
  const std::string year_text = text.substr(0, 4);
  std::string lowest = year_text, highest = year_text;
  std::replace(lowest.begin(), lowest.end(), 'X', '0');
  std::replace(highest.begin(), highest.end(), 'X', '9');
  const auto low = number(lowest), high = number(highest);
  if (!low || !high) return std::nullopt;
  const std::int32_t first_year = negative ? -*high : *low;
  const std::int32_t last_year = negative ? -*low : *high;
  if (text.size() == 4 || text.substr(4).find_first_not_of("-X") == std::string::npos) {
    range.earliest = day_number(first_year, 1, 1);
    range.latest = day_number(last_year + 1, 1, 1) - 1;
    return range;
  }
  if (text[4] != '-' || text.size() < 7) return std::nullopt;
  const auto code = number(std::string_view(text).substr(5, 2));
  if (!code) return std::nullopt;
  const auto months = months_of(*code);
  if (!months) return std::nullopt;
  const std::int32_t end_year = last_year + months->last / 12;  // the month after the last one, December carries over
  const std::int32_t end_month = months->last % 12 + 1;
  range.earliest = day_number(first_year, months->first, 1);
  range.latest = day_number(end_year, end_month, 1) - 1;
  if (text.size() == 7 || text.substr(7) == "-XX") return range;
  if (text.size() != 10 || text[7] != '-' || *code > 12) return std::nullopt;
  const auto day = number(std::string_view(text).substr(8, 2));
  if (!day || *day < 1 || *day > range.latest - range.earliest + 1) return std::nullopt;
  range.earliest += *day - 1;
  range.latest = range.earliest;
  return range;
}

std::int32_t width(const DayRange& range) {
  if (range.earliest == kDayOpenBegin || range.latest == kDayOpenEnd) return kDayOpenEnd;
  return range.latest - range.earliest;
}

// `days` later; open sides stay open.
std::int32_t later(std::int32_t day, std::int32_t days) {
  return day == kDayOpenBegin || day == kDayOpenEnd ? day : day + days;
}

struct Value {
  std::string edtf;
  DayRange days;
  std::vector<std::uint32_t> claims;
  std::size_t origins = 0;
  std::int32_t newest = kDayOpenBegin;  // date of the newest document that says so
  double confidence = 0;
};

// One slot of one stint: which of the stated dates holds, and which disagree with it. Dates that contain one another
// ("2010", "2010-03") are one value at different precision, the finer one is kept.
struct Choice {
  std::string edtf;
  DayRange days;
  std::optional<PeriodConflict> conflict;
};

Choice choose(std::span<const PeriodClaim> claims, const std::vector<std::uint32_t>& members, PeriodSlot slot,
              const PeriodWeights& weights) {
  std::map<std::string, Value> stated;
  for (const std::uint32_t index : members) {
    const PeriodClaim& claim = claims[index];
    const std::string& edtf = slot == PeriodSlot::kStart ? claim.stated.from : claim.stated.to;
    const auto days = days_of(edtf);
    if (edtf.empty() || !days) continue;
    Value& value = stated[edtf];
    value.edtf = edtf;
    value.days = *days;
    value.claims.push_back(index);
  }
  if (stated.empty()) return {};
  std::vector<Value> finest_first;
  for (auto& [edtf, value] : stated) finest_first.push_back(std::move(value));
  std::stable_sort(finest_first.begin(), finest_first.end(), [](const Value& a, const Value& b) {
    return std::tuple(width(a.days), a.days.approximate, a.edtf) <
           std::tuple(width(b.days), b.days.approximate, b.edtf);
  });
  std::vector<Value> values;
  for (Value& value : finest_first) {
    const auto home = std::find_if(values.begin(), values.end(), [&](const Value& other) {
      return value.days.contains(other.days) ||
             ((value.days.approximate || other.days.approximate) && value.days.earliest - 366 <= other.days.latest &&
              other.days.earliest <= value.days.latest + 366);
    });
    if (home == values.end()) {
      values.push_back(std::move(value));
    } else {
      home->claims.insert(home->claims.end(), value.claims.begin(), value.claims.end());
    }
  }
  for (Value& value : values) {
    std::sort(value.claims.begin(), value.claims.end());
    std::vector<std::uint32_t> origins;
    for (const std::uint32_t index : value.claims) {
      origins.push_back(claims[index].origin);
      value.confidence = std::max(value.confidence, claims[index].confidence);
      if (const auto day = days_of(claims[index].document_date)) value.newest = std::max(value.newest, day->latest);
    }
    std::sort(origins.begin(), origins.end());
    value.origins = static_cast<std::size_t>(std::unique(origins.begin(), origins.end()) - origins.begin());
  }
  // More independent sources, then the newest of them, then the more confident rule, then the finer date, then the
  // text.
  std::stable_sort(values.begin(), values.end(), [](const Value& a, const Value& b) {
    return std::tuple(b.origins, b.newest, b.confidence, width(a.days), a.edtf) <
           std::tuple(a.origins, a.newest, a.confidence, width(b.days), b.edtf);
  });
  Choice choice{values.front().edtf, values.front().days, std::nullopt};
  if (values.size() > 1) {
    PeriodConflict conflict;
    conflict.slot = slot;
    conflict.is_near = true;
    for (const Value& value : values) {
      const bool near = value.days.earliest <= later(choice.days.latest, weights.near_days) &&
                        choice.days.earliest <= later(value.days.latest, weights.near_days);
      conflict.is_near = conflict.is_near && near;
      conflict.values.emplace_back(value.edtf, value.claims);
    }
    choice.conflict = std::move(conflict);
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

Stint finish(std::span<const PeriodClaim> claims, const std::vector<ProfilePeriod>& bounds,
             std::vector<std::uint32_t> members, const PeriodWeights& weights) {
  std::sort(members.begin(), members.end());
  Stint stint;
  stint.claims = members;
  ProfilePeriod& period = stint.period;
  Choice start = choose(claims, members, PeriodSlot::kStart, weights);
  Choice end = choose(claims, members, PeriodSlot::kEnd, weights);
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
  std::int32_t newest = kDayOpenBegin;
  std::vector<std::uint32_t> current_after_end;
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
  if (!period.to.empty()) {
    period.end_reason = EndReason::kStated;
    if (period.status == Status::kUnknown) period.status = Status::kPast;
    if (!current_after_end.empty()) {
      period.status = Status::kCurrent;
      PeriodConflict conflict;
      conflict.slot = PeriodSlot::kEnd;
      if (end.conflict) conflict = *end.conflict;
      if (conflict.values.empty()) {
        std::vector<std::uint32_t> closed;
        for (const std::uint32_t index : members) {
          if (!claims[index].stated.to.empty()) closed.push_back(index);
        }
        conflict.values.emplace_back(end.edtf, closed);
      }
      conflict.is_near = false;
      conflict.values.emplace_back(period.asserted_at + "/..", current_after_end);
      end.conflict = std::move(conflict);
    }
  } else if (period.status == Status::kCurrent) {
    period.end_reason = EndReason::kAssertedCurrent;
  } else if (period.status == Status::kPast) {
    period.end_reason = EndReason::kEnded;
  } else if (period.status == Status::kPlanned) {
    period.end_reason = EndReason::kPlanned;
  }
  if (start.conflict) stint.conflicts.push_back(std::move(*start.conflict));
  if (end.conflict) stint.conflicts.push_back(std::move(*end.conflict));
  return stint;
}

}  // namespace

std::string_view name_of(EndReason reason) {
  static constexpr std::array<std::string_view, 5> kNames = {"unknown", "stated", "ended", "current", "planned"};
  return kNames[static_cast<std::size_t>(reason)];
}

std::optional<DayRange> days_of(std::string_view edtf) {
  const std::size_t slash = edtf.find('/');
  if (slash == std::string_view::npos) return days_of_single(edtf);
  const std::string_view left = edtf.substr(0, slash), right = edtf.substr(slash + 1);
  DayRange range;
  if (!left.empty() && left != "..") {
    const auto first = days_of_single(left);
    if (!first) return std::nullopt;
    range.earliest = first->earliest;
    range.approximate = first->approximate;
  }
  if (!right.empty() && right != "..") {
    const auto last = days_of_single(right);
    if (!last) return std::nullopt;
    range.latest = last->latest;
    range.approximate = range.approximate || last->approximate;
  }
  return range;
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
