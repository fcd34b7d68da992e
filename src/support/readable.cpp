#include "kamal/support/readable.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>

#include "kamal/support/encoding.h"
#include "kamal/support/strings.h"

namespace kamal {
namespace {

constexpr char escape = '\x1b';
constexpr char del = '\x7f';

bool is_between(char c, char first, char last) { return c >= first && c <= last; }
bool is_control(char c) { return (is_between(c, '\0', '\x1f') && c != '\t') || c == del; }

// CSI: ESC [ parameters, intermediates, a final character. Ends at the end of text if that is missing.
size_t csi_length(std::string_view text) {
  size_t end = 2;
  while (end < text.size() && is_between(text[end], ' ', '?')) ++end;
  return std::min(text.size(), end + (end < text.size() && is_between(text[end], '@', '~') ? 1 : 0));
}

// OSC, DCS and the like: up to BEL or ESC \. If unterminated, only the introducer.
size_t string_length(std::string_view text) {
  const size_t end = text.find_first_of("\a\x1b", 2);
  if (end == std::string_view::npos) return 2;
  if (text[end] == escape) return text.substr(end + 1).starts_with('\\') ? end + 2 : 2;
  return end + 1;
}

// Of the escape sequence that `text` starts with; 1 if ESC starts none.
size_t sequence_length(std::string_view text) {
  if (text.size() < 2) return 1;
  if (text[1] == '[') return csi_length(text);
  if (std::string_view("]PX^_").find(text[1]) != std::string_view::npos) return string_length(text);
  size_t end = 1;
  while (end < text.size() && is_between(text[end], ' ', '/')) ++end;
  return end < text.size() && is_between(text[end], '0', '~') ? end + 1 : 1;
}

bool is_color(std::string_view sequence) {
  return sequence.starts_with("\x1b[") && sequence.ends_with('m') &&
         sequence.find_first_not_of("0123456789;:", 2) == sequence.size() - 1;
}

// A byte that is part of no character, or a control character above ASCII (U+0080 to U+009F): a terminal may
// take both for the start of a sequence.
std::string hexadecimal(std::string_view bytes) {
  return fmt::format("\\x{:02x}", static_cast<unsigned char>(bytes.back()));
}

class Printer {
 public:
  explicit Printer(Colors colors) : colors_(colors) {}

  // One line, without carriage returns.
  std::string print(std::string_view line) {
    std::string text;
    while (!line.empty()) line.remove_prefix(take(line, text));
    return text;
  }

 private:
  size_t take(std::string_view line, std::string& text) {
    if (line[0] == escape) return take_sequence(line, text);
    if (is_control(line[0])) {
      text += {'^', line[0] == del ? '?' : static_cast<char>(line[0] + '@')};
      return 1;
    }
    const size_t size = utf8_character_size(line);
    const std::string_view character = line.substr(0, std::max<size_t>(size, 1));
    const bool is_c1 = character.size() == 2 && code_point(character) < 0xA0;
    text += size == 0 || is_c1 ? hexadecimal(character) : std::string(character);
    return character.size();
  }

  size_t take_sequence(std::string_view line, std::string& text) {
    const std::string_view sequence = line.substr(0, sequence_length(line));
    if (sequence.size() == 1) {
      text += "^[";
    } else if (colors_ == Colors::keep && is_color(sequence)) {
      text += sequence;
    }
    return sequence.size();
  }

  Colors colors_;
};

std::string last_state(std::string_view line, Colors colors) {
  while (true) {
    const size_t start = line.rfind('\r');
    std::string text = Printer(colors).print(line.substr(start + 1));
    if (!text.empty() || start == std::string_view::npos) return text;
    line = line.substr(0, start);
  }
}

}  // namespace

std::string printable(std::string_view text, Colors colors) {
  const auto is_plain = [](char c) { return c == '\n' || (is_between(c, '\0', '~') && !is_control(c)); };
  if (std::all_of(text.begin(), text.end(), is_plain)) return std::string(text);
  std::string all;
  while (true) {
    const size_t end = text.find('\n');
    all += last_state(text.substr(0, end), colors);
    if (end == std::string_view::npos) return all;
    all += '\n';
    text.remove_prefix(end + 1);
  }
}

namespace {

constexpr std::string_view redaction = "[REDACTED]";
// Base64 puts 3 bytes into 4 characters, of 6 bits each.
constexpr size_t group_bytes = 3;
// Longer secrets are files, which are not encoded in practice.
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
  std::string text;
  for (const char c : secret) {
    if (is_alphanumeric(c, "-._~")) {
      text += c;
    } else {
      text += fmt::format(fmt::runtime(lowercase ? "%{:02x}" : "%{:02X}"), static_cast<unsigned char>(c));
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
  size_t hidden_end = 0;  // end of the overlapping secrets that begin before `at`
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
