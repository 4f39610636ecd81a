#include "scraper/host_resolver.h"

#include <fmt/format.h>
#include <netdb.h>
#include <sys/socket.h>

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <cerrno>
#include <cstring>
#include <mutex>
#include <system_error>
#include <thread>
#include <utility>

namespace kubegauge::scraper {

namespace asio = boost::asio;

absl::StatusOr<HostAddresses> LookUpHost(const std::string& host) {
  addrinfo wanted{};
  wanted.ai_flags = AI_ADDRCONFIG;
  wanted.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  const int error = ::getaddrinfo(host.c_str(), nullptr, &wanted, &found);
  if (error != 0) {
    return absl::UnavailableError(
        fmt::format("cannot resolve {}: {}; see --kubelet-preferred-address-types", host,
                    error == EAI_SYSTEM ? std::strerror(errno) : ::gai_strerror(error)));
  }
  HostAddresses addresses;
  for (const addrinfo* entry = found; entry != nullptr; entry = entry->ai_next) {
    asio::ip::tcp::endpoint endpoint;
    if (entry->ai_addrlen > endpoint.capacity()) continue;
    std::memcpy(endpoint.data(), entry->ai_addr, entry->ai_addrlen);
    addresses.push_back(endpoint.address());
  }
  ::freeaddrinfo(found);
  return addresses;
}

struct HostResolver::Link {
  std::mutex mutex;  // held to use the executor too, which lives at least as long as the resolver
  HostResolver* resolver;  // null at its end
};

HostResolver::HostResolver(asio::any_io_executor executor, LookUp look_up)
    : executor_(std::move(executor)),
      look_up_(std::move(look_up)),
      link_(std::make_shared<Link>()) {
  link_->resolver = this;
}

HostResolver::~HostResolver() {
  const std::lock_guard lock(link_->mutex);
  link_->resolver = nullptr;
}

asio::awaitable<void> HostResolver::Answer::Wait() {
  boost::system::error_code woken;
  co_await changed_.async_wait(asio::redirect_error(asio::use_awaitable, woken));
}

std::shared_ptr<HostResolver::Answer> HostResolver::Resolve(const std::string& host) {
  const auto [entry, is_new] = pending_.try_emplace(host);
  if (!is_new) return entry->second;
  const auto answer = std::make_shared<Answer>(executor_);
  entry->second = answer;
  if (threads_ < kMaxThreads) {
    Begin(host);
  } else {
    queued_.push_back(host);
  }
  return answer;
}

void HostResolver::Begin(const std::string& host) {
  ++threads_;
  try {
    std::thread([link = link_, look_up = look_up_, host] {
      absl::StatusOr<HostAddresses> result = look_up(host);
      const std::lock_guard lock(link->mutex);
      if (link->resolver == nullptr) return;
      asio::post(link->resolver->executor_, [link, host, result = std::move(result)]() mutable {
        // The resolver ends on this thread alone, so the lock is not needed to look.
        if (link->resolver != nullptr) link->resolver->Finish(host, std::move(result));
      });
    }).detach();
  } catch (const std::system_error& error) {
    Finish(host, absl::ResourceExhaustedError(
                     fmt::format("no thread to resolve {}: {}", host, error.what())));
  }
}

void HostResolver::Finish(const std::string& host, absl::StatusOr<HostAddresses> result) {
  --threads_;
  auto answered = pending_.extract(host);
  answered.mapped()->result_ = std::move(result);
  answered.mapped()->Wake();
  if (queued_.empty()) return;
  const std::string next = std::move(queued_.front());
  queued_.pop_front();
  Begin(next);
}

}  // namespace kubegauge::scraper
