#pragma once

#include <array>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace kubegauge::cgroup {

// What docker and podman call their containers, from the files that they keep. Of podman's only
// root's: those of other users lie in their home directories. Not thread-safe.
class RuntimeNames {
 public:
  explicit RuntimeNames(std::string root);

  // nullopt for a container that is not docker's, or that docker has not written down yet.
  std::optional<std::string> DockerName(std::string_view id) const;
  // Reads podman's lists again when they have changed and do not have the id yet.
  std::optional<std::string> PodmanName(std::string_view id);

 private:
  // One file of containers.
  struct PodmanList {
    std::filesystem::path path;
    std::filesystem::file_time_type modified;
    std::map<std::string, std::string, std::less<>> names;  // by id
  };

  static bool HasChanged(PodmanList& list);
  static void Read(PodmanList& list);

  std::string root_;
  std::array<PodmanList, 3> podman_lists_;
};

}  // namespace kubegauge::cgroup
