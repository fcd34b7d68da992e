#include "cli/plan/proxy_settings.h"

#include <algorithm>
#include <array>
#include <map>
#include <nlohmann/json.hpp>

#include "cli/plan/option_fields.h"
#include "kamal/support/strings.h"

namespace kamal::cli {
namespace {

using nlohmann::json;

enum class Form { text, number, flag, list, paths, seconds };

struct Setting {
  const char* key;     // of `proxy` in deploy.yml
  const char* option;  // of `kamal-proxy deploy`
  const char* state;   // JSON pointer in a service of the state file
  Form form;
  const char* unset = "";  // kamal-proxy's default
};

// deploy-timeout and drain-timeout are used during a deploy and not kept.
constexpr std::array proxy_settings = std::to_array<Setting>({
    {"hosts", "host", "/options/hosts", Form::list},
    {"path_prefixes", "path-prefix", "/options/path_prefixes", Form::paths, "/"},
    {"strip_path_prefix", "strip-path-prefix", "/options/strip_prefix", Form::flag, "true"},
    {"ssl", "tls", "/options/tls_enabled", Form::flag, "false"},
    {"ssl/certificate_pem", "tls-certificate-path", "/options/tls_certificate_path", Form::text},
    {"ssl/private_key_pem", "tls-private-key-path", "/options/tls_private_key_path", Form::text},
    {"ssl_redirect", "tls-redirect", "/options/tls_redirect", Form::flag, "true"},
    {"error_pages_path", "error-pages", "/options/error_page_path", Form::text},
    {"healthcheck/path", "health-check-path", "/target_options/health_check_config/path", Form::text, "/up"},
    {"healthcheck/interval", "health-check-interval", "/target_options/health_check_config/interval",
     Form::seconds, "1s"},
    {"healthcheck/timeout", "health-check-timeout", "/target_options/health_check_config/timeout",
     Form::seconds, "5s"},
    {"response_timeout", "target-timeout", "/target_options/response_timeout", Form::seconds, "30s"},
    {"buffering/requests", "buffer-requests", "/target_options/buffer_requests", Form::flag, "false"},
    {"buffering/responses", "buffer-responses", "/target_options/buffer_responses", Form::flag, "false"},
    {"buffering/memory", "buffer-memory", "/target_options/max_memory_buffer_size", Form::number, "1048576"},
    {"buffering/max_request_body", "max-request-body", "/target_options/max_request_body_size", Form::number,
     "0"},
    {"buffering/max_response_body", "max-response-body", "/target_options/max_response_body_size",
     Form::number, "0"},
    {"forward_headers", "forward-headers", "/target_options/forward_headers", Form::flag},
    {"logging/request_headers", "log-request-header", "/target_options/log_request_headers", Form::list},
    {"logging/response_headers", "log-response-header", "/target_options/log_response_headers", Form::list},
});

using ProxyOptions = std::map<std::string, std::vector<std::string>>;

// --name=value, or --name for a flag.
ProxyOptions options_in(const std::vector<std::string>& arguments) {
  ProxyOptions options;
  for (const std::string& argument : arguments) {
    if (!argument.starts_with("--")) continue;
    const size_t equals = argument.find('=');
    options[argument.substr(2, equals - 2)].push_back(
        equals == std::string::npos ? "true" : argument.substr(equals + 1));
  }
  return options;
}

std::string trimmed_path(const std::string& path) {
  const size_t begin = path.find_first_not_of('/');
  if (begin == std::string::npos) return "/";
  return "/" + path.substr(begin, path.find_last_not_of('/') - begin + 1);
}

std::string duration_text(const std::string& nanoseconds) {
  const auto number = parse_integer<int64_t>(nanoseconds);
  constexpr int64_t second = 1'000'000'000, millisecond = 1'000'000;
  if (!number) return nanoseconds;
  if (*number % second == 0) return std::to_string(*number / second) + "s";
  return std::to_string(*number / millisecond) + "ms";
}

std::string normalized(const std::string& value, Form form) {
  switch (form) {
    case Form::paths:
      return trimmed_path(value);
    case Form::seconds: {
      const auto number = nanoseconds(value);
      return number ? duration_text(number->empty() ? "0" : *number) : value;
    }
    case Form::flag:
      return value == "1" || value == "t" ? "true" : value == "0" || value == "f" ? "false" : value;
    default:
      return value;
  }
}

std::string list_text(std::vector<std::string> values) {
  std::erase(values, "");
  std::ranges::sort(values);
  return join(values, ", ");
}

std::string wanted_value(const Setting& setting, const ProxyOptions& options) {
  const auto written = options.find(setting.option);
  std::vector<std::string> values =
      written == options.end() ? std::vector<std::string>{setting.unset} : written->second;
  const bool forwards_by_default =
      std::string_view(setting.option) == "forward-headers" && written == options.end();
  if (forwards_by_default) values = {options.contains("tls") ? "false" : "true"};
  for (std::string& value : values) value = normalized(value, setting.form);
  const bool is_list = setting.form == Form::list || setting.form == Form::paths;
  return is_list ? list_text(std::move(values)) : values.back();
}

std::string kept_value(const Setting& setting, const json& service) {
  const json& value = at_path(service, setting.state);
  if (value.is_array()) {
    std::vector<std::string> values;
    for (const json& item : value) values.push_back(item.is_string() ? item.get<std::string>() : item.dump());
    return list_text(std::move(values));
  }
  if (value.is_null()) return "";
  const std::string text = value.is_string() ? value.get<std::string>() : value.dump();
  return setting.form == Form::seconds ? duration_text(text) : text;
}

std::string port_of(const std::string& target) {
  const size_t colon = target.rfind(':');
  return colon == std::string::npos ? "80" : target.substr(colon + 1);
}

void add_port(std::vector<Difference>& differences, const ProxyOptions& options, const json& service) {
  const json& targets = at_path(service, "/active_targets");
  const auto wanted = options.find("target");
  if (!targets.is_array() || targets.empty() || !targets[0].is_string() || wanted == options.end()) return;
  const std::string before = port_of(targets[0].get<std::string>()), after = port_of(wanted->second.back());
  if (before == after) return;
  differences.push_back({Difference::Kind::proxy, Difference::Change::changed, "app_port", before, after});
}

}  // namespace

std::vector<Difference> compare_proxy_settings(const std::vector<std::string>& arguments,
                                               const json& service) {
  const ProxyOptions options = options_in(arguments);
  std::vector<Difference> differences;
  add_port(differences, options, service);
  for (const Setting& setting : proxy_settings) {
    const std::string before = kept_value(setting, service), after = wanted_value(setting, options);
    if (before == after) continue;
    using Change = Difference::Change;
    const Change change = before.empty() ? Change::added : after.empty() ? Change::removed : Change::changed;
    differences.push_back({Difference::Kind::proxy, change, setting.key, before, after});
  }
  return differences;
}

const json& find_proxy_service(const json& state, const std::string& name) {
  static const json missing;
  if (!state.is_array()) return missing;
  const auto found =
      std::ranges::find_if(state, [&](const json& service) { return text_at(service, "/name") == name; });
  return found == state.end() ? missing : *found;
}

}  // namespace kamal::cli
