#include "cli/accessory/accessory_files.h"

#include <fmt/format.h>

#include <filesystem>

#include "kamal/config/template.h"
#include "kamal/support/files.h"

namespace kamal::cli {
namespace {

using sshkit::Steps;

// In place, as a container that has the file mounted would go on with the old one.
sshkit::Step upload(std::string content, std::string path) {
  return {sshkit::Upload{std::move(content), std::move(path), std::nullopt, sshkit::Placing::in_place},
          sshkit::OnFailure::stop, sshkit::LogLevel::info, ""};
}

// A template sees the accessory's own env, secrets included.
std::string rendered(Context& context, const Accessory& accessory, const std::string& path) {
  TemplateContext environment =
      template_context(context.effects.environment, context.effects.processes, context.effects.err);
  for (const auto& [name, value] : accessory.env.clear) environment.environment[name] = value;
  for (const auto& [name, value] :
       resolve_secrets(accessory.env, context.secrets(), key_of_secrets(accessory))) {
    environment.environment[name] = value;
  }
  return render_template(read_file(path), path, environment);
}

void add_directory(Steps& steps, const std::filesystem::path& local, const std::string& remote) {
  steps.push_back(quietly({"mkdir", "-p", remote}));
  for (const auto& entry : std::filesystem::recursive_directory_iterator(local)) {
    const std::string path = remote + "/" + entry.path().lexically_relative(local).string();
    if (entry.is_directory()) {
      steps.push_back(quietly({"mkdir", "-p", path}));
    } else {
      steps.push_back(upload(read_file(entry.path()), path));
    }
  }
}

}  // namespace

KeyOfSecret key_of_secrets(const Accessory& accessory) {
  return [key = fmt::format("accessories/{}/env/secret", accessory.name)](const std::string&) { return key; };
}

Steps upload_steps(Context& context, const Accessory& accessory, const commands::Accessory& commands,
                   const MountedPath& file) {
  // The reference takes a template's name as it is written.
  const bool is_template = file.local.ends_with("erb");
  const std::string local = is_template ? file.local : expand_home(file.local, context.effects.environment);
  if (!std::filesystem::exists(local)) {
    throw ConfigurationError(fmt::format("accessories/{}/files: there is no file {}", accessory.name, local));
  }
  const std::string remote = accessory.file_host_path(file);
  Steps steps = {step(commands.make_directory_for(file))};
  if (std::filesystem::is_directory(local)) {
    add_directory(steps, local, remote);
  } else {
    steps.push_back(upload(is_template ? rendered(context, accessory, local) : read_file(local), remote));
  }
  for (Command& command : commands.own_file(file)) steps.push_back(step(std::move(command)));
  return steps;
}

}  // namespace kamal::cli
