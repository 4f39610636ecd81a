#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

#include "absl/status/statusor.h"
#include "apiservice/certificate_authority.h"

namespace kubegauge::apiservice {

struct PairFiles {
  std::filesystem::path certificate;
  std::filesystem::path key;
};

// The serving pair of a server that was given none (--cert-dir, wire.md A.1): `apiserver.crt` and
// `apiserver.key` in `directory`, as they are if both can be read, else made anew: for localhost
// and 127.0.0.1, and the address that is listened on unless that is every address; valid for a year
// from `now_ns`. The certificate's file holds the leaf and the authority that signed it, whose key
// is thrown away. An empty `bind_address` is every address. An error when only one of the two can
// be read, with upstream's text, or when they cannot be written. Blocks.
absl::StatusOr<PairFiles> EnsureSelfSignedPair(const std::filesystem::path& directory,
                                               const std::string& bind_address, int64_t now_ns);

// Such a pair in memory.
absl::StatusOr<KeyPairPem> MakeSelfSignedPair(const std::string& bind_address, int64_t now_ns);

}  // namespace kubegauge::apiservice
