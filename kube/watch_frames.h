#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "kube/encoded_object.h"

namespace kubegauge::kube {

enum class WatchEventType {
  kAdded,
  kModified,
  kDeleted,
  kBookmark,  // says only how far the watch has come
  kError,     // the object is a Status
  kUnknown,   // of a later Kubernetes
};

struct WatchEvent {
  WatchEventType type = WatchEventType::kUnknown;
  EncodedObject object;  // a view that is good until the next call
};

// Takes the body of a watch apart into events, however it was cut into chunks: frames of a 4-byte
// big-endian length and a WatchEvent in protobuf (wire.md A.12), or lines of JSON. Not thread-safe.
class WatchFrames {
 public:
  // A frame above `max_frame_bytes` is an error. client-go's limit is the default.
  explicit WatchFrames(WireFormat format, size_t max_frame_bytes = size_t{16} << 20)
      : format_(format), max_frame_bytes_(max_frame_bytes) {}

  void Append(std::string_view chunk);

  // The next event, or nullopt until more is appended. Error kInvalidArgument: the rest cannot be
  // read.
  absl::StatusOr<std::optional<WatchEvent>> Next();

  // Whether the last chunk ended within a frame: at the end of a body, the body was cut off.
  bool mid_frame() const { return begin_ < buffer_.size(); }

 private:
  absl::StatusOr<std::optional<WatchEvent>> NextProtobuf();
  absl::StatusOr<std::optional<WatchEvent>> NextJson();
  absl::Status TooLong() const;

  const WireFormat format_;
  const size_t max_frame_bytes_;
  std::string buffer_;
  size_t begin_ = 0;    // of the first frame that was not given yet
  size_t scanned_ = 0;  // of JSON: up to here there is no end of line behind begin_
  std::string line_;
};

}  // namespace kubegauge::kube
