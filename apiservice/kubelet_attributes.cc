#include "apiservice/kubelet_attributes.h"

#include <algorithm>

#include "apiservice/request_info.h"

namespace kubegauge::apiservice {
namespace {

std::string VerbOf(std::string_view method) {
  if (method == "POST") return "create";
  if (method == "GET") return "get";
  if (method == "PUT") return "update";
  if (method == "PATCH") return "patch";
  if (method == "DELETE") return "delete";
  return {};
}

std::vector<std::string_view> SubresourcesOf(std::string_view path) {
  struct Row {
    std::string_view root;
    std::vector<std::string_view> subresources;
  };
  const Row rows[] = {
      {"/stats", {"stats"}},
      {"/metrics", {"metrics"}},
      {"/logs", {"log"}},
      {"/checkpoint", {"checkpoint"}},
      {"/pods", {"pods", "proxy"}},
      {"/runningpods", {"pods", "proxy"}},
      {"/healthz", {"healthz", "proxy"}},
      {"/configz", {"configz", "proxy"}},
      {"/statusz", {"statusz"}},
      {"/flagz", {"configz"}},
  };
  const Row* row = std::find_if(std::begin(rows), std::end(rows),
                                [&](const Row& r) { return IsAtOrBelow(path, r.root); });
  if (row == std::end(rows)) return {"proxy"};
  return row->subresources;
}

}  // namespace

std::vector<RequestInfo> KubeletAttributes(std::string_view method, std::string_view path,
                                           const std::string& node_name) {
  std::vector<RequestInfo> alternatives;
  for (const std::string_view subresource : SubresourcesOf(path)) {
    RequestInfo info;
    info.is_resource_request = true;
    info.verb = VerbOf(method);
    info.path = path;
    info.api_version = "v1";
    info.resource = "nodes";
    info.subresource = subresource;
    info.name = node_name;
    alternatives.push_back(std::move(info));
  }
  return alternatives;
}

}  // namespace kubegauge::apiservice
