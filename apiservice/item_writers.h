#pragma once

#include <fmt/format.h>

#include <string>
#include <string_view>

#include "apiservice/item_json.h"
#include "apiservice/metrics_json.h"
#include "apiservice/metrics_list.h"

namespace kubegauge::apiservice {

// The writers of metrics_list.cc and of watches; row_writer.h has the third. Each gives the JSON
// text of one kind of answer as a head, items with commas between them, and a tail. The head is
// empty where the answer is the one item itself. `Bound` is how many bytes the item takes at most,
// `Write` gives the end of what it wrote. `Kind` is NodeJson or PodJson.

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
  size_t Bound(const Items& items) const { return type_.size() + kFrameBytes + Kind::Bound(items); }
  char* Write(const Items& items, char* out) const {
    *out++ = '{';
    out = PutText(type_, out);
    out = PutText("\"metadata\":", out);
    out = json_.WriteMetadata(items.meta(), out);
    *out++ = '}';
    return out;
  }

 private:
  static constexpr size_t kFrameBytes = std::string_view("{\"metadata\":}").size();

  MetricsJson json_;
  bool is_list_;
  std::string list_type_;
  std::string type_;
};

}  // namespace kubegauge::apiservice
