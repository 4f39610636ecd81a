#include "apiservice/metrics_list.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <utility>

#include "apiservice/json_text.h"

namespace kubegauge::apiservice {
namespace {

constexpr std::string_view kColumnDefinitions =
    R"([{"name":"Name","type":"string","format":"name","description":"Name of the resource",)"
    R"("priority":0},)"
    R"({"name":"cpu","type":"string","format":"quantity","description":"","priority":0},)"
    R"({"name":"memory","type":"string","format":"quantity","description":"","priority":0},)"
    R"({"name":"Window","type":"string","format":"duration","description":"","priority":0}])";

// What is particular to nodes and to pods in the bodies below.
struct NodeTraits {
  using Items = NodeItems;
  static constexpr std::string_view kKind = "NodeMetrics";
  static size_t Bound(const Items& items) { return MetricsJson::NodeBound(items.meta()); }
  static char* WriteObject(const MetricsJson& json, const Items& items, char* out) {
    return json.WriteNode(items.meta(), items.usage(), out);
  }
  static char* WriteCells(const MetricsJson& json, const Items& items, char* out) {
    return json.WriteNodeCells(items.meta(), items.usage(), out);
  }
};

struct PodTraits {
  using Items = PodItems;
  static constexpr std::string_view kKind = "PodMetrics";
  static size_t Bound(const Items& items) {
    return MetricsJson::PodBound(items.meta(), items.usage());
  }
  static char* WriteObject(const MetricsJson& json, const Items& items, char* out) {
    return json.WritePod(items.meta(), items.usage(), out);
  }
  static char* WriteCells(const MetricsJson& json, const Items& items, char* out) {
    return json.WritePodCells(items.meta(), items.usage(), out);
  }
};

char* Put(std::string_view text, char* out) {
  std::memcpy(out, text.data(), text.size());
  return out + text.size();
}

template <class Traits>
class ObjectWriter {
 public:
  ObjectWriter(const MetricsJson& json, Form form) : json_(json), form_(form) {}

  std::string Head(bool) const {
    if (form_ == Form::kObject) return fmt::format("{{{}", json_.TypeMembers(Traits::kKind));
    return fmt::format("{{{}\"metadata\":{{}},\"items\":[",
                       json_.TypeMembers(fmt::format("{}List", Traits::kKind)));
  }
  std::string Tail(bool) const { return form_ == Form::kObject ? "\n" : "]}\n"; }
  size_t Bound(const typename Traits::Items& items) const { return Traits::Bound(items); }
  char* Write(const typename Traits::Items& items, char* out) const {
    // The members of a single object stand behind those of its head.
    if (form_ == Form::kList) *out++ = '{';
    return Traits::WriteObject(json_, items, out);
  }

 private:
  MetricsJson json_;
  Form form_;
};

template <class Traits>
class RowWriter {
 public:
  RowWriter(const MetricsJson& json, const TableFormat& format)
      : json_(json),
        include_(format.include_object),
        object_type_(include_ == IncludeObject::kObject
                         ? json_.TypeMembers(Traits::kKind)
                         : fmt::format("\"kind\":\"PartialObjectMetadata\","
                                       "\"apiVersion\":\"meta.k8s.io/{}\",",
                                       format.version)),
        version_(format.version) {}

  std::string Head(bool has_items) const {
    return fmt::format(
        R"({{"kind":"Table","apiVersion":"meta.k8s.io/{}","metadata":{{}},"columnDefinitions":{},"rows":{})",
        version_, has_items ? kColumnDefinitions : "null", has_items ? "[" : "null");
  }
  std::string Tail(bool has_items) const { return has_items ? "]}\n" : "}\n"; }
  size_t Bound(const typename Traits::Items& items) const { return 2 * Traits::Bound(items); }
  char* Write(const typename Traits::Items& items, char* out) const {
    out = Put("{\"cells\":[", out);
    out = Traits::WriteCells(json_, items, out);
    out = Put("],\"object\":", out);
    if (include_ == IncludeObject::kNone) return Put("null}", out);
    *out++ = '{';
    out = Put(object_type_, out);
    if (include_ == IncludeObject::kObject) {
      out = Traits::WriteObject(json_, items, out);
    } else {
      out = Put("\"metadata\":", out);
      out = json_.WriteMetadata(items.meta(), out);
      *out++ = '}';
    }
    *out++ = '}';
    return out;
  }

