#include "apiservice/watch_events.h"

#include <optional>
#include <utility>

#include "apiservice/json_event_writer.h"
#include "apiservice/protobuf_event_writer.h"
#include "apiservice/snapshot_diff.h"
#include "apiservice/watch_frame.h"

namespace kubegauge::apiservice {
namespace {

using Range = std::pair<size_t, size_t>;

Range RangeOf(std::optional<size_t> index) {
  return index ? Range(*index, *index + 1) : Range(0, 0);
}

// Where in a catalog the objects are that a watch asks for: one of a single pod looks at no other.
Range RangeOf(const scraper::Catalog& catalog, const WatchTarget& target) {
  if (target.nodes) {
    return target.name.empty() ? Range(0, catalog.nodes().size())
                               : RangeOf(catalog.FindNode(target.name));
  }
  if (target.namespace_name.empty()) return {0, catalog.pods().size()};
  return target.name.empty() ? catalog.PodsIn(target.namespace_name)
                             : RangeOf(catalog.FindPod(target.namespace_name, target.name));
}

template <class Writer>
class Events final : public WatchEvents {
 public:
  using Items = typename Writer::Items;

  explicit Events(WatchTarget target) : target_(std::move(target)), writer_(target_) {}

  void StartFrom(const SnapshotFeed::State& state) override {
    known_ = state.snapshot;
    version_ = state.version;
    now_ns_ = 0;
    writer_.SetState(version_, now_ns_);
  }

  void MoveTo(const SnapshotFeed::State& state, int64_t now_ns) override {
    version_ = state.version;
    now_ns_ = now_ns;
    writer_.SetState(VersionOnTheWayTo(version_), now_ns_);
    diff_.emplace(ItemsOf(std::exchange(known_, state.snapshot)), ItemsOf(state.snapshot));
  }

  bool Append(std::string& out) override {
    const size_t begin = out.size();
    while (diff_ && out.size() - begin < kBodyPartBytes) {
      const bool found = diff_->Next();
      if (!found && diff_->is_paused()) break;
      if (!found) End();
      if (held_back_) AppendEvent(*held_back_, out);
      held_back_.reset();
      if (found) held_back_.emplace(Event{diff_->type(), diff_->items()});
    }
    return diff_.has_value();
  }

  void AppendBookmark(bool initial_end, std::string& out) override {
    AppendWatchEvent("BOOKMARK", writer_.Bookmark(initial_end), Writer::kEncoding, out);
  }

 private:
  struct Event {
    WatchEventType type;
    Items items;
  };

  // All is found: what is written from now on says the state's own version.
  void End() {
    diff_.reset();
    writer_.SetState(version_, now_ns_);
  }
  void AppendEvent(const Event& event, std::string& out) {
    AppendWatchEvent(EventName(event.type), writer_.Object(event.items), Writer::kEncoding, out);
  }
  Items ItemsOf(std::shared_ptr<const scraper::Snapshot> snapshot) const {
    if (snapshot == nullptr) snapshot = scraper::EmptySnapshot();
    const Range range = RangeOf(snapshot->catalog(), target_);
    return Items(std::move(snapshot), range.first, range.second, target_.filter);
  }

  const WatchTarget target_;
  Writer writer_;
  std::shared_ptr<const scraper::Snapshot> known_;
  uint64_t version_ = 0;
  int64_t now_ns_ = 0;
  std::optional<SnapshotDiff<Items>> diff_;
  std::optional<Event> held_back_;  // until it is known whether another follows
};

}  // namespace

std::string_view EventName(WatchEventType type) {
  switch (type) {
    case WatchEventType::kModified:
      return "MODIFIED";
    case WatchEventType::kDeleted:
      return "DELETED";
    case WatchEventType::kAdded:
      break;
  }
  return "ADDED";
}

std::unique_ptr<WatchEvents> MakeWatchEvents(WatchTarget target) {
  const bool protobuf = target.negotiated.encoding == Encoding::kProtobuf;
  if (target.nodes) {
    if (protobuf) return std::make_unique<Events<ProtobufEventWriter<NodeProtobuf>>>(target);
    return std::make_unique<Events<JsonEventWriter<NodeJson>>>(std::move(target));
  }
  if (protobuf) return std::make_unique<Events<ProtobufEventWriter<PodProtobuf>>>(target);
  return std::make_unique<Events<JsonEventWriter<PodJson>>>(std::move(target));
}

}  // namespace kubegauge::apiservice
