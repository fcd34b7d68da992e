#include "config/schema/table.h"

namespace kamal::config::schema {
namespace {

const Section& mounted_path() {
  static const Section section{
      .name = {},
      .path = "accessories/NAME/files",
      .text = {},
      .keys = {{.name = "local",
                .shape = {.text = true},
                .text = "The file here, or the folder on the server.",
                .example = "config/my.cnf",
                .need = Need::required},
               {.name = "remote",
                .shape = {.text = true},
                .text = "Where the container sees it.",
                .example = "/etc/mysql/my.cnf",
                .need = Need::required},
               {.name = "mode",
                .shape = {.text = true},
                .text = "Permissions, in quotes.",
                .example = "\"0640\""},
               {.name = "owner",
                .shape = {.text = true},
                .text = "Owner and group; to change them takes root on the server.",
                .example = "\"999:999\""},
               {.name = "options", .shape = {.text = true}, .text = "Mount options.", .example = "ro"}},
      .unknown = Unknown::warning};
  return section;
}

const Shape path{.text = true, .section = mounted_path};

std::vector<Key> place() {
  return {{.name = "host",
           .shape = {.text = true},
           .text = "The server that runs it; it need not be one of the application's. Exactly one of host, "
                   "hosts, role, "
                   "roles, tag and tags says where an accessory runs.",
           .example = "192.0.2.20"},
          {.name = "hosts",
           .shape = {.items = &text},
           .text = "Several servers, each with a container of its own.",
           .example = "- 192.0.2.20\n- 192.0.2.21"},
          {.name = "role", .shape = {.text = true}, .text = "All servers of a role.", .example = "web"},
          {.name = "roles",
           .shape = {.items = &text},
           .text = "All servers of several roles.",
           .example = "- web\n- jobs"},
          {.name = "tag",
           .shape = {.text = true},
           .text = "All servers with a tag, of roles that are a list of servers.",
           .example = "canary"},
          {.name = "tags",
           .shape = {.items = &text},
           .text = "All servers with one of the tags, of roles that are a list of servers.",
           .example = "- canary\n- eu"}};
}

std::vector<Key> container() {
  return {
      {.name = "image",
       .shape = {.text = true},
       .text = "The image, with its tag; with the registry's address in front unless registry tells it.",
       .example = "postgres:17",
       .need = Need::expected},
      {.name = "service",
       .shape = {.text = true},
       .text = "Name of the container, of its label and of its folder on the server.",
       .example = "shop-database",
       .default_value = "SERVICE-NAME"},
      {.name = "cmd",
       .shape = {.text = true},
       .text = "Command to run in place of the image's own.",
       .example = "postgres -c log_statement=all"},
      {.name = "port",
       .shape = {.text = true},
       .text = "Port to open on the server: one number for both sides, HOST:CONTAINER, or "
               "ADDRESS:HOST:CONTAINER. "
               "Docker opens it past most firewalls, so name an inner address where you can. Put it in "
               "quotes: YAML "
               "reads 22:22 as a number.",
       .example = "\"127.0.0.1:5432:5432\""},
      {.name = "network",
       .shape = {.text = true},
       .text = "Docker network to join.",
       .example = "backend",
       .default_value = "kamal"},
      {.name = "labels",
       .shape = {.entries = &text},
       .text = "Labels of the container. service, role and destination are taken.",
       .example = "team: data"},
      {.name = "options",
       .shape = {.entries = &flag},
       .text = "Options for docker run, as for a role; restart sets the restart policy.",
       .example = "memory: 4g\nrestart: always"},
      {.name = "env",
       .shape = environment,
       .text = "Environment variables, in the clear or from secrets.",
       .example = "clear:\n  POSTGRES_DB: shop\nsecret:\n  - POSTGRES_PASSWORD"},
      {.name = "registry",
       .shape = {.section = registry},
       .text = "Registry of the image, where it is not public and not the application's.",
       .example = "server: registry.example.com\nusername: reader\npassword:\n  - READER_PASSWORD"},
      {.name = "proxy",
       .shape = {.boolean = true, .section = proxy},
       .text =
           "Put the accessory behind kamal-proxy: a map of settings. Nothing is taken over from the root's.",
       .example = "host: search.example.com\napp_port: 9200"}};
}

std::vector<Key> mounts() {
  return {
      {.name = "files",
       .shape = {.items = &path},
       .text = "Files to put on the server and mount, as LOCAL:REMOTE[:OPTIONS] or as a map. A file whose "
               "name ends "
               "in .erb is a template: what it makes is sent, and the variables of env are at hand in it.",
       .example = "- config/my.cnf.erb:/etc/mysql/my.cnf:ro\n- local: config/tls.key\n  remote: "
                  "/etc/mysql/tls.key\n  "
                  "mode: \"0600\"\n  owner: \"999:999\""},
      {.name = "directories",
       .shape = {.items = &path},
       .text = "Folders of the server to make and mount, in the same forms. A relative one is below the "
               "accessory's "
               "folder in the login folder.",
       .example = "- data:/var/lib/postgresql/data\n- local: backups\n  remote: /backups\n  mode: \"0750\""},
      {.name = "volumes",
       .shape = {.items = &text},
       .text = "Other volumes to mount, in docker's form. Nothing is made or sent for them.",
       .example = "- /srv/archive:/archive:ro"}};
}

}  // namespace

const Section& accessory() {
  static const Section section = [] {
    Section all{
        .name = "accessory",
        .path = "accessories/NAME",
        .text =
            "Accessories are services that the application needs and that have a life of their own: "
            "databases, caches, search. A deploy leaves them alone; `kamal accessory` boots, restarts and "
            "removes them. Changing one means a short interruption.",
        .keys = container()};
    for (const auto& part : {place(), mounts()}) all.keys.insert(all.keys.end(), part.begin(), part.end());
    return all;
  }();
  return section;
}

}  // namespace kamal::config::schema
