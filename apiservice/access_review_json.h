#pragma once

#include <string>
#include <string_view>

#include "apiservice/authentication.h"
#include "apiservice/request_info.h"

namespace kubegauge::apiservice {

// The part that a selector of a request has in the question: none of one that is longer than
// kMaxReviewedSelectorBytes, for which the request is asked about as if it had no such selector.
std::string_view ReviewedSelector(std::string_view selector);

// The spec of a SubjectAccessReview that asks whether `user` may do what `info` says (wire.md B.6),
// as JSON: empty fields left out, selectors as lists of requirements. Of a selector that does not
// parse, or is too long, nothing is sent, of one that does what the review cannot say (`>`, `<`) is
// left out: all of these ask for more than the request does. Equal questions have equal texts.
std::string AccessReviewSpecJson(const UserInfo& user, const RequestInfo& info);

// The body of the request.
std::string AccessReviewJson(const std::string& spec_json);

}  // namespace kubegauge::apiservice
