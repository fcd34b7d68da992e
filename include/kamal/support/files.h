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
// `~` and `~/x` with the home folder of `home`; anything else unchanged.
std::string expand_home(std::string_view path, std::string_view home);
// The same with HOME of the environment; unchanged without one.
std::string expand_home(std::string_view path, const EnvironmentMap& environment);
// The first of TMPDIR, TMP and TEMP that names a folder where this user may write and others can't take files
// away, else /tmp: where Ruby, and so the reference, keeps what is for a while.
std::filesystem::path temporary_folder(const EnvironmentMap& environment);

}  // namespace kamal
