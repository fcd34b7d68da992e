// Methods of all values, and of the kinds that have few.
#include "erb/interpreter.h"
#include "erb/text.h"

namespace kamal::erb {
namespace {

Value compared(Call& c, bool (*wanted)(int)) {
  const Kind kind = kind_of(c.self);
  const bool comparable = kind == Kind::integer || kind == Kind::floating || kind == Kind::string ||
                          kind == Kind::symbol || kind == Kind::time;
  if (!comparable) c.in.no_method(c.self, c.name);
  return wanted(ordered(c, c.self, c.args[0]));
}

Value spaceship(Call& c) {
  const auto order = compare(c.self, c.args[0], c.limits());
  return order ? Value(int64_t{*order}) : Value();
}

Value is_kind_of(Call& c) {
  const auto* wanted = std::get_if<const Constant*>(&c.args[0]);
  if (wanted == nullptr) c.raise("TypeError", "class or module required");
  return is_a(class_name(c.self), (*wanted)->path);
}

bool is_blank(const Value& value) {
  switch (kind_of(value)) {
    case Kind::nil:
      return true;
    case Kind::boolean:
      return !std::get<bool>(value);
    case Kind::string:
      return strip_left(as<String>(value)->text).empty();
    case Kind::array:
      return as<Array>(value)->items.empty();
    case Kind::hash:
      return as<Hash>(value)->entries.empty();
    default:
      return false;
  }
}

}  // namespace

const Methods& object_methods() {
  static constexpr auto equal = [](Call& c) { return Value(c.in.equal(c.self, c.args[0])); };
  static const Methods methods = {
      {"<", 1, 1, [](Call& c) { return compared(c, [](int order) { return order < 0; }); }},
      {"<=", 1, 1, [](Call& c) { return compared(c, [](int order) { return order <= 0; }); }},
      {"<=>", 1, 1, spaceship},
      {"==", 1, 1, equal},
      {"===", 1, 1, equal},
      {">", 1, 1, [](Call& c) { return compared(c, [](int order) { return order > 0; }); }},
      {">=", 1, 1, [](Call& c) { return compared(c, [](int order) { return order >= 0; }); }},
      {"blank?", 0, 0, [](Call& c) { return Value(is_blank(c.self)); }},
      {"class", 0, 0, [](Call& c) { return Value(c.in.heap().constant(class_name(c.self))); }},
      {"freeze", 0, 0, [](Call& c) { return c.self; }},
      {"inspect", 0, 0, [](Call& c) { return c.string(c.in.inspect(c.self)); }},
      {"is_a?", 1, 1, is_kind_of},
      {"nil?", 0, 0, [](Call& c) { return Value(kind_of(c.self) == Kind::nil); }},
      {"presence", 0, 0, [](Call& c) { return is_blank(c.self) ? Value() : c.self; }},
      {"present?", 0, 0, [](Call& c) { return Value(!is_blank(c.self)); }},
      {"to_s", 0, 0, [](Call& c) { return c.string(c.in.to_s(c.self)); }},
  };
  return methods;
}

const Methods& nil_methods() {
  static const Methods methods = {
      {"=~", 1, 1, [](Call&) { return Value(); }},
      {"to_a", 0, 0, [](Call& c) { return c.array({}); }},
      {"to_f", 0, 0, [](Call&) { return Value(0.0); }},
      {"to_h", 0, 0, [](Call& c) { return Value(c.new_hash()); }},
      {"to_i", 0, 0, [](Call&) { return Value(int64_t{0}); }},
  };
  return methods;
}

const Methods& error_methods() {
  static constexpr auto message = [](Call& c) { return c.string(as<Error>(c.self)->message); };
  static const Methods methods = {{"message", 0, 0, message}};
  return methods;
}

const Methods& status_methods() {
  static constexpr auto status = [](Call& c) { return as<Status>(c.self)->status; };
  static const Methods methods = {
      {"exitstatus", 0, 0, [](Call& c) { return Value(int64_t{status(c)}); }},
      {"success?", 0, 0, [](Call& c) { return Value(status(c) == 0); }},
  };
  return methods;
}

const Methods& class_methods() {
  static const Methods methods = {
      {"===", 1, 1, [](Call& c) { return Value(is_a(class_name(c.args[0]), c.in.to_s(c.self))); }},
  };
  return methods;
}

}  // namespace kamal::erb
