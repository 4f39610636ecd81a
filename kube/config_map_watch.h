#pragma once

#include <boost/asio/awaitable.hpp>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "kube/config_map.h"
#include "kube/object_cache.h"
#include "kube/reflector.h"

namespace kubegauge::kube {

// How an ObjectCache keeps ConfigMaps.
struct ConfigMapKind {
  using Record = std::shared_ptr<const ConfigMap>;
  static absl::StatusOr<Record> Decode(const EncodedObject& object);
  static ObjectKey KeyOf(const Record& config_map) { return kube::KeyOf(*config_map->meta); }
  static bool Same(const Record& before, const Record& after) {
    return SameContent(*before->meta, *after->meta) && before->data == after->data;
  }
};

// One ConfigMap, as it is now, such as kube-system/extension-apiserver-authentication (wire.md
// B.2). It is asked for by name, so a Role that is restricted to that name will do.
class ConfigMapWatch {
 public:
  ConfigMapWatch(std::string_view namespace_name, std::string_view name,
                 const ReflectorEnvironment& environment);

  // Called on the executor of Run. To be set before Run is started.
  void SetOnChange(std::function<void()> on_change) { cache_.SetOnChange(std::move(on_change)); }

  // Keeps it up to date until cancelled. See Reflector::Run for its executor.
  boost::asio::awaitable<void> Run() { return reflector_.Run(); }

  // The rest is for any thread; see ObjectCache for the mutex behind it.
  bool synced() const { return cache_.synced(); }
  uint64_t version() const { return cache_.version(); }
  // Null when there is none, and before it is known.
  std::shared_ptr<const ConfigMap> Current() const { return cache_.Find({namespace_, name_}); }

 private:
  const std::string namespace_;
  const std::string name_;
  ObjectCache<ConfigMapKind> cache_;
  Reflector reflector_;
};

}  // namespace kubegauge::kube
