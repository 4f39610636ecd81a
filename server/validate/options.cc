#include "server/validate/options.h"

#include <CLI/Validators.hpp>

namespace kubegauge::server {

void AddValidateOptions(CLI::App& app, ValidateOptions& options) {
  app.add_option("files", options.files,
                 "HorizontalPodAutoscalers of any version as YAML or JSON, what else is in them is "
                 "passed over; - for standard input")
      ->required();
  app.add_option("-o,--output", options.output, "Form of the objects with their defaults")
      ->check(CLI::IsMember({"yaml", "json"}))
      ->capture_default_str();
  app.add_option("--scale-to-zero", options.scale_to_zero,
                 "Whether minReplicas may be 0, as with the feature gate HPAScaleToZero")
      ->capture_default_str();
  app.add_option(
         "--kubernetes-minor", options.kubernetes_minor,
         "Minor version of the Kubernetes 1.x whose rules and texts apply [default: 36, and "
         "26 with --vectors]")
      ->check(CLI::Range(26, 36));
  app.add_flag("--vectors", options.vectors,
               "The files have a JSON object with a \"manifest\" a line; print an answer a line");
}

}  // namespace kubegauge::server
