#include "autoscaler/pod_index.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <random>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "autoscaler/pod_fields.h"
#include "autoscaler/pod_match.h"
#include "autoscaler/pod_shapes.h"
#include "autoscaler/selector_registry.h"

namespace kubegauge::autoscaler {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

kube::LabelSelector Parse(const std::string& text) {
  return kube::LabelSelector::Parse(text).value();
}

std::vector<std::string> Names(const std::vector<PodPtr>& pods) {
  std::vector<std::string> names;
  for (const PodPtr& pod : pods) names.push_back(pod->name);
  return names;
}

class PodMaker {
 public:
  using Labels = std::vector<std::pair<std::string, std::string>>;
  PodPtr operator()(const std::string& namespace_name, const std::string& name,
                    const Labels& labels) {
    PodFields fields;
    fields.namespace_name = namespace_name;
    fields.name = name;
    fields.labels.assign(labels.begin(), labels.end());
    return *MakePod(fields, shapes_);
  }

 private:
  PodShapes shapes_;
};

TEST(PodIndexTest, SelectsByLabelsWithinANamespace) {
  PodMaker pod;
  PodIndex index;
  const PodPtr first = pod("shop", "web-1", {{"app", "web"}, {"canary", ""}});
  for (const PodPtr& added :
       {pod("shop", "web-3", {{"app", "web"}}), first, pod("shop", "web-2", {{"app", "web"}}),
        pod("shop", "db-1", {{"app", "db"}}), pod("bank", "web-9", {{"app", "web"}})}) {
    index.Add(added);
  }
  const struct {
    const char* selector;
    std::vector<std::string> names;
  } cases[] = {
      {"app=web", {"web-1", "web-2", "web-3"}},
      {"app in (web,db)", {"db-1", "web-1", "web-2", "web-3"}},
      {"app=web,canary", {"web-1"}},
      {"app=web,!canary", {"web-2", "web-3"}},
      {"canary=", {"web-1"}},
      {"app!=web", {"db-1"}},
      {"app=none", {}},
      {"", {"db-1", "web-1", "web-2", "web-3"}},
  };
  for (const auto& [selector, names] : cases) {
    SCOPED_TRACE(selector);
    EXPECT_EQ(Names(index.Select("shop", Parse(selector))), names);
  }
  EXPECT_THAT(index.Select("nowhere", Parse("app=web")), IsEmpty());

  const PodPtr relabelled = pod("shop", "web-1", {{"app", "db"}});
  index.Update(first, relabelled);
  EXPECT_THAT(Names(index.Select("shop", Parse("app=db"))), ElementsAre("db-1", "web-1"));
  index.Remove(relabelled);
  EXPECT_THAT(Names(index.Select("shop", Parse("app=db"))), ElementsAre("db-1"));
}

TEST(PodIndexTest, SelectsByLabelsThatEachPodHasItsOwnOf) {
  PodMaker pod;
  PodIndex index;
  const auto stateful = [&](const std::string& name, const std::string& ordinal) {
    return pod("shop", name,
               {{"app", "db"},
                {"apps.kubernetes.io/pod-index", ordinal},
                {"statefulset.kubernetes.io/pod-name", name}});
  };
  const PodPtr last = stateful("db-2", "2");
  EXPECT_EQ(stateful("db-0", "0")->shape, last->shape);
  for (const PodPtr& added : {stateful("db-0", "0"), stateful("db-1", "1"), last,
                              pod("shop", "job-x", {{"app", "db"}, {"job-name", "job"}}),
                              pod("shop", "stray", {{"apps.kubernetes.io/pod-index", "1"}})}) {
    index.Add(added);
  }
  const struct {
    const char* selector;
    std::vector<std::string> names;
  } cases[] = {
      {"app=db", {"db-0", "db-1", "db-2", "job-x"}},
      {"statefulset.kubernetes.io/pod-name=db-1", {"db-1"}},
      {"app=db,statefulset.kubernetes.io/pod-name in (db-0,db-2,db-3)", {"db-0", "db-2"}},
      {"app=db,statefulset.kubernetes.io/pod-name!=db-1", {"db-0", "db-2", "job-x"}},
      {"apps.kubernetes.io/pod-index=1", {"db-1", "stray"}},
      {"apps.kubernetes.io/pod-index>0,app", {"db-1", "db-2"}},
      {"apps.kubernetes.io/pod-index", {"db-0", "db-1", "db-2", "stray"}},
      {"!apps.kubernetes.io/pod-index", {"job-x"}},
      {"job-name in (job)", {"job-x"}},
      {"job-name=", {}},
  };
  for (const auto& [selector, names] : cases) {
    SCOPED_TRACE(selector);
    EXPECT_EQ(Names(index.Select("shop", Parse(selector))), names);
  }
  index.Remove(last);
  EXPECT_THAT(Names(index.Select("shop", Parse("apps.kubernetes.io/pod-index>0,app"))),
              ElementsAre("db-1"));
}

TEST(SelectorRegistryTest, TellsWhoSharesPods) {
  PodMaker pod;
  SelectorRegistry registry;
  const PodPtr web = pod("shop", "web-1", {{"app", "web"}, {"tier", "front"}});
  const PodPtr db = pod("shop", "db-1", {{"app", "db"}});
  const std::vector<PodPtr> both = {web, db};
  registry.Add("shop", "web");
  EXPECT_THAT(registry.HpasSelecting("shop", both), IsEmpty());
  registry.SetSelector("shop", "web", Parse("app=web"));
  registry.Add("shop", "web");
  EXPECT_THAT(registry.HpasSelecting("shop", both), ElementsAre("shop/web"));
  registry.SetSelector("shop", "gone", Parse("app=web"));
  EXPECT_THAT(registry.HpasSelecting("shop", both), ElementsAre("shop/web"));
  registry.Add("shop", "front");
  registry.SetSelector("shop", "front", Parse("tier=front"));
  registry.Add("shop", "no-db");
  registry.SetSelector("shop", "no-db", Parse("app!=db"));
  registry.Add("bank", "web");
  registry.SetSelector("bank", "web", Parse("app=web"));
  EXPECT_THAT(registry.HpasSelecting("shop", both),
              ElementsAre("shop/front", "shop/no-db", "shop/web"));
  EXPECT_THAT(registry.HpasSelecting("shop", {&db, 1}), IsEmpty());
  EXPECT_THAT(registry.HpasSelecting("shop", {&web, 1}),
              ElementsAre("shop/front", "shop/no-db", "shop/web"));
  registry.Remove("shop", "no-db");
  registry.SetSelector("shop", "front", Parse("tier=back"));
  EXPECT_THAT(registry.HpasSelecting("shop", both), ElementsAre("shop/web"));
  EXPECT_THAT(registry.HpasSelecting("shop", {}), IsEmpty());
}

TEST(SelectorRegistryTest, TellsWhoSharesPodsByLabelsOfTheirOwn) {
  PodMaker pod;
  SelectorRegistry registry;
  const std::vector<PodPtr> pods = {pod("shop", "db-0", {{"app", "db"}, {"pod", "db-0"}}),
                                    pod("shop", "db-1", {{"app", "db"}, {"pod", "db-1"}})};
  ASSERT_EQ(pods[0]->shape, pods[1]->shape);
  const char* const selectors[] = {"app=db", "pod=db-1", "app=db,pod=db-0", "pod!=db-1", "!pod"};
  for (const char* selector : selectors) {
    registry.Add("shop", selector);
    registry.SetSelector("shop", selector, Parse(selector));
  }
  EXPECT_THAT(
      registry.HpasSelecting("shop", pods),
      ElementsAre("shop/app=db", "shop/app=db,pod=db-0", "shop/pod!=db-1", "shop/pod=db-1"));
  EXPECT_THAT(registry.HpasSelecting("shop", Pods(pods).subspan(1)),
              ElementsAre("shop/app=db", "shop/pod=db-1"));
}

// What both have to be equal to, by looking at everything.
struct NaiveModel {
  std::map<std::pair<std::string, std::string>, PodPtr> pods;
  std::map<std::pair<std::string, std::string>, std::optional<kube::LabelSelector>> selectors;

