#pragma once

#include <string_view>

#include "kamal/cli/run.h"

namespace kamal::cli {

// The terminal's alternate screen, from the first draw() while in scope. Restores the previous content.
class Screen {
 public:
  explicit Screen(const Effects& effects) : effects_(effects) {}
  ~Screen();
  Screen(const Screen&) = delete;
  Screen& operator=(const Screen&) = delete;

  // Replaces the content. Cuts lines that are too long, and trailing lines that do not fit.
  void draw(std::string_view text);
  bool drawn() const { return drawn_; }

 private:
  const Effects& effects_;
  bool drawn_ = false;
};

}  // namespace kamal::cli
