#include "autoscaler/error_words.h"

#include <gmock/gmock.h>

#include <string>

namespace kubegauge::autoscaler {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(ErrorWordsTest, FindsTheWordsOfAPattern) {
  EXPECT_THAT(WordsOf("so: no cpu in Pod web-1 yet", "no {} in Pod {}"),
              ElementsAre("cpu", "web-1"));
  EXPECT_THAT(WordsOf("no cpu in Pod web-1", "no {} in Pod {}"), ElementsAre("cpu", "web-1"));
  EXPECT_THAT(WordsOf("(get a.b.c)", "(get {}.c)"), ElementsAre("a.b"));
  EXPECT_THAT(WordsOf("for Deployment/shop/web: gone", "for {}/{}/{}: gone"),
              ElementsAre("Deployment", "shop", "web"));
}

TEST(ErrorWordsTest, AllOfThePatternHasToFit) {
  EXPECT_THAT(WordsOf("no cpu in pod web-1", "no {} in Pod {}"), IsEmpty());
  EXPECT_THAT(WordsOf("no cpu and memory in Pod web-1", "no {} in Pod {}"), IsEmpty())
      << "two words";
  EXPECT_THAT(WordsOf("no  in Pod web-1", "no {} in Pod {}"), IsEmpty()) << "an empty word";
  EXPECT_THAT(WordsOf("no cpu in Pod ", "no {} in Pod {}"), IsEmpty());
  EXPECT_THAT(WordsOf("", "no {}"), IsEmpty());
}

TEST(ErrorWordsTest, GoesOnWhereTheBeginningAloneFits) {
  EXPECT_THAT(WordsOf("no cpu; no gpu in Pod web-1", "no {} in Pod {}"),
              ElementsAre("gpu", "web-1"));
  EXPECT_THAT(WordsOf("no no no in Pod web-1", "no {} in Pod {}"), ElementsAre("no", "web-1"));
}

// By recursion or going back and forth these would take the stack, or minutes.
TEST(ErrorWordsTest, ReadsTextsOfAnyLength) {
  const std::string long_word(1 << 20, 'a');
  EXPECT_THAT(WordsOf("no " + long_word + " in Pod b", "no {} in Pod {}"),
              ElementsAre(long_word, "b"));
  std::string repeated;
  for (int i = 0; i < 100'000; ++i) repeated += "no a in Pod";
  EXPECT_THAT(WordsOf(repeated, "no {} in Pod {}!"), IsEmpty());
}

}  // namespace
}  // namespace kubegauge::autoscaler
