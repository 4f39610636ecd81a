// A body of /metrics/resource. The quick reader of lines must read what the grammar reads.

#include <cstdint>
#include <cstring>
#include <string_view>

#include "scraper/prometheus_grammar.h"
#include "scraper/prometheus_text.h"
#include "scraper/resource_decoder.h"
#include "tests/fuzz/require.h"
#include "tests/fuzz/well_formed_sample.h"

namespace {

using kubegauge::scraper::PrometheusEntry;
using kubegauge::scraper::PrometheusSample;
using kubegauge::scraper::PrometheusText;
using kubegauge::scraper::ReadPrometheusEntry;
using kubegauge::scraper::ResourceDecoder;
using kubegauge::testing::Require;

bool Same(const PrometheusSample& a, const PrometheusSample& b) {
  return a.name == b.name && a.labels == b.labels && a.timestamp_ms == b.timestamp_ms &&
         (a.value == b.value || (a.value != a.value && b.value != b.value));
}

void CompareWithGrammar(std::string_view body) {
  PrometheusText text;
  text.Begin(body);
  PrometheusSample quick;
  PrometheusSample exact;
  for (size_t position = 0;;) {
    const auto entry = ReadPrometheusEntry(body, position, exact);
    if (entry.ok() && *entry == PrometheusEntry::kOther) continue;
    const auto more = text.Next(quick);
    Require(more.ok() == entry.ok());
    if (!entry.ok()) return;
    Require(*more == (*entry == PrometheusEntry::kSample));
    if (!*more) return;
    Require(Same(quick, exact));
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view body(reinterpret_cast<const char*>(data), size);
  CompareWithGrammar(body);
  ResourceDecoder decoder;
  const auto sample = decoder.Decode(body, 1);
  if (sample.ok()) kubegauge::testing::RequireWellFormed(**sample);
  return 0;
}
