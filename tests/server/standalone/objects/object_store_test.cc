#include "server/standalone/objects/object_store.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace kubegauge::server {
namespace {

using WriteError = ObjectStore::WriteError;

const ResourceType& Leases() { return ResourceTypeNamed("leases"); }
const ResourceType& Pods() { return ResourceTypeNamed("pods"); }
Json Object(int spec) { return {{"metadata", Json::object()}, {"spec", spec}}; }

TEST(ObjectStore, GivesEachWriteTheNextVersion) {
  ObjectStore store(100);
  const auto first = store.Insert(Leases(), {"a", "x"}, Object(1));
  EXPECT_EQ(first.object.version, 101u);
  EXPECT_EQ((*first.object.json)["metadata"]["resourceVersion"], "101");
  const auto second = store.Replace(Leases(), {"a", "x"}, 101, Object(2));
  EXPECT_EQ(second.object.version, 102u);
  EXPECT_EQ(store.Get(Leases(), {"a", "x"})->version, 102u);
  EXPECT_EQ(store.Remove(Leases(), {"a", "x"}).object.version, 103u);
  EXPECT_EQ(store.version(), 103u);
  EXPECT_EQ(store.Get(Leases(), {"a", "x"}), std::nullopt);
}

TEST(ObjectStore, RefusesWhatDoesNotFit) {
  ObjectStore store(100, {.max_objects = 2});
  store.Insert(Leases(), {"a", "x"}, Object(1));
  EXPECT_EQ(store.Insert(Leases(), {"a", "x"}, Object(1)).error, WriteError::kExists);
  EXPECT_EQ(store.Replace(Leases(), {"a", "x"}, 7, Object(1)).error, WriteError::kChanged);
  EXPECT_EQ(store.Remove(Leases(), {"a", "x"}, 7).error, WriteError::kChanged);
  EXPECT_EQ(store.Replace(Leases(), {"a", "y"}, 7, Object(1)).error, WriteError::kGone);
  EXPECT_EQ(store.Remove(Pods(), {"a", "x"}).error, WriteError::kGone);
  EXPECT_TRUE(store.Insert(Pods(), {"a", "x"}, Object(1)).ok());
  EXPECT_EQ(store.Insert(Pods(), {"a", "z"}, Object(1)).error, WriteError::kFull);
  EXPECT_EQ(store.version(), 102u) << "a refused write has no version";
}

TEST(ObjectStore, ListsByNamespaceAndName) {
  ObjectStore store(0);
  for (const NamespacedName& key :
       {NamespacedName{"b", "x"}, {"a", "z"}, {"a", "y"}, {"ab", "x"}}) {
    store.Insert(Leases(), key, Object(1));
  }
  const auto keys = [](const ObjectStore::Listing& listing) {
    std::vector<std::string> keys;
    for (const auto& object : listing.objects) {
      keys.push_back(object.key.namespace_name + "/" + object.key.name);
    }
    return keys;
  };
  EXPECT_THAT(keys(store.List(Leases())), ::testing::ElementsAre("a/y", "a/z", "ab/x", "b/x"));
  EXPECT_THAT(keys(store.List(Leases(), "a")), ::testing::ElementsAre("a/y", "a/z"));
  EXPECT_THAT(keys(store.List(Leases(), "c")), ::testing::ElementsAre());
  EXPECT_EQ(store.List(Pods()).version, 4u);
}

TEST(ObjectStore, RemembersTheNewestChanges) {
  ObjectStore store(10, {.max_changes = 3});
  store.Insert(Leases(), {"a", "x"}, Object(1));       // 11
  store.Insert(Pods(), {"a", "p"}, Object(1));         // 12
  store.Replace(Leases(), {"a", "x"}, 11, Object(2));  // 13
  EXPECT_EQ(store.ChangesSince(10, Leases())->changes.size(), 2u);
  store.Remove(Leases(), {"a", "x"});  // 14
  EXPECT_EQ(store.ChangesSince(10, Leases()), std::nullopt) << "11 is forgotten";
  const auto changes = store.ChangesSince(11, Leases());
  ASSERT_TRUE(changes);
  EXPECT_EQ(changes->version, 14u);
  ASSERT_EQ(changes->changes.size(), 2u);
  EXPECT_EQ(changes->changes[0].type, ChangeType::kModified);
  EXPECT_EQ((*changes->changes[0].previous)["spec"], 1);
  EXPECT_EQ(changes->changes[1].type, ChangeType::kDeleted);
  EXPECT_EQ((*changes->changes[1].object.json)["metadata"]["resourceVersion"], "14");
  EXPECT_TRUE(store.ChangesSince(14, Leases())->changes.empty());
  EXPECT_EQ(store.ChangesSince(15, Leases()), std::nullopt) << "a version of the future";
}

}  // namespace
}  // namespace kubegauge::server
