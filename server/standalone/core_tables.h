#pragma once

#include <span>
#include <string_view>

#include "server/standalone/core_objects.h"

namespace kubegauge::server {

// A column of a meta.k8s.io Table; priority 1 is shown by `kubectl get -o wide` only.
struct TableColumn {
  std::string_view name;
  std::string_view format;
  std::string_view description;
  int priority = 0;
};

// The columns of `kubectl get nodes|namespaces|pods`, which kube-apiserver decides.
std::span<const TableColumn> ColumnsOf(const CoreResource& resource);
Json ColumnsJson(std::span<const TableColumn> columns);

// One cell for each column.
Json CellsJson(const NodeRecord& node, const RenderContext& context);
Json CellsJson(const NamespaceRecord& entry, const RenderContext& context);
Json CellsJson(const PodRecord& pod, const RenderContext& context);

}  // namespace kubegauge::server
