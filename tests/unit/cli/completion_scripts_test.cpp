// The completion scripts in their shells, with the real program.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "kamal/support/files.h"
#include "kamal/support/strings.h"
#include "support/there.h"
#include "unit/support/on_this_machine.h"

namespace kamal::test {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

using Words = std::vector<std::string>;

// A project, and a kamal on the PATH.
class CompletionScripts : public ::testing::Test {
 protected:
  CompletionScripts() {
    std::filesystem::create_directories(project_ / "config");
    write_file(project_ / "config/deploy.yml",
               "servers: { web: [ 1.1.1.1, 'fd00::1' ], jobs: [ 1.1.1.2 ] }\n"
               "accessories: { db: {} }\n"
               "aliases: { console: app exec }\n");
    write_file(project_ / "config/deploy.staging.yml", "{}\n");
    write_file(project_ / "config/deploy.stable.yml", "{}\n");
  }

  bool installed(const std::string& shell) {
    return machine_.run({.argv = {shell, "-c", "exit 0"}, .timeout = std::chrono::seconds(60)}).status == 0;
  }

  // The lines that a shell's script prints in the project.
  Words lines(const Words& argv) {
    const std::filesystem::path program = KAMAL_PROGRAM;
    const auto path =
        program.parent_path().string() + ":" + get(current_environment(), "PATH").value_or("/usr/bin:/bin");
    const ProcessResult result = machine_.run({.argv = argv,
                                               .env = {{"PATH", path}, {"HOME", project_.path().string()}},
                                               .directory = project_.path(),
                                               .timeout = std::chrono::seconds(100)});
    EXPECT_EQ(result.err, "");
    EXPECT_EQ(result.status, 0);
    return lines_of(result.out);
  }

