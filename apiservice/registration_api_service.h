#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace kubegauge::apiservice {

// The Service behind which this server answers.
struct ServiceReference {
  std::string namespace_name;
  std::string name;
  uint16_t port = 443;
};

// What an APIService is to say (wire.md E.1). Its name is `<version>.<group>`.
struct WantedApiService {
  std::string group = "metrics.k8s.io";
  std::string version;
  ServiceReference service;
  std::string ca_bundle;   // PEM
  bool take_over = false;  // also when it points at another's Service

  std::string Name() const { return version + "." + group; }
};

struct ApiServicePlan {
  enum class Action {
    kNothing,
    kWrite,    // `object`, which is new when it has no resourceVersion
    kAnothers  // left alone: it points at another Service, which `owner` names
  };
  Action action = Action::kNothing;
  // By kWrite whoever serves this API now would no longer be asked, or no longer be believed:
  // behind another Service, or behind ours with a certificate that nobody verified.
  bool replaces_another = false;
  nlohmann::json object;
  std::string owner;
};

// What is to be done with the APIService that was read, JSON null where there is none. Pure. What
// kubegauge has no opinion of stays as it is. An APIService without a Service is served by the API
// server itself and never taken over.
ApiServicePlan PlanApiService(const nlohmann::json& existing, const WantedApiService& wanted);

// The CA bundle by which clients judge who answers for `service`, "" when the APIService is absent,
// another's, or has none.
std::string PublishedBundle(const nlohmann::json& existing, const ServiceReference& service);

}  // namespace kubegauge::apiservice
