#include "autoscaler/decision_log.h"

#include <gmock/gmock.h>

#include <string>

namespace kubegauge::autoscaler {
namespace {

constexpr int64_t kSecond = 1'000'000'000;

Hpa HpaNamed(const std::string& name) {
  Hpa hpa;
  hpa.meta.namespace_name = "shop";
  hpa.meta.name = name;
  hpa.spec.min_replicas = 1;
  hpa.spec.max_replicas = 10;
  return hpa;
}

Outcome Wants(int32_t desired, int32_t current = 2) {
  Outcome outcome{.current_replicas = current, .desired_replicas = desired};
  outcome.trace.branch = DecisionTrace::Branch::kMetrics;
  outcome.trace.raw_desired = desired;
  if (desired != current) outcome.scaled_to = desired;
  return outcome;
}

TEST(DecisionLogTest, GivesTheRecordBefore) {
  DecisionLog log;
  EXPECT_EQ(log.Record(HpaNamed("web"), Wants(3), 1 * kSecond), nullptr);
  EXPECT_EQ(log.Record(HpaNamed("other"), Wants(4), 1 * kSecond), nullptr);
  const DecisionRecordPtr before = log.Record(HpaNamed("web"), Wants(5), 2 * kSecond);
  ASSERT_NE(before, nullptr);
  EXPECT_EQ(before->desired_replicas, 3);
  EXPECT_EQ(log.Record(HpaNamed("web"), Wants(5), 3 * kSecond)->desired_replicas, 5);
  log.Forget("shop", "web");
  EXPECT_EQ(log.Record(HpaNamed("web"), Wants(6), 4 * kSecond), nullptr);
}

TEST(DecisionLogTest, CountsWhatSaysTheSame) {
  DecisionLog log;
  const Hpa web = HpaNamed("web");
  log.Record(web, Wants(3), 1 * kSecond);
  for (int i = 2; i < 6; ++i) log.Record(web, Wants(2), i * kSecond);
  const auto records = log.Of("shop", "web");
  ASSERT_EQ(records.size(), 2u);
  EXPECT_EQ(records[0]->count, 4u);
  EXPECT_EQ(records[0]->first_ns, 2 * kSecond);
  EXPECT_EQ(records[0]->last_ns, 5 * kSecond);
  EXPECT_TRUE(records[1]->rescaled);
  EXPECT_TRUE(log.Of("shop", "other").empty());
}

TEST(DecisionLogTest, WhatDecisionsSayAlikeIsInMemoryOnce) {
  DecisionLog log;
  for (const char* name : {"web", "api"}) {
    Outcome outcome = Wants(3);
    outcome.error = "the metrics API is down";
    outcome.trace.metrics.emplace_back().name = "cpu resource";
    log.Record(HpaNamed(name), outcome, kSecond);
  }
  const DecisionRecordPtr web = log.Of("shop", "web").front();
  const DecisionRecordPtr api = log.Of("shop", "api").front();
  EXPECT_EQ(web->error, "the metrics API is down");
  EXPECT_EQ(&web->error.str(), &api->error.str());
  EXPECT_EQ(&web->trace.metrics[0].name.str(), &api->trace.metrics[0].name.str());
}

TEST(DecisionLogTest, KeepsSoManyOfEachAndInAll) {
  DecisionLog log({.per_hpa = 3, .in_all = 6, .left_out_pods = 1});
  for (int i = 0; i < 10; ++i) log.Record(HpaNamed("a"), Wants(3 + i), i * kSecond);
  EXPECT_EQ(log.Of("shop", "a").size(), 3u);
  EXPECT_EQ(log.Of("shop", "a").front()->desired_replicas, 12);
  for (int i = 0; i < 3; ++i) log.Record(HpaNamed("b"), Wants(3 + i), i * kSecond);
  EXPECT_EQ(log.size(), 6u);
  log.Record(HpaNamed("c"), Wants(5), 0);
  EXPECT_EQ(log.size(), 6u);
  EXPECT_EQ(log.Of("shop", "a").size(), 2u) << "the oldest in all went";
  EXPECT_EQ(log.Of("shop", "c").size(), 1u);
  log.Forget("shop", "b");
  EXPECT_EQ(log.size(), 3u);
  log.Clear();
  EXPECT_EQ(log.size(), 0u);
}

}  // namespace
}  // namespace kubegauge::autoscaler
