#pragma once

#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "kamal/config/error.h"
#include "kamal/config/secrets_file.h"

namespace kamal {

// Names and values in the order in which the names came first.
class SecretTable {
 public:
  void set(const std::string& name, std::string value);
  const std::string* find(const std::string& name) const;
  const std::vector<std::pair<std::string, std::string>>& entries() const { return entries_; }

 private:
  std::vector<std::pair<std::string, std::string>> entries_;
  std::map<std::string, size_t> places_;
};

// The values of one file in dotenv form, whose path is `file`. Its references see names above them and the
// environment; `others`, read before, serve for a better warning only. Throws ConfigurationError.
SecretTable read_secrets(std::string_view text, const std::string& file, const SecretsContext& context,
                         const SecretTable& others = {});

}  // namespace kamal
