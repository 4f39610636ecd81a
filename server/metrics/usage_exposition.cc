#include "server/metrics/usage_exposition.h"

#include <cstring>
#include <optional>
#include <string_view>
#include <utility>

#include "kube/decimal_text.h"
#include "scraper/pod_prefetch.h"

namespace kubegauge::server {
namespace {

using scraper::Series;

enum class Object { kNode, kPod, kContainer };
enum class Figure { kCpuSeconds, kCpuCores, kWorkingSet, kAge };

struct Family {
  Object object;
  Figure figure;
  std::string_view name;
  std::string_view type;
  std::string_view help;
};

constexpr Family kFamilies[] = {
    {Object::kNode, Figure::kCpuSeconds, "kubegauge_node_cpu_usage_seconds_total", "counter",
     "CPU time that the node has used, in core-seconds."},
    {Object::kNode, Figure::kCpuCores, "kubegauge_node_cpu_usage_cores", "gauge",
     "CPU that the node uses, in cores, over the window of metrics.k8s.io."},
    {Object::kNode, Figure::kWorkingSet, "kubegauge_node_memory_working_set_bytes", "gauge",
     "Working set of the node."},
    {Object::kNode, Figure::kAge, "kubegauge_node_sample_age_seconds", "gauge",
     "Age of the node's newest sample."},
    {Object::kPod, Figure::kCpuSeconds, "kubegauge_pod_cpu_usage_seconds_total", "counter",
     "CPU time that the pod's containers have used, in core-seconds."},
    {Object::kPod, Figure::kCpuCores, "kubegauge_pod_cpu_usage_cores", "gauge",
     "CPU that the pod uses, in cores, over the window of metrics.k8s.io."},
    {Object::kPod, Figure::kWorkingSet, "kubegauge_pod_memory_working_set_bytes", "gauge",
     "Working set of the pod's containers."},
    {Object::kPod, Figure::kAge, "kubegauge_pod_sample_age_seconds", "gauge",
     "Age of the oldest of the newest samples of the pod's containers."},
    {Object::kContainer, Figure::kCpuSeconds, "kubegauge_container_cpu_usage_seconds_total",
     "counter", "CPU time that the container has used, in core-seconds."},
    {Object::kContainer, Figure::kCpuCores, "kubegauge_container_cpu_usage_cores", "gauge",
     "CPU that the container uses, in cores, over the window of metrics.k8s.io."},
    {Object::kContainer, Figure::kWorkingSet, "kubegauge_container_memory_working_set_bytes",
     "gauge", "Working set of the container."},
    {Object::kContainer, Figure::kAge, "kubegauge_container_sample_age_seconds", "gauge",
     "Age of the container's newest sample."},
};

// A figure in its smallest unit: nanoseconds, nanocores or bytes.
struct Value {
  uint64_t magnitude = 0;
  bool negative = false;
};

Value SignedValue(int64_t value) {
  return {value < 0 ? 0 - static_cast<uint64_t>(value) : static_cast<uint64_t>(value), value < 0};
}

std::optional<Value> FigureOf(const Series& series, Figure figure, int64_t now_ns) {
  switch (figure) {
    case Figure::kCpuSeconds:
      return Value{series.last.cpu_ns};
    case Figure::kWorkingSet:
      return Value{series.last.working_set_bytes};
    case Figure::kAge:
      return SignedValue(now_ns - series.last.timestamp_ns);
    default: {
      if (!series.has_previous()) return std::nullopt;
      const absl::StatusOr<scraper::Usage> usage = ComputeUsage(series);
      return usage.ok() ? std::optional(Value{usage->cpu_nanocores}) : std::nullopt;
    }
  }
}

// Room for the fixed text of a line and its value.
constexpr size_t kFixedLineBytes = 96;

char* Put(std::string_view text, char* out) {
  std::memcpy(out, text.data(), text.size());
  return out + text.size();
}

char* PutValue(Figure figure, const Value& value, char* out) {
  out = Put("} ", out);
  if (value.negative) *out++ = '-';
  out = figure == Figure::kWorkingSet ? kube::WriteDecimal(value.magnitude, out)
                                      : kube::WriteBillionths(value.magnitude, out);
  *out++ = '\n';
  return out;
}

// At most two bytes for each of `text`.
char* PutEscaped(std::string_view text, char* out) {
  for (const char c : text) {
    if (c == '\\' || c == '"' || c == '\n') *out++ = '\\';
    *out++ = c == '\n' ? 'n' : c;
  }
  return out;
}

// What needs no escapes in JSON needs none here.
char* PutLabel(std::string_view opening, std::string_view value, bool json_safe, char* out) {
  out = Put(opening, out);
  out = json_safe ? Put(value, out) : PutEscaped(value, out);
  *out++ = '"';
  return out;
}

// Appends at most `bound` bytes: `write(out)` puts them there and gives their end.
template <class Write>
void AppendBounded(std::string& out, size_t bound, Write write) {
  const size_t begin = out.size();
  out.resize(begin + bound);
  out.resize(static_cast<size_t>(write(out.data() + begin) - out.data()));
}

void AppendHeader(std::string& out, const Family& family) {
  for (const auto& [keyword, text] :
       {std::pair("# HELP ", family.help), std::pair("# TYPE ", family.type)}) {
    out += keyword;
    out += family.name;
    out.push_back(' ');
    out += text;
    out.push_back('\n');
  }
}

// The containers of a pod that were read in its newest sample.
struct PodSeries {
  const scraper::NodePoints* points = nullptr;
  const scraper::NodeLayout::Pod* pod = nullptr;

