#pragma once

#include <array>
#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "kamal/sshkit/server.h"
#include "kamal/sshkit/step.h"

namespace kamal::sshkit {

// Takes one stream of a shell apart at its marks, however the bytes are cut into pieces.
class FrameParser {
 public:
  struct Mark {
    std::string_view label;  // "begin", "end" or a step's number
    int status = 0;
  };
  struct Receiver {
    std::function<void(std::string_view)> text;
    std::function<void(const Mark&)> mark;
  };

  FrameParser(std::string mark, Receiver receiver) : mark_(std::move(mark)), receiver_(std::move(receiver)) {}

  void add(std::string_view bytes);
  // No more bytes will come: what was held back is text.
  void finish();

 private:
  size_t take_mark(std::string_view bytes);

  std::string mark_;
  Receiver receiver_;
  std::string held_;
};

// Follows a list of steps on a shell: marks and output of both streams become results and calls of a
// listener. A step runs from the mark before it to its own mark on both streams.
class ListProgress {
 public:
  // Steps before `first` are over; their results aren't wanted any more.
  ListProgress(const Steps& steps, size_t first, std::string_view nonce, StepListener& listener);
  ListProgress(const ListProgress&) = delete;
  ListProgress& operator=(const ListProgress&) = delete;

  void add(Stream stream, std::string_view bytes) { side(stream).parser.add(bytes); }
  // Has the shell said that it is done with the list?
  bool ended() const;
  // The shell ended the list, or is gone, in the middle of a step: that step's end. Does nothing where all is
  // well.
  void break_off(int status);
  // Steps that ran, in order, from `first` on. Call once, when the list is over.
  std::vector<StepResult> take_results();

 private:
  struct Side {
    FrameParser parser;
    bool began = false;
    std::optional<int> end_status;
    size_t step = 0;      // whose output the next text is
    size_t emitted = 0;   // of the current step's output, passed on to the listener
    size_t searched = 0;  // and looked through for line ends
  };
  struct Progress {
    StepResult result;
    std::optional<int> status;
    int marks = 0;
  };

  Side& side(Stream stream) { return stream == Stream::out ? out_ : err_; }
  FrameParser make_parser(Stream stream, std::string_view nonce);
  std::string& text_of(Stream stream, size_t step);
  void on_text(Stream stream, std::string_view text);
  void on_mark(Stream stream, const FrameParser::Mark& mark);
  void pass_on_lines(Stream stream);
  void pass_on_rest(Stream stream);
  void start_step();
  void finish_step(int status);
  bool running() const { return started_ && current_ < steps_.size(); }
  void begin();

  const Steps& steps_;
  size_t first_;
  size_t current_;
  bool begun_ = false;
  bool started_ = false;
  bool over_ = false;
  StepListener& listener_;
  std::vector<Progress> progress_;  // of steps first_...
  std::chrono::steady_clock::time_point start_;
  Side out_, err_;
};

}  // namespace kamal::sshkit
