// run, init, add, remove, build, status: from documents to records and pages, once or in a workspace.
#include <cstdio>
#include <filesystem>
#include <optional>

#include "pipeline/cli.h"
#include "pipeline/ingest.h"
#include "pipeline/workspace.h"

namespace dossier::cli {
namespace {

namespace fs = std::filesystem;

struct Arguments {
  std::vector<std::string> inputs;
  InputOptions given;
  std::string folder = ".";
  unsigned threads = 1;
  RenderOptions render;
  std::optional<bool> known_names;
  bool as_json = false;
};

void add_rendering(CLI::App& command, Arguments& arguments) {
  command.add_option("--languages", arguments.render.languages, "languages of the pages, as in it,en")
      ->delimiter(',')
      ->capture_default_str();
  command.add_flag("--html", arguments.render.html, "pages as HTML, too");
  command.add_flag("--json", arguments.as_json, "print the report as JSON");
}

void add_workspace(CLI::App& command, Arguments& arguments) {
  command.add_option("-w,--workspace", arguments.folder, "folder of the workspace, or one below it")
      ->capture_default_str();
}

void print_skipped(const Inputs& inputs) {
  std::string kinds;
  std::size_t count = 0;
  for (const auto& [ending, files] : inputs.skipped()) {
    kinds += (kinds.empty() ? "" : ", ") + ending + " " + std::to_string(files);
    count += files;
  }
  if (count > 0) std::fprintf(stderr, "passed over %zu files that are not text: %s\n", count, kinds.c_str());
}

int print_report(const Report& report, bool as_json, const fs::path& folder) {
  std::fputs((as_json ? to_json(report, Report::Scope::kRun) : to_text(report)).c_str(), stdout);
  if (!as_json) std::printf("%-12s%s\n", "in", folder.string().c_str());
  return report.failures.empty() ? kDone : kDocumentsFailed;
}

int run_command(const Program& program, const Arguments& arguments) {
  Inputs inputs = Inputs::of(arguments.inputs, arguments.given);
  print_skipped(inputs);
  const Knowledge knowledge = load_knowledge(program);
  Report report;
  {
    Progress progress(program);
    const BuildOptions options = {.threads = arguments.threads,
                                  .render = arguments.render,
                                  .known_names = arguments.known_names.value_or(true),
                                  .progress = [&](std::size_t done, std::size_t total,
                                                  std::uint64_t bytes) { progress.show(done, total, bytes); },
                                  .now = now()};
    report = run_once(std::move(inputs), knowledge, options, arguments.folder);
  }
  return print_report(report, arguments.as_json, arguments.folder);
}

int init_command(const Arguments& arguments) {
  if (arguments.folder.empty()) throw InputError("init: the name of the folder is empty - \".\" is the one you are in");
  const Workspace workspace = Workspace::create(arguments.folder);
  std::printf("%s: a workspace; `dossier add` puts sources into it, `dossier build` makes records and pages\n",
              workspace.folder().string().c_str());
  return kDone;
}

int add_command(const Arguments& arguments) {
  Workspace workspace = Workspace::open(arguments.folder);
  InputOptions given = arguments.given;
  given.base = workspace.folder();
  Inputs inputs = Inputs::of(arguments.inputs, given);
  print_skipped(inputs);
  const Workspace::Added added = workspace.add(std::move(inputs));
  std::printf("%zu added, %zu replaced, %zu were there\n", added.added, added.replaced, added.unchanged);
  for (const Report::Failure& failure : added.failures) {
    std::fprintf(stderr, "%s: %s\n", failure.uri.c_str(), failure.message.c_str());
  }
  return added.failures.empty() ? kDone : kDocumentsFailed;
}

int remove_command(const Arguments& arguments) {
  Workspace workspace = Workspace::open(arguments.folder);
  bool is_all_there = true;
  for (const std::string& name : arguments.inputs) {
    // As the user sees it from here, or as the workspace calls it.
    const bool is_removed =
        workspace.store().remove(place_of(name, workspace.folder())) || workspace.store().remove(name);
    if (!is_removed) std::fprintf(stderr, "%s: not in the workspace\n", name.c_str());
    is_all_there = is_all_there && is_removed;
  }
  return is_all_there ? kDone : kDocumentsFailed;
}

int build_command(const Program& program, const Arguments& arguments) {
  Workspace workspace = Workspace::open(arguments.folder);
  const bool known_names = arguments.known_names.value_or(workspace.settings().known_names);
  const Knowledge knowledge = load_knowledge(program, workspace.knowledge_folders());
  Report report;
  {
    Progress progress(program);
    report = workspace.build(knowledge, {.threads = arguments.threads,
                                         .render = arguments.render,
                                         .known_names = known_names,
                                         .progress = [&](std::size_t done, std::size_t total,
                                                         std::uint64_t bytes) { progress.show(done, total, bytes); },
                                         .now = now()});
  }
  return print_report(report, arguments.as_json, workspace.folder());
}

// What a build would have to do: places whose file changed or went away, sources without a result.
int status_command(const Program& program, const Arguments& arguments) {
  const Workspace workspace = Workspace::open(arguments.folder);
  const Knowledge knowledge = load_knowledge(program, workspace.knowledge_folders());
  const bool known_names = workspace.settings().known_names;
  const Workspace::View view = workspace.view(knowledge, known_names);
  std::uint64_t bytes = 0;
  const std::vector<StoredSource> sources = workspace.store().sources();
  for (const StoredSource& source : sources) bytes += source.bytes;
  std::printf("%-12s%s\n", "workspace", workspace.folder().string().c_str());
  std::printf("%-12s%zu, %.1f MB, %zu to extract\n", "sources", sources.size(), static_cast<double>(bytes) / 1e6,
              view.to_extract);
  if (known_names) {
    std::printf("%-12s%zu%s\n", "known names", view.names.entries().size(),
                view.to_read_again == 0
                    ? ""
                    : (", new or no longer known to " + std::to_string(view.to_read_again) + " documents").c_str());
  } else {
    std::printf("%-12soff (%s)\n", "known names", workspace.settings_file().string().c_str());
  }
  std::printf("%-12s%zu\n", "decisions", workspace.store().decisions().size());
  const std::vector<Run> runs = workspace.store().runs();
  if (runs.empty()) {
    std::printf("%-12snone\n", "last run");
  } else {
    const Run& last = runs.back();
    std::printf("%-12s%lld, %s%s\n", "last run", static_cast<long long>(last.number), last.at.c_str(),
                last.knowledge == knowledge.hash() ? "" : ", with other rules or lexicons");
  }
  for (const auto& [uri, id] : workspace.store().places()) {
    Input input;
    input.file = workspace.folder() / uri;
    std::error_code error;
    if (uri.find('#') != std::string::npos || uri == "-") continue;  // a line of a batch, standard input
    if (!fs::exists(input.file, error)) {
      std::printf("%-12s%s\n", "gone", uri.c_str());
      continue;
    }
    read(input);
    if (input.source.id != id) std::printf("%-12s%s\n", "changed", uri.c_str());
  }
  return kDone;
}

}  // namespace

void add_build(Program& program) {
  const auto add = [&program](const char* name, const char* description) -> CLI::App& {
    return *program.app.add_subcommand(name, description);
  };
  const auto on = [&program](CLI::App& command, std::function<int()> action) {
    command.callback([&program, action = std::move(action)] { program.action = action; });
  };
  const char* const kInputHelp = "files, folders, patterns; \"-\" is standard input";

  {
    const auto arguments = std::make_shared<Arguments>();
    CLI::App& command = add("run", "extract documents and write records and pages, keeping nothing else");
    command.add_option("INPUT", arguments->inputs, kInputHelp)->required();
    command.add_option("-o,--output", arguments->folder, "folder for records, pages and the report")->required();
    add_given(command, arguments->given);
    add_threads(command, arguments->threads);
    add_known_names(command, arguments->known_names);
    add_rendering(command, *arguments);
    on(command, [&program, arguments] { return run_command(program, *arguments); });
  }
  {
    const auto arguments = std::make_shared<Arguments>();
    CLI::App& command = add("init", "make a workspace: a folder that remembers sources and decisions");
    command.add_option("FOLDER", arguments->folder, "where; made if it does not exist")->capture_default_str();
    on(command, [arguments] { return init_command(*arguments); });
  }
  {
    const auto arguments = std::make_shared<Arguments>();
    CLI::App& command = add("add", "put sources into the workspace, or their new versions");
    command.add_option("INPUT", arguments->inputs, kInputHelp)->required();
    add_given(command, arguments->given);
    add_workspace(command, *arguments);
    on(command, [arguments] { return add_command(*arguments); });
  }
  {
    const auto arguments = std::make_shared<Arguments>();
    CLI::App& command = add("remove", "take sources out of the workspace; decisions about them stay");
    command.add_option("NAME", arguments->inputs, "files, or names as `dossier audit` shows them")->required();
    add_workspace(command, *arguments);
    on(command, [arguments] { return remove_command(*arguments); });
  }
  {
    const auto arguments = std::make_shared<Arguments>();
    CLI::App& command = add("build", "extract what changed, merge, and write what changes in records and pages");
    add_workspace(command, *arguments);
    add_threads(command, arguments->threads);
    add_known_names(command, arguments->known_names);
    add_rendering(command, *arguments);
    on(command, [&program, arguments] { return build_command(program, *arguments); });
  }
  {
    const auto arguments = std::make_shared<Arguments>();
    CLI::App& command = add("status", "tell what the workspace holds and what a build would have to do");
    add_workspace(command, *arguments);
    on(command, [&program, arguments] { return status_command(program, *arguments); });
  }
}

}  // namespace dossier::cli
