#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <memory>
#include <utility>

#include "autoscaler/controller.h"
#include "autoscaler/reconciler.h"
#include "autoscaler/selector_registry.h"

namespace kubegauge::server {

// What a leader remembers of HPAs and their pods, and works with: one for each time that it came to
// lead, so that a new term knows nothing of the one before (hpa.md 2.2). Stays until its last
// reconcile has ended.
struct HpaTerm {
  HpaTerm(boost::asio::any_io_executor executor,
          const autoscaler::Reconciler::Parts& reconciler_parts,
          const autoscaler::Controller::Parts& controller_parts, const autoscaler::Tuning& tuning,
          const autoscaler::Cadence& cadence)
      : reconciler(reconciler_parts, selectors, tuning),
        controller(std::make_shared<autoscaler::Controller>(std::move(executor), controller_parts,
                                                            reconciler, selectors, cadence)) {}

  // Nothing of it runs any more.
  bool IsOver() const { return controller.use_count() == 1; }

  autoscaler::SelectorRegistry selectors;
  autoscaler::Reconciler reconciler;
  std::shared_ptr<autoscaler::Controller> controller;
};

}  // namespace kubegauge::server
