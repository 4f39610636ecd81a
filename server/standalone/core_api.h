#pragma once

#include <string>
#include <string_view>

#include "apiservice/handler.h"
#include "kube/clock.h"
#include "scraper/published.h"
#include "server/standalone/core_objects.h"
#include "server/standalone/inventory.h"

namespace kubegauge::server {

using PublishedInventory = scraper::Published<Inventory>;

// The core group of the in-memory Kubernetes API, read-only: get and list of nodes, namespaces and
// pods as JSON or Table, with selectors and paging, and the discovery documents /api, /api/v1 and
// /version. Answers as kube-apiserver does, errors included. Thread-safe.
//
// A page of a list shows the objects of the moment: a continue token says where to go on, not in
// which past state, so it never expires.
class CoreApi final : public apiservice::Handler {
 public:
  // `server_address` as "host:port", for clients that ask where the API is.
  CoreApi(const PublishedInventory& inventory, const kube::Clock& clock,
          std::string server_address);

  // Whether the path is one of this handler's: /version, /api and all below it.
  static bool Serves(std::string_view path);
  apiservice::Response Handle(const apiservice::AdmittedRequest& admitted) override;

 private:
  struct Context;

  template <class Record>
  apiservice::Response List(const Context& context, const std::vector<Record>& records) const;
  template <class Record>
  apiservice::Response Get(const Context& context, const Record* record) const;
  apiservice::Response Document(const apiservice::AdmittedRequest& admitted, Json document) const;
  apiservice::Response Resource(const apiservice::AdmittedRequest& admitted,
                                const CoreResource& resource) const;

  const PublishedInventory& inventory_;
  const kube::Clock& clock_;
  std::string server_address_;
};

}  // namespace kubegauge::server
