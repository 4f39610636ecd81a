// What it costs to scrape a cluster: CPU a scrape and resident memory of this process, with a
// kubelet_simulator for kubelets. Nothing else is in the process, so what it prints is what the
// scraper costs: all of a server's work but serving, with the server's settings of memory.
//
//   kubelet_scrape_bench [<authority.pem> <first port> <nodes> <resolution s> <resolutions>]
//
// Without arguments it starts a simulator of 1,000 nodes and scrapes it for two resolutions of 15
// s.

#include <fmt/format.h>
#include <spdlog/logger.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>

#include "kube/clock.h"
#include "kube/credentials.h"
#include "scraper/cluster_scraper.h"
#include "server/heap.h"
#include "server/resident_memory.h"

namespace kubegauge::scraper {
namespace {

constexpr int64_t kSecondNs = 1'000'000'000;
constexpr int kPods = 30;

class FixedCredentials final : public kube::CredentialSource {
 public:
  explicit FixedCredentials(kube::Credentials credentials)
      : credentials_(std::make_shared<const kube::Credentials>(std::move(credentials))) {}
  boost::asio::awaitable<absl::StatusOr<kube::CredentialsPtr>> Get() override {
    co_return credentials_;
  }
  void Refuse(const kube::CredentialsPtr&) override {}

 private:
  const kube::CredentialsPtr credentials_;
};

class CountingObserver final : public ScrapeObserver {
 public:
  void OnScrape(const std::string&, int64_t, bool success, int64_t) override {
    ++(success ? successes : failures);
  }
  void OnTick(int64_t) override {}
  void OnNodeGone(const std::string&) override {}

  int64_t successes = 0;
  int64_t failures = 0;
};

struct Cost {
  int64_t user_us;
  int64_t system_us;
};

Cost CostSoFar() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  const auto us = [](const timeval& t) { return int64_t{t.tv_sec} * 1'000'000 + t.tv_usec; };
  return {us(usage.ru_utime), us(usage.ru_stime)};
}

// "VmRSS" and the like, in KiB.
std::string MemoryOf(std::string_view field) {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);) {
    if (line.starts_with(field)) return line.substr(field.size() + 1);
  }
  return "";
}

std::string ReadFile(const char* path) {
  std::ostringstream text;
  text << std::ifstream(path).rdbuf();
  return text.str();
}

struct Cluster {
  kube::NodeList nodes;
  std::shared_ptr<const Catalog> catalog;
};

Cluster MakeCluster(int first_port, int nodes) {
  Cluster cluster;
  std::vector<kube::ObjectMetaRef> node_metas;
  std::vector<kube::ObjectMetaRef> pod_metas;
  kube::LabelSetPool labels;
  for (int node = 0; node < nodes; ++node) {
    kube::NodeInfo info{.meta = kube::ObjectMeta::Create("", fmt::format("node-{}", node)),
                        .addresses = {{"InternalIP", "127.0.0.1"}},
                        .kubelet_port = static_cast<uint16_t>(first_port + node),
                        .ready = true};
    node_metas.push_back(info.meta);
    cluster.nodes.push_back(std::make_shared<const kube::NodeInfo>(std::move(info)));
    for (int pod = 0; pod < kPods; ++pod) {
      const std::string service = fmt::format("service-{:03}", pod);
      const std::vector<kube::Label> of_service = {{"app.kubernetes.io/instance", "prod"},
                                                   {"app.kubernetes.io/name", service},
                                                   {"pod-template-hash", "5d8f7c6b"}};
      pod_metas.push_back(kube::ObjectMeta::Create(fmt::format("team-{}", pod % 10),
                                                   fmt::format("{}-5d8f7c6b-{:05}", service, node),
                                                   labels.Get(of_service)));
    }
  }
  cluster.catalog = std::make_shared<const Catalog>(std::move(node_metas), std::move(pod_metas));
  return cluster;
}

