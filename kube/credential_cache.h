#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/thread_pool.hpp>
#include <memory>

#include "absl/status/statusor.h"
#include "kube/clock.h"
#include "kube/credential_loader.h"
#include "kube/credentials.h"

namespace kubegauge::kube {

// Keeps what a loader loaded until it is stale, expired or refused. Loads on a thread of its own,
// so no event loop ever waits for a file or a plugin, and one at a time: who asks meanwhile waits
// for the same result. Thread-safe.
class CredentialCache final : public CredentialSource {
 public:
  // Keeps a reference to `clock`.
  CredentialCache(boost::asio::any_io_executor executor, std::unique_ptr<CredentialLoader> loader,
                  const Clock& clock);
  ~CredentialCache() override;

  // Stops the loader and waits for it, for good. A Get that waits for it gets its answer, if the
  // executor still runs; none may come after. Called by the destructor too.
  void Stop();

  boost::asio::awaitable<absl::StatusOr<CredentialsPtr>> Get() override;
  void Refuse(const CredentialsPtr& refused) override;

 private:
  class Core;

  boost::asio::thread_pool loading_thread_{1};
  const std::shared_ptr<Core> core_;
};

}  // namespace kubegauge::kube
