#pragma once

#include "erb/ast.h"

namespace kamal::erb {

// Throws NotUnderstood for code that calls what the interpreter does not have, before any of it runs.
void check(const Program& program);

// The same for the files that ERB.new(File.read("name")) in it evaluates, and for those in them. What does
// not exist yet is left to the run.
void check_partials(const Program& program);

}  // namespace kamal::erb
