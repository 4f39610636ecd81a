#include "server/router.h"

#include <algorithm>
#include <utility>

#include "apiservice/json_text.h"

namespace kubegauge::server {
namespace {

std::string PathsJson(std::vector<std::string> paths) {
  std::sort(paths.begin(), paths.end());
  std::string json = "{\"paths\":[";
  for (size_t i = 0; i < paths.size(); ++i) {
    if (i > 0) json.push_back(',');
    apiservice::AppendJsonString(paths[i], json);
  }
  json.append("]}");
  return apiservice::IndentJson(json);
}

}  // namespace

Router::Router(std::vector<Route> routes, std::vector<std::string> listed_paths)
    : routes_(std::move(routes)), paths_json_(PathsJson(std::move(listed_paths))) {}

apiservice::Response Router::Handle(const apiservice::AdmittedRequest& admitted) {
  for (const Route& route : routes_) {
    if (route.serves(admitted.info)) return route.handler->Handle(admitted);
  }
  const bool is_root = admitted.info.path == "/" || admitted.info.path == "/index.html";
  return {.status = is_root ? 200u : 404u,
          .headers = {{"Content-Type", "application/json"}},
          .body = paths_json_,
          .stream = nullptr};
}

}  // namespace kubegauge::server
