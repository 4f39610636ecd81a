#pragma once

#include <array>
#include <cstddef>
#include <mutex>
#include <string>

namespace kubegauge::apiservice {

// Random UUIDs (version 4) for requests that bring no Audit-ID. Takes randomness for many at once,
// as asking for some costs as much as all else that admits a request. Thread-safe.
class AuditIds {
 public:
  std::string Next();

 private:
  using Id = std::array<unsigned char, 16>;

  Id TakeRandom();

  std::mutex mutex_;
  std::array<Id, 64> random_{};
  size_t left_ = 0;  // of random_, at its front
};

}  // namespace kubegauge::apiservice
