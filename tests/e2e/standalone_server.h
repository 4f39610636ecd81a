#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "tests/e2e/node_tree.h"
#include "tests/e2e/subprocess.h"

namespace kubegauge::testing {

// How long a test waits for what should take milliseconds, on a machine that is busy.
inline constexpr std::chrono::seconds kPatience(30);

// `kubegauge standalone` on a free port with a state directory of its own. Started, and serving,
// when constructed.
class StandaloneServer {
 public:
  // The machine whose files are under `root`.
  explicit StandaloneServer(const std::filesystem::path& root,
                            const std::vector<std::string>& more_arguments = {
                                "--metric-resolution=100ms"});

  std::filesystem::path state_dir() const { return directory_.path() / "state"; }
  std::filesystem::path kubeconfig() const { return state_dir() / "kubeconfig"; }
  // "https://127.0.0.1:41234", as the kubeconfig has it.
  std::string url() const;

  // Waits until usage is served; fails the test when that takes too long.
  void WaitUntilReady() const;

  // Stops it, and starts it again on the same state directory.
  void Restart();
  Subprocess& process() { return *process_; }

  // Runs curl with the authority of this server, `arguments`, and the URL of `target`.
  RunResult Curl(const std::string& target, const std::vector<std::string>& arguments = {}) const;
  // The arguments of the client certificate of the administrator.
  std::vector<std::string> AdminArguments() const;

 private:
  void Start();

  TemporaryDirectory directory_;
  std::vector<std::string> arguments_;
  std::unique_ptr<Subprocess> process_;
};

}  // namespace kubegauge::testing
