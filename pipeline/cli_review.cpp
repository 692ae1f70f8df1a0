// show, audit, names, decide, diff: looking at what was found, where it stands, and saying what is right.
#include <algorithm>
#include <cstdio>
#include <fstream>
#include <iostream>
#include <limits>
#include <map>
#include <optional>
#include <set>
#include <sstream>

#include "grammars/knowledge_error.h"
#include "pipeline/cli.h"
#include "pipeline/decisions.h"
#include "pipeline/json_text.h"
#include "pipeline/render.h"
#include "pipeline/run_diff.h"
#include "pipeline/workspace.h"

namespace dossier::cli {
namespace {

void print(const std::string& text) {
  std::fwrite(text.data(), 1, text.size(), stdout);
}

struct Opened {
  Workspace workspace;
  Knowledge knowledge;
};

Opened open(const Program& program, const std::string& folder) {
  Workspace workspace = Workspace::open(folder);
  Knowledge knowledge = load_knowledge(program, workspace.knowledge_folders());
  return {std::move(workspace), std::move(knowledge)};
}

// As the last build left it, if it was told the same about known names.
Workspace::View view_of(const Opened& opened, std::optional<bool> known_names) {
  return opened.workspace.view(opened.knowledge, known_names.value_or(opened.workspace.settings().known_names));
}

const Profile& profile_of(const Merged& merged, const std::string& id) {
  const Profile* const profile = merged.find(id);
  if (profile == nullptr) {
    std::vector<std::string> ids;
    for (const Profile& each : merged.profiles) ids.push_back(each.id);
    const std::string near = did_you_mean(id, ids);
    throw InputError(id + ": no such profile - " +
                     (near.empty() ? "`dossier show` lists them" : "did you mean " + near + "?"));
  }
  return *profile;
}

// --- show ------------------------------------------------------------------------------------------------------------

struct ShowArguments {
  std::string folder = ".";
  std::string id;
  std::string language = "en";
  std::optional<bool> known_names;
  bool as_json = false;
};

// Pairs that hang together are one question: `dossier decide same` takes them all at once. Strongest first.
void print_suggestions(const std::vector<Suggestion>& suggestions) {
  std::map<std::string_view, std::size_t> first_of;  // profile -> the first suggestion that names it
  std::vector<std::size_t> parents(suggestions.size());
  const auto root = [&](std::size_t i) {
    while (parents[i] != i) i = parents[i] = parents[parents[i]];
    return i;
  };
  for (std::size_t i = 0; i < suggestions.size(); ++i) {
    parents[i] = i;
    for (const std::string* id : {&suggestions[i].a, &suggestions[i].b}) {
      const std::size_t a = root(i), b = root(first_of.emplace(*id, i).first->second);
      parents[std::max(a, b)] = std::min(a, b);
    }
  }
  std::vector<std::vector<const Suggestion*>> groups(suggestions.size());  // by their first suggestion
  for (std::size_t i = 0; i < suggestions.size(); ++i) groups[root(i)].push_back(&suggestions[i]);
  for (const std::vector<const Suggestion*>& group : groups) {
    if (group.empty()) continue;
    std::set<std::string> ids;
    for (const Suggestion* suggestion : group) ids.insert({suggestion->a, suggestion->b});
    print("\nthe same?");
    for (const std::string& id : ids) print((id == *ids.begin() ? " " : "  ") + id);
    print("\n");
    for (const Suggestion* suggestion : group) {
      if (group.size() == 1) {
        for (const std::string& why : suggestion->why) print("  " + why + "\n");
        continue;
      }
      std::string line;
      for (const std::string& why : suggestion->why) line += (line.empty() ? "" : ", ") + why;
      print("  " + suggestion->a + "  " + suggestion->b + "  " + line + "\n");
    }
  }
}

int show_list(const Merged& merged, bool as_json) {
  std::vector<std::vector<std::string>> rows;
  for (const Profile& profile : merged.profiles) {
    if (as_json) {
      std::string line = "{\"id\":";
      append_json_string(line, profile.id);
      append_json_string(line += ",\"type\":", profile.type);
      append_json_string(line += ",\"name\":", profile.name);
      append_json_number(line += ",\"sources\":", std::uint64_t{profile.sources.size()});
      append_json_number(line += ",\"questions\":", std::uint64_t{profile.questions.size()});
      print(line + "}\n");
    }
    rows.push_back({profile.id, profile.type, profile.name, std::to_string(profile.sources.size()),
                    std::to_string(profile.questions.size())});
  }
  if (as_json) return kDone;
  if (rows.empty()) {
    print("no profiles: put sources in with `dossier add`, then `dossier build`\n");
    return kDone;
  }
  rows.insert(rows.begin(), {"id", "type", "name", "sources", "open questions"});
  print(headed_table(rows));
  print_suggestions(merged.suggestions);
  return kDone;
}

int show_command(const Program& program, const ShowArguments& arguments) {
  const Opened opened = open(program, arguments.folder);
  const Merged merged = view_of(opened, arguments.known_names).merged;
  if (arguments.id.empty()) return show_list(merged, arguments.as_json);
  const Profile& profile = profile_of(merged, arguments.id);
  if (arguments.as_json) {
    print(render_record(profile));
  } else {
    const Renderer renderer =
        Renderer::load([&](std::string_view relative) { return opened.knowledge.files(relative); });
    if (!renderer.labels().has_language(arguments.language)) {
      std::string known;
      for (const std::string& one : renderer.labels().languages()) known += (known.empty() ? "" : ", ") + one;
      throw InputError("--lang: no pages in \"" + arguments.language + "\" - there are labels for: " + known);
    }
    print(renderer.page(profile, arguments.language, ProfileIndex(merged.profiles)));
  }
  return kDone;
}

// --- audit -----------------------------------------------------------------------------------------------------------

struct AuditArguments {
  std::string folder = ".";
  std::string source;
  std::string predicate;
  std::string rule;
  std::string words;
  std::optional<bool> known_names;
  bool as_json = false;
};

std::string argument_text(const DocumentResult& result, const ResultMention& mention) {
  return mention.entity != kNone ? result.entities[mention.entity].name : mention.text;
}

// Every fact that the filters let through, with its place and words; compares each with the bytes of its source.
int audit_command(const Program& program, const AuditArguments& arguments) {
  const Opened opened = open(program, arguments.folder);
  if (!arguments.predicate.empty() && !opened.knowledge.predicate(arguments.predicate)) {
    std::vector<std::string> names;
    for (const PredicateInfo& info : opened.knowledge.predicates()) names.push_back(info.name);
    const std::string near = did_you_mean(arguments.predicate, names);
    std::string all;
    for (const std::string& name : names) all += " " + name;
    throw InputError("--fact: unknown fact type " + arguments.predicate + " - " +
                     (near.empty() ? "there are:" + all : "did you mean " + near + "?"));
  }
  std::size_t facts = 0;
  std::size_t torn = 0;
  const Workspace::View view = view_of(opened, arguments.known_names);
  for (const DocumentResult& result : view.results) {
    if (!arguments.source.empty() && result.uri.find(arguments.source) == std::string::npos) continue;
    const std::optional<Source> source = opened.workspace.store().load(result.source_id);
    for (const ResultFact& fact : result.facts) {
      if (!arguments.predicate.empty() && fact.predicate != arguments.predicate) continue;
      if (!arguments.rule.empty() && !fact.rule.starts_with(arguments.rule)) continue;
      if (!arguments.words.empty() && fact.quote.find(arguments.words) == std::string::npos) continue;
      ++facts;
      const bool is_inside = source && fact.begin <= fact.end && fact.end <= source->bytes.size();
      const bool is_grounded = is_inside && (result.encoding != "UTF-8" ||
                                             source->bytes.compare(fact.begin, fact.end - fact.begin, fact.quote) == 0);
      if (!is_grounded) ++torn;
      if (arguments.as_json) {
        std::string line = "{\"key\":";
        append_json_string(line, fact.key);
        append_json_string(line += ",\"type\":", fact.predicate);
        line += ",\"args\":{";
        for (const auto& [name, index] : fact.arguments) {
          append_json_string(line += line.back() == '{' ? "" : ",", name);
          append_json_string(line += ":", argument_text(result, result.mentions[index]));
        }
        append_json_string(line += "},\"source\":", result.source_id);
        append_json_string(line += ",\"uri\":", result.uri);
        append_json_number(line += ",\"start\":", fact.begin);
        append_json_number(line += ",\"end\":", fact.end);
        append_json_string(line += ",\"quote\":", fact.quote);
        append_json_string(line += ",\"rule\":", fact.rule);
        append_json_number(line += ",\"confidence\":", fact.confidence);
        print(line + (is_grounded ? ",\"grounded\":true}\n" : ",\"grounded\":false}\n"));
        continue;
      }
      std::string statement = fact.predicate;
      for (const auto& [name, index] : fact.arguments) {
        statement += "  " + name + ": " + argument_text(result, result.mentions[index]);
      }
      char confidence[16];
      std::snprintf(confidence, sizeof confidence, "%.2f", fact.confidence);
      print(statement + "\n  " + result.uri + ":" + std::to_string(fact.begin) + "-" + std::to_string(fact.end) + "  " +
            fact.rule + " " + confidence + "  " + fact.key +
            (is_grounded ? "" : "  THE SOURCE SAYS SOMETHING ELSE HERE") + "\n  “" +
            shortened(fact.quote, terminal_width() - 4) + "”\n");
    }
  }
  if (!arguments.as_json) {
    print(std::to_string(facts) + " facts" +
          (torn == 0 ? ", every quote stands in its source\n"
                     : ", " + std::to_string(torn) + " without their words in the source\n"));
  }
  return torn == 0 ? kDone : kDocumentsFailed;
}

// --- names -----------------------------------------------------------------------------------------------------------

struct NamesArguments {
  std::string folder = ".";
  std::string words;
  bool as_json = false;
};

// What documents have established about names, who vouches for each, and to how many others it is known.
int names_command(const Program& program, const NamesArguments& arguments) {
  const Opened opened = open(program, arguments.folder);
  const Workspace::View view = opened.workspace.view(opened.knowledge, /*known_names=*/true);
  std::map<KnownName, std::vector<std::string>> known_to;
  for (const DocumentResult& result : view.results) {
    for (const KnownName& name : view.names.for_document(result)) known_to[name].push_back(result.uri);
  }
  const std::size_t width = terminal_width();
  for (const KnownNames::Entry& entry : view.names.entries()) {
    if (entry.name.name.find(arguments.words) == std::string::npos) continue;
    const std::string& type = opened.knowledge.types()[entry.name.type].name;
    const std::vector<std::string>& places = known_to[entry.name];
    if (arguments.as_json) {
      std::string line = "{\"name\":";
      append_json_string(line, entry.name.name);
      append_json_string(line += ",\"type\":", type);
      line += ",\"from\":[";
      for (const KnownNames::Voucher& voucher : entry.vouchers) {
        append_json_string(line += line.back() == '[' ? "{\"uri\":" : ",{\"uri\":", voucher.uri);
        append_json_string(line += ",\"why\":", voucher.why);
        line += '}';
      }
      line += "],\"known_to\":[";
      for (const std::string& uri : places) append_json_string(line += line.back() == '[' ? "" : ",", uri);
      print(line + "]}\n");
      continue;
    }
    print(type + " " + entry.name.name + "\n");
    std::string from, to;
    for (const KnownNames::Voucher& voucher : entry.vouchers) from += (from.empty() ? "" : ", ") + describe(voucher);
    for (const std::string& uri : places) to += (to.empty() ? "" : ", ") + uri;
    print("  " + shortened("from " + from, width - 2) + "\n");
    if (!to.empty()) print("  " + shortened("known to " + to, width - 2) + "\n");
  }
  if (!arguments.as_json) {
    print(std::to_string(view.names.entries().size()) + " names" +
          (opened.workspace.settings().known_names
               ? "\n"
               : ", but builds do not use them (" + opened.workspace.settings_file().string() + ")\n"));
  }
  return kDone;
}

// --- decide ----------------------------------------------------------------------------------------------------------

constexpr std::size_t kMostDecidedAtOnce = 50;  // profiles: "different" says something of each two of them

struct DecideArguments {
  std::string folder = ".";
  std::string verdict;
  std::vector<std::string> things;
  std::vector<std::string> values;
  std::string reason;
  std::string source;
  std::string who;
  std::string file;
  bool anyway = false;
};

// What each verdict takes: keys of facts, profiles, values. "same A B C" says that B and C are A, "different A B C"
// that no two of them are one.
std::vector<Decision> decisions_of(const DecideArguments& arguments) {
  Decision decision;
  decision.at = now();
  decision.who = arguments.who;
  decision.reason = arguments.reason;
  decision.source = arguments.source;
  if (!parse_verdict(arguments.verdict, decision.verdict)) {
    throw InputError(arguments.verdict +
                     ": no such verdict - accept, reject, edit, same, different, unsure, pin, add, undo");
  }
  const auto needs = [&](std::size_t least, std::size_t most, const char* what) {
    if (arguments.things.size() < least || arguments.things.size() > most) {
      throw InputError(arguments.verdict + " takes " + what);
    }
  };
  for (const std::string& value : arguments.values) {
    const std::size_t equals = value.find('=');
    if (equals == std::string::npos || equals == 0) throw InputError(value + ": not of the form NAME=VALUE");
    decision.values.emplace_back(value.substr(0, equals), value.substr(equals + 1));
  }
  const bool has_values = !decision.values.empty();
  constexpr std::size_t kAny = std::numeric_limits<std::size_t>::max();
  std::vector<Decision> decisions;
  switch (decision.verdict) {
    case Verdict::kSame:
    case Verdict::kDifferent:
    case Verdict::kUnsure:
      needs(2, kMostDecidedAtOnce, ("two profiles or more, at most " + std::to_string(kMostDecidedAtOnce)).c_str());
      for (std::set<std::string> named; const std::string& thing : arguments.things) {
        if (!named.insert(thing).second) throw InputError(thing + ": is named twice - name each profile once");
      }
      for (std::size_t i = 0; i + 1 < arguments.things.size(); ++i) {
        for (std::size_t j = i + 1; j < arguments.things.size(); ++j) {
          decision.a = {arguments.things[i]};
          decision.b = {arguments.things[j]};
          decisions.push_back(decision);
        }
        if (decision.verdict == Verdict::kSame) break;  // the rest follows
      }
      return decisions;
    case Verdict::kAdd:
    case Verdict::kPin:
      needs(1, 1, "one profile, and --set NAME=VALUE");
      if (!has_values) throw InputError(arguments.verdict + " takes --set NAME=VALUE");
      decision.a = {arguments.things[0]};
      break;
    case Verdict::kEdit:
      needs(1, 1, "the key of a fact, and --set NAME=VALUE");
      if (!has_values) throw InputError("edit takes --set NAME=VALUE");
      decision.key = arguments.things[0];
      break;
    case Verdict::kAccept:
    case Verdict::kReject:
      needs(1, kAny, "the key of a fact, or several");
      for (const std::string& key : arguments.things) {
        decision.key = key;
        decisions.push_back(decision);
      }
      return decisions;
    case Verdict::kUndo:
      needs(1, 2, "the key of a fact, or the two profiles of a judgement");
      if (arguments.things.size() == 1) {
        decision.key = arguments.things[0];
      } else {
        decision.a = {arguments.things[0]};
        decision.b = {arguments.things[1]};
      }
      break;
  }
  return {decision};
}

// A decision about something that is not there is most often a slip of the keyboard: it would lie in the log and do
// nothing. Of several none is noted then.
void check_finds_something(const Program& program, const Workspace& workspace, const std::vector<Decision>& noted) {
  std::vector<Diagnostic> diagnostics;
  Decisions decisions = workspace.decisions(diagnostics);
  if (noted.front().verdict == Verdict::kUndo) {
    const std::vector<Decision> before = decisions.effective();
    decisions.log.insert(decisions.log.end(), noted.begin(), noted.end());
    if (decisions.effective() != before) return;
    throw InputError("nothing was decided about that, so nothing can be undone - `dossier decide log` lists decisions");
  }
  const Knowledge knowledge = load_knowledge(program, workspace.knowledge_folders());
  const Workspace::View view = workspace.view(knowledge, workspace.settings().known_names);
  if (view.results.empty()) return;  // nothing is built yet: it may be about what is to come
  const MergeTables tables = load_merge_tables(knowledge);
  const MergeOptions options = {workspace.store().ids(), workspace.store().redirects()};
  decisions.log.insert(decisions.log.end(), noted.begin(), noted.end());
  const Merged merged = merge(view.results, decisions, tables, options);
  for (const Decision& decision : noted) {
    std::string what = decision.key;
    bool is_known = std::find(merged.orphans.begin(), merged.orphans.end(), decision) == merged.orphans.end();
    for (const std::vector<std::string>* names : {&decision.a, &decision.b}) {
      for (const std::string& name : *names) {
        what += (what.empty() ? "" : ", ") + name;
        is_known = is_known && (name.find('@') != std::string::npos || merged.find(name) != nullptr);
      }
    }
    if (is_known) continue;
    throw InputError(what +
                     ": finds nothing to apply to; nothing was noted - `dossier audit` shows keys of facts, `dossier "
                     "show` profiles; --anyway notes it all the same");
  }
}

int decide_command(const Program& program, const DecideArguments& arguments) {
  Workspace workspace = Workspace::open(arguments.folder);
  const std::vector<Decision> decisions = decisions_of(arguments);
  if (!arguments.anyway) check_finds_something(program, workspace, decisions);
  for (const Decision& decision : decisions) workspace.store().append_decision(serialize(decision));
  print(decisions.size() == 1
            ? std::string("noted; the next `dossier build` heeds it\n")
            : std::to_string(decisions.size()) + " decisions noted; the next `dossier build` heeds them\n");
  return kDone;
}

int export_decisions(const DecideArguments& arguments) {
  const Workspace workspace = Workspace::open(arguments.folder);
  for (const std::string& line : workspace.store().decisions()) print(line + "\n");
  return kDone;
}

// All or none: a file with a line that cannot be read is refused whole.
int import_decisions(const DecideArguments& arguments) {
  Workspace workspace = Workspace::open(arguments.folder);
  std::ostringstream text;
  if (arguments.file == "-") {
    text << std::cin.rdbuf();
  } else {
    std::ifstream stream(arguments.file);
    if (!stream) throw InputError(arguments.file + ": cannot be opened for reading");
    text << stream.rdbuf();
  }
  std::vector<Diagnostic> problems;
  const Decisions decisions = parse_decisions(text.str(), problems);
  if (!problems.empty()) {
    std::string message;
    for (const Diagnostic& problem : problems) message += (message.empty() ? "" : "\n") + problem.message;
    throw InputError(arguments.file + ": nothing was taken over\n" + message);
  }
  std::vector<std::string> lines = workspace.store().decisions();
  const std::set<std::string> known(lines.begin(), lines.end());
  std::size_t taken = 0;
  for (const Decision& decision : decisions.log) {
    const std::string line = serialize(decision);
    if (known.contains(line)) continue;
    workspace.store().append_decision(line);
    ++taken;
  }
  print(std::to_string(taken) + " decisions taken over, " + std::to_string(decisions.log.size() - taken) +
        " were there\n");
  return kDone;
}

// --- diff ------------------------------------------------------------------------------------------------------------

struct DiffArguments {
  std::string folder = ".";
  std::vector<std::int64_t> runs;
  bool as_json = false;
};

int list_runs(const Store& store, bool as_json) {
  std::vector<std::vector<std::string>> rows = {{"run", "at", "knowledge"}};
  for (const Run& run : store.runs()) {
    rows.push_back({std::to_string(run.number), run.at, run.knowledge.substr(0, 12)});
    if (!as_json) continue;
    std::string line = "{\"run\":" + rows.back()[0] + ",\"at\":";
    append_json_string(line, run.at);
    append_json_string(line += ",\"knowledge\":", run.knowledge);
    print(line + "}\n");
  }
  if (as_json) return kDone;
  print(rows.size() == 1 ? "no runs yet: `dossier build` makes one\n" : headed_table(rows));
  return kDone;
}

// "rule affiliation.joined changed: its pattern; makes person "Ada Lovell""
std::string text_of(const ChangeCause& cause) {
  if (cause.kind == "document" && cause.change != "changed") return "the document was " + cause.change;
  if (cause.kind == "document") return "the text of the document changed";
  if (cause.kind == "given") return "what was given with the document changed (" + cause.detail + ")";
  if (cause.kind == "program") return "the program changed" + (cause.detail.empty() ? "" : " (" + cause.detail + ")");
  const std::string kind = cause.kind == "known_name" ? "known name" : cause.kind == "file" ? "table" : cause.kind;
  return kind + " " + cause.name + " was " + cause.change + (cause.detail.empty() ? "" : ": " + cause.detail);
}

std::string json_of(const FactChange& change) {
  std::string line = "{\"change\":";
  append_json_string(line, change.change);
  append_json_string(line += ",\"key\":", change.key);
  append_json_string(line += ",\"uri\":", change.uri);
  append_json_number(line += ",\"start\":", change.begin);
  append_json_number(line += ",\"end\":", change.end);
  append_json_string(line += ",\"fact\":", change.fact);
  append_json_string(line += ",\"rule\":", change.rule);
  if (change.change == "changed") {
    append_json_string(line += ",\"former_key\":", change.former_key);
    append_json_string(line += ",\"former_fact\":", change.former_fact);
    append_json_string(line += ",\"former_rule\":", change.former_rule);
  }
  line += ",\"causes\":[";
  for (const ChangeCause& cause : change.causes) {
    append_json_string(line += line.back() == '[' ? "{\"kind\":" : ",{\"kind\":", cause.kind);
    append_json_string(line += ",\"name\":", cause.name);
    append_json_string(line += ",\"change\":", cause.change);
    append_json_string(line += ",\"detail\":", cause.detail);
    line += cause.is_certain ? ",\"certain\":true}" : ",\"certain\":false}";
  }
  return line + "]}\n";
}

int diff_command(const Program& program, const DiffArguments& arguments) {
  const Workspace workspace = Workspace::open(arguments.folder);
  const Store& store = workspace.store();
  if (arguments.runs.empty()) return list_runs(store, arguments.as_json);
  if (arguments.runs.size() != 2) throw InputError("diff takes two runs, or none to list them");
  // With the knowledge of one of the runs the causes are found more surely; a broken one is no reason to tell nothing.
  std::optional<Knowledge> knowledge;
  try {
    knowledge.emplace(load_knowledge(program, workspace.knowledge_folders()));
  } catch (const KnowledgeError&) {
  }
  const std::vector<FactChange> changes =
      diff_runs(store, arguments.runs[0], arguments.runs[1], knowledge ? &*knowledge : nullptr);
  const std::size_t width = terminal_width();
  std::map<std::string, std::size_t> counts;
  std::map<std::string, std::size_t> by_cause;
  for (const FactChange& change : changes) {
    ++counts[change.change];
    if (arguments.as_json) {
      print(json_of(change));
      continue;
    }
    if (change.change == "changed") {
      print("~ " + change.former_fact + "\n  -> " + change.fact + "\n");
    } else {
      print((change.change == "added" ? "+ " : "- ") + change.fact + "\n");
    }
    print("    " + change.uri + ":" + std::to_string(change.begin) + "-" + std::to_string(change.end) + "  " +
          (change.former_rule.empty() || change.former_rule == change.rule ? "" : change.former_rule + " -> ") +
          change.rule + "  " + change.key + "\n    “" + shortened(change.quote, width - 6) + "”\n");
    for (const ChangeCause& cause : change.causes) {
      print(std::string("    ") + (cause.is_certain ? "because " : "perhaps because ") + text_of(cause) + "\n");
    }
    if (!change.causes.empty()) {
      const ChangeCause& first = change.causes.front();
      ++by_cause[first.kind == "document" || first.kind == "given" ? "documents" : first.kind + " " + first.name];
    }
  }
  if (!arguments.as_json) {
    print(std::to_string(changes.size()) + " differences");
    for (const char* change : {"added", "removed", "changed"}) {
      if (counts.contains(change)) print(std::string(", ") + std::to_string(counts[change]) + " " + change);
    }
    print("\n");
    std::vector<std::pair<std::size_t, std::string>> order;
    for (const auto& [cause, count] : by_cause) order.emplace_back(count, cause);
    std::stable_sort(order.begin(), order.end(), [](const auto& a, const auto& b) { return a.first > b.first; });
    for (const auto& [count, cause] : order) print("  " + std::to_string(count) + "  " + cause + "\n");
  }
  return changes.empty() ? kDone : kDocumentsFailed;
}

void add_workspace(CLI::App& command, std::string& folder) {
  command.add_option("-w,--workspace", folder, "folder of the workspace, or one below it")->capture_default_str();
}

void add_show(Program& program) {
  const auto arguments = std::make_shared<ShowArguments>();
  CLI::App& command = *program.app.add_subcommand("show", "list the profiles, or show one");
  command.add_option("ID", arguments->id, "the profile's id, or one it had before");
  command.add_option("--lang", arguments->language, "language of the page")->capture_default_str();
  command.add_flag("--json", arguments->as_json, "the record instead of the page");
  add_known_names(command, arguments->known_names);
  add_workspace(command, arguments->folder);
  command.callback(
      [&program, arguments] { program.action = [&program, arguments] { return show_command(program, *arguments); }; });
}

void add_audit(Program& program) {
  const auto arguments = std::make_shared<AuditArguments>();
  CLI::App& command = *program.app.add_subcommand(
      "audit", "list facts with their places and words, and check each quote against its source");
  command.add_option("--source", arguments->source, "only from places whose name contains this");
  command.add_option("--fact", arguments->predicate, "only facts of this type, as in affiliation");
  command.add_option("--rule", arguments->rule, "only by rules whose id begins so");
  command.add_option("--words", arguments->words, "only where the quote contains this");
  add_known_names(command, arguments->known_names);
  command.add_flag("--json", arguments->as_json, "one JSON object a line");
  add_workspace(command, arguments->folder);
  command.callback(
      [&program, arguments] { program.action = [&program, arguments] { return audit_command(program, *arguments); }; });
}

void add_names(Program& program) {
  const auto arguments = std::make_shared<NamesArguments>();
  CLI::App& command = *program.app.add_subcommand(
      "names", "list the names that some documents have established and others may take as known");
  command.add_option("--words", arguments->words, "only names that contain this");
  command.add_flag("--json", arguments->as_json, "one JSON object a line");
  add_workspace(command, arguments->folder);
  command.callback(
      [&program, arguments] { program.action = [&program, arguments] { return names_command(program, *arguments); }; });
}

void add_decide(Program& program) {
  const auto arguments = std::make_shared<DecideArguments>();
  CLI::App& command = *program.app.add_subcommand("decide", "say what is right; kept for good, heeded by every build");
  command.require_subcommand(1);
  const auto add = [&](const char* name, const char* description) -> CLI::App& {
    CLI::App& verdict = *command.add_subcommand(name, description);
    add_workspace(verdict, arguments->folder);
    return verdict;
  };
  const struct {
    const char* name;
    const char* description;
    const char* things;
    bool takes_values;
  } kVerdicts[] = {
      {"accept", "facts are right", "KEY", false},
      {"reject", "facts are wrong: say why with --reason", "KEY", false},
      {"edit", "a fact is right with other values", "KEY", true},
      {"same", "profiles are one", "PROFILE", false},
      {"different", "no two of the profiles are one, whatever speaks for it", "PROFILE", false},
      {"unsure", "nobody knows whether the profiles are one; do not ask again", "PROFILE", false},
      {"pin", "a value of a profile is fixed, as in --set name=…", "PROFILE", true},
      {"add", "a fact that no source states: --set predicate=… and its arguments", "PROFILE", true},
      {"undo", "take back what was decided about a fact or a pair", "KEY or PROFILE PROFILE", false},
  };
  for (const auto& verdict : kVerdicts) {
    CLI::App& one = add(verdict.name, verdict.description);
    one.add_option(verdict.things, arguments->things, "what it is about")->required();
    one.add_option("--reason", arguments->reason, "why; of reject: misread, wrong_entity, source_wrong, out_of_scope");
    one.add_option("--source", arguments->source, "only what this source says (its id)");
    one.add_option("--who", arguments->who, "who decides")->envname("USER");
    one.add_flag("--anyway", arguments->anyway, "note it even if it finds nothing to apply to now");
    if (verdict.takes_values) one.add_option("--set", arguments->values, "NAME=VALUE");
    one.callback([&program, arguments, name = verdict.name] {
      arguments->verdict = name;
      program.action = [&program, arguments] { return decide_command(program, *arguments); };
    });
  }
  const auto run = [&](CLI::App& app, int (*command)(const DecideArguments&)) {
    app.callback(
        [&program, arguments, command] { program.action = [arguments, command] { return command(*arguments); }; });
  };
  run(add("log", "print all decisions, one JSON object a line"), export_decisions);
  CLI::App& import = add("import", "take over decisions from such a print; those that are there are passed over");
  import.add_option("FILE", arguments->file, "\"-\" is standard input")->required();
  run(import, import_decisions);
}

void add_diff(Program& program) {
  const auto arguments = std::make_shared<DiffArguments>();
  CLI::App& command = *program.app.add_subcommand(
      "diff", "facts that one run found and another did not, and the change that caused each");
  command.add_option("RUN", arguments->runs, "two numbers; none: list the runs")->expected(0, 2);
  command.add_flag("--json", arguments->as_json, "one JSON object a line");
  add_workspace(command, arguments->folder);
  command.callback(
      [&program, arguments] { program.action = [&program, arguments] { return diff_command(program, *arguments); }; });
}

}  // namespace

void add_review(Program& program) {
  add_show(program);
  add_audit(program);
  add_names(program);
  add_decide(program);
  add_diff(program);
}

}  // namespace dossier::cli
