#include "apiservice/list_options.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <charconv>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "apiservice/json_text.h"
#include "kube/field_selector.h"
#include "kube/go_quote.h"
#include "kube/label_selector.h"

namespace kubegauge::apiservice {
namespace {

// At most, as those of a requirement with values end with the one that is equal. An object's
// labels, which are searched by halves, come on top.
size_t CountComparisons(const kube::LabelSelector& labels, const kube::FieldSelector& fields) {
  size_t count = fields.terms().size();
  for (const kube::Requirement& requirement : labels.requirements()) {
    count += 1 + requirement.values().size();
  }
  return count;
}

class SelectorFilter final : public MetaFilter {
 public:
  SelectorFilter(kube::LabelSelector labels, kube::FieldSelector fields)
      : cost_(CountComparisons(labels, fields)),
        labels_(std::move(labels)),
        fields_(std::move(fields)) {}

  bool Matches(const kube::ObjectMeta& meta) const override {
    const auto field = [&](std::string_view name) {
      return name == "metadata.name" ? meta.name() : meta.namespace_name();
    };
    return labels_.Matches(meta) && (fields_.empty() || fields_.Matches(field));
  }
  size_t CostOf(const kube::ObjectMeta& meta) const override {
    return cost_ + labels_.requirements().size() * std::bit_width(meta.label_count() / 8);
  }

 private:
  size_t cost_;
  kube::LabelSelector labels_;
  kube::FieldSelector fields_;
};

// A whole number of the query; absent without the key. InvalidArgument with the text of Go's
// strconv for one that is none.
absl::StatusOr<std::optional<int64_t>> ParseInteger(std::string_view query, std::string_view key) {
  if (!HasQueryKey(query, key)) return std::nullopt;
  const std::string text = QueryValue(query, key);
  std::string_view digits = text;
  if (digits.starts_with('+') && !digits.starts_with("+-")) digits.remove_prefix(1);
  int64_t value = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (error == std::errc() && end == digits.data() + digits.size()) return value;
  const bool out_of_range =
      error == std::errc::result_out_of_range && end == digits.data() + digits.size();
  return absl::InvalidArgumentError(
      fmt::format("strconv.ParseInt: parsing {}: {}", kube::GoQuote(text),
                  out_of_range ? "value out of range" : "invalid syntax"));
}

// What a query asks a list or watch for, each option by itself.
struct DecodedOptions {
  std::optional<int64_t> timeout_seconds;
  kube::LabelSelector labels;
  kube::FieldSelector fields;
};

absl::StatusOr<DecodedOptions> Decode(std::string_view query) {
  const auto timeout = ParseInteger(query, "timeoutSeconds");
  if (!timeout.ok()) return timeout.status();
  const auto limit = ParseInteger(query, "limit");
  if (!limit.ok()) return limit.status();
  auto labels = kube::LabelSelector::Parse(QueryValue(query, "labelSelector"));
  if (!labels.ok()) return labels.status();
  auto fields = kube::FieldSelector::Parse(QueryValue(query, "fieldSelector"));
  if (!fields.ok()) return fields.status();
  return DecodedOptions{*timeout, *std::move(labels), *std::move(fields)};
}

class BrokenRules {
 public:
  void Forbid(std::string field, const std::string& text) {
    causes_.push_back({"FieldValueForbidden", "Forbidden: " + text, std::move(field)});
  }
  // Upstream shows a value of a type of its own as JSON, with &, < and > escaped.
  void NotSupported(std::string field, std::string_view value, std::string_view supported) {
    std::string quoted;
    AppendJsonString(value, quoted);
    causes_.push_back(
        {"FieldValueNotSupported",
         fmt::format("Unsupported value: {}: supported values: {}", quoted, supported),
         std::move(field)});
  }
  std::vector<Status::Cause> Take() { return std::move(causes_); }

