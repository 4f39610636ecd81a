#include "apiservice/metrics_json.h"

#include <fmt/format.h>

#include <algorithm>

#include "apiservice/json_text.h"
#include "kube/go_duration.h"
#include "kube/quantity_text.h"
#include "kube/rfc3339.h"

namespace kubegauge::apiservice {
namespace {

// Room for the fixed text of one item, its timestamp and its window.
constexpr size_t kFixedBytes = 512;
// Likewise of one container, its two quantities included.
constexpr size_t kContainerBytes = 64 + 2 * kube::kMaxQuantityText;
// Quotes, colon and comma of one label.
constexpr size_t kLabelBytes = 8;

// Writes the inside of a JSON string; `safe` says that it needs no escapes.
char* PutString(std::string_view text, bool safe, char* out) {
  return safe ? PutText(text, out) : WriteJsonEscaped(text, out);
}

bool IsPlainName(std::string_view name) {
  return std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.';
  });
}

char* WriteTimeAndWindow(int64_t timestamp_ns, int64_t window_ns, char* out) {
  out = PutText("\"timestamp\":", out);
  if (timestamp_ns == 0) {
    out = PutText("null", out);
  } else {
    *out++ = '"';
    out = kube::WriteRfc3339(timestamp_ns, out);
    *out++ = '"';
  }
  out = PutText(",\"window\":\"", out);
  out = kube::WriteGoDuration(window_ns, out);
  return PutText("\",", out);
}

char* WriteUsage(const scraper::Usage& usage, char* out) {
  out = PutText("\"usage\":{\"cpu\":\"", out);
  out = kube::WriteNanocores(usage.cpu_nanocores, out);
  out = PutText("\",\"memory\":\"", out);
  out = kube::WriteBytes(usage.working_set_bytes, out);
  return PutText("\"}}", out);
}

char* WriteCells(const kube::ObjectMeta& meta, uint64_t cpu_nanocores, uint64_t working_set_bytes,
                 int64_t window_ns, char* out) {
  *out++ = '"';
  out = PutString(meta.name(), meta.json_safe(), out);
  out = PutText("\",\"", out);
  out = kube::WriteNanocores(cpu_nanocores, out);
  out = PutText("\",\"", out);
  out = kube::WriteBytes(working_set_bytes, out);
  out = PutText("\",\"", out);
  out = kube::WriteGoDuration(window_ns, out);
  *out++ = '"';
  return out;
}

size_t MetaBound(const kube::ObjectMeta& meta) {
  return kFixedBytes + meta.allocated_bytes() * kMaxJsonBytesPerByte +
         meta.label_count() * kLabelBytes;
}

}  // namespace

MetricsJson::MetricsJson(std::string_view version, int64_t now_ns) : version_(version) {
  constexpr std::string_view kName = "\",\"creationTimestamp\":\"";
  creation_member_.resize(kName.size() + kube::kRfc3339Size + 1);
  char* out = PutText(kName, creation_member_.data());
  *kube::WriteRfc3339(now_ns, out) = '"';
}

void MetricsJson::SetResourceVersion(std::string_view version) {
  resource_version_member_ = fmt::format("\",\"resourceVersion\":\"{}", version);
}

void MetricsJson::AppendTypeMembers(std::string_view kind, std::string& out) const {
  out.append("\"kind\":\"").append(kind).append("\",\"apiVersion\":\"metrics.k8s.io/");
  out.append(version_).append("\",");
}

std::string MetricsJson::TypeMembers(std::string_view kind) const {
  std::string members;
  AppendTypeMembers(kind, members);
  return members;
}

char* MetricsJson::WriteMetadata(const kube::ObjectMeta& meta, char* out) const {
  const bool safe = meta.json_safe();
  out = PutText("{\"name\":\"", out);
  out = PutString(meta.name(), safe, out);
  if (!meta.namespace_name().empty()) {
    out = PutText("\",\"namespace\":\"", out);
    out = PutString(meta.namespace_name(), safe, out);
  }
  out = PutText(resource_version_member_, out);
  out = PutText(creation_member_, out);
  if (meta.label_count() > 0) {
    out = PutText(",\"labels\":{", out);
    for (uint32_t i = 0; i < meta.label_count(); ++i) {
      const auto [key, value] = meta.label(i);
      if (i > 0) *out++ = ',';
      *out++ = '"';
      out = PutString(key, safe, out);
      out = PutText("\":\"", out);
      out = PutString(value, safe, out);
      *out++ = '"';
    }
    *out++ = '}';
  }
  *out++ = '}';
  return out;
}

char* MetricsJson::WriteNode(const kube::ObjectMeta& meta, const scraper::Usage& usage,
                             char* out) const {
  out = PutText("\"metadata\":", out);
  out = WriteMetadata(meta, out);
  *out++ = ',';
  out = WriteTimeAndWindow(usage.timestamp_ns, usage.window_ns, out);
  return WriteUsage(usage, out);
}

char* MetricsJson::WritePod(const kube::ObjectMeta& meta, const scraper::PodUsage& usage,
                            char* out) const {
  out = PutText("\"metadata\":", out);
  out = WriteMetadata(meta, out);
  *out++ = ',';
  out = WriteTimeAndWindow(usage.timestamp_ns, usage.window_ns, out);
  out = PutText("\"containers\":[", out);
  for (const scraper::ContainerUsage& container : usage.containers) {
    if (&container != &usage.containers.front()) *out++ = ',';
    out = PutText("{\"name\":\"", out);
    out = PutString(container.name, IsPlainName(container.name), out);
    out = PutText("\",", out);
    out = WriteUsage(container.usage, out);
  }
  return PutText("]}", out);
}

char* MetricsJson::WriteNodeCells(const kube::ObjectMeta& meta, const scraper::Usage& usage,
                                  char* out) const {
  return WriteCells(meta, usage.cpu_nanocores, usage.working_set_bytes, usage.window_ns, out);
}

char* MetricsJson::WritePodCells(const kube::ObjectMeta& meta, const scraper::PodUsage& usage,
                                 char* out) const {
  uint64_t cpu_nanocores = 0;
  uint64_t working_set_bytes = 0;
  for (const scraper::ContainerUsage& container : usage.containers) {
    cpu_nanocores += container.usage.cpu_nanocores;
    working_set_bytes += container.usage.working_set_bytes;
  }
  return WriteCells(meta, cpu_nanocores, working_set_bytes, usage.window_ns, out);
}

size_t MetricsJson::NodeBound(const kube::ObjectMeta& meta) {
  return MetaBound(meta) + kContainerBytes;
}

size_t MetricsJson::PodBound(const kube::ObjectMeta& meta, const scraper::PodUsage& usage) {
  size_t bound = MetaBound(meta);
  for (const scraper::ContainerUsage& container : usage.containers) {
    bound += kContainerBytes + container.name.size() * kMaxJsonBytesPerByte;
  }
  return bound;
}

}  // namespace kubegauge::apiservice
