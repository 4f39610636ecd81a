#pragma once

#include <spdlog/sinks/ostream_sink.h>

#include <functional>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>

#include "apiservice/review_client.h"
#include "tests/fakes/constant_random.h"
#include "tests/fakes/manual_clock.h"
#include "tests/fakes/manual_sleeper.h"
#include "tests/fakes/scripted_api_client.h"

namespace kubegauge::testing {

// An API server that is asked for reviews: answers with `script`, or with its `status` as the
// status of a review.
struct ReviewFixture {
  ManualClock clock;
  ManualSleeper sleeper{clock};
  ConstantRandom random{0.5};
  std::function<ScriptedApiClient::Script(const kube::ApiRequest&)> answer;
  ScriptedApiClient client{[this](const kube::ApiRequest& request) { return answer(request); }};
  apiservice::ReviewTransport transport{client, sleeper, random, clock};
  std::ostringstream logged;
  spdlog::logger log{"test", std::make_shared<spdlog::sinks::ostream_sink_mt>(logged)};

  static ScriptedApiClient::Script Reviewed(const std::string& status_json) {
    return {
        .status = 201, .headers = {}, .body = R"({"status":)" + status_json + "}", .chunks = {}};
  }
  static ScriptedApiClient::Script Refused(unsigned status, const std::string& message) {
    return {.status = status,
            .headers = {},
            .body = nlohmann::json{{"kind", "Status"}, {"message", message}}.dump(),
            .chunks = {}};
  }
  static ScriptedApiClient::Script Broken(absl::Status failure) {
    return {.status = 0, .headers = {}, .body = {}, .chunks = {}, .failure = std::move(failure)};
  }
};

}  // namespace kubegauge::testing
