#pragma once

#include <spdlog/logger.h>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "absl/status/statusor.h"
#include "kube/credentials.h"
#include "scraper/host_resolver.h"
#include "scraper/kubelet_connection.h"
#include "scraper/kubelet_exchange.h"
#include "scraper/kubelet_target.h"
#include "scraper/kubelet_trust.h"

namespace kubegauge::scraper {

struct KubeletClientOptions {
  std::string user_agent;
  bool insecure_tls = false;
  ExchangeLimits limits;
  // For how long one of several addresses of a kubelet's name is tried.
  std::chrono::milliseconds address_patience{2000};
};

// What all requests to kubelets have in common: credentials, the TLS context that is made of them,
// the resolver of their names, and when it is looked for their answers. Certificates that cannot be
// used, as when a file was replaced by half, are logged, and the ones before them stay. Not
// thread-safe: one executor's thread. Keeps references.
class KubeletAccess {
 public:
  // `credentials` null: plain HTTP and no credentials at all.
  KubeletAccess(boost::asio::any_io_executor executor, kube::CredentialSource* credentials,
                KubeletClientOptions options, spdlog::logger& log,
                HostResolver::LookUp look_up = &LookUpHost)
      : credentials_(credentials),
        options_(std::move(options)),
        log_(log),
        ticks_(executor),
        names_(std::move(executor), std::move(look_up)) {}

  struct Grant {
    kube::CredentialsPtr credentials;           // null for plain HTTP
    std::shared_ptr<const KubeletTrust> trust;  // null for plain HTTP
  };
  boost::asio::awaitable<absl::StatusOr<Grant>> Get();
  // The kubelet answered 401.
  void Refuse(const Grant& grant);
  const KubeletClientOptions& options() const { return options_; }
  HostResolver& names() { return names_; }
  AnswerTicks& ticks() { return ticks_; }

 private:
  kube::CredentialSource* const credentials_;
  const KubeletClientOptions options_;
  spdlog::logger& log_;
  AnswerTicks ticks_;
  HostResolver names_;
  Grant last_;
};

// Asks one kubelet, over a connection that is kept between requests. A kept connection that turns
// out to be closed is replaced once. Not thread-safe: one request at a time. Keeps a reference to
// `access`.
class KubeletClient {
 public:
  KubeletClient(boost::asio::any_io_executor executor, KubeletAccess& access)
      : access_(access),
        connection_(std::move(executor), access.names(), access.ticks(),
                    access.options().address_patience) {}

  // `limits` in place of the access's. Redirections are followed up to ten times, as Go's clients
  // do, but to this kubelet only: another server is not to be given its credentials. Those that
  // lead elsewhere are an answer, as any other status is. The body is in the buffers. Errors are
  // those of KubeletConnection and Exchange, and kFailedPrecondition after too many redirections.
  boost::asio::awaitable<absl::StatusOr<ExchangeAnswer>> Get(
      const KubeletTarget& target, std::string_view path, LeaseBuffers lease_buffers,
      std::optional<ExchangeLimits> limits = std::nullopt);
  // Whether a connection is kept. The kubelet may have ended it.
  bool IsConnected() const { return connection_.IsOpen(); }
  // Ends the request that is under way.
  void Cancel() {
    cancelled_ = true;
    connection_.Cancel();
  }
  void Close() { connection_.Close(); }

 private:
  boost::asio::awaitable<absl::StatusOr<ExchangeAnswer>> Ask(const KubeletTarget& target,
                                                             const KubeletAccess::Grant& grant,
                                                             std::string_view path,
                                                             LeaseBuffers lease_buffers,
                                                             const ExchangeLimits& limits);

  KubeletAccess& access_;
  KubeletConnection connection_;
  std::shared_ptr<const KubeletTrust> trust_;  // of the open connection
  std::string authority_;                      // likewise
  bool cancelled_ = false;
};

}  // namespace kubegauge::scraper
