#include "sshkit/ssh/live_channel.h"

#include <algorithm>
#include <array>
#include <csignal>
#include <cstring>
#include <new>
#include <utility>

namespace kamal::sshkit {
namespace {

// Bytes per write: libssh's socket blocks, and its buffer should stay small.
constexpr size_t max_write = 32 << 10;

// 128 more is the status that a shell gives for it; 255 for one that has no number here.
int signal_number(std::string_view name) {
  for (int number = 1; number < NSIG; ++number) {
    const char* const known = sigabbrev_np(number);
    if (known != nullptr && name == known) return number;
  }
  return 127;
}

}  // namespace

LiveChannel::LiveChannel(ssh_session session, Opening opening, std::shared_ptr<Endpoint> endpoint,
                         Deadline reply_deadline)
    : session_(session),
      opening_(std::move(opening)),
      endpoint_(std::move(endpoint)),
      reply_deadline_(reply_deadline) {
  const auto* accepted = std::get_if<AcceptedChannel>(&opening_);
  channel_ = accepted != nullptr ? accepted->channel : ssh_channel_new(session);
  if (channel_ == nullptr) throw std::bad_alloc();
  add_callbacks();
  if (accepted != nullptr) {
    state_ = State::running;
    replied_ = true;
    stdout_pending_ = stderr_pending_ = true;  // bytes may have arrived before the callbacks were set
  }
}

void LiveChannel::add_callbacks() {
  callbacks_.userdata = this;
  callbacks_.channel_data_function = [](ssh_session, ssh_channel, void* data, uint32_t length, int is_stderr,
                                        void* self) {
    const Stream stream = is_stderr != 0 ? Stream::err : Stream::out;
    return static_cast<int>(
        static_cast<LiveChannel*>(self)->receive(stream, {static_cast<const char*>(data), length}));
  };
  callbacks_.channel_exit_status_function = [](ssh_session, ssh_channel, int status, void* self) {
    static_cast<LiveChannel*>(self)->result_.status = status;
  };
  callbacks_.channel_exit_signal_function = [](ssh_session, ssh_channel, const char* signal, int, const char*,
                                               const char*, void* self) {
    static_cast<LiveChannel*>(self)->result_.status = 128 + signal_number(signal);
  };
  ssh_callbacks_init(&callbacks_);
  ssh_add_channel_callbacks(channel_, &callbacks_);
}

LiveChannel::~LiveChannel() {
  ssh_remove_channel_callbacks(channel_, &callbacks_);
  ssh_channel_free(channel_);
}

bool LiveChannel::advance() {
  if (deadline() && Ticks::now() >= *deadline() && state_ < State::closing) refuse("timed out");
  if (state_ == State::opening) advance_opening();
  // Only an open channel can be closed.
  if ((state_ == State::preparing || state_ == State::running) && endpoint_->abandoned()) {
    if (replied_) apply_control();
    state_ = State::closing;
  }
  if (state_ == State::preparing) advance_preparing();
  if (state_ == State::running) advance_running();
  if (state_ == State::closing) close();
  return state_ != State::done;
}

void LiveChannel::fail(const std::string& reason) {
  if (state_ == State::closing || state_ == State::done) return;
  deliver_pending();
  finish({{}, {}, reason});
}

void LiveChannel::finish(const ChannelResult& result) {
  endpoint_->set_result(result);
  state_ = State::closing;
}

void LiveChannel::refuse(std::string reason) {
  // If the connection broke, that is the reason: see fail().
  if (ssh_is_connected(session_) != 0) finish({{}, std::move(reason), {}});
}

int LiveChannel::open() {
  if (const auto* request = std::get_if<ConnectRequest>(&opening_)) {
    return ssh_channel_open_forward(channel_, request->host.c_str(), request->port, "127.0.0.1", 0);
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
      if (status != SSH_OK) return refuse("no terminal allocated");
      has_terminal_ = true;
    }
    // Agent forwarding is optional: a refusal is ignored.
    if (run->forward_agent) ssh_channel_request_auth_agent(channel_);
  } else {
    replied_ = true;
  }
  state_ = State::running;
}

// Input follows the exec request without waiting for its reply, to save a round trip.
void LiveChannel::advance_running() {
  if (!replied_) {
    const int status = ssh_channel_request_exec(channel_, std::get<RunRequest>(opening_).command.c_str());
    if (status != SSH_AGAIN) replied_ = true;
    if (status == SSH_ERROR && ssh_channel_is_closed(channel_) == 0) return refuse("request denied");
  }
  deliver_pending();
  if (ssh_is_connected(session_) == 0) return;  // see fail()
  // Both are true only after all data was read.
  if (ssh_channel_is_eof(channel_) != 0 && !std::exchange(eof_delivered_, true)) endpoint_->receive_eof();
  if (ssh_channel_is_closed(channel_) != 0) return finish(result_);
  send();
  if (replied_) apply_control();
}

void LiveChannel::deliver_pending() {
  std::array<char, 32 << 10> buffer;
  for (const Stream stream : {Stream::out, Stream::err}) {
    while (pending(stream)) {
      const size_t wanted = std::min(endpoint_->available(), buffer.size());
      if (wanted == 0) return;
      const int count = ssh_channel_read_nonblocking(channel_, buffer.data(), static_cast<uint32_t>(wanted),
                                                     stream == Stream::err ? 1 : 0);
      pending(stream) = count > 0;
      if (count > 0) endpoint_->receive(stream, {buffer.data(), static_cast<size_t>(count)});
    }
  }
}

void LiveChannel::send() {
  const bool writable = (ssh_get_poll_flags(session_) & SSH_WRITE_PENDING) == 0;
  const std::string_view text = endpoint_->outgoing();
  if (!text.empty() && writable && ssh_channel_window_size(channel_) > 0) {
    const int count =
        ssh_channel_write(channel_, text.data(), static_cast<uint32_t>(std::min(text.size(), max_write)));
    if (count > 0) endpoint_->consume(static_cast<size_t>(count));
  }
  if (!eof_sent_ && endpoint_->outgoing_done()) eof_sent_ = ssh_channel_send_eof(channel_) != SSH_ERROR;
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
  state_ = State::done;
}

size_t LiveChannel::receive(Stream stream, std::string_view bytes) {
  if (state_ == State::closing || state_ == State::done) return bytes.size();
  const size_t taken = pending(stream) ? 0 : std::min(endpoint_->available(), bytes.size());
  if (taken > 0) endpoint_->receive(stream, bytes.substr(0, taken));
  if (taken < bytes.size()) pending(stream) = true;
  return taken;
}

}  // namespace kamal::sshkit
