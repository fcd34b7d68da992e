#include "cli/app/health_report.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <vector>

#include "kamal/support/strings.h"

namespace kamal::cli {
namespace {

struct FailedCheck {
  std::string url, error;
};

// kamal-proxy writes a JSON object a line.
std::vector<FailedCheck> failed_checks(std::string_view log) {
  std::vector<FailedCheck> checks;
  for (const std::string& line : lines_of(log)) {
    const nlohmann::json entry = nlohmann::json::parse(line, nullptr, false);
    if (!entry.is_object() || entry.value("msg", "") != "Healthcheck failed") continue;
    checks.push_back({entry.value("url", ""), entry.value("error", "")});
  }
  return checks;
}

// http://0123456789ab:3000/up -> 3000
std::string port_of(const std::string& url) {
  const std::string_view authority = std::string_view(url).substr(std::min(url.size(), url.find("//") + 2));
  const size_t colon = authority.find(':');
  if (colon == std::string_view::npos) return "80";
  return std::string(authority.substr(colon + 1, authority.find('/') - colon - 1));
}

std::string path_of(const std::string& url) {
  const size_t slash = url.find('/', std::min(url.size(), url.find("//") + 2));
  return slash == std::string::npos ? "/" : url.substr(slash);
}

// The number in `unexpected status (NUMBER)`.
std::optional<int> status_of(const std::string& error) {
  constexpr std::string_view phrase = "unexpected status (";
  const size_t at = error.find(phrase);
  if (at == std::string::npos) return std::nullopt;
  return parse_integer<int>(error.substr(at + phrase.size(), 3));
}

std::string hint(int status, const std::string& path) {
  if (status >= 300 && status < 400)
    return fmt::format(", a redirect: answer {} without one, or set proxy/healthcheck/path", path);
  if (status == 404) return fmt::format(": does the app have {}? See proxy/healthcheck/path", path);
  if (status == 400 || status == 401 || status == 403)
    return fmt::format(": the app refuses {} to kamal-proxy (its host check, a login?)", path);
  return "";
}

std::string reason(const FailedCheck& check) {
  const std::string path = path_of(check.url);
  if (const auto status = status_of(check.error))
    return fmt::format("{} answered status {}{}", path, *status, hint(*status, path));
  if (check.error.find("connection refused") != std::string::npos) {
    return fmt::format("connection refused on port {0}: does the app listen on {0}? See proxy/app_port",
                       port_of(check.url));
  }
  if (check.error.find("timed out") != std::string::npos)
    return fmt::format("no answer to {} in time: see proxy/healthcheck/timeout", path);
  if (check.error.find("no such host") != std::string::npos) return "the container was gone";
  return check.error;
}

}  // namespace

std::string health_report(std::string_view log) {
  std::vector<std::pair<std::string, int>> counts;
  for (const FailedCheck& check : failed_checks(log)) {
    const std::string text = reason(check);
    const auto known =
        std::find_if(counts.begin(), counts.end(), [&](const auto& count) { return count.first == text; });
    if (known == counts.end()) {
      counts.emplace_back(text, 1);
    } else {
      ++known->second;
    }
  }
  std::vector<std::string> lines;
  lines.reserve(counts.size());
  for (const auto& [text, count] : counts)
    lines.push_back(
        fmt::format("kamal-proxy saw{}: {}", count == 1 ? "" : fmt::format(" {} times", count), text));
  return join(lines, "\n");
}

}  // namespace kamal::cli
