#pragma once

#include <libssh/libssh.h>

#include <memory>
#include <string>

namespace kamal::sshkit {

struct FreeSession {
  void operator()(ssh_session session) const { ssh_free(session); }
};
struct FreeKey {
  void operator()(ssh_key key) const { ssh_key_free(key); }
};
struct FreeString {
  void operator()(char* text) const { ssh_string_free_char(text); }
};

using SessionHandle = std::unique_ptr<ssh_session_struct, FreeSession>;
using KeyHandle = std::unique_ptr<ssh_key_struct, FreeKey>;
using TextHandle = std::unique_ptr<char, FreeString>;

// base64 of a public key, or of the public half of a private one.
inline std::string public_base64(ssh_key key) {
  char* text = nullptr;
  if (ssh_pki_export_pubkey_base64(key, &text) != SSH_OK) return {};
  return TextHandle(text).get();
}

}  // namespace kamal::sshkit
