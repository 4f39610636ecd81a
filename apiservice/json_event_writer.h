#pragma once

#include <fmt/format.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "apiservice/item_json.h"
#include "apiservice/item_writers.h"
#include "apiservice/row_writer.h"
#include "apiservice/watch_events.h"
#include "apiservice/watch_frame.h"

namespace kubegauge::apiservice {

// The objects of a watch's events as whole bodies in JSON: objects, Tables of one row, or metadata.
// `Kind` is NodeJson or PodJson. Keeps a reference to the target.
template <class Kind>
class JsonEventWriter {
 public:
  static constexpr Encoding kEncoding = Encoding::kJson;
  using Items = typename Kind::Items;

  explicit JsonEventWriter(const WatchTarget& target) : target_(target) {}

  void SetState(uint64_t version, int64_t now_ns) {
    version_ = fmt::format("{}", version);
    json_ = MetricsJson(target_.api_version, now_ns);
    json_.SetResourceVersion(version_);
  }

  // Valid until the next call.
  std::string_view Object(const Items& items) {
    switch (target_.negotiated.view) {
      case View::kTable:
        return Write(RowWriter<Kind>(json_, Format()), items);
      case View::kObject:
        return Write(ObjectWriter<Kind>(json_, Form::kObject), items);
      default:
        return Write(MetadataWriter<Kind>(json_, Form::kObject, target_.negotiated.meta_version),
                     items);
    }
  }

  std::string Bookmark(bool initial_end) const {
    const std::string_view meta_version = target_.negotiated.meta_version;
    const std::string metadata =
        fmt::format("\"metadata\":{{\"resourceVersion\":\"{}\"{}}}", version_,
                    initial_end ? ",\"annotations\":{\"k8s.io/initial-events-end\":\"true\"}" : "");
    const std::string partial =
        fmt::format("{{{}{}}}", MetaTypeMembers("PartialObjectMetadata", meta_version), metadata);
    switch (target_.negotiated.view) {
      case View::kObject:
        return fmt::format("{{{}{},\"timestamp\":null,\"window\":\"0s\",\"{}\":null}}",
                           json_.TypeMembers(Kind::kKind), metadata,
                           target_.nodes ? "usage" : "containers");
      case View::kTable:
        return fmt::format(
            "{{{}\"metadata\":{{\"resourceVersion\":\"{}\"}},\"columnDefinitions\":null,"
            "\"rows\":[{{\"cells\":[\"\",\"0\",\"0\",\"0s\"],\"object\":{}}}]}}",
            MetaTypeMembers("Table", meta_version), version_, partial);
      default:
        return partial;
    }
  }

 private:
  // Only the first Table of a watch says what its columns are.
  TableFormat Format() {
    const bool first = !std::exchange(has_columns_, true);
    table_metadata_ = fmt::format("{{\"resourceVersion\":\"{}\"}}", version_);
    return {.version = target_.negotiated.meta_version,
            .include_object = target_.include_object,
            .metadata_json = table_metadata_,
            .shows_columns = first};
  }

  template <class Writer>
  std::string_view Write(const Writer& writer, const Items& items) {
    text_ = writer.Head(true);
    const size_t head = text_.size();
    text_.resize(head + writer.Bound(items));
    const char* const end = writer.Write(items, text_.data() + head);
    text_.resize(static_cast<size_t>(end - text_.data()));
    text_.append(writer.Tail(true));
    return text_;
  }

  const WatchTarget& target_;
  MetricsJson json_{"v1", 0};
  std::string version_;
  std::string table_metadata_;
  std::string text_;
  bool has_columns_ = false;
};

}  // namespace kubegauge::apiservice
