#pragma once

#include <chrono>
#include <cstdint>
#include <string>

#include "server/cluster/options.h"

namespace kubegauge::server {

// What a server of a cluster is told of its front (SecureFront).
struct SecureFrontOptions {
  std::string kubeconfig;
  ServingFlags serving;
  AccessFlags access;
  // A certificate will be set as soon as there is one; see ServingCertificates.
  bool awaits_certificate = false;
  int64_t shutdown_delay_ns = 0;
  // How long requests in flight may take when the server ends.
  std::chrono::nanoseconds drain_grace = std::chrono::seconds(60);
};

}  // namespace kubegauge::server
