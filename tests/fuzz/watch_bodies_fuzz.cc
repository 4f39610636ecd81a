// Bodies of an API server: no bytes crash what reads them, and how a body is cut into chunks makes
// no difference.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "kube/api_status.h"
#include "kube/config_map.h"
#include "kube/list_reader.h"
#include "kube/node_decoder.h"
#include "kube/partial_metadata_decoder.h"
#include "kube/protobuf_envelope.h"
#include "kube/watch_frames.h"
#include "tests/fuzz/require.h"

namespace {

using kubegauge::testing::Require;
using namespace kubegauge::kube;

constexpr ListReader::Limits kLimits{.item_bytes = 1 << 16, .json_body_bytes = 1 << 20};

void DecodeAsEveryKind(const EncodedObject& object) {
  const auto meta = DecodeObjectMeta(object);
  const auto node = DecodeNode(object);
  // What has no metadata that can be read is no Node.
  Require(meta.ok() || !node.ok());
  if (node.ok()) {
    Require((*node)->meta->name() == (*meta)->name());
    Require((*meta)->label_count() == (*node)->meta->label_count());
  }
  (void)DecodeConfigMap(object);
  (void)DecodeApiStatus(object);
  (void)DecodeEventPosition(object);
}

// What a reader gave, one text an object.
using Trace = std::vector<std::string>;

Trace ReadAsList(WireFormat format, std::string_view body, size_t chunk_bytes) {
  Trace trace;
  ListReader reader(
      format,
      [&](const EncodedObject& object) {
        trace.emplace_back(object.bytes);
        return absl::OkStatus();
      },
      kLimits);
  for (size_t at = 0; at < body.size(); at += chunk_bytes) {
    if (!reader.Append(body.substr(at, chunk_bytes)).ok()) {
      trace.emplace_back("error");
      return trace;
    }
  }
  const auto meta = reader.Finish();
  trace.push_back(meta.ok() ? meta->resource_version + "/" + meta->continue_token : "error");
  return trace;
}

Trace ReadAsWatch(WireFormat format, std::string_view body, size_t chunk_bytes) {
  Trace trace;
  WatchFrames frames(format, 1 << 16);
  for (size_t at = 0; at < body.size(); at += chunk_bytes) {
    frames.Append(body.substr(at, chunk_bytes));
    for (;;) {
      const auto event = frames.Next();
      if (!event.ok()) {
        trace.emplace_back("error");
        return trace;
      }
      if (!event->has_value()) break;
      trace.emplace_back((*event)->object.bytes);
    }
  }
  if (frames.mid_frame()) trace.emplace_back("cut off");
  return trace;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  const size_t chunk_bytes = 1 + data[0] % 64;
  const std::string_view body(reinterpret_cast<const char*>(data) + 1, size - 1);
  for (const WireFormat format : {WireFormat::kProtobuf, WireFormat::kJson}) {
    DecodeAsEveryKind({format, body});
    const Trace list = ReadAsList(format, body, size);
    Require(list == ReadAsList(format, body, chunk_bytes));
    for (const std::string& object : list) DecodeAsEveryKind({format, object});
    const Trace watch = ReadAsWatch(format, body, size);
    Require(watch == ReadAsWatch(format, body, chunk_bytes));
    for (const std::string& object : watch) DecodeAsEveryKind({format, object});
  }
  (void)OpenProtobufEnvelope(body);
  (void)ReadErrorResponse(500, "application/vnd.kubernetes.protobuf", body);
  (void)ReadErrorResponse(500, "application/json", body);
  return 0;
}
