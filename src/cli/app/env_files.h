#pragma once

#include <mutex>
#include <set>
#include <string>

#include "cli/context.h"

namespace kamal::cli {

// The env file of a role's containers on a host.
std::string env_file_of(const Context& context, const config::Role& role, const Host& host);

// The env files of a run that uploads them before its hooks, which may start containers with them. Each is
// settled once its role boots on its host; if the run ends before, what was there comes back.
class EnvFiles {
 public:
  explicit EnvFiles(Context& context) : context_(context) {}

  // Those of the selected roles on a host.
  void add_upload(sshkit::Steps& steps, const Host& host);
  // Puts back what is not settled, after a failure or a signal. Takes no longer than a clean-up may; says
  // what could not be done.
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
