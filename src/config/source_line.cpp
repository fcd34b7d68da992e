#include "config/source_line.h"

#include <algorithm>

#include "kamal/support/strings.h"

namespace kamal::config {
namespace {

using Path = std::vector<std::string>;

constexpr size_t npos = std::string_view::npos;
constexpr size_t max_depth = 50;
// The name of no key.
constexpr const char* not_understood = "?";

bool is_blank(std::string_view line, size_t at) {
  return at >= line.size() || line[at] == ' ' || line[at] == '\t' || line[at] == '\r';
}

size_t skip_blanks(std::string_view line, size_t at) {
  while (at < line.size() && is_blank(line, at)) ++at;
  return at;
}

// `end` without trailing blanks.
size_t trimmed(std::string_view line, size_t begin, size_t end) {
  while (end > begin && is_blank(line, end - 1)) --end;
  return end;
}

Path below(Path path, std::string name) {
  path.push_back(std::move(name));
  return path;
}

// The end of a quoted string; the end of the line if it is not closed.
size_t end_of_quoted(std::string_view line, size_t at) {
  const char quote = line[at];
  for (++at; at < line.size(); ++at) {
    if (quote == '"' && line[at] == '\\') {
      ++at;
    } else if (line[at] == quote && quote == '\'' && line.substr(at + 1).starts_with('\'')) {
      ++at;
    } else if (line[at] == quote) {
      return at + 1;
    }
  }
  return line.size();
}

bool is_quote(char c) { return c == '"' || c == '\''; }

// Skips anchors and tags.
size_t skip_properties(std::string_view line, size_t at) {
  while (at < line.size() && (line[at] == '&' || line[at] == '!')) {
    while (!is_blank(line, at)) ++at;
    at = skip_blanks(line, at);
  }
  return at;
}

// Whether it is the header of a block scalar: `|`, `>-`, `|2+`.
bool is_block_header(std::string_view text) {
  constexpr size_t max_size = 3;
  return (text.starts_with('|') || text.starts_with('>')) && text.size() <= max_size &&
         text.find_first_not_of("+-0123456789", 1) == npos;
}

bool is_separator(std::string_view line, size_t at, std::string_view after) {
  return at < line.size() && line[at] == ':' && (is_blank(line, at + 1) || after.find(line[at + 1]) != npos);
}

std::string name_of(std::string_view key) {
  if (key.size() > 1 && is_quote(key[0]) && key.back() == key[0]) key = key.substr(1, key.size() - 2);
  if (key.size() > 1 && key[0] == ':') key.remove_prefix(1);
  return std::string(key);
}

// The dashes and the key at the start of a line.
struct Start {
  std::vector<size_t> dashes{};  // their columns
  size_t begin = 0;              // of the key, or of what follows the dashes
  size_t key_end = 0;            // 0: no key
  size_t value = 0;              // its position, if any
};

// The end of a plain or quoted string that may be a key.
size_t end_of_word(std::string_view line, size_t at) {
  if (at < line.size() && is_quote(line[at])) return end_of_quoted(line, at);
  while (at < line.size() && !is_separator(line, at, "")) {
    const size_t tag = end_of_tag(line, at);
    at = tag > 0 ? tag : at + 1;
  }
  return at;
}

Start start_of(std::string_view line) {
  Start start;
  size_t at = skip_blanks(line, 0);
  while (at < line.size() && line[at] == '-' && is_blank(line, at + 1)) {
    start.dashes.push_back(at);
    at = skip_blanks(line, at + 1);
  }
  start.begin = start.value = at;
  if (at >= line.size() || std::string_view("[{#&!|>").find(line[at]) != npos) return start;
  const size_t end = end_of_word(line, at), colon = skip_blanks(line, end);
  if (!is_separator(line, colon, "")) return start;
  start.key_end = trimmed(line, at, end);
  start.value = skip_blanks(line, colon + 1);
  return start;
}

bool has_structure(std::string_view line) {
  const size_t at = skip_blanks(line, 0);
  return at < line.size() && line[at] != '#' && !line.substr(at).starts_with("<%");
}

// The keys and list items that contain a line with this indentation. A list may be at the column of its key.
Path ancestors(const std::vector<std::string>& lines, size_t index, size_t column, bool is_item) {
  Path reversed;
  while (index-- > 0 && (column > 0 || is_item)) {
    const std::string_view line = content_of(lines[index]);
    if (!has_structure(line)) continue;
    const Start start = start_of(line);
    if (start.key_end > 0 && (start.begin < column || (is_item && start.begin == column))) {
      reversed.push_back(name_of(line.substr(start.begin, start.key_end - start.begin)));
      column = start.begin;
      is_item = false;
    }
    for (auto dash = start.dashes.rbegin(); dash != start.dashes.rend(); ++dash) {
      if (*dash >= column) continue;
      reversed.emplace_back("-");
      column = *dash;
      is_item = true;
    }
  }
  std::reverse(reversed.begin(), reversed.end());
  return reversed;
}

class Scanner {
 public:
  explicit Scanner(std::string_view line) : line_(line) {}

  std::vector<Token> take() { return std::move(tokens_); }

  void key(size_t begin, size_t end) { tokens_.push_back({Token::Kind::key, begin, end}); }

