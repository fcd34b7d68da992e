#pragma once

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <stdlib.h>

#include "kamal/erb/template.h"
#include "kamal/yaml/value.h"

namespace kamal::test {

// Answers all commands alike and remembers them.
class RecordingProcesses : public Processes {
 public:
  ProcessResult run(const Process& process, const OutputSink& = nullptr) override {
    processes.push_back(process);
    return answer;
  }
  int run_attached(const Process&) override { return 0; }

  ProcessResult answer;
  std::vector<Process> processes;
};

// A template with a folder for files and programs, which are all there are.
class TemplateTest : public ::testing::Test {
 protected:
  TemplateTest() {
    std::string name = ::testing::TempDir() + "template.XXXXXX";
    folder_ = mkdtemp(name.data());
    context_.environment = {{"PATH", folder_.string()}};
    context_.processes = &processes_;
    context_.print = [this](const std::string& text) { printed_ += text; };
  }
  ~TemplateTest() override { std::filesystem::remove_all(folder_); }

  // The path of a new file.
  std::string file(const std::string& name, const std::string& content) {
    std::ofstream(folder_ / name, std::ios::binary) << content;
    return (folder_ / name).string();
  }
  void program(const std::string& name) {
    file(name, "#!/bin/sh\n");
    std::filesystem::permissions(folder_ / name, std::filesystem::perms::owner_all);
  }

  std::string render(const std::string& text) { return render_template(text, "config/deploy.yml", context_); }
  // What is wrong with a template, with its file and line; "" where nothing is.
  std::string problem(const std::string& text) {
    try {
      render(text);
    } catch (const ConfigurationError& error) {
      return error.problems().at(0).text();
    }
    return "";
  }

  std::filesystem::path folder_;
  RecordingProcesses processes_;
  TemplateContext context_;
  std::string printed_;
};

}  // namespace kamal::test
