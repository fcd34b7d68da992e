#pragma once

#include <mutex>
#include <set>
#include <string>

#include "cli/context.h"

namespace kamal::cli {

// The env file of a role's containers on a host.
std::string env_file_of(const Context& context, const config::Role& role, const Host& host);

// The env files of a run that uploads them before its hooks, which may start containers with them. Each is
// settled once its role boots on its host; if the run ends earlier, the previous file is restored.
class EnvFiles {
 public:
  explicit EnvFiles(Context& context) : context_(context) {}

  // Steps for the selected roles on a host.
  void add_upload(sshkit::Steps& steps, const Host& host);
  // Restores unsettled files after a failure or a signal, within the time for cleanup; reports what could not
  // be restored.
  void put_back();

 private:
  void put_back_on(sshkit::Remote& remote) const;

  Context& context_;
  std::mutex mutex_;
  std::set<Host> hosts_;  // that may have new files
};

// Whether EnvFiles uploaded the files that a boot needs.
enum class EnvUpload { to_do, done };

}  // namespace kamal::cli
