#include "cli/reference/topics.h"

namespace kamal::cli {

std::vector<Topic> topics() {
  return {
      {"Exit status",
       "",
       {
           {"0", "Everything was done as asked."},
           {"1", "It was not. The message says what went wrong, where, and what would be right."},
           {"128 + N",
            "Signal N ended the run, 130 after Ctrl-C. The first signal lets go of the deploy lock, a second "
            "one "
            "ends the run where it stands."},
           {"of the program", "What an interactive command (exec -i) ended with."},
       }},
      {"Environment",
       "",
       {
           {"VERSION", "App version to work with where --version is not given."},
           {"KAMAL_ERB_TIMEOUT",
            "Seconds that a command of a template, or ruby for one, may take: 60 by default, 0 for as long "
            "as it "
            "likes."},
           {"KAMAL_SECRETS_TIMEOUT",
            "Seconds that a command of a secrets file, or a vault's program, may take: 600 by default, 0 for "
            "as "
            "long as it likes."},
           {"SSH_AUTH_SOCK", "The agent that has keys for the servers."},
           {"TMPDIR", "Where the clone that images are built from is kept; else TMP, else TEMP, else /tmp."},
           {"NO_COLOR", "No colours on terminals."},
           {"COLUMNS", "Width of help, from 80 to 110."},
       }},
      {"Files",
       "Below the folder that kamal runs in:",
       {
           {"config/deploy.yml", "The configuration: `kamal docs` explains it."},
           {"config/deploy.DEST.yml", "What a destination adds to it, with -d DEST."},
           {".kamal/secrets-common", "Secrets of every destination."},
           {".kamal/secrets", "Secrets without a destination."},
           {".kamal/secrets.DEST", "Secrets of a destination."},
           {".kamal/hooks/NAME",
            "Programs that run at points of a deploy; what they may do there, `kamal init` "
            "shows with samples."},
       }},
  };
}

}  // namespace kamal::cli
