#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/unordered/unordered_flat_set.hpp>
#include <chrono>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <vector>

#include "kube/curl_handle.h"

namespace kubegauge::kube {

// Told, on the engine's strand, how a transfer went.
class CurlTransferListener {
 public:
  virtual ~CurlTransferListener() = default;
  // Everything was transferred, or `result` says what went wrong.
  virtual void OnDone(CURLcode result) = 0;
  // The engine was closed; the transfer has been taken out of it.
  virtual void OnClosed() = 0;
};

// Runs libcurl's transfers on an Asio executor: its sockets and timer are Asio's, and no thread
// ever waits for one of them. It keeps the pool of connections. But for Create and strand, all
// members are to be called on the strand; libcurl's callbacks run there too.
class CurlEngine : public std::enable_shared_from_this<CurlEngine> {
 public:
  // Whatever runs on it holds it as one of these, which takes memory to make of a strand, but none
  // to copy.
  using Strand = boost::asio::any_io_executor;

  // Null when there is no memory.
  static std::shared_ptr<CurlEngine> Create(boost::asio::any_io_executor executor);
  ~CurlEngine();
  CurlEngine(const CurlEngine&) = delete;
  CurlEngine& operator=(const CurlEngine&) = delete;

  const Strand& strand() const { return strand_; }

  // A handle for a transfer, without options or as it was kept. Its `easy` is null when there is no
  // memory.
  CurlHandle TakeHandle();
  // Takes back one that is in no transfer any more: its options and libcurl's buffers are kept for
  // the next. All transfers of an engine go to one server in one version of HTTP.
  void KeepHandle(CurlHandle handle);

  // Begins the transfer of `easy`, which belongs to the caller and whose CURLOPT_PRIVATE is its
  // CurlTransferListener*. False when the engine was closed.
  bool Add(CURL* easy);
  // Ends it. For one that is not in the engine, nothing.
  void Remove(CURL* easy);

  // When bytes last came on any of the connections, or the engine was made.
  std::chrono::steady_clock::time_point heard_at() const { return heard_at_; }

  // Ends all transfers and closes the connections. No transfer begins after it.
  void Close();

 private:
  class Socket;

  explicit CurlEngine(boost::asio::any_io_executor executor);

  static int OnOpen(void* engine, curl_socket_t fd, curlsocktype purpose);
  static int OnClose(void* engine, curl_socket_t fd);
  static int OnSocket(CURL* easy, curl_socket_t fd, int what, void* engine, void* socket);
  static int OnTimer(CURLM* multi, long timeout_ms, void* engine);
  void Watch(curl_socket_t fd, int what);
  void ActSoon();
  void Begin();
  void SetCork(bool corked) const;
  void WaitUntilDue();
  void StopWaiting();
  void Act(curl_socket_t fd, int events);
  void ReportDone();

  const Strand strand_;
  const CurlLibrary library_;
  boost::asio::steady_timer timer_;
  bool is_waiting_ = false;  // on timer_, which may be up before due_at_
  bool acts_soon_ = false;
  int begin_soon_ = 0;  // transfers that were added since libcurl was called for them
  std::optional<boost::asio::steady_timer::time_point> due_at_;  // when libcurl wants to be called
  std::chrono::steady_clock::time_point heard_at_ = std::chrono::steady_clock::now();
  std::set<curl_socket_t> open_sockets_;
  std::map<curl_socket_t, std::shared_ptr<Socket>> sockets_;  // those that libcurl waits for
  boost::unordered_flat_set<CURL*> transfers_;
  std::vector<CurlHandle> kept_handles_;
  CurlMultiPtr multi_;  // null when closed; destroyed before what its callbacks use
};

}  // namespace kubegauge::kube
