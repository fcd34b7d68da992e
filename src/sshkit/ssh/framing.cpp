#include "sshkit/ssh/framing.h"

#include <algorithm>

#include "kamal/support/strings.h"
#include "sshkit/ssh/script.h"

namespace kamal::sshkit {
namespace {

// A marker line is `MARKER LABEL STATUS`; a longer one is text.
constexpr size_t max_label_and_status = 32;

std::optional<FrameParser::Marker> parse_marker(std::string_view line) {
  const size_t space = line.find(' ');
  if (space == std::string_view::npos) return std::nullopt;
  const std::optional<int> status = parse_integer<int>(line.substr(space + 1));
  if (!status || *status < 0) return std::nullopt;
  return FrameParser::Marker{line.substr(0, space), *status};
}

// Length of the longest suffix of `bytes` that may start a marker.
size_t partial_marker(std::string_view bytes, std::string_view marker) {
  for (size_t length = std::min(bytes.size(), marker.size() - 1); length > 0; --length) {
    if (bytes.ends_with(marker.substr(0, length))) return length;
  }
  return 0;
}

}  // namespace

// Length of the marker at the start of `bytes`; 0 if incomplete.
size_t FrameParser::take_marker(std::string_view bytes) {
  const std::string_view rest = bytes.substr(marker_.size());
  const size_t end = rest.substr(0, max_label_and_status + 1).find('\n');
  if (end == std::string_view::npos && rest.size() <= max_label_and_status) return 0;
  const auto marker = end == std::string_view::npos ? std::nullopt : parse_marker(rest.substr(0, end));
  if (!marker) {
    receiver_.text(bytes.substr(0, marker_.size()));
    return marker_.size();
  }
  receiver_.marker(*marker);
  return marker_.size() + end + 1;
}

void FrameParser::add(std::string_view bytes) {
  std::string joined;
  if (!pending_.empty()) {
    joined = std::move(pending_).append(bytes);
    bytes = joined;
    pending_.clear();
  }
  while (!bytes.empty()) {
    const size_t at = bytes.find(marker_);
    const size_t text = at != std::string_view::npos ? at : bytes.size() - partial_marker(bytes, marker_);
    if (text > 0) receiver_.text(bytes.substr(0, text));
    bytes.remove_prefix(text);
    if (at == std::string_view::npos) break;
    const size_t taken = take_marker(bytes);
    if (taken == 0) break;
    bytes.remove_prefix(taken);
  }
  pending_ = bytes;
}

void FrameParser::finish() {
  const std::string rest = std::exchange(pending_, {});
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
  return {frame_marker(nonce),
          {[this, stream](std::string_view text) { on_text(stream, text); },
           [this, stream](const FrameParser::Marker& marker) { on_marker(stream, marker); }}};
}

bool ListProgress::is_done() const { return out_.end_status && err_.end_status; }

std::string& ListProgress::output_of(Stream stream, size_t step) {
  StepResult& result = progress_[step - first_].result;
  return stream == Stream::out ? result.out : result.err;
}

void ListProgress::on_text(Stream stream, std::string_view text) {
  Side& from = side(stream);
  if (from.end_status || from.step >= steps_.size()) return;  // output of a background process
  output_of(stream, from.step) += text;
  if (running() && from.began && from.step == current_) forward_lines(stream);
}

void ListProgress::on_marker(Stream stream, const FrameParser::Marker& marker) {
  Side& from = side(stream);
  if (marker.label == "begin") {
    if (std::exchange(from.began, true) || from.step != first_) return;
    output_of(stream, first_).clear();  // output of login scripts
    begin();
  } else if (marker.label == "end") {
    from.end_status = marker.status;
    if (is_done()) abort(marker.status);
  } else if (from.step < steps_.size() && parse_integer<int>(marker.label) == static_cast<int>(from.step)) {
    Progress& step = progress_[from.step - first_];
    step.status = marker.status;
    ++step.markers;
    ++from.step;
    while (running() && progress_[current_ - first_].markers == 2)
      finish_step(*progress_[current_ - first_].status);
  }
}

void ListProgress::begin() {
  if (!std::exchange(begun_, true)) start_step();
}

void ListProgress::forward_lines(Stream stream) {
  Side& from = side(stream);
  const std::string_view text = output_of(stream, current_);
  for (size_t end; (end = text.find('\n', from.searched)) != std::string_view::npos;) {
    listener_.output(current_, stream, text.substr(from.emitted, end - from.emitted));
    from.emitted = from.searched = end + 1;
  }
  from.searched = text.size();
}

void ListProgress::forward_rest(Stream stream) {
  forward_lines(stream);
  Side& from = side(stream);
  const std::string_view text = output_of(stream, current_);
  if (from.emitted < text.size()) listener_.output(current_, stream, text.substr(from.emitted));
  from.emitted = from.searched = 0;
}

void ListProgress::start_step() {
  if (current_ >= steps_.size() || stopped_) return;
  started_ = true;
  start_ = std::chrono::steady_clock::now();
  listener_.started(current_);
  if (out_.began) forward_lines(Stream::out);
  if (err_.began) forward_lines(Stream::err);
}

void ListProgress::finish_step(int status) {
  forward_rest(Stream::out);
  forward_rest(Stream::err);
  StepResult& result = progress_[current_ - first_].result;
  result.status = status;
  result.took =
      std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - start_);
  started_ = false;
  if (status != 0 && steps_[current_].on_failure == OnFailure::stop) stopped_ = true;
  listener_.finished(current_, result);
  ++current_;
  start_step();
}

void ListProgress::abort(int status) {
  begin();
  if (!running()) return;
  out_.parser.finish();
  err_.parser.finish();
  stopped_ = true;
  finish_step(status == 0 ? 1 : status);
}

std::vector<StepResult> ListProgress::take_results() {
  std::vector<StepResult> results;
  for (size_t i = first_; i < current_; ++i) results.push_back(std::move(progress_[i - first_].result));
  return results;
}

}  // namespace kamal::sshkit
