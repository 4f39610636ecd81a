#pragma once

#include <boost/asio/awaitable.hpp>
#include <optional>
#include <utility>

#include "apiservice/http.h"

namespace kubegauge::server {

// Stands for a service that is made after the listener that it answers for, as it has to know the
// port. Set before the listener starts.
class LateService final : public apiservice::HttpService {
 public:
  // Keeps a reference.
  void Set(apiservice::HttpService& service) { service_ = &service; }

  boost::asio::awaitable<apiservice::Response> Serve(apiservice::Request request) override {
    return service_->Serve(std::move(request));
  }
  std::optional<apiservice::Response> ServeAtOnce(const apiservice::Request& request) override {
    return service_->ServeAtOnce(request);
  }

 private:
  apiservice::HttpService* service_ = nullptr;
};

}  // namespace kubegauge::server
