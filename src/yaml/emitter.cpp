#include "kamal/yaml/emitter.h"

#include <string_view>

#include "kamal/support/base64.h"
#include "kamal/support/strings.h"
#include "kamal/support/utf8.h"
#include "yaml/characters.h"
#include "yaml/scalar.h"
#include "yaml/scalar_style.h"

namespace kamal::yaml {
namespace {

constexpr size_t best_width = 80;

bool is_symbol(const Value& value) { return value.is_string() && value.written().starts_with(':'); }

class Emitter {
 public:
  std::string take() { return std::move(out_); }

  // `indent` is the column at which entries of a collection start.
  void map(const Value::Map& map, size_t indent, bool first_on_line) {
    for (const auto& [key, value] : map) {
      if (!first_on_line) start_line(indent);
      first_on_line = false;
      write_key(key, indent);
      entry_value(value, indent);
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
    } else if (value.is_string() && value.written().empty()) {
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

 private:
  void start_line(size_t indent) {
    out_ += "\n" + std::string(indent, ' ');
    column_ = indent;
  }

  void write_key(const std::string& key, size_t indent) {
    const bool symbol = key.size() > 1 && key[0] == ':';
    write_text(key, symbol ? allowed_style(Style::plain, key, Place::key) : style_of_text(key, Place::key),
               indent, Place::key);
    write(":");
  }

  void entry_value(const Value& value, size_t indent) {
    if (value.is_map() && !value.written().empty()) write(" " + value.written());
    if (value.is_map() && !value.map().empty()) return map(value.map(), indent + 2, false);
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

  // In quotes it would be read as a text.
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
    if (text == "<<") return write("!!str '<<'");  // in quotes alone it would merge as well
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

  // Psych has a block there, which yaml-cpp does not read behind a tag in a list.
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

std::string emit(const Value& value) {
  Emitter emitter;
  if (value.is_map() && !value.map().empty()) {
    emitter.write("---");
    emitter.map(value.map(), 0, false);
  } else if (value.is_list() && !value.list().empty()) {
    emitter.write("---");
    emitter.list(value.list(), 0, false);
  } else {
    emitter.write(value.is_map() ? "--- {}" : value.is_list() ? "--- []" : "--- ");
    if (value.is_scalar()) emitter.scalar(value, 0);
  }
  return emitter.take() + "\n";
}

}  // namespace kamal::yaml
