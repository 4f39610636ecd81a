#pragma once

#include <fmt/format.h>

#include <string>
#include <string_view>

#include "apiservice/item_json.h"
#include "apiservice/metrics_json.h"
#include "apiservice/metrics_list.h"

namespace kubegauge::apiservice {

// Rows of a Table, as a writer of item_writers.h.
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
