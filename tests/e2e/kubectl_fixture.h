#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <memory>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>
#include <vector>

#include "tests/e2e/standalone_server.h"

namespace kubegauge::testing {

// One kubectl to try.
struct Client {
  const char* name;
  std::string path;  // empty when there is none
  const char* why_none;
};

inline void PrintTo(const Client& client, std::ostream* out) { *out << client.path; }

inline std::string MachinesKubectl() {
  const RunResult found = RunProgram({"sh", "-c", "command -v kubectl"});
  return found.exit_code == 0 ? found.out.substr(0, found.out.find('\n')) : "";
}

inline std::vector<Client> Clients() {
  const bool has_debians = std::filesystem::exists(DEBIAN_KUBECTL);
  return {{"debian", has_debians ? DEBIAN_KUBECTL : "",
           "Debian's kubernetes-client could not be fetched when this was built"},
          {"machine", MachinesKubectl(), "this machine has no kubectl"}};
}

// The lines of a table, runs of blanks made one.
inline std::vector<std::string> Lines(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) {
    std::istringstream words(line);
    std::string squeezed;
    for (std::string word; words >> word;) squeezed += (squeezed.empty() ? "" : " ") + word;
    lines.push_back(squeezed);
  }
  return lines;
}

// The lines behind the first.
inline std::vector<std::string> Rows(const std::string& text) {
  std::vector<std::string> lines = Lines(text);
  if (!lines.empty()) lines.erase(lines.begin());
  return lines;
}

// `kubegauge standalone` with the recorded node, and a kubectl that knows it.
class KubectlTest : public ::testing::TestWithParam<Client> {
 protected:
  void SetUp() override {
    if (GetParam().path.empty()) GTEST_SKIP() << GetParam().why_none;
    UnpackRecordedNode(directory_.path() / "root");
    server_ = std::make_unique<StandaloneServer>(directory_.path() / "root", ServerArguments());
    server_->WaitUntilReady();
  }

  virtual std::vector<std::string> ServerArguments() const { return {"--metric-resolution=100ms"}; }

  RunResult Kubectl(const std::vector<std::string>& arguments) const {
    std::vector<std::string> all = {GetParam().path, "--kubeconfig",
                                    server_->kubeconfig().native()};
    all.insert(all.end(), arguments.begin(), arguments.end());
    return RunProgram(all, {"HOME=" + directory_.path().native()});
  }
  // The output of a command that has to succeed.
  std::string Out(const std::vector<std::string>& arguments) const {
    const RunResult result = Kubectl(arguments);
    EXPECT_EQ(result.exit_code, 0) << ::testing::PrintToString(arguments) << result.err;
    return result.out;
  }
  // The complaint of a command that has to fail.
  std::string Complaint(const std::vector<std::string>& arguments) const {
    const RunResult result = Kubectl(arguments);
    EXPECT_EQ(result.exit_code, 1) << ::testing::PrintToString(arguments) << result.out;
    return result.err;
  }
  nlohmann::json Json(const std::vector<std::string>& arguments) const {
    return nlohmann::json::parse(Out(arguments), nullptr, /*allow_exceptions=*/false);
  }

  TemporaryDirectory directory_;
  std::unique_ptr<StandaloneServer> server_;
};

}  // namespace kubegauge::testing
