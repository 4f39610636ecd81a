#include "kube/config_map_watch.h"

#include <fmt/format.h>

namespace kubegauge::kube {
namespace {

WatchedResource OneConfigMap(std::string_view namespace_name, std::string_view name) {
  return {.name = fmt::format("configmaps \"{}\" in namespace {}", name, namespace_name),
          .path = fmt::format("/api/v1/namespaces/{}/configmaps", namespace_name),
          .field_selector = fmt::format("metadata.name={}", name),
          .list_accept = std::string(kAcceptObjects),
          .watch_accept = std::string(kAcceptObjects)};
}

}  // namespace

absl::StatusOr<ConfigMapKind::Record> ConfigMapKind::Decode(const EncodedObject& object) {
  return DecodeConfigMap(object);
}

ConfigMapWatch::ConfigMapWatch(std::string_view namespace_name, std::string_view name,
                               const ReflectorEnvironment& environment)
    : namespace_(namespace_name),
      name_(name),
      reflector_(OneConfigMap(namespace_name, name), cache_, environment) {}

}  // namespace kubegauge::kube
