// extract and eval: from documents to mentions and facts, and how well that went.
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <iostream>
#include <sstream>

#include "pipeline/cli.h"
#include "pipeline/eval.h"
#include "pipeline/extract.h"
#include "pipeline/in_order.h"
#include "pipeline/ingest.h"
#include "pipeline/process.h"
#include "pipeline/request.h"

namespace dossier::cli {
namespace {

struct Line {
  std::string text;
  std::uint64_t number = 0;
};

struct Answer {
  std::string line;
  bool has_failed = false;
};

// Answers every request that `next` gives with one line, in order.
void answer(const Knowledge& knowledge, unsigned threads, const InputOptions& given, const Extractor::Options& options,
            const std::function<std::optional<Line>()>& next, const std::function<void(const Answer&)>& done) {
  std::vector<std::unique_ptr<Extractor>> extractors(threads);
  const auto work = [&](unsigned worker, std::vector<Line> lines) {
    std::vector<Request> requests;
    std::vector<Input> inputs(lines.size());
    std::vector<const Input*> readable;
    for (std::size_t i = 0; i < lines.size(); ++i) {
      Request& request = requests.emplace_back();
      const std::string error = error_of([&] { request = parse_request(lines[i].text, lines[i].number); });
      if (!error.empty()) request.error = error;
      if (!request.error.empty()) continue;
      Source& source = inputs[i].source = std::move(request.source);
      if (source.language.empty()) source.language = given.language;
      if (source.date.empty()) source.date = given.date;
      if (source.kind == DocumentKind::kAuto) source.kind = given.kind;
      readable.push_back(&inputs[i]);
    }
    std::vector<Answer> answers;
    auto request = requests.begin();
    const auto add_errors = [&] {
      for (; request != requests.end() && !request->error.empty(); ++request)
        answers.push_back({error_line(*request), true});
    };
    add_errors();
    process(readable, extractors[worker], knowledge, options, [&](const Processed& processed) {
      if (processed.is_document) {
        Answer answer{{}, has_failed(processed.result)};
        request->error = error_of([&] { answer.line = protocol_line(processed.result, request->id); });
        if (request->error.empty()) answers.push_back(std::move(answer));
      } else {
        request->error = processed.result.diagnostics.front().message;
      }
      if (!request->error.empty()) answers.push_back({error_line(*request), true});
      ++request;
      add_errors();
    });
    return answers;
  };
  const auto size_of = [](const Line& line) { return line.text.size(); };
  run_in_order<Line, Answer>(threads, {.next = next, .work = work, .done = done, .size = size_of});
}

// Lines that hold anything; the empty ones are counted and passed over.
std::function<std::optional<Line>()> lines_of(std::istream& stream) {
  return [&stream, number = std::uint64_t{0}]() mutable -> std::optional<Line> {
    for (std::string text; std::getline(stream, text);) {
      ++number;
      if (text.find_first_not_of(" \t\r") != std::string::npos) return Line{std::move(text), number};
    }
    return std::nullopt;
  };
}

void print(const std::string& text) {
  if (std::fwrite(text.data(), 1, text.size(), stdout) != text.size() || std::fflush(stdout) != 0) {
    throw std::runtime_error("standard output cannot be written");
  }
}

// Lines are long: none is copied for the sake of its end.
void print_line(const std::string& line) {
  const bool is_written = std::fwrite(line.data(), 1, line.size(), stdout) == line.size();
  if (!is_written || std::fputc('\n', stdout) == EOF || std::fflush(stdout) != 0) {
    throw std::runtime_error("standard output cannot be written");
  }
}

std::string value_of(const DocumentResult& result, const ResultMention& mention) {
  if (mention.date != kNone) {
    const Date& date = result.dates[mention.date];
    return date.edtf.empty() ? date.offset : date.edtf;
  }
  if (mention.statistic != kNone) {
    const Statistic& statistic = result.statistics[mention.statistic];
    std::string out = statistic.comparator == Comparator::kEqual ? "" : std::string(name_of(statistic.comparator));
    out += statistic.number.to_string();
    if (statistic.number_max) out += ".." + statistic.number_max->to_string();
    return out + (statistic.unit.empty() ? "" : " " + statistic.unit);
  }
  if (mention.role != kNone) return result.roles[mention.role].category;
  if (mention.entity != kNone) return result.entities[mention.entity].name;
  return "";
}

std::string readable(const DocumentResult& result) {
  const std::size_t width = terminal_width();
  std::string out = result.uri;
  if (!result.kind.empty()) {  // else nothing was read
    out += "  " + result.kind + ", " + result.language + (result.date.empty() ? "" : ", " + result.date) + ", " +
           std::to_string(result.tokens) + " tokens";
  }
  out += "\n";
  for (const Diagnostic& diagnostic : result.diagnostics) {
    out +=
        "  " + std::string(name_of(diagnostic.severity)) + ": " + diagnostic.message + " [" + diagnostic.code + "]\n";
  }
  std::vector<std::vector<std::string>> rows;
  for (const ResultMention& mention : result.mentions) {
    const std::string quote = shortened(mention.text, 40);
    const std::string value = shortened(value_of(result, mention), 40);
    rows.push_back(
        {"  " + std::to_string(mention.begin), mention.type, quote, value == quote ? "" : value, mention.rule});
  }
  out += table(rows);
  rows.clear();
  for (const ResultFact& fact : result.facts) {
    std::string arguments;
    for (const auto& [name, index] : fact.arguments) {
      const ResultMention& mention = result.mentions[index];
      const std::string value = value_of(result, mention);
      const bool is_named = mention.entity != kNone || mention.date != kNone;
      arguments += (arguments.empty() ? "" : ", ") + name + " " + (is_named && !value.empty() ? value : mention.text);
    }
    if (!fact.text.empty()) arguments += (arguments.empty() ? "" : ", ") + fact.text;
    std::string period = fact.period.from;
    if (!fact.period.from.empty() || !fact.period.to.empty()) period += "–" + fact.period.to;
    if (fact.period.status != Status::kUnknown)
      period += (period.empty() ? "" : " ") + std::string(name_of(fact.period.status));
    rows.push_back({"  " + std::to_string(fact.begin), fact.predicate,
                    shortened(arguments, std::max<std::size_t>(width, 80) - 40), period, fact.rule});
  }
  return out + (rows.empty() ? "" : "  facts\n") + table(rows);
}

// What ingest made of a document: its metadata, then one line a block with where it starts in the source.
//
//   412  paragraph  turn 2  Thank you for coming to Trieste.
std::string readable(const Source& source, const Document& document) {
  std::string out = source.uri + "  " + std::string(name_of(document.kind)) +
                    (document.languages.empty() ? "" : ", " + document.languages.front()) +
                    (document.date.empty() ? "" : ", " + document.date) + "\n";
  for (const Diagnostic& diagnostic : document.diagnostics) {
    out +=
        "  " + std::string(name_of(diagnostic.severity)) + ": " + diagnostic.message + " [" + diagnostic.code + "]\n";
  }
  const std::size_t width = std::max<std::size_t>(terminal_width(), 80) - 36;
  std::vector<std::vector<std::string>> rows;
  for (const MetadataField& field : document.metadata) {
    rows.push_back({"  ", field.name, "", shortened(field.value, width)});
  }
  for (const Block& block : document.blocks) {
    std::string place;
    if (block.turn != kNone) place = "turn " + std::to_string(block.turn);
    if (block.slide != kNone) place = "slide " + std::to_string(block.slide);
    if (block.table != kNone) place = "row " + std::to_string(block.row) + ", column " + std::to_string(block.column);
    rows.push_back({"  " + std::to_string(document.map.to_source(block.span).begin), std::string(name_of(block.kind)),
                    place, shortened(document.slice(block.span), width)});
  }
  return out + table(rows);
}

int extract_blocks(const Program& program, Inputs inputs) {
  const Knowledge knowledge = load_knowledge(program);
  bool has_any_failed = false;
  while (std::optional<Input> input = inputs.next()) {
    read(*input);
    if (!input->error.empty()) {
      has_any_failed = true;
      print(input->source.uri + "\n  error: " + input->error + "\n");
      continue;
    }
    print(readable(input->source, ingest(input->source, knowledge)));
  }
  return has_any_failed ? kDocumentsFailed : kDone;
}

int extract_lines(const Knowledge& knowledge, unsigned threads, const InputOptions& given,
                  const Extractor::Options& options) {
  bool has_any_failed = false;
  answer(knowledge, threads, given, options, lines_of(std::cin), [&](const Answer& one) {
    has_any_failed = has_any_failed || one.has_failed;
    print_line(one.line);
  });
  return has_any_failed ? kDocumentsFailed : kDone;
}

int extract_files(const Program& program, Inputs inputs, unsigned threads, bool as_lines,
                  const Extractor::Options& options) {
  const Knowledge knowledge = load_knowledge(program);
  bool has_any_failed = false;
  process(
      knowledge, threads, [&] { return inputs.next(); },
      [&](Processed processed) {
        const DocumentResult& result = processed.result;
        has_any_failed = has_any_failed || has_failed(result);
        if (!as_lines) {
          print(readable(result));
        } else if (processed.is_document) {
          print_line(protocol_line(result, result.uri));
        } else {
          print(error_line({.id = result.uri, .error = result.diagnostics.front().message}) + "\n");
        }
      },
      options);
  return has_any_failed ? kDocumentsFailed : kDone;
}

std::string contents(const std::string& file) {
  std::ifstream stream(file, std::ios::binary);
  if (!stream) throw InputError(file + ": cannot be opened for reading");
  std::ostringstream out;
  out << stream.rdbuf();
  return std::move(out).str();
}

// Gold files by name; in folders those whose lines hold gold.
std::vector<std::string> gold_files(const std::vector<std::string>& arguments) {
  namespace fs = std::filesystem;
  std::vector<std::string> files;
  std::string missing;
  for (const std::string& argument : arguments) {
    if (!fs::exists(argument)) {
      missing += (missing.empty() ? "" : "\n") + argument + ": no such file or folder";
    } else if (!fs::is_directory(argument)) {
      files.push_back(argument);
    } else {
      std::vector<std::string> found;
      for (const auto& entry : fs::recursive_directory_iterator(argument)) {
        if (!entry.is_regular_file() || entry.path().extension() != ".jsonl") continue;
        std::ifstream stream(entry.path());
        std::string line;
        std::getline(stream, line);
        if (line.find("\"mentions\":") != std::string::npos || line.find("\"passages\":") != std::string::npos) {
          found.push_back(entry.path().lexically_normal().string());
        }
      }
      std::sort(found.begin(), found.end());
      files.insert(files.end(), found.begin(), found.end());
      if (found.empty())
        missing +=
            (missing.empty() ? "" : "\n") + argument + ": no gold file (*.jsonl with mentions or passages) in it";
    }
  }
  if (!missing.empty()) throw InputError(missing);
  return files;
}

struct EvalArguments {
  std::vector<std::string> gold;
  std::string system;
  std::string errors_of;
  bool as_json = false;
  unsigned threads = 1;
  Extractor::Options options;
};

int evaluate_files(const Program& program, const EvalArguments& arguments) {
  const std::vector<std::string> files = gold_files(arguments.gold);
  if (!arguments.system.empty() && files.size() != 1) {
    throw InputError("--system answers one gold file, not " + std::to_string(files.size()) + " - name one");
  }
  const Knowledge knowledge = load_knowledge(program);
  const std::vector<EvalProperty> properties = load_eval_properties(knowledge.file("eval_properties.tsv"));
  for (const std::string& file : files) {
    const std::string gold = contents(file);
    std::string system;
    if (!arguments.system.empty()) {
      system = contents(arguments.system);
    } else {
      std::istringstream lines(gold);
      answer(knowledge, arguments.threads, {}, arguments.options, lines_of(lines),
             [&](const Answer& one) { system += one.line + "\n"; });
    }
    const Evaluation evaluation = evaluate(gold, system, properties, arguments.errors_of);
    for (const std::string& error : evaluation.errors) print(error + "\n");
    if (files.size() > 1 && !arguments.as_json) print(file + ": ");
    print(arguments.as_json ? to_json(evaluation) : to_table(evaluation));
  }
  return kDone;
}

CLI::Option* add_numbers(CLI::App& command, Extractor::Options& options) {
  return command.add_flag("--numbers", options.has_numbers,
                          "every number is a mention too: a statistic of kind \"number\", also inside others");
}

}  // namespace

void add_extract(Program& program) {
  struct Arguments {
    std::vector<std::string> inputs;
    InputOptions given;
    bool as_lines = false;
    bool only_blocks = false;
    unsigned threads = 1;
    Extractor::Options options;
  };
  const auto arguments = std::make_shared<Arguments>();
  CLI::App& extract = *program.app.add_subcommand("extract", "print what documents mention and state");
  extract.add_option("INPUT", arguments->inputs, "files, folders, patterns; \"-\" is standard input as one document");
  extract.add_flag("--jsonl", arguments->as_lines,
                   "one JSON object a line; without INPUT requests are read from standard input, one a line: "
                   "{\"id\", \"text\", \"lang\"?, \"date\"?, \"media_type\"?, \"uri\"?, \"kind\"?}");
  extract
      .add_flag("--blocks", arguments->only_blocks,
                "print only the structure that was found: metadata, headings, turns, slides, tables, boilerplate")
      ->excludes("--jsonl");
  add_numbers(extract, arguments->options);
  add_given(extract, arguments->given);
  add_threads(extract, arguments->threads);
  extract.callback([&program, arguments] {
    if (arguments->inputs.empty() && !arguments->as_lines)
      throw CLI::RequiredError(arguments->only_blocks ? "INPUT" : "INPUT (or --jsonl)");
    arguments->options.has_repeats = arguments->as_lines;
    program.action = [&program, arguments] {
      if (!arguments->inputs.empty()) {
        Inputs inputs = Inputs::of(arguments->inputs, arguments->given);
        if (arguments->only_blocks) return extract_blocks(program, std::move(inputs));
        return extract_files(program, std::move(inputs), arguments->threads, arguments->as_lines, arguments->options);
      }
      return extract_lines(load_knowledge(program), arguments->threads, arguments->given, arguments->options);
    };
  });

  const auto evaluation = std::make_shared<EvalArguments>();
  evaluation->options.has_repeats = true;
  CLI::App& eval = *program.app.add_subcommand("eval", "compare with gold data: precision, recall, F1");
  eval.add_option("GOLD", evaluation->gold, "gold files (JSON lines), or folders that hold some")->required();
  eval.add_option("--system", evaluation->system, "answers to score (JSON lines), instead of extracting them now");
  eval.add_option("--errors", evaluation->errors_of,
                  "list what was missed, spurious or has a wrong value of this type");
  eval.add_flag("--json", evaluation->as_json, "print the figures as JSON");
  add_numbers(eval, evaluation->options)->excludes("--system");
  add_threads(eval, evaluation->threads);
  eval.callback([&program, evaluation] {
    program.action = [&program, evaluation] { return evaluate_files(program, *evaluation); };
  });
}

}  // namespace dossier::cli
