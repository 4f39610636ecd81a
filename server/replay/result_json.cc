#include "server/replay/result_json.h"

#include <utility>

#include "autoscaler/explain.h"
#include "autoscaler/hpa_codec.h"

namespace kubegauge::server::replay {
namespace {

using Json = nlohmann::ordered_json;

}  // namespace

Json ResultToJson(const autoscaler::Outcome& outcome) {
  Json events = Json::array();
  for (const autoscaler::HpaEvent& event : outcome.events) {
    events.push_back({{"type", event.warning ? "Warning" : "Normal"},
                      {"reason", event.reason},
                      {"message", event.message}});
  }
  Json result;
  result["scaledTo"] = outcome.scaled_to ? Json(*outcome.scaled_to) : Json();
  result["error"] = outcome.error.empty() ? Json() : Json(outcome.error);
  result["statusWritten"] = outcome.status ? autoscaler::EncodeStatus(*outcome.status) : Json();
  result["events"] = std::move(events);
  return result;
}

std::string ResultLine(const std::string& name, size_t step, const autoscaler::Outcome& outcome,
                       bool with_trace) {
  Json line;
  line["name"] = name;
  line["step"] = step;
  line.update(ResultToJson(outcome));
  if (with_trace) line["trace"] = autoscaler::TraceJson(outcome.trace);
  // Texts of the input need not be UTF-8.
  return line.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace kubegauge::server::replay
