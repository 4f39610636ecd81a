#pragma once

#include <spdlog/logger.h>

#include <boost/asio/awaitable.hpp>
#include <optional>
#include <string>

#include "apiservice/authentication.h"
#include "apiservice/authorization.h"
#include "apiservice/http.h"
#include "server/agent/reading_watch.h"

namespace kubegauge::server {

// Answers as a kubelet does (wire.md C.9): `/metrics/resource`, `/stats/summary` and
// `/metrics/cadvisor` to those who may get the node's metrics or stats, and `/healthz` to
// everybody. That another path is not there, it says before it asks who one is. While the node is not
// read, `/healthz` fails, so that the agent is begun anew, and the others answer as a kubelet whose
// runtime fails it. Thread-safe; keeps references.
class AgentService final : public apiservice::HttpService {
 public:
  AgentService(ReadingWatch& watch, std::string node_name,
               const apiservice::UnionAuthenticator& authenticator,
               apiservice::Authorizer& authorizer, spdlog::logger& log);

  boost::asio::awaitable<apiservice::Response> Serve(apiservice::Request request) override;

 private:
  // The refusal; nothing when the request may be served.
  boost::asio::awaitable<std::optional<apiservice::Response>> Refuse(
      const apiservice::Request& request);
  apiservice::Response Answer(const apiservice::Request& request);

  ReadingWatch& watch_;
  const std::string node_name_;
  const apiservice::UnionAuthenticator& authenticator_;
  apiservice::Authorizer& authorizer_;
  spdlog::logger& log_;
};

}  // namespace kubegauge::server
