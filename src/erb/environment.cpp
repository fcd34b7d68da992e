// A template's access to the machine: ENV, files of variables (Dotenv), File and Dir.
#include <cerrno>
#include <cstring>
#include <filesystem>

#include <fcntl.h>
#include <unistd.h>

#include "erb/interpreter.h"
#include "kamal/support/dotenv.h"
#include "kamal/support/files.h"
#include "kamal/support/strings.h"

namespace kamal::erb {
namespace {

namespace fs = std::filesystem;

std::string path_arg(const Call& c, size_t index) {
  const std::string& path = c.string_arg(index);
  if (path.find('\0') != std::string::npos) c.raise("ArgumentError", "string contains null byte");
  return path;
}

[[noreturn]] void fail(Call& c, int error, const std::string& where, const std::string& path) {
  const std::string name = error == ENOENT   ? "Errno::ENOENT"
                           : error == EACCES ? "Errno::EACCES"
                           : error == EISDIR ? "Errno::EISDIR"
                                             : "SystemCallError";
  c.raise(name, std::string(std::strerror(error)) + " @ " + where + " - " + path);
}

// Never waits for a writer, and stops at the limit: a path may name a pipe or a device.
std::string content(Call& c, const std::string& path) {
  const Fd file(open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
  if (file.get() < 0) fail(c, errno, "rb_sysopen", path);
  std::string text;
  char buffer[65'536];
  while (true) {
    const ssize_t size = read(file.get(), buffer, sizeof buffer);
    if (size < 0 && errno == EINTR) continue;
    if (size < 0) fail(c, errno, "io_fread", path);
    if (size == 0) return text;
    c.limits().allocate(static_cast<size_t>(size));
    text.append(buffer, static_cast<size_t>(size));
  }
}

Value read_all(Call& c) {
  const std::string path = path_arg(c, 0);
  const Value text = c.string(content(c, path));
  as<String>(text)->file = path;
  return text;
}

Value read_lines(Call& c) {
  return c.in.call(c.string(content(c, path_arg(c, 0))), "lines", {c.args.begin() + 1, c.args.end()});
}

std::string without_end_slashes(std::string path) {
  while (path.size() > 1 && path.ends_with('/')) path.pop_back();
  return path;
}

Value base_name(Call& c) {
  const std::string path = without_end_slashes(path_arg(c, 0));
  const std::string name = path == "/" ? path : path.substr(path.rfind('/') + 1);
  const std::string suffix = c.has(1) ? c.string_arg(1) : "";
  if (suffix == ".*") return c.string(fs::path(name).stem().string());
  const bool ends = name.size() > suffix.size() && name.ends_with(suffix);
  return c.string(name.substr(0, name.size() - (ends ? suffix.size() : 0)));
}

Value directory_name(Call& c) {
  const std::string directory = fs::path(without_end_slashes(path_arg(c, 0))).parent_path().string();
  return c.string(directory.empty() ? "." : directory);
}

Value joined_path(Call& c) {
  std::string path;
  for (size_t i = 0; i < c.count(); ++i) {
    if (as<Array>(c.args[i])) c.beyond("`File.join` of a list");
    std::string_view more = c.string_arg(i);
    c.limits().allocate(more.size() + 1);
    const bool slashes = path.ends_with('/') || more.starts_with('/');
    while (i > 0 && slashes && path.ends_with('/')) path.pop_back();
    while (i > 0 && more.starts_with('/')) more.remove_prefix(1);
    path.append(i > 0 ? "/" : "").append(more);
  }
  return c.string(path);
}

std::string home(Call& c) {
  const auto known = kamal::get(c.in.context().environment, "HOME");
  if (!known) c.raise("ArgumentError", "couldn't find HOME environment -- expanding '~'");
  return *known;
}

std::string working_directory() {
  std::error_code ignored;
  return fs::current_path(ignored).string();
}

std::string expanded(Call& c, const std::string& path, const std::string& directory) {
  fs::path whole = path;
  if (path == "~" || path.starts_with("~/"))
    whole = home(c) + path.substr(1);
  else if (path.starts_with('~'))
    c.beyond("another user's home directory");
  return without_end_slashes((directory / whole).lexically_normal().string());
}

Value expand(Call& c) {
  const std::string here = working_directory();
  return c.string(expanded(c, path_arg(c, 0), c.has(1) ? expanded(c, path_arg(c, 1), here) : here));
}

template <bool (*is)(const fs::path&, std::error_code&)>
Value test(Call& c) {
  std::error_code ignored;
  return is(path_arg(c, 0), ignored);
}

// --- ENV

EnvironmentMap& environment(Call& c) { return c.in.context().environment; }

Value env_get(Call& c) {
  const auto value = kamal::get(environment(c), c.string_arg(0));
  return value ? c.string(*value) : Value();
}

Value env_fetch(Call& c) {
  const Value value = env_get(c);
  if (!is_nil(value)) return value;
  return without_value(c, "KeyError", "key not found: " + c.in.inspect(c.args[0]));
}

Value env_remove(Call& c) {
  const Value value = env_get(c);
  environment(c).erase(c.string_arg(0));
  return value;
}

Value env_store(Call& c) {
  const std::string& name = c.string_arg(0);
  if (is_nil(c.args[1])) return env_remove(c), Value();
  const std::string& value = c.string_arg(1);
  if (name.empty() || name.find('=') != std::string::npos)
    c.raise("Errno::EINVAL", "Invalid argument - setenv(" + name + ")");
  if ((name + value).find('\0') != std::string::npos)
    c.raise("ArgumentError", "bad environment variable: contains null byte");
  c.limits().allocate(name.size() + value.size());
  environment(c)[name] = value;
  return c.args[1];
}

Value env_has_key(Call& c) { return environment(c).contains(c.string_arg(0)); }

// --- Dotenv: files of variables into ENV, by the reader of secrets files

enum class Target { environment, nothing };

// Loads one file. A variable that is already set keeps its value.
class EnvironmentFile {
 public:
  explicit EnvironmentFile(Call& call) : call_(call), values_(call.new_hash()) {}

  Hash* read(const std::string& text) {
    const std::string mode = "DOTENV_LINEBREAK_MODE";
    if (environment(call_).contains(mode) || text.find(mode) != std::string::npos) call_.beyond(mode);
    for (const dotenv::Assignment& one : dotenv::read(text).assignments) {
      const Value name = call_.string(one.name);
      const auto known = kamal::get(environment(call_), one.name);
      if (known) {
        call_.set(*values_, name, call_.string(*known));
      } else if (!one.exported || one.value) {
        call_.set(*values_, name, call_.string(expanded(one.value.value_or(""))));
      } else if (call_.find(*values_, name) == nullptr) {
        call_.raise("Dotenv::FormatError",
                    "Line " + std::to_string(one.line) + " has an unset variable: " + one.name);
      }
    }
    return values_;
  }

 private:
  std::string variables(const std::string& text) {
    return dotenv::expand_variables(text, [this](const dotenv::Reference& one) {
      const Value* const own = call_.find(*values_, call_.string(one.name));
      return own ? call_.in.to_s(*own) : kamal::get(environment(call_), one.name).value_or("");
    });
  }

  std::string expanded(const std::string& written) {
    std::string value;
    for (const dotenv::Part& part : dotenv::parse_value(written, dotenv::Escapes::kept)) {
      if (part.kind == dotenv::Part::Kind::literal)
        value += part.text;
      else if (part.kind == dotenv::Part::Kind::text)
        value += variables(part.text);
      else
        value += chomp(call_.in.run_command(variables(part.text)));
    }
    return value;
  }

  Call& call_;
  Hash* values_;
};

Value load(Call& c, Target target) {
  if (c.take_options()) c.beyond("options of Dotenv");
  std::vector<std::string> paths;
  for (size_t i = 0; i < c.count(); ++i) paths.push_back(path_arg(c, i));
  if (paths.empty()) paths.emplace_back(".env");
  Hash* const all = c.new_hash();
  for (const std::string& path : paths) {
    std::error_code ignored;
    const fs::file_type type = fs::status(path, ignored).type();
    if (type == fs::file_type::not_found || type == fs::file_type::directory) continue;
    for (const auto& [name, value] : EnvironmentFile(c).read(content(c, path))->entries) {
      c.set(*all, name, value);
      if (target == Target::environment) environment(c)[as<String>(name)->text] = as<String>(value)->text;
    }
  }
  return all;
}

}  // namespace

Methods environment_methods() {
  return {
      {"ENV.[]", 1, 1, env_get},
      {"ENV.[]=", 2, 2, env_store},
      {"ENV.delete", 1, 1, env_remove},
      {"ENV.fetch", 1, 2, env_fetch},
      {"ENV.key?", 1, 1, env_has_key},
      {"Dotenv.load", 0, -1, [](Call& c) { return load(c, Target::environment); }},
      {"Dotenv.parse", 0, -1, [](Call& c) { return load(c, Target::nothing); }},
      {"Dotenv::Parser.call", 1, 1, [](Call& c) { return Value(EnvironmentFile(c).read(c.string_arg(0))); }},
      {"Dir.pwd", 0, 0, [](Call& c) { return c.string(working_directory()); }},
      {"File.basename", 1, 2, base_name},
      {"File.directory?", 1, 1, test<fs::is_directory>},
      {"File.dirname", 1, 1, directory_name},
      {"File.exist?", 1, 1, test<fs::exists>},
      {"File.expand_path", 1, 2, expand},
      {"File.file?", 1, 1, test<fs::is_regular_file>},
      {"File.join", 0, -1, joined_path},
      {"File.read", 1, 1, read_all},
      {"File.readlines", 1, 2, read_lines},
  };
}

}  // namespace kamal::erb
