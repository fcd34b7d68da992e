#include "kamal/support/suggestions.h"

#include <algorithm>
#include <numeric>
#include <utility>

#include "kamal/support/strings.h"

namespace kamal {
namespace {

constexpr size_t max_suggestions = 3;

// Optimal string alignment: insertions, deletions, substitutions and swaps of adjacent characters.
size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<size_t> before_last, last, row(b.size() + 1);
  std::iota(row.begin(), row.end(), size_t{0});
  for (size_t i = 1; i <= a.size(); ++i) {
    before_last = std::exchange(last, row);
    row[0] = i;
    for (size_t j = 1; j <= b.size(); ++j) {
      const size_t replaced = last[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
      row[j] = std::min({last[j] + 1, row[j - 1] + 1, replaced});
      const bool swapped = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
      if (swapped) row[j] = std::min(row[j], before_last[j - 2] + 1);
    }
  }
  return row.back();
}

std::vector<std::string> nearest(std::string_view name, const std::vector<std::string>& candidates) {
  std::vector<std::string> best;
  size_t best_distance = std::max<size_t>(1, name.size() / 3);
  for (const std::string& candidate : candidates) {
    const size_t distance = edit_distance(lower(name), lower(candidate));
    if (distance > best_distance) continue;
    if (distance < best_distance) best.clear();
    best_distance = distance;
    add_once(best, candidate);
  }
  return best;
}

}  // namespace

std::string did_you_mean(std::string_view name, const std::vector<std::string>& candidates) {
  std::vector<std::string> names = nearest(name, candidates);
  if (names.empty() || names.size() > max_suggestions) return "";
  for (std::string& near : names) near = "\"" + near + "\"";
  return "did you mean " + to_sentence(names) + "?";
}

std::string suggestion(std::string_view name, const std::vector<std::string>& candidates,
                       std::string_view otherwise) {
  const std::string near = did_you_mean(name, candidates);
  const std::string text = near.empty() ? std::string(otherwise) : near;
  return text.empty() ? "" : " (" + text + ")";
}

}  // namespace kamal
