#include "config/schema/validate.h"

#include <algorithm>
#include <string>

#include "config/schema/describe.h"
#include "kamal/support/strings.h"

namespace kamal::config::schema {
namespace {

bool is_extension(std::string_view key) { return key.starts_with("x-"); }

// Digits that are no decimal number: 012, 1,000 and 1:30. 1_000 and 0x1f say what they are.
bool odd_as_number(const std::string& written) {
  const size_t first = written.find_first_of("0123456789");
  if (first == std::string::npos) return false;
  const bool octal = written[first] == '0' && first + 1 < written.size() && written[first + 1] >= '0' &&
                     written[first + 1] <= '9';
  return octal || written.find_first_of(",:") != std::string::npos;
}

// Of the text that reads otherwise than it is written, a date is all that is neither a symbol nor a large
// number.
bool is_date(const Value& value) {
  const std::string& written = value.written();
  return value.is_string() && !written.starts_with(':') && written.find('-', 1) != std::string::npos;
}

class Validator {
 public:
  explicit Validator(Report& report) : report_(report) {}

  void section(const Section& section, const Value& map, const std::string& path) {
    for (const auto& [name, value] : map.map()) {
      const Key* key = find_key(section, name);
      if (!key) {
        if (!path.empty() || !is_extension(name)) unknown(section, name, value, path);
        continue;
      }
      if (section.spares && section.spares(map, name)) continue;
      check(key->shape, value, below(path, name), key);
      if (!key->warning.empty()) report_.warn(below(path, name), value.mark(), std::string(key->warning));
    }
    for (const Key& key : section.keys) {
      if (map.has(key.name)) continue;
      if (key.need == Need::required) missing(key, map, path);
      if (key.need == Need::expected) report_.warn(below(path, key.name), map.mark(), missing_text(key));
    }
  }

 private:
  void check(const Shape& shape, const Value& value, const std::string& path, const Key* key) {
    if (value.is_map() && shape.section && (!shape.entries || uses_keys_of(shape.section(), value))) {
      section(shape.section(), value, path);
    } else if (value.is_map() && shape.entries) {
      entries(shape, value, path, key);
    } else if (value.is_list() && shape.items) {
      items(shape, value, path, key);
    } else if (shape.nested && !value.is_scalar()) {
      report_.warn(
          path, value.mark(),
          "is passed in Ruby notation because it is " + describe(value) + " (write it as text, in quotes)");
    } else if (!value.is_scalar() || !scalar(shape, value, path, key)) {
      wrong_type(shape, value, path, key);
    } else if (key && !key->choices.empty()) {
      check_choice(*key, value, path);
    }
  }

  void entries(const Shape& shape, const Value& map, const std::string& path, const Key* key) {
    if (shape.single && map.map().size() != 1) {
      report_.error(path, map.mark(),
                    "there are " + std::to_string(map.map().size()) +
                        " names in one item (should be one; begin the next one with -)");
      return;
    }
    const Key choice = key ? Key{.name = {}, .shape = {}, .text = {}, .example = {}, .choices = key->choices}
                           : Key{.name = {}, .shape = {}, .text = {}, .example = {}};
    for (const auto& [name, value] : map.map()) check(*shape.entries, value, below(path, name), &choice);
  }

  void items(const Shape& shape, const Value& list, const std::string& path, const Key* key) {
    if (shape.single && list.list().size() != 1) return wrong_type(shape, list, path, key);
    for (size_t i = 0; i < list.list().size(); ++i) {
      check(*shape.items, list.list()[i], below(path, std::to_string(i)), nullptr);
    }
  }

