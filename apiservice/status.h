#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "apiservice/http.h"

namespace kubegauge::apiservice {

// A Kubernetes `Status` of kind Failure, and the answers that are made of it (wire.md A.10). The
// texts are upstream's to the letter.
struct Status {
  struct Cause {
    std::string reason;
    std::string message;
    std::string field;
  };
  struct Details {
    std::string name;
    std::string group;
    std::string kind;
    std::vector<Cause> causes;
    int retry_after_seconds = 0;
  };

  std::string message;
  std::string reason;
  bool has_details = false;
  Details details;
  int code = 500;
};

Status BadRequest(std::string message);
Status Unauthorized();
Status Forbidden(std::string message, Status::Details details);
// `resource` "pods", `group` "" or "metrics.k8s.io": `pods "x" not found`, details as upstream's.
Status NotFound(std::string_view group, std::string_view resource, std::string_view name);
// The router's: `the server could not find the requested resource`.
Status NoSuchPath();
// The router's: `the server does not allow this method on the requested resource`.
Status MethodNotAllowed();
// 410: what a watch wants to go on from is no longer known.
Status Expired(std::string message);
// None of the offered media types will do: said by the router, or by the negotiation behind it.
Status RouterNotAcceptable(std::string_view media_types);
Status NoneAcceptable(std::string_view media_types);
Status NotAcceptable(std::string message);
// The router's, for the Content-Type of a request.
Status UnsupportedMediaType();
// Query options that break the rules of ListOptions: 422 with a cause for each.
Status InvalidOptions(std::vector<Status::Cause> causes);
// The server took too long: `Timeout: <message>`.
Status Timeout(std::string_view message);
Status TooManyRequests(std::string message, int retry_after_seconds);
Status InternalError(std::string message);

// The JSON text, compact and ended by a newline, or indented by two spaces without one.
std::string StatusJson(const Status& status, bool pretty = false);
// The same as a Kubernetes protobuf body.
std::string StatusProtobuf(const Status& status);
// A JSON response; ErrorResponse in negotiation.h also speaks protobuf.
Response StatusResponse(const Status& status, bool pretty = false);

}  // namespace kubegauge::apiservice
