#include "server/standalone/objects/write_status.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "kube/go_quote.h"
#include "kube/group_version.h"

namespace kubegauge::server {

using apiservice::Status;

namespace {

Status OfObject(std::string message, std::string reason, int code, std::string_view group,
                std::string_view kind, std::string_view name) {
  return {.message = std::move(message),
          .reason = std::move(reason),
          .has_details = true,
          .details = {.name = std::string(name),
                      .group = std::string(group),
                      .kind = std::string(kind)},
          .code = code};
}

Status::Cause Cause(std::string reason, std::string message, std::string field) {
  return {.reason = std::move(reason), .message = std::move(message), .field = std::move(field)};
}

}  // namespace

Status AlreadyExists(std::string_view group, std::string_view resource, std::string_view name) {
  return OfObject(fmt::format("{} \"{}\" already exists", kube::Qualified(resource, group), name),
                  "AlreadyExists", 409, group, resource, name);
}

Status Conflict(std::string_view group, std::string_view resource, std::string_view name,
                std::string_view why) {
  return OfObject(fmt::format("Operation cannot be fulfilled on {} \"{}\": {}",
                              kube::Qualified(resource, group), name, why),
                  "Conflict", 409, group, resource, name);
}

Status ModifiedConflict(std::string_view group, std::string_view resource, std::string_view name) {
  return Conflict(group, resource, name,
                  "the object has been modified; please apply your changes to the latest version "
                  "and try again");
}

Status Forbidden(std::string_view group, std::string_view resource, std::string_view name,
                 std::string_view why) {
  return OfObject(
      fmt::format("{} \"{}\" is forbidden: {}", kube::Qualified(resource, group), name, why),
      "Forbidden", 403, group, resource, name);
}

Status Invalid(std::string_view group, std::string_view kind, std::string_view name,
               FieldErrors errors) {
  std::vector<std::string> texts;  // as upstream, each only once
  for (const Status::Cause& error : errors) {
    std::string text = fmt::format("{}: {}", error.field, error.message);
    if (std::find(texts.begin(), texts.end(), text) == texts.end()) {
      texts.push_back(std::move(text));
    }
  }
  const std::string all =
      texts.size() == 1 ? texts.front() : fmt::format("[{}]", fmt::join(texts, ", "));
  Status status = OfObject(
      fmt::format("{} {} is invalid: {}", kube::Qualified(kind, group), kube::GoQuote(name), all),
      "Invalid", 422, group, kind, name);
  status.details.causes = std::move(errors);
  return status;
}

Status UnsupportedBodyType(std::string_view accepted) {
  return {.message = fmt::format("the body of the request was in an unknown format - accepted "
                                 "media types include: {}",
                                 accepted),
          .reason = "UnsupportedMediaType",
          .code = 415};
}

Status UnsupportedPatchType() {
  return {.message = "415: Unsupported Media Type",
          .reason = "UnsupportedMediaType",
          .has_details = true,
          .code = 415};
}

Status UndecodableBody(std::string_view kind, std::string_view version, std::string_view expected,
                       std::string_view why) {
  return apiservice::BadRequest(fmt::format("{} in version {} cannot be handled as a {}: {}", kind,
                                            kube::GoQuote(version), expected, why));
}

Status UnfitPatch() {
  return {.message = "the server rejected our request due to an error in our request",
          .reason = "Invalid",
          .has_details = true,
          .code = 422};
}

Status UnreadablePatch(std::string_view value, std::string_view why) {
  return Invalid("", "", "", {InvalidValue("patch", kube::GoQuote(value), why)});
}

Status::Cause InvalidValue(std::string field, std::string_view value, std::string_view why) {
  return Cause("FieldValueInvalid", fmt::format("Invalid value: {}: {}", value, why),
               std::move(field));
}

Status::Cause RequiredValue(std::string field, std::string_view why) {
  return Cause("FieldValueRequired",
               why.empty() ? "Required value" : fmt::format("Required value: {}", why),
               std::move(field));
}

Status::Cause ForbiddenValue(std::string field, std::string_view why) {
  return Cause("FieldValueForbidden", fmt::format("Forbidden: {}", why), std::move(field));
}

Status::Cause UnsupportedValue(std::string field, std::string_view value,
                               std::string_view supported) {
  return Cause("FieldValueNotSupported",
               fmt::format("Unsupported value: \"{}\": supported values: {}", value, supported),
               std::move(field));
}

}  // namespace kubegauge::server
