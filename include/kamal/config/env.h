#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "kamal/secrets/secrets.h"

namespace kamal::config {

// `env:` of the application, a role, a tag or an accessory.
struct Env {
  std::vector<std::pair<std::string, std::string>> clear;
  std::vector<std::string> secret;  // NAME, or NAME:SECRET where the secret has another name

  // `other` on top: its clear values win, its secrets are added.
  Env merge(const Env& other) const;
};

// The path of the key that has an entry of Env::secret, for messages.
using KeyOfSecret = std::function<std::string(const std::string& entry)>;

// Secrets of an env as NAME and value. Throws ConfigurationError with all that are missing.
std::vector<std::pair<std::string, std::string>> resolve_secrets(const Env& env, const Secrets& secrets,
                                                                 const KeyOfSecret& key_of);
// The env file that docker reads with --env-file; "\n" when there are no secrets.
std::string env_file_text(const Env& env, const Secrets& secrets, const KeyOfSecret& key_of);

}  // namespace kamal::config
