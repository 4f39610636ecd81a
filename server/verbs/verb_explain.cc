#include "server/verbs/verb_explain.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <cstdio>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "kube/client_config.h"
#include "kube/clock.h"
#include "kube/credential_cache.h"
#include "kube/curl_api_client.h"
#include "kube/environment.h"
#include "kube/sleeper.h"
#include "server/cli/command_line.h"
#include "server/explain/explanation.h"
#include "server/verbs/run_verb.h"

namespace kubegauge::server {
namespace {

absl::StatusOr<std::string> Explain(ExplainOptions options) {
  const kube::Environment environment = kube::ProcessEnvironment();
  const kube::SystemClock clock;
  const auto config = kube::UserClientConfig(options.kubeconfig, options.context, environment);
  if (!config.ok()) return config.status();
  if (options.namespace_name.empty()) {
    options.namespace_name = config->namespace_name.empty() ? "default" : config->namespace_name;
  }
  boost::asio::io_context io(1);
  kube::CredentialCache credentials(
      io.get_executor(),
      std::make_unique<kube::ConfigCredentialLoader>(*config, environment, clock), clock);
  const auto client = kube::CurlApiClient::Create(
      io.get_executor(), *config, credentials,
      {.user_agent = kube::KubernetesUserAgent("kubegauge", KUBEGAUGE_VERSION, "unknown")});
  if (!client.ok()) return client.status();
  kube::TimerSleeper sleeper;
  std::optional<absl::StatusOr<std::string>> text;
  boost::asio::co_spawn(io, FetchExplanation(**client, sleeper, options),
                        [&](std::exception_ptr exception, absl::StatusOr<std::string> fetched) {
                          if (exception) std::rethrow_exception(exception);
                          text = std::move(fetched);
                          io.stop();
                        });
  io.run();
  return *std::move(text);
}

}  // namespace

int RunExplain(const ExplainOptions& options) {
  return RunVerb({}, [&](spdlog::logger&) {
    const absl::StatusOr<std::string> text = Explain(options);
    if (!text.ok()) return text.status();
    std::fwrite(text->data(), 1, text->size(), stdout);
    return absl::OkStatus();
  });
}

}  // namespace kubegauge::server
