#pragma once

#include <filesystem>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>

#include <sys/types.h>

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

}  // namespace kamal
