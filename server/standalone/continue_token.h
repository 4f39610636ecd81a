#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace kubegauge::server {

// Where the next page of a list begins.
struct ContinuePoint {
  uint64_t resource_version = 0;  // of the first page
  std::string last_key;           // the key of the last object that was given: "name" or "ns/name"
};

// The opaque `continue` of a list, made as kube-apiserver makes its own (base64url of JSON).
std::string EncodeContinue(const ContinuePoint& point);
// nullopt when the text is no token of ours.
std::optional<ContinuePoint> DecodeContinue(std::string_view token);

}  // namespace kubegauge::server
