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

// One tag of the template, by its place in Source::code.
struct Tag {
  size_t begin = 0;
  size_t end = 0;
};

// A template as the Ruby program that ERB makes of it. Text between tags and output of values are statements;
// in `code` these bytes mark them, so that everything else is read by Ruby's rules: a comment in a
// tag, for example, hides the text after it, up to the next line of the program, in Ruby's ERB and here.
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

// Does `-%>` drop the line end after it, and `<%-` the blanks before it?
enum class TrimMode { none, dashes };

// Throws NotUnderstood for code with control characters.
Source compile(std::string_view text, TrimMode mode);

// A template that another one evaluates.
struct InnerTemplate {
  std::string file = "";    // that its text was read from; "": not known
  size_t evaluated_at = 0;  // position of the call
  TrimMode trim_mode = TrimMode::none;
  Names locals = {};  // variables of the binding
};

// Where something of a template is, for messages.
struct Place {
  std::string file = "";
  int line = 0;
  std::string tag = "";   // its code; "" outside of tags
  std::string note = "";  // about templates in templates; "" for the outermost
};

// Compiled, parsed and checked: throws LimitReached, and NotUnderstood for code that calls what is not here.
// `source` is what positions count in; `locals` are variables that are there before. The check includes the
// files that ERB.new(File.read("name")) in it evaluates, and those that they evaluate, `levels` deep; what
// does not exist yet is left to the run. (check.cpp)
Program read_program(Source& source, std::string_view text, TrimMode mode, Names locals, int levels);

// The template and those that it evaluates. A position counts through the code of all of them, in the order
// in which they were read.
class Sources {
 public:
  explicit Sources(std::string file) : file_(std::move(file)) {}
  Sources(const Sources&) = delete;
  Sources& operator=(const Sources&) = delete;

  // By read_program(). The first one is the outermost.
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
