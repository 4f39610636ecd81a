#include "server/standalone/inventory.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace kubegauge::server {
namespace {

using ::testing::ElementsAre;
using ::testing::Field;

constexpr uint64_t kFirst = 1000;

PodRecord Pod(std::string namespace_name, std::string name, int64_t creation_ns = 1) {
  return {.namespace_name = std::move(namespace_name),
          .name = std::move(name),
          .creation_ns = creation_ns};
}

TEST(Inventory, SortsPodsAndDerivesNamespaces) {
  const auto inventory = NextInventory(
      nullptr, {.name = "n", .uid = "u"},
      {Pod("web", "b"), Pod("db", "mysql"), Pod("web", "a"), Pod("web-2", "a")}, kFirst);
  EXPECT_THAT(
      inventory->pods,
      ElementsAre(Field(&PodRecord::name, "mysql"), Field(&PodRecord::name, "a"),
                  Field(&PodRecord::name, "b"), Field(&PodRecord::namespace_name, "web-2")));
  EXPECT_THAT(
      inventory->namespaces,
      ElementsAre(Field(&NamespaceRecord::name, "db"), Field(&NamespaceRecord::name, "default"),
                  Field(&NamespaceRecord::name, "web"), Field(&NamespaceRecord::name, "web-2")));
  EXPECT_EQ(inventory->FindPod("web", "b"), &inventory->pods[2]);
  EXPECT_EQ(inventory->FindPod("web", "mysql"), nullptr);
  EXPECT_EQ(inventory->FindPod("zzz", "b"), nullptr);
  EXPECT_EQ(inventory->FindNamespace("nowhere"), nullptr);
}

TEST(Inventory, KeepsTheNewestOfTwoPodsOfOneName) {
  const auto inventory =
      NextInventory(nullptr, {}, {Pod("a", "x", 5), Pod("a", "x", 9), Pod("a", "x", 7)}, kFirst);
  EXPECT_THAT(inventory->pods, ElementsAre(Field(&PodRecord::creation_ns, 9)));
}

TEST(Inventory, GivesNewVersionsToWhatChangedOnly) {
  const auto first = NextInventory(nullptr, {.name = "n"}, {Pod("a", "x"), Pod("a", "y")}, kFirst);
  EXPECT_EQ(first->resource_version, kFirst);
  EXPECT_EQ(first->pods[0].resource_version, kFirst);

  // The same again: the same inventory.
  EXPECT_EQ(NextInventory(first, {.name = "n"}, {Pod("a", "y"), Pod("a", "x")}, kFirst), first);

  const auto second =
      NextInventory(first, {.name = "n"}, {Pod("a", "x"), Pod("a", "y", 2), Pod("b", "z")}, kFirst);
  EXPECT_EQ(second->resource_version, kFirst + 1);
  EXPECT_EQ(second->node.resource_version, kFirst);
  EXPECT_EQ(second->FindPod("a", "x")->resource_version, kFirst);
  EXPECT_EQ(second->FindPod("a", "y")->resource_version, kFirst + 1);
  EXPECT_EQ(second->FindPod("b", "z")->resource_version, kFirst + 1);
  EXPECT_EQ(second->FindNamespace("a")->resource_version, kFirst);
  EXPECT_EQ(second->FindNamespace("b")->resource_version, kFirst + 1);

  // One that is gone is a change, too.
  const auto third = NextInventory(second, {.name = "n"}, {Pod("a", "x"), Pod("b", "z")}, kFirst);
  EXPECT_EQ(third->resource_version, kFirst + 2);
  EXPECT_EQ(third->FindPod("a", "x")->resource_version, kFirst);
  EXPECT_EQ(third->FindPod("a", "y"), nullptr);
}

TEST(StableUid, IsAUuidThatDependsOnTheTextOnly) {
  EXPECT_THAT(StableUid("machine"),
              ::testing::MatchesRegex(
                  "[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"));
  EXPECT_EQ(StableUid("machine"), StableUid("machine"));
  EXPECT_NE(StableUid("machine"), StableUid("machine2"));
}

}  // namespace
}  // namespace kubegauge::server
