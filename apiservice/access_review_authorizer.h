#pragma once

#include <spdlog/logger.h>

#include <cstdint>
#include <string>

#include "apiservice/authorization.h"
#include "apiservice/expiring_cache.h"
#include "apiservice/keyed_digest.h"
#include "apiservice/rate_limited_log.h"
#include "apiservice/review_client.h"
#include "apiservice/single_flight.h"

namespace kubegauge::apiservice {

// How long an answer is good, in nanoseconds; 0: for one request.
struct AccessReviewTtls {
  int64_t allowed_ns = 10'000'000'000;
  int64_t not_allowed_ns = 10'000'000'000;
};

inline constexpr size_t kMaxCachedAccessReviews = 8192;
// Answers to longer questions are not kept (upstream's limit on what a requester controls).
inline constexpr size_t kMaxCachedAttributeBytes = 10'000;

// Asks the API server whether a user may do something, by SubjectAccessReview (wire.md B.6), once
// for all requests that wait for the same answer, with upstream's retries and cache. An answer that
// both allows and denies, or none at all, is an error; the latter is logged now and then. Needs the
// permission to create subjectaccessreviews.authorization.k8s.io. Thread-safe; keeps references;
// outlives what it has asked.
class AccessReviewAuthorizer final : public Authorizer {
 public:
  AccessReviewAuthorizer(const ReviewTransport& transport, const AccessReviewTtls& ttls,
                         spdlog::logger& log)
      : transport_(transport),
        ttls_(ttls),
        log_(log, transport.clock),
        cache_(kMaxCachedAccessReviews, transport.clock) {}

  boost::asio::awaitable<Authorization> Authorize(const UserInfo& user,
                                                  const RequestInfo& info) override;
  std::optional<Authorization> AuthorizeAtOnce(const UserInfo& user,
                                               const RequestInfo& info) override;

 private:
  struct Answer {
    bool allowed = false;
    bool denied = false;
    std::string reason;
  };

  boost::asio::awaitable<SingleFlight<Answer>::Result> Ask(KeyedDigest::Value key, std::string spec,
                                                           bool may_keep);
  static Authorization Decide(const Answer& answer);

  const ReviewTransport transport_;
  const AccessReviewTtls ttls_;
  RateLimitedLog log_;
  const KeyedDigest digest_;
  ExpiringCache<Answer> cache_;
  SingleFlight<Answer> flights_;
};

}  // namespace kubegauge::apiservice
