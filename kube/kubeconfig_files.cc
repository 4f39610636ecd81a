#include "kube/kubeconfig_files.h"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include "kube/read_file.h"
#include "kube/status_context.h"

namespace kubegauge::kube {
namespace {

namespace fs = std::filesystem;

constexpr size_t kMaxKubeconfigBytes = 4 << 20;

// Without empty parts and repetitions.
std::vector<fs::path> SplitPaths(std::string_view list) {
  std::vector<fs::path> paths;
  while (!list.empty()) {
    const size_t colon = std::min(list.find(':'), list.size());
    const fs::path path(list.substr(0, colon));
    if (!path.empty() && std::find(paths.begin(), paths.end(), path) == paths.end()) {
      paths.push_back(path);
    }
    list.remove_prefix(std::min(colon + 1, list.size()));
  }
  return paths;
}

}  // namespace

absl::StatusOr<Kubeconfig> LoadKubeconfigFile(const fs::path& path) {
  const absl::StatusOr<std::string> text = ReadFile(path, kMaxKubeconfigBytes);
  if (!text.ok()) return WithContext(text.status(), "kubeconfig");
  std::error_code error;
  const fs::path absolute = fs::absolute(path, error);
  if (error) {
    return absl::FailedPreconditionError(
        fmt::format("kubeconfig {}: no working directory: {}", path.string(), error.message()));
  }
  absl::StatusOr<Kubeconfig> config = ParseKubeconfig(*text, absolute.parent_path());
  if (config.ok()) return config;
  return WithContext(config.status(), fmt::format("kubeconfig {}", path.string()));
}

absl::StatusOr<Kubeconfig> LoadDefaultKubeconfig(const Environment& environment) {
  const std::string_view variable = Lookup(environment, "KUBECONFIG");
  std::vector<fs::path> paths = SplitPaths(variable);
  if (paths.empty()) paths.push_back(fs::path(Lookup(environment, "HOME")) / ".kube" / "config");
  Kubeconfig merged;
  bool found = false;
  for (const fs::path& path : paths) {
    absl::StatusOr<Kubeconfig> config = LoadKubeconfigFile(path);
    if (absl::IsNotFound(config.status())) continue;
    if (!config.ok()) return config.status();
    found = true;
    MergeKubeconfig(merged, *std::move(config));
  }
  if (found) return merged;
  return absl::NotFoundError(
      fmt::format("no kubeconfig: {} not exist; name a file with --kubeconfig or in $KUBECONFIG",
                  paths.size() > 1 ? "the files of $KUBECONFIG do"
                                   : fmt::format("{} does", paths[0].string())));
}

}  // namespace kubegauge::kube
