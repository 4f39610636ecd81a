#pragma once

#include <array>
#include <cstddef>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>

namespace kubegauge::autoscaler {

// A T for each namespace that has one, spread over shards with a mutex each, so that work on
// different namespaces hardly ever waits for each other. T has `bool empty() const`, and an empty T
// is as good as none. Thread-safe; what is called with a T holds the mutex of its shard.
template <class T>
class NamespaceShards {
 public:
  void Change(std::string_view namespace_name, const std::function<void(T&)>& change) {
    Shard& shard = ShardOf(namespace_name);
    const std::lock_guard lock(shard.mutex);
    auto place = shard.namespaces.find(namespace_name);
    if (place == shard.namespaces.end()) {
      place = shard.namespaces.try_emplace(std::string(namespace_name)).first;
    }
    change(place->second);
    if (place->second.empty()) shard.namespaces.erase(place);
  }

  // Not called where there is no T.
  void Read(std::string_view namespace_name, const std::function<void(const T&)>& read) const {
    const Shard& shard = ShardOf(namespace_name);
    const std::lock_guard lock(shard.mutex);
    const auto place = shard.namespaces.find(namespace_name);
    if (place != shard.namespaces.end()) read(place->second);
  }

 private:
  static constexpr size_t kShards = 32;

  struct Shard {
    mutable std::mutex mutex;
    std::map<std::string, T, std::less<>> namespaces;
  };

  static size_t IndexOf(std::string_view namespace_name) {
    return std::hash<std::string_view>()(namespace_name) % kShards;
  }
  Shard& ShardOf(std::string_view namespace_name) { return shards_[IndexOf(namespace_name)]; }
  const Shard& ShardOf(std::string_view namespace_name) const {
    return shards_[IndexOf(namespace_name)];
  }

  std::array<Shard, kShards> shards_;
};

}  // namespace kubegauge::autoscaler
