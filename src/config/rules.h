#pragma once

#include <string>

#include "config/access.h"
#include "kamal/config/configuration.h"
#include "kamal/config/loader.h"

// What the table of keys can't express: names, values that exclude or require each other, roles and hosts
// that must exist.
namespace kamal::config {

void check_rules(const Value& raw, const Configuration& configuration, const LoadOptions& options,
                 Report& report);

// Its parts.
void check_root(const Value& raw, const Configuration& configuration, const LoadOptions& options,
                Report& report);
void check_roles(const Value& raw, const Configuration& configuration, Report& report);
void check_accessories(const Value& raw, const Configuration& configuration, Report& report);
void check_proxies(const Value& raw, const Configuration& configuration, Report& report);
void check_builder(const Value& raw, const Configuration& configuration, Report& report);
void check_connection(const Value& raw, Report& report);
void check_output(const Value& raw, Report& report);
// Clear variables without a value.
void check_empty_env(const Value& raw, const Configuration& configuration, Report& report);
// Images that name another registry than the one that is logged in to.
void check_images(const Value& raw, Report& report);

// Rules that roles and accessories share.
void check_container(const Value& section, const std::string& path, Report& report);
void check_registry(const Value* section, const std::string& path, Report& report);
// A host as SSH and docker will see it.
void check_host_name(const std::string& host, const std::string& path, const Mark& mark, Report& report);
bool is_container_name(const std::string& name);

}  // namespace kamal::config
