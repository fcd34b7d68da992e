#include "config/schema/table.h"

namespace kamal::config::schema {
namespace {

std::vector<Key> who_and_where() {
  return {{.name = "user",
           .shape = {.text = true},
           .text = "User to log in as. One who is not root must be allowed to use docker.",
           .example = "deploy",
           .default_value = "root"},
          {.name = "port",
           .shape = {.text = true},
           .text = "Port of sshd.",
           .example = "2222",
           .default_value = "22"},
          {.name = "proxy",
           .shape = {.text = true},
           .text = "Host to jump through, as [USER@]HOST[:PORT]; the user is root unless given. Several "
                   "jumps have commas "
                   "between them.",
           .example = "jump@bastion.example.com"},
          {.name = "proxy_command",
           .shape = {.text = true},
           .text = "Program whose input and output are the connection. %h and %p stand for host and port.",
           .example = "cloudflared access ssh --hostname %h"},
          {.name = "config",
           .shape = {.text = true, .boolean = true, .items = &text},
           .text = "SSH configuration to follow: true for the usual files, false for none, or the names of "
                   "other files.",
           .example = "- ~/.ssh/servers.conf",
           .default_value = "true"}};
}

std::vector<Key> authentication() {
  return {
      {.name = "keys",
       .shape = {.items = &text},
       .text = "Files of private keys, or of public keys (x.pub) whose private half the agent holds.",
       .example = "- ~/.ssh/deploy_ed25519",
       .default_value = "the agent's and the usual files"},
      {.name = "key_data",
       .shape = {.items = &text},
       .text =
           "Names of secrets that hold private keys, for machines that have no key files. A key itself also "
           "works for now, and had better not be in a file that is shared.",
       .example = "- DEPLOY_SSH_KEY"},
      {.name = "keys_only",
       .shape = {.boolean = true},
       .text = "Use the keys named here and no other, even if an agent offers some.",
       .example = "true",
       .default_value = "false"},
      {.name = "forward_agent",
       .shape = {.boolean = true},
       .text = "Whether commands on the servers may use your SSH agent.",
       .example = "false",
       .default_value = "true"},
      {.name = "log_level",
       .shape = {.text = true},
       .text = "How much the connection tells about itself; debug helps when a login fails.",
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
            "Everything on the servers happens over SSH, by default as root on port 22 with the keys of your "
            "agent. HostName, ProxyJump, IdentityFile and the like may come from your SSH configuration; "
            "User and Port may not, except for jump hosts: set them here. The password of a host that takes "
            "no key is asked for once, on the terminal.",
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
          "The defaults suit most fleets. Lower them where a firewall or a resolver does not like many "
          "connections "
          "at once.",
      .keys = {
          {.name = "max_concurrent_starts",
           .shape = {.integer = true},
           .text = "Connections that are being opened at the same time.",
           .example = "10",
           .default_value = "30"},
          {.name = "pool_idle_timeout",
           .shape = {.integer = true},
           .text =
               "Has no effect, and needs none: a connection is kept alive for the whole run, however long a "
               "build takes in between.",
           .example = "300"},
          {.name = "dns_retries",
           .shape = {.integer = true},
           .text = "How often a name that could not be looked up is tried again; 0 for never.",
           .example = "5",
           .default_value = "3"}}};
  return section;
}

}  // namespace kamal::config::schema
