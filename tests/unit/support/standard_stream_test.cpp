#include "kamal/support/terminal.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <csignal>
#include <thread>

#include "kamal/support/files.h"
#include "support/waiting.h"

namespace kamal {
namespace {

using namespace std::chrono_literals;

class StandardStreamTest : public ::testing::Test {
 protected:
  StandardStreamTest() {
    std::signal(SIGPIPE, SIG_IGN);
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0) throw std::runtime_error("no pipe");
    reader_ = Fd(ends[0]);
    writer_ = Fd(ends[1]);
    stream_.emplace(writer_.get(), interruption_);
  }
  // Until the writer is closed.
  std::string read_all() const {
    std::string all;
    char buffer[65536];
    for (ssize_t count; (count = read(reader_.get(), buffer, sizeof buffer)) > 0;)
      all.append(buffer, static_cast<size_t>(count));
    return all;
  }

  const std::string long_text_ = std::string(300000, 'x') + "end";
  Interruption interruption_;
  Fd reader_, writer_;
  std::optional<StandardStream> stream_;
  const test::Deadline deadline_{interruption_};
};

TEST_F(StandardStreamTest, WritesAll) {
  std::string got;
  std::thread reader([&] { got = read_all(); });
  stream_->write(long_text_);
  writer_.reset();
  reader.join();
  EXPECT_EQ(got, long_text_);
}

TEST_F(StandardStreamTest, DoesNotBlockAnInterruptedRun) {
  std::thread interrupter([&] {
    std::this_thread::sleep_for(50ms);
    interruption_.request(SIGINT);
  });
  stream_->write(long_text_);
  interrupter.join();
  EXPECT_TRUE(stream_->cut_off());
  stream_->write("more");
}

TEST_F(StandardStreamTest, WritesInAnInterruptedRunWhatIsRead) {
  interruption_.request(SIGINT);
  const CleanUp clean_up(interruption_);
  stream_->write("Releasing the deploy lock...\n");
  writer_.reset();
  EXPECT_EQ(read_all(), "Releasing the deploy lock...\n");
  EXPECT_FALSE(stream_->cut_off());
}

TEST_F(StandardStreamTest, DoesNotBlockTheCleanUpOfAnInterruptedRun) {
  const CleanUp clean_up(interruption_);
  std::thread interrupter([&] {
    std::this_thread::sleep_for(50ms);
    interruption_.request(SIGINT);
  });
  stream_->write(long_text_);
  interrupter.join();
  EXPECT_TRUE(stream_->cut_off());
}

TEST_F(StandardStreamTest, DropsUnreadText) {
  stream_->write("x");
  EXPECT_FALSE(stream_->closed());
  reader_.reset();
  stream_->write("x");
  EXPECT_TRUE(stream_->closed());
  EXPECT_EQ(stream_->error(), 0);
  EXPECT_FALSE(stream_->cut_off());
}

TEST_F(StandardStreamTest, WritesToFiles) {
  const Fd null(open("/dev/null", O_WRONLY | O_CLOEXEC));
  StandardStream stream(null.get(), interruption_);
  stream.write(long_text_);
  EXPECT_FALSE(stream.closed());
}

TEST_F(StandardStreamTest, RemembersWhatMadeAWriteFail) {
  const Fd full(open("/dev/full", O_WRONLY | O_CLOEXEC));
  StandardStream stream(full.get(), interruption_);
  stream.write("x");
  EXPECT_TRUE(stream.closed());
  EXPECT_EQ(stream.error(), ENOSPC);
}

}  // namespace
}  // namespace kamal
