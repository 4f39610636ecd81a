#include "server/autoscaler/options.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace kubegauge::server {
namespace {

// The error of the flags, or of what they amount to; "" for none.
std::string ErrorOf(const std::vector<std::string>& arguments, AutoscalerOptions& options) {
  FlagSet flags;
  bool show_version = false;
  AddAutoscalerFlags(flags, options, show_version);
  const auto parsed = flags.Parse(arguments);
  const absl::Status status = parsed.ok() ? Validate(options) : parsed.status();
  return std::string(status.message());
}

TEST(AutoscalerOptionsTest, AreKubeControllerManagers) {
  AutoscalerOptions options;
  EXPECT_EQ(ErrorOf({}, options), "");
  EXPECT_EQ(options.autoscaler.hpa.sync_period_ns, 15 * kSecondNs);
  EXPECT_EQ(options.autoscaler.hpa.concurrent_syncs, 5);
  EXPECT_EQ(options.autoscaler.hpa.tuning.downscale_stabilization_ns, 300 * kSecondNs);
  EXPECT_EQ(options.autoscaler.hpa.tuning.tolerance, 0.1);
  EXPECT_EQ(options.autoscaler.hpa.tuning.cpu_initialization_period_ns, 300 * kSecondNs);
  EXPECT_EQ(options.autoscaler.hpa.tuning.initial_readiness_delay_ns, 30 * kSecondNs);
  EXPECT_TRUE(options.autoscaler.election.elect);
  EXPECT_EQ(ErrorOf({"--horizontal-pod-autoscaler-sync-period=5s",
                     "--horizontal-pod-autoscaler-downscale-stabilization", "1m30s",
                     "--horizontal-pod-autoscaler-tolerance=0",
                     "--horizontal-pod-autoscaler-cpu-initialization-period=0s",
                     "--horizontal-pod-autoscaler-initial-readiness-delay=1s",
                     "--concurrent-horizontal-pod-autoscaler-syncs=50",
                     "--leader-elect-lease-duration=30s", "--leader-elect-renew-deadline=20s",
                     "--leader-elect-retry-period=4s", "--leader-elect-resource-name=mine",
                     "--leader-elect-resource-namespace=ops", "--leader-elect-resource-lock=leases",
                     "--kube-api-qps=20", "--feature-gates=HPAScaleToZero=false,AllAlpha=true"},
                    options),
            "");
  EXPECT_EQ(options.autoscaler.hpa.sync_period_ns, 5 * kSecondNs);
  EXPECT_EQ(options.autoscaler.hpa.tuning.downscale_stabilization_ns, 90 * kSecondNs);
  EXPECT_EQ(options.autoscaler.hpa.tuning.tolerance, 0);
  EXPECT_EQ(options.autoscaler.hpa.tuning.cpu_initialization_period_ns, 0);
  EXPECT_FALSE(options.autoscaler.hpa.tuning.scale_to_zero);
  EXPECT_TRUE(options.autoscaler.hpa.tuning.configurable_tolerance);
  EXPECT_EQ(options.autoscaler.election.retry_period_ns, 4 * kSecondNs);
  EXPECT_EQ(options.autoscaler.election.resource_name, "mine");
  EXPECT_EQ(options.autoscaler.election.resource_namespace, "ops");
}

TEST(AutoscalerOptionsTest, TakeAFractionOfARequestPerSecond) {
  AutoscalerOptions options;
  EXPECT_EQ(options.autoscaler.api_requests_per_second, 1000);
  EXPECT_EQ(ErrorOf({"--kube-api-qps=20.0"}, options), "");
  EXPECT_EQ(options.autoscaler.api_requests_per_second, 20);
  EXPECT_EQ(ErrorOf({"--kube-api-qps=0.5"}, options), "");
  EXPECT_EQ(options.autoscaler.api_requests_per_second, 0.5);
}

TEST(AutoscalerOptionsTest, AreRefusedInUpstreamsWords) {
  const struct {
    std::vector<std::string> arguments;
    const char* error;
  } cases[] = {
      {{"--concurrent-horizontal-pod-autoscaler-syncs=0"},
       "concurrent-horizontal-pod-autoscaler-syncs must be greater than 0, but got 0"},
      {{"--concurrent-horizontal-pod-autoscaler-syncs=-3"},
       "concurrent-horizontal-pod-autoscaler-syncs must be greater than 0, but got -3"},
      {{"--horizontal-pod-autoscaler-sync-period=0s"},
       "horizontal-pod-autoscaler-sync-period must be greater than 0"},
      {{"--horizontal-pod-autoscaler-sync-period=15"},
       "invalid argument \"15\" for \"--horizontal-pod-autoscaler-sync-period\" flag: time: "
       "missing "
       "unit in duration \"15\""},
      {{"--horizontal-pod-autoscaler-tolerance=much"},
       "invalid argument \"much\" for \"--horizontal-pod-autoscaler-tolerance\" flag: "
       "strconv.ParseFloat: parsing \"much\": invalid syntax"},
      {{"--leader-elect-lease-duration=10s"}, "leaseDuration must be greater than renewDeadline"},
      {{"--leader-elect-retry-period=9s"},
       "renewDeadline must be greater than retryPeriod*JitterFactor"},
      {{"--hpa-api=apps/v1"},
       "hpa-api must be autoscaling/v2 or autoscaling.kubegauge.io/v2, but got \"apps/v1\""},
      {{"--kube-api-qps=many"},
       "invalid argument \"many\" for \"--kube-api-qps\" flag: strconv.ParseFloat: parsing "
       "\"many\": invalid syntax"},
      {{"--kube-api-qps=nan"}, "kube-api-qps and kube-api-burst must be greater than 0"},
      {{"--kube-api-qps=0"}, "kube-api-qps and kube-api-burst must be greater than 0"},
      {{"--feature-gates=HPAScaleToZero"},
       "invalid argument \"HPAScaleToZero\" for \"--feature-gates\" flag: missing bool value for "
       "HPAScaleToZero"},
      {{"--horizontal-pod-autoscaler-upscale-delay=3m"},
       "unknown flag: --horizontal-pod-autoscaler-upscale-delay"},
  };
  for (const auto& [arguments, error] : cases) {
    AutoscalerOptions options;
    EXPECT_EQ(ErrorOf(arguments, options), error);
  }
  AutoscalerOptions unelected;
  EXPECT_EQ(ErrorOf({"--leader-elect=false", "--leader-elect-lease-duration=1s"}, unelected), "");
}

}  // namespace
}  // namespace kubegauge::server
