#pragma once

#include <fmt/format.h>

#include <cstring>
#include <string>
#include <string_view>

#include "apiservice/metrics_items.h"
#include "apiservice/metrics_json.h"
#include "apiservice/metrics_list.h"

namespace kubegauge::apiservice {

// The writers of metrics_list.cc and of watches: each gives the JSON text of one kind of answer as
// a head, items with commas between them, and a tail. The head is empty where the answer is the
// one item itself.

// What is particular to nodes and to pods.
struct NodeJson {
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

struct PodJson {
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

inline char* PutText(std::string_view text, char* out) {
  std::memcpy(out, text.data(), text.size());
  return out + text.size();
}

// `"kind":"<kind>","apiVersion":"meta.k8s.io/<version>",`
inline std::string MetaTypeMembers(std::string_view kind, std::string_view version) {
  return fmt::format("\"kind\":\"{}\",\"apiVersion\":\"meta.k8s.io/{}\",", kind, version);
}

// The objects themselves. Items of a list do not say their kind.
template <class Kind>
class ObjectWriter {
 public:
  using Items = typename Kind::Items;
  static constexpr const char* kItemsKey = "items";

  ObjectWriter(const MetricsJson& json, Form form) : json_(json), is_list_(form == Form::kList) {
    if (!is_list_) type_ = json_.TypeMembers(Kind::kKind);
  }

  std::string Head(bool) const {
    if (!is_list_) return "";
    return fmt::format("{{{}\"metadata\":{{}},\"items\":[",
                       json_.TypeMembers(fmt::format("{}List", Kind::kKind)));
  }
  std::string_view Tail(bool) const { return is_list_ ? "]}" : ""; }
  size_t Bound(const Items& items) const { return type_.size() + 1 + Kind::Bound(items); }
  char* Write(const Items& items, char* out) const {
    *out++ = '{';
    out = PutText(type_, out);
    return Kind::WriteObject(json_, items, out);
  }

 private:
  MetricsJson json_;
  bool is_list_;
  std::string type_;
};

// Only their metadata. Items of a list say their kind, too.
template <class Kind>
class MetadataWriter {
 public:
  using Items = typename Kind::Items;
  static constexpr const char* kItemsKey = "items";

  MetadataWriter(const MetricsJson& json, Form form, std::string_view version)
      : json_(json),
        is_list_(form == Form::kList),
        list_type_(MetaTypeMembers("PartialObjectMetadataList", version)),
        type_(MetaTypeMembers("PartialObjectMetadata", version)) {}

  // Upstream leaves the items of an empty list null, other than those of the objects' lists.
  std::string Head(bool has_items) const {
    if (!is_list_) return "";
    return fmt::format("{{{}\"metadata\":{{}},\"items\":{}", list_type_, has_items ? "[" : "null");
  }
  std::string_view Tail(bool has_items) const {
    if (!is_list_) return "";
    return has_items ? "]}" : "}";
  }
  size_t Bound(const Items& items) const { return type_.size() + 16 + Kind::Bound(items); }
  char* Write(const Items& items, char* out) const {
    *out++ = '{';
    out = PutText(type_, out);
    out = PutText("\"metadata\":", out);
    out = json_.WriteMetadata(items.meta(), out);
    *out++ = '}';
    return out;
  }

 private:
  MetricsJson json_;
  bool is_list_;
  std::string list_type_;
  std::string type_;
};

// Rows of a Table.
template <class Kind>
class RowWriter {
 public:
  using Items = typename Kind::Items;
  static constexpr const char* kItemsKey = "rows";

  RowWriter(const MetricsJson& json, const TableFormat& format)
      : json_(json),
        include_(format.include_object),
        object_type_(include_ == IncludeObject::kObject
                         ? json_.TypeMembers(Kind::kKind)
                         : MetaTypeMembers("PartialObjectMetadata", format.version)),
        head_(fmt::format("{{{}\"metadata\":{}", MetaTypeMembers("Table", format.version),
                          format.metadata_json)),
        shows_columns_(format.shows_columns) {}

  std::string Head(bool has_items) const {
    return fmt::format("{},\"columnDefinitions\":{},\"rows\":{}", head_,
                       has_items && shows_columns_ ? kTableColumns : "null",
                       has_items ? "[" : "null");
  }
  std::string_view Tail(bool has_items) const { return has_items ? "]}" : "}"; }
  size_t Bound(const Items& items) const { return 2 * Kind::Bound(items); }
  char* Write(const Items& items, char* out) const {
    out = PutText("{\"cells\":[", out);
    out = Kind::WriteCells(json_, items, out);
    out = PutText("],\"object\":", out);
    if (include_ == IncludeObject::kNone) return PutText("null}", out);
    *out++ = '{';
    out = PutText(object_type_, out);
    if (include_ == IncludeObject::kObject) {
      out = Kind::WriteObject(json_, items, out);
    } else {
      out = PutText("\"metadata\":", out);
      out = json_.WriteMetadata(items.meta(), out);
      *out++ = '}';
    }
    *out++ = '}';
    return out;
  }

 private:
  static constexpr std::string_view kTableColumns =
      R"([{"name":"Name","type":"string","format":"name","description":"Name of the resource",)"
      R"("priority":0},)"
      R"({"name":"cpu","type":"string","format":"quantity","description":"","priority":0},)"
      R"({"name":"memory","type":"string","format":"quantity","description":"","priority":0},)"
      R"({"name":"Window","type":"string","format":"duration","description":"","priority":0}])";

  MetricsJson json_;
  IncludeObject include_;
  std::string object_type_;
  std::string head_;
  bool shows_columns_;
};

}  // namespace kubegauge::apiservice
