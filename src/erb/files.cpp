// File and Dir.
#include <cerrno>
#include <cstring>
#include <filesystem>

#include <fcntl.h>
#include <unistd.h>

#include "erb/interpreter.h"
#include "kamal/support/fd.h"
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
  const Hash* const options = c.take_options();
  if (c.count() > 1) c.beyond("lines with another end");
  return lines(c, content(c, path_arg(c, 0)), options);
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
  return c.string(std::move(path));
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
  std::string whole = path;
  if (path == "~" || path.starts_with("~/"))
    whole = home(c) + path.substr(1);
  else if (path.starts_with('~'))
    c.beyond("another user's home directory");
  else if (!path.starts_with('/'))
    whole = directory + "/" + path;
  std::vector<std::string> names;
  for (const std::string& name : split(whole, '/')) {
    if (name == "..") {
      if (!names.empty()) names.pop_back();
    } else if (!name.empty() && name != ".") {
      names.push_back(name);
    }
  }
  return "/" + join(names, "/");
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

}  // namespace

const Methods& file_methods() {
  static const Methods methods = {
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
  return methods;
}

}  // namespace kamal::erb
