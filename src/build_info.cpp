#include "build_info.h"

#include <fmt/format.h>
#include <libssh/libssh.h>
#include <openssl/crypto.h>
#include <spdlog/version.h>
#include <zlib.h>
#ifdef __GLIBC__
#include <gnu/libc-version.h>
#endif

#include <array>
#include <nlohmann/json.hpp>

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include "kamal/support/version.h"

namespace kamal {
namespace {

std::string libc() {
#ifdef __GLIBC__
  return fmt::format("glibc {}", gnu_get_libc_version());
#else
  return "musl";
#endif
}

std::string ssh_library_version() {
  const std::string version = ssh_version(0);  // 0.10.6/openssl/zlib
  return version.substr(0, version.find('/'));
}

std::string pcre_version() {
  std::array<char, 64> text{};
  pcre2_config(PCRE2_CONFIG_VERSION, text.data());  // 10.42 2022-12-11
  const std::string version = text.data();
  return version.substr(0, version.find(' '));
}

std::string fmt_version() {
  return fmt::format("{}.{}.{}", FMT_VERSION / 10000, FMT_VERSION / 100 % 100, FMT_VERSION % 100);
}

std::string libraries() {
  return fmt::format(
      "libssh {}, OpenSSL {}, zlib {}, PCRE2 {}, yaml-cpp {}, fmt {}, spdlog {}.{}.{}, nlohmann_json "
      "{}.{}.{}",
      ssh_library_version(), OpenSSL_version(OPENSSL_VERSION_STRING), ZLIB_VERSION, pcre_version(),
      YAML_CPP_VERSION, fmt_version(), SPDLOG_VER_MAJOR, SPDLOG_VER_MINOR, SPDLOG_VER_PATCH,
      NLOHMANN_JSON_VERSION_MAJOR, NLOHMANN_JSON_VERSION_MINOR, NLOHMANN_JSON_VERSION_PATCH);
}

}  // namespace

std::string build_info() {
  const std::string commit = KAMAL_COMMIT;
  return fmt::format("kamal {}, a replacement for Kamal {}\ncommit: {}\ntarget: {}, {}\nlibraries: {}\n",
                     program_version, kamal_version, commit.empty() ? "unknown" : commit, KAMAL_TARGET,
                     libc(), libraries());
}

}  // namespace kamal
