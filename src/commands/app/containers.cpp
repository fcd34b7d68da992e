#include "kamal/commands/app.h"
#include "kamal/commands/base.h"

namespace kamal::commands {

Command App::list_containers() const { return docker({"container", "ls", "--all"}).add(container_filters()); }

Command App::list_container_names() const {
  return list_containers().add(Arguments{"--format", "{{ .Names }}"});
}

Command App::remove_container(const Version& version) const {
  return pipe_to_xargs(container_id_for_version(version), docker({"container", "rm"}));
}

Command App::rename_container(const Version& version, const Version& new_version) const {
  return docker({"rename", word(container_name(version)), word(container_name(new_version))});
}

Command App::remove_containers() const {
  return docker({"container", "prune", "--force"}).add(container_filters());
}

Command App::container_health_log(const Version& version) const {
  return pipe_to_xargs(container_id_for_version(version),
                       docker({"inspect", "--format", "{{json .State.Health}}"}));
}

Command App::list_images() const { return docker({"image", "ls", config_.repository()}); }

Command App::list_image_tags() const { return list_images().add(Arguments{"--format", "{{.ID}} {{.Tag}}"}); }

Command App::remove_images() const {
  return docker({"image", "prune", "--all", "--force", "--filter", "label=service=" + config_.service});
}

Command App::tag_latest_image() const {
  return docker({"tag", word(config_.absolute_image(version_)), config_.latest_image()});
}

}  // namespace kamal::commands
