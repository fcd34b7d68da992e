#pragma once

#include <string_view>

#include "kamal/cli/run.h"

namespace kamal::cli {

// The terminal's alternate screen, from the first draw() while in scope. Restores the previous content.
class Screen {
 public:
  explicit Screen(const Effects& effects) : effects_(effects), pause_(effects.live_lines) {}
  ~Screen();
  Screen(const Screen&) = delete;
  Screen& operator=(const Screen&) = delete;

  // Replaces the content. Cuts lines that are too long, and trailing lines that do not fit.
  void draw(std::string_view text);
  bool drawn() const { return drawn_; }

 private:
  const Effects& effects_;
  const LiveLines::Pause pause_;
  bool drawn_ = false;
};

}  // namespace kamal::cli
