#include "cli/command_table.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "kamal/support/strings.h"

// Every command and option of Kamal 2.12, as its classes in lib/kamal/cli declare them. There --follow takes
// a text, for want of a type; nothing reads it.

namespace kamal::cli {
namespace {

using ::testing::ElementsAre;
using ::testing::IsSupersetOf;

using Texts = std::vector<std::string>;

enum class Shown { yes, no };

struct Known {
  std::string command;
  Shown shown;
  Texts options;
};

std::string text_of(const OptionSpec& option) {
  static const std::string values[] = {"", " TEXT", " NUMBER", " PAIRS", " LIST", " NUMBER"};  // of each kind
  std::string text = option.short_name != 0 ? std::string("-") + option.short_name + " " : "";
  text += "--" + option.name + values[static_cast<size_t>(option.kind)];
  if (!option.default_value.empty()) text += " = " + option.default_value;
  return option.required ? text + " (required)" : text;
}

Texts texts_of(const std::vector<OptionSpec>& options) {
  Texts texts;
  for (const OptionSpec& option : options) texts.push_back(text_of(option));
  return texts;
}

const CommandSpec* command_at(const std::string& path) {
  const CommandSpec* command = &command_table();
  for (const std::string& word : split(path, ' ')) {
    if (command) command = command->find(word);
  }
  return command;
}

std::vector<Known> kamals_commands() {
  return {
      {"accessory boot", Shown::yes, {}},
      {"accessory details", Shown::yes, {}},
      {"accessory directories", Shown::no, {}},
      {"accessory exec", Shown::yes, {"-i --interactive", "--reuse", "--raw"}},
      {"accessory logs",
       Shown::yes,
       {"-s --since TEXT", "-n --lines NUMBER", "-g --grep TEXT", "--grep_options TEXT", "-f --follow",
        "-T --skip_timestamps"}},
      {"accessory pull_image", Shown::no, {}},
      {"accessory reboot", Shown::yes, {}},
      {"accessory remove", Shown::yes, {"-y --confirmed"}},
      {"accessory remove_container", Shown::no, {}},
      {"accessory remove_image", Shown::no, {}},
      {"accessory remove_service_directory", Shown::no, {}},
      {"accessory restart", Shown::yes, {}},
      {"accessory start", Shown::yes, {}},
      {"accessory stop", Shown::yes, {}},
      {"accessory upgrade", Shown::yes, {"--rolling", "-y --confirmed"}},
      {"accessory upload", Shown::no, {}},
      {"app boot", Shown::yes, {}},
      {"app containers", Shown::yes, {}},
      {"app details", Shown::yes, {}},
      {"app exec", Shown::yes, {"-i --interactive", "--reuse", "-e --env PAIRS", "--detach", "--raw"}},
      {"app images", Shown::yes, {}},
      {"app live", Shown::yes, {}},
      {"app logs",
       Shown::yes,
       {"-s --since TEXT", "-n --lines NUMBER", "-g --grep TEXT", "--grep_options TEXT", "-f --follow",
        "-T --skip_timestamps", "--container_id TEXT"}},
      {"app maintenance", Shown::yes, {"--drain_timeout NUMBER", "--message TEXT"}},
      {"app remove", Shown::yes, {}},
      {"app remove_app_directories", Shown::no, {}},
      {"app remove_container", Shown::no, {}},
      {"app remove_containers", Shown::no, {}},
      {"app remove_images", Shown::no, {}},
      {"app stale_containers", Shown::yes, {"-s --stop"}},
      {"app start", Shown::yes, {}},
      {"app stop", Shown::yes, {}},
      {"app version", Shown::yes, {}},
      {"audit", Shown::yes, {}},
      {"build create", Shown::yes, {}},
      {"build deliver", Shown::yes, {}},
      {"build details", Shown::yes, {}},
      {"build dev", Shown::yes, {"--output TEXT = docker", "--no_cache"}},
      {"build pull", Shown::yes, {}},
      {"build push", Shown::yes, {"--output TEXT = registry", "--no_cache"}},
      {"build remove", Shown::yes, {}},
      {"config", Shown::yes, {}},
      {"deploy", Shown::yes, {"-P --skip_push", "--no_cache"}},
      {"details", Shown::yes, {}},
      {"docs", Shown::yes, {}},
      {"init", Shown::yes, {"--bundle"}},
      {"lock acquire", Shown::yes, {"-m --message TEXT (required)"}},
      {"lock release", Shown::yes, {}},
      {"lock status", Shown::yes, {}},
      {"proxy boot", Shown::yes, {}},
      {"proxy boot_config",
       Shown::yes,
       {"--publish = true", "--publish_host_ip TEXT", "--http_port NUMBER = 80", "--https_port NUMBER = 443",
        "--log_max_size TEXT = 10m", "--registry TEXT", "--repository TEXT", "--image_version TEXT",
        "--metrics_port NUMBER", "--debug", "--docker_options LIST"}},
      {"proxy details", Shown::yes, {}},
      {"proxy logs",
       Shown::yes,
       {"-s --since TEXT", "-n --lines NUMBER", "-g --grep TEXT", "-f --follow", "-T --skip_timestamps"}},
      {"proxy reboot", Shown::yes, {"--rolling", "-y --confirmed"}},
      {"proxy remove", Shown::yes, {"--force"}},
      {"proxy remove_container", Shown::no, {}},
      {"proxy remove_image", Shown::no, {}},
      {"proxy remove_proxy_directory", Shown::no, {}},
      {"proxy restart", Shown::yes, {}},
      {"proxy start", Shown::yes, {}},
      {"proxy stop", Shown::yes, {}},
      {"proxy upgrade", Shown::no, {"--rolling", "-y --confirmed"}},
      {"prune all", Shown::yes, {}},
      {"prune containers", Shown::yes, {"--retain NUMBER"}},
      {"prune images", Shown::yes, {}},
      {"redeploy", Shown::yes, {"-P --skip_push", "--no_cache"}},
      {"registry login", Shown::yes, {"-L --skip_local", "-R --skip_remote"}},
      {"registry logout", Shown::yes, {"-L --skip_local", "-R --skip_remote"}},
      {"registry remove", Shown::yes, {"-L --skip_local", "-R --skip_remote"}},
      {"registry setup", Shown::yes, {"-L --skip_local", "-R --skip_remote"}},
      {"remove", Shown::yes, {"-y --confirmed"}},
      {"rollback", Shown::yes, {}},
      {"secrets extract", Shown::yes, {"--inline"}},
      {"secrets fetch",
       Shown::yes,
       {"-a --adapter TEXT (required)", "--account TEXT", "--from TEXT", "--inline"}},
      {"secrets print", Shown::yes, {}},
      {"server bootstrap", Shown::yes, {}},
      {"server exec", Shown::yes, {"-i --interactive", "--raw"}},
      {"setup", Shown::yes, {"-P --skip_push", "--no_cache"}},
      {"tree", Shown::yes, {}},
      {"app tree", Shown::yes, {}},
      {"secrets tree", Shown::yes, {}},
      {"upgrade", Shown::yes, {"-y --confirmed", "--rolling"}},
      {"version", Shown::yes, {}},
  };
}

TEST(KamalsCommands, AreThereWithTheirOptions) {
  for (const Known& known : kamals_commands()) {
    const CommandSpec* const command = command_at(known.command);
    ASSERT_NE(command, nullptr) << known.command;
    EXPECT_THAT(texts_of(command->options), IsSupersetOf(known.options)) << known.command;
  }
}

TEST(KamalsCommands, AreHiddenWhereTheyAreInKamal) {
  for (const Known& known : kamals_commands()) {
    const CommandSpec* const command = command_at(known.command);
    ASSERT_NE(command, nullptr) << known.command;
    EXPECT_EQ(command->hidden, known.shown == Shown::no) << known.command;
  }
}

TEST(KamalsCommands, AllTakeTheSameOptions) {
  EXPECT_THAT(
      texts_of(global_options()),
      ElementsAre("-v --verbose", "-q --quiet", "--version TEXT", "-p --primary", "-h --hosts TEXT",
                  "-r --roles TEXT", "-c --config_file TEXT = config/deploy.yml", "-d --destination TEXT",
                  "-H --skip_hooks", "--lock_wait", "--lock_wait_timeout NUMBER = 900",
                  "--lock_wait_interval NUMBER = 15", "--progress TEXT", "--dry_run", "--report TEXT"));
}

}  // namespace
}  // namespace kamal::cli
