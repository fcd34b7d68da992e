#pragma once

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "sshkit/ssh/target.h"

namespace kamal::sshkit {

class SshConfig : public ::testing::Test {
 protected:
  ~SshConfig() override { std::filesystem::remove_all(home_); }

  void write(const std::string& text, const std::string& file = ".ssh/config") const {
    std::ofstream(home_ / file) << text;
  }

  HostConfig of(const std::string& host, std::vector<std::string> files = {".ssh/config"}) {
    std::vector<std::filesystem::path> paths;
    for (const auto& file : files) paths.push_back(home_ / file);
    ConfigFiles config(paths, home_, [this](const std::string& text) { warnings_.push_back(text); });
    return config.lookup({.host = host, .user = {}, .local_user = "me"});
  }

  // What becomes of a host of deploy.yml with the files and settings.
  Target target(const std::string& host) {
    TargetResolver resolver(settings_, environment_,
                            [this](const std::string& text) { warnings_.push_back(text); });
    return resolver.server(Host(host));
  }

  Target jump(const std::string& text) {
    TargetResolver resolver(settings_, environment_,
                            [this](const std::string& warning) { warnings_.push_back(warning); });
    return resolver.jump(HostSpec::parse(text));
  }

  std::string failure_of(const std::string& text) {
    write(text);
    try {
      of("web");
    } catch (const ConnectionError& error) {
      return error.what();
    }
    return "";
  }

  static std::filesystem::path new_home() {
    std::string path = std::filesystem::temp_directory_path() / "kamal-config-XXXXXX";
    const std::filesystem::path home = mkdtemp(path.data());
    std::filesystem::create_directory(home / ".ssh");
    return home;
  }

  const std::filesystem::path home_ = new_home();
  std::vector<std::string> warnings_;
  EnvironmentMap environment_{{"HOME", home_.string()}};
  SshSettings settings_ = [] {
    SshSettings settings;
    settings.config_files = {"~/.ssh/config"};
    return settings;
  }();
};

}  // namespace kamal::sshkit
