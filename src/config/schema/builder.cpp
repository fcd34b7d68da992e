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
                .text = "gha is the cache of GitHub's workflows, registry an image beside the application's.",
                .example = "registry",
                .choices = {"gha", "registry"},
                .other_choice = OtherChoice::unset},
               {.name = "image",
                .shape = {.text = true},
                .text = "Image that holds a registry cache.",
                .example = "acme/shop-cache",
                .default_value = "IMAGE-build-cache"},
               {.name = "options",
                .shape = {.text = true},
                .text = "More options for buildx, with commas between them.",
                .example = "mode=max,image-manifest=true"}}};
  return section;
}

const Section& pack() {
  static const Section section{.name = {},
                               .path = "builder/pack",
                               .text = {},
                               .keys = {{.name = "builder",
                                         .shape = {.text = true},
                                         .text = "Image of the buildpacks' builder.",
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
       .text = "Architecture of the servers, or several as a list: amd64, arm64.",
       .example = "amd64",
       .need = Need::required},
      {.name = "remote",
       .shape = {.text = true},
       .text = "Docker on another machine that builds what this one can't build natively.",
       .example = "ssh://docker@builder.example.com"},
      {.name = "local",
       .shape = {.boolean = true},
       .text = "false leaves everything to the remote builder.",
       .example = "false",
       .default_value = "true"},
      {.name = "driver",
       .shape = {.text = true},
       .text =
           "buildx driver: docker-container, docker for the engine's own builder, or cloud ORG/BUILDER for "
           "Docker Build Cloud.",
       .example = "docker",
       .default_value = "docker-container"},
      {.name = "cache",
       .shape = {.section = cache},
       .text = "Keep layers from one build to the next. The docker driver can't.",
       .example = {}},
      {.name = "pack",
       .shape = {.section = pack},
       .text = "Build with Cloud Native Buildpacks, which need no Dockerfile and build for one architecture.",
       .example = {}}};
}

std::vector<Key> what_to_build() {
  return {{.name = "context",
           .shape = {.text = true},
           .text = "Folder to build from. Without it kamal builds from a fresh clone of the last commit, so "
                   "that nothing "
                   "uncommitted slips in; . builds from the folder as it is.",
           .example = "."},
          {.name = "dockerfile",
           .shape = {.text = true},
           .text = "The Dockerfile.",
           .example = "ops/Dockerfile",
           .default_value = "Dockerfile"},
          {.name = "target",
           .shape = {.text = true},
           .text = "Stage of a Dockerfile with several stages.",
           .example = "production",
           .default_value = "the last one"},
          {.name = "args",
           .shape = {.entries = &build_arg},
           .text = "Build arguments. One without a value takes it from the environment of the build.",
           .example = "RUBY_VERSION: \"3.4\""},
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
           .text = "Provenance attestation of the image: true, false or a mode.",
           .example = "mode=max"},
          {.name = "sbom",
           .shape = {.boolean = true},
           .text = "Attach a list of what is in the image (a software bill of materials).",
           .example = "true"}};
}

}  // namespace

const Section& builder() {
  static const Section section = [] {
    Section all{
        .name = "builder",
        .path = "builder",
        .text =
            "The image is built with docker buildx on this machine, on another one, or on both, each for the "
            "architecture that it runs natively, and pushed to the registry.",
        .keys = where_to_build()};
    for (const Key& key : what_to_build()) all.keys.push_back(key);
    return all;
  }();
  return section;
}

}  // namespace kamal::config::schema
