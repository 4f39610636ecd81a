#pragma once

#include <boost/asio/awaitable.hpp>

#include "absl/status/status.h"
#include "autoscaler/hpa.h"
#include "autoscaler/hpa_api.h"
#include "kube/api_client.h"

namespace kubegauge::autoscaler {

// Writes the status of HPAs as upstream does: a PUT of the status subresource with the resource
// version that the decision was made on, so that a status never overwrites a newer one (hpa.md
// 14.3). Thread-safe; keeps a reference to `client`.
class StatusWriter {
 public:
  StatusWriter(kube::ApiClient& client, HpaApi api) : client_(client), api_(std::move(api)) {}

  // Errors have client-go's texts.
  boost::asio::awaitable<absl::Status> Write(const Hpa& hpa, const HpaStatus& status);

 private:
  kube::ApiClient& client_;
  const HpaApi api_;
};

}  // namespace kubegauge::autoscaler
