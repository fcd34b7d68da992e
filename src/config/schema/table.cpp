#include "config/schema/table.h"

#include <algorithm>
#include <span>

namespace kamal::config::schema {
namespace {

constinit const Shape word_or_words{.text = true, .items = &text};

}  // namespace

constinit const Shape text{.text = true};
constinit const Shape optional_text{.text = true, .null = true};
constinit const Shape flag{.text = true, .null = true, .items = &optional_text};
constinit const Shape host{
    .text = true, .entries = &word_or_words, .single = true, .label = "a host, or a host: and its tags"};
constinit const Shape environment{.entries = &text, .section = env, .label = "a map of variables"};

const Key* find_key(const Section& section, std::string_view name) {
  const auto found = std::ranges::find(section.keys, name, &Key::name);
  return found == section.keys.end() ? nullptr : &*found;
}

bool uses_keys_of(const Section& section, const Value& map) {
  return std::any_of(map.map().begin(), map.map().end(),
                     [&](const auto& entry) { return find_key(section, entry.first) != nullptr; });
}

namespace {

using Path = std::span<const std::string>;

bool has_sensitive_key(const Section& section) {
  return std::any_of(section.keys.begin(), section.keys.end(), [](const Key& key) { return key.sensitive; });
}

bool is_public(const Shape& shape, Path path) {
  const bool any_value = !shape.section || shape.boolean;
  if (path.empty()) return any_value || !has_sensitive_key(shape.section());
  if (path[0] == "-") return shape.items && is_public(*shape.items, path.subspan(1));
  const Key* key = shape.section ? find_key(shape.section(), path[0]) : nullptr;
  if (key) return !key->sensitive && is_public(key->shape, path.subspan(1));
  return shape.entries && is_public(*shape.entries, path.subspan(1));
}

}  // namespace

bool is_public(const std::vector<std::string>& path) {
  return is_public(Shape{.section = configuration}, path);
}

std::string below(const std::string& path, std::string_view name) {
  return path.empty() ? std::string(name) : path + "/" + std::string(name);
}

const std::vector<const Section*>& sections() {
  static const std::vector<const Section*> all = {
      &accessory(), &alias(),    &boot(), &builder(), &configuration(), &env(),    &logging(),   &output(),
      &proxy(),     &registry(), &role(), &servers(), &ssh(),           &sshkit(), &extensions()};
  return all;
}

// Sections about connections, output and the run as a whole.

const Section& ssh() {
  static const Section section{
      .name = "ssh",
      .path = "ssh",
      .text =
          R"(kamal does everything over SSH, by default as root on port 22 with your agent's keys. HostName,
ProxyJump, IdentityFile and the like may come from your SSH configuration; User and Port may not,
except for jump hosts: set them here. If a host accepts no key, kamal prompts once for its password.)",
      .keys = {
          {.name = "user",
           .shape = {.text = true},
           .text = "User to log in as. A user other than root must be allowed to run docker.",
           .example = "deploy",
           .default_value = "root"},
          {.name = "port",
           .shape = {.text = true},
           .text = "Port of the SSH server.",
           .example = "2222",
           .default_value = "22"},
          {.name = "proxy",
           .shape = {.text = true},
           .text =
               R"(Jump host, as [USER@]HOST[:PORT] (default user: root). Separate several jumps with commas.)",
           .example = "jump@bastion.example.com"},
          {.name = "proxy_command",
           .shape = {.text = true},
           .text = R"(Command whose stdin and stdout are the connection. %h and %p expand to host and port.)",
           .example = "cloudflared access ssh --hostname %h"},
          {.name = "config",
           .shape = {.text = true, .boolean = true, .items = &text},
           .text =
               R"(SSH configuration to use: true for the usual files, false for none, or a list of files.)",
           .example = "- ~/.ssh/servers.conf",
           .default_value = "true"},
          {.name = "keys",
           .shape = {.items = &text},
           .text = R"(Private key files, or public key files (.pub) whose private key the agent holds.)",
           .example = "- ~/.ssh/deploy_ed25519",
           .default_value = "the agent's keys and the usual files"},
          {.name = "key_data",
           .shape = {.items = &text},
           .text =
               R"(Names of secrets that hold private keys, for machines without key files. A literal key still works
(deprecated), but does not belong in a shared file.)",
           .example = "- DEPLOY_SSH_KEY",
           .sensitive = true},
          {.name = "keys_only",
           .shape = {.boolean = true},
           .text = "Use only these keys, ignoring the agent's others.",
           .example = "true",
           .default_value = "false"},
          {.name = "forward_agent",
           .shape = {.boolean = true},
           .text = "Forward your SSH agent to the servers.",
           .example = "false",
           .default_value = "true"},
          {.name = "log_level",
           .shape = {.text = true},
           .text = "SSH log level; use debug to troubleshoot logins.",
           .example = "debug",
           .default_value = "fatal",
           .choices = {"debug", "info", "warn", "error", "fatal"},
           .other_choice = OtherChoice::other_case}}};
  return section;
}

