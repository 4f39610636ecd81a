#include "server/autoscaler/candidate_identity.h"

#include <fmt/format.h>

#include <boost/asio/ip/host_name.hpp>
#include <cstdint>

namespace kubegauge::server {

std::string CandidateIdentity(kube::RandomSource& random) {
  boost::system::error_code error;
  std::string host = boost::asio::ip::host_name(error);
  if (error) host = "kubegauge";
  const auto part = [&random] { return static_cast<uint64_t>(random.Unit() * 0x1p48); };
  return fmt::format("{}_{:012x}{:012x}", host, part(), part());
}

}  // namespace kubegauge::server
