#include "config/schema/table.h"

namespace kamal::schema {
namespace {

constinit const Shape word_or_words{.text = true, .items = &text};

}  // namespace

constinit const Shape text{.text = true};
constinit const Shape optional_text{.text = true, .null = true};
constinit const Shape flag{.text = true, .null = true, .items = &optional_text};
constinit const Shape host{
    .text = true, .entries = &word_or_words, .single = true, .words = "a host, or a host: and its tags"};
constinit const Shape environment{.entries = &text, .section = env, .words = "a map of variables"};

const std::vector<const Section*>& sections() {
  static const std::vector<const Section*> all = {
      &accessory(), &alias(), &boot(),     &builder(), &configuration(), &env(), &logging(),
      &output(),    &proxy(), &registry(), &role(),    &servers(),       &ssh(), &sshkit()};
  return all;
}

}  // namespace kamal::schema
