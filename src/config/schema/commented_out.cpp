#include "config/schema/commented_out.h"

#include <algorithm>

#include "config/schema/table.h"

namespace kamal::config::schema {
namespace {

// `proxy` of a role or an accessory, which may also be true or false.
bool is_proxy_switch(const Shape& shape) { return shape.boolean && shape.section == proxy; }

class Remover {
 public:
  explicit Remover(std::vector<Problem>& warnings) : warnings_(warnings) {}

  void section(const Section& section, Value& map, const std::string& path) {
    std::erase_if(map.map(), [&](const auto& entry) {
      const Key* key = find_key(section, entry.first);
      return key && is_absent(key->shape, entry.second, below(path, entry.first));
    });
    for (auto& [name, value] : map.map()) {
      if (const Key* key = find_key(section, name)) content(key->shape, value, below(path, name));
    }
  }

 private:
  void content(const Shape& shape, Value& value, const std::string& path) {
    if (!value.is_map()) return;
    if (shape.section && (!shape.entries || uses_keys_of(shape.section(), value))) {
      section(shape.section(), value, path);
    } else if (shape.entries) {
      std::erase_if(value.map(), [&](const auto& entry) {
        return is_absent(*shape.entries, entry.second, below(path, entry.first));
      });
      for (auto& [name, part] : value.map()) content(*shape.entries, part, below(path, name));
    }
  }

  bool is_absent(const Shape& shape, const Value& value, const std::string& path) {
    if (!value.is_null() || !may_be_commented_out(shape)) return false;
    if (is_proxy_switch(shape))
      warnings_.push_back(
          {value.mark(), path, "is ignored because it is empty (set true or a map of settings)"});
    return true;
  }

  std::vector<Problem>& warnings_;
};

}  // namespace

bool may_be_commented_out(const Shape& shape) {
  if (!shape.section && !shape.entries) return false;
  const bool other = shape.text || shape.null || shape.items || shape.single;
  return !other && (!shape.boolean || is_proxy_switch(shape));
}

void remove_commented_out(Value& configuration, std::vector<Problem>& warnings) {
  if (configuration.is_map()) Remover(warnings).section(schema::configuration(), configuration, "");
}

}  // namespace kamal::config::schema
