#include "server/standalone/objects/write_options.h"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "apiservice/request_info.h"
#include "kube/go_quote.h"
#include "server/standalone/objects/request_body.h"
#include "server/standalone/objects/schema.h"
#include "server/standalone/objects/write_status.h"

namespace kubegauge::server {
namespace {

using apiservice::QueryFlag;
using apiservice::QueryValue;
using apiservice::QueryValues;
using apiservice::Status;

constexpr std::string_view kMetaGroup = "meta.k8s.io";
constexpr char kDeleteOptions[] = "DeleteOptions";
constexpr size_t kMaxManagerBytes = 128;

std::optional<Status> ParseDryRun(const std::vector<std::string>& values, std::string_view kind,
                                  bool& dry_run) {
  dry_run = !values.empty();
  if (std::all_of(values.begin(), values.end(), [](const auto& value) { return value == "All"; })) {
    return std::nullopt;
  }
  std::vector<std::string> quoted;
  for (const std::string& value : values) quoted.push_back(fmt::format("\"{}\"", value));
  return Invalid(kMetaGroup, kind, "",
                 {{.reason = "FieldValueNotSupported",
                   .message = fmt::format("Unsupported value: [{}]: supported values: \"All\"",
                                          fmt::join(quoted, ",")),
                   .field = "dryRun"}});
}

std::optional<Status> ParseFieldValidation(const std::string& text, std::string_view kind,
                                           FieldValidation& validation) {
  if (text == "Ignore") {
    validation = FieldValidation::kIgnore;
  } else if (text == "Strict") {
    validation = FieldValidation::kStrict;
  } else if (!text.empty() && text != "Warn") {
    return Invalid(
        kMetaGroup, kind, "",
        {UnsupportedValue("fieldValidation", text, "\"\", \"Ignore\", \"Strict\", \"Warn\"")});
  }
  return std::nullopt;
}

std::string DefaultManager(const apiservice::Request& request) {
  const std::string_view agent = request.headers.Find("User-Agent");
  const std::string_view name = agent.substr(0, agent.find('/')).substr(0, kMaxManagerBytes);
  return name.empty() ? "unknown" : std::string(name);
}

std::string Text(const Json& object, const char* key) {
  const auto value = object.find(key);
  return value != object.end() && value->is_string() ? value->get<std::string>() : "";
}

}  // namespace

std::optional<Status> ParseWriteOptions(const apiservice::Request& request, std::string_view kind,
                                        bool is_apply, WriteOptions& options) {
  const std::string_view query = request.query;
  if (auto status = ParseDryRun(QueryValues(query, "dryRun"), kind, options.dry_run)) return status;
  if (auto status = ParseFieldValidation(QueryValue(query, "fieldValidation"), kind,
                                         options.field_validation)) {
    return status;
  }
  options.field_manager = QueryValue(query, "fieldManager");
  const std::optional<bool> force = QueryFlag(query, "force");
  options.force = force.value_or(false);
  if (options.field_manager.size() > kMaxManagerBytes) {
    return Invalid(
        kMetaGroup, kind, "",
        {{.reason = "FieldValueTooLong",
          .message = fmt::format("Too long: may not be more than {} bytes", kMaxManagerBytes),
          .field = "fieldManager"}});
  }
  for (size_t i = 0; i < options.field_manager.size(); ++i) {
    const auto c = static_cast<unsigned char>(options.field_manager[i]);
    if (c >= ' ' && c != 0x7F) continue;
    return Invalid(
        kMetaGroup, kind, "",
        {InvalidValue("fieldManager", kube::GoQuote(options.field_manager),
                      fmt::format("invalid character U+{:04X} (at position {})", c, i))});
  }
  if (is_apply && options.field_manager.empty()) {
    return Invalid(kMetaGroup, kind, "",
                   {RequiredValue("fieldManager", "is required for apply patch")});
  }
  if (!is_apply && force) {
    return Invalid(kMetaGroup, kind, "",
                   {ForbiddenValue("force", "may not be specified for non-apply patch")});
  }
  if (options.field_manager.empty()) options.field_manager = DefaultManager(request);
  return std::nullopt;
}

std::optional<Status> ParseDeleteOptions(const apiservice::Request& request,
                                         DeleteOptions& options) {
  std::vector<std::string> dry_run = QueryValues(request.query, "dryRun");
  std::string propagation = QueryValue(request.query, "propagationPolicy");
  options.orphans_dependents = QueryFlag(request.query, "orphanDependents").value_or(false);
  if (!request.body.empty()) {
    const OrStatus<RequestBody> read = ReadBody(
        request,
        *Schema::Standalone().Find("io.k8s.apimachinery.pkg.apis.meta.v1", kDeleteOptions));
    if (!read.ok()) return read.status();
    const Json& body = read->json;
    if (const std::string kind = Text(body, "kind"); !kind.empty() && kind != kDeleteOptions) {
      return apiservice::BadRequest(
          fmt::format("no kind {} is registered for version {} in scheme "
                      "\"k8s.io/apimachinery/pkg/apis/meta/internalversion/scheme/register.go:27\"",
                      kube::GoQuote(kind), kube::GoQuote(Text(body, "apiVersion"))));
    }
    const Json preconditions = body.value("preconditions", Json::object());
    if (preconditions.is_object()) {
      options.uid = Text(preconditions, "uid");
      options.resource_version = Text(preconditions, "resourceVersion");
    }
    if (propagation.empty()) propagation = Text(body, "propagationPolicy");
    const auto orphans = body.find("orphanDependents");
    if (orphans != body.end() && *orphans == true) options.orphans_dependents = true;
    const auto listed = body.find("dryRun");
    if (listed != body.end() && listed->is_array()) {
      for (const Json& value : *listed) {
        dry_run.push_back(value.is_string() ? value.get<std::string>() : value.dump());
      }
    }
  }
  if (propagation == "Orphan") options.orphans_dependents = true;
  if (!propagation.empty() && propagation != "Orphan" && propagation != "Background" &&
      propagation != "Foreground") {
    return Invalid(kMetaGroup, kDeleteOptions, "",
                   {UnsupportedValue("propagationPolicy", propagation,
                                     "\"Foreground\", \"Background\", \"Orphan\", \"nil\"")});
  }
  return ParseDryRun(dry_run, kDeleteOptions, options.dry_run);
}

}  // namespace kubegauge::server
