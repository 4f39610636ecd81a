#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "cgroup/cgroup_directories.h"
#include "cgroup/hierarchy.h"

namespace kubegauge::cgroup {

// One cgroup that is held open, and those of its children that were looked for.
struct HeldCgroup {
  std::string name;
  HeldCgroup* parent = nullptr;  // owns this one; null for a root
  CgroupDirectories directories;
  // Of the directories as they were listed; a cgroup made anew under this name has others.
  uint64_t cpu_inode = 0;
  uint64_t memory_inode = 0;
  // Of no other cgroup that was ever held, though inodes are used again.
  uint32_t identity = 0;
  int64_t start_time_ns = 0;
  // It was seen to come, so that start_time_ns is of its making and not of an old cgroup that the
  // kernel had forgotten meanwhile (Directory::CreationTimeNs), nor by a clock that was set back.
  bool start_is_certain = false;
  // Of the newest reading and of the one before; 0 before the first. A reading may scan twice.
  uint64_t last_cpu_ns = 0;
  uint64_t previous_cpu_ns = 0;
  uint64_t last_reading = 0;
  std::string workload_name;  // what a container runtime calls it, once it does
  std::vector<std::unique_ptr<HeldCgroup>> children;  // by name

  // When and of what the children were listed last.
  int64_t listed_at_ns = 0;
  int64_t listed_whole_at_ns = 0;  // the last time that no child failed; 0 before
  std::optional<Directory::Stamp> cpu_stamp;
  std::optional<Directory::Stamp> memory_stamp;
  bool children_are_complete = false;  // each had all controllers
  bool must_list = true;               // for one, as a child could not be read
};

// Whether the parent still has this very cgroup under its name.
bool StillExists(const HeldCgroup& cgroup);

// Notes the CPU counter of a reading, of which there may be several scans. DataLoss where it went
// backwards since the reading before; the message names the file.
absl::Status NoteCpuCounter(HeldCgroup& cgroup, Version version, uint64_t reading_number,
                            uint64_t cpu_ns);

// Notes that the clock was set back, to `now_ns`: of no cgroup that is held the start is certain any
// more, as it was told by another clock, and none is later than now.
void DoubtStarts(HeldCgroup& root, int64_t now_ns);

// Has what held `cgroup`, which no longer exists, listed again at the next reading: its parent, and
// when that is gone too, the parent of that.
void ListAgainAround(const HeldCgroup& cgroup);

// Keeps the children of held cgroups as the kernel has them. Not thread-safe.
class CgroupLister {
 public:
  CgroupLister(Version version, int64_t boot_time_ns);

  // Lists the children of `parent` again whose names are `wanted`, always the same of one parent:
  // opens those that are new or were made anew, forgets those that are gone. In v1 a child is what
  // either controller has. What cannot be listed or opened is appended to `failures`.
  //
  // Listing is about half of what a reading costs, so it is done only when the number of children
  // changed, when must_list asks for it, and every 10 s. A child that was replaced between two
  // readings leaves the number as it is; but then the old one can no longer be read or listed. In
  // v1 one controller's number tells of the other's too, except while a child has only one. No child
  // starts before the boot, nor after `now_ns`.
  void RefreshChildren(HeldCgroup& parent, int64_t now_ns,
                       absl::FunctionRef<bool(std::string_view)> wanted,
                       std::vector<absl::Status>& failures);

  void SetBootTime(int64_t boot_time_ns) { boot_time_ns_ = boot_time_ns; }

 private:
  struct Found {
    std::string name;
    uint64_t cpu_inode = 0;
    uint64_t memory_inode = 0;
  };

  absl::Status ListInto(const Directory& directory, uint64_t Found::*inode,
                        absl::FunctionRef<bool(std::string_view)> wanted);
  Found& FindOrAdd(std::string_view name);
  void MergeFound(HeldCgroup& parent, int64_t now_ns, std::vector<absl::Status>& failures);
  std::unique_ptr<HeldCgroup> Open(HeldCgroup& parent, const Found& found, int64_t now_ns,
                                   std::vector<absl::Status>& failures) const;
  void SortFound();
  static bool IsUnchanged(HeldCgroup& parent, int64_t now_ns);

  Version version_;
  int64_t boot_time_ns_;
  uint32_t last_identity_ = 0;
  // Re-used from listing to listing; the first found_count_ are of the current one.
  std::vector<Found> found_;
  size_t found_count_ = 0;
  size_t sorted_count_ = 0;
};

}  // namespace kubegauge::cgroup
