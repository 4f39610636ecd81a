#pragma once

#include <string>

#include "absl/status/status.h"
#include "server/cluster/options.h"
#include "server/flags/flag_set.h"
#include "server/logging.h"

namespace kubegauge::server {

// What `kubegauge autoscaler` was asked to do.
struct AutoscalerOptions {
  std::string kubeconfig;
  AutoscalerFlags autoscaler;
  ServingFlags serving = {.secure_port = 10257};
  AccessFlags access;
  LogOptions log;

  // The access flags, whose kubeconfigs are by default the main one.
  AccessFlags AccessByMainKubeconfig() const { return access.ByDefault(kubeconfig); }
};

void AddAutoscalerFlags(FlagSet& flags, AutoscalerOptions& options, bool& show_version);

// The part that `kubegauge server --autoscaler` and standalone have too, in sections of the help.
void AddControllerFlags(FlagSet& flags, AutoscalerFlags& autoscaler);

// The first rule that the options break, in upstream's words where it has the rule.
absl::Status Validate(const AutoscalerOptions& options);
absl::Status ValidateController(const AutoscalerFlags& autoscaler);

}  // namespace kubegauge::server
