#pragma once

#include <spdlog/logger.h>

#include <memory>
#include <vector>

#include "absl/status/statusor.h"
#include "apiservice/watched_files.h"
#include "kube/clock.h"
#include "server/cluster/options.h"
#include "server/cluster/serving_tls_builder.h"

namespace kubegauge::server {

// The certificates that a listener shows, as the flags want them: from files, which are read again
// as they change; made and kept in --cert-dir; or, for a certificate that is yet to come, one made
// up for the meantime. Not thread-safe but for builder(); keeps a reference to `log`.
class ServingCertificates {
 public:
  // `awaits_another`: another pair will be set as soon as there is one, so nothing is kept on disk.
  // An error is one line for the operator.
  static absl::StatusOr<std::unique_ptr<ServingCertificates>> Create(const ServingFlags& flags,
                                                                     bool awaits_another,
                                                                     const kube::Clock& clock,
                                                                     spdlog::logger& log);

  ServingTlsBuilder& builder() { return builder_; }
  // The files to look at again and again.
  std::vector<std::unique_ptr<apiservice::WatchedFiles>>& files() { return files_; }

 private:
  explicit ServingCertificates(TlsPolicy policy) : builder_(std::move(policy)) {}
  absl::Status Load(const ServingFlags& flags, bool awaits_another, const kube::Clock& clock,
                    spdlog::logger& log);
  absl::Status LoadPair(const ServingFlags& flags, bool awaits_another, const kube::Clock& clock,
                        spdlog::logger& log);
  absl::Status LoadNamed(size_t index, const SniFiles& files, spdlog::logger& log);

  ServingTlsBuilder builder_;
  std::vector<std::unique_ptr<apiservice::WatchedFiles>> files_;
};

}  // namespace kubegauge::server
