#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "apiservice/http.h"
#include "apiservice/include_object.h"
#include "apiservice/negotiation.h"
#include "apiservice/status.h"
#include "server/standalone/objects/object_store.h"

namespace kubegauge::server {

// How a client wants to see objects.
struct ObjectView {
  const ResourceType& resource;
  ServedVersion version;
  apiservice::Negotiated negotiated;
  apiservice::IncludeObject include_object = apiservice::IncludeObject::kMetadata;
  int64_t now_ns = 0;  // wall clock
};

// As apiservice::Negotiate, for objects that are served as JSON and YAML only: clients that prefer
// protobuf all take JSON, too.
std::optional<apiservice::Status> NegotiateObjects(const apiservice::Request& request,
                                                   apiservice::Endpoint endpoint,
                                                   apiservice::Negotiated& negotiated);

// One object as a whole document: itself, a Table of one row, or its metadata. `shows_columns`:
// all Tables of a watch but the first leave them out.
Json ViewObject(const ObjectView& view, const Json& stored, bool shows_columns = true);
// A Scale without kind and apiVersion, likewise.
Json ViewScale(const ObjectView& view, const Json& scale);
// Many objects, likewise; `metadata` is that of the list.
Json ViewList(const ObjectView& view, const std::vector<StoredObject>& objects, Json metadata);
// What a bookmark shows: an object that only has a version.
Json ViewBookmark(const ObjectView& view, uint64_t version, bool ends_initial_events);

}  // namespace kubegauge::server
