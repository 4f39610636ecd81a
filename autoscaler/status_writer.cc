#include "autoscaler/status_writer.h"

#include <utility>

#include "autoscaler/hpa_codec.h"
#include "kube/api_error.h"
#include "kube/field_manager.h"

namespace kubegauge::autoscaler {
namespace {

Json MetadataOf(const HpaMeta& meta) {
  Json json = Json::parse(meta.json, nullptr, false);
  const auto set = [&json](const char* key, const std::string& text) {
    if (!text.empty()) json[key] = text;
  };
  set("name", meta.name);
  set("namespace", meta.namespace_name);
  set("uid", meta.uid);
  set("resourceVersion", meta.resource_version);
  return json;
}

// As an API server of Kubernetes gives a quantity back: what has no suffix is DecimalSI to it.
void ReadBack(Json& quantity) {
  const auto amount = WrittenAmount::Parse(quantity.get<std::string>());
  if (amount.ok()) quantity = EncodeAmount(*amount);
}

Json ReadBackStatus(Json status) {
  for (Json& metric : status["currentMetrics"]) {
    for (Json& source : metric) {
      if (!source.is_object()) continue;  // the type
      for (const char* const name : {"value", "averageValue"}) {
        Json& current = source["current"];
        if (current.contains(name)) ReadBack(current[name]);
      }
    }
  }
  return status;
}

}  // namespace

boost::asio::awaitable<absl::Status> StatusWriter::Write(const Hpa& hpa, const HpaStatus& status) {
  Json status_json = EncodeStatus(status);
  // Quantities of other types are stored as they are written.
  if (api_.version.group != HpaApi().version.group) {
    status_json = ReadBackStatus(std::move(status_json));
  }
  const Json object = {{"kind", HpaApi::kKind},
                       {"apiVersion", api_.version.ToString()},
                       {"metadata", MetadataOf(hpa.meta)},
                       {"spec", EncodeSpec(hpa.spec)},
                       {"status", std::move(status_json)}};
  kube::ApiRequest request{
      .method = "PUT",
      .target = api_.StatusPath(hpa.meta.namespace_name, hpa.meta.name) + kube::kFieldManagerQuery,
      .content_type = "application/json",
      .body = object.dump(-1, ' ', false, Json::error_handler_t::replace)};
  const auto response = co_await client_.Send(std::move(request));
  if (!response.ok()) co_return response.status();
  if (kube::IsSuccess(*response)) co_return absl::OkStatus();
  co_return kube::ApiErrorOf(*response, {.method = "PUT",
                                         .group = api_.version.group,
                                         .resource = HpaApi::kResource,
                                         .name = hpa.meta.name});
}

}  // namespace kubegauge::autoscaler
