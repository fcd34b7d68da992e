#include "cli/run_log/open.h"

#include <fmt/format.h>

#include "cli/context.h"
#include "cli/run_log/file_log.h"
#include "cli/run_log/http_post.h"
#include "cli/run_log/otel_log.h"

namespace kamal::cli {
namespace {

LogVoice voice_of(Context& context) {
  return {
      .tell = [&output = context.output](const std::string& text) { output.result(text); },
      .warn = [&effects = context.effects](
                  const std::string& text) { effects.err(fmt::format("WARNING: {}\n", text)); },
  };
}

// A random UUID, version 4.
std::string new_run_id(Random& random) {
  std::string id = random.hex(16);
  constexpr std::string_view variants = "89ab";
  id[12] = '4';
  id[16] = variants[static_cast<unsigned char>(id[16]) % variants.size()];
  for (const size_t dash : {8, 13, 18, 23}) id.insert(dash, 1, '-');
  return id;
}

// A project in no git repository has no version to tell.
Version known_version(Context& context) {
  try {
    return context.version();
  } catch (const ConfigurationError&) {
    return {};
  }
}

OtelAttributes tags_of(Context& context) {
  OtelAttributes attributes;
  const commands::TagFacts facts = context.tag_facts(known_version(context));
  for (const auto& [name, value] : commands::default_tags(context.config, facts)) {
    if (name == "performer") attributes.emplace_back("kamal.performer", value);
    if (name == "destination") attributes.emplace_back("deployment.environment.name", value);
    if (name == "version") attributes.emplace_back("kamal.deploy_version", value);
    if (name == "service") attributes.emplace_back("service.namespace", value);
  }
  return attributes;
}

std::unique_ptr<LogSink> open_file_log(Context& context, const std::string& folder) {
  std::optional<std::string> destination;
  if (context.config.destination) destination = context.config.destination->str();
  return std::make_unique<FileLog>(folder, destination, context.effects.clock, voice_of(context));
}

std::unique_ptr<LogSink> open_otel_log(Context& context, const std::string& address) {
  const EnvironmentMap& environment = context.effects.environment;
  Endpoint endpoint = parse_endpoint(address, "endpoint");
  const std::string shown = endpoint.shown();
  if (endpoint.path.ends_with('/')) endpoint.path.pop_back();
  endpoint.path += "/v1/logs";
  HttpOptions options;
  options.proxy = proxy_for(endpoint, environment);
  options.trusted = {get(environment, "SSL_CERT_FILE"), get(environment, "SSL_CERT_DIR")};
  return std::make_unique<OtelLog>(OtelRun{new_run_id(context.effects.random), context.config.service, shown},
                                   tags_of(context),
                                   std::make_unique<HttpPost>(std::move(endpoint), std::move(options)),
                                   context.effects.clock, voice_of(context));
}

}  // namespace

std::unique_ptr<RunLog> open_run_log(Context& context) {
  const config::OutputOptions& options = context.config.output;
  std::vector<std::unique_ptr<LogSink>> sinks;
  if (options.file_path) sinks.push_back(open_file_log(context, *options.file_path));
  if (options.otel_endpoint) {
    try {
      sinks.push_back(open_otel_log(context, *options.otel_endpoint));
    } catch (const EndpointError& error) {
      voice_of(context).warn(fmt::format("output/otel: no logs are sent: {}", error.what()));
    }
  }
  if (sinks.empty()) return nullptr;
  return std::make_unique<RunLog>(context.output, context.effects.clock,
                                  LoggedCommand{context.invocation.command_name()}, std::move(sinks));
}

}  // namespace kamal::cli
