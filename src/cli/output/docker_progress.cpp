#include "cli/output/docker_progress.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>
#include <optional>

#include "kamal/support/strings.h"

namespace kamal::cli {
namespace {

constexpr size_t bar_width = 20;
constexpr double mega = 1e6;

// "[=====>    ]"
std::string bar(double part, double whole) {
  const double share = whole > 0 ? std::clamp(part / whole, 0.0, 1.0) : 0;
  const auto done = static_cast<size_t>(share * bar_width);
  std::string text(done, '=');
  if (done < bar_width) text += '>';
  text.resize(bar_width, ' ');
  return "[" + text + "]";
}

// Docker's decimal units: "3.15MB".
std::optional<double> bytes_of(const std::string& text) {
  char* unit = nullptr;
  const double number = std::strtod(text.c_str(), &unit);
  if (unit == text.c_str()) return std::nullopt;
  constexpr std::array units = {"B", "kB", "MB", "GB", "TB"};
  double factor = 1;
  for (const char* const known : units) {
    if (known == std::string_view(unit) && std::isfinite(number * factor)) return number * factor;
    factor *= 1000;
  }
  return std::nullopt;
}

struct BuildStep {
  std::string stage;  // "" if there is only one
  int64_t count = 0;
  std::string what;
};

// "[web 2/7] RUN bundle install"
std::optional<BuildStep> build_step_of(const std::string& name) {
  const size_t end = name.find("] ");
  if (!name.starts_with('[') || end == std::string::npos) return std::nullopt;
  const std::vector<std::string> words = split(name.substr(1, end - 1), ' ');
  const std::vector<std::string> numbers = split(words.back(), '/');
  if (numbers.size() != 2) return std::nullopt;
  const std::optional<int64_t> count = parse_integer(numbers[1]);
  if (!count) return std::nullopt;
  return BuildStep{words.front() == words.back() ? "" : words.front(), *count, name.substr(end + 2)};
}

std::string first_word(const std::string& text) { return text.substr(0, text.find(' ')); }

bool ends_vertex(const std::string& text) {
  return text == "CACHED" || text == "CANCELED" || text.starts_with("DONE ") || text.starts_with("ERROR");
}

// "12.34 a line that the step printed"
bool is_output(const std::string& text) {
  return first_word(text).find_first_not_of("0123456789.") == std::string::npos;
}

}  // namespace

// "#7 [2/4] RUN make", "#7 sha256:3da9 3.15MB / 29.15MB 0.3s", "#7 12.34 a line", "#7 DONE 20.1s"
void DockerProgress::read_build(std::string_view line) {
  const size_t blank = line.find(' ');
  if (!line.starts_with('#') || blank == std::string_view::npos) return;
  const auto number = parse_integer(line.substr(1, blank - 1));
  const std::string text = strip(line.substr(blank));
  if (!number || text.empty()) return;
  const auto [vertex, is_new] = vertices_.try_emplace(*number, Vertex{.name = text});
  if (is_new || *number != current_) activity_.clear();
  current_ = *number;
  if (is_new || is_output(text)) return;
  if (ends_vertex(text)) {
    vertex->second.ended = true;
    return;
  }
  if (!read_transfer(vertex->second, text) && text != vertex->second.name) activity_ = text;
}

// "pushing layer 3d11d21cf77c 7.17kB / 29.15MB 0.1s", "pushing layer 3d11d21cf77c 0.2s done"
bool DockerProgress::read_transfer(Vertex& vertex, const std::string& text) {
  for (auto& [name, transfer] : vertex.transfers) {
    if (text.starts_with(name + " ") && text.ends_with(" done")) transfer.current = transfer.total;
  }
  const size_t slash = text.find(" / ");
  const size_t blank = text.rfind(' ', slash - 1);
  if (slash == std::string::npos || blank == std::string::npos) return false;
  const auto current = bytes_of(text.substr(blank + 1, slash - blank - 1));
  const auto total = bytes_of(first_word(text.substr(slash + 3)));
  if (!current || !total) return false;
  vertex.transfers[text.substr(0, blank)] = {std::min(*current, *total), *total};
  return true;
}

void DockerProgress::read_pull(std::string_view host, std::string_view line) {
  constexpr size_t id_length = 12;
  if (line.find(": ") != id_length) return;
  const std::string_view state = line.substr(id_length + 2);
  const bool complete = state == "Pull complete" || state == "Already exists";
  if (complete || state == "Pulling fs layer")
    layers_[fmt::format("{} {}", host, line.substr(0, id_length))] = complete;
}

std::string DockerProgress::build_line() const {
  std::map<std::string, int64_t> counts;  // of steps, by stage
  int64_t done = 0, all = 0;
  for (const auto& [number, vertex] : vertices_) {
    const std::optional<BuildStep> step = build_step_of(vertex.name);
    if (!step) continue;
    counts[step->stage] = step->count;
    done += vertex.ended ? 1 : 0;
  }
  for (const auto& [stage, count] : counts) all += count;
  const std::string& name = vertices_.at(current_).name;
  const std::optional<BuildStep> step = build_step_of(name);
  const std::string doing = !activity_.empty() ? activity_ : step ? step->what : name;
  return all == 0 ? doing : fmt::format("{} {}/{} {}", bar(double(done), double(all)), done, all, doing);
}

// "" if nothing of known size is being transferred.
std::string DockerProgress::transfer_line() const {
  Transfer sum;
  for (const auto& [number, vertex] : vertices_) {
    if (vertex.ended) continue;
    for (const auto& [id, transfer] : vertex.transfers) {
      sum.current += transfer.current;
      sum.total += transfer.total;
    }
  }
  if (sum.total == 0 || sum.current >= sum.total) return "";
  return fmt::format("{} {:.1f} of {:.1f} MB", bar(sum.current, sum.total), sum.current / mega,
                     sum.total / mega);
}

std::vector<std::string> DockerProgress::lines() const {
  std::vector<std::string> lines;
  if (!vertices_.empty()) {
    lines.push_back(build_line());
    if (const std::string transfer = transfer_line(); !transfer.empty()) lines.push_back(transfer);
  }
  if (!layers_.empty()) {
    const auto done =
        std::count_if(layers_.begin(), layers_.end(), [](const auto& layer) { return layer.second; });
    const auto all = std::ssize(layers_);
    if (done < all)
      lines.push_back(fmt::format("{} {}/{} layers pulled", bar(double(done), double(all)), done, all));
  }
  return lines;
}

}  // namespace kamal::cli
