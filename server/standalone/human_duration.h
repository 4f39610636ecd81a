#pragma once

#include <cstdint>
#include <string>

namespace kubegauge::server {

// An age as kubectl's tables show it: the two largest units that matter, "5s", "2m30s", "45m",
// "3h12m", "20h", "2d5h", "40d", "2y17d", "9y"; "<invalid>" for a time in the future.
std::string HumanDuration(int64_t seconds);

// The cell of an age; "<unknown>" when the creation is not known.
std::string AgeCell(int64_t creation_ns, int64_t now_ns);

}  // namespace kubegauge::server
