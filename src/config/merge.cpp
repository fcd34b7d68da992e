#include "config/merge.h"

#include <functional>

namespace kamal::config {
namespace {

void drop_replaced(Value& base, const Value& over, std::string_view one, std::string_view many) {
  if (!base.is_map() || (!over.has(one) && !over.has(many))) return;
  std::erase_if(base.map(), [&](const auto& entry) { return entry.first == one || entry.first == many; });
}

// Calls `merge` for each key that both maps have.
void each_common(Value& base, const Value& over,
                 const std::function<void(const std::string&, Value&, const Value&)>& merge) {
  if (!base.is_map()) return;
  for (auto& [name, value] : base.map()) {
    if (const Value* other = over.find(name)) merge(name, value, *other);
  }
}

void proxy_of(Value& base, const Value& over) {
  each_common(base, over, [](const std::string& name, Value& part, const Value& other) {
    if (name == "proxy") drop_replaced_hosts(part, other);
  });
}

void accessory(Value& base, const Value& over) {
  drop_replaced(base, over, "host", "hosts");
  drop_replaced(base, over, "role", "roles");
  drop_replaced(base, over, "tag", "tags");
  proxy_of(base, over);
}

}  // namespace

void drop_replaced_hosts(Value& base, const Value& over) { drop_replaced(base, over, "host", "hosts"); }

Value merge_destination(Value base, const Value& over) {
  proxy_of(base, over);
  each_common(base, over, [](const std::string& section, Value& parts, const Value& others) {
    if (section != "servers" && section != "accessories") return;
    each_common(parts, others, [&](const std::string&, Value& part, const Value& other) {
      section == "servers" ? proxy_of(part, other) : accessory(part, other);
    });
  });
  return deep_merge(base, over);
}

}  // namespace kamal::config
