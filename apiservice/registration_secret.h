#pragma once

#include <boost/asio/awaitable.hpp>
#include <nlohmann/json.hpp>
#include <string>

#include "absl/status/statusor.h"
#include "apiservice/registration_certificates.h"
#include "kube/api_client.h"

namespace kubegauge::apiservice {

struct ObjectName {
  std::string namespace_name;
  std::string name;
};

// What a Secret in JSON holds; keys that are absent are empty. An error names what is no base64,
// never a content.
absl::StatusOr<ServingSecret> ServingSecretOf(const nlohmann::json& object);

// A Secret of type kubernetes.io/tls with these contents and ca.crt and ca.key beside: `read` with
// its data replaced, so that its resourceVersion makes the API server refuse it after a change by
// another, or a new one where `read` is null.
nlohmann::json SecretJson(const ObjectName& name, const ServingSecret& contents,
                          const nlohmann::json& read);

// The Secret that replicas share (wire.md B, verbs get, create and update). Keeps a reference to
// `client`.
class ServingSecretStore {
 public:
  struct Kept {
    ServingSecret contents;
    nlohmann::json object;  // null: there is no Secret
  };

  ServingSecretStore(kube::ApiClient& client, ObjectName name)
      : client_(client), name_(std::move(name)) {}

  boost::asio::awaitable<absl::StatusOr<Kept>> Read();
  // False: another has created, changed or deleted it since `read`; nothing was written.
  boost::asio::awaitable<absl::StatusOr<bool>> Write(const Kept& read,
                                                     const ServingSecret& contents);

 private:
  kube::ApiClient& client_;
  const ObjectName name_;
};

}  // namespace kubegauge::apiservice
