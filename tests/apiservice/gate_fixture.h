#pragma once

#include <gtest/gtest.h>
#include <spdlog/sinks/ostream_sink.h>

#include <algorithm>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <memory>
#include <sstream>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "apiservice/gate.h"
#include "tests/apiservice/exchange.h"
#include "tests/apiservice/run_awaitable.h"

namespace kubegauge::apiservice::gate_testing {

using ::kubegauge::testing::Answer;
using ::kubegauge::testing::MakeRequest;

// Takes the header X-Test-User as the user's name; "bad" is a broken credential.
inline Authentication UserOfHeader(const Request& request) {
  const std::string name(request.headers.Find("X-Test-User"));
  if (name == "bad") return absl::UnauthenticatedError("secret reason");
  if (name.empty()) return std::nullopt;
  UserInfo user{.name = name};
  if (name == "demoted") user.groups = {"system:unauthenticated"};
  if (name == "master") user.groups = {"system:masters"};
  if (name == "system:serviceaccount:d:agent") {
    user.extra = {{"authentication.kubernetes.io/node-name", {"n1"}},
                  {"authentication.kubernetes.io/node-uid", {"u"}}};
  }
  return user;
}

class HeaderAuthenticator final : public Authenticator {
 public:
  boost::asio::awaitable<Authentication> Authenticate(const Request& request) override {
    co_return UserOfHeader(request);
  }
};

class LocalHeaderAuthenticator final : public LocalAuthenticator {
 public:
  Authentication AuthenticateLocally(const Request& request) override {
    return UserOfHeader(request);
  }
};

inline Authorization OfAdmins(const UserInfo& user) {
  if (user.name == "unlucky") return absl::UnavailableError("webhook is down");
  return AuthorizationDecision{.allowed = user.name == "admin" || user.name == "thrower" ||
                                          user.InGroup("actors") || user.InGroup("system:masters"),
                               .reason = user.name == "jane" ? "no RBAC policy matched" : ""};
}

class LocalAdminAuthorizer final : public LocalAuthorizer {
 public:
  Authorization AuthorizeLocally(const UserInfo& user, const RequestInfo&) override {
    return OfAdmins(user);
  }
};

class AdminAuthorizer final : public Authorizer {
 public:
  boost::asio::awaitable<absl::StatusOr<AuthorizationDecision>> Authorize(
      const UserInfo& user, const RequestInfo& info) override {
    if (user.name == "patient") {
      boost::asio::steady_timer never(co_await boost::asio::this_coro::executor,
                                      boost::asio::steady_timer::time_point::max());
      co_await never.async_wait(boost::asio::use_awaitable);
    }
    if (info.verb.starts_with("impersonate")) {
      asked_.push_back(info.verb + " " + info.resource + "/" + info.subresource + " " +
                       info.namespace_name + " " + info.name + " " + info.api_group + " " +
                       info.api_version);
      const bool allowed =
          info.name != "root" &&
          std::ranges::find(impersonation_verbs_, info.verb) != impersonation_verbs_.end();
      for (const auto& [key, values] : user.extra) {
        for (const std::string& value : values) asked_.back() += " " + key + "=" + value;
      }
      co_return AuthorizationDecision{.allowed = allowed, .reason = ""};
    }
    co_return OfAdmins(user);
  }
  std::vector<std::string> impersonation_verbs_ = {"impersonate"};  // which everybody may
  // What was asked before somebody acted as somebody else.
  std::vector<std::string> asked_;
};

class EchoHandler final : public Handler {
 public:
  Response Handle(const AdmittedRequest& admitted) override {
    if (admitted.user.name == "thrower") throw std::runtime_error("out of tea");
    std::string text = admitted.info.verb + " as " + admitted.user.name;
    for (const std::string& group : admitted.user.groups) {
      if (group != "system:authenticated") text += " " + group;
    }
    for (const auto& [key, values] : admitted.user.extra) {
      for (const std::string& value : values) text += " " + key + "=" + value;
    }
    return {.body = text};
  }
};

inline std::vector<std::unique_ptr<Authenticator>> Authenticators() {
  std::vector<std::unique_ptr<Authenticator>> authenticators;
  authenticators.push_back(std::make_unique<HeaderAuthenticator>());
  return authenticators;
}

class GateTest : public ::testing::Test {
 protected:
  Answer Serve(const std::string& user, const std::string& target,
               kubegauge::testing::HeaderLiterals headers = {}) {
    return kubegauge::testing::Read(Respond(gate_, user, target, std::move(headers)));
  }
  static Response Respond(Gate& gate, const std::string& user, const std::string& target,
                          kubegauge::testing::HeaderLiterals headers = {},
                          const std::string& method = "GET") {
    if (!user.empty()) headers.emplace_back("X-Test-User", user);
    return kubegauge::testing::RunAwaitable(gate.Serve(MakeRequest(target, headers, method)));
  }

  std::ostringstream logged_;
  spdlog::logger log_{"test", std::make_shared<spdlog::sinks::ostream_sink_st>(logged_)};
  UnionAuthenticator authenticator_{Authenticators()};
  AdminAuthorizer authorizer_;
  EchoHandler handler_;
  Gate gate_{authenticator_, authorizer_, handler_, log_};
};

}  // namespace kubegauge::apiservice::gate_testing
