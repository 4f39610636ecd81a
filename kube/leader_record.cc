#include "kube/leader_record.h"

#include <nlohmann/json.hpp>

#include "kube/json_object.h"

namespace kubegauge::kube {
namespace {

using nlohmann::json;

json SpecOf(const LeaderRecord& record) {
  return {{"holderIdentity", record.holder},
          {"leaseDurationSeconds", record.lease_duration_seconds},
          {"acquireTime", record.acquire_time},
          {"renewTime", record.renew_time},
          {"leaseTransitions", record.transitions}};
}

std::string TextOf(const json& object) {
  return object.dump(-1, ' ', false, json::error_handler_t::replace);
}

}  // namespace

absl::StatusOr<Lease> DecodeLease(std::string_view text) {
  const absl::StatusOr<json> object = ParseJsonObject("the Lease", text);
  if (!object.ok()) return object.status();
  const json& metadata = JsonMember(*object, "metadata");
  const json& spec = JsonMember(*object, "spec");
  return Lease{.record = {.holder = std::string(JsonText(spec, "holderIdentity")),
                          .lease_duration_seconds = JsonInt32(spec, "leaseDurationSeconds"),
                          .acquire_time = std::string(JsonText(spec, "acquireTime")),
                          .renew_time = std::string(JsonText(spec, "renewTime")),
                          .transitions = JsonInt32(spec, "leaseTransitions")},
               .uid = std::string(JsonText(metadata, "uid")),
               .resource_version = std::string(JsonText(metadata, "resourceVersion")),
               .json = std::string(text)};
}

std::string EncodeNewLease(std::string_view namespace_name, std::string_view name,
                           const LeaderRecord& record) {
  return TextOf({{"apiVersion", "coordination.k8s.io/v1"},
                 {"kind", "Lease"},
                 {"metadata", {{"name", name}, {"namespace", namespace_name}}},
                 {"spec", SpecOf(record)}});
}

std::string EncodeLease(const Lease& lease, const LeaderRecord& record) {
  json object = json::parse(lease.json, nullptr, /*allow_exceptions=*/false);
  object["spec"] = SpecOf(record);
  return TextOf(object);
}

}  // namespace kubegauge::kube
