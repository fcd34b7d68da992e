#pragma once

#include <filesystem>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>

#include <sys/types.h>

#include "kamal/support/environment.h"

namespace kamal {

// A file that could not be read or written: the text names it and the system's reason.
struct FileError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

std::string read_file(const std::filesystem::path& path);                           // throws FileError
std::optional<std::string> read_file_if_exists(const std::filesystem::path& path);  // throws FileError
// Written beside and renamed into place.
void write_file(const std::filesystem::path& path, std::string_view content, mode_t mode = 0644);
// `~` and `~/x` with the home directory `home`; anything else unchanged.
std::string expand_home(std::string_view path, std::string_view home);
// The same with HOME of the environment; unchanged without one.
std::string expand_home(std::string_view path, const EnvironmentMap& environment);
// The first of TMPDIR, TMP and TEMP that is a directory writable by this user and protected against others
// deleting files in it, else /tmp: Ruby's choice, and so Kamal's.
std::filesystem::path temp_directory(const EnvironmentMap& environment);

}  // namespace kamal
