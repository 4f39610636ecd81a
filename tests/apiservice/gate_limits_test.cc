// How long requests may take, and how many there may be.

#include <gtest/gtest.h>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <exception>
#include <nlohmann/json.hpp>

#include "apiservice/gate.h"
#include "tests/apiservice/gate_fixture.h"

namespace kubegauge::apiservice::gate_testing {
namespace {

TEST_F(GateTest, RequestThatTakesTooLongIsEnded) {
  const Answer answer = Serve("patient", "/api/v1/pods?timeout=1ms");
  EXPECT_EQ(answer.status, 504u);
  EXPECT_EQ(answer.body, R"({"metadata":{},"status":"Failure","message":)"
                         R"("Timeout: request did not complete within the allotted timeout",)"
                         "\"reason\":\"Timeout\",\"details\":{},\"code\":504}\n")
      << "upstream does not say its kind";
  EXPECT_EQ(answer.Header("Content-Type"), "text/plain; charset=utf-8");
}

TEST_F(GateTest, RequestWhoseClientIsGoneEndsWithAllItsWaits) {
  boost::asio::io_context io;
  boost::asio::cancellation_signal gone;
  std::exception_ptr end;
  boost::asio::co_spawn(
      io, gate_.Serve(MakeRequest("/api/v1/pods", {{"X-Test-User", "patient"}}, "GET")),
      boost::asio::bind_cancellation_slot(
          gone.slot(), [&](std::exception_ptr error, const Response&) { end = error; }));
  io.poll();
  EXPECT_EQ(end, nullptr);
  gone.emit(boost::asio::cancellation_type::terminal);
  io.run();
  EXPECT_THROW(std::rethrow_exception(end), boost::system::system_error);
}

TEST_F(GateTest, TimeoutOfARequestIsAGoDuration) {
  EXPECT_EQ(Serve("admin", "/api/v1/pods?timeout=32s").status, 200u);
  EXPECT_EQ(Serve("admin", "/api/v1/pods?timeout=0").status, 200u) << "as much as there is";
  const Answer answer = Serve("admin", "/api/v1/pods?timeout=5");
  EXPECT_EQ(answer.status, 400u);
  EXPECT_EQ(nlohmann::json::parse(answer.body)["message"],
            "invalid timeout specified in the request URL - time: missing unit in duration \"5\"");
  EXPECT_EQ(Serve("admin", "/api/v1/pods?watch=true&timeout=5").status, 200u)
      << "watches have no deadline";
}

TEST_F(GateTest, TooManyRequestsInFlightAreTurnedAway) {
  Gate gate(authenticator_, authorizer_, handler_, log_,
            {.max_reading_requests = 1, .max_mutating_requests = 1});
  const Response first = Respond(gate, "admin", "/api/v1/pods");
  const Response refused = Respond(gate, "admin", "/api/v1/pods");
  EXPECT_EQ(refused.status, 429u);
  EXPECT_EQ(refused.body, "Too many requests, please try again later.\n");
  EXPECT_EQ(kubegauge::testing::Read(Respond(gate, "admin", "/api/v1/pods")).Header("Retry-After"),
            "1");
  EXPECT_EQ(Respond(gate, "master", "/api/v1/pods").status, 200u);
  EXPECT_EQ(Respond(gate, "admin", "/api/v1/pods?watch=1").status, 200u);
  const Response write = Respond(gate, "admin", "/api/v1/pods", {}, "POST");
  EXPECT_EQ(write.status, 200u) << "they are counted apart";
  EXPECT_EQ(Respond(gate, "admin", "/api/v1/pods", {}, "PUT").status, 429u);
}

TEST_F(GateTest, RequestIsInFlightUntilItsAnswerIsGone) {
  Gate gate(authenticator_, authorizer_, handler_, log_, {.max_reading_requests = 1});
  for (int i = 0; i < 3; ++i) EXPECT_EQ(Respond(gate, "admin", "/api/v1/pods").status, 200u);
}

}  // namespace
}  // namespace kubegauge::apiservice::gate_testing
