// Methods of all values, and of the kinds that have few.
#include "erb/enumerable.h"
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

Value is_kind_of(Call& c) {
  const auto* wanted = std::get_if<const Constant*>(&c.args[0]);
  if (wanted == nullptr) c.raise("TypeError", "class or module required");
  return is_a(class_name(c.self), (*wanted)->path);
}

Value copy(Call& c) {
  if (const auto* text = as<String>(c.self)) return c.string(text->text);
  if (const auto* list = as<Array>(c.self)) return c.array(list->items);
  if (!as<Hash>(c.self)) return c.self;
  Hash* const made = c.new_hash();
  for (const auto& [key, value] : c.hash().entries) set(*made, key, value, c.limits());
  return made;
}

Value responds(Call& c) {
  if (kind_of(c.self) == Kind::constant) c.beyond("`respond_to?` of a class");
  const std::string name = c.name_arg(0);
  if (find_method(kind_of(c.self), name) == nullptr && kind_of(c.self) != Kind::nil)
    c.beyond("`respond_to?` of this method");
  return find_method(kind_of(c.self), name) != nullptr;
}

bool is_blank(const Value& value) {
  switch (kind_of(value)) {
    case Kind::nil:
      return true;
    case Kind::boolean:
      return !std::get<bool>(value);
    case Kind::string:
      return strip_left(as<String>(value)->text).empty();
    case Kind::symbol:
      return std::get<const Symbol*>(value)->text.empty();
    case Kind::array:
      return as<Array>(value)->items.empty();
    case Kind::hash:
      return as<Hash>(value)->entries.empty();
    default:
      return false;
  }
}

Value order(Call& c) {
  const auto order = compare(c.self, c.args[0], c.limits());
  return order ? Value(int64_t{*order}) : Value();
}

Value is_between(Call& c) { return ordered(c, c.self, c.args[0]) >= 0 && ordered(c, c.self, c.args[1]) <= 0; }

Value tap(Call& c) {
  c.yield({c.self});
  return c.self;
}

}  // namespace

const Methods& object_methods() {
  static constexpr auto equal = [](Call& c) { return Value(c.in.equal(c.self, c.args[0])); };
  static const Methods methods = {
      {"!", 0, 0, [](Call& c) { return Value(!truthy(c.self)); }},
      {"<", 1, 1, [](Call& c) { return compared(c, [](int order) { return order < 0; }); }},
      {"<=", 1, 1, [](Call& c) { return compared(c, [](int order) { return order <= 0; }); }},
      {"<=>", 1, 1, order},
      {"==", 1, 1, equal},
      {"===", 1, 1, equal},
      {">", 1, 1, [](Call& c) { return compared(c, [](int order) { return order > 0; }); }},
      {">=", 1, 1, [](Call& c) { return compared(c, [](int order) { return order >= 0; }); }},
      {"between?", 2, 2, is_between},
      {"blank?", 0, 0, [](Call& c) { return Value(is_blank(c.self)); }},
      {"class", 0, 0, [](Call& c) { return Value(c.in.heap().constant(class_name(c.self))); }},
      {"dup", 0, 0, copy},
      {"eql?", 1, 1,
       [](Call& c) { return Value(c.self.index() == c.args[0].index() && c.in.equal(c.self, c.args[0])); }},
      {"equal?", 1, 1, [](Call& c) { return Value(c.self == c.args[0]); }},
      {"freeze", 0, 0, [](Call& c) { return c.self; }},
      {"in?", 1, 1, [](Call& c) { return c.in.call(c.args[0], "include?", {c.self}); }},
      {"inspect", 0, 0, [](Call& c) { return c.string(c.in.inspect(c.self)); }},
      {"is_a?", 1, 1, is_kind_of},
      {"kind_of?", 1, 1, is_kind_of},
      {"nil?", 0, 0, [](Call& c) { return Value(kind_of(c.self) == Kind::nil); }},
      {"presence", 0, 0, [](Call& c) { return is_blank(c.self) ? Value() : c.self; }},
      {"present?", 0, 0, [](Call& c) { return Value(!is_blank(c.self)); }},
      {"respond_to?", 1, 1, responds},
      {"tap", 0, 0, tap},
      {"then", 0, 0, [](Call& c) { return c.yield({c.self}); }},
      {"to_s", 0, 0, [](Call& c) { return c.string(c.in.to_s(c.self)); }},
  };
  return methods;
}

const Methods& nil_methods() {
  static const Methods methods = {
      {"to_a", 0, 0, [](Call& c) { return c.array({}); }},
      {"to_f", 0, 0, [](Call&) { return Value(0.0); }},
      {"to_h", 0, 0, [](Call& c) { return Value(c.new_hash()); }},
      {"to_i", 0, 0, [](Call&) { return Value(int64_t{0}); }},
      {"=~", 1, 1, [](Call&) { return Value(); }},
      {"&", 1, 1, [](Call&) { return Value(false); }},
      {"|", 1, 1, [](Call& c) { return Value(truthy(c.args[0])); }},
  };
  return methods;
}

const Methods& boolean_methods() {
  static const Methods methods = {
      {"&", 1, 1, [](Call& c) { return Value(truthy(c.self) && truthy(c.args[0])); }},
      {"|", 1, 1, [](Call& c) { return Value(truthy(c.self) || truthy(c.args[0])); }},
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
      {"to_i", 0, 0, [](Call& c) { return Value(int64_t{status(c)} << 8); }},
  };
  return methods;
}

const Methods& class_methods() {
  static const Methods methods = {
      {"===", 1, 1, [](Call& c) { return Value(is_a(class_name(c.args[0]), c.in.to_s(c.self))); }},
      {"name", 0, 0, [](Call& c) { return c.string(c.in.to_s(c.self)); }},
  };
  return methods;
}

}  // namespace kamal::erb
