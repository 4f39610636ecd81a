#pragma once

#include <memory>
#include <set>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "apiservice/authorization.h"

namespace kubegauge::apiservice {

// Asks each of its authorizers in turn: the first that allows wins. When none does, an error of any
// of them means that nobody could tell, and the reasons of all stand in the answer (wire.md B.6).
// Thread-safe.
class UnionAuthorizer final : public Authorizer {
 public:
  explicit UnionAuthorizer(std::vector<std::unique_ptr<Authorizer>> authorizers)
      : authorizers_(std::move(authorizers)) {}

  std::optional<Authorization> AuthorizeAtOnce(const UserInfo& user,
                                               const RequestInfo& info) override;
  boost::asio::awaitable<Authorization> Authorize(const UserInfo& user,
                                                  const RequestInfo& info) override;

 private:
  const std::vector<std::unique_ptr<Authorizer>> authorizers_;
};

// Allows everything to the members of one group: kMastersGroup. Thread-safe.
class PrivilegedGroupAuthorizer final : public LocalAuthorizer {
 public:
  explicit PrivilegedGroupAuthorizer(std::string group) : group_(std::move(group)) {}

  Authorization AuthorizeLocally(const UserInfo& user, const RequestInfo& info) override;

 private:
  const std::string group_;
};

// Allows some nonresource paths to everybody (--authorization-always-allow-paths): each a whole
// path, or the beginning of paths when it ends in `*`; the leading slash may be left out.
// Thread-safe.
class PathAuthorizer final : public LocalAuthorizer {
 public:
  // A `*` elsewhere than at the end is InvalidArgument, with upstream's text.
  static absl::StatusOr<std::unique_ptr<PathAuthorizer>> Create(
      const std::vector<std::string>& paths);

  Authorization AuthorizeLocally(const UserInfo& user, const RequestInfo& info) override;

 private:
  PathAuthorizer() = default;
  bool Allows(std::string_view path) const;

  std::set<std::string, std::less<>> paths_;  // without the leading slash, as are the prefixes
  std::vector<std::string> prefixes_;
};

}  // namespace kubegauge::apiservice
