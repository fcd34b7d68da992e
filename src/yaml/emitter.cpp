#include "kamal/yaml/emitter.h"

#include <algorithm>
#include <string_view>

#include "kamal/support/encoding.h"
#include "kamal/support/strings.h"
#include "yaml/libyaml.h"
#include "yaml/scalar.h"

namespace kamal::yaml {
namespace {

// Bytes. Psych marks longer keys with `?`; without it, parsers reject keys of more than 1024 characters.
constexpr size_t max_simple_key = 128;

enum class Style { plain, single_quoted, double_quoted, literal };
enum class Place { key, value };

bool is_blank_or_end(std::string_view text, size_t at) {
  return at >= text.size() || text[at] == ' ' || text[at] == '\t' || text[at] == '\n' || text[at] == '\r';
}

bool is_word(char c) {
  return static_cast<unsigned char>(c) >= 0x80 || c == '_' || is_digit(c) || is_letter(c);
}

bool is_indicator(std::string_view text, size_t i) {
  const char c = text[i];
  const bool before_blank = is_blank_or_end(text, i + 1);
  if (i == 0) {
    if (std::string_view("#,[]{}&*!|>'\"%@`").find(c) != std::string_view::npos) return true;
    return (c == '?' || c == ':' || c == '-') && before_blank;
  }
  if (c == ':') return before_blank;
  return c == '#' && is_blank_or_end(text, i - 1);
}

bool has_indicator(std::string_view text) {
  if (text.starts_with("---") || text.starts_with("...")) return true;
  for (size_t i = 0; i < text.size(); ++i)
    if (is_indicator(text, i)) return true;
  return false;
}

bool has_white_edge(std::string_view text) {
  const auto is_white = [](char c) { return c == ' ' || c == '\n'; };
  return !text.empty() && (is_white(text.front()) || is_white(text.back()));
}

// Up to two trailing line feeds do not require a block.
bool breaks_inside(std::string_view text) {
  if (text.ends_with('\n')) text.remove_suffix(1);
  const size_t found = text.find('\n');
  return found != std::string_view::npos && found + 1 < text.size();
}

bool looks_octal_but_is_not(std::string_view text) {
  if (!text.starts_with('0')) return false;
  const size_t end = text.find_first_not_of("01234567");
  return end != std::string_view::npos && (text[end] == '8' || text[end] == '9');
}

// The style that Psych requests.
Style wanted_style(std::string_view text) {
  if (breaks_inside(text)) return Style::literal;
  if (text == "y" || text == "n" || text == "Y" || text == "N") return Style::double_quoted;
  if (text.ends_with("\n\n")) return Style::double_quoted;
  if (!text.empty() && !is_word(text[0]) && text.find('"', 1) == std::string_view::npos)
    return Style::double_quoted;
  if (text.empty() || needs_quotes(text) || looks_octal_but_is_not(text)) return Style::single_quoted;
  return Style::plain;
}

// The style that libyaml allows.
Style allowed_style(Style wanted, std::string_view text, Place place) {
  const auto has = [text](std::string_view part) { return text.find(part) != std::string_view::npos; };
  const bool unquotable = !is_printable(text) || has(" \n");
  if (place == Place::key && has("\n")) return Style::double_quoted;
  if (wanted == Style::plain) {
    const bool refused = has("\n") || has_white_edge(text) || has_indicator(text);
    if (!refused && !unquotable && !(text.empty() && place == Place::key)) return Style::plain;
    wanted = Style::single_quoted;
  }
  if (wanted == Style::single_quoted)
    return unquotable || has("\n ") ? Style::double_quoted : Style::single_quoted;
  if (wanted == Style::literal)
    return unquotable || text.ends_with(' ') || place == Place::key ? Style::double_quoted : Style::literal;
  return wanted;
}

Style style_of_text(std::string_view text, Place place) {
  return allowed_style(wanted_style(text), text, place);
}

constexpr size_t best_width = 80;

bool is_symbol(const Value& value) { return value.is_string() && value.source_text().starts_with(':'); }

class Emitter {
 public:
  std::string document(const Value& value) {
    write("---");
    if (value.is_null()) write(" ");
    after_indicator(value, 0, 0);
    return std::move(out_) + "\n";
  }

 private:
  // `indent` is the column at which entries of a collection start.
  void map(const Value::Map& map, size_t indent, bool first_on_line) {
    for (const auto& [key, value] : map) {
      if (!first_on_line) start_line(indent);
      first_on_line = false;
      if (key.size() > max_simple_key) {
        write("? ");
        write_key(key, indent);
        start_line(indent);
        write(":");
        item_value(value, indent);
      } else {
        write_key(key, indent);
        write(":");
        entry_value(value, indent);
      }
    }
  }

  void list(const Value::List& list, size_t indent, bool first_on_line) {
    for (const Value& item : list) {
      if (!first_on_line) start_line(indent);
      first_on_line = false;
      write("-");
      item_value(item, indent);
    }
  }