  OnThisMachine machine_;
  Folder project_;
};

class BashCompletion : public CompletionScripts {
 protected:
  // Calls the script as bash does with the cursor at the end of `line`, which it has split into `words`; the
  // last one is completed.
  Words replies(const std::string& line, const Words& words, const std::string& completed) {
    const std::string script = R"(source <(kamal completion bash)
      COMP_LINE=$1 COMP_POINT=${#1} completed=$2
      shift 2
      COMP_WORDS=("$@") COMP_CWORD=$(($# - 1))
      $(complete -p kamal | sed 's/.*-F \([^ ]*\) .*/\1/') "${COMP_WORDS[0]}" "$completed" "${COMP_WORDS[COMP_CWORD - 1]}"
      ((${#COMPREPLY[@]})) && printf '%s\n' "${COMPREPLY[@]}"
      exit 0)";
    Words argv = {"bash", "--norc", "-c", script, "bash", line, completed};
    argv.insert(argv.end(), words.begin(), words.end());
    return lines(argv);
  }
  // For lines that bash splits at spaces only.
  Words replies(const Words& words) { return replies(join(words, " "), words, test::last(words)); }
};

TEST_F(BashCompletion, CompletesCommands) {
  EXPECT_THAT(replies({"kamal", "de"}), ElementsAre("deploy", "details"));
  EXPECT_THAT(replies({"kamal", "lock", ""}), ElementsAre("acquire", "release", "status", "tree"));
}

TEST_F(BashCompletion, CompletesAliases) { EXPECT_THAT(replies({"kamal", "cons"}), ElementsAre("console")); }

TEST_F(BashCompletion, CompletesOptions) {
  EXPECT_THAT(replies({"kamal", "deploy", "--skip-"}), ElementsAre("--skip-hooks", "--skip-push"));
}

TEST_F(BashCompletion, CompletesProjectNames) {
  EXPECT_THAT(replies({"kamal", "deploy", "-d", "sta"}), ElementsAre("stable", "staging"));
  EXPECT_THAT(replies({"kamal", "deploy", "-r", "w"}), ElementsAre("web"));
  EXPECT_THAT(replies({"kamal", "accessory", "reboot", "d"}), ElementsAre("db"));
  EXPECT_THAT(replies({"kamal", "deploy", "-r", "web,"}), ElementsAre("web,jobs"));
}

TEST_F(BashCompletion, CompletesAfterEqualsSign) {
  EXPECT_THAT(
      replies("kamal deploy --destination=sta", {"kamal", "deploy", "--destination", "=", "sta"}, "sta"),
      ElementsAre("stable", "staging"));
  EXPECT_THAT(replies("kamal deploy --destination=", {"kamal", "deploy", "--destination", "="}, ""),
              ElementsAre("stable", "staging"));
}

TEST_F(BashCompletion, CompletesAfterColon) {
  EXPECT_THAT(replies("kamal deploy -h fd00:", {"kamal", "deploy", "-h", "fd00", ":"}, ""),
              ElementsAre(":1"));
}

TEST_F(BashCompletion, ContinuesAfterArgumentWithColon) {
  EXPECT_THAT(
      replies("kamal app exec -e A:1 -r w", {"kamal", "app", "exec", "-e", "A", ":", "1", "-r", "w"}, "w"),
      ElementsAre("web"));
}

TEST_F(BashCompletion, ReadsUpToTheCursor) {
  const std::string script = R"(source <(kamal completion bash)
    COMP_LINE='kamal lock acquire' COMP_POINT=12 COMP_WORDS=(kamal lock acquire) COMP_CWORD=2
    _kamal kamal a lock
    printf '%s\n' "${COMPREPLY[@]}")";
  EXPECT_THAT(lines({"bash", "--norc", "-c", script}), ElementsAre("acquire"));
}

TEST_F(BashCompletion, CompletesFiles) {
  EXPECT_THAT(replies({"kamal", "deploy", "-c", "config/deploy.st"}),
              UnorderedElementsAre("config/deploy.staging.yml", "config/deploy.stable.yml"));
}

TEST_F(BashCompletion, OffersNothingAfterLastArgument) {
  EXPECT_THAT(replies({"kamal", "deploy", "x"}), IsEmpty());
}

TEST_F(BashCompletion, RunsTheTypedProgram) {
  std::filesystem::create_directories(project_ / "bin");
  write_file(project_ / "bin/kamal", "#!/bin/sh\nprintf 'special\\tone\\n'\n", 0755);
  EXPECT_THAT(replies({"bin/kamal", ""}), ElementsAre("special"));
  EXPECT_THAT(replies({"~/bin/kamal", ""}), ElementsAre("special"));
}

// Types a line and a tab into an interactive zsh whose compadd logs its matches.
class ZshCompletion : public CompletionScripts {
 protected:
  void SetUp() override {
    if (!installed("zsh")) GTEST_SKIP() << "zsh is not installed";
  }
  Words matches(const std::string& typed) {
    write_file(project_ / "setup.zsh", R"(
PROMPT= RPROMPT= PS2=
unsetopt zle_bracketed_paste prompt_cr prompt_sp 2>/dev/null
autoload -Uz compinit && compinit -D -u
source <(kamal completion zsh)
bindkey -e
bindkey '^I' complete-word
zstyle ':completion:*' completer _complete
log_matches() { builtin compadd -O hits "$@"; (( ! $#hits )) || print -lr -- $hits >>$HOME/hits; }
compadd() {
  if [[ ${@[1,(i)(-|--)]} == *-(O|A|D)\ * ]]; then
    builtin compadd "$@"
    return
  fi
  local -a hits
  log_matches "$@"
  builtin compadd "$@"
}
leave() { exit 0 }
zle -N leave
bindkey '^X' leave
print ready
)");
    write_file(project_ / "type.zsh", R"(
rm -f hits
zmodload zsh/zpty
zpty shell zsh -f -i
zpty -w shell 'source ~/setup.zsh'
while zpty -r shell line; do [[ $line == ready* ]] && break; done
zpty -w -n shell "$1"$'\t\C-x'
while zpty -r shell line; do :; done
[[ ! -f hits ]] || sort -u hits
)");
    return lines({"zsh", "-f", (project_ / "type.zsh").string(), typed});
  }
};

TEST_F(ZshCompletion, CompletesCommands) {
  EXPECT_THAT(matches("kamal lock "), ElementsAre("acquire", "release", "status", "tree"));
  EXPECT_THAT(matches("kamal de"), ElementsAre("deploy", "details"));
}

TEST_F(ZshCompletion, CompletesAliases) { EXPECT_THAT(matches("kamal cons"), ElementsAre("console")); }

TEST_F(ZshCompletion, CompletesOptions) {
  EXPECT_THAT(matches("kamal deploy --skip-"), ElementsAre("--skip-hooks", "--skip-push"));
}

TEST_F(ZshCompletion, CompletesProjectNames) {
  EXPECT_THAT(matches("kamal deploy -d st"), ElementsAre("stable", "staging"));
  EXPECT_THAT(matches("kamal deploy --destination=st"),
              ElementsAre("--destination=stable", "--destination=staging"));
  EXPECT_THAT(matches("kamal deploy -h fd"), ElementsAre("fd00::1"));
}

TEST_F(ZshCompletion, CompletesFiles) {
  EXPECT_THAT(matches("kamal deploy --config-file=config/deploy.sta"),
              ElementsAre("deploy.stable.yml", "deploy.staging.yml"));
}

TEST_F(ZshCompletion, OffersNothingAfterLastArgument) { EXPECT_THAT(matches("kamal deploy x"), IsEmpty()); }

// Completes as the tab key does.
class FishCompletion : public CompletionScripts {
 protected:
  void SetUp() override {
    if (!installed("fish")) GTEST_SKIP() << "fish is not installed";
  }
  Words matches(const std::string& typed) {
    return lines(
        {"fish", "--no-config", "-c", "kamal completion fish | source; complete -C $argv[1]", typed});
  }
};

TEST_F(FishCompletion, CompletesCommandsWithSummaries) {
  EXPECT_THAT(
      matches("kamal lock "),
      UnorderedElementsAre("acquire\tAcquire the deploy lock to block deploys",
                           "release\tForce-release the deploy lock", "status\tShow who holds the deploy lock",
                           "tree\tPrint all commands as a tree"));
}

TEST_F(FishCompletion, CompletesAliases) {
  EXPECT_THAT(matches("kamal cons"), ElementsAre("console\talias of app exec"));
}

TEST_F(FishCompletion, CompletesOptions) {
  EXPECT_THAT(matches("kamal deploy --skip-p"),
              ElementsAre("--skip-push\tDeploy the image already in the registry"));
}

TEST_F(FishCompletion, CompletesProjectNames) {
  EXPECT_THAT(matches("kamal deploy -d stag"), ElementsAre("staging\tdestination"));
  EXPECT_THAT(matches("kamal deploy --destination=stag"), ElementsAre("--destination=staging\tdestination"));
  EXPECT_THAT(matches("kamal deploy -r web,"), ElementsAre("web,jobs\trole"));
}

TEST_F(FishCompletion, CompletesFiles) {
  EXPECT_THAT(matches("kamal deploy -c config/deploy.stag"),
              Contains(::testing::StartsWith("config/deploy.staging.yml")));
}

TEST_F(FishCompletion, OffersNothingAfterLastArgument) { EXPECT_THAT(matches("kamal deploy x"), IsEmpty()); }

}  // namespace
}  // namespace kamal::test
