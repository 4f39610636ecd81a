#pragma once

#include <optional>
#include <string_view>

#include "apiservice/http.h"
#include "apiservice/status.h"

namespace kubegauge::apiservice {

enum class Encoding { kJson, kProtobuf };
enum class View { kObject, kTable };

// How a client wants to see a resource (wire.md A.11, matrix G.5).
struct Negotiated {
  Encoding encoding = Encoding::kJson;
  View view = View::kObject;       // a Table is always JSON
  std::string_view table_version;  // "v1" or "v1beta1" of a Table
  bool pretty = false;             // indented, as `pretty` or the kind of client asks
};

// Reads a request's Accept header: of its clauses the one that wins by q, then concrete before
// wildcard, then order; the first that names something served. An empty header accepts JSON. Gives
// the 406 when nothing fits, in the words of the router or of the negotiation behind it; otherwise
// nullopt, and fills `negotiated`. `is_list`: the path is one that could be watched.
std::optional<Status> Negotiate(const Request& request, bool is_list, Negotiated& negotiated);

// Whether a body is to be indented: `pretty` in the query, or a browser, curl or Wget that says
// nothing about it (wire.md A.8).
bool WantsPretty(const Request& request);

// An error in the encoding that the request's Accept header asks for, JSON where it asks for none
// that there is.
Response ErrorResponse(const Status& status, const Request& request);

}  // namespace kubegauge::apiservice
