#pragma once

#include <CLI/App.hpp>
#include <string>
#include <vector>

namespace kubegauge::server {

// What `kubegauge validate` was asked to do.
struct ValidateOptions {
  std::vector<std::string> files;  // "-": standard input
  bool vectors = false;            // the files are recorded answers, a JSON object a line
  std::string output = "yaml";     // or "json"
  bool scale_to_zero = true;
  // Minor version of the Kubernetes 1.x whose rules and texts apply; 0: that of the controller, or
  // for vectors the one that they were recorded of.
  int kubernetes_minor = 0;
};

void AddValidateOptions(CLI::App& app, ValidateOptions& options);

}  // namespace kubegauge::server
