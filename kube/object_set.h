#pragma once

#include <boost/unordered/unordered_flat_set.hpp>
#include <cstddef>
#include <utility>

#include "kube/object_key.h"

namespace kubegauge::kube {

// How an ObjectSet finds a record: by its key, of the record itself or alone.
template <class Kind>
class ObjectKeyOf {
 public:
  static ObjectKey Get(const ObjectKey& key) { return key; }
  static ObjectKey Get(const typename Kind::Record& record) { return Kind::KeyOf(record); }

  struct Hash {
    using is_transparent = void;
    template <class T>
    size_t operator()(const T& value) const {
      return ObjectKeyHash()(Get(value));
    }
  };
  struct Equal {
    using is_transparent = void;
    template <class A, class B>
    bool operator()(const A& a, const B& b) const {
      return Get(a) == Get(b);
    }
  };
};

// Objects of one kind by their key, which is in the records, so that the set costs some 10 to 20
// bytes an object beside the record (of a pointer). `Kind` is that of an ObjectCache.
template <class Kind>
using ObjectSet = boost::unordered_flat_set<typename Kind::Record, typename ObjectKeyOf<Kind>::Hash,
                                            typename ObjectKeyOf<Kind>::Equal>;

// Puts a record in the place of the one that has its key. A set's elements do not change: the key
// is in them.
template <class Kind>
void ReplaceObject(ObjectSet<Kind>& set, typename ObjectSet<Kind>::const_iterator place,
                   typename Kind::Record record) {
  set.erase(place);
  set.insert(std::move(record));
}

}  // namespace kubegauge::kube
