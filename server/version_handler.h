#pragma once

#include <nlohmann/json.hpp>

#include "apiservice/handler.h"

namespace kubegauge::server {

// What /version says: the Kubernetes that is kept compatible with, and what is behind it.
nlohmann::ordered_json VersionJson();

// /version (wire.md A.3): JSON, indented whoever asks. Refuses what is below with a Status.
class VersionHandler final : public apiservice::Handler {
 public:
  static bool Serves(std::string_view path) { return apiservice::IsAtOrBelow(path, "/version"); }
  apiservice::Response Handle(const apiservice::AdmittedRequest& admitted) override;
};

}  // namespace kubegauge::server
