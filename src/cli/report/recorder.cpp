#include "cli/report/recorder.h"

#include <algorithm>

#include "kamal/support/encoding.h"
#include "kamal/support/strings.h"

namespace kamal::cli {
namespace {

// A quarter for the beginning; the end usually explains a failure.
constexpr size_t max_head = OutputExcerpt::max_bytes / 4;
constexpr size_t max_tail = OutputExcerpt::max_bytes - max_head;

// The length of the leading lines that hold at least this much.
size_t lines_with(std::string_view text, size_t bytes) {
  if (bytes == 0) return 0;
  const size_t end = text.find('\n', bytes - 1);
  return end == std::string_view::npos ? text.size() : end + 1;
}

size_t count_lines(std::string_view text) {
  return static_cast<size_t>(std::count(text.begin(), text.end(), '\n'));
}

}  // namespace

void OutputExcerpt::add(std::string_view line) {
  const std::string text = shortened(line, max_line) + "\n";
  if (omitted_ == 0 && tail_.empty() && head_.size() + text.size() <= max_head) {
    head_ += text;
    return;
  }
  tail_ += text;
  if (tail_.size() > max_tail) drop(tail_.size() - max_tail);
}

void OutputExcerpt::drop(size_t bytes) {
  const size_t first = lines_with(tail_, std::min(bytes, tail_.size()));
  omitted_ += count_lines(std::string_view(tail_).substr(0, first));
  tail_.erase(0, first);
  if (first >= bytes) return;
  omitted_ += count_lines(head_);
  head_.clear();
}

std::string OutputExcerpt::text() const {
  if (omitted_ == 0 || size() == 0) return head_ + tail_;
  return head_ + "[" + counted(static_cast<int64_t>(omitted_), "line") + " omitted]\n" + tail_;
}

double Recorder::elapsed() const { return std::chrono::duration<double>(clock_.ticks() - start_).count(); }

Recorder::Recorded* Recorder::running(std::string_view id, std::string_view host) {
  const auto found = running_.find({std::string(host), std::string(id)});
  return found == running_.end() ? nullptr : found->second;
}

void Recorder::started(std::string_view id, std::string_view host, std::string_view command) {
  const std::lock_guard lock(mutex_);
  if (steps_.size() >= limits_.steps) {
    ++omitted_steps_;
    return;
  }
  steps_.push_back({.step = {.host = std::string(sshkit::shown_host(host)),
                             .phase = in_phase_ ? phases_.back().name : "",
                             .command = shortened(command, limits_.command),
                             .start = elapsed()},
                    .output = {}});
  running_[{std::string(host), std::string(id)}] = &steps_.back();
}

void Recorder::printed(std::string_view id, std::string_view host, Stream, std::string_view line) {
  const std::lock_guard lock(mutex_);
  Recorded* const recorded = running(id, host);
  if (!recorded) return;
  output_size_ -= recorded->output.size();
  recorded->output.add(line);
  output_size_ += recorded->output.size();
  make_room(recorded->output);
}

void Recorder::make_room(OutputExcerpt& current) {
  const auto drop = [&](OutputExcerpt& output, size_t bytes) {
    output_size_ -= output.size();
    output.drop(bytes);
    output_size_ += output.size();
  };
  for (; output_size_ > limits_.output && !droppable_.empty(); droppable_.pop_front())
    drop(*droppable_.front(), droppable_.front()->size());
  if (output_size_ > limits_.output) drop(current, output_size_ - limits_.output);
}

void Recorder::finished(std::string_view id, std::string_view host, const sshkit::CommandEnding& ending) {
  const std::lock_guard lock(mutex_);
  Recorded* const recorded = running(id, host);
  if (!recorded) return;
  recorded->step.ending = ending;
  if (ending.status == 0 || !ending.failure_matters) droppable_.push_back(&recorded->output);
  running_.erase({std::string(host), std::string(id)});
}

Timeline::Listener Recorder::phase_listener() {
  return {.began =
              [this](const std::string& phase) {
                const std::lock_guard lock(mutex_);
                phases_.push_back({.name = phase, .start = elapsed()});
                in_phase_ = true;
              },
          .ended =
              [this](const std::string&) {
                const std::lock_guard lock(mutex_);
                phases_.back().seconds = elapsed() - phases_.back().start;
                in_phase_ = false;
              }};
}

void Recorder::add_to(Report& report) const {
  const std::lock_guard lock(mutex_);
  report.seconds = elapsed();
  report.phases = phases_;
  report.omitted_steps = omitted_steps_;
  for (const Recorded& recorded : steps_) {
    Report::Step& step = report.steps.emplace_back(recorded.step);
    step.output = recorded.output.text();
    step.omitted_lines = recorded.output.omitted_lines();
  }
}

}  // namespace kamal::cli
