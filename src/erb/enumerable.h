#pragma once

#include <vector>

#include "erb/call.h"

namespace kamal::erb {

// What `each` yields of a list, hash or range. A TypeError for other values.
std::vector<Value> elements(Interpreter& in, const Value& value);
inline std::vector<Value> elements(const Call& call) { return elements(call.in, call.self); }

// -1, 0 or 1; an ArgumentError if the two cannot be compared.
int ordered(const Call& call, const Value& a, const Value& b);
// Without those that are equal to an earlier one, or for which the call's block gives the same.
std::vector<Value> unique(const Call& call, const std::vector<Value>& values);
// The hash of [key, value] lists, or of what the call's block makes of each value.
Value pairs_to_hash(const Call& call, const std::vector<Value>& values);

}  // namespace kamal::erb
