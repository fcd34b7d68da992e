#pragma once

namespace kamal::erb {

// Renders the template on standard input. The answer goes to the real standard output, framed; whatever the
// template's code prints goes to standard error. What it may expect to be loaded is what Kamal has loaded
// when it reads deploy.yml, as far as this ruby has it. Nothing here leaves a local variable at the top
// level, which the template would see.
//
// Every ERB.new of the template has an output variable of its own: result(binding) would otherwise throw away
// what the template around it has rendered so far.
inline constexpr const char* ruby_script = R"RUBY(
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
    class Object
      def blank?
        respond_to?(:empty?) ? !!empty? : !self
      end
      def present?
        !blank?
      end
      def presence
        self if present?
      end
    end
    class String
      def blank?
        strip.empty?
      end
    end
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

}  // namespace kamal::erb
