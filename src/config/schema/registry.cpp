#include "config/schema/table.h"

namespace kamal::config::schema {
namespace {

// Text, or the name of a secret as the only item of a list.
const Shape name_of_secret{.string = true};
const Shape credential{.string = true, .items = &name_of_secret, .single = true};

// A local registry asks for no account, so the reference does not look at one.
bool is_unused_credential(const Value& registry, std::string_view key) {
  const Value* server = registry.find("server");
  return (key == "username" || key == "password") && server && server->text().starts_with("localhost:");
}

}  // namespace

const Section& registry() {
  static const Section section{
      .name = "registry",
      .path = "registry",
      .text =
          "The registry gets the image from the builder and hands it to the servers.\n\n"
          "A server that starts with localhost: and a port is a registry on this machine: kamal starts it, "
          "and "
          "servers reach it through the SSH connection. It needs no account.",
      .keys =
          {
              {.name = "server",
               .shape = {.text = true},
               .text = "Address of the registry.",
               .example = "ghcr.io",
               .default_value = "Docker Hub"},
              {.name = "username",
               .shape = credential,
               .text = "Account to log in with, or a list with the name of the secret that holds it. A local "
                       "registry needs "
                       "none.",
               .example = "acme-robot"},
              {.name = "password",
               .shape = credential,
               .text =
                   "Password or access token of the account. Write a list with the name of a secret; text "
                   "works, too, "
                   "and belongs into no repository. For short-lived tokens have the template ask for one, as "
                   "in <%= "
                   "%x(aws ecr get-login-password) %>.",
               .example = "- REGISTRY_PASSWORD"},
          },
      .spares = is_unused_credential};
  return section;
}

}  // namespace kamal::config::schema
