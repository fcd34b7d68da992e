#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "cli/context.h"
#include "cli/proxy/boot.h"
#include "kamal/commands/accessory.h"

namespace kamal::cli {

// One accessory and the selected hosts that it runs on; shared by the commands of the group. Booting is in
// boot.cpp.
class AccessoryRecipe {
 public:
  // Throws UsageError with the choices for a name that is not in deploy.yml.
  AccessoryRecipe(Context& context, const std::string& name);

  // Throws if a file or secret that the selected hosts need is missing.
  void check();
  // Which hosts need the secrets in env: those that lack the container, or all of them.
  enum class Env { of_new_containers, of_all };
  // Throws if a secret that the selected hosts need is missing or failed, or one for a registry or a
  // certificate is empty. Asks the hosts only if one in env is.
  void check_secrets(Env env);
  enum class Prepare { yes, no };
  void boot(Prepare prepare = Prepare::yes);
  void reboot();
  void upload();
  void directories();
  void start();
  void stop();
  void details();
  void pull_image();
  void remove();
  void remove_container();
  void remove_image();
  void remove_service_directory();

  const config::Accessory& accessory() const { return accessory_; }
  const commands::Accessory& commands() const { return commands_; }
  const std::vector<Host>& hosts() const { return hosts_; }

 private:
  bool lacks_container();
  void prepare();
  std::map<Host, std::optional<std::string>> states_of_containers();  // nothing for hosts to boot it on
  std::vector<Host> hosts_to_boot();
  sshkit::Steps boot_steps(const Host& host);
  void check_alive(sshkit::Remote& remote) const;
  Version version_of_error_pages() const;
  // Uploads what kamal-proxy reads at registration, and registers the accessory.
  void add_files_for_proxy(sshkit::Steps& steps) const;
  std::optional<Certificate> certificate() const;
  void add_registration(sshkit::Steps& steps) const;
  sshkit::Steps stop_steps() const;
  void remove_on(sshkit::Remote& remote);
  void remove_stopped_on(sshkit::Remote& remote);
  void remove_data_as_root(sshkit::Remote& remote, const sshkit::StepResult& failure);
  void remove_image_on(sshkit::Remote& remote);
  bool image_used_by_another(const Host& host) const;
  // The uploads; files are read and templates rendered once.
  const sshkit::Steps& read_files();
  void on_hosts(const sshkit::Steps& steps);

  Context& context_;
  const config::Accessory& accessory_;
  commands::Accessory commands_;
  std::vector<Host> hosts_;
  std::optional<sshkit::Steps> file_steps_;
  bool container_removed_ = false;  // by this run
};

}  // namespace kamal::cli
