#pragma once

#include <memory>
#include <string_view>

#include "apiservice/byte_budget.h"
#include "apiservice/http.h"
#include "apiservice/metrics_items.h"
#include "apiservice/metrics_list.h"
#include "apiservice/metrics_protobuf.h"

namespace kubegauge::apiservice {

// What a protobuf body shows.
struct ProtobufForm {
  Form form = Form::kList;
  // "v1" or "v1beta1" of meta.k8s.io for PartialObjectMetadata, empty for the objects themselves.
  std::string_view metadata_version = "";
};

// Bodies as metrics_list.h has them for JSON. A list's length stands in front of it, so all items
// are written before the first is sent. What was written is kept as long as `kept` (which outlives
// the body) has room; the items beyond that are written again when they are sent.
std::unique_ptr<BodyStream> ProtobufBody(NodeItems items, const MetricsProtobuf& writer,
                                         const ProtobufForm& form, ByteBudget& kept);
std::unique_ptr<BodyStream> ProtobufBody(PodItems items, const MetricsProtobuf& writer,
                                         const ProtobufForm& form, ByteBudget& kept);

}  // namespace kubegauge::apiservice
