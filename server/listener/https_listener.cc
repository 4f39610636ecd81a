#include "server/listener/https_listener.h"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/bind_executor.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ip/v6_only.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/unordered/unordered_flat_map.hpp>
#include <limits>
#include <utility>

#include "apiservice/byte_budget.h"
#include "server/listener/connection.h"
#include "server/listener/crowd.h"
#include "server/listener/socket_options.h"

namespace kubegauge::server {
namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;
using ReusePort = asio::detail::socket_option::boolean<SOL_SOCKET, SO_REUSEPORT>;

namespace {

// As a control says it.
constexpr int64_t kNotWaiting = std::numeric_limits<int64_t>::max();
// Of silent connections, so that not each new one costs a look at all.
constexpr size_t kEndedAtOnce = 32;

}  // namespace

// Everything here but the counter runs on the first executor, so that nothing needs a lock.
// Coroutines and handlers hold shares of the core: it lives until the last of them has ended.
class HttpsListener::Core : public std::enable_shared_from_this<Core> {
 public:
  Core(std::vector<asio::any_io_executor> executors, const ServingTls& tls,
       apiservice::HttpService& service, const ListenerLimits& limits, const kube::Clock& clock,
       spdlog::logger& log)
      : executor_(executors.front()),
        acceptor_(executor_),
        sweep_timer_(executor_),
        changed_(executor_, asio::steady_timer::time_point::max()),
        tls_(tls),
        limits_(limits),
        clock_(clock),
        log_(log, clock),
        request_memory_(limits.request_memory_bytes),
        environment_{service, limits_, clock, log_, request_memory_} {
    for (asio::any_io_executor& executor : executors) seats_.push_back({std::move(executor), 0});
  }

  absl::Status Listen(const ListenAddress& address);
  uint16_t bound_port() const { return bound_port_; }
  const asio::any_io_executor& executor() const { return executor_; }
  size_t connections() const { return connection_count_.load(std::memory_order_relaxed); }

  void Start();
  asio::awaitable<void> Drain(std::chrono::milliseconds grace);

 private:
  asio::awaitable<void> Accept();
  asio::awaitable<void> Sweep();
  void Spawn(asio::awaitable<void> task);
  // An executor, and how many connections it has.
  struct Seat {
    asio::any_io_executor executor;
    size_t connections;
  };
  Seat& EmptiestSeat();
  void Admit(tcp::socket socket, const asio::ip::address& peer, Seat& seat);
  void Remove(const std::shared_ptr<ConnectionControl>& connection, Seat& seat);
  // Ends connections as ListenerLimits says.
  void MakeRoom();
  void TellToEnd();
  struct Waiting {
    std::vector<WaitingConnection> silent;
    std::vector<WaitingConnection> idle;
  };
  Waiting WaitingConnections() const;
  // Whether one that was told to end has yet to do so.
  bool IsPlaceComing() const;
  // Until a connection has ended, or the next sweep.
  asio::awaitable<void> Change();

  const asio::any_io_executor executor_;
  std::vector<Seat> seats_;
  tcp::acceptor acceptor_;
  asio::steady_timer sweep_timer_;
  asio::steady_timer changed_;
  uint16_t bound_port_ = 0;

  const ServingTls& tls_;
  const ListenerLimits limits_;
  const kube::Clock& clock_;
  apiservice::RateLimitedLog log_;
  apiservice::ByteBudget request_memory_;
  const ConnectionEnvironment environment_;

