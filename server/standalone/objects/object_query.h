#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "apiservice/http.h"
#include "apiservice/list_options.h"
#include "apiservice/request_info.h"
#include "apiservice/status.h"
#include "kube/field_selector.h"
#include "kube/label_selector.h"
#include "server/standalone/continue_token.h"
#include "server/standalone/objects/object_store.h"

namespace kubegauge::server {

// What a list, a watch or a deletecollection asks for.
struct ObjectQuery {
  std::string namespace_name;  // empty: all
  std::string name;            // empty: any
  kube::LabelSelector labels;
  kube::FieldSelector fields;
  int64_t limit = 0;  // 0 or less: no limit
  std::optional<ContinuePoint> after;
  std::optional<uint64_t> resource_version;  // of a list: at least as new
  apiservice::WatchOptions watch;

  bool selects_all() const { return labels.empty() && fields.empty() && name.empty(); }
  bool Matches(const ResourceType& resource, const ServedVersion& version,
               const StoredObject& object, const Json& state) const;
};

// The number of a resource version; nullopt for a text that is none.
std::optional<uint64_t> ParseObjectVersion(std::string_view text);

// Reads the version that an answer has to be as new as, of a get, a list or a watch; there may be
// none. The Status of a text that is none.
std::optional<apiservice::Status> ParseLeastVersion(const apiservice::Request& request,
                                                    std::string_view verb,
                                                    std::optional<uint64_t>& version);

// Reads the query options. Gives the Status of the first rule that they break, with
// kube-apiserver's text, or nullopt and fills `query`.
std::optional<apiservice::Status> ParseObjectQuery(const apiservice::Request& request,
                                                   const apiservice::RequestInfo& info,
                                                   const ResourceType& resource,
                                                   ObjectQuery& query);

}  // namespace kubegauge::server
