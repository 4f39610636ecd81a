#include "server/replay/result_json.h"

#include <utility>

#include "autoscaler/explain.h"
#include "autoscaler/hpa_codec.h"

namespace kubegauge::server::replay {
namespace {

using OrderedJson = nlohmann::ordered_json;

}  // namespace

OrderedJson ResultToJson(const autoscaler::Outcome& outcome) {
  OrderedJson events = OrderedJson::array();
  for (const autoscaler::HpaEvent& event : outcome.events) {
    events.push_back({{"type", event.warning ? "Warning" : "Normal"},
                      {"reason", event.reason},
                      {"message", event.message}});
  }
  OrderedJson result;
  result["scaledTo"] = outcome.scaled_to ? OrderedJson(*outcome.scaled_to) : OrderedJson();
  result["error"] = outcome.error.empty() ? OrderedJson() : OrderedJson(outcome.error);
  result["statusWritten"] =
      outcome.status ? autoscaler::EncodeStatus(*outcome.status) : OrderedJson();
  result["events"] = std::move(events);
  return result;
}

std::string ResultLine(const std::string& name, size_t step, const autoscaler::Outcome& outcome,
                       bool with_trace) {
  OrderedJson line;
  line["name"] = name;
  line["step"] = step;
  line.update(ResultToJson(outcome));
  if (with_trace) line["trace"] = autoscaler::TraceJson(outcome.trace);
  // Texts of the input need not be UTF-8.
  return line.dump(-1, ' ', false, OrderedJson::error_handler_t::replace);
}

}  // namespace kubegauge::server::replay
