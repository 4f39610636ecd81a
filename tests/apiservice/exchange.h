#pragma once

#include <string>
#include <utility>
#include <vector>

#include "apiservice/body_response.h"
#include "apiservice/handler.h"

namespace kubegauge::testing {

using HeaderLiterals = std::vector<std::pair<std::string, std::string>>;

// A request as the listener would hand it over: `GET /path?query`.
inline apiservice::Request MakeRequest(const std::string& target,
                                       const HeaderLiterals& headers = {},
                                       const std::string& method = "GET") {
  const size_t question = target.find('?');
  apiservice::Request request;
  request.method = method;
  request.path = target.substr(0, question);
  if (question != std::string::npos) request.query = target.substr(question + 1);
  for (const auto& [name, value] : headers) request.headers.Add(name, value);
  return request;
}

// What a client gets to see.
struct Answer {
  unsigned status = 0;
  std::string body;
  HeaderLiterals headers;

  std::string Header(const std::string& name) const {
    for (const auto& [key, value] : headers) {
      if (key == name) return value;
    }
    return "";
  }
};

inline Answer Read(apiservice::Response response) {
  std::string body = std::move(response.body);
  if (response.stream) body += apiservice::ReadAll(*response.stream);
  return {response.status, std::move(body), std::move(response.headers)};
}

// Asks a handler as an admitted user would.
inline Answer Ask(apiservice::Handler& handler, const apiservice::Request& request) {
  const apiservice::RequestInfo info = apiservice::ParseRequestInfo(request);
  const apiservice::UserInfo user{.name = "admin", .uid = "", .groups = {}, .extra = {}};
  return Read(handler.Handle({.request = request, .info = info, .user = user}));
}

}  // namespace kubegauge::testing
