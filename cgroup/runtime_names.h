#pragma once

#include <map>
#include <string>
#include <string_view>

namespace kubegauge::cgroup {

// What docker and podman call their containers, from the files that they keep. A container without
// a name there is called by the first 12 digits of its id. Not thread-safe.
class RuntimeNames {
 public:
  explicit RuntimeNames(std::string root);

  std::string DockerName(std::string_view id) const;
  // Reads podman's list again when it does not have the id yet.
  std::string PodmanName(std::string_view id);

 private:
  void ReadPodmanList();

  std::string root_;
  std::map<std::string, std::string, std::less<>> podman_names_;  // by id
};

}  // namespace kubegauge::cgroup