 private:
  std::vector<Status::Cause> causes_;
};

constexpr char kMatch[] = "resourceVersionMatch";
constexpr char kWithContinue[] = "resourceVersionMatch is forbidden when continue is provided";

// ListOptions' own rules for lists, in upstream's order.
std::vector<Status::Cause> BrokenListRules(std::string_view query) {
  BrokenRules broken;
  const std::string match = QueryValue(query, kMatch);
  const std::string version = QueryValue(query, "resourceVersion");
  if (!match.empty()) {
    if (version.empty()) {
      broken.Forbid(kMatch, "resourceVersionMatch is forbidden unless resourceVersion is provided");
    }
    if (!QueryValue(query, "continue").empty()) broken.Forbid(kMatch, kWithContinue);
    if (match != "Exact" && match != "NotOlderThan") {
      broken.NotSupported(kMatch, match, "\"Exact\", \"NotOlderThan\", \"\"");
    }
    if (match == "Exact" && version == "0") {
      broken.Forbid(kMatch,
                    "resourceVersionMatch \"exact\" is forbidden for resourceVersion \"0\"");
    }
  }
  if (HasQueryKey(query, "sendInitialEvents")) {
    broken.Forbid("sendInitialEvents", "sendInitialEvents is forbidden for list");
  }
  return broken.Take();
}

// Likewise for watches.
std::vector<Status::Cause> BrokenWatchRules(std::string_view query) {
  BrokenRules broken;
  const std::string match = QueryValue(query, kMatch);
  const bool initial = HasQueryKey(query, "sendInitialEvents");
  if (initial && match != "NotOlderThan") {
    broken.Forbid(kMatch,
                  "sendInitialEvents requires setting resourceVersionMatch to NotOlderThan");
  }
  if (match.empty()) return broken.Take();
  if (!initial) {
    broken.Forbid(kMatch,
                  "resourceVersionMatch is forbidden for watch unless sendInitialEvents is "
                  "provided");
  }
  if (match != "NotOlderThan") broken.NotSupported(kMatch, match, "\"NotOlderThan\"");
  if (!QueryValue(query, "continue").empty()) broken.Forbid(kMatch, kWithContinue);
  return broken.Take();
}

std::optional<Status> ParseWatchOptions(std::string_view query, WatchOptions& options) {
  const std::string text = QueryValue(query, "resourceVersion");
  uint64_t version = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), version);
  if (!text.empty() && (error != std::errc() || end != text.data() + text.size())) {
    return BadRequest(
        fmt::format("resourceVersion: Invalid value: {0}: strconv.ParseUint: parsing "
                    "{0}: invalid syntax",
                    kube::GoQuote(text)));
  }
  if (version != 0) options.resource_version = version;
  const std::optional<bool> initial = QueryFlag(query, "sendInitialEvents");
  options.sends_initial_events = initial.value_or(version == 0);
  options.marks_initial_end = options.sends_initial_events;
  if (options.sends_initial_events) options.resource_version.reset();
  options.allows_bookmarks = QueryFlag(query, "allowWatchBookmarks").value_or(false);
  return std::nullopt;
}

std::optional<Status> CheckFields(const kube::FieldSelector& fields, const RequestInfo& info) {
  for (const auto& term : fields.terms()) {
    if (term.field != "metadata.name" && term.field != "metadata.namespace") {
      return BadRequest(
          fmt::format("{} is not a known field selector: only \"metadata.name\", "
                      "\"metadata.namespace\"",
                      kube::GoQuote(term.field)));
    }
  }
  if (info.name.empty() || fields.empty()) return std::nullopt;
  if (fields.RequiresExactMatch("metadata.name") == info.name) return std::nullopt;
  return BadRequest("fieldSelector metadata.name doesn't match requested name");
}

}  // namespace

std::optional<Status> ParseListOptions(const Request& request, const RequestInfo& info,
                                       ListOptions& options) {
  const std::string_view query = request.query;
  absl::StatusOr<DecodedOptions> decoded = Decode(query);
  if (!decoded.ok()) return BadRequest(std::string(decoded.status().message()));
  const bool is_watch = info.verb == "watch";
  std::vector<Status::Cause> causes = is_watch ? BrokenWatchRules(query) : BrokenListRules(query);
  if (!causes.empty()) return InvalidOptions(std::move(causes));
  if (is_watch) {
    if (auto status = ParseWatchOptions(query, options.watch)) return status;
    constexpr int64_t kMaxTimeoutSeconds = 1'000'000;
    const int64_t timeout_seconds = decoded->timeout_seconds.value_or(0);
    if (timeout_seconds > 0) {
      options.watch.timeout = std::chrono::seconds(std::min(timeout_seconds, kMaxTimeoutSeconds));
    }
  }
  if (auto status = CheckFields(decoded->fields, info)) return status;
  if (!decoded->labels.empty() || !decoded->fields.empty()) {
    options.filter = std::make_shared<const SelectorFilter>(std::move(decoded->labels),
                                                            std::move(decoded->fields));
  }
  return std::nullopt;
}

std::string NameInListOptions(std::string_view query) {
  const size_t field_bytes = QueryValue(query, "fieldSelector").size();
  if (field_bytes == 0 || field_bytes > kMaxReviewedSelectorBytes) return "";
  if (QueryValue(query, "labelSelector").size() > kMaxReviewedSelectorBytes) return "";
  const absl::StatusOr<DecodedOptions> decoded = Decode(query);
  if (!decoded.ok()) return "";
  const auto name = decoded->fields.RequiresExactMatch("metadata.name");
  const bool is_segment =
      name && *name != "." && *name != ".." && name->find_first_of("/%") == std::string::npos;
  return is_segment ? std::string(*name) : "";
}

}  // namespace kubegauge::apiservice
