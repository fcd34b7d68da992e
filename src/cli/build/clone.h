#pragma once

#include "cli/context.h"
#include "kamal/commands/builder.h"

namespace kamal::cli {

// Makes the builder's clone a clean checkout of the revision, made anew where it can't be brought up to date.
// Throws Error (build).
void prepare_clone(Context& context, const commands::Builder& builder);

}  // namespace kamal::cli