  std::vector<PodPtr> Select(const std::string& namespace_name,
                             const kube::LabelSelector& selector) const {
    std::vector<PodPtr> selected;
    for (const auto& [key, pod] : pods) {
      if (key.first == namespace_name && MatchesPod(selector, *pod)) selected.push_back(pod);
    }
    return selected;
  }
  std::vector<std::string> HpasSelecting(const std::string& namespace_name, Pods some) const {
    std::set<std::string> hpas;
    for (const auto& [key, selector] : selectors) {
      if (key.first != namespace_name || !selector) continue;
      for (const PodPtr& pod : some) {
        if (MatchesPod(*selector, *pod)) hpas.insert(key.first + "/" + key.second);
      }
    }
    return {hpas.begin(), hpas.end()};
  }
};

class History {
 public:
  void Step() {
    const std::string namespace_name = Pick({"a", "b"});
    const auto pod_key = std::pair(namespace_name, "p" + std::to_string(Number(40)));
    const auto hpa_key = std::pair(namespace_name, "h" + std::to_string(Number(8)));
    switch (Number(6)) {
      case 0:
      case 1:
      case 2:
        PutPod(pod_key);
        break;
      case 3:
        RemovePod(pod_key);
        break;
      case 4:
        SetSelector(hpa_key);
        break;
      default:
        registry_.Remove(hpa_key.first, hpa_key.second);
        model_.selectors.erase(hpa_key);
    }
  }

