#pragma once

#include <stdlib.h>

#include <csignal>
#include <filesystem>
#include <string>

#include "kamal/support/interruption.h"
#include "kamal/support/process.h"
#include "kamal/support/system.h"

namespace kamal::test {

// Real programs, run from a process that ignores SIGPIPE as main() does.
class OnThisMachine {
 public:
  OnThisMachine() { std::signal(SIGPIPE, SIG_IGN); }
  ProcessResult run(const Process& process, const OutputSink& sink = nullptr) {
    return processes.run(process, sink);
  }
  ProcessResult sh(const std::string& script) { return run({.argv = {"/bin/sh", "-c", script}}); }

  Interruption interruption;
  SystemProcesses processes{interruption};
};

// A folder that goes away with the test.
class Folder {
 public:
  Folder() {
    std::string path = std::filesystem::temp_directory_path() / "kamal-test-XXXXXX";
    path_ = mkdtemp(path.data());
  }
  ~Folder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  const std::filesystem::path& path() const { return path_; }
  std::filesystem::path operator/(const std::string& name) const { return path_ / name; }

 private:
  std::filesystem::path path_;
};

}  // namespace kamal::test
