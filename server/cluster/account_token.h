#pragma once

#include <spdlog/logger.h>

#include <boost/asio/awaitable.hpp>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "kube/api_client.h"
#include "kube/clock.h"
#include "kube/random_source.h"
#include "kube/sleeper.h"

namespace kubegauge::server {

struct ServiceAccountName {
  std::string namespace_name;
  std::string name;
};

// Of "NAMESPACE/NAME".
absl::StatusOr<ServiceAccountName> ParseServiceAccountName(std::string_view text);

// A token of another service account, which the API server is asked for (TokenRequest) and which is
// kept in memory only. It lives for an hour; a new one is asked for when 75 to 80 % of that are
// over, and until that has come the old one serves to its end. Get and Refuse are thread-safe.
class AccountToken {
 public:
  // Keeps references to all but `account`. `client` need not repeat requests.
  AccountToken(ServiceAccountName account, kube::ApiClient& client, const kube::Clock& clock,
               kube::Sleeper& sleeper, kube::RandomSource& random, spdlog::logger& log);

  // Keeps the token fresh for as long as the executor runs.
  boost::asio::awaitable<void> Run();

  // The value of the Authorization field. Waits for the first answer of the API server; later an
  // error says why it gives none.
  boost::asio::awaitable<absl::StatusOr<std::shared_ptr<const std::string>>> Get();

  // Tells that `authorization` was answered with 401. One kubelet that takes none must not cost all
  // others the one that they know, so that brings a new one once a minute at most.
  void Refuse(std::string_view authorization);

 private:
  struct Grant {
    std::shared_ptr<const std::string> authorization;  // null: none yet
    int64_t asked_at_ns = 0;                           // on the monotonic clock, as the others
    int64_t stale_at_ns = 0;
    int64_t ends_at_ns = 0;
  };

  boost::asio::awaitable<absl::StatusOr<Grant>> Ask();
  boost::asio::awaitable<void> Renew();
  bool IsDue() const;
  void Take(absl::StatusOr<Grant> answer);

  const ServiceAccountName account_;
  const std::string what_;  // it is, for errors
  kube::ApiClient& client_;
  const kube::Clock& clock_;
  kube::Sleeper& sleeper_;
  kube::RandomSource& random_;
  spdlog::logger& log_;

  mutable std::mutex mutex_;  // of what follows
  Grant grant_;
  bool refused_ = false;
  absl::Status last_;  // of the last attempt; OK before the first
};

}  // namespace kubegauge::server
