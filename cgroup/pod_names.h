#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

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

  // The views stay valid until Refresh or SetKnownPods. Null where nothing is known, which Refresh
  // takes as a reason to look again.
  const PodName* FindPod(std::string_view uid);
  const std::string* FindContainer(std::string_view id);

  // Lists the logs when something that was asked for since the last time is still unknown, unless
  // it has been for a minute. At most once in two seconds. Returns whether it did.
  bool Refresh(int64_t now_ns);

 private:
  using Containers = std::map<std::string, std::string, std::less<>>;  // id → name
  using Pods = std::map<std::string, PodName, std::less<>>;            // uid → name

  void Miss(std::string_view what);
  void ListPodLogs();
  void ListContainerLogs();
  void ListDockerLogs(const std::string& pod_log_path);

  std::string root_;
  Pods known_pods_;
  Containers known_containers_;
  Pods logged_pods_;
  Containers logged_containers_;
  Containers cut_containers_;  // by the part of the id that the file name had room for
  std::map<std::string, int64_t, std::less<>> misses_;  // to when it was first looked for; 0: new
  bool has_new_miss_ = true;
  int64_t listed_at_ns_ = INT64_MIN;
};

}  // namespace kubegauge::cgroup
