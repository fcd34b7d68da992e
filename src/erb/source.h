#pragma once

#include <string>
#include <string_view>
#include <vector>

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
Source compile(std::string_view text, TrimMode mode = TrimMode::dashes);

}  // namespace kamal::erb
