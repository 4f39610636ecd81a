#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "kube/clock.h"
#include "kube/random_source.h"
#include "server/standalone/objects/managed_fields.h"
#include "server/standalone/objects/object_rules.h"
#include "server/standalone/objects/object_store.h"
#include "server/standalone/objects/or_status.h"
#include "server/standalone/objects/patches.h"
#include "server/standalone/objects/write_options.h"
#include "server/standalone/objects/write_target.h"

namespace kubegauge::server {

struct Written {
  Json object;  // as the client sees it: in its version, without kind and apiVersion
  bool created = false;
};

// Writes of clients: kube-apiserver's decoding, defaulting, validation, conflicts, managed fields
// and deletion over the store. A write that changes nothing is none: the resource version stays.
// Thread-safe; keeps references.
class ObjectWriter {
 public:
  ObjectWriter(ObjectStore& store, const kube::Clock& clock, kube::RandomSource& random);

  // `warnings` are for the client of the write, whatever becomes of it.
  OrStatus<Written> Create(const WriteTarget& target, const RequestBody& body,
                           std::vector<std::string>& warnings);
  OrStatus<Written> Update(const WriteTarget& target, const RequestBody& body,
                           std::vector<std::string>& warnings);
  OrStatus<Written> Patch(const WriteTarget& target, PatchKind kind, const Json& patch,
                          std::vector<std::string>& warnings);
  // Gives the object as it was, in the stored version.
  OrStatus<Json> Delete(const WriteTarget& target, const DeleteOptions& options);

 private:
  // Makes the object that is to be, of the live one in the client's version.
  using Change = std::function<OrStatus<Json>(const Json& live)>;

  OrStatus<Written> CreateObject(const WriteTarget& target, const RequestBody& body, bool applies,
                                 std::vector<std::string>& warnings);
  OrStatus<Json> NewObject(const WriteTarget& target, const NamespacedName& key, Json object,
                           bool applies);
  OrStatus<Json> Insert(const WriteTarget& target, const NamespacedName& key, Json object);
  OrStatus<Json> Applied(const WriteTarget& target, const Json& live, const Json& applied,
                         std::vector<std::string>& warnings) const;
  OrStatus<Written> Modify(const WriteTarget& target, const Change& change, bool tracks_update);
  OrStatus<Json> Candidate(const WriteTarget& target, const Json& stored, const Json& wanted) const;
  FieldManager Manager(const WriteTarget& target) const;
  OrStatus<Written> Commit(const WriteTarget& target, const StoredObject& known, Json candidate,
                           bool& lost_race);
  void OrphanDependents(const std::string& uid);
  void EmptyNamespace(const std::string& name);

  ObjectStore& store_;
  const kube::Clock& clock_;
  kube::RandomSource& random_;
};

}  // namespace kubegauge::server
