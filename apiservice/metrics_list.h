#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "apiservice/http.h"
#include "apiservice/include_object.h"
#include "apiservice/metrics_items.h"
#include "apiservice/metrics_json.h"

namespace kubegauge::apiservice {

struct TableFormat {
  std::string_view version;  // "v1" or "v1beta1" of meta.k8s.io
  IncludeObject include_object = IncludeObject::kMetadata;
  std::string_view metadata_json = "{}";  // of the Table itself
  bool shows_columns = true;              // otherwise they are null
};

// A NodeMetricsList or PodMetricsList; or the single NodeMetrics or PodMetrics that `items` has.
enum class Form { kList, kObject };

// How the text of a body is laid out.
enum class Layout { kCompact, kIndented, kYaml };

// The text of the one object that `items` has come to, as the body ObjectBody makes of it.
std::string ObjectText(const NodeItems& items, const MetricsJson& json);
std::string ObjectText(const PodItems& items, const MetricsJson& json);

// The bodies of answers, made while they are sent: the objects, Tables of them, or only their
// metadata as PartialObjectMetadata of that version of meta.k8s.io.
std::unique_ptr<BodyStream> ObjectBody(NodeItems items, const MetricsJson& json, Form form,
                                       Layout layout = Layout::kCompact);
std::unique_ptr<BodyStream> ObjectBody(PodItems items, const MetricsJson& json, Form form,
                                       Layout layout = Layout::kCompact);
std::unique_ptr<BodyStream> TableBody(NodeItems items, const MetricsJson& json,
                                      const TableFormat& format, Layout layout = Layout::kCompact);
std::unique_ptr<BodyStream> TableBody(PodItems items, const MetricsJson& json,
                                      const TableFormat& format, Layout layout = Layout::kCompact);
std::unique_ptr<BodyStream> MetadataBody(NodeItems items, const MetricsJson& json, Form form,
                                         std::string_view version,
                                         Layout layout = Layout::kCompact);
std::unique_ptr<BodyStream> MetadataBody(PodItems items, const MetricsJson& json, Form form,
                                         std::string_view version,
                                         Layout layout = Layout::kCompact);

}  // namespace kubegauge::apiservice
