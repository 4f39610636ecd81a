#pragma once

#include <filesystem>

#include "absl/status/statusor.h"
#include "kube/environment.h"
#include "kube/kubeconfig.h"

namespace kubegauge::kube {

// The kubeconfig in one file, which must exist.
absl::StatusOr<Kubeconfig> LoadKubeconfigFile(const std::filesystem::path& path);

// What a person at a terminal uses, by kubectl's rules: the files of $KUBECONFIG merged, the first
// that names something winning and missing ones passed over; without that variable
// $HOME/.kube/config. NotFound when there is no file at all.
absl::StatusOr<Kubeconfig> LoadDefaultKubeconfig(const Environment& environment);

}  // namespace kubegauge::kube
