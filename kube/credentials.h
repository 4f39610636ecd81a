#pragma once

#include <boost/asio/awaitable.hpp>
#include <memory>
#include <string>

#include "absl/status/statusor.h"

namespace kubegauge::kube {

// What a client proves itself with and what it holds the server to, all as the bytes to be used.
// Secrets: not to be logged.
struct Credentials {
  std::string authorization;       // value of the field, "" for none
  std::string client_certificate;  // PEM, with client_key or not at all
  std::string client_key;
  std::string authority;  // PEM of who may vouch for the server; "" for the system's authorities

  bool operator==(const Credentials&) const = default;
};

using CredentialsPtr = std::shared_ptr<const Credentials>;

// Where a client takes credentials from, before each request. Thread-safe.
class CredentialSource {
 public:
  virtual ~CredentialSource() = default;

  // Never null. An error says which file or plugin did not give them, and why.
  virtual boost::asio::awaitable<absl::StatusOr<CredentialsPtr>> Get() = 0;

  // Tells that the server answered `refused` with 401: the next Get brings newer ones, where there
  // are any.
  virtual void Refuse(const CredentialsPtr& refused) = 0;
};

}  // namespace kubegauge::kube
