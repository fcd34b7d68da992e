#pragma once

#include <string>
#include <vector>

namespace kamal::cli {

// A section of help that belongs to no single command.
struct Topic {
  struct Entry {
    std::string name, meaning;
  };
  std::string title;
  std::string introduction;
  std::vector<Entry> entries;
};

std::vector<Topic> topics();

}  // namespace kamal::cli
