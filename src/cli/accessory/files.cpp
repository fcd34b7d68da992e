#include "cli/accessory/files.h"

#include <fmt/format.h>

#include <charconv>
#include <filesystem>
#include <system_error>

#include "kamal/commands/base.h"
#include "kamal/erb/template.h"
#include "kamal/support/files.h"

namespace kamal::cli {
namespace {

using sshkit::Step;
using sshkit::Steps;

// In place, as a container that has the file mounted would go on with the old one.
sshkit::Step upload(std::string content, std::string path, std::optional<mode_t> mode) {
  return Step::upload(std::move(content), std::move(path), mode, sshkit::UploadMode::in_place);
}

// Set by the upload as well as by chmod after it, so a secret is never readable in between.
std::optional<mode_t> octal_mode(const config::MountedPath& file) {
  if (!file.mode || file.mode->find_first_not_of("01234567") != std::string::npos) return std::nullopt;
  mode_t mode = 0;
  const auto [end, error] =
      std::from_chars(file.mode->data(), file.mode->data() + file.mode->size(), mode, 8);
  return error == std::errc() && mode <= 07777 ? std::optional(mode) : std::nullopt;
}

// The container's user must read every file in a directory; the directory's own mode keeps others out.
mode_t readable_mode(const std::filesystem::directory_entry& entry) {
  const bool executable =
      (entry.status().permissions() & std::filesystem::perms::owner_exec) != std::filesystem::perms::none;
  return executable ? 0755 : 0644;
}

// A template sees the accessory's own env, secrets included.
std::string rendered(Context& context, const config::Accessory& accessory, const std::string& path) {
  TemplateContext environment =
      template_context(context.effects.environment, context.effects.processes, context.effects.err);
  environment.arguments = context.effects.arguments;
  for (const auto& [name, value] : accessory.env.clear) environment.environment[name] = value;
  for (const auto& [name, value] :
       config::resolve_secrets(accessory.env, context.secrets(), key_of_secrets(accessory))) {
    environment.environment[name] = value;
  }
  return render_template(read_file(path), path, environment);
}

void add_directory(Steps& steps, const std::filesystem::path& local, const std::string& remote) {
  // Closed until its own mode is set at the end: it may be there to keep others out.
  steps.push_back(Step::run(combine({{"umask", "077"}, commands::make_directory(remote)})).debug());
  for (const auto& entry : std::filesystem::recursive_directory_iterator(local)) {
    const std::string path = remote + "/" + entry.path().lexically_relative(local).string();
    if (entry.is_directory()) {
      steps.push_back(Step::run(commands::with_open_umask(commands::make_directory(path))).debug());
    } else {
      steps.push_back(upload(read_file(entry.path()), path, readable_mode(entry)));
    }
  }
}

}  // namespace

config::SecretKey key_of_secrets(const config::Accessory& accessory) {
  return [key = fmt::format("accessories/{}/env/secret", accessory.name)](const std::string&) { return key; };
}

Steps upload_steps(Context& context, const config::Accessory& accessory, const commands::Accessory& commands,
                   const config::MountedPath& file) {
  // Kamal looks at the name as written.
  const bool is_template = file.local.ends_with("erb");
  const std::string local = is_template ? file.local : expand_home(file.local, context.effects.environment);
  if (!std::filesystem::exists(local)) {
    throw ConfigurationError(fmt::format("accessories/{}/files: no such file: {}", accessory.name, local));
  }
  const std::string remote = accessory.file_host_path(file);
  Steps steps = {Step::run(commands.make_directory_for(file))};
  if (std::filesystem::is_directory(local)) {
    add_directory(steps, local, remote);
  } else {
    steps.push_back(upload(is_template ? rendered(context, accessory, local) : read_file(local), remote,
                           octal_mode(file)));
  }
  for (Command& command : commands.own_file(file)) steps.push_back(Step::run(std::move(command)));
  return steps;
}

}  // namespace kamal::cli
