#include "server/validate/options.h"

#include <fmt/format.h>

#include <CLI/Validators.hpp>

#include "kube/kubernetes_version.h"

namespace kubegauge::server {

void AddValidateOptions(CLI::App& app, ValidateOptions& options) {
  app.add_option(
         "files", options.files,
         "YAML or JSON files with HorizontalPodAutoscalers of any version; other objects in "
         "them are ignored; - reads standard input")
      ->required();
  app.add_option("-o,--output", options.output,
                 "Format of the printed objects, which have their defaults filled in")
      ->check(CLI::IsMember({"yaml", "json"}))
      ->capture_default_str();
  app.add_option("--scale-to-zero", options.scale_to_zero,
                 "Whether minReplicas may be 0, as with the feature gate HPAScaleToZero")
      ->capture_default_str();
  app.add_option(
         "--kubernetes-minor", options.kubernetes_minor,
         fmt::format("Minor version of the Kubernetes 1.x whose rules and texts apply [default: "
                     "{}, and 26 with --vectors]",
                     kube::kKubernetesMinor))
      ->check(CLI::Range(26, kube::kKubernetesMinor));
  app.add_flag("--vectors", options.vectors,
               "Each line of the files is a JSON object with a \"manifest\"; print one answer per "
               "line");
}

}  // namespace kubegauge::server
