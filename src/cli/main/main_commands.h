#pragma once

#include "cli/context.h"

namespace kamal::cli {

// Commands of kamal itself, one function each.
void setup(Context& context);
void deploy(Context& context);
void redeploy(Context& context);
void rollback(Context& context);
void show_details(Context& context);
void show_audit(Context& context);
void show_config(Context& context);
void remove_everything(Context& context);
void upgrade(Context& context);
void print_secrets(Context& context);

// Those that need no configuration.
void print_version(const Invocation& invocation, const Effects& effects);
void print_documentation(const Invocation& invocation, const Effects& effects);
void init_project(const Invocation& invocation, const Effects& effects);
void print_tree(const Invocation& invocation, const Effects& effects);
void print_help(const Invocation& invocation, const Effects& effects);
void print_completion(const Invocation& invocation, const Effects& effects);
void fetch_secrets(const Invocation& invocation, const Effects& effects);
void extract_secret(const Invocation& invocation, const Effects& effects);

}  // namespace kamal::cli
