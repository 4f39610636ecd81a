#include "apiservice/metrics_protobuf.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

#include "kube/quantity_text.h"

namespace kubegauge::apiservice {
namespace {

constexpr int64_t kSecondNs = 1'000'000'000;
// Room for the fixed fields of one object, and of one container.
constexpr size_t kFixedBytes = 256;
constexpr size_t kContainerBytes = 64 + 2 * kube::kMaxQuantityText;
constexpr size_t kLabelBytes = 16;

// An empty ListMeta: selfLink, resourceVersion and continue.
constexpr std::string_view kListMeta("\x0a\x06\x0a\x00\x12\x00\x1a\x00", 8);

int64_t FloorSeconds(int64_t ns) { return ns / kSecondNs - (ns % kSecondNs < 0 ? 1 : 0); }

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

// One entry of the map `usage`.
void WriteQuantity(uint32_t field, std::string_view resource, std::string_view text,
                   BackwardWriter& out) {
  const char* const entry_end = out.begin();
  out.Bytes(1, text);
  out.Message(2, entry_end);
  out.Bytes(1, resource);
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

struct NodeTraits {
  using Items = NodeItems;
  static constexpr std::string_view kKind = "NodeMetrics";
  static size_t Bound(const Items& items) { return MetricsProtobuf::NodeBound(items.meta()); }
  static void Write(const MetricsProtobuf& writer, const Items& items, BackwardWriter& out) {
    writer.WriteNode(items.meta(), items.usage(), out);
  }
};

struct PodTraits {
  using Items = PodItems;
  static constexpr std::string_view kKind = "PodMetrics";
  static size_t Bound(const Items& items) {
    return MetricsProtobuf::PodBound(items.meta(), items.usage());
  }
  static void Write(const MetricsProtobuf& writer, const Items& items, BackwardWriter& out) {
    writer.WritePod(items.meta(), items.usage(), out);
  }
};

// Writes items one by one into memory of its own.
template <class Traits>
class ItemWriter {
 public:
  ItemWriter(const MetricsProtobuf& writer, Form form) : writer_(writer), form_(form) {}

  // The message of the current item; with its tag and length where it is one of a list.
  std::string_view Write(const typename Traits::Items& items) {
    const size_t bound = Traits::Bound(items);
    if (memory_.size() < bound) memory_.resize(2 * bound);
    char* const end = memory_.data() + memory_.size();
    BackwardWriter out(end);
    Traits::Write(writer_, items, out);
    if (form_ == Form::kList) out.Message(2, end);
    return {out.begin(), static_cast<size_t>(end - out.begin())};
  }

 private:
  MetricsProtobuf writer_;
  Form form_;
  std::vector<char> memory_;
};

template <class Traits>
class ProtobufStream final : public BodyStream {
 public:
  using Items = typename Traits::Items;

  ProtobufStream(Items items, const MetricsProtobuf& writer, Form form)
      : items_(std::move(items)),
        api_version_(writer.api_version()),
        item_writer_(writer, form),
        form_(form) {}

  bool Next(std::string& out) override {
    const size_t part_begin = out.size();
    if (!begun_) Begin(out);
    while (has_item_ && out.size() - part_begin < kBodyPartBytes) {
      out.append(item_writer_.Write(items_));
      has_item_ = items_.Next();
    }
    if (has_item_) return true;
    out.append(kProtobufEnvelopeTail);
    return false;
  }

 private:
  void Begin(std::string& out) {
    begun_ = true;
    const bool is_list = form_ == Form::kList;
    uint64_t message_bytes = is_list ? kListMeta.size() : 0;
    for (Items measured = items_; measured.Next();) {
      message_bytes += item_writer_.Write(measured).size();
    }
    const std::string kind = fmt::format("{}{}", Traits::kKind, is_list ? "List" : "");
    out.append(ProtobufEnvelopeHead(api_version_, kind, message_bytes));
    if (is_list) out.append(kListMeta);
    has_item_ = items_.Next();
  }

  Items items_;
  std::string api_version_;
  ItemWriter<Traits> item_writer_;
  Form form_;
  bool begun_ = false;
  bool has_item_ = false;
};

}  // namespace

MetricsProtobuf::MetricsProtobuf(std::string_view version, int64_t now_ns)
    : api_version_(fmt::format("metrics.k8s.io/{}", version)), now_ns_(now_ns) {}

void MetricsProtobuf::WriteMetadata(const kube::ObjectMeta& meta, BackwardWriter& out) const {
  const char* const end = out.begin();
  for (uint32_t i = meta.label_count(); i-- > 0;) {
    const auto [key, value] = meta.label(i);
    const char* const entry_end = out.begin();
    out.Bytes(2, value);
    out.Bytes(1, key);
    out.Message(11, entry_end);
  }
  WriteTime(8, now_ns_, out);
  out.Varint(7, 0);  // generation
  out.Bytes(6, "");  // resourceVersion
  out.Bytes(5, "");  // uid
  out.Bytes(4, "");  // selfLink
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

std::unique_ptr<BodyStream> ProtobufBody(NodeItems items, const MetricsProtobuf& writer,
                                         Form form) {
  return std::make_unique<ProtobufStream<NodeTraits>>(std::move(items), writer, form);
}

std::unique_ptr<BodyStream> ProtobufBody(PodItems items, const MetricsProtobuf& writer, Form form) {
  return std::make_unique<ProtobufStream<PodTraits>>(std::move(items), writer, form);
}

}  // namespace kubegauge::apiservice
