#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/inlined_vector.h"
#include "apiservice/http.h"

namespace kubegauge::apiservice {

// What a request asks for, as authorization and handlers see it (wire.md A.2).
struct RequestInfo {
  // Why nobody can tell what is asked for, in upstream's words; the rest is then of no use.
  std::string error = "";
  bool is_resource_request = false;
  std::string verb;       // get, list, watch, create, ...; for other paths the method in lower case
  std::string path;       // percent-decoded
  std::string api_group;  // "" for /api/v1
  std::string api_version;
  std::string namespace_name;
  std::string resource;
  std::string subresource;
  std::string name;
  std::string field_selector;  // raw, of list, watch and deletecollection
  std::string label_selector;  // raw, likewise
};

RequestInfo ParseRequestInfo(const Request& request);

// `/path?query` as it was sent.
std::string RequestUri(const Request& request);

// The segments of a path, without those of leading or trailing slashes. The path of a namespace's
// object has seven.
using Segments = absl::InlinedVector<std::string_view, 8>;
Segments PathSegments(std::string_view path);

// Whether `path` is `root` or below it.
bool IsAtOrBelow(std::string_view path, std::string_view root);

// The first value of `key` in a query string, percent-decoded, '+' as a space; "" when absent. As
// in Go, a pair with a broken escape or a semicolon is none.
std::string QueryValue(std::string_view query, std::string_view key);
// All values of `key`, in order.
std::vector<std::string> QueryValues(std::string_view query, std::string_view key);
// A truth value as Kubernetes decodes them: only "false" and "0" are not true. Absent without the
// key.
std::optional<bool> QueryFlag(std::string_view query, std::string_view key);
bool HasQueryKey(std::string_view query, std::string_view key);

// Replaces %XX; an escape that is broken stays as it is.
std::string PercentDecode(std::string_view text, bool plus_is_space = false);

// The key of an extra of a user, of a header field's name behind its prefix: in lower case, then
// decoded. Where one escape is broken none is decoded.
std::string ExtraKey(std::string_view name);

}  // namespace kubegauge::apiservice
