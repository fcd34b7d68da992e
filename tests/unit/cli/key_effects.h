#pragma once

#include <ostream>
#include <string>
#include <vector>

// What each key of deploy.yml does to a run: one row for each way to write it.
namespace kamal::test {

struct KeyEffect {
  const char* key;                // its path in the table of src/config/schema
  std::string given;              // a deploy.yml without it
  std::string setting;            // and the key
  std::vector<std::string> line;  // the command
  std::string effect;             // part of what happens with the key, and does not happen without it
};

inline std::ostream& operator<<(std::ostream& out, const KeyEffect& row) { return out << row.setting; }

using KeyEffects = std::vector<KeyEffect>;
using Line = std::vector<std::string>;

inline const Line deploying = {"deploy", "-P", "--version", "v2"};
inline const Line booting = {"app", "boot", "--version", "v2"};
inline const Line building = {"build", "push", "--version", "v2"};

KeyEffects root_key_effects();
KeyEffects role_key_effects();  // with servers and env
KeyEffects proxy_key_effects();
KeyEffects build_key_effects();  // with registry
KeyEffects accessory_key_effects();
KeyEffects connection_key_effects();  // ssh and sshkit

}  // namespace kamal::test
