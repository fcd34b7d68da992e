#pragma once

#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "erb/ast.h"
#include "erb/limits.h"

namespace kamal::erb {

// One tag of the template, by its position in Source::code.
struct Tag {
  size_t begin = 0;
  size_t end = 0;
};

// A template as the Ruby program that ERB compiles it to. Text between tags and output of values are
// statements, marked by these bytes in `code`, so that everything else follows Ruby's rules: for example, a
// comment in a tag hides the text after it, up to the next line of the program, as in Ruby's ERB.
struct Source {
  static constexpr char text_mark = '\x01';    // followed by an index into texts and `;`
  static constexpr char output_mark = '\x02';  // followed by ((expression))

  std::string code;
  std::vector<std::string> texts;
  std::vector<Tag> tags;
  int unclosed_line = 0;  // of a `<%` without `%>`, whose code is output as text; 0: none

  int line_of(size_t position) const;
  std::string tag_at(size_t position) const;  // its code on one line, short, for messages; "" outside of tags
};

// Whether `-%>` drops the line end after it, and `<%-` the blanks before it.
enum class TrimMode { none, dashes };

// Throws NotUnderstood for code with control characters.
Source compile(std::string_view text, TrimMode mode);

// A template that another one evaluates.
struct InnerTemplate {
  std::string file = "";    // that its text was read from; "": unknown
  size_t evaluated_at = 0;  // position of the call
  TrimMode trim_mode = TrimMode::none;
  Names locals = {};  // variables of the binding
};

// A position in a template, for messages.
struct Place {
  std::string file = "";
  int line = 0;
  std::string tag = "";   // its code; "" outside of tags
  std::string note = "";  // about nested templates; "" for the outermost
};

// Compiles, parses and checks a template. Throws LimitReached, and NotUnderstood for unsupported code.
// Positions refer to `source`; `locals` are variables that exist before. The check includes the files that it
// evaluates with ERB.new(File.read("name")), and those that they evaluate, `levels` deep; files that don't
// exist yet are checked at run time. (check.cpp)
Program read_program(Source& source, std::string_view text, TrimMode mode, Names locals, int levels);

// A template and its nested ones. Positions count through the code of all of them, in the order in which they
// were read.
class Sources {
 public:
  explicit Sources(std::string file) : file_(std::move(file)) {}
  Sources(const Sources&) = delete;
  Sources& operator=(const Sources&) = delete;

  // Calls read_program(). The first template is the outermost.
  const Program& read(std::string_view text);
  const Program& read(std::string_view text, const InnerTemplate& inner);

  const Source& outermost() const { return parts_.front().source; }
  Place place_of(size_t position) const;

 private:
  struct Part {
    size_t first = 0;  // position of its code's first byte
    std::optional<InnerTemplate> inner;
    Source source;
    Program program;
  };
  const Program& add(Part part, std::string_view text);

  std::string file_;
  std::deque<Part> parts_;
};

}  // namespace kamal::erb
