#include "kube/curl_engine.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/strand.hpp>
#include <chrono>
#include <utility>

namespace kubegauge::kube {

namespace asio = boost::asio;
using Descriptor = asio::posix::stream_descriptor;

namespace {

// Some 20 KiB each: as many as requests usually go on at one time, those of HPAs that are looked at
// together among them.
constexpr size_t kMostKeptHandles = 64;
// A peer that takes no bytes for so long is gone. Without it a request may be sent into a dead
// connection of the pool again and again, each time until it times out.
constexpr unsigned kUserTimeoutMs = 30'000;

}  // namespace

// Tells libcurl when one of its sockets is ready. The socket stays libcurl's.
class CurlEngine::Socket : public std::enable_shared_from_this<Socket> {
 public:
  Socket(const std::shared_ptr<CurlEngine>& engine, curl_socket_t fd)
      : engine_(engine), fd_(fd), descriptor_(engine->strand_) {
    boost::system::error_code ignored;  // libcurl sees for itself what is wrong with a socket
    descriptor_.assign(fd, ignored);
  }
  ~Socket() { Release(); }
  Socket(const Socket&) = delete;
  Socket& operator=(const Socket&) = delete;

  void Release() {
    interest_ = CURL_POLL_NONE;
    if (descriptor_.is_open()) descriptor_.release();
  }

  void SetInterest(int interest) {
    interest_ = interest;
    if (!descriptor_.is_open()) return;
    WaitFor(Descriptor::wait_read, CURL_POLL_IN, CURL_CSELECT_IN, reading_);
    WaitFor(Descriptor::wait_write, CURL_POLL_OUT, CURL_CSELECT_OUT, writing_);
  }

 private:
  // CURL_POLL_IN and _OUT are bits of `interest_`. `waiting` is a member: whether a wait goes on.
  void WaitFor(Descriptor::wait_type type, int bit, int event, bool& waiting) {
    if (waiting || (interest_ & bit) == 0) return;
    waiting = true;
    descriptor_.async_wait(type, [self = shared_from_this(), bit, event,
                                  &waiting](const boost::system::error_code& error) {
      waiting = false;
      if (error == asio::error::operation_aborted) return;
      self->OnReady(bit, error ? CURL_CSELECT_ERR : event);
    });
  }

  void OnReady(int bit, int event) {
    const std::shared_ptr<CurlEngine> engine = engine_.lock();
    if (engine == nullptr || (interest_ & bit) == 0) return;
    if (event == CURL_CSELECT_IN) engine->heard_at_ = std::chrono::steady_clock::now();
    engine->Act(fd_, event);
    SetInterest(interest_);  // which Act may have changed, down to none
  }

  const std::weak_ptr<CurlEngine> engine_;
  const curl_socket_t fd_;
  Descriptor descriptor_;
  int interest_ = CURL_POLL_NONE;
  bool reading_ = false;
  bool writing_ = false;
};

std::shared_ptr<CurlEngine> CurlEngine::Create(asio::any_io_executor executor) {
  std::shared_ptr<CurlEngine> engine(new CurlEngine(std::move(executor)));
  return engine->multi_ == nullptr ? nullptr : engine;
}

CurlEngine::CurlEngine(asio::any_io_executor executor)
    : strand_(asio::make_strand(std::move(executor))), timer_(strand_), multi_(curl_multi_init()) {
  if (multi_ == nullptr) return;
  curl_multi_setopt(multi_.get(), CURLMOPT_SOCKETFUNCTION, &CurlEngine::OnSocket);
  curl_multi_setopt(multi_.get(), CURLMOPT_SOCKETDATA, this);
  curl_multi_setopt(multi_.get(), CURLMOPT_TIMERFUNCTION, &CurlEngine::OnTimer);
  curl_multi_setopt(multi_.get(), CURLMOPT_TIMERDATA, this);
  curl_multi_setopt(multi_.get(), CURLMOPT_PIPELINING, CURLPIPE_MULTIPLEX);
}

CurlEngine::~CurlEngine() {
  // No longer shared, so that neither sockets nor timer may be watched again.
  if (multi_ == nullptr) return;
  curl_multi_setopt(multi_.get(), CURLMOPT_TIMERFUNCTION, nullptr);
}

CurlHandle CurlEngine::TakeHandle() {
  if (kept_handles_.empty()) return CurlHandle::Create();
  CurlHandle handle = std::move(kept_handles_.back());
  kept_handles_.pop_back();
  return handle;
}

void CurlEngine::KeepHandle(CurlHandle handle) {
  if (handle.easy == nullptr || kept_handles_.size() >= kMostKeptHandles) return;
  // What belongs to the transfer that ended.
  CURL* const easy = handle.easy.get();
  curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, nullptr);
  curl_easy_setopt(easy, CURLOPT_POSTFIELDS, nullptr);
  curl_easy_setopt(easy, CURLOPT_HTTPHEADER, nullptr);
  kept_handles_.push_back(std::move(handle));
}

bool CurlEngine::Add(CURL* easy) {
  curl_easy_setopt(easy, CURLOPT_SOCKOPTFUNCTION, &CurlEngine::OnOpen);
  curl_easy_setopt(easy, CURLOPT_SOCKOPTDATA, this);
  curl_easy_setopt(easy, CURLOPT_CLOSESOCKETFUNCTION, &CurlEngine::OnClose);
  curl_easy_setopt(easy, CURLOPT_CLOSESOCKETDATA, this);
  if (multi_ == nullptr || curl_multi_add_handle(multi_.get(), easy) != CURLM_OK) return false;
  transfers_.insert(easy);
  ++begin_soon_;
  return true;
}

