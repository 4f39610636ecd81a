#pragma once

#include <optional>
#include <string_view>

#include "apiservice/http.h"
#include "apiservice/status.h"
#include "server/listener/listener_limits.h"

namespace kubegauge::server {

// What holds for requests of every version of HTTP. A Status is why one is refused.

// Splits an origin-form, an absolute-form or an asterisk-form target (RFC 9112, 3.2) into the
// request's path and query.
std::optional<apiservice::Status> TakeTarget(std::string_view target, apiservice::Request& request);

// Whether an Expect asks for 100 (Continue), which is all that is served.
bool AsksToContinue(std::string_view expect);
apiservice::Status ExpectationFailed();

apiservice::Status HeaderTooLarge(const ListenerLimits& limits);
// In HTTP/2, whose encoding shortens most texts: `limit` is in bytes of that.
apiservice::Status FieldTooLarge(size_t limit);
apiservice::Status BodyTooLarge(const ListenerLimits& limits);
// There is no room for it beside the requests of others.
apiservice::Status TooBusy();

// One that upstream has no words for.
apiservice::Status RefusalOf(int code, std::string reason, std::string message);

}  // namespace kubegauge::server
