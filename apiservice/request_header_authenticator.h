#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "apiservice/authentication.h"
#include "apiservice/client_authorities.h"
#include "kube/clock.h"
#include "scraper/published.h"

namespace kubegauge::apiservice {

// Which header fields a front proxy (the kube-aggregator) tells the user by, and which proxies may.
// Field names compare without regard to case.
struct RequestHeaderRules {
  std::vector<std::string> username_headers;
  std::vector<std::string> uid_headers;
  std::vector<std::string> group_headers;
  std::vector<std::string> extra_header_prefixes;
  std::vector<std::string> allowed_names;  // common names of proxies; empty: any

  bool operator==(const RequestHeaderRules&) const = default;
};

// All that authenticating a front proxy needs. Immutable, replaced as a whole.
struct RequestHeaderConfig {
  RequestHeaderRules rules;
  std::shared_ptr<const ClientAuthorities> authorities;  // null until known
};
using PublishedRequestHeaderConfig = scraper::Published<RequestHeaderConfig>;

// The user that the header fields name by `rules`; nullopt when they name none. Keys of extra are
// in lower case and percent-decoded, or raw where an escape is broken (wire.md B.3).
std::optional<UserInfo> UserOfHeaders(const Headers& headers, const RequestHeaderRules& rules);

// Knows a user by what a trusted front proxy says (wire.md B.3). No client certificate or no
// authorities yet: not handled. A certificate that the authorities do not vouch for or whose CN is
// not allowed is an error, whatever the headers say. Thread-safe; keeps references.
class RequestHeaderAuthenticator final : public LocalAuthenticator {
 public:
  RequestHeaderAuthenticator(const PublishedRequestHeaderConfig& config, const kube::Clock& clock)
      : config_(config), clock_(clock) {}

  Authentication AuthenticateLocally(const Request& request) override;

 private:
  const PublishedRequestHeaderConfig& config_;
  const kube::Clock& clock_;
};

}  // namespace kubegauge::apiservice
