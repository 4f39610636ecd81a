#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <memory>
#include <random>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "scraper/node_points.h"
#include "scraper/resource_decoder.h"

namespace kubegauge::scraper {
namespace {

constexpr int64_t kScrapedAtNs = 1'000'000'000;
constexpr int64_t kResolutionOfNodeNs = 15'000'000'000;

// All of a sample but how quickly it was made.
std::string Describe(const absl::StatusOr<const Sample*>& decoded) {
  if (!decoded.ok()) return "error";
  const Sample& sample = **decoded;
  const auto point = [](const std::optional<UsagePoint>& p) {
    return p ? fmt::format("{} {} {} {}", p->start_time_ns, p->timestamp_ns, p->cpu_ns,
                           p->working_set_bytes)
             : "-";
  };
  std::string text =
      fmt::format("node {} {} {}\n", point(sample.node), sample.node_is_damaged, sample.damage);
  for (const PodSample& pod : sample.pods) {
    text += fmt::format("{}/{} {}\n", pod.namespace_name, pod.name, pod.first_container);
    for (const ContainerSample& container : sample.ContainersOf(pod)) {
      text +=
          fmt::format("  {} {} {}\n", container.name, point(container.point), container.is_damaged);
    }
  }
  return text;
}

std::string Describe(const NodePoints& points) {
  std::string text;
  for (const NodeLayout::Pod& pod : points.layout->pods) {
    text += fmt::format("{}/{}\n", pod.meta->namespace_name(), pod.meta->name());
    for (uint32_t i = pod.first_container; i < pod.first_container + pod.container_count; ++i) {
      const Series& s = points.containers[i];
      text += fmt::format("  {} {} {} {} {} {} {} {} {}\n", points.layout->ContainerName(i),
                          s.last.start_time_ns, s.last.timestamp_ns, s.last.cpu_ns,
                          s.last.working_set_bytes, s.previous_timestamp_ns, s.previous_cpu_ns,
                          s.left_out, s.damaged_samples);
    }
  }
  return text;
}

// Scrapes one node again and again, with or without what is known of the body before.
class BodyReader {
 public:
  explicit BodyReader(bool remembers) : remembers_(remembers) {}

  std::string Read(std::string_view body) {
    if (remembers_) decoder_.Swap(known_);
    const absl::StatusOr<const Sample*> sample = decoder_.Decode(body, kScrapedAtNs);
    if (remembers_) decoder_.Swap(known_);
    std::string text = Describe(sample);
    if (!sample.ok()) return text;
    if ((*sample)->layout != nullptr) ++quick_samples_;
    const auto no_meta = [](std::string_view, std::string_view) -> kube::ObjectMetaRef {
      return nullptr;
    };
    points_ = Advance(points_.get(), **sample, kResolutionOfNodeNs, no_meta);
    known_.layout = points_->layout;
    return text + Describe(*points_);
  }
  // Exchanges what is known of both nodes.
  void Confuse(BodyReader& other) { std::swap(known_, other.known_); }
  int quick_samples() const { return quick_samples_; }

 private:
  const bool remembers_;
  ResourceDecoder decoder_;
  KnownBody known_;
  std::shared_ptr<const NodePoints> points_;
  int quick_samples_ = 0;
};

// A kubelet on whose node containers come and go, and that writes things no kubelet would.
class ChangingKubelet {
 public:
  std::string Body() {
    if (Chance(6)) Change();
    ++second_;
    std::string body;
    if (Chance(20)) AddFamily("container_other", body);
    for (const char* family :
         {"container_cpu_usage_seconds_total", "container_memory_working_set_bytes",
          "container_start_time_seconds"}) {
      AddFamily(family, body);
    }
    body += fmt::format("node_cpu_usage_seconds_total {} {}\n", second_, second_ * 1000);
    body += fmt::format("node_memory_working_set_bytes {} {}\n", Value(), second_ * 1000);
    for (const Container& c : containers_) {
      body += fmt::format("pod_cpu_usage_seconds_total{{namespace=\"{}\",pod=\"{}\"}} 1\n",
                          c.namespace_name, c.pod);
    }
    if (Chance(30)) body.resize(Below(body.size()));
    return body;
  }

 private:
  struct Container {
    std::string_view name, namespace_name, pod;
  };

  size_t Below(size_t limit) { return random_() % limit; }
  bool Chance(size_t one_in) { return Below(one_in) == 0; }
  std::string_view Name() {
    static constexpr std::array kPlain = {"app", "b", "istio-proxy", "a.b", "default"};
    static constexpr std::array kOdd = {"namespace=", "pod=", "",       "\\\"",
                                        "\\n",        "é",    "x,pod=", "under_score"};
    return Chance(40) ? kOdd[Below(kOdd.size())] : kPlain[Below(kPlain.size())];
  }
  std::string Value() {
    static constexpr std::array kOdd = {"0", "NaN", "-1", "+Inf", "1e30", "0.5"};
    return Chance(50) ? kOdd[Below(kOdd.size())] : fmt::format("{}.25e+01", second_ + Below(9));
  }

  void Change() {
    const size_t place = Below(containers_.size() + 1);
    switch (Below(4)) {
      case 0:
        containers_.insert(containers_.begin() + static_cast<ptrdiff_t>(place),
                           {Name(), Name(), Name()});
        break;
      case 1:
        if (place < containers_.size()) {
          containers_.erase(containers_.begin() + static_cast<ptrdiff_t>(place));
        }
        break;
      case 2:
        std::shuffle(containers_.begin(), containers_.end(), random_);
        break;
      default:
        if (place < containers_.size()) containers_[place].name = Name();
    }
    if (containers_.size() > 12) containers_.resize(6);
  }

  // As kubelets write it, but for some that have their labels in another order.
  std::string Labels(const Container& c) {
    if (!Chance(60)) {
      return fmt::format(R"({{container="{}",namespace="{}",pod="{}"}})", c.name, c.namespace_name,
                         c.pod);
    }
    return fmt::format(R"({{pod="{}",container="{}",namespace="{}"}})", c.pod, c.name,
                       c.namespace_name);
  }

  void AddFamily(std::string_view family, std::string& body) {
    body += fmt::format("# HELP {0} [STABLE] Help\n# TYPE {0} gauge\n", family);
    for (const Container& c : containers_) {
      if (Chance(60)) continue;
      const std::string labels = Labels(c);
      body += fmt::format("{}{} {} {}\n", family, labels, Value(), second_ * 1000);
      if (Chance(80)) body += fmt::format("{}{} {}\n", family, labels, Value());
    }
  }

  std::mt19937 random_{7};
  std::vector<Container> containers_;
  int64_t second_ = 1'700'000'000;
};

TEST(KnownBody, ChangesNothingOfWhatIsRead) {
  ChangingKubelet kubelet;
  BodyReader plain(false);
  BodyReader remembering(true);
  for (int i = 0; i < 2000; ++i) {
    const std::string body = kubelet.Body();
    ASSERT_EQ(remembering.Read(body), plain.Read(body)) << body;
  }
  EXPECT_GT(remembering.quick_samples(), 200);
  EXPECT_EQ(plain.quick_samples(), 0);
}

TEST(KnownBody, MayBeThatOfAnotherNode) {
  ChangingKubelet kubelet;
  BodyReader plain(false);
  BodyReader one(true);
  BodyReader other(true);
  for (int i = 0; i < 2000; ++i) {
    const std::string body = kubelet.Body();
    other.Read(kubelet.Body());
    one.Confuse(other);
    ASSERT_EQ(one.Read(body), plain.Read(body)) << body;
  }
}

}  // namespace
}  // namespace kubegauge::scraper
