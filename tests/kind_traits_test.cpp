// Tables of traits: what the installed one says, and what is said of wrong ones.
#include "pipeline/kind_traits.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "pipeline/knowledge.h"

namespace dossier {
namespace {

const Knowledge& knowledge() {
  static const Knowledge kKnowledge = Knowledge::load({.folders = {DOSSIER_SOURCE_DIR "/grammars"}});
  return kKnowledge;
}

TEST(KindTraits, AreThoseOfTheTable) {
  const KindTraits& traits = knowledge().kind_traits();
  EXPECT_TRUE(traits.has("committee", Trait::kHasMembers));
  EXPECT_FALSE(traits.has("company", Trait::kHasMembers));
  EXPECT_TRUE(traits.has("board", Trait::kHasMembers));
  EXPECT_TRUE(traits.has("board", Trait::kSeat));
  EXPECT_FALSE(traits.has("board", Trait::kYounger));
  EXPECT_TRUE(traits.has("former", Trait::kOver));
  EXPECT_FALSE(traits.has("", Trait::kOver));
}

TEST(KindTraits, OfWrongTablesSayWhereAndHowToMendThem) {
  const std::filesystem::path file = std::filesystem::temp_directory_path() / "dossier_kind_traits_test.tsv";
  std::ofstream(file) << "kind\ttrait\nboard\thas_membres\ncomittee\thas_members\nfoundation\tseat\nboard\tseat\n"
                         "board\tseat\nboard\tzzz\n";
  std::vector<Problem> problems;
  const KindTraits traits = KindTraits::load({file}, knowledge().lexicons(), problems);
  std::filesystem::remove(file);
  std::vector<std::string> messages;
  for (const Problem& problem : problems) {
    messages.push_back(std::to_string(problem.line) + ": " + problem.what + " - " + problem.piece + " - " +
                       problem.advice);
  }
  EXPECT_EQ(messages,
            (std::vector<std::string>{
                "2: unknown trait - has_membres - did you mean has_members?",
                "3: no entry is of this kind - comittee - did you mean committee? see column kind of lexicon org_head",
                "4: no entry is of this kind - foundation - see column category of lexicon role_head",
                "6: row stands twice - board seat - remove one",
                "7: unknown trait - zzz - there are has_members, younger, firm, public, seat, craft, shared, personal, founds, "
                "in_firm, leads_firm, of_state, over, held, to_come"}));
  EXPECT_TRUE(traits.has("board", Trait::kSeat));
}

}  // namespace
}  // namespace dossier
