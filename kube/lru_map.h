#pragma once

#include <boost/unordered/unordered_flat_map.hpp>
#include <cstddef>
#include <functional>
#include <list>
#include <string>
#include <string_view>
#include <utility>

namespace kubegauge::kube {

// A map of texts that holds at most `capacity` values: beyond that, the one goes that was not used
// for longest. Not thread-safe.
template <class Value>
class LruMap {
 public:
  explicit LruMap(size_t capacity) : capacity_(capacity) {}

  // The value of `key`, made anew where there is none. Good until the next call.
  Value& Use(std::string_view key) {
    const auto found = index_.find(key);
    if (found != index_.end()) {
      entries_.splice(entries_.begin(), entries_, found->second);
      return entries_.front().second;
    }
    entries_.emplace_front(std::string(key), Value());
    index_.emplace(entries_.front().first, entries_.begin());
    if (entries_.size() > capacity_) {
      index_.erase(entries_.back().first);
      entries_.pop_back();
    }
    return entries_.front().second;
  }

  size_t size() const { return entries_.size(); }

 private:
  using Entries = std::list<std::pair<std::string, Value>>;  // the one used last in front

  const size_t capacity_;
  Entries entries_;
  // Keys are views into `entries_`.
  boost::unordered_flat_map<std::string_view, typename Entries::iterator,
                            std::hash<std::string_view>>
      index_;
};

}  // namespace kubegauge::kube
