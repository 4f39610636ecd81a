#include "scraper/likely_names.h"

#include <cstring>

namespace kubegauge::scraper {
namespace {

// Reads past a text that may be there; once one was not, nothing is.
class Expecting {
 public:
  Expecting(const char* text, const char* end) : text_(text), end_(end) {}

  Expecting& Expect(std::string_view expected) {
    const bool found = text_ != nullptr && static_cast<size_t>(end_ - text_) >= expected.size() &&
                       std::memcmp(text_, expected.data(), expected.size()) == 0;
    text_ = found ? text_ + expected.size() : nullptr;
    return *this;
  }
  // Where the text ends, or null.
  const char* position() const { return text_; }

 private:
  const char* text_;
  const char* const end_;
};

}  // namespace

void LikelyNames::Begin(const NodeLayout* layout, const ContainerRows::Order& order) {
  containers_.clear();
  const bool is_of_use =
      layout != nullptr && layout->has_plain_names && layout->containers.size() == order.size();
  layout_ = is_of_use ? layout : nullptr;
  if (!is_of_use) return;
  // Records are all over memory, and in no cache since the node's last sample.
  for (const NodeLayout::Pod& pod : layout->pods) __builtin_prefetch(pod.meta.get());
  containers_.resize(order.size());
  for (const NodeLayout::Pod& pod : layout->pods) {
    const Names of_pod{.namespace_name = pod.meta->namespace_name(), .pod = pod.meta->name()};
    for (uint32_t i = pod.first_container; i < pod.first_container + pod.container_count; ++i) {
      Names& names = containers_[order[i]];
      names = of_pod;
      names.container = layout->ContainerName(i);
    }
  }
}

const char* LikelyNames::FindEnd(uint32_t set, const char* text, const char* end) const {
  Expecting reader(text, end);
  if (set < container_count()) {
    const Names& names = containers_[set];
    reader.Expect("{container=\"").Expect(names.container);
    reader.Expect("\",namespace=\"").Expect(names.namespace_name);
    return reader.Expect("\",pod=\"").Expect(names.pod).Expect("\"}").position();
  }
  const size_t pod = set - container_count();
  if (layout_ == nullptr || pod >= layout_->pods.size()) return nullptr;
  const kube::ObjectMeta& meta = *layout_->pods[pod].meta;
  reader.Expect("{namespace=\"").Expect(meta.namespace_name());
  return reader.Expect("\",pod=\"").Expect(meta.name()).Expect("\"}").position();
}

}  // namespace kubegauge::scraper
