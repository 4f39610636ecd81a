#include "kube/list_reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "kube/json_split.h"
#include "kube/protobuf_envelope.h"
#include "kube/protobuf_message.h"

namespace kubegauge::kube {
namespace {

using protozero::pbf_wire_type;

constexpr uint32_t kRawField = 2;
constexpr size_t kMaxVarintBytes = 10;
constexpr size_t kMaxQuotedKind = 100;

// Moves `bytes` behind the varint that it begins with; nullopt when that has not wholly come yet.
// Throws protozero::exception.
std::optional<uint64_t> TakeVarint(std::string_view& bytes) {
  const size_t most = std::min(bytes.size(), kMaxVarintBytes);
  const auto last = std::find_if(bytes.begin(), bytes.begin() + static_cast<ptrdiff_t>(most),
                                 [](char c) { return (static_cast<uint8_t>(c) & 0x80) == 0; });
  if (last == bytes.begin() + static_cast<ptrdiff_t>(most) && most < kMaxVarintBytes) {
    return std::nullopt;
  }
  const char* position = bytes.data();
  const uint64_t value = protozero::decode_varint(&position, bytes.data() + bytes.size());
  bytes.remove_prefix(static_cast<size_t>(position - bytes.data()));
  return value;
}

// `{}`, or what a proxy says with 200 by itself, is no empty collection. client-go takes nothing
// without a kind either.
absl::StatusOr<ListMeta> CheckedKind(ListMeta meta) {
  if (meta.kind.ends_with("List")) return meta;
  return absl::InvalidArgumentError(
      fmt::format("it is no list, of kind \"{}\"", meta.kind.substr(0, kMaxQuotedKind)));
}

}  // namespace

// What stands in front of a field's payload.
struct ListReader::FieldHead {
  uint32_t tag_and_type = 0;
  size_t head_bytes = 0;
  uint64_t payload_bytes = 0;

