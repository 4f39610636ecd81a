#include "server/standalone/objects/write_options.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <utility>
#include <vector>

#include "apiservice/request_info.h"
#include "kube/go_quote.h"
#include "server/standalone/objects/object_decoder.h"
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

// The options of a DELETE that has no body, in the form of one.
OrStatus<Json> OptionsOfQuery(std::string_view query) {
  Json options = Json::object();
  if (apiservice::HasQueryKey(query, "gracePeriodSeconds")) {
    const std::string seconds = QueryValue(query, "gracePeriodSeconds");
    int64_t unused = 0;
    const char* const end = seconds.data() + seconds.size();
    const auto [read_to, error] = std::from_chars(seconds.data(), end, unused);
    if (error != std::errc() || read_to != end) {
      return apiservice::BadRequest(
          fmt::format("strconv.ParseInt: parsing {}: invalid syntax", kube::GoQuote(seconds)));
    }
  }
  if (const auto orphans = QueryFlag(query, "orphanDependents")) {
    options["orphanDependents"] = *orphans;
  }
  if (apiservice::HasQueryKey(query, "propagationPolicy")) {
    options["propagationPolicy"] = QueryValue(query, "propagationPolicy");
  }
  if (auto dry_run = QueryValues(query, "dryRun"); !dry_run.empty()) {
    options["dryRun"] = std::move(dry_run);
  }
  return options;
}

OrStatus<Json> OptionsOfBody(const apiservice::Request& request) {
  const SchemaStruct& structure =
      *Schema::Standalone().Find("io.k8s.apimachinery.pkg.apis.meta.v1", kDeleteOptions);
  const OrStatus<RequestBody> read = ReadBody(request, structure);
  if (!read.ok()) return read.status();
  const Json& body = read->json;
  if (const std::string kind = Text(body, "kind"); !kind.empty() && kind != kDeleteOptions) {
    return apiservice::BadRequest(
        fmt::format("no kind {} is registered for version {} in scheme "
                    "\"k8s.io/apimachinery/pkg/apis/meta/internalversion/scheme/register.go:27\"",
                    kube::GoQuote(kind), kube::GoQuote(Text(body, "apiVersion"))));
  }
  DecodeFaults faults;
  Json options = DecodeObject(structure, body, faults);
  if (faults.mismatch) return apiservice::BadRequest(*faults.mismatch);
  return options;
}

std::optional<Status> CheckPropagation(const std::string& policy, bool says_orphans) {
  constexpr char kField[] = "propagationPolicy";
  FieldErrors errors;
  if (says_orphans) {
    errors.push_back(InvalidValue(kField, kube::GoQuote(policy),
                                  "orphanDependents and deletionPropagation cannot be both set"));
  }
  if (policy != "Orphan" && policy != "Background" && policy != "Foreground") {
    errors.push_back(
        UnsupportedValue(kField, policy, "\"Foreground\", \"Background\", \"Orphan\", \"nil\""));
  }
  if (errors.empty()) return std::nullopt;
  return Invalid(kMetaGroup, kDeleteOptions, "", std::move(errors));
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
  const OrStatus<Json> read =
      request.body.empty() ? OptionsOfQuery(request.query) : OptionsOfBody(request);
  if (!read.ok()) return read.status();
  const Json& asked = *read;
  const Json preconditions = asked.value("preconditions", Json::object());
  options.uid = Text(preconditions, "uid");
  options.resource_version = Text(preconditions, "resourceVersion");
  const std::string propagation = Text(asked, "propagationPolicy");
  options.orphans_dependents = asked.value("orphanDependents", false) || propagation == "Orphan";
  if (asked.contains("propagationPolicy")) {
    if (auto status = CheckPropagation(propagation, asked.contains("orphanDependents"))) {
      return status;
    }
  }
  return ParseDryRun(asked.value("dryRun", std::vector<std::string>()), kDeleteOptions,
                     options.dry_run);
}

}  // namespace kubegauge::server
