#include "cli/proxy/services.h"

#include <algorithm>

#include "kamal/support/readable.h"
#include "kamal/support/strings.h"

namespace kamal::cli {
namespace {

std::vector<std::string> columns_of(const std::string& row) {
  std::vector<std::string> columns = split(printable(row), ' ');
  std::erase(columns, "");
  return columns;
}

// Below its heading; "" if the row or the heading lacks it.
std::string column(const std::vector<std::string>& row, const std::vector<std::string>& headings,
                   const char* heading) {
  const auto index = static_cast<size_t>(std::ranges::find(headings, heading) - headings.begin());
  return index < std::min(headings.size(), row.size()) ? row[index] : "";
}

}  // namespace

std::vector<ProxyService> parse_proxy_services(std::string_view listing) {
  std::vector<ProxyService> services;
  std::vector<std::string> headings;
  for (const std::string& line : lines_of(listing)) {
    const std::vector<std::string> row = columns_of(line);
    if (headings.empty()) {
      headings = row;
      continue;
    }
    const std::string target = column(row, headings, "Target");
    services.push_back({column(row, headings, "Service"), target.substr(0, target.find(':')),
                        column(row, headings, "State")});
  }
  return services;
}

const ProxyService* find_service(const std::vector<ProxyService>& services, std::string_view name) {
  const auto found = std::ranges::find(services, name, &ProxyService::name);
  return found == services.end() ? nullptr : &*found;
}

}  // namespace kamal::cli
