#pragma once

#include <deque>
#include <optional>
#include <string>
#include <string_view>

#include "erb/ast.h"
#include "erb/source.h"

namespace kamal::erb {

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

// The template and those that it evaluates. A position counts through the code of all of them, in the order
// in which they were read.
class Sources {
 public:
  explicit Sources(std::string file) : file_(std::move(file)) {}
  Sources(const Sources&) = delete;
  Sources& operator=(const Sources&) = delete;

  // Compiled, parsed and checked: throw LimitReached, and NotUnderstood for code that calls what is not here.
  // The first one is the outermost. Its check includes the files that ERB.new(File.read("name")) in it
  // evaluates, and those in them; what does not exist yet is left to the run.
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
