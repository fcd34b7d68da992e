#pragma once

#include <vector>

#include "erb/methods.h"

namespace kamal::erb {

// What `each` would give of a list, hash, range or enumerator. Throws a TypeError for other values.
std::vector<Value> elements(Interpreter& in, const Value& value);
inline std::vector<Value> elements(const Call& call) { return elements(call.in, call.self); }

// In order, by <=> or by the call's block.
void sort(const Call& call, std::vector<Value>& values);
// -1, 0 or 1; an ArgumentError where the two cannot be compared.
int ordered(const Call& call, const Value& a, const Value& b);
Value sum(const Call& call, const std::vector<Value>& values);
// The hash of [key, value] lists.
Value pairs_to_hash(const Call& call, const std::vector<Value>& pairs);
std::vector<Value> unique(const Call& call, const std::vector<Value>& values);
bool is_endless(const Range& range);
bool is_blank(const Value& value);

}  // namespace kamal::erb
