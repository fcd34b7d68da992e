#include "integration/sshkit/fixture.h"

namespace kamal::sshkit {
namespace {

using testing::Sshd;

class Steps : public SshTest {
 protected:
  Sshd sshd_;
  std::unique_ptr<Backend> backend_ = connect(settings_for(sshd_));
  Server& server_ = backend_->server(Host("127.0.0.1"));
  Heard heard_;
};

TEST_F(Steps, give_standard_output_standard_error_and_status) {
  const StepResult result = run(server_, "echo out; echo err >&2; exit 3");

  EXPECT_EQ(result.out, "out\n");
  EXPECT_EQ(result.err, "err\n");
  EXPECT_EQ(result.status, 3);
}

TEST_F(Steps, run_in_order_in_one_log_in_and_one_session) {
  const auto results = server_.run({shell("echo one"), shell("echo two"), shell("echo three")}, heard_);

  ASSERT_EQ(results.size(), 3u);
  EXPECT_EQ(results[2].out, "three\n");
  EXPECT_EQ(sshd_.count_in_log("Accepted publickey"), 1);
  EXPECT_EQ(sshd_.count_in_log("Starting session"), 1);
}

}  // namespace
}  // namespace kamal::sshkit
