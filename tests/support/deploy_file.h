#pragma once

#include <filesystem>
#include <fstream>
#include <map>
#include <random>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "kamal/config/loader.h"
#include "kamal/secrets/secrets.h"

namespace kamal::test {

// No configuration of a test runs programs.
class NoProcesses : public Processes {
 public:
  ProcessResult run(const Process&, const OutputSink&) override { throw std::logic_error("runs a program"); }
  int run_attached(const Process&) override { throw std::logic_error("runs a program"); }
};

// Secrets that are simply there.
class GivenSecrets : public Secrets {
 public:
  GivenSecrets(std::initializer_list<std::pair<std::string, std::string>> values) : values_(values) {}

  std::string get(const std::string& name, const std::string& wanted_by) const override {
    for (const auto& [known, value] : values_) {
      if (known == name) return value;
    }
    throw std::runtime_error(name + " is missing, wanted by " + wanted_by);
  }
  bool has(const std::string& name) const override {
    for (const auto& [known, value] : values_) {
      if (known == name) return true;
    }
    return false;
  }
  const std::vector<std::pair<std::string, std::string>>& all() const override { return values_; }

 private:
  std::vector<std::pair<std::string, std::string>> values_;
};

// A folder that goes away with the test.
class TemporaryFolder {
 public:
  TemporaryFolder() {
    path_ = std::filesystem::temp_directory_path() /
            ("kamal-test-" + std::to_string(std::random_device()()) + std::to_string(std::random_device()()));
    std::filesystem::create_directories(path_);
  }
  ~TemporaryFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

// `yaml` with what every deploy.yml must say, where it does not say it itself: the service shop on 1.1.1.1.
inline std::string completed(std::string_view yaml) {
  const std::vector<std::pair<std::string, std::string>> required = {
      {"service", "shop"},
      {"image", "acme/shop"},
      {"registry", "{ username: robot, password: sesame }"},
      {"builder", "{ arch: amd64 }"},
      {"servers", "[ 1.1.1.1 ]"}};
  std::string text = "\n" + std::string(yaml) + "\n";
  for (const auto& [key, value] : required) {
    if (text.find("\n" + key + ":") == std::string::npos) text += key + ": " + value + "\n";
  }
  return text;
}

// The configuration of a deploy.yml with this text, through the real loader.
inline config::Configuration configured(std::string_view yaml = "", const std::string& destination = "") {
  const TemporaryFolder folder;
  config::LoadOptions options;
  options.config_file = folder.path() / "deploy.yml";
  std::ofstream(options.config_file) << completed(yaml);
  if (!destination.empty()) {
    options.destination = Destination(destination);
    std::ofstream(folder.path() / ("deploy." + destination + ".yml")) << "{}\n";
  }
  NoProcesses processes;
  EnvironmentMap environment;
  return config::load_configuration(options, environment, processes);
}

}  // namespace kamal::test
