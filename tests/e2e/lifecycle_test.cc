// How `kubegauge` starts and ends: exit codes, the one line it says, its state, its signals.

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <csignal>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>
#include <utility>

#include "tests/e2e/standalone_server.h"

namespace kubegauge::testing {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;
using ::testing::StartsWith;

RunResult Kubegauge(std::vector<std::string> arguments,
                    const std::vector<std::string>& environment = {}) {
  arguments.insert(arguments.begin(), KUBEGAUGE_BINARY);
  return RunProgram(arguments, environment);
}

std::string ReadText(const fs::path& path) {
  std::ifstream file(path);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

class LifecycleTest : public ::testing::Test {
 protected:
  LifecycleTest() { UnpackRecordedNode(root()); }
  fs::path root() const { return directory_.path() / "root"; }

  // What standalone says when it does not start: one line, exit code 1.
  std::string Refusal(const std::vector<std::string>& arguments) const {
    return Refusal(arguments, root());
  }
  static std::string Refusal(const std::vector<std::string>& arguments, const fs::path& root) {
    std::vector<std::string> all = {"standalone", "--root", root.native()};
    all.insert(all.end(), arguments.begin(), arguments.end());
    const RunResult result = Kubegauge(all);
    EXPECT_EQ(result.exit_code, 1) << result.err;
    EXPECT_EQ(result.out, "");
    EXPECT_THAT(result.err, ::testing::MatchesRegex("kubegauge: [^\n]+\n"));
    return result.err;
  }

  TemporaryDirectory directory_;
};

TEST_F(LifecycleTest, UsageErrorsAreOneLineAndExitCode2) {
  const std::vector<std::string> kCases[] = {
      {},
      {"nonsense"},
      {"standalone", "--nonsense"},
      {"standalone", "--secure-port=99999"},
      {"standalone", "--metric-resolution=soon"},
      {"standalone", "--bind-address=example.com"},
  };
  for (const std::vector<std::string>& arguments : kCases) {
    const RunResult result = Kubegauge(arguments);
    EXPECT_EQ(result.exit_code, 2) << ::testing::PrintToString(arguments);
    EXPECT_EQ(result.out, "");
    EXPECT_THAT(result.err, ::testing::MatchesRegex("kubegauge: [^\n]+ --help\n"));
  }
}

TEST_F(LifecycleTest, TellsItsVersion) {
  const RunResult result = Kubegauge({"version"});
  EXPECT_EQ(result.exit_code, 0);
  EXPECT_THAT(result.out, ::testing::MatchesRegex("kubegauge [0-9.]+\n"));
  EXPECT_EQ(Kubegauge({"--version"}).out, result.out);
  EXPECT_EQ(Kubegauge({"standalone", "--help"}).exit_code, 0);
}

TEST_F(LifecycleTest, RefusesAForeignStateDirectory) {
  const fs::path home = directory_.path() / "home";
  fs::create_directory(home);
  std::ofstream(home / "thesis.txt") << "chapter 1";
  EXPECT_THAT(Refusal({"--state-dir", home.native()}),
              HasSubstr(home.native() + " is not a state directory of kubegauge"));
  EXPECT_THAT(Refusal({"--state-dir", (home / "thesis.txt").native()}),
              HasSubstr("Not a directory"));
}

TEST_F(LifecycleTest, RefusesAStateDirectoryOrPortInUse) {
  StandaloneServer server(root());
  EXPECT_THAT(Refusal({"--state-dir", server.state_dir().native()}),
              HasSubstr("is in use by another kubegauge"));
  const std::string url = server.url();
  const std::string port = url.substr(url.rfind(':') + 1);
  EXPECT_THAT(
      Refusal({"--state-dir", (directory_.path() / "other").native(), "--secure-port", port}),
      HasSubstr("cannot listen on 127.0.0.1 port " + port));
}

TEST_F(LifecycleTest, RefusesKeysThatOthersMayRead) {
  StandaloneServer server(root());
  server.process().Signal(SIGTERM);
  ASSERT_EQ(server.process().Wait(In(kPatience)), 0);
  const fs::path key = server.state_dir() / "ca.key";
  ASSERT_EQ(chmod(key.c_str(), 0644), 0);
  EXPECT_THAT(Refusal({"--state-dir", server.state_dir().native()}),
              HasSubstr("run: chmod 600 " + key.native()));
}

TEST_F(LifecycleTest, RefusesARootWithoutAMachine) {
  EXPECT_THAT(Refusal({"--state-dir", (directory_.path() / "state").native()}, directory_.path()),
              HasSubstr("does --root name a machine's root directory?"));
}

TEST_F(LifecycleTest, PrintsThreeCommandsAndKeepsSecretsPrivate) {
  StandaloneServer server(root());
  const std::string kubectl = "kubectl --kubeconfig " + server.kubeconfig().native();
  EXPECT_EQ(server.process().out(), kubectl + " top node\n" + kubectl + " top pod -A\n" + kubectl +
                                        " top pod -A --containers --sum --sort-by=cpu\n");
  EXPECT_EQ(fs::status(server.state_dir()).permissions(), fs::perms::owner_all);
  for (const auto& entry : fs::directory_iterator(server.state_dir())) {
    EXPECT_EQ(entry.status().permissions(), fs::perms::owner_read | fs::perms::owner_write)
        << entry.path();
  }
}

TEST_F(LifecycleTest, FindsItsStateDirectoryInTheEnvironment) {
  const fs::path state = directory_.path() / "var-lib";
  Subprocess process({KUBEGAUGE_BINARY, "standalone", "--secure-port=0", "--root", root().native()},
                     {"STATE_DIRECTORY=" + state.native()});
  EXPECT_TRUE(process.ReadUntil([&] { return process.out().find("--sum") != std::string::npos; },
                                In(kPatience)))
      << process.err();
  EXPECT_TRUE(fs::exists(state / "kubeconfig"));
}

TEST_F(LifecycleTest, KeepsItsCredentialsOverARestart) {
  StandaloneServer server(root());
  const std::string authority = ReadText(server.state_dir() / "ca.crt");
  const std::string token = ReadText(server.state_dir() / "token");
  server.Restart();
  EXPECT_EQ(ReadText(server.state_dir() / "ca.crt"), authority);
  EXPECT_EQ(ReadText(server.state_dir() / "token"), token);
  EXPECT_EQ(server.Curl("/healthz").out, "ok");
}

TEST_F(LifecycleTest, LogsJsonWhenAsked) {
  StandaloneServer server(root(), {"--log-format=json"});
  server.process().Signal(SIGINT);
  ASSERT_EQ(server.process().Wait(In(kPatience)), 0);
  std::istringstream lines(server.process().err());
  std::vector<std::string> messages;
  for (std::string line; std::getline(lines, line);) {
    const auto record = nlohmann::json::parse(line, nullptr, /*allow_exceptions=*/false);
    ASSERT_TRUE(record.is_object()) << line;
    messages.push_back(record["msg"]);
  }
  EXPECT_THAT(messages, ::testing::IsSupersetOf({"Serving", "Draining", "Stopped"}));
}

// A request whose body has not ended: its client waits for another process to close a pipe.
class OpenRequest {
 public:
  OpenRequest(const StandaloneServer& server, const fs::path& pipe) {
    if (mkfifo(pipe.c_str(), 0600) != 0) throw std::runtime_error("mkfifo");
    std::vector<std::string> arguments = {
        "curl",    "-sSv", "-X",          "GET",      "-H",
        "Expect:", "-T",   pipe.native(), "--cacert", (server.state_dir() / "ca.crt").native()};
    const std::vector<std::string> admin = server.AdminArguments();
    arguments.insert(arguments.end(), admin.begin(), admin.end());
    arguments.push_back(server.url() + "/api/v1/pods");
    client_ = std::make_unique<Subprocess>(arguments);
    pipe_fd_ = open(pipe.c_str(), O_WRONLY | O_CLOEXEC);
    sent_ = client_->ReadUntil(
        [&] { return client_->err().find("> GET /api/v1/pods") != std::string::npos; },
        In(kPatience));
  }
  ~OpenRequest() {
    if (pipe_fd_ >= 0) close(pipe_fd_);
  }

  bool sent() const { return sent_; }
  // Ends the body; gives what the client then gets.
  Subprocess& Finish() {
    close(std::exchange(pipe_fd_, -1));
    client_->Wait(In(kPatience));
    return *client_;
  }

 private:
  std::unique_ptr<Subprocess> client_;
  int pipe_fd_ = -1;
  bool sent_ = false;
};

bool HasLogged(StandaloneServer& server, const std::string& text) {
  return server.process().ReadUntil(
      [&] { return server.process().err().find(text) != std::string::npos; }, In(kPatience));
}

TEST_F(LifecycleTest, DrainsWhenTerminated) {
  StandaloneServer server(root());
  OpenRequest request(server, directory_.path() / "pipe");
  ASSERT_TRUE(request.sent());
  server.process().Signal(SIGTERM);
  ASSERT_TRUE(HasLogged(server, "Draining"));
  EXPECT_EQ(server.Curl("/healthz").exit_code, 7) << "new connections are refused";

  const Subprocess& client = request.Finish();
  EXPECT_THAT(client.err(), HasSubstr("< HTTP/2 200"));
  EXPECT_THAT(client.out(), HasSubstr("\"kind\": \"PodList\""));
  EXPECT_THAT(client.out(), ::testing::EndsWith("}"));
  EXPECT_EQ(server.process().Wait(In(kPatience)), 0) << server.process().err();
  EXPECT_THAT(server.process().err(), HasSubstr("Stopped"));
}

TEST_F(LifecycleTest, ASecondSignalEndsItAtOnce) {
  StandaloneServer server(root());
  OpenRequest request(server, directory_.path() / "pipe");
  ASSERT_TRUE(request.sent());
  server.process().Signal(SIGTERM);
  ASSERT_TRUE(HasLogged(server, "Draining"));
  server.process().Signal(SIGTERM);
  EXPECT_EQ(server.process().Wait(In(kPatience)), 1);
}

}  // namespace
}  // namespace kubegauge::testing
