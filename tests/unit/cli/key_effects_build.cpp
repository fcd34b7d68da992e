#include "unit/cli/key_effects.h"

namespace kamal::test {
namespace {

KeyEffects registries() {
  const Line logging_in = {"registry", "login"};
  return {
      {"registry/server", "", "registry: { server: registry.test, username: robot, password: sesame }",
       logging_in, "docker login registry.test -u robot --password-stdin"},
      {"registry/server", "", "registry: { server: \"localhost:5555\" }", building,
       "docker run --detach -p 127.0.0.1:5555:5000 --name kamal-docker-registry registry:3"},
      {"registry/username", "", "registry: { username: [ ROBOT ], password: sesame }", logging_in,
       "docker login -u robby --password-stdin"},
      {"registry/password", "", "registry: { username: robot, password: [ TOKEN ] }", logging_in,
       "docker login -u robot --password-stdin reads teapot\n"},
      {"registry/password", "",
       "registry: { username: robot, password: <%= [ \"open\", \"sesame\" ].join(\" \") %> }", logging_in,
       "docker login -u robot --password-stdin reads open sesame\n"},
  };
}

KeyEffects places() {
  const std::string two = "builder:\n  arch: [ amd64, arm64 ]\n";
  return {
      {"builder/arch", "", "builder: { arch: [ amd64, arm64 ] }", building,
       " --platform linux/amd64,linux/arm64 "},
      {"builder/remote", two, "  remote: ssh://docker@docker-builder", building,
       " --builder kamal-hybrid-docker-container-ssh---docker-docker-builder "},
      {"builder/local", two + "  remote: ssh://docker@docker-builder\n", "  local: false", building,
       " --builder kamal-remote-ssh---docker-docker-builder "},
      {"builder/driver", "", "builder: { arch: amd64, driver: docker }", building,
       " --platform linux/amd64 -t acme/shop:v2 "},
      {"builder/driver", "", "builder: { arch: amd64, driver: cloud acme/big-builder }", building,
       " --builder cloud-acme-big-builder "},
      {"builder/pack", "",
       "builder: { arch: amd64, pack: { builder: \"heroku/builder:24\", buildpacks: [ heroku/ruby ] } }",
       building, "here: sh -c pack build acme/shop "},
      {"builder/pack/builder", "",
       "builder: { arch: amd64, pack: { builder: \"heroku/builder:24\", buildpacks: [ heroku/ruby ] } }",
       building, " --builder heroku/builder:24 "},
      {"builder/pack/buildpacks", "",
       "builder: { arch: amd64, pack: { builder: \"heroku/builder:24\", buildpacks: [ heroku/ruby, "
       "heroku/procfile ] } }",
       building, " --buildpack heroku/ruby --buildpack heroku/procfile "},
  };
}

KeyEffects builds() {
  const std::string amd64 = "builder:\n  arch: amd64\n";
  return {
      {"builder/cache", amd64, "  cache: { type: gha }", building,
       " --cache-to type=gha --cache-from type=gha "},
      {"builder/cache/type", amd64, "  cache: { type: registry }", building,
       " --cache-to type=registry,ref=acme/shop-build-cache --cache-from "
       "type=registry,ref=acme/shop-build-cache "},
      {"builder/cache/options", amd64, "  cache: { type: registry, options: mode=max }", building,
       " --cache-to type=registry,ref=acme/shop-build-cache,mode=max "},
      {"builder/cache/image", amd64, "  cache: { type: registry, image: build-cache }", building,
       " --cache-to type=registry,ref=build-cache "},
      {"builder/context", amd64, "  context: ./code", building, " --file Dockerfile ./code\n"},
      {"builder/dockerfile", amd64, "  dockerfile: Dockerfile.production", building,
       " --file Dockerfile.production "},
      {"builder/target", amd64, "  target: production", building, " --target production "},
      {"builder/args", amd64, "  args: { ENVIRONMENT: production }", building,
       " --build-arg ENVIRONMENT=production "},
      {"builder/secrets", amd64, "  secrets: [ TOKEN, ROBOT ]", building,
       " --secret id=TOKEN --secret id=ROBOT "},
      {"builder/secrets", amd64, "  secrets: [ TOKEN ]", building, "here with TOKEN=teapot\n"},
      {"builder/ssh", amd64, "  ssh: default=/run/agent.sock", building, " --ssh default=/run/agent.sock "},
      {"builder/provenance", amd64, "  provenance: mode=max", building, " --provenance mode=max "},
      {"builder/sbom", amd64, "  sbom: true", building, " --sbom true "},
  };
}

}  // namespace

KeyEffects build_key_effects() {
  KeyEffects all;
  for (const KeyEffects& part : {registries(), places(), builds()}) {
    all.insert(all.end(), part.begin(), part.end());
  }
  return all;
}

}  // namespace kamal::test
