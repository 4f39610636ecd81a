#pragma once

#include <string>
#include <string_view>

#include "apiservice/status.h"
#include "server/standalone/objects/object_rules.h"

namespace kubegauge::server {

// What kube-apiserver answers to writes that it refuses, to the letter. `group` and `resource` are
// those of the request's path, "" for the core group.

apiservice::Status AlreadyExists(std::string_view group, std::string_view resource,
                                 std::string_view name);
apiservice::Status Conflict(std::string_view group, std::string_view resource,
                            std::string_view name, std::string_view why);
// The object has been modified since the client read it.
apiservice::Status ModifiedConflict(std::string_view group, std::string_view resource,
                                    std::string_view name);
apiservice::Status Forbidden(std::string_view group, std::string_view resource,
                             std::string_view name, std::string_view why);
// 422 with a cause for each error; `errors` is not empty.
apiservice::Status Invalid(std::string_view group, std::string_view kind, std::string_view name,
                           FieldErrors errors);
// 415 of a body, and of a PATCH.
apiservice::Status UnsupportedBodyType(std::string_view accepted);
apiservice::Status UnsupportedPatchType();
// 400 of a body that says it is a `kind` of `version`, and cannot be read as an `expected`.
apiservice::Status UndecodableBody(std::string_view kind, std::string_view version,
                                   std::string_view expected, std::string_view why);
// 422 of a patch that does not fit the object, and of one after which nobody can read it: `value`
// is what the server shows of it, quoted.
apiservice::Status UnfitPatch();
apiservice::Status UnreadablePatch(std::string_view value, std::string_view why);

// The errors of fields. `value` as Go prints it, quoted where it is a text.
apiservice::Status::Cause InvalidValue(std::string field, std::string_view value,
                                       std::string_view why);
apiservice::Status::Cause RequiredValue(std::string field, std::string_view why);
apiservice::Status::Cause ForbiddenValue(std::string field, std::string_view why);
apiservice::Status::Cause UnsupportedValue(std::string field, std::string_view value,
                                           std::string_view supported);

}  // namespace kubegauge::server
