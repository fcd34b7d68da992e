// Any bytes as what a shell on a server sends back.
#include <algorithm>
#include <cstdint>
#include <cstdlib>

#include "sshkit/ssh/framing.h"

namespace {

using namespace kamal;
using namespace kamal::sshkit;

void require(bool holds) {
  if (!holds) std::abort();
}

// Checks the order in which steps are told, and puts their lines together again.
class Checker : public StepListener {
 public:
  void started(size_t step) override {
    require(!running_ && step == next_);
    running_ = true;
    out_.clear();
    err_.clear();
  }
  void output(size_t step, Stream stream, std::string_view line) override {
    require(running_ && step == next_ && line.find('\n') == std::string_view::npos);
    (stream == Stream::out ? out_ : err_).append(line).append("\n");
  }
  void finished(size_t step, const StepResult& result) override {
    require(running_ && step == next_);
    require(same(out_, result.out) && same(err_, result.err));
    running_ = false;
    ++next_;
  }
  size_t finished_steps() const { return next_; }

 private:
  static bool same(const std::string& lines, const std::string& text) {
    return lines == text || lines == text + "\n";
  }

  bool running_ = false;
  size_t next_ = 0;
  std::string out_, err_;
};

struct Input {
  Steps steps;
  size_t piece = 1;
  std::string out, err;
};

// The first bytes choose steps and pieces; then a byte of 255 stands for a mark, and 254 changes the stream.
Input input_of(std::string_view bytes) {
  Input input;
  const auto take = [&] {
    const unsigned char byte = bytes.empty() ? 0 : static_cast<unsigned char>(bytes.front());
    if (!bytes.empty()) bytes.remove_prefix(1);
    return byte;
  };
  const unsigned shape = take();
  for (unsigned i = 0; i <= shape % 4; ++i) {
    const bool stops = (shape >> (2 + i) & 1) != 0;
    input.steps.push_back(
        {.action = Command{"true"}, .on_failure = stops ? OnFailure::stop : OnFailure::ignore});
  }
  input.piece = 1 + take() % 64;
  bool to_err = false;
  for (const char byte : bytes) {
    std::string& stream = to_err ? input.err : input.out;
    if (byte == '\xff') {
      stream += frame_marker("n");
    } else if (byte == '\xfe') {
      to_err = !to_err;
    } else {
      stream += byte;
    }
  }
  return input;
}

std::vector<StepResult> results_of(const Input& input, size_t piece) {
  Checker checker;
  ListProgress progress(input.steps, 0, "n", checker);
  for (size_t at = 0; at < std::max(input.out.size(), input.err.size()); at += piece) {
    if (at < input.out.size()) progress.add(Stream::out, std::string_view(input.out).substr(at, piece));
    if (at < input.err.size()) progress.add(Stream::err, std::string_view(input.err).substr(at, piece));
  }
  progress.abort(9);
  auto results = progress.take_results();
  require(results.size() == checker.finished_steps() && results.size() <= input.steps.size());
  return results;
}

// One stream alone, whatever its pieces.
std::string taken_apart(const std::string& bytes, size_t piece) {
  std::string story;
  FrameParser parser(
      frame_marker("n"),
      {[&](std::string_view text) { story += text; },
       [&](const FrameParser::Marker& mark) {
         story.append("<").append(mark.label).append(" ").append(std::to_string(mark.status)).append(">");
       }});
  for (size_t at = 0; at < bytes.size(); at += piece) parser.add(std::string_view(bytes).substr(at, piece));
  parser.finish();
  return story;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const Input input = input_of({reinterpret_cast<const char*>(data), size});
  results_of(input, input.piece);
  results_of(input, 1);
  require(taken_apart(input.out, input.piece) == taken_apart(input.out, input.out.size() + 1));
  return 0;
}
