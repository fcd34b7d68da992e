#pragma once

#include <string>
#include <string_view>
#include <vector>

// Suggestions for misspelled names, for error messages.
namespace kamal {

// `did you mean "deploy"?` with the candidate closest to `name`, or up to three equally close ones. "" if
// none is close, or more than three are.
std::string did_you_mean(std::string_view name, const std::vector<std::string>& candidates);

// The same as a suffix: ` (did you mean "deploy"?)`, or ` (OTHERWISE)` if there is no suggestion. "" without
// either.
std::string suggestion(std::string_view name, const std::vector<std::string>& candidates,
                       std::string_view otherwise = "");

}  // namespace kamal
