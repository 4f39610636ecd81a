#pragma once

#include <functional>

#include "kube/api_client.h"

namespace kubegauge::autoscaler {

// Lets requests that change something through only while this process leads, so that a process that
// has lost its lease writes no more, whatever it was in the midst of. `leads` says so at the moment
// and is called on any thread. Refused requests are kCancelled. Keeps references.
class FencedApiClient final : public kube::ApiClient {
 public:
  FencedApiClient(kube::ApiClient& next, std::function<bool()> leads)
      : next_(next), leads_(std::move(leads)) {}

  boost::asio::awaitable<absl::StatusOr<kube::ApiResponse>> Send(kube::ApiRequest request) override;
  boost::asio::awaitable<absl::StatusOr<std::unique_ptr<kube::ApiStream>>> Open(
      kube::ApiRequest request) override;

 private:
  kube::ApiClient& next_;
  const std::function<bool()> leads_;
};

}  // namespace kubegauge::autoscaler
