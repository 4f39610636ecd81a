#pragma once

#include <boost/asio/awaitable.hpp>
#include <nlohmann/json.hpp>
#include <string>

#include "absl/status/statusor.h"
#include "kube/api_client.h"

namespace kubegauge::apiservice {

// Single objects of the Kubernetes API as JSON. `described` names the object in errors, such as
// "Secret kube-system/x"; no error repeats what an object holds.

// The object, or JSON null when there is none.
boost::asio::awaitable<absl::StatusOr<nlohmann::json>> GetObject(kube::ApiClient& client,
                                                                 std::string path,
                                                                 std::string described);

// Creates the object in `collection_path`, or replaces that of its resourceVersion when it has one.
// False: there is one already, or it has another version or is gone by now.
boost::asio::awaitable<absl::StatusOr<bool>> WriteObject(kube::ApiClient& client,
                                                         std::string collection_path,
                                                         std::string name, nlohmann::json object,
                                                         std::string described);

// metadata.resourceVersion, "" of an object that was not read.
std::string ResourceVersionOf(const nlohmann::json& object);

// What an API server's answer other than success says: the message of its Status, or its code.
std::string FailureMessage(const kube::ApiResponse& response);

}  // namespace kubegauge::apiservice
