#pragma once

#include <array>
#include <bitset>
#include <cstdint>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>

// Makes the output of other programs safe to show.
namespace kamal {

// What printable() keeps: escape sequences that color text, or none.
enum class Colors { keep, remove };

// Text of another program, safe for a terminal: keeps line ends and tabs, removes escape sequences, shows
// other control characters as ^X or \xNN. Of a line overwritten after a carriage return, keeps what it showed
// last.
std::string printable(std::string_view text, Colors colors = Colors::remove);

// Redacts secrets in text that programs print.
class SecretMask {
 public:
  // Shorter secrets, and shorter lines of longer ones, stay visible: redacting them would blank ordinary
  // words.
  static constexpr size_t min_length = 8;

  // Also hides its base64 form (even within that of a longer text) and its URL form. A multi-line secret is
  // hidden line by line.
  void add(std::string_view secret);
  // The text with [REDACTED] in place of secrets, in one pass.
  std::string apply(std::string_view text) const;

 private:
  void add_encoded(std::string_view secret);
  void add_form(std::string_view form);
  // The length of the longest form that `text` starts with, or 0.
  size_t form_at(std::string_view text) const;

  // By their first min_length bytes, the longest first.
  using Forms = std::set<std::string, bool (*)(const std::string&, const std::string&)>;
  std::unordered_map<uint64_t, Forms> forms_;
  std::bitset<1 << 16> starts_;  // their first two bytes, which rule out most positions in a text
};

}  // namespace kamal
