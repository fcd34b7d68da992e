#pragma once

#include "cli/context.h"

namespace kamal::cli {

// `kamal build ...`, one function each.
void build_deliver(Context& context);
void build_push(Context& context);
void build_pull(Context& context);
void build_create(Context& context);
void build_remove(Context& context);
void build_details(Context& context);
void build_dev(Context& context);

enum class Pushed { no, yes };  // by this run
void pull_image(Context& context, Pushed pushed);

}  // namespace kamal::cli
