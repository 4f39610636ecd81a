#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "apiservice/certificate_authority.h"
#include "server/standalone/state_dir.h"

namespace kubegauge::server {

// Everything that a standalone server and its clients prove themselves with. Secrets: never logged.
struct StandaloneCredentials {
  apiservice::KeyPairPem authority;
  apiservice::KeyPairPem serving;
  apiservice::KeyPairPem admin;         // a client in the group system:masters
  std::string token;                    // a bearer token with the same rights
  std::vector<std::string> made_files;  // names of those that did not exist or were replaced
};

inline constexpr char kAdminName[] = "kubegauge-admin";

// Takes the credentials up from the state directory and makes those that are missing: at first
// start all of them. The leaf certificates are issued anew when they are damaged, run out within 30
// days, come of another authority, or (serving) do not name all of `identity`. An authority or a
// token that is damaged is an error that says what to delete, as clients would have to learn of new
// ones.
absl::StatusOr<StandaloneCredentials> LoadOrMakeCredentials(
    const StateDir& state, const apiservice::ServingIdentity& identity, int64_t now_ns);

// Whether `pair` is a sound certificate of `authority` for each name and address of `identity`,
// valid for another 30 days at `now_ns`.
bool IsUsableLeaf(const apiservice::KeyPairPem& pair, const apiservice::KeyPairPem& authority,
                  const apiservice::ServingIdentity& identity, int64_t now_ns);

}  // namespace kubegauge::server
