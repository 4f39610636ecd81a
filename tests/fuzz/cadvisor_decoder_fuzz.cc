// A body of /metrics/cadvisor.

#include <cstdint>
#include <string_view>

#include "scraper/cadvisor_decoder.h"
#include "tests/fuzz/well_formed_sample.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view body(reinterpret_cast<const char*>(data), size);
  kubegauge::scraper::CadvisorDecoder decoder;
  const auto sample = decoder.Decode(body, 1);
  if (sample.ok()) kubegauge::testing::RequireWellFormed(**sample);
  return 0;
}
