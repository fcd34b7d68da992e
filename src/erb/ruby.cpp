// Commands of a template, and templates that an installed ruby evaluates.
#include <algorithm>
#include <array>
#include <cstdlib>
#include <iterator>
#include <sstream>

#include <unistd.h>

#include "erb/interpreter.h"
#include "kamal/support/encoding.h"
#include "kamal/support/strings.h"
#include "kamal/support/system.h"

namespace kamal::erb {
namespace {

// Renders the template from standard input. The result goes to the real standard output, framed; what the
// template's code prints goes to standard error. Loads the libraries that Kamal has loaded when it reads
// deploy.yml, if they are installed. Defines no local variable at the top level, where the template would see
// it. Every ERB.new of the template gets its own output variable: otherwise, result(binding) would discard
// what the enclosing template has rendered so far.
constexpr const char* ruby_script = R"RUBY(
STDOUT.dup.then do |answer|
  answer.binmode
  STDOUT.reopen(STDERR)
  STDOUT.sync = true
  verbosity, $VERBOSE = $VERBOSE, nil
  %w[erb json yaml date set uri pathname shellwords tmpdir tempfile fileutils securerandom base64 open3 etc socket
     ipaddr resolv openssl digest ostruct timeout logger stringio forwardable delegate singleton English zlib
     active_support].each do |library|
    require library
  rescue LoadError
  end
  if defined?(ActiveSupport)
    %w[array/conversions array/extract enumerable hash/deep_merge hash/except hash/keys hash/slice module/delegation
       object/blank object/inclusion object/to_query object/try string/filters string/inflections
       string/inquiry].each do |extension|
      require "active_support/core_ext/#{extension}"
    rescue LoadError
    end
  else
    Object.class_eval do
      define_method(:blank?) { respond_to?(:empty?) ? !!empty? : !self }
      define_method(:present?) { !blank? }
      define_method(:presence) { self if present? }
    end
    String.class_eval { define_method(:blank?) { strip.empty? } }
  end
  $VERBOSE = verbosity
  Object.autoload(:Dotenv, "dotenv")
  module Kamal
    VERSION = "2.12.0" unless const_defined?(:VERSION)
    module Utils
      def self.docker_arch
        arch = `docker info --format '{{.Architecture}}'`.strip
        { "aarch64" => "arm64", "x86_64" => "amd64" }.fetch(arch, arch)
      end
    end
  end
  ERB.prepend(Module.new do
    def initialize(text, *old, eoutvar: "_erbout#{object_id}", **options)
      super
      self.filename = "(erb in erb)"
    end
  end)
  before = ENV.to_h
  begin
    template = ERB.new(STDIN.read, trim_mode: "-", eoutvar: "_erbout")
    template.filename = "(erb)"
    text = template.result.b
    changes = ENV.to_h.reject { |key, value| before[key] == value }.map { |key, value| "#{key}=#{value}" }
    changes += before.keys - ENV.keys
    answer.write("ok #{text.bytesize}\n", text, changes.join("\0"))
  rescue Exception => error
    line_in = lambda do |path|
      error.message[/#{Regexp.escape(path)}:(\d+)/, 1] ||
        error.backtrace_locations&.find { |one| one.path == path }&.lineno
    end
    inner = line_in["(erb in erb)"]
    outer = inner ? error.backtrace_locations&.find { |one| one.path == "(erb)" }&.lineno : line_in["(erb)"]
    message = error.message.empty? ? error.class.name : "#{error.message} (#{error.class})"
    message += " (line #{inner} of the ERB template evaluated there)" if inner
    answer.write("error #{outer.to_i}\n", message)
  end
  answer.close
end
)RUBY";

// Whether the program is on the environment's PATH.
bool finds_program(const std::string& name, const EnvironmentMap& environment) {
  if (name.find('/') != std::string::npos) return access(name.c_str(), X_OK) == 0;
  const std::string path = get(environment, "PATH").value_or("/usr/local/bin:/usr/bin:/bin");
  return std::ranges::any_of(split(path, ':'), [&](const std::string& directory) {
    return access(((directory.empty() ? "." : directory) + "/" + name).c_str(), X_OK) == 0;
  });
}

// Ruby runs a command without a shell if a shell would do nothing but run it.
bool needs_shell(std::string_view command) {
  constexpr std::string_view special = "*?{}[]<>()~&|\\$;'`\"\n#=%";
  constexpr std::array words = {"!",     ".",    ":",     "break",    "case",   "continue", "do",     "done",
                                "elif",  "else", "esac",  "eval",     "exec",   "exit",     "export", "fi",
                                "for",   "if",   "in",    "readonly", "return", "set",      "shift",  "then",
                                "times", "trap", "unset", "until",    "while"};
  if (command.find_first_of(special) != std::string_view::npos) return true;
  const std::string_view first = command.substr(0, command.find_first_of(" \t"));
  return std::ranges::find(words, first) != words.end();
}

constexpr size_t max_shown_command = 100;

Process in_environment(std::vector<std::string> argv, const TemplateContext& context) {
  Process process;
  process.argv = std::move(argv);
  process.environment = context.environment;
  process.timeout = context.command_timeout;
  process.max_output = max_program_output;
  return process;
}

ProcessResult run_and_wait(const Process& process, const std::string& name, const TemplateContext& context) {
  const std::unique_ptr<Wait> wait = context.wait ? context.wait(name) : nullptr;
  return context.processes->run(process);
}

// "" if the program ended on its own.
std::string limit_reached_by(const ProcessResult& run, const TemplateContext& context) {
  if (run.output_limit_exceeded) return "printed more than 16 MB";
  if (!run.timed_out) return "";
  const auto limit = std::chrono::duration_cast<std::chrono::seconds>(*context.command_timeout).count();
  return "timed out after " + std::to_string(limit) + "s (raise KAMAL_ERB_TIMEOUT)";
}

void apply_changes(std::string_view changes, EnvironmentMap& environment) {
  for (const std::string& change : split(changes, '\0')) {
    const size_t equals = change.find('=');
    if (change.empty()) continue;
    if (equals == std::string::npos)
      environment.erase(change);
    else
      environment[change.substr(0, equals)] = change.substr(equals + 1);
  }
}

std::string failure_of(const ProcessResult& run, const TemplateContext& context) {
  const std::vector<std::string> lines = lines_of(run.err);
  if (const std::string limit = limit_reached_by(run, context); !limit.empty()) return "ruby " + limit;
  return lines.empty() ? "ruby exited with status " + std::to_string(run.status) : "ruby: " + lines.front();
}

}  // namespace

bool has_ruby(const TemplateContext& context) {
  return context.processes != nullptr && finds_program("ruby", context.environment);
}

std::string Interpreter::run_command(const std::string& command) {
  touched_outside_ = true;
  if (context_.processes == nullptr) raise("RuntimeError", "commands can't be run here");
  const bool by_shell = needs_shell(command);
  std::istringstream text(command);
  const std::vector<std::string> words = by_shell ? std::vector<std::string>{"sh", "-c", command}
                                                  : std::vector(std::istream_iterator<std::string>(text), {});
  const bool there = !words.empty() && (by_shell || finds_program(words.front(), context_.environment));
  if (!there)
    raise("Errno::ENOENT", "No such file or directory - " + (words.empty() ? command : words.front()));
  Process process = in_environment(words, context_);
  process.terminal = Terminal::shared;
  ProcessResult run = run_and_wait(process, "`" + shortened(command, max_shown_command) + "`", context_);
  if (const std::string limit = limit_reached_by(run, context_); !limit.empty())
    throw LimitReached("the command `" + command + "` " + limit);
  auto* const status = heap_.make<Status>();
  status->status = run.status;
  last_status_ = status;
  printed_ += run.err;
  return run.out;
}

std::string Interpreter::ruby_version() {
  if (!ruby_version_.empty()) return ruby_version_;
  ruby_version_ = "3.4.7";
  if (!has_ruby(context_)) return ruby_version_;
  const ProcessResult run = context_.processes->run(
      in_environment({"ruby", "--disable=gems", "-e", "puts RUBY_VERSION"}, context_));
  if (run.ok()) ruby_version_ = chomp(run.out);
  return ruby_version_;
}

RubyResult render_with_ruby(std::string_view text, TemplateContext& context) {
  std::vector<std::string> argv = {"ruby", "-EUTF-8", "-e", ruby_script, "--"};
  argv.insert(argv.end(), context.arguments.begin(), context.arguments.end());
  Process process = in_environment(std::move(argv), context);
  process.input = std::string(text);
  const ProcessResult run = run_and_wait(process, "ruby, which renders a template,", context);
  const std::string_view out = run.out;
  const size_t head_end = out.find('\n');
  RubyResult result;
  if (!run.ok() || !limit_reached_by(run, context).empty() || head_end == std::string_view::npos) {
    result.text = failure_of(run, context);
    return result;
  }
  const std::string_view head = out.substr(0, head_end), rest = out.substr(head_end + 1);
  const size_t number = std::strtoul(std::string(head.substr(head.find(' ') + 1)).c_str(), nullptr, 10);
  result.printed = run.err;
  result.ok = head.starts_with("ok ");
  result.text = result.ok ? rest.substr(0, number) : rest;
  if (result.ok)
    apply_changes(rest.substr(result.text.size()), context.environment);
  else
    result.line = static_cast<int>(number);
  return result;
}

}  // namespace kamal::erb
