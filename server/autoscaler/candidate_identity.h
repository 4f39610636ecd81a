#pragma once

#include <string>

#include "kube/random_source.h"

namespace kubegauge::server {

// The name of this process among the candidates for a Lease, as client-go makes it:
// "<host>_<random>".
std::string CandidateIdentity(kube::RandomSource& random);

}  // namespace kubegauge::server
