// A body of /stats/summary, with and without readable bytes after it.

#include <cstdint>
#include <string>
#include <string_view>

#include "scraper/summary_decoder.h"
#include "tests/fuzz/require.h"
#include "tests/fuzz/well_formed_sample.h"

namespace {

using kubegauge::scraper::kBodyPadding;
using kubegauge::scraper::SummaryDecoder;
using kubegauge::testing::Require;

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view body(reinterpret_cast<const char*>(data), size);
  const std::string padded = std::string(body) + std::string(kBodyPadding, '"');
  SummaryDecoder decoder;
  const auto sample = decoder.Decode(body, 1);
  SummaryDecoder padded_decoder;
  const auto padded_sample =
      padded_decoder.Decode({std::string_view(padded).substr(0, size), kBodyPadding}, 1);
  Require(sample.ok() == padded_sample.ok());
  if (!sample.ok()) return 0;
  kubegauge::testing::RequireWellFormed(**sample);
  Require((*sample)->containers.size() == (*padded_sample)->containers.size());
  return 0;
}
