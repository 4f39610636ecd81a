#pragma once

#include <fmt/format.h>

#include <cstdint>
#include <fstream>
#include <iterator>
#include <map>
#include <protozero/pbf_writer.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace kubegauge::testing {

// Bodies as an API server writes them, in both of its formats.

using Texts = std::map<std::string, std::string>;

struct ObjectSpec {
  std::string namespace_name;
  std::string name;
  std::string resource_version;
  Texts labels;
  Texts annotations;
};

inline void AddTexts(protozero::pbf_writer& writer, uint32_t field, const Texts& texts) {
  for (const auto& [key, value] : texts) {
    protozero::pbf_writer entry(writer, field);
    entry.add_string(1, key);
    entry.add_string(2, value);
  }
}

inline std::string ProtobufMetadata(const ObjectSpec& spec) {
  std::string bytes;
  protozero::pbf_writer metadata(bytes);
  metadata.add_string(1, spec.name);
  metadata.add_string(2, "");
  metadata.add_string(3, spec.namespace_name);
  metadata.add_string(6, spec.resource_version);
  metadata.add_int64(7, 0);
  AddTexts(metadata, 11, spec.labels);
  AddTexts(metadata, 12, spec.annotations);
  return bytes;
}

// A PartialObjectMetadata, and what any kind has of it.
inline std::string ProtobufObject(const ObjectSpec& spec) {
  std::string bytes;
  protozero::pbf_writer(bytes).add_message(1, ProtobufMetadata(spec));
  return bytes;
}

inline std::string JsonTexts(const Texts& texts) {
  std::string json = "{";
  for (const auto& [key, value] : texts) {
    json += fmt::format("{}\"{}\":\"{}\"", json.size() > 1 ? "," : "", key, value);
  }
  return json + "}";
}

inline std::string JsonObject(const ObjectSpec& spec) {
  return fmt::format(
      R"({{"kind":"PartialObjectMetadata","apiVersion":"meta.k8s.io/v1","metadata":{{"name":"{}",)"
      R"("namespace":"{}","resourceVersion":"{}","creationTimestamp":null,"labels":{},)"
      R"("annotations":{}}}}})",
      spec.name, spec.namespace_name, spec.resource_version, JsonTexts(spec.labels),
      JsonTexts(spec.annotations));
}

inline std::string Envelope(std::string_view api_version, std::string_view kind,
                            const std::string& raw) {
  std::string bytes("k8s\0", 4);
  std::string type_meta;
  protozero::pbf_writer type_writer(type_meta);
  type_writer.add_string(1, api_version.data(), api_version.size());
  type_writer.add_string(2, kind.data(), kind.size());
  protozero::pbf_writer unknown(bytes);
  unknown.add_message(1, type_meta);
  unknown.add_bytes(2, raw);
  unknown.add_string(3, "");
  unknown.add_string(4, "");
  return bytes;
}

inline std::string ProtobufStatus(int32_t code, const std::string& reason,
                                  const std::string& message) {
  std::string raw;
  protozero::pbf_writer status(raw);
  status.add_string(2, "Failure");
  status.add_string(3, message);
  status.add_string(4, reason);
  status.add_int32(6, code);
  return Envelope("v1", "Status", raw);
}

inline std::string JsonStatus(int32_t code, std::string_view reason, std::string_view message) {
  return fmt::format(
      R"({{"kind":"Status","apiVersion":"v1","metadata":{{}},"status":"Failure","message":"{}",)"
      R"("reason":"{}","code":{}}})",
      message, reason, code);
}

inline std::string ProtobufList(const std::string& resource_version, const std::string& token,
                                const std::vector<std::string>& items,
                                std::string_view api_version = "meta.k8s.io/v1") {
  const bool beta = api_version == "meta.k8s.io/v1beta1";
  std::string meta;
  protozero::pbf_writer meta_writer(meta);
  meta_writer.add_string(1, "");
  meta_writer.add_string(2, resource_version);
  meta_writer.add_string(3, token);
  std::string raw;
  protozero::pbf_writer list(raw);
  if (!beta) list.add_message(1, meta);
  for (const std::string& item : items) list.add_message(beta ? 1 : 2, item);
  if (beta) list.add_message(2, meta);
  return Envelope(api_version, "PartialObjectMetadataList", raw);
}

inline std::string JsonList(std::string_view resource_version, std::string_view token,
                            const std::vector<std::string>& items) {
  std::string joined;
  for (const std::string& item : items) joined += (joined.empty() ? "" : ",") + item;
  return fmt::format(
      R"({{"kind":"List","metadata":{{"resourceVersion":"{}","continue":"{}"}},"items":[{}]}})",
      resource_version, token, joined);
}

// One frame of a watch; `object` is what Envelope gave.
inline std::string ProtobufEvent(std::string_view type, const std::string& object) {
  std::string extension;
  protozero::pbf_writer(extension).add_bytes(1, object);
  std::string event;
  protozero::pbf_writer writer(event);
  writer.add_string(1, type.data(), type.size());
  writer.add_message(2, extension);
  std::string frame;
  for (int shift = 24; shift >= 0; shift -= 8) {
    frame.push_back(static_cast<char>(event.size() >> shift & 0xff));
  }
  return frame + event;
}

inline std::string JsonEvent(std::string_view type, std::string_view object) {
  return fmt::format("{{\"type\":\"{}\",\"object\":{}}}\n", type, object);
}

// What an API server of Kubernetes 1.26 answered.
inline std::string RecordedBody(const std::string& name) {
  std::ifstream file(TESTDATA_DIR "/kube-apiserver-1.26/" + name, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

}  // namespace kubegauge::testing
