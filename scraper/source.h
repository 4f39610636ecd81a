#pragma once

#include <boost/asio/awaitable.hpp>

#include "absl/status/statusor.h"
#include "scraper/sample.h"

namespace kubegauge::scraper {

// Samples this machine without a kubelet (LocalSource); an interface so that tests can replace it.
// Not thread-safe: one scrape at a time.
class Source {
 public:
  virtual ~Source() = default;

  // Reads the node once. The sample and the names in it stay valid until the next call. An error
  // says that the node as a whole could not be read; what fails of a single container is in the
  // sample.
  virtual boost::asio::awaitable<absl::StatusOr<const Sample*>> Collect() = 0;
};

}  // namespace kubegauge::scraper
