#include "apiservice/request_info.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <span>
#include <utility>
#include <vector>

#include "apiservice/list_options.h"
#include "kube/ascii_text.h"

namespace kubegauge::apiservice {
namespace {

int HexValue(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

std::string VerbOfMethod(std::string_view method) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 6> kVerbs = {{
      {"GET", "get"},
      {"HEAD", "get"},
      {"POST", "create"},
      {"PUT", "update"},
      {"PATCH", "patch"},
      {"DELETE", "delete"},
  }};
  for (const auto& [name, verb] : kVerbs) {
    if (method == name) return std::string(verb);
  }
  return "";
}

// What is left of a resource path behind its group and version.
void ParseResource(std::span<const std::string_view> parts, RequestInfo& info) {
  if (parts.size() > 1 && parts[0] == "namespaces") {
    info.namespace_name = std::string(parts[1]);
    // A third segment is a resource of the namespace, save for the namespace's own subresources.
    const bool is_subresource =
        parts.size() > 2 && (parts[2] == "status" || parts[2] == "finalize");
    if (parts.size() > 2 && !is_subresource) parts = parts.subspan(2);
  }
  if (!parts.empty()) info.resource = std::string(parts[0]);
  if (parts.size() > 1) info.name = std::string(parts[1]);
  if (parts.size() > 2 && info.verb != "proxy") info.subresource = std::string(parts[2]);
}

void RefineCollectionVerb(const Request& request, bool keeps_selectors, RequestInfo& info) {
  if (info.name.empty() && info.verb == "get") {
    info.verb = QueryFlag(request.query, "watch").value_or(false) ? "watch" : "list";
    info.name = NameInListOptions(request.query);
  }
  if (info.name.empty() && info.verb == "delete") info.verb = "deletecollection";
  if (info.verb != "list" && info.verb != "watch" && info.verb != "deletecollection") return;
  if (!keeps_selectors) return;
  info.field_selector = QueryValue(request.query, "fieldSelector");
  info.label_selector = QueryValue(request.query, "labelSelector");
}

bool IsWellFormed(std::string_view escaped) {
  for (size_t at = escaped.find('%'); at != escaped.npos; at = escaped.find('%', at + 3)) {
    if (at + 2 >= escaped.size() || HexValue(escaped[at + 1]) < 0 || HexValue(escaped[at + 2]) < 0)
      return false;
  }
  return escaped.find(';') == escaped.npos;
}

// Calls `use(key, value)` with each pair of a query, its value still raw, until it returns true.
template <class Use>
void ForEachQueryPair(std::string_view query, Use use) {
  while (!query.empty()) {
    const std::string_view pair = query.substr(0, query.find('&'));
    query.remove_prefix(std::min(query.size(), pair.size() + 1));
    if (pair.empty() || !IsWellFormed(pair)) continue;
    const size_t equals = pair.find('=');
    const std::string_view value =
        equals == std::string_view::npos ? std::string_view() : pair.substr(equals + 1);
    if (use(PercentDecode(pair.substr(0, equals), true), value)) return;
  }
}

bool HasBrokenEscape(std::string_view text) {
  for (size_t at = text.find('%'); at != std::string_view::npos; at = text.find('%', at + 3)) {
    if (at + 2 >= text.size() || HexValue(text[at + 1]) < 0 || HexValue(text[at + 2]) < 0) {
      return true;
    }
  }
  return false;
}

}  // namespace

RequestInfo ParseRequestInfo(const Request& request) {
  RequestInfo info;
  info.path = PercentDecode(request.path);
  info.verb = kube::AsciiLower(request.method);
  const Segments segments = PathSegments(info.path);
  std::span<const std::string_view> parts(segments);
  if (parts.empty()) return info;
  const bool has_group = parts[0] == "apis";
  if (!has_group && parts[0] != "api") return info;
  const size_t prefix = has_group ? 3 : 2;
  if (parts.size() <= prefix) return info;

  info.is_resource_request = true;
  info.verb = VerbOfMethod(request.method);
  if (has_group) info.api_group = std::string(parts[1]);
  info.api_version = std::string(parts[prefix - 1]);
  parts = parts.subspan(prefix);
  const bool verb_in_path = parts.front() == "watch" || parts.front() == "proxy";
  if (verb_in_path) {
    info.verb = std::string(parts.front());
    parts = parts.subspan(1);
  }
  if (parts.empty()) {
    info.error =
        fmt::format("unable to determine kind and namespace from url, {}", RequestUri(request));
    return info;
  }
  ParseResource(parts, info);
  RefineCollectionVerb(request, !verb_in_path, info);
  return info;
}

std::string RequestUri(const Request& request) {
  return request.query.empty() ? request.path : fmt::format("{}?{}", request.path, request.query);
}

Segments PathSegments(std::string_view path) {
  while (path.starts_with('/')) path.remove_prefix(1);
  while (path.ends_with('/')) path.remove_suffix(1);
  Segments segments;
  while (!path.empty()) {
    const size_t slash = path.find('/');
    segments.push_back(path.substr(0, slash));
    path = slash == std::string_view::npos ? std::string_view() : path.substr(slash + 1);
  }
  return segments;
}

bool IsAtOrBelow(std::string_view path, std::string_view root) {
  return path.starts_with(root) && (path.size() == root.size() || path[root.size()] == '/');
}

std::string QueryValue(std::string_view query, std::string_view key) {
  std::string found;
  ForEachQueryPair(query, [&](const std::string& name, std::string_view value) {
    if (name != key) return false;
    found = PercentDecode(value, true);
    return true;
  });
  return found;
}

std::vector<std::string> QueryValues(std::string_view query, std::string_view key) {
  std::vector<std::string> found;
  ForEachQueryPair(query, [&](const std::string& name, std::string_view value) {
    if (name == key) found.push_back(PercentDecode(value, true));
    return false;
  });
  return found;
}

std::optional<bool> QueryFlag(std::string_view query, std::string_view key) {
  if (!HasQueryKey(query, key)) return std::nullopt;
  const std::string value = kube::AsciiLower(QueryValue(query, key));
  return value != "false" && value != "0";
}

bool HasQueryKey(std::string_view query, std::string_view key) {
  bool found = false;
  ForEachQueryPair(query, [&](const std::string& name, std::string_view) {
    found = name == key;
    return found;
  });
  return found;
}

std::string ExtraKey(std::string_view name) {
  const std::string key = kube::AsciiLower(name);
  return HasBrokenEscape(key) ? key : PercentDecode(key);
}

std::string PercentDecode(std::string_view text, bool plus_is_space) {
  const bool has_space = plus_is_space && text.find('+') != text.npos;
  if (!has_space && text.find('%') == text.npos) return std::string(text);
  std::string decoded;
  decoded.reserve(text.size());
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%' && i + 2 < text.size() && HexValue(text[i + 1]) >= 0 &&
        HexValue(text[i + 2]) >= 0) {
      decoded.push_back(static_cast<char>(HexValue(text[i + 1]) * 16 + HexValue(text[i + 2])));
      i += 2;
    } else if (text[i] == '+' && plus_is_space) {
      decoded.push_back(' ');
    } else {
      decoded.push_back(text[i]);
    }
  }
  return decoded;
}

}  // namespace kubegauge::apiservice
