#pragma once

#include <cstddef>
#include <string_view>

namespace kubegauge::kube {

// The names that most objects may have (RFC 1123, lower case only). Their lengths have limits of
// their own, which Kubernetes tells apart from the grammar.

inline constexpr size_t kMaxDnsLabelBytes = 63;
inline constexpr size_t kMaxDnsSubdomainBytes = 253;

// `[a-z0-9]([-a-z0-9]*[a-z0-9])?`
bool IsDnsLabel(std::string_view text);
// Labels with dots between them.
bool IsDnsSubdomain(std::string_view text);
// A subdomain within its limit: what most objects may be called.
bool IsObjectName(std::string_view text);

// Why a text is no subdomain, in apimachinery's words.
inline constexpr std::string_view kDnsSubdomainRule =
    "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or "
    "'.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used "
    "for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";

}  // namespace kubegauge::kube
