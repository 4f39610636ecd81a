#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"

namespace kubegauge::kube {

// Who leads, as a Lease says it (client-go's LeaderElectionRecord).
struct LeaderRecord {
  std::string holder;  // empty: nobody
  int64_t lease_duration_seconds = 0;
  std::string acquire_time;  // metav1.MicroTime, as it stands there
  std::string renew_time;
  int64_t transitions = 0;

  bool operator==(const LeaderRecord&) const = default;
};

// A Lease of coordination.k8s.io/v1 as it was read: the record, and all of the object, which goes
// back with another record in it.
struct Lease {
  LeaderRecord record;
  std::string uid;
  std::string resource_version;
  std::string json;
};

// Error: kInvalidArgument.
absl::StatusOr<Lease> DecodeLease(std::string_view json);

// The JSON of a Lease that does not exist yet.
std::string EncodeNewLease(std::string_view namespace_name, std::string_view name,
                           const LeaderRecord& record);

// The JSON of `lease` with `record` instead of its own. Its resourceVersion stays, so that an
// update fails when somebody else was faster.
std::string EncodeLease(const Lease& lease, const LeaderRecord& record);

}  // namespace kubegauge::kube