const Section& sshkit() {
  static const Section section{
      .name = "sshkit",
      .path = "sshkit",
      .text =
          R"(The defaults suit most fleets. Lower them if a firewall or resolver limits concurrent connections.)",
      .keys = {{.name = "max_concurrent_starts",
                .shape = {.integer = true},
                .text = "Connections to open at the same time.",
                .example = "10",
                .default_value = "30"},
               {.name = "pool_idle_timeout",
                .shape = {.integer = true},
                .text = "Has no effect: connections are kept alive for the whole run.",
                .example = "300"},
               {.name = "dns_retries",
                .shape = {.integer = true},
                .text = "Number of retries after a failed DNS lookup (0: none).",
                .example = "5",
                .default_value = "3"}}};
  return section;
}

namespace {

const Section& otel() {
  static const Section section{.name = {},
                               .path = "output/otel",
                               .text = {},
                               .keys = {{.name = "endpoint",
                                         .shape = {.string = true},
                                         .text = "URL of the collector; logs are sent as OTLP over HTTP.",
                                         .example = "http://otel.example.com:4318",
                                         .need = Need::required}}};
  return section;
}

const Section& file() {
  static const Section section{
      .name = {},
      .path = "output/file",
      .text = {},
      .keys = {{.name = "path",
                .shape = {.string = true},
                .text = R"(Local directory; each run writes a file named after its time and command.)",
                .example = "log/deploys",
                .need = Need::required}}};
  return section;
}

}  // namespace

const Section& output() {
  static const Section section{
      .name = "output",
      .path = "output",
      .text = R"(Logs of commands that change servers. A log that can't be written never blocks a deploy.)",
      .keys = {{.name = "otel",
                .shape = {.section = otel},
                .text = R"(Send logs to an OpenTelemetry collector, with service, version and performer.)",
                .example = {}},
               {.name = "file",
                .shape = {.section = file},
                .text = "Save logs to files on this machine.",
                .example = {}}}};
  return section;
}

const Section& boot() {
  static const Section section{
      .name = "boot",
      .path = "boot",
      .text =
          R"(All hosts boot at once by default. A limit boots them in groups, so a bad version stops at the first
one.)",
      .keys = {{.name = "limit",
                .shape = {.text = true},
                .text = "Hosts per group: a number, or a percentage of all hosts such as 25%.",
                .example = "25%",
                .default_value = "all"},
               {.name = "wait",
                .shape = {.integer = true},
                .text = "Seconds to wait between groups.",
                .example = "10"},
               {.name = "parallel_roles",
                .shape = {.boolean = true},
                .text = "Boot several roles on a host in parallel instead of one after the other.",
                .example = "true",
                .default_value = "false"}}};
  return section;
}

const Section& logging() {
  static const Section section{
      .name = "logging",
      .path = "logging",
      .text = R"(Docker logs of the app, or of one role. By default Docker keeps 10 MB per container.)",
      .keys = {{.name = "driver",
                .shape = {.text = true},
                .text = "Docker log driver.",
                .example = "json-file",
                .default_value = "Docker's default"},
               {.name = "options",
                .shape = {.entries = &optional_text},
                .text = "Options of the driver, as --log-opt NAME=VALUE.",
                .example = "max-size: 100m\nmax-file: \"3\""}}};
  return section;
}

const Section& alias() {
  static const Section section{
      .name = "alias",
      .path = "aliases",
      .text =
          R"(Each alias maps a name to a command with its options. `kamal NAME` runs it; further arguments are
appended.

Names consist of lowercase letters, digits, - and _, and must not match a kamal command.)",
      .keys = {},
      .example =
          "console: app exec -i --reuse \"bin/console\"\nlog: app logs -f\nship: deploy -d production"};
  return section;
}

const Section& extensions() {
  static const Section section{
      .name = "x-kamal",
      .path = "x-kamal",
      .text =
          R"(Settings that the Ruby gem does not have. It ignores top-level keys starting with x-, so both can
read the same file.)",
      .keys = {
          {.name = "rollback_on_failure",
           .shape = {.boolean = true},
           .text =
               R"(If booting the new version fails after some hosts have switched to it, roll those hosts back to the
version that they ran, before the deploy lock is freed. No hooks run for it. --rollback-on-failure and
--no-rollback-on-failure override it.)",
           .example = "true",
           .default_value = "false"},
          {.name = "settle",
           .shape = {.integer = true},
           .text =
               R"(Seconds to watch new containers after the switch (0: not at all). The deploy fails if one stops,
restarts or becomes unhealthy. --settle overrides it.)",
           .example = "10",
           .default_value = "0",
           .minimum = 0},
          {.name = "minimum_version",
           .shape = {.text = true},
           .text = "Minimum version of this program, as opposed to that of Kamal, that may use this file. "
                   "`kamal version "
                   "--verbose` prints it.",
           .example = "0.12"}}};
  return section;
}

}  // namespace kamal::config::schema
