#include "server/standalone/objects/pod_template.h"

#include <fmt/format.h>

#include <set>
#include <string_view>
#include <utility>

#include "autoscaler/name_rules.h"
#include "kube/go_quote.h"
#include "kube/kubernetes_version.h"
#include "kube/quantity.h"
#include "server/standalone/objects/write_status.h"

namespace kubegauge::server {
namespace {

void FillIn(Json& object, const char* key, const Json& value) {
  if (!object.contains(key)) object[key] = value;
}

// A reference without a tag or digest, or with the tag `latest`, is pulled always.
bool IsLatest(const std::string& image) {
  if (image.find('@') != std::string::npos) return false;
  const std::string name =
      image.substr(image.rfind('/') == std::string::npos ? 0 : image.rfind('/'));
  const size_t colon = name.rfind(':');
  return colon == std::string::npos || name.substr(colon + 1) == "latest";
}

void SetProbeDefaults(Json& probe) {
  constexpr std::pair<const char*, int> kNumbers[] = {{"timeoutSeconds", 1},
                                                      {"periodSeconds", 10},
                                                      {"successThreshold", 1},
                                                      {"failureThreshold", 3}};
  for (const auto& [key, number] : kNumbers) {
    if (probe.value(key, 0) == 0) probe[key] = number;
  }
  if (!probe.contains("httpGet")) return;
  FillIn(probe["httpGet"], "path", "/");
  FillIn(probe["httpGet"], "scheme", "HTTP");
}

void SetContainerDefaults(Json& container) {
  FillIn(container, "resources", Json::object());
  FillIn(container, "terminationMessagePath", "/dev/termination-log");
  FillIn(container, "terminationMessagePolicy", "File");
  const std::string image = container.value("image", "");
  FillIn(container, "imagePullPolicy", IsLatest(image) ? "Always" : "IfNotPresent");
  if (container.contains("ports")) {
    for (Json& port : container["ports"]) FillIn(port, "protocol", "TCP");
  }
  for (const char* probe : {"livenessProbe", "readinessProbe", "startupProbe"}) {
    if (container.contains(probe)) SetProbeDefaults(container[probe]);
  }
}

void ValidateAmounts(const std::string& path, const Json& amounts, FieldErrors& errors) {
  for (const auto& [name, text] : amounts.items()) {
    for (const std::string& fault :
         autoscaler::ContainerResourceFaults(name, kube::kKubernetesMinor)) {
      errors.push_back(InvalidValue(fmt::format("{}[{}]", path, name), kube::GoQuote(name), fault));
    }
    const auto quantity = kube::Quantity::Parse(text.get<std::string>());
    if (quantity.ok() && quantity->Sign() < 0) {
      errors.push_back(InvalidValue(fmt::format("{}[{}]", path, name),
                                    kube::GoQuote(text.get<std::string>()),
                                    "must be greater than or equal to 0"));
    }
  }
}

void ValidateResources(const std::string& path, const Json& resources, FieldErrors& errors) {
  const Json limits = resources.value("limits", Json::object());
  const Json requests = resources.value("requests", Json::object());
  ValidateAmounts(path + ".limits", limits, errors);
  ValidateAmounts(path + ".requests", requests, errors);
  for (const auto& [name, text] : requests.items()) {
    if (!limits.contains(name)) continue;
    const auto request = kube::Quantity::Parse(text.get<std::string>());
    const auto limit = kube::Quantity::Parse(limits[name].get<std::string>());
    if (request.ok() && limit.ok() && *request > *limit) {
      errors.push_back(InvalidValue(path + ".requests", kube::GoQuote(text.get<std::string>()),
                                    fmt::format("must be less than or equal to {} limit of {}",
                                                name, limits[name].get<std::string>())));
    }
  }
}

void ValidateName(const std::string& field, const std::string& name, std::set<std::string>& names,
                  FieldErrors& errors) {
  if (name.empty()) return errors.push_back(RequiredValue(field, ""));
  for (const std::string& fault : autoscaler::DnsLabelFaults(name, kube::kKubernetesMinor)) {
    errors.push_back(InvalidValue(field, kube::GoQuote(name), fault));
  }
  if (names.insert(name).second) return;
  errors.push_back({.reason = "FieldValueDuplicate",
                    .message = fmt::format("Duplicate value: {}", kube::GoQuote(name)),
                    .field = field});
}

void ValidatePorts(const std::string& path, const Json& ports, FieldErrors& errors) {
  constexpr int64_t kLastPort = 65535;
  for (size_t i = 0; i < ports.size(); ++i) {
    const std::string field = fmt::format("{}[{}].containerPort", path, i);
    const int64_t number = ports[i].value("containerPort", int64_t{0});
    if (number == 0) {
      errors.push_back(RequiredValue(field, ""));
    } else if (number < 1 || number > kLastPort) {
      errors.push_back(
          InvalidValue(field, fmt::format("{}", number), "must be between 1 and 65535, inclusive"));
    }
    const std::string protocol = ports[i].value("protocol", "TCP");
    if (protocol != "TCP" && protocol != "UDP" && protocol != "SCTP") {
      errors.push_back(UnsupportedValue(fmt::format("{}[{}].protocol", path, i), protocol,
                                        "\"SCTP\", \"TCP\", \"UDP\""));
    }
  }
}

void ValidateContainers(const std::string& path, const Json& containers, FieldErrors& errors) {
  std::set<std::string> names;
  for (size_t i = 0; i < containers.size(); ++i) {
    const std::string at = fmt::format("{}[{}]", path, i);
    ValidateName(at + ".name", containers[i].value("name", ""), names, errors);
    if (containers[i].value("image", "").empty()) {
      errors.push_back(RequiredValue(at + ".image", ""));
    }
    ValidatePorts(at + ".ports", containers[i].value("ports", Json::array()), errors);
    const std::string pulled = containers[i].value("imagePullPolicy", "Always");
    if (pulled != "Always" && pulled != "IfNotPresent" && pulled != "Never") {
      errors.push_back(UnsupportedValue(at + ".imagePullPolicy", pulled,
                                        "\"Always\", \"IfNotPresent\", \"Never\""));
    }
    ValidateResources(at + ".resources", containers[i].value("resources", Json::object()), errors);
  }
}

}  // namespace

void SetPodTemplateDefaults(Json& pod_template) {
  Json& spec = pod_template["spec"];
  FillIn(spec, "restartPolicy", "Always");
  FillIn(spec, "terminationGracePeriodSeconds", 30);
  FillIn(spec, "dnsPolicy", "ClusterFirst");
  FillIn(spec, "securityContext", Json::object());
  FillIn(spec, "schedulerName", "default-scheduler");
  for (const char* list : {"initContainers", "containers"}) {
    if (!spec.contains(list)) continue;
    for (Json& container : spec[list]) SetContainerDefaults(container);
  }
}

void ValidatePodTemplate(const std::string& path, const Json& pod_template, FieldErrors& errors) {
  const Json spec = pod_template.value("spec", Json::object());
  const Json containers = spec.value("containers", Json::array());
  if (containers.empty()) errors.push_back(RequiredValue(path + ".spec.containers", ""));
  ValidateContainers(path + ".spec.containers", containers, errors);
  ValidateContainers(path + ".spec.initContainers", spec.value("initContainers", Json::array()),
                     errors);
  const std::string policy = spec.value("restartPolicy", "");
  if (policy != "Always") {
    errors.push_back(UnsupportedValue(path + ".spec.restartPolicy", policy, "\"Always\""));
  }
}

}  // namespace kubegauge::server
