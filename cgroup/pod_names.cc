#include "cgroup/pod_names.h"

#include <fmt/format.h>

#include <filesystem>
#include <system_error>
#include <utility>

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

// Calls `use` with each entry of a folder. A folder that is not there has none.
template <class Use>
std::error_code ForEachEntry(const fs::path& folder, Use use) {
  std::error_code error;
  for (fs::directory_iterator entry(folder, error), end; !error && entry != end;
       entry.increment(error)) {
    use(*entry);
  }
  const bool is_absent =
      error == std::errc::no_such_file_or_directory || error == std::errc::not_a_directory;
  return is_absent ? std::error_code() : error;
}

absl::Status ListingStatus(const fs::path& folder, std::error_code error) {
  if (!error) return absl::OkStatus();
  return absl::UnavailableError(
      fmt::format("{}: {}; the names of new pods are unknown", folder.native(), error.message()));
}

bool IsForWantOfDescriptors(std::error_code error) {
  return error == std::errc::too_many_files_open ||
         error == std::errc::too_many_files_open_in_system;
}

// Docker writes a container's log in a folder of its id, and the kubelet links to it:
// `<pod>/<container>/0.log` → `/var/lib/docker/containers/<id>/<id>-json.log`. Calls
// `use(id, container)` with each.
template <class Use>
std::error_code ForEachDockerLog(const fs::path& pod_logs, Use use) {
  std::error_code first_error;
  const auto note = [&](std::error_code error) { first_error = first_error ? first_error : error; };
  note(ForEachEntry(pod_logs, [&](const fs::directory_entry& container) {
    std::error_code error;
    if (container.is_symlink(error)) return;
    note(ForEachEntry(container.path(), [&](const fs::directory_entry& log) {
      if (!log.is_symlink(error)) return;
      const std::string target = fs::read_symlink(log.path(), error).parent_path().filename();
      if (const auto id = ContainerIdOf(target)) use(*id, container.path().filename().native());
    }));
  }));
  return first_error;
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
  for (const Pods* pods : {&known_pods_, &pod_logs_.pods}) {
    const auto found = pods->find(uid);
    if (found != pods->end()) return &found->second;
  }
  Miss(uid);
  return nullptr;
}

const std::string* PodNames::FindContainer(std::string_view id, const PodName& pod) {
  for (const Containers* containers :
       {&known_containers_, &container_logs_.containers, &pod_logs_.containers}) {
    const auto found = containers->find(id);
    if (found != containers->end()) return &found->second;
  }
  for (const ContainerLogs::Cut& cut : container_logs_.cut) {
    if (id.starts_with(cut.id_begin) && cut.pod == pod.pod &&
        cut.namespace_name == pod.namespace_name) {
      return &cut.container;
    }
  }
  Miss(id);
  return nullptr;
}

void PodNames::Miss(std::string_view what) {
  if (misses_.size() >= kMaxMisses || misses_.find(what) != misses_.end()) return;
  misses_.emplace(std::string(what), 0);
  has_new_miss_ = true;
}

bool PodNames::Refresh(int64_t now_ns, std::vector<absl::Status>& failures) {
  bool wanted = has_new_miss_;
  for (auto& [what, since_ns] : misses_) {
    if (since_ns == 0) since_ns = now_ns;
    wanted = wanted || now_ns - since_ns < kGiveUpAfterNs;
  }
  const bool too_soon = listed_at_ns_ != INT64_MIN && now_ns - listed_at_ns_ < kListIntervalNs;
  if (!wanted || too_soon) return false;
  listed_at_ns_ = now_ns;
  has_new_miss_ = false;
  const auto take = [&](absl::Status status, auto& now, auto& listed) {
    if (status.ok()) {
      now = std::move(listed);
    } else {
      failures.push_back(std::move(status));
      has_new_miss_ = true;
    }
  };
  ContainerLogs container_logs;
  take(ListContainerLogs(container_logs), container_logs_, container_logs);
  PodLogs pod_logs;
  take(ListPodLogs(pod_logs), pod_logs_, pod_logs);
  const size_t resolved = std::erase_if(misses_, [&](const auto& miss) {
    return pod_logs_.pods.contains(miss.first) || pod_logs_.containers.contains(miss.first) ||
           container_logs_.containers.contains(miss.first);
  });
  std::erase_if(misses_, [&](const auto& miss) { return now_ns - miss.second > kForgetAfterNs; });
  return resolved > 0;
}

absl::Status PodNames::ListPodLogs(PodLogs& logs) const {
  const fs::path folder = fs::path(root_) / "var/log/pods";
  absl::Status status;
  const auto error = ForEachEntry(folder, [&](const fs::directory_entry& entry) {
    const std::string file_name = entry.path().filename();
    const auto name = ParsePodLogName(file_name);
    if (!name) return;
    logs.pods[std::string(name->uid)] = {std::string(name->namespace_name), std::string(name->pod)};
    const auto failed = ForEachDockerLog(entry.path(), [&](auto id, const std::string& container) {
      logs.containers[std::string(id)] = container;
    });
    if (IsForWantOfDescriptors(failed)) status.Update(ListingStatus(entry.path(), failed));
  });
  status.Update(ListingStatus(folder, error));
  return status;
}

absl::Status PodNames::ListContainerLogs(ContainerLogs& logs) const {
  const fs::path folder = fs::path(root_) / "var/log/containers";
  const auto error = ForEachEntry(folder, [&](const fs::directory_entry& entry) {
    const std::string file_name = entry.path().filename();
    const auto name = ParseContainerLogName(file_name);
    if (!name) return;
    if (name->id.size() == kContainerIdBytes) {
      logs.containers[std::string(name->id)] = std::string(name->container);
    } else {
      logs.cut.push_back({.namespace_name = std::string(name->namespace_name),
                          .pod = std::string(name->pod),
                          .container = std::string(name->container),
                          .id_begin = std::string(name->id)});
    }
  });
  return ListingStatus(folder, error);
}

}  // namespace kubegauge::cgroup
