#include "cgroup/names.h"

#include <algorithm>

namespace kubegauge::cgroup {
namespace {

constexpr size_t kMaxLogNameBytes = 255;
constexpr size_t kMinCutIdBytes = 8;

bool IsIdCharacter(char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); }

bool IsUid(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return IsIdCharacter(c) || (c >= 'A' && c <= 'Z') || c == '-';
  });
}

bool DropSuffix(std::string_view suffix, std::string_view& text) {
  if (!text.ends_with(suffix)) return false;
  text.remove_suffix(suffix.size());
  return true;
}

// The last component of a systemd name: `burstable` of `kubepods-burstable.slice`.
std::string_view LastComponent(std::string_view name) {
  const size_t dash = name.rfind('-');
  return dash == std::string_view::npos ? name : name.substr(dash + 1);
}

}  // namespace

bool IsKubepodsRoot(std::string_view name) {
  return name == "kubepods" || (DropSuffix(".slice", name) && LastComponent(name) == "kubepods");
}

bool IsQosClass(std::string_view name) {
  if (DropSuffix(".slice", name)) name = LastComponent(name);
  return name == "burstable" || name == "besteffort";
}

std::optional<std::string> PodUidOf(std::string_view name) {
  constexpr std::string_view kPrefix = "pod";
  const bool is_systemd = DropSuffix(".slice", name);
  if (is_systemd) name = LastComponent(name);
  if (!name.starts_with(kPrefix)) return std::nullopt;
  std::string uid(name.substr(kPrefix.size()));
  if (is_systemd) std::replace(uid.begin(), uid.end(), '_', '-');
  return IsUid(uid) ? std::optional(std::move(uid)) : std::nullopt;
}

std::optional<std::string_view> ContainerIdOf(std::string_view name) {
  if (name.find("-conmon-") != std::string_view::npos) return std::nullopt;
  DropSuffix(".scope", name);
  const std::string_view id = LastComponent(name);
  const bool is_id =
      id.size() == kContainerIdBytes && std::all_of(id.begin(), id.end(), IsIdCharacter);
  return is_id ? std::optional(id) : std::nullopt;
}

UnitKind UnitKindOf(std::string_view name) {
  if (name.ends_with(".slice")) return UnitKind::kSlice;
  if (name.ends_with(".service")) return UnitKind::kService;
  if (name.ends_with(".scope")) return UnitKind::kScope;
  for (const char* passive : {".mount", ".socket", ".swap", ".device"}) {
    if (name.ends_with(passive)) return UnitKind::kPassive;
  }
  return UnitKind::kNone;
}

std::optional<PodLogName> ParsePodLogName(std::string_view name) {
  const size_t first = name.find('_');
  if (first == std::string_view::npos) return std::nullopt;
  const size_t second = name.find('_', first + 1);
  if (second == std::string_view::npos) return std::nullopt;
  const PodLogName parsed{.namespace_name = name.substr(0, first),
                          .pod = name.substr(first + 1, second - first - 1),
                          .uid = name.substr(second + 1)};
  if (parsed.namespace_name.empty() || parsed.pod.empty() || !IsUid(parsed.uid)) {
    return std::nullopt;
  }
  return parsed;
}

std::optional<ContainerLogName> ParseContainerLogName(std::string_view name) {
  const size_t size = name.size();
  if (!DropSuffix(".log", name)) return std::nullopt;
  const size_t first = name.find('_');
  const size_t second = first == std::string_view::npos ? first : name.find('_', first + 1);
  const size_t dash = name.rfind('-');
  if (second == std::string_view::npos || dash == std::string_view::npos || dash < second) {
    return std::nullopt;
  }
  const ContainerLogName parsed{.pod = name.substr(0, first),
                                .namespace_name = name.substr(first + 1, second - first - 1),
                                .container = name.substr(second + 1, dash - second - 1),
                                .id = name.substr(dash + 1)};
  const bool is_whole = parsed.id.size() == kContainerIdBytes;
  const bool was_cut = size >= kMaxLogNameBytes && parsed.id.size() < kContainerIdBytes &&
                       parsed.id.size() >= kMinCutIdBytes;
  if (!is_whole && !was_cut) return std::nullopt;
  if (parsed.pod.empty() || parsed.namespace_name.empty() || parsed.container.empty()) {
    return std::nullopt;
  }
  return parsed;
}

}  // namespace kubegauge::cgroup
