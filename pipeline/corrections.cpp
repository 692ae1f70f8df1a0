#include "pipeline/corrections.h"

#include <algorithm>
#include <array>

namespace dossier::merging {
namespace {

// What an argument of this name is, where the document does not say.
std::string_view type_of_argument(std::string_view predicate, std::string_view name) {
  if (name == "role" || name == "degree") return "role";
  if (name == "place") return "place";
  if (name == "date") return "date";
  if (name == "event") return "event";
  if (name == "identifier") return "identifier";
  if (name == "person" || name == "spouse" || name == "speaker") return "person";
  if (name == "parent") return predicate == "subsidiary" ? "organization" : "person";
  if (name == "organization" || name == "institution" || name == "party" || name == "member") return "organization";
  return "name";
}

std::uint32_t add_mention(DocumentResult& document, const ResultFact& fact, std::string_view type,
                          const std::string& text) {
  ResultMention mention;
  mention.type = type;
  mention.text = text;
  mention.begin = fact.begin;
  mention.end = fact.end;
  mention.quote = fact.quote;
  mention.rule = fact.rule;
  mention.confidence = 1;
  const auto index = static_cast<std::uint32_t>(document.mentions.size());
  if (type == "person" || type == "organization") {
    const std::string folded = fold(text);
    const auto known =
        std::find_if(document.entities.begin(), document.entities.end(),
                     [&](const ResultEntity& entity) { return entity.type == type && fold(entity.name) == folded; });
    mention.entity = static_cast<std::uint32_t>(known - document.entities.begin());
    if (known == document.entities.end()) document.entities.push_back({std::string(type), text, {}, {index}, {}});
  } else if (type == "date") {
    Date date;
    date.edtf = text;
    mention.date = static_cast<std::uint32_t>(document.dates.size());
    document.dates.push_back(std::move(date));
  } else if (type == "role") {
    mention.role = static_cast<std::uint32_t>(document.roles.size());
    document.roles.emplace_back();
  }
  document.mentions.push_back(std::move(mention));
  return index;
}

void set_argument(DocumentResult& document, ResultFact& fact, std::string_view name, const std::string& text) {
  const auto argument =
      std::find_if(fact.arguments.begin(), fact.arguments.end(), [&](const auto& a) { return a.first == name; });
  if (text.empty()) {
    if (argument != fact.arguments.end()) fact.arguments.erase(argument);
    return;
  }
  const std::string type = argument != fact.arguments.end() ? document.mentions[argument->second].type
                                                            : std::string(type_of_argument(fact.predicate, name));
  const std::uint32_t mention = add_mention(document, fact, type, text);
  if (argument != fact.arguments.end()) {
    argument->second = mention;
  } else {
    fact.arguments.emplace_back(name, mention);
  }
}

RoleValue& role_of(DocumentResult& document, ResultFact& fact) {
  const auto argument =
      std::find_if(fact.arguments.begin(), fact.arguments.end(), [](const auto& a) { return a.first == "role"; });
  if (argument == fact.arguments.end()) {
    fact.arguments.emplace_back("role", add_mention(document, fact, "role", ""));
    return document.roles.back();
  }
  // A copy: other facts may share the mention.
  ResultMention mention = document.mentions[argument->second];
  document.roles.push_back(mention.role == kNone ? RoleValue{} : document.roles[mention.role]);
  mention.role = static_cast<std::uint32_t>(document.roles.size() - 1);
  argument->second = static_cast<std::uint32_t>(document.mentions.size());
  document.mentions.push_back(std::move(mention));
  return document.roles.back();
}

Status status_of(std::string_view word) {
  for (const Status status : {Status::kCurrent, Status::kPast, Status::kPlanned}) {
    if (word == name_of(status)) return status;
  }
  return Status::kUnknown;
}

void edit(DocumentResult& document, ResultFact& fact, const std::string& slot, const std::string& value,
          const MergeTables& tables) {
  if (slot == "from") {
    fact.period.from = value;
  } else if (slot == "to") {
    fact.period.to = value;
  } else if (slot == "status") {
    fact.period.status = status_of(value);
  } else if (slot == "text") {
    fact.text = value;
  } else if (slot == "title" || slot == "role") {
    const ResultMention* old = argument(document, fact, "role");
    const RoleValue kept = old == nullptr || old->role == kNone ? RoleValue{} : document.roles[old->role];
    set_argument(document, fact, "role", value);
    if (value.empty()) return;
    RoleValue& role = document.roles.back();
    role = kept;
    const std::string folded = fold(value);
    const std::string known = tables.role_category ? tables.role_category(folded) : std::string();
    if (!known.empty()) role.category = known;
  } else if (slot == "category") {
    role_of(document, fact).category = value;
  } else if (slot == "qualifier") {
    role_of(document, fact).qualifier = value;
  } else {
    set_argument(document, fact, slot, value);
  }
}

bool is_about_facts(Verdict verdict) {
  return verdict == Verdict::kAccept || verdict == Verdict::kReject || verdict == Verdict::kEdit ||
         verdict == Verdict::kPin;
}

}  // namespace

Corrections plan_corrections(const std::vector<const DocumentResult*>& documents, std::span<const Decision> decisions,
                             const std::map<std::string, std::vector<FactPlace>>& places,
                             std::vector<Decision>& orphans) {
  std::map<std::string_view, const DocumentResult*> by_id;
  for (const DocumentResult* document : documents) by_id.emplace(document->source_id, document);
  Corrections out;
  for (const Decision& decision : decisions) {
    if (!is_about_facts(decision.verdict) || decision.key.empty()) continue;
    const auto found = places.find(decision.key);
    bool is_used = false;
    for (const FactPlace& place : found == places.end() ? std::vector<FactPlace>{} : found->second) {
      if (!decision.source.empty() && !place.first.starts_with(decision.source)) continue;
      is_used = true;
      Correction& correction = out.facts[place];
      RuleRecord& rule = out.rules[by_id.at(place.first)->facts[place.second].rule];
      switch (decision.verdict) {
        case Verdict::kAccept:
          correction.is_rejected = false;
          correction.mark.decision = "accepted";
          ++rule.right;
          break;
        case Verdict::kReject:
          correction.is_rejected = true;
          if (decision.reason.empty() || decision.reason == "misread") ++rule.wrong;
          break;
        case Verdict::kEdit:
          correction.edits.insert(correction.edits.end(), decision.values.begin(), decision.values.end());
          correction.mark = {"edited", decision.key};
          break;
        default:
          correction.mark.decision = "pinned";
      }
    }
    if (!is_used) orphans.push_back(decision);
  }
  return out;
}

Corrected apply_corrections(const std::vector<const DocumentResult*>& documents, const Corrections& corrections,
                            const MergeTables& tables, std::deque<DocumentResult>& copies) {
  Corrected out;
  out.documents.reserve(documents.size());
  auto next = corrections.facts.begin();  // both are sorted by source id
  for (const DocumentResult* document : documents) {
    while (next != corrections.facts.end() && next->first.first < document->source_id) ++next;
    if (next == corrections.facts.end() || next->first.first != document->source_id) {
      out.documents.push_back(document);
      continue;
    }
    DocumentResult& copy = copies.emplace_back(*document);
    std::vector<ResultFact> facts = std::move(copy.facts);
    copy.facts.clear();
    for (std::uint32_t f = 0; f < facts.size(); ++f) {
      const auto found = corrections.facts.find({document->source_id, f});
      if (found != corrections.facts.end()) {
        if (found->second.is_rejected) continue;
        for (const auto& [slot, value] : found->second.edits) edit(copy, facts[f], slot, value, tables);
        if (!found->second.mark.decision.empty()) {
          out.marks[{document->source_id, static_cast<std::uint32_t>(copy.facts.size())}] = found->second.mark;
        }
      }
      copy.facts.push_back(std::move(facts[f]));
    }
    out.documents.push_back(&copy);
  }
  return out;
}

DocumentResult added_document(const Decision& decision, std::string_view subject_type,
                              const std::string& subject_name) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 8> kSubjects = {{{"membership", "member"},
                                                                                       {"participation", "participant"},
                                                                                       {"statistic", "subject"},
                                                                                       {"quote", "speaker"},
                                                                                       {"alias", "entity"},
                                                                                       {"identifier", "entity"},
                                                                                       {"connection", "subject"},
                                                                                       {"timeline", "subject"}}};
  DocumentResult document;
  document.kind = kReviewKind;
  document.source_id = std::string(kReviewKind) + short_hash(serialize(decision));
  document.date = decision.at.substr(0, std::min<std::size_t>(10, decision.at.size()));
  ResultFact fact;
  fact.rule = kReviewKind;
  fact.confidence = 1;
  fact.quote = decision.reason;
  for (const auto& [name, value] : decision.values) {
    if (name == "predicate") fact.predicate = value;
  }
  if (fact.predicate.empty()) return document;
  fact.key = decision.key;
  std::string_view subject = subject_type;
  for (const auto& [predicate, name] : kSubjects) {
    if (predicate == fact.predicate) subject = name;
  }
  fact.arguments.emplace_back(subject, add_mention(document, fact, subject_type, subject_name));
  const MergeTables no_tables;
  for (const auto& [name, value] : decision.values) {
    if (name == "predicate") continue;
    if (name == "alias" && fact.predicate == "alias") {
      fact.arguments.emplace_back(name, add_mention(document, fact, subject_type, value));
    } else {
      edit(document, fact, name, value, no_tables);
    }
  }
  document.facts.push_back(std::move(fact));
  return document;
}

}  // namespace dossier::merging
