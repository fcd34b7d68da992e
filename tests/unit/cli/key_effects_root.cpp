#include "unit/cli/key_effects.h"

namespace kamal::test {
namespace {

KeyEffects application() {
  return {
      {"service", "", "service: mall", deploying,
       "docker run --detach --restart unless-stopped --name mall-web-v2 "},
      {"image", "", "image: acme/mall", deploying, "1.1.1.1: docker pull acme/mall:v2"},
      {"registry", "", "registry: { server: registry.test, username: ann, password: sesame }", deploying,
       "1.1.1.1: docker login registry.test -u ann --password-stdin"},
      {"servers", "", "servers: [ 1.1.1.7 ]", deploying, "1.1.1.7: docker run --detach"},
      {"servers", "", "servers: { jobs: [ 1.1.1.1 ], web: [ 1.1.1.7 ] }", deploying, "--name shop-jobs-v2 "},
      {"servers", "env: { tags: { eu: { ZONE: eu } } }\n", "servers: [ 1.1.1.7, { 1.1.1.1: eu } ]", deploying,
       "--env KAMAL_HOST=1.1.1.1 --env ZONE=eu "},
      {"servers", "env: { tags: { a: { A: 1 }, b: { B: 2 } } }\n", "servers: [ { 1.1.1.1: [ a, b ] } ]",
       deploying, "--env KAMAL_HOST=1.1.1.1 --env A=1 --env B=2 "},
      {"primary_role", "servers: { web: [ 1.1.1.1 ], api: [ 1.1.1.2 ] }\n", "primary_role: api", deploying,
       "1.1.1.2: docker exec kamal-proxy kamal-proxy deploy shop-api"},
      {"allow_empty_roles", "servers: { web: [ 1.1.1.1 ], jobs: [] }\n", "allow_empty_roles: true", deploying,
       "1.1.1.1: docker run --detach"},
      {"require_destination", "", "require_destination: true", deploying,
       "require_destination: no destination given"},
      {"minimum_version", "", "minimum_version: 99.1.0", deploying, "requires kamal 99.1.0 or later"},
      {"aliases", "", "aliases: { show: app containers }", {"show"}, "1.1.1.1: docker container ls --all"},
      {"accessories",
       "",
       "accessories: { redis: { image: redis, host: 1.1.1.9 } }",
       {"accessory", "boot", "all"},
       "1.1.1.9: docker run --name shop-redis "},
  };
}

KeyEffects containers() {
  return {
      {"env", "", "env: { MODE: production }", booting, " --env MODE=production "},
      {"labels", "", "labels: { team: store }", booting, " --label team=store acme/shop:v2"},
      {"volumes", "", "volumes: [ \"/data:/data:ro\" ]", booting, " --volume /data:/data:ro "},
      {"logging", "", "logging: { driver: local }", booting, " --log-driver local "},
      {"logging/driver", "", "logging: { driver: journald }", booting, " --log-driver journald "},
      {"logging/options", "", "logging: { options: { max-size: 100m } }", booting,
       " --log-opt max-size=100m "},
      {"asset_path", "", "asset_path: /app/public", booting,
       "docker container cp -L shop-web-assets:/app/public/. "},
      {"asset_path", "", "asset_path: /app/public", booting, "/assets/volumes/web-v2:/app/public\" "},
      {"error_pages_path", "", "error_pages_path: public", booting,
       "1.1.1.1:.kamal/proxy/apps-config/shop/error_pages/v2/404.html holds Not here"},
      {"error_pages_path", "", "error_pages_path: public", booting,
       " --error-pages=/home/kamal-proxy/.apps-config/shop/error_pages/v2"},
      {"proxy", "", "proxy: { app_port: 3000 }", booting, "--target=id-shop-web-v2:3000"},
      {"run_directory", "", "run_directory: /etc/kamal", booting, "run_directory: has no effect"},
  };
}

KeyEffects waiting() {
  return {
      {"readiness_delay", "servers: { web: { hosts: [ 1.1.1.1 ], proxy: false } }\n", "readiness_delay: 4",
       booting, "sleeps 4000 ms"},
      {"deploy_timeout", "", "deploy_timeout: 12", booting, " --deploy-timeout=12s "},
      {"drain_timeout", "", "drain_timeout: 9", booting, " --drain-timeout=9s "},
      {"drain_timeout", "servers: { web: { hosts: [ 1.1.1.1 ], proxy: false } }\n", "drain_timeout: 9",
       booting, "'name=^shop-web-v1$' --quiet | xargs docker stop -t 9\n"},
      {"stop_timeout", "", "stop_timeout: 45", booting,
       "'name=^shop-web-v1$' --quiet | xargs docker stop -t 45\n"},
      {"retain_containers", "", "retain_containers: 2", deploying, "| tail -n +3 | while read container_id"},
      {"boot", "servers: [ 1.1.1.1, 1.1.1.2 ]\n", "boot: { limit: 1, wait: 3 }", booting, "sleeps 3000 ms"},
      {"boot/limit", "servers: [ 1.1.1.1, 1.1.1.2, 1.1.1.3 ]\nhooks_path: ops/hooks\n", "boot: { limit: 2 }",
       booting, "here with KAMAL_HOSTS=1.1.1.3\n"},
      {"boot/limit", "servers: [ 1.1.1.1, 1.1.1.2, 1.1.1.3 ]\nhooks_path: ops/hooks\n",
       "boot: { limit: 67% }", booting, "here with KAMAL_HOSTS=1.1.1.3\n"},
      {"boot/wait", "servers: [ 1.1.1.1, 1.1.1.2 ]\n", "boot: { limit: 1, wait: 5 }", booting,
       "sleeps 5000 ms"},
      {"x-kamal", "", "x-kamal: { settle: 5 }", booting, "sleeps 1000 ms"},
      {"x-kamal/settle", "", "x-kamal: { settle: 5 }", booting, "sleeps 1000 ms"},
      {"x-kamal/minimum_version", "", "x-kamal: { minimum_version: 99.1 }", deploying,
       "x-kamal/minimum_version: requires kamal 99.1 or later"},
  };
}

KeyEffects this_machine() {
  const std::string secret = "env: { secret: [ TOKEN ] }\n", hooks = "hooks_path: ops/hooks\n";
  return {
      {"secrets_path", secret, "secrets_path: ops/secrets", booting,
       "env/roles/web.env holds TOKEN=samovar\n"},
      {"hooks_path", "", "hooks_path: ops/hooks", booting, "here: ops/hooks/pre-connect\n"},
      {"hooks_output", hooks, "hooks_output: verbose", booting, "hello from the hook"},
      {"hooks_output", hooks, "hooks_output: :verbose", booting, "hello from the hook"},
      {"hooks_output", hooks, "hooks_output: { pre-connect: :verbose }", booting, "hello from the hook"},
      {"output", "", "output: { file: { path: log } }", booting, "Logs written to log/2026-"},
      {"output/file", "", "output: { file: { path: log } }", booting, "_app.log\n"},
      {"output/file/path", "", "output: { file: { path: log/kamal/ } }", booting,
       "Logs written to log/kamal/2026-"},
      {"output/otel", "", "output: { otel: { endpoint: \"http://127.0.0.1:1\" } }", booting,
       "WARNING: output/otel: "},
      {"output/otel/endpoint", "", "output: { otel: { endpoint: \"http://127.0.0.1:1\" } }", booting,
       "http://127.0.0.1:1"},
      {"ssh", "", "ssh: { user: app }", booting, "ssh: user app\n"},
      {"sshkit", "", "sshkit: { dns_retries: 5 }", booting, "ssh: dns retries 5\n"},
      {"builder", "", "builder: { arch: s390x }", building, " --platform linux/s390x "},
  };
}

}  // namespace

KeyEffects root_key_effects() {
  KeyEffects all;
  for (const KeyEffects& part : {application(), containers(), waiting(), this_machine()}) {
    all.insert(all.end(), part.begin(), part.end());
  }
  return all;
}

}  // namespace kamal::test
