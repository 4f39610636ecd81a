#include "apiservice/list_options.h"

#include <fmt/format.h>

#include <charconv>
#include <string>
#include <utility>
#include <vector>

#include "kube/field_selector.h"
#include "kube/label_selector.h"

namespace kubegauge::apiservice {
namespace {

class SelectorFilter final : public MetaFilter {
 public:
  SelectorFilter(kube::LabelSelector labels, kube::FieldSelector fields)
      : labels_(std::move(labels)), fields_(std::move(fields)) {}

  bool Matches(const kube::ObjectMeta& meta) const override {
    const auto field = [&](std::string_view name) {
      return name == "metadata.name" ? meta.name() : meta.namespace_name();
    };
    return labels_.Matches(meta) && (fields_.empty() || fields_.Matches(field));
  }

 private:
  kube::LabelSelector labels_;
  kube::FieldSelector fields_;
};

std::optional<Status> CheckInteger(std::string_view query, std::string_view key) {
  if (!HasQueryKey(query, key)) return std::nullopt;
  const std::string text = QueryValue(query, key);
  const std::string_view digits = std::string_view(text).substr(text.starts_with('+') ? 1 : 0);
  int64_t value = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (error == std::errc() && end == digits.data() + digits.size()) return std::nullopt;
  const char* reason =
      error == std::errc::result_out_of_range ? "value out of range" : "invalid syntax";
  return BadRequest(fmt::format("strconv.ParseInt: parsing \"{}\": {}", text, reason));
}

// ListOptions' own rules, in upstream's order.
std::vector<Status::Cause> BrokenRules(std::string_view query) {
  std::vector<Status::Cause> causes;
  const auto forbid = [&](std::string field, const std::string& text) {
    causes.push_back({"FieldValueForbidden", "Forbidden: " + text, std::move(field)});
  };
  const std::string match = QueryValue(query, "resourceVersionMatch");
  const std::string version = QueryValue(query, "resourceVersion");
  if (!match.empty()) {
    if (version.empty()) {
      forbid("resourceVersionMatch",
             "resourceVersionMatch is forbidden unless resourceVersion is provided");
    }
    if (!QueryValue(query, "continue").empty()) {
      forbid("resourceVersionMatch", "resourceVersionMatch is forbidden when continue is provided");
    }
    if (match != "Exact" && match != "NotOlderThan") {
      causes.push_back({"FieldValueNotSupported",
                        fmt::format("Unsupported value: \"{}\": supported values: \"Exact\", "
                                    "\"NotOlderThan\", \"\"",
                                    match),
                        "resourceVersionMatch"});
    }
    if (match == "Exact" && version == "0") {
      forbid("resourceVersionMatch",
             "resourceVersionMatch \"exact\" is forbidden for resourceVersion \"0\"");
    }
  }
  if (HasQueryKey(query, "sendInitialEvents")) {
    forbid("sendInitialEvents", "sendInitialEvents is forbidden for list");
  }
  return causes;
}

std::optional<Status> CheckFields(const kube::FieldSelector& fields, const RequestInfo& info) {
  for (const auto& term : fields.terms()) {
    if (term.field != "metadata.name" && term.field != "metadata.namespace") {
      return BadRequest(
          fmt::format("\"{}\" is not a known field selector: only \"metadata.name\", "
                      "\"metadata.namespace\"",
                      term.field));
    }
  }
  if (info.name.empty() || fields.empty()) return std::nullopt;
  if (fields.RequiresExactMatch("metadata.name") == info.name) return std::nullopt;
  return BadRequest("fieldSelector metadata.name doesn't match requested name");
}

bool AsksForWatch(std::string_view query) {
  if (!HasQueryKey(query, "watch")) return false;
  const std::string value = QueryValue(query, "watch");
  return value != "false" && value != "0" && value != "False" && value != "FALSE";
}

}  // namespace

std::optional<Status> ParseListOptions(const Request& request, const RequestInfo& info,
                                       ListOptions& options) {
  const std::string_view query = request.query;
  auto labels = kube::LabelSelector::Parse(QueryValue(query, "labelSelector"));
  if (!labels.ok()) return BadRequest(std::string(labels.status().message()));
  auto fields = kube::FieldSelector::Parse(QueryValue(query, "fieldSelector"));
  if (!fields.ok()) return BadRequest(std::string(fields.status().message()));
  for (const char* key : {"limit", "timeoutSeconds"}) {
    if (auto status = CheckInteger(query, key)) return status;
  }
  options.watch = AsksForWatch(query);
  if (!options.watch) {
    std::vector<Status::Cause> causes = BrokenRules(query);
    if (!causes.empty()) return InvalidOptions(std::move(causes));
  }
  if (auto status = CheckFields(*fields, info)) return status;
  if (!labels->empty() || !fields->empty()) {
    options.filter = std::make_shared<const SelectorFilter>(*std::move(labels), *std::move(fields));
  }
  return std::nullopt;
}

}  // namespace kubegauge::apiservice
