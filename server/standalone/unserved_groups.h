#pragma once

#include "apiservice/handler.h"

namespace kubegauge::server {

// Answers for API groups that nobody serves as kube-apiserver does, with a text in place of a
// Status: client libraries then name what they asked for in the error. Thread-safe.
class UnservedGroups final : public apiservice::Handler {
 public:
  apiservice::Response Handle(const apiservice::AdmittedRequest& /*admitted*/) override {
    return {.status = 404,
            .headers = {{"Content-Type", "text/plain; charset=utf-8"},
                        {"X-Content-Type-Options", "nosniff"}},
            .body = "404 page not found\n",
            .stream = nullptr};
  }
};

}  // namespace kubegauge::server
