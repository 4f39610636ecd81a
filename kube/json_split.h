#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "kube/list_meta.h"

namespace kubegauge::kube {

// Takes JSON that holds objects apart, without decoding the objects.

// Gives the items of a list one by one; stops at the first error of `on_item`. `body` may get a few
// spare bytes. Error: kInvalidArgument when it is no list; items may have been given by then.
absl::StatusOr<ListMeta> SplitJsonList(
    std::string& body, const std::function<absl::Status(std::string_view item)>& on_item);

struct JsonWatchEvent {
  std::string type;
  std::string_view object;  // into the line
};

// One line of a watch. `line` may get a few spare bytes. Error: kInvalidArgument.
absl::StatusOr<JsonWatchEvent> SplitJsonWatchEvent(std::string& line);

}  // namespace kubegauge::kube
