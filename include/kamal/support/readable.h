#pragma once

#include <array>
#include <bitset>
#include <cstdint>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>

// What other programs print, made fit to be shown.
namespace kamal {

// What may pass printable(): the sequences that color text, or none.
enum class Colors { keep, remove };

// Text of another program for a person's terminal, line ends and tabs as they are: escape sequences are
// removed, other control characters are shown as ^X or \xNN. Of a line that was overwritten after a carriage
// return, what it showed last remains.
std::string printable(std::string_view text, Colors colors = Colors::remove);

// Redacts secrets in text that programs print.
class SecretMask {
 public:
  // Shorter secrets, and shorter lines of longer ones, stay visible: they would blank ordinary words.
  static constexpr size_t min_length = 8;

  // Also hides what the secret looks like in base64 (within any longer text, too) and in a URL. A secret of
  // several lines is hidden line by line.
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
  std::bitset<1 << 16> starts_;  // of first two bytes: most places in a text are dismissed by these
};

}  // namespace kamal
