#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "kube/object_meta.h"
#include "scraper/node_points.h"
#include "scraper/series.h"

namespace kubegauge::apiservice {

// Writes single objects of metrics.k8s.io as JSON, byte for byte as upstream does (wire.md A.8),
// and as rows of a Table (A.11). Each writer puts its text at `out` and gives its end; the matching
// Bound says how much room it may need. Nothing is allocated: lists have 150,000 items.
class MetricsJson {
 public:
  // `version` is "v1beta1" or "v1". `now_ns` becomes every object's creationTimestamp: upstream
  // puts the time of the request there.
  MetricsJson(std::string_view version, int64_t now_ns);

  // Objects of a watch say which version of the state they are of; those of lists do not.
  void SetResourceVersion(std::string_view version);

  // `"kind":"<kind>","apiVersion":"metrics.k8s.io/<version>",`
  void AppendTypeMembers(std::string_view kind, std::string& out) const;
  std::string TypeMembers(std::string_view kind) const;

  // The members of an object behind its kind and apiVersion, with the closing brace.
  char* WriteNode(const kube::ObjectMeta& meta, const scraper::Usage& usage, char* out) const;
  char* WritePod(const kube::ObjectMeta& meta, const scraper::PodUsage& usage, char* out) const;

  // `"<name>","<cpu>","<memory>","<window>"`; a pod's usage is the sum over its containers.
  char* WriteNodeCells(const kube::ObjectMeta& meta, const scraper::Usage& usage, char* out) const;
  char* WritePodCells(const kube::ObjectMeta& meta, const scraper::PodUsage& usage,
                      char* out) const;

  // `{"name":...,"creationTimestamp":...,"labels":{...}}`
  char* WriteMetadata(const kube::ObjectMeta& meta, char* out) const;

  static size_t NodeBound(const kube::ObjectMeta& meta);
  static size_t PodBound(const kube::ObjectMeta& meta, const scraper::PodUsage& usage);

 private:
  std::string version_;
  // The members of metadata that all objects share, each from the quote that ends the one before.
  std::string resource_version_member_;
  std::string creation_member_;
};

}  // namespace kubegauge::apiservice
