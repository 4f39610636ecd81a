#pragma once

#include <fmt/format.h>

#include <string>
#include <utility>
#include <vector>

#include "kube/event_recorder.h"

namespace kubegauge::testing {

// Writes events down: "Normal LeaderElection kube-system/x: a became leader".
class RecordedEvents final : public kube::EventRecorder {
 public:
  void Record(kube::ObjectReference involved, kube::EventType type, std::string reason,
              std::string message) override {
    lines_.push_back(fmt::format("{} {} {}/{}: {}", kube::EventTypeText(type), reason,
                                 involved.namespace_name, involved.name, message));
    last_involved_ = std::move(involved);
  }

  const std::vector<std::string>& lines() const { return lines_; }
  const kube::ObjectReference& last_involved() const { return last_involved_; }

 private:
  std::vector<std::string> lines_;
  kube::ObjectReference last_involved_;
};

}  // namespace kubegauge::testing
