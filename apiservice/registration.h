#pragma once

#include <spdlog/logger.h>

#include <boost/asio/awaitable.hpp>
#include <functional>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "apiservice/certificate_authority.h"
#include "apiservice/registration_api_service.h"
#include "apiservice/registration_secret.h"
#include "kube/api_client.h"
#include "kube/clock.h"
#include "kube/random_source.h"
#include "kube/sleeper.h"

namespace kubegauge::apiservice {

struct RegistrationOptions {
  ServiceReference service;
  ObjectName secret;
  std::vector<std::string> versions = {"v1beta1", "v1"};  // of metrics.k8s.io
  std::string cluster_domain = "cluster.local";
  bool take_over = false;  // APIServices that point at another Service, such as metrics-server's
};

// Has the aggregator send this server's API here and trust the certificate that it shows
// (--register-apiservice): makes an authority and a serving certificate, keeps them in a Secret
// that all replicas share, renews both in time, and writes caBundle and the rest of the spec into
// the APIServices. Replicas need not agree on a leader: of two that write at once, the API server
// refuses one, which then takes what the other wrote. An APIService of another's is left alone, and
// logged once, unless options.take_over. Whoever serves the API now, such as metrics-server, is
// replaced only when this server has been ready for a while. Keys are never logged.
//
// What is published is never older than what is kept: the Secret is read after the APIService that
// it is written into, so of two replicas the one with the older Secret is refused.
//
// Needs get, create, update on secrets and on apiservices.apiregistration.k8s.io. Not thread-safe:
// one coroutine at a time. Keeps references.
class Registration {
 public:
  // Takes the pair to serve from now on; connections that exist are to go on.
  using CertificateTaker = std::function<absl::Status(const KeyPairPem& pair)>;

  struct Environment {
    kube::ApiClient& client;
    const kube::Clock& clock;
    kube::Sleeper& sleeper;
    kube::RandomSource& random;
    spdlog::logger& log;
    std::function<bool()> is_ready = {};  // to serve clients; none: always
  };

  Registration(RegistrationOptions options, const Environment& environment, CertificateTaker taker);

  // One pass over all. On an error some of it may be done, and another pass goes on from there. A
  // new certificate is handed over at once when the one that is served is not trusted, else with
  // the first pass that finds it and its authority known from before.
  boost::asio::awaitable<absl::Status> RunOnce();

  // A pass each minute, sooner after a failure, until cancelled.
  boost::asio::awaitable<void> Run();

 private:
  // An APIService as it was read; null where there is none.
  struct FoundApiService {
    std::string version;
    absl::StatusOr<nlohmann::json> object;
  };
  enum class Outcome { kDone, kRaced };  // the last: another was faster

  // A pass; nullopt when another was faster.
  boost::asio::awaitable<std::optional<absl::Status>> TryOnce();
  boost::asio::awaitable<std::vector<FoundApiService>> ReadApiServices();
  std::vector<std::string> BundlesIn(const std::vector<FoundApiService>& found) const;
  // Nullopt when another was faster.
  boost::asio::awaitable<absl::StatusOr<std::optional<ServingSecret>>> SyncSecret(
      std::vector<std::string> published);
  boost::asio::awaitable<absl::StatusOr<Outcome>> SyncApiService(FoundApiService found,
                                                                 std::string ca_bundle);
  // `published`: what clients have been told before this pass.
  absl::Status HandOver(const ServingSecret& secret, const std::vector<std::string>& published);
  void NoteOwner(const WantedApiService& wanted, const ApiServicePlan& plan);
  void NoteReadiness();
  bool HasBeenReady() const;

  const RegistrationOptions options_;
  const Environment environment_;
  const CertificateTaker taker_;
  const ServingIdentity identity_;
  ServingSecretStore store_;
  std::string served_certificate_;  // PEM, without the key
  std::string seen_certificate_;    // that of the Secret in the last whole pass
  std::vector<std::string> owners_logged_;
  std::optional<int64_t> ready_since_ns_;  // on the monotonic clock
  bool is_waiting_ = false;                // to be ready, with something to replace
};

// The names by which a Service is called, the shortest and the ones the aggregator uses among them.
ServingIdentity IdentityOfService(const ServiceReference& service,
                                  const std::string& cluster_domain);

}  // namespace kubegauge::apiservice
