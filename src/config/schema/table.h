#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "kamal/yaml/value.h"

// All keys of deploy.yml in one table: validation, `kamal docs`, docs/configuration.md and the JSON Schema
// are generated from it.
namespace kamal::config::schema {

struct Section;

// The allowed kinds of a value: any of the following.
struct Shape {
  bool text = false;    // any scalar: a string, a number, true or false
  bool string = false;  // a string, not a number or a boolean
  bool integer = false;
  bool boolean = false;
  bool null = false;                      // the key alone
  const Shape* items = nullptr;           // a list of these
  const Shape* entries = nullptr;         // a map of arbitrary names to these
  bool single = false;                    // such a list or map has one element
  bool nested = false;                    // any other list or map: passed on in Ruby notation, with a warning
  const Section& (*section)() = nullptr;  // a map of known keys; overrides `entries` if it has one of them
  std::string_view label = {};            // its description, if it can't be derived
};

enum class Need {
  optional,
  expected,  // a warning if missing: only commands that need it fail
  required
};

// Other values that are allowed besides `choices`.
enum class OtherChoice {
  refused,
  other_case,      // capital letters
  unset,           // false, which means none of them
  without_effect,  // true, false and numbers
};

struct Key {
  std::string_view name;
  Shape shape;
  std::string_view text;                // a paragraph
  std::string_view example;             // YAML of the value; empty if the section's own examples suffice
  std::string_view default_value = {};  // for documentation
  std::vector<std::string_view> choices = {};
  OtherChoice other_choice = OtherChoice::refused;
  Need need = Need::optional;
  std::optional<int64_t> minimum = {};  // of an integer
  std::string_view warning = {};        // why the key should not be set
  bool sensitive = false;               // errors redact the values below it
};

enum class Unknown { error, warning };

struct Section {
  std::string_view name;  // of `kamal docs NAME`; empty for a part of another section
  std::string_view path;  // its key path
  std::string_view text;  // paragraphs, separated by an empty line
  std::vector<Key> keys;
  Unknown unknown = Unknown::error;  // for keys not in `keys`; root keys starting with x- are always allowed
  std::string_view example = {};     // YAML of the whole section, if the keys' examples do not suffice
  // Keys whose values are not checked, given the map that contains them.
  bool (*spares)(const Value& map, std::string_view key) = nullptr;
};

const Section& configuration();
const Section& servers();
const Section& role();
const Section& env();
const Section& proxy();
const Section& registry();
const Section& builder();
const Section& accessory();
const Section& ssh();
const Section& sshkit();
const Section& boot();
const Section& logging();
const Section& output();
const Section& alias();
const Section& extensions();

// The key of a section by name, or null.
const Key* find_key(const Section& section, std::string_view name);
// Whether a map has at least one key of the section.
bool uses_keys_of(const Section& section, const Value& map);
// Whether errors may show a value at this path; "-" is a list item. False for unknown paths: a misspelled key
// may hold a secret.
bool is_public(const std::vector<std::string>& path);
// The path of a key in the map at `path`.
std::string below(const std::string& path, std::string_view name);

// Sections of `kamal docs`, by name.
const std::vector<const Section*>& sections();

// Shapes that several sections use.
extern const Shape text;
extern const Shape flag;           // of docker: a value, none, or a list of them
extern const Shape optional_text;  // a value or none
extern const Shape host;           // NAME, or NAME: TAG, or NAME: [ TAG, TAG ]
extern const Shape environment;    // NAME: VALUE, or clear, secret and tags

}  // namespace kamal::config::schema
