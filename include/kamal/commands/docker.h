#pragma once

#include <string>

#include "kamal/support/command.h"

namespace kamal::commands {

// Docker itself, on a server.
Command install_docker();
Command docker_installed();  // its client
Command docker_running();    // its server
Command superuser();         // may we install packages and start services?
Command root();
Command in_docker_group();
Command add_to_docker_group();  // needs a new log-in afterwards
Command create_network();
Command inspect_image(const std::string& image);  // fails where the server lacks it

// Docker on this machine.
Command local_docker_installed();
Command local_buildx_installed();

// `build dev` asks which files a build sees: an image of the context that lists itself.
std::string context_check_dockerfile();
Command build_context_check(const std::string& dockerfile);
Command list_context_check();

}  // namespace kamal::commands
