#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "kamal/yaml/emitter.h"
#include "kamal/yaml/reader.h"

// Any text is read or refused within bounds, and what is read comes back the same after it was written.

namespace {

bool same(const kamal::Value& a, const kamal::Value& b) {
  if (a.is_list() && b.is_list()) {
    if (a.list().size() != b.list().size()) return false;
    for (size_t i = 0; i < a.list().size(); ++i) {
      if (!same(a.list()[i], b.list()[i])) return false;
    }
    return true;
  }
  if (a.is_map() && b.is_map()) {
    if (a.map().size() != b.map().size()) return false;
    for (size_t i = 0; i < a.map().size(); ++i) {
      if (!same(a.map()[i].second, b.map()[i].second)) return false;
    }
    return true;
  }
  return a.is_scalar() && b.is_scalar() && a.text() == b.text();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  kamal::Value value;
  try {
    value = kamal::yaml::read(text, "fuzz.yml", {2000, 65536, 50}).value;
  } catch (const kamal::ConfigurationError&) {
    return 0;
  }
  const std::string written = kamal::yaml::emit(value);
  try {
    if (!same(value, kamal::yaml::read(written, "again.yml", {4000, 262144, 60}).value)) std::abort();
  } catch (const kamal::ConfigurationError&) {
    std::abort();
  }
  return 0;
}
