// A language is data: Portuguese, as far as this document needs it, comes from a temporary folder laid over grammars/.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <random>
#include <string>

#include "extractors/period_cells.h"
#include "grammars/page_labels.h"
#include "pipeline/extract.h"
#include "pipeline/ingest.h"
#include "pipeline/knowledge.h"
#include "pipeline/merge.h"

namespace dossier {
namespace {

namespace fs = std::filesystem;

const fs::path kGrammars = fs::path(DOSSIER_SOURCE_DIR) / "grammars";

struct DataFile {
  const char* path;
  const char* text;  // `|` stands for a tab
};

// Everything that is needed, and nothing else: months, weekdays, numbers up to 99 and the decimal comma come from ICU.
constexpr DataFile kPortuguese[] = {
    {"languages.tsv", "lang|name\npt|Portuguese\n"},
    {"lexicons/date_word.tsv",
     "#! lexicon=date_word fold=case\nentry|lang|means\n"
     "ano|pt|unit:year year_word\n"
     "de|pt|date_lead of\n"
     "desde|pt|bound:since date_lead\n"
     "em|pt|date_lead\n"
     "ontem|pt|day_shift:-1\n"
     "passado|pt|shift_after:-1\n"},
    {"lexicons/number_word.tsv",
     "#! lexicon=number_word fold=case,diacritics\nentry|lang|kind|value|form\n"
     "mil|pt|scale|3|bare\n"
     "milhões|pt|scale|6|\n"
     "três|pt|unit|3|\n"},
    {"lexicons/quantity_word.tsv",
     "#! lexicon=quantity_word fold=case,diacritics\nentry|lang|kind|value|form\n"
     "de|pt|unit_of||\n"
     "mais de|pt|comparator|>|before\n"
     "trabalhadores|pt|noun|trabalhador|\n"},
    {"lexicons/function_word.tsv",
     "#! lexicon=function_word fold=case\nentry|lang|pos\n"
     "a|pt|article\n"
     "da|pt|preposition\n"
     "de|pt|preposition\n"
     "desde|pt|preposition\n"
     "em|pt|preposition\n"
     "mais|pt|adverb\n"
     "o|pt|article\n"},
    {"lexicons/role_head.tsv",
     "#! lexicon=role_head fold=case,diacritics,plural\nentry|lang|category|generic\n"
     "diretor|pt|executive|\n"
     "diretora|pt|executive|\n"},
    {"lexicons/org_head.tsv",
     "#! lexicon=org_head fold=case,diacritics\nentry|lang|kind|position|strength\n"
     "Fundação|pt|foundation|first|3\n"},
    {"plural_endings.tsv", "lang|singular|plural\npt|or|ores\n"},
    {"abbreviations.tsv", "entry|lang|ends_sentence\nEng|pt|never\n"},
    {"fillers.tsv", "entry|lang\nhum|pt\n"},
    {"metadata_labels.tsv", "label|lang|name\nConvidada|pt|guest\n"},
    {"sentence_starters.tsv", "entry|lang\na|pt\no|pt\n"},
    {"period_words.tsv", "word|lang|meaning|print\natualmente|pt|now|yes\n"},
    {"labels/pt.tsv", "key|label|use\nsection.career|Carreira|\n"},
    {"merge.tsv", "kind|name|value|note\nword|stop_word|desde|\n"},
    {"rules/facts.pt.rules",
     "# Facts from Portuguese sentences.\n"
     "phase facts\n\n"
     "rule affiliation.pt.is_role when language = pt\n"
     "  person: <person> \"é\" (\"o\" | \"a\")? role: <role> (\"de\" | \"da\" | \"do\") organization: <organization>\n"
     "  => affiliation(person, role, organization, status=\"current\") confidence 0.9\n"
     "  yes \"Helena Lindgren é a diretora da Fundação Trevik.\" role=\"diretora\"\n"
     "  no  \"Helena Lindgren viu a diretora.\"\n"},
};

constexpr std::string_view kText =
    "Convidada: Helena Lindgren\n\n"
    "O Eng. Duarte chegou ontem. Helena Lindgren é a diretora da Fundação Trevik desde 15 de março de 2018. "
    "A Fundação Trevik tem mais de três milhões de trabalhadores, cresceu 12,5 % e abriu uma escola no ano passado.\n";

class TemporaryFolder {
 public:
  explicit TemporaryFolder(std::span<const DataFile> files)
      : path_(fs::temp_directory_path() / ("dossier_language_test_" + std::to_string(std::random_device{}()))) {
    for (const DataFile& file : files) {
      fs::create_directories((path_ / file.path).parent_path());
      std::string text = file.text;
      if (fs::path(file.path).extension() == ".tsv") std::replace(text.begin(), text.end(), '|', '\t');
      std::ofstream(path_ / file.path, std::ios::binary) << text;
    }
  }
  ~TemporaryFolder() {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  const fs::path& path() const { return path_; }

 private:
  fs::path path_;
};

class Language : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    folder_ = new TemporaryFolder(kPortuguese);
    with_ = new Knowledge(Knowledge::load({.folders = {kGrammars, folder_->path()}, .cache = {}, .extra_rules = {}}));
    without_ = new Knowledge(Knowledge::load({.folders = {kGrammars}, .cache = {}, .extra_rules = {}}));
  }
  static void TearDownTestSuite() {
    delete with_;
    delete without_;
    delete folder_;
  }

