#pragma once

#include <atomic>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "kamal/support/process.h"
#include "kamal/support/terminal.h"

namespace kamal {

// Writes to a terminal. Live lines stay below all text that goes through here, and are redrawn in place.
// Between calls, the cursor is visible, at the start of the line below them: what others write there, or a
// sudden end, destroys nothing. Thread-safe.
class LiveLines {
 public:
  struct Streams {
    std::function<void(std::string_view)> out, err;
    bool err_is_terminal = false;  // out is one
    std::function<std::optional<WindowSize>()> window_size{};
    // Whether no other program uses the terminal: while one does, nothing is drawn or erased. Null: always.
    std::function<bool()> is_ours{};
  };
  struct Line {
    std::string text;             // without control characters
    const char* style = nullptr;  // SGR code, or none
    bool operator==(const Line&) const = default;
  };

  explicit LiveLines(Streams streams) : streams_(std::move(streams)) {}

  void out(std::string_view text);
  void err(std::string_view text);
  // Replaces the lines; no lines removes them. Cuts what does not fit the window.
  void show(std::vector<Line> lines);
  // The cursor has moved: what was drawn stays. Async-signal-safe.
  void forget() noexcept { forgotten_ = true; }

  // While in scope, nothing is drawn: a prompt or another program uses the terminal. Text is written, or held
  // back until the end. Null: nothing happens.
  enum class Text { write, hold };
  class Pause {
   public:
    explicit Pause(LiveLines* lines, Text text = Text::write);
    ~Pause();
    Pause(const Pause&) = delete;
    Pause& operator=(const Pause&) = delete;

   private:
    LiveLines* const lines_;
    const Text text_;
  };

 private:
  void write(Stream stream, std::string_view text);
  WindowSize window() const;
  bool ours() const { return !streams_.is_ours || streams_.is_ours(); }
  bool may_draw() const;
  std::string back_to_start();
  std::string erasure();
  std::string drawing();

  const Streams streams_;
  std::mutex mutex_;
  std::vector<Line> lines_;
  std::vector<std::string> shown_;  // as drawn, without style
  WindowSize drawn_for_;
  bool at_line_start_ = true;
  int pauses_ = 0, holds_ = 0;
  std::vector<std::pair<Stream, std::string>> held_;
  std::atomic<bool> forgotten_ = false;
};

}  // namespace kamal
