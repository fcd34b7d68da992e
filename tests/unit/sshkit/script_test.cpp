#include "sshkit/ssh/framing.h"

#include <gtest/gtest.h>

#include <stdexcept>

namespace kamal::sshkit {
namespace {

Step command(const std::string& text, OnFailure on_failure = OnFailure::stop) {
  return {.action = Command{Argument::syntax(text)}, .on_failure = on_failure};
}

std::string script_of(const Steps& steps) { return list_script(steps, 0, {}, "n0nce"); }

TEST(Script, RunsACommandInASubshellAndMarksItsEnd) {
  EXPECT_EQ(script_of({command("docker ps")}),
            "(\n"
            "__kamal_end begin ${__kamal_group:-0}\n"
            "( eval 'docker ps' ) </dev/null\n"
            "__kamal_s=$?\n"
            "__kamal_end 0 $__kamal_s || exit 0\n"
            "exit 0\n"
            ")\n"
            "__kamal_end end $?\n");
}

TEST(Script, ContinuesAfterIgnoredFailure) {
  EXPECT_NE(script_of({command("false", OnFailure::ignore)}).find("__kamal_end 0 $__kamal_s || :\n"),
            std::string::npos);
}

TEST(Script, NumbersTheSteps) {
  const std::string script = script_of({command("a"), command("b")});

  EXPECT_NE(script.find("__kamal_end 1 $__kamal_s"), std::string::npos);
}

TEST(Script, RestoresSavedValuesForTheRemainingSteps) {
  EXPECT_EQ(list_script({command("a"), command("b")}, 1, {{"id", "it's"}}, "n0nce"),
            "(\n"
            "__kamal_end begin ${__kamal_group:-0}\n"
            "id='it'\\''s'\n"
            "( eval b ) </dev/null\n"
            "__kamal_s=$?\n"
            "__kamal_end 1 $__kamal_s || exit 0\n"
            "exit 0\n"
            ")\n"
            "__kamal_end end $?\n");
}

TEST(Script, EscapesQuotes) {
  EXPECT_NE(script_of({command("echo 'a b'")}).find("( eval 'echo '\\''a b'\\''' )"), std::string::npos);
}

TEST(Script, PassesInputAsBase64) {
  const Step step = Step::run(Command{"docker", "login", "--password-stdin"}.with_input("secret"));

  EXPECT_NE(
      script_of({step}).find("base64 -d <<'.' | ( eval 'docker login --password-stdin' )\nc2VjcmV0\n.\n"),
      std::string::npos);
}

TEST(Script, UploadsAFileWithItsMode) {
  const Step step = Step::upload("text\n", "${PWD}/.kamal/a file", 0600);

  EXPECT_NE(script_of({step}).find(
                "( __kamal_put \"${PWD}/.kamal/a file\" '0600' kamal-n0nce-0 ) <<'.'\ndGV4dAo=\n.\n"),
            std::string::npos)
      << script_of({step});
}

TEST(Script, UploadsAFileWithoutMode) {
  const Step step = Step::upload("", "file");

  EXPECT_NE(script_of({step}).find("( __kamal_put file '' kamal-n0nce-0 ) <<'.'\n.\n"), std::string::npos);
}

TEST(Script, UploadsAFileInPlace) {
  const Step step = Step::upload("", "file", {}, UploadMode::in_place);

  EXPECT_NE(script_of({step}).find("( __kamal_put file '' kamal-n0nce-0 in_place ) <<'.'\n.\n"),
            std::string::npos);
}

TEST(Script, SavesAValueInAVariable) {
  Step step = command("docker ps -q");
  step.variable = "container_id";

  EXPECT_NE(script_of({step}).find("container_id=$__kamal_out\n"), std::string::npos);
}

TEST(Script, RejectsAnInvalidVariableName) {
  Step step = command("true");
  for (const char* name : {"1st", "a-b", "a b", "a;b"}) {
    step.variable = name;
    EXPECT_THROW(script_of({step}), std::invalid_argument) << name;
  }
}

TEST(Script, DefinesTheMarkerOfAShell) {
  EXPECT_TRUE(shell_prologue("n0nce").starts_with("__kamal_mark='\x1ekamal n0nce '\n"));
}

}  // namespace
}  // namespace kamal::sshkit
