// The program: parses the command line, does what was asked, and turns errors into messages and exit codes (cli.h).
#include <malloc.h>

#include <cstdio>
#include <exception>
#include <iostream>

#include "grammars/knowledge_error.h"
#include "pipeline/cli.h"

namespace {

using namespace dossier;

// What the parser's own message does not say: "dossier bild" -> `bild` is no command, did you mean `dossier build`?
std::string advice_for(const CLI::App& app, int count, char** arguments) {
  std::vector<std::string> names;
  for (const CLI::App* command : app.get_subcommands([](const CLI::App*) { return true; })) {
    names.push_back(command->get_name());
  }
  for (int i = 1; i < count; ++i) {
    const std::string word = arguments[i];
    if (word.size() > 1 && word.front() == '-') {
      const std::size_t equals = word.find('=');
      const CLI::Option* option = app.get_option_no_throw(word.substr(0, equals));
      if (option == nullptr) return "unknown option " + word + "\n";
      if (equals == std::string::npos && option->get_items_expected_max() > 0) ++i;  // its value
      continue;
    }
    if (std::find(names.begin(), names.end(), word) != names.end()) return "";
    const std::string near = did_you_mean(word, names);
    return "`" + word + "` is no command" + (near.empty() ? "" : ", did you mean `dossier " + near + "`?") + "\n";
  }
  return "";
}

int run(int count, char** arguments) {
  cli::Program program;
  program.app.description("Turns interviews, articles and slide text into cited profiles of people and organizations.");
  program.app.name("dossier");
  program.app.set_version_flag("--version", "dossier " DOSSIER_VERSION);
  program.app.set_help_all_flag("--help-all", "print the help of every command");
  program.app.require_subcommand(1);
  program.app.fallthrough();
  program.app.add_option("--knowledge", program.knowledge_folders, "folder with further rules, lexicons and tables")
      ->check(CLI::ExistingDirectory)
      ->take_all()
      ->allow_extra_args(false);
  program.app.add_flag("-q,--quiet", program.is_quiet, "no progress on the terminal");
  cli::add_extract(program);
  cli::add_build(program);
  cli::add_review(program);
  cli::add_rules(program);
  for (CLI::App* command : program.app.get_subcommands([](const CLI::App*) { return true; })) {
    command->set_version_flag("--version", "dossier " DOSSIER_VERSION);
  }
  try {
    program.app.parse(count, arguments);
  } catch (const CLI::ParseError& error) {
    if (error.get_exit_code() == 0) return program.app.exit(error);
    const std::string advice = advice_for(program.app, count, arguments);
    if (advice.empty()) {
      program.app.exit(error, std::cout, std::cerr);
    } else {
      std::cerr << advice << "Run with --help for the commands and options that there are.\n";
    }
    return cli::kWrongUse;
  }
  return program.action();
}

// What a batch of documents took is taken by the next: given back to the system in between, it costs a page fault for
// each page and a tenth of the time. Single blocks of a megabyte and more, which only long documents need, go back.
void keep_memory() {
#ifdef __GLIBC__
  mallopt(M_TRIM_THRESHOLD, 256 << 20);
  mallopt(M_MMAP_THRESHOLD, 1 << 20);
#endif
}

}  // namespace

int main(int count, char** arguments) {
  keep_memory();
  std::ios::sync_with_stdio(false);
  try {
    return run(count, arguments);
  } catch (const dossier::KnowledgeError& error) {
    for (const dossier::Problem& problem : error.problems()) std::fprintf(stderr, "%s\n", problem.to_string().c_str());
    std::fprintf(stderr, "dossier: %zu problem%s in the knowledge files; nothing was done\n", error.problems().size(),
                 error.problems().size() == 1 ? "" : "s");
  } catch (const std::exception& error) {
    std::fprintf(stderr, "dossier: %s\n", error.what());
  }
  return dossier::cli::kWrongUse;
}
