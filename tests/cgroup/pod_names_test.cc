#include "cgroup/pod_names.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <unistd.h>

#include <string>
#include <vector>

#include "tests/cgroup/tree_fixture.h"

namespace kubegauge::cgroup {
namespace {

using ::kubegauge::testing::MakeFile;
using ::kubegauge::testing::TempTree;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr int64_t kSecondNs = 1'000'000'000;

std::string Id(char digit) { return std::string(64, digit); }

class PodNamesTest : public ::testing::Test {
 protected:
  bool Refresh() {
    now_ns_ += 3 * kSecondNs;
    failures_.clear();
    return names_.Refresh(now_ns_, failures_);
  }
  void AddPodLog(const std::string& name) { tree_.Add("var/log/pods/" + name, {}); }
  void AddContainerLog(const std::string& name) {
    tree_.Add("var/log/containers", {MakeFile(name + ".log", "")});
  }
  // "" for none.
  std::string Container(const std::string& id, const PodName& pod) {
    const std::string* name = names_.FindContainer(id, pod);
    return name == nullptr ? "" : *name;
  }

  TempTree tree_;
  PodNames names_{tree_.root()};
  int64_t now_ns_ = 0;
  std::vector<absl::Status> failures_;
};

TEST_F(PodNamesTest, IdThatWasCutOffIsOfItsOwnPodOnly) {
  const std::string pod(150, 'p');
  const std::string name = pod + "_ns_" + std::string(60, 'c') + "-" + Id('b');
  AddContainerLog(name.substr(0, 251));
  Refresh();
  EXPECT_EQ(Container(Id('b'), {.namespace_name = "ns", .pod = pod}), std::string(60, 'c'));
  EXPECT_EQ(Container(Id('a'), {.namespace_name = "ns", .pod = pod}), "");
  EXPECT_EQ(Container(Id('b'), {.namespace_name = "other", .pod = pod}), "");
  EXPECT_EQ(Container(Id('b'), {.namespace_name = "ns", .pod = "p"}), "");
}

TEST_F(PodNamesTest, ContainerThatHasNoLogForAMinuteIsLookedForOnlyTogetherWithSomethingNew) {
  const PodName pod{.namespace_name = "ns", .pod = "p"};
  for (int passes = 0; passes < 25; ++passes) {
    Container(Id('a'), pod);
    EXPECT_FALSE(Refresh()) << "nothing to learn";
  }
  AddContainerLog("p_ns_late-" + Id('a'));
  Container(Id('a'), pod);
  EXPECT_FALSE(Refresh());
  EXPECT_EQ(Container(Id('a'), pod), "") << "as if it were a pause container";
  Container(Id('f'), pod);
  EXPECT_TRUE(Refresh());
  EXPECT_EQ(Container(Id('a'), pod), "late");
}

// The kubelet makes the folder of its logs when its volumes are mounted, which may take hours.
TEST_F(PodNamesTest, PodThatHasNoLogForLongIsLookedForEverySixteenSeconds) {
  const auto passes_until_known = [&] {
    int passes = 0;
    while (names_.FindPod("uid", 0) == nullptr && passes < 100) {
      Refresh();
      ++passes;
    }
    return passes;
  };
  EXPECT_EQ(passes_until_known(), 100) << "of three seconds each";
  AddPodLog("ns_p_uid");
  EXPECT_LE(passes_until_known(), 6);
}

TEST_F(PodNamesTest, PodIsLookedForAtOnceWhenItGetsAContainer) {
  // The logs are listed in the passes 1, 2, 4, 7, 13, 19 and 25.
  for (int passes = 0; passes < 25; ++passes) {
    EXPECT_EQ(names_.FindPod("uid", 1), nullptr);
    EXPECT_FALSE(Refresh());
  }
  AddPodLog("ns_p_uid");
  for (const size_t containers : {1, 0, 1}) {
    EXPECT_EQ(names_.FindPod("uid", containers), nullptr);
    EXPECT_FALSE(Refresh()) << containers << ": which is not more than before";
  }
  EXPECT_EQ(names_.FindPod("uid", 2), nullptr);
  EXPECT_TRUE(Refresh());
  EXPECT_NE(names_.FindPod("uid", 2), nullptr);
}

TEST_F(PodNamesTest, LogsAreListedOnceInTwoSecondsAtMost) {
  const PodName pod{.namespace_name = "ns", .pod = "p"};
  Refresh();
  Container(Id('a'), pod);
  AddContainerLog("p_ns_c-" + Id('a'));
  EXPECT_FALSE(names_.Refresh(now_ns_ + kSecondNs, failures_));
  EXPECT_EQ(Container(Id('a'), pod), "");
  EXPECT_TRUE(names_.Refresh(now_ns_ + 2 * kSecondNs, failures_));
  EXPECT_EQ(Container(Id('a'), pod), "c");
}

TEST_F(PodNamesTest, LogsThatCannotBeListedLeaveWhatIsKnownAndAreNamed) {
  AddPodLog("ns_p_uid");
  AddContainerLog("p_ns_c-" + Id('b'));
  Refresh();
  const PodName pod{.namespace_name = "ns", .pod = "p"};
  Container(Id('a'), pod);
  rlimit before{};
  ASSERT_EQ(getrlimit(RLIMIT_NOFILE, &before), 0);
  const int next_fd = dup(0);
  close(next_fd);
  const rlimit none{.rlim_cur = static_cast<rlim_t>(next_fd), .rlim_max = before.rlim_max};
  ASSERT_EQ(setrlimit(RLIMIT_NOFILE, &none), 0);
  Refresh();
  setrlimit(RLIMIT_NOFILE, &before);
  ASSERT_THAT(failures_, SizeIs(2));
  EXPECT_THAT(std::string(failures_[0].message()), HasSubstr("/var/log/containers: "));
  EXPECT_NE(names_.FindPod("uid", 0), nullptr);
  EXPECT_EQ(Container(Id('b'), pod), "c");
  AddPodLog("ns_q_uid2");
  Refresh();
  EXPECT_THAT(failures_, IsEmpty());
  EXPECT_NE(names_.FindPod("uid2", 0), nullptr) << "it tries again";
}

TEST_F(PodNamesTest, LinksThatStandForFoldersAreNotFollowed) {
  tree_.Add("elsewhere", {});
  std::filesystem::create_symlink("/x/" + Id('b') + "/json.log", tree_.At("elsewhere/0.log"));
  AddPodLog("ns_p_uid");
  std::filesystem::create_symlink(tree_.At("elsewhere"), tree_.At("var/log/pods/ns_p_uid/c"));
  Refresh();
  Container(Id('b'), {.namespace_name = "ns", .pod = "p"});
  Refresh();
  EXPECT_EQ(Container(Id('b'), {.namespace_name = "ns", .pod = "p"}), "");
}

TEST_F(PodNamesTest, ClockThatIsSetBackHoldsNothingUp) {
  const PodName pod{.namespace_name = "ns", .pod = "p"};
  now_ns_ = 7200 * kSecondNs;
  Refresh();
  Container(Id('a'), pod);
  Refresh();
  now_ns_ -= 3600 * kSecondNs;
  AddContainerLog("p_ns_c-" + Id('a'));
  AddContainerLog("p_ns_d-" + Id('d'));
  Container(Id('d'), pod);
  EXPECT_TRUE(Refresh());
  EXPECT_EQ(Container(Id('a'), pod), "c");
  EXPECT_EQ(Container(Id('d'), pod), "d");
}

TEST_F(PodNamesTest, UnknownContainerIsLookedForLessAndLessOften) {
  const PodName pod{.namespace_name = "ns", .pod = "p"};
  Refresh();
  now_ns_ += kSecondNs;
  const auto found_after = [&](int64_t seconds) {
    Container(Id('a'), pod);
    names_.Refresh(now_ns_ + seconds * kSecondNs, failures_);
    return Container(Id('a'), pod) == "c";
  };
  now_ns_ += 10 * kSecondNs;
  for (const int64_t seconds : {0, 2, 6}) EXPECT_FALSE(found_after(seconds));
  AddContainerLog("p_ns_c-" + Id('a'));
  EXPECT_FALSE(found_after(8));
  EXPECT_FALSE(found_after(13));
  EXPECT_TRUE(found_after(14));
}

TEST_F(PodNamesTest, PauseContainerIsRememberedForAsLongAsItIsHeld) {
  const PodName pod{.namespace_name = "ns", .pod = "p"};
  const auto pass = [&] {
    Container(Id('a'), pod);
    return Refresh();
  };
  for (int passes = 0; passes < 100; ++passes) pass();
  Container(Id('f'), pod);
  for (int passes = 0; passes < 20; ++passes) pass();
  AddContainerLog("p_ns_late-" + Id('a'));
  for (int passes = 0; passes < 100; ++passes) ASSERT_FALSE(pass()) << "not looked for again";
  for (int passes = 0; passes < 3; ++passes) Refresh();
  EXPECT_TRUE(pass()) << "nobody had asked for it, so it had been forgotten and is new";
}

TEST_F(PodNamesTest, ManyUnknownContainersDoNotHideANewOne) {
  const PodName pod{.namespace_name = "ns", .pod = "p"};
  const auto ask_for_all = [&] {
    for (int i = 0; i < 10'001; ++i) Container("unknown-" + std::to_string(i), pod);
  };
  for (int passes = 0; passes < 20; ++passes) {
    ask_for_all();
    Refresh();
  }
  AddContainerLog("p_ns_c-" + Id('a'));
  ask_for_all();
  Container(Id('a'), pod);
  EXPECT_TRUE(Refresh());
  EXPECT_EQ(Container(Id('a'), pod), "c");
}

TEST_F(PodNamesTest, DockersLinksAreFollowedOfThePodOfAnUnknownContainerOnly) {
  const auto add_docker_log = [&](const std::string& pod, const std::string& id) {
    tree_.Add("var/log/pods/" + pod + "/c", {});
    std::filesystem::create_symlink("/var/lib/docker/containers/" + id + "/" + id + "-json.log",
                                    tree_.At("var/log/pods/" + pod + "/c/0.log"));
  };
  add_docker_log("ns_p_uid-p", Id('a'));
  add_docker_log("ns_q_uid-q", Id('b'));
  const PodName p{.namespace_name = "ns", .pod = "p"};
  const PodName q{.namespace_name = "ns", .pod = "q"};
  Refresh();
  EXPECT_EQ(Container(Id('a'), p), "");
  EXPECT_TRUE(names_.Refresh(now_ns_, failures_)) << "even though the logs were just listed";
  EXPECT_EQ(Container(Id('a'), p), "c");
  EXPECT_EQ(Container(Id('b'), q), "") << "its folder was not opened";
  EXPECT_TRUE(Refresh());
  EXPECT_EQ(Container(Id('b'), q), "c");
  EXPECT_EQ(Container(Id('a'), p), "c") << "still";
}

}  // namespace
}  // namespace kubegauge::cgroup
