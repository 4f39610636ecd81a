// Bodies of a kubelet to samples, on one core: bytes per second.

#include <benchmark/benchmark.h>

#include <fstream>
#include <iterator>
#include <string>

#include "scraper/cadvisor_decoder.h"
#include "scraper/node_points.h"
#include "scraper/resource_decoder.h"
#include "scraper/summary_decoder.h"
#include "tests/bench/kubelet_bodies.h"

namespace {

using kubegauge::scraper::CadvisorDecoder;
using kubegauge::scraper::kBodyPadding;
using kubegauge::scraper::KnownBody;
using kubegauge::scraper::ResourceDecoder;
using kubegauge::scraper::ResponseBody;
using kubegauge::scraper::SummaryDecoder;

std::string ReadRecorded(const std::string& name) {
  std::ifstream file(TESTDATA_DIR "/kubelet-1.26/" + name, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

template <typename Decoder>
void Decode(benchmark::State& state, std::string body) {
  const size_t size = body.size();
  body.append(kBodyPadding, '\0');
  const ResponseBody response(std::string_view(body).substr(0, size), kBodyPadding);
  Decoder decoder;
  size_t containers = 0;
  for (auto _ : state) {
    const auto sample = decoder.Decode(response, 1795382206342'000'000);
    if (!sample.ok()) return state.SkipWithError("not decoded");
    containers = (*sample)->containers.size();
  }
  state.SetBytesProcessed(static_cast<int64_t>(state.iterations() * size));
  state.counters["bytes"] = static_cast<double>(size);
  state.counters["containers"] = static_cast<double>(containers);
}

void BM_Resource(benchmark::State& state) {
  Decode<ResourceDecoder>(state,
                          kubegauge::testing::ResourceBody(static_cast<int>(state.range(0))));
}
BENCHMARK(BM_Resource)->Arg(25)->Arg(110)->Arg(500);

// The same of a node that was scraped before.
void BM_KnownResource(benchmark::State& state) {
  std::string body = kubegauge::testing::ResourceBody(static_cast<int>(state.range(0)));
  const size_t size = body.size();
  body.append(kBodyPadding, '\0');
  const ResponseBody response(std::string_view(body).substr(0, size), kBodyPadding);
  ResourceDecoder decoder;
  KnownBody known;
  const auto decode = [&] {
    decoder.Swap(known);
    const auto sample = decoder.Decode(response, 1795382206342'000'000);
    decoder.Swap(known);
    return sample;
  };
  const auto no_meta = [](std::string_view, std::string_view) -> kubegauge::kube::ObjectMetaRef {
    return nullptr;
  };
  known.layout = kubegauge::scraper::Advance(nullptr, **decode(), 1, no_meta)->layout;
  for (auto _ : state) {
    if (const auto sample = decode(); !sample.ok() || (*sample)->layout == nullptr) {
      return state.SkipWithError("not known");
    }
  }
  state.SetBytesProcessed(static_cast<int64_t>(state.iterations() * size));
  state.counters["bytes"] = static_cast<double>(size);
}
BENCHMARK(BM_KnownResource)->Arg(25)->Arg(110)->Arg(500);

void BM_Summary(benchmark::State& state) {
  Decode<SummaryDecoder>(state, kubegauge::testing::SummaryBody(static_cast<int>(state.range(0))));
}
BENCHMARK(BM_Summary)->Arg(30)->Arg(110);

void BM_RecordedResource(benchmark::State& state) {
  Decode<ResourceDecoder>(state, ReadRecorded("metrics_resource.txt"));
}
BENCHMARK(BM_RecordedResource);

void BM_RecordedSummary(benchmark::State& state) {
  Decode<SummaryDecoder>(state, ReadRecorded("stats_summary.json"));
}
BENCHMARK(BM_RecordedSummary);

void BM_RecordedCadvisor(benchmark::State& state) {
  Decode<CadvisorDecoder>(state, ReadRecorded("metrics_cadvisor.txt"));
}
BENCHMARK(BM_RecordedCadvisor);

}  // namespace
