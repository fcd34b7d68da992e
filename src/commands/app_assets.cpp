#include <filesystem>
#include <string>

#include "kamal/commands/app.h"
#include "kamal/commands/base.h"

namespace kamal::commands {
namespace {

Command tolerate(const Command& command) { return any_of({command, {"true"}}); }

// Existing files are not replaced.
Command copy_contents(const std::string& from, const std::string& to) {
  return {"cp", "-rnT", word(from), word(to)};
}

bool is_variable(const Version& version) { return version.str().find("${") != std::string::npos; }

// A role `web` must not touch the files of a role `web-admin`.
Arguments not_of_longer_names(const config::Configuration& config, const config::Role& role) {
  Arguments arguments;
  for (const config::Role& other : config.roles) {
    if (!other.name.str().starts_with(role.name.str() + "-")) continue;
    arguments.insert(arguments.end(), {"!", "-name", other.name.str() + "-*"});
  }
  return arguments;
}

Command remove_older_siblings(const config::Configuration& config, const config::Role& role,
                              const std::filesystem::path& kept) {
  Command find{"find", kept.parent_path().string(), "-maxdepth", "1", "-name", role.name.str() + "-*"};
  find.add(not_of_longer_names(config, role));
  return find.add(Arguments{"!", "-name", word(kept.filename().string()), "-exec", "rm", "-rf", "{}", "+"});
}

}  // namespace

std::string App::extracted_assets(const Version& version) const {
  return config_.asset_extracted_directory(role(), version);
}

std::string App::asset_volume(const Version& version) const {
  return config_.asset_volume_directory(role(), version);
}

Command App::extract_assets() const {
  const std::string container = config_.container_prefix(role()) + "-assets";
  const std::string extracted = extracted_assets(version_);
  const Command remove_leftover = docker({"container", "rm", container, Argument::syntax("2> /dev/null")});
  return combine(
      {with_open_umask(make_directory(extracted)), tolerate(remove_leftover),
       docker({"container", "create", "--name", container, word(config_.absolute_image(version_))}),
       docker({"container", "cp", "-L", container + ":" + role().asset_path->path + "/.", word(extracted)}),
       docker({"container", "rm", container})});
}

Command App::sync_asset_volumes(const std::optional<Version>& old_version) const {
  const std::string extracted = extracted_assets(version_);
  const std::string volume = asset_volume(version_);
  const Command make = with_open_umask(make_directory(volume)), copy = copy_contents(extracted, volume);
  if (!old_version || old_version->empty()) return chain({make, copy});
  const Command both_ways = chain({tolerate(copy_contents(extracted, asset_volume(*old_version))),
                                   tolerate(copy_contents(extracted_assets(*old_version), volume))});
  if (!is_variable(*old_version)) return chain({make, copy, both_ways});
  const Argument known = word(old_version->str());
  Command when_known{Argument::syntax("if ["), "-n", known, Argument::syntax("]; then")};
  when_known.add(both_ways).add(Argument::syntax("; fi"));
  // Some versions of cp fail if a file exists, as when the old version is the same one:
  // the copy's failure counts only without an old version.
  return chain({make, combine({any_of({copy, {"test", "-n", known}}), when_known})});
}

Command App::clean_up_assets() const {
  return chain({remove_older_siblings(config_, role(), extracted_assets(version_)),
                remove_older_siblings(config_, role(), asset_volume(version_))});
}

std::string App::error_pages_directory() const { return config_.proxy_app_directory() + "/error_pages"; }

std::string App::error_pages_version_directory() const {
  return error_pages_directory() + "/" + version_.str();
}

Command App::create_error_pages_directory() const {
  return make_open_directories({config_.proxy_apps_directory(), config_.proxy_app_directory(),
                                error_pages_directory(), error_pages_version_directory()});
}

std::string App::error_pages_of_accessory(const config::Accessory& accessory) const {
  return config_.proxy_app_directory() + "/accessories/" + accessory.name + ".error_pages";
}

Command App::clean_up_error_pages() const {
  Command find{"find",  error_pages_directory(), "-mindepth", "1", "-maxdepth", "1", "!",
               "-name", word(version_.str())};
  for (const config::Accessory& accessory : config_.accessories) {
    if (!accessory.running_proxy()) continue;
    const Command version{"cat", error_pages_of_accessory(accessory), Argument::syntax("2> /dev/null")};
    find.add(Arguments{"!", "-name", Argument::syntax("\"" + substitute(version).text() + "\"")});
  }
  return find.add(Arguments{"-exec", "rm", "-rf", "{}", "+"});
}

}  // namespace kamal::commands
