#pragma once

#include <string>
#include <string_view>

#include "kamal/erb/template.h"

namespace kamal::erb {

bool has_ruby(const TemplateContext& context);

// RUBY_VERSION: of the installed ruby, a recent one where there is none.
std::string ruby_version(TemplateContext& context);

struct RubyResult {
  bool ok = false;
  std::string text;     // the rendered template, or what the exception says
  std::string printed;  // what the template's code wrote elsewhere
  int line = 0;         // of the exception; 0: not known
};

// Evaluates all of the template with the installed ruby. The changes that it makes to ENV reach the context.
RubyResult render_with_ruby(std::string_view text, TemplateContext& context);

}  // namespace kamal::erb
