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

// Splits a stream of a shell at its markers, however the bytes are chunked.
class FrameParser {
 public:
  struct Marker {
    std::string_view label;  // "begin", "end" or a step's number
    int status = 0;
  };
  struct Receiver {
    std::function<void(std::string_view)> text;
    std::function<void(const Marker&)> marker;
  };

  FrameParser(std::string marker, Receiver receiver)
      : marker_(std::move(marker)), receiver_(std::move(receiver)) {}

  void add(std::string_view bytes);
  // At end of stream: flushes a partial marker as text.
  void finish();

 private:
  size_t take_marker(std::string_view bytes);

  std::string marker_;
  Receiver receiver_;
  std::string pending_;
};

// Turns markers and output of both streams of a shell into step results and listener calls. A step ends once
// its marker was seen on both streams.
class ListProgress {
 public:
  // `first` is the first step of the list that this shell runs.
  ListProgress(const Steps& steps, size_t first, std::string_view nonce, StepListener& listener);
  ListProgress(const ListProgress&) = delete;
  ListProgress& operator=(const ListProgress&) = delete;

  void add(Stream stream, std::string_view bytes) { side(stream).parser.add(bytes); }
  // True once the shell has finished the list.
  bool is_done() const;
  // Ends the running step, if any, with `status`: the shell exited or was lost.
  void abort(int status);
  // Results from `first` on, in order. Call once, at the end.
  std::vector<StepResult> take_results();

 private:
  struct Side {
    FrameParser parser;
    bool began = false;
    std::optional<int> end_status;
    size_t step = 0;      // that the next text belongs to
    size_t emitted = 0;   // bytes of the current step's output reported to the listener
    size_t searched = 0;  // bytes searched for line ends
  };
  struct Progress {
    StepResult result;
    std::optional<int> status;
    int markers = 0;
  };

  Side& side(Stream stream) { return stream == Stream::out ? out_ : err_; }
  FrameParser make_parser(Stream stream, std::string_view nonce);
  std::string& output_of(Stream stream, size_t step);
  void on_text(Stream stream, std::string_view text);
  void on_marker(Stream stream, const FrameParser::Marker& marker);
  void forward_lines(Stream stream);
  void forward_rest(Stream stream);
  void start_step();
  void finish_step(int status);
  bool running() const { return started_ && current_ < steps_.size(); }
  void begin();

  const Steps& steps_;
  size_t first_;
  size_t current_;
  bool begun_ = false;
  bool started_ = false;
  bool stopped_ = false;
  StepListener& listener_;
  std::vector<Progress> progress_;  // of steps first_...
  std::chrono::steady_clock::time_point start_;
  Side out_, err_;
};

}  // namespace kamal::sshkit
