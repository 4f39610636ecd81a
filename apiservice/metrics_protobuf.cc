#include "apiservice/metrics_protobuf.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "kube/quantity_text.h"
#include "kube/time_units.h"

namespace kubegauge::apiservice {
namespace {

// Room for the fixed fields of one object, and of one container.
constexpr size_t kFixedBytes = 256;
constexpr size_t kContainerBytes = 64 + 2 * kube::kMaxQuantityText;
constexpr size_t kLabelBytes = 16;

int64_t FloorSeconds(int64_t ns) {
  return ns / kube::kNsPerSecond - (ns % kube::kNsPerSecond < 0 ? 1 : 0);
}

void WriteTime(uint32_t field, int64_t ns, BackwardWriter& out) {
  const char* const end = out.begin();
  if (ns != 0) {
    out.Varint(2, 0);
    out.Varint(1, static_cast<uint64_t>(FloorSeconds(ns)));
  }
  out.Message(field, end);
}

void WriteDuration(uint32_t field, int64_t ns, BackwardWriter& out) {
  const char* const end = out.begin();
  out.Varint(1, static_cast<uint64_t>(ns));
  out.Message(field, end);
}

// One entry of the map `usage`. The size of `resource` is a constant, so that its bytes are written
// in place rather than by a call: a list has four of them a pod.
template <size_t kSize>
void WriteQuantity(uint32_t field, const char (&resource)[kSize], std::string_view text,
                   BackwardWriter& out) {
  const char* const entry_end = out.begin();
  out.Bytes(1, text);
  out.Message(2, entry_end);
  out.Bytes(1, std::string_view(resource, kSize - 1));
  out.Message(field, entry_end);
}

void WriteUsage(uint32_t field, const scraper::Usage& usage, BackwardWriter& out) {
  std::array<char, kube::kMaxQuantityText> text;
  const auto written = [&](const char* end) {
    return std::string_view(text.data(), static_cast<size_t>(end - text.data()));
  };
  WriteQuantity(field, "memory", written(kube::WriteBytes(usage.working_set_bytes, text.data())),
                out);
  WriteQuantity(field, "cpu", written(kube::WriteNanocores(usage.cpu_nanocores, text.data())), out);
}

size_t MetaBound(const kube::ObjectMeta& meta) {
  return kFixedBytes + meta.allocated_bytes() + meta.label_count() * kLabelBytes;
}

}  // namespace

MetricsProtobuf::MetricsProtobuf(std::string_view version, int64_t now_ns)
    : api_version_(fmt::format("metrics.k8s.io/{}", version)), now_ns_(now_ns) {
  SetResourceVersion("");
}

void MetricsProtobuf::SetResourceVersion(std::string_view version) {
  std::string memory(kFixedBytes + version.size(), '\0');
  char* const end = memory.data() + memory.size();
  BackwardWriter out(end);
  WriteTime(8, now_ns_, out);
  out.Varint(7, 0);  // generation
  out.Bytes(6, version);
  out.Bytes(5, "");  // uid
  out.Bytes(4, "");  // selfLink
  shared_fields_.assign(out.begin(), end);
}

void MetricsProtobuf::WriteMetadata(const kube::ObjectMeta& meta, BackwardWriter& out) const {
  const char* const end = out.begin();
  for (uint32_t i = meta.label_count(); i-- > 0;) {
    const auto [key, value] = meta.label(i);
    const char* const entry_end = out.begin();
    out.Bytes(2, value);
    out.Bytes(1, key);
    out.Message(11, entry_end);
  }
  out.Raw(shared_fields_);
  out.Bytes(3, meta.namespace_name());
  out.Bytes(2, "");  // generateName
  out.Bytes(1, meta.name());
  out.Message(1, end);
}

void MetricsProtobuf::WriteNode(const kube::ObjectMeta& meta, const scraper::Usage& usage,
                                BackwardWriter& out) const {
  WriteUsage(4, usage, out);
  WriteDuration(3, usage.window_ns, out);
  WriteTime(2, usage.timestamp_ns, out);
  WriteMetadata(meta, out);
}

void MetricsProtobuf::WritePod(const kube::ObjectMeta& meta, const scraper::PodUsage& usage,
                               BackwardWriter& out) const {
  for (size_t i = usage.containers.size(); i-- > 0;) {
    const scraper::ContainerUsage& container = usage.containers[i];
    const char* const end = out.begin();
    WriteUsage(2, container.usage, out);
    out.Bytes(1, container.name);
    out.Message(4, end);
  }
  WriteDuration(3, usage.window_ns, out);
  WriteTime(2, usage.timestamp_ns, out);
  WriteMetadata(meta, out);
}

size_t MetricsProtobuf::NodeBound(const kube::ObjectMeta& meta) {
  return MetaBound(meta) + kContainerBytes;
}

size_t MetricsProtobuf::PodBound(const kube::ObjectMeta& meta, const scraper::PodUsage& usage) {
  size_t bound = MetaBound(meta);
  for (const scraper::ContainerUsage& container : usage.containers) {
    bound += kContainerBytes + container.name.size();
  }
  return bound;
}

}  // namespace kubegauge::apiservice