  // Of the field that `bytes` begins with; nullopt when it has not wholly come yet. Throws
  // protozero::exception.
  static std::optional<FieldHead> Read(std::string_view bytes) {
    std::string_view rest = bytes;
    const std::optional<uint64_t> tag = TakeVarint(rest);
    if (!tag) return std::nullopt;
    if (*tag > UINT32_MAX || *tag >> 3 == 0) throw protozero::invalid_tag_exception();
    FieldHead head{.tag_and_type = static_cast<uint32_t>(*tag)};
    switch (static_cast<pbf_wire_type>(*tag & 7)) {
      case pbf_wire_type::varint: {
        const std::string_view value = rest;
        if (!TakeVarint(rest)) return std::nullopt;
        head.payload_bytes = value.size() - rest.size();
        rest = value;
        break;
      }
      case pbf_wire_type::fixed64:
        head.payload_bytes = 8;
        break;
      case pbf_wire_type::fixed32:
        head.payload_bytes = 4;
        break;
      case pbf_wire_type::length_delimited: {
        const std::optional<uint64_t> length = TakeVarint(rest);
        if (!length) return std::nullopt;
        head.payload_bytes = *length;
        break;
      }
      default:
        throw protozero::unknown_pbf_wire_type_exception();
    }
    head.head_bytes = bytes.size() - rest.size();
    return head;
  }
};

ListReader::ListReader(WireFormat format, ItemSink on_item)
    : ListReader(format, std::move(on_item), Limits()) {}

ListReader::ListReader(WireFormat format, ItemSink on_item, const Limits& limits)
    : format_(format), on_item_(std::move(on_item)), limits_(limits) {}

absl::Status ListReader::Append(std::string_view chunk) {
  if (format_ == WireFormat::kJson) {
    if (chunk.size() > limits_.json_body_bytes - buffer_.size()) {
      return absl::InvalidArgumentError(
          fmt::format("a list is longer than {} bytes of JSON", limits_.json_body_bytes));
    }
    buffer_.append(chunk);
    return absl::OkStatus();
  }
  buffer_.append(chunk);
  if (place_ == Place::kMagic) {
    if (absl::Status magic = ReadMagic(); !magic.ok() || place_ == Place::kMagic) return magic;
  }
  const absl::Status read = CatchMalformedProtobuf("a list", [this] {
    while (error_.ok() && ReadField()) {
    }
  });
  if (!read.ok()) return read;
  buffer_.erase(0, begin_);
  begin_ = 0;
  return error_;
}

absl::Status ListReader::ReadMagic() {
  const std::string_view head = std::string_view(buffer_).substr(0, kProtobufMagic.size());
  if (!kProtobufMagic.starts_with(head)) {
    return absl::InvalidArgumentError("a list does not begin with the bytes 'k8s\\0'");
  }
  if (head.size() == kProtobufMagic.size()) {
    begin_ = head.size();
    place_ = Place::kEnvelope;
  }
  return absl::OkStatus();
}

bool ListReader::ReadField() {
  if (place_ == Place::kList && list_left_ == 0) place_ = Place::kEnvelope;
  const std::string_view rest = std::string_view(buffer_).substr(begin_);
  const std::optional<FieldHead> head = FieldHead::Read(rest);
  if (!head) return false;
  if (place_ == Place::kEnvelope && head->tag_and_type == BytesField(kRawField)) {
    begin_ += head->head_bytes;
    EnterList(head->payload_bytes);
    return true;
  }
  if (head->payload_bytes > limits_.item_bytes) {
    error_ = absl::InvalidArgumentError(
        fmt::format("an item of a list is longer than {} bytes", limits_.item_bytes));
    return false;
  }
  const uint64_t field_bytes = head->head_bytes + head->payload_bytes;
  if (place_ == Place::kList && field_bytes > list_left_)
    throw protozero::end_of_buffer_exception();
  if (rest.size() < field_bytes) return false;
  const std::string_view payload = rest.substr(head->head_bytes, head->payload_bytes);
  begin_ += field_bytes;
  if (place_ == Place::kEnvelope) {
    ReadEnvelopeField(head->tag_and_type, payload);
  } else {
    list_left_ -= field_bytes;
    ReadListField(head->tag_and_type, payload);
  }
  return true;
}

void ListReader::ReadEnvelopeField(uint32_t tag_and_type, std::string_view payload) {
  if (tag_and_type != BytesField(1)) return;
  ProtobufEnvelope envelope;
  ReadProtobufTypeMeta(payload, envelope);
  meta_.kind = envelope.kind;
  // The one list in Kubernetes whose fields are numbered differently.
  if (envelope.api_version == "meta.k8s.io/v1beta1") {
    metadata_field_ = 2;
    items_field_ = 1;
  }
}

void ListReader::EnterList(uint64_t length) {
  if (seen_list_) throw protozero::invalid_tag_exception();
  seen_list_ = true;
  list_left_ = length;
  place_ = Place::kList;
}

void ListReader::ReadListField(uint32_t tag_and_type, std::string_view payload) {
  if (tag_and_type == BytesField(metadata_field_)) {
    ReadListMeta(payload);
  } else if (tag_and_type == BytesField(items_field_)) {
    error_ = on_item_({WireFormat::kProtobuf, payload});
  }
}

void ListReader::ReadListMeta(std::string_view bytes) {
  protozero::pbf_reader message = ProtobufMessage(bytes);
  while (message.next()) {
    switch (message.tag_and_type()) {
      case BytesField(2):
        meta_.resource_version = std::string(TakeBytes(message));
        break;
      case BytesField(3):
        meta_.continue_token = std::string(TakeBytes(message));
        break;
      default:
        message.skip();
    }
  }
}

absl::StatusOr<ListMeta> ListReader::Finish() {
  if (format_ == WireFormat::kJson) {
    absl::StatusOr<ListMeta> meta = SplitJsonList(buffer_, [this](std::string_view item) {
      return on_item_({WireFormat::kJson, item});
    });
    if (!meta.ok()) return meta.status();
    return CheckedKind(*std::move(meta));
  }
  if (!seen_list_ || list_left_ > 0 || !buffer_.empty()) {
    return absl::InvalidArgumentError("a list was cut off");
  }
  return CheckedKind(std::move(meta_));
}

}  // namespace kubegauge::kube
