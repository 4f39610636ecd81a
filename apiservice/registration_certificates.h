#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "apiservice/certificate_authority.h"
#include "kube/time_units.h"

namespace kubegauge::apiservice {

// What replicas share to serve under one certificate whose authority the cluster trusts: PEM, kept
// in a Secret. The keys are secrets.
struct ServingSecret {
  std::string certificate;  // tls.crt: the leaf first, behind it intermediates where there are any
  std::string key;          // tls.key
  std::string authorities;  // ca.crt: the newest first; clients are to trust all of them
  std::string authority_key;  // ca.key, of the newest authority

  bool operator==(const ServingSecret&) const = default;
};

// A certificate, and likewise an authority, is replaced after two thirds of its time. A new
// authority is first made known, and signs only then, unless there is no certificate to serve for
// the meantime; the ones before it stay known until no replica can serve a certificate of theirs
// any more, also those that only clients still know because the Secret was lost.
struct CertificatePlan {
  bool new_authority = false;
  bool new_certificate = false;  // signed by the newest authority
  bool forget_old_authorities = false;
  std::string reason;  // for the log

  bool ChangesNothing() const {
    return !new_authority && !new_certificate && !forget_old_authorities;
  }
};

// How long a new authority is known before it signs, and how long an old one stays known after the
// last certificate that it signed was replaced.
inline constexpr int64_t kAuthoritySettlesNs = 10 * 60 * kube::kNsPerSecond;
inline constexpr int64_t kAuthorityOverlapNs = 24 * 3600 * kube::kNsPerSecond;

// Authorities that are known at once; of more, the oldest are forgotten.
inline constexpr size_t kMaxAuthorities = 8;

// What is to be done, at `now_ns` since the epoch, so that `kept` serves all of `identity`'s names.
// `published` are the bundles by which clients judge us now, "" for one that could not be read.
// Pure. A pair that is kept without an authority_key was put there by another, such as
// cert-manager: it is never replaced, and is FailedPrecondition when it cannot be served.
absl::StatusOr<CertificatePlan> PlanCertificates(const ServingSecret& kept,
                                                 const ServingIdentity& identity,
                                                 const std::vector<std::string>& published,
                                                 int64_t now_ns);

// Carries the plan out on a copy of `kept`; makes keys.
absl::StatusOr<ServingSecret> CarryOut(const CertificatePlan& plan, const ServingSecret& kept,
                                       const ServingIdentity& identity,
                                       const std::vector<std::string>& published, int64_t now_ns);

// Whether clients that know `authorities` trust, at `now_ns`, who serves `certificate`, both PEM.
bool IsTrusted(const std::string& certificate, const std::string& authorities, int64_t now_ns);

}  // namespace kubegauge::apiservice