void CurlEngine::Remove(CURL* easy) {
  if (transfers_.erase(easy) == 0) return;
  curl_multi_remove_handle(multi_.get(), easy);
}

void CurlEngine::Close() {
  for (CURL* easy : std::exchange(transfers_, {})) {
    curl_multi_remove_handle(multi_.get(), easy);
    CurlTransferListener* listener = nullptr;
    curl_easy_getinfo(easy, CURLINFO_PRIVATE, &listener);
    listener->OnClosed();
  }
  multi_.reset();
  sockets_.clear();
  due_at_.reset();
  StopWaiting();
}

int CurlEngine::OnOpen(void* engine, curl_socket_t fd, curlsocktype) {
  // Fails on what is not TCP, which does not need it.
  ::setsockopt(fd, IPPROTO_TCP, TCP_USER_TIMEOUT, &kUserTimeoutMs, sizeof kUserTimeoutMs);
  static_cast<CurlEngine*>(engine)->open_sockets_.insert(fd);
  return CURL_SOCKOPT_OK;
}

int CurlEngine::OnClose(void* engine, curl_socket_t fd) {
  static_cast<CurlEngine*>(engine)->open_sockets_.erase(fd);
  return ::close(fd);
}

int CurlEngine::OnSocket(CURL*, curl_socket_t fd, int what, void* engine, void*) {
  static_cast<CurlEngine*>(engine)->Watch(fd, what);
  return 0;
}

void CurlEngine::Watch(curl_socket_t fd, int what) {
  auto found = sockets_.find(fd);
  if (what == CURL_POLL_REMOVE) {
    // libcurl may close the socket next, and its number may come again.
    if (found == sockets_.end()) return;
    found->second->Release();
    sockets_.erase(found);
    return;
  }
  if (found == sockets_.end()) {
    const std::shared_ptr<CurlEngine> self = weak_from_this().lock();
    if (self == nullptr) return;
    found = sockets_.emplace(fd, std::make_shared<Socket>(self, fd)).first;
  }
  found->second->SetInterest(what);
}

int CurlEngine::OnTimer(CURLM*, long timeout_ms, void* engine) {
  auto* const self = static_cast<CurlEngine*>(engine);
  self->due_at_.reset();
  if (timeout_ms < 0) self->StopWaiting();
  if (timeout_ms == 0) self->ActSoon();
  if (timeout_ms <= 0) return 0;
  self->due_at_ = std::chrono::steady_clock::now() + std::chrono::milliseconds(timeout_ms);
  self->WaitUntilDue();
  return 0;
}

// libcurl asks for it with each transfer that begins; a turn of the executor takes no system call.
void CurlEngine::ActSoon() {
  if (std::exchange(acts_soon_, true)) return;
  asio::post(strand_, [weak = weak_from_this()] {
    const auto engine = weak.lock();
    if (engine == nullptr) return;
    engine->acts_soon_ = false;
    engine->Begin();
  });
}

// libcurl writes each request to the connection by itself. Together they go as one, which costs one
// turn of the kernel's network, and of the server's, instead of as many.
void CurlEngine::Begin() {
  const bool together = std::exchange(begin_soon_, 0) > 1;
  if (together) SetCork(true);
  Act(CURL_SOCKET_TIMEOUT, 0);
  if (together) SetCork(false);
}

void CurlEngine::SetCork(bool corked) const {
  const int value = corked ? 1 : 0;
  for (const curl_socket_t fd : open_sockets_) {
    ::setsockopt(fd, IPPROTO_TCP, TCP_CORK, &value, sizeof value);
  }
}

// Each transfer moves the time on. A wait that ends before it is taken up again then, which is
// seldom, and need not be begun anew each time.
void CurlEngine::WaitUntilDue() {
  if (!due_at_ || (is_waiting_ && timer_.expiry() <= *due_at_)) return;
  is_waiting_ = true;
  timer_.expires_at(*due_at_);
  timer_.async_wait([weak = weak_from_this()](const boost::system::error_code& error) {
    const auto engine = weak.lock();
    if (error || engine == nullptr) return;
    engine->is_waiting_ = false;
    if (engine->due_at_ && *engine->due_at_ <= std::chrono::steady_clock::now()) {
      engine->due_at_.reset();
      engine->Act(CURL_SOCKET_TIMEOUT, 0);
    }
    engine->WaitUntilDue();
  });
}

void CurlEngine::StopWaiting() {
  timer_.cancel();
  is_waiting_ = false;
}

void CurlEngine::Act(curl_socket_t fd, int events) {
  if (multi_ == nullptr) return;
  int running = 0;
  curl_multi_socket_action(multi_.get(), fd, events, &running);
  ReportDone();
}

void CurlEngine::ReportDone() {
  int left = 0;
  while (const CURLMsg* message = curl_multi_info_read(multi_.get(), &left)) {
    if (message->msg != CURLMSG_DONE) continue;
    CURL* const easy = message->easy_handle;
    const CURLcode result = message->data.result;
    CurlTransferListener* listener = nullptr;
    curl_easy_getinfo(easy, CURLINFO_PRIVATE, &listener);
    Remove(easy);
    listener->OnDone(result);
  }
}

}  // namespace kubegauge::kube
