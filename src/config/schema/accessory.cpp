#include "config/schema/table.h"

namespace kamal::config::schema {
namespace {

const Section& mounted_path() {
  static const Section section{
      .name = {},
      .path = "accessories/NAME/files",
      .text = {},
      .keys =
          {{.name = "local",
            .shape = {.text = true},
            .text = "Path of the local file, or of the directory on the host.",
            .example = "config/my.cnf",
            .need = Need::required},
           {.name = "remote",
            .shape = {.text = true},
            .text = "Path inside the container.",
            .example = "/etc/mysql/my.cnf",
            .need = Need::required},
           {.name = "mode", .shape = {.text = true}, .text = "File mode, in quotes.", .example = "\"0640\""},
           {.name = "owner",
            .shape = {.text = true},
            .text = "Owner and group. Changing them requires root on the host.",
            .example = "\"999:999\""},
           {.name = "options", .shape = {.text = true}, .text = "Mount options.", .example = "ro"}},
      .unknown = Unknown::warning};
  return section;
}

const Shape path{.text = true, .section = mounted_path};

std::vector<Key> location() {
  return {
      {.name = "host",
       .shape = {.text = true},
       .text =
           R"(Host that runs the accessory; it need not be one of the app's. Set exactly one of host, hosts, role,
roles, tag and tags.)",
       .example = "192.0.2.20"},
      {.name = "hosts",
       .shape = {.items = &text},
       .text = "Several hosts, each with its own container.",
       .example = "- 192.0.2.20\n- 192.0.2.21"},
      {.name = "role", .shape = {.text = true}, .text = "All hosts of a role.", .example = "web"},
      {.name = "roles",
       .shape = {.items = &text},
       .text = "All hosts of several roles.",
       .example = "- web\n- jobs"},
      {.name = "tag",
       .shape = {.text = true},
       .text = "All hosts with a tag, in roles that are a list of hosts.",
       .example = "canary"},
      {.name = "tags",
       .shape = {.items = &text},
       .text = "All hosts with one of the tags, in roles that are a list of hosts.",
       .example = "- canary\n- eu"}};
}

std::vector<Key> container() {
  return {
      {.name = "image",
       .shape = {.text = true},
       .text = "Image with its tag; include the registry unless registry sets it.",
       .example = "postgres:17",
       .need = Need::expected},
      {.name = "service",
       .shape = {.text = true},
       .text = "Name of the container, its service label and its directory on the host.",
       .example = "shop-database",
       .default_value = "SERVICE-NAME"},
      {.name = "cmd",
       .shape = {.text = true},
       .text = "Command to run instead of the image's default.",
       .example = "postgres -c log_statement=all"},
      {.name = "port",
       .shape = {.text = true},
       .text =
           R"(Port to publish on the host: one number for both sides, HOST:CONTAINER, or ADDRESS:HOST:CONTAINER.
Docker bypasses most firewalls for published ports, so bind a private address if you can. Quote it:
YAML reads 22:22 as a number.)",
       .example = "\"127.0.0.1:5432:5432\""},
      {.name = "network",
       .shape = {.text = true},
       .text = "Docker network to join.",
       .example = "backend",
       .default_value = "kamal"},
      {.name = "labels",
       .shape = {.entries = &text},
       .text = "Container labels. service, role and destination are reserved.",
       .example = "team: data"},
      {.name = "options",
       .shape = {.entries = &flag},
       .text = "Options for docker run, as for roles; restart sets the restart policy.",
       .example = "memory: 4g\nrestart: always"},
      {.name = "env",
       .shape = environment,
       .text = "Environment variables, in plain text or from secrets.",
       .example = "clear:\n  POSTGRES_DB: shop\nsecret:\n  - POSTGRES_PASSWORD",
       .sensitive = true},
      {.name = "registry",
       .shape = {.section = registry},
       .text = "Registry of the image, if it is private and not the app's.",
       .example = "server: registry.example.com\nusername: reader\npassword:\n  - READER_PASSWORD"},
      {.name = "proxy",
       .shape = {.boolean = true, .section = proxy},
       .text =
           R"(Run the accessory behind kamal-proxy, with these settings. Nothing is inherited from the root proxy.)",
       .example = "host: search.example.com\napp_port: 9200"}};
}

std::vector<Key> mounts() {
  return {
      {.name = "files",
       .shape = {.items = &path},
       .text =
           R"(Files to upload and mount, as LOCAL:REMOTE[:OPTIONS] or as a map. A file whose name ends in .erb is
rendered as a template first, with the env variables available in it.)",
       .example = "- config/my.cnf.erb:/etc/mysql/my.cnf:ro\n- local: config/tls.key\n  remote: "
                  "/etc/mysql/tls.key\n  "
                  "mode: \"0600\"\n  owner: \"999:999\""},
      {.name = "directories",
       .shape = {.items = &path},
       .text = R"(Directories to create on the host and mount, in the same forms. Relative paths are below the
accessory's directory in the login directory.)",
       .example = "- data:/var/lib/postgresql/data\n- local: backups\n  remote: /backups\n  mode: \"0750\""},
      {.name = "volumes",
       .shape = {.items = &text},
       .text = R"(Other volumes to mount, in Docker's form. Nothing is created or uploaded for them.)",
       .example = "- /srv/archive:/archive:ro"}};
}

}  // namespace

const Section& accessory() {
  static const Section section = [] {
    Section all{
        .name = "accessory",
        .path = "accessories/NAME",
        .text =
            R"(Accessories are supporting services with their own lifecycle: databases, caches, search. A deploy
does not touch them; `kamal accessory` boots, restarts and removes them. Changing one causes brief
downtime.)",
        .keys = container()};
    for (const auto& part : {location(), mounts()}) all.keys.insert(all.keys.end(), part.begin(), part.end());
    return all;
  }();
  return section;
}

}  // namespace kamal::config::schema