 private:
  MetricsJson json_;
  IncludeObject include_;
  std::string object_type_;
  std::string version_;
};

// Head, items with commas between them, tail.
template <class Items, class Writer>
class ListBody final : public BodyStream {
 public:
  ListBody(Items items, Writer writer) : items_(std::move(items)), writer_(std::move(writer)) {}

  bool Next(std::string& out) override {
    if (!begun_) Begin(out);
    const size_t part_begin = out.size();
    while (has_item_ && out.size() - part_begin < kBodyPartBytes) AppendItems(out, part_begin);
    if (has_item_) return true;
    out.append(writer_.Tail(had_items_));
    return false;
  }

 private:
  void Begin(std::string& out) {
    begun_ = true;
    has_item_ = had_items_ = items_.Next();
    out.append(writer_.Head(had_items_));
  }

  // Fills the room of a part with as many items as surely fit; at least one.
  void AppendItems(std::string& out, size_t part_begin) {
    const size_t begin = out.size();
    const size_t room = std::max(writer_.Bound(items_) + 1, part_begin + kBodyPartBytes - begin);
    out.resize(begin + room);
    char* const limit = out.data() + out.size();
    char* end = out.data() + begin;
    do {
      if (!first_) *end++ = ',';
      first_ = false;
      end = writer_.Write(items_, end);
      has_item_ = items_.Next();
    } while (has_item_ && static_cast<size_t>(limit - end) > writer_.Bound(items_));
    out.resize(static_cast<size_t>(end - out.data()));
  }

  Items items_;
  Writer writer_;
  bool begun_ = false;
  bool first_ = true;
  bool has_item_ = false;
  bool had_items_ = false;
};

class IndentedStream final : public BodyStream {
 public:
  explicit IndentedStream(std::unique_ptr<BodyStream> body) : body_(std::move(body)) {}

  bool Next(std::string& out) override {
    part_.clear();
    const bool more = body_->Next(part_);
    indenter_.Append(part_, out);
    return more;
  }

 private:
  std::unique_ptr<BodyStream> body_;
  JsonIndenter indenter_;
  std::string part_;
};

// The first part of a body, made ahead, then the rest of it.
class ResumedStream final : public BodyStream {
 public:
  ResumedStream(std::string first, std::unique_ptr<BodyStream> rest)
      : first_(std::move(first)), rest_(std::move(rest)) {}

  bool Next(std::string& out) override {
    if (first_.empty()) return rest_->Next(out);
    out.append(first_);
    first_ = std::string();
    return true;
  }

 private:
  std::string first_;
  std::unique_ptr<BodyStream> rest_;
};

template <class Items, class Writer>
std::unique_ptr<BodyStream> MakeBody(Items items, Writer writer) {
  return std::make_unique<ListBody<Items, Writer>>(std::move(items), std::move(writer));
}

}  // namespace

std::unique_ptr<BodyStream> JsonBody(NodeItems items, const MetricsJson& json, Form form) {
  return MakeBody(std::move(items), ObjectWriter<NodeTraits>(json, form));
}

std::unique_ptr<BodyStream> JsonBody(PodItems items, const MetricsJson& json, Form form) {
  return MakeBody(std::move(items), ObjectWriter<PodTraits>(json, form));
}

std::unique_ptr<BodyStream> TableBody(NodeItems items, const MetricsJson& json,
                                      const TableFormat& format) {
  return MakeBody(std::move(items), RowWriter<NodeTraits>(json, format));
}

std::unique_ptr<BodyStream> TableBody(PodItems items, const MetricsJson& json,
                                      const TableFormat& format) {
  return MakeBody(std::move(items), RowWriter<PodTraits>(json, format));
}

std::unique_ptr<BodyStream> IndentedBody(std::unique_ptr<BodyStream> body) {
  return std::make_unique<IndentedStream>(std::move(body));
}

Response BodyResponse(std::string_view content_type, std::unique_ptr<BodyStream> body) {
  Response response{.headers = {{"Content-Type", std::string(content_type)}}};
  if (body->Next(response.body)) {
    response.stream = std::make_unique<ResumedStream>(std::move(response.body), std::move(body));
    response.body.clear();
  }
  return response;
}

std::string ReadAll(BodyStream& body) {
  std::string all;
  while (body.Next(all)) {
  }
  return all;
}

}  // namespace kubegauge::apiservice
