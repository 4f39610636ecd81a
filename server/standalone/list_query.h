#pragma once

#include <cstdint>
#include <optional>

#include "apiservice/http.h"
#include "apiservice/request_info.h"
#include "apiservice/status.h"
#include "kube/field_selector.h"
#include "kube/label_selector.h"
#include "server/standalone/continue_token.h"
#include "server/standalone/core_objects.h"

namespace kubegauge::server {

// What a list request asks for of a core resource.
struct ListQuery {
  kube::LabelSelector labels;
  kube::FieldSelector fields;
  int64_t limit = 0;  // 0 or less: no limit
  std::optional<ContinuePoint> after;
};

// Reads the query options of a list. Gives the Status of the first rule that they break, with
// kube-apiserver's text, or nullopt and fills `query`.
std::optional<apiservice::Status> ParseListQuery(const apiservice::Request& request,
                                                 const apiservice::RequestInfo& info,
                                                 const CoreResource& resource, ListQuery& query);

// The value of a field that a selector names; "" for the fields that these records do not have.
std::string_view FieldValue(const NodeRecord& node, std::string_view field);
std::string_view FieldValue(const NamespaceRecord& entry, std::string_view field);
std::string_view FieldValue(const PodRecord& pod, std::string_view field);

}  // namespace kubegauge::server
