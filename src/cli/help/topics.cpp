#include "cli/help/topics.h"

namespace kamal::cli {

std::vector<Topic> topics() {
  return {
      {"Exit status",
       "",
       {
           {"0", "Success."},
           {"1", "Failure. The error says what went wrong and how to fix it."},
           {"128 + N",
            "Killed by signal N (130: Ctrl-C). The first signal releases the deploy lock; a second one exits "
            "at once."},
           {"of the program", "Exit status of the interactive command (exec -i)."},
       }},
      {"Environment",
       "",
       {
           {"VERSION", "App version to use if --version is not set."},
           {"KAMAL_ERB_TIMEOUT",
            "Timeout in seconds for each command run by a template (default: 60; 0: none)."},
           {"KAMAL_SECRETS_TIMEOUT",
            "Timeout in seconds for each secrets-file command or vault CLI call (default: 600; 0: none)."},
           {"SSH_AUTH_SOCK", "Socket of your SSH agent."},
           {"TMPDIR", "Directory for the git clone that images are built from (else TMP, TEMP or /tmp)."},
           {"NO_COLOR", "Disable colors."},
           {"COLUMNS", "Width of help, from 80 to 110."},
       }},
      {"Files",
       "Relative to the working directory:",
       {
           {"config/deploy.yml", "The configuration; see `kamal docs`."},
           {"config/deploy.DEST.yml", "Merged over it with -d DEST."},
           {".kamal/secrets-common", "Secrets of all destinations."},
           {".kamal/secrets", "Secrets without a destination."},
           {".kamal/secrets.DEST", "Secrets of a destination."},
           {".kamal/hooks/NAME", "Hooks, run during a deploy; `kamal init` writes samples."},
       }},
  };
}

}  // namespace kamal::cli