  void Check() {
    for (const std::string namespace_name : {"a", "b"}) {
      const kube::LabelSelector selector = Selector();
      SCOPED_TRACE(selector.ToString());
      const std::vector<PodPtr> pods = index_.Select(namespace_name, selector);
      ASSERT_EQ(pods, model_.Select(namespace_name, selector));
      ASSERT_EQ(registry_.HpasSelecting(namespace_name, pods),
                model_.HpasSelecting(namespace_name, pods));
    }
  }

 private:
  using Key = std::pair<std::string, std::string>;

  // Each pod has values of its own of the last two, and of a label that has its name.
  static constexpr const char* kKeys[] = {"app", "tier", "apps.kubernetes.io/pod-index",
                                          "job-name"};

  void PutPod(const Key& key) {
    PodMaker::Labels labels;
    for (const char* label : kKeys) {
      if (Number(3) > 0) labels.emplace_back(label, Pick({"", "x", "y", "z", key.second}));
    }
    const PodPtr pod = make_(key.first, key.second, std::move(labels));
    PodPtr& place = model_.pods[key];
    if (place) {
      index_.Update(place, pod);
    } else {
      index_.Add(pod);
    }
    place = pod;
  }
  void RemovePod(const Key& key) {
    const auto place = model_.pods.find(key);
    if (place == model_.pods.end()) return;
    index_.Remove(place->second);
    model_.pods.erase(place);
  }
  void SetSelector(const Key& key) {
    if (Number(2) == 0) {
      registry_.Add(key.first, key.second);
      model_.selectors.try_emplace(key);
    }
    const kube::LabelSelector selector = Selector();
    registry_.SetSelector(key.first, key.second, selector);
    if (model_.selectors.contains(key)) model_.selectors[key] = selector;
  }

  kube::LabelSelector Selector() {
    std::string text;
    for (const char* label : kKeys) {
      const std::string requirement = Pick({"", "", "", "{0}=x", "{0}=", "{0}=p1", "{0}!=y",
                                            "{0} in (x,y,p2)", "{0} notin (z)", "{0}", "!{0}"});
      if (requirement.empty()) continue;
      text += (text.empty() ? "" : ",") + fmt::format(fmt::runtime(requirement), label);
    }
    return Parse(text);
  }

  unsigned Number(unsigned bound) { return static_cast<unsigned>(random_() % bound); }
  std::string Pick(const std::vector<std::string>& of) {
    return of[Number(static_cast<unsigned>(of.size()))];
  }

  std::mt19937 random_{7};
  PodMaker make_;
  PodIndex index_;
  SelectorRegistry registry_;
  NaiveModel model_;
};

TEST(PodIndexTest, RandomHistoriesGiveWhatLookingAtEverythingGives) {
  History history;
  for (int round = 0; round < 5000; ++round) {
    for (int step = 0; step < 4; ++step) history.Step();
    ASSERT_NO_FATAL_FAILURE(history.Check()) << round;
  }
}

TEST(PodIndexTest, ThreadsChangeAndReadAtTheSameTime) {
  PodMaker pod;
  PodIndex index;
  SelectorRegistry registry;
  const PodPtr kept = pod("shop", "kept", {{"app", "web"}});
  index.Add(kept);
  registry.Add("shop", "web");
  registry.SetSelector("shop", "web", Parse("app=web"));
  std::thread changing([&] {
    for (int round = 0; round < 2000; ++round) {
      const PodPtr passing =
          pod("shop", "passing", {{"app", "web"}, {"round", std::to_string(round)}});
      index.Add(passing);
      registry.Add("shop", "other");
      registry.SetSelector("shop", "other", Parse("round=" + std::to_string(round)));
      index.Remove(passing);
      registry.Remove("shop", "other");
    }
  });
  for (int round = 0; round < 2000; ++round) {
    const std::vector<PodPtr> pods = index.Select("shop", Parse("app=web"));
    ASSERT_FALSE(pods.empty());
    ASSERT_EQ(pods.front(), kept);
    ASSERT_THAT(registry.HpasSelecting("shop", pods), ::testing::Contains("shop/web"));
  }
  changing.join();
}

}  // namespace
}  // namespace kubegauge::autoscaler
