#include "apiservice/status.h"

#include <fmt/format.h>

#include "apiservice/json_text.h"
#include "kube/go_quote.h"
#include "kube/group_version.h"

namespace kubegauge::apiservice {
namespace {

// Appends `"key":"value",` unless the value is empty, as Go's omitempty.
void AppendMember(std::string_view key, std::string_view value, std::string& out) {
  if (value.empty()) return;
  AppendJsonString(key, out);
  out.push_back(':');
  AppendJsonString(value, out);
  out.push_back(',');
}

void ReplaceTrailingComma(char closing, std::string& out) {
  if (out.back() == ',') {
    out.back() = closing;
  } else {
    out.push_back(closing);
  }
}

void AppendCauses(const std::vector<Status::Cause>& causes, std::string& out) {
  out.append("\"causes\":[");
  for (const Status::Cause& cause : causes) {
    out.push_back('{');
    AppendMember("reason", cause.reason, out);
    AppendMember("message", cause.message, out);
    AppendMember("field", cause.field, out);
    ReplaceTrailingComma('}', out);
    out.push_back(',');
  }
  ReplaceTrailingComma(']', out);
  out.push_back(',');
}

void AppendDetails(const Status::Details& details, std::string& out) {
  out.append("\"details\":{");
  AppendMember("name", details.name, out);
  AppendMember("group", details.group, out);
  AppendMember("kind", details.kind, out);
  if (!details.causes.empty()) AppendCauses(details.causes, out);
  if (details.retry_after_seconds > 0) {
    out.append(fmt::format("\"retryAfterSeconds\":{},", details.retry_after_seconds));
  }
  ReplaceTrailingComma('}', out);
  out.push_back(',');
}

}  // namespace

Status BadRequest(std::string message) {
  return {.message = std::move(message), .reason = "BadRequest", .code = 400};
}

Status Unauthorized() { return {.message = "Unauthorized", .reason = "Unauthorized", .code = 401}; }

Status Forbidden(std::string message, Status::Details details) {
  return {.message = std::move(message),
          .reason = "Forbidden",
          .has_details = true,
          .details = std::move(details),
          .code = 403};
}

Status NotFound(std::string_view group, std::string_view resource, std::string_view name) {
  return {.message =
              fmt::format("{} {} not found", kube::Qualified(resource, group), kube::GoQuote(name)),
          .reason = "NotFound",
          .has_details = true,
          .details = {.name = std::string(name),
                      .group = std::string(group),
                      .kind = std::string(resource)},
          .code = 404};
}

Status NoSuchPath() {
  return {.message = "the server could not find the requested resource",
          .reason = "NotFound",
          .has_details = true,
          .code = 404};
}

Status MethodNotAllowed() {
  return {.message = "the server does not allow this method on the requested resource",
          .reason = "MethodNotAllowed",
          .has_details = true,
          .code = 405};
}

Status Expired(std::string message) {
  return {.message = std::move(message), .reason = "Expired", .code = 410};
}

Status RouterNotAcceptable(std::string_view media_types) {
  return {
      .message = fmt::format("406: Not Acceptable\n\nAvailable representations: {}", media_types),
      .reason = "NotAcceptable",
      .has_details = true,
      .code = 406};
}

Status NoneAcceptable(std::string_view media_types) {
  return NotAcceptable(fmt::format("only the following media types are accepted: {}", media_types));
}

Status NotAcceptable(std::string message) {
  return {.message = std::move(message), .reason = "NotAcceptable", .code = 406};
}

Status UnsupportedMediaType() {
  return {.message = "415: Unsupported Media Type",
          .reason = "UnsupportedMediaType",
          .has_details = true,
          .code = 415};
}

Status InvalidOptions(std::vector<Status::Cause> causes) {
  std::vector<std::string> errors;
  for (const Status::Cause& cause : causes) {
    errors.push_back(fmt::format("{}: {}", cause.field, cause.message));
  }
  const std::string all =
      errors.size() == 1 ? errors.front() : fmt::format("[{}]", fmt::join(errors, ", "));
  return {.message = fmt::format("ListOptions.meta.k8s.io \"\" is invalid: {}", all),
          .reason = "Invalid",
          .has_details = true,
          .details = {.group = "meta.k8s.io", .kind = "ListOptions", .causes = std::move(causes)},
          .code = 422};
}

Status Timeout(std::string_view message) {
  return {.message = fmt::format("Timeout: {}", message),
          .reason = "Timeout",
          .has_details = true,
          .code = 504};
}

Status TooManyRequests(std::string message, int retry_after_seconds) {
  return {.message = std::move(message),
          .reason = "TooManyRequests",
          .has_details = true,
          .details = {.retry_after_seconds = retry_after_seconds},
          .code = 429};
}

Status InternalError(std::string message) {
  return {.message = std::move(message), .reason = "InternalError", .code = 500};
}

std::string StatusJson(const Status& status, bool pretty) {
  std::string json = R"({"kind":"Status","apiVersion":"v1","metadata":{},"status":"Failure",)";
  AppendMember("message", status.message, json);
  AppendMember("reason", status.reason, json);
  if (status.has_details) AppendDetails(status.details, json);
  json.append(fmt::format("\"code\":{}}}", status.code));
  if (pretty) return IndentJson(json);
  json.push_back('\n');
  return json;
}

Response StatusResponse(const Status& status, bool pretty) {
  return {.status = static_cast<unsigned>(status.code),
          .headers = {{"Content-Type", "application/json"}},
          .body = StatusJson(status, pretty),
          .stream = nullptr};
}

}  // namespace kubegauge::apiservice
