#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>

#include "absl/status/statusor.h"
#include "scraper/container_rows.h"
#include "scraper/sample.h"

namespace kubegauge::scraper {

// How many bytes after a body a decoder may read, if it is allowed to. Whoever fetches bodies does
// well to reserve as many at the end of its buffer: it saves a copy.
inline constexpr size_t kBodyPadding = 64;

// A view of the body of an HTTP answer.
struct ResponseBody {
  template <std::convertible_to<std::string_view> Text>
  // NOLINTNEXTLINE(google-explicit-constructor): a plain text is a body.
  ResponseBody(const Text& body, size_t readable = 0) : text(body), readable_after(readable) {}

  std::string_view text;
  // Bytes after the text that belong to the same buffer. Their values do not matter.
  size_t readable_after;
};

// What is known of the bodies of one node from those before.
struct KnownBody {
  ContainerRows::Order order;
  std::shared_ptr<const NodeLayout> layout;  // that its last sample led to
};

// Makes samples of one of the kubelet's texts. Reads memory only; keeps its buffers from call to
// call, so that it allocates nothing once it has seen a node. Not thread-safe.
class Decoder {
 public:
  virtual ~Decoder() = default;

  // `default_time_ns`, since the Unix epoch, is when the request was sent: the time of counters
  // that come without one.
  //
  // The sample stays valid until the next call, and its names also need the bytes of the body and
  // what was known of it.
  // InvalidArgument when the body as a whole cannot be believed; what it does not say of the node
  // or of a pod leaves that one out of the sample.
  virtual absl::StatusOr<const Sample*> Decode(const ResponseBody& body,
                                               int64_t default_time_ns) = 0;

  // Exchanges what is known of bodies. A decoder that reads many nodes is sooner done when it has
  // what is known of the same node.
  virtual void Swap(KnownBody& known) = 0;
};

}  // namespace kubegauge::scraper
