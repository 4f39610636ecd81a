#pragma once

#include <string>

#include "apiservice/authentication.h"
#include "apiservice/request_info.h"

namespace kubegauge::apiservice {

// The spec of a SubjectAccessReview that asks whether `user` may do what `info` says (wire.md B.6),
// as JSON: empty fields left out, selectors as lists of requirements. Of a selector that does not
// parse nothing is sent, of one that does what the review cannot say (`>`, `<`) is left out: both
// ask for more than the request does. Equal questions have equal texts.
std::string AccessReviewSpecJson(const UserInfo& user, const RequestInfo& info);

// The body of the request.
std::string AccessReviewJson(const std::string& spec_json);

}  // namespace kubegauge::apiservice
