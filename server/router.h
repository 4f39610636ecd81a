#pragma once

#include <functional>
#include <string>
#include <vector>

#include "apiservice/handler.h"

namespace kubegauge::server {

// A handler and the requests that are its.
struct Route {
  std::function<bool(const apiservice::RequestInfo& info)> serves;
  apiservice::Handler* handler = nullptr;  // not owned
};

// Hands each request to the first route that serves it. `/`, and what none serves, is answered with
// the list of paths, as upstream does (wire.md A.3). Thread-safe.
class Router final : public apiservice::Handler {
 public:
  // `listed_paths` in any order.
  Router(std::vector<Route> routes, std::vector<std::string> listed_paths);

  apiservice::Response Handle(const apiservice::AdmittedRequest& admitted) override;

 private:
  std::vector<Route> routes_;
  std::string paths_json_;  // indented
};

}  // namespace kubegauge::server
