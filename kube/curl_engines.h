#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <memory>
#include <mutex>
#include <vector>

#include "kube/curl_engine.h"

namespace kubegauge::kube {

// The engine in which exchanges begin, and those before it. libcurl puts each request into the
// HTTP/2 connection that it has, also after all before it were never answered there. Where a server
// (or what stands before it) holds such a connection open, only another engine opens a new one.
// client-go does so after a ping that is not answered.
//
// Thread-safe.
class CurlEngines {
 public:
  // Null when there is no memory.
  static std::unique_ptr<CurlEngines> Create(boost::asio::any_io_executor executor);
  CurlEngines(const CurlEngines&) = delete;
  CurlEngines& operator=(const CurlEngines&) = delete;

  // For one exchange, which keeps it until it ends.
  std::shared_ptr<CurlEngine> Current() const;

  // Nothing begins in `silent` any more; what goes on there may still be answered. Does nothing
  // when another took its place already.
  void Replace(const std::shared_ptr<CurlEngine>& silent);

  // Closes all of them, for good.
  void Close();

 private:
  CurlEngines(boost::asio::any_io_executor executor, std::shared_ptr<CurlEngine> first);

  const boost::asio::any_io_executor executor_;
  mutable std::mutex mutex_;
  bool closed_ = false;                             // guarded by mutex_
  std::shared_ptr<CurlEngine> current_;             // guarded by mutex_
  std::vector<std::weak_ptr<CurlEngine>> retired_;  // guarded by mutex_; some in use
};

}  // namespace kubegauge::kube
