#include "cli/output/progress.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace kamal {
namespace {

using namespace std::chrono_literals;
using cli::Progress;
using sshkit::TaskOutcome;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

struct ProgressOfARun : ::testing::Test {
  Progress::Time after(std::chrono::milliseconds time) const { return Progress::Time() + time; }
  void build_prints(const std::vector<std::string>& lines) {
    for (const std::string& line : lines) progress.printed("", line);
  }

  Progress progress{"kamal deploy", Progress::Shown::in_phases};
};

TEST_F(ProgressOfARun, ShowsThePhaseAndTheTimeSinceTheFirstOne) {
  progress.plan({"build", "pull", "boot"});
  progress.begin("build", after(0s));
  EXPECT_THAT(progress.lines(after(900ms)), ElementsAre("[1/3] build | 0s"));
  progress.begin("pull", after(40s));
  EXPECT_THAT(progress.lines(after(72s)), ElementsAre("[2/3] pull | 1m 12s"));
}

TEST_F(ProgressOfARun, ShowsNothingOutsideOfPhases) {
  progress.started("1", "1.1.1.1", "uptime", after(0s));
  EXPECT_THAT(progress.lines(after(9s)), IsEmpty());
  progress.begin("boot", after(10s));
  EXPECT_THAT(progress.lines(after(10s)), SizeIs(2));
  progress.end();
  EXPECT_THAT(progress.lines(after(11s)), IsEmpty());
}

TEST_F(ProgressOfARun, ShowsCommandsWithoutPhasesIfAsked) {
  Progress always("kamal app boot", Progress::Shown::always);
  EXPECT_THAT(always.lines(after(0s)), IsEmpty());
  always.started("1", "1.1.1.1", "docker run", after(0s));
  EXPECT_THAT(always.lines(after(3s)),
              ElementsAre("kamal app boot | 3s", "running on 1.1.1.1 for 3s: docker run"));
}

TEST_F(ProgressOfARun, CountsPhasesForwardOnly) {
  progress.plan({"lock", "boot", "pre-deploy", "boot", "post-deploy"});
  std::vector<std::string> headings;
  for (const char* phase : {"lock", "boot", "pre-deploy", "boot", "lock", "surprise", "post-deploy"}) {
    progress.begin(phase, after(0s));
    headings.push_back(progress.lines(after(0s)).front());
  }
  EXPECT_THAT(headings,
              ElementsAre("[1/5] lock | 0s", "[2/5] boot | 0s", "[3/5] pre-deploy | 0s", "[4/5] boot | 0s",
                          "[4/5] lock | 0s", "[4/5] surprise | 0s", "[5/5] post-deploy | 0s"));
}

TEST_F(ProgressOfARun, NamesAPhaseThatWasNotPlanned) {
  progress.begin("build", after(0s));
  EXPECT_THAT(progress.lines(after(1s)), ElementsAre("build | 1s"));
}

TEST_F(ProgressOfARun, CountsTheHostsOfThePhase) {
  progress.begin("pull", after(0s));
  for (const char* host : {"a", "a", "b", "c", "d"}) progress.host_began(Host(host));
  progress.host_ended(Host("a"), TaskOutcome::failed);
  progress.host_ended(Host("b"), TaskOutcome::done);
  progress.host_ended(Host("c"), TaskOutcome::failed);
  EXPECT_THAT(progress.lines(after(0s)), ElementsAre("pull | 0s | 1 host done, 2 running, 1 failed"));
  progress.host_ended(Host("a"), TaskOutcome::done);
  progress.host_ended(Host("d"), TaskOutcome::interrupted);
  EXPECT_THAT(progress.lines(after(0s)), ElementsAre("pull | 0s | 1 host done, 0 running, 2 failed"));
  progress.begin("boot", after(0s));
  EXPECT_THAT(progress.lines(after(0s)), ElementsAre("boot | 0s"));
}

TEST_F(ProgressOfARun, ShowsTheSlowestOfTheRunningCommands) {
  progress.begin("pull", after(0s));
  progress.started("1", "web-01", "docker pull\nmore", after(0s));
  progress.started("2", "web-02", "docker\tpull", after(1s));
  EXPECT_THAT(progress.lines(after(500ms)), SizeIs(1)) << "not slow yet";
  EXPECT_THAT(progress.lines(after(5s)),
              ElementsAre("pull | 5s", "slowest of 2 commands, on web-01 for 5s: docker pull"));
  progress.finished("1", "web-01");
  EXPECT_THAT(progress.lines(after(5s)), ElementsAre("pull | 5s", "running on web-02 for 4s: docker pull"));
}

TEST_F(ProgressOfARun, ForgetsTheCommandsOfALostConnection) {
  progress.begin("pull", after(0s));
  progress.host_began(Host("web-01"));
  progress.started("1", "web-01", "docker pull", after(0s));
  EXPECT_THAT(progress.lines(after(2s)), SizeIs(2));
  progress.host_ended(Host("web-01"), TaskOutcome::failed);
  EXPECT_THAT(progress.lines(after(2s)), ElementsAre("pull | 2s | 0 hosts done, 0 running, 1 failed"));
}

TEST_F(ProgressOfARun, FitsTwoHundredHostsIntoTwoLines) {
  progress.plan({"pull"});
  progress.begin("pull", after(0s));
  for (int i = 0; i < 200; ++i) {
    const std::string host = "web-" + std::to_string(i);
    progress.host_began(Host(host));
    progress.started("1", host, "docker pull acme/shop", after(std::chrono::milliseconds(i)));
  }
  for (int i = 0; i < 170; ++i) {
    const std::string host = "web-" + std::to_string(i);
    progress.finished("1", host);
    progress.host_ended(Host(host), i < 2 ? TaskOutcome::failed : TaskOutcome::done);
  }
  EXPECT_THAT(progress.lines(after(10s)),
              ElementsAre("[1/1] pull | 10s | 168 hosts done, 30 running, 2 failed",
                          "slowest of 30 commands, on web-170 for 9s: docker pull acme/shop"));
}

TEST_F(ProgressOfARun, ShowsTheStepsOfABuild) {
  progress.begin("build", after(0s));
  build_prints({"#1 [internal] load build definition from Dockerfile", "#1 DONE 0.0s",
                "#5 [build 1/3] FROM docker.io/library/ruby", "#5 CACHED",
                "#6 [build 2/3] RUN bundle install", "#6 0.512 Fetching gem metadata"});
  EXPECT_THAT(progress.lines(after(0s)),
              ElementsAre("build | 0s", "[======>             ] 1/3 RUN bundle install"));
  build_prints({"#7 [web 1/2] WORKDIR /app", "#6 DONE 2.3s", "#7 DONE 0.1s", "#8 exporting to image",
                "#8 pushing layers"});
  EXPECT_THAT(progress.lines(after(0s)),
              ElementsAre("build | 0s", "[============>       ] 3/5 pushing layers"));
  progress.finished("1", "");
  EXPECT_THAT(progress.lines(after(0s)), ElementsAre("build | 0s"));
}

TEST_F(ProgressOfARun, ShowsHowMuchABuildHasTransferred) {
  progress.begin("build", after(0s));
  build_prints({"#5 [1/2] FROM docker.io/library/ruby", "#5 sha256:aaa 1.5MB / 20MB 0.3s",
                "#5 sha256:bbb 512kB / 20MB", "#5 sha256:aaa 9.488MB / 20MB 0.9s"});
  EXPECT_THAT(progress.lines(after(0s)),
              ElementsAre("build | 0s", "[>                   ] 0/2 FROM docker.io/library/ruby",
                          "[=====>              ] 10.0 of 40.0 MB"));
  build_prints({"#5 DONE 3.0s"});
  EXPECT_THAT(progress.lines(after(0s)),
              ElementsAre("build | 0s", "[==========>         ] 1/2 FROM docker.io/library/ruby"));
}

TEST_F(ProgressOfARun, ShowsHowMuchOfTheLayersIsPushed) {
  progress.begin("push", after(0s));
  build_prints({"#13 pushing acme/shop:v2 with docker", "#13 pushing layer aaa",
                "#13 pushing layer aaa 1MB / 4MB 0.1s", "#13 pushing layer bbb 7.17kB / 47B 0.1s"});
  EXPECT_THAT(progress.lines(after(0s)),
              ElementsAre("push | 0s", "pushing layer aaa", "[=====>              ] 1.0 of 4.0 MB"));
  build_prints({"#13 pushing layer aaa 0.4s done"});
  EXPECT_THAT(progress.lines(after(0s)), ElementsAre("push | 0s", "pushing layer aaa 0.4s done"));
}

TEST_F(ProgressOfARun, IgnoresWhatIsNoProgressOfDocker) {
  progress.begin("build", after(0s));
  build_prints({"", "#", "# 1", "#x y", "#1", "#1 ", "plain text"});
  progress.printed("1.1.1.1", "aaaaaaaaaaaa: no state");
  EXPECT_THAT(progress.lines(after(0s)), ElementsAre("build | 0s"));
}

TEST_F(ProgressOfARun, CountsThePulledLayersOfAllHosts) {
  progress.begin("pull", after(0s));
  for (const char* host : {"a", "b"}) {
    progress.printed(host, "0123456789ab: Pulling fs layer");
    progress.printed(host, "ba9876543210: Already exists");
  }
  EXPECT_THAT(progress.lines(after(0s)),
              ElementsAre("pull | 0s", "[==========>         ] 2/4 layers pulled"));
  progress.printed("a", "0123456789ab: Pull complete");
  EXPECT_THAT(progress.lines(after(0s)),
              ElementsAre("pull | 0s", "[===============>    ] 3/4 layers pulled"));
  progress.printed("b", "0123456789ab: Pull complete");
  EXPECT_THAT(progress.lines(after(0s)), ElementsAre("pull | 0s"));
}

}  // namespace
}  // namespace kamal
