#pragma once

#include <optional>
#include <string>

#include "kamal/secrets/secrets.h"

namespace kamal::config {

// A value written in deploy.yml, or the name of the secret that holds it (`[NAME]`).
struct Credential {
  std::string text;
  bool is_secret = false;
  std::string resolve(const Secrets& secrets, const std::string& wanted_by) const;
};

struct Registry {
  std::optional<std::string> server;
  std::optional<Credential> username;
  std::optional<Credential> password;

  bool local() const;              // server is localhost:PORT
  std::string local_port() const;  // PORT, 80 without one
};

}  // namespace kamal::config
