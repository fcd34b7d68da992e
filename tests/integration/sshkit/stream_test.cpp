#include <fstream>
#include <thread>

#include "integration/sshkit/fixture.h"

namespace kamal::sshkit {
namespace {

using namespace std::chrono_literals;
using test::Sshd;

class Streaming : public SshTest {
 protected:
  int stream(const std::string& text, const std::function<bool(Stream, std::string_view)>& keep_going) {
    return server_.stream(Command{Argument::syntax(text)}, keep_going);
  }
  // Is the process there, and more than an entry that nobody has looked at yet?
  static bool lives(pid_t pid) {
    std::ifstream stat("/proc/" + std::to_string(pid) + "/stat");
    std::string number, name, state;
    return static_cast<bool>(stat >> number >> name >> state) && state != "Z";
  }
  void expect_gone_soon(const std::string& pid_file) const {
    pid_t pid = 0;
    std::ifstream(sshd_.home() / pid_file) >> pid;
    ASSERT_GT(pid, 0);
    EXPECT_TRUE(test::eventually([&] { return !lives(pid); })) << "process " << pid << " is still there";
  }

  Sshd sshd_;
  std::unique_ptr<Backend> backend_ = connect(settings_for(sshd_));
  Server& server_ = backend_->server(Host("127.0.0.1"));
};

TEST_F(Streaming, ForwardsBothStreamsAndReturnsTheStatus) {
  std::string out, err;

  const int status = stream("echo out; echo err >&2; exit 5", [&](Stream stream, std::string_view piece) {
    (stream == Stream::out ? out : err) += piece;
    return true;
  });

  EXPECT_EQ(out, "out\n");
  EXPECT_EQ(err, "err\n");
  EXPECT_EQ(status, 5);
}

TEST_F(Streaming, ForwardsOutputWhileTheCommandRuns) {
  stream("echo first; while [ ! -e go-on ]; do sleep 0.01; done; echo second",
         [&](Stream, std::string_view piece) {
           if (piece == "first\n") std::ofstream(sshd_.home() / "go-on");
           return true;
         });

  EXPECT_TRUE(std::filesystem::exists(sshd_.home() / "go-on"));
}

TEST_F(Streaming, EndsTheCommandOnRequest) {
  const int status = stream("echo $$ > shell; sleep 1000 & echo $! > sleeper; echo ready; wait",
                            [](Stream stream, std::string_view) { return stream != Stream::out; });

  EXPECT_EQ(status, 0);
  expect_gone_soon("sleeper");
}

TEST_F(Streaming, EndsTheCommandOnASignal) {
  std::string out;
  EXPECT_THROW(stream("sleep 1000 & echo $! > sleeper; echo ready; wait",
                      [&](Stream stream, std::string_view piece) {
                        if (stream == Stream::out) out += piece;
                        if (out == "ready\n") interruption_.request(SIGINT);
                        return true;
                      }),
               Interrupted);

  expect_gone_soon("sleeper");
}

TEST_F(Streaming, AppliesBackPressure) {
  size_t total = 0;
  stream("head -c 30000000 /dev/zero", [&](Stream, std::string_view piece) {
    EXPECT_LE(piece.size(), size_t{5'000'000});
    std::this_thread::sleep_for(10ms);
    total += piece.size();
    return true;
  });

  EXPECT_EQ(total, 30'000'000u);
}

TEST_F(Streaming, KeepsOutputAfterTheCommandEnds) {
  size_t total = 0;
  std::string err;
  stream("head -c 5000000 /dev/zero; touch ended", [&](Stream from, std::string_view piece) {
    if (from == Stream::err) err += piece;
    EXPECT_TRUE(test::eventually([&] { return std::filesystem::exists(sshd_.home() / "ended"); }));
    if (total == 0) std::this_thread::sleep_for(200ms);  // for the end of the channel to arrive as well
    total += piece.size();
    return true;
  });

  EXPECT_EQ(err, "");
  EXPECT_EQ(total, 5'000'000u);
}

TEST_F(Streaming, EndsNothingElseOnTheConnection) {
  const std::string shell_before = run(server_, "echo $PPID $$").out;

  stream("echo ready; sleep 1000", [](Stream, std::string_view) { return false; });
  stream("echo done", [](Stream, std::string_view) { return true; });

  EXPECT_EQ(run(server_, "echo $PPID $$").out, shell_before);
}

TEST_F(Streaming, RunsInParallelWithSteps) {
  std::string out;
  stream("echo streamed", [&](Stream, std::string_view piece) {
    out += piece;
    out += run(server_, "echo stepped").out;
    return true;
  });

  EXPECT_EQ(out, "streamed\nstepped\n");
}

}  // namespace
}  // namespace kamal::sshkit
