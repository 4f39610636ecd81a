#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace kubegauge::cgroup {

// What the name of one directory of the hierarchy says (wire.md D.4), for both drivers: cgroupfs
// (`kubepods/burstable/pod<uid>/<id>`) and systemd (`kubepods.slice/kubepods-burstable.slice/…`),
// and below a prefix as kind's (`kubelet.slice/kubelet-kubepods.slice/…`).

// `kubepods`, `kubepods.slice`, `kubelet-kubepods.slice`.
bool IsKubepodsRoot(std::string_view name);

// `burstable`, `besteffort`, `kubepods-burstable.slice` and the like.
bool IsQosClass(std::string_view name);

// The uid of a pod's directory; of a static pod, the hash of its configuration. nullopt for others.
std::optional<std::string> PodUidOf(std::string_view name);

// The 64 characters of a container's id in the name of its directory or scope: `<id>`,
// `cri-containerd-<id>.scope`, `crio-<id>`, `docker-<id>.scope`, `libpod-<id>.scope`. nullopt for
// others, conmon's scopes among them.
std::optional<std::string_view> ContainerIdOf(std::string_view name);

// kPassive: a mount, a socket and the like, which run nothing.
enum class UnitKind { kNone, kSlice, kService, kScope, kPassive };
// The kind of systemd unit that a directory stands for.
UnitKind UnitKindOf(std::string_view name);

// A name of /var/log/pods: `<namespace>_<pod>_<uid>`.
struct PodLogName {
  std::string_view namespace_name;
  std::string_view pod;
  std::string_view uid;
};
std::optional<PodLogName> ParsePodLogName(std::string_view name);

// A name of /var/log/containers: `<pod>_<namespace>_<container>-<id>.log`. The kubelet cuts the
// whole at 255 bytes, so the id may be only the beginning of one. What is left of it must still
// have 8 characters: fewer would match the ids of other containers.
struct ContainerLogName {
  std::string_view pod;
  std::string_view namespace_name;
  std::string_view container;
  std::string_view id;
};
std::optional<ContainerLogName> ParseContainerLogName(std::string_view name);

inline constexpr size_t kContainerIdBytes = 64;

}  // namespace kubegauge::cgroup
