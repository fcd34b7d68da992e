#include "config/schema/table.h"

namespace kamal::config::schema {
namespace {

const Shape hosts_or_role{.items = &host, .section = role, .words = "a list of hosts or a map of settings"};
const Shape one_accessory{.section = accessory};

std::vector<Key> what_to_deploy() {
  return {
      {.name = "service",
       .shape = {.text = true},
       .text = "Name of the application. Containers, labels and folders on the servers are named after it, "
               "so that "
               "several applications can share a server. Letters, digits, - and _.",
       .example = "shop",
       .need = Need::required},
      {.name = "image",
       .shape = {.text = true},
       .text = "Name of the container image in the registry, without the registry's address and without a "
               "tag. A local "
               "registry can do without: the image is then named after the service.",
       .example = "acme/shop"},
      {.name = "registry",
       .shape = {.section = registry},
       .text = "Where images are pushed to and pulled from, and the account for it.",
       .example = "server: ghcr.io\nusername: acme-robot\npassword:\n  - REGISTRY_PASSWORD",
       .need = Need::required},
      {.name = "servers",
       .shape = {.items = &host, .entries = &hosts_or_role, .words = "a list of hosts or a map of roles"},
       .text = "The servers that run the application: a list, or one list for each role. Only a "
               "configuration that "
               "has accessories and nothing else leaves it out.",
       .example = "- 192.0.2.10\n- 192.0.2.11"},
      {.name = "primary_role",
       .shape = {.text = true},
       .text = "The role that goes first: other roles start once one of its containers is healthy, and its "
               "first host "
               "runs what has to run once.",
       .example = "api",
       .default_value = "web"},
      {.name = "allow_empty_roles",
       .shape = {.boolean = true},
       .text = "Accept roles that have no hosts. The primary role needs one all the same.",
       .example = "true",
       .default_value = "false"},
      {.name = "require_destination",
       .shape = {.boolean = true},
       .text = "Refuse to do anything unless a destination is given with -d, so that nobody deploys the "
               "common part of "
               "the settings by accident.",
       .example = "true",
       .default_value = "false"},
      {.name = "minimum_version",
       .shape = {.text = true},
       .text = "The oldest version of kamal that may work with this file.",
       .example = "2.3.0"},
  };
}

std::vector<Key> containers() {
  return {
      {.name = "env",
       .shape = environment,
       .text = "Environment variables of the containers, in the clear or from secrets.",
       .example = "clear:\n  DB_HOST: db.internal\nsecret:\n  - DB_PASSWORD"},
      {.name = "labels",
       .shape = {.entries = &text},
       .text = "Labels for the containers besides those that kamal sets itself (service, role, destination).",
       .example = "team: payments"},
      {.name = "volumes",
       .shape = {.items = &text},
       .text = "Volumes and folders of the server to mount, in docker's HOST:CONTAINER[:OPTIONS] form.",
       .example = "- shop-uploads:/app/uploads\n- /etc/ssl/certs:/etc/ssl/certs:ro"},
      {.name = "logging",
       .shape = {.section = logging},
       .text = "Docker's log driver and its options.",
       .example = "driver: local"},
      {.name = "asset_path",
       .shape = {.text = true},
       .text = "Folder of fingerprinted assets inside the image. While versions change over, the servers "
               "keep the files "
               "of both, so that a page of one version finds its assets on a container of the other. Mount "
               "options such "
               "as ro or z follow a colon.",
       .example = "/app/public/assets"},
      {.name = "error_pages_path",
       .shape = {.text = true},
       .text = "Folder of the project with pages for the proxy to show in place of an error, one file for "
               "each status: "
               "404.html, 502.html.",
       .example = "public"},
      {.name = "proxy",
       .shape = {.section = proxy},
       .text = "How kamal-proxy passes requests to the application.",
       .example = "host: shop.example.com\nssl: true"},
      {.name = "accessories",
       .shape = {.entries = &one_accessory, .words = "a map of accessories"},
       .text = "Databases and other services that live beside the application and are not replaced by a "
               "deploy, by "
               "name.",
       .example = "db:\n  image: postgres:17\n  host: 192.0.2.20\n  port: 5432"},
  };
}

std::vector<Key> waiting() {
  return {
      {.name = "readiness_delay",
       .shape = {.integer = true},
       .text = "Seconds that a container of a role without proxy must stay up before it counts as started. A "
               "container "
               "with a health check of its own is waited for by that.",
       .example = "4",
       .default_value = "7"},
      {.name = "deploy_timeout",
       .shape = {.integer = true},
       .text = "Seconds that a new container has to become healthy.",
       .example = "60",
       .default_value = "30"},
      {.name = "drain_timeout",
       .shape = {.integer = true},
       .text = "Seconds that requests in flight get to finish on the old container.",
       .example = "10",
       .default_value = "30"},
      {.name = "stop_timeout",
       .shape = {.integer = true},
       .text = "Seconds between asking a container to end and killing it. A role can have its own.",
       .example = "20",
       .default_value = "drain_timeout for roles without proxy, docker's 10 for the others"},
      {.name = "retain_containers",
       .shape = {.integer = true},
       .text = "How many old containers, and the images they need, stay on the servers for a rollback. At "
               "least one.",
       .example = "3",
       .default_value = "5"},
      {.name = "boot",
       .shape = {.section = boot},
       .text = "How many servers change over at the same time.",
       .example = "limit: 25%\nwait: 5"},
  };
}

const Shape hook_level{.text = true};

std::vector<Key> machinery() {
  return {
      {.name = "builder",
       .shape = {.section = builder},
       .text = "How the image is built.",
       .example = "arch: amd64",
       .need = Need::required},
      {.name = "ssh",
       .shape = {.section = ssh},
       .text = "How the servers are reached.",
       .example = "user: deploy"},
      {.name = "sshkit",
       .shape = {.section = sshkit},
       .text = "Limits for many connections at once.",
       .example = "max_concurrent_starts: 10"},
      {.name = "hooks_path",
       .shape = {.text = true},
       .text = "Folder of the hooks, programs that run before and after the steps of a deploy.",
       .example = "ops/hooks",
       .default_value = ".kamal/hooks"},
      {.name = "hooks_output",
       .shape = {.text = true, .entries = &hook_level},
       .text = "Whether what hooks print is shown: one word for all of them, or one for each hook. -v and -q "
               "on the "
               "command line have the last word, and a hook that fails is always shown.",
       .example = "pre-build: quiet\npre-deploy: verbose",
       .default_value = "as verbose as the command",
       .choices = {"quiet", "verbose"},
       .other_choice = OtherChoice::without_effect},
      {.name = "secrets_path",
       .shape = {.text = true},
       .text = "Start of the names of the secrets files. PATH-common is read first, then PATH, or PATH.DEST "
               "when there "
               "is a destination.",
       .example = "ops/secrets",
       .default_value = ".kamal/secrets"},
      {.name = "run_directory",
       .shape = {.text = true},
       .text = "Folder of kamal's own files on the servers.",
       .example = ".kamal",
       .default_value = ".kamal",
       .warning = "has no effect: kamal's files on the servers are always in .kamal"},
      {.name = "output",
       .shape = {.section = output},
       .text = "Where the story of a deploy is sent or kept besides the terminal.",
       .example = "file:\n  path: log/deploys"},
      {.name = "aliases",
       .shape = {.entries = &text},
       .text = "Short names for long commands.",
       .example = "console: app exec -i --reuse \"bin/console\""},
  };
}

}  // namespace

const Section& configuration() {
  static const Section section = [] {
    Section all{
        .name = "configuration",
        .path = "",
        .text =
            "kamal reads config/deploy.yml, or the file named with -c. The file is a template first (ERB), "
            "then YAML.\n\n"
            "With -d DEST the file deploy.DEST.yml beside it is laid on top: maps are merged key by key, "
            "everything else is replaced, lists too.\n\n"
            "A key that is not known is an error. Keys at the top level that begin with x- are ignored: a "
            "place for YAML anchors that other parts refer to.",
        .keys = {}};
    for (const auto& part : {what_to_deploy(), containers(), waiting(), machinery()}) {
      all.keys.insert(all.keys.end(), part.begin(), part.end());
    }
    return all;
  }();
  return section;
}

}  // namespace kamal::config::schema
