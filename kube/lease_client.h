#pragma once

#include <boost/asio/awaitable.hpp>
#include <chrono>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "kube/api_client.h"
#include "kube/leader_record.h"

namespace kubegauge::kube {

// Reads and writes one Lease. Errors have client-go's text and the codes of ApiErrorOf. Keeps a
// reference to `client`.
class LeaseClient {
 public:
  LeaseClient(ApiClient& client, std::string namespace_name, std::string name);

  // "namespace/name", for messages.
  std::string Describe() const;
  const std::string& namespace_name() const { return namespace_name_; }
  const std::string& name() const { return name_; }

  boost::asio::awaitable<absl::StatusOr<Lease>> Get(std::chrono::milliseconds timeout);
  boost::asio::awaitable<absl::StatusOr<Lease>> Create(LeaderRecord record,
                                                       std::chrono::milliseconds timeout);
  // `lease` with `record` in it; fails when it has changed since it was read.
  boost::asio::awaitable<absl::StatusOr<Lease>> Update(Lease lease, LeaderRecord record,
                                                       std::chrono::milliseconds timeout);

 private:
  boost::asio::awaitable<absl::StatusOr<Lease>> Send(ApiRequest request);

  ApiClient& client_;
  const std::string namespace_name_;
  const std::string name_;
  const std::string collection_path_;
};

}  // namespace kubegauge::kube
