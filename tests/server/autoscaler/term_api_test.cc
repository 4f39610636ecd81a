#include "server/autoscaler/term_api.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <optional>
#include <string>
#include <variant>

#include "tests/kube/kube_api_fixture.h"
#include "tests/kube/recorded_events.h"

namespace kubegauge::server {
namespace {

using autoscaler::TargetScales;
using ::testing::HasSubstr;

constexpr const char* kScalePath = "/apis/apps/v1/namespaces/shop/deployments/web/scale";
constexpr const char* kManager = "?fieldManager=kube-controller-manager";

class TermApiTest : public kubegauge::testing::KubeApiTest {
 protected:
  TermApiTest() {
    Answer("GET /apis", Json(R"({"kind":"APIGroupDiscoveryList","items":[
      {"metadata":{"name":"apps"},"versions":[{"version":"v1","resources":[
        {"resource":"deployments","scope":"Namespaced","responseKind":{"kind":"Deployment"},
         "subresources":[{"subresource":"scale",
           "responseKind":{"group":"autoscaling","version":"v1","kind":"Scale"}}]}]}]}]})"));
    Answer(std::string("GET ") + kScalePath,
           Json(R"({"kind":"Scale","apiVersion":"autoscaling/v1","metadata":{"name":"web",)"
                R"("namespace":"shop","resourceVersion":"1"},"spec":{"replicas":3}})"));
    hpa_.meta.namespace_name = "shop";
    hpa_.meta.name = "web";
    hpa_.spec.scale_target_ref = {.kind = "Deployment", .name = "web", .api_version = "apps/v1"};
  }

  TargetScales::Found Read() {
    TargetScales::Reading reading = Run(term_.scales.Read(hpa_, TargetScales::From::kKnown));
    return std::get<TargetScales::Found>(std::move(reading));
  }
  size_t Writes() const {
    const auto requests = Requests();
    return static_cast<size_t>(
        std::count(requests.begin(), requests.end(), std::string("PUT ") + kScalePath + kManager));
  }

  autoscaler::Hpa hpa_;
  bool lasts_ = true;
  kube::RateLimitedApiClient rate_{server_, {}, clock_, sleeper_};
  kube::RestMapper mapper_{io_.get_executor(), rate_, clock_};
  kubegauge::testing::RecordedEvents recorded_;
  const autoscaler::HpaApi api_;
  TermApi term_{{.client = server_,
                 .rate = rate_,
                 .mapper = mapper_,
                 .sleeper = sleeper_,
                 .random = random_,
                 .recorder = recorded_,
                 .api = api_},
                [this] { return lasts_; }};
};

// As when the Lease was lost and won again meanwhile: others may have scaled in between.
TEST_F(TermApiTest, AnEndedTermRepeatsNoWrite) {
  Answer(std::string("PUT ") + kScalePath + kManager, [this](const kube::ApiRequest&) {
    lasts_ = false;
    return Failure(409, "Conflict", "the object has been modified");
  });
  const std::optional<std::string> error = Run(term_.scales.Write(Read(), 5));
  ASSERT_TRUE(error.has_value());
  EXPECT_THAT(*error, HasSubstr("does not lead any more"));
  EXPECT_EQ(Writes(), 1u);
}

TEST_F(TermApiTest, ATermThatLastsRepeatsItsWrites) {
  Answer(std::string("PUT ") + kScalePath + kManager,
         Failure(409, "Conflict", "the object has been modified"));
  EXPECT_TRUE(Run(term_.scales.Write(Read(), 5)).has_value());
  EXPECT_EQ(Writes(), 5u);
}

TEST_F(TermApiTest, AnEndedTermWritesNoStatusAndSaysNothing) {
  const autoscaler::HpaEvent event = {.reason = "SuccessfulRescale", .message = "New size: 5"};
  term_.events.Record(hpa_, event);
  lasts_ = false;
  term_.events.Record(hpa_, event);
  EXPECT_TRUE(absl::IsCancelled(Run(term_.statuses.Write(hpa_, {}))));
  EXPECT_THAT(recorded_.lines(),
              ::testing::ElementsAre("Normal SuccessfulRescale shop/web: New size: 5"));
  EXPECT_THAT(Requests(), ::testing::IsEmpty());
}

}  // namespace
}  // namespace kubegauge::server
