#pragma once

#include "erb/ast.h"

namespace kamal::erb {

// As check(), for the files of `ERB.new(File.read("name"))`: throws NotUnderstood at the call. Other texts
// are only known while the template runs, and files that cannot be read are its own matter.
void check_inner_templates(const Program& program);

}  // namespace kamal::erb
