#include "config/schema/validate.h"

#include <algorithm>
#include <string>

#include "config/schema/describe.h"
#include "kamal/support/strings.h"
#include "kamal/support/suggestions.h"

namespace kamal::config::schema {
namespace {

bool is_extension(std::string_view key) { return key.starts_with("x-"); }

// Digits that are not a decimal number: 012, 1,000 and 1:30. 1_000 and 0x1f are clear.
bool odd_as_number(const std::string& written) {
  const size_t first = written.find_first_of("0123456789");
  if (first == std::string::npos) return false;
  const bool octal = written[first] == '0' && first + 1 < written.size() && written[first + 1] >= '0' &&
                     written[first + 1] <= '9';
  return octal || written.find_first_of(",:") != std::string::npos;
}

// Among texts that YAML reads differently, dates are those that are neither symbols nor large numbers.
bool is_date(const Value& value) {
  const std::string& written = value.source_text();
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
      report_.warn(path, value.mark(),
                   "is " + describe(value) + ", passed on in Ruby notation (write it as a quoted string)");
    } else if (!value.is_scalar() || !scalar(shape, value, path, key)) {
      wrong_type(shape, value, path, key);
    } else if (key && !key->choices.empty()) {
      check_choice(*key, value, path);
    } else if (key && key->minimum && value.is_integer() && value.integer() < *key->minimum) {
      const std::string right = "must be at least " + std::to_string(*key->minimum);
      report_.error(path, value.mark(), right, right);
    }
  }

  void entries(const Shape& shape, const Value& map, const std::string& path, const Key* key) {
    if (shape.single && map.map().size() != 1) {
      report_.error(
          path, map.mark(),
          "must have one name, not " + std::to_string(map.map().size()) + " (start the next item with -)");
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

  // Whether a scalar fits. Warns if YAML reads it oddly.
  bool scalar(const Shape& shape, const Value& value, const std::string& path, const Key* key) {
    if (value.is_null()) return shape.null;
    const bool chosen = key && !key->choices.empty();  // one of a few words, which may be written as a symbol
    if (shape.boolean && value.is_boolean()) return true;
    if (shape.integer && value.is_integer()) {
      if (odd_as_number(value.source_text())) warn_reading(value, path);
      return true;
    }
    if (!shape.text) return shape.string && value.is_string() && value.source_text().empty();
    if (is_date(value) && !shape.null) {
      report_.error(path, value.mark(), "must be a string; YAML reads this as a date (quote it)", "quote it");
    } else if (!value.source_text().empty() && !chosen) {
      warn_reading(value, path);
    }
    return true;
  }

  void warn_reading(const Value& value, const std::string& path) {
    if (is_date(value)) {
      report_.warn(path, value.mark(),
                   "YAML reads this as a date; kamal keeps it as text (quote it to be sure)");
    } else {
      report_.warn(
          path, value.mark(),
          "YAML reads " + value.source_text() + " as " + value.text() + " (quote it to keep it as is)");
    }
  }

  void check_choice(const Key& key, const Value& value, const std::string& path) {
    const bool any_case = key.other_choice == OtherChoice::other_case;
    const std::string word = any_case ? lower(value.text()) : value.text();
    if (contains(key.choices, std::string_view(word))) return;
    if (key.other_choice == OtherChoice::unset && value.is_false()) return;
    const std::vector<std::string> choices(key.choices.begin(), key.choices.end());
    const std::string right = to_sentence(choices);
    if (key.other_choice == OtherChoice::without_effect && !value.is_string()) {
      report_.warn(path, value.mark(), value.text() + " has no effect (use " + right + ")");
    } else {
      report_.error(path, value.mark(), "must be " + right + ", not " + value.text(), "must be " + right);
    }
  }

  void wrong_type(const Shape& shape, const Value& value, const std::string& path, const Key* key) {
    std::string right = describe(shape);
    const bool short_example = key && !key->example.empty() && !key->example.starts_with("- ") &&
                               key->example.find('\n') == std::string_view::npos;
    if (short_example && value.is_scalar() && !shape.section)
      right += " (such as " + std::string(key->example) + ")";
    report_.error(path, value.mark(), "must be " + right + ", not " + describe(value), "must be " + right);
  }

  void unknown(const Section& section, const std::string& name, const Value& value, const std::string& path) {
    std::vector<std::string> names;
    for (const Key& key : section.keys) names.emplace_back(key.name);
    const bool many = names.size() > 15;
    const std::string all =
        many ? "see `kamal docs " + std::string(section.name) + "`" : "valid: " + join(names, ", ");
    const std::string plain = plain_name(name);
    if (section.unknown == Unknown::warning) {
      report_.warn(below(path, name), value.mark(), "unknown key, ignored" + suggestion(plain, names, all));
    } else {
      report_.error(below(path, name), value.mark().of_key(), "unknown key" + suggestion(plain, names, all),
                    did_you_mean(plain, names));
    }
  }

  static std::string missing_text(const Key& key) {
    return "is required (example: " + std::string(key.name) + ": " + std::string(key.example) + ")";
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
      report_.error(key_path, map.mark(), "is required (see `kamal docs " + name + "`)");
    }
  }

  Report& report_;
};

}  // namespace

void validate(const Value& configuration, Report& report) {
  if (!configuration.is_map()) {
    report.error("", configuration.mark(), "must be a map, not " + describe(configuration));
    return;
  }
  Validator(report).section(schema::configuration(), configuration, "");
}

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
      warnings_.push_back({value.mark(), path, "is ignored because it is empty (set true or a map)"});
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
