#include "config/source_files.h"

#include <algorithm>

#include "config/schema/table.h"
#include "config/source_line.h"
#include "kamal/support/encoding.h"
#include "kamal/support/strings.h"

namespace kamal::config {
namespace {

constexpr size_t max_excerpts = 20;
constexpr size_t max_line = 64 << 10;  // bytes; longer ones are generated
constexpr std::string_view redaction = "[REDACTED]";

// Columns do not count a byte order mark.
std::vector<std::string> lines_in(std::string_view text) { return lines_of(without_byte_order_mark(text)); }

bool is_shown(const Token& token, std::string_view line) {
  if (token.kind == Token::Kind::key || schema::is_public(token.path)) return true;
  // A known key without a colon.
  const std::string_view text = line.substr(token.begin, token.end - token.begin);
  std::vector<std::string> path = token.path;
  path.emplace_back(text.substr(0, text.find(' ')));
  return text.find(' ') != std::string_view::npos && schema::is_public(path);
}

// Bytes of a line.
struct Range {
  size_t begin = 0;
  size_t end = 0;
};

// The token at this column, or the single character.
Range range_at(size_t column, const std::vector<Token>& tokens) {
  for (const Token& token : tokens) {
    if (token.begin == column) return {token.begin, token.end};
  }
  return {column, column + 1};
}

enum class Edge { begin, end };

// Maps a position to the redacted line. Positions within a redacted token map to its edge.
size_t moved(size_t position, Edge edge, const std::vector<Token>& hidden) {
  size_t removed = 0, added = 0;
  for (const Token& token : hidden) {
    if (position <= token.begin) break;
    if (position < token.end)
      return token.begin + added - removed + (edge == Edge::end ? redaction.size() : 0);
    removed += token.end - token.begin;
    added += redaction.size();
  }
  return position + added - removed;
}

Excerpt redacted_excerpt(std::string_view line, std::vector<Token> tokens, const Range& fault) {
  std::erase_if(tokens, [&](const Token& token) { return is_shown(token, line); });
  Excerpt excerpt;
  size_t copied = 0;
  for (const Token& token : tokens) {
    excerpt.text += line.substr(copied, token.begin - copied);
    excerpt.text += redaction;
    copied = token.end;
  }
  excerpt.text += line.substr(copied);
  excerpt.begin = moved(fault.begin, Edge::begin, tokens);
  excerpt.length = moved(fault.end, Edge::end, tokens) - excerpt.begin;
  return excerpt;
}

// The text between the template tags of a line.
std::vector<std::string_view> literals_of(std::string_view line) {
  std::vector<std::string_view> literals;
  size_t start = 0;
  for (size_t at = 0; at < line.size();) {
    const size_t end = end_of_tag(line, at);
    if (end == 0) {
      ++at;
      continue;
    }
    literals.push_back(line.substr(start, at - start));
    start = at = end;
  }
  literals.push_back(line.substr(start));
  return literals;
}

// Whether a template line with these literals can render as this line.
bool may_become(const std::vector<std::string_view>& literals, std::string_view rendered) {
  size_t at = 0;
  for (size_t i = 0; i < literals.size(); ++i) {
    const bool last = i + 1 == literals.size();
    const size_t found = last && rendered.size() >= literals[i].size() ? rendered.size() - literals[i].size()
                                                                       : rendered.find(literals[i], at);
    if (found == std::string_view::npos || found < at || (i == 0 && found != 0)) return false;
    if (rendered.substr(found, literals[i].size()) != literals[i]) return false;
    at = found + literals[i].size();
  }
  return true;
}

// Maps a column of a rendered line to the template's line; nothing if the lines do not correspond.
std::optional<size_t> column_as_written(std::string_view written, std::string_view rendered, size_t column) {
  if (written == rendered) return column;
  const std::vector<std::string_view> literals = literals_of(written);
  if (literals.size() < 2 || !may_become(literals, rendered)) return std::nullopt;
  const size_t first = literals.front().size(), last = literals.back().size();
  if (column <= first) return column;
  if (column >= rendered.size() - last) return written.size() - (rendered.size() - column);
  return first;
}

// The only tag of a line, or the whole line.
Range only_tag(std::string_view line) {
  const size_t tag = line.find("<%");
  const bool single = tag != std::string_view::npos && line.find("<%", tag + 2) == std::string_view::npos;
  if (single) return {tag, end_of_tag(line, tag)};
  const size_t begin = std::min(line.find_first_not_of(" \t"), line.size());
  return {begin, line.size()};
}

}  // namespace

void SourceFiles::add(std::string name, std::string text) {
  files_.push_back({std::move(name), std::move(text)});
}

std::optional<Excerpt> SourceFiles::excerpt(const Mark& mark) const {
  const auto file =
      std::find_if(files_.begin(), files_.end(), [&](const File& f) { return f.name == mark.file; });
  if (file == files_.end() || mark.line < 1) return std::nullopt;
  const std::vector<std::string> lines = lines_in(file->text);
  const size_t index = static_cast<size_t>(mark.line) - 1;
  if (index >= lines.size()) return std::nullopt;
  const std::string_view line = content_of(lines[index]);
  if (line.empty() || line.size() > max_line) return std::nullopt;
  const std::vector<Token> tokens = tokens_of(lines, index);
  if (!file->rendered && mark.column == 0)
    return redacted_excerpt(line, tokens, only_tag(line));  // found by ERB
  if (mark.column < 1) return std::nullopt;
  std::optional<size_t> column = static_cast<size_t>(mark.column) - 1;
  if (file->rendered) {
    const std::vector<std::string> rendered = lines_in(*file->rendered);
    if (index >= rendered.size()) return std::nullopt;
    column = column_as_written(lines[index], rendered[index], *column);
  }
  if (!column) return std::nullopt;
  return redacted_excerpt(line, tokens, range_at(std::min(*column, line.size()), tokens));
}

std::vector<Problem> SourceFiles::with_excerpts(std::vector<Problem> problems) const {
  for (size_t i = 0; i < std::min(problems.size(), max_excerpts); ++i)
    problems[i].excerpt = excerpt(problems[i].mark);
  return problems;
}

}  // namespace kamal::config
