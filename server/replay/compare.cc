#include "server/replay/compare.h"

#include <fmt/format.h>

#include "kube/json_object.h"
#include "server/replay/result_json.h"

namespace kubegauge::server::replay {

std::vector<std::string> Differences(const nlohmann::json& expect,
                                     const autoscaler::Outcome& outcome) {
  using Json = nlohmann::json;
  const auto text = [](const Json& value) {
    return value.dump(-1, ' ', false, Json::error_handler_t::replace);
  };
  // Comparison is by content, not by the order of members.
  const Json got = ResultToJson(outcome);
  std::vector<std::string> differences;
  for (const char* key : {"scaledTo", "error", "statusWritten", "events"}) {
    const Json& expected = kube::JsonMember(expect, key);
    if (expected == got[key]) continue;
    differences.push_back(
        fmt::format("{}: expected {}, got {}", key, text(expected), text(got[key])));
  }
  return differences;
}

}  // namespace kubegauge::server::replay
