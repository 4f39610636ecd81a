#pragma once

#include <openssl/types.h>

namespace kubegauge::kube {

// Makes verifications by `store` take only that one of its certificates for an issuer whose key has
// signed, as Go does. OpenSSL takes the first whose name and key identifiers, where both have any,
// do not contradict and never tries the next: while authorities are rotated under one name it would
// refuse valid certificates. What the peer presents beside its own certificate is still taken by
// name, so that strangers cannot have many signatures computed; nor are more than a hundred tried in
// a verification, as in Go. Thread-safe as the store is.
void CheckIssuersBySignature(X509_STORE* store);

}  // namespace kubegauge::kube
