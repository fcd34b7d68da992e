#include "kamal/support/printable.h"

#include <fmt/format.h>

#include <algorithm>

#include "kamal/support/encoding.h"

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

// OSC, DCS and the like: up to BEL or ESC \. One without end is only its introducer.
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

}  // namespace kamal
