// Text: changing it in place.
#include "erb/interpreter.h"
#include "erb/text.h"

namespace kamal::erb {
namespace {

std::string& own(Call& c) { return as<String>(c.self)->text; }

Value append(Call& c) {
  for (size_t i = 0; i < c.count(); ++i) {
    std::string more;
    if (const auto* code = std::get_if<int64_t>(&c.args[i]))
      append_utf8(more, static_cast<unsigned>(*code));
    else
      more = c.string_arg(i);
    c.limits().allocate(more.size());
    own(c) += more;
  }
  return c.self;
}

Value prepend(Call& c) {
  std::string before;
  for (size_t i = 0; i < c.count(); ++i) before += c.string_arg(i);
  c.limits().allocate(before.size());
  own(c).insert(0, before);
  return c.self;
}

Value insert(Call& c) {
  int64_t index = c.integer_arg(0);
  const int64_t size = length(own(c));
  if (index < 0) index += size + 1;
  if (index < 0 || index > size)
    c.raise("IndexError", "index " + std::to_string(c.integer_arg(0)) + " out of string");
  const std::string more = c.string_arg(1);
  c.limits().allocate(more.size());
  own(c).insert(byte_of(own(c), index), more);
  return c.self;
}

Value replace(Call& c) {
  const std::string text = c.string_arg(0);
  c.limits().allocate(text.size());
  own(c) = text;
  return c.self;
}

Value set_part(Call& c) {
  const auto* part = as<String>(c.args[0]);
  if (c.count() != 2 || part == nullptr) c.beyond("assigning to a part of a string");
  const size_t at = own(c).find(part->text);
  if (at == std::string::npos) c.raise("IndexError", "string not matched");
  const std::string text = c.string_arg(1);
  c.limits().allocate(text.size());
  own(c).replace(at, part->text.size(), text);
  return c.args[1];
}

// `upcase!` and its like: nil when nothing changed.
Value changed(Call& c) {
  const std::string_view method = c.name.substr(0, c.name.size() - 1);
  const Value made = c.in.call(c.self, method, c.args, c.block);
  if (!as<String>(made)) return c.in.call(made, "itself", {});
  const std::string text = as<String>(made)->text;
  if (text == own(c)) return {};
  own(c) = text;
  return c.self;
}

}  // namespace

const Methods& string_change_methods() {
  static const Methods methods = {
      {"<<", 1, 1, append},
      {"concat", 0, -1, append},
      {"prepend", 0, -1, prepend},
      {"insert", 2, 2, insert},
      {"replace", 1, 1, replace},
      {"[]=", 2, 3, set_part},
      {"clear", 0, 0,
       [](Call& c) {
         own(c).clear();
         return c.self;
       }},
      {"upcase!", 0, 0, changed},
      {"downcase!", 0, 0, changed},
      {"swapcase!", 0, 0, changed},
      {"capitalize!", 0, 0, changed},
      {"strip!", 0, 0, changed},
      {"lstrip!", 0, 0, changed},
      {"rstrip!", 0, 0, changed},
      {"chomp!", 0, 1, changed},
      {"chop!", 0, 0, changed},
      {"reverse!", 0, 0, changed},
      {"squeeze!", 0, -1, changed},
      {"delete!", 1, -1, changed},
      {"delete_prefix!", 1, 1, changed},
      {"delete_suffix!", 1, 1, changed},
      {"tr!", 2, 2, changed},
      {"sub!", 1, 2, changed},
      {"gsub!", 1, 2, changed},
      {"squish!", 0, 0, changed},
  };
  return methods;
}

}  // namespace kamal::erb
