#include "server/metrics/exposition_response.h"

#include <utility>

#include "apiservice/body_response.h"
#include "apiservice/gzip_body.h"
#include "apiservice/http_content.h"

namespace kubegauge::server {
namespace {

constexpr char kContentType[] = "text/plain; version=0.0.4; charset=utf-8";

apiservice::Response Compressed() {
  return {.status = 200,
          .headers = {{"Content-Type", kContentType},
                      {"Content-Encoding", "gzip"},
                      {"Vary", "Accept-Encoding"}},
          .body = "",
          .stream = nullptr};
}

}  // namespace

apiservice::Response ExpositionResponse(const apiservice::Headers& headers, std::string text) {
  if (!apiservice::PrefersGzip(headers)) {
    return {.status = 200,
            .headers = {{"Content-Type", kContentType}},
            .body = std::move(text),
            .stream = nullptr};
  }
  apiservice::Response response = Compressed();
  response.body = apiservice::GzipText(text);
  return response;
}

apiservice::Response ExpositionResponse(const apiservice::Headers& headers,
                                        std::unique_ptr<apiservice::BodyStream> text) {
  if (!apiservice::PrefersGzip(headers)) {
    return apiservice::BodyResponse(kContentType, std::move(text));
  }
  apiservice::Response response = Compressed();
  response.stream = apiservice::GzipBody(std::move(text));
  return response;
}

}  // namespace kubegauge::server
