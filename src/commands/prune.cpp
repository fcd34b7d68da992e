#include "kamal/commands/prune.h"

#include <string>

#include "kamal/commands/base.h"
#include "kamal/support/quoting.h"

namespace kamal::commands {

Arguments Prune::service_filter() const { return {"--filter", "label=service=" + config_.service}; }

Command Prune::dangling_images() const { return docker({"image", "prune", "--force"}).add(service_filter()); }

Command Prune::tagged_images() const {
  const Command images = docker({"image", "ls"})
                             .add(service_filter())
                             .add(Arguments{"--format", "{{.ID}} {{.Repository}}:{{.Tag}}"});
  const Command in_use = docker({"container", "ls", "-a", "--format", "{{.Image}}\\|"}).add(service_filter());
  // Images of any container stay, and the latest tag, and what is dangling but in use.
  const std::string kept = shell_quote(config_.latest_image() + "\\|" + config_.repository() + ":<none>");
  const Argument pattern =
      Argument::syntax("\"" + substitute(pipe({in_use, {"tr", "-d", "\\n"}})).text() + "\"" + kept);
  return pipe({images,
               {"grep", "-v", "-w", "-e", pattern},
               {Argument::syntax("while read image tag; do docker rmi $tag; done")}});
}

Command Prune::app_containers(int retain) const {
  Command stopped = docker({"ps", "-q", "-a"}).add(service_filter());
  for (const char* status : {"created", "exited", "dead"}) {
    stopped.add(Arguments{"--filter", std::string("status=") + status});
  }
  return pipe({stopped,
               {"tail", "-n", "+" + std::to_string(retain + 1)},
               {Argument::syntax("while read container_id; do docker rm $container_id; done")}});
}

}  // namespace kamal::commands
