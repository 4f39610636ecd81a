#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "apiservice/http.h"
#include "apiservice/metrics_items.h"
#include "apiservice/metrics_json.h"

namespace kubegauge::apiservice {

// What stands in the `object` of a Table's rows.
enum class IncludeObject { kNone, kMetadata, kObject };

struct TableFormat {
  std::string_view version;  // "v1" or "v1beta1" of meta.k8s.io
  IncludeObject include_object = IncludeObject::kMetadata;
};

// A NodeMetricsList or PodMetricsList; or the single NodeMetrics or PodMetrics that `items` has.
enum class Form { kList, kObject };

// The bodies of answers, made while they are sent.
std::unique_ptr<BodyStream> JsonBody(NodeItems items, const MetricsJson& json, Form form);
std::unique_ptr<BodyStream> JsonBody(PodItems items, const MetricsJson& json, Form form);
std::unique_ptr<BodyStream> TableBody(NodeItems items, const MetricsJson& json,
                                      const TableFormat& format);
std::unique_ptr<BodyStream> TableBody(PodItems items, const MetricsJson& json,
                                      const TableFormat& format);

// Indents what another body gives.
std::unique_ptr<BodyStream> IndentedBody(std::unique_ptr<BodyStream> body);

// An answer of `body`: whole when it has only one part, streamed otherwise.
Response BodyResponse(std::string_view content_type, std::unique_ptr<BodyStream> body);

// All of a body at once.
std::string ReadAll(BodyStream& body);

}  // namespace kubegauge::apiservice
