// Names of wire.md D.4 and D.5.

#include "cgroup/names.h"

#include <gtest/gtest.h>

#include <string>

namespace kubegauge::cgroup {
namespace {

const std::string kId(64, 'a');

TEST(Names, KubepodsRootsOfBothDrivers) {
  for (const char* name : {"kubepods", "kubepods.slice", "kubelet-kubepods.slice"}) {
    EXPECT_TRUE(IsKubepodsRoot(name)) << name;
  }
  for (const char* name :
       {"kubepods-burstable.slice", "burstable", "mykubepods.slice", "kubelet"}) {
    EXPECT_FALSE(IsKubepodsRoot(name)) << name;
  }
}

TEST(Names, QosClassesOfBothDrivers) {
  for (const char* name : {"burstable", "besteffort", "kubepods-burstable.slice",
                           "kubelet-kubepods-besteffort.slice"}) {
    EXPECT_TRUE(IsQosClass(name)) << name;
  }
  EXPECT_FALSE(IsQosClass("kubepods.slice"));
  EXPECT_FALSE(IsQosClass("podburstable"));
}

TEST(Names, PodUids) {
  const std::string uid = "fe386a56-12ab-42b4-8017-f6ea6a10514c";
  const struct {
    std::string name;
    std::optional<std::string> uid;
  } kCases[] = {
      {"pod" + uid, uid},
      {"kubepods-burstable-podfe386a56_12ab_42b4_8017_f6ea6a10514c.slice", uid},
      {"kubepods-podfe386a56_12ab_42b4_8017_f6ea6a10514c.slice", uid},
      {"kubelet-kubepods-besteffort-podfe386a56_12ab_42b4_8017_f6ea6a10514c.slice", uid},
      {"pod8b7d2f0e1c3a4b5d6e7f8091a2b3c4d5", "8b7d2f0e1c3a4b5d6e7f8091a2b3c4d5"},
      {"kubepods-burstable-pod8b7d2f0e1c3a4b5d6e7f8091a2b3c4d5.slice",
       "8b7d2f0e1c3a4b5d6e7f8091a2b3c4d5"},
      {"pod", std::nullopt},
      {"kubepods-burstable.slice", std::nullopt},
      {"burstable", std::nullopt},
      {"pod../x", std::nullopt},
  };
  for (const auto& test : kCases) EXPECT_EQ(PodUidOf(test.name), test.uid) << test.name;
}

TEST(Names, ContainerIds) {
  for (const std::string& name :
       {kId, "cri-containerd-" + kId + ".scope", "crio-" + kId, "crio-" + kId + ".scope",
        "docker-" + kId + ".scope", "libpod-" + kId + ".scope"}) {
    EXPECT_EQ(ContainerIdOf(name), kId) << name;
  }
  for (const std::string& name :
       {"crio-conmon-" + kId + ".scope", "libpod-conmon-" + kId, kId + "0", std::string(63, 'a'),
        "x-" + std::string(64, 'A'), std::string("init.scope")}) {
    EXPECT_EQ(ContainerIdOf(name), std::nullopt) << name;
  }
}

TEST(Names, UnitKinds) {
  const struct {
    const char* name;
    UnitKind kind;
  } kCases[] = {
      {"user-1000.slice", UnitKind::kSlice}, {"getty@tty1.service", UnitKind::kService},
      {"init.scope", UnitKind::kScope},      {"dev-hugepages.mount", UnitKind::kPassive},
      {"dev-sda2.swap", UnitKind::kPassive}, {"dbus.socket", UnitKind::kPassive},
      {"lxc.payload.box", UnitKind::kNone},  {"docker", UnitKind::kNone},
  };
  for (const auto& test : kCases) EXPECT_EQ(UnitKindOf(test.name), test.kind) << test.name;
}

TEST(Names, PodLogs) {
  const auto name = ParsePodLogName("luffy_busy_fe386a56-12ab-42b4-8017-f6ea6a10514c");
  ASSERT_TRUE(name);
  EXPECT_EQ(name->namespace_name, "luffy");
  EXPECT_EQ(name->pod, "busy");
  EXPECT_EQ(name->uid, "fe386a56-12ab-42b4-8017-f6ea6a10514c");
  for (const char* bad : {"", "a", "a_b", "_b_c", "a__c", "a_b_", "a_b_c_d"}) {
    EXPECT_FALSE(ParsePodLogName(bad)) << bad;
  }
}

TEST(Names, ContainerLogs) {
  const std::string whole = "web-0_shop_side-car-" + kId + ".log";
  const auto name = ParseContainerLogName(whole);
  ASSERT_TRUE(name);
  EXPECT_EQ(name->pod, "web-0");
  EXPECT_EQ(name->namespace_name, "shop");
  EXPECT_EQ(name->container, "side-car");
  EXPECT_EQ(name->id, kId);
  for (const std::string& bad :
       {"web_shop_c-" + kId, std::string("web_shop_c-abc.log"), "web-shop-c-" + kId + ".log",
        "_shop_c-" + kId + ".log", "web_shop_-" + kId + ".log"}) {
    EXPECT_FALSE(ParseContainerLogName(bad)) << bad;
  }
}

TEST(Names, ContainerLogOfALongNameHasOnlyTheBeginningOfItsId) {
  const std::string pod(150, 'p');
  const std::string whole = pod + "_ns_" + std::string(60, 'c') + "-" + kId;
  const std::string cut = whole.substr(0, 251) + ".log";
  ASSERT_EQ(cut.size(), 255u);
  const auto name = ParseContainerLogName(cut);
  ASSERT_TRUE(name);
  EXPECT_TRUE(kId.starts_with(name->id));
  EXPECT_EQ(name->id.size(), 251 - 150 - 4 - 60 - 1u);
}

TEST(Names, ContainerLogWithHardlyAnyOfItsIdCouldBeOfAnyContainer) {
  for (const size_t id_bytes : {0, 1, 7}) {
    const std::string pod(251 - 4 - 60 - 1 - id_bytes, 'p');
    const std::string cut =
        pod + "_ns_" + std::string(60, 'c') + "-" + kId.substr(0, id_bytes) + ".log";
    ASSERT_EQ(cut.size(), 255u);
    EXPECT_FALSE(ParseContainerLogName(cut)) << id_bytes;
  }
}

}  // namespace
}  // namespace kubegauge::cgroup
