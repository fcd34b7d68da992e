#include "kamal/config/template.h"

#include <exception>

#include "config/erb/check.h"
#include "config/erb/interpreter.h"
#include "config/erb/not_understood.h"
#include "config/erb/parser.h"
#include "config/erb/ruby.h"
#include "config/erb/source.h"
#include "config/program_limits.h"
#include "kamal/config/error.h"

namespace kamal {
namespace {

[[noreturn]] void fail(const std::string& name, int line, const std::string& expression,
                       const std::string& message) {
  const std::string where = expression.empty() ? "" : "`" + expression + "`: ";
  throw ConfigurationError(std::vector<Problem>{{{name, line}, "", where + message}});
}

void print(const TemplateContext& context, const std::string& text) {
  if (context.print && !text.empty()) context.print(text);
}

// The code of the first tag on a line, for messages.
std::string tag_on_line(const erb::Source& source, int line) {
  for (const erb::Tag& tag : source.tags) {
    if (source.line_of(tag.begin) <= line && line <= source.line_of(tag.end)) return source.tag_at(tag.begin);
  }
  return "";
}

class Rendering {
 public:
  Rendering(std::string_view text, const std::string& name, TemplateContext& context)
      : text_(text), name_(name), context_(context), environment_(context.environment) {}

  std::string run() {
    try {
      source_ = erb::compile(text_);
      warn_about_open_tag();
      const erb::Program program = erb::Parser(source_).parse();
      erb::check(program);
      return interpreted(program);
    } catch (const erb::NotUnderstood& error) {
      return by_ruby(error);
    } catch (const erb::LimitReached& error) {
      fail(name_, 0, "", error.what());
    }
  }

 private:
  std::string interpreted(const erb::Program& program) {
    erb::Interpreter interpreter(source_, program, context_);
    try {
      std::string result = interpreter.run();
      print(context_, interpreter.printed());
      return result;
    } catch (const erb::RubyError& raised) {
      print(context_, interpreter.printed());
      fail_at(raised.error->position, raised.error->message + " (" + raised.error->class_name + ")");
    } catch (const erb::LimitReached& error) {
      fail_at(interpreter.position(), error.what());
    } catch (const erb::NotUnderstood& error) {
      if (!interpreter.touched_outside()) throw;
      // Ruby would do it all again, from the start.
      fail_at(error.position, std::string(error.what()) +
                                  ", which is found out too late to let ruby evaluate the file, "
                                  "as commands have run: simplify the expression");
    }
  }

  [[noreturn]] void fail_at(size_t position, const std::string& message) {
    fail(name_, source_.line_of(position), source_.tag_at(position), message);
  }

  // The template from the start, as if nothing had been tried.
  std::string by_ruby(const erb::NotUnderstood& why) {
    context_.environment = environment_;
    if (!erb::has_ruby(context_)) {
      fail_at(why.position,
              std::string(why.what()) +
                  ": this is beyond what is evaluated without Ruby (simplify the expression, or install "
                  "ruby, which then evaluates the file)");
    }
    const erb::RubyResult result = erb::render_with_ruby(text_, context_);
    print(context_, result.printed);
    if (result.ok) return result.text;
    fail(name_, result.failure.line, tag_on_line(source_, result.failure.line), result.failure.message);
  }

  void warn_about_open_tag() {
    if (source_.unclosed_line == 0) return;
    print(context_, name_ + ":" + std::to_string(source_.unclosed_line) +
                        ": `<%` without `%>`: what follows is text\n");
  }

  std::string_view text_;
  const std::string& name_;
  TemplateContext& context_;
  const EnvironmentMap environment_;
  erb::Source source_;
};

}  // namespace

TemplateContext template_context(const EnvironmentMap& environment, Processes& processes,
                                 std::function<void(const std::string&)> print) {
  TemplateContext context;
  context.environment = environment;
  context.processes = &processes;
  context.command_timeout = time_limit(environment, "KAMAL_ERB_TIMEOUT", context.command_timeout);
  context.print = std::move(print);
  return context;
}

std::string render_template(std::string_view text, const std::string& name, TemplateContext& context) {
  if (text.find("<%") == std::string_view::npos) return std::string(text);
  return Rendering(text, name, context).run();
}

}  // namespace kamal
