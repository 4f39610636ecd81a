#pragma once

#include <openssl/bio.h>
#include <openssl/ssl.h>

#include <memory>

namespace kubegauge::scraper {

struct BioMethodFree {
  void operator()(BIO_METHOD* method) const { BIO_meth_free(method); }
};
using BioMethodPtr = std::unique_ptr<BIO_METHOD, BioMethodFree>;

// Whether a call on a socket that set errno to `error` would have to wait, and no more.
bool MayRetry(int error);

// How OpenSSL reads and writes a socket that does not block: with its own way, a write to a
// connection that the peer has closed ends the program by SIGPIPE. Null when memory is short.
BioMethodPtr NewSocketBioMethod();

// Lets `ssl` use `socket`, which it does not own. `method` outlives `ssl`.
bool UseSocket(SSL* ssl, const BIO_METHOD* method, int socket);

}  // namespace kubegauge::scraper
