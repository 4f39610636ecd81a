#pragma once

#include <gmock/gmock.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>
#include <functional>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "kube/random_source.h"
#include "tests/fakes/constant_random.h"
#include "tests/fakes/manual_clock.h"
#include "tests/fakes/manual_sleeper.h"
#include "tests/fakes/scripted_api_client.h"

namespace kubegauge::testing {

// A test of something that talks to an API server, in one thread, under a clock that only waits
// move on. What `answers` has no entry for ("GET /apis") is answered with 404 as a server does that
// knows no such path.
class KubeApiTest : public ::testing::Test {
 protected:
  using Script = ScriptedApiClient::Script;
  using Reply = std::function<Script(const kube::ApiRequest&)>;

  static Script Json(std::string body, unsigned status = 200) {
    return {.status = status, .headers = {{"content-type", "application/json"}}, .body = body};
  }
  static Script Failure(unsigned code, const std::string& reason, const std::string& message) {
    return Json(R"({"kind":"Status","apiVersion":"v1","status":"Failure","message":")" + message +
                    R"(","reason":")" + reason + R"(","code":)" + std::to_string(code) + "}",
                code);
  }
  static Script NoSuchPath() {
    return {.status = 404,
            .headers = {{"content-type", "text/plain; charset=utf-8"}},
            .body = "404 page not found\n"};
  }

  void Answer(const std::string& request, Script script) {
    answers_[request] = [script](const kube::ApiRequest&) { return script; };
  }
  void Answer(const std::string& request, Reply reply) { answers_[request] = std::move(reply); }

  template <class T>
  T Run(boost::asio::awaitable<T> work) {
    io_.restart();
    auto result = boost::asio::co_spawn(io_, std::move(work), boost::asio::use_future);
    io_.run();
    return result.get();
  }

  // "GET /apis", in their order.
  std::vector<std::string> Requests() const {
    std::vector<std::string> lines;
    for (const kube::ApiRequest& request : server_.requests()) {
      lines.push_back(request.method + " " + request.target);
    }
    return lines;
  }

  boost::asio::io_context io_;
  ManualClock clock_;
  ManualSleeper sleeper_{clock_};
  ConstantRandom random_;
  std::map<std::string, Reply> answers_;
  ScriptedApiClient server_{[this](const kube::ApiRequest& request) {
    const auto answer = answers_.find(request.method + " " + request.target);
    return answer == answers_.end() ? NoSuchPath() : answer->second(request);
  }};
};

// Of a StatusOr that is an error.
template <class Result>
std::string ErrorText(const Result& result) {
  return std::string(result.status().message());
}

}  // namespace kubegauge::testing