  void scalar(const Value& value, size_t indent) {
    if (is_symbol(value)) {
      write_symbol(value.text(), indent);
    } else if (value.is_string() && value.source_text().empty()) {
      write_text(value.text(), style_of_text(value.text(), Place::value), indent);
    } else {
      write(value.text());
    }
  }

  void write(std::string_view text) {
    out_ += text;
    for (const char c : text) {
      if (!continues_utf8_character(c)) ++column_;
    }
  }

  void start_line(size_t indent) {
    out_ += "\n" + std::string(indent, ' ');
    column_ = indent;
  }

  void write_key(const std::string& key, size_t indent) {
    const bool symbol = key.size() > 1 && key[0] == ':';
    write_text(key, symbol ? allowed_style(Style::plain, key, Place::key) : style_of_text(key, Place::key),
               indent, Place::key);
  }

  void entry_value(const Value& value, size_t indent) {
    if (value.is_map() && !value.source_text().empty()) write(" " + value.source_text());
    after_indicator(value, indent + 2, indent);
  }

  // After `key:` or `---`; entries of a map start at `map_indent`.
  void after_indicator(const Value& value, size_t map_indent, size_t indent) {
    if (value.is_map() && !value.map().empty()) return map(value.map(), map_indent, false);
    if (value.is_list() && !value.list().empty()) return list(value.list(), indent, false);
    leaf(value, indent);
  }

  void item_value(const Value& value, size_t indent) {
    if (value.is_scalar() || value.is_blank()) return leaf(value, indent);
    write(" ");
    if (value.is_map()) {
      map(value.map(), indent + 2, true);
    } else {
      list(value.list(), indent + 2, true);
    }
  }

  void leaf(const Value& value, size_t indent) {
    if (value.is_null()) return;
    write(" ");
    if (value.is_map()) {
      write("{}");
    } else if (value.is_list()) {
      write("[]");
    } else {
      scalar(value, indent);
    }
  }

  // In quotes it would be read as a string.
  void write_symbol(const std::string& name, size_t indent) {
    const std::string plain = ":" + name;
    const bool may_be_plain = allowed_style(Style::plain, plain, Place::value) == Style::plain;
    if (may_be_plain && read_plain_scalar(plain).text() == name)
      return write_text(plain, Style::plain, indent);
    write("!ruby/symbol ");
    write_text(name, Style::double_quoted, indent);
  }

  void write_text(std::string_view text, Style style, size_t indent, Place place = Place::value) {
    if (!is_utf8(text)) return write_bytes(text);
    if (text == "<<") return write("!!str '<<'");  // quotes alone would still merge
    switch (style) {
      case Style::plain:
        return write_folded(text, "", indent, place);
      case Style::single_quoted:
        return write_folded(replace_all(text, "'", "''"), "'", indent, place);
      case Style::double_quoted:
        return write_double_quoted(text, indent, place);
      case Style::literal:
        return write_literal(text, indent);
    }
  }

  // Psych writes a block here, which yaml-cpp cannot read after a tag in a list.
  void write_bytes(std::string_view bytes) { write("!binary \"" + base64(bytes) + "\""); }

  // Long texts break at single spaces.
  void write_folded(std::string_view text, std::string_view quote, size_t indent, Place place) {
    write(quote);
    for (size_t i = 0; i < text.size(); ++i) {
      const bool lone_space =
          text[i] == ' ' && i > 0 && i + 1 < text.size() && text[i - 1] != ' ' && text[i + 1] != ' ';
      if (text[i] == '\n') {  // a line feed in quotes is an empty line
        start_line(0);
        start_line(indent + 2);
      } else if (lone_space && column_ > best_width && place == Place::value) {
        start_line(indent + 2);
      } else {
        write(text.substr(i, 1));
      }
    }
    write(quote);
  }

  void write_double_quoted(std::string_view text, size_t indent, Place place) {
    write("\"");
    for (size_t i = 0, size = 0; i < text.size(); i += size) {
      size = utf8_character_size(text.substr(i));
      const bool inner_space = text[i] == ' ' && i > 0 && i + 1 < text.size() && text[i - 1] != ' ';
      if (inner_space && column_ > best_width && place == Place::value) {
        start_line(indent + 2);
        if (text[i + 1] == ' ') write("\\");
      } else {
        write(escaped(text.substr(i, size)));
      }
    }
    write("\"");
  }

  void write_literal(std::string_view text, size_t indent) {
    write("|");
    if (text.starts_with(' ') || text.starts_with('\n')) write("2");
    if (!text.ends_with('\n')) write("-");
    if (text.ends_with("\n\n")) write("+");
    for (const std::string& line : lines_of(text)) {
      start_line(line.empty() ? 0 : indent + 2);
      write(line);
    }
  }

  std::string out_;
  size_t column_ = 0;
};

}  // namespace

std::string emit(const Value& value) { return Emitter().document(value); }

}  // namespace kamal::yaml
