#include "cgroup/runtime_names.h"

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <system_error>
#include <tuple>
#include <utility>

namespace kubegauge::cgroup {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::json;

// The document in a file; a discarded one when there is none that can be read.
Json ReadJson(const fs::path& path) {
  std::ifstream file(path);
  return Json::parse(file, nullptr, /*allow_exceptions=*/false);
}

}  // namespace

RuntimeNames::RuntimeNames(std::string root) : root_(std::move(root)) {
  // Those made with --rm, and those of which the storage is transient, are in lists of their own.
  constexpr std::array kLists = {
      "var/lib/containers/storage/overlay-containers/containers.json",
      "var/lib/containers/storage/overlay-containers/volatile-containers.json",
      "run/containers/storage/overlay-containers/volatile-containers.json"};
  static_assert(kLists.size() == std::tuple_size_v<decltype(podman_lists_)>);
  for (size_t i = 0; i < kLists.size(); ++i) podman_lists_[i].path = fs::path(root_) / kLists[i];
}

std::optional<std::string> RuntimeNames::DockerName(std::string_view id) const {
  const Json config =
      ReadJson(fs::path(root_) / "var/lib/docker/containers" / id / "config.v2.json");
  if (!config.is_object() || !config.contains("Name") || !config["Name"].is_string()) {
    return std::nullopt;
  }
  std::string name = config["Name"];
  if (name.starts_with('/')) name.erase(0, 1);
  return name.empty() ? std::nullopt : std::optional(std::move(name));
}

std::optional<std::string> RuntimeNames::PodmanName(std::string_view id) {
  for (PodmanList& list : podman_lists_) {
    auto found = list.names.find(id);
    if (found == list.names.end() && HasChanged(list)) {
      Read(list);
      found = list.names.find(id);
    }
    if (found != list.names.end()) return found->second;
  }
  return std::nullopt;
}

bool RuntimeNames::HasChanged(PodmanList& list) {
  std::error_code error;
  const fs::file_time_type modified = fs::last_write_time(list.path, error);
  if (error || modified == list.modified) return false;
  list.modified = modified;
  return true;
}

void RuntimeNames::Read(PodmanList& list) {
  list.names.clear();
  const Json containers = ReadJson(list.path);
  if (!containers.is_array()) return;
  for (const Json& container : containers) {
    if (!container.is_object() || !container.contains("id") || !container["id"].is_string()) {
      continue;
    }
    const Json names = container.value("names", Json::array());
    if (names.is_array() && !names.empty() && names[0].is_string()) {
      list.names[container["id"]] = names[0];
    }
  }
}

}  // namespace kubegauge::cgroup
