#include "scraper/sample.h"

namespace kubegauge::scraper {

void Sample::Clear() {
  node.reset();
  pods.clear();
  containers.clear();
}

}  // namespace kubegauge::scraper
