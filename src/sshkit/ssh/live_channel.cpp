#include "sshkit/ssh/live_channel.h"

#include <algorithm>
#include <array>
#include <new>
#include <string_view>
#include <utility>

namespace kamal::sshkit {
namespace {

// As much as goes out at once: libssh's socket blocks, and its buffer should stay small.
constexpr size_t most_at_once = 32 << 10;

int signal_number(std::string_view name) {
  constexpr std::array<std::pair<std::string_view, int>, 11> numbers{{{"HUP", 1},
                                                                      {"INT", 2},
                                                                      {"QUIT", 3},
                                                                      {"ILL", 4},
                                                                      {"ABRT", 6},
                                                                      {"FPE", 8},
                                                                      {"KILL", 9},
                                                                      {"SEGV", 11},
                                                                      {"PIPE", 13},
                                                                      {"ALRM", 14},
                                                                      {"TERM", 15}}};
  const auto* const found =
      std::find_if(numbers.begin(), numbers.end(), [&](const auto& entry) { return entry.first == name; });
  return found == numbers.end() ? 127 : found->second;
}

}  // namespace

LiveChannel::LiveChannel(ssh_session session, Opening opening, std::shared_ptr<Endpoint> endpoint,
                         Deadline answer_by)
    : session_(session), opening_(std::move(opening)), endpoint_(std::move(endpoint)), answer_by_(answer_by) {
  const auto* accepted = std::get_if<AcceptedChannel>(&opening_);
  channel_ = accepted != nullptr ? accepted->channel : ssh_channel_new(session);
  if (channel_ == nullptr) throw std::bad_alloc();
  callbacks_.userdata = this;
  callbacks_.channel_data_function = on_data;
  callbacks_.channel_eof_function = on_eof;
  callbacks_.channel_close_function = on_close;
  callbacks_.channel_exit_status_function = on_status;
  callbacks_.channel_exit_signal_function = on_signal;
  ssh_callbacks_init(&callbacks_);
  ssh_add_channel_callbacks(channel_, &callbacks_);
  if (accepted != nullptr) {
    state_ = State::running;
    answered_ = true;
    out_left_ = err_left_ = true;  // it may have got bytes before its callbacks
  }
}

LiveChannel::~LiveChannel() {
  ssh_remove_channel_callbacks(channel_, &callbacks_);
  ssh_channel_free(channel_);
}

bool LiveChannel::advance() {
  if (deadline() && Ticks::now() >= *deadline() && state_ < State::closing)
    refuse("the server did not answer in time");
  if (state_ == State::opening) advance_opening();
  // Only what is open can be closed.
  if ((state_ == State::preparing || state_ == State::running) && endpoint_->abandoned()) {
    if (answered_) apply_control();
    state_ = State::closing;
  }
  if (state_ == State::preparing) advance_preparing();
  if (state_ == State::running) advance_running();
  if (state_ == State::closing) close();
  return state_ != State::over;
}

void LiveChannel::lose(const std::string& why) {
  if (state_ == State::closing || state_ == State::over) return;
  deliver_rest();
  finish({{}, {}, why});
}

void LiveChannel::finish(const Ending& ending) {
  endpoint_->end(ending);
  state_ = State::closing;
}

void LiveChannel::refuse(std::string why) {
  // Where the connection broke, that is the reason: see lose().
  if (ssh_is_connected(session_) != 0) finish({{}, std::move(why), {}});
}

int LiveChannel::open() {
  if (const auto* way = std::get_if<ConnectRequest>(&opening_)) {
    return ssh_channel_open_forward(channel_, way->host.c_str(), way->port, "127.0.0.1", 0);
  }
  return ssh_channel_open_session(channel_);
}

void LiveChannel::advance_opening() {
  const int status = open();
  if (status == SSH_AGAIN) return;
  if (status != SSH_OK) return refuse(ssh_get_error(session_));
  state_ = State::preparing;
}

void LiveChannel::advance_preparing() {
  if (auto* run = std::get_if<RunRequest>(&opening_)) {
    if (run->window && !has_terminal_) {
      const int status = ssh_channel_request_pty_size(channel_, run->terminal.c_str(), run->window->columns,
                                                      run->window->rows);
      if (status == SSH_AGAIN) return;
      if (status != SSH_OK) return refuse("the server gives no terminal");
      has_terminal_ = true;
    }
    // A server that forwards no agent is still good for everything else.
    if (run->forward_agent) ssh_channel_request_auth_agent(channel_);
  } else {
    answered_ = true;
  }
  state_ = State::running;
}

// The command's input is sent behind the request without waiting for the answer: a round trip saved.
void LiveChannel::advance_running() {
  if (!answered_) {
    const int status = ssh_channel_request_exec(channel_, std::get<RunRequest>(opening_).command.c_str());
    if (status != SSH_AGAIN) answered_ = true;
    if (status == SSH_ERROR && !closed_) return refuse("the server runs no commands");
  }
  deliver_rest();
  if (std::holds_alternative<AcceptedChannel>(opening_)) {
    eof_received_ = eof_received_ || ssh_channel_is_eof(channel_) != 0;
    closed_ = closed_ || ssh_channel_is_closed(channel_) != 0;
  }
  if (eof_received_ && !out_left_ && !eof_delivered_) {
    eof_delivered_ = true;
    endpoint_->receive_eof();
  }
  if (closed_) {
    if (!out_left_ && !err_left_) finish(ending_);
    return;
  }
  send();
  if (answered_) apply_control();
}

void LiveChannel::deliver_rest() {
  if (out_left_) deliver_rest(Stream::out, out_left_);
  if (err_left_) deliver_rest(Stream::err, err_left_);
}

void LiveChannel::deliver_rest(Stream stream, bool& left) {
  std::array<char, 32 << 10> buffer;
  for (size_t room; (room = endpoint_->room()) > 0;) {
    const uint32_t wanted = static_cast<uint32_t>(std::min(room, buffer.size()));
    const int count =
        ssh_channel_read_nonblocking(channel_, buffer.data(), wanted, stream == Stream::err ? 1 : 0);
    if (count <= 0) {
      left = false;
      return;
    }
    endpoint_->receive(stream, {buffer.data(), static_cast<size_t>(count)});
  }
}

void LiveChannel::send() {
  const bool writable = (ssh_get_poll_flags(session_) & SSH_WRITE_PENDING) == 0;
  const std::string_view text = endpoint_->outgoing();
  if (!text.empty() && writable && ssh_channel_window_size(channel_) > 0) {
    const int count =
        ssh_channel_write(channel_, text.data(), static_cast<uint32_t>(std::min(text.size(), most_at_once)));
    if (count > 0) endpoint_->sent(static_cast<size_t>(count));
  }
  if (!eof_sent_ && endpoint_->finished()) eof_sent_ = ssh_channel_send_eof(channel_) != SSH_ERROR;
}

void LiveChannel::apply_control() {
  const Endpoint::Control control = endpoint_->control();
  if (control.window && has_terminal_) {
    ssh_channel_change_pty_size(channel_, control.window->columns, control.window->rows);
  }
  if (control.signal != nullptr) ssh_channel_request_send_signal(channel_, control.signal);
}

void LiveChannel::close() {
  if (ssh_is_connected(session_) != 0 && ssh_channel_is_open(channel_) != 0 &&
      ssh_channel_close(channel_) == SSH_AGAIN)
    return;
  state_ = State::over;
}

int LiveChannel::on_data(ssh_session, ssh_channel, void* data, uint32_t length, int is_error, void* self) {
  auto& channel = *static_cast<LiveChannel*>(self);
  bool& left = is_error != 0 ? channel.err_left_ : channel.out_left_;
  if (channel.state_ == State::closing || channel.state_ == State::over) return static_cast<int>(length);
  const size_t taken = left ? 0 : std::min<size_t>(channel.endpoint_->room(), length);
  if (taken > 0) {
    channel.endpoint_->receive(is_error != 0 ? Stream::err : Stream::out,
                               {static_cast<const char*>(data), taken});
  }
  if (taken < length) left = true;
  return static_cast<int>(taken);
}

void LiveChannel::on_eof(ssh_session, ssh_channel, void* self) {
  static_cast<LiveChannel*>(self)->eof_received_ = true;
}

void LiveChannel::on_close(ssh_session, ssh_channel, void* self) {
  static_cast<LiveChannel*>(self)->closed_ = true;
}

void LiveChannel::on_status(ssh_session, ssh_channel, int status, void* self) {
  static_cast<LiveChannel*>(self)->ending_.status = status;
}

void LiveChannel::on_signal(ssh_session, ssh_channel, const char* signal, int, const char*, const char*,
                            void* self) {
  static_cast<LiveChannel*>(self)->ending_.status = 128 + signal_number(signal);
}

}  // namespace kamal::sshkit
