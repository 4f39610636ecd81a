#include "apiservice/registration.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <optional>
#include <utility>

#include "apiservice/object_client.h"
#include "kube/backoff.h"

namespace kubegauge::apiservice {
namespace {

using std::chrono::seconds;

constexpr const char* kApiServices = "/apis/apiregistration.k8s.io/v1/apiservices";
constexpr seconds kInterval{60};
constexpr int kMaxConflicts = 10;  // in a row, with as many replicas at the same moment

constexpr kube::BackoffPolicy kFailureBackoff{
    .initial = seconds(1), .factor = 2, .jitter = 0.2, .steps = 100, .cap = kInterval};

std::string Described(const std::string& name) { return fmt::format("APIService {}", name); }

}  // namespace

ServingIdentity IdentityOfService(const ServiceReference& service,
                                  const std::string& cluster_domain) {
  const std::string qualified = fmt::format(
      "{}.{}.svc", service.name, service.namespace_name);  // what the aggregator asks for
  return {.common_name = qualified,
          .dns_names = {service.name, fmt::format("{}.{}", service.name, service.namespace_name),
                        qualified, fmt::format("{}.{}", qualified, cluster_domain)},
          .ip_addresses = {}};
}

Registration::Registration(RegistrationOptions options, const Environment& environment,
                           CertificateTaker taker)
    : options_(std::move(options)),
      environment_(environment),
      taker_(std::move(taker)),
      identity_(IdentityOfService(options_.service, options_.cluster_domain)),
      store_(environment.client, options_.secret) {}

boost::asio::awaitable<absl::Status> Registration::RunOnce() {
  const absl::StatusOr<ServingSecret> secret = co_await SyncSecret();
  if (!secret.ok()) co_return secret.status();
  // First known, then shown.
  absl::Status result;
  for (const std::string& version : options_.versions) {
    result.Update(co_await SyncApiService(version, secret->authorities));
  }
  result.Update(HandOver(*secret));
  co_return result;
}

boost::asio::awaitable<void> Registration::Run() {
  std::optional<kube::Backoff> backoff;
  while (true) {
    const absl::Status done = co_await RunOnce();
    if (done.ok() || !backoff) backoff.emplace(kFailureBackoff, environment_.random);
    if (done.ok()) {
      co_await environment_.sleeper.SleepFor(kInterval);
    } else {
      environment_.log.error("Registration failed, trying again error=\"{}\"",
                             std::string(done.message()));
      co_await environment_.sleeper.SleepFor(backoff->Next());
    }
  }
}

boost::asio::awaitable<absl::StatusOr<ServingSecret>> Registration::SyncSecret() {
  for (int conflicts = 0; conflicts < kMaxConflicts; ++conflicts) {
    const absl::StatusOr<ServingSecretStore::Kept> kept = co_await store_.Read();
    if (!kept.ok()) co_return kept.status();
    const std::vector<std::string> published = co_await PublishedBundles();
    const int64_t now_ns = environment_.clock.WallNs();
    const absl::StatusOr<CertificatePlan> plan =
        PlanCertificates(kept->contents, identity_, published, now_ns);
    if (!plan.ok()) co_return plan.status();
    if (plan->ChangesNothing()) co_return kept->contents;
    absl::StatusOr<ServingSecret> made = CarryOut(*plan, kept->contents, identity_, now_ns);
    if (!made.ok()) co_return made.status();
    const absl::StatusOr<bool> written = co_await store_.Write(*kept, *made);
    if (!written.ok()) co_return written.status();
    if (*written) {
      environment_.log.info(
          "Serving certificates changed secret={}/{} authority={} certificate={} reason=\"{}\"",
          options_.secret.namespace_name, options_.secret.name,
          plan->new_authority            ? "new"
          : plan->forget_old_authorities ? "old ones forgotten"
                                         : "kept",
          plan->new_certificate ? "new" : "kept", plan->reason);
      co_return made;
    }
  }
  co_return absl::AbortedError("others change the Secret of the serving certificates all the time");
}

// Best effort: what cannot be read is found out when it is written.
boost::asio::awaitable<std::vector<std::string>> Registration::PublishedBundles() {
  std::vector<std::string> bundles;
  for (const std::string& version : options_.versions) {
    const std::string name = WantedApiService{.version = version}.Name();
    const absl::StatusOr<nlohmann::json> existing = co_await GetObject(
        environment_.client, fmt::format("{}/{}", kApiServices, name), Described(name));
    if (!existing.ok()) continue;
    std::string bundle = PublishedBundle(*existing, options_.service);
    if (!bundle.empty()) bundles.push_back(std::move(bundle));
  }
  co_return bundles;
}

boost::asio::awaitable<absl::Status> Registration::SyncApiService(const std::string& version,
                                                                  const std::string& ca_bundle) {
  const WantedApiService wanted{.version = version,
                                .service = options_.service,
                                .ca_bundle = ca_bundle,
                                .take_over = options_.take_over};
  const std::string name = wanted.Name();
  for (int conflicts = 0; conflicts < kMaxConflicts; ++conflicts) {
    const absl::StatusOr<nlohmann::json> existing = co_await GetObject(
        environment_.client, fmt::format("{}/{}", kApiServices, name), Described(name));
    if (!existing.ok()) co_return existing.status();
    ApiServicePlan plan = PlanApiService(*existing, wanted);
    NoteOwner(wanted, plan);
    if (plan.action != ApiServicePlan::Action::kWrite) co_return absl::OkStatus();
    const absl::StatusOr<bool> written = co_await WriteObject(
        environment_.client, kApiServices, name, std::move(plan.object), Described(name));
    if (!written.ok()) co_return written.status();
    if (*written) {
      environment_.log.info("APIService written name={}", name);
      co_return absl::OkStatus();
    }
  }
  co_return absl::AbortedError(fmt::format("others change {} all the time", Described(name)));
}

absl::Status Registration::HandOver(const ServingSecret& secret) {
  if (secret.certificate == served_certificate_) return absl::OkStatus();
  absl::Status taken = taker_({.certificate = secret.certificate, .private_key = secret.key});
  if (taken.ok()) served_certificate_ = secret.certificate;
  return taken;
}

void Registration::NoteOwner(const WantedApiService& wanted, const ApiServicePlan& plan) {
  const std::string name = wanted.Name();
  const auto logged = std::find(owners_logged_.begin(), owners_logged_.end(), name);
  const bool is_anothers = plan.action == ApiServicePlan::Action::kAnothers;
  if (!is_anothers) {
    if (logged != owners_logged_.end()) owners_logged_.erase(logged);
    return;
  }
  if (logged != owners_logged_.end()) return;
  owners_logged_.push_back(name);
  environment_.log.warn("APIService belongs to another and is left alone name={} owner=\"{}\"",
                        name, plan.owner);
}

}  // namespace kubegauge::apiservice
