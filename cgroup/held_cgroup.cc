#include "cgroup/held_cgroup.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace kubegauge::cgroup {
namespace {

constexpr int64_t kListAgainNs = 10'000'000'000;

// A cgroup that came since its parent was last seen without it, so long ago at most, is taken as
// made when its times say. Within such a time the kernel hardly forgets what was just made.
constexpr int64_t kLatelyNs = 120'000'000'000;

// Whether a child that is found now, and was not there before, has only just been made.
bool HaveNewChildrenComeLately(const HeldCgroup& parent, int64_t now_ns) {
  int64_t absent_at_ns = parent.listed_whole_at_ns;
  if (absent_at_ns == 0 && parent.start_is_certain) absent_at_ns = parent.start_time_ns;
  return absent_at_ns != 0 && absent_at_ns <= now_ns && now_ns - absent_at_ns < kLatelyNs;
}

// Whether `now` is `before` with, at most, a controller of v1 that it had not had. By what was
// opened: since a listing, another cgroup may have taken its place in all controllers.
bool HasOnlyGained(const HeldCgroup& before, const HeldCgroup& now) {
  return (before.cpu_inode == 0 || before.cpu_inode == now.cpu_inode) &&
         (before.memory_inode == 0 || before.memory_inode == now.memory_inode);
}

int64_t CreationTimeNs(const Directory& directory, Version version) {
  return directory.CreationTimeNs(
      {version == Version::kV1 ? "cgroup.clone_children" : "cgroup.events", "cgroup.procs"});
}

// A child that vanished since it was listed is no failure.
std::optional<Directory> OpenIn(const std::optional<Directory>& parent, const std::string& name,
                                std::vector<absl::Status>& failures) {
  if (!parent) return std::nullopt;
  absl::StatusOr<Directory> child = parent->OpenChild(name);
  if (child.ok()) return *std::move(child);
  if (!absl::IsNotFound(child.status())) failures.push_back(child.status());
  return std::nullopt;
}

bool HoldsChild(const std::optional<Directory>& parent, const std::string& name, uint64_t inode) {
  if (!parent || inode == 0) return true;
  const absl::StatusOr<Directory> child = parent->OpenChild(name);
  // What cannot be opened for another reason may well be there.
  return child.ok() ? child->inode() == inode : !absl::IsNotFound(child.status());
}

}  // namespace

bool StillExists(const HeldCgroup& cgroup) {
  if (cgroup.parent == nullptr) return true;
  const CgroupDirectories& parent = cgroup.parent->directories;
  return HoldsChild(parent.cpu, cgroup.name, cgroup.cpu_inode) &&
         HoldsChild(parent.memory, cgroup.name, cgroup.memory_inode);
}

absl::Status NoteCpuCounter(HeldCgroup& cgroup, Version version, uint64_t reading_number,
                            uint64_t cpu_ns) {
  if (cgroup.last_reading != reading_number) {
    cgroup.last_reading = reading_number;
    cgroup.previous_cpu_ns = cgroup.last_cpu_ns;
  }
  cgroup.last_cpu_ns = cpu_ns;
  if (cpu_ns >= cgroup.previous_cpu_ns) return absl::OkStatus();
  const char* file = version == Version::kV1 ? "cpuacct.usage" : "cpu.stat";
  return absl::DataLossError(fmt::format("{}: went backwards from {} to {} ns",
                                         cgroup.directories.for_cpu().PathOf(file),
                                         cgroup.previous_cpu_ns, cpu_ns));
}

void DoubtStarts(HeldCgroup& root, int64_t now_ns) {
  root.start_is_certain = false;
  root.start_time_ns = std::min(root.start_time_ns, now_ns);
  for (const auto& child : root.children) DoubtStarts(*child, now_ns);
}

void ListAgainAround(const HeldCgroup& cgroup) {
  for (HeldCgroup* parent = cgroup.parent; parent != nullptr; parent = parent->parent) {
    parent->must_list = true;
    if (StillExists(*parent)) return;
  }
}

CgroupLister::CgroupLister(Version version, int64_t boot_time_ns)
    : version_(version), boot_time_ns_(boot_time_ns) {}

bool CgroupLister::IsUnchanged(HeldCgroup& parent, int64_t now_ns) {
  const auto stamp = [](const std::optional<Directory>& directory) {
    return directory ? directory->GetStamp() : std::nullopt;
  };
  const bool cpu_tells_all = parent.directories.cpu && parent.children_are_complete;
  const auto cpu_stamp = stamp(parent.directories.cpu);
  const auto memory_stamp = cpu_tells_all ? parent.memory_stamp : stamp(parent.directories.memory);
  const bool has_stamps = (cpu_stamp || !parent.directories.cpu) &&
                          (memory_stamp || cpu_tells_all || !parent.directories.memory);
  const int64_t age_ns = now_ns - parent.listed_at_ns;
  const bool unchanged = has_stamps && !parent.must_list && age_ns >= 0 && age_ns < kListAgainNs &&
                         cpu_stamp == parent.cpu_stamp && memory_stamp == parent.memory_stamp;
  parent.cpu_stamp = cpu_stamp;
  parent.memory_stamp = memory_stamp;
  return unchanged;
}

