#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "server/standalone/objects/managed_fields.h"
#include "server/standalone/objects/object_store.h"
#include "server/standalone/objects/or_status.h"
#include "server/standalone/objects/request_body.h"
#include "server/standalone/objects/schema.h"
#include "server/standalone/objects/write_options.h"

namespace kubegauge::server {

// What a client wants to write, and how it names it.
struct WriteTarget {
  const ResourceType& resource;
  ServedVersion version;    // that the client speaks
  std::string subresource;  // "", "status" or "scale"
  NamespacedName key;       // no name for one that is to be created
  WriteOptions options;
};

bool IsScale(const WriteTarget& target);
// The kind, the version and the type of the bodies that a target takes.
std::string_view KindOf(const WriteTarget& target);
ServedVersion VersionOf(const WriteTarget& target);
const SchemaStruct& StructureOf(const WriteTarget& target);
// The type of the objects behind the target, as they are stored.
const SchemaStruct& StoredStructureOf(const WriteTarget& target);

// A stored object as the target's clients see it, without kind and apiVersion.
Json Shown(const WriteTarget& target, const Json& stored);

// The fields of stored objects of a resource in the versions that it is served in.
FieldsInVersion FieldsOfVersions(const ResourceType& resource);

// Reads the body of a write, and takes its kind and apiVersion off. The 400 of a body of another
// kind or of wrong types; unknown fields are refused or told in `warnings`, as the client asks.
OrStatus<Json> DecodeWrite(const WriteTarget& target, const RequestBody& body,
                           std::vector<std::string>& warnings);

// Why an object of the right kind could not be read all the same, in the words of the decoder of
// JSON, and of the one that reads what a strategic merge patch left.
struct Unreadable {
  std::string why;  // empty where it could be
  std::string conversion;
};
OrStatus<Json> DecodeWrite(const WriteTarget& target, const RequestBody& body,
                           std::vector<std::string>& warnings, Unreadable& unreadable);

}  // namespace kubegauge::server