  static Document document(const Knowledge& knowledge, std::string_view text, std::string language = "pt") {
    Source source;
    source.bytes = text;
    source.language = std::move(language);
    source.date = "2022-06-07";
    return ingest(source, knowledge);
  }

  static std::string shown(const Knowledge& knowledge, std::string_view text, std::string language = "pt") {
    const Document read = document(knowledge, text, std::move(language));
    const Extraction extraction = Extractor(knowledge).extract(read);
    std::string lines;
    for (const Mention& mention : extraction.mentions) {
      lines += knowledge.types()[mention.type].name + " " + std::string(read.slice(mention.span));
      if (mention.type == type::kDate) lines += " = " + extraction.dates[mention.date].edtf;
      lines += '\n';
    }
    for (const Fact& fact : extraction.facts) {
      lines += knowledge.predicates()[fact.predicate].name;
      if (fact.rule != kNone) lines += " by " + knowledge.rules()[fact.rule].id;
      lines += '\n';
    }
    return lines;
  }

  static bool has_line(const std::string& lines, const std::string& line) {
    return ("\n" + lines).find("\n" + line + "\n") != std::string::npos;
  }

  static inline TemporaryFolder* folder_ = nullptr;
  static inline Knowledge* with_ = nullptr;
  static inline Knowledge* without_ = nullptr;
};

TEST_F(Language, OfAFolderIsReadWithoutAnyChangeToTheProgram) {
  const std::string lines = shown(*with_, kText);
  for (const char* line : {"person Helena Lindgren", "organization Fundação Trevik", "role diretora",
                           "date 15 de março de 2018 = 2018-03-15", "date ano passado = 2021",
                           "date ontem = 2022-06-06", "statistic mais de três milhões de trabalhadores",
                           "statistic 12,5 %", "affiliation by affiliation.pt.is_role"}) {
    EXPECT_TRUE(has_line(lines, line)) << line << "\nis missing in\n" << lines;
  }
}

TEST_F(Language, IsNotReadWithoutTheFolder) {
  const std::string lines = shown(*without_, kText);
  for (const char* line : {"date ontem = 2022-06-06", "affiliation by affiliation.pt.is_role"}) {
    EXPECT_FALSE(has_line(lines, line)) << lines;
  }
}

TEST_F(Language, ReachesTheTablesOfEveryStage) {
  const Document read = document(*with_, kText);
  EXPECT_TRUE(std::any_of(read.sentences.begin(), read.sentences.end(), [&](const Sentence& sentence) {
    return read.slice({read.tokens[sentence.first_token].begin, read.tokens[sentence.end_token - 1].end}) ==
           "O Eng. Duarte chegou ontem.";
  })) << "abbreviations.tsv of the folder";

  std::vector<Problem> problems;
  const PageLabels labels = PageLabels::load([&](std::string_view path) { return with_->files(path); }, problems);
  EXPECT_TRUE(problems.empty());
  EXPECT_EQ(labels.text("section.career", "pt"), "Carreira");
  EXPECT_TRUE(labels.has_language("it"));

  const PeriodCells cells = PeriodCells::load(with_->files("period_words.tsv"), problems);
  EXPECT_TRUE(problems.empty());
  EXPECT_TRUE(cells.read("2018-atualmente", "2026-02").understood);
  EXPECT_TRUE(cells.read("2018-oggi", "2026-02").understood) << "words of the first folder stay";
  EXPECT_TRUE(cells.read("mar. 2018-atualmente", "2026-02").understood);

  const MergeTables tables = load_merge_tables(*with_);
  EXPECT_TRUE(tables.word_list("stop_word").contains("desde"));
  EXPECT_EQ(tables.weights, load_merge_tables(*without_).weights);
  EXPECT_EQ(tables.role_category("diretora"), "executive");
}

TEST_F(Language, LeavesOtherLanguagesAsTheyWere) {
  for (const auto& [language, text] :
       {std::pair{"en",
                  "Maria Lindgren has been the director of Trevik Ltd since March 2018. It grew 12.5% last year."},
        std::pair{"it", "Maria Lindgren è la direttrice della Trevik Srl dal 15 marzo 2018; ieri erano tre milioni."},
        std::pair{"es", "Desde el 15 de marzo de 2018 la empresa creció un 12,5 % y emplea a tres mil personas."}}) {
    EXPECT_EQ(shown(*with_, text, language), shown(*without_, text, language));
  }
}

TEST_F(Language, ChangesTheHashOfTheKnowledge) {
  EXPECT_NE(with_->hash(), without_->hash());
}

}  // namespace
}  // namespace dossier