  // Reads the value from `begin` to the end of the line.
  void value(size_t begin, const Path& path) {
    at_ = skip_properties(line_, begin);
    if (is_block_header(line_.substr(at_))) return add(begin, at_, path);
    if (at("[{")) {
      add(begin, at_, path);
      flow(path, 0);
    } else {
      scalar(begin, path);
    }
    rest();
  }

 private:
  void add(size_t begin, size_t end, Path path) {
    end = trimmed(line_, begin, end);
    if (begin < end) tokens_.push_back({Token::Kind::value, begin, end, std::move(path)});
    at_ = std::max(at_, end);
  }

  // `begin` includes its anchor and tag.
  void scalar(size_t begin, const Path& path) {
    if (at("\"'")) return add(begin, end_of_quoted(line_, at_), path);
    // A second key on the line means that it continues a flow map.
    const bool single = end_of_word(line_, at_) == line_.size();
    add(begin, line_.size(), single ? path : below(path, not_understood));
  }

  void rest() {
    at_ = skip_blanks(line_, at_);
    if (at_ < line_.size()) add(at_, line_.size(), {not_understood});
  }

  void skip() { at_ = skip_blanks(line_, at_); }
  bool at(std::string_view characters) const {
    return at_ < line_.size() && characters.find(line_[at_]) != npos;
  }

  // Reads a flow list or map. False if it is not closed on this line, or not understood.
  bool flow(const Path& path, size_t depth) {
    if (depth > max_depth) return false;
    const char close = line_[at_] == '[' ? ']' : '}';
    const Path inside = close == ']' ? below(path, "-") : path;
    ++at_;
    while (true) {
      skip();
      if (at_ >= line_.size()) return false;
      if (line_[at_] == close) break;
      if (line_[at_] == ',') {
        ++at_;
      } else if (!entry(inside, depth)) {
        return false;
      }
    }
    ++at_;
    return true;
  }

  // Reads a key with its value, or a value. False if there is neither.
  bool entry(const Path& path, size_t depth) {
    const size_t begin = at_;
    at_ = skip_properties(line_, at_);
    if (at("[{")) {
      add(begin, at_, path);
      return flow(path, depth + 1);
    }
    const size_t word = at_, end = flow_word();
    skip();
    const bool is_key = is_separator(line_, at_, ",]}") || (at(":") && is_quote(line_[word]));
    if (!is_key) {
      add(begin, end, path);
      return at_ > begin;
    }
    key(begin, end);
    ++at_;
    skip();
    return entry_value(below(path, name_of(line_.substr(word, end - word))), depth);
  }

  bool entry_value(const Path& path, size_t depth) {
    const size_t begin = at_;
    at_ = skip_properties(line_, at_);
    if (!at("[{")) {
      add(begin, flow_word(), path);
      return true;
    }
    add(begin, at_, path);
    return flow(path, depth + 1);
  }

  // Reads a plain or quoted string; returns its end.
  size_t flow_word() {
    const size_t begin = at_;
    if (at_ < line_.size() && is_quote(line_[at_])) return at_ = end_of_quoted(line_, at_);
    while (at_ < line_.size() && !at(",[]{}") && !is_separator(line_, at_, ",]}")) {
      const size_t tag = end_of_tag(line_, at_);
      at_ = tag > 0 ? tag : at_ + 1;
    }
    return trimmed(line_, begin, at_);
  }

  std::string_view line_;
  size_t at_ = 0;
  std::vector<Token> tokens_;
};

// Whether the line consists of ERB tags only.
bool only_tags(std::string_view line) {
  size_t at = skip_blanks(line, 0);
  while (at < line.size()) {
    const size_t end = end_of_tag(line, at);
    if (end == 0) return false;
    at = skip_blanks(line, end);
  }
  return true;
}

}  // namespace

size_t end_of_tag(std::string_view line, size_t at) {
  if (!line.substr(at).starts_with("<%")) return 0;
  const size_t end = line.find("%>", at + 2);
  return end == npos ? line.size() : end + 2;
}

size_t end_of_content(std::string_view line) {
  size_t at = skip_blanks(line, 0), end = 0;
  while (at < line.size()) {
    if (line[at] == '#' && is_blank(line, at == 0 ? line.size() : at - 1)) return end;
    const bool begins_word =
        at == 0 || is_blank(line, at - 1) || std::string_view("[{,").find(line[at - 1]) != npos;
    const size_t tag = end_of_tag(line, at);
    if (tag > 0) {
      at = tag;
    } else if (begins_word && is_quote(line[at])) {
      at = end_of_quoted(line, at);
    } else {
      ++at;
    }
    if (!is_blank(line, at - 1)) end = at;
  }
  return end;
}

std::vector<Token> tokens_of(const std::vector<std::string>& lines, size_t index) {
  const std::string_view line = content_of(lines[index]);
  if (only_tags(line)) return {};
  const Start start = start_of(line);
  const size_t column = start.dashes.empty() ? start.begin : start.dashes.front();
  Path path = ancestors(lines, index, column, !start.dashes.empty());
  path.insert(path.end(), start.dashes.size(), "-");
  Scanner scanner(line);
  if (start.key_end > 0) {
    scanner.key(start.begin, start.key_end);
    path.push_back(name_of(line.substr(start.begin, start.key_end - start.begin)));
  }
  scanner.value(start.value, path);
  return scanner.take();
}

}  // namespace kamal::config
