// JSON, YAML, Base64 and random values.
#include <algorithm>
#include <random>

#include "erb/data.h"
#include "erb/interpreter.h"
#include "kamal/support/base64.h"
#include "kamal/support/strings.h"
#include "kamal/support/system.h"

namespace kamal::erb {
namespace {

JsonKeys keys_of(Call& c, const Hash* options) {
  return truthy(c.option(options, "symbolize_names")) ? JsonKeys::symbols : JsonKeys::strings;
}

std::string file_text(Call& c) {
  const Value text = c.in.call(c.in.heap().constant("File"), "read", {c.args[0]});
  return as<String>(text)->text;
}

Value json_of_text(Call& c) {
  const Hash* const options = c.take_options();
  if (c.count() == 0) c.raise("ArgumentError", "wrong number of arguments (given 0, expected 1)");
  return parse_json(c.in, c.string_arg(0), keys_of(c, options));
}

Value json_of_file(Call& c) {
  const Hash* const options = c.take_options();
  return parse_json(c.in, file_text(c), keys_of(c, options));
}

Value yaml_of_text(Call& c) {
  const Hash* const options = c.take_options();
  return parse_yaml(c.in, c.string_arg(0), "YAML", keys_of(c, options));
}

Value yaml_of_file(Call& c) {
  const Hash* const options = c.take_options();
  return parse_yaml(c.in, file_text(c), c.string_arg(0), keys_of(c, options));
}

std::string random_bytes(Call& c, int64_t count) {
  if (count < 0 || count > 1'000'000) c.raise("ArgumentError", "negative string size (or size too big)");
  Random* const given = c.in.context().random;
  SystemRandom system;
  const std::string hex = (given ? *given : system).hex(static_cast<size_t>(count));
  std::string bytes;
  for (size_t i = 0; i + 1 < hex.size(); i += 2)
    bytes += static_cast<char>(std::stoi(hex.substr(i, 2), nullptr, 16));
  return bytes;
}

Value random_hex(Call& c) {
  std::string text;
  for (const char byte : random_bytes(c, c.integer_arg(0, 16))) {
    constexpr const char* digits = "0123456789abcdef";
    text += digits[static_cast<unsigned char>(byte) >> 4];
    text += digits[byte & 15];
  }
  return c.string(std::move(text));
}

uint64_t random_number(Call& c) {
  uint64_t number = 0;
  for (const char byte : random_bytes(c, 8)) number = number << 8 | static_cast<unsigned char>(byte);
  return number;
}

int64_t random_below(Call& c, int64_t bound) {
  return static_cast<int64_t>(random_number(c) % static_cast<uint64_t>(bound));
}

Value random_letters(Call& c) {
  constexpr std::string_view letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
  const int64_t count = c.integer_arg(0, 16);
  if (count < 0 || count > 1'000'000) c.raise("ArgumentError", "negative string size (or size too big)");
  std::string text;
  for (int64_t i = 0; i < count; ++i)
    text += letters[static_cast<size_t>(random_below(c, static_cast<int64_t>(letters.size())))];
  return c.string(std::move(text));
}

Value random_uuid(Call& c) {
  c.args = {int64_t{16}};
  std::string text = c.in.to_s(random_hex(c));
  text[12] = '4';
  text[16] = "89ab"[static_cast<size_t>(random_below(c, 4))];
  for (const size_t dash : {8U, 13U, 18U, 23U}) text.insert(dash, "-");
  return c.string(std::move(text));
}

Value random_value(Call& c) {
  if (c.has(0)) {
    int64_t first = 0;
    int64_t count = 0;
    if (const auto* range = as<Range>(c.args[0])) {
      const auto* low = std::get_if<int64_t>(&range->first);
      const auto* high = std::get_if<int64_t>(&range->last);
      if (!low || !high || *high - *low < 0) c.beyond("a random value of this range");
      first = *low;
      count = *high - *low + (range->exclusive ? 0 : 1);
    } else {
      count = std::max<int64_t>(c.integer_arg(0), -c.integer_arg(0));
    }
    if (count > 0) return first + random_below(c, count);
  }
  return static_cast<double>(random_number(c) >> 11) / 9007199254740992.0;
}

std::string base64(Call& c) { return base64_lines(c.string_arg(0)); }

Value base64_strict(Call& c) { return c.string(replace_all(base64(c), "\n", "")); }

Value base64_url(Call& c) {
  return c.string(replace_all(replace_all(c.in.to_s(base64_strict(c)), "+", "-"), "/", "_"));
}

Value base64_text(Call& c) {
  const std::string text = replace_all(replace_all(c.string_arg(0), "-", "+"), "_", "/");
  const auto decoded = base64_decode(text);
  if (!decoded) c.raise("ArgumentError", "invalid base64");
  return c.string(*decoded);
}

}  // namespace

const Methods& data_functions() {
  static constexpr auto compact = [](Call& c) { return c.string(json_text(c.in, c.args[0])); };
  static const Methods methods = {
      {"JSON.parse", 1, 2, json_of_text},
      {"JSON.parse!", 1, 2, json_of_text},
      {"JSON.load", 1, 2, json_of_text},
      {"JSON.load_file", 1, 2, json_of_file},
      {"JSON.generate", 1, 1, compact},
      {"JSON.dump", 1, 1, compact},
      {"JSON.pretty_generate", 1, 1,
       [](Call& c) { return c.string(json_text(c.in, c.args[0], JsonForm::pretty)); }},
      {"YAML.load", 1, 2, yaml_of_text},
      {"YAML.safe_load", 1, 2, yaml_of_text},
      {"YAML.unsafe_load", 1, 2, yaml_of_text},
      {"YAML.load_file", 1, 2, yaml_of_file},
      {"YAML.safe_load_file", 1, 2, yaml_of_file},
      {"YAML.unsafe_load_file", 1, 2, yaml_of_file},
      {"Base64.encode64", 1, 1, [](Call& c) { return c.string(base64(c)); }},
      {"Base64.strict_encode64", 1, 1, base64_strict},
      {"Base64.urlsafe_encode64", 1, 1, base64_url},
      {"Base64.decode64", 1, 1, base64_text},
      {"Base64.strict_decode64", 1, 1, base64_text},
      {"Base64.urlsafe_decode64", 1, 1, base64_text},
      {"SecureRandom.hex", 0, 1, random_hex},
      {"SecureRandom.alphanumeric", 0, 1, random_letters},
      {"SecureRandom.uuid", 0, 0, random_uuid},
      {"SecureRandom.random_number", 0, 1, random_value},
      {"SecureRandom.rand", 0, 1, random_value},
      {"Random.rand", 0, 1, random_value},
  };
  return methods;
}

}  // namespace kamal::erb
