#include "kamal/support/secret_mask.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>

#include "kamal/support/encoding.h"
#include "kamal/support/strings.h"

namespace kamal {
namespace {

constexpr std::string_view redaction = "[REDACTED]";
// Base64 puts 3 bytes into 4 characters, of 6 bits each.
constexpr size_t group_bytes = 3;
// Longer secrets are files, which nobody encodes.
constexpr size_t max_encoded = 64 << 10;
constexpr size_t bits_per_character = 6;

uint64_t first_bytes(std::string_view text) {
  uint64_t bytes = 0;
  std::memcpy(&bytes, text.data(), SecretMask::min_length);
  return bytes;
}

size_t first_two(std::string_view text) {
  return static_cast<size_t>(static_cast<unsigned char>(text[0])) << 8 | static_cast<unsigned char>(text[1]);
}

bool longer_first(const std::string& a, const std::string& b) {
  return a.size() != b.size() ? a.size() > b.size() : a < b;
}

// The characters that the secret alone determines in the base64 of a text that has it after `offset` bytes
// (modulo 3).
std::string base64_within(std::string_view secret, size_t offset) {
  const std::string text = base64(std::string(offset, '\0') + std::string(secret));
  const size_t first = (8 * offset + bits_per_character - 1) / bits_per_character;
  const size_t last = 8 * (offset + secret.size()) / bits_per_character;
  return text.substr(first, last - first);
}

std::string url_safe(std::string text) {
  std::replace(text.begin(), text.end(), '+', '-');
  std::replace(text.begin(), text.end(), '/', '_');
  return text;
}

std::string in_url(std::string_view secret, bool lowercase) {
  constexpr std::string_view unreserved = "-._~";
  std::string text;
  for (const char c : secret) {
    if (is_letter(c) || is_digit(c) || unreserved.find(c) != std::string_view::npos) {
      text += c;
    } else if (lowercase) {
      text += fmt::format("%{:02x}", static_cast<unsigned char>(c));
    } else {
      text += fmt::format("%{:02X}", static_cast<unsigned char>(c));
    }
  }
  return text;
}

}  // namespace

void SecretMask::add(std::string_view secret) {
  const std::string stripped = strip(secret);
  if (stripped.size() < min_length) return;
  if (stripped.size() <= max_encoded) add_encoded(stripped);
  const std::vector<std::string> lines = lines_of(stripped);
  if (lines.size() == 1) return add_form(stripped);
  for (const std::string& line : lines) add(line);
}

void SecretMask::add_encoded(std::string_view secret) {
  for (size_t offset = 0; offset < group_bytes; ++offset) {
    const std::string encoded = base64_within(secret, offset);
    add_form(encoded);
    add_form(url_safe(encoded));
  }
  const std::string padded = base64(secret);
  for (const std::string& encoded : {padded, padded.substr(0, padded.find('='))}) {
    add_form(encoded);
    add_form(url_safe(encoded));
  }
  for (const bool lowercase : {false, true}) {
    const std::string encoded = in_url(secret, lowercase);
    add_form(encoded);
    add_form(replace_all(encoded, "%20", "+"));
  }
}

void SecretMask::add_form(std::string_view form) {
  if (form.size() < min_length) return;
  starts_.set(first_two(form));
  forms_.try_emplace(first_bytes(form), longer_first).first->second.emplace(form);
}

size_t SecretMask::form_at(std::string_view text) const {
  if (text.size() < min_length || !starts_[first_two(text)]) return 0;
  const auto forms = forms_.find(first_bytes(text));
  if (forms == forms_.end()) return 0;
  for (const std::string& form : forms->second) {
    if (text.starts_with(form)) return form.size();
  }
  return 0;
}

std::string SecretMask::apply(std::string_view text) const {
  if (forms_.empty()) return std::string(text);
  std::string masked;
  size_t copied = 0;      // bytes of the text that `masked` stands for
  size_t hidden_end = 0;  // of the secrets that begin before `at` and overlap
  for (size_t at = 0; at < text.size(); ++at) {
    const size_t length = form_at(text.substr(at));
    if (length == 0 || at + length <= hidden_end) continue;
    if (at >= hidden_end) {
      masked += text.substr(copied, at - copied);
      masked += redaction;
    }
    copied = hidden_end = at + length;
  }
  return masked.append(text.substr(copied));
}

}  // namespace kamal
