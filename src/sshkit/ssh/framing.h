#pragma once

#include <array>
#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "kamal/sshkit/server.h"

namespace kamal::sshkit {

// Starts the lines that a shell prints between the outputs of steps, before the step's number. `nonce` keeps
// command output from being taken for such a line.
std::string frame_marker(std::string_view nonce);

// Defines what lists need; sent once to each new shell.
std::string shell_prologue(std::string_view nonce);

// Values saved by earlier steps (Step::variable), by name.
using SavedValues = std::vector<std::pair<std::string, std::string>>;

// Makes a POSIX shell that reads it from standard input run steps[first...] in a subshell; the whole text is
// read before anything runs. After each step, a marker with its number and exit status is printed on both
// streams.
std::string list_script(const Steps& steps, size_t first, const SavedValues& saved, std::string_view nonce);

// The command that starts the shell for commands, readable by any login shell: bash if that is the login
// shell, since values in a project may rely on it ("${HOSTNAME}", "[["), otherwise sh. It runs `text`, or
// reads standard input.
std::string account_shell(const std::optional<std::string>& text = std::nullopt);

// Shell lines that end the shells of interrupted lists, with all their processes, and wait for that, 3 s at
// most.
std::string end_groups(const std::vector<int>& process_groups);

// A shell text that runs the command and kills it when the channel closes, which a background watcher
// notices. Kills the process group if the shell leads one, else only the command itself.
std::string with_watcher(const Command& command);

// Splits a stream of a shell at its markers, however the bytes are chunked.
class FrameParser {
 public:
  struct Marker {
    std::string_view label;  // "ready", "begin", "end" or a step's number
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
  // True once the shell reads what it is sent.
  bool has_started() const { return ready_ || begun_; }
  // True once the shell has finished the list.
  bool is_done() const;
  // Of the shell; 0 while it is unknown.
  int process_group() const { return process_group_; }
  // Ends the running step, if any, with `status`: the shell exited or was lost.
  void abort(int status);
  // Results from `first` on, in order. Call once, at the end.
  std::vector<StepResult> take_results();

 private:
  struct Side {
    FrameParser parser;
    bool began = false;
    std::optional<int> end_status;
    size_t step = 0;      // the step that the next text belongs to
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
  int process_group_ = 0;
  bool ready_ = false;
  bool begun_ = false;
  bool started_ = false;
  bool stopped_ = false;
  StepListener& listener_;
  std::vector<Progress> progress_;  // of steps first_...
  std::chrono::steady_clock::time_point start_;
  Side out_, err_;
};

}  // namespace kamal::sshkit
