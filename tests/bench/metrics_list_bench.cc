// Encoding of lists: bytes of output a second on one core.

#include <benchmark/benchmark.h>

#include <string>
#include <utility>

#include "apiservice/gzip_body.h"
#include "apiservice/metrics_list.h"
#include "apiservice/metrics_protobuf.h"
#include "apiservice/protobuf_body.h"
#include "tests/bench/cluster.h"

namespace kubegauge::bench {
namespace {

// Encodes a list of 30,000 pods; the argument is the number of labels of a pod. `make_body` takes
// the items.
template <class MakeBody>
void EncodePods(benchmark::State& state, MakeBody make_body) {
  Cluster cluster(1000, static_cast<int>(state.range(0)));
  const auto snapshot = cluster.Snapshot();
  size_t bytes = 0;
  std::string part;
  for (auto _ : state) {
    const auto body =
        make_body(apiservice::PodItems(snapshot, 0, snapshot->catalog().pods().size(), nullptr));
    for (bool more = true; more;) {
      part.clear();
      more = body->Next(part);
      bytes += part.size();
    }
  }
  state.SetBytesProcessed(static_cast<int64_t>(bytes));
}

constexpr int64_t kNowNs = 1'700'000'000'000'000'000;

void BM_EncodePodListJson(benchmark::State& state) {
  const apiservice::MetricsJson json("v1beta1", kNowNs);
  EncodePods(state, [&](apiservice::PodItems items) {
    return ObjectBody(std::move(items), json, apiservice::Form::kList);
  });
}
BENCHMARK(BM_EncodePodListJson)->Arg(2)->Arg(5)->Unit(benchmark::kMillisecond);

void BM_EncodePodTable(benchmark::State& state) {
  const apiservice::MetricsJson json("v1beta1", kNowNs);
  EncodePods(state, [&](apiservice::PodItems items) {
    return TableBody(std::move(items), json, {.version = "v1"});
  });
}
BENCHMARK(BM_EncodePodTable)->Arg(2)->Unit(benchmark::kMillisecond);

void BM_EncodePodListYaml(benchmark::State& state) {
  const apiservice::MetricsJson json("v1beta1", kNowNs);
  EncodePods(state, [&](apiservice::PodItems items) {
    return ObjectBody(std::move(items), json, apiservice::Form::kList, apiservice::Layout::kYaml);
  });
}
BENCHMARK(BM_EncodePodListYaml)->Arg(2)->Unit(benchmark::kMillisecond);

void BM_EncodePodListGzip(benchmark::State& state) {
  const apiservice::MetricsJson json("v1beta1", kNowNs);
  EncodePods(state, [&](apiservice::PodItems items) {
    return apiservice::GzipBody(ObjectBody(std::move(items), json, apiservice::Form::kList));
  });
}
BENCHMARK(BM_EncodePodListGzip)->Arg(2)->Unit(benchmark::kMillisecond);

void BM_EncodePodListProtobuf(benchmark::State& state) {
  const apiservice::MetricsProtobuf protobuf("v1beta1", kNowNs);
  apiservice::ByteBudget kept(size_t{64} << 20);
  EncodePods(state, [&](apiservice::PodItems items) {
    return ProtobufBody(std::move(items), protobuf, {}, kept);
  });
}
BENCHMARK(BM_EncodePodListProtobuf)->Arg(2)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace kubegauge::bench
