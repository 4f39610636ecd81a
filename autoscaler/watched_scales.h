#pragma once

#include <boost/asio/awaitable.hpp>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "autoscaler/pod_selector.h"
#include "kube/clock.h"
#include "kube/object_cache.h"
#include "kube/partial_metadata_decoder.h"
#include "kube/reflector.h"
#include "kube/rest_mapper.h"
#include "kube/scale.h"
#include "kube/scale_client.h"

namespace kubegauge::autoscaler {

// A scale as it was read, and what its selector says.
struct TargetScale {
  explicit TargetScale(kube::Scale read) : scale(std::move(read)), selector(scale.selector) {}

  kube::Scale scale;
  PodSelector selector;
};
using TargetScalePtr = std::shared_ptr<const TargetScale>;

// Scales that need not be read again: a scale is a view of its object (a Deployment), and the API
// server, which is watched for such objects' metadata, says when one has another version. An HPA
// whose target stays as it is thus costs the API server nothing; upstream reads the scale at each
// reconcile. What is here is as old as a watch is late; a write of it meets a conflict when it is
// too old (hpa.md 13).
//
// A collection is watched once a scale of it was read. Where that is forbidden, and while a watch
// is broken or says nothing at all, nothing is here and the scale is to be read.
//
// For one executor of one thread. Keeps references.
class WatchedScales {
 public:
  // `run` runs a task on the executor for as long as that goes on.
  WatchedScales(const kube::ReflectorEnvironment& environment,
                std::function<void(boost::asio::awaitable<void>)> run)
      : environment_(environment), run_(std::move(run)) {}
  WatchedScales(const WatchedScales&) = delete;
  WatchedScales& operator=(const WatchedScales&) = delete;

  // Null when it is to be read.
  TargetScalePtr Find(const kube::RestMapping& mapping, const kube::ScaleTarget& target) const;
  // What was read just now.
  void Keep(const kube::RestMapping& mapping, const kube::ScaleTarget& target,
            TargetScalePtr scale);

 private:
  // The object that a scale belongs to. The cache has another one when its version changes, without
  // a scale.
  struct Target {
    kube::ObjectVersion version;
    TargetScalePtr scale;
  };
  struct TargetKind {
    using Record = std::shared_ptr<Target>;
    static absl::StatusOr<Record> Decode(const kube::EncodedObject& object);
    static kube::ObjectKey KeyOf(const Record& target) {
      return {target->version.namespace_name, target->version.name};
    }
    static bool Same(const Record& before, const Record& after) {
      return before->version == after->version;
    }
  };
  struct Collection {
    Collection(const kube::RestMapping& mapping, const kube::ReflectorEnvironment& environment);

    const std::string group;
    const std::string resource;
    kube::ObjectCache<TargetKind> cache;
    kube::Reflector reflector;
  };

  Collection* Followed(const kube::RestMapping& mapping) const;
  bool IsHeard(const Collection& collection) const;

  const kube::ReflectorEnvironment environment_;
  const std::function<void(boost::asio::awaitable<void>)> run_;
  std::vector<std::unique_ptr<Collection>> collections_;
};

}  // namespace kubegauge::autoscaler
