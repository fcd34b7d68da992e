// What all values have, and what the small kinds of values have.
#include <algorithm>

#include "erb/data.h"
#include "erb/elements.h"
#include "erb/interpreter.h"
#include "erb/regexp.h"
#include "erb/text.h"

namespace kamal::erb {
namespace {

Value compared(Call& c, bool (*wanted)(int)) {
  const auto order = compare(c.self, c.args[0], c.limits());
  const Kind kind = kind_of(c.self);
  const bool comparable = kind == Kind::integer || kind == Kind::floating || kind == Kind::string ||
                          kind == Kind::symbol || kind == Kind::time || kind == Kind::date;
  if (!comparable) c.in.no_method(c.self, c.name);
  return wanted(order ? *order : ordered(c, c.self, c.args[0]));
}

bool is_kind_of(Call& c) {
  const auto* wanted = std::get_if<const Constant*>(&c.args[0]);
  if (wanted == nullptr) c.raise("TypeError", "class or module required");
  return is_a(class_name(c.self), (*wanted)->path);
}

Value copy(Call& c) {
  if (const auto* text = as<String>(c.self)) return c.string(text->text);
  if (const auto* list = as<Array>(c.self)) return c.array(list->items);
  if (const auto* hash = as<Hash>(c.self)) {
    Hash* const made = c.new_hash();
    for (const auto& [key, value] : hash->entries) set(*made, key, value, c.limits());
    made->fallback = hash->fallback;
    made->make_fallback = hash->make_fallback;
    return made;
  }
  return c.self;
}

Value responds(Call& c) {
  const std::string name = c.name_arg(0);
  if (kind_of(c.self) == Kind::constant)
    return find_class_function(c.in.to_s(c.self) + "." + name) != nullptr;
  return find_method(kind_of(c.self), name) != nullptr;
}

Value tried(Call& c) {
  if (kind_of(c.self) == Kind::nil) return {};
  if (c.count() == 0) return c.yield({c.self});
  const std::string name = c.name_arg(0);
  if (find_method(kind_of(c.self), name) == nullptr) c.beyond("try with this method");
  return c.in.call(c.self, name, {c.args.begin() + 1, c.args.end()}, c.block);
}

Value is_in(Call& c) { return c.in.call(c.args[0], "include?", {c.self}); }

Value case_equal(Call& c) { return c.in.equal(c.self, c.args[0]); }

Value sent(Call& c) {
  const std::string name = c.name_arg(0);
  return c.in.call(c.self, name, {c.args.begin() + 1, c.args.end()}, c.block);
}

}  // namespace

const Methods& object_methods() {
  static const Methods methods = {
      {"==", 1, 1, [](Call& c) { return Value(c.in.equal(c.self, c.args[0])); }},
      {"eql?", 1, 1,
       [](Call& c) { return Value(c.self.index() == c.args[0].index() && c.in.equal(c.self, c.args[0])); }},
      {"equal?", 1, 1, [](Call& c) { return Value(c.self == c.args[0]); }},
      {"===", 1, 1, case_equal},
      {"<=>", 1, 1,
       [](Call& c) {
         const auto order = compare(c.self, c.args[0], c.limits());
         return order ? Value(int64_t{*order}) : Value();
       }},
      {"<", 1, 1, [](Call& c) { return compared(c, [](int order) { return order < 0; }); }},
      {"<=", 1, 1, [](Call& c) { return compared(c, [](int order) { return order <= 0; }); }},
      {">", 1, 1, [](Call& c) { return compared(c, [](int order) { return order > 0; }); }},
      {">=", 1, 1, [](Call& c) { return compared(c, [](int order) { return order >= 0; }); }},
      {"between?", 2, 2,
       [](Call& c) {
         return Value(ordered(c, c.self, c.args[0]) >= 0 && ordered(c, c.self, c.args[1]) <= 0);
       }},
      {"to_s", 0, 0, [](Call& c) { return c.string(c.in.to_s(c.self)); }},
      {"inspect", 0, 0, [](Call& c) { return c.string(c.in.inspect(c.self)); }},
      {"to_json", 0, 1, [](Call& c) { return c.string(json_text(c.in, c.self)); }},
      {"to_yaml", 0, 0, [](Call& c) { return c.string(yaml_text(c.in, c.self)); }},
      {"nil?", 0, 0, [](Call& c) { return Value(kind_of(c.self) == Kind::nil); }},
      {"is_a?", 1, 1, [](Call& c) { return Value(is_kind_of(c)); }},
      {"kind_of?", 1, 1, [](Call& c) { return Value(is_kind_of(c)); }},
      {"instance_of?", 1, 1, [](Call& c) { return Value(class_name(c.self) == c.in.to_s(c.args[0])); }},
      {"class", 0, 0, [](Call& c) { return Value(c.in.heap().constant(class_name(c.self))); }},
      {"respond_to?", 1, 2, responds},
      {"send", 1, -1, sent},
      {"public_send", 1, -1, sent},
      {"freeze", 0, 0, [](Call& c) { return c.self; }},
      {"itself", 0, 0, [](Call& c) { return c.self; }},
      {"dup", 0, 0, copy},
      {"clone", 0, 0, copy},
      {"then", 0, 0, [](Call& c) { return c.yield({c.self}); }},
      {"yield_self", 0, 0, [](Call& c) { return c.yield({c.self}); }},
      {"tap", 0, 0,
       [](Call& c) {
         c.yield({c.self});
         return c.self;
       }},
      {"!", 0, 0, [](Call& c) { return Value(!truthy(c.self)); }},
      {"blank?", 0, 0, [](Call& c) { return Value(is_blank(c.self)); }},
      {"present?", 0, 0, [](Call& c) { return Value(!is_blank(c.self)); }},
      {"presence", 0, 0, [](Call& c) { return is_blank(c.self) ? Value() : c.self; }},
      {"try", 0, -1, tried},
      {"in?", 1, 1, is_in},
  };
  return methods;
}

const Methods& nil_methods() {
  static const Methods methods = {
      {"to_a", 0, 0, [](Call& c) { return c.array({}); }},
      {"to_i", 0, 0, [](Call&) { return Value(int64_t{0}); }},
      {"to_f", 0, 0, [](Call&) { return Value(0.0); }},
      {"to_h", 0, 0, [](Call& c) { return Value(c.new_hash()); }},
      {"&", 1, 1, [](Call&) { return Value(false); }},
      {"|", 1, 1, [](Call& c) { return Value(truthy(c.args[0])); }},
      {"=~", 1, 1, [](Call&) { return Value(); }},
  };
  return methods;
}

const Methods& boolean_methods() {
  static const Methods methods = {
      {"&", 1, 1, [](Call& c) { return Value(truthy(c.self) && truthy(c.args[0])); }},
      {"|", 1, 1, [](Call& c) { return Value(truthy(c.self) || truthy(c.args[0])); }},
      {"^", 1, 1, [](Call& c) { return Value(truthy(c.self) != truthy(c.args[0])); }},
  };
  return methods;
}

const Methods& error_methods() {
  static constexpr auto message = [](Call& c) { return c.string(as<Error>(c.self)->message); };
  static const Methods methods = {
      {"message", 0, 0, message},
      {"full_message", 0, 0, message},
      {"backtrace", 0, 0, [](Call& c) { return c.array({}); }},
  };
  return methods;
}

const Methods& status_methods() {
  static constexpr auto status = [](Call& c) { return as<Status>(c.self)->status; };
  static const Methods methods = {
      {"success?", 0, 0, [](Call& c) { return Value(status(c) == 0); }},
      {"exitstatus", 0, 0, [](Call& c) { return Value(int64_t{status(c)}); }},
      {"to_i", 0, 0, [](Call& c) { return Value(int64_t{status(c)} << 8); }},
      {"exited?", 0, 0, [](Call& c) { return Value(status(c) < 128); }},
  };
  return methods;
}

const Methods& class_methods() {
  static const Methods methods = {
      {"name", 0, 0, [](Call& c) { return c.string(c.in.to_s(c.self)); }},
      {"===", 1, 1, [](Call& c) { return Value(is_a(class_name(c.args[0]), c.in.to_s(c.self))); }},
  };
  return methods;
}

const Methods& proc_methods() {
  static constexpr auto run = [](Call& c) { return c.in.yield(*as<Proc>(c.self), c.args); };
  static const Methods methods = {
      {"call", 0, -1, run},
      {"()", 0, -1, run},
      {"[]", 0, -1, run},
      {"yield", 0, -1, run},
      {"===", 0, -1, run},
      {"to_proc", 0, 0, [](Call& c) { return c.self; }},
      {"lambda?", 0, 0, [](Call& c) { return Value(as<Proc>(c.self)->kind == Proc::Kind::lambda); }},
  };
  return methods;
}

const Methods& enumerator_methods() {
  // What the enumerator is of, with the index as a further argument of the block.
  static constexpr auto with_index = [](Call& c) {
    if (!c.block) return c.enumerator();
    const auto& enumerator = *as<Enumerator>(c.self);
    Proc counting;
    counting.kind = Proc::Kind::counting;
    counting.inner = c.block;
    counting.index = c.integer_arg(0, 0);
    return c.in.call(enumerator.receiver, enumerator.method, enumerator.arguments, &counting);
  };
  static const Methods methods = {
      {"with_index", 0, 1, with_index},
      {"each_with_index", 0, 0, with_index},
      {"each", 0, 0,
       [](Call& c) {
         if (!c.block) return c.self;
         const auto& enumerator = *as<Enumerator>(c.self);
         return c.in.call(enumerator.receiver, enumerator.method, enumerator.arguments, c.block);
       }},
      {"with_object", 1, 1, [](Call& c) { return c.in.call(c.self, "each_with_object", c.args, c.block); }},
      {"size", 0, 0, [](Call& c) { return Value(static_cast<int64_t>(elements(c).size())); }},
  };
  return methods;
}

const Methods& regexp_methods() {
  static constexpr auto on_text = [](Call& c) -> Value {
    if (kind_of(c.args[0]) == Kind::nil) return c.name == "match?" ? Value(false) : Value();
    const Value text = c.string(c.name_arg(0));
    return c.in.call(text, c.name, {c.self});
  };
  static const Methods methods = {
      {"=~", 1, 1, on_text},
      {"match", 1, 1, on_text},
      {"match?", 1, 1, on_text},
      {"===", 1, 1,
       [](Call& c) {
         if (!as<String>(c.args[0]) && kind_of(c.args[0]) != Kind::symbol) return Value(false);
         return Value(kind_of(c.in.call(c.string(c.name_arg(0)), "=~", {c.self})) != Kind::nil);
       }},
      {"source", 0, 0, [](Call& c) { return c.string(as<Regexp>(c.self)->source); }},
  };
  return methods;
}

const Methods& match_methods() {
  static constexpr auto text = [](Call& c, size_t index) {
    const auto group = as<MatchData>(c.self)->group(index);
    return group ? c.string(*group) : Value();
  };
  static constexpr auto groups = [](Call& c, size_t first) {
    std::vector<Value> list;
    for (size_t i = first; i < as<MatchData>(c.self)->groups.size(); ++i) list.push_back(text(c, i));
    return c.array(std::move(list));
  };
  static constexpr auto get = [](Call& c) {
    const auto& match = *as<MatchData>(c.self);
    if (kind_of(c.args[0]) == Kind::integer) {
      const int64_t index = c.integer_arg(0);
      return text(c,
                  static_cast<size_t>(index < 0 ? index + static_cast<int64_t>(match.groups.size()) : index));
    }
    const std::string name = c.name_arg(0);
    for (const auto& [known, index] : match.names) {
      if (known == name) return text(c, index);
    }
    c.raise("IndexError", "undefined group name reference: " + name);
  };
  static const Methods methods = {
      {"[]", 1, 1, get},
      {"captures", 0, 0, [](Call& c) { return groups(c, 1); }},
      {"to_a", 0, 0, [](Call& c) { return groups(c, 0); }},
      {"named_captures", 0, 0,
       [](Call& c) {
         Hash* const hash = c.new_hash();
         for (const auto& [name, index] : as<MatchData>(c.self)->names)
           set(*hash, c.string(name), text(c, index), c.limits());
         return Value(hash);
       }},
      {"names", 0, 0,
       [](Call& c) {
         std::vector<Value> list;
         for (const auto& [name, index] : as<MatchData>(c.self)->names) list.push_back(c.string(name));
         return c.array(std::move(list));
       }},
      {"values_at", 0, -1,
       [](Call& c) {
         std::vector<Value> list;
         for (const Value& key : c.args) list.push_back(c.in.call(c.self, "[]", {key}));
         return c.array(std::move(list));
       }},
      {"pre_match", 0, 0,
       [](Call& c) {
         return c.string(as<MatchData>(c.self)->text().substr(0, as<MatchData>(c.self)->groups[0]->first));
       }},
      {"post_match", 0, 0,
       [](Call& c) {
         return c.string(as<MatchData>(c.self)->text().substr(as<MatchData>(c.self)->groups[0]->second));
       }},
  };
  return methods;
}

}  // namespace kamal::erb
