#pragma once

#include <cstdint>
#include <string>

#include "apiservice/http_date.h"
#include "kube/clock.h"
#include "kube/time_units.h"

namespace kubegauge::server {

// The time as HTTP writes it; made once a second.
class DateText {
 public:
  // Keeps a reference.
  explicit DateText(const kube::Clock& clock) : clock_(clock) {}

  const std::string& Now() {
    const int64_t now_seconds = clock_.WallNs() / kube::kNsPerSecond;
    if (text_.empty() || now_seconds != seconds_) {
      text_ = apiservice::FormatHttpDate(now_seconds);
      seconds_ = now_seconds;
    }
    return text_;
  }

 private:
  const kube::Clock& clock_;
  std::string text_;
  int64_t seconds_ = 0;
};

}  // namespace kubegauge::server
