#include "server/cluster/serving_certificates.h"

#include <fmt/format.h>

#include <filesystem>
#include <string>
#include <utility>

#include "apiservice/self_signed_pair.h"
#include "server/listener/sni_certificates.h"

namespace kubegauge::server {
namespace {

using apiservice::WatchedFiles;
using Contents = std::vector<std::string>;

absl::Status Annotate(std::string_view context, const absl::Status& status) {
  return {status.code(), fmt::format("{}: {}", context, std::string(status.message()))};
}

}  // namespace

absl::StatusOr<std::unique_ptr<ServingCertificates>> ServingCertificates::Create(
    const ServingFlags& flags, bool awaits_another, const kube::Clock& clock, spdlog::logger& log) {
  absl::StatusOr<TlsPolicy> policy =
      ParseTlsPolicy(flags.tls_min_version, flags.tls_cipher_suites, flags.tls_curve_preferences);
  if (!policy.ok()) return policy.status();
  policy->offers_http2 = !flags.disable_http2_serving;
  std::unique_ptr<ServingCertificates> certificates(new ServingCertificates(*std::move(policy)));
  absl::Status loaded = certificates->Load(flags, awaits_another, clock, log);
  if (!loaded.ok()) return loaded;
  return certificates;
}

absl::Status ServingCertificates::Load(const ServingFlags& flags, bool awaits_another,
                                       const kube::Clock& clock, spdlog::logger& log) {
  absl::Status status = LoadPair(flags, awaits_another, clock, log);
  for (size_t i = 0; status.ok() && i < flags.tls_sni_cert_keys.size(); ++i) {
    status = LoadNamed(i, flags.tls_sni_cert_keys[i], log);
  }
  return status;
}

absl::Status ServingCertificates::LoadPair(const ServingFlags& flags, bool awaits_another,
                                           const kube::Clock& clock, spdlog::logger& log) {
  if (awaits_another) {
    const auto pair = apiservice::MakeSelfSignedPair(flags.bind_address, clock.WallNs());
    return pair.ok() ? builder_.SetPair(pair->certificate, pair->private_key) : pair.status();
  }
  apiservice::PairFiles paths{flags.tls_cert_file, flags.tls_private_key_file};
  if (flags.tls_cert_file.empty()) {
    auto made =
        apiservice::EnsureSelfSignedPair(flags.cert_dir, flags.bind_address, clock.WallNs());
    if (!made.ok()) return Annotate("error creating self-signed certificates", made.status());
    paths = *std::move(made);
  }
  files_.push_back(std::make_unique<WatchedFiles>(
      std::vector{paths.certificate, paths.key},
      [this](const Contents& contents) { return builder_.SetPair(contents[0], contents[1]); },
      log));
  return files_.back()->Check();
}

absl::Status ServingCertificates::LoadNamed(size_t index, const SniFiles& files,
                                            spdlog::logger& log) {
  const auto take = [this, index, patterns = files.patterns](const Contents& contents) {
    TlsMaterial::Named named{contents[0], contents[1], patterns};
    if (patterns.empty()) {
      auto names = NamesInCertificate(contents[0]);
      if (!names.ok()) return names.status();
      named.patterns = *std::move(names);
    }
    return builder_.SetNamed(index, std::move(named));
  };
  files_.push_back(std::make_unique<WatchedFiles>(
      std::vector<std::filesystem::path>{files.certificate_path, files.key_path}, take, log));
  return files_.back()->Check();
}

}  // namespace kubegauge::server
