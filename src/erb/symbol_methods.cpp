#include "erb/interpreter.h"

namespace kamal::erb {

const Methods& symbol_methods() {
  static constexpr auto text = [](Call& c) { return std::get<const Symbol*>(c.self)->text; };
  static constexpr auto as_string = [](Call& c) {
    return c.in.call(c.string(text(c)), c.name, c.args, c.block);
  };
  static constexpr auto as_symbol = [](Call& c) { return c.symbol(c.in.to_s(as_string(c))); };
  static const Methods methods = {
      {"to_s", 0, 0, [](Call& c) { return c.string(text(c)); }},
      {"name", 0, 0, [](Call& c) { return c.string(text(c)); }},
      {"id2name", 0, 0, [](Call& c) { return c.string(text(c)); }},
      {"to_sym", 0, 0, [](Call& c) { return c.self; }},
      {"to_proc", 0, 0,
       [](Call& c) {
         Proc proc;
         proc.kind = Proc::Kind::method;
         proc.method = text(c);
         return Value(c.in.keep(proc));
       }},
      {"length", 0, 0, as_string},
      {"size", 0, 0, as_string},
      {"empty?", 0, 0, as_string},
      {"[]", 1, 2, as_string},
      {"start_with?", 0, -1, as_string},
      {"end_with?", 0, -1, as_string},
      {"=~", 1, 1, as_string},
      {"match", 1, 2, as_string},
      {"match?", 1, 2, as_string},
      {"upcase", 0, 0, as_symbol},
      {"downcase", 0, 0, as_symbol},
      {"capitalize", 0, 0, as_symbol},
      {"swapcase", 0, 0, as_symbol},
      {"succ", 0, 0, as_symbol},
      {"next", 0, 0, as_symbol},
  };
  return methods;
}

}  // namespace kamal::erb
