#include "cgroup/runtime_names.h"

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <utility>

namespace kubegauge::cgroup {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::json;

constexpr size_t kShortIdBytes = 12;

// The document in a file; a discarded one when there is none that can be read.
Json ReadJson(const fs::path& path) {
  std::ifstream file(path);
  return Json::parse(file, nullptr, /*allow_exceptions=*/false);
}

}  // namespace

RuntimeNames::RuntimeNames(std::string root) : root_(std::move(root)) {}

std::string RuntimeNames::DockerName(std::string_view id) const {
  const Json config =
      ReadJson(fs::path(root_) / "var/lib/docker/containers" / id / "config.v2.json");
  if (config.is_object() && config.contains("Name") && config["Name"].is_string()) {
    std::string name = config["Name"];
    if (name.starts_with('/')) name.erase(0, 1);
    if (!name.empty()) return name;
  }
  return std::string(id.substr(0, kShortIdBytes));
}

std::string RuntimeNames::PodmanName(std::string_view id) {
  auto found = podman_names_.find(id);
  if (found == podman_names_.end()) {
    ReadPodmanList();
    found = podman_names_.find(id);
  }
  return found == podman_names_.end() ? std::string(id.substr(0, kShortIdBytes)) : found->second;
}

void RuntimeNames::ReadPodmanList() {
  podman_names_.clear();
  const Json list =
      ReadJson(fs::path(root_) / "var/lib/containers/storage/overlay-containers/containers.json");
  if (!list.is_array()) return;
  for (const Json& container : list) {
    if (!container.is_object() || !container.contains("id") || !container["id"].is_string()) {
      continue;
    }
    const Json names = container.value("names", Json::array());
    if (names.is_array() && !names.empty() && names[0].is_string()) {
      podman_names_[container["id"]] = names[0];
    }
  }
}

}  // namespace kubegauge::cgroup
