#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "apiservice/accept.h"
#include "apiservice/http.h"
#include "apiservice/status.h"

namespace kubegauge::apiservice {

// What an answer shows of the objects. A Table is never protobuf.
enum class View { kObject, kTable, kMetadata, kMetadataList };

// How a client wants to see a resource (wire.md A.11, matrix G.5).
struct Negotiated {
  Encoding encoding = Encoding::kJson;
  View view = View::kObject;
  std::string_view meta_version;  // "v1" or "v1beta1" of meta.k8s.io, unless the view is kObject
  bool pretty = false;            // JSON is to be indented, as `pretty` or the kind of client asks
};

// The kinds of paths that there are to negotiate about.
enum class Endpoint {
  kObject,    // one object
  kList,      // a list, which the path also lets watch
  kDocument,  // a discovery document, which is never turned into another kind
};

// Reads a request's Accept header; only the first line of it, as upstream. An empty one accepts
// JSON. Gives the 406 when nothing fits, in the words of the router or of the negotiation behind
// it; otherwise nullopt, and fills `negotiated`.
std::optional<Status> Negotiate(const Request& request, Endpoint endpoint, Negotiated& negotiated);

// The 406 of a watch whose events would be YAML, which has no frames for them.
Status NotWatchable();

// Whether a body is to be indented: `pretty` in the query, or a browser, curl or Wget that says
// nothing about it (wire.md A.8).
bool WantsPretty(const Request& request);

// A whole JSON document in an encoding that is not protobuf: ended by a newline, or indented.
Response DocumentResponse(unsigned status, std::string_view json, Encoding encoding, bool pretty);

// An error in the encoding that the request's Accept header asks for; indented JSON where it asks
// for none that there is. Says by a header when to try again, if `status` does.
Response ErrorResponse(const Status& status, const Request& request);

}  // namespace kubegauge::apiservice
