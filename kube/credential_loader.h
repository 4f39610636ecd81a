#pragma once

#include <chrono>
#include <cstdint>
#include <limits>
#include <map>
#include <string>

#include "absl/status/statusor.h"
#include "kube/child_process.h"
#include "kube/client_config.h"
#include "kube/clock.h"
#include "kube/credentials.h"
#include "kube/environment.h"
#include "kube/exec_credential.h"

namespace kubegauge::kube {

struct LoadedCredentials {
  static constexpr int64_t kNever = std::numeric_limits<int64_t>::max();

  Credentials credentials;
  int64_t stale_at_monotonic_ns = kNever;
  int64_t expires_at_wall_ns = kNever;
};

enum class LoadReason {
  kStale,    // the first time, and when the last ones are too old
  kRefused,  // the server did not take the last ones
};

// Gets credentials, blocking as long as that takes.
class CredentialLoader {
 public:
  virtual ~CredentialLoader() = default;

  // Called by one thread at a time.
  virtual absl::StatusOr<LoadedCredentials> Load(LoadReason reason) = 0;

  // Makes a Load that goes on, and all later ones, return soon. Thread-safe.
  virtual void Stop() = 0;
};

// How often files are read again. Tokens of service accounts are replaced well before they expire.
inline constexpr std::chrono::minutes kCredentialFileAge{1};

struct ExecLimits {
  std::chrono::milliseconds timeout = std::chrono::minutes(1);
  size_t max_output_bytes = 1 << 20;
};

// What a ClientConfig says: PEM texts and token from their files, the Authorization field, and the
// exec plugin's answer, which is kept until it expires or is refused. A file that can no longer be
// read leaves what it last held in force.
class ConfigCredentialLoader final : public CredentialLoader {
 public:
  // `environment` is what plugins inherit. Keeps a reference to `clock`.
  ConfigCredentialLoader(ClientConfig config, Environment environment, const Clock& clock,
                         ExecLimits limits = {});

  absl::StatusOr<LoadedCredentials> Load(LoadReason reason) override;
  void Stop() override { stopper_.Stop(); }

 private:
  absl::StatusOr<std::string> ReadKept(const std::string& path);
  absl::StatusOr<std::string> Resolve(const PemSource& source);
  absl::Status LoadToken(Credentials& credentials);
  absl::Status LoadExec(LoadReason reason, LoadedCredentials& loaded);
  absl::StatusOr<ExecCredential> RunPlugin(const std::string& authority) const;

  const ClientConfig config_;
  const Environment environment_;
  const Clock& clock_;
  const ExecLimits limits_;
  ChildStopper stopper_;
  std::map<std::string, std::string> last_read_;  // contents by path
  bool has_exec_credential_ = false;
  ExecCredential exec_credential_;
};

}  // namespace kubegauge::kube
