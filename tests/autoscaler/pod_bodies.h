#pragma once

#include <nlohmann/json.hpp>
#include <protozero/pbf_writer.hpp>
#include <string>

#include "kube/rfc3339.h"

namespace kubegauge::testing {

// The message that an API server writes for a Pod, from the JSON that it writes: of its fields
// those that an autoscaler may look at, and some that it has to skip.

inline std::string ProtobufText(const nlohmann::json& value) {
  return value.is_string() ? value.get<std::string>() : value.dump();
}

inline void AddProtobufTexts(protozero::pbf_writer& writer, uint32_t field,
                             const nlohmann::json& texts) {
  for (const auto& [key, value] : texts.items()) {
    protozero::pbf_writer entry(writer, field);
    entry.add_string(1, key);
    entry.add_string(2, ProtobufText(value));
  }
}

inline void AddProtobufResources(protozero::pbf_writer& writer, uint32_t field,
                                 const nlohmann::json& resources) {
  for (const auto& [resource, quantity] : resources.items()) {
    protozero::pbf_writer entry(writer, field);
    entry.add_string(1, resource);
    protozero::pbf_writer message(entry, 2);
    message.add_string(1, ProtobufText(quantity));
  }
}

inline void AddProtobufRequirements(protozero::pbf_writer& writer, uint32_t field,
                                    const nlohmann::json& requirements) {
  if (requirements.is_null()) return;
  protozero::pbf_writer message(writer, field);
  AddProtobufResources(message, 1, requirements.value("limits", nlohmann::json::object()));
  AddProtobufResources(message, 2, requirements.value("requests", nlohmann::json::object()));
}

inline void AddProtobufTime(protozero::pbf_writer& writer, uint32_t field,
                            const nlohmann::json& time) {
  if (!time.is_string()) return;
  protozero::pbf_writer message(writer, field);
  message.add_int64(1, kube::ParseRfc3339Seconds(time.get<std::string>()).value());
  message.add_int32(2, 0);
}

inline void AddProtobufContainers(protozero::pbf_writer& spec, uint32_t field,
                                  const nlohmann::json& containers) {
  for (const nlohmann::json& container : containers) {
    protozero::pbf_writer message(spec, field);
    message.add_string(1, container.value("name", ""));
    message.add_string(2, "registry.example/image:1.0");
    AddProtobufRequirements(message, 8, container.value("resources", nlohmann::json()));
    message.add_string(13, "/dev/termination-log");
    const std::string policy = container.value("restartPolicy", "");
    if (!policy.empty()) message.add_string(24, policy);
  }
}

inline std::string ProtobufPod(const nlohmann::json& pod) {
  const nlohmann::json none = nlohmann::json::object();
  const nlohmann::json list = nlohmann::json::array();
  const nlohmann::json metadata = pod.value("metadata", none);
  const nlohmann::json spec = pod.value("spec", none);
  const nlohmann::json status = pod.value("status", none);
  std::string bytes;
  protozero::pbf_writer writer(bytes);
  {
    protozero::pbf_writer message(writer, 1);
    message.add_string(1, metadata.value("name", ""));
    message.add_string(3, metadata.value("namespace", ""));
    message.add_string(5, "f81d4fae-7dec-11d0-a765-00a0c91e6bf6");
    AddProtobufTime(message, 9, metadata.value("deletionTimestamp", nlohmann::json()));
    AddProtobufTexts(message, 11, metadata.value("labels", none));
    AddProtobufTexts(message, 12, metadata.value("annotations", none));
  }
  {
    protozero::pbf_writer message(writer, 2);
    AddProtobufContainers(message, 2, spec.value("containers", list));
    message.add_string(3, "Always");
    AddProtobufContainers(message, 20, spec.value("initContainers", list));
    AddProtobufResources(message, 32, spec.value("overhead", none));
    AddProtobufRequirements(message, 40, spec.value("resources", nlohmann::json()));
  }
  {
    protozero::pbf_writer message(writer, 3);
    if (status.contains("phase")) message.add_string(1, status.value("phase", ""));
    for (const nlohmann::json& condition : status.value("conditions", list)) {
      protozero::pbf_writer entry(message, 2);
      entry.add_string(1, condition.value("type", ""));
      entry.add_string(2, condition.value("status", ""));
      AddProtobufTime(entry, 4, condition.value("lastTransitionTime", nlohmann::json()));
    }
    AddProtobufTime(message, 7, status.value("startTime", nlohmann::json()));
  }
  return bytes;
}

}  // namespace kubegauge::testing