void Run(const char* authority, int first_port, int nodes, int64_t resolution_ns, int rounds) {
  boost::asio::io_context io(1);
  const kube::SystemClock clock;
  spdlog::logger log("", std::make_shared<spdlog::sinks::stderr_sink_st>());
  FixedCredentials credentials(
      {.authorization = "Bearer " + std::string(900, 't'), .authority = ReadFile(authority)});
  CountingObserver observer;
  Published<Snapshot> snapshot(EmptySnapshot());
  std::atomic<int64_t> tick_began_ns{0};
  ClusterScraper scraper(
      io.get_executor(),
      {.addressing = {.address_types = {"InternalIP"}, .use_node_status_port = true},
       .client = {.user_agent = "kubegauge/bench"},
       .resolution_ns = resolution_ns,
       .timeout_ns = 10 * kSecondNs},
      &credentials, snapshot, observer, clock, log);
  const Cluster cluster = MakeCluster(first_port, nodes);
  const size_t heap_before = server::HeapBytesInUse();
  fmt::print("before: RSS {}\n", MemoryOf("VmRSS"));
  scraper.SetCatalog(cluster.catalog);
  scraper.SetNodes(cluster.nodes);
  boost::asio::co_spawn(io, scraper.Run(tick_began_ns), boost::asio::detached);

  const Cost at_start = CostSoFar();
  const auto began = std::chrono::steady_clock::now();
  while (observer.successes < nodes) io.run_one();
  const Cost connected = CostSoFar();
  fmt::print(
      "all nodes scraped once after {} ms, CPU {} us a node, RSS {}\n",
      (std::chrono::steady_clock::now() - began) / std::chrono::milliseconds(1),
      (connected.user_us + connected.system_us - at_start.user_us - at_start.system_us) / nodes,
      MemoryOf("VmRSS"));
  server::UnmapUnusedCode();
  for (int round = 0; round < rounds; ++round) {
    const Cost before = CostSoFar();
    const int64_t scraped_before = observer.successes;
    io.run_for(std::chrono::nanoseconds(resolution_ns));
    const Cost after = CostSoFar();
    const int64_t scrapes = std::max<int64_t>(observer.successes - scraped_before, 1);
    fmt::print(
        "{} scrapes, {} failed: CPU {} us a scrape (user {}, system {}), heap bytes a node {}, RSS "
        "{}, "
        "peak {}, servable nodes {}, containers {}\n",
        scrapes, observer.failures,
        (after.user_us - before.user_us + after.system_us - before.system_us) / scrapes,
        (after.user_us - before.user_us) / scrapes, (after.system_us - before.system_us) / scrapes,
        (server::HeapBytesInUse() - heap_before) / static_cast<size_t>(nodes), MemoryOf("VmRSS"),
        MemoryOf("VmHWM"), snapshot.Get()->CountServableNodes(),
        snapshot.Get()->CountServableContainers());
    std::fflush(stdout);
  }
}

}  // namespace
}  // namespace kubegauge::scraper

namespace {

// A kubelet_simulator of its own, which ends with it.
class Simulator {
 public:
  Simulator(const char* authority, const char* first_port, const char* nodes) {
    int output[2];
    if (pipe(output) != 0) std::abort();
    process_ = fork();
    if (process_ == 0) {
      dup2(output[1], STDOUT_FILENO);
      execl(KUBELET_SIMULATOR, KUBELET_SIMULATOR, authority, first_port, nodes, nullptr);
      _exit(1);
    }
    close(output[1]);
    char ready = 0;
    if (read(output[0], &ready, 1) != 1) std::abort();
    close(output[0]);
  }
  ~Simulator() {
    kill(process_, SIGKILL);
    waitpid(process_, nullptr, 0);
  }

 private:
  pid_t process_ = -1;
};

}  // namespace

int main(int argc, char** argv) {
  if (argc != 1 && argc != 6) {
    std::fputs(
        "usage: kubelet_scrape_bench [<authority.pem> <first port> <nodes> <resolution s> "
        "<resolutions>]\n",
        stderr);
    return 2;
  }
  kubegauge::server::KeepHeapSmall();
  rlimit limit{};
  getrlimit(RLIMIT_NOFILE, &limit);
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
  using kubegauge::scraper::kSecondNs;
  if (argc == 6) {
    kubegauge::scraper::Run(argv[1], std::atoi(argv[2]), std::atoi(argv[3]),
                            std::atoll(argv[4]) * kSecondNs, std::atoi(argv[5]));
    return 0;
  }
  const std::string authority =
      fmt::format("{}/kubelets-{}.pem", std::filesystem::temp_directory_path().string(), getpid());
  {
    const Simulator simulator(authority.c_str(), "21000", "1000");
    kubegauge::scraper::Run(authority.c_str(), 21000, 1000, 15 * kSecondNs, 2);
  }
  std::filesystem::remove(authority);
}
