#include "apiservice/registration_secret.h"

#include <fmt/format.h>

#include <utility>

#include "absl/strings/escaping.h"
#include "apiservice/base64.h"
#include "apiservice/json_members.h"
#include "apiservice/object_client.h"

namespace kubegauge::apiservice {
namespace {

std::string CollectionPath(const ObjectName& name) {
  return fmt::format("/api/v1/namespaces/{}/secrets", name.namespace_name);
}

std::string Described(const ObjectName& name) {
  return fmt::format("Secret {}/{}", name.namespace_name, name.name);
}

absl::Status Decode(const nlohmann::json& data, const char* key, std::string& content) {
  absl::StatusOr<std::string> decoded = DecodeBase64(StringMember(data, key));
  if (!decoded.ok()) {
    return absl::InvalidArgumentError(
        fmt::format("{}: {}", key, std::string(decoded.status().message())));
  }
  content = *std::move(decoded);
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<ServingSecret> ServingSecretOf(const nlohmann::json& object) {
  const nlohmann::json& data = ObjectMember(object, "data");
  ServingSecret secret;
  const std::pair<const char*, std::string*> entries[] = {{"tls.crt", &secret.certificate},
                                                          {"tls.key", &secret.key},
                                                          {"ca.crt", &secret.authorities},
                                                          {"ca.key", &secret.authority_key}};
  for (const auto& [key, content] : entries) {
    if (absl::Status decoded = Decode(data, key, *content); !decoded.ok()) return decoded;
  }
  return secret;
}

nlohmann::json SecretJson(const ObjectName& name, const ServingSecret& contents,
                          const nlohmann::json& read) {
  nlohmann::json object = read;
  if (object.is_null()) {
    object = {{"apiVersion", "v1"},
              {"kind", "Secret"},
              {"type", "kubernetes.io/tls"},
              {"metadata",
               {{"namespace", name.namespace_name},
                {"name", name.name},
                {"labels", {{"app.kubernetes.io/managed-by", "kubegauge"}}}}}};
  }
  nlohmann::json& data = object["data"];
  if (!data.is_object()) data = nlohmann::json::object();
  data["tls.crt"] = absl::Base64Escape(contents.certificate);
  data["tls.key"] = absl::Base64Escape(contents.key);
  data["ca.crt"] = absl::Base64Escape(contents.authorities);
  data["ca.key"] = absl::Base64Escape(contents.authority_key);
  return object;
}

boost::asio::awaitable<absl::StatusOr<ServingSecretStore::Kept>> ServingSecretStore::Read() {
  absl::StatusOr<nlohmann::json> object = co_await GetObject(
      client_, fmt::format("{}/{}", CollectionPath(name_), name_.name), Described(name_));
  if (!object.ok()) co_return object.status();
  Kept kept;
  kept.object = *std::move(object);
  if (kept.object.is_null()) co_return kept;
  absl::StatusOr<ServingSecret> contents = ServingSecretOf(kept.object);
  if (!contents.ok()) {
    co_return absl::FailedPreconditionError(
        fmt::format("{} is broken, delete it to have a new one made: {}", Described(name_),
                    std::string(contents.status().message())));
  }
  kept.contents = *std::move(contents);
  co_return kept;
}

boost::asio::awaitable<absl::StatusOr<bool>> ServingSecretStore::Write(
    const Kept& read, const ServingSecret& contents) {
  return WriteObject(client_, CollectionPath(name_), name_.name,
                     SecretJson(name_, contents, read.object), Described(name_));
}

}  // namespace kubegauge::apiservice
