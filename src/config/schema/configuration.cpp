#include "config/schema/table.h"

namespace kamal::config::schema {
namespace {

const Shape hosts_or_role{.items = &host, .section = role, .label = "a list of hosts or a map"};
const Shape one_accessory{.section = accessory};

std::vector<Key> what_to_deploy() {
  return {
      {.name = "service",
       .shape = {.text = true},
       .text =
           R"(Name of the app. Containers, labels and directories on the servers are named after it, so several
apps can share a host. Letters, digits, - and _.)",
       .example = "shop",
       .need = Need::required},
      {.name = "image",
       .shape = {.text = true},
       .text =
           R"(Name of the container image, without registry and tag. With a local registry it defaults to the
service name.)",
       .example = "acme/shop"},
      {.name = "registry",
       .shape = {.section = registry},
       .text = "Registry to push images to and pull them from, with credentials.",
       .example = "server: ghcr.io\nusername: acme-robot\npassword:\n  - REGISTRY_PASSWORD",
       .need = Need::required},
      {.name = "servers",
       .shape = {.items = &host, .entries = &hosts_or_role, .label = "a list of hosts or a map of roles"},
       .text =
           R"(Hosts that run the app: a plain list, or a list per role. Only a configuration with accessories
alone may omit it.)",
       .example = "- 192.0.2.10\n- 192.0.2.11"},
      {.name = "primary_role",
       .shape = {.text = true},
       .text =
           R"(The role that boots first: the other roles boot once one of its containers is healthy. One-off commands run on its
first host.)",
       .example = "api",
       .default_value = "web"},
      {.name = "allow_empty_roles",
       .shape = {.boolean = true},
       .text = "Allow roles without hosts. The primary role always needs one.",
       .example = "true",
       .default_value = "false"},
      {.name = "require_destination",
       .shape = {.boolean = true},
       .text = R"(Require -d DEST, so the base configuration is never deployed by accident.)",
       .example = "true",
       .default_value = "false"},
      {.name = "minimum_version",
       .shape = {.text = true},
       .text = "Minimum version of kamal that may use this file.",
       .example = "2.3.0"},
  };
}

std::vector<Key> containers() {
  return {
      {.name = "env",
       .shape = environment,
       .text = "Environment variables of the containers, in plain text or from secrets.",
       .example = "clear:\n  DB_HOST: db.internal\nsecret:\n  - DB_PASSWORD",
       .sensitive = true},
      {.name = "labels",
       .shape = {.entries = &text},
       .text = R"(Extra container labels, besides the ones kamal sets (service, role, destination).)",
       .example = "team: payments"},
      {.name = "volumes",
       .shape = {.items = &text},
       .text = R"(Volumes and host directories to mount, in Docker's HOST:CONTAINER[:OPTIONS] form.)",
       .example = "- shop-uploads:/app/uploads\n- /etc/ssl/certs:/etc/ssl/certs:ro"},
      {.name = "logging",
       .shape = {.section = logging},
       .text = "Docker log driver and its options.",
       .example = "driver: local"},
      {.name = "asset_path",
       .shape = {.text = true},
       .text =
           R"(Directory of fingerprinted assets inside the image. During a deploy the servers keep the files of
both versions, so a page served by one version finds its assets on a container of the other. Mount
options such as ro or z follow a colon.)",
       .example = "/app/public/assets"},
      {.name = "error_pages_path",
       .shape = {.text = true},
       .text =
           R"(Project directory with error pages for the proxy to serve, one file per status: 404.html, 502.html.)",
       .example = "public"},
      {.name = "proxy",
       .shape = {.section = proxy},
       .text = "How kamal-proxy routes requests to the app.",
       .example = "host: shop.example.com\nssl: true"},
      {.name = "accessories",
       .shape = {.entries = &one_accessory, .label = "a map of accessories"},
       .text = R"(Databases and other supporting services that a deploy does not replace, by name.)",
       .example = "db:\n  image: postgres:17\n  host: 192.0.2.20\n  port: 5432"},
  };
}