  // Does a scalar fit? Warns where it was read oddly.
  bool scalar(const Shape& shape, const Value& value, const std::string& path, const Key* key) {
    if (value.is_null()) return shape.null;
    const bool chosen = key && !key->choices.empty();  // a word of a few, which may be written as a symbol
    if (shape.boolean && value.is_boolean()) return true;
    if (shape.integer && value.is_integer()) {
      if (odd_as_number(value.written())) warn_reading(value, path);
      return true;
    }
    if (!shape.text) return shape.string && value.is_string() && value.written().empty();
    if (is_date(value) && !shape.null) {
      report_.error(path, value.mark(), "is a date for YAML (should be text: put it in quotes)");
    } else if (!value.written().empty() && !chosen) {
      warn_reading(value, path);
    }
    return true;
  }

  void warn_reading(const Value& value, const std::string& path) {
    if (is_date(value)) {
      report_.warn(path, value.mark(),
                   "this is a date for YAML and stays text here (put it in quotes to be sure)");
    } else {
      report_.warn(path, value.mark(),
                   value.written() + " is read as " + value.text() +
                       " (put it in quotes to keep it as it is written)");
    }
  }

  void check_choice(const Key& key, const Value& value, const std::string& path) {
    const bool any_case = key.other_choice == OtherChoice::other_case;
    const std::string word = any_case ? lower(value.text()) : value.text();
    if (std::find(key.choices.begin(), key.choices.end(), word) != key.choices.end()) return;
    if (key.other_choice == OtherChoice::unset && value.is_false()) return;
    const std::vector<std::string> choices(key.choices.begin(), key.choices.end());
    const std::string right = "(should be " + to_sentence(choices) + ")";
    if (key.other_choice == OtherChoice::without_effect && !value.is_string()) {
      report_.warn(path, value.mark(), value.text() + " has no effect " + right);
    } else {
      report_.error(path, value.mark(), value.text() + " is not known here " + right);
    }
  }

  void wrong_type(const Shape& shape, const Value& value, const std::string& path, const Key* key) {
    std::string right = describe(shape);
    const bool short_example = key && !key->example.empty() && !key->example.starts_with("- ") &&
                               key->example.find('\n') == std::string_view::npos;
    if (short_example && value.is_scalar() && !shape.section)
      right += ", such as " + std::string(key->example);
    report_.error(path, value.mark(), "is " + describe(value) + " (should be " + right + ")");
  }

  void unknown(const Section& section, const std::string& name, const Value& value, const std::string& path) {
    std::vector<std::string> names;
    for (const Key& key : section.keys) names.emplace_back(key.name);
    const std::string near = nearest(name.starts_with(':') ? name.substr(1) : name, names);
    const bool many = names.size() > 15;
    const std::string all = many ? "kamal docs " + std::string(section.name) + " tells all keys"
                                 : "known here: " + join(names, ", ");
    const std::string hint = near.empty() ? all : "did you mean " + near + "?";
    if (section.unknown == Unknown::warning) {
      report_.warn(below(path, name), value.mark(), "unknown key, ignored (" + hint + ")");
    } else {
      report_.error(below(path, name), value.mark(), "unknown key (" + hint + ")");
    }
  }

  static std::string missing_text(const Key& key) {
    return "is missing (add " + std::string(key.name) + ": " + std::string(key.example) + ")";
  }

  void missing(const Key& key, const Value& map, const std::string& path) {
    const std::string key_path = below(path, key.name);
    const std::string name(key.name);
    if (!key.shape.section) {
      report_.error(key_path, map.mark(), missing_text(key));
      return;
    }
    const size_t before = report_.errors.size();
    for (const Key& part : key.shape.section().keys) {
      if (part.need == Need::required) missing(part, map, key_path);
    }
    if (report_.errors.size() == before) {
      report_.error(key_path, map.mark(), "is missing (kamal docs " + name + " tells what goes there)");
    }
  }

  Report& report_;
};

}  // namespace

void validate(const Value& configuration, Report& report) {
  if (!configuration.is_map()) {
    report.error("", configuration.mark(),
                 "is " + describe(configuration) + " (should be a map of settings)");
    return;
  }
  Validator(report).section(schema::configuration(), configuration, "");
}

}  // namespace kamal::config::schema
