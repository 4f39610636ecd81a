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
constexpr seconds kIntervalWhileWaiting{5};
// Until a ready server is an endpoint of its Service, and one that is replaced is none any more.
constexpr int64_t kReadyForNs = 30'000'000'000;
// An APIService that cannot be read holds a new certificate back for so long at most.
constexpr int64_t kHandOverBeforeEndNs = 3600'000'000'000;
constexpr int kMaxRaces = 20;  // in a row, with as many replicas at the same moment

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
  for (int races = 0; races < kMaxRaces; ++races) {
    std::optional<absl::Status> done = co_await TryOnce();
    if (done) co_return *std::move(done);
  }
  co_return absl::AbortedError(
      "others change the Secret of the serving certificates or the APIServices all the time");
}

boost::asio::awaitable<std::optional<absl::Status>> Registration::TryOnce() {
  NoteReadiness();
  // In this order; see the class.
  std::vector<FoundApiService> found = co_await ReadApiServices();
  const std::vector<std::string> published = BundlesIn(found);
  const absl::StatusOr<std::optional<ServingSecret>> secret = co_await SyncSecret(published);
  if (!secret.ok()) co_return secret.status();
  if (!secret->has_value()) co_return std::nullopt;
  // First shown, then published: whoever is told of this server finds what it was told of.
  absl::Status result = HandOver(**secret, published);
  for (FoundApiService& api_service : found) {
    const absl::StatusOr<Outcome> outcome =
        co_await SyncApiService(std::move(api_service), (*secret)->authorities);
    result.Update(outcome.status());
    if (outcome.ok() && *outcome == Outcome::kRaced) co_return std::nullopt;
  }
  seen_certificate_ = (*secret)->certificate;
  co_return result;
}

boost::asio::awaitable<void> Registration::Run() {
  std::optional<kube::Backoff> backoff;
  while (true) {
    const absl::Status done = co_await RunOnce();
    if (done.ok() || !backoff) backoff.emplace(kFailureBackoff, environment_.random);
    if (done.ok()) {
      co_await environment_.sleeper.SleepFor(is_waiting_ ? kIntervalWhileWaiting : kInterval);
    } else {
      environment_.log.error("Registration failed, trying again error=\"{}\"",
                             std::string(done.message()));
      co_await environment_.sleeper.SleepFor(backoff->Next());
    }
  }
}

boost::asio::awaitable<std::vector<Registration::FoundApiService>> Registration::ReadApiServices() {
  std::vector<FoundApiService> found;
  for (const std::string& version : options_.versions) {
    const std::string name = WantedApiService{.version = version}.Name();
    absl::StatusOr<nlohmann::json> object = co_await GetObject(
        environment_.client, fmt::format("{}/{}", kApiServices, name), Described(name));
    found.push_back({version, std::move(object)});
  }
  co_return found;
}

std::vector<std::string> Registration::BundlesIn(const std::vector<FoundApiService>& found) const {
  std::vector<std::string> bundles;
  for (const FoundApiService& api_service : found) {
    if (!api_service.object.ok()) {
      bundles.emplace_back();
      continue;
    }
    std::string bundle = PublishedBundle(*api_service.object, options_.service);
    if (!bundle.empty()) bundles.push_back(std::move(bundle));
  }
  return bundles;
}

boost::asio::awaitable<absl::StatusOr<std::optional<ServingSecret>>> Registration::SyncSecret(
    std::vector<std::string> published) {
  const absl::StatusOr<ServingSecretStore::Kept> kept = co_await store_.Read();
  if (!kept.ok()) co_return kept.status();
  const int64_t now_ns = environment_.clock.WallNs();
  const absl::StatusOr<CertificatePlan> plan =
      PlanCertificates(kept->contents, identity_, published, now_ns);
  if (!plan.ok()) co_return plan.status();
  if (plan->ChangesNothing()) co_return kept->contents;
  absl::StatusOr<ServingSecret> made =
      CarryOut(*plan, kept->contents, identity_, published, now_ns);
  if (!made.ok()) co_return made.status();
  const absl::StatusOr<bool> written = co_await store_.Write(*kept, *made);
  if (!written.ok()) co_return written.status();
  if (!*written) co_return std::nullopt;
  environment_.log.info(
      "Serving certificates changed secret={}/{} authority={} certificate={} reason=\"{}\"",
      options_.secret.namespace_name, options_.secret.name,
      plan->new_authority            ? "new"
      : plan->forget_old_authorities ? "old ones forgotten"
                                     : "kept",
      plan->new_certificate ? "new" : "kept", plan->reason);
  co_return *std::move(made);
}

boost::asio::awaitable<absl::StatusOr<Registration::Outcome>> Registration::SyncApiService(
    FoundApiService found, std::string ca_bundle) {
  if (!found.object.ok()) co_return found.object.status();
  const WantedApiService wanted{.version = found.version,
                                .service = options_.service,
                                .ca_bundle = std::move(ca_bundle),
                                .take_over = options_.take_over};
  const std::string name = wanted.Name();
  ApiServicePlan plan = PlanApiService(*found.object, wanted);
  NoteOwner(wanted, plan);
  if (plan.action != ApiServicePlan::Action::kWrite) co_return Outcome::kDone;
  if (plan.replaces_another && !HasBeenReady()) {
    if (!is_waiting_) environment_.log.info("Waiting to be ready before registering name={}", name);
    is_waiting_ = true;
    co_return Outcome::kDone;
  }
  const absl::StatusOr<bool> written = co_await WriteObject(
      environment_.client, kApiServices, name, std::move(plan.object), Described(name));
  if (!written.ok()) co_return written.status();
  if (!*written) co_return Outcome::kRaced;
  environment_.log.info("APIService written name={}", name);
  co_return Outcome::kDone;
}

absl::Status Registration::HandOver(const ServingSecret& secret,
                                    const std::vector<std::string>& published) {
  if (secret.certificate == served_certificate_) return absl::OkStatus();
  const int64_t now_ns = environment_.clock.WallNs();
  // The aggregator needs a moment to learn of what is published, hence the pass between.
  const bool is_known = secret.certificate == seen_certificate_ &&
                        std::ranges::all_of(published, [&](const std::string& bundle) {
                          return IsTrusted(secret.certificate, bundle, now_ns);
                        });
  if (!is_known &&
      IsTrusted(served_certificate_, secret.authorities, now_ns + kHandOverBeforeEndNs)) {
    return absl::OkStatus();
  }
  absl::Status taken = taker_({.certificate = secret.certificate, .private_key = secret.key});
  if (taken.ok()) served_certificate_ = secret.certificate;
  return taken;
}

void Registration::NoteReadiness() {
  if (!environment_.is_ready) return;
  if (!environment_.is_ready()) {
    ready_since_ns_.reset();
  } else if (!ready_since_ns_) {
    ready_since_ns_ = environment_.clock.MonotonicNs();
  }
  if (HasBeenReady()) is_waiting_ = false;
}

bool Registration::HasBeenReady() const {
  if (!environment_.is_ready) return true;
  return ready_since_ns_ && environment_.clock.MonotonicNs() - *ready_since_ns_ >= kReadyForNs;
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
