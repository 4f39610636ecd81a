#include "cgroup/pod_names.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <set>
#include <system_error>
#include <utility>

#include "cgroup/names.h"
#include "cgroup/time_units.h"

namespace kubegauge::cgroup {
namespace {

namespace fs = std::filesystem;

constexpr int64_t kListIntervalNs = 2 * kNsPerSecond;
// A container is logged within moments of its start; one that has no log after such waits is a pause
// container. A pod may wait for hours for a volume or a ConfigMap before it is logged.
constexpr int64_t kFirstWaitNs = 2 * kNsPerSecond;
constexpr int64_t kLastWaitNs = 16 * kNsPerSecond;
constexpr char kPodLogs[] = "var/log/pods";
constexpr uint64_t kRefreshesKept = 2;

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

const PodName* PodNames::FindPod(std::string_view uid, size_t containers) {
  const PodName* pod = LookUpPod(uid);
  if (pod != nullptr) return pod;
  Miss& miss = NoteMiss(uid);
  if (containers > miss.containers) {
    miss.containers = containers;
    miss.looked_at_ns.reset();
    miss.wait_ns = 0;
  }
  return nullptr;
}

const std::string* PodNames::FindContainer(std::string_view id, const PodName& pod) {
  const std::string* name = LookUpContainer(id, pod);
  if (name == nullptr) {
    Miss& miss = NoteMiss(id);
    if (!miss.container_of) miss.container_of = pod;
  }
  return name;
}

const PodName* PodNames::LookUpPod(std::string_view uid) const {
  const auto found = logged_pods_.find(uid);
  return found == logged_pods_.end() ? nullptr : &found->second;
}

const std::string* PodNames::LookUpContainer(std::string_view id, const PodName& pod) const {
  const auto logged = container_logs_.containers.find(id);
  if (logged != container_logs_.containers.end()) return &logged->second;
  const auto docker = docker_containers_.find(id);
  if (docker != docker_containers_.end()) return &docker->second.name;
  for (const ContainerLogs::Cut& cut : container_logs_.cut) {
    if (id.starts_with(cut.id_begin) && cut.pod == pod.pod &&
        cut.namespace_name == pod.namespace_name) {
      return &cut.container;
    }
  }
  return nullptr;
}

PodNames::Miss& PodNames::NoteMiss(std::string_view what) {
  auto miss = misses_.find(what);
  if (miss == misses_.end()) miss = misses_.emplace(std::string(what), Miss()).first;
  miss->second.asked_in = refreshes_;
  return miss->second;
}

bool PodNames::Refresh(int64_t now_ns, std::vector<absl::Status>& failures) {
  ++refreshes_;
  std::erase_if(misses_, [&](const auto& miss) {
    return refreshes_ - miss.second.asked_in > kRefreshesKept;
  });
  const bool any_due = FindDueMisses(now_ns);
  // A clock that was set back tells nothing of how long ago it was.
  const bool too_soon =
      listed_at_ns_ && now_ns >= *listed_at_ns_ && now_ns - *listed_at_ns_ < kListIntervalNs;
  const bool lists = (any_due || must_list_) && !too_soon;
  if (lists) {
    listed_at_ns_ = now_ns;
    must_list_ = false;
    ListLogs(failures);
  }
  size_t resolved = ForgetResolvedMisses();
  if (!must_list_) FollowDockerLinks(/*of_all_due=*/lists, failures);
  resolved += ForgetResolvedMisses();
  for (auto& [what, miss] : misses_) {
    if (!lists || !miss.is_due) continue;
    miss.looked_at_ns = now_ns;
    miss.wait_ns = miss.wait_ns == 0 ? kFirstWaitNs : 2 * miss.wait_ns;
    if (!miss.container_of) miss.wait_ns = std::min(miss.wait_ns, kLastWaitNs);
  }
  return resolved > 0;
}

bool PodNames::FindDueMisses(int64_t now_ns) {
  bool any_due = false;
  for (auto& [what, miss] : misses_) {
    const bool waits = miss.looked_at_ns && now_ns >= *miss.looked_at_ns &&
                       now_ns - *miss.looked_at_ns < miss.wait_ns;
    miss.is_due = !waits && miss.wait_ns <= kLastWaitNs;
    any_due = any_due || miss.is_due;
  }
  return any_due;
}

void PodNames::ListLogs(std::vector<absl::Status>& failures) {
  const auto take = [&](absl::Status status, auto& now, auto& listed) {
    if (status.ok()) {
      now = std::move(listed);
    } else {
      failures.push_back(std::move(status));
      must_list_ = true;
    }
  };
  ContainerLogs container_logs;
  take(ListContainerLogs(container_logs), container_logs_, container_logs);
  Pods pods;
  take(ListPodLogs(pods), logged_pods_, pods);
  std::erase_if(docker_containers_, [&](const auto& container) {
    return !logged_pods_.contains(container.second.pod_uid);
  });
}

void PodNames::FollowDockerLinks(bool of_all_due, std::vector<absl::Status>& failures) {
  std::set<std::pair<std::string_view, std::string_view>> wanted;
  for (const auto& [what, miss] : misses_) {
    const bool looks = !miss.docker_was_looked_at || (of_all_due && miss.is_due);
    if (!miss.container_of || !looks) continue;
    wanted.emplace(miss.container_of->namespace_name, miss.container_of->pod);
  }
  if (wanted.empty()) return;
  const size_t failures_before = failures.size();
  for (const auto& [uid, pod] : logged_pods_) {
    if (!wanted.contains({pod.namespace_name, pod.pod})) continue;
    absl::Status status = ListDockerLinks(uid, pod);
    if (!status.ok()) failures.push_back(std::move(status));
  }
  if (failures.size() > failures_before) return;
  for (auto& [what, miss] : misses_) miss.docker_was_looked_at = true;
}

size_t PodNames::ForgetResolvedMisses() {
  return std::erase_if(misses_, [&](const auto& miss) {
    const auto& container_of = miss.second.container_of;
    return container_of ? LookUpContainer(miss.first, *container_of) != nullptr
                        : LookUpPod(miss.first) != nullptr;
  });
}

absl::Status PodNames::ListPodLogs(Pods& pods) const {
  const fs::path folder = fs::path(root_) / kPodLogs;
  const auto error = ForEachEntry(folder, [&](const fs::directory_entry& entry) {
    const std::string file_name = entry.path().filename();
    const auto name = ParsePodLogName(file_name);
    if (!name) return;
    pods[std::string(name->uid)] = {std::string(name->namespace_name), std::string(name->pod)};
  });
  return ListingStatus(folder, error);
}

absl::Status PodNames::ListDockerLinks(const std::string& uid, const PodName& pod) {
  const fs::path folder =
      fs::path(root_) / kPodLogs / fmt::format("{}_{}_{}", pod.namespace_name, pod.pod, uid);
  const auto error = ForEachDockerLog(folder, [&](std::string_view id, const std::string& name) {
    docker_containers_[std::string(id)] = {.name = name, .pod_uid = uid};
  });
  // What else fails is of this one folder for good.
  return IsForWantOfDescriptors(error) ? ListingStatus(folder, error) : absl::OkStatus();
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
