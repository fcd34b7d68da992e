#include "unit/cli/key_effects.h"

namespace kamal::test {
namespace {

const std::string web_and_jobs = "servers:\n  web: [ 1.1.1.1 ]\n  jobs:\n    hosts: [ 1.1.1.2 ]\n";
const std::string proxied = web_and_jobs + "    proxy: true\n";

KeyEffects roles() {
  return {
      {"servers/ROLE/hosts", "servers:\n  web: [ 1.1.1.1 ]\n  jobs:\n    cmd: bin/jobs\n",
       "    hosts: [ 1.1.1.2 ]", booting,
       "1.1.1.2: docker run --detach --restart unless-stopped --name shop-jobs-v2 "},
      {"servers/ROLE/hosts", "env: { tags: { eu: { ZONE: eu } } }\nservers:\n  web: [ 1.1.1.1 ]\n  jobs:\n",
       "    hosts: [ { 1.1.1.2: eu } ]", booting, "--env KAMAL_HOST=1.1.1.2 --env ZONE=eu "},
      {"servers/ROLE/cmd", web_and_jobs, "    cmd: bin/jobs", booting, "acme/shop:v2 bin/jobs\n"},
      {"servers/ROLE/options", web_and_jobs, "    options: { memory: 2g, cpus: 4 }", booting,
       " --memory 2g --cpus 4 acme/shop:v2"},
      {"servers/ROLE/env", web_and_jobs, "    env: { QUEUE: mail }", booting, " --env QUEUE=mail "},
      {"servers/ROLE/env", web_and_jobs, "    env: { secret: [ TOKEN ] }", booting,
       "1.1.1.2:.kamal/apps/shop/env/roles/jobs.env holds TOKEN=teapot\n"},
      {"servers/ROLE/labels", web_and_jobs, "    labels: { tier: back }", booting,
       " --label tier=back acme/shop:v2"},
      {"servers/ROLE/logging", web_and_jobs, "    logging: { driver: local }", booting,
       " --log-driver local "},
      {"servers/ROLE/proxy", web_and_jobs, "    proxy: true", booting,
       "1.1.1.2: docker exec kamal-proxy kamal-proxy deploy shop-jobs \"--target=id-shop-jobs-v2:80\""},
      {"servers/ROLE/proxy", web_and_jobs, "    proxy: { app_port: 4000 }", booting,
       "1.1.1.2: docker exec kamal-proxy kamal-proxy deploy shop-jobs \"--target=id-shop-jobs-v2:4000\""},
      {"servers/ROLE/stop_timeout", web_and_jobs, "    stop_timeout: 60", booting,
       "'name=^shop-jobs-v1$' --quiet | xargs docker stop -t 60\n"},
      {"servers/ROLE/asset_path", proxied, "    asset_path: /app/jobs", booting,
       "docker container cp -L shop-jobs-assets:/app/jobs/. "},
  };
}

KeyEffects variables() {
  const std::string file = "1.1.1.1:.kamal/apps/shop/env/roles/web.env holds ";
  const std::string tagged = "servers: [ { 1.1.1.1: eu } ]\n";
  return {
      {"env/clear", "", "env: { clear: { MODE: production } }", booting, " --env MODE=production "},
      {"env/secret", "", "env: { secret: [ TOKEN ] }", booting, file + "TOKEN=teapot\n"},
      {"env/secret", "", "env: { secret: [ \"DB_PASSWORD:TOKEN\" ] }", booting,
       file + "DB_PASSWORD=teapot\n"},
      {"env/tags", tagged, "env: { tags: { eu: { ZONE: eu } } }", booting, " --env ZONE=eu "},
      {"env/tags", tagged, "env: { tags: { eu: { clear: { ZONE: eu } } } }", booting, " --env ZONE=eu "},
      {"env/tags", tagged, "env: { tags: { eu: { secret: [ TOKEN ] } } }", booting, file + "TOKEN=teapot\n"},
      {"env/tags", tagged + "env:\n  secret: [ \"DB_PASSWORD:ROBOT\" ]\n",
       "  tags: { eu: { secret: [ \"DB_PASSWORD:TOKEN\" ] } }", booting, file + "DB_PASSWORD=teapot\n"},
  };
}

}  // namespace

KeyEffects role_key_effects() {
  KeyEffects all = roles();
  for (const KeyEffect& row : variables()) all.push_back(row);
  return all;
}

}  // namespace kamal::test
