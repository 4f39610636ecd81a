#pragma once

#include <spdlog/logger.h>

#include <boost/asio/awaitable.hpp>
#include <functional>
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
// logged once, unless options.take_over. Keys are never logged.
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
  };

  Registration(RegistrationOptions options, const Environment& environment, CertificateTaker taker);

  // One pass over all; the certificate is handed over when it is another than the last time. On an
  // error some of it may be done, and another pass goes on from there. A certificate is handed over
  // also when the APIServices cannot be written.
  boost::asio::awaitable<absl::Status> RunOnce();

  // A pass each minute, sooner after a failure, until cancelled.
  boost::asio::awaitable<void> Run();

 private:
  boost::asio::awaitable<std::vector<std::string>> PublishedBundles();
  boost::asio::awaitable<absl::StatusOr<ServingSecret>> SyncSecret();
  boost::asio::awaitable<absl::Status> SyncApiService(const std::string& version,
                                                      const std::string& ca_bundle);
  absl::Status HandOver(const ServingSecret& secret);
  void NoteOwner(const WantedApiService& wanted, const ApiServicePlan& plan);

  const RegistrationOptions options_;
  const Environment environment_;
  const CertificateTaker taker_;
  const ServingIdentity identity_;
  ServingSecretStore store_;
  std::string served_certificate_;  // PEM, without the key
  std::vector<std::string> owners_logged_;
};

// The names by which a Service is called, the shortest and the ones the aggregator uses among them.
ServingIdentity IdentityOfService(const ServiceReference& service,
                                  const std::string& cluster_domain);

}  // namespace kubegauge::apiservice
