#include "apiservice/registration_api_service.h"

#include <fmt/format.h>

#include <utility>

#include "absl/status/statusor.h"
#include "absl/strings/escaping.h"
#include "apiservice/base64.h"
#include "apiservice/json_members.h"

namespace kubegauge::apiservice {
namespace {

constexpr int kPriority = 100;  // of group and version, as metrics-server's
// Of versions of one priority the API server would prefer v1, which metrics-server does not know.
constexpr int kNewVersionPriority = 90;

bool PointsAt(const nlohmann::json& service, const ServiceReference& reference) {
  return StringMember(service, "namespace") == reference.namespace_name &&
         StringMember(service, "name") == reference.name;
}

std::string OwnerOf(const nlohmann::json& spec) {
  const nlohmann::json& service = ObjectMember(spec, "service");
  if (service.empty()) return "the API server itself";
  return fmt::format("Service {}/{}", StringMember(service, "namespace"),
                     StringMember(service, "name"));
}

nlohmann::json NewApiService(const WantedApiService& wanted) {
  return {{"apiVersion", "apiregistration.k8s.io/v1"},
          {"kind", "APIService"},
          {"metadata",
           {{"name", wanted.Name()}, {"labels", {{"app.kubernetes.io/managed-by", "kubegauge"}}}}}};
}

void SetSpec(const WantedApiService& wanted, nlohmann::json& spec) {
  spec["service"] = {{"namespace", wanted.service.namespace_name},
                     {"name", wanted.service.name},
                     {"port", wanted.service.port}};
  spec["group"] = wanted.group;
  spec["version"] = wanted.version;
  spec["groupPriorityMinimum"] = kPriority;
  spec["versionPriority"] = wanted.version == "v1" ? kNewVersionPriority : kPriority;
  spec["caBundle"] = absl::Base64Escape(wanted.ca_bundle);
  spec.erase("insecureSkipTLSVerify");  // may not stand beside a caBundle
}

// What the API server leaves out or adds of itself, so that only real differences count.
nlohmann::json Normal(nlohmann::json spec) {
  if (!BoolMember(spec, "insecureSkipTLSVerify")) spec.erase("insecureSkipTLSVerify");
  if (spec.contains("service") && spec["service"].is_object() &&
      !spec["service"].contains("port")) {
    spec["service"]["port"] = 443;
  }
  return spec;
}

}  // namespace

ApiServicePlan PlanApiService(const nlohmann::json& existing, const WantedApiService& wanted) {
  nlohmann::json object = existing.is_null() ? NewApiService(wanted) : existing;
  if (!object["spec"].is_object()) object["spec"] = nlohmann::json::object();
  nlohmann::json& spec = object["spec"];
  bool replaces_another = false;
  if (!existing.is_null()) {
    const nlohmann::json& service = ObjectMember(spec, "service");
    const bool is_anothers = !PointsAt(service, wanted.service);
    replaces_another = is_anothers || BoolMember(spec, "insecureSkipTLSVerify");
    if (is_anothers && (!wanted.take_over || service.empty())) {
      return {.action = ApiServicePlan::Action::kAnothers, .object = {}, .owner = OwnerOf(spec)};
    }
  }
  const nlohmann::json before = Normal(spec);
  SetSpec(wanted, spec);
  if (!existing.is_null() && Normal(spec) == before) return {};
  return {.action = ApiServicePlan::Action::kWrite,
          .replaces_another = replaces_another,
          .object = std::move(object),
          .owner = {}};
}

std::string PublishedBundle(const nlohmann::json& existing, const ServiceReference& service) {
  const nlohmann::json& spec = ObjectMember(existing, "spec");
  if (!PointsAt(ObjectMember(spec, "service"), service)) return {};
  const absl::StatusOr<std::string> bundle = DecodeBase64(StringMember(spec, "caBundle"));
  return bundle.ok() ? *bundle : std::string();
}

}  // namespace kubegauge::apiservice
