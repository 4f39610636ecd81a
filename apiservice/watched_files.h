#pragma once

#include <spdlog/logger.h>

#include <array>
#include <boost/asio/awaitable.hpp>
#include <chrono>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "kube/sleeper.h"

namespace kubegauge::apiservice {

// As often as upstream's dynamic certificates look at their files without being told.
inline constexpr std::chrono::minutes kWatchedFilesInterval{1};

// Files whose contents are used together, such as a certificate and its key, taken again when they
// change. They are compared by content: kubelets change the files of a volume by swapping links.
// Contents that cannot be read or are refused leave the last ones in use, and are logged once.
// Keeps digests only. Not thread-safe; keeps a reference to `log`.
class WatchedFiles {
 public:
  // Takes the contents, in the order of the paths; an error refuses them.
  using Taker = std::function<absl::Status(const std::vector<std::string>& contents)>;

  WatchedFiles(std::vector<std::filesystem::path> paths, Taker taker, spdlog::logger& log);

  // Reads the files and gives them to the taker if they are not those of the last call. Blocks. An
  // error names the files; it is for the caller, who may be at the start, and not logged here.
  absl::Status Check();

  // Checks in each interval, until cancelled.
  boost::asio::awaitable<void> Run(kube::Sleeper& sleeper,
                                   std::chrono::nanoseconds interval = kWatchedFilesInterval);

 private:
  using Digest = std::array<unsigned char, 32>;

  absl::Status Take(const std::vector<std::string>& contents);
  std::string Names() const;

  const std::vector<std::filesystem::path> paths_;
  const Taker taker_;
  spdlog::logger& log_;
  std::vector<Digest> last_;  // of the contents that were given to the taker
  std::string logged_error_;
};

}  // namespace kubegauge::apiservice