  bool found() const { return points != nullptr; }
  // `visit(index into the layout's containers, series)`.
  template <class Visit>
  void ForEach(Visit visit) const {
    for (uint32_t i = pod->first_container; i < pod->first_container + pod->container_count; ++i) {
      if (!points->containers[i].left_out) visit(i, points->containers[i]);
    }
  }
};

PodSeries FindPodSeries(const scraper::Snapshot& snapshot, size_t pod) {
  const scraper::Snapshot::PodPlace place = (*snapshot.places())[pod];
  if (place.node == scraper::Snapshot::PodPlace::kNone) return {};
  const scraper::NodePoints* points = snapshot.points()[place.node].get();
  if (points == nullptr) return {};
  return {points, &points->layout->pods[place.pod]};
}

// A pod's figure: the sum of its containers', or their greatest age. Nothing where one has none.
std::optional<Value> FigureOf(const PodSeries& series, Figure figure, int64_t now_ns) {
  std::optional<Value> total;
  bool complete = true;
  series.ForEach([&](uint32_t, const Series& container) {
    const std::optional<Value> value = FigureOf(container, figure, now_ns);
    complete = complete && value.has_value();
    if (!value) return;
    if (!total) {
      total = value;
    } else if (figure != Figure::kAge) {
      total->magnitude += value->magnitude;
    } else if (total->negative || (!value->negative && value->magnitude > total->magnitude)) {
      total = value;
    }
  });
  return complete ? total : std::nullopt;
}

char* PutPodLabels(const Family& family, const kube::ObjectMeta& meta, char* out) {
  out = Put(family.name, out);
  out = PutLabel("{namespace=\"", meta.namespace_name(), meta.json_safe(), out);
  return PutLabel(",pod=\"", meta.name(), meta.json_safe(), out);
}

size_t PodLineBound(const Family& family, const kube::ObjectMeta& meta) {
  return kFixedLineBytes + family.name.size() +
         2 * (meta.namespace_name().size() + meta.name().size());
}

}  // namespace

UsageExposition::UsageExposition(std::shared_ptr<const scraper::Snapshot> snapshot, int64_t now_ns)
    : snapshot_(std::move(snapshot)), now_ns_(now_ns) {}

size_t UsageExposition::ObjectsOfFamily() const {
  const scraper::Catalog& catalog = snapshot_->catalog();
  return kFamilies[family_].object == Object::kNode ? catalog.nodes().size()
                                                    : catalog.pods().size();
}

bool UsageExposition::Next(std::string& out) {
  const size_t enough = out.size() + apiservice::kBodyPartBytes;
  while (family_ < std::size(kFamilies)) {
    if (object_ == 0) AppendHeader(out, kFamilies[family_]);
    for (const size_t objects = ObjectsOfFamily(); object_ < objects; ++object_) {
      if (out.size() >= enough) return true;
      if (kFamilies[family_].object != Object::kNode) {
        scraper::PrefetchPods(*snapshot_, object_, objects);
      }
      AppendObject(out);
    }
    ++family_;
    object_ = 0;
  }
  return false;
}

void UsageExposition::AppendObject(std::string& out) const {
  switch (kFamilies[family_].object) {
    case Object::kNode:
      return AppendNode(out);
    case Object::kPod:
      return AppendPod(out);
    default:
      return AppendContainers(out);
  }
}

void UsageExposition::AppendNode(std::string& out) const {
  const Family& family = kFamilies[family_];
  const scraper::NodePoints* points = snapshot_->points()[object_].get();
  if (points == nullptr || !points->node || points->node->left_out) return;
  const std::optional<Value> value = FigureOf(*points->node, family.figure, now_ns_);
  if (!value) return;
  const kube::ObjectMeta& meta = *snapshot_->catalog().nodes()[object_];
  AppendBounded(out, kFixedLineBytes + family.name.size() + 2 * meta.name().size(), [&](char* end) {
    end = Put(family.name, end);
    end = PutLabel("{node=\"", meta.name(), meta.json_safe(), end);
    return PutValue(family.figure, *value, end);
  });
}

void UsageExposition::AppendPod(std::string& out) const {
  const Family& family = kFamilies[family_];
  const PodSeries series = FindPodSeries(*snapshot_, object_);
  if (!series.found()) return;
  const std::optional<Value> value = FigureOf(series, family.figure, now_ns_);
  if (!value) return;
  const kube::ObjectMeta& meta = *snapshot_->catalog().pods()[object_];
  AppendBounded(out, PodLineBound(family, meta), [&](char* end) {
    return PutValue(family.figure, *value, PutPodLabels(family, meta, end));
  });
}

void UsageExposition::AppendContainers(std::string& out) const {
  const Family& family = kFamilies[family_];
  const PodSeries series = FindPodSeries(*snapshot_, object_);
  if (!series.found()) return;
  const kube::ObjectMeta& meta = *snapshot_->catalog().pods()[object_];
  series.ForEach([&](uint32_t container, const Series& of_container) {
    const std::optional<Value> value = FigureOf(of_container, family.figure, now_ns_);
    if (!value) return;
    const std::string_view name = series.points->layout->ContainerName(container);
    AppendBounded(out, PodLineBound(family, meta) + 2 * name.size(), [&](char* end) {
      end = PutPodLabels(family, meta, end);
      end = PutLabel(",container=\"", name, /*json_safe=*/false, end);
      return PutValue(family.figure, *value, end);
    });
  });
}

}  // namespace kubegauge::server
