#include "server/router.h"

#include <gtest/gtest.h>

#include "tests/apiservice/exchange.h"

namespace kubegauge::server {
namespace {

class Named final : public apiservice::Handler {
 public:
  explicit Named(std::string name) : name_(std::move(name)) {}
  apiservice::Response Handle(const apiservice::AdmittedRequest&) override {
    return {.status = 200, .headers = {}, .body = name_, .stream = nullptr};
  }

 private:
  std::string name_;
};

TEST(Router, AsksTheFirstRouteThatServes) {
  Named exact("exact");
  Named prefix("prefix");
  Router router(
      {{[](const apiservice::RequestInfo& info) { return info.path == "/a/b"; }, &exact},
       {[](const apiservice::RequestInfo& info) { return info.path.starts_with("/a"); }, &prefix}},
      {"/version", "/a"});
  const auto ask = [&](const char* target) {
    return testing::Ask(router, testing::MakeRequest(target));
  };
  EXPECT_EQ(ask("/a/b?x=1").body, "exact");
  EXPECT_EQ(ask("/a/c").body, "prefix");

  const std::string paths = "{\n  \"paths\": [\n    \"/a\",\n    \"/version\"\n  ]\n}";
  EXPECT_EQ(ask("/").status, 200u);
  EXPECT_EQ(ask("/").body, paths);
  EXPECT_EQ(ask("/nowhere").status, 404u);
  EXPECT_EQ(ask("/nowhere").body, paths);
}

}  // namespace
}  // namespace kubegauge::server
