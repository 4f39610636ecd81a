#include "scraper/sample.h"

namespace kubegauge::scraper {

void Sample::Clear() {
  node.reset();
  node_is_damaged = false;
  node_instantaneous_nanocores.reset();
  pods.clear();
  containers.clear();
  layout = nullptr;
  damage.clear();
}

}  // namespace kubegauge::scraper
