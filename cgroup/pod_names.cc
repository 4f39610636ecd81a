#include "cgroup/pod_names.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "cgroup/names.h"

namespace kubegauge::cgroup {
namespace {

namespace fs = std::filesystem;

constexpr int64_t kSecondNs = 1'000'000'000;
constexpr int64_t kListIntervalNs = 2 * kSecondNs;
// A container is logged within moments of its start; what has no log after this is a pause
// container.
constexpr int64_t kGiveUpAfterNs = 60 * kSecondNs;
// Then it is as good as new, so that a log that came late is found in the end.
constexpr int64_t kForgetAfterNs = 2 * kGiveUpAfterNs;
constexpr size_t kMaxMisses = 10'000;

// Calls `use` with each entry of a folder that may not be there.
template <class Use>
void ForEachEntry(const fs::path& folder, Use use) {
  std::error_code error;
  for (fs::directory_iterator entry(folder, error), end; !error && entry != end;
       entry.increment(error)) {
    use(*entry);
  }
}

}  // namespace

PodNames::PodNames(std::string root) : root_(std::move(root)) {}

void PodNames::SetKnownPods(const std::vector<KnownPod>& pods) {
  known_pods_.clear();
  known_containers_.clear();
  for (const KnownPod& pod : pods) {
    known_pods_[pod.uid] = {pod.namespace_name, pod.name};
    for (const KnownPod::Container& container : pod.containers) {
      known_containers_[container.id] = container.name;
    }
  }
}

const PodName* PodNames::FindPod(std::string_view uid) {
  for (const Pods* pods : {&known_pods_, &logged_pods_}) {
    const auto found = pods->find(uid);
    if (found != pods->end()) return &found->second;
  }
  Miss(uid);
  return nullptr;
}

const std::string* PodNames::FindContainer(std::string_view id) {
  for (const Containers* containers : {&known_containers_, &logged_containers_}) {
    const auto found = containers->find(id);
    if (found != containers->end()) return &found->second;
  }
  // The greatest part of an id that is not greater than the id is its own beginning, if any is.
  auto cut = cut_containers_.upper_bound(id);
  if (cut != cut_containers_.begin() && id.starts_with((--cut)->first)) return &cut->second;
  Miss(id);
  return nullptr;
}

void PodNames::Miss(std::string_view what) {
  if (misses_.size() >= kMaxMisses || misses_.find(what) != misses_.end()) return;
  misses_.emplace(std::string(what), 0);
  has_new_miss_ = true;
}

bool PodNames::Refresh(int64_t now_ns) {
  bool wanted = has_new_miss_;
  for (auto& [what, since_ns] : misses_) {
    if (since_ns == 0) since_ns = now_ns;
    wanted = wanted || now_ns - since_ns < kGiveUpAfterNs;
  }
  const bool too_soon = listed_at_ns_ != INT64_MIN && now_ns - listed_at_ns_ < kListIntervalNs;
  if (!wanted || too_soon) return false;
  listed_at_ns_ = now_ns;
  has_new_miss_ = false;
  logged_pods_.clear();
  logged_containers_.clear();
  cut_containers_.clear();
  ListContainerLogs();
  ListPodLogs();
  const size_t resolved = std::erase_if(misses_, [&](const auto& miss) {
    return logged_pods_.contains(miss.first) || logged_containers_.contains(miss.first);
  });
  std::erase_if(misses_, [&](const auto& miss) { return now_ns - miss.second > kForgetAfterNs; });
  return resolved > 0;
}

void PodNames::ListPodLogs() {
  ForEachEntry(fs::path(root_) / "var/log/pods", [&](const fs::directory_entry& entry) {
    const std::string file_name = entry.path().filename();
    const auto name = ParsePodLogName(file_name);
    if (!name) return;
    logged_pods_[std::string(name->uid)] = {std::string(name->namespace_name),
                                            std::string(name->pod)};
    ListDockerLogs(entry.path());
  });
}

void PodNames::ListContainerLogs() {
  ForEachEntry(fs::path(root_) / "var/log/containers", [&](const fs::directory_entry& entry) {
    const std::string file_name = entry.path().filename();
    const auto name = ParseContainerLogName(file_name);
    if (!name) return;
    Containers& containers =
        name->id.size() == kContainerIdBytes ? logged_containers_ : cut_containers_;
    containers[std::string(name->id)] = std::string(name->container);
  });
}

// Docker writes a container's log in a folder of its id, and the kubelet links to it:
// `<pod>/<container>/0.log` → `/var/lib/docker/containers/<id>/<id>-json.log`.
void PodNames::ListDockerLogs(const std::string& pod_log_path) {
  ForEachEntry(pod_log_path, [&](const fs::directory_entry& container) {
    ForEachEntry(container.path(), [&](const fs::directory_entry& log) {
      std::error_code error;
      if (!log.is_symlink(error)) return;
      const std::string target = fs::read_symlink(log.path(), error).parent_path().filename();
      const auto id = ContainerIdOf(target);
      if (id) logged_containers_[std::string(*id)] = container.path().filename();
    });
  });
}

}  // namespace kubegauge::cgroup
