#include "unit/cli/key_effects.h"

namespace kamal::test {

KeyEffects connection_key_effects() {
  const Line asking = {"app", "containers"};
  return {
      {"ssh/user", "", "ssh: { user: app }", asking, "ssh: user app\n"},
      {"ssh/port", "", "ssh: { port: \"2222\" }", asking, "ssh: port 2222\n"},
      {"ssh/proxy", "", "ssh: { proxy: bastion }", asking, "ssh: jump root@bastion\n"},
      {"ssh/proxy", "", "ssh: { proxy: ann@bastion }", asking, "ssh: jump ann@bastion\n"},
      {"ssh/proxy_command", "", "ssh: { proxy_command: \"ssh -W %h:%p user@proxy\" }", asking,
       "ssh: proxy command ssh -W %h:%p user@proxy\n"},
      {"ssh/config", "", "ssh: { config: [ ~/.ssh/myconfig ] }", asking,
       "ssh: configuration ~/.ssh/myconfig\n"},
      {"ssh/config", "", "ssh: { config: false }", asking, "ssh: usual configuration false\n"},
      {"ssh/keys", "", "ssh: { keys: [ ~/.ssh/id.pem ] }", asking, "ssh: key ~/.ssh/id.pem\n"},
      {"ssh/key_data", "", "ssh: { key_data: [ PRIVATE_KEY ] }", asking, "ssh: key data key\n"},
      {"ssh/key_data", "", "ssh: { key_data: [ \"-----BEGIN KEY-----\" ] }", asking,
       "ssh: key data -----BEGIN KEY-----\n"},
      {"ssh/keys_only", "", "ssh: { keys: [ k ], keys_only: true }", asking, "ssh: keys only true\n"},
      {"ssh/forward_agent", "", "ssh: { forward_agent: false }", asking, "ssh: forward agent false\n"},
      {"ssh/log_level", "", "ssh: { log_level: debug }", asking, "ssh: log level debug\n"},
      {"sshkit/max_concurrent_starts", "", "sshkit: { max_concurrent_starts: 10 }", asking,
       "ssh: starts 10\n"},
      {"sshkit/dns_retries", "", "sshkit: { dns_retries: 5 }", asking, "ssh: dns retries 5\n"},
  };
}

}  // namespace kamal::test
