#include "config/access.h"
#include "config/parts.h"
#include "config/rules.h"
#include "kamal/support/strings.h"

namespace kamal::config {
namespace {

std::string secrets_file(const Configuration& configuration) {
  return configuration.secrets_path +
         (configuration.destination ? "." + configuration.destination->str() : "");
}

class EmptyValues {
 public:
  EmptyValues(std::string secrets_file, Report& report)
      : secrets_file_(std::move(secrets_file)), report_(report) {}

  void check(const Value* env, const std::string& path) {
    if (!env || !env->is_map()) return;
    const bool sorted = env->has("clear") || env->has("secret") || env->has("tags");
    if (!sorted) return check_clear(*env, path);
    if (const Value* clear = env->find("clear"); clear && clear->is_map())
      check_clear(*clear, path + "/clear");
    const Value* tags = env->find("tags");
    if (!tags || !tags->is_map()) return;
    for (const auto& [name, tag] : tags->map()) check(&tag, path + "/tags/" + name);
  }

 private:
  void check_clear(const Value& clear, const std::string& path) {
    for (const auto& [name, value] : clear.map()) {
      if (!value.is_string() || !value.is_blank()) continue;
      report_.warn(
          path + "/" + name, value.mark(),
          "is empty, so the variable is not set in the container (for an empty value, move it to secret "
          "and put " +
              plain_name(name) + "= in " + secrets_file_ + ")");
    }
  }

  std::string secrets_file_;
  Report& report_;
};

}  // namespace

void check_empty_env(const Value& raw, const Configuration& configuration, Report& report) {
  EmptyValues values(secrets_file(configuration), report);
  values.check(raw.find("env"), "env");
  for (const Role& role : configuration.roles) {
    const std::string& name = role.name.str();
    values.check(find_in(role_section(raw, name), "env"), "servers/" + name + "/env");
  }
  for (const Accessory& accessory : configuration.accessories) {
    const Value* section = find_in(raw.find("accessories"), accessory.name);
    values.check(find_in(section, "env"), "accessories/" + accessory.name + "/env");
  }
}

}  // namespace kamal::config
