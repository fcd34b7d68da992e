#pragma once

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <string>

#include "kamal/support/files.h"

namespace kamal::test {

// A file of docs/ is what the program makes of its tables. With UPDATE_DOCS in the environment it is written
// instead of compared. KAMAL_DOCUMENTS is the folder.
inline void expect_committed(const std::string& name, const std::string& text) {
  const std::filesystem::path file = std::filesystem::path(KAMAL_DOCUMENTS) / name;
  if (std::getenv("UPDATE_DOCS")) write_file(file, text);
  EXPECT_EQ(read_file_if_exists(file).value_or(""), text)
      << "docs/" << name << " is not what the table makes: run this test with UPDATE_DOCS=1";
}

}  // namespace kamal::test
