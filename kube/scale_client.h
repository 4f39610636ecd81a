#pragma once

#include <boost/asio/awaitable.hpp>
#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "kube/api_client.h"
#include "kube/random_source.h"
#include "kube/rest_mapper.h"
#include "kube/scale.h"
#include "kube/sleeper.h"

namespace kubegauge::kube {

// What a scale belongs to: `resource` is the plural, of whatever version the server prefers.
struct ScaleTarget {
  std::string group;
  std::string resource;
  std::string namespace_name;
  std::string name;
};

// Reads and writes the scale subresource of anything that has one, as client-go's scale client and,
// in Update, the HPA controller do (hpa.md 13). Errors have the texts that theirs have.
// Thread-safe. Keeps references to its arguments.
class ScaleClient {
 public:
  ScaleClient(ApiClient& client, RestMapper& mapper, Sleeper& sleeper, RandomSource& random)
      : client_(client), mapper_(mapper), sleeper_(sleeper), random_(random) {}

  // `target` must live until the coroutine ends.
  boost::asio::awaitable<absl::StatusOr<Scale>> Get(const ScaleTarget& target);

  // Writes `scale`, which Get gave, with `replicas`. As the controller of 1.34 and later: after any
  // failure the scale is read again; only a conflict is tried again, with what was read and the
  // same replicas, five attempts in all. Gives the scale that the server answered with, or the
  // error of the last attempt.
  boost::asio::awaitable<absl::StatusOr<Scale>> Update(ScaleTarget target, Scale scale,
                                                       int32_t replicas);

 private:
  struct Written {
    absl::StatusOr<Scale> scale;
    bool conflict = false;
  };
  boost::asio::awaitable<Written> Put(const ScaleTarget& target, const Scale& scale);
  boost::asio::awaitable<absl::StatusOr<GroupVersion>> VersionOf(const ScaleTarget& target);

  ApiClient& client_;
  RestMapper& mapper_;
  Sleeper& sleeper_;
  RandomSource& random_;
};

}  // namespace kubegauge::kube
