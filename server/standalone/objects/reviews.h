#pragma once

#include "apiservice/authentication.h"
#include "server/standalone/core_objects.h"
#include "server/standalone/objects/or_status.h"

namespace kubegauge::server {

// A question that is created like an object, answered in its status, and not kept: what
// `kubectl auth` asks. Stateless and thread-safe.
class Review {
 public:
  virtual ~Review() = default;
  // The question with its answer; both without kind and apiVersion.
  virtual OrStatus<Json> Answer(const Json& question, const apiservice::UserInfo& user) const = 0;
};

const Review& SelfReview();        // who one is
const Review& SelfAccessReview();  // whether one may do something
const Review& SelfRulesReview();   // what all one may do

}  // namespace kubegauge::server
