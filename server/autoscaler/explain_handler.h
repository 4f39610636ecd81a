#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "apiservice/authorization.h"
#include "apiservice/handler.h"
#include "autoscaler/decision_log.h"

namespace kubegauge::server {

// Which process decides: only that one knows why.
struct LeaderView {
  std::function<bool()> leads;
  std::function<std::string()> leader;
};

// `explain.kubegauge.io/v1`: the last decisions about an HPA, as JSON or, with `?format=text`, in
// plain words; and the discovery of that group. A process that does not lead answers 503 and closes
// the connection, so that the next try may meet the one that does. Thread-safe; keeps a reference.
class ExplainHandler final : public apiservice::Handler {
 public:
  static constexpr std::string_view kGroup = "explain.kubegauge.io";

  ExplainHandler(const autoscaler::DecisionLog& decisions, LeaderView leader)
      : decisions_(decisions), leader_(std::move(leader)) {}

  static bool Serves(std::string_view path);
  apiservice::Response Handle(const apiservice::AdmittedRequest& admitted) override;

 private:
  apiservice::Response Explain(const apiservice::AdmittedRequest& admitted) const;

  const autoscaler::DecisionLog& decisions_;
  const LeaderView leader_;
};

// Who may read an HPA may read why it decided as it did: asks about explanations as if they were
// the HPA itself, in the API that HPAs are kept in. Thread-safe; keeps a reference.
class ExplainAuthorizer final : public apiservice::Authorizer {
 public:
  // `hpa_group` is "autoscaling", or that of kubegauge's own resource.
  ExplainAuthorizer(apiservice::Authorizer& next, std::string hpa_group)
      : next_(next), hpa_group_(std::move(hpa_group)) {}

  boost::asio::awaitable<apiservice::Authorization> Authorize(
      const apiservice::UserInfo& user, const apiservice::RequestInfo& info) override;
  std::optional<apiservice::Authorization> AuthorizeAtOnce(
      const apiservice::UserInfo& user, const apiservice::RequestInfo& info) override;

 private:
  // `info` as if it were of the HPA itself.
  apiservice::RequestInfo OfHpa(apiservice::RequestInfo info) const;

  apiservice::Authorizer& next_;
  const std::string hpa_group_;
};

}  // namespace kubegauge::server
