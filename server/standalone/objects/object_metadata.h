#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "apiservice/status.h"
#include "kube/random_source.h"
#include "server/standalone/objects/object_rules.h"
#include "server/standalone/objects/object_store.h"

namespace kubegauge::server {

// `size` of the letters that kube-apiserver makes generated names of.
std::string RandomSuffix(kube::RandomSource& random, size_t size = 5);
// A random UUID.
std::string RandomUid(kube::RandomSource& random);

// Fills in the metadata of an object that is being created at `key`: uid, creation time, and where
// the resource has one, the generation. What only the server may set is dropped.
void PrepareNewMetadata(const ResourceType& resource, const NamespacedName& key, int64_t now_ns,
                        kube::RandomSource& random, Json& object);

// What a write cannot change stays as it is in `old`, and what it does not say. Where it says what
// may not be changed, ValidateMetadataUpdate has the error.
void KeepMetadata(const Json& old, Json& object);

// Upstream's ValidateObjectMeta: the name, labels, annotations, owners, finalizers.
FieldErrors ValidateMetadata(const ResourceType& resource, const Json& object);
// What it checks of one that takes the place of `old`.
FieldErrors ValidateMetadataUpdate(const ResourceType& resource, const Json& old,
                                   const Json& object);

// The 400 of an object that says another name or namespace than the path does.
std::optional<apiservice::Status> CheckNames(const ResourceType& resource,
                                             const NamespacedName& key, const Json& object);

// Likewise of one that has to say its name.
std::optional<apiservice::Status> CheckNamed(const ResourceType& resource,
                                             const NamespacedName& key, const Json& object);

// A text member of metadata; "" when there is none.
std::string MetadataText(const Json& object, const char* key);

}  // namespace kubegauge::server
