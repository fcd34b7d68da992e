#pragma once

#include "erb/ast.h"

namespace kamal::erb {

// Throws NotUnderstood for the first call, constant or pattern that the interpreter does not know, before
// anything of the template has run: what runs a command must not find out in the middle that it can't go on.
void check(const Program& program);

}  // namespace kamal::erb
