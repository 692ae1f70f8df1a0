// rules check, test, list, show, profile; explain: working on rules with what the program knows about them.
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <optional>
#include <stdexcept>

#include "grammars/knowledge_error.h"
#include "grammars/rules.h"
#include "pipeline/cli.h"
#include "pipeline/explain.h"
#include "pipeline/ingest.h"
#include "pipeline/json_text.h"
#include "pipeline/rule_report.h"
#include "pipeline/workspace.h"

namespace dossier::cli {
namespace {

void print(const std::string& text) {
  std::fwrite(text.data(), 1, text.size(), stdout);
}

struct RuleArguments {
  std::vector<std::string> files;  // of rules, beside the knowledge
  std::vector<std::string> inputs;
  std::string id;
  bool as_json = false;
  bool shows_all = false;
  InputOptions given;
};

Knowledge load(const Program& program, const RuleArguments& arguments) {
  Knowledge::Options options;
  options.folders.push_back(Knowledge::default_folder());
  options.folders.insert(options.folders.end(), program.knowledge_folders.begin(), program.knowledge_folders.end());
  options.cache = Knowledge::default_cache();
  options.extra_rules.assign(arguments.files.begin(), arguments.files.end());
  return Knowledge::load(options);
}

// --- check -----------------------------------------------------------------------------------------------------------

int check_command(const Program& program, const RuleArguments& arguments) {
  std::vector<Problem> problems;
  std::size_t rules = 0;
  try {
    const Knowledge knowledge = load(program, arguments);
    rules = knowledge.rule_set().rules().size();
    problems = check_rules(knowledge);
  } catch (const KnowledgeError& error) {
    problems = error.problems();
  }
  for (const Problem& problem : problems) {
    if (arguments.as_json) {
      std::string line = "{\"file\":";
      append_json_string(line, problem.file);
      append_json_number(line += ",\"line\":", std::uint64_t{problem.line});
      append_json_number(line += ",\"column\":", std::uint64_t{problem.column});
      append_json_string(line += ",\"what\":", problem.what);
      append_json_string(line += ",\"piece\":", problem.piece);
      append_json_string(line += ",\"advice\":", problem.advice);
      print(line + "}\n");
    } else {
      print(problem.to_string() + "\n");
    }
  }
  if (!arguments.as_json && problems.empty()) print(std::to_string(rules) + " rules, nothing to mend\n");
  return problems.empty() ? kDone : kWrongUse;
}

// --- test ------------------------------------------------------------------------------------------------------------

// `id` is the beginning of ids: there must be one.
void check_prefix(const Knowledge& knowledge, const std::string& id) {
  std::vector<std::string> names;
  for (const RuleInfo& rule : knowledge.rules()) {
    if (rule.id.starts_with(id)) return;
    names.push_back(rule.id);
  }
  const std::string near = did_you_mean(id, names);
  throw InputError(id + ": no rule has an id that begins so - " +
                   (near.empty() ? "`dossier rules list` lists them" : "did you mean " + near + "?"));
}

int test_command(const Program& program, const RuleArguments& arguments) {
  const Knowledge knowledge = load(program, arguments);
  check_prefix(knowledge, arguments.id);
  const std::vector<ExampleOutcome> outcomes = test_rules(knowledge, arguments.id);
  std::size_t failed = 0;
  for (const ExampleOutcome& outcome : outcomes) {
    failed += outcome.holds ? 0 : 1;
    const RuleInfo& rule = knowledge.rules()[outcome.rule];
    if (arguments.as_json) {
      std::string line = "{\"rule\":";
      append_json_string(line, rule.id);
      append_json_string(line += ",\"file\":", rule.file);
      append_json_number(line += ",\"line\":", std::uint64_t{outcome.line});
      line += outcome.is_positive ? ",\"kind\":\"yes\"" : ",\"kind\":\"no\"";
      append_json_string(line += ",\"text\":", outcome.text);
      line += outcome.holds ? ",\"holds\":true" : ",\"holds\":false";
      append_json_string(line += ",\"expected\":", outcome.expected);
      append_json_string(line += ",\"got\":", outcome.got);
      print(line + "}\n");
    } else if (!outcome.holds) {
      print(rule.file + ":" + std::to_string(outcome.line) + ": " + rule.id + "  " +
            (outcome.is_positive ? "yes" : "no") + " \"" + outcome.text + "\"\n    expected  " + outcome.expected +
            "\n    got       " + outcome.got + "\n");
    }
  }
  if (!arguments.as_json) {
    print(std::to_string(outcomes.size()) + " examples, " +
          (failed == 0 ? std::string("all hold\n") : std::to_string(failed) + " do not hold\n"));
  }
  return failed == 0 ? kDone : kDocumentsFailed;
}

// --- list, show ------------------------------------------------------------------------------------------------------

std::string target_of(const Knowledge& knowledge, const CompiledAction& action) {
  const std::string name =
      action.is_fact ? knowledge.predicates()[action.predicate].name : knowledge.types()[action.type].name;
  return (action.forbids ? "forbid " : "") + name;
}

std::string targets_of(const Knowledge& knowledge, RuleId id) {
  const std::span<const CompiledRule> rules = knowledge.rule_set().rules();
  if (id >= rules.size()) return "";
  std::string out;
  for (const CompiledAction& action : rules[id].actions)
    out += (out.empty() ? "" : ", ") + target_of(knowledge, action);
  return out;
}

std::string number(double value) {
  std::string out;
  append_json_number(out, value);
  return out;
}

int list_command(const Program& program, const RuleArguments& arguments) {
  const Knowledge knowledge = load(program, arguments);
  check_prefix(knowledge, arguments.id);
  const RuleSet& set = knowledge.rule_set();
  std::vector<std::vector<std::string>> rows = {{"rule", "phase", "makes", "confidence", "place"}};
  for (RuleId id = 0; id < knowledge.rules().size(); ++id) {
    const RuleInfo& rule = knowledge.rules()[id];
    if (!rule.id.starts_with(arguments.id)) continue;
    const bool is_code = id >= set.rules().size();
    const std::string phase = is_code ? "code" : set.phases()[set.rules()[id].phase];
    if (arguments.as_json) {
      std::string line = "{\"rule\":";
      append_json_string(line, rule.id);
      append_json_string(line += ",\"phase\":", phase);
      append_json_string(line += ",\"makes\":", targets_of(knowledge, id));
      append_json_number(line += ",\"confidence\":", rule.confidence);
      append_json_string(line += ",\"file\":", rule.file);
      append_json_number(line += ",\"line\":", std::uint64_t{rule.line});
      print(line + "}\n");
    }
    rows.push_back({rule.id, phase, targets_of(knowledge, id), number(rule.confidence), place_of_rule(rule)});
  }
  if (!arguments.as_json) print(headed_table(rows));
  return kDone;
}

int show_command(const Program& program, const RuleArguments& arguments) {
  const Knowledge knowledge = load(program, arguments);
  const RuleId id = knowledge.rule(arguments.id);
  if (id == kNone) {
    std::vector<std::string> names;
    for (const RuleInfo& rule : knowledge.rules()) names.push_back(rule.id);
    const std::string near = did_you_mean(arguments.id, names);
    throw InputError(arguments.id + ": no such rule - " +
                     (near.empty() ? "`dossier rules list` lists them" : "did you mean " + near + "?"));
  }
  print("# " + place_of_rule(knowledge.rules()[id]) + "\n" + rule_source(knowledge, id));
  return kDone;
}

// --- profile ---------------------------------------------------------------------------------------------------------

std::string percent(double share) {
  char text[32];
  std::snprintf(text, sizeof text, "%.1f%%", 100 * share);
  return text;
}

int profile_command(const Program& program, const RuleArguments& arguments) {
  Inputs inputs = Inputs::of(arguments.inputs, arguments.given);
  const Knowledge knowledge = load(program, arguments);
  check_prefix(knowledge, arguments.id);
  RuleProfiler profiler(knowledge);
  std::optional<Progress> progress(std::in_place, program);
  bool has_failed = false;
  std::size_t done = 0;
  while (std::optional<Input> input = inputs.next()) {
    read(*input);
    if (!input->error.empty()) {
      std::fprintf(stderr, "%s: %s\n", input->source.uri.c_str(), input->error.c_str());
      has_failed = true;
      continue;
    }
    profiler.add(input->source);
    progress->show(++done, inputs.file_count(), profiler.bytes());
  }
  progress.reset();
  std::vector<std::vector<std::string>> rows = {
      {"rule", "tried", "looked", "matched", "kept", "named", "only", "cut", "share", "mostly suppressed by"}};
  for (const RuleProfile& row : profiler.rows()) {
    const RuleInfo& rule = knowledge.rules()[row.rule];
    if (!rule.id.starts_with(arguments.id) || (row.matched == 0 && !arguments.shows_all)) continue;
    if (arguments.as_json) {
      std::string line = "{\"rule\":";
      append_json_string(line, rule.id);
      append_json_number(line += ",\"tried\":", row.tried);
      append_json_number(line += ",\"looked\":", row.looked);
      append_json_number(line += ",\"matched\":", row.matched);
      append_json_number(line += ",\"kept\":", row.kept);
      append_json_number(line += ",\"named\":", row.named);
      append_json_number(line += ",\"only\":", row.only);
      append_json_number(line += ",\"cut\":", row.cut);
      append_json_number(line += ",\"share\":", row.share);
      line += ",\"suppressed_by\":{";
      for (const auto& [by, times] : row.suppressed_by) {
        append_json_string(line += line.back() == '{' ? "" : ",", knowledge.rules()[by].id);
        append_json_number(line += ":", times);
      }
      print(line + "}}\n");
      continue;
    }
    std::string by;
    for (std::size_t i = 0; i < std::min<std::size_t>(2, row.suppressed_by.size()); ++i) {
      by += (i == 0 ? "" : ", ") + knowledge.rules()[row.suppressed_by[i].first].id + " " +
            std::to_string(row.suppressed_by[i].second);
    }
    rows.push_back({rule.id, std::to_string(row.tried), std::to_string(row.looked), std::to_string(row.matched),
                    std::to_string(row.kept), std::to_string(row.named), std::to_string(row.only),
                    std::to_string(row.cut), percent(row.share), by});
  }
  if (!arguments.as_json) print(headed_table(rows));
  return has_failed ? kDocumentsFailed : kDone;
}

// --- explain ---------------------------------------------------------------------------------------------------------

struct ExplainArguments {
  std::string place;
  std::string fact;
  std::string mention;
  std::string folder;  // of a workspace; empty: the one around the document
  std::optional<bool> known_names;
  std::size_t candidates = ExplainRequest{}.max_candidates;
  bool as_json = false;
  InputOptions given;
};

// "talks/a.md:120", "talks/a.md:120-158" as `audit` prints it: what follows the last colon is an offset, or a range of
// them, unless there is a file of the whole name.
std::pair<std::string, std::optional<std::uint64_t>> split_place(const std::string& place) {
  const std::size_t colon = place.rfind(':');
  if (colon == std::string::npos || std::filesystem::exists(place)) return {place, std::nullopt};
  std::string digits = place.substr(colon + 1);
  const auto is_number = [](const std::string& text) {
    return !text.empty() && text.size() < 19 && text.find_first_not_of("0123456789") == std::string::npos;
  };
  if (const std::size_t dash = digits.find('-'); dash != std::string::npos && is_number(digits.substr(dash + 1)))
    digits.resize(dash);
  if (!is_number(digits)) return {place, std::nullopt};
  return {place.substr(0, colon), std::stoull(digits)};
}

// The document on disk, or, "batch.jsonl#7", one line of a file of them.
std::optional<Source> read_document(const std::string& name, const InputOptions& given) {
  std::string file = name;
  const std::size_t mark = name.rfind('#');
  const bool is_line = name != "-" && !std::filesystem::exists(name) && mark != std::string::npos &&
                       std::filesystem::exists(name.substr(0, mark));
  if (is_line) file.resize(mark);
  if (name != "-" && !std::filesystem::exists(file)) return std::nullopt;
  if (std::filesystem::is_directory(file)) throw InputError(name + ": is a folder - name one document");
  Inputs inputs = Inputs::of({file}, given);
  std::optional<Input> found;
  std::size_t count = 0;
  while (std::optional<Input> input = inputs.next()) {
    ++count;
    if (is_line ? input->source.uri.ends_with(name.substr(mark)) : count == 1) found = std::move(*input);
  }
  if (!is_line && count > 1) {
    throw InputError(name + ": holds " + std::to_string(count) + " documents - name one, as in " + name + "#1");
  }
  if (!found) throw InputError(name + ": no document there");
  read(*found);
  if (!found->error.empty()) throw InputError(name + ": " + found->error);
  return std::move(found->source);
}

// The workspace that explains the document: the one that was named, else the one around it if the document is in it.
std::optional<Workspace> workspace_of(const ExplainArguments& arguments, const std::string& name) {
  if (!arguments.folder.empty()) return Workspace::open(arguments.folder);
  try {
    Workspace workspace = Workspace::open(".");
    const auto places = workspace.store().places();
    const std::string place = place_of(name, workspace.folder());
    const bool is_in_it = std::any_of(places.begin(), places.end(),
                                      [&](const auto& each) { return each.first == place || each.first == name; });
    if (is_in_it) return workspace;
  } catch (const StoreError&) {  // none, or a broken one: the document can be explained without
  }
  return std::nullopt;
}

// As the workspace keeps it; what was given with it holds unless it is given anew.
std::optional<Source> stored_document(const Workspace& workspace, const std::string& name, const InputOptions& given) {
  const std::string place = place_of(name, workspace.folder());
  for (const auto& [uri, id] : workspace.store().places()) {
    if (uri != place && uri != name) continue;
    std::optional<Source> source = workspace.store().load(id);
    if (source && !given.language.empty()) source->language = given.language;
    if (source && !given.date.empty()) source->date = given.date;
    if (source && given.kind != DocumentKind::kAuto) source->kind = given.kind;
    return source;
  }
  return std::nullopt;
}

// The names that other documents of the workspace make known to this one.
std::vector<KnownFrom> known_to(const Workspace& workspace, const Knowledge& knowledge, const Source& source) {
  const Workspace::View view = workspace.view(knowledge, /*known_names=*/true);
  DocumentResult words;
  words.source_id = source.id;
  words.name_words = name_words_of(ingest(source, knowledge));
  std::vector<KnownFrom> out;
  for (KnownName& name : view.names.for_document(words)) {
    KnownFrom& known = out.emplace_back();
    for (const KnownNames::Voucher& voucher : view.names.find(name)->vouchers) {
      if (voucher.source != source.id) known.from.push_back(describe(voucher));
    }
    known.name = std::move(name);
  }
  return out;
}

int explain_command(const Program& program, const ExplainArguments& arguments) {
  const auto [name, offset] = split_place(arguments.place);
  const std::optional<Workspace> workspace = workspace_of(arguments, name);
  InputOptions given = arguments.given;
  if (workspace) given.base = workspace->folder();
  // The file as it is now; what the workspace keeps of it may be older.
  std::optional<Source> source = read_document(name, given);
  if (!source && workspace) source = stored_document(*workspace, name, given);
  if (!source) {
    throw InputError(name + ": no such file" + (workspace ? ", and no such place in the workspace" : ""));
  }
  const Knowledge knowledge =
      load_knowledge(program, workspace ? workspace->knowledge_folders() : std::vector<std::filesystem::path>{});
  ExplainRequest request;
  request.offset = offset;
  request.fact = arguments.fact;
  request.mention = arguments.mention;
  request.max_candidates = arguments.candidates;
  if (workspace && arguments.known_names.value_or(workspace->settings().known_names))
    request.known = known_to(*workspace, knowledge, *source);
  std::vector<Explanation> explanations;
  try {
    explanations = explain(*source, knowledge, request);
  } catch (const std::invalid_argument& error) {
    throw InputError(error.what());
  }
  const bool is_terminal = isatty(STDOUT_FILENO) == 1 && std::getenv("NO_COLOR") == nullptr;
  print(arguments.as_json ? render_json(explanations) : render_text(explanations, terminal_width(), is_terminal));
  return kDone;
}

void add_explain(Program& program) {
  const auto arguments = std::make_shared<ExplainArguments>();
  CLI::App& command =
      *program.app.add_subcommand("explain", "why something is in the result, and why something is not");
  command
      .add_option("FILE", arguments->place,
                  "the document, or its place in a workspace; FILE:OFFSET for the sentence at that byte")
      ->required();
  command.add_option("--fact", arguments->fact, "facts of this type, as in affiliation; also one that is not there");
  command.add_option("--mention", arguments->mention, "mentions of this type; also one that is not there")
      ->excludes("--fact");
  command.add_option("--rules", arguments->candidates, "how many rules to tell about for what is not there")
      ->check(CLI::Range(1, 10000))
      ->capture_default_str();
  command.add_flag("--json", arguments->as_json, "the tree as JSON");
  command.add_option("-w,--workspace", arguments->folder,
                     "explain it as this workspace extracts it; without: the one that the document is in");
  add_known_names(command, arguments->known_names);
  add_given(command, arguments->given);
  command.callback([&program, arguments] {
    program.action = [&program, arguments] { return explain_command(program, *arguments); };
  });
}

}  // namespace

void add_rules(Program& program) {
  add_explain(program);
  CLI::App& rules = *program.app.add_subcommand("rules", "check, test, list, show and profile rules");
  rules.require_subcommand(1);
  const auto arguments = std::make_shared<RuleArguments>();
  const auto add = [&](const char* name, const char* description,
                       int (*run)(const Program&, const RuleArguments&)) -> CLI::App& {
    CLI::App& command = *rules.add_subcommand(name, description);
    command.add_option("--rules", arguments->files, "a rule file beside the knowledge folders")
        ->check(CLI::ExistingFile)
        ->take_all()
        ->allow_extra_args(false);
    command.callback([&program, arguments, run] {
      program.action = [&program, arguments, run] { return run(program, *arguments); };
    });
    return command;
  };
  CLI::App& check = add("check", "find what is wrong with rules, lexicons and tables, all at once", check_command);
  check.add_flag("--json", arguments->as_json, "one JSON object a line");
  CLI::App& test = add("test", "run the examples of rules through the whole pipeline", test_command);
  test.add_option("ID", arguments->id, "only rules whose id begins so");
  test.add_flag("--json", arguments->as_json, "one JSON object a line, also for examples that hold");
  CLI::App& list = add("list", "list rules, those that are code too", list_command);
  list.add_option("ID", arguments->id, "only rules whose id begins so");
  list.add_flag("--json", arguments->as_json, "one JSON object a line");
  CLI::App& show = add("show", "print a rule with its examples", show_command);
  show.add_option("ID", arguments->id, "the rule")->required();
  CLI::App& profile = add("profile", "what each rule did on documents, and what it cost", profile_command);
  profile.add_option("INPUT", arguments->inputs, "files, folders, \"-\"")->required();
  profile.add_option("--id", arguments->id, "only rules whose id begins so");
  profile.add_flag("--all", arguments->shows_all, "also rules that never matched");
  profile.add_flag("--json", arguments->as_json, "one JSON object a line");
  add_given(profile, arguments->given);
}

}  // namespace dossier::cli
