#include "sshkit/ssh/framing.h"

#include <algorithm>
#include <charconv>

#include "sshkit/script.h"

namespace kamal::sshkit {
namespace {

// A mark's line is `MARK LABEL STATUS`; anything longer behind a mark isn't one of ours.
constexpr size_t longest_label_and_status = 32;

std::optional<int> number_in(std::string_view text) {
  int number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size() || number < 0) return std::nullopt;
  return number;
}

std::optional<FrameParser::Mark> mark_in(std::string_view line) {
  const size_t space = line.find(' ');
  if (space == std::string_view::npos) return std::nullopt;
  const std::optional<int> status = number_in(line.substr(space + 1));
  if (!status) return std::nullopt;
  return FrameParser::Mark{line.substr(0, space), *status};
}

// How many bytes at the end of `bytes` may be the start of a mark.
size_t partial_mark(std::string_view bytes, std::string_view mark) {
  for (size_t length = std::min(bytes.size(), mark.size() - 1); length > 0; --length) {
    if (bytes.ends_with(mark.substr(0, length))) return length;
  }
  return 0;
}

}  // namespace

// The length of the mark that `bytes` start with: 0 while it isn't complete.
size_t FrameParser::take_mark(std::string_view bytes) {
  const std::string_view behind = bytes.substr(mark_.size());
  const size_t end = behind.substr(0, longest_label_and_status + 1).find('\n');
  if (end == std::string_view::npos && behind.size() <= longest_label_and_status) return 0;
  const auto mark = end == std::string_view::npos ? std::nullopt : mark_in(behind.substr(0, end));
  if (!mark) {
    receiver_.text(bytes.substr(0, mark_.size()));
    return mark_.size();
  }
  receiver_.mark(*mark);
  return mark_.size() + end + 1;
}

void FrameParser::add(std::string_view bytes) {
  std::string joined;
  if (!held_.empty()) {
    joined = std::move(held_).append(bytes);
    bytes = joined;
    held_.clear();
  }
  while (!bytes.empty()) {
    const size_t at = bytes.find(mark_);
    const size_t text = at != std::string_view::npos ? at : bytes.size() - partial_mark(bytes, mark_);
    if (text > 0) receiver_.text(bytes.substr(0, text));
    bytes.remove_prefix(text);
    if (at == std::string_view::npos) break;
    const size_t taken = take_mark(bytes);
    if (taken == 0) break;
    bytes.remove_prefix(taken);
  }
  held_ = bytes;
}

void FrameParser::finish() {
  const std::string rest = std::exchange(held_, {});
  if (!rest.empty()) receiver_.text(rest);
}

ListProgress::ListProgress(const Steps& steps, size_t first, std::string_view nonce, StepListener& listener)
    : steps_(steps),
      first_(first),
      current_(first),
      listener_(listener),
      progress_(steps.size() - first),
      out_{make_parser(Stream::out, nonce), false, {}, first, 0, 0},
      err_{make_parser(Stream::err, nonce), false, {}, first, 0, 0} {}

FrameParser ListProgress::make_parser(Stream stream, std::string_view nonce) {
  return {frame_mark(nonce),
          {[this, stream](std::string_view text) { on_text(stream, text); },
           [this, stream](const FrameParser::Mark& mark) { on_mark(stream, mark); }}};
}

bool ListProgress::ended() const { return out_.end_status && err_.end_status; }

std::string& ListProgress::text_of(Stream stream, size_t step) {
  StepResult& result = progress_[step - first_].result;
  return stream == Stream::out ? result.out : result.err;
}

void ListProgress::on_text(Stream stream, std::string_view text) {
  Side& from = side(stream);
  if (from.end_status || from.step >= steps_.size())
    return;  // nobody's: a background process that is still talking
  text_of(stream, from.step) += text;
  if (running() && from.began && from.step == current_) pass_on_lines(stream);
}

void ListProgress::on_mark(Stream stream, const FrameParser::Mark& mark) {
  Side& from = side(stream);
  if (mark.label == "begin") {
    if (std::exchange(from.began, true) || from.step != first_) return;
    text_of(stream, first_).clear();  // what a log-in script said
    begin();
  } else if (mark.label == "end") {
    from.end_status = mark.status;
    if (ended()) break_off(mark.status);
  } else if (from.step < steps_.size() && number_in(mark.label) == static_cast<int>(from.step)) {
    Progress& step = progress_[from.step - first_];
    step.status = mark.status;
    ++step.marks;
    ++from.step;
    while (running() && progress_[current_ - first_].marks == 2)
      finish_step(*progress_[current_ - first_].status);
  }
}

void ListProgress::begin() {
  if (!std::exchange(begun_, true)) start_step();
}

void ListProgress::pass_on_lines(Stream stream) {
  Side& from = side(stream);
  const std::string_view text = text_of(stream, current_);
  for (size_t end; (end = text.find('\n', from.searched)) != std::string_view::npos;) {
    listener_.output(current_, stream, text.substr(from.emitted, end - from.emitted));
    from.emitted = from.searched = end + 1;
  }
  from.searched = text.size();
}

void ListProgress::pass_on_rest(Stream stream) {
  pass_on_lines(stream);
  Side& from = side(stream);
  const std::string_view text = text_of(stream, current_);
  if (from.emitted < text.size()) listener_.output(current_, stream, text.substr(from.emitted));
  from.emitted = from.searched = 0;
}

void ListProgress::start_step() {
  if (current_ >= steps_.size() || over_) return;
  started_ = true;
  start_ = std::chrono::steady_clock::now();
  listener_.started(current_);
  if (out_.began) pass_on_lines(Stream::out);
  if (err_.began) pass_on_lines(Stream::err);
}

void ListProgress::finish_step(int status) {
  pass_on_rest(Stream::out);
  pass_on_rest(Stream::err);
  StepResult& result = progress_[current_ - first_].result;
  result.status = status;
  result.took =
      std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - start_);
  started_ = false;
  if (status != 0 && steps_[current_].on_failure == OnFailure::stop) over_ = true;
  listener_.finished(current_, result);
  ++current_;
  start_step();
}

void ListProgress::break_off(int status) {
  begin();
  if (!running()) return;
  out_.parser.finish();
  err_.parser.finish();
  over_ = true;
  finish_step(status == 0 ? 1 : status);
}

std::vector<StepResult> ListProgress::take_results() {
  std::vector<StepResult> results;
  for (size_t i = first_; i < current_; ++i) results.push_back(std::move(progress_[i - first_].result));
  return results;
}

}  // namespace kamal::sshkit
