// File, IO and Dir.
#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>

#include <fcntl.h>
#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>

#include "erb/interpreter.h"
#include "erb/text.h"
#include "kamal/support/strings.h"

namespace kamal::erb {
namespace {

[[noreturn]] void fail(Call& c, int error, const std::string& where, const std::string& path) {
  const std::string name = error == ENOENT   ? "Errno::ENOENT"
                           : error == EACCES ? "Errno::EACCES"
                           : error == EISDIR ? "Errno::EISDIR"
                                             : "SystemCallError";
  c.raise(name, std::string(std::strerror(error)) + " @ " + where + " - " + path);
}

class Descriptor {
 public:
  explicit Descriptor(int fd) : fd_(fd) {}
  ~Descriptor() {
    if (fd_ >= 0) close(fd_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  int get() const { return fd_; }

 private:
  int fd_;
};

// Never waits for a writer, and stops at the limit: a path may name a pipe or a device.
std::string content(Call& c, const std::string& path) {
  const Descriptor file(open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
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

bool status(const std::string& path, struct stat& result) { return stat(path.c_str(), &result) == 0; }

bool is_of(const std::string& path, mode_t type) {
  struct stat result {};
  return status(path, result) && (result.st_mode & S_IFMT) == type;
}

std::string base_name(std::string path, const std::string& suffix) {
  while (path.size() > 1 && path.ends_with('/')) path.pop_back();
  if (path == "/") return path;
  path = path.substr(path.rfind('/') + 1);
  if (suffix == ".*") {
    const size_t dot = path.rfind('.');
    return dot == std::string::npos || dot == 0 ? path : path.substr(0, dot);
  }
  const bool ends = !suffix.empty() && path.size() > suffix.size() && path.ends_with(suffix);
  return ends ? path.substr(0, path.size() - suffix.size()) : path;
}

std::string folder_of(std::string path) {
  while (path.size() > 1 && path.ends_with('/')) path.pop_back();
  const size_t slash = path.rfind('/');
  if (slash == std::string::npos) return ".";
  path.resize(slash);
  while (path.size() > 1 && path.ends_with('/')) path.pop_back();
  return path.empty() ? "/" : path;
}

std::string extension_of(const std::string& path) {
  const std::string name = base_name(path, "");
  const size_t dot = name.rfind('.');
  return dot == std::string::npos || dot == 0 || dot + 1 == name.size() ? "" : name.substr(dot);
}

void join_into(Call& c, const std::vector<Value>& parts, std::string& path, bool& first) {
  const Limits::Level level(c.limits());
  for (const Value& part : parts) {
    if (const auto* list = as<Array>(part)) {
      join_into(c, list->items, path, first);
      continue;
    }
    const auto* text = as<String>(part);
    if (text == nullptr) c.type_error(part, "String");
    std::string_view more = text->text;
    c.limits().allocate(more.size());
    if (std::exchange(first, false)) {
      path = more;
      continue;
    }
    if (path.ends_with('/') || more.starts_with('/')) {
      while (path.ends_with('/')) path.pop_back();
      while (more.starts_with('/')) more.remove_prefix(1);
    }
    path.append("/").append(more);
  }
}

Value joined(Call& c) {
  std::string path;
  bool first = true;
  join_into(c, c.args, path, first);
  return c.string(std::move(path));
}

std::string home(Call& c) {
  const auto known = get(c.in.context().environment, "HOME");
  if (!known) c.raise("ArgumentError", "couldn't find HOME environment -- expanding '~'");
  return *known;
}

std::string expanded(Call& c, const std::string& path, const std::string& folder) {
  std::string whole = path;
  if (path == "~" || path.starts_with("~/"))
    whole = home(c) + path.substr(1);
  else if (path.starts_with('~'))
    c.beyond("another user's home folder");
  else if (!path.starts_with('/'))
    whole = folder + "/" + path;
  std::vector<std::string> parts;
  for (const std::string& part : split(whole, '/')) {
    if (part == "..") {
      if (!parts.empty()) parts.pop_back();
    } else if (!part.empty() && part != ".") {
      parts.push_back(part);
    }
  }
  return "/" + join(parts, "/");
}

std::string working_folder() {
  std::error_code ignored;
  return std::filesystem::current_path(ignored).string();
}

Value expand(Call& c) {
  const std::string folder = c.has(1) ? expanded(c, c.path_arg(1), working_folder()) : working_folder();
  return c.string(expanded(c, c.path_arg(0), folder));
}

Value real_path(Call& c) {
  std::error_code error;
  const auto path = std::filesystem::canonical(c.path_arg(0), error);
  if (error) fail(c, error.value(), "rb_realpath_internal", c.path_arg(0));
  return c.string(path.string());
}

Value lines(Call& c) {
  const Hash* const options = c.take_options();
  if (c.count() > 1) c.beyond("lines with another end");
  std::vector<Value> list;
  const std::string text = content(c, c.path_arg(0));
  const auto ends = static_cast<size_t>(std::count(text.begin(), text.end(), '\n'));
  c.limits().allocate(ends * sizeof(std::string_view));
  for (const std::string_view line : lines_with_ends(text)) {
    list.push_back(c.string(truthy(c.option(options, "chomp")) ? chomp_end(line) : line));
  }
  return c.array(std::move(list));
}

Value read_all(Call& c) {
  c.take_options();
  if (c.count() > 1) c.beyond("reading a part of a file");
  const std::string path = c.path_arg(0);
  const Value text = c.string(content(c, path));
  c.in.remember_file(text, path);
  return text;
}

Value each_line(Call& c) {
  const Value all = lines(c);
  if (!c.block) return all;
  for (const Value& line : as<Array>(all)->items) c.yield({line});
  return {};
}

Value size(Call& c) {
  struct stat result {};
  if (!status(c.path_arg(0), result)) fail(c, errno, "rb_file_s_size", c.path_arg(0));
  return static_cast<int64_t>(result.st_size);
}

Value changed_at(Call& c) {
  struct stat result {};
  if (!status(c.path_arg(0), result)) fail(c, errno, "rb_file_s_mtime", c.path_arg(0));
  auto* time = c.in.heap().make<Time>();
  time->seconds = result.st_mtim.tv_sec;
  time->nanoseconds = result.st_mtim.tv_nsec;
  return time;
}

Value is_empty(Call& c) {
  struct stat result {};
  return status(c.path_arg(0), result) && result.st_size == 0 && !S_ISDIR(result.st_mode);
}

Value exists(Call& c) {
  struct stat result {};
  return status(c.path_arg(0), result);
}

}  // namespace

const Methods& file_functions() {
  static constexpr auto folder_here = [](Call& c) { return c.string(working_folder()); };
  static constexpr auto is_folder = [](Call& c) { return Value(is_of(c.path_arg(0), S_IFDIR)); };
  static const Methods methods = {
      {"File.read", 1, 4, read_all},
      {"File.binread", 1, 1, read_all},
      {"IO.read", 1, 4, read_all},
      {"File.readlines", 1, 3, lines},
      {"IO.readlines", 1, 3, lines},
      {"File.foreach", 1, 3, each_line},
      {"File.exist?", 1, 1, exists},
      {"File.file?", 1, 1, [](Call& c) { return Value(is_of(c.path_arg(0), S_IFREG)); }},
      {"File.directory?", 1, 1, is_folder},
      {"File.readable?", 1, 1, [](Call& c) { return Value(access(c.path_arg(0).c_str(), R_OK) == 0); }},
      {"File.writable?", 1, 1, [](Call& c) { return Value(access(c.path_arg(0).c_str(), W_OK) == 0); }},
      {"File.executable?", 1, 1, [](Call& c) { return Value(access(c.path_arg(0).c_str(), X_OK) == 0); }},
      {"File.symlink?", 1, 1,
       [](Call& c) {
         struct stat result {};
         return Value(lstat(c.path_arg(0).c_str(), &result) == 0 && S_ISLNK(result.st_mode));
       }},
      {"File.zero?", 1, 1, is_empty},
      {"File.empty?", 1, 1, is_empty},
      {"File.size", 1, 1, size},
      {"File.mtime", 1, 1, changed_at},
      {"File.basename", 1, 2,
       [](Call& c) { return c.string(base_name(c.path_arg(0), c.has(1) ? c.string_arg(1) : "")); }},
      {"File.dirname", 1, 1, [](Call& c) { return c.string(folder_of(c.path_arg(0))); }},
      {"File.extname", 1, 1, [](Call& c) { return c.string(extension_of(c.path_arg(0))); }},
      {"File.join", 0, -1, joined},
      {"File.expand_path", 1, 2, expand},
      {"File.absolute_path", 1, 2, expand},
      {"File.realpath", 1, 1, real_path},
      {"Dir.pwd", 0, 0, folder_here},
      {"Dir.getwd", 0, 0, folder_here},
      {"Dir.home", 0, 0, [](Call& c) { return c.string(home(c)); }},
      {"Dir.exist?", 1, 1, is_folder},
  };
  return methods;
}

}  // namespace kamal::erb
