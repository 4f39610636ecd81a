#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "apiservice/http.h"
#include "apiservice/status.h"
#include "autoscaler/field_validation.h"
#include "server/standalone/core_objects.h"

namespace kubegauge::server {

using autoscaler::FieldValidation;

// The query options of a write (CreateOptions, UpdateOptions, PatchOptions).
struct WriteOptions {
  bool dry_run = false;
  FieldValidation field_validation = FieldValidation::kWarn;
  std::string field_manager;  // else the first word of the User-Agent
  bool force = false;
};

// What a DELETE asks for, in its body or, where it has none, its query.
struct DeleteOptions {
  bool dry_run = false;
  bool orphans_dependents = false;
  std::string uid;               // precondition; empty: any
  std::string resource_version;  // likewise
};

// Give the Status of the first rule that is broken, or fill their last argument.
// `kind` as "PatchOptions"; an apply patch needs a field manager.
std::optional<apiservice::Status> ParseWriteOptions(const apiservice::Request& request,
                                                    std::string_view kind, bool is_apply,
                                                    WriteOptions& options);
std::optional<apiservice::Status> ParseDeleteOptions(const apiservice::Request& request,
                                                     DeleteOptions& options);

}  // namespace kubegauge::server
