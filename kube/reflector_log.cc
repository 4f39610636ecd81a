#include "kube/reflector_log.h"

#include <fmt/format.h>

#include <string>

namespace kubegauge::kube {
namespace {

std::string RemedyOf(WatchFailureKind kind, const WatchedResource& resource) {
  switch (kind) {
    case WatchFailureKind::kForbidden:
      return fmt::format("grant the service account a role with the verbs get, list, watch on {}",
                         resource.name);
    case WatchFailureKind::kUnauthorized:
      return "check that the service account's token or the kubeconfig's credentials are valid";
    case WatchFailureKind::kNotFound:
      return fmt::format("check that the API server serves {}", resource.path);
    case WatchFailureKind::kConnection:
      return "check that the API server can be reached";
    case WatchFailureKind::kMalformed:
      return "check that no proxy alters what the API server answers";
    default:
      return "none, it is tried again";
  }
}

}  // namespace

void ReflectorLog::Failed(std::string_view action, const WatchFailure& failure) {
  const bool known = failing_ == failure.kind;
  failing_ = failure.kind;
  const std::string remedy = RemedyOf(failure.kind, resource_);
  if (resource_.optional) {
    logger_.log(known ? spdlog::level::debug : spdlog::level::info,
                "Cannot follow objects of the API server, they are read one by one resource={} "
                "action={} error=\"{}\" remedy=\"{}\"",
                resource_.name, action, failure.message, remedy);
    return;
  }
  logger_.log(known ? spdlog::level::debug : spdlog::level::err,
              "Cannot follow objects of the API server, the last known ones stay resource={} "
              "action={} error=\"{}\" remedy=\"{}\"",
              resource_.name, action, failure.message, remedy);
}

void ReflectorLog::Works() {
  if (!failing_) return;
  failing_.reset();
  logger_.info("Follows objects of the API server again resource={}", resource_.name);
}

void ReflectorLog::WatchBroke(const WatchFailure& failure) {
  logger_.debug("A watch broke resource={} error=\"{}\"", resource_.name, failure.message);
}

void ReflectorLog::Unreadable(size_t objects, const absl::Status& first_error) {
  logger_.warn(
      "Objects of the API server cannot be read and are left out resource={} objects={} "
      "error=\"{}\"",
      resource_.name, objects, std::string(first_error.message()));
}

}  // namespace kubegauge::kube