std::vector<Key> waiting() {
  return {
      {.name = "readiness_delay",
       .shape = {.integer = true},
       .text = R"(Seconds a container of a role without proxy must stay up before it counts as started. If the
container has a health check, kamal waits for that instead.)",
       .example = "4",
       .default_value = "7"},
      {.name = "deploy_timeout",
       .shape = {.integer = true},
       .text = "Seconds a new container has to become healthy.",
       .example = "60",
       .default_value = "30"},
      {.name = "drain_timeout",
       .shape = {.integer = true},
       .text = "Seconds to drain in-flight requests from the old container.",
       .example = "10",
       .default_value = "30"},
      {.name = "stop_timeout",
       .shape = {.integer = true},
       .text = R"(Seconds a container has to stop before it is killed. Roles can override it.)",
       .example = "20",
       .default_value = "drain_timeout for roles without proxy, Docker's 10 for others"},
      {.name = "retain_containers",
       .shape = {.integer = true},
       .text = R"(Number of old containers (with their images) to keep for rollbacks.)",
       .example = "3",
       .default_value = "5",
       .minimum = 1},
      {.name = "boot",
       .shape = {.section = boot},
       .text = "How many hosts to boot at once.",
       .example = "limit: 25%\nwait: 5"},
  };
}

const Shape hook_level{.text = true};

std::vector<Key> machinery() {
  return {
      {.name = "builder",
       .shape = {.section = builder},
       .text = "How to build the image.",
       .example = "arch: amd64",
       .need = Need::required},
      {.name = "ssh",
       .shape = {.section = ssh},
       .text = "How to connect to the servers.",
       .example = "user: deploy"},
      {.name = "sshkit",
       .shape = {.section = sshkit},
       .text = "Connection limits.",
       .example = "max_concurrent_starts: 10"},
      {.name = "hooks_path",
       .shape = {.text = true},
       .text = R"(Directory of hooks: programs that run before and after the steps of a deploy.)",
       .example = "ops/hooks",
       .default_value = ".kamal/hooks"},
      {.name = "hooks_output",
       .shape = {.text = true, .entries = &hook_level},
       .text =
           R"(Whether to show hook output: one value for all hooks, or one per hook. -v and -q override it, and a
failed hook's output is always shown.)",
       .example = "pre-build: quiet\npre-deploy: verbose",
       .default_value = "follows the command",
       .choices = {"quiet", "verbose"},
       .other_choice = OtherChoice::without_effect},
      {.name = "secrets_path",
       .shape = {.text = true},
       .text = R"(Path prefix of the secrets files. PATH-common is read first, then PATH, or PATH.DEST with a
destination.)",
       .example = "ops/secrets",
       .default_value = ".kamal/secrets"},
      {.name = "run_directory",
       .shape = {.text = true},
       .text = "Directory of kamal's files on the servers.",
       .example = ".kamal",
       .default_value = ".kamal",
       .warning = "has no effect: kamal always uses .kamal"},
      {.name = "output",
       .shape = {.section = output},
       .text = "Where to send or save deploy logs.",
       .example = "file:\n  path: log/deploys"},
      {.name = "aliases",
       .shape = {.entries = &text},
       .text = "Shortcuts for commands.",
       .example = "console: app exec -i --reuse \"bin/console\""},
      {.name = "x-kamal",
       .shape = {.section = extensions},
       .text = "Settings that only kamal has; the Ruby gem ignores them.",
       .example = "rollback_on_failure: true"},
  };
}

}  // namespace

const Section& configuration() {
  static const Section section = [] {
    Section all{
        .name = "configuration",
        .path = "",
        .text =
            R"(kamal reads config/deploy.yml, or the file given with -c. The file is rendered as an ERB template,
then parsed as YAML.

With -d DEST, deploy.DEST.yml is merged over it: maps key by key; all else, lists included, is
replaced.

Unknown keys are errors, except top-level keys starting with x-, which can hold YAML anchors. One
of them, x-kamal, holds settings.)",
        .keys = {}};
    for (const auto& part : {what_to_deploy(), containers(), waiting(), machinery()}) {
      all.keys.insert(all.keys.end(), part.begin(), part.end());
    }
    return all;
  }();
  return section;
}

}  // namespace kamal::config::schema
