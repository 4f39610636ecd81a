#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"

namespace kubegauge::cgroup {

struct PodName {
  std::string namespace_name;
  std::string pod;
};

// Tells which pod a uid and which container an id is, by the names of the node's logs,
// /var/log/pods and /var/log/containers. A uid is what stands in the pod's cgroup: metadata.uid,
// for static pods the hash of the configuration. The logs are listed again only when something
// unknown shows up, and then less and less often: for a container for a minute, as the pause
// container of every pod stays unknown for good, for a pod until it is known, as the kubelet logs
// none before its volumes are mounted. Not thread-safe.
class PodNames {
 public:
  // `root`: where the node's file system lies.
  explicit PodNames(std::string root);

  // The results stay valid until Refresh. Null where nothing is known, which Refresh takes as a
  // reason to look for it, and one to do so at once when a pod has more `containers` than before: it
  // is logged before its first one is made.
  const PodName* FindPod(std::string_view uid, size_t containers);
  // The name of a container of `pod`.
  const std::string* FindContainer(std::string_view id, const PodName& pod);

  // Looks for what was asked for and is unknown. The logs are listed at most once in two seconds,
  // and for one thing alone after 0, 2, 6, 14 and 30 s, then for a pod every 16 s and for a container
  // only together with something else; it is forgotten when two calls have passed without its being
  // asked for. Returns whether some of it is known now. `now_ns` may be set back. What cannot be listed is appended to `failures`, and
  // tried again; of it stays known what was known before.
  bool Refresh(int64_t now_ns, std::vector<absl::Status>& failures);

 private:
  using Containers = std::map<std::string, std::string, std::less<>>;  // id → name
  using Pods = std::map<std::string, PodName, std::less<>>;            // uid → name

  // What /var/log/containers tells.
  struct ContainerLogs {
    struct Cut {
      std::string namespace_name;
      std::string pod;
      std::string container;
      std::string id_begin;
    };
    Containers containers;
    std::vector<Cut> cut;  // whose file names had no room for the whole id
  };
  // What docker's links in a folder of /var/log/pods tell.
  struct DockerContainer {
    std::string name;
    std::string pod_uid;
  };
  // A uid or an id that was asked for in vain.
  struct Miss {
    std::optional<PodName> container_of;  // nothing for the uid of a pod
    size_t containers = 0;                // of a pod: the most it ever had
    uint64_t asked_in = 0;                // the number of the Refresh before
    std::optional<int64_t> looked_at_ns;
    int64_t wait_ns = 0;  // from then to the next look
    bool is_due = true;
    bool docker_was_looked_at = false;
  };

  const PodName* LookUpPod(std::string_view uid) const;
  const std::string* LookUpContainer(std::string_view id, const PodName& pod) const;
  Miss& NoteMiss(std::string_view what);
  // Says which misses are to be looked for now, and whether any is.
  bool FindDueMisses(int64_t now_ns);
  void ListLogs(std::vector<absl::Status>& failures);
  // Looks into the folders of the pods that containers which are due, or new, belong to.
  void FollowDockerLinks(bool of_all_due, std::vector<absl::Status>& failures);
  size_t ForgetResolvedMisses();
  absl::Status ListPodLogs(Pods& pods) const;
  absl::Status ListContainerLogs(ContainerLogs& logs) const;
  absl::Status ListDockerLinks(const std::string& uid, const PodName& pod);

  std::string root_;
  Pods logged_pods_;
  ContainerLogs container_logs_;
  std::map<std::string, DockerContainer, std::less<>> docker_containers_;  // by id
  std::map<std::string, Miss, std::less<>> misses_;
  uint64_t refreshes_ = 0;
  bool must_list_ = true;
  std::optional<int64_t> listed_at_ns_;
};

}  // namespace kubegauge::cgroup
