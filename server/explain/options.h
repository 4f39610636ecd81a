#pragma once

#include <CLI/App.hpp>
#include <string>

#include "absl/status/status.h"

namespace kubegauge::server {

// What `kubegauge explain` was asked for.
struct ExplainOptions {
  std::string hpa;  // NAMESPACE/NAME, or NAME
  std::string kubeconfig;
  std::string context;
  std::string namespace_name;
  std::string output = "text";  // or "json"
};

void AddExplainOptions(CLI::App& app, ExplainOptions& options);

// Splits `hpa` into namespace and name, so that it holds the name only; a namespace in it wins.
absl::Status SplitName(ExplainOptions& options);

}  // namespace kubegauge::server
