#include "autoscaler/pod_shapes.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <thread>
#include <vector>

namespace kubegauge::autoscaler {
namespace {

using ShapePtr = std::shared_ptr<const PodShape>;

PodShape Shape(const std::string& app) {
  return {.namespace_name = "shop", .labels = {{"app", app}}, .containers = {{"main", {}}}};
}

TEST(PodShapesTest, EqualShapesAreSharedForAsLongAsSomeoneHasThem) {
  PodShapes shapes;
  ShapePtr web = shapes.Share(Shape("web"));
  ShapePtr again = shapes.Share(Shape("web"));
  EXPECT_EQ(web, again);
  ShapePtr db = shapes.Share(Shape("db"));
  EXPECT_NE(web, db);
  EXPECT_EQ(shapes.size(), 2u);
  web.reset();
  EXPECT_EQ(shapes.size(), 2u);
  again.reset();
  EXPECT_EQ(shapes.size(), 1u);
  EXPECT_EQ(*shapes.Share(Shape("web")), Shape("web"));
  EXPECT_EQ(shapes.size(), 1u);
}

TEST(PodShapesTest, AnyDifferenceMakesAnotherShape) {
  PodShapes shapes;
  std::vector<ShapePtr> all = {shapes.Share(Shape("web"))};
  const auto differ = [&](auto change) {
    PodShape shape = Shape("web");
    change(shape);
    all.push_back(shapes.Share(std::move(shape)));
    EXPECT_EQ(shapes.size(), all.size());
  };
  differ([](PodShape& shape) { shape.namespace_name = "bank"; });
  differ([](PodShape& shape) { shape.labels.clear(); });
  differ([](PodShape& shape) { shape.own_labels.push_back({.key = "own"}); });
  differ([](PodShape& shape) { shape.own_labels.push_back({.key = "own", .value_index = 0}); });
  differ([](PodShape& shape) { shape.containers[0].name = "other"; });
  differ([](PodShape& shape) { shape.containers[0].requests.Set("cpu", 0); });
  differ([](PodShape& shape) { shape.containers[0].requests.Set("example.com/tape", 0); });
  differ([](PodShape& shape) { shape.pod_level_requests.emplace(); });
}

TEST(PodShapesTest, ShapesOutliveThePool) {
  auto shapes = std::make_unique<PodShapes>();
  const ShapePtr web = shapes->Share(Shape("web"));
  shapes.reset();
  EXPECT_EQ(web->FindLabel("app"), "web");
}

TEST(PodShapesTest, ThreadsShareAndDropTheSameShapes) {
  PodShapes shapes;
  std::vector<std::thread> threads;
  for (int thread = 0; thread < 4; ++thread) {
    threads.emplace_back([&] {
      ShapePtr kept;
      for (int round = 0; round < 5000; ++round) {
        kept = shapes.Share(Shape(round % 3 == 0 ? "web" : "db"));
        ASSERT_EQ(kept->labels[0].second, round % 3 == 0 ? "web" : "db");
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(shapes.size(), 0u);
}

}  // namespace
}  // namespace kubegauge::autoscaler
