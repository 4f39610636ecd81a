#include "autoscaler/decision_log.h"

#include <gmock/gmock.h>

#include <string>

#include "autoscaler/shorten.h"

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

Outcome FailsWith(const std::string& error) {
  Outcome outcome{.failed = true, .error = error};
  outcome.trace.branch = DecisionTrace::Branch::kMetrics;
  outcome.trace.metrics = {{.name = error, .error = error}};
  return outcome;
}

// Who makes an HPA decides how long names are, and they are in the errors.
TEST(DecisionLogTest, KeepsTheBeginningOfLongTexts) {
  DecisionLog log;
  log.Record(HpaNamed("web"), FailsWith(std::string(100'000, 'a')), kSecond);
  const DecisionRecordPtr web = log.Of("shop", "web").front();
  const std::string kept = std::string(2048, 'a') + "… (97952 bytes more)";
  EXPECT_EQ(web->error, kept);
  EXPECT_EQ(web->trace.metrics[0].name, kept);
  EXPECT_EQ(web->trace.metrics[0].error, kept);
}

TEST(DecisionLogTest, ShortensToWholeCharacters) {
  EXPECT_EQ(Shorten("abc", 3), "abc");
  EXPECT_EQ(Shorten("abcd", 3), "abc… (1 bytes more)");
  EXPECT_EQ(Shorten("aé€", 4), "aé… (3 bytes more)");
  EXPECT_EQ(Shorten("\x80\x80\x80\x80\x80\x80", 4), "\x80… (5 bytes more)") << "no UTF-8";
}

TEST(DecisionLogTest, KeepsTheFirstOfManyMetrics) {
  DecisionLog log({.metrics = 2});
  Outcome outcome = Wants(3);
  for (const char* name : {"a", "b", "c", "d", "e"}) {
    outcome.trace.metrics.emplace_back().name = name;
  }
  log.Record(HpaNamed("web"), outcome, kSecond);
  const DecisionRecordPtr web = log.Of("shop", "web").front();
  ASSERT_EQ(web->trace.metrics.size(), 2u);
  EXPECT_EQ(web->trace.metrics[1].name, "b");
  EXPECT_EQ(web->more_metrics, 3u);
}

TEST(DecisionLogTest, KeepsSoManyBytesOfEachAndInAll) {
  constexpr size_t kKept = 1000;
  // Of each about 3000 bytes and the record itself.
  DecisionLog log(
      {.bytes_per_hpa = 10 * (3 * kKept + 800), .bytes_in_all = 15 * (3 * kKept + 800)});
  const auto record = [&log](const char* name, int i) {
    log.Record(HpaNamed(name), FailsWith(std::to_string(i) + std::string(kKept, 'a')), i * kSecond);
  };
  for (int i = 0; i < 50; ++i) record("a", i);
  const size_t of_a = log.Of("shop", "a").size();
  EXPECT_GE(of_a, 9u);
  EXPECT_LE(of_a, 12u);
  for (int i = 50; i < 100; ++i) record("b", i);
  EXPECT_EQ(log.Of("shop", "b").size(), of_a);
  EXPECT_LE(log.size(), of_a + 8) << "the oldest in all went";
  EXPECT_GE(log.Of("shop", "a").size(), 1u) << "the newest stays";
  log.Forget("shop", "a");
  log.Forget("shop", "b");
  EXPECT_EQ(log.size(), 0u);
  for (int i = 0; i < 50; ++i) record("a", i);
  EXPECT_EQ(log.Of("shop", "a").size(), of_a) << "what went does not count";
}

}  // namespace
}  // namespace kubegauge::autoscaler
