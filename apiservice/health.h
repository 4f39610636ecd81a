#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "apiservice/handler.h"

namespace kubegauge::apiservice {

// A named check of a health endpoint. Its status's message is the reason, shown only to callers of
// the single check and in logs. Called from any thread.
struct HealthCheck {
  std::string name;
  std::function<absl::Status()> check;
};

// One of /healthz, /livez and /readyz with its checks (wire.md A.6): `ok`, `?verbose`, `?exclude=`,
// and each check under its own path. Answers any HTTP method.
class HealthEndpoint final : public Handler {
 public:
  // `root` without slashes: "readyz". Checks are run and listed in the given order.
  HealthEndpoint(std::string root, std::vector<HealthCheck> checks);

  // Whether `path` is this endpoint or one of its checks; what is below it besides is not found.
  bool Serves(std::string_view path) const;
  Response Handle(const AdmittedRequest& admitted) override;

 private:
  // The check that `path` is of, or null.
  const HealthCheck* FindCheck(std::string_view path) const;
  Response HandleAll(std::string_view query) const;
  Response HandleOne(const HealthCheck& check) const;

  std::string root_;
  std::vector<HealthCheck> checks_;
};

}  // namespace kubegauge::apiservice
