#include "kamal/erb/template.h"

#include <exception>
#include <utility>

#include "erb/interpreter.h"
#include "erb/source.h"
#include "kamal/support/strings.h"
#include "kamal/support/system.h"
#include "kamal/yaml/value.h"

namespace kamal {
namespace {

[[noreturn]] void fail(const erb::Place& place, const std::string& message) {
  const std::string where = place.tag.empty() ? "" : "`" + place.tag + "`: ";
  throw ConfigurationError(
      std::vector<Problem>{{{place.file, place.line}, "", where + message + place.note}});
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
      : text_(text), name_(name), context_(context), environment_(context.environment), sources_(name) {}

  std::string run() {
    try {
      return interpreted(sources_.read(text_));
    } catch (const erb::NotUnderstood& error) {
      return by_ruby(error);
    } catch (const erb::LimitReached& error) {
      fail({.file = name_}, error.what());
    }
  }

 private:
  std::string interpreted(const erb::Program& program) {
    warn_about_open_tag();
    erb::Interpreter interpreter(sources_, context_);
    try {
      std::string result = interpreter.run(program);
      print(context_, interpreter.printed());
      return result;
    } catch (const erb::RubyError& raised) {
      print(context_, interpreter.printed());
      fail_at(raised.error->position, raised.error->message + " (" + raised.error->class_name + ")");
    } catch (const erb::LimitReached& error) {
      fail_at(interpreter.position(), error.what());
    } catch (const erb::NotUnderstood& error) {
      if (!interpreter.touched_outside()) throw;
      // Ruby would repeat everything from the start.
      fail_at(error.position, std::string(error.what()) +
                                  ": not supported without Ruby, which can't take over after commands have "
                                  "run (simplify the expression)");
    }
  }

  [[noreturn]] void fail_at(size_t position, const std::string& message) {
    fail(sources_.place_of(position), message);
  }

  // Renders the template from the start, discarding what was tried.
  std::string by_ruby(const erb::NotUnderstood& why) {
    warn_about_open_tag();
    context_.environment = environment_;
    if (!erb::has_ruby(context_)) {
      fail_at(why.position, std::string(why.what()) +
                                ": not supported without Ruby (simplify the expression or install ruby)");
    }
    const erb::RubyResult result = erb::render_with_ruby(text_, context_);
    print(context_, result.printed);
    if (result.ok) return result.text;
    fail({.file = name_, .line = result.line, .tag = tag_on_line(sources_.outermost(), result.line)},
         result.text);
  }

  void warn_about_open_tag() {
    const int line = sources_.outermost().unclosed_line;
    if (line == 0 || std::exchange(warned_, true)) return;
    print(context_, name_ + ":" + std::to_string(line) + ": `<%` without `%>`: what follows is text\n");
  }

  std::string_view text_;
  const std::string& name_;
  TemplateContext& context_;
  const EnvironmentMap environment_;
  erb::Sources sources_;
  bool warned_ = false;  // about an open tag
};

std::string shown(const Value& value) {
  if (value.is_null()) return "nil";
  if (value.is_string())
    return value.source_text().starts_with(':') ? value.source_text() : erb::quoted_text(value.text());
  return ruby_text(value);
}

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

std::string ruby_text(const Value& value) {
  std::vector<std::string> items;
  if (value.is_list()) {
    for (const Value& item : value.list()) items.push_back(shown(item));
    return "[" + join(items, ", ") + "]";
  }
  if (!value.is_map()) return value.text();
  for (const auto& [key, item] : value.map()) items.push_back(erb::quoted_text(key) + "=>" + shown(item));
  return "{" + join(items, ", ") + "}";
}

}  // namespace kamal