void CgroupLister::RefreshChildren(HeldCgroup& parent, int64_t now_ns,
                                   absl::FunctionRef<bool(std::string_view)> wanted,
                                   std::vector<absl::Status>& failures) {
  if (IsUnchanged(parent, now_ns)) return;
  parent.listed_at_ns = now_ns;
  const size_t failures_before = failures.size();
  found_count_ = sorted_count_ = 0;
  absl::Status status;
  if (parent.directories.cpu) status = ListInto(*parent.directories.cpu, &Found::cpu_inode, wanted);
  SortFound();
  if (status.ok() && parent.directories.memory) {
    status = ListInto(*parent.directories.memory, &Found::memory_inode, wanted);
    SortFound();
  }
  if (status.ok()) {
    MergeFound(parent, now_ns, failures);
  } else if (absl::IsNotFound(status)) {
    parent.children.clear();
    ListAgainAround(parent);
  } else {
    failures.push_back(status);
  }
  parent.must_list = failures.size() > failures_before;
  if (status.ok() && !parent.must_list) parent.listed_whole_at_ns = now_ns;
}

absl::Status CgroupLister::ListInto(const Directory& directory, uint64_t Found::*inode,
                                    absl::FunctionRef<bool(std::string_view)> wanted) {
  return directory.List([&](const Directory::Entry& entry) {
    if (entry.is_directory && wanted(entry.name)) FindOrAdd(entry.name).*inode = entry.inode;
  });
}

CgroupLister::Found& CgroupLister::FindOrAdd(std::string_view name) {
  const auto sorted_end = found_.begin() + static_cast<ptrdiff_t>(sorted_count_);
  const auto known = std::lower_bound(
      found_.begin(), sorted_end, name,
      [](const Found& found, std::string_view wanted) { return found.name < wanted; });
  if (known != sorted_end && known->name == name) return *known;
  if (found_count_ == found_.size()) found_.emplace_back();
  Found& added = found_[found_count_++];
  added.name.assign(name);
  added.cpu_inode = 0;
  added.memory_inode = 0;
  return added;
}

void CgroupLister::SortFound() {
  std::sort(found_.begin(), found_.begin() + static_cast<ptrdiff_t>(found_count_),
            [](const Found& a, const Found& b) { return a.name < b.name; });
  sorted_count_ = found_count_;
}

void CgroupLister::MergeFound(HeldCgroup& parent, int64_t now_ns,
                              std::vector<absl::Status>& failures) {
  const bool have_come_lately = HaveNewChildrenComeLately(parent, now_ns);
  const auto found_end = found_.begin() + static_cast<ptrdiff_t>(found_count_);
  std::vector<std::unique_ptr<HeldCgroup>> children;
  children.reserve(found_count_);
  auto held = parent.children.begin();
  for (auto found = found_.begin(); found != found_end; ++found) {
    while (held != parent.children.end() && (*held)->name < found->name) ++held;
    const bool has_namesake = held != parent.children.end() && (*held)->name == found->name;
    const bool same_cpu = has_namesake && (*held)->cpu_inode == found->cpu_inode;
    const bool same_memory = has_namesake && (*held)->memory_inode == found->memory_inode;
    if (same_cpu && same_memory) {
      children.push_back(std::move(*held++));
      continue;
    }
    std::unique_ptr<HeldCgroup> child = Open(parent, *found, now_ns, failures);
    if (child == nullptr) continue;
    const bool is_older = has_namesake && HasOnlyGained(**held, *child);
    child->identity = is_older ? (*held)->identity : ++last_identity_;
    child->start_is_certain = is_older ? (*held)->start_is_certain : have_come_lately;
    children.push_back(std::move(child));
  }
  parent.children = std::move(children);
  parent.children_are_complete =
      std::all_of(parent.children.begin(), parent.children.end(),
                  [&](const auto& child) { return child->directories.IsComplete(version_); });
}

std::unique_ptr<HeldCgroup> CgroupLister::Open(HeldCgroup& parent, const Found& found,
                                               int64_t now_ns,
                                               std::vector<absl::Status>& failures) const {
  auto child = std::make_unique<HeldCgroup>();
  CgroupDirectories& directories = child->directories;
  if (found.cpu_inode != 0) {
    directories.cpu = OpenIn(parent.directories.cpu, found.name, failures);
  }
  if (found.memory_inode != 0) {
    directories.memory = OpenIn(parent.directories.memory, found.name, failures);
  }
  if (!directories.cpu && !directories.memory) return nullptr;
  child->name = found.name;
  child->parent = &parent;
  child->cpu_inode = directories.cpu ? directories.cpu->inode() : 0;
  child->memory_inode = directories.memory ? directories.memory->inode() : 0;
  const Directory& any = directories.cpu ? *directories.cpu : *directories.memory;
  child->start_time_ns = std::min(now_ns, std::max(boot_time_ns_, CreationTimeNs(any, version_)));
  return child;
}

}  // namespace kubegauge::cgroup
