#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/address.hpp>
#include <boost/asio/steady_timer.hpp>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"

namespace kubegauge::scraper {

using HostAddresses = std::vector<boost::asio::ip::address>;

// The addresses of `host`, as the system resolves names. Blocks: half a minute and more when its
// DNS does not answer. kUnavailable says why there are none.
absl::StatusOr<HostAddresses> LookUpHost(const std::string& host);

// Resolves the names of nodes, each on a thread of its own for as long as that takes, so that a
// name that hangs holds up no other node, and who gives up does not wait for it. A name is looked
// up once for all who ask meanwhile. For one executor's thread. Lookups that hang do not hold up
// the end either: their answers go nowhere then.
class HostResolver {
 public:
  using LookUp = std::function<absl::StatusOr<HostAddresses>(const std::string& host)>;

  // `look_up` is called on many threads at once, and may be so after the end of the resolver.
  explicit HostResolver(boost::asio::any_io_executor executor, LookUp look_up = &LookUpHost);
  ~HostResolver();
  HostResolver(const HostResolver&) = delete;
  HostResolver& operator=(const HostResolver&) = delete;

  // A lookup, which those who wait for it share.
  class Answer {
   public:
    explicit Answer(const boost::asio::any_io_executor& executor)
        : changed_(executor, boost::asio::steady_timer::time_point::max()) {}

    // Until it is there, or somebody calls Wake.
    boost::asio::awaitable<void> Wait();
    void Wake() { changed_.cancel(); }
    // Empty until it is there.
    const std::optional<absl::StatusOr<HostAddresses>>& result() const { return result_; }

   private:
    friend class HostResolver;
    boost::asio::steady_timer changed_;
    std::optional<absl::StatusOr<HostAddresses>> result_;
  };
  std::shared_ptr<Answer> Resolve(const std::string& host);

 private:
  // More names than these hang only where DNS is down, and nobody is better off then.
  static constexpr size_t kMaxThreads = 64;

  // What the threads know of the resolver.
  struct Link;

  void Begin(const std::string& host);
  void Finish(const std::string& host, absl::StatusOr<HostAddresses> result);

  const boost::asio::any_io_executor executor_;
  const LookUp look_up_;
  const std::shared_ptr<Link> link_;
  std::map<std::string, std::shared_ptr<Answer>> pending_;
  std::deque<std::string> queued_;  // of pending_, those without a thread yet
  size_t threads_ = 0;
};

}  // namespace kubegauge::scraper
