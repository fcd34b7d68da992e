#include "cli/timeline.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "kamal/support/interruption.h"
#include "support/fake_effects.h"

namespace kamal {
namespace {

using namespace std::chrono_literals;
using cli::Timeline;

struct TimelineOfPhases : ::testing::Test {
  void sleep(std::chrono::milliseconds time) { clock.sleep(time); }

  Interruption interruption;
  test::FakeClock clock{interruption};
  Timeline timeline{clock};
};

TEST_F(TimelineOfPhases, MeasuresEachPhaseUntilTheNextOneBegins) {
  timeline.begin("pull");
  sleep(2s);
  timeline.begin("boot");
  sleep(3s);
  timeline.end();
  sleep(7s);
  const auto phases = timeline.phases();
  ASSERT_EQ(phases.size(), 2u);
  EXPECT_EQ(phases[0].name, "pull");
  EXPECT_EQ(phases[0].took, 2s);
  EXPECT_EQ(phases[1].name, "boot");
  EXPECT_EQ(phases[1].took, 3s);
  EXPECT_EQ(timeline.elapsed(), 5s);
}

TEST_F(TimelineOfPhases, NotifiesEachListener) {
  std::string events;
  for (const std::string name : {"a", "b"}) {
    timeline.add_listener(
        {.began = [&events, name](const std::string& phase) { events += name + " began " + phase + "; "; },
         .ended = [&events, name](const std::string& phase) { events += name + " ended " + phase + "; "; }});
  }
  timeline.add_listener({});
  timeline.begin("pull");
  timeline.end();
  EXPECT_EQ(events, "a began pull; b began pull; a ended pull; b ended pull; ");
}

TEST_F(TimelineOfPhases, NotifiesOfThePlanAndOfHosts) {
  std::string events;
  timeline.add_listener({});
  timeline.add_listener(
      {.planned = [&](const std::vector<std::string>& phases) { events += phases.at(1) + " planned; "; },
       .host_began = [&](const Host& host) { events += host.str() + " began; "; },
       .host_ended =
           [&](const Host& host, sshkit::TaskOutcome outcome) {
             events += host.str() + (outcome == sshkit::TaskOutcome::done ? " done; " : " failed; ");
           }});
  timeline.plan({"pull", "boot"});
  timeline.host_began(Host("a"));
  timeline.host_ended(Host("a"), sshkit::TaskOutcome::done);
  timeline.host_ended(Host("b"), sshkit::TaskOutcome::failed);
  EXPECT_EQ(events, "boot planned; a began; a done; b failed; ");
}

TEST_F(TimelineOfPhases, ContinuesAPhaseThatBeginsAgain) {
  timeline.begin("boot");
  sleep(1s);
  timeline.begin("pre-deploy");
  sleep(1s);
  timeline.begin("boot");
  sleep(2s);
  timeline.end();
  const auto phases = timeline.phases();
  ASSERT_EQ(phases.size(), 2u);
  EXPECT_EQ(phases[0].name, "boot");
  EXPECT_EQ(phases[0].took, 3s);
}

TEST_F(TimelineOfPhases, AddsUpTheWorkOfAHostWithoutItsWaiting) {
  const Host host("1.1.1.1");
  timeline.begin("boot");
  {
    const Timeline::HostWork work(timeline, host);
    sleep(5s);
    timeline.waited(host, 3s);
  }
  {
    const Timeline::HostWork work(timeline, host);
    sleep(1s);
  }
  timeline.end();
  const auto phases = timeline.phases();
  ASSERT_EQ(phases.size(), 1u);
  ASSERT_EQ(phases[0].hosts.count(host), 1u);
  EXPECT_EQ(phases[0].hosts.at(host), 3s);
}

TEST_F(TimelineOfPhases, IgnoresWorkOutsideOfPhases) {
  {
    const Timeline::HostWork work(timeline, Host("1.1.1.1"));
    sleep(1s);
  }
  timeline.end();
  EXPECT_TRUE(timeline.phases().empty());
  EXPECT_EQ(timeline.elapsed(), 0s);
}

}  // namespace
}  // namespace kamal
