#pragma once

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/x509.h>

#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace kubegauge::apiservice {

// Owning pointers to OpenSSL's objects.
template <auto kFree>
struct OpenSslDeleter {
  template <class T>
  void operator()(T* object) const {
    kFree(object);
  }
};
using BioPtr = std::unique_ptr<BIO, OpenSslDeleter<BIO_free_all>>;
using EvpKeyPtr = std::unique_ptr<EVP_PKEY, OpenSslDeleter<EVP_PKEY_free>>;
using X509Ptr = std::unique_ptr<X509, OpenSslDeleter<X509_free>>;
using X509StorePtr = std::unique_ptr<X509_STORE, OpenSslDeleter<X509_STORE_free>>;

// A status of `code` whose message is `context` and what OpenSSL's error queue of this thread
// holds; empties the queue.
absl::Status OpenSslError(absl::StatusCode code, std::string_view context);

// All certificates of a PEM text, in its order. An error when there is none or one is broken; other
// PEM blocks (keys) are passed over.
absl::StatusOr<std::vector<X509Ptr>> ParseCertificates(std::string_view pem);

// The first private key of a PEM text: PKCS#8, PKCS#1 or SEC1, not encrypted.
absl::StatusOr<EvpKeyPtr> ParsePrivateKey(std::string_view pem);

// Nanoseconds since the epoch, at the ends of int64_t for times beyond them; 0 for a broken time.
int64_t ToUnixNs(const ASN1_TIME* time);

}  // namespace kubegauge::apiservice
