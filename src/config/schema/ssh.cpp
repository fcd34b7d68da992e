#include "config/schema/table.h"

namespace kamal::config::schema {
namespace {

std::vector<Key> who_and_where() {
  return {
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
       .text = R"(SSH configuration to use: true for the usual files, false for none, or a list of files.)",
       .example = "- ~/.ssh/servers.conf",
       .default_value = "true"}};
}

std::vector<Key> authentication() {
  return {
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
       .example = "- DEPLOY_SSH_KEY"},
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
       .other_choice = OtherChoice::other_case}};
}

}  // namespace

const Section& ssh() {
  static const Section section = [] {
    Section all{
        .name = "ssh",
        .path = "ssh",
        .text =
            R"(kamal does everything over SSH, by default as root on port 22 with your agent's keys. HostName,
ProxyJump, IdentityFile and the like may come from your SSH configuration; User and Port may not,
except for jump hosts: set them here. If a host accepts no key, kamal prompts once for its password.)",
        .keys = who_and_where()};
    for (const Key& key : authentication()) all.keys.push_back(key);
    return all;
  }();
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
                .text = "Times to retry a failed DNS lookup (0: never).",
                .example = "5",
                .default_value = "3"}}};
  return section;
}

}  // namespace kamal::config::schema
