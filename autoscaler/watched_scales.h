#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/unordered/unordered_flat_map.hpp>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "autoscaler/observation.h"
#include "kube/object_cache.h"
#include "kube/partial_metadata_decoder.h"
#include "kube/reflector.h"
#include "kube/rest_mapper.h"
#include "kube/scale.h"
#include "kube/scale_client.h"

namespace kubegauge::autoscaler {

// What scales said when they were last read, for as long as that holds: a scale is a view of its
// object (a Deployment), and the API server, which is watched for such objects' metadata, says when
// one has another version. An HPA whose target stays as it is thus costs the API server nothing;
// upstream reads the scale at each reconcile. What is here may be older than the scale by as much
// as the watch is late, so it is enough to see that nothing is to be done, and not to act on.
//
// A collection is watched once one of its scales was read. Find is null while that watch is
// forbidden, broken or silent for 90 s, and for what was read during an earlier watch: a new one
// has not yet said what it missed. A changed CRD may go unnoticed for as long as one watch lasts.
//
// For one executor of one thread. Keeps the references of `environment`.
class WatchedScales {
 public:
  // `run` runs a task on the executor for as long as that goes on.
  WatchedScales(const kube::ReflectorEnvironment& environment,
                std::function<void(boost::asio::awaitable<void>)> run)
      : environment_(environment), run_(std::move(run)) {}
  WatchedScales(const WatchedScales&) = delete;
  WatchedScales& operator=(const WatchedScales&) = delete;

  // Null when it is to be read. Good until the executor does something else.
  const ScaleReading* Find(const kube::RestMapping& mapping, const kube::ScaleTarget& target) const;
  // What was read just now by `mapping`, one of those in which its kind is `served`: `reading` is
  // of `scale`.
  void Keep(std::span<const kube::RestMapping> served, const kube::RestMapping& mapping,
            const kube::ScaleTarget& target, const kube::Scale& scale, const ScaleReading& reading);
  // It was written.
  void Forget(const kube::ScaleTarget& target);
  // Nothing that was kept is found any more, and what is watched is asked for anew.
  void Renew();

 private:
  struct VersionKind {
    using Record = std::shared_ptr<const kube::ObjectVersion>;
    static absl::StatusOr<Record> Decode(const kube::EncodedObject& object);
    static kube::ObjectKey KeyOf(const Record& object) {
      return {object->namespace_name, object->name};
    }
    static bool Same(const Record& before, const Record& after) { return *before == *after; }
  };
  struct Kept {
    ScaleReading reading;
    uint64_t watch = 0;  // the number of that in whose time it was read
  };
  struct Collection {
    Collection(const kube::RestMapping& mapping, const kube::ReflectorEnvironment& environment);

    // Until Stop. `one` lives for as long.
    static boost::asio::awaitable<void> Run(std::shared_ptr<Collection> one);
    void Stop();

    const kube::GroupVersion group_version;
    const std::string resource;
    kube::ObjectCache<VersionKind> cache;
    kube::Reflector reflector;
    // Of the objects as the cache has them: of one that changes, it goes.
    boost::unordered_flat_map<const kube::ObjectVersion*, Kept> scales;
    bool stopped = false;
    boost::asio::steady_timer* until_stopped = nullptr;  // while it runs
  };
  using CollectionPtr = std::shared_ptr<Collection>;

  Collection* Followed(std::string_view group, std::string_view resource) const;
  CollectionPtr Follow(const kube::RestMapping& mapping) const;
  // Where the API server serves the collection in another version now.
  void FollowAnew(Collection& gone, const kube::RestMapping& mapping);

  const kube::ReflectorEnvironment environment_;
  const std::function<void(boost::asio::awaitable<void>)> run_;
  std::vector<CollectionPtr> collections_;
};

}  // namespace kubegauge::autoscaler
