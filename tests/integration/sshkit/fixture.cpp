#include "integration/sshkit/fixture.h"

#include <pwd.h>
#include <unistd.h>

#include <fstream>

namespace kamal::sshkit {

std::string SshTest::own_user() { return getpwuid(geteuid())->pw_name; }

void SshTest::write_ssh_config(const std::string& text) {
  std::filesystem::create_directories(home_.path() / ".ssh");
  std::ofstream(home_.path() / ".ssh/config") << text;
}

}  // namespace kamal::sshkit
