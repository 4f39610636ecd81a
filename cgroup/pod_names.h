#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"

namespace kubegauge::cgroup {

// A pod as another source than the node's logs knows it, such as the API server or the kubelet.
struct KnownPod {
  struct Container {
    std::string name;
    std::string id;  // without its runtime's scheme
  };
  std::string namespace_name;
  std::string name;
  // As it stands in the pod's cgroup: metadata.uid, for static pods the hash of the configuration.
  std::string uid;
  std::vector<Container> containers;
};

struct PodName {
  std::string namespace_name;
  std::string pod;
};

// Tells which pod a uid and which container an id is: by the known pods, else by the names of the
// node's logs, /var/log/pods and /var/log/containers. The logs are listed again only when something
// unknown shows up, as the pause container of every pod stays unknown for good. Not thread-safe.
class PodNames {
 public:
  // `root`: where the node's file system lies.
  explicit PodNames(std::string root);

  // Replaces what other sources know.
  void SetKnownPods(const std::vector<KnownPod>& pods);

  // The results stay valid until Refresh or SetKnownPods. Null where nothing is known, which
  // Refresh takes as a reason to look again.
  const PodName* FindPod(std::string_view uid);
  // The name of a container of `pod`.
  const std::string* FindContainer(std::string_view id, const PodName& pod);

  // Lists the logs when something that was asked for since the last time is still unknown, unless
  // it has been for a minute. At most once in two seconds. Returns whether some of it is known now.
  // What cannot be listed is appended to `failures`; of it stays known what was known before.
  bool Refresh(int64_t now_ns, std::vector<absl::Status>& failures);

 private:
  using Containers = std::map<std::string, std::string, std::less<>>;  // id → name
  using Pods = std::map<std::string, PodName, std::less<>>;            // uid → name

  // What /var/log/pods tells; docker's links there name containers too.
  struct PodLogs {
    Pods pods;
    Containers containers;
  };
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

  void Miss(std::string_view what);
  absl::Status ListPodLogs(PodLogs& logs) const;
  absl::Status ListContainerLogs(ContainerLogs& logs) const;

  std::string root_;
  Pods known_pods_;
  Containers known_containers_;
  PodLogs pod_logs_;
  ContainerLogs container_logs_;
  std::map<std::string, int64_t, std::less<>> misses_;  // to when it was first looked for; 0: new
  bool has_new_miss_ = true;
  int64_t listed_at_ns_ = INT64_MIN;
};

}  // namespace kubegauge::cgroup
