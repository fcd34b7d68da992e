#include "kamal/config/printing.h"

#include <nlohmann/json.hpp>

#include "config/access.h"
#include "config/sections.h"
#include "kamal/support/strings.h"
#include "kamal/yaml/emitter.h"

// `kamal config`: the configuration as Kamal shows it, in its order and with symbols as keys.
namespace kamal::config {
namespace {

constexpr const char* redacted = "[REDACTED]";

Value text(std::string value) { return Value(std::move(value)); }

Value symbol(const std::string& name) {
  Value value(name);
  value.set_source_text(":" + name);
  return value;
}

Value texts(const std::vector<std::string>& items) {
  Value::List list;
  for (const std::string& item : items) list.emplace_back(item);
  return Value(std::move(list));
}

// Kamal shows option values as it hands them to a shell.
std::string in_double_quotes(std::string_view value) {
  std::string quoted = "\"";
  for (size_t i = 0; i < value.size(); ++i) {
    const bool literal_dollar = value[i] == '$' && !value.substr(i + 1).starts_with('{');
    if (value[i] == '"' || value[i] == '\\' || value[i] == '`' || literal_dollar) quoted += '\\';
    quoted += value[i];
  }
  return quoted + "\"";
}

Value volume_arguments(const Configuration& configuration) {
  std::vector<std::string> arguments;
  for (const std::string& volume : configuration.volumes)
    arguments.insert(arguments.end(), {"--volume", volume});
  return texts(arguments);
}

// Kamal leaves out the quotes around `false`.
std::string log_option(const DockerOption& option, const Value* raw) {
  if (!option.value) return option.name;
  const Value* value = find_in(raw, option.name);
  return option.name + "=" + (value && value->is_false() ? "false" : in_double_quotes(*option.value));
}

Value logging_arguments(const Logging& logging, const Value* raw_options) {
  if (!logging.driver && logging.options.empty()) return texts({"--log-opt", "max-size=\"10m\""});
  std::vector<std::string> arguments;
  if (logging.driver) arguments = {"--log-driver", in_double_quotes(*logging.driver)};
  for (const DockerOption& option : logging.options)
    arguments.insert(arguments.end(), {"--log-opt", log_option(option, raw_options)});
  return texts(arguments);
}

// A private key in place of a secret's name is not shown.
Value key_data(const SshOptions& ssh) {
  std::vector<std::string> names;
  for (const std::string& name : ssh.key_data) {
    names.push_back(name.find("-----BEGIN") == std::string::npos ? name : redacted);
  }
  return texts(names);
}

// A Ruby object, as Psych dumps it.
Value ruby_object(const std::string& name, Value::Map fields) {
  Value object(std::move(fields));
  object.set_source_text("!ruby/object:" + name);
  return object;
}

Value jump(const std::string& proxy) {
  return ruby_object("Net::SSH::Proxy::Jump", {{"jump_proxies", text(proxy)}});
}

Value proxy_command(const std::string& command) {
  return ruby_object(
      "Net::SSH::Proxy::Command",
      {{"command_line_template", text(command)}, {"command_line", Value()}, {"timeout", Value(int64_t{60})}});
}

Value ssh_options(const Configuration& configuration) {
  const SshOptions& ssh = configuration.ssh;
  const Value* raw = configuration.raw.find("ssh");
  Value options(Value::Type::map, {});
  const auto copy = [&](const char* name) {
    if (const Value* value = find_in(raw, name)) options.set(std::string(":") + name, *value);
  };
  options.set(":user", text(ssh.user));
  if (const Value* port = find_in(raw, "port")) {
    options.set(":port", *port);
  } else {
    options.set(":port", Value(int64_t{ssh.port}));
  }
  if (ssh.proxy) options.set(":proxy", jump(*ssh.proxy));
  if (ssh.proxy_command) options.set(":proxy", proxy_command(*ssh.proxy_command));
  options.set(":keepalive", Value(true));
  options.set(":keepalive_interval", Value(int64_t{30}));
  copy("keys_only");
  copy("keys");
  if (find_in(raw, "key_data")) options.set(":key_data", key_data(ssh));
  copy("config");
  copy("forward_agent");
  const Value* level = find_in(raw, "log_level");
  options.set(":log_level", level ? *level : symbol(ssh.log_level));
  return options;
}

Value without_passwords(Value accessories) {
  if (!accessories.is_map()) return accessories;
  for (auto& [name, accessory] : accessories.map()) {
    if (!accessory.is_map()) continue;
    for (auto& [key, section] : accessory.map()) {
      const Value* password = key == "registry" ? section.find("password") : nullptr;
      if (password && password->is_scalar()) section.set("password", text(redacted));
    }
  }
  return accessories;
}

Value section_or_empty(const Configuration& configuration, std::string_view name) {
  const Value* section = configuration.raw.find(name);
  return section ? *section : Value(Value::Type::map, {});
}

Value combined(const Configuration& configuration, const Version& version) {
  Value all(Value::Type::map, {});
  std::vector<std::string> roles, hosts;
  for (const Role& role : configuration.roles) roles.push_back(role.name.str());
  for (const Host& host : configuration.all_hosts()) hosts.push_back(host.str());
  all.set(":roles", texts(roles));
  all.set(":hosts", texts(hosts));
  if (const auto host = configuration.primary_host()) all.set(":primary_host", text(host->str()));
  all.set(":version", text(version.str()));
  all.set(":repository", text(configuration.repository()));
  all.set(":absolute_image", text(configuration.absolute_image(version)));
  all.set(":service_with_version", text(configuration.service + "-" + version.str()));
  all.set(":volume_args", volume_arguments(configuration));
  all.set(":ssh_options", ssh_options(configuration));
  all.set(":sshkit", section_or_empty(configuration, "sshkit"));
  all.set(":builder", section_or_empty(configuration, "builder"));
  if (const Value* accessories = configuration.raw.find("accessories")) {
    all.set(":accessories", without_passwords(*accessories));
  }
  all.set(":logging",
          logging_arguments(configuration.logging, find_in(configuration.raw.find("logging"), "options")));
  return all;
}

nlohmann::ordered_json json_of(const Value& value) {
  if (value.is_map() && !value.source_text().empty())
    return json_of(value.map().front().second);  // an object
  switch (value.type()) {
    case Value::Type::null:
      return nullptr;
    case Value::Type::boolean:
      return value.boolean();
    case Value::Type::integer:
      return value.integer();
    case Value::Type::floating:
      return std::stod(value.text());
    case Value::Type::string:
      return value.text();
    case Value::Type::list:
    case Value::Type::map:
      break;
  }
  nlohmann::ordered_json json =
      value.is_list() ? nlohmann::ordered_json::array() : nlohmann::ordered_json::object();
  if (value.is_list()) {
    for (const Value& item : value.list()) json.push_back(json_of(item));
  } else {
    for (const auto& [key, item] : value.map()) json[plain_name(key)] = json_of(item);
  }
  return json;
}

}  // namespace

std::string configuration_yaml(const Configuration& configuration, const Version& version) {
  return yaml::emit(combined(configuration, version));
}

std::string configuration_json(const Configuration& configuration, const Version& version) {
  using nlohmann::ordered_json;
  return json_of(combined(configuration, version))
             .dump(2, ' ', false, ordered_json::error_handler_t::replace) +
         "\n";
}

}  // namespace kamal::config
