#include <fmt/format.h>

#include <string>
#include <vector>

#include "server/standalone/objects/object_tables.h"

namespace kubegauge::server {
namespace {

constexpr size_t kShownMetrics = 2;
constexpr char kNotMeasured[] = "<unknown>";

std::string Text(const Json& object, const char* key, const char* otherwise) {
  const auto value = object.find(key);
  return value != object.end() && value->is_string() ? value->get<std::string>() : otherwise;
}

// The amounts `key` of what is measured and of the target. Of a status that does not have it
// kubectl shows Go's nil.
std::string Amounts(const Json& target, const Json& status, const char* key) {
  const Json current = status.value("current", Json::object());
  return fmt::format("{}/{}", Text(current, key, status.empty() ? kNotMeasured : "<nil>"),
                     Text(target, key, "<auto>"));
}

// The same per pod, of metrics that may be measured as a whole; what was is unknown.
std::string AveragesOf(const Json& target, const Json& status) {
  const Json current = status.value("current", Json::object());
  return fmt::format("{}/{} (avg)", Text(current, "averageValue", kNotMeasured),
                     Text(target, "averageValue", "<auto>"));
}

std::string OfResource(const Json& source, const Json& target, const Json& status) {
  const std::string name = source.value("name", "");
  if (target.contains("averageValue")) {
    return fmt::format("{}: {}", name, Amounts(target, status, "averageValue"));
  }
  const Json measured = status.value("current", Json::object()).value("averageUtilization", Json());
  const Json wanted = target.value("averageUtilization", Json());
  return fmt::format("{}: {}/{}", name,
                     measured.is_null() ? kNotMeasured : fmt::format("{}%", measured.dump()),
                     wanted.is_null() ? "<auto>" : fmt::format("{}%", wanted.dump()));
}

std::string MetricText(const Json& metric, const Json& statuses) {
  for (const char* kind : {"external", "pods", "object", "resource", "containerResource"}) {
    if (!metric.contains(kind)) continue;
    const Json& source = metric[kind];
    const Json target = source.value("target", Json::object());
    const Json status = statuses.value(kind, Json::object());
    const std::string_view type = kind;
    if (type == "pods") return Amounts(target, status, "averageValue");
    if (type == "resource" || type == "containerResource") {
      return OfResource(source, target, status);
    }
    return target.contains("averageValue") ? AveragesOf(target, status)
                                           : Amounts(target, status, "value");
  }
  return "<unknown type>";
}

}  // namespace

std::string HpaTargets(const Json& hpa) {
  const Json spec = hpa.value("spec", Json::object());
  const Json metrics = spec.value("metrics", Json::array());
  if (metrics.empty()) return "<none>";
  const Json statuses = hpa.value("status", Json::object()).value("currentMetrics", Json::array());
  std::vector<std::string> texts;
  for (size_t i = 0; i < metrics.size() && i < kShownMetrics; ++i) {
    texts.push_back(MetricText(metrics[i], i < statuses.size() ? statuses[i] : Json::object()));
  }
  const std::string shown = fmt::format("{}", fmt::join(texts, ", "));
  if (metrics.size() <= kShownMetrics) return shown;
  return fmt::format("{} + {} more...", shown, metrics.size() - kShownMetrics);
}

}  // namespace kubegauge::server
