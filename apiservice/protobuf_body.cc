#include "apiservice/protobuf_body.h"

#include <fmt/format.h>

#include <deque>
#include <optional>
#include <utility>

#include "apiservice/item_protobuf.h"

namespace kubegauge::apiservice {
namespace {

// Of a single body, however much the budget has.
constexpr size_t kMaxKeptBytes = 16 * 1024 * 1024;

// What of the items is written before it is others' turn, as the head needs the length of all: at
// first so much that a body which is not compressed for its length is made in one turn.
constexpr size_t kFirstTurnBytes = 4 * kBodyPartBytes;
constexpr size_t kTurnBytes = kBodyPartBytes;

// The inside of an empty ListMeta: selfLink, resourceVersion and continue.
constexpr std::string_view kListMeta("\x0a\x00\x12\x00\x1a\x00", 6);

// What stands around the items of a body.
struct Frame {
  std::string api_version;
  std::string kind;
  uint32_t item_field = 0;  // 0: the item is the message itself
  std::string before;       // in front of the items
  std::string behind;
};

std::string ListMetaField(uint32_t number) {
  std::string field(1, static_cast<char>(number << 3 | 2));
  field.push_back(static_cast<char>(kListMeta.size()));
  return field.append(kListMeta);
}

Frame MakeFrame(const ProtobufForm& form, std::string_view api_version, std::string_view kind) {
  const bool is_list = form.form == Form::kList;
  const bool only_metadata = !form.metadata_version.empty();
  Frame frame{.api_version = only_metadata ? fmt::format("meta.k8s.io/{}", form.metadata_version)
                                           : std::string(api_version),
              .kind = fmt::format("{}{}", only_metadata ? "PartialObjectMetadata" : kind,
                                  is_list ? "List" : ""),
              .before = "",
              .behind = ""};
  if (!is_list) return frame;
  // v1beta1 of meta.k8s.io has its two fields the other way round.
  const bool items_first = form.metadata_version == "v1beta1";
  frame.item_field = items_first ? 1 : 2;
  (items_first ? frame.behind : frame.before) = ListMetaField(items_first ? 2 : 1);
  return frame;
}

// Parts of about kBodyPartBytes within a budget.
class KeptParts {
 public:
  explicit KeptParts(ByteBudget& budget) : memory_(budget) {}

  // False: there is no more room.
  bool Add(std::string_view item) {
    if (parts_.empty() || parts_.back().size() + item.size() > parts_.back().capacity()) {
      const size_t bytes = std::max(kBodyPartBytes, item.size());
      const size_t all_bytes = memory_.bytes() + bytes;
      if (all_bytes > kMaxKeptBytes || !memory_.GrowTo(all_bytes)) return false;
      parts_.emplace_back().reserve(bytes);
    }
    parts_.back().append(item);
    return true;
  }
  bool empty() const { return parts_.empty(); }
  std::string TakeFirst() {
    std::string first = std::move(parts_.front());
    parts_.pop_front();
    return first;
  }

 private:
  BudgetShare memory_;
  std::deque<std::string> parts_;
};

template <class Kind>
class ProtobufStream final : public BodyStream {
 public:
  using Items = typename Kind::Items;

  ProtobufStream(Items items, const MetricsProtobuf& writer, const ProtobufForm& form,
                 ByteBudget& budget)
      : items_(std::move(items)),
        frame_(MakeFrame(form, writer.api_version(), Kind::kKind)),
        writer_(writer, !form.metadata_version.empty()),
        kept_(budget) {}

  bool Next(std::string& out) override {
    const size_t part_begin = out.size();
    if (!begun_ && !Begin(out)) return true;
    if (!has_item_) has_item_ = items_.Next();
    while (!kept_.empty() && out.size() - part_begin < kBodyPartBytes) out += kept_.TakeFirst();
    while (kept_.empty() && has_item_ && out.size() - part_begin < kBodyPartBytes) {
      out.append(writer_.Write(items_, frame_.item_field));
      has_item_ = items_.Next();
    }
    if (has_item_ || !kept_.empty() || items_.is_paused()) return true;
    out.append(frame_.behind).append(kProtobufEnvelopeTail);
    return false;
  }

 private:
  // Writes what stands in front of the items. False: it is others' turn.
  bool Begin(std::string& out) {
    const size_t turn_bytes = std::exchange(turn_bytes_, kTurnBytes);
    if (!rest_ && !Keep(turn_bytes)) return false;
    if (rest_ && !CountRest(turn_bytes)) return false;
    begun_ = true;
    rest_.reset();
    const uint64_t message_bytes = item_bytes_ + frame_.before.size() + frame_.behind.size();
    out.append(ProtobufEnvelopeHead(frame_.api_version, frame_.kind, message_bytes));
    out.append(frame_.before);
    return true;
  }

  // Keeps all items, or leaves those for which there is no room. False: it is others' turn.
  bool Keep(size_t turn_bytes) {
    const uint64_t end = item_bytes_ + turn_bytes;
    while (has_item_ || (has_item_ = items_.Next())) {
      if (item_bytes_ >= end) return false;
      const std::string_view item = writer_.Write(items_, frame_.item_field);
      if (!kept_.Add(item)) {
        rest_.emplace(items_);
        return true;
      }
      item_bytes_ += item.size();
      has_item_ = false;
    }
    return !items_.is_paused();
  }

  bool CountRest(size_t turn_bytes) {
    const uint64_t end = item_bytes_ + turn_bytes;
    do {
      if (rest_has_item_) item_bytes_ += writer_.Write(*rest_, frame_.item_field).size();
      rest_has_item_ = rest_->Next();
    } while (rest_has_item_ && item_bytes_ < end);
    return !rest_has_item_ && !rest_->is_paused();
  }

  Items items_;
  Frame frame_;
  ItemProtobuf<Kind> writer_;
  KeptParts kept_;
  size_t turn_bytes_ = kFirstTurnBytes;
  bool begun_ = false;
  bool has_item_ = false;      // items_ is at one that is neither kept nor sent
  uint64_t item_bytes_ = 0;    // of those kept, and of those of rest_ before its current one
  std::optional<Items> rest_;  // from the first that is not kept on, while the bytes are counted
  bool rest_has_item_ = true;
};

}  // namespace

std::unique_ptr<BodyStream> ProtobufBody(NodeItems items, const MetricsProtobuf& writer,
                                         const ProtobufForm& form, ByteBudget& kept) {
  return std::make_unique<ProtobufStream<NodeProtobuf>>(std::move(items), writer, form, kept);
}

std::unique_ptr<BodyStream> ProtobufBody(PodItems items, const MetricsProtobuf& writer,
                                         const ProtobufForm& form, ByteBudget& kept) {
  return std::make_unique<ProtobufStream<PodProtobuf>>(std::move(items), writer, form, kept);
}

}  // namespace kubegauge::apiservice
