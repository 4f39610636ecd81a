#pragma once

#include <cstdint>
#include <string>

namespace kubegauge::server {

// Figures as kubelets and API servers print them.

// A float as Go's strconv.FormatFloat(value, 'g', -1, 64): the shortest text that reads back, with
// an exponent of at least two digits from 1e+06 on and below 1e-4; NaN, +Inf and -Inf.
void AppendGoFloat(double value, std::string& out);

// Nanoseconds as seconds, likewise.
void AppendSeconds(uint64_t ns, std::string& out);

}  // namespace kubegauge::server
