#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "kube/encoded_object.h"
#include "kube/list_meta.h"

namespace kubegauge::kube {

// Takes the body of a list apart while it comes. An API server that answers from its watch cache
// pays no heed to `limit`, so a list of 150,000 pods is one body of some 200 MB, and of protobuf no
// more than one item of it is held here. A body of JSON is held as a whole. Not thread-safe.
class ListReader {
 public:
  struct Limits {
    size_t item_bytes = size_t{16} << 20;      // of protobuf
    size_t json_body_bytes = size_t{1} << 30;  // of JSON
  };
  // Gets each item; its views are good during the call. An error ends the reading.
  using ItemSink = std::function<absl::Status(const EncodedObject&)>;

  ListReader(WireFormat format, ItemSink on_item);
  ListReader(WireFormat format, ItemSink on_item, const Limits& limits);

  // Errors: kInvalidArgument for what is no list, and those of the sink. Then no more calls.
  absl::Status Append(std::string_view chunk);
  // At the end of the body. Error kInvalidArgument also when it was cut off, and when its kind is
  // not that of a list, after items that there may have been.
  absl::StatusOr<ListMeta> Finish();

 private:
  enum class Place { kMagic, kEnvelope, kList };
  struct FieldHead;

  absl::Status ReadMagic();
  // Reads the next field; false when it has not wholly come yet. Throws protozero::exception.
  bool ReadField();
  void ReadEnvelopeField(uint32_t tag_and_type, std::string_view payload);
  void ReadListField(uint32_t tag_and_type, std::string_view payload);
  void ReadListMeta(std::string_view bytes);
  void EnterList(uint64_t length);

  const WireFormat format_;
  const ItemSink on_item_;
  const Limits limits_;
  Place place_ = Place::kMagic;
  std::string buffer_;
  size_t begin_ = 0;        // of what was not read yet
  uint64_t list_left_ = 0;  // in kList: bytes of the list's message to come
  uint32_t metadata_field_ = 1;
  uint32_t items_field_ = 2;
  bool seen_list_ = false;
  absl::Status error_;
  ListMeta meta_;
};

}  // namespace kubegauge::kube
