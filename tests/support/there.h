#pragma once

#include <stdexcept>
#include <utility>

// What a test looks at may be missing, which must fail this test and leave the others running: indexes go
// through at(), the rest through these.
namespace kamal::test {

template <class List>
auto last(const List& list) {
  if (list.empty()) throw std::out_of_range("the list is empty");
  return list.back();
}

// What a pointer or an optional leads to.
template <class Pointer>
const auto& there(const Pointer& pointer) {
  if (!pointer) throw std::logic_error("it is missing");
  return *pointer;
}

}  // namespace kamal::test
