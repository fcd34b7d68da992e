#include "config/schema/table.h"

namespace kamal::config::schema {
namespace {

const Shape build_arg{.text = true, .null = true, .nested = true};

const Section& cache() {
  static const Section section{
      .name = {},
      .path = "builder/cache",
      .text = {},
      .keys = {{.name = "type",
                .shape = {.text = true},
                .text = "gha uses the GitHub Actions cache, registry an image next to the app's.",
                .example = "registry",
                .choices = {"gha", "registry"},
                .other_choice = OtherChoice::unset},
               {.name = "image",
                .shape = {.text = true},
                .text = "Image that stores a registry cache.",
                .example = "acme/shop-cache",
                .default_value = "IMAGE-build-cache"},
               {.name = "options",
                .shape = {.text = true},
                .text = "Extra buildx cache options, comma-separated.",
                .example = "mode=max,image-manifest=true"}}};
  return section;
}

const Section& pack() {
  static const Section section{.name = {},
                               .path = "builder/pack",
                               .text = {},
                               .keys = {{.name = "builder",
                                         .shape = {.text = true},
                                         .text = "Builder image for the buildpacks.",
                                         .example = "heroku/builder:24"},
                                        {.name = "buildpacks",
                                         .shape = {.items = &text},
                                         .text = "Buildpacks to use.",
                                         .example = "- heroku/ruby\n- heroku/procfile"}}};
  return section;
}

std::vector<Key> where_to_build() {
  return {
      {.name = "arch",
       .shape = {.text = true, .items = &text},
       .text = "Architecture of the servers, or a list: amd64, arm64.",
       .example = "amd64",
       .need = Need::required},
      {.name = "remote",
       .shape = {.text = true},
       .text = R"(Docker host that builds the architectures this machine can't build natively.)",
       .example = "ssh://docker@builder.example.com"},
      {.name = "local",
       .shape = {.boolean = true},
       .text = "Build locally; false builds everything on the remote builder.",
       .example = "false",
       .default_value = "true"},
      {.name = "driver",
       .shape = {.text = true},
       .text =
           R"(buildx driver: docker-container, docker for the engine's built-in builder, or cloud ORG/BUILDER for
Docker Build Cloud.)",
       .example = "docker",
       .default_value = "docker-container"},
      {.name = "cache",
       .shape = {.section = cache},
       .text = "Cache layers between builds. Not supported by the docker driver.",
       .example = {}},
      {.name = "pack",
       .shape = {.section = pack},
       .text = R"(Build with Cloud Native Buildpacks: no Dockerfile, a single architecture.)",
       .example = {}}};
}

std::vector<Key> what_to_build() {
  return {
      {.name = "context",
       .shape = {.text = true},
       .text = R"(Directory to build from. By default kamal builds from a fresh clone of the last commit, so
uncommitted changes are left out; . builds from the working tree.)",
       .example = "."},
      {.name = "dockerfile",
       .shape = {.text = true},
       .text = "Path of the Dockerfile.",
       .example = "ops/Dockerfile",
       .default_value = "Dockerfile"},
      {.name = "target",
       .shape = {.text = true},
       .text = "Build stage of a multi-stage Dockerfile.",
       .example = "production",
       .default_value = "the last one"},
      {.name = "args",
       .shape = {.entries = &build_arg},
       .text = R"(Build arguments. One without a value takes it from the build's environment.)",
       .example = "RUBY_VERSION: \"3.4\"",
       .sensitive = true},
      {.name = "secrets",
       .shape = {.items = &text},
       .text = "Names of secrets for RUN --mount=type=secret,id=NAME.",
       .example = "- GITHUB_TOKEN"},
      {.name = "ssh",
       .shape = {.text = true},
       .text = "SSH agent or keys for RUN --mount=type=ssh.",
       .example = "default=$SSH_AUTH_SOCK"},
      {.name = "provenance",
       .shape = {.text = true},
       .text = "Provenance attestation: true, false or a mode.",
       .example = "mode=max"},
      {.name = "sbom",
       .shape = {.boolean = true},
       .text = "Attach an SBOM (software bill of materials).",
       .example = "true"}};
}

}  // namespace

const Section& builder() {
  static const Section section = [] {
    Section all{
        .name = "builder",
        .path = "builder",
        .text =
            R"(kamal builds the image with docker buildx, on this machine, on a remote one, or on both, each for
its native architecture, and pushes it to the registry.)",
        .keys = where_to_build()};
    for (const Key& key : what_to_build()) all.keys.push_back(key);
    return all;
  }();
  return section;
}

namespace {

// Text, or the name of a secret as the only item of a list.
const Shape name_of_secret{.string = true};
const Shape credential{.string = true, .items = &name_of_secret, .single = true};

// A local registry needs no account, so Kamal ignores it.
bool is_unused_credential(const Value& registry, std::string_view key) {
  const Value* server = registry.find("server");
  return (key == "username" || key == "password") && server && server->text().starts_with("localhost:");
}

}  // namespace

const Section& registry() {
  static const Section section{
      .name = "registry",
      .path = "registry",
      .text = R"(The builder pushes the image to the registry, and the servers pull it.

A server of the form localhost:PORT is a registry on this machine: kamal starts it, and the servers
reach it through the SSH connection. It needs no account.)",
      .keys =
          {
              {.name = "server",
               .shape = {.text = true},
               .text = "Address of the registry.",
               .example = "ghcr.io",
               .default_value = "Docker Hub"},
              {.name = "username",
               .shape = credential,
               .text =
                   R"(Account to log in with, or a list with the name of the secret that holds it. Not needed for a local
registry.)",
               .example = "acme-robot",
               .sensitive = true},
              {.name = "password",
               .shape = credential,
               .text =
                   R"(Password or access token, as a list with the name of a secret. A plain string works too, but does
not belong in a repository. For short-lived tokens, run a command in the template: <%= %x(aws ecr
get-login-password) %>.)",
               .example = "- REGISTRY_PASSWORD",
               .sensitive = true},
          },
      .spares = is_unused_credential};
  return section;
}

}  // namespace kamal::config::schema
