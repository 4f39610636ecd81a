#include "apiservice/metrics_list.h"

#include <algorithm>
#include <utility>

#include "apiservice/item_writers.h"
#include "apiservice/json_text.h"
#include "apiservice/row_writer.h"
#include "apiservice/yaml_list_body.h"

namespace kubegauge::apiservice {
namespace {

// Head, items with commas between them, tail, newline.
template <class Writer>
class ListBody final : public BodyStream {
 public:
  using Items = typename Writer::Items;

  ListBody(Items items, Writer writer) : items_(std::move(items)), writer_(std::move(writer)) {}

  bool Next(std::string& out) override {
    if (!has_item_) has_item_ = items_.Next();
    if (!has_item_ && items_.is_paused()) return true;
    if (!begun_) Begin(out);
    const size_t part_begin = out.size();
    while (has_item_ && out.size() - part_begin < kBodyPartBytes) AppendItems(out, part_begin);
    if (has_item_ || items_.is_paused()) return true;
    out.append(writer_.Tail(had_items_)).push_back('\n');
    return false;
  }

 private:
  void Begin(std::string& out) {
    begun_ = true;
    had_items_ = has_item_;
    out.append(writer_.Head(had_items_));
  }

  // Fills the room of a part with as many items as surely fit; at least one.
  void AppendItems(std::string& out, size_t part_begin) {
    const size_t begin = out.size();
    const size_t of_item = writer_.Bound(items_) + 1;
    const size_t of_part = part_begin + kBodyPartBytes - begin;
    const size_t room = std::max(of_item, std::min(of_part, of_item * (items_.remaining() + 1)));
    out.resize(begin + room);
    char* const limit = out.data() + out.size();
    char* end = out.data() + begin;
    do {
      if (!first_) *end++ = ',';
      first_ = false;
      end = writer_.Write(items_, end);
      has_item_ = items_.Next();
    } while (has_item_ && static_cast<size_t>(limit - end) > writer_.Bound(items_));
    out.resize(static_cast<size_t>(end - out.data()));
  }

  Items items_;
  Writer writer_;
  bool begun_ = false;
  bool first_ = true;
  bool has_item_ = false;
  bool had_items_ = false;
};

// Indents what another body gives, and leaves out the newline at its end.
class IndentedStream final : public BodyStream {
 public:
  explicit IndentedStream(std::unique_ptr<BodyStream> body) : body_(std::move(body)) {}

  bool Next(std::string& out) override {
    part_.clear();
    const bool more = body_->Next(part_);
    indenter_.Append(part_, out);
    return more;
  }

 private:
  std::unique_ptr<BodyStream> body_;
  JsonIndenter indenter_;
  std::string part_;
};

template <class Kind>
std::string TextOf(const typename Kind::Items& items, const MetricsJson& json) {
  constexpr size_t kTypeBytes = 128;
  const size_t bound = Kind::Bound(items);
  std::string text;
  text.reserve(kTypeBytes + bound);
  text.push_back('{');
  json.AppendTypeMembers(Kind::kKind, text);
  const size_t begin = text.size();
  text.resize(begin + bound);
  const char* end = Kind::WriteObject(json, items, text.data() + begin);
  text.resize(static_cast<size_t>(end - text.data()));
  text.push_back('\n');
  return text;
}

template <class Writer>
std::unique_ptr<BodyStream> MakeBody(typename Writer::Items items, Writer writer, Layout layout) {
  if (layout == Layout::kYaml) {
    return std::make_unique<YamlListBody<Writer>>(std::move(items), std::move(writer));
  }
  auto body = std::make_unique<ListBody<Writer>>(std::move(items), std::move(writer));
  if (layout == Layout::kCompact) return body;
  return std::make_unique<IndentedStream>(std::move(body));
}

}  // namespace

std::string ObjectText(const NodeItems& items, const MetricsJson& json) {
  return TextOf<NodeJson>(items, json);
}

std::string ObjectText(const PodItems& items, const MetricsJson& json) {
  return TextOf<PodJson>(items, json);
}

std::unique_ptr<BodyStream> ObjectBody(NodeItems items, const MetricsJson& json, Form form,
                                       Layout layout) {
  return MakeBody(std::move(items), ObjectWriter<NodeJson>(json, form), layout);
}

std::unique_ptr<BodyStream> ObjectBody(PodItems items, const MetricsJson& json, Form form,
                                       Layout layout) {
  return MakeBody(std::move(items), ObjectWriter<PodJson>(json, form), layout);
}

std::unique_ptr<BodyStream> TableBody(NodeItems items, const MetricsJson& json,
                                      const TableFormat& format, Layout layout) {
  return MakeBody(std::move(items), RowWriter<NodeJson>(json, format), layout);
}

std::unique_ptr<BodyStream> TableBody(PodItems items, const MetricsJson& json,
                                      const TableFormat& format, Layout layout) {
  return MakeBody(std::move(items), RowWriter<PodJson>(json, format), layout);
}

std::unique_ptr<BodyStream> MetadataBody(NodeItems items, const MetricsJson& json, Form form,
                                         std::string_view version, Layout layout) {
  return MakeBody(std::move(items), MetadataWriter<NodeJson>(json, form, version), layout);
}

std::unique_ptr<BodyStream> MetadataBody(PodItems items, const MetricsJson& json, Form form,
                                         std::string_view version, Layout layout) {
  return MakeBody(std::move(items), MetadataWriter<PodJson>(json, form, version), layout);
}

}  // namespace kubegauge::apiservice
