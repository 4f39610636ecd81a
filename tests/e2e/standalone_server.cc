#include "tests/e2e/standalone_server.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <csignal>
#include <fstream>
#include <sstream>

namespace kubegauge::testing {

StandaloneServer::StandaloneServer(const std::filesystem::path& root,
                                   const std::vector<std::string>& more_arguments)
    : arguments_({KUBEGAUGE_BINARY, "standalone", "--state-dir", state_dir().native(),
                  "--secure-port=0", "--node-name=box", "--root", root.native()}) {
  arguments_.insert(arguments_.end(), more_arguments.begin(), more_arguments.end());
  Start();
}

void StandaloneServer::Start() {
  process_ = std::make_unique<Subprocess>(arguments_);
  const auto printed_commands = [&] {
    return std::count(process_->out().begin(), process_->out().end(), '\n') >= 3;
  };
  if (!process_->ReadUntil(printed_commands, In(kPatience))) {
    ADD_FAILURE() << "the server does not start: " << process_->err();
  }
}

void StandaloneServer::Restart() {
  process_->Signal(SIGTERM);
  EXPECT_EQ(process_->Wait(In(kPatience)), 0) << process_->err();
  Start();
}

std::string StandaloneServer::url() const {
  std::ifstream file(kubeconfig());
  std::ostringstream text;
  text << file.rdbuf();
  const std::string config = text.str();
  constexpr std::string_view kKey = "server: ";
  const size_t begin = config.find(kKey) + kKey.size();
  return config.substr(begin, config.find('\n', begin) - begin);
}

void StandaloneServer::WaitUntilReady() const {
  EXPECT_TRUE(Eventually([&] { return Curl("/readyz").out == "ok"; }, In(kPatience)))
      << Curl("/readyz").out;
}

RunResult StandaloneServer::Curl(const std::string& target,
                                 const std::vector<std::string>& arguments) const {
  std::vector<std::string> all = {"curl", "-sS", "--cacert", (state_dir() / "ca.crt").native()};
  all.insert(all.end(), arguments.begin(), arguments.end());
  all.push_back(url() + target);
  return RunProgram(all);
}

std::vector<std::string> StandaloneServer::AdminArguments() const {
  return {"--cert", (state_dir() / "admin.crt").native(), "--key",
          (state_dir() / "admin.key").native()};
}

}  // namespace kubegauge::testing
