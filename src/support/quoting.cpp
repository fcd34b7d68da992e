#include "kamal/support/quoting.h"

#include <algorithm>

#include "kamal/support/encoding.h"
#include "kamal/support/strings.h"

namespace kamal {
namespace {

bool needs_no_quotes(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) { return is_alphanumeric(c, "_-./:=,@%+"); });
}

// The length of the expansion that starts at the `$` at `at`; 0 for a literal dollar sign.
size_t expansion_length(std::string_view text, size_t at) {
  if (text.substr(at).starts_with("${")) {
    const size_t end = text.find('}', at);
    return end == std::string_view::npos ? 0 : end - at + 1;
  }
  return at == 0 && text.starts_with("$PWD") ? 4 : 0;
}

// Reads one shell word; false for an unterminated quote.
class WordReader {
 public:
  explicit WordReader(std::string_view text) : text_(text) {}

  bool read(std::vector<std::string>& words) {
    for (; at_ < text_.size(); ++at_) {
      const char c = text_[at_];
      if (c == ' ' || c == '\t' || c == '\n') {
        finish(words);
      } else if (c == '\'' || c == '"') {
        if (!quoted(c)) return false;
      } else if (c == '\\' && at_ + 1 < text_.size()) {
        add(text_[++at_]);
      } else {
        add(c);
      }
    }
    finish(words);
    return true;
  }

 private:
  void add(char c) {
    word_ += c;
    in_word_ = true;
  }

  void finish(std::vector<std::string>& words) {
    if (in_word_) words.push_back(word_);
    word_.clear();
    in_word_ = false;
  }

  bool quoted(char quote) {
    in_word_ = true;
    for (++at_; at_ < text_.size() && text_[at_] != quote; ++at_) {
      const bool escapes = quote == '"' && text_[at_] == '\\' && at_ + 1 < text_.size() &&
                           std::string_view("$`\"\\\n").find(text_[at_ + 1]) != std::string_view::npos;
      if (escapes) ++at_;
      word_ += text_[at_];
    }
    return at_ < text_.size();
  }

  std::string_view text_;
  size_t at_ = 0;
  std::string word_;
  bool in_word_ = false;
};

}  // namespace

std::string shell_quote(std::string_view text) {
  if (needs_no_quotes(text)) return std::string(text);
  return "'" + replace_all(text, "'", "'\\''") + "'";
}

std::string shell_quote_expanding(std::string_view text) {
  if (needs_no_quotes(text)) return std::string(text);
  std::string quoted = "\"";
  for (size_t at = 0; at < text.size(); ++at) {
    const char c = text[at];
    if (c == '$') {
      if (const size_t length = expansion_length(text, at)) {
        quoted += text.substr(at, length);
        at += length - 1;
        continue;
      }
    }
    if (c == '$' || c == '`' || c == '"' || c == '\\') quoted += '\\';
    quoted += c;
  }
  return quoted + "\"";
}

std::optional<std::vector<std::string>> shell_split(std::string_view text) {
  std::vector<std::string> words;
  if (!WordReader(text).read(words)) return std::nullopt;
  return words;
}

std::string shellwords_escape(std::string_view text) {
  if (text.empty()) return "''";
  std::string escaped;
  for (const char c : text) {
    if (c == '\n') {
      escaped += "'\n'";
    } else {
      if (!is_alphanumeric(c, "_-.,:+/@") && !continues_utf8_character(c)) escaped += '\\';
      escaped += c;
    }
  }
  return escaped;
}

}  // namespace kamal