  // The connections themselves belong to their coroutines.
  boost::unordered_flat_map<std::shared_ptr<ConnectionControl>, Network> connections_;
  std::vector<WaitingConnection> told_to_end_;  // to make room; of those that are still there
  bool ends_silent_ = false;                    // those, not idle ones
  std::atomic<size_t> connection_count_{0};
  int tasks_ = 0;  // of the listener itself
  bool draining_ = false;
  bool stopped_ = false;
};

absl::Status HttpsListener::Core::Listen(const ListenAddress& address) {
  error_code error;
  const asio::ip::address ip = asio::ip::make_address(address.ip, error);
  if (error) {
    return absl::InvalidArgumentError(
        fmt::format("cannot listen on \"{}\": it is not an IP address", address.ip));
  }
  const tcp::endpoint endpoint(ip, address.port);
  acceptor_.open(endpoint.protocol(), error);
  if (!error) SetCloseOnExec(acceptor_.native_handle());
  if (!error) acceptor_.set_option(tcp::acceptor::reuse_address(true), error);
  if (!error && address.share_port) acceptor_.set_option(ReusePort(true), error);
  if (!error && ip.is_v6()) acceptor_.set_option(asio::ip::v6_only(false), error);
  if (!error) acceptor_.bind(endpoint, error);
  if (!error) acceptor_.listen(tcp::acceptor::max_listen_connections, error);
  if (!error) acceptor_.non_blocking(true, error);
  if (!error) bound_port_ = acceptor_.local_endpoint(error).port();
  if (error) {
    return absl::UnavailableError(
        fmt::format("cannot listen on {} port {}: {}", address.ip, address.port, error.message()));
  }
  return absl::OkStatus();
}

void HttpsListener::Core::Start() {
  asio::post(executor_, [self = shared_from_this()] {
    self->Spawn(self->Accept());
    self->Spawn(self->Sweep());
  });
}

void HttpsListener::Core::Spawn(asio::awaitable<void> task) {
  ++tasks_;
  asio::co_spawn(executor_, std::move(task),
                 asio::bind_executor(executor_, [self = shared_from_this()](std::exception_ptr) {
                   --self->tasks_;
                   self->changed_.cancel();
                 }));
}

asio::awaitable<void> HttpsListener::Core::Accept() {
  while (!draining_) {
    error_code error;
    co_await acceptor_.async_wait(tcp::acceptor::wait_read,
                                  asio::redirect_error(asio::use_awaitable, error));
    Seat& seat = EmptiestSeat();
    tcp::socket socket(seat.executor);
    tcp::endpoint peer;
    if (!error) acceptor_.accept(socket, peer, error);
    if (error == asio::error::would_block) continue;  // the client has gone, or a sharer has it
    if (error && !draining_) {
      // Out of file descriptors or memory, most likely: what others give back comes with time.
      log_.Write(spdlog::level::err, "Cannot accept connections", error.message());
      MakeRoom();
      co_await Change();
      continue;
    }
    while (connections_.size() >= limits_.max_connections && !draining_) {
      MakeRoom();
      co_await Change();
    }
    if (!draining_) Admit(std::move(socket), peer.address(), seat);
  }
}

HttpsListener::Core::Seat& HttpsListener::Core::EmptiestSeat() {
  return *std::min_element(seats_.begin(), seats_.end(), [](const Seat& a, const Seat& b) {
    return a.connections < b.connections;
  });
}

void HttpsListener::Core::Admit(tcp::socket socket, const asio::ip::address& peer, Seat& seat) {
  SetConnectionOptions(socket);
  std::shared_ptr<const ConnectionEnvironment> environment(shared_from_this(), &environment_);
  auto connection =
      std::make_shared<Connection>(std::move(socket), tls_.Get(), std::move(environment));
  const std::shared_ptr<ConnectionControl> control = connection->control();
  connections_.emplace(control, NetworkOf(peer));
  ++seat.connections;
  connection_count_.store(connections_.size(), std::memory_order_relaxed);
  asio::co_spawn(
      seat.executor, [connection] { return connection->Run(); },
      asio::bind_cancellation_slot(
          control->slot(), asio::bind_executor(executor_, [self = shared_from_this(), control,
                                                           &seat](std::exception_ptr) {
            self->Remove(control, seat);
          })));
}

void HttpsListener::Core::Remove(const std::shared_ptr<ConnectionControl>& connection, Seat& seat) {
  std::erase_if(told_to_end_,
                [&](const auto& told) { return told.connection == connection.get(); });
  connections_.erase(connection);
  --seat.connections;
  connection_count_.store(connections_.size(), std::memory_order_relaxed);
  changed_.cancel();
}

void HttpsListener::Core::MakeRoom() {
  if (IsPlaceComing()) return;
  Waiting waiting = WaitingConnections();
  // The more are where the crowd is: a few slow clients do not pay for a stranger's idle ones.
  ends_silent_ = waiting.silent.size() > waiting.idle.size();
  told_to_end_ = ends_silent_ ? OldestOfLargestCrowd(std::move(waiting.silent), kEndedAtOnce)
                              : OldestOfLargestCrowd(std::move(waiting.idle), 1);
  TellToEnd();
}

void HttpsListener::Core::TellToEnd() {
  for (const auto& [connection, peer, since_ns] : told_to_end_) {
    ends_silent_ ? connection->CancelIfSilent(since_ns) : connection->CancelIfIdle(since_ns);
  }
}

bool HttpsListener::Core::IsPlaceComing() const {
  return std::ranges::any_of(told_to_end_, [](const WaitingConnection& told) {
    const ConnectionControl& control = *told.connection;
    return std::min(control.silent_since_ns(), control.idle_since_ns()) == told.since_ns;
  });
}

HttpsListener::Core::Waiting HttpsListener::Core::WaitingConnections() const {
  const int64_t silent_before_ns =
      clock_.MonotonicNs() - std::chrono::nanoseconds(limits_.silence_grace).count();
  Waiting waiting;
  for (const auto& [connection, peer] : connections_) {
    const int64_t silent_ns = connection->silent_since_ns();
    const int64_t idle_ns = connection->idle_since_ns();
    if (silent_ns <= silent_before_ns) {
      waiting.silent.push_back({connection.get(), peer, silent_ns});
    } else if (idle_ns != kNotWaiting) {
      waiting.idle.push_back({connection.get(), peer, idle_ns});
    }
  }
  return waiting;
}

asio::awaitable<void> HttpsListener::Core::Change() {
  error_code ignored;  // always "cancelled"
  co_await changed_.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
}

asio::awaitable<void> HttpsListener::Core::Sweep() {
  while (!stopped_) {
    error_code ignored;
    sweep_timer_.expires_after(limits_.sweep_interval);
    co_await sweep_timer_.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
    const int64_t now_ns = clock_.MonotonicNs();
    for (const auto& [connection, peer] : connections_) connection->CancelIfOverdue(now_ns);
    // Again: one that owes a request may have been busy with another just when it was told.
    if (connections_.size() >= limits_.max_connections) TellToEnd();
    changed_.cancel();
  }
}

asio::awaitable<void> HttpsListener::Core::Drain(std::chrono::milliseconds grace) {
  const std::shared_ptr<Core> self = shared_from_this();
  const int64_t now_ns = clock_.MonotonicNs();
  const int64_t end_ns = now_ns + std::chrono::nanoseconds(grace).count();
  const int64_t first_request_ns =
      now_ns + std::chrono::nanoseconds(limits_.first_request_grace).count();
  draining_ = true;
  for (const auto& [connection, peer] : connections_) connection->BeginDrain(first_request_ns);
  error_code ignored;
  acceptor_.close(ignored);
  changed_.cancel();
  while (!connections_.empty() && clock_.MonotonicNs() < end_ns) co_await Change();
  for (const auto& [connection, peer] : connections_) connection->Cancel();
  while (!connections_.empty()) co_await Change();
  stopped_ = true;
  sweep_timer_.cancel();
  while (tasks_ > 0) co_await Change();
}

HttpsListener::HttpsListener(std::shared_ptr<Core> core) : core_(std::move(core)) {}
HttpsListener::~HttpsListener() = default;

absl::StatusOr<std::unique_ptr<HttpsListener>> HttpsListener::Bind(
    std::vector<asio::any_io_executor> executors, const ListenAddress& address,
    const ServingTls& tls, apiservice::HttpService& service, const ListenerLimits& limits,
    const kube::Clock& clock, spdlog::logger& log) {
  auto core = std::make_shared<Core>(std::move(executors), tls, service, limits, clock, log);
  if (absl::Status s = core->Listen(address); !s.ok()) return s;
  return std::unique_ptr<HttpsListener>(new HttpsListener(std::move(core)));
}

uint16_t HttpsListener::bound_port() const { return core_->bound_port(); }

size_t HttpsListener::connections() const { return core_->connections(); }

void HttpsListener::Start() { core_->Start(); }

asio::awaitable<void> HttpsListener::Drain(std::chrono::milliseconds grace) {
  co_await asio::co_spawn(core_->executor(), core_->Drain(grace), asio::use_awaitable);
}

}  // namespace kubegauge::server
