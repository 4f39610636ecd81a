#include "autoscaler/text_pool.h"

#include <algorithm>

namespace kubegauge::autoscaler {

void TextPool::Share(SharedText& text) {
  if (text.empty() || text.str().size() > kLongText) return;
  if (texts_.size() >= sweep_at_) {
    boost::unordered::erase_if(texts_, [](const SharedText& kept) { return kept.unshared(); });
    sweep_at_ = std::max(kFewTexts, 2 * texts_.size());
  }
  text = *texts_.insert(text).first;
}

void TextPool::Release(SharedText& text) {
  const auto kept = texts_.find(text);
  text = {};
  if (kept != texts_.end() && kept->unshared()) texts_.erase(kept);
}

}  // namespace kubegauge::autoscaler
