#pragma once

#include <map>
#include <string>
#include <string_view>

#include "kamal/erb/template.h"

namespace kamal::erb {

class Interpreter;

struct CommandOutput {
  std::string text;
  std::string errors;
  int status = 0;
};

// A command of backticks, run as Ruby runs it: by a shell where it has anything for a shell in it.
// Errno::ENOENT when the program is not there, LimitReached when it does not end in time.
CommandOutput run_template_command(Interpreter& in, const std::string& command);

// Is there such a program on the environment's PATH?
bool finds_program(std::string_view name, const EnvironmentMap& environment);
bool has_ruby(const TemplateContext& context);

// RUBY_VERSION and its like: of the installed ruby, or the values in docs where there is none.
std::map<std::string, std::string, std::less<>> ruby_facts(TemplateContext& context);

// What an exception of a template that ruby evaluated says.
struct RubyFailure {
  int line = 0;  // 0: not known
  std::string message;
};
struct RubyResult {
  bool ok = false;
  std::string text;     // the rendered template
  std::string printed;  // what its code wrote elsewhere
  RubyFailure failure;
};

// Evaluates all of the template with the installed ruby. The changes that it makes to ENV reach the context.
RubyResult render_with_ruby(std::string_view text, TemplateContext& context);

}  // namespace kamal::erb
